"""Creating, updating and deleting one record."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from RPA.Planhat import errors
from RPA.Planhat.operations.custom.declared import refuse_placeholders
from RPA.Planhat.operations.input.rows import is_file, read_rows
from RPA.Planhat.operations.reading import has_id, one_record, read_one
from RPA.Planhat.operations.references import (
    address,
    ids_explained,
    reference_text,
    references_in,
    refuse_other_model,
    require_same,
)
from RPA.Planhat.operations.rows import payloads
from RPA.Planhat.operations.rows.convert import RowConverter
from RPA.Planhat.operations.rows.identity import (
    kind_of,
    other_name_than_sent,
    other_than_sent,
    planhat_id_of,
    read_own,
)
from RPA.Planhat.operations.rows.kinds import refuse_secret
from RPA.Planhat.operations.rows.lists import changes_in, resolved
from RPA.Planhat.operations.rows.mapping import is_no_field
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.operations.rows.outcomes import Account
from RPA.Planhat.operations.rows.safe_create import safe_create
from RPA.Planhat.text.messages import first_line, titled, with_article
from RPA.Planhat.text.parsing import require
from RPA.Planhat.transport import READS
from RPA.Planhat.transport.failures import unreadable
from RPA.Planhat.types import CustomField, PlanhatObject, Verb
from RPA.Planhat.types.encoding import read_json, refuse_page
from RPA.Planhat.types.fields import split_reference
from RPA.Planhat.types.records import as_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Sized

    import requests

    from RPA.Planhat.session import PlanhatSession

LOGGER = logging.getLogger("RPA.Planhat")

P = TypeVar("P", bound=PlanhatObject)


def create(session: PlanhatSession, model: type[P], row: Mapping[str, Any], *, check_custom_fields: bool = True) -> P:
    """Creates one record and returns it as Planhat stored it.

    Args:
        session: The connection.
        model: The model.
        row: The fields.
        check_custom_fields: Convert and check custom values by the custom fields of the tenant, read once.

    Raises:
        PlanhatValidationError: If a required field is missing, or one is unknown or wrong; nothing was sent.
        PlanhatConflictError: If its source id or external id is in use; it is looked up by it first.
        PlanhatBadRequestError: If Planhat refuses it.
        PlanhatOutcomeUnknownError: If it is not known whether it was stored. A record with one of these keys is
            looked up again, and sent again if it is not there.
    """
    require_verb(model, Verb.CREATE)
    whole = row
    if isinstance(row, PlanhatObject):
        payloads.refuse_undeclared(row, model)
        whole = type(row)(row)  # a record that was read is copied
    given = _converted(session, model, whole, check_custom_fields=check_custom_fields)
    payload = {**model.FIXED, **model.SENT_WHEN_NEW, **resolved(given, {})}
    payloads.require_fields(model, payload)
    return safe_create(session, model, payload, lambda: _post(session, model, payload))


def merged(model: type[PlanhatObject], row: Any, fields: Mapping[str, Any], *, changes: bool = False) -> dict[str, Any]:
    """Returns the fields of a row together with those that were named, which win in whichever spelling.

    Args:
        model: The model.
        row: A row in any form, or nothing.
        fields: The named fields.
        changes: Whether only what was changed counts in a record that was read: sending back the rest would undo what
            others changed meanwhile.

    Raises:
        PlanhatValidationError: If there are several rows, a named field is unknown, or one that Planhat sets itself,
            or a name is not text.
    """
    refuse_other_model(model, row)
    first: Mapping[str, Any] = row if isinstance(row, Mapping) else {}
    if row is not None and not isinstance(row, Mapping):
        first = _only_row(model, row)
    is_record = isinstance(first, PlanhatObject)
    if isinstance(first, PlanhatObject):
        payloads.refuse_undeclared(first, model)
        first = payloads.changed(first, model) if changes else first
    for name in fields:
        if not model.OPEN and is_no_field(model, name, exact=True):
            raise payloads.unknown_field(model, name)
    named, named_custom = _split(model, fields)
    payloads.refuse_read_only(model, named)
    whole, custom = _split(model, first)
    found = {**whole, **named}
    custom |= named_custom
    if custom and not isinstance(found.get("custom"), str):
        found["custom"] = custom
    elif custom:
        found |= {f"{payloads.CUSTOM}{name}": value for name, value in custom.items()}
    return model(found) if is_record else found


def _only_row(model: type[PlanhatObject], given: Any) -> Mapping[str, Any]:
    """Returns the one row of a list, a file or JSON; of several, all but the first would be lost silently."""
    if isinstance(given, str) and is_file(given) and not Path(given).is_file():
        field = model.field("name") or next(iter(model.writable()), None)
        named = f"{field.name}=Acme" if field and field.key == "name" else f"{field.name if field else 'name'}=…"
        raise errors.PlanhatValidationError(
            f"{given!r} is not a row. "
            f"Name the fields, such as {named}, or give a dictionary, JSON, or a file with one row."
        )
    rows = list(islice(read_rows(given), 2))
    if len(rows) > 1:
        way = f" Upsert {titled(model.PLURAL)} writes any number." if Verb.UPSERT in model.VERBS else ""
        raise errors.PlanhatValidationError(
            f"One {model.SINGULAR or 'record'} is written at a time, and there are several rows.{way}"
        )
    return rows[0] if rows else {}


def _split(model: type[PlanhatObject], values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns fields in Planhat's spelling, and custom values by their names."""
    fields: dict[str, Any] = {}
    custom: dict[Any, Any] = {}
    for name, value in values.items():
        if not isinstance(name, str):
            raise errors.PlanhatValidationError(f"Names of fields must be text; {name!r} is not.")
        field = model.field(name)
        if name.startswith(payloads.CUSTOM) or (name == "custom" and isinstance(value, Mapping)):
            own = {payloads.custom_name(name): value} if name != "custom" else value
            twice = [each for each in own if each in custom and custom[each] != own[each]]
            if twice:
                raise errors.PlanhatValidationError(
                    f"{payloads.CUSTOM}{twice[0]} is given twice, in 'custom' and as a field: leave one of them out."
                )
            custom |= own
        else:
            key = field.key if field else name
            if field and key in fields and fields[key] != value:
                raise errors.PlanhatValidationError(f"{field.name} is given twice, as {field.name} and {key}.")
            fields[key] = value
    strange = [name for name in custom if not isinstance(name, str)]
    if strange:
        raise errors.PlanhatValidationError(f"Names of custom fields must be text; {strange[0]!r} is not.")
    return fields, custom


def request(
    session: PlanhatSession, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None
) -> tuple[int | None, Any]:
    """Sends any request, and returns the status and the JSON of the answer; no status for a write in a dry run."""
    for name, value in (query or {}).items():
        for each in value if isinstance(value, (list, tuple)) else (value,):
            refuse_secret(name, each)
    response, ask = session.call(method, path, params=query or None, json=body), method.strip().upper() in READS
    # What a write answers can be anything; it is no reason to send it again.
    answer = read_json(response, ask=ask) if response.content.strip() else None
    return None if session.dry_run and not ask else response.status_code, answer


def require_verb(model: type[PlanhatObject], verb: Verb) -> None:
    """Refuses what Planhat has no route for, before anything is sent.

    Raises:
        PlanhatValidationError: If the model lacks the verb; the message names another way where there is one.
    """
    if verb not in model.VERBS:
        way = f" Upsert {titled(model.PLURAL)} writes them in bulk." if Verb.UPSERT in model.VERBS else ""
        raise errors.PlanhatValidationError(f"Planhat cannot {verb.value} a single {model.SINGULAR}.{way}")


def _converted(
    session: PlanhatSession, model: type[PlanhatObject], row: Mapping[str, Any], *, check_custom_fields: bool
) -> dict[str, Any]:
    """Returns what is sent of a row: without the fields that Planhat sets itself, its own id among them."""
    options = RowOptions(given=True, partial=True, check_custom_fields=check_custom_fields)
    converter = RowConverter(session, model, options)
    payload = converter.payload(row)
    converter.finish()
    if issubclass(model, CustomField):
        refuse_placeholders(payload)
    return payloads.without_read_only(model, payload)


def _post(session: PlanhatSession, model: type[P], payload: Mapping[str, Any]) -> P:
    with ids_explained(model, payload=payload):
        response = session.post(f"/{model.API_NAME}", json=payload)
    return _stored(session, model, payload, response)


def update(
    session: PlanhatSession,
    model: type[P],
    reference: Any,
    row: Mapping[str, Any],
    *,
    check_custom_fields: bool = True,
) -> P:
    """Changes the given fields of one record, leaves all others alone, and returns the whole record.

    Args:
        session: The connection.
        model: The model.
        reference: An id or a record.
        row: The fields to change.
        check_custom_fields: Convert and check custom values by the custom fields of the tenant, read once.

    Raises:
        PlanhatValidationError: If there is nothing to change, or a field is unknown or wrong; nothing was sent.
        PlanhatNotFoundError: If Planhat has no such record.
    """
    require_verb(model, Verb.UPDATE)
    session.require_permission("PUT", address(model, reference))
    if not row and isinstance(reference, model):
        row = reference  # its changes, as wherever a record is written
    payload = _converted(session, model, row, check_custom_fields=check_custom_fields)
    if any(changes_in(payload)):
        payload = resolved(payload, found := read_one(session, model, planhat_id_of(session, model, reference)))
        if not payload:
            return found
    _drop_own_key(model, reference, payload)
    if not payload:
        raise errors.PlanhatValidationError(f"Nothing to update: no field was given for this {model.SINGULAR}.")
    with ids_explained(model, reference, payload):
        path = address(model, planhat_id_of(session, model, reference, model.WRITE_BY))
        response = session.put(path, json=payload)
    if not response.content.strip():
        return read_one(session, model, reference)
    changed = one_record(response, model)
    addressed_by = model.key_of(split_reference(unquote(path.rpartition("/")[2]))[0])
    return changed if addressed_by in payload else require_same(session, changed, path, response)


def update_changes(session: PlanhatSession, record: P, *, check_custom_fields: bool = True) -> P:
    """Sends what was changed in a record since it was read, or all of a record made by hand.

    It is addressed by its Planhat id, else its source id, else its external id.

    Args:
        session: The connection.
        record: The record.
        check_custom_fields: Convert and check custom values by the custom fields of the tenant, read once.

    Raises:
        PlanhatValidationError: If a field was set that neither the model nor the record as it was read has: Planhat
            would silently ignore a misspelled one. Nothing was sent.
    """
    model = type(record)
    if not payloads.changes_of_record(record, model, bulk=False):
        return read_one(session, model, record)
    return update(session, model, record, record, check_custom_fields=check_custom_fields)


def delete(
    session: PlanhatSession, model: type[PlanhatObject], reference: Any, *, missing_ok: bool = False
) -> requests.Response | None:
    """Deletes one record, which other kinds of id are first resolved to.

    Args:
        session: The connection.
        model: The model.
        reference: An id or a record.
        missing_ok: Return nothing, instead of failing, when there is no such record.

    Raises:
        PlanhatNotFoundError: If there is no such record and `missing_ok` is false.
    """
    session.require_permission("DELETE", address(model, reference))
    try:
        with ids_explained(model, reference):
            # Planhat documents deletion by its own id only, and an external id may belong to several records.
            path = address(model, planhat_id_of(session, model, reference))
            response = refuse_page(session.delete(path))
        answer = _answer_to_delete(response)
        if answer.get("deletedCount") == 0:
            raise errors.PlanhatNotFoundError.of(response)
        if has_id(answer):
            require_same(session, as_model(answer, model), path, response)
    except errors.PlanhatNotFoundError as problem:
        if problem.doubt:
            return problem.response  # an attempt whose answer was lost has deleted it
        if missing_ok:
            return None
        raise
    return response


class DeleteReport(Account):
    """The account of records that were to be deleted, each named as it was given.

    Attributes:
        deleted: Records that were deleted.
        missing: Records that Planhat did not have.
        failed: Why the others were not deleted, by record.
    """

    NOUN, DONE = "records", "deleted"

    def __init__(self, model: type[PlanhatObject]) -> None:
        super().__init__(model=str(model.SINGULAR or "record"))
        self.deleted: list[str] = []
        self.missing: list[str] = []
        self.failed: dict[str, str] = {}

    @property
    def counts(self) -> dict[str, int]:
        """How many records ended in each outcome."""
        found: dict[str, Sized] = {"deleted": self.deleted, "missing": self.missing, "failed": self.failed}
        return {name: len(records) for name, records in found.items()}

    def entries(self) -> Iterable[dict[str, Any]]:
        """Returns a dictionary for each record: `record`, `outcome` and `reason`."""
        found = [(name, "deleted", "") for name in self.deleted] + [(name, "missing", "") for name in self.missing]
        found += [(name, "failed", why) for name, why in self.failed.items()]
        return [dict(zip(("record", "outcome", "reason"), each, strict=True)) for each in found]


def delete_all(
    session: PlanhatSession, model: type[PlanhatObject], references: Iterable[Any], expected: int
) -> DeleteReport:
    """Deletes records one after the other; a token that is refused ends it.

    Args:
        session: The connection.
        model: The model.
        references: Ids or records; a record that is given twice counts once, also by two kinds of ids.
        expected: How many records that must be.

    Raises:
        PlanhatValidationError: If a reference cannot be one; nothing was sent.
        PlanhatSafetyError: If there are more or fewer, or the connection must not delete; nothing was sent.
    """
    require("expected", expected, int, "a whole number")
    if expected < 0:
        raise errors.PlanhatValidationError(f"expected must not be negative; it is {expected}.")
    references = references_in(model, "records", list(references))
    paths = {reference_text(each): address(model, each) for each in references}
    for path in paths.values():
        session.require_permission("DELETE", path)
    if len({split_reference(each)[0] for each in paths}) > 1:
        paths = _each_once(session, model, paths)
    if len(paths) != expected:
        raise errors.PlanhatSafetyError(
            f"Nothing was deleted: these are {len(paths)} different {model.PLURAL or 'records'}, not {expected}."
        )
    report = DeleteReport(model)
    stopped = ""
    for name in paths:
        if stopped:
            report.failed[name] = stopped
            continue
        try:
            stopped = _delete_into(report, session, model, name)
        except BaseException as interrupt:  # a signal, or a timeout of Robot Framework
            why = str(interrupt) or type(interrupt).__name__
            LOGGER.warning("Deleting was interrupted (%s): %s. %s may or may not be deleted.", why, report, name)
            raise
    return report


def _each_once(session: PlanhatSession, model: type[PlanhatObject], paths: Mapping[str, str]) -> dict[str, str]:
    """Returns records without those that were named before by another kind of id, as far as Planhat has them."""
    known: dict[str, str] = {}
    for name in paths:
        try:
            known.setdefault(planhat_id_of(session, model, name), name)
        except errors.PlanhatNotFoundError:  # noqa: PERF203 - it is reported as missing
            known[name] = name
    return {name: paths[name] for name in known.values()}


def _delete_into(report: DeleteReport, session: PlanhatSession, model: type[PlanhatObject], name: str) -> str:
    """Deletes one of many records; returns why the others are not to be tried any more."""
    try:
        gone = delete(session, model, name, missing_ok=True)
    except errors.PlanhatError as problem:
        report.failed[name] = " ".join(str(problem).splitlines())
        refused = isinstance(problem, errors.PlanhatAuthFailedError)
        return f"not sent, since {first_line(problem)}" if refused else ""
    (report.missing if gone is None else report.deleted).append(name)
    return ""


def _answer_to_delete(response: requests.Response) -> dict[str, Any]:
    """Returns the counts, or the record, that Planhat answers; empty where it answers something else, or nothing."""
    if not response.content.strip():
        return {}
    try:
        answer = read_json(response, ask=False)
    except errors.PlanhatUnexpectedContentError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _drop_own_key(model: type[PlanhatObject], reference: Any, payload: dict[str, Any]) -> None:
    """A key cannot be changed through itself, and some models refuse it in the body."""
    text = reference_text(reference)
    kind, value = split_reference(text)
    key = model.key_of(kind)
    if payload.get(key) == value:
        del payload[key]


def _stored(session: PlanhatSession, model: type[P], payload: Mapping[str, Any], response: requests.Response) -> P:
    """Returns the stored record; when the answer does not hold it, by its key."""
    answer = _answer_of(response)
    if has_id(answer):
        other = other_than_sent(model, payload, answer)
        if other:
            session.close()  # what else comes over its connections may be late, too
            raise unreadable(response, f"the answer is another {model.SINGULAR}: its {other}")
        name = other_name_than_sent(model, payload, answer)
        if name:
            session.close()
            LOGGER.warning(
                "The answer to a create of %s has another name than was sent: its %s. If something between here and "
                "Planhat answers late or twice, this is another record: read it by its id, %s.",
                with_article(model.SINGULAR),
                name,
                answer["_id"],
            )
        return as_model(answer, model)
    kind = kind_of(model, payload)
    if kind is not None:
        try:
            return read_own(session, model, payload, kind)
        except errors.PlanhatNotFoundError as problem:
            raise _not_stored(model, response, answer) from problem
    raise _not_stored(model, response, answer)


def _answer_of(response: requests.Response) -> Any:
    """Returns the JSON of the answer to a create, which may be stored even when the answer cannot be read."""
    if not response.content.strip():
        return None
    try:
        return read_json(response)
    except errors.PlanhatUnexpectedContentError:
        raise unreadable(response) from None


def _not_stored(model: type[PlanhatObject], response: requests.Response, answer: Any) -> errors.PlanhatError:
    if answer:
        advice = "It may be stored all the same: look for it before you send it again. Check base_url and proxies."
    else:
        advice = (
            "It was probably ignored: an enduser, for example, needs a company, or an e-mail domain that is one of a "
            "company's."
        )
    what = f"Planhat answered with success, but not with the {model.SINGULAR}."
    return errors.PlanhatUnexpectedContentError.of(response, f"{what} {advice}")
