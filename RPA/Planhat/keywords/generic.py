"""Keywords for any model by its name, and for what the registry does not know by its path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat.connection.responses import read_json
from RPA.Planhat.errors import PlanhatBulkError
from RPA.Planhat.keywords.component import Component, done
from RPA.Planhat.keywords.converters import AnyRows, Reference
from RPA.Planhat.keywords.logs import log_deletions, log_list
from RPA.Planhat.keywords.records import create_record, delete_record, get_record, update_record
from RPA.Planhat.keywords.rows import records_of
from RPA.Planhat.operations import missing as missing_records
from RPA.Planhat.operations import reading, writing
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.operations.references import model_of
from RPA.Planhat.operations.writing import DeleteReport
from RPA.Planhat.transport import READS
from RPA.Planhat.types import Company, PlanhatObject, PlanhatObjectList


class GenericKeywords(Component):
    """Keywords that take the model as an argument."""

    @keyword(tags=["any model", "read"])
    def get_planhat_objects(
        self,
        model: str,
        company_ids: Reference = None,
        *,
        properties: list[str] | str | None = None,
        sort: str | None = None,
        limit: int | None = None,
        alias: str | None = None,
        **filters: Any,
    ) -> PlanhatObjectList[Any]:
        """Returns records of any model as a list, complete, however many pages it takes.

        Args:
            model: The name of the model, as `companies` or `Time Entry`, or a path such as `/teams`.
            company_ids: Only of these companies: an id, several with commas, a record, or a list of these.
            properties: Only these fields: a name, several with commas, a list, or `ALL`.
            sort: The field to sort by, `-` in front for descending; by `_id` unless given.
            limit: The number of records at most.
            alias: The connection to use; the current one unless given.
            **filters: Values by field or by parameter of the model.

        Returns:
            A list of records; empty when there are none.

        Raises:
            PlanhatValidationError: If the model or a field is unknown; nothing was sent.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Get Planhat Objects
            ${licenses}=    Get Planhat Objects    licenses    renewal_status=ongoing
            Log    ${licenses}
        ```
        """
        query = Query(company_ids, properties, sort, limit, filters)
        records = reading.read_list(self.session(alias), model_of(model), query)
        log_list(records)
        return records

    @keyword(tags=["any model", "read"])
    def get_planhat_object(self, model: str, record: Reference, *, alias: str | None = None) -> PlanhatObject:
        """Returns one record of any model.

        Args:
            model: The name of the model, or its path.
            record: A Planhat id, `extid-…`, `srcid-…`, or a record.
            alias: The connection to use; the current one unless given.

        Returns:
            The record.

        Raises:
            PlanhatNotFoundError: If Planhat has no such record.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Get Planhat Object
            ${company}=    Create Company    name=Acme    external_id=A-100
            ${same}=    Get Planhat Object    company    extid-A-100
            Should Be Equal    ${same.id}    ${company.id}
        ```
        """
        return get_record(self.session(alias), model_of(model), record)

    @keyword(tags=["any model", "write"])
    def create_planhat_object(
        self,
        model: str,
        row: dict[str, Any] | str | None = None,
        *,
        check_custom_fields: bool = False,
        alias: str | None = None,
        **fields: Any,
    ) -> PlanhatObject:
        """Creates one record of any model and returns it as Planhat stored it.

        Args:
            model: The name of the model, or its path.
            row: A dictionary or record with fields; named fields win over it.
            check_custom_fields: When true, custom values are checked against the custom fields of the tenant, which
                takes one more call.
            alias: The connection to use; the current one unless given.
            **fields: Fields by name, and custom fields as `custom.<Name>=value`.

        Returns:
            The new record, with its `id`.

        Raises:
            PlanhatValidationError: If a field is unknown or a required one is missing; nothing was sent.
            PlanhatOutcomeUnknownError: If it is not known whether it was stored.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Create Planhat Object
            ${company}=    Create Planhat Object    company    name=Acme    phase=onboarding
            Log    ${company.id}
        ```
        """
        return create_record(self.session(alias), model_of(model), row, fields, check_custom_fields=check_custom_fields)

    @keyword(tags=["any model", "write"])
    def update_planhat_object(
        self,
        model: str,
        record: Reference,
        row: dict[str, Any] | str | None = None,
        *,
        check_custom_fields: bool = False,
        alias: str | None = None,
        **fields: Any,
    ) -> PlanhatObject:
        """Changes the given fields of one record of any model and leaves all others alone.

        Args:
            model: The name of the model, or its path.
            record: A Planhat id, `extid-…`, `srcid-…`, or a record.
            row: A dictionary or record with fields to change; named fields win over it.
            check_custom_fields: When true, custom values are checked against the custom fields of the tenant, which
                takes one more call.
            alias: The connection to use; the current one unless given.
            **fields: Fields by name; `${None}` clears a field.

        Returns:
            The whole record as it is now.

        Raises:
            PlanhatNotFoundError: If Planhat has no such record.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Update Planhat Object
            ${company}=    Create Company    name=Acme
            Update Planhat Object    company    ${company}    phase=onboarding
        ```
        """
        kind = model_of(model)
        return update_record(self.session(alias), kind, record, row, fields, check_custom_fields=check_custom_fields)

    @keyword("Delete Planhat Object", tags=["any model", "delete"])
    def delete_any_object(
        self, model: str, record: Reference, *, missing_ok: bool = False, alias: str | None = None
    ) -> str:
        """Deletes one record of any model for good.

        Args:
            model: The name of the model, or its path.
            record: A Planhat id, `extid-…`, `srcid-…`, or a record.
            missing_ok: When true, a record that is not there is no error.
            alias: The connection to use; the current one unless given.

        Returns:
            The id that was given.

        Raises:
            PlanhatNotFoundError: If Planhat has no such record.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Delete Planhat Object
            ${company}=    Create Company    name=Acme
            Delete Planhat Object    company    ${company}
        ```
        """
        return delete_record(self.session(alias), model_of(model), record, missing_ok=missing_ok)

    @keyword("Delete Planhat Objects", tags=["any model", "delete"])
    def delete_any_objects(
        self, model: str, records: Reference, *, expected: int, fail_on_errors: bool = True, alias: str | None = None
    ) -> DeleteReport:
        """Deletes many records of any model for good, one after the other, once you say how many these are.

        A list that came out longer or shorter than you think deletes nothing. A record that is in the list twice
        counts once.

        Args:
            model: The name of the model, or its path.
            records: A list of records, or of ids as `Delete Planhat Object` takes them.
            expected: How many different records there must be.
            fail_on_errors: When false, records that could not be deleted are only reported.
            alias: The connection to use; the current one unless given.

        Returns:
            The report, with `deleted` and `missing`, which are lists of ids, and `failed`, the reasons by id.

        Raises:
            PlanhatSafetyError: If there are more or fewer records, or the connection must not delete; nothing was
                sent.
            PlanhatBulkError: If a record could not be deleted; the report is on the error.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Delete Planhat Objects
            ${one}=    Create Company    name=Acme    phase=test
            ${other}=    Create Company    name=Nova    phase=test
            @{found}=    Get Companies    phase=test    properties=phase
            ${report}=    Delete Planhat Objects    companies    ${found}    expected=2
            Length Should Be    ${report.deleted}    2
        ```
        """
        kind = model_of(model)
        session = self.session(alias)
        report = writing.delete_all(session, kind, _references(records), expected)
        log_deletions(report, kind.PLURAL or "records", done(session, "Deleted"))
        if report.failed and fail_on_errors:
            name, why = next(iter(report.failed.items()))
            raise PlanhatBulkError(f"Not all were deleted for sure: {report}. The first is {name}: {why}", report)
        return report

    @keyword(tags=["company", "read"])
    def list_all_companies(self, *, status: str | None = None, alias: str | None = None) -> PlanhatObjectList[Company]:
        """Returns all companies with `_id`, `name`, `externalId` and `sourceId` only, in one call.

        Args:
            status: Only companies with this status; several with commas.
            alias: The connection to use; the current one unless given.

        Returns:
            A list of companies.

        Raises:
            PlanhatAuthFailedError: If the token is not accepted, or may not read companies.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of List All Companies
            ${companies}=    List All Companies    status=customer,prospect
            Log    ${companies}
        ```
        """
        filters = {"status": status} if status else {}
        companies = reading.list_all_companies(self.session(alias), **filters)
        log_list(companies)
        return companies

    @keyword(tags=["any model", "read"])
    def find_missing_objects(
        self, objects: AnyRows, model: str | None = None, *, alias: str | None = None
    ) -> PlanhatObjectList[Any]:
        """Returns the rows of a list that Planhat does not have, by any of their ids.

        Archived records count as there. Only ids are read, in one pass.

        Args:
            objects: Records, or rows with `_id`, `source_id` or `external_id`.
            model: The name of the model, needed when the rows are plain dictionaries.
            alias: The connection to use; the current one unless given.

        Returns:
            The missing ones, as records.

        Raises:
            PlanhatValidationError: If plain rows are given without `model=`, or are no rows; nothing was sent.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Find Missing Objects
            ${row}=    Create Dictionary    name=Nova    external_id=A-102
            ${new}=    Find Missing Objects    ${row}    company
            Log    ${new}
        ```
        """
        missing = missing_records.find_missing(self.session(alias), records_of(objects, model))
        log_list(missing, "Planhat does not have {}.")
        return missing

    @keyword(tags=["any model", "raw"])
    def planhat_request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        alias: str | None = None,
        **query: Any,
    ) -> Any:
        """Sends any request to Planhat and returns the JSON of the answer.

        For what this library does not know. Retries, limits, checks and secrets are as for all other keywords.

        Args:
            method: `GET`, `POST`, `PUT` or `DELETE`.
            path: The path with its slash, as `/companies`.
            body: What is sent, as dictionary or list.
            alias: The connection to use; the current one unless given.
            **query: Parameters of the query.

        Returns:
            Dictionaries and lists; nothing when the answer is empty.

        Raises:
            PlanhatHTTPError: If Planhat says no.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Planhat Request
            ${rows}=    Planhat Request    GET    /companies    limit=2    select=name
            Log    ${rows}
        ```
        """
        session = self.session(alias)
        response = session.call(method, path, params=query or None, json=body)
        request, ask = f"{method.upper()} {path}", method.upper() in READS
        answered = f"{request} answered {response.status_code}."
        logger.info(f"{done(session, 'Sent')} {request}." if session.dry_run and not ask else answered)
        # What a write answers can be anything; it is no reason to send it again.
        return read_json(response, ask=ask) if response.content.strip() else None


def _references(records: Any) -> list[Any]:
    if isinstance(records, (str, Mapping)):
        return [records]
    return list(read_rows(records) if hasattr(records, "iter_dicts") else records)
