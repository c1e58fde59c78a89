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
from RPA.Planhat.operations.bulk.report import BulkReport
from RPA.Planhat.operations.bulk.upsert import BulkOptions
from RPA.Planhat.operations.tables.plans import TableReport
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.types import PlanhatObject

OPTION_DOCS = {
    "fail_on_errors": "When false, rows that failed are only reported.",
    "journal": "A file that keeps what was done, made when missing. After a crash, run the same again: it goes on "
    "where it stopped.",
    "verify": "When true, all rows are read back at the end and compared with what was sent.",
    "stop_after_failed": "Stop when so many rows failed: a number, or a share of the rows sent such as `5%`.",
    "last_wins": "When true, the last of several rows with one key is sent; else contradicting rows are an error.",
    "generate_keys": "Fields that tell records apart, such as `email, company_id`. Rows without a key get an external "
    "id made of them, the same in each run, so that they can be sent again safely, see [Bulk upserts].",
    "find_by": "Fields that tell records apart. Rows without a key whose outcome is not known are looked up by them at "
    "the end; they are never sent again.",
    "check_custom": "When true, custom fields that Planhat does not have, and values that do not fit theirs, are bad "
    "rows; else Planhat stores them as they are.",
}
"""The options of all keywords that upsert, and what they mean."""


def option_arguments() -> list[Argument]:
    """Returns the arguments of all keywords that upsert."""
    return [
        named_only("fail_on_errors", bool, default=True),
        named_only("journal", str | None, default=None),
        named_only("verify", bool, default=False),
        named_only("stop_after_failed", int | str | None, default=None),
        named_only("last_wins", bool, default=False),
        named_only("generate_keys", list | str | None, default=None),
        named_only("find_by", list | str | None, default=None),
        named_only("check_custom", bool, default=False),
    ]


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
