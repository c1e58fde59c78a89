"""Keywords that send usage to the analytics host, activities and metrics, and read metrics back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat import operations
from RPA.Planhat.keywords.arguments import seconds, takes
from RPA.Planhat.keywords.component import AnyRows, Component
from RPA.Planhat.keywords.logs import ROWS, done, log_table
from RPA.Planhat.operations.options import described
from RPA.Planhat.operations.usage.options import (
    ActivityValues,
    PersonValues,
    PushOptions,
    TrackingOptions,
    VerifyOptions,
)
from RPA.Planhat.text.messages import plural

PATIENCE = timedelta(minutes=2)


class UsageKeywords(Component):
    """Keywords that send user activities and metrics, and read metrics back."""

    @keyword(tags=["activity", "write"])
    @takes(ActivityValues, free=True)
    def track_activity(
        self,
        action: str,
        *,
        extra: list[str] | str | None = None,
        at_least_once: bool = False,
        alias: str | None = None,
        **values: Any,
    ) -> None:
        """Tracks one user activity, such as `Logged in`.

        Planhat's analytics host answers before it looks at the activity, so success means *received*. An activity
        whose enduser and company are both unknown is silently dropped by Planhat.

        Args:
            action: What was done; shown in Planhat's event stream.
            extra: Names of further values that are sent as they are; a list, or a comma-separated string.
            <options>
            at_least_once: When true, it is sent again if the answer was lost; it may then count twice.
            alias: The connection to use. Default: the current one.
            **values: Further values: `first_name`, `last_name`, other spellings as in [Track Activities], and what
                `extra` names. Other names are an error, since Planhat would silently drop them.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
            PlanhatValidationError: If it has neither an e-mail address nor an id of the enduser, or a name or a value
                is wrong; nothing was sent.
            PlanhatOutcomeUnknownError: If it is not known whether it was received. It is never sent twice.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Track Activity
            ${company}=    Create Company    name=Acme    external_id=A-103
            Create Enduser    email=ada@acme.example    company_id=${company.id}
            Track Activity    Logged in    email=ada@acme.example    company_external_id=A-103
        ```
        """
        session = self.session(alias)
        operations.usage.activities.track(
            session, {"action": action, **values}, extra=extra, at_least_once=at_least_once
        )
        logger.info(
            f"{done(session, 'Sent')} activity {action!r} of {values.get('email') or values.get('external_id')}."
        )

    @keyword(tags=["activity", "bulk"])
    @takes(TrackingOptions)
    def track_activities(
        self,
        rows: AnyRows,
        *,
        extra: list[str] | str | None = None,
        fail_on_errors: bool = True,
        alias: str | None = None,
        **options: Any,
    ) -> operations.usage.report.PushReport:
        """Tracks any number of user activities, in calls of at most 32 MB.

        Rows have the columns `action`, `email` or `external_id` (also `id`), `company_external_id` (also `cId`),
        `name`, `weight`, `count`, `date`, `info`. Other columns are an error, since Planhat would drop them
        silently. All rows are checked before the first one is sent. A file is read row by row, so its size does not
        matter.

        No row is sent twice: when an answer is lost, the rows of that call are *unknown* in the report.

        Args:
            rows: A list of dictionaries, a Table, a frame, JSON, or the path of a CSV, Excel or JSON file.
            extra: Further columns that are sent as they are; a list, or a comma-separated string.
            **options: <options>
            fail_on_errors: When false, rows that failed or are unknown are only reported.
            alias: The connection to use. Default: the current one.

        Returns:
            The report: `${report.counts}` are the rows that were `received`, `failed`, or are `unknown`.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
            PlanhatValidationError: If rows are bad; nothing was sent.
            PlanhatBulkError: If rows failed or are unknown; the report is on the error.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Track Activities
            Create Company    name=Acme    external_id=A-104
            ${login}=    Create Dictionary    action=Logged in    id=u-1    email=ada@acme.example    cId=A-104
            ${export}=    Create Dictionary    action=Exported    id=u-1    cId=A-104    weight=3    date=2026-03-01
            ${rows}=    Create List    ${login}    ${export}
            ${report}=    Track Activities    ${rows}
            Should Be Equal As Integers    ${report.received}    2
        ```
        """
        session = self.session(alias)
        report = operations.usage.sending.track_rows(session, rows, extra, cast("TrackingOptions", options))
        return _logged(report, done(session, "Pushed"), fail_on_errors=fail_on_errors)

    @keyword(tags=["activity", "write"])
    @takes(PersonValues, free=True)
    def send_segment_identify(
        self,
        external_id: str | None = None,
        *,
        alias: str | None = None,
        **traits: Any,
    ) -> None:
        """Sends a Segment `identify` event: who an enduser is, with traits.

        Args:
            external_id: The enduser's id in your own system: Segment's `userId`.
            <options>
            alias: The connection to use. Default: the current one.
            **traits: Further traits.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
            PlanhatValidationError: If it has neither an e-mail address nor an id of the enduser; nothing was sent.
            PlanhatOutcomeUnknownError: If it is not known whether it was received. It is never sent twice.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Send Segment Identify
            Create Company    name=Acme    external_id=A-105
            Send Segment Identify    u-2    email=bea@acme.example    name=Bea Cole    company_external_id=A-105
        ```
        """
        person = _person(external_id, traits)
        session = self.session(alias)
        operations.usage.activities.identify(session, person, traits)
        logger.info(f"{done(session, 'Sent')} Segment event identify of {person.get('email') or external_id}.")

    @keyword(tags=["activity", "write"])
    @takes(PersonValues, free=True)
    def send_segment_track(
        self,
        event: str,
        external_id: str | None = None,
        *,
        alias: str | None = None,
        **properties: Any,
    ) -> None:
        """Sends a Segment `track` event: what an enduser did, with properties.

        Args:
            event: What was done.
            external_id: The enduser's id in your own system: Segment's `userId`.
            <options>
            alias: The connection to use. Default: the current one.
            **properties: Details.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
            PlanhatValidationError: If it has neither an e-mail address nor an id of the enduser; nothing was sent.
            PlanhatOutcomeUnknownError: If it is not known whether it was received. It is never sent twice.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Send Segment Track
            Create Company    name=Acme    external_id=A-106
            Send Segment Track    Exported    u-3    email=cleo@acme.example    company_external_id=A-106    pages=4
        ```
        """
        person = _person(external_id, properties)
        session = self.session(alias)
        operations.usage.activities.track_event(session, event, person, properties)
        logger.info(f"{done(session, 'Sent')} Segment event {event!r} of {person.get('email') or external_id}.")

    @keyword(tags=["metric", "bulk"])
    @takes(PushOptions)
    def push_metrics(
        self,
        rows: AnyRows = None,
        *,
        fail_on_errors: bool = True,
        alias: str | None = None,
        **options: Any,
    ) -> operations.usage.report.PushReport:
        """Pushes any number of metrics, or a single one, in calls of at most 32 MB.

        Rows have the columns `dimension_id`, `value`, `external_id`, `model` and `date`. What all rows have in common
        can be given by name instead; without rows, the names make one metric. All rows are checked before the first
        one is sent. A file is read row by row, so its size does not matter.

        Planhat answers before it looks at the metrics and silently drops bad ones; [Verify Metrics] reads
        them back. No row is sent twice: when an answer is lost, the rows of that call are *unknown* in the report.

        Args:
            rows: A list of dictionaries, a Table, a frame, JSON, or the path of a CSV, Excel or JSON file.
            **options: <options>
            fail_on_errors: When false, rows that failed or are unknown are only reported.
            alias: The connection to use. Default: the current one.

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
        report = operations.usage.sending.push_rows(session, rows, cast("PushOptions", options))
        return _logged(report, done(session, "Pushed"), fail_on_errors=fail_on_errors)

    @keyword(tags=["metric", "read"])
    @takes(VerifyOptions)
    def verify_metrics(
        self,
        rows: AnyRows = None,
        *,
        timeout: timedelta = PATIENCE,
        since: str | date | None = None,
        fail_on_errors: bool = True,
        alias: str | None = None,
        **pushed: Any,
    ) -> operations.usage.verifying.Verification:
        """Reads pushed metrics back, and names those that have not arrived.

        Give the same rows and names as to [Push Metrics]. A metric has arrived when Planhat has its value for its
        dimension, its record, and its time; or else its day, since Planhat may keep days only. Rows that cannot
        arrive, since Planhat has no record with their external id or their form is wrong, are named with that reason
        and not waited for. Values that were there before count as well, when they are equal.

        Args:
            rows: The rows that were pushed, in any form that [Push Metrics] takes.
            **pushed: <options>
            timeout: How long to wait for metrics that are not there yet.
            since: The day from which on metrics without a date count. Default: today (UTC).
            fail_on_errors: When false, missing metrics are only reported.
            alias: The connection to use. Default: the current one.

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
        values = cast("VerifyOptions", pushed)
        found = operations.usage.sending.verify_rows(
            self.session(alias), rows, values, timeout=seconds("timeout", timeout) or 0.0, since=since
        )
        cells = ([each.number, each.reason, dict(each.row)] for each in found.missing[:ROWS])
        headings = ["row", "reason", "metric"] if found.missing else []
        log_table(f"Verified metrics: {found}.", headings, cells, len(found.missing))
        if fail_on_errors:
            found.raise_if_missing()
        return found


def _person(external_id: str | None, values: dict[str, Any]) -> dict[str, Any]:
    """Takes the fields that name the person out of all that was given."""
    known = {each.name: values.pop(each.name, None) for each in described(PersonValues)}
    return {"external_id": external_id, **known}


def _logged(
    report: operations.usage.report.PushReport, what: str, *, fail_on_errors: bool
) -> operations.usage.report.PushReport:
    """Logs the outcome of pushed rows; those that were not received, or may not be, as a table, with a warning.

    Raises:
        PlanhatBulkError: If rows failed or are unknown, and that is to raise.
    """
    size = f"{plural(report.rows, 'row')}, {plural(report.size, 'byte')} in {plural(report.calls, 'call')}"
    line = f"{what} {report.noun}: {report} ({size})."
    problems = [*report.failed, *report.unknown]
    cells = ([each.first, each.last, each.outcome.value, each.reason] for each in problems[:ROWS])
    log_table(line, ["first row", "last row", "outcome", "reason"] if problems else [], cells, len(problems))
    for words in report.said[:ROWS]:
        logger.warn(f"Planhat's answer for {report.noun}: {words}")
    if problems:
        logger.warn(f"{report.problem()}.")
    if fail_on_errors:
        report.raise_if_failed()
    return report
