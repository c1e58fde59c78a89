"""Keywords for what people log every day: notes, tickets, finished tasks, endusers who left."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat import operations
from RPA.Planhat.keywords.component import Component, Reference
from RPA.Planhat.keywords.logs import done, log_record
from RPA.Planhat.types import Conversation, Enduser, Task, Ticket


class ConversationKeywords(Component):
    """Keywords for notes, tickets, tasks and endusers."""

    @keyword(tags=["conversation", "write"])
    def log_note(
        self,
        company: Reference,
        subject: str,
        text: str | None = None,
        *,
        html: str | None = None,
        endusers: list[Any] | str | None = None,
        user: Reference = None,
        touch_type: str = "note",
        date: str | date | datetime | None = None,
        alias: str | None = None,
        **fields: Any,
    ) -> Conversation:
        """Logs a note on a company, or another kind of touch such as a meeting.

        A string is shown as it is, with its lines; HTML is taken as HTML. People can be named by e-mail address.

        Args:
            company: An id, `extid-…`, `srcid-…` or a record.
            subject: The headline.
            text: The text.
            html: The text with HTML, instead of `text`.
            endusers: Who took part: e-mail addresses, ids or records; a list, or a comma-separated string.
            user: The colleague: an e-mail address, an id or a record.
            touch_type: The type, one of the tenant's touch types. `email`, `chat`, `ticket` and `call` are reserved.
            date: When it took place, ISO 8601. Default: now.
            alias: The connection to use. Default: the current one.
            **fields: Further fields of a conversation, such as `pinned=True` or `custom.Mood=good`.

        Returns:
            The conversation. Planhat stores unknown types as `note`, which is a warning in the log.

        Raises:
            PlanhatValidationError: If the type is reserved, or an address belongs to several; nothing was sent.
            PlanhatNotFoundError: If Planhat has no such company, enduser or user; no note was made.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Log Note
            ${company}=    Create Company    name=Acme    external_id=A-109
            Create Enduser    email=dora@acme.example    company_id=${company.id}
            ${note}=    Log Note    extid-A-109    Kick-off    All went well.    endusers=dora@acme.example
            Should Be Equal    ${note.snippet}    All went well.
            Log Note    ${company}    Review    html=<b>Good</b> numbers    touch_type=meeting    date=2026-03-01
        ```
        """
        given = {"text": text, "html": html, "user": user, "touch_type": touch_type}
        more = fields if date is None else {"date": date, **fields}
        session = self.session(alias)
        made = operations.conversations.log_note(session, company, subject, endusers=endusers, fields=more, **given)
        log_record(done(session, "Logged"), made)
        if made.type != touch_type:
            logger.warn(f"Planhat has no touch type {touch_type!r} and stored {made.type!r}.")
        return made

    @keyword(tags=["ticket", "write"])
    def log_ticket(
        self,
        source_id: str,
        email: str,
        *,
        title: str | None = None,
        company_id: Reference = None,
        company_external_id: str | None = None,
        domains: list[str] | str | None = None,
        alias: str | None = None,
        **fields: Any,
    ) -> Ticket:
        """Creates a support ticket, or updates the one with the same source id, and verifies that Planhat has it.

        Planhat takes tickets in bulk only, and drops those that it cannot use while it answers with success. This
        keyword reads the ticket back, and fails if Planhat does not have it.

        Args:
            source_id: The id in the ticket system.
            email: The e-mail address of the enduser.
            title: The headline.
            company_id: The company: an id, `extid-…`, `srcid-…` or a record.
            company_external_id: The external id of the company, instead of `company_id`.
            domains: E-mail domains of the company, instead of both; a list, or a comma-separated string.
            alias: The connection to use. Default: the current one.
            **fields: Further fields of a ticket, such as `status=open`.

        Returns:
            The ticket as Planhat lists it.

        Raises:
            PlanhatValidationError: If no company is given; nothing was sent.
            PlanhatBulkError: If Planhat refused the ticket, or dropped it.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Log Ticket
            Create Company    name=Acme    external_id=A-110
            ${ticket}=    Log Ticket    T-110    edna@acme.example    title=Login fails    company_external_id=A-110
            Should Be Equal    ${ticket.subject}    Login fails
        ```
        """
        company = {"company_id": company_id, "company_external_id": company_external_id, "domains": domains}
        row = {"source_id": source_id, "email": email, "title": title, **company}
        session = self.session(alias)
        ticket = operations.conversations.log_ticket(session, {**row, **fields})
        log_record(done(session, "Logged"), ticket)
        return ticket

    @keyword(tags=["task", "write"])
    def complete_task(
        self, task: Reference, *, date_done: str | date | datetime = "now", alias: str | None = None, **fields: Any
    ) -> Task:
        """Marks a task as done, which archives it.

        Args:
            task: An id, `srcid-…` or a record.
            date_done: When it was done, ISO 8601.
            alias: The connection to use. Default: the current one.
            **fields: Further changes, such as `status=Done`.

        Returns:
            The task. `Get Tasks    is_archived=True` lists it.

        Raises:
            PlanhatNotFoundError: If Planhat has no such task.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Complete Task
            ${company}=    Create Company    name=Acme    external_id=A-111
            ${task}=    Create Task    company_id=${company.id}    action=Call back
            ${done}=    Complete Task    ${task}
            Should Be True    ${done.is_archived}
        ```
        """
        session = self.session(alias)
        completed = operations.conversations.complete_task(session, task, date_done, fields)
        log_record(done(session, "Completed"), completed)
        return completed

    @keyword(tags=["enduser", "write"])
    def archive_enduser(self, enduser: Reference, *, archived: bool = True, alias: str | None = None) -> Enduser:
        """Archives an enduser who has left: lists leave the enduser out, and nothing is deleted.

        Args:
            enduser: An id, `extid-…`, `srcid-…` or a record.
            archived: False brings the enduser back.
            alias: The connection to use. Default: the current one.

        Returns:
            The enduser. `Get Endusers    archived=True` lists those that are archived.

        Raises:
            PlanhatNotFoundError: If Planhat has no such enduser.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Archive Enduser
            ${company}=    Create Company    name=Acme    external_id=A-112
            ${ada}=    Create Enduser    email=ada@a112.example    company_id=${company.id}
            ${gone}=    Archive Enduser    ${ada}
            Should Be True    ${gone.archived}
        ```
        """
        session = self.session(alias)
        changed = operations.conversations.archive_enduser(session, enduser, archived=archived)
        log_record(done(session, "Archived" if archived else "Brought back"), changed)
        return changed
