"""Records as keywords see them: what each kind of keyword does with one record or a list, and says in the log."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat.connection.responses import read_json
from RPA.Planhat.errors import PlanhatNotFoundError, PlanhatValidationError
from RPA.Planhat.keywords.component import UNSET, Component, Reference, done, given
from RPA.Planhat.keywords.logs import log_deletions, log_list, log_record
from RPA.Planhat.operations import finding, reading, writing
from RPA.Planhat.operations.filters import OPTIONS
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.operations.references import model_of, reference_text
from RPA.Planhat.operations.rows.mapping import is_no_field
from RPA.Planhat.operations.rows.outcomes import NAMED_FAILURES
from RPA.Planhat.operations.rows.payloads import CUSTOM, custom_name, refuse_read_only, unknown_field
from RPA.Planhat.operations.writing import DeleteReport
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.transport import READS
from RPA.Planhat.types import Company, PlanhatObject, PlanhatObjectList

Model = type[PlanhatObject]


def get_list(session: PlanhatSession, model: Model, /, **asked: Any) -> PlanhatObjectList[Any]:
    """Reads a complete list and logs it."""
    options = {name: asked.pop(name) for name in OPTIONS if asked.get(name) is not None}
    asked = {name: value for name, value in asked.items() if name not in OPTIONS}
    records = reading.read_list(session, model, Query(**options, filters=given(asked)))
    log_list(records)
    return records


def get_one(session: PlanhatSession, model: Model, /, record: Any) -> PlanhatObject:
    """Reads one record and logs it."""
    found = finding.read_any(session, model, record)
    log_record("Read", found)
    return found


def create(
    session: PlanhatSession, model: Model, /, row: Any = None, *, check_custom_fields: bool = True, **fields: Any
) -> PlanhatObject:
    """Creates one record of a row and named fields, and logs it."""
    made = writing.create(session, model, _merged(model, row, fields), check_custom_fields=check_custom_fields)
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
    """Changes what a row and named fields say of one record, and logs it."""
    merged = _merged(model, row, fields, changes=True)
    if not merged and isinstance(row, PlanhatObject):
        return get_one(session, model, record)
    changed = writing.update(session, model, record, merged, check_custom_fields=check_custom_fields)
    log_record(done(session, "Updated"), changed)
    return changed


def delete(session: PlanhatSession, model: Model, /, record: Any, *, missing_ok: bool = False) -> str:
    """Deletes one record, logs whether there was one, and returns the id that was given."""
    gone = writing.delete(session, model, record, missing_ok=missing_ok)
    name = reference_text(record)
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
        found = finding.find_one(session, model, wanted, fields, where)
    except PlanhatNotFoundError as problem:
        if default is UNSET:
            raise
        logger.info(f"{problem} So it is {default!r}.")
        return default
    log_record("Found", found)
    return found


def _merged(model: Model, row: Any, fields: dict[str, Any], *, changes: bool = False) -> dict[str, Any]:
    """Returns the fields of a row together with those that were named, which win in whichever spelling.

    Args:
        model: The model.
        row: A row in any form, or nothing.
        fields: The named fields.
        changes: Whether only what was changed counts in a record that was read: sending back the rest would undo what
            others changed meanwhile.

    Raises:
        PlanhatValidationError: If a named field is unknown, or one that Planhat sets itself, or a name is not text.
    """
    first: Mapping[str, Any] = row if isinstance(row, Mapping) else next(read_rows(row), {}) if row is not None else {}
    is_record = isinstance(first, PlanhatObject)
    if isinstance(first, PlanhatObject) and changes:
        first = _changes_of(model, first)
    for name in given(fields):
        if not model.OPEN and is_no_field(model, name, exact=True):
            raise unknown_field(model, name)
    named, named_custom = _split(model, given(fields))
    refuse_read_only(model, named)
    whole, custom = _split(model, first)
    merged = {**whole, **named}
    custom |= named_custom
    if custom and not isinstance(merged.get("custom"), str):
        merged["custom"] = custom
    elif custom:
        merged |= {f"{CUSTOM}{name}": value for name, value in custom.items()}
    return model(merged) if is_record else merged


def _split(model: Model, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns fields in Planhat's spelling, and custom values by their names."""
    fields: dict[str, Any] = {}
    custom: dict[Any, Any] = {}
    for name, value in values.items():
        if not isinstance(name, str):
            raise PlanhatValidationError(f"Names of fields must be strings; {name!r} is not.")
        field = model.field(name)
        if name.startswith(CUSTOM):
            custom[custom_name(name)] = value
        elif name == "custom" and isinstance(value, Mapping):
            custom = {**value, **custom}
        else:
            key = field.key if field else name
            if field and key in fields and fields[key] != value:
                raise PlanhatValidationError(f"{field.name} is given twice, as {field.name} and {key}.")
            fields[key] = value
    strange = [name for name in custom if not isinstance(name, str)]
    if strange:
        raise PlanhatValidationError(f"Names of custom fields must be strings; {strange[0]!r} is not.")
    return fields, custom


def _changes_of(model: Model, record: PlanhatObject) -> dict[str, Any]:
    """Returns what was changed in a record; everything, when it was made by hand."""
    for key in () if model.OPEN else record.added():
        if model.field(key) is None and not key.startswith(CUSTOM):
            raise unknown_field(model, key)
    return record.changes()


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

    @keyword("Delete Planhat Objects", tags=["any model", "delete"])
    def delete_any_objects(
        self, model: str, records: Reference, *, expected: int, fail_on_errors: bool = True, alias: str | None = None
    ) -> DeleteReport:
        """Deletes many records of any model permanently, one after the other, once you say how many these are.

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
        kind = model_of(model)
        session = self.session(alias)
        report = writing.delete_all(session, kind, _references(records), expected)
        log_deletions(report, kind.PLURAL or "records", done(session, "Deleted"))
        if fail_on_errors:
            report.raise_unless_done(f"{name}: {why}" for name, why in islice(report.failed.items(), NAMED_FAILURES))
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

        For what this library does not know. Retries, limits, checks and secrets are as for all other keywords.

        Args:
            method: `GET`, `POST`, `PUT` or `DELETE`.
            path: The path with its slash, such as `/companies`.
            body: What is sent, as dictionary or list.
            alias: The connection to use. Default: the current one.
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
