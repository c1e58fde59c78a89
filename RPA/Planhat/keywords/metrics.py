"""Keywords that push metrics and read them back."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from robot.api.deco import keyword

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.keywords.component import Component
from RPA.Planhat.keywords.limits import seconds
from RPA.Planhat.keywords.usage_logs import log_push, log_verification
from RPA.Planhat.operations.tables.rows import read_rows
from RPA.Planhat.operations.usage.metrics import completed, push_metrics
from RPA.Planhat.operations.usage.pushing import Sending
from RPA.Planhat.operations.usage.report import PushReport
from RPA.Planhat.operations.usage.verifying import Verification, verify

PATIENCE = timedelta(minutes=2)


class MetricKeywords(Component):
    """Keywords that push metrics and read them back."""

    @keyword(tags=["metric", "bulk"])
    def push_metrics(
        self,
        rows: Any = None,
        *,
        dimension_id: str | None = None,
        value: float | None = None,
        external_id: str | None = None,
        model: str | None = None,
        date: str | date | datetime | None = None,
        any_dimension_id: bool = False,
        skip_bad: bool = False,
        at_least_once: bool = False,
        journal: str | None = None,
        fail_on_errors: bool = True,
        alias: str | None = None,
    ) -> PushReport:
        """Pushes any number of metrics, or a single one, in as few calls of 32 MB as they need.

        Rows have the columns `dimension_id`, `value`, `external_id`, `model` and `date`. What all rows have in common
        can be given by name instead; without rows, the names make one metric. All rows are checked before the first
        one is sent. A file is read row by row, so its size does not matter.

        Planhat answers before it looks at the metrics and drops bad ones without a word; [Verify Metrics] reads
        them back. No row is sent twice: when an answer is lost, the rows of that call are *unknown* in the report.

        Args:
            rows: A list of dictionaries, a Table, a frame, JSON, or the path of a CSV, Excel or JSON file.
            dimension_id: What was measured: letters, digits, `_` and `-`.
            value: The number.
            external_id: The external id of the record that it belongs to.
            model: The model of that record: `Company`, `EndUser`, `Asset` or `Project`; a company unless given.
            date: When it was measured, ISO 8601; when it is received unless given.
            any_dimension_id: When true, dimension ids are sent that Planhat's documents forbid, such as with blanks.
            skip_bad: When true, bad rows are left out and reported; else they keep all rows from being sent.
            at_least_once: When true, rows are sent again if the answer was lost; they may then be there twice.
            journal: A file that keeps what was sent, made when missing. After a crash, run the same again: it goes
                on where it stopped.
            fail_on_errors: When false, rows that failed or are unknown are only reported.
            alias: The connection to use; the current one unless given.

        Returns:
            The report: `${report.counts}` are the rows that were `received`, `failed`, or are `unknown`.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
            PlanhatValidationError: If rows are bad; nothing was sent.
            PlanhatBulkError: If rows failed or are unknown; the report is on the error.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Push Metrics
            ${company}=    Create Company    name=Acme    external_id=A-107
            Push Metrics    dimension_id=logins    value=12    external_id=A-107    date=2026-03-01
            ${monday}=    Create Dictionary    value=40    date=2026-03-02
            ${tuesday}=    Create Dictionary    value=55    date=2026-03-03
            ${rows}=    Create List    ${monday}    ${tuesday}
            Push Metrics    ${rows}    dimension_id=logins    external_id=A-107
            ${metrics}=    Get Metrics    ${company}    dimension_id=logins    from_date=2026-03-02
            Length Should Be    ${metrics}    2
        ```
        """
        named = {"dimension_id": dimension_id, "value": value, "external_id": external_id}
        common = {**named, "model": model, "date": date}
        sending = Sending(at_least_once, skip_bad, journal)
        session = self.session(alias)
        report = push_metrics(session, _rows(rows), sending, common=common, any_dimension_id=any_dimension_id)
        log_push(report)
        if fail_on_errors:
            report.raise_if_failed()
        return report

    @keyword(tags=["metric", "read"])
    def verify_metrics(
        self,
        rows: Any = None,
        *,
        dimension_id: str | None = None,
        value: float | None = None,
        external_id: str | None = None,
        model: str | None = None,
        date: str | date | datetime | None = None,
        timeout: timedelta = PATIENCE,
        since: str | date | None = None,
        any_dimension_id: bool = False,
        fail_on_errors: bool = True,
        alias: str | None = None,
    ) -> Verification:
        """Reads pushed metrics back, and names those that have not arrived.

        Give the same rows and names as to [Push Metrics]. A metric has arrived when Planhat has its value for its
        dimension, its record, and its time; or else its day, since Planhat may keep days only. Rows that can not
        arrive, since Planhat has no record with their external id or their form is wrong, are named with that reason
        and not waited for. Values that were there before count as well, when they are equal.

        Args:
            rows: The rows that were pushed, in any form that [Push Metrics] takes.
            dimension_id: As it was pushed.
            value: As it was pushed.
            external_id: As it was pushed.
            model: As it was pushed.
            date: As it was pushed.
            timeout: How long to wait for metrics that are not there yet.
            since: The day from which on metrics without a date count; today (UTC) unless given.
            any_dimension_id: As it was pushed.
            fail_on_errors: When false, missing metrics are only reported.
            alias: The connection to use; the current one unless given.

        Returns:
            The report: `${report.arrived}` is a number, `${report.missing}` a list with `number`, `row` and `reason`,
            `${report.seconds}` when the last one that arrived was seen, `${report.reasons}` a count for each reason.

        Raises:
            PlanhatBulkError: If metrics are missing; the report is on the error.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Verify Metrics
            Create Company    name=Acme    external_id=A-108
            ${known}=    Create Dictionary    external_id=A-108    value=7    date=2026-03-01
            ${unknown}=    Create Dictionary    external_id=A-999    value=8    date=2026-03-01
            ${rows}=    Create List    ${known}    ${unknown}
            Push Metrics    ${rows}    dimension_id=seats
            ${report}=    Verify Metrics    ${rows}    dimension_id=seats    fail_on_errors=False
            Should Be Equal As Integers    ${report.arrived}    1
            Should Be Equal    ${report.missing[0].reason}    Planhat has no company with the external id 'A-999'.
        ```
        """
        named = {"dimension_id": dimension_id, "value": value, "external_id": external_id}
        common = {**named, "model": model, "date": date}
        session, pushed = self.session(alias), completed(_rows(rows), common)
        patience = seconds(timeout) or 0.0
        day = None if since is None else str(since)
        found = verify(session, pushed, timeout=patience, since=day, any_dimension_id=any_dimension_id)
        log_verification(found)
        if fail_on_errors:
            found.raise_if_missing()
        return found


def _rows(rows: Any) -> Any:
    if isinstance(rows, PushReport):
        raise PlanhatValidationError("Give the rows that were pushed, not the report: it does not hold them.")
    return [{}] if rows is None else read_rows(rows)
