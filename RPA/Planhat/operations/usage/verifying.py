"""Whether pushed metrics have arrived: they are read back and compared, since the host never tells what it dropped."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timezone
from functools import partial
from itertools import chain
from math import inf
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.finding import id_pages
from RPA.Planhat.operations.input.date_forms import in_utc
from RPA.Planhat.operations.input.formats import PLAIN, Formats
from RPA.Planhat.operations.reading import Query, read_pages
from RPA.Planhat.operations.rows.outcomes import NAMED_FAILURES, Account, RowResult
from RPA.Planhat.operations.usage.metrics import COMPANY, metric_of
from RPA.Planhat.text.parsing import require
from RPA.Planhat.transport import Deadline, sleep
from RPA.Planhat.types import Asset, Company, DimensionData, Enduser, PlanhatObject, Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from RPA.Planhat.operations.options import OnBad
    from RPA.Planhat.operations.usage.pushing import Payload
    from RPA.Planhat.session import PlanhatSession

MODELS: dict[str, type[PlanhatObject]] = {COMPANY: Company, "EndUser": Enduser, "Asset": Asset, "Project": Project}
"""The models that can have metrics, by the name that a metric has for them."""

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
"""Seconds between two looks; each pause is twice the one before."""

ON_DAY = 10
"""Characters of a date that are its day."""

RECENT = "recent"
"""The time of all that is new enough for a metric without a date."""

_Stored = tuple[str, str, float]
"""The record, the time and the value of a metric that Planhat has."""


class Missing(RowResult):
    """A metric that has not arrived; as a dictionary, it has the columns of its row as well.

    Args:
        number: The row, from 1.
        row: The row as it was given.
        reason: Why, as far as can be known.
    """

    def __init__(self, number: int, row: Mapping[str, Any], reason: str) -> None:
        super().__init__(number, "missing", row, reason=reason)

    def __reduce__(self) -> tuple[type[Missing], tuple[Any, ...]]:
        return Missing, (self.number, self.row, self.reason)


class Verification(Account):
    """Which metrics have arrived.

    As a dictionary it has `counts`, and as `rows` those that are missing.

    Attributes:
        rows: How many were looked for.
        missing: Those that have not arrived, in the order of the input.
        seconds: When the last of the others was seen, counted from the first look.
        looks: How often Planhat was looked through.
    """

    NOUN, DONE, NOT_DONE = "metrics", "found", ("missing",)

    def __init__(self) -> None:
        super().__init__(target="metrics")
        self.rows = 0
        self.missing: list[Missing] = []
        self.seconds = 0.0
        self.looks = 0

    @property
    def arrived(self) -> int:
        """How many have arrived."""
        return self.rows - len(self.missing)

    @property
    def counts(self) -> dict[str, int]:
        """How many have arrived, and how many are missing."""
        return {"arrived": self.arrived, "missing": len(self.missing)}

    @property
    def reasons(self) -> dict[str, int]:
        """How many are missing for each reason."""
        return dict(Counter(each.reason for each in self.missing))

    def entries(self) -> Iterable[Missing]:
        """Returns those that are missing."""
        return self.missing

    def raise_if_missing(self) -> None:
        """Fails when a metric has not arrived.

        Raises:
            PlanhatBulkError: With this report on it.
        """
        self.raise_unless_done(f"row {each.number}: {each.reason}" for each in self.missing[:NAMED_FAILURES])

    def __repr__(self) -> str:
        lost = f", {len(self.missing)} missing" if self.missing else ""
        return f"{self.arrived} of {self.rows} arrived within {self.seconds:.1f} s{lost}"

    __str__ = __repr__


@dataclass(frozen=True)
class _Wanted:
    """A metric that is looked for.

    Attributes:
        number: The row, from 1.
        row: The row as it was given.
        metric: What was sent.
        parents: The records that have the external id; Planhat takes one of them.
    """

    number: int
    row: Mapping[str, Any]
    metric: dict[str, Any]
    parents: frozenset[str]

    @property
    def date(self) -> str:
        """When it was measured; empty when it was to be the moment of receipt."""
        return str(self.metric.get("date", ""))

    @property
    def day(self) -> str:
        """The day on which it was measured; empty as above."""
        return self.date[:ON_DAY]


def verify(  # noqa: PLR0913 - what a verification consists of
    session: PlanhatSession,
    rows: Iterable[Mapping[str, Any]],
    *,
    timeout: float = 120.0,
    since: str | None = None,
    any_dimension_id: bool = False,
    formats: Formats = PLAIN,
    bad_rows: OnBad = "refuse",
) -> Verification:
    """Reads metrics back until all have arrived that can, or the time is up.

    A metric has arrived when Planhat has its value for its dimension, its record, and its time; or else its day, since
    Planhat may keep days only. Equal metrics of one day count one by one.

    Args:
        session: The connection.
        rows: The metrics as they were pushed.
        timeout: Seconds to wait for those that are not there yet.
        since: The day from which on metrics without a date count. Default: today (UTC).
        any_dimension_id: Whether dimension ids were taken that Planhat's documents forbid.
        formats: The local forms of values.
        bad_rows: `refuse` names bad rows among the missing ones, `skip` leaves them out.
    """
    require("timeout", timeout, (int, float), "a number of seconds")
    if not 0 <= timeout < inf:
        raise PlanhatValidationError(f"timeout is a number of seconds, 0 or more; not {timeout!r}.")
    search = _Search(session, _day(since or datetime.now(timezone.utc).date()))
    search.take(rows, partial(metric_of, any_dimension_id=any_dimension_id, formats=formats), bad_rows)
    deadline, pause = Deadline(timeout), FIRST_PAUSE
    while search.look():
        if deadline.left() <= pause:
            break
        sleep(pause, deadline)
        pause = min(pause * 2, LONGEST_PAUSE)
    return search.result()


def _day(since: Any) -> str:
    try:
        return in_utc(since.isoformat() if isinstance(since, date) else since)[:ON_DAY]
    except ValueError as problem:
        raise PlanhatValidationError(f"since is a day such as 2026-03-01; not {since!r}.") from problem


class _Search:
    """What is looked for, by dimension, and what has not been found yet."""

    def __init__(self, session: PlanhatSession, since: str) -> None:
        self._session = session
        self._since = since
        self._found = Verification()
        self._started = time.monotonic()
        self._wanted: dict[str, list[_Wanted]] = defaultdict(list)
        self._left: dict[str, list[_Wanted]] = {}

    def take(
        self, rows: Iterable[Mapping[str, Any]], to_metric: Callable[[Mapping[str, Any]], Payload], bad_rows: OnBad
    ) -> None:
        """Takes the rows, and sorts out those that cannot have arrived."""
        targets: dict[str, dict[str, set[str]]] = {}
        for number, row in enumerate(rows, 1):
            metric: Payload = {}
            try:
                metric = to_metric(row)
                parents = self._parents(metric, targets)
            except ValueError as problem:
                if not metric and bad_rows == "skip":
                    continue
                self._found.missing.append(Missing(number, row, str(problem)))
            else:
                self._wanted[metric["dimensionId"]].append(_Wanted(number, row, metric, parents))
            self._found.rows += 1
        self._left = dict(self._wanted)

    def _parents(self, metric: Mapping[str, Any], targets: dict[str, dict[str, set[str]]]) -> frozenset[str]:
        name = metric.get("model", COMPANY)
        if name not in targets:
            targets[name] = self._ids_of(MODELS[name])
        parents = targets[name].get(metric["externalId"])
        if not parents:
            noun = MODELS[name].SINGULAR
            raise PlanhatValidationError(f"Planhat has no {noun} with the external id {metric['externalId']!r}.")
        return frozenset(parents)

    def _ids_of(self, model: type[PlanhatObject]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for record in chain.from_iterable(id_pages(self._session, model)):
            if record.get("externalId"):
                found[str(record["externalId"])].add(str(record["_id"]))
        return found

    def look(self) -> bool:
        """Looks through the dimensions of what is missing, and tells whether something still is."""
        if not self._left:
            return False
        self._found.looks += 1
        before = sum(map(len, self._left.values()))
        matched = {dimension: self._not_there(dimension) for dimension in self._left}
        self._left = {dimension: left for dimension, left in matched.items() if left}
        if self._found.looks == 1 or sum(map(len, self._left.values())) < before:
            self._found.seconds = time.monotonic() - self._started
        return bool(self._left)

    def _not_there(self, dimension: str) -> list[_Wanted]:
        """Matches all rows of a dimension again, by time, then by day, then those without a date."""
        wanted = self._wanted[dimension]
        there = self._read(dimension, wanted)
        left = [each for each in wanted if not each.date or not _took(there, each, each.date)]
        days = _summed(there, lambda when: when[:ON_DAY])
        left = [each for each in left if not each.day or not _took(days, each, each.day)]
        recent = _summed(days, lambda day: RECENT if day >= self._since else day)
        return [each for each in left if each.date or not _took(recent, each, RECENT)]

    def _read(self, dimension: str, wanted: list[_Wanted]) -> Counter[_Stored]:
        """Counts what Planhat has of a dimension, as far as it concerns these rows; one page is in memory."""
        days = [each.day or self._since for each in wanted]
        open_end = not all(each.day for each in wanted)
        until = {} if open_end else {"to_date": max(days)}
        query = Query(filters={"dimension_id": dimension, "from_date": min(days), **until})
        parents = frozenset().union(*(each.parents for each in wanted))
        there: Counter[_Stored] = Counter()
        for page in read_pages(self._session, DimensionData, query):
            there.update(_stored(row) for row in page if row.parent_id in parents and row.value is not None)
        return there

    def result(self) -> Verification:
        """Returns the account, with what was not found among the missing."""
        looks = f"{self._found.looks} looks" if self._found.looks > 1 else "one look"
        reason = f"Planhat does not have it ({looks} in {time.monotonic() - self._started:.0f} s)."
        late = [each for left in self._left.values() for each in left]
        self._found.missing += [Missing(each.number, each.row, reason) for each in late]
        self._found.missing.sort(key=lambda each: each.number)
        return self._found


def _stored(row: DimensionData) -> _Stored:
    return row.parent_id, in_utc(row.time), float(row.value or 0)


def _summed(there: Counter[_Stored], rounded: Callable[[str], str]) -> Counter[_Stored]:
    summed: Counter[_Stored] = Counter()
    for (parent, when, value), count in there.items():
        summed[parent, rounded(when), value] += count
    return summed


def _took(there: Counter[_Stored], wanted: _Wanted, when: str) -> bool:
    """Takes one of the rows that Planhat has, if one is left."""
    for parent in wanted.parents:
        key = (parent, when, float(wanted.metric["value"]))
        if there[key] > 0:
            there[key] -= 1
            return True
    return False
