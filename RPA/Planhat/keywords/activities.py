"""Keywords that send user activities to the analytics host."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat.keywords.component import Component
from RPA.Planhat.keywords.usage_logs import log_push
from RPA.Planhat.operations.tables.rows import read_rows
from RPA.Planhat.operations.usage import segment
from RPA.Planhat.operations.usage.activities import track, track_all
from RPA.Planhat.operations.usage.pushing import Sending
from RPA.Planhat.operations.usage.report import PushReport


class ActivityKeywords(Component):
    """Keywords that send user activities."""

    @keyword(tags=["activity", "write"])
    def track_activity(
        self,
        action: str,
        *,
        email: str | None = None,
        external_id: str | None = None,
        name: str | None = None,
        company_external_id: str | None = None,
        weight: float | None = None,
        count: int | None = None,
        time: str | date | datetime | None = None,
        info: dict[str, Any] | str | None = None,
        at_least_once: bool = False,
        alias: str | None = None,
        **more: Any,
    ) -> None:
        """Logs that an enduser did something, such as `Logged in`.

        Planhat's analytics host answers before it looks at the activity, so success means *received*. An activity
        whose enduser and company are both unknown is dropped by Planhat without a word.

        Args:
            action: What was done; shown in Planhat's event stream.
            email: The e-mail address of the enduser; needed unless `external_id` is given.
            external_id: The enduser's id in your own system.
            name: The name of the enduser, for one that Planhat does not know yet.
            company_external_id: The external id of the company, for an enduser that Planhat does not know yet.
            weight: How much the activity counts; 1 unless given.
            count: How often it happened; 1 unless given.
            time: When it was done, ISO 8601; now unless given.
            info: Details, as a dictionary or JSON.
            at_least_once: When true, it is sent again if the answer was lost; it may then count twice.
            alias: The connection to use; the current one unless given.
            **more: Further keys, sent as they are.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
            PlanhatValidationError: If it says neither by e-mail nor by id who did it; nothing was sent.
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
        values = {"action": action, "email": email, "externalId": external_id, "name": name, "count": count}
        details = {"companyExternalId": company_external_id, "weight": weight, "date": time, "info": info}
        track(self.session(alias), {**values, **details, **more}, at_least_once=at_least_once)
        logger.info(f"Sent activity {action!r} of {email or external_id}.")

    @keyword(tags=["activity", "bulk"])
    def track_activities(
        self,
        rows: Any,
        *,
        extra: list[str] | str | None = None,
        skip_bad: bool = False,
        at_least_once: bool = False,
        journal: str | None = None,
        fail_on_errors: bool = True,
        alias: str | None = None,
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
            skip_bad: When true, bad rows are left out and reported; else they keep all rows from being sent.
            at_least_once: When true, rows are sent again if the answer was lost; they may then count twice.
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
        Example Of Track Activities
            Create Company    name=Acme    external_id=A-104
            ${login}=    Create Dictionary    action=Logged in    id=u-1    email=ada@acme.example    cId=A-104
            ${export}=    Create Dictionary    action=Exported    id=u-1    cId=A-104    weight=3    date=2026-03-01
            ${rows}=    Create List    ${login}    ${export}
            ${report}=    Track Activities    ${rows}
            Should Be Equal As Integers    ${report.received}    2
        ```
        """
        sending = Sending(at_least_once, skip_bad, journal)
        names = extra.split(",") if isinstance(extra, str) else extra or ()
        report = track_all(self.session(alias), read_rows(rows), sending, [name.strip() for name in names])
        log_push(report)
        if fail_on_errors:
            report.raise_if_failed()
        return report

    @keyword(tags=["activity", "write"])
    def send_segment_identify(
        self,
        external_id: str | None = None,
        *,
        email: str | None = None,
        name: str | None = None,
        company_external_id: str | None = None,
        time: str | date | datetime | None = None,
        alias: str | None = None,
        **traits: Any,
    ) -> None:
        """Tells Planhat who an enduser is, as Segment does with `identify`.

        Args:
            external_id: The enduser's id in your own system: Segment's `userId`.
            email: The e-mail address; needed unless `external_id` is given.
            name: The name of the enduser.
            company_external_id: The external id of the company, for an enduser that Planhat does not know yet.
            time: When it was so, ISO 8601; now unless given.
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
        person = {"externalId": external_id, "email": email, "name": name, "date": time}
        segment.identify(self.session(alias), {**person, "companyExternalId": company_external_id}, traits)
        logger.info(f"Sent Segment event identify of {email or external_id}.")

    @keyword(tags=["activity", "write"])
    def send_segment_track(
        self,
        event: str,
        external_id: str | None = None,
        *,
        email: str | None = None,
        company_external_id: str | None = None,
        time: str | date | datetime | None = None,
        alias: str | None = None,
        **properties: Any,
    ) -> None:
        """Logs that an enduser did something, as Segment does with `track`.

        Args:
            event: What was done.
            external_id: The enduser's id in your own system: Segment's `userId`.
            email: The e-mail address; needed unless `external_id` is given.
            company_external_id: The external id of the company, for an enduser that Planhat does not know yet.
            time: When it was done, ISO 8601; now unless given.
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
        person = {"externalId": external_id, "email": email, "companyExternalId": company_external_id, "date": time}
        segment.track_event(self.session(alias), event, person, properties)
        logger.info(f"Sent Segment event {event!r} of {email or external_id}.")
