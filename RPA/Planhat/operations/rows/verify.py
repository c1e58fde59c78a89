"""Looking up what Planhat has stored of rows that were sent."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from RPA.Planhat.errors import PlanhatError, PlanhatNotFoundError
from RPA.Planhat.operations.reading import Query, read_pages
from RPA.Planhat.operations.rows.comparing import differences, shown_keys
from RPA.Planhat.operations.rows.identity import (
    UNIQUE_EVERYWHERE,
    kind_of,
    may_own,
    owner_ids,
    owner_of,
    read_own,
    with_owner,
)
from RPA.Planhat.operations.rows.outcomes import Outcome
from RPA.Planhat.operations.rows.report import Proof
from RPA.Planhat.operations.rows.results import Resolution
from RPA.Planhat.types.encoding import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from RPA.Planhat.operations.rows.plan import Plan
    from RPA.Planhat.operations.rows.planner import Payload
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject

MOST_SINGLE_READS = 100
"""Records that are read one by one because no list has them: archived ones are in none."""


def read_back(session: PlanhatSession, plan: Plan, number: int) -> Resolution | None:
    """Returns what became of a keyed row that Planhat did not account for; nothing when that can not be found out."""
    payload = plan.payload(number)
    kind = kind_of(plan.model, payload)
    if kind is None:
        return None
    try:
        record = read_own(session, plan.model, payload, kind)
        owners = owner_ids(session, [owner_of(payload)])
    except PlanhatNotFoundError:
        return Resolution([number], Outcome.FAILED, "Planhat did not store it, and gave no reason", retryable=True)
    except PlanhatError:
        return None
    different = differences(plan.model, with_owner(payload, owners), record)
    if different:
        reason = f"Planhat has the record, but not as it was sent: {', '.join(different)}"
        return Resolution([number], Outcome.FAILED, reason, [record.id], retryable=True)
    return Resolution([number], Outcome.UNCHANGED, "read back: it is stored as sent", [record.id])


def prove(session: PlanhatSession, plan: Plan, numbers: Iterable[int]) -> Proof:
    """Reads all rows back, page by page, and compares them with what was sent.

    Args:
        session: The connection.
        plan: The rows.
        numbers: Those that should be stored.
    """
    numbers = list(numbers)
    search = _Search(session, plan, [number for number in numbers if plan.keyed(number)])
    for page in read_pages(session, plan.model, Query(properties=search.properties)):
        for record in page:
            search.compare(record)
    search.read_missing()
    return search.proof(unkeyed=sum(not plan.keyed(number) for number in numbers))


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
        self._owners = owner_ids(session, (owner_of(plan.payload(number)) for number in numbers))
        self.properties = properties_of(plan, numbers)

    def compare(self, record: PlanhatObject) -> None:
        """Compares a record with the row that it was made of, if there is one."""
        for key in self._model.KEYS:
            for number in self._by_key.get((key, str(dict.get(record, key))), []):
                if number in self._missing or number in self._different:
                    payload = with_owner(self._plan.payload(number), self._owners)
                    if key in UNIQUE_EVERYWHERE or may_own(owner_of(payload), record):
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
            payload = with_owner(self._plan.payload(number), self._owners)
            kind = kind_of(self._model, payload)
            if kind is not None:
                with suppress(PlanhatNotFoundError):
                    self._compare(number, payload, read_own(self._session, self._model, payload, kind))

    def proof(self, unkeyed: int) -> Proof:
        """Returns what was found."""
        digest = sha256("".join(sorted(self._found)).encode()).hexdigest()
        return Proof(len(self._found), digest, sorted(self._missing), self._different, unkeyed)


def properties_of(plan: Plan, numbers: Iterable[int]) -> list[str]:
    """Returns the keys of all that was sent with some rows, and of what records are found by, as Planhat shows it."""
    names: dict[str, None] = dict.fromkeys(plan.model.KEYS)
    for number in numbers:
        names.update(dict.fromkeys(plan.payload(number)))
    return [name for name in shown_keys(plan.model, names) if plan.model.field(name) or plan.model.OPEN]
