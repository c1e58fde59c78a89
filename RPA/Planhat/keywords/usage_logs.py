"""One line, and a folded table where something went wrong, for what the analytics host was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from robot.api import logger

from RPA.Planhat.keywords.logs import ROWS, log_table
from RPA.Planhat.text.messages import plural

if TYPE_CHECKING:
    from RPA.Planhat.operations.usage.report import PushReport
    from RPA.Planhat.operations.usage.verifying import Verification


def log_push(report: PushReport, what: str) -> None:
    """Logs what became of pushed rows; those that were not received for sure as a table, with a warning."""
    size = f"{plural(report.rows, 'row')}, {plural(report.size, 'byte')} in {plural(report.calls, 'call')}"
    line = f"{what} {report.noun}: {report} ({size})."
    problems = [*report.failed, *report.unknown]
    cells = ([each.first, each.last, each.outcome.value, each.reason] for each in problems[:ROWS])
    log_table(line, ["first row", "last row", "outcome", "reason"] if problems else [], cells, len(problems))
    for words in report.said[:ROWS]:
        logger.warn(f"Planhat said of {report.noun}: {words}")
    if problems:
        logger.warn(f"Not all {report.noun} were received for sure: {report}.")


def log_verification(found: Verification) -> None:
    """Logs which metrics have arrived; the missing ones as a table."""
    line = f"Verified metrics: {found}."
    cells = ([each.number, each.reason, dict(each.row)] for each in found.missing[:ROWS])
    log_table(line, ["row", "reason", "metric"] if found.missing else [], cells, len(found.missing))
