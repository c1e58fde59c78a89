"""The account of a push: how many rows the host received, which it did not, and which may or may not have arrived."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from RPA.Planhat.operations.rows.outcomes import NAMED_FAILURES, Account

if TYPE_CHECKING:
    from collections.abc import Iterable

    from RPA.Planhat.errors import PlanhatError


class Received(Enum):
    """The outcome of rows that were pushed. The host reports no more than "received"."""

    RECEIVED = "received"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Part(dict[str, Any]):
    """Rows with one and the same outcome, as a dictionary and as attributes.

    Attributes:
        first: The number of the first row, from 1.
        last: The number of the last row.
        rows: How many rows these are; bad rows between the two do not count.
        outcome: Their outcome.
        reason: Why they failed, or what is unknown; else empty.
    """

    def __init__(self, first: int, last: int, rows: int, outcome: Received, reason: str = "") -> None:
        self.first, self.last, self.rows, self.outcome, self.reason = first, last, rows, outcome, reason
        super().__init__(number=first, last=last, rows=rows, outcome=outcome.value, reason=reason)

    def __str__(self) -> str:
        where = f"row {self.first}" if self.first == self.last else f"rows {self.first} to {self.last}"
        return f"{where} {self.outcome.value}: {self.reason}" if self.reason else f"{where} {self.outcome.value}"

    __repr__ = __str__


class PushReport(Account):
    """The account of pushed rows: each is received, failed, or unknown.

    Attributes:
        noun: What the rows are called.
        rows: How many there were in the input.
        bad: Number and reason of the rows that were not sent, since they are bad.
        parts: The outcome of the others, call by call.
        calls: How many calls were sent by this run.
        size: Bytes that were sent by this run.
        said: What the host complained about.
        stopped_by: The error that ended the push before its end; nothing when it came to its end.
    """

    DONE = "received"

    def __init__(self, noun: str, rows: int = 0, bad: Iterable[tuple[int, str]] = ()) -> None:
        super().__init__(target=noun)
        self.noun = noun
        self.rows = rows
        self.bad = list(bad)
        self.parts: list[Part] = []
        self.calls = self.size = 0
        self.said: list[str] = []
        self.stopped_by: PlanhatError | None = None

    def sent(self, body: bytes) -> None:
        """Counts a call."""
        self.calls += 1
        self.size += len(body)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows ended in each outcome; they add up to the rows of the input."""
        return {outcome.value: sum(part.rows for part in self._of(outcome)) for outcome in Received}

    @property
    def received(self) -> int:
        """How many rows the host has received. It looks at them later; `Verify Metrics` reads metrics back."""
        return self.counts["received"]

    @property
    def failed(self) -> list[Part]:
        """The rows that were not sent, or that the host refused."""
        return self._of(Received.FAILED)

    @property
    def unknown(self) -> list[Part]:
        """The rows that the host may or may not have received."""
        return self._of(Received.UNKNOWN)

    def entries(self) -> Iterable[Part]:
        """Returns a dictionary for the rows of each call."""
        return sorted((part for outcome in Received for part in self._of(outcome)), key=lambda part: part.first)

    def raise_if_failed(self) -> None:
        """Fails when rows failed or are unknown; bad rows that were to be skipped are only in the report.

        Raises:
            PlanhatBulkError: With this report on it.
            PlanhatError: If the first call already was refused.
        """
        problems = [part for part in self.parts if part.outcome is not Received.RECEIVED]
        if self.stopped_by is not None and not self.received and not self.unknown:
            raise self.stopped_by
        if problems:
            self.raise_unless_done(problems[:NAMED_FAILURES])

    def problem(self, noun: str = "") -> str:
        """Returns in words how much was not received, or may not be; nothing if all was."""
        return super().problem(noun or self.noun)

    def _of(self, outcome: Received) -> list[Part]:
        bad = [Part(number, number, 1, Received.FAILED, reason) for number, reason in self.bad]
        return [part for part in [*bad, *self.parts] if part.outcome is outcome]
