"""The account of a push: how many rows the host received, which it did not, and which may or may not have arrived."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from RPA.Planhat.errors import PlanhatBulkError
from RPA.Planhat.text.messages import listed

NAMED_FAILURES = 5
"""Failures that an error message names; the report has all."""


class Received(Enum):
    """What became of rows that were pushed. More than "received" the host does not tell."""

    RECEIVED = "received"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Part:
    """Rows with one and the same outcome.

    Attributes:
        first: The number of the first row, from 1.
        last: The number of the last row.
        rows: How many rows these are; bad rows between the two do not count.
        outcome: What became of them.
        reason: Why they failed, or what is unknown; else empty.
    """

    first: int
    last: int
    rows: int
    outcome: Received
    reason: str = ""

    def __str__(self) -> str:
        where = f"row {self.first}" if self.first == self.last else f"rows {self.first} to {self.last}"
        return f"{where} {self.outcome.value}: {self.reason}" if self.reason else f"{where} {self.outcome.value}"


@dataclass
class PushReport:
    """What became of pushed rows: each is received, failed, or unknown.

    Attributes:
        noun: What the rows are called.
        rows: How many there were in the input.
        bad: Number and reason of the rows that were not sent, since they are bad.
        parts: What became of the others, call by call.
        calls: How many calls were sent by this run.
        size: Bytes that were sent by this run.
        said: What the host complained about.
    """

    noun: str
    rows: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    calls: int = 0
    size: int = 0
    said: list[str] = field(default_factory=list)

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

    def raise_if_failed(self) -> None:
        """Fails when rows failed or are unknown; bad rows that were to be skipped are only in the report.

        Raises:
            PlanhatBulkError: With this report on it.
        """
        problems = [part for part in self.parts if part.outcome is not Received.RECEIVED]
        if problems:
            named = listed(problems[:NAMED_FAILURES], len(problems))
            raise PlanhatBulkError(f"Not all {self.noun} were received: {self}.{named}", self)

    def _of(self, outcome: Received) -> list[Part]:
        bad = [Part(number, number, 1, Received.FAILED, reason) for number, reason in self.bad]
        return [part for part in [*bad, *self.parts] if part.outcome is outcome]

    def __repr__(self) -> str:
        return ", ".join(f"{count} {name}" for name, count in self.counts.items() if count) or "no rows"

    __str__ = __repr__
