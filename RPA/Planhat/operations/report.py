"""The account of a bulk write: what became of every row."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatBulkError

if TYPE_CHECKING:
    from collections.abc import Mapping

COUNTS = ("created", "updated", "nonupdates")
LISTS = (
    "createdErrors", "insertsKeys", "updatedErrors", "updatesKeys", "modified", "upsertedIds", "permissionErrors",
    "validationErrors",
)  # fmt: skip

NAMED_FAILURES = 5
"""Failures that an error message names; the report has all."""


class Outcome(Enum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    UNKNOWN = "unknown"


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
    """

    number: int
    outcome: Outcome
    row: Mapping[str, Any]
    key: str = ""
    id: str = ""
    reason: str = ""


class BulkReport(dict[str, Any]):
    """Planhat's answers to a bulk write merged into one, and what became of every row.

    As a dictionary it has Planhat's keys: `created`, `updated`, `nonupdates`, `insertsKeys`, `createdErrors` and so on.

    Attributes:
        results: One `RowResult` for each input row, in the order of the input.
        calls: How many calls were sent.
    """

    def __init__(self) -> None:
        super().__init__({**dict.fromkeys(COUNTS, 0), **{key: [] for key in LISTS}})
        self.results: list[RowResult] = []
        self.calls = 0

    def merge(self, envelope: Mapping[str, Any]) -> None:
        """Adds the counts and joins the lists of one answer."""
        for key, value in envelope.items():
            if isinstance(value, list):
                self[key] = [*self.get(key, []), *value]
            elif isinstance(value, int) and not isinstance(value, bool):
                self[key] = self.get(key, 0) + value

    def of(self, outcome: Outcome | str) -> list[RowResult]:
        """Returns the results with an outcome, such as `failed`."""
        return [result for result in self.results if result.outcome is Outcome(outcome)]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows ended in each outcome."""
        counted = Counter(result.outcome.value for result in self.results)
        return {outcome.value: counted[outcome.value] for outcome in Outcome}

    @property
    def failed(self) -> list[RowResult]:
        """The rows that Planhat refused, or that were not sent."""
        return self.of(Outcome.FAILED)

    @property
    def unknown(self) -> list[RowResult]:
        """The rows that may or may not be stored."""
        return self.of(Outcome.UNKNOWN)

    def raise_if_failed(self) -> None:
        """Fails when a row failed or is unknown.

        Raises:
            PlanhatBulkError: With this report on it.
        """
        bad = [*self.failed, *self.unknown]
        if bad:
            named = "\n".join(
                f"  row {each.number} {each.outcome.value}: {each.reason}" for each in bad[:NAMED_FAILURES]
            )
            more = f"\n  and {len(bad) - NAMED_FAILURES} more" if len(bad) > NAMED_FAILURES else ""
            raise PlanhatBulkError(
                f"{len(bad)} of {len(self.results)} rows were not stored for sure: {self}\n{named}{more}", self
            )

    def save(self, path: str | Path, outcomes: tuple[str, ...] = ("failed", "unknown")) -> int:
        """Writes rows as CSV, with all their columns and the reason, so that they can be mended and sent again.

        Returns:
            The number of rows written.
        """
        results = [result for result in self.results if result.outcome.value in outcomes]
        columns = list(dict.fromkeys(name for result in results for name in result.row))
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*columns, "planhat_outcome", "planhat_reason"])
            for each in results:
                cells = [_cell(each.row.get(name)) for name in columns]
                writer.writerow([*cells, each.outcome.value, _cell(each.reason)])
        return len(results)

    def __repr__(self) -> str:
        return ", ".join(f"{count} {name}" for name, count in self.counts.items() if count) or "no rows"

    __str__ = __repr__


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f"'{text}" if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
