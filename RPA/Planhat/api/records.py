"""Records, with the names, parameters and meanings of `robocorp-planhat`; and what people log every day."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, TypeVar, cast

from RPA.Planhat import errors, operations
from RPA.Planhat.api.base import Surface, checked_model, records, type_of
from RPA.Planhat.types import Company, PlanhatIdType, PlanhatObject, PlanhatObjectList
from RPA.Planhat.types.fields import split_reference

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from pathlib import Path

    import requests
    from typing_extensions import Unpack

    from RPA.Planhat.operations.merging import MergeReport
    from RPA.Planhat.operations.options import UpsertOptions
    from RPA.Planhat.operations.rows.report import BulkReport
    from RPA.Planhat.operations.webhooks import PlanhatEvent
    from RPA.Planhat.types import Conversation, Enduser, Task, Ticket

P = TypeVar("P", bound=PlanhatObject)


class RecordMethods(Surface):
    """Reading and writing records."""

    _use_caching: bool = False

    @property
    def use_caching(self) -> bool:
        """Whether `get_objects` keeps what it read until the next write; setting it to false empties the cache."""
        return self._use_caching

    @use_caching.setter
    def use_caching(self, value: bool) -> None:
        self._use_caching = value
        if not value:
            self.connections.forget_cached()

    def authenticate(
        self, api_key: str | None = None, vault_secret_name: str | None = None, tenant_uuid: str | None = None
    ) -> None:
        """Changes the credentials of the current connection and drops all that was cached for the old ones.

        Args:
            api_key: The API access token.
            vault_secret_name: The vault secret to read when no token is given.
            tenant_uuid: The tenant UUID, for activities and metrics.
        """
        self.session.authenticate(api_key, vault_secret_name, tenant_uuid)

    def get_objects(  # noqa: PLR0913 - what a list may be asked for, nearly all named
        self,
        object_type: type[P],
        company_ids: str | Iterable[str] | None = None,
        properties: str | Iterable[str] | None = None,
        *,
        sort: str | None = None,
        limit: int | None = None,
        where: str | None = None,
        **filters: Any,
    ) -> PlanhatObjectList[P]:
        """Returns a complete list of records.

        Args:
            object_type: The model, such as `types.Company`.
            company_ids: One company id or several.
            properties: One field name, several, or `"ALL"`.
            sort: The field to sort by; `-` sorts descending. Default: `_id`.
            limit: The maximum number of records. Default: all.
            where: Only records for which a condition holds, such as `"phase in (onboarding, live) and h < 5"`.
            **filters: Values by field, such as `phase="onboarding"` or `**{"custom.Region": "EMEA"}`.

        Raises:
            ValueError: If `object_type` is not a model.
            PlanhatValidationError: If a field is unknown or a value is not valid for it; nothing was sent.

        Examples:
            ```python
            starting = planhat.get_objects(types.Company, phase="onboarding", sort="name", limit=3)
            print([company.name for company in starting])
            ```
        """
        model: type[P] = checked_model(object_type)
        query = operations.reading.Query(company_ids, properties, sort, limit, filters, where)
        if self.use_caching and query == operations.reading.Query(company_ids):
            companies = operations.reading.companies_of(self.session, company_ids)
            rows = self._cached(model)
            found = rows if companies is None else _of_companies(rows, companies)
            missing = set(companies or ()) - {row.id for row in found} if model is Company else set()
            if not missing and (found or companies is None):
                return deepcopy(found)
            # Somebody else may have made them meanwhile, so Planhat is asked.
        return operations.reading.read_list(self.session, model, query)

    def get_object_by_id(self, object_type: type[P], id: str, id_type: PlanhatIdType | None = None) -> P:  # noqa: A002 - the surface
        """Returns one record.

        Args:
            object_type: The model.
            id: Its Planhat id, or another one with its prefix.
            id_type: What kind of id it is, when it has no prefix.

        Raises:
            PlanhatNotFoundError: If Planhat has no such record.
        """
        model: type[P] = checked_model(object_type)
        if self.use_caching and model in self.session.cache:
            prefix, bare = split_reference(id)
            known = (id, id_type) if id_type or not prefix.value else (bare, prefix)
            try:
                return deepcopy(self._cached(model).find_by_id_type(*known))
            except errors.PlanhatNotFoundError:
                pass  # an archived record is in no list, and yet there
        return operations.finding.read_any(self.session, model, id, id_type)

    def create_object(self, payload: P, *, check_custom_fields: bool = True) -> P:
        """Creates a record and returns it as Planhat stored it.

        Args:
            payload: The record.
            check_custom_fields: Convert and check custom values by the custom fields of the tenant, read once.
        """
        return operations.writing.create(
            self.session, type_of(payload), payload, check_custom_fields=check_custom_fields
        )

    def update_object(self, payload: P, *, check_custom_fields: bool = True) -> P:
        """Sends what was changed in a record since it was read, and returns the whole record.

        A record made by hand is sent as it is. It is addressed by its Planhat id, else its source id, else its
        external id.

        Args:
            payload: The record.
            check_custom_fields: Convert and check custom values by the custom fields of the tenant, read once.
        """
        type_of(payload)
        return operations.writing.update_changes(self.session, payload, check_custom_fields=check_custom_fields)

    def update_objects(
        self, payload: Iterable[PlanhatObject], *, fail_on_errors: bool = True, **options: Unpack[UpsertOptions]
    ) -> BulkReport:
        """Creates or updates any number of records of one model.

        Args:
            payload: The records.
            fail_on_errors: Raise when a row failed or is unknown; otherwise they are only reported.
            **options: See `UpsertOptions`.

        Returns:
            Planhat's answers merged into one dictionary, with the account of every row on it.

        Raises:
            PlanhatBulkError: If a row failed or is unknown; the report is on the error.
        """
        rows = records("payload", payload)
        if rows.model is None:
            return operations.rows.report.BulkReport()
        return operations.rows.upsert.upsert(self.session, rows.model, rows, options, fail_on_errors=fail_on_errors)

    def delete_planhat_object(self, payload: PlanhatObject) -> requests.Response:
        """Deletes a record and returns the answer.

        Raises:
            PlanhatNotFoundError: If there is no such record.
        """
        return cast("requests.Response", operations.writing.delete(self.session, type_of(payload), payload))

    def list_all_companies(self) -> PlanhatObjectList[Company]:
        """Returns all companies with their ids and names only, in one call."""
        return operations.reading.list_all_companies(self.session)

    def find_missing_objects(self, objects: Iterable[P]) -> PlanhatObjectList[P]:
        """Returns the objects of a list that Planhat does not have, by any of their ids."""
        return operations.finding.find_missing(self.session, records("objects", objects))

    def _cached(self, model: type[P]) -> PlanhatObjectList[P]:
        cache = self.session.cache
        if model not in cache:
            cache[model] = operations.reading.read_list(
                self.session, model, operations.reading.Query(properties="ALL" if model.LIST_FIELDS else None)
            )
        return cache[model]


def _of_companies(rows: PlanhatObjectList[P], company_ids: Iterable[str]) -> PlanhatObjectList[P]:
    found: dict[int, P] = {}
    for company in company_ids:
        own = [row for row in rows if row.id == company] if rows.model is Company else rows.find_by_company_id(company)
        found.update((id(row), row) for row in own)
    return PlanhatObjectList.of(cast("type[P]", rows.model), found.values())


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
        touch_type: str = "note",
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
            touch_type: The type, one of the tenant's touch types; Planhat stores unknown types as `note`.
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
        return operations.conversations.log_note(
            self.session, company, subject, endusers=endusers, fields=fields, **given
        )

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
        return operations.conversations.log_ticket(self.session, row)

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
        return operations.conversations.complete_task(self.session, task, date_done, fields)

    def archive_enduser(self, enduser: Any, *, archived: bool = True) -> Enduser:
        """Archives an enduser who left; lists then leave the enduser out, and nothing is deleted.

        Args:
            enduser: An id, `extid-…`, `srcid-…` or a record.
            archived: False brings the enduser back.

        Raises:
            PlanhatNotFoundError: If Planhat has no such enduser.
        """
        return operations.conversations.archive_enduser(self.session, enduser, archived=archived)

    def merge_endusers(self, keep: Any, duplicates: Any, *, dry_run: bool = False) -> MergeReport:
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
        return operations.merging.merge_endusers(self.session, keep, duplicates, dry_run=dry_run)

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
        return operations.tenant_export.export_tenant(self.session, folder, models=models, mask=mask)

    def read_event(self, source: Any, model: str | None = None) -> PlanhatEvent:
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
        return operations.webhooks.read_event(source, model)

    def trigger_automation(
        self, url: Any, payload: Any = None, *, headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Triggers an automation of Planhat by its incoming webhook, at most once.

        Args:
            url: The URL of the webhook, which is a secret.
            payload: What the automation gets, as JSON. Default: an empty object.
            headers: Further headers, such as one that the automation checks.

        Returns:
            `received`, `status` and `answer`. A success means that the call was received, not that the automation ran.

        Raises:
            PlanhatHTTPError: If the call was refused.
            PlanhatOutcomeUnknownError: If it is not known whether it was received.
        """
        return operations.webhooks.trigger_automation(self.session, url, payload, headers)
