"""Keywords for a whole tenant: everything as files, merging duplicates, and calls of automations."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat import operations
from RPA.Planhat.errors import PlanhatBulkError, PlanhatValidationError
from RPA.Planhat.keywords.component import UNSET, Component, Credential, Reference, Unset, hide
from RPA.Planhat.keywords.logs import log_table
from RPA.Planhat.keywords.tables import Progress
from RPA.Planhat.text.messages import plural


class TenantKeywords(Component):
    """Keywords for a tenant as a whole, and for the automations in it."""

    @keyword(tags=["any model", "table", "read"])
    def export_planhat_tenant(
        self, folder: str, *, models: list[str] | str | None = None, mask: bool = False, alias: str | None = None
    ) -> dict[str, Any]:
        """Exports every record of the tenant, one JSON Lines file per model, with a manifest of counts.

        The folder can be the seed of a sandbox: `Library    RPA.Planhat    sandbox=True    sandbox_seed=<folder>`.
        When an export was interrupted, run it again: models whose file is complete are not read again. A complete
        export starts over.

        Args:
            folder: The folder; it is created if it does not exist.
            models: The models to export, such as `companies, endusers`. Default: all that Planhat lists.
            mask: Replace names, e-mail addresses, telephone numbers, domains and notes by invented ones. The same
                value always gets the same replacement, so that references stay intact. Ids, numbers, dates, phases and
                the options of lists stay.
            alias: The connection to use. Default: the current one.

        Returns:
            The manifest: `models` with the file and the number of rows by path, and `skipped` with the reason for
            models that the token may not read.

        Raises:
            PlanhatValidationError: If the folder holds the export of another tenant, or one with another `mask`.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Export Planhat Tenant
            ${manifest}=    Export Planhat Tenant    ${OUTPUT_DIR}${/}tenant    models=companies, endusers    mask=True
            Log    ${manifest}[models][companies][rows] companies are in ${manifest}[models][companies][file].
        ```
        """
        manifest = operations.tenant_export.export_tenant(
            self.session(alias), folder, models=models, mask=mask, progress=Progress()
        )
        rows = [[path, known["rows"], known["file"]] for path, known in manifest["models"].items()]
        total = sum(row[1] for row in rows)
        log_table(
            f"Exported {plural(total, 'record')} of {plural(len(rows), 'model')} to {folder}.",
            ["model", "rows", "file"],
            rows,
            len(rows),
        )
        for path, reason in manifest["skipped"].items():
            logger.warn(f"{path} were not exported: {reason}")
        return manifest

    @keyword(tags=["enduser", "write"])
    def merge_endusers(
        self, keep: Reference, duplicates: Any, *, dry_run: bool = False, alias: str | None = None
    ) -> operations.merging.MergeReport:
        """Merges duplicates of an enduser into the one to keep, and archives them.

        Conversations, notes and issues that name a duplicate name the kept enduser afterwards. Fields and
        custom fields that are empty in the kept one are filled from the duplicates, in their order; their e-mail
        addresses become further ones. Planhat has no operation for this: each step is an update, and when the keyword
        is interrupted, the same call does what is left.

        Args:
            keep: The enduser to keep: an id, `extid-…`, `srcid-…` or a record.
            duplicates: The others: one, or a list. `Find Duplicates` finds them.
            dry_run: Only plan: return the steps and send nothing.
            alias: The connection to use. Default: the current one.

        Returns:
            The report: `steps` with model, name, action, changes and outcome, `counts`, and `not_moved` with what
            Planhat lets nobody move: tasks, tickets and NPS responses.

        Raises:
            PlanhatValidationError: If the endusers belong to different companies, or one is named twice; nothing was
                sent.
            PlanhatBulkError: If a step failed, or its outcome is not known. The report is on the error.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Merge Endusers
            ${acme}=    Create Company    name=Acme    external_id=A-881
            ${ada}=    Create Enduser    email=ada@acme.example    company_id=${acme.id}
            ${old}=    Create Enduser    email=ada@old.example    company_id=${acme.id}    phone=+1 555 0100
            Log Note    ${acme}    Kick-off    All went well.    endusers=${old.id}
            ${plan}=    Merge Endusers    ${ada}    ${old}    dry_run=True
            Log    ${plan}
            ${report}=    Merge Endusers    ${ada}    ${old}
            Should Be Equal As Strings    ${report}    3 done
        ```
        """
        session = self.session(alias)
        try:
            report = operations.merging.merge_endusers(session, keep, duplicates, dry_run=dry_run)
        except PlanhatBulkError as problem:
            if isinstance(problem.report, operations.merging.MergeReport):
                _log_merge("Stopped merging", problem.report)
            raise
        _log_merge("Would merge" if dry_run or session.dry_run else "Merged", report)
        return report

    @keyword(tags=["connection", "write"])
    def trigger_planhat_automation(
        self,
        url: Credential,
        payload: Any = None,
        *,
        headers: dict[str, str] | None = None,
        alias: str | None = None,
    ) -> dict[str, Any]:
        """Triggers an automation of Planhat by its incoming webhook. The call is sent at most once.

        A success means that Planhat received the call, not that the automation ran: Planhat documents no answer.

        Args:
            url: The URL of the webhook, as Planhat shows it. It is a secret: whoever knows it can start the automation.
                Keep it in the vault or in a `Secret`; it is hidden in logs and errors.
            payload: What the automation gets, as JSON: a dictionary, a list or a record. Default: an empty object.
            headers: Further headers, such as one that the automation checks.
            alias: The connection to use. Default: the current one. Its token is not sent.

        Returns:
            A dictionary with `received`, `status` and `answer`.

        Raises:
            PlanhatHTTPError: If the call was refused.
            PlanhatOutcomeUnknownError: If it is not known whether Planhat received the call; it was not sent again.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Trigger Planhat Automation
            &{payload}=    Create Dictionary    company=extid-A-1    reason=renewal in 30 days
            ${outcome}=    Trigger Planhat Automation    ${WEBHOOK URL}    ${payload}
            Log    Planhat answered ${outcome}[status].
        ```
        """
        outcome = operations.webhooks.trigger_automation(self.session(alias), hide(url), payload, headers)
        if outcome["received"]:
            logger.info(f"The automation received the call ({outcome['status']}).")
        else:
            logger.info("Dry run, not sent: a call to an automation.")
        return outcome

    @keyword(tags=["connection", "read"])
    def get_planhat_event(
        self, body_or_work_item: Any | Unset = UNSET, *, model: str | None = None
    ) -> operations.webhooks.PlanhatEvent:
        """Returns the records in a webhook call that a Planhat automation has sent to this robot.

        Planhat prescribes no body for such calls: the author of the automation writes it, with replacement codes. This
        keyword reads a record, a list of records, or an object with `model`, `event` and `record`. Read the record
        again before you rely on it, since calls can come late or twice:
        `Get Company    ${event.records}[0]`.

        Args:
            body_or_work_item: The body as JSON text or dictionary, or a work item. Default: the current work item of
                Control Room (`RPA.Robocorp.WorkItems` or `robocorp.workitems`).
            model: The model of the records. Default: the one that the body names under `model`.

        Returns:
            The body as a dictionary, with `model`, `event`, `records`, and `missing`: what the body lacks, such as
            codes that Planhat did not fill in.

        Raises:
            PlanhatValidationError: If the body is not JSON, names no model, or holds no record.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Get Planhat Event
            ${body}=    Set Variable
            ...    {"event": "updated", "model": "company", "record": {"_id": "65a1", "phase": "live"}}
            ${event}=    Get Planhat Event    ${body}
            Log    ${event.event}: ${event.records}[0][phase]
        ```
        """
        source = _current_work_item() if body_or_work_item is UNSET else body_or_work_item
        event = operations.webhooks.read_event(source, model)
        logger.info(f"Received: {event}.")
        for lack in event.missing:
            logger.warn(f"The event lacks something: {lack}.")
        return event


def _log_merge(what: str, report: operations.merging.MergeReport) -> None:
    words = operations.html_report.changes_in_words
    lines = [
        [each.action, each.model, each.name or each.id, words(each.changes, report.names), each.outcome, each.reason]
        for each in report.steps
    ]
    columns = ["action", "model", "record", "changes", "outcome", "reason"] if lines else []
    log_table(f"{what}: {report}", columns, lines, len(lines), longest=None)


def _current_work_item() -> Any:
    """Returns the payload of the work item that a process of Control Room is working on."""
    from robot.libraries.BuiltIn import BuiltIn, RobotNotRunningError  # noqa: PLC0415 - slow to load, rarely needed

    with suppress(RobotNotRunningError, RuntimeError, AttributeError):
        library: Any = BuiltIn().get_library_instance("RPA.Robocorp.WorkItems")
        return library.get_work_item_payload()
    with suppress(ImportError):
        from robocorp import workitems  # noqa: PLC0415 - not a dependency

        return workitems.inputs.current.payload
    raise PlanhatValidationError(
        "There is no current work item: import RPA.Robocorp.WorkItems and get an input, or give the body of the event."
    )
