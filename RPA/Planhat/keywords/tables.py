"""Tables as keywords see them: imports, syncs, upserts and exports, with their options, their log, and progress."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Collection, Iterable
from contextlib import nullcontext
from inspect import Parameter as Argument
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat import operations
from RPA.Planhat.errors import PlanhatBulkError
from RPA.Planhat.keywords.arguments import named_options, takes
from RPA.Planhat.keywords.component import AnyRows, Component
from RPA.Planhat.keywords.logs import ROWS, done, log_report, log_table
from RPA.Planhat.operations.options import (
    Described,
    ImportOptions,
    LayoutOptions,
    SyncOptions,
    UpsertOptions,
    described,
)
from RPA.Planhat.text.messages import plural
from RPA.Planhat.text.parsing import require
from RPA.Planhat.types import PlanhatObject
from RPA.Planhat.types.base import label_of

if TYPE_CHECKING:
    from RPA.Planhat.operations.rows.outcomes import Account
    from RPA.Planhat.operations.rows.report import BulkReport, TablePlan, TableReport
    from RPA.Planhat.session import PlanhatSession

OTHERS = Described("name_others", bool, default=False, doc="When true, the log names the records that are in no row.")
"""What a sync can log beside its report, which Python programs read from it."""

IMPORT = described(ImportOptions)
LAYOUT = described(LayoutOptions)
SYNC = [*described(SyncOptions), OTHERS]
UPSERT = described(UpsertOptions)
UPSERT_ARGUMENTS = named_options(UPSERT)

ROWS_WARNED = 5
"""Sentences in one warning; the report has more."""

ROWS_DOC = "rows: The path of a CSV, Excel, JSON or JSON Lines file, or rows: a list, a Table, a frame, JSON."
MAPPING_DOC = (
    "mapping: Lines `column -> field`, or a dictionary of columns and fields, see [Tables]. Without it columns are "
    "named as fields."
)


def load_docs(options: Iterable[Described]) -> list[str]:
    """Returns a line of documentation for each of them."""
    return [ROWS_DOC, MAPPING_DOC, *(f"{each.name}: {each.doc}" for each in options)]


def load(
    session: PlanhatSession,
    model: type[PlanhatObject],
    /,
    rows: Any,
    mapping: Any = None,
    *,
    differences: bool,
    name_others: bool = False,
    **given: Any,
) -> TablePlan | TableReport:
    """Imports or syncs a table, or plans it, and logs the outcome.

    Args:
        session: The connection.
        model: The model.
        rows: The table.
        mapping: The columns and their fields.
        differences: Whether only differences are sent, as in a sync.
        name_others: Whether the log names the records that are in no row.
        **given: The options.
    """

    def tell(result: TablePlan | TableReport, files: Collection[Path]) -> None:
        _log(result)
        if name_others or (result.others is not None and any(result.others.counts.values())):
            _log_others(result, None if name_others else result.others)
        if files:
            logger.info(f"Saved as {', '.join(map(str, files))}.")

    options = cast("ImportOptions", given)
    result = operations.rows.importing.load(
        session, model, rows, mapping, options, differences=differences, progress=Progress(), tell=tell
    )
    _warn(result)
    return result


REPORT_ONLY = "fail_on_errors: When false, rows that failed are only reported."


def upload_arguments(model: type[PlanhatObject]) -> list[Argument]:
    """Returns the options of an upsert; keys are generated only for models that Planhat finds by them."""
    if model.OPEN or model.external_key() in model.KEYS:
        return UPSERT_ARGUMENTS
    return [each for each in UPSERT_ARGUMENTS if each.name != "generate_keys"]


def upload_docs(model: type[PlanhatObject]) -> list[str]:
    """Returns a line of documentation for each of them."""
    names = {each.name for each in upload_arguments(model)}
    return [REPORT_ONLY, *(f"{each.name}: {each.doc}" for each in UPSERT if each.name in names)]


def upload(
    session: PlanhatSession, model: type[PlanhatObject], /, rows: Any, *, fail_on_errors: bool = True, **options: Any
) -> BulkReport:
    """Upserts rows and logs their outcomes, also when the upload stopped."""
    chosen, source, stopped = cast("UpsertOptions", options), operations.input.rows, None
    as_table = source.is_table(rows)
    with source.rows_explained(rows) if as_table else nullcontext():
        read = rows if as_table else source.read_rows(rows, source.GIVEN)
        read = list(read) if isinstance(rows, (list, tuple)) else read
        try:
            report = operations.rows.upsert.upsert(session, model, read, chosen, fail_on_errors=False)
        except PlanhatBulkError as problem:
            report, stopped = problem.report, problem
        log_report(report, str(model.PLURAL), done(session, "Upserted"))
        if report.alike:
            logger.warn("\n".join(report.alike[:ROWS_WARNED]))
        if stopped:
            raise stopped
        if fail_on_errors:
            report.raise_if_failed()
        return report


def export(
    session: PlanhatSession, model: type[PlanhatObject], /, path: str | None = None, columns: Any = None, **asked: Any
) -> Any:
    """Exports a model to a file or as rows, and logs it."""
    wants_table = asked.pop("as_table", False)
    layout = {each.name: asked.pop(each.name) for each in LAYOUT if each.name in asked}
    options = {name: asked.pop(name) for name in ("company_ids", "limit", "where") if asked.get(name) is not None}
    query = operations.reading.Query(**options, filters=asked)
    if path is not None:
        chosen = {"columns": columns, "progress": Progress(), **layout}
        exported = operations.exporting.export(session, model, path, query, **chosen)
        resumed = f" {exported.resumed:,} of them were there from an earlier run." if exported.resumed else ""
        what = plural(exported.rows, str(model.SINGULAR), str(model.PLURAL))
        logger.info(f"Exported {what} to {exported.path}.{resumed}")
        return str(exported.path)
    operations.writers.Layout.of(layout, ".csv")
    rows, headings = operations.exporting.export_table(session, model, query, columns)
    logger.info(f"Exported {plural(len(rows), str(model.SINGULAR), str(model.PLURAL))} as rows.")
    return operations.flattening.as_table(rows, headings) if wants_table else rows


class TableKeywords(Component):
    """Keywords that save reports and plans, and flatten records."""

    @keyword(tags=["any model", "table"])
    def save_upsert_report(
        self,
        report: operations.rows.report.BulkReport | operations.rows.report.TableReport,
        path: str,
        *,
        alias: str | None = None,
    ) -> dict[str, str]:
        """Saves the outcome of each row of an upsert, import or sync as three CSV files, or as one HTML page.

        `<path>.ok.csv` has the rows that are stored, `<path>.failed.csv` those that are not, and `<path>.unknown.csv`
        those that may or may not be. Each row has all its columns, and behind them its number, its outcome, its id,
        the reason, and whether sending it again as it is makes sense. Row 1 of a file is the first below its column
        names; empty lines do not count. Correct the failed rows and send that file as it is. The delimiter is that of
        the input. Strings that a spreadsheet would take for a formula begin with `'`.

        A path that ends with `.html` gets one page that can be mailed: counts, and the rows that are not stored with
        the reasons. It has no scripts, and all of it is in the file.

        Args:
            report: What an `Upsert …`, `Import …` or `Sync …` keyword returned, or the `report` of its error.
            path: The path without `.csv`; that of an input file will do. Or the path of an HTML page.
            alias: The connection whose host the page names. Default: the current one.

        Returns:
            The paths of the files, by `ok`, `failed` and `unknown`, or by `html`.

        Raises:
            PlanhatValidationError: If a file cannot be written.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Save Upsert Report
            ${row}=    Create Dictionary    name=Acme    external_id=A-102
            ${report}=    Upsert Companies    ${row}
            ${files}=    Save Upsert Report    ${report}    ${OUTPUT_DIR}${/}companies
            Log    ${files}[failed]
            Save Upsert Report    ${report}    ${OUTPUT_DIR}${/}companies.html
        ```
        """
        known = operations.rows.report
        require("report", report, (known.BulkReport, known.TableReport), "what an upsert, an import or a sync returned")
        if operations.html_report.is_html(path):
            _mind_own_report(path)
            files = {"html": str(operations.html_report.page_of(report, self._about(alias)).save(path))}
        else:
            files = {name: str(file) for name, file in report.save_files(path).items()}
        logger.info(f"Saved {report} as {', '.join(files.values())}.")
        return files

    @keyword(tags=["any model", "table"])
    def save_planhat_plan(self, plan: operations.rows.report.TablePlan, path: str, *, alias: str | None = None) -> str:
        """Saves the plan of an import or a sync: as CSV with a line for each field that changes, or as an HTML page.

        A path that ends with `.html` gets one page that can be mailed: counts, what would change, and the rows that
        are refused with the reasons. In both, the names of users and companies are beside their ids.

        Args:
            plan: What an `Import …` or `Sync …` keyword returned with `dry_run=True`.
            path: The file, a `.csv` or `.html`.
            alias: The connection whose host the page names. Default: the current one.

        Returns:
            The path.

        Raises:
            PlanhatValidationError: If the file cannot be written.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Save Planhat Plan
            ${row}=    Create Dictionary    name=Acme    external_id=A-104
            ${plan}=    Import Companies    ${row}    dry_run=True
            Save Planhat Plan    ${plan}    ${OUTPUT_DIR}${/}plan.csv
            Save Planhat Plan    ${plan}    ${OUTPUT_DIR}${/}plan.html
        ```
        """
        require("plan", plan, operations.rows.report.TablePlan, "what an import or a sync returned with dry_run=True")
        if operations.html_report.is_html(path):
            _mind_own_report(path)
            saved = operations.html_report.page_of(plan, self._about(alias)).save(path)
            logger.info(f"Saved the plan as {saved}.")
        else:
            logger.info(f"Saved {plan.save(path)} lines of the plan as {path}.")
        return path

    def _about(self, alias: str | None) -> dict[str, str]:
        """Returns the facts of the run for a page."""
        variables = _variables()
        names = ("SUITE_NAME", "TEST_NAME")
        run = " / ".join(str(variables[name]) for name in names if variables.get(name))
        return {**({"Run": run} if run else {}), "Planhat": self.session(alias).base_url}

    @keyword(tags=["any model", "table"])
    def flatten_objects(self, objects: Any, columns: Any = None, *, as_table: bool = False) -> Any:
        """Returns records as flat rows, one value in each cell, for RPA.Tables, Excel and CSV.

        Custom fields become columns `custom.<Name>`. Lists become text with commas, other structures JSON.

        Args:
            objects: Records, or rows in any form.
            columns: Only these: a list, a comma-separated string, or a dictionary of headings and fields.
            as_table: When true, a Table of RPA.Tables is returned, if rpaframework is installed.

        Returns:
            A list of flat dictionaries, or a Table.

        Raises:
            PlanhatValidationError: If a column is not a field, or RPA.Tables is not installed.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Flatten Objects
            ${companies}=    Get Companies    properties=ALL    limit=2
            ${rows}=    Flatten Objects    ${companies}    columns=name,tags,custom.Plan
            Log    ${rows}[0][custom.Plan]
        ```
        """
        flattening = operations.flattening
        rows = flattening.flat_rows(objects, columns)
        logger.info(f"Flattened {len(rows)} records.")
        headings = flattening.columns_of(None, columns) if as_table and columns else ()
        return flattening.as_table(rows, headings) if as_table else rows

    @keyword(tags=["any model", "table"])
    @takes(LayoutOptions)
    def save_planhat_rows(self, rows: AnyRows, path: str, columns: Any = None, **options: Any) -> str:
        """Saves rows of any kind to a file, as an export does: records, dictionaries, or the rows of a report.

        Nothing is read from Planhat. A column that no row has is empty, and a warning names it; of records, columns are
        fields of the model.

        Args:
            rows: Records, or rows in any form, such as `${report.failed}`; or a report, with all its rows.
            path: The file, a `.csv`, `.tsv`, `.jsonl`, `.ndjson`, `.json` or `.xlsx`.
            columns: Field names and `custom.<Name>` as a list or with commas, or a dictionary of headings and fields.
                Default: all that the rows have.
            **options: <options>

        Returns:
            The path.

        Raises:
            PlanhatValidationError: If the file extension, a column or an option is unknown, or the file cannot be
                written.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Save Planhat Rows
            Create Company    name=Acme    external_id=A-120    phase=onboarding
            @{found}=    Get Companies    external_id=A-120
            ${file}=    Save Planhat Rows    ${found}    ${OUTPUT_DIR}${/}found.csv    name,phase    delimiter=;
            Log    ${file}
        ```
        """
        saved = operations.exporting.save_rows(rows, path, columns, **options)
        logger.info(f"Saved {plural(saved.rows, 'row')} to {saved.path}.")
        return str(saved.path)


def _variables() -> dict[str, Any]:
    """Returns the variables of the run; none where a program calls."""
    from robot.libraries.BuiltIn import BuiltIn, RobotNotRunningError  # noqa: PLC0415 - not loaded in every run

    try:
        return dict(BuiltIn().get_variables(no_decoration=True))
    except RobotNotRunningError:
        return {}


def _mind_own_report(path: str) -> None:
    """Warns of a page that Robot Framework will overwrite with its own report at the end of the run."""
    variables = _variables()
    own = [str(variables[name]) for name in ("REPORT_FILE", "LOG_FILE") if name in variables]
    if os.path.realpath(path) in map(os.path.realpath, own):
        logger.warn(f"Robot Framework writes its own {Path(path).name} here when the run ends: choose another name.")


def _log(result: TablePlan | TableReport) -> None:
    if isinstance(result, operations.rows.report.TablePlan):
        _log_plan(result)
    else:
        what = "Stopped" if result.stopped else "Done"
        logger.info(f"{what}, {result.model.PLURAL}: {result} ({plural(result.calls, 'call')}).")
    _log_bad(result)


def _log_plan(plan: TablePlan) -> None:
    create, update = operations.rows.outcomes.CREATE, operations.rows.outcomes.UPDATE
    changes, names = operations.html_report.changes_in_words, plan.plan.names
    rows = plan.rows(create, update, limit=ROWS)
    cells = [[str(row.number), row.action, row.record_name, changes(row.changes, names)] for row in rows]
    line = f"Planned {plan.model.PLURAL}, nothing was sent: {plan}."
    total = plan.counts[create] + plan.counts[update]
    log_table(line, ["row", "action", "record", "changes"] if rows else [], cells, total, longest=None)


def _log_others(result: TablePlan | TableReport, others: Account | None) -> None:
    """Logs the records that are in no row: all of them, or those that something is done with."""
    if others is None:
        found: list[list[Any]] = [[each.get("_id"), label_of(each), ""] for each in result.not_in_table]
        line = f"In Planhat and not in the table: {len(found)}."
    else:
        found = [[each["_id"], each["name"], each["outcome"]] for each in others.entries()]
        line = f"In Planhat and not in the table: {others}."
    log_table(line, ["_id", "name", "outcome"] if found else [], found[:ROWS], len(found))


def _warn(account: TablePlan | TableReport) -> None:
    """Warns of bad rows when the keyword passes; when it fails, its message counts them."""
    bad = operations.rows.report.BAD
    total = sum(account.counts.get(outcome, 0) for outcome in bad)
    if total:
        rows = f"{total} of {account.total} rows of {account.model.PLURAL}"
        logger.warn(f"{rows} cannot be stored as they are. The first: {account.rows(*bad, limit=1)[0]}")


def _log_bad(account: TablePlan | TableReport) -> None:
    outcomes = operations.rows.report.BAD
    bad = account.rows(*outcomes)
    if bad:
        cells = ([each.number, each.action, each.record_name, each.reason] for each in bad[:ROWS])
        line = "Rows that are not stored, counted below the column names"
        total = sum(account.counts.get(outcome, 0) for outcome in outcomes)
        log_table(line, ["row", "outcome", "record", "reason"], cells, total)
    if account.left_out:
        left_out = sorted(account.left_out.items(), key=lambda each: -each[1])
        log_table(
            "Cells that were left out", ["count", "reason"], ([n, why] for why, n in left_out[:ROWS]), len(left_out)
        )
    if account.alike:
        logger.warn("\n".join(account.alike[:ROWS_WARNED]))
    if account.unused:
        logger.info(f"Columns that the mapping does not use: {', '.join(account.unused)}.")


class Progress:
    """Shows how far long work is: a line in the log for each chunk, and in a terminal one that counts."""

    def __init__(self) -> None:
        self._start = self._last = time.monotonic()
        self._step = ""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Shows that so many rows are through a step."""
        if step != self._step:
            self._step, self._start = step, self._last
        self._last = time.monotonic()
        line = progress_line(step, done, total, self._last - self._start)
        logger.info(line)
        terminal = sys.__stderr__
        if terminal is not None and terminal.isatty():
            terminal.write(f"\r{line:<78}" + ("\n" if done == total and total else ""))
            terminal.flush()


def progress_line(step: str, done: int, total: int, seconds: float) -> str:
    """Returns how far work is, with the rate, and the time left where the end is known."""
    if not done:
        return f"{step} ..."
    rate = done / max(seconds, 0.001)
    of = f" of {total:,} ({100 * done // total} %)" if total else ""
    left = f", {(total - done) / rate:.0f} s left" if total > done else ""
    return f"{step} {done:,}{of} rows, {rate:,.0f} rows/s{left}"
