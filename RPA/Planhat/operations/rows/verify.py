"""What Planhat has stored of rows that were sent: read back one by one, all at once, or found by natural keys."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatError, PlanhatNotFoundError
from RPA.Planhat.operations.reading import Query, read_all_pages, read_pages
from RPA.Planhat.operations.rows import identity
from RPA.Planhat.operations.rows.comparing import differences, shown_keys
from RPA.Planhat.operations.rows.outcomes import Outcome, Resolution
from RPA.Planhat.operations.rows.report import UploadVerification
from RPA.Planhat.transport import Deadline, sleep
from RPA.Planhat.types.encoding import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from RPA.Planhat.operations.rows.natural_keys import NaturalKey
    from RPA.Planhat.operations.rows.payloads import Payload
    from RPA.Planhat.operations.rows.plan import Plan
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject

MOST_SINGLE_READS = 100
"""Records that are read one by one because no list has them: archived ones are in none."""


def read_back(session: PlanhatSession, plan: Plan, number: int) -> Resolution | None:
    """Returns the outcome of a keyed row that Planhat did not account for; nothing when that cannot be found out."""
    payload = plan.payloads([number])[0]
    kind = identity.kind_of(plan.model, payload)
    if kind is None:
        return None
    try:
        record = identity.read_own(session, plan.model, payload, kind)
        owners = identity.owner_ids(session, [identity.owner_of(payload)])
    except PlanhatNotFoundError:
        return Resolution([number], Outcome.FAILED, "Planhat did not store it, and gave no reason", retryable=True)
    except PlanhatError:
        return None
    different = differences(plan.model, identity.with_owner(payload, owners), record)
    if different:
        reason = f"Planhat has the record, but not as it was sent: {', '.join(different)}"
        return Resolution([number], Outcome.FAILED, reason, [record.id], retryable=True)
    return Resolution([number], Outcome.UNCHANGED, "read back: it is stored as sent", [record.id])


def verify_stored(session: PlanhatSession, plan: Plan, numbers: Iterable[int]) -> UploadVerification:
    """Reads all rows back, page by page, and compares them with what was sent.

    Args:
        session: The connection.
        plan: The rows.
        numbers: Those that should be stored.
    """
    numbers = list(numbers)
    search = _Search(session, plan, [number for number in numbers if plan.keyed[number]])
    for page in read_pages(session, plan.model, Query(properties=search.properties)):
        for record in page:
            search.compare(record)
    search.read_missing()
    return search.proof(unkeyed=sum(not plan.keyed[number] for number in numbers))


class _Search:
    """The rows that are looked for, by any of their keys."""

    def __init__(self, session: PlanhatSession, plan: Plan, numbers: list[int]) -> None:
        self._session = session
        self._plan = plan
        self._model = plan.model
        self._missing = dict.fromkeys(numbers)
        self._found: list[str] = []
        self._different: dict[int, list[str]] = {}
        self._by_key: dict[tuple[str, str], list[int]] = {}
        for number in numbers:
            key, _, value = plan.key(number).partition("=")
            self._by_key.setdefault((key, value), []).append(number)
        self._owners = identity.owner_ids(session, (identity.owner_of(plan.payload(number)) for number in numbers))
        self.properties = properties_of(plan, numbers)

    def compare(self, record: PlanhatObject) -> None:
        """Compares a record with the row that it was made of, if there is one."""
        for key in self._model.KEYS:
            for number in self._by_key.get((key, str(dict.get(record, key))), []):
                if number in self._missing or number in self._different:
                    payload = identity.with_owner(self._plan.payload(number), self._owners)
                    if key in identity.TENANT_WIDE_KEYS or identity.may_own(identity.owner_of(payload), record):
                        self._compare(number, payload, record)

    def _compare(self, number: int, payload: Payload, record: PlanhatObject) -> None:
        self._missing.pop(number, None)
        different = differences(self._model, payload, record)
        if different:
            self._different[number] = different
            return
        self._different.pop(number, None)
        self._found.append(
            f"{self._plan.key(number)} {sha256(canonical(self._plan.payload(number))).hexdigest()[:16]}\n"
        )

    def read_missing(self) -> None:
        """Reads some of the rows that are in no list one by one."""
        for number in list(self._missing)[:MOST_SINGLE_READS]:
            payload = identity.with_owner(self._plan.payload(number), self._owners)
            kind = identity.kind_of(self._model, payload)
            if kind is not None:
                with suppress(PlanhatNotFoundError):
                    self._compare(number, payload, identity.read_own(self._session, self._model, payload, kind))

    def proof(self, unkeyed: int) -> UploadVerification:
        """Returns what was found."""
        digest = sha256("".join(sorted(self._found)).encode()).hexdigest()
        return UploadVerification(len(self._found), digest, sorted(self._missing), self._different, unkeyed)


def properties_of(plan: Plan, numbers: Iterable[int]) -> list[str]:
    """Returns the keys of all that was sent with some rows, and of what records are found by, as Planhat shows it."""
    names: dict[str, None] = dict.fromkeys(plan.model.KEYS)
    for number in numbers:
        names.update(dict.fromkeys(plan.payload(number)))
    return [name for name in shown_keys(plan.model, names) if plan.model.field(name) or plan.model.OPEN]


def find_back(
    session: PlanhatSession, plan: Plan, numbers: list[int], key: NaturalKey
) -> tuple[list[Resolution], dict[int, str]]:
    """Looks for rows in one pass over the records of the model, after a moment for writes that are late.

    A row is stored if exactly one record has its natural key and all that was sent. Whatever else is found, the row may
    still be under way, or another record may be meant.

    Args:
        session: The connection.
        plan: The rows.
        numbers: Those that are in doubt.
        key: What tells them apart.

    Returns:
        The outcomes of the rows that were found, and the reason for the others.
    """
    sleep(session.settings.settle, Deadline(session.settings.settle))
    everyone = list(range(1, len(plan) + 1))
    named = {
        str(payload.get(each))
        for payload in plan.payloads(everyone)
        for each in key.keys
        if each in identity.OWNER_KEYS
    }
    companies = identity.owner_ids(session, named)
    values = {number: key.values(plan.payload(number), companies) for number in everyone}
    rows = Counter(values.values())
    found = _records(session, plan, {values[number] for number in numbers}, key, properties_of(plan, numbers))
    stored, others = [], {}
    for number in numbers:
        records = found.get(values[number], [])
        doubt = _doubt(plan, number, key, records, rows[values[number]])
        if doubt:
            others[number] = doubt
        else:
            reason = f"read back by {key}: it is stored as sent"
            stored.append(Resolution([number], Outcome.UNCHANGED, reason, [records[0].id]))
    return _together(stored), others


def _records(
    session: PlanhatSession, plan: Plan, wanted: set[Any], key: NaturalKey, properties: list[str]
) -> dict[Any, list[PlanhatObject]]:
    found: dict[Any, list[PlanhatObject]] = defaultdict(list)
    for page in read_all_pages(session, plan.model, Query(properties=properties)):
        for record in page:
            values = key.values(record)
            if values in wanted:
                found[values].append(record)
    return found


def _doubt(plan: Plan, number: int, key: NaturalKey, records: list[PlanhatObject], rows: int) -> str:
    """Returns why a row is not known to be stored; nothing when it is."""
    payload = plan.payload(number)
    missing = key.missing(payload)
    if missing:
        return f"it has no {' and no '.join(missing)} to find it by"
    if rows > 1:
        return f"{rows} rows have the same {key}"
    if len(records) != 1:
        return f"{f'{len(records):,} records have' if records else 'no record has'} its {key}"
    different = differences(plan.model, payload, records[0])
    if different:
        return f"the record {records[0].id} has its {key}, but other values in {', '.join(different)}"
    return ""


def _together(settled: list[Resolution]) -> list[Resolution]:
    """Joins results of one kind, so that a journal notes them in one line."""
    if not settled:
        return []
    numbers = [number for each in settled for number in each.numbers]
    ids = [planhat_id for each in settled for planhat_id in each.ids]
    return [Resolution(numbers, settled[0].outcome, settled[0].reason, ids)]
