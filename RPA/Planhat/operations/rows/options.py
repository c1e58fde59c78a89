"""Imports and syncs as callers ask for them: what they may say, in one place for keywords and Python programs."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

from RPA.Planhat.errors import PlanhatBulkError, PlanhatError, PlanhatValidationError
from RPA.Planhat.operations.input.formats import Formats
from RPA.Planhat.operations.input.rows import Layout, delimiter_of, read_rows, rows_explained
from RPA.Planhat.operations.options import OnBad, OnDuplicates, Option, completed, refuse_misspelt
from RPA.Planhat.operations.rows.convert import ConvertOptions
from RPA.Planhat.operations.rows.importing import Options, Progress, import_table, plan_table, silent
from RPA.Planhat.operations.rows.table_report import TablePlan, TableReport
from RPA.Planhat.text.files import file_path, translate_os_errors
from RPA.Planhat.text.parsing import as_strings
from RPA.Planhat.text.validation import require_function

if TYPE_CHECKING:
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject

Texts = list[str] | str | None
"""Several texts: a list, or a text with commas."""

Tell = Callable[[TablePlan | TableReport, Collection[Path]], None]


class TableOptions(TypedDict, total=False):
    """What every import and every sync may be told."""

    dates: Annotated[
        Texts,
        Option(None, "Forms of dates beside ISO 8601, as `DD.MM.YYYY, DD/MM/YYYY HH:mm`; tried in this order."),
    ]
    decimal: Annotated[
        Literal[".", ",", "auto"],
        Option(".", "What stands before decimals; with `auto` one or two digits at the end are some."),
    ]
    true: Annotated[Texts, Option(None, "Further words for true, as `ja, J`.")]
    false: Annotated[Texts, Option(None, "Further words for false.")]
    separator: Annotated[str, Option(",", "What stands between several values in one cell.")]
    empty: Annotated[Texts, Option(None, "Texts that stand for an empty cell, as `-, n/a`.")]
    clear_empty: Annotated[
        bool, Option(default=False, doc="When true, empty cells clear their fields; else they leave them alone.")
    ]
    bad_rows: Annotated[
        OnBad, Option("refuse", "`refuse` sends nothing while rows are bad, `skip` sends the good ones.")
    ]
    bad_cells: Annotated[OnBad, Option("refuse", "`refuse` makes its row bad, `skip` sends the rest of it.")]
    duplicates: Annotated[
        OnDuplicates, Option("refuse", "Which of several rows with one key is sent when they differ.")
    ]
    unique: Annotated[Texts, Option(None, "Further fields by which rows are the same, as `email`.")]
    check_custom_fields: Annotated[
        bool, Option(default=True, doc="When false, custom fields are sent unchecked and texts stay texts.")
    ]
    dry_run: Annotated[bool, Option(default=False, doc="When true, nothing is sent, and the plan is returned.")]
    fail_on_errors: Annotated[
        bool, Option(default=True, doc="When false, rows that Planhat refuses are only reported.")
    ]
    save_as: Annotated[
        str | None,
        Option(None, "Where to save the report as three CSV files, see [Save Upsert Report]; or the plan as one."),
    ]
    encoding: Annotated[
        str | None, Option(None, "The encoding of a file; UTF-8, or what it says itself, unless given.")
    ]
    delimiter: Annotated[
        str | None, Option(None, "What stands between the cells of a CSV file; found out unless given.")
    ]
    sheet: Annotated[str | None, Option(None, "The worksheet of an Excel file; the first unless given.")]


class ImportOptions(TableOptions, total=False):
    """What an import may be told."""

    journal: Annotated[
        str | None,
        Option(None, "Where to keep what was done; after a crash run the same again, and it goes on."),
    ]


class SyncOptions(TableOptions, total=False):
    """What a sync may be told."""

    match_by: Annotated[Texts, Option(None, "Further fields by which a row finds its record, as `name`.")]


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
        progress: Is told the step, how many rows are done, and of how many; 0 when that is not known.
        tell: Is told the plan or the report, also that of an import which stopped, and the files that it is saved in.

    Raises:
        PlanhatValidationError: If the file can not be read, or the mapping does not fit it; nothing was sent.
        PlanhatBulkError: If rows are bad and not to be skipped, or failed; the report is on the error.
    """
    require_function("progress", progress)
    group = SyncOptions if differences else ImportOptions
    for text in (rows, mapping):
        refuse_misspelt(group, text)
    told = dict[str, Any](completed(group, given))
    options = _options(mapping, told, differences=differences, progress=progress)
    layout = Layout(told["encoding"], told["delimiter"], told["sheet"])
    _require_folder(told["save_as"])
    run = plan_table if told["dry_run"] or session.dry_run else import_table
    told["delimiter"] = delimiter_of(rows, layout)
    with rows_explained(rows):
        try:
            result = run(session, model, read_rows(rows, layout), options)
        except PlanhatBulkError as stopped:
            _settle(stopped.report, told, tell)
            raise
        _settle(result, told, tell)
        if isinstance(result, TableReport) and told["fail_on_errors"] and _has_failed(result):
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


def _settle(result: TablePlan | TableReport, told: dict[str, Any], tell: Tell | None) -> None:
    result.delimiter = told["delimiter"]
    files: Collection[Path] = ()
    try:
        files = result.save_files(told["save_as"]).values() if told["save_as"] else ()
    except PlanhatError as problem:
        what = f"{result}; this could not be saved as {told['save_as']}: {problem}"
        raise PlanhatBulkError(what, result) from problem
    finally:
        if tell is not None:
            tell(result, files)


def _has_failed(report: TableReport) -> bool:
    """Bad rows that were skipped are what the caller asked for."""
    return bool(report.counts["failed"] or report.counts["unknown"])


def _options(mapping: Any, told: dict[str, Any], *, differences: bool, progress: Progress) -> Options:
    words: dict[str, Any] = {name: as_strings(told[name], name) for name in ("dates", "true", "false", "empty")}
    rules = ConvertOptions(
        mapping,
        Formats(decimal=told["decimal"], separator=told["separator"], **words),
        bad_cells=told["bad_cells"],
        clear_empty=told["clear_empty"],
        check_custom_fields=told["check_custom_fields"],
        resolve_companies=differences or told["dry_run"],
    )
    return Options(
        rules,
        bad_rows=told["bad_rows"],
        duplicates=told["duplicates"],
        unique=as_strings(told["unique"], "unique"),
        match_by=as_strings(told.get("match_by"), "match_by"),
        journal=told.get("journal"),
        differences=differences,
        progress=progress,
    )
