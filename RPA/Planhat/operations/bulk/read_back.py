"""Looking up what Planhat has stored of rows that were sent."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from RPA.Planhat.errors import PlanhatError, PlanhatNotFoundError
from RPA.Planhat.operations.bulk.plan import canonical
from RPA.Planhat.operations.bulk.report import Proof
from RPA.Planhat.operations.bulk.results import Settled
from RPA.Planhat.operations.comparing import differences, shown_keys
from RPA.Planhat.operations.outcomes import Outcome
from RPA.Planhat.operations.reading import Query, read_one, read_pages
from RPA.Planhat.types import Verb

if TYPE_CHECKING:
    from collections.abc import Iterable

    from RPA.Planhat.operations.bulk.plan import Plan
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject

MOST_SINGLE_READS = 100
"""Records that are read one by one because no list has them: archived ones are in none."""


def read_back(session: PlanhatSession, plan: Plan, number: int) -> Settled | None:
    """Returns what became of a keyed row that Planhat did not account for; nothing when that can not be found out."""
    try:
        record = _read(session, plan, number)
    except PlanhatNotFoundError:
        return Settled([number], Outcome.FAILED, "Planhat did not store it, and gave no reason", retryable=True)
    except PlanhatError:
        return None
    if record is None:
        return None
    different = differences(plan.model, plan.payload(number), record)
    if different:
        reason = f"Planhat has the record, but not as it was sent: {', '.join(different)}"
        return Settled([number], Outcome.FAILED, reason, [record.id], retryable=True)
    return Settled([number], Outcome.UNCHANGED, "read back: it is stored as sent", [record.id])


def _read(session: PlanhatSession, plan: Plan, number: int) -> PlanhatObject | None:
    model, payload = plan.model, plan.payload(number)
    kinds = model.READ_BY if Verb.GET in model.VERBS else ()
    for kind in kinds:
        value = payload.get(model.key_of(kind))
        if value:
            return read_one(session, model, str(value), kind)
    return None


def prove(session: PlanhatSession, plan: Plan, numbers: Iterable[int]) -> Proof:
    """Reads all rows back, page by page, and compares them with what was sent.

    Args:
        session: The connection.
        plan: The rows.
        numbers: Those that should be stored.
    """
    numbers = list(numbers)
    search = _Search(plan, [number for number in numbers if plan.keyed(number)])
    for page in read_pages(session, plan.model, Query(properties=search.properties)):
        for record in page:
            search.compare(record)
    search.read_missing(session)
    return search.proof(unkeyed=sum(not plan.keyed(number) for number in numbers))


class _Search:
    """The rows that are looked for, by any of their keys."""

    def __init__(self, plan: Plan, numbers: list[int]) -> None:
        self._plan = plan
        self._model = plan.model
        self._missing = dict.fromkeys(numbers)
        self._found: list[str] = []
        self._different: dict[int, list[str]] = {}
        self._by_key: dict[tuple[str, str], list[int]] = {}
        for number in numbers:
            key, _, value = plan.key(number).partition("=")
            self._by_key.setdefault((key, value), []).append(number)
        self.properties = properties_of(plan, numbers)

    def compare(self, record: PlanhatObject) -> None:
        """Compares a record with the row that it was made of, if there is one."""
        for key in self._model.KEYS:
            for number in self._by_key.get((key, str(dict.get(record, key))), []):
                if number in self._missing or number in self._different:
                    self._compare(number, record)

    def _compare(self, number: int, record: PlanhatObject) -> None:
        self._missing.pop(number, None)
        payload = self._plan.payload(number)
        different = differences(self._model, payload, record)
        if different:
            self._different[number] = different
            return
        self._different.pop(number, None)
        self._found.append(f"{self._plan.key(number)} {sha256(canonical(payload)).hexdigest()[:16]}\n")

    def read_missing(self, session: PlanhatSession) -> None:
        """Reads some of the rows that are in no list one by one."""
        for number in list(self._missing)[:MOST_SINGLE_READS]:
            try:
                record = _read(session, self._plan, number)
            except PlanhatNotFoundError:
                continue
            if record is not None:
                self._compare(number, record)

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
