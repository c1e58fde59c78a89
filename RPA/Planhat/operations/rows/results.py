"""What became of rows: kept in columns, since there may be millions of them, and shown as one object for each."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from RPA.Planhat.operations.rows.outcomes import Outcome, RowResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from typing_extensions import Self

    from RPA.Planhat.operations.rows.plan import Plan


OUTCOMES = tuple(Outcome)
CODES = {outcome: code for code, outcome in enumerate(OUTCOMES, 1)}
OPEN, NO_ROW = 0, 255


@dataclass(frozen=True)
class Resolution:
    """What became of some rows for one and the same reason.

    Attributes:
        numbers: The rows.
        outcome: What became of them.
        reason: Why.
        ids: Their Planhat ids, one for each; none at all where Planhat told none.
        retryable: Whether sending them again makes sense and does no harm.
    """

    numbers: Sequence[int]
    outcome: Outcome
    reason: str = ""
    ids: Sequence[str] = ()
    retryable: bool = False


class Outcomes:
    """What became of the rows of an input: a byte and an id for each, and the few reasons.

    Args:
        count: The number of rows.
    """

    def __init__(self, count: int) -> None:
        self._codes = bytearray(count + 1)
        self._codes[0] = NO_ROW
        self._ids = [""] * (count + 1)
        self._reasons: dict[int, str] = {}
        self._retryable: set[int] = set()

    def copy(self) -> Self:
        """Returns another one that says the same."""
        other = copy(self)
        for name, column in vars(self).items():
            setattr(other, name, column.copy())
        return other

    def settle(self, settled: Resolution) -> None:
        """Notes what became of some rows."""
        codes, code = self._codes, CODES[settled.outcome]
        for number in settled.numbers:
            codes[number] = code
        if settled.ids:
            ids = self._ids
            for number, planhat_id in zip(settled.numbers, settled.ids, strict=True):
                ids[number] = planhat_id
        if settled.reason:
            self._reasons.update(dict.fromkeys(settled.numbers, settled.reason))
        if settled.retryable:
            self._retryable.update(settled.numbers)

    def open(self) -> list[int]:
        """Returns the rows that are not settled yet."""
        if self._codes.find(OPEN) < 0:
            return []
        return [number for number, code in enumerate(self._codes) if code == OPEN]

    def of(self, *outcomes: Outcome) -> list[int]:
        """Returns the rows with one of some outcomes, in their order."""
        return sorted(number for outcome in outcomes for number in self._with(CODES[outcome]))

    def _with(self, code: int) -> Iterator[int]:
        number = self._codes.find(code)
        while number >= 0:
            yield number
            number = self._codes.find(code, number + 1)

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many rows ended in each outcome."""
        return {outcome: self._codes.count(code) for outcome, code in CODES.items()}

    def result(self, plan: Plan, number: int) -> RowResult:
        """Returns what became of a row that is settled."""
        outcome = OUTCOMES[self._codes[number] - 1]
        more = (self._ids[number], self._reasons.get(number, ""), number in self._retryable)
        return RowResult(number, outcome, plan.row(number), plan.key(number), *more)


class RowResults(Sequence[RowResult]):
    """One `RowResult` for each row of the input, in its order. Each is made when it is asked for.

    Args:
        plan: The rows.
        ledger: What became of them, all of them settled.
    """

    def __init__(self, plan: Plan, ledger: Outcomes) -> None:
        self._plan = plan
        self._ledger = ledger

    def __len__(self) -> int:
        return len(self._plan)

    @overload
    def __getitem__(self, index: int) -> RowResult: ...
    @overload
    def __getitem__(self, index: slice) -> list[RowResult]: ...
    def __getitem__(self, index: int | slice) -> RowResult | list[RowResult]:
        """Returns a result by its place, from 0, or some of them."""
        numbers = range(1, len(self) + 1)[index]
        return self._made(numbers) if isinstance(numbers, range) else self._ledger.result(self._plan, numbers)

    def _made(self, numbers: Iterable[int]) -> list[RowResult]:
        return [self._ledger.result(self._plan, number) for number in numbers]

    def of(self, *outcomes: Outcome) -> list[RowResult]:
        """Returns the results with one of some outcomes."""
        return self._made(self._ledger.of(*outcomes))

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many rows ended in each outcome."""
        return self._ledger.counts

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (list, RowResults)):
            return NotImplemented
        return len(self) == len(other) and all(own == its for own, its in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> Any:
        """Copies and pickles are plain lists, without the plan."""
        return list, (list(self),)

    def __repr__(self) -> str:
        return f"<{len(self)} results>"
