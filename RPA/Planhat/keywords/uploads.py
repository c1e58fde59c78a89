"""Bulk upserts as keywords see them: the options, the log, and the files of a report."""

from __future__ import annotations

from inspect import Parameter as Argument
from typing import Any, cast

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat.errors import PlanhatBulkError
from RPA.Planhat.keywords.component import Component, done
from RPA.Planhat.keywords.converters import AnyRows
from RPA.Planhat.keywords.logs import log_report
from RPA.Planhat.keywords.signatures import named_only, takes
from RPA.Planhat.operations.input.rows import delimiter_of, read_rows, rows_explained
from RPA.Planhat.operations.options import described
from RPA.Planhat.operations.references import model_of
from RPA.Planhat.operations.rows import upsert as bulk
from RPA.Planhat.operations.rows.options import UpsertOptions
from RPA.Planhat.operations.rows.report import BulkReport
from RPA.Planhat.operations.rows.table_report import TableReport
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.text.validation import require
from RPA.Planhat.types import PlanhatObject

REPORT_ONLY = "fail_on_errors: When false, rows that failed are only reported."
OPTION_DOCS = [REPORT_ONLY, *(f"{each.name}: {each.doc}" for each in described(UpsertOptions))]
"""What the options of all keywords that upsert mean, a line for each."""


def option_arguments() -> list[Argument]:
    """Returns the arguments of all keywords that upsert."""
    options = [named_only(each.name, each.hint, each.default) for each in described(UpsertOptions)]
    return [named_only("fail_on_errors", bool, default=True), *options]


def upload(
    session: PlanhatSession, model: type[PlanhatObject], rows: Any, *, fail_on_errors: bool = True, **options: Any
) -> BulkReport:
    """Upserts rows and logs what became of them, also when the upload stopped."""
    delimiter = delimiter_of(rows)

    def settle(report: BulkReport) -> None:
        report.delimiter = delimiter
        log_report(report, str(model.PLURAL), done(session, "Upserted"))

    told = cast("UpsertOptions", options)
    with rows_explained(rows):
        try:
            report = bulk.upsert(session, model, read_rows(rows), told, fail_on_errors=False)
        except PlanhatBulkError as stopped:
            settle(stopped.report)
            raise
        settle(report)
        if fail_on_errors:
            report.raise_if_failed()
        return report


class UploadKeywords(Component):
    """Bulk upserts of any model, and keywords for their reports."""

    @keyword(tags=["any model", "bulk"])
    @takes(UpsertOptions)
    def upsert_planhat_objects(
        self,
        model: str,
        rows: AnyRows,
        *,
        fail_on_errors: bool = True,
        alias: str | None = None,
        **options: Any,
    ) -> BulkReport:
        """Creates or updates any number of records of any model, 5,000 rows and 32 MB a call.

        Args:
            model: The name of the model, or its path.
            rows: Rows in any form, or the path of a file, see [Tables].
            fail_on_errors: When false, rows that failed are only reported.
            **options: <options>
            alias: The connection to use; the current one unless given.

        Returns:
            The report: every row is created, updated, unchanged, failed or unknown.

        Raises:
            PlanhatValidationError: If rows are bad; nothing was sent.
            PlanhatBulkError: If a row failed or is unknown; the good rows are stored.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Upsert Planhat Objects
            ${row}=    Create Dictionary    name=Acme    external_id=A-101
            ${report}=    Upsert Planhat Objects    companies    ${row}    journal=${OUTPUT_DIR}${/}upload.journal
            Log    ${report}
        ```
        """
        kind = model_of(model)
        return upload(self.session(alias), kind, rows, fail_on_errors=fail_on_errors, **options)

    @keyword(tags=["any model", "bulk"])
    def save_upsert_report(self, report: BulkReport | TableReport, path: str) -> dict[str, str]:
        """Saves what became of each row of a bulk upsert as three CSV files.

        `<path>.ok.csv` has the rows that are stored, `<path>.failed.csv` those that are not, and `<path>.unknown.csv`
        those that may or may not be. Each row has all its columns, and behind them its number, what became of it,
        its id, the reason, and whether sending it again as it is makes sense. Row 1 of a file is the first below its
        column names; empty lines do not count.

        The file of failed rows can be mended and given to an upsert as it is. Between cells stands what stood there in
        the input, so that the same program opens it. Texts that a spreadsheet would take for a formula begin with `'`.

        Args:
            report: What an `Upsert …`, `Import …` or `Sync …` keyword returned, or the `report` of its error.
            path: The path without `.csv`; that of an input file will do.

        Returns:
            The paths of the files, by `ok`, `failed` and `unknown`.

        Raises:
            PlanhatValidationError: If a file can not be written.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Save Upsert Report
            ${row}=    Create Dictionary    name=Acme    external_id=A-102
            ${report}=    Upsert Companies    ${row}
            ${files}=    Save Upsert Report    ${report}    ${OUTPUT_DIR}${/}companies
            Log    ${files}[failed]
        ```
        """
        require("report", report, (BulkReport, TableReport), "what an upsert, an import or a sync returned")
        files = {name: str(file) for name, file in report.save_files(path).items()}
        logger.info(f"Saved {report} as {', '.join(files.values())}.")
        return files
