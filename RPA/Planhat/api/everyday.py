"""What people log every day: notes, tickets, finished tasks, endusers who left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat.api.base import Surface
from RPA.Planhat.operations import conversations

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from RPA.Planhat.types import Conversation, Enduser, Task, Ticket


class EverydayMethods(Surface):
    """Notes, tickets, finished tasks, endusers who left."""

    def log_note(  # noqa: PLR0913 - what a note consists of, all named
        self,
        company: Any,
        subject: str,
        text: str | None = None,
        *,
        html: str | None = None,
        endusers: Iterable[Any] | str = (),
        user: Any = None,
        touch_type: str = conversations.NOTE,
        **fields: Any,
    ) -> Conversation:
        """Logs a note on a company, or another kind of touch such as a meeting.

        Args:
            company: An id, `extid-…`, `srcid-…` or a record.
            subject: The headline.
            text: The text, shown as it is.
            html: The text with HTML, instead of `text`.
            endusers: Who took part: e-mail addresses, ids or records; a list, or a text with commas.
            user: The colleague: an e-mail address, an id or a record.
            touch_type: The type, one of the tenant's touch types; Planhat stores types that it does not know as `note`.
            **fields: Further fields of a conversation, such as `date` or `pinned`.

        Raises:
            PlanhatValidationError: If the type is reserved, or an address belongs to several; nothing was sent.
            PlanhatNotFoundError: If Planhat has no such company, enduser or user; no note was made.

        Examples:
            ```python
            company = planhat.create_object(types.Company(name="Acme"))
            note = planhat.log_note(company, "Kick-off", "All went well.", date="2026-03-01")
            assert note.snippet == "All went well."
            ```
        """
        given = {"text": text, "html": html, "user": user, "touch_type": touch_type}
        return conversations.log_note(self.session, company, subject, endusers=endusers, fields=fields, **given)

    def log_ticket(
        self, source_id: str, email: str, *, title: str | None = None, company_id: Any = None, **fields: Any
    ) -> Ticket:
        """Creates a support ticket, or updates the one with the same source id, and makes sure that it is there.

        Args:
            source_id: The id in the ticket system.
            email: The e-mail address of the enduser.
            title: The headline.
            company_id: The company: an id, `extid-…`, `srcid-…` or a record; or else give `company_external_id` or
                `domains`.
            **fields: Further fields of a ticket, such as `status`.

        Raises:
            PlanhatValidationError: If no company is given; nothing was sent.
            PlanhatBulkError: If Planhat refused the ticket, or dropped it.

        Examples:
            ```python
            company = planhat.create_object(types.Company(name="Acme"))
            ticket = planhat.log_ticket("T-1", "ada@acme.example", title="Login fails", company_id=company)
            ```
        """
        row = {"source_id": source_id, "email": email, "title": title, "company_id": company_id, **fields}
        return conversations.log_ticket(self.session, row)

    def complete_task(
        self, task: Any, date_done: str | datetime.date | datetime.datetime = "now", **fields: Any
    ) -> Task:
        """Marks a task as done, which archives it, and returns it.

        Args:
            task: An id, `srcid-…` or a record.
            date_done: When it was done.
            **fields: Further changes, such as `status`.

        Raises:
            PlanhatNotFoundError: If Planhat has no such task.

        Examples:
            ```python
            company = planhat.create_object(types.Company(name="Acme"))
            task = planhat.create_object(types.Task({"companyId": company.id, "action": "Call back"}))
            assert planhat.complete_task(task).is_archived
            ```
        """
        return conversations.complete_task(self.session, task, date_done, fields)

    def archive_enduser(self, enduser: Any, *, archived: bool = True) -> Enduser:
        """Archives an enduser who left; lists then leave the enduser out, and nothing is deleted.

        Args:
            enduser: An id, `extid-…`, `srcid-…` or a record.
            archived: False brings the enduser back.

        Raises:
            PlanhatNotFoundError: If Planhat has no such enduser.
        """
        return conversations.archive_enduser(self.session, enduser, archived=archived)
