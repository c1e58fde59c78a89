"""What becomes of a row, wherever rows are sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class Outcome(Enum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    UNKNOWN = "unknown"


STORED = (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED)


@dataclass(frozen=True)
class RowResult:
    """What became of one row.

    Attributes:
        number: The place of the row in the input, from 1.
        outcome: What became of it.
        row: The row as it was given.
        key: The key that it was matched by, such as `externalId=A-1`; empty without one.
        id: The Planhat id, where Planhat told it.
        reason: Why it failed, or what is unknown; else empty.
        retryable: Whether sending the row again as it is makes sense and does no harm.
    """

    number: int
    outcome: Outcome
    row: Mapping[str, Any]
    key: str = ""
    id: str = ""
    reason: str = ""
    retryable: bool = False

    @property
    def is_stored(self) -> bool:
        """Whether Planhat has the row."""
        return self.outcome in STORED
