"""The account of a bulk write: what became of every row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatBulkError
from RPA.Planhat.operations.input.report_files import write_rows
from RPA.Planhat.operations.rows.outcomes import Outcome, RowResult
from RPA.Planhat.operations.rows.results import RowResults
from RPA.Planhat.text.files import file_path
from RPA.Planhat.text.messages import listed, plural

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FILES", "NAMED_FAILURES", "BulkReport", "Outcome", "Proof", "RowResult"]

COUNTS = ("created", "updated", "nonupdates")
LISTS = (
    "createdErrors", "insertsKeys", "updatedErrors", "updatesKeys", "modified", "upsertedIds", "permissionErrors",
    "validationErrors",
)  # fmt: skip

FILES = {"ok": ("created", "updated", "unchanged"), "failed": ("failed",), "unknown": ("unknown",)}
"""The files of a report, and the outcomes that each holds."""

NAMED_FAILURES = 5
"""Failures that an error message names; the report has all."""


@dataclass(frozen=True)
class Proof:
    """What was found when all rows that are stored were read back.

    Attributes:
        count: Rows that were found as they were sent.
        digest: SHA-256 of the keys and digests of these rows, sorted.
        missing: Rows that were not found.
        differing: Rows that were found with other values, and the fields concerned.
        unkeyed: Rows that have no key to find them by.
    """

    count: int
    digest: str
    missing: list[int]
    differing: dict[int, list[str]]
    unkeyed: int = 0

    @property
    def holds(self) -> bool:
        """Whether every row with a key was found as it was sent."""
        return not self.missing and not self.differing

    def __str__(self) -> str:
        parts = [f"{plural(self.count, 'row')} as sent"]
        if self.missing:
            parts.append(f"{len(self.missing)} missing (the first is row {self.missing[0]})")
        if self.differing:
            number, names = next(iter(self.differing.items()))
            parts.append(f"{len(self.differing)} different (the first is row {number}: {', '.join(names)})")
        if self.unkeyed:
            parts.append(f"{self.unkeyed} without a key to find them by")
        return ", ".join(parts)


def paths_of(path: str | Path) -> dict[str, Path]:
    """Returns the paths of the files of a report, by their names in `FILES`.

    Args:
        path: The path without `.csv`; one with `.csv` is taken without it.
    """
    start = str(file_path(path)).removesuffix(".csv")
    return {name: Path(f"{start}.{name}.csv") for name in FILES}


class BulkReport(dict[str, Any]):
    """Planhat's answers to a bulk write merged into one, and what became of every row.

    As a dictionary it has Planhat's keys: `created`, `updated`, `nonupdates`, `insertsKeys`, `createdErrors` and so on.

    Attributes:
        results: One `RowResult` for each input row, in the order of the input.
        calls: How many calls were sent; with a journal, by all runs together.
        stopped: Why the upload stopped before the end; empty when it did not.
        proof: What reading all rows back has shown; nothing unless that was asked for.
        delimiter: What stands between the cells of the report's files: what did so in the input.
    """

    def __init__(self) -> None:
        super().__init__({**dict.fromkeys(COUNTS, 0), **{key: [] for key in LISTS}})
        self.results: list[RowResult] | RowResults = []
        self.calls = 0
        self.stopped = ""
        self.proof: Proof | None = None
        self.delimiter = ","

    def merge(self, envelope: Mapping[str, Any]) -> None:
        """Adds the counts and joins the lists of one answer."""
        for key, value in envelope.items():
            if isinstance(value, list):
                self.setdefault(key, []).extend(value)
            elif isinstance(value, int) and not isinstance(value, bool):
                self[key] = self.get(key, 0) + value

    def of(self, outcome: Outcome | str) -> list[RowResult]:
        """Returns the results with an outcome, such as `failed`."""
        return self._with(Outcome(outcome))

    def _with(self, *outcomes: Outcome) -> list[RowResult]:
        if isinstance(self.results, RowResults):
            return self.results.of(*outcomes)
        return [result for result in self.results if result.outcome in outcomes]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows ended in each outcome."""
        if isinstance(self.results, RowResults):
            return {outcome.value: count for outcome, count in self.results.counts.items()}
        found = Counter(result.outcome for result in self.results)
        return {outcome.value: found[outcome] for outcome in Outcome}

    @property
    def failed(self) -> list[RowResult]:
        """The rows that Planhat refused, or that were not sent."""
        return self.of(Outcome.FAILED)

    @property
    def unknown(self) -> list[RowResult]:
        """The rows that may or may not be stored."""
        return self.of(Outcome.UNKNOWN)

    def raise_if_failed(self) -> None:
        """Fails when a row failed or is unknown, or was not found again as it was sent.

        Raises:
            PlanhatBulkError: With this report on it.
        """
        bad = [*self.failed, *self.unknown]
        if bad:
            first = (f"row {each.number} {each.outcome.value}: {each.reason}" for each in bad[:NAMED_FAILURES])
            share = f"{len(bad)} of {len(self.results)} rows"
            message = f"{share} were not stored for sure: {self}{listed(first, len(bad))}"
            raise PlanhatBulkError(message, self)
        if self.proof is not None and not self.proof.holds:
            raise PlanhatBulkError(f"Reading back found something else than was sent: {self.proof}", self)

    def save(self, path: str | Path, outcomes: tuple[str, ...] = ("failed", "unknown")) -> int:
        """Writes rows as CSV, with all their columns and the reason, so that they can be mended and sent again.

        Returns:
            The number of rows written.
        """
        results = self._with(*map(Outcome, outcomes))
        write_rows(path, results, self.delimiter)
        return len(results)

    def save_files(self, path: str | Path) -> dict[str, Path]:
        """Writes all rows as CSV in three files: `<path>.ok.csv`, `<path>.failed.csv` and `<path>.unknown.csv`.

        Each row is in one of them, with all its columns. The file of failed rows can be mended and sent again as it
        is. A file without rows is written, too, with a line of headings.

        Args:
            path: The path without `.csv`; one with `.csv`, such as that of the input, is taken without it.

        Returns:
            The paths by `ok`, `failed` and `unknown`.
        """
        paths = paths_of(path)
        for name, outcomes in FILES.items():
            self.save(paths[name], outcomes)
        return paths

    def __repr__(self) -> str:
        return ", ".join(f"{count} {name}" for name, count in self.counts.items() if count) or "no rows"

    __str__ = __repr__
