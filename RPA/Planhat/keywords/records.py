"""Keywords for records: what each kind does with one record or a list, and what it logs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from os import PathLike
from typing import TYPE_CHECKING, Any

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat import errors, operations
from RPA.Planhat.keywords.component import UNSET, Component, Reference, given
from RPA.Planhat.keywords.logs import ROWS, done, log_deletions, log_list, log_record, log_table
from RPA.Planhat.text.messages import plural
from RPA.Planhat.types import Company, PlanhatObject, PlanhatObjectList

if TYPE_CHECKING:
    from RPA.Planhat.session import PlanhatSession

Model = type[PlanhatObject]


def get_list(session: PlanhatSession, model: Model, /, columns: Any = None, **asked: Any) -> Any:
    """Reads a complete list, of records or of rows with some columns, and logs it."""
    known, reading = operations.filters.OPTIONS, operations.reading
    options = {name: asked.pop(name) for name in known if asked.get(name) is not None}
    filters = {name: value for name, value in asked.items() if value is not UNSET and name not in known}
    query = reading.Query(**options, filters=filters)
    if columns is None:
        records = reading.read_list(session, model, query)
        log_list(records)
        return records
    if query.properties is not None:
        raise errors.PlanhatValidationError("Give columns= or properties=, not both: columns= reads what it needs.")
    rows, headings = operations.exporting.export_table(session, model, query, columns)
    line = f"Read {plural(len(rows), str(model.SINGULAR), str(model.PLURAL))} as rows."
    log_table(line, headings, ([row[name] for name in headings] for row in rows[:ROWS]), len(rows))
    return rows


def get_one(session: PlanhatSession, model: Model, /, record: Any) -> PlanhatObject:
    """Reads one record and logs it."""
    found = operations.finding.read_any(session, model, record)
    log_record("Read", found)
    return found


def create(
    session: PlanhatSession, model: Model, /, row: Any = None, *, check_custom_fields: bool = True, **fields: Any
) -> PlanhatObject:
    """Creates one record of a row and named fields, and logs it."""
    merged = operations.writing.merged(model, row, given(fields))
    made = operations.writing.create(session, model, merged, check_custom_fields=check_custom_fields)
    log_record(done(session, "Created"), made)
    return made


def update(
    session: PlanhatSession,
    model: Model,
    /,
    record: Any,
    row: Any = None,
    *,
    check_custom_fields: bool = True,
    **fields: Any,
) -> PlanhatObject:
    """Changes the fields in a row and named ones of one record, and logs it."""
    merged = operations.writing.merged(model, row, given(fields), changes=True)
    if not merged and isinstance(row, PlanhatObject):
        return get_one(session, model, record)
    changed = operations.writing.update(session, model, record, merged, check_custom_fields=check_custom_fields)
    log_record(done(session, "Updated"), changed)
    return changed


def delete(session: PlanhatSession, model: Model, /, record: Any, *, missing_ok: bool = False) -> str:
    """Deletes one record, logs whether there was one, and returns the id that was given."""
    gone = operations.writing.delete(session, model, record, missing_ok=missing_ok)
    name = operations.references.reference_text(record)
    what = "There was no" if gone is None else done(session, "Deleted")
    logger.info(f"{what} {model.SINGULAR} {name}.")
    return name


def find(
    session: PlanhatSession,
    model: Model,
    /,
    wanted: str | None = None,
    default: Any = UNSET,
    where: str | None = None,
    **fields: Any,
) -> Any:
    """Finds the one record that is meant, or returns the default, and logs it."""
    try:
        found = operations.finding.find_one(session, model, wanted, fields, where)
    except errors.PlanhatNotFoundError as problem:
        if default is UNSET:
            raise
        logger.info(f"{problem} So it is {default!r}.")
        return default
    log_record("Found", found)
    return found


class RecordKeywords(Component):
    """Keywords for records beside those that the factory makes."""

    @keyword(tags=["company", "read"])
    def list_all_companies(self, *, status: str | None = None, alias: str | None = None) -> PlanhatObjectList[Company]:
        """Returns all companies with `_id`, `name`, `externalId` and `sourceId` only, in one call.

        Args:
            status: Only companies with this status; several with commas.
            alias: The connection to use. Default: the current one.

        Returns:
            A list of companies.

        Raises:
            PlanhatValidationError: If the status is empty, or is not one that companies have.
            PlanhatAuthFailedError: If the token is not accepted, or may not read companies.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of List All Companies
            ${companies}=    List All Companies    status=customer,prospect
            Log    ${companies}
        ```
        """
        filters = {} if status is None else {"status": status}
        companies = operations.reading.list_all_companies(self.session(alias), **filters)
        log_list(companies)
        return companies

    @keyword("Delete Planhat Objects", tags=["any model", "delete"])
    def delete_any_objects(
        self, model: str, records: Reference, *, expected: int, fail_on_errors: bool = True, alias: str | None = None
    ) -> operations.writing.DeleteReport:
        """Deletes a list of records of any model permanently, if it has exactly as many as expected.

        A list that came out longer or shorter than you think deletes nothing. A record that is in the list twice
        counts once.

        Args:
            model: The name of the model, or its path.
            records: A list of records, or of ids as `Delete Planhat Object` takes them.
            expected: How many different records there must be.
            fail_on_errors: When false, records that could not be deleted are only reported.
            alias: The connection to use. Default: the current one.

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
        kind = operations.references.model_of(model)
        session = self.session(alias)
        report = operations.writing.delete_all(session, kind, _references(records), expected)
        log_deletions(report, kind.PLURAL or "records", done(session, "Deleted"))
        if fail_on_errors:
            most = operations.rows.outcomes.NAMED_FAILURES
            report.raise_unless_done(f"{name}: {why}" for name, why in islice(report.failed.items(), most))
        return report

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

        For what this library lacks. Retries, limits, checks and secrets are as for all other keywords.

        Args:
            method: `GET`, `POST`, `PUT` or `DELETE`.
            path: The path with its slash, such as `/companies`.
            body: What is sent, as dictionary or list.
            alias: The connection to use. Default: the current one.
            **query: Parameters of the query.

        Returns:
            Dictionaries and lists; nothing when the answer is empty.

        Raises:
            PlanhatHTTPError: If Planhat refuses the call.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Planhat Request
            ${rows}=    Planhat Request    GET    /companies    limit=2    select=name
            Log    ${rows}
        ```
        """
        session = self.session(alias)
        status, answer = operations.writing.request(session, method, path, body, query)
        request = f"{method.upper()} {path}"
        logger.info(f"{request} answered {status}." if status else f"{done(session, 'Sent')} {request}.")
        return answer


def _references(records: Any) -> list[Any]:
    if isinstance(records, (str, bytes, Mapping, PathLike)) or operations.references.is_row(records):
        return [records]
    if operations.input.rows.is_table(records):
        return list(operations.input.rows.read_rows(records))
    return list(records) if isinstance(records, Iterable) else [records]
