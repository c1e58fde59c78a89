"""Tables into Planhat: read, convert, check, plan, send, account for every row."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.errors import PlanhatBulkError, PlanhatError, PlanhatValidationError
from RPA.Planhat.operations.input.rows import delimiter_of, read_rows, rows_explained
from RPA.Planhat.operations.options import refuse_misspelt
from RPA.Planhat.operations.rows import upsert as bulk
from RPA.Planhat.operations.rows.collisions import refuse_sharing, sharing_rows
from RPA.Planhat.operations.rows.convert import BadRow, RowConverter
from RPA.Planhat.operations.rows.identity import has_unique_key, identities, strongest_key
from RPA.Planhat.operations.rows.matching import NOBODY, meet, to_send
from RPA.Planhat.operations.rows.options import ImportOptions, Progress, RowOptions, SyncOptions, UpsertOptions, silent
from RPA.Planhat.operations.rows.payloads import missing_fields
from RPA.Planhat.operations.rows.plan import MOST_ROWS
from RPA.Planhat.operations.rows.planner import AT_ONCE, as_they_come
from RPA.Planhat.operations.rows.staging import STRONG, WEAK, StagedRow, StagingTable
from RPA.Planhat.operations.rows.table_report import TablePlan, TableReport
from RPA.Planhat.text.files import file_path, translate_os_errors
from RPA.Planhat.text.messages import with_article
from RPA.Planhat.types.encoding import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from RPA.Planhat.operations.rows.columns import Payload
    from RPA.Planhat.operations.rows.staging import Claim
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject

A = TypeVar("A", TablePlan, TableReport)

Tell = Callable[[TablePlan | TableReport, Collection[Path]], None]
"""Called with the plan or the report, and the files that it is saved in."""


class Table:
    """A table on its way to one model.

    Args:
        session: The connection.
        model: The model.
        options: What the import was told.
    """

    def __init__(self, session: PlanhatSession, model: type[PlanhatObject], options: RowOptions) -> None:
        self._session = session
        self._model = model
        self._options = options
        self._draft = StagingTable()
        self._columns: dict[str, None] = {}
        self._converter = RowConverter(session, model, options)
        self._unique = [_key_of(model, name) for name in options.unique]
        self._match_by = [_key_of(model, name) for name in options.match_by]

    def read(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Converts and checks all rows.

        Raises:
            PlanhatValidationError: If the mapping does not fit the table.
        """
        left, done = as_they_come(rows), 0
        while some := list(islice(left, AT_ONCE)):
            self._take(done + 1, some)
            done += len(some)
            if done % MOST_ROWS == 0:
                self._options.progress("checked", done, 0)
        self._converter.finish()
        self._draft.share_weaker()
        if done >= MOST_ROWS:
            self._options.progress("checked", done, done)

    def _take(self, first: int, rows: Sequence[Mapping[str, Any]]) -> None:
        found = zip(count(first), rows, self._converter.convert(rows))
        drafts = self._added([self._drafted(number, row, payload) for number, row, payload in found])
        good = [each for each in drafts if each.action == "send"]
        if not self._draft.claim_all([assign_key for each in good for assign_key in self._claims(each)]):
            for each in good:
                self._claim(each)

    def _added(self, drafts: list[StagedRow]) -> list[StagedRow]:
        try:
            self._draft.add_all(drafts)
        except PlanhatValidationError:
            drafts = [_fitting(each) for each in drafts]
            self._draft.add_all(drafts)
        return drafts

    def _drafted(self, number: int, row: Any, payload: Payload | BadRow) -> StagedRow:
        problem = payload.reason if isinstance(payload, BadRow) else self._lacking(payload)
        if problem or isinstance(payload, BadRow):
            return StagedRow(number, "refused", self._kept(row), reason=problem)
        strongest = strongest_key(self._model, payload)
        return StagedRow(
            number, "send", self._kept(row), payload, f"{strongest}={payload[strongest]}" if strongest else ""
        )

    def _kept(self, row: Any) -> dict[str, Any]:
        """Returns a row for the report: the cells that say something."""
        if not hasattr(row, "items"):
            return {"row": row}
        if row.keys() != self._columns.keys():
            self._columns.update(dict.fromkeys(name for name in row if isinstance(name, str)))
        return dict(row) if self._options.clear_empty else {n: cell for n, cell in row.items() if cell != ""}

    def _lacking(self, payload: Payload) -> str:
        """Returns in words what a row lacks, or nothing."""
        if not payload or payload == self._model.FIXED:
            return "it is empty."
        if self._options.compare:
            # A row without a key would be created anew by each sync.
            names = [*self._model.KEYS, *self._match_by]
            found = any(payload.get(key) for key in names)
            return "" if found else f"it has none of {', '.join(names)}, by which its record could be found."
        missing = "" if has_unique_key(self._model, payload) else missing_fields(self._model, payload)
        return missing and f"it has no key to match a record, and a new {self._model.SINGULAR} needs {missing}."

    def _claims(self, row: StagedRow) -> list[Claim]:
        """Returns the identities that a row has when no other one has them."""
        own = identities(self._model, row.payload, self._match_by)
        strong = [*own[:1], *self._more(row)]
        return [(each, STRONG, row.number) for each in strong] + [(each, WEAK, row.number) for each in own[1:]]

    def _more(self, row: StagedRow) -> list[str]:
        return [f"{key} {str(row.payload[key]).casefold()}" for key in self._unique if row.payload.get(key)]

    def _claim(self, row: StagedRow) -> None:
        claims = self._claims(row)
        strong = [identity for identity, strength, _ in claims if strength == STRONG]
        if not self._settle(row, strong):
            return
        for identity in strong:
            self._draft.assign_key(identity, row.number)
        keys = identities(self._model, row.payload)
        for identity in (identity for identity, strength, _ in claims if strength == WEAK):
            other = self._draft.owner(identity, WEAK)
            if other is None:
                self._draft.assign_key(identity, row.number, WEAK)
                continue
            self._draft.reassign_key(identity, NOBODY, WEAK)
            if identity in keys:
                self._draft.share(identity, other, row.number)

    def _settle(self, row: StagedRow, strong: list[str]) -> bool:
        """Tells whether a row is still to be sent after it met those with its identities, which all are to be sent."""
        for identity in strong:
            first = self._draft.owner(identity)
            if first is None:
                continue
            other = self._draft.get(first)
            if other.payload == row.payload or self._options.duplicates == "first":
                self._draft.set(row.number, action="repeated", reason=f"repeats row {first}")
                return False
            if self._options.duplicates == "refuse":
                problem = f"it contradicts row {first}, which has the same {identity.strip()}."
                self._draft.set(row.number, action="refused", reason=problem)
                return False
            self._draft.set(first, action="repeated", reason=f"repeated by row {row.number}")
            self._draft.release(self._claims(other))
        return True

    def compare(self) -> None:
        """Finds out what each row would change."""
        self._options.progress("comparing", 0, 0)
        meet(self._session, self._model, self._draft, self._converter.keys, self._match_by)
        refuse_sharing(self._draft)

    def plan(self) -> TablePlan:
        """Returns what would be done."""
        return self._told(TablePlan(self._model, self._draft))

    def stop_if_bad(self) -> None:
        """Refuses the table when it has bad rows.

        Raises:
            PlanhatBulkError: If it has, and the good ones are not to be sent without them; the report is on it.
        """
        bad = self._draft.counts().get("refused", 0)
        if not bad or self._options.bad_rows == "skip":
            return
        report, reasons = self._report(), self._draft.reasons("refused")
        for action in ("send", "create", "update"):
            self._draft.set_all(action, "failed", "it was not sent, since other rows are bad", retryable=True)
        raise PlanhatBulkError(f"Nothing was sent, since {bad} of {report.total} rows are bad:{reasons}", report)

    def send(self) -> TableReport:
        """Sends what is to be sent.

        Raises:
            PlanhatBulkError: If it stopped before the end; the report is on the error.
            PlanhatError: If the first call already was refused as a whole.
        """
        report = self._report()
        report.alike = [] if self._options.compare else sharing_rows(self._draft)
        counts = self._draft.counts()
        total = sum(counts.get(action, 0) for action in ("send", "create", "update"))
        done = 0
        for batch, rows in enumerate(_batches(self._draft.rows(("send", "create", "update"), whole=False)), 1):
            self._send(report, batch, rows)
            done += len(rows)
            self._options.progress("sent", done, total)
        return report

    def _send(self, report: TableReport, batch: int, rows: list[StagedRow]) -> None:
        payloads = [to_send(self._model, row) for row in rows]
        journal = f"{self._options.journal}.{batch:04}" if self._options.journal is not None else None
        try:
            sent = bulk.upsert(
                self._session, self._model, payloads, UpsertOptions(journal=journal), fail_on_errors=False
            )
        except PlanhatError as problem:
            self._stopped(report, rows, problem)
            if batch == 1 and not isinstance(problem, PlanhatBulkError):
                raise
            stopped = f"The upload stopped: {report.stopped}\nSo far: {report}"
            raise PlanhatBulkError(stopped, report) from problem
        report.calls += sent.calls
        self._draft.set_results(zip(rows, sent.results, strict=True))

    def _stopped(self, report: TableReport, rows: list[StagedRow], problem: PlanhatError) -> None:
        partial = getattr(problem, "report", None)
        if partial is not None and len(partial.results) == len(rows):
            report.calls += partial.calls
            self._draft.set_results(zip(rows, partial.results, strict=True))
        report.stopped = str(problem).splitlines()[0]
        for action in ("send", "create", "update"):
            reason = f"it was not sent, since the upload stopped: {report.stopped}"
            self._draft.set_all(action, "failed", reason, retryable=True)

    def _report(self) -> TableReport:
        return self._told(TableReport(self._model, self._draft))

    def _told(self, account: A) -> A:
        account.left_out = dict(self._converter.left_out)
        account.unused = self._converter.unused
        account.columns = list(self._columns)
        return account


def _fitting(row: StagedRow) -> StagedRow:
    """Returns a row, refused and with what can not be told by its type if JSON can not hold it."""
    problem = _problem([row.row, row.payload])
    if not problem:
        return row
    cells: Mapping[Any, Any] = row.row
    told = {
        name if isinstance(name, str) else _type(name): _type(cell) if _problem(cell) else cell
        for name, cell in cells.items()
    }
    return StagedRow(row.number, "refused", told, reason=row.reason or problem)


def _problem(value: Any) -> str:
    """Returns why JSON can not hold a value, or nothing."""
    try:
        canonical(value)
    except PlanhatValidationError as problem:
        return str(problem)
    return ""


def _type(value: Any) -> str:
    return f"<{type(value).__name__}>"


def _key_of(model: type[PlanhatObject], name: str) -> str:
    known = model.field(name)
    if known is None:
        raise PlanhatValidationError(
            f"{with_article(model.SINGULAR, first=True)} has no field {name!r} by which rows could be the same."
        )
    return known.key


def _batches(rows: Iterator[StagedRow]) -> Iterator[list[StagedRow]]:
    """Yields rows as many at a time as one call takes, so that no more are in memory."""
    while batch := list(islice(rows, MOST_ROWS)):
        yield batch


def plan_table(
    session: PlanhatSession, model: type[PlanhatObject], rows: Iterable[Mapping[str, Any]], options: RowOptions
) -> TablePlan:
    """Returns what importing a table would do, compared with what Planhat has; nothing is sent.

    Raises:
        PlanhatValidationError: If the mapping does not fit the table.
    """
    table = Table(session, model, options)
    table.read(rows)
    table.compare()
    return table.plan()


def import_table(
    session: PlanhatSession, model: type[PlanhatObject], rows: Iterable[Mapping[str, Any]], options: RowOptions
) -> TableReport:
    """Creates or updates records from the rows of a table; with `compare`, sends what differs only.

    Raises:
        PlanhatValidationError: If the mapping does not fit the table.
        PlanhatBulkError: If rows are bad and not to be skipped, or the upload stopped; the report is on the error.
    """
    table = Table(session, model, options)
    table.read(rows)
    if options.compare:
        table.compare()
    table.stop_if_bad()
    return table.send()


def load(  # noqa: PLR0913 - what an import consists of
    session: PlanhatSession,
    model: type[PlanhatObject],
    rows: Any,
    mapping: Any,
    given: ImportOptions | SyncOptions,
    *,
    differences: bool,
    progress: Progress = silent,
    tell: Tell | None = None,
) -> TablePlan | TableReport:
    """Imports or syncs a table, or plans it.

    Args:
        session: The connection.
        model: The model.
        rows: The table.
        mapping: The columns and their fields.
        given: The options.
        differences: Whether only differences are sent, as in a sync.
        progress: Called with the step, the number of rows done, and the total; 0 when that is not known.
        tell: Called with the plan or the report, also that of an import which stopped, and the files that hold it.

    Raises:
        PlanhatValidationError: If the file cannot be read, or the mapping does not fit it; nothing was sent.
        PlanhatBulkError: If rows are bad and not to be skipped, or failed; the report is on the error.
    """
    group = SyncOptions if differences else ImportOptions
    for text in (rows, mapping):
        refuse_misspelt(group, text)
    plan_only = session.dry_run or given.get("dry_run", False)
    more = {"mapping": mapping, "compare": differences, "resolve_companies": differences or plan_only}
    options = RowOptions.of(group, given, progress=progress, **more)
    _require_folder(options.save_as)
    run = plan_table if plan_only else import_table
    delimiter = delimiter_of(rows, options)
    with rows_explained(rows):
        try:
            result = run(session, model, read_rows(rows, options), options)
        except PlanhatBulkError as stopped:
            _settle(stopped.report, options, delimiter, tell)
            raise
        _settle(result, options, delimiter, tell)
        if isinstance(result, TableReport) and options.fail_on_errors and _has_failed(result):
            result.raise_if_failed()
        return result


def _require_folder(save_as: str | Path | None) -> None:
    """Refuses a place where no report can be saved, before there is something to report."""
    if save_as is None:
        return
    folder = file_path(save_as, "save_as").absolute().parent
    with translate_os_errors(folder):
        fits = folder.is_dir() and os.access(folder, os.W_OK)
    if not fits:
        raise PlanhatValidationError(f"Nothing was sent, since {folder} of save_as is no folder to write in.")


def _settle(result: TablePlan | TableReport, options: RowOptions, delimiter: str, tell: Tell | None) -> None:
    result.delimiter = delimiter
    files: Collection[Path] = ()
    try:
        files = result.save_files(options.save_as).values() if options.save_as else ()
    except PlanhatError as problem:
        what = f"{result}; this could not be saved as {options.save_as}: {problem}"
        raise PlanhatBulkError(what, result) from problem
    finally:
        if tell is not None:
            tell(result, files)


def _has_failed(report: TableReport) -> bool:
    """Bad rows that were skipped are what the caller asked for."""
    return bool(report.counts["failed"] or report.counts["unknown"])
