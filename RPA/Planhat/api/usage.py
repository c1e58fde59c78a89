"""Activities and metrics, sent through the analytics host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat import operations
from RPA.Planhat.api.base import Surface
from RPA.Planhat.types import DimensionData, PlanhatObjectList

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping

    from typing_extensions import Unpack

    from RPA.Planhat.operations.usage.options import (
        ActivityValues,
        PersonValues,
        PushOptions,
        TrackingOptions,
        VerifyOptions,
    )
    from RPA.Planhat.operations.usage.report import PushReport
    from RPA.Planhat.operations.usage.verifying import Verification


class UsageMethods(Surface):
    """Activities and metrics; all of these methods but `get_metrics` need a tenant UUID."""

    def track_activity(
        self,
        action: str,
        *,
        extra: Iterable[str] | str | None = None,
        at_least_once: bool = False,
        **values: Unpack[ActivityValues],
    ) -> None:
        """Logs that an enduser did something. Success means *received*, see `track_activities`.

        Args:
            action: What was done; shown in Planhat's event stream.
            extra: Names of further values that are sent as they are.
            at_least_once: When true, it is sent again if the answer was lost; it may then count twice.
            **values: See `ActivityValues`.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
            PlanhatValidationError: If it has neither an e-mail address nor an id of the enduser, or a name or a value
                is wrong; nothing was sent.
            PlanhatOutcomeUnknownError: If it is not known whether it was received. It is never sent twice.

        Examples:
            ```python
            planhat.create_object(types.Company(name="Acme", external_id="A-1"))
            planhat.track_activity("Logged in", email="ada@acme.example", company_external_id="A-1")
            ```
        """
        operations.usage.activities.track(
            self.session, {"action": action, **values}, extra=extra, at_least_once=at_least_once
        )

    def track_activities(
        self,
        rows: Any,
        *,
        extra: Iterable[str] | str | None = None,
        fail_on_errors: bool = True,
        **options: Unpack[TrackingOptions],
    ) -> PushReport:
        """Tracks any number of activities, in calls of at most 32 MB, at most once by default.

        Args:
            rows: The path of a file, or rows in any form, with the columns `action`, `email` or `external_id`,
                `company_external_id`, `name`, `weight`, `count`, `date`, `info`.
            extra: Further columns that are sent as they are.
            fail_on_errors: Raise when rows failed or are unknown; otherwise they are only reported.
            **options: See `TrackingOptions`.

        Returns:
            The report: its `counts` are the rows that were `received`, `failed`, or are `unknown`.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
            PlanhatValidationError: If rows are bad; nothing was sent.
            PlanhatBulkError: If rows failed or are unknown; the report is on the error.

        Examples:
            ```python
            rows = ({"action": "Logged in", "id": f"u-{each}", "cId": "A-1"} for each in range(3))
            assert planhat.track_activities(rows).received == 3
            ```
        """
        report = operations.usage.sending.track_rows(self.session, rows, extra, options)
        if fail_on_errors:
            report.raise_if_failed()
        return report

    def push_metrics(
        self, rows: Any = None, *, fail_on_errors: bool = True, **options: Unpack[PushOptions]
    ) -> PushReport:
        """Pushes any number of metrics, or a single one, in calls of at most 32 MB.

        Args:
            rows: The path of a file, or rows in any form, with the columns `dimension_id`, `value`, `external_id`,
                `model` and `date`. Without rows, the options make one metric.
            fail_on_errors: Raise when rows failed or are unknown; otherwise they are only reported.
            **options: What all rows have in common, and how they are sent; see
                `PushOptions`.

        Returns:
            The report: its `counts` are the rows that were `received`, `failed`, or are `unknown`.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
            PlanhatValidationError: If rows are bad; nothing was sent.
            PlanhatBulkError: If rows failed or are unknown; the report is on the error.

        Examples:
            ```python
            planhat.create_object(types.Company(name="Acme", external_id="A-1"))
            rows = [{"value": 40, "date": "2026-03-02"}, {"value": 55, "date": "2026-03-03"}]
            planhat.push_metrics(rows, dimension_id="logins", external_id="A-1")
            found = planhat.verify_metrics(rows, dimension_id="logins", external_id="A-1")
            assert found.arrived == 2
            ```
        """
        report = operations.usage.sending.push_rows(self.session, rows, options)
        if fail_on_errors:
            report.raise_if_failed()
        return report

    def get_metrics(
        self,
        company_ids: Any = None,
        *,
        dimension_id: str | None = None,
        from_date: str | datetime.date | int | None = None,
        to_date: str | datetime.date | int | None = None,
        limit: int | None = None,
        **filters: Any,
    ) -> PlanhatObjectList[DimensionData]:
        """Returns metrics as Planhat has stored them.

        Args:
            company_ids: Only of these companies.
            dimension_id: Values of this dimension.
            from_date: Values from this day on.
            to_date: Values up to this day.
            limit: The number of metrics at most.
            **filters: Further values by field, such as `model="EndUser"`.
        """
        asked = {"dimension_id": dimension_id, "from_date": from_date, "to_date": to_date, **filters}
        given = {name: value for name, value in asked.items() if value is not None}
        return operations.reading.read_list(
            self.session, DimensionData, operations.reading.Query(company_ids=company_ids, limit=limit, filters=given)
        )

    def verify_metrics(
        self,
        rows: Any = None,
        *,
        timeout: float = 120.0,
        since: str | datetime.date | None = None,
        fail_on_errors: bool = True,
        **pushed: Unpack[VerifyOptions],
    ) -> Verification:
        """Reads pushed metrics back, and names those that have not arrived.

        Args:
            rows: The same rows as to `push_metrics`.
            timeout: Seconds to wait for metrics that are not there yet.
            since: The day from which on metrics without a date count. Default: today (UTC).
            fail_on_errors: Raise when metrics are missing; otherwise they are only reported.
            **pushed: The same values as to `push_metrics`; see
                `VerifyOptions`.

        Returns:
            The report: `arrived` is a number, `missing` a list with `number`, `row` and `reason`.

        Raises:
            PlanhatBulkError: If metrics are missing; the report is on the error.
        """
        found = operations.usage.sending.verify_rows(self.session, rows, pushed, timeout=timeout, since=since)
        if fail_on_errors:
            found.raise_if_missing()
        return found

    def send_segment_identify(
        self,
        external_id: str | None = None,
        traits: Mapping[str, Any] | None = None,
        **person: Unpack[PersonValues],
    ) -> None:
        """Tells Planhat who an enduser is, as Segment does with `identify`.

        Args:
            external_id: The enduser's id in your own system: Segment's `userId`.
            traits: Further traits.
            **person: See `PersonValues`.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
            PlanhatValidationError: If it has neither an e-mail address nor an id of the enduser; nothing was sent.
        """
        operations.usage.activities.identify(self.session, {"external_id": external_id, **person}, traits or {})

    def send_segment_track(
        self,
        event: str,
        external_id: str | None = None,
        properties: Mapping[str, Any] | None = None,
        **person: Unpack[PersonValues],
    ) -> None:
        """Logs that an enduser did something, as Segment does with `track`.

        Args:
            event: What was done.
            external_id: The enduser's id in your own system: Segment's `userId`.
            properties: Details.
            **person: See `PersonValues`.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
            PlanhatValidationError: If it has neither an e-mail address nor an id of the enduser; nothing was sent.

        Examples:
            ```python
            planhat.create_object(types.Company(name="Acme", external_id="A-1"))
            planhat.send_segment_identify("u-1", {"plan": "Pro"}, name="Ada", company_external_id="A-1")
            planhat.send_segment_track("Exported", "u-1", {"pages": 4}, company_external_id="A-1")
            ```
        """
        operations.usage.activities.track_event(
            self.session, event, {"external_id": external_id, **person}, properties or {}
        )
