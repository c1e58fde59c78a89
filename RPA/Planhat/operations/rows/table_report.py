"""What becomes of the rows of a table: the plan before anything is sent, and the report afterwards."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, cast

from RPA.Planhat.errors import PlanhatBulkError
from RPA.Planhat.operations.input.cells import cell_text, shield
from RPA.Planhat.operations.input.report_files import write_rows
from RPA.Planhat.operations.rows.outcomes import Outcome, RowResult
from RPA.Planhat.operations.rows.report import FILES, NAMED_FAILURES, paths_of
from RPA.Planhat.text.files import file_path, translate_os_errors
from RPA.Planhat.text.messages import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from RPA.Planhat.operations.rows.staging import StagedRow, StagingTable
    from RPA.Planhat.types import PlanhatObject

SAMPLE = 100
"""Rows that a plan has as objects; its file has all."""

PLANNED = ("create", "update", "unchanged", "refused", "repeated")
DONE = ("created", "updated", "unchanged", "failed", "unknown", "refused", "repeated")
NOT_STORED = ("refused", "failed")
BAD = (*NOT_STORED, "unknown")


class _Account:
    """Rows by what becomes of them.

    Args:
        model: The model.
        draft: The rows.
    """

    OUTCOMES: tuple[str, ...] = ()

    def __init__(self, model: type[PlanhatObject], draft: StagingTable) -> None:
        self.model = model
        self._draft = draft
        self.delimiter = ","
        """What stands between the cells of its files: what did so in the input."""
        self.columns: list[str] = []
        """The columns of the table, empty ones too, which a mapping may name."""
        self.left_out: dict[str, int] = {}
        """Cells that were left out, by the reason."""
        self.unused: list[str] = []
        """Columns that were not used."""
        self.alike: list[str] = []
        """Sentences on rows that Planhat may take for one record; an import sends them, a sync refuses them."""

    @property
    def counts(self) -> dict[str, int]:
        """How many rows ended in each outcome."""
        counted = self._draft.counts()
        return {outcome: counted.get(outcome, 0) for outcome in self.OUTCOMES}

    @property
    def total(self) -> int:
        """The number of rows."""
        return sum(self._draft.counts().values())

    def rows(self, *outcomes: str, limit: int = SAMPLE) -> list[StagedRow]:
        """Returns some rows: those with one of the outcomes, the first of them."""
        return list(self._draft.rows(outcomes, limit))

    @property
    def refused(self) -> list[StagedRow]:
        """The first rows that can not be sent, with the reason."""
        return self.rows("refused")

    @property
    def not_in_table(self) -> Iterator[dict[str, Any]]:
        """The records of Planhat that no row means; known after a comparison only."""
        return self._draft.others()

    def __repr__(self) -> str:
        return ", ".join(f"{count} {name}" for name, count in self.counts.items() if count) or "no rows"

    __str__ = __repr__


class TablePlan(_Account):
    """What an import or a sync would do. Nothing was sent.

    Attributes:
        model: The model.
    """

    OUTCOMES = PLANNED

    @property
    def differences(self) -> list[dict[str, Any]]:
        """The first changes, field by field: `row`, `action`, `key`, `field`, `old`, `new`."""
        found = [line for row in self._draft.rows(("create", "update"), SAMPLE) for line in _lines(row)]
        return found[:SAMPLE]

    def save(self, path: str | Path) -> int:
        """Writes the whole plan as CSV: a line for each field that changes, and for each row that is not sent.

        Returns:
            The number of lines.
        """
        count = 0
        path = file_path(path)
        with (
            translate_os_errors(path),
            path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file,
        ):
            writer = csv.writer(file, delimiter=self.delimiter)
            writer.writerow(["row", "action", "key", "field", "old", "new", "reason"])
            for row in self._draft.rows():
                for line in _lines(row):
                    reason = shield(" ".join(row.reason.split()))
                    writer.writerow([*(cell_text(line[name]) for name in line), reason])
                    count += 1
        return count

    def save_files(self, path: str | Path) -> dict[str, Path]:
        """Writes the plan as `save` does, and returns its path by `plan`, as reports return theirs."""
        self.save(path)
        return {"plan": file_path(path)}


def _lines(row: StagedRow) -> list[dict[str, Any]]:
    same = {"row": row.number, "action": row.action, "key": row.key}
    changes = row.changes if row.action in ("create", "update") else {}
    return [{**same, "field": name, "old": old, "new": new} for name, (old, new) in changes.items()] or [
        {**same, "field": "", "old": None, "new": None}
    ]


class TableReport(_Account):
    """What an import or a sync did.

    Attributes:
        model: The model.
        calls: How many calls were sent.
        stopped: Why it stopped before the end; empty when it did not.
    """

    OUTCOMES = DONE

    def __init__(self, model: type[PlanhatObject], draft: StagingTable) -> None:
        super().__init__(model, draft)
        self.calls = 0
        self.stopped = ""

    @property
    def failed(self) -> list[StagedRow]:
        """The first rows that are not stored, as in the file of failed rows: refused, by Planhat too, or not sent."""
        return self.rows(*NOT_STORED)

    @property
    def unknown(self) -> list[StagedRow]:
        """The first rows that may or may not be stored."""
        return self.rows("unknown")

    def raise_if_failed(self) -> None:
        """Fails when a row is refused, failed or unknown.

        Raises:
            PlanhatBulkError: With this report on it.
        """
        bad = sum(self.counts[outcome] for outcome in BAD)
        if bad:
            first = self.rows(*BAD, limit=NAMED_FAILURES)
            named = listed(first, bad)
            raise PlanhatBulkError(f"{bad} of {self.total} rows were not stored for sure: {self}{named}", self)

    def save_files(self, path: str | Path) -> dict[str, Path]:
        """Writes all rows with their own columns as CSV: `<path>.ok.csv`, `<path>.failed.csv`, `<path>.unknown.csv`.

        Each row is in one of them. The file of failed rows can be mended and imported again as it is, with the same
        mapping.

        Args:
            path: The path without `.csv`; one with an ending, such as that of the input, is taken without it.

        Returns:
            The paths by `ok`, `failed` and `unknown`.
        """
        paths = paths_of(path)
        more = {"ok": ("repeated",), "failed": ("refused",), "unknown": ()}
        for name, outcomes in FILES.items():
            results = _Results(self._draft, (*outcomes, *more[name]))
            write_rows(paths[name], cast("Sequence[RowResult]", results), self.delimiter, self.columns)
        return paths


class _Results:
    """Rows of a draft as results, as often as they are asked for."""

    def __init__(self, draft: StagingTable, actions: tuple[str, ...]) -> None:
        self._draft = draft
        self._actions = actions

    def __iter__(self) -> Iterator[RowResult]:
        for row in self._draft.rows(self._actions):
            yield result_of(row)


OUTCOME = {"refused": Outcome.FAILED, "repeated": Outcome.UNCHANGED}


def result_of(row: StagedRow) -> RowResult:
    """Returns what became of a row as reports of bulk upserts have it; a refused row is a failed one."""
    outcome = OUTCOME.get(row.action) or Outcome(row.action)
    return RowResult(row.number, outcome, row.row, row.key, row.planhat_id, row.reason, row.retryable)
