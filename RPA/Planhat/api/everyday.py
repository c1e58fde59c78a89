"""What people log every day: notes, tickets, finished tasks, endusers who left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat.api.base import Surface
from RPA.Planhat.operations import conversations, merging, tenant_export, webhooks

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from pathlib import Path

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
            endusers: Who took part: e-mail addresses, ids or records; a list, or a comma-separated string.
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

    def merge_endusers(self, keep: Any, duplicates: Any, *, dry_run: bool = False) -> merging.MergeReport:
        """Merges duplicates of an enduser into the one to keep, and archives them.

        Args:
            keep: The enduser to keep: an id, `extid-…`, `srcid-…` or a record.
            duplicates: The others: one or several.
            dry_run: Only plan; nothing is sent.

        Returns:
            The steps with their outcomes, and what Planhat lets nobody move.

        Raises:
            PlanhatValidationError: If the endusers belong to different companies, or one is named twice.
            PlanhatBulkError: If a step failed, or its outcome is not known; the report is on it.

        Examples:
            ```python
            company = planhat.create_object(types.Company(name="Acme"))
            ada = planhat.create_object(types.Enduser(email="ada@acme.example", company_id=company.id))
            old = planhat.create_object(types.Enduser(email="ada@old.example", company_id=company.id))
            report = planhat.merge_endusers(ada, [old])
            assert report.counts == {"done": 2}
            ```
        """
        return merging.merge_endusers(self.session, keep, duplicates, dry_run=dry_run)

    def export_tenant(self, folder: str | Path, *, models: Any = None, mask: bool = False) -> dict[str, Any]:
        """Exports every record of the tenant, one JSON Lines file per model, with a manifest of counts.

        Args:
            folder: The folder; it is created if it does not exist.
            models: Names of models. Default: all that Planhat lists.
            mask: Replace names, addresses, telephone numbers and notes by stable invented ones.

        Returns:
            The manifest.

        Raises:
            PlanhatValidationError: If the folder holds another export.

        Examples:
            ```python
            manifest = planhat.export_tenant("tenant", models="companies, users")
            assert list(manifest["models"]) == ["companies", "users"]
            ```
        """
        return tenant_export.export_tenant(self.session, folder, models=models, mask=mask)

    def read_event(self, source: Any, model: str | None = None) -> webhooks.PlanhatEvent:
        """Returns the records in a call that an automation of Planhat has sent.

        Args:
            source: The body as JSON text, bytes, dictionary or list, or a work item with a `payload`.
            model: The model of the records. Default: the one that the body names.

        Raises:
            PlanhatValidationError: If the body is not JSON, names no model, or holds no record.

        Examples:
            ```python
            event = planhat.read_event('{"model": "company", "record": {"_id": "1", "phase": "live"}}')
            assert event.records[0].phase == "live"
            ```
        """
        return webhooks.read_event(source, model)

    def trigger_automation(
        self, url: Any, payload: Any = None, *, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Triggers an automation of Planhat by its incoming webhook, at most once.

        Args:
            url: The URL of the webhook, which is a secret.
            payload: What the automation gets, as JSON. Default: an empty object.
            headers: Further headers, such as one that the automation checks.

        Returns:
            `received`, `status` and `answer`. A success says that the call was received, not that the automation ran.

        Raises:
            PlanhatHTTPError: If the call was refused.
            PlanhatOutcomeUnknownError: If it is not known whether it was received.
        """
        return webhooks.trigger_automation(self.session, url, payload, headers)
