"""Rows and their outcomes: kept in columns, since there may be millions of them, and shown as one object for each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

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
OF_ACTION = {REFUSED: Outcome.FAILED, REPEATED: Outcome.UNCHANGED, SKIPPED: Outcome.UNCHANGED}
"""The outcomes of rows that are not sent themselves."""

ACCOUNT = ("number", "outcome", "reason", "key")
"""The keys that a row of a report has before its own columns."""


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
    """

    __slots__ = ("action", "changes", "id", "key", "number", "reason", "retryable", "row")

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
    ) -> None:
        self.number = number
        self.action = outcome.value if isinstance(outcome, Outcome) else outcome
        self.row, self.key, self.id, self.reason = row, key, id, reason
        self.retryable = retryable
        self.changes = changes or {}
        account = dict(zip(ACCOUNT, (number, self.action, reason, key), strict=True))
        own = {f"row.{name}" if name in ACCOUNT else str(name): _as_json(cell) for name, cell in row.items()}
        super().__init__({**account, **own})

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
        return (self.number, self.action, self.row, self.key, self.id, self.reason, self.retryable, self.changes)

    def __str__(self) -> str:
        why = f": {self.reason}" if self.reason else f": {self.key}" if self.key else ""
        return f"row {self.number} {self.action}{why}"

    __repr__ = __str__


def _as_json(cell: Any) -> Any:
    """Returns a cell as JSON and worksheets take it."""
    if cell is None or type(cell) in (str, int, bool) or (type(cell) is float and cell == cell):  # noqa: PLR0124 - NaN
        return cell
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, (Mapping, list, tuple)):
        return json.loads(json.dumps(cell, default=str))
    return None if isinstance(cell, float) else str(cell)


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
    """

    def __init__(self) -> None:
        self._codes = bytearray([len(STATES)])  # there is no row 0
        self.ids: list[str] = [""]
        self.reasons: dict[int, str] = {}
        self._retryable: set[int] = set()

    def __len__(self) -> int:
        return len(self._codes) - 1

    def extend(self, count: int, state: str = SEND) -> None:
        """Adds rows behind the others."""
        self._codes.extend([STATES.index(state)] * count)
        self.ids.extend([""] * count)

    def __getitem__(self, number: int) -> str:
        return STATES[self._codes[number]]

    def set(
        self, numbers: Iterable[int], state: str, reason: str = "", ids: Iterable[str] = (), *, retryable: bool = False
    ) -> None:
        """Gives rows another state, and one reason."""
        codes, code, numbers = self._codes, STATES.index(state), list(numbers)
        for number in numbers:
            codes[number] = code
        known = self.ids
        for number, planhat_id in zip(numbers, ids, strict=False):
            known[number] = planhat_id
        if reason:
            self.reasons.update(dict.fromkeys(numbers, reason))
        elif self.reasons:
            for number in numbers:
                self.reasons.pop(number, None)
        if retryable:
            self._retryable.update(numbers)
        elif self._retryable:
            self._retryable.difference_update(numbers)

    def match(self, number: int, state: str, planhat_id: str) -> None:
        """Notes that a row means a record."""
        self._codes[number] = STATES.index(state)
        self.ids[number] = planhat_id

    def settle(self, settled: Resolution) -> None:
        """Notes the outcome of some rows."""
        value = settled.outcome.value
        self.set(settled.numbers, value, settled.reason, settled.ids, retryable=settled.retryable)

    def having(self, *states: str) -> Iterator[int]:
        """Yields the rows in some states, in their order; these may change meanwhile."""
        if states:
            codes = b"".join(re.escape(bytes([STATES.index(state)])) for state in states)
            yield from (found.start() for found in re.finditer(b"[" + codes + b"]", self._codes, re.DOTALL))

    def count(self, *states: str) -> int:
        """Returns how many rows are in some states."""
        return sum(self._codes.count(STATES.index(state)) for state in states)

    def is_retryable(self, number: int) -> bool:
        """Tells whether sending a row again makes sense."""
        return number in self._retryable
