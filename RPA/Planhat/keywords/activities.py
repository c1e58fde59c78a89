"""Keywords that send user activities to the analytics host."""

from __future__ import annotations

from typing import Any, cast

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat.keywords.component import Component, done
from RPA.Planhat.keywords.converters import AnyRows
from RPA.Planhat.keywords.signatures import takes
from RPA.Planhat.keywords.usage_logs import log_push
from RPA.Planhat.operations.options import described
from RPA.Planhat.operations.usage import segment
from RPA.Planhat.operations.usage.activities import track
from RPA.Planhat.operations.usage.options import SendingOptions
from RPA.Planhat.operations.usage.report import PushReport
from RPA.Planhat.operations.usage.sending import ActivityValues, PersonValues, track_rows


class ActivityKeywords(Component):
    """Keywords that send user activities."""

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
        """Logs that an enduser did something, such as `Logged in`.

        Planhat's analytics host answers before it looks at the activity, so success means *received*. An activity
        whose enduser and company are both unknown is dropped by Planhat without a word.

        Args:
            action: What was done; shown in Planhat's event stream.
            extra: Names of further values that are sent as they are; a list, or a text with commas.
            <options>
            at_least_once: When true, it is sent again if the answer was lost; it may then count twice.
            alias: The connection to use; the current one unless given.
            **values: Further values: `first_name`, `last_name`, other spellings as in [Track Activities], and what
                `extra` names. Other names are an error, since Planhat would drop them without a word.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
            PlanhatValidationError: If it says neither by e-mail nor by id who did it, or a name or a value is wrong;
                nothing was sent.
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
        track(session, {"action": action, **values}, extra=extra, at_least_once=at_least_once)
        logger.info(
            f"{done(session, 'Sent')} activity {action!r} of {values.get('email') or values.get('external_id')}."
        )

    @keyword(tags=["activity", "bulk"])
    @takes(SendingOptions)
    def track_activities(
        self,
        rows: AnyRows,
        *,
        extra: list[str] | str | None = None,
        fail_on_errors: bool = True,
        alias: str | None = None,
        **options: Any,
    ) -> PushReport:
        """Logs any number of user activities, in as few calls of 32 MB as they need.

        Rows have the columns `action`, `email` or `external_id` (also `id`), `company_external_id` (also `cId`),
        `name`, `weight`, `count`, `date`, `info`. Other columns are an error, since Planhat would drop them without a
        word. All rows are checked before the first one is sent. A file is read row by row, so its size does not
        matter.

        No row is sent twice: when an answer is lost, the rows of that call are *unknown* in the report.

        Args:
            rows: A list of dictionaries, a Table, a frame, JSON, or the path of a CSV, Excel or JSON file.
            extra: Further columns that are sent as they are; a list, or a text with commas.
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
        report = track_rows(session, rows, extra, cast("SendingOptions", options))
        log_push(report, done(session, "Pushed"))
        if fail_on_errors:
            report.raise_if_failed()
        return report

    @keyword(tags=["activity", "write"])
    @takes(PersonValues, free=True)
    def send_segment_identify(
        self,
        external_id: str | None = None,
        *,
        alias: str | None = None,
        **traits: Any,
    ) -> None:
        """Tells Planhat who an enduser is, as Segment does with `identify`.

        Args:
            external_id: The enduser's id in your own system: Segment's `userId`.
            <options>
            alias: The connection to use; the current one unless given.
            **traits: Further traits.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
            PlanhatValidationError: If it says neither by e-mail nor by id who it is; nothing was sent.
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
        segment.identify(session, person, traits)
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
        """Logs that an enduser did something, as Segment does with `track`.

        Args:
            event: What was done.
            external_id: The enduser's id in your own system: Segment's `userId`.
            <options>
            alias: The connection to use; the current one unless given.
            **properties: Details.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
            PlanhatValidationError: If it says neither by e-mail nor by id who did it; nothing was sent.
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
        segment.track_event(session, event, person, properties)
        logger.info(f"{done(session, 'Sent')} Segment event {event!r} of {person.get('email') or external_id}.")


def _person(external_id: str | None, values: dict[str, Any]) -> dict[str, Any]:
    """Takes what says who it was out of all that was named."""
    known = {each.name: values.pop(each.name, None) for each in described(PersonValues)}
    return {"external_id": external_id, **known}
