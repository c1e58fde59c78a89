"""The plan of a bulk write: every row converted and checked, before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.bulk.report import Outcome, RowResult
from RPA.Planhat.operations.bulk.report_files import as_it_was
from RPA.Planhat.operations.payloads import missing_fields, payload_of
from RPA.Planhat.session import has_unique_key
from RPA.Planhat.types.base import encode_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.types import PlanhatObject

MOST_ROWS = 5000
"""Rows that Planhat takes in one call."""

MOST_BYTES = 32 * 1024 * 1024
"""Bytes that Planhat takes in one call."""

NAMED_PROBLEMS = 10
"""Bad rows that the error names which refuses the input."""

UNIQUE_EVERYWHERE = ("_id", "sourceId")
ANY_CASE = ("_id", "email")
"""Keys in which capitals do not matter. In ids of a CRM, such as Salesforce, they do."""


@dataclass(frozen=True, slots=True)
class Item:
    """A row on its way.

    Attributes:
        number: The place in the input, from 1.
        row: The row as it was given.
        payload: What is sent.
        size: Bytes of the payload as JSON.
        key: The strongest key with its value, as text; empty without one.
        keyed: Whether sending it twice meets the same record.
    """

    number: int
    row: Mapping[str, Any]
    payload: dict[str, Any]
    size: int
    key: str
    keyed: bool

    def result(self, outcome: Outcome, reason: str = "", planhat_id: str = "", *, retryable: bool = False) -> RowResult:
        """Returns what became of this row."""
        return RowResult(self.number, outcome, self.row, self.key, planhat_id, reason, retryable)


@dataclass
class Plan:
    """What will be sent.

    Attributes:
        model: The model.
        items: One for each input row.
        sent_by: For rows that are not sent themselves: the number of the row with the same key that is.
        digest: SHA-256 of the input.
    """

    model: type[PlanhatObject]
    items: list[Item]
    sent_by: dict[int, int] = field(default_factory=dict)
    digest: str = ""

    @classmethod
    def of(cls, model: type[PlanhatObject], rows: Iterable[Mapping[str, Any]], *, last_wins: bool = False) -> Plan:
        """Converts and checks all rows.

        Args:
            model: The model.
            rows: Records or dictionaries with field names, or rows of a file of failed rows.
            last_wins: Of several rows with one key take the last; otherwise rows that contradict each other are an
                error. Of equal rows the first is taken in any case.

        Raises:
            PlanhatValidationError: If a row is bad, or two rows with one key differ. All bad rows are counted, the
                first are named.
        """
        items, problems, digest = _items(model, rows)
        plan = cls(model, items, digest=digest)
        problems += plan._find_repeated(last_wins=last_wins)
        if problems:
            shown = "\n  ".join(problems[:NAMED_PROBLEMS])
            more = f"\n  and {len(problems) - NAMED_PROBLEMS} more" if len(problems) > NAMED_PROBLEMS else ""
            raise PlanhatValidationError(f"Nothing was sent, since {len(problems)} rows are bad:\n  {shown}{more}")
        return plan

    def _find_repeated(self, *, last_wins: bool) -> list[str]:
        seen: dict[str, Item] = {}
        problems = []
        for item in self.items:
            first = seen.setdefault(_identity(item), item) if item.key else item
            if first is item:
                continue
            if first.payload == item.payload:
                self.sent_by[item.number] = first.number
            elif last_wins:
                self.sent_by[first.number] = item.number
                seen[_identity(item)] = item
            else:
                problems.append(f"row {item.number}: it contradicts row {first.number}, which has {_same(first, item)}")
        return problems

    def item(self, number: int) -> Item:
        """Returns the item of a row."""
        return self.items[number - 1]

    def sender(self, number: int) -> int:
        """Returns the row that is sent for a row: itself, or another one with the same key."""
        while number in self.sent_by:
            number = self.sent_by[number]
        return number


def _items(model: type[PlanhatObject], rows: Iterable[Mapping[str, Any]]) -> tuple[list[Item], list[str], str]:
    if isinstance(rows, (str, bytes, Mapping)):
        raise PlanhatValidationError(f"Rows are a list of dictionaries, not {type(rows).__name__}.")
    items: list[Item] = []
    problems: list[str] = []
    digest = sha256()
    for number, row in enumerate(rows, 1):
        try:
            items.append(_item(model, number, row))
        except ValueError as problem:  # noqa: PERF203 - all bad rows are told, not just the first
            problems.append(f"row {number}: {problem}")
        else:
            digest.update(json.dumps(row, default=str).encode() + b"\n")
    return items, problems, digest.hexdigest()


def _item(model: type[PlanhatObject], number: int, row: Mapping[str, Any]) -> Item:
    if not isinstance(row, Mapping):
        raise PlanhatValidationError(f"a row is a dictionary, not {type(row).__name__}.")
    payload = {**model.FIXED, **payload_of(model, as_it_was(row), keep=model.KEYS)}
    dropped = [key for key in model.NEVER_WITHOUT if not payload.get(key)]
    if dropped:
        raise PlanhatValidationError(f"Planhat drops a {model.SINGULAR} without {' and '.join(dropped)}, silently.")
    keyed = has_unique_key(model, payload)
    missing = "" if keyed else missing_fields(model, payload)
    if missing:
        raise PlanhatValidationError(f"it has no key to match a record, and a new {model.SINGULAR} needs {missing}.")
    return Item(number, row, payload, len(encode_json(payload)), key_of(model, payload), keyed)


def key_of(model: type[PlanhatObject], payload: Mapping[str, Any]) -> str:
    """Returns the strongest key of a row with its value, such as `externalId=A-1`; empty without one."""
    for key in model.KEYS:
        if payload.get(key):
            return f"{key}={payload[key]}"
    return ""


def _identity(item: Item) -> str:
    """Returns what two rows share that mean one record: the key, and where that does not suffice the company."""
    key, _, value = item.key.partition("=")
    value = value.strip().lower() if key in ANY_CASE else value.strip()
    owner = item.payload.get("companyId") or item.payload.get("cId") or ""
    return f"{key}={value}" if key in UNIQUE_EVERYWHERE else f"{key}={value} {owner}"


def _same(first: Item, item: Item) -> str:
    return f"the same {item.key}." if first.key == item.key else f"{first.key!r}, almost the same as {item.key!r}."


def chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yields rows in groups that one call can take; rows that may be sent twice never share a call with others."""
    items = list(items)
    for keyed in (True, False):
        chunk: list[Item] = []
        size = 2
        for item in (each for each in items if each.keyed is keyed):
            if chunk and (len(chunk) >= MOST_ROWS or size + item.size + 1 > MOST_BYTES):
                yield chunk
                chunk, size = [], 2
            chunk.append(item)
            size += item.size + 1
        if chunk:
            yield chunk


def body_of(items: list[Item]) -> bytes:
    """Returns the body of a call. No more than one body is in memory at a time."""
    return encode_json([item.payload for item in items])
