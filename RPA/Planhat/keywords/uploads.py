"""Bulk upserts as keywords see them: the options, the log, and the files of a report."""

from __future__ import annotations

from inspect import Parameter as Argument
from typing import Any

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat.errors import PlanhatBulkError
from RPA.Planhat.keywords.component import Component, done
from RPA.Planhat.keywords.logs import log_report
from RPA.Planhat.keywords.rows import Rows
from RPA.Planhat.keywords.signatures import named_only
from RPA.Planhat.operations.bulk import upsert as bulk
from RPA.Planhat.operations.bulk.options import BulkOptions, UpsertOptions
from RPA.Planhat.operations.bulk.report import BulkReport
from RPA.Planhat.operations.options import described
from RPA.Planhat.operations.tables.plans import TableReport
from RPA.Planhat.session import PlanhatSession
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
    try:
        report = bulk.upsert(session, model, Rows.of(rows), BulkOptions(**options), fail_on_errors=False)
    except PlanhatBulkError as stopped:
        log_report(stopped.report, str(model.PLURAL))
        raise
    log_report(report, str(model.PLURAL), done(session, "Upserted"))
    if fail_on_errors:
        report.raise_if_failed()
    return report


class UploadKeywords(Component):
    """Keywords for the reports of bulk upserts."""

    @keyword(tags=["any model", "bulk"])
    def save_upsert_report(self, report: BulkReport | TableReport, path: str) -> dict[str, str]:
        """Saves what became of each row of a bulk upsert as three CSV files.

        `<path>.ok.csv` has the rows that are stored, `<path>.failed.csv` those that are not, and `<path>.unknown.csv`
        those that may or may not be. Each row has all its columns, and behind them its number, what became of it,
        its id, the reason, and whether sending it again as it is makes sense. The file of failed rows can be mended
        and given to an upsert as it is. Texts that a spreadsheet would take for a formula begin with `'` in the file.

        Args:
            report: What an `Upsert …`, `Import …` or `Sync …` keyword returned, or the `report` of its error.
            path: The path without `.csv`; that of an input file will do.

        Returns:
            The paths of the files, by `ok`, `failed` and `unknown`.

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
        files = {name: str(file) for name, file in report.save_files(path).items()}
        logger.info(f"Saved {report} as {', '.join(files.values())}.")
        return files
