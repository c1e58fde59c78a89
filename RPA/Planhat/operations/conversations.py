"""Notes, tickets, tasks and endusers in the forms in which people speak of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatBulkError, PlanhatNotFoundError, PlanhatValidationError
from RPA.Planhat.operations import reading, writing
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.operations.references import is_strange, reference_text, references_in, refuse_other_model
from RPA.Planhat.operations.rows import upsert as bulk
from RPA.Planhat.operations.rows.convert import payload_of
from RPA.Planhat.operations.rows.payloads import require_fields
from RPA.Planhat.text.parsing import require
from RPA.Planhat.types import Company, Conversation, Enduser, PlanhatObject, Task, Ticket, User
from RPA.Planhat.types.fields import is_planhat_id

if TYPE_CHECKING:
    from RPA.Planhat.session import PlanhatSession

RESERVED = ("email", "chat", "ticket", "call")
"""Types of conversations that only Planhat's own channels make."""

NOTE = "note"


def log_note(  # noqa: PLR0913 - what a note consists of, all named
    session: PlanhatSession,
    company: Any,
    subject: str,
    *,
    text: str | None = None,
    html: str | None = None,
    endusers: Iterable[Any] | str | None = (),
    user: Any = None,
    touch_type: str = NOTE,
    fields: Mapping[str, Any] | None = None,
) -> Conversation:
    """Creates a conversation, and returns it as Planhat stored it.

    Args:
        session: The connection.
        company: The company: an id, `extid-…`, `srcid-…` or a record.
        subject: The headline.
        text: The text, without HTML.
        html: The text, with HTML.
        endusers: Who took part: ids, e-mail addresses or records; a list, or a comma-separated string.
        user: The colleague: an id, an e-mail address or a record.
        touch_type: The type, one of the tenant's own.
        fields: Further fields.

    Raises:
        PlanhatValidationError: If the type is reserved, or both text and HTML are given; nothing was sent.
        PlanhatNotFoundError: If an enduser or the user is not there; nothing was sent.
    """
    require("touch_type", touch_type, str, "a string")
    require("text", "" if text is None else text, str, "a string")
    if touch_type.lower() in RESERVED:
        raise PlanhatValidationError(f"The type {touch_type!r} is reserved for what Planhat's own channels bring in.")
    if text is not None and html is not None:
        raise PlanhatValidationError("Give text or html for a note, not both.")
    description = html if text is None else as_html(text)
    payload_of(Conversation, fields or {})  # what cannot be one is refused before anything is read
    named = references_in(Enduser, "endusers", endusers) if endusers else []
    if company is not None and not isinstance(company, Mapping):
        company = reading.read_one(session, Company, company).id
    people = [{"id": _person(session, Enduser, each, company)} for each in named]
    users = [] if user is None else [{"id": _person(session, User, user)}]
    row = {"company_id": company, "subject": subject, "description": description, "type": touch_type}
    lists = {"endusers": people, "users": users}
    given = {name: value for name, value in {**row, **lists}.items() if value not in (None, [])}
    return writing.create(session, Conversation, {**given, **(fields or {})})


def as_html(text: str) -> str:
    """Returns a string so that Planhat's pages show it as it is, line by line."""
    return escape(text, quote=False).replace("\r\n", "\n").replace("\n", "<br>")


def _person(session: PlanhatSession, model: type[PlanhatObject], reference: Any, company: Any = None) -> str:
    """Returns the Planhat id of a user, or of an enduser, who may be known by e-mail address."""
    if isinstance(reference, Mapping) and reference.get("_id"):
        refuse_other_model(model, reference)
        return str(reference["_id"])
    text = reference_text(reference.strip() if isinstance(reference, str) else reference)
    if "@" in text and is_planhat_id(text):
        return _by_email(session, model, text, company)
    if is_planhat_id(text) and is_strange(text):
        raise PlanhatValidationError(
            f"{text!r} is not a valid {model.SINGULAR}: give a Planhat id, an e-mail address or a record."
        )
    return reading.read_one(session, model, text).id  # one that is not there would be stored without a word


def _by_email(session: PlanhatSession, model: type[PlanhatObject], email: str, company: Any) -> str:
    """Returns the Planhat id of the one person with an e-mail address; of an enduser, at a company if it is known."""
    parameter = {"email": email.lower()} if model is Enduser else {}
    query = Query(company_ids=company, properties=["_id", "email"], filters=parameter)
    rows = reading.read_list(session, model, query)
    found = [row for row in rows if str(row.get("email", "")).lower() == email.lower()]
    if len(found) > 1:
        raise PlanhatValidationError(
            f"{len(found)} {model.PLURAL} have the e-mail address {email}; give an id instead."
        )
    if not found:
        where = " at this company" if company is not None else ""
        raise PlanhatNotFoundError(f"Not found in Planhat: there is no {model.SINGULAR} {email}{where}.")
    return found[0].id


def complete_task(
    session: PlanhatSession, task: Any, done: Any = "now", fields: Mapping[str, Any] | None = None
) -> Task:
    """Marks a task as done, which takes it out of lists, and returns it.

    Args:
        session: The connection.
        task: An id, `srcid-…` or a record.
        done: When it was done.
        fields: Further changes.

    Raises:
        PlanhatNotFoundError: If Planhat has no such task.
    """
    return writing.update(session, Task, task, {"date_done": done, "is_archived": True, **(fields or {})})


def archive_enduser(session: PlanhatSession, enduser: Any, *, archived: bool = True) -> Enduser:
    """Takes an enduser out of lists, or brings it back, and returns it.

    Args:
        session: The connection.
        enduser: An id, `extid-…`, `srcid-…` or a record.
        archived: False brings it back.

    Raises:
        PlanhatNotFoundError: If Planhat has no such enduser.
    """
    return writing.update(session, Enduser, enduser, {"archived": archived})


def log_ticket(session: PlanhatSession, row: Mapping[str, Any]) -> Ticket:
    """Creates or updates a ticket, makes sure that Planhat has not dropped it, and returns it.

    Args:
        session: The connection.
        row: The fields, those without a value left out; a ticket with the same source id is updated.

    Raises:
        PlanhatValidationError: If the source id, the e-mail address, or the company is missing; nothing was sent.
        PlanhatBulkError: If Planhat refused the ticket, or dropped it although it answered with success.
    """
    row = {name: value for name, value in row.items() if value is not None}
    payload = payload_of(Ticket, row)
    require_fields(Ticket, payload)
    report = bulk.upsert(session, Ticket, [row], fail_on_errors=False)
    stored = None if report.failed else _stored_ticket(session, payload, report.results[0].id)
    if stored is None:
        said = "; ".join(filter(None, (each.reason for each in report.results)))
        raise PlanhatBulkError(
            f"Planhat has not stored the ticket {payload['sourceId']}. {said or 'It was silently dropped'}.\n"
            "Check that the company exists, by its id, its external id, or its domains.",
            report,
        )
    return stored


def _stored_ticket(session: PlanhatSession, payload: Mapping[str, Any], planhat_id: str) -> Ticket | None:
    """Finds a ticket in the list of its e-mail address: Planhat documents no other way to read one."""
    if session.dry_run:
        return Ticket(payload)
    for page in reading.read_pages(session, Ticket, Query(filters={"email": payload["email"]})):
        for ticket in page:
            ids = (ticket.id, ticket.get("sourceId"), ticket.get("externalId"))
            if (planhat_id and planhat_id == ticket.id) or payload["sourceId"] in ids:
                return ticket
    return None
