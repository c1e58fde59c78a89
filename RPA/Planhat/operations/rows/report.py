"""Reports on rows: the plan before anything is sent, and the account of every row afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from RPA.Planhat.errors import PlanhatBulkError, PlanhatValidationError
from RPA.Planhat.operations.input.formats import RowWriter, cell_text, shield
from RPA.Planhat.operations.input.report_files import csv_path, save_rows
from RPA.Planhat.operations.rows.outcomes import (
    CREATE,
    NAMED_FAILURES,
    REFUSED,
    REPEATED,
    SKIPPED,
    STORED,
    UPDATE,
    Account,
    Outcome,
    RowResult,
)
from RPA.Planhat.text.files import file_path, new_text_file
from RPA.Planhat.text.messages import plural

if TYPE_CHECKING:
    from RPA.Planhat.operations.rows.plan import Plan
    from RPA.Planhat.types import PlanhatObject

__all__ = ["FILES", "BulkReport", "Outcome", "RowResult", "TablePlan", "TableReport", "UploadVerification"]

COUNTS = ("created", "updated", "nonupdates")
LISTS = (
    "createdErrors", "insertsKeys", "updatedErrors", "updatesKeys", "modified", "upsertedIds", "permissionErrors",
    "validationErrors",
)  # fmt: skip

FILES = {
    "ok": (*(each.value for each in STORED), REPEATED, SKIPPED),
    "failed": (REFUSED, "failed"),
    "unknown": ("unknown",),
}
"""The files of a report, and the states that each holds."""

STATES_OF: dict[Outcome, tuple[str, ...]] = {
    **{outcome: (outcome.value,) for outcome in Outcome},
    Outcome.UNCHANGED: ("unchanged", REPEATED, SKIPPED),
    Outcome.FAILED: ("failed", REFUSED),
}
"""The states that count as an outcome."""

BAD = (*FILES["failed"], *FILES["unknown"])
"""The states of rows that are not stored, or may not be."""

LINE = ("row", "action", "key", "field", "old", "new", "reason", "record", "old_name", "new_name")
"""The columns of a plan's file."""

SAMPLE = 100
"""Rows that a plan has as objects; its file has all."""


@dataclass(frozen=True)
class UploadVerification:
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


class RowResults(Sequence[RowResult]):
    """One `RowResult` for each of some rows, in their order. Each is made when it is asked for.

    Args:
        plan: The rows.
        numbers: Those that are meant.
    """

    def __init__(self, plan: Plan, numbers: Sequence[int]) -> None:
        self._plan = plan
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> RowResult: ...
    @overload
    def __getitem__(self, index: slice) -> list[RowResult]: ...
    def __getitem__(self, index: int | slice) -> RowResult | list[RowResult]:
        if isinstance(index, slice):
            return list(self._plan.results(self._numbers[index]))
        return next(self._plan.results([self._numbers[index]]))

    def __iter__(self) -> Iterator[RowResult]:
        return self._plan.results(self._numbers)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (list, RowResults)) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type[list[RowResult]], tuple[list[RowResult]]]:
        """A copy, also in another process, is a list: the rows are not copied with the plan."""
        return list, (list(self),)

    def __repr__(self) -> str:
        return f"<{plural(len(self), 'result')}>"


class Report(Account):
    """The account of a write: the outcome of every row.

    Attributes:
        calls: How many calls were sent; with a journal, by all runs together.
        stopped: Why the upload stopped before the end; empty when it did not.
        delimiter: The delimiter of the report's files: that of the input.
        alike: Sentences on rows that Planhat may take for one record.
        resent: Rows among the unchanged ones that were sent twice, since the first answer was lost: what they are is
            stored, and may have been created or updated by the first call.
        proof: What reading all rows back has shown; nothing unless that was asked for.
    """

    NOT_DONE = FILES["failed"]

    def __init__(self, plan: Plan | None = None) -> None:
        super().__init__()
        self.plan = plan
        self.calls = 0
        self.stopped = ""
        self.delimiter = ","
        self.alike: list[str] = []
        self.resent = 0
        self.proof: UploadVerification | None = None

    def merge(self, envelope: Mapping[str, Any]) -> None:
        """Takes Planhat's answer to a call."""

    def _having(self, *states: str, most: int | None = None) -> list[RowResult]:
        return list(self.plan.results(islice(self.plan.states.having(*states), most))) if self.plan else []

    @property
    def failed(self) -> list[RowResult]:
        """The rows that are not stored: those that cannot be sent, that Planhat refused, or that were not sent.

        Each is a dictionary of `number`, `outcome`, `reason`, `key` and the columns of the row.
        """
        return self._having(*FILES["failed"])

    @property
    def unknown(self) -> list[RowResult]:
        """The rows that may or may not be stored."""
        return self._having("unknown")

    def entries(self) -> Iterable[dict[str, Any]]:
        """Returns a dictionary for each row: `number`, `outcome`, `reason`, `key` and the columns of the row."""
        return self.plan.results(range(1, len(self.plan) + 1)) if self.plan else ()

    def raise_if_failed(self) -> None:
        """Fails when a row is not stored, or may not be, or was not found again as it was sent.

        Raises:
            PlanhatBulkError: With this report on it.
        """
        if self.problem():
            bad = self._having(*BAD, most=NAMED_FAILURES) if self.plan else [*self.failed, *self.unknown]
            self.raise_unless_done(bad[:NAMED_FAILURES])
        if self.proof is not None and not self.proof.holds:
            raise PlanhatBulkError(f"Reading back found something else than was sent: {self.proof}", self)

    def save_files(self, path: str | Path) -> dict[str, Path]:
        """Writes all rows as CSV in three files: `<path>.ok.csv`, `<path>.failed.csv` and `<path>.unknown.csv`.

        Each row is in one of them, with all its columns. Correct the failed rows and send that file as it is, with the
        same mapping. A file without rows is written, too, with a line of headings. A file that another program keeps
        open is written under a free name beside it.

        Args:
            path: The path without `.csv`; one with `.csv`, such as that of the input, is taken without it.

        Returns:
            The paths by `ok`, `failed` and `unknown`.
        """
        found = {}
        for name, place in paths_of(path).items():
            rows = self._results(FILES[name])
            found[name] = save_rows(place, rows, self.delimiter, self.plan.columns if self.plan else ())
        return found

    def _results(self, states: Sequence[str]) -> Sequence[RowResult]:
        plan = self.plan
        return RowResults(plan, list(plan.states.having(*states))) if plan else []

    def __repr__(self) -> str:
        again = f" ({self.resent} sent twice)" if self.resent else ""
        return f"{super().__repr__()}{again}"

    __str__ = __repr__


class BulkReport(Report):
    """Planhat's answers to a bulk write merged into one, and the outcome of every row.

    As a dictionary it has Planhat's keys: `created`, `updated`, `nonupdates`, `insertsKeys`, `createdErrors` and so on,
    beside `counts` and `rows`.

    Attributes:
        results: One `RowResult` for each input row, in the order of the input.
    """

    def __init__(self, plan: Plan | None = None) -> None:
        super().__init__(plan)
        self.update(dict.fromkeys(COUNTS, 0))
        for name in LISTS:
            self[name] = []
        self.results: Sequence[RowResult] = RowResults(plan, range(1, len(plan) + 1)) if plan else []

    def merge(self, envelope: Mapping[str, Any]) -> None:
        """Adds the counts and joins the lists of one answer; what is neither where the report has it is left out.

        Raises:
            PlanhatValidationError: If it is not an answer to a bulk write.
        """
        if not isinstance(envelope, Mapping):
            raise PlanhatValidationError(f"An answer to a bulk write is a dictionary, not {envelope!r}.")
        for key, value in envelope.items():
            known = dict.get(self, key)
            if isinstance(value, list) and (known is None or isinstance(known, list)):
                self.setdefault(key, []).extend(value)
            elif type(value) is int and (known is None or type(known) is int):
                self[key] = (known or 0) + value

    def of(self, outcome: Outcome | str) -> list[RowResult]:
        """Returns the results with an outcome, such as `failed`."""
        wanted = Outcome(outcome)
        if self.plan is None:
            return [result for result in self.results if result.outcome is wanted]
        return self._having(*STATES_OF[wanted])

    @property
    def counts(self) -> dict[str, int]:
        """How many rows ended in each outcome."""
        if self.plan is None:
            found = Counter(result.outcome for result in self.results)
            return {outcome.value: found[outcome] for outcome in Outcome}
        counts = {}
        for outcome, states in STATES_OF.items():
            counts[outcome.value] = self.plan.states.count(*states)
        return counts

    @property
    def failed(self) -> list[RowResult]:
        """The rows that Planhat refused, or that were not sent.

        Each is a dictionary of `number`, `outcome`, `reason`, `key` and the columns of the row.
        """
        return self.of(Outcome.FAILED)

    @property
    def unknown(self) -> list[RowResult]:
        """The rows that may or may not be stored."""
        return self.of(Outcome.UNKNOWN)

    def entries(self) -> Iterable[RowResult]:
        """Returns the results."""
        return self.results

    def save(self, path: str | Path, outcomes: tuple[str, ...] = ("failed", "unknown")) -> int:
        """Writes rows as CSV, with all their columns and the reason, so that they can be corrected and sent again.

        Returns:
            The number of rows written.
        """
        results = [each for outcome in map(Outcome, outcomes) for each in self.of(outcome)]
        results.sort(key=lambda each: each.number)
        save_rows(path, results, self.delimiter)
        return len(results)

    def _results(self, states: Sequence[str]) -> Sequence[RowResult]:
        return super()._results(states) if self.plan else [each for each in self.results if each.action in states]


class _TableResult(Report):
    """What the plan and the report of a table have in common: its rows by their states, and the records in no row.

    Args:
        plan: The rows.
    """

    OUTCOMES: tuple[str, ...] = ()
    plan: Plan

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self["model"] = str(plan.model.SINGULAR)
        self.others: Account | None = None
        """The account of the records that are in no row; nothing if they were not looked for."""

    @property
    def model(self) -> type[PlanhatObject]:
        """The model."""
        return self.plan.model

    @property
    def columns(self) -> list[str]:
        """The columns of the table, empty ones too, which a mapping may name."""
        return list(self.plan.columns)

    @property
    def left_out(self) -> dict[str, int]:
        """Cells that were left out, by the reason."""
        return self.plan.left_out

    @property
    def unused(self) -> list[str]:
        """Columns that were not used."""
        return self.plan.unused

    @property
    def counts(self) -> dict[str, int]:
        """How many rows ended in each outcome."""
        options = self.plan.options
        more = (SKIPPED,) if "skip" in (options.new, options.known) else ()
        return {outcome: self.plan.states.count(outcome) for outcome in (*self.OUTCOMES, *more)}

    @property
    def total(self) -> int:
        """The number of rows."""
        return len(self.plan)

    def rows(self, *outcomes: str, limit: int = SAMPLE) -> list[RowResult]:
        """Returns some rows: those with one of the outcomes, the first of them."""
        numbers = self.plan.states.having(*outcomes) if outcomes else iter(range(1, len(self.plan) + 1))
        return list(self.plan.results(islice(numbers, limit if limit >= 0 else None), changes=True))

    @property
    def refused(self) -> list[RowResult]:
        """The rows that cannot be sent, with the reason."""
        return self._having(REFUSED)

    @property
    def not_in_table(self) -> Sequence[dict[str, Any]]:
        """The records of Planhat that are in no row; known after a comparison only."""
        return self.plan.store.others()

    def raise_if_failed(self) -> None:
        """Fails when a row is not stored, or may not be, or a record that is in no row was not changed as wanted.

        Raises:
            PlanhatBulkError: With this report on it.
        """
        super().raise_if_failed()
        problem = self.others.problem() if self.others is not None else ""
        if problem:
            raise PlanhatBulkError(f"Of the records that are in no row, {problem}", self)

    def __repr__(self) -> str:
        others = str(self.others) if self.others is not None and any(self.others.counts.values()) else ""
        return f"{super().__repr__()}; others: {others}" if others else super().__repr__()

    __str__ = __repr__


class TablePlan(_TableResult):
    """The plan of an import or a sync. Nothing was sent.

    As a dictionary it has `counts`, and `rows`: a line for each field that changes, and for each row that is not sent.
    Beside the key of a row is the name of its record, and beside ids are the names of the records that they refer to.

    Attributes:
        model: The model.
    """

    OUTCOMES = (CREATE, UPDATE, "unchanged", REFUSED, REPEATED)

    @property
    def differences(self) -> list[dict[str, Any]]:
        """The first changes, field by field: `row`, `action`, `key`, `field`, `old`, `new`.

        Where a field refers to records that have names, `old_name` and `new_name`, too.
        """
        found = []
        for row in self.rows(CREATE, UPDATE):
            for line in _lines(row):
                names = {f"{side}_name": self.plan.names.of(line[side]) for side in ("old", "new")}
                found.append({**line, **(names if any(names.values()) else {})})
        return found[:SAMPLE]

    def entries(self) -> Iterable[dict[str, Any]]:
        """Returns a line for each field that changes, and for each row that is not sent."""
        name = self.plan.names.of
        for row in self.plan.results(range(1, len(self.plan) + 1), changes=True):
            for line in _lines(row):
                names = {"record": row.name, "old_name": name(line["old"]), "new_name": name(line["new"])}
                yield {**line, "reason": row.reason, **names}

    def save(self, path: str | Path) -> int:
        """Writes the whole plan as CSV: a line for each field that changes, and for each row that is not sent.

        Returns:
            The number of lines.

        Raises:
            PlanhatValidationError: If the name of the file is that of another format, or it cannot be written.
        """
        count = 0
        path = csv_path(path)
        with new_text_file(path, "utf-8-sig") as file:
            is_tabbed = path.suffix.lower() == ".tsv" and self.delimiter == ","
            writer = RowWriter(file, "\t" if is_tabbed else self.delimiter)
            writer.writerow(LINE)
            for line in self.entries():
                reason = shield(" ".join(line["reason"].split()))
                writer.writerow([reason if name == "reason" else cell_text(line[name]) for name in LINE])
                count += 1
        return count

    def save_files(self, path: str | Path) -> dict[str, Path]:
        """Writes the plan as `save` does, and returns its path by `plan`, as reports return theirs."""
        self.save(path)
        return {"plan": file_path(path)}


def _lines(row: RowResult) -> list[dict[str, Any]]:
    """Returns a line of a plan for each field that a row changes; one without a field where it changes nothing."""
    same = {"row": row.number, "action": row.action, "key": row.key}
    changes = row.changes if row.action in (CREATE, UPDATE) else {}
    return [{**same, "field": name, "old": old, "new": new} for name, (old, new) in changes.items()] or [
        {**same, "field": "", "old": None, "new": None}
    ]


class TableReport(_TableResult):
    """The account of an import or a sync.

    Attributes:
        model: The model.
    """

    OUTCOMES = ("created", "updated", "unchanged", "failed", "unknown", REFUSED, REPEATED)
