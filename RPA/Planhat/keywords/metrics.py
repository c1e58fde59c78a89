"""Keywords that push metrics and read them back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from robot.api.deco import keyword

from RPA.Planhat.keywords.component import Component, done
from RPA.Planhat.keywords.converters import AnyRows
from RPA.Planhat.keywords.limits import seconds
from RPA.Planhat.keywords.signatures import takes
from RPA.Planhat.keywords.usage_logs import log_push, log_verification
from RPA.Planhat.operations.usage.report import PushReport
from RPA.Planhat.operations.usage.sending import MetricValues, PushOptions, push_rows, verify_rows
from RPA.Planhat.operations.usage.verifying import Verification

PATIENCE = timedelta(minutes=2)


class MetricKeywords(Component):
    """Keywords that push metrics and read them back."""

    @keyword(tags=["metric", "bulk"])
    @takes(PushOptions)
    def push_metrics(
        self,
        rows: AnyRows = None,
        *,
        fail_on_errors: bool = True,
        alias: str | None = None,
        **options: Any,
    ) -> PushReport:
        """Pushes any number of metrics, or a single one, in as few calls of 32 MB as they need.

        Rows have the columns `dimension_id`, `value`, `external_id`, `model` and `date`. What all rows have in common
        can be given by name instead; without rows, the names make one metric. All rows are checked before the first
        one is sent. A file is read row by row, so its size does not matter.

        Planhat answers before it looks at the metrics and drops bad ones without a word; [Verify Metrics] reads
        them back. No row is sent twice: when an answer is lost, the rows of that call are *unknown* in the report.

        Args:
            rows: A list of dictionaries, a Table, a frame, JSON, or the path of a CSV, Excel or JSON file.
            **options: <options>
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
        session = self.session(alias)
        report = push_rows(session, rows, cast("PushOptions", options))
        log_push(report, done(session, "Pushed"))
        if fail_on_errors:
            report.raise_if_failed()
        return report

    @keyword(tags=["metric", "read"])
    @takes(MetricValues)
    def verify_metrics(
        self,
        rows: AnyRows = None,
        *,
        timeout: timedelta = PATIENCE,
        since: str | date | None = None,
        fail_on_errors: bool = True,
        alias: str | None = None,
        **pushed: Any,
    ) -> Verification:
        """Reads pushed metrics back, and names those that have not arrived.

        Give the same rows and names as to [Push Metrics]. A metric has arrived when Planhat has its value for its
        dimension, its record, and its time; or else its day, since Planhat may keep days only. Rows that can not
        arrive, since Planhat has no record with their external id or their form is wrong, are named with that reason
        and not waited for. Values that were there before count as well, when they are equal.

        Args:
            rows: The rows that were pushed, in any form that [Push Metrics] takes.
            **pushed: <options>
            timeout: How long to wait for metrics that are not there yet.
            since: The day from which on metrics without a date count; today (UTC) unless given.
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
        values = cast("MetricValues", pushed)
        found = verify_rows(self.session(alias), rows, values, timeout=seconds(timeout) or 0.0, since=since)
        log_verification(found)
        if fail_on_errors:
            found.raise_if_missing()
        return found
