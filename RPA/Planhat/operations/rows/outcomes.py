"""Outcomes of rows, and reports, in one form that goes into JSON and work items.

Outcomes are kept in columns, since there may be millions of them, and shown as one object for each row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import repeat
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatBulkError
from RPA.Planhat.operations.input.formats import plain_value
from RPA.Planhat.text.messages import listed

if TYPE_CHECKING:
    from RPA.Planhat.operations.rows.comparing import Change


class Outcome(Enum):
    """The outcome of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    UNKNOWN = "unknown"


STORED = (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED)

SEND, CREATE, UPDATE, REPEATED, REFUSED, SKIPPED = "send", "create", "update", "repeated", "refused", "skipped"
"""Actions of a plan, beside `unchanged`, which is an outcome as well."""

TO_SEND = (SEND, CREATE, UPDATE)
"""Actions of rows that are not settled yet. `send` is a row that was not compared with Planhat's records."""

STATES = (*TO_SEND, REPEATED, REFUSED, SKIPPED, *(each.value for each in Outcome))
_CODES = {state: code for code, state in enumerate(STATES)}
OF_ACTION = {REFUSED: Outcome.FAILED, REPEATED: Outcome.UNCHANGED, SKIPPED: Outcome.UNCHANGED}
"""The outcomes of rows that are not sent themselves."""

ACCOUNT = ("number", "outcome", "reason", "key")
"""The keys that a row of a report has before its own columns."""

NAMES = ("name", "title", "subject", "email", "account", "company")
"""Columns by which people know a row, in the order in which they are looked for."""

AS_IN_JSON = frozenset({str, int, bool, type(None)})
"""Types of cells that JSON and worksheets take as they are."""


class RowResult(dict[str, Any]):
    """One row of a plan or a report.

    As a dictionary it has `number`, `outcome`, `reason`, `key` and the columns of the row, so that it goes into
    tables, worksheets, JSON and work items. A column of one of these names is `row.<name>`.

    Attributes:
        number: The place of the row in the input, from 1.
        action: What is to be done with it, or its outcome.
        row: The row as it was given.
        key: The key that it is matched by, such as `externalId=A-1`; empty without one.
        id: The Planhat id, where it is known.
        reason: Why it is refused, failed or unknown; else empty.
        retryable: Whether sending the row again as it is makes sense and does no harm.
        changes: By field, the value that Planhat has and the new one; of a plan only.
        name: What people call the record, where that is known: its name, its title, or an e-mail address.
    """

    __slots__ = ("action", "changes", "id", "key", "name", "number", "reason", "retryable", "row")

    def __init__(  # noqa: PLR0913, PLR0917 - the account of a row
        self,
        number: int,
        outcome: Outcome | str,
        row: Mapping[str, Any],
        key: str = "",
        id: str = "",  # noqa: A002 - the name of the attribute
        reason: str = "",
        retryable: bool = False,  # noqa: FBT001, FBT002 - as the attributes stand
        changes: Mapping[str, Change] | None = None,
        name: str = "",
    ) -> None:
        self.number = number
        self.action = outcome.value if isinstance(outcome, Outcome) else outcome
        self.row, self.key, self.id, self.reason = row, key, id, reason
        self.retryable = retryable
        self.changes = changes or {}
        self.name = name
        super().__init__(number=number, outcome=self.action, reason=reason, key=key)
        for column, cell in row.items():
            self[f"row.{column}" if column in ACCOUNT else str(column)] = (
                cell if type(cell) in AS_IN_JSON else _as_json(cell)
            )

    @property
    def record_name(self) -> str:
        """The name of the record with its key, as people look for it: `Acme (externalId=A-1)`."""
        name = self.name
        if not name:
            cells = {str(column).casefold(): cell for column, cell in self.row.items()}
            name = next((str(cells[each]) for each in NAMES if cells.get(each) not in (None, "")), "")
        return f"{name} ({self.key})" if name and self.key else name or self.key

    @property
    def outcome(self) -> Outcome:
        """The outcome: of a row that repeats another one, or is refused, that of the report's files."""
        return OF_ACTION.get(self.action) or Outcome(self.action)

    @property
    def planhat_id(self) -> str:
        """The record that it changes or has become."""
        return self.id

    @property
    def is_stored(self) -> bool:
        """Whether Planhat has the row."""
        return self.outcome in STORED

    def __eq__(self, other: object) -> bool:
        return self._facts() == other._facts() if isinstance(other, RowResult) else super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None

    def __reduce__(self) -> tuple[type[RowResult], tuple[Any, ...]]:
        return RowResult, self._facts()

    def _facts(self) -> tuple[Any, ...]:
        return (
            self.number,
            self.action,
            self.row,
            self.key,
            self.id,
            self.reason,
            self.retryable,
            self.changes,
            self.name,
        )

    def __str__(self) -> str:
        why = f": {self.reason}" if self.reason else f": {self.key}" if self.key else ""
        return f"row {self.number} {self.action}{why}"

    __repr__ = __str__


def _as_json(cell: Any) -> Any:
    """Returns a cell as JSON and worksheets take it."""
    value = plain_value(cell)
    if isinstance(value, float):
        return value if value == value else None  # noqa: PLR0124 - NaN
    if isinstance(value, (Mapping, list, tuple)):
        return json.loads(json.dumps(value, default=plain_value))
    return value


@dataclass(frozen=True)
class Resolution:
    """Rows with one and the same outcome, for one reason.

    Attributes:
        numbers: The rows.
        outcome: Their outcome.
        reason: Why.
        ids: Their Planhat ids, one for each; none at all where Planhat gave none.
        retryable: Whether sending them again makes sense and does no harm.
    """

    numbers: Sequence[int]
    outcome: Outcome
    reason: str = ""
    ids: Sequence[str] = ()
    retryable: bool = False


class States:
    """The state of each row, from 1: a byte and an id for each, and the few reasons.

    Attributes:
        ids: Planhat ids by number; empty where none is known.
        reasons: Reasons by number, where there is one.
        retryable: The rows that make sense to be sent again as they are.
    """

    def __init__(self) -> None:
        self._codes = bytearray([len(STATES)])  # there is no row 0
        self.ids: list[str] = [""]
        self.reasons: dict[int, str] = {}
        self.retryable: set[int] = set()

    def extend(self, count: int) -> None:
        """Adds rows that are to be sent behind the others."""
        self._codes.extend([_CODES[SEND]] * count)
        self.ids.extend([""] * count)

    def __getitem__(self, number: int) -> str:
        return STATES[self._codes[number]]

    def set(
        self, numbers: Iterable[int], state: str, reason: str = "", ids: Iterable[str] = (), *, retryable: bool = False
    ) -> None:
        """Gives rows another state, and one reason."""
        codes, code, known = self._codes, _CODES[state], self.ids
        if isinstance(numbers, range) and numbers.step == 1:  # most calls
            codes[numbers.start : numbers.stop] = bytes([code]) * len(numbers)
            if ids:
                known[numbers.start : numbers.stop] = ids
        else:
            numbers = list(numbers)
            for number in numbers:
                codes[number] = code
            for number, planhat_id in zip(numbers, ids, strict=False):
                known[number] = planhat_id
        if reason:
            self.reasons.update(dict.fromkeys(numbers, reason))
        elif self.reasons:
            for number in numbers:
                self.reasons.pop(number, None)
        if retryable or self.retryable:
            (self.retryable.update if retryable else self.retryable.difference_update)(numbers)

    def match(self, number: int, state: str, planhat_id: str) -> None:
        """Notes that a row means a record."""
        self._codes[number] = _CODES[state]
        self.ids[number] = planhat_id

    def having(self, *states: str) -> Iterator[int]:
        """Yields the rows in some states, in their order; these may change meanwhile."""
        if states:
            codes = re.escape(bytes(map(STATES.index, states)))
            for found in re.finditer(b"[" + codes + b"]", self._codes, re.DOTALL):
                yield found.start()

    def count(self, *states: str) -> int:
        """Returns how many rows are in some states."""
        return sum(map(self._codes.count, map(STATES.index, states)))


NAMED_FAILURES = 5
"""Failures that an error message names; the report has all."""

COMPUTED = ("counts", "rows")


class _Later:
    """The place of what a report makes when it is asked for.

    An encoder that reads dictionaries past their methods, such as orjson, refuses it: it would leave out all rows.
    """


_LATER = _Later()


class Account(dict[str, Any]):
    """A report: everything that was given is in it exactly once.

    As a dictionary it has `counts` and `rows`, so that it can be kept as JSON or in a work item. Both are made when
    they are asked for, since there may be millions of rows. For orjson, make a plain dictionary of it: `dict(report)`.
    """

    NOUN = "rows"
    DONE = "stored"
    NOT_DONE: tuple[str, ...] = ("failed",)
    """Outcomes of what was certainly not done; `unknown` may or may not be done."""

    def __init__(self, **own: Any) -> None:
        super().__init__(own, counts=_LATER, rows=_LATER)

    @property
    def counts(self) -> dict[str, int]:
        """How many ended in each outcome."""
        raise NotImplementedError

    def entries(self) -> Iterable[Any]:
        """Returns a dictionary for each row."""
        raise NotImplementedError

    def problem(self, noun: str = "") -> str:
        """Returns in words how much was not done, or may not be; nothing if all was done.

        Args:
            noun: What was to be done. Default: that of the report.
        """
        counts = self.counts
        failed, unknown = sum(map(counts.get, self.NOT_DONE, repeat(0))), counts.get("unknown", 0)
        if not failed and not unknown:
            return ""
        share = f"{failed or unknown} of {sum(counts.values())} {noun or self.NOUN}"
        told = f"{share} were not {self.DONE}" if failed else f"{share} may not have been {self.DONE}"
        more = f", {unknown} more may not have been {self.DONE}" if failed and unknown else ""
        return f"{told}{more}: {self}"

    def raise_unless_done(self, first: Iterable[Any]) -> None:
        """Fails when something was not done, or may not be.

        Args:
            first: The first things that were not done, to be named.

        Raises:
            PlanhatBulkError: With this report on it.
        """
        problem = self.problem()
        if problem:
            total = sum(map(self.counts.get, (*self.NOT_DONE, "unknown"), repeat(0)))
            raise PlanhatBulkError(problem + listed(first, total), self)

    def __getitem__(self, key: str) -> Any:
        if key == "counts":
            return self.counts
        return list(self.entries()) if key == "rows" else super().__getitem__(key)

    def __iter__(self) -> Iterator[str]:
        yield from (key for key in super().__iter__() if key not in COMPUTED)
        yield from COMPUTED

    def keys(self) -> Any:
        """Returns the names of all that it has."""
        return dict.fromkeys(self).keys()

    def items(self) -> Any:
        """Returns all that it has, with `counts` and `rows`."""
        return {key: self[key] for key in self}.items()

    def values(self) -> Any:
        """Returns the values of all that it has."""
        return {key: self[key] for key in self}.values()

    def get(self, key: str, default: Any = None) -> Any:
        """Returns what it has under a name, or the default."""
        return self[key] if key in self else default  # noqa: SIM401 - this is what it would call

    def __repr__(self) -> str:
        return ", ".join(f"{count} {name}" for name, count in self.counts.items() if count) or f"no {self.NOUN}"

    __str__ = __repr__
