"""Looking up what Planhat has stored of rows that were sent."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatError, PlanhatNotFoundError
from RPA.Planhat.operations.bulk.report import Outcome, Proof
from RPA.Planhat.operations.reading import Query, read_one, read_pages
from RPA.Planhat.types import Kind, Verb
from RPA.Planhat.types.base import encode_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from RPA.Planhat.operations.bulk.plan import Item
    from RPA.Planhat.operations.bulk.report import RowResult
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import Field, PlanhatObject

MOST_SINGLE_READS = 100
"""Records that are read one by one because no list has them: archived ones are in none."""

PREFIXES = ("extid-", "srcid-")


def read_back(session: PlanhatSession, model: type[PlanhatObject], item: Item) -> RowResult | None:
    """Returns what became of a keyed row that Planhat did not account for; nothing when that can not be found out."""
    try:
        record = _read(session, model, item)
    except PlanhatNotFoundError:
        reason = "Planhat did not store it, and gave no reason"
        return item.result(Outcome.FAILED, reason, retryable=True)
    except PlanhatError:
        return None
    if record is None:
        return None
    different = differences(model, item.payload, record)
    if different:
        reason = f"Planhat has the record, but not as it was sent: {', '.join(different)}"
        return item.result(Outcome.FAILED, reason, record.id, retryable=True)
    return item.result(Outcome.UNCHANGED, "read back: it is stored as sent", record.id)


def _read(session: PlanhatSession, model: type[PlanhatObject], item: Item) -> PlanhatObject | None:
    kinds = model.READ_BY if Verb.GET in model.VERBS else ()
    for kind in kinds:
        value = item.payload.get(model.key_of(kind))
        if value:
            return read_one(session, model, str(value), kind)
    return None


def prove(session: PlanhatSession, model: type[PlanhatObject], items: Iterable[Item]) -> Proof:
    """Reads all rows back, page by page, and compares them with what was sent.

    Args:
        session: The connection.
        model: The model.
        items: The rows that should be stored.
    """
    items = list(items)
    search = _Search(model, [item for item in items if item.keyed])
    for page in read_pages(session, model, Query(properties=search.properties)):
        for record in page:
            search.compare(record)
    search.read_missing(session)
    return search.proof(unkeyed=sum(not item.keyed for item in items))


class _Search:
    """The rows that are looked for, by any of their keys."""

    def __init__(self, model: type[PlanhatObject], items: list[Item]) -> None:
        self._model = model
        self._missing = {item.number: item for item in items}
        self._found: list[str] = []
        self._different: dict[int, list[str]] = {}
        self._by_key: dict[tuple[str, str], list[Item]] = {}
        names: dict[str, None] = dict.fromkeys(model.KEYS)
        for item in items:
            names.update(dict.fromkeys(item.payload))
            key, _, value = item.key.partition("=")
            self._by_key.setdefault((key, value), []).append(item)
        self.properties = [name for name in names if model.field(name) or model.OPEN]

    def compare(self, record: PlanhatObject) -> None:
        """Compares a record with the row that it was made of, if there is one."""
        for key in self._model.KEYS:
            for item in self._by_key.get((key, str(dict.get(record, key))), []):
                if item.number in self._missing or item.number in self._different:
                    self._compare(item, record)

    def _compare(self, item: Item, record: PlanhatObject) -> None:
        self._missing.pop(item.number, None)
        different = differences(self._model, item.payload, record)
        if different:
            self._different[item.number] = different
            return
        self._different.pop(item.number, None)
        self._found.append(f"{item.key} {sha256(encode_json(item.payload)).hexdigest()[:16]}\n")

    def read_missing(self, session: PlanhatSession) -> None:
        """Reads some of the rows that are in no list one by one."""
        for item in list(self._missing.values())[:MOST_SINGLE_READS]:
            try:
                record = _read(session, self._model, item)
            except PlanhatNotFoundError:
                continue
            if record is not None:
                self._compare(item, record)

    def proof(self, unkeyed: int) -> Proof:
        """Returns what was found."""
        digest = sha256("".join(sorted(self._found)).encode()).hexdigest()
        return Proof(len(self._found), digest, sorted(self._missing), self._different, unkeyed)


def differences(model: type[PlanhatObject], payload: Mapping[str, Any], record: dict[str, Any]) -> list[str]:
    """Returns the fields of a record that hold something else than was sent.

    Planhat writes values in its own way: a day as a moment, an id of another system as its own. Where two ways can
    mean the same, they are equal.
    """
    custom = payload.get("custom") or {}
    stored = dict.get(record, "custom") or {}
    different = [f"custom.{name}" for name, value in custom.items() if not _same(None, value, stored.get(name))]
    fields = {key: value for key, value in payload.items() if key != "custom"}
    return different + [
        key for key, value in fields.items() if not _same(model.field(key), value, dict.get(record, key))
    ]


def _same(field: Field[Any] | None, sent: Any, stored: Any) -> bool:
    if sent == stored or (_is_empty(sent) and _is_empty(stored)) or _is_reference(sent):
        return True
    if field is not None and field.kind is Kind.DATE:
        return _same_moment(str(sent), str(stored))
    if isinstance(sent, list) and isinstance(stored, list):
        return len(sent) == len(stored) and all(map(_same, [None] * len(sent), sent, stored))
    return str(sent).strip().lower() == str(stored).strip().lower()


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _is_reference(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(PREFIXES)


def _same_moment(sent: str, stored: str) -> bool:
    try:
        first, second = (datetime.fromisoformat(text.replace("Z", "+00:00")) for text in (sent, stored))
    except ValueError:
        return sent[:10] == stored[:10]
    return first.replace(tzinfo=None) == second.replace(tzinfo=None) or (
        bool(first.tzinfo and second.tzinfo) and first == second
    )
