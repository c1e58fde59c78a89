"""Imports and syncs: tables are planned, compared where only differences are sent, sent, and accounted for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatBulkError, PlanhatError
from RPA.Planhat.operations import writing
from RPA.Planhat.operations.dry_run import DryRun
from RPA.Planhat.operations.input.report_files import csv_path, require_writable
from RPA.Planhat.operations.input.rows import delimiter_of, read_rows, rows_explained
from RPA.Planhat.operations.options import ImportOptions, Progress, SyncOptions, refuse_misspelt
from RPA.Planhat.operations.rows import modes
from RPA.Planhat.operations.rows.matching import compare, sharing_rows
from RPA.Planhat.operations.rows.options import KEEP, REPORT, RowOptions
from RPA.Planhat.operations.rows.outcomes import REFUSED, TO_SEND, Outcome, RowResult
from RPA.Planhat.operations.rows.plan import Plan
from RPA.Planhat.operations.rows.report import BulkReport, TablePlan, TableReport, paths_of
from RPA.Planhat.operations.rows.upsert import require_bulk, send
from RPA.Planhat.text.messages import first_line

if TYPE_CHECKING:
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject

LOGGER = logging.getLogger("RPA.Planhat")

Tell = Callable[[TablePlan | TableReport, Collection[Path]], None]
"""Called with the plan or the report, and the files that it is saved in."""


def plan_table(
    session: PlanhatSession, model: type[PlanhatObject], rows: Iterable[Mapping[str, Any]], options: RowOptions
) -> TablePlan:
    """Returns what importing a table would do, compared with what Planhat has; nothing is sent.

    Raises:
        PlanhatValidationError: If the mapping does not fit the table.
    """
    plan = Plan.of(session, model, rows, options)
    _compare(session, plan)
    account = TablePlan(plan)
    is_sent = not plan.states.count(REFUSED) or options.bad_rows == "skip"
    others = account.others = modes.Others.of(session, plan) if is_sent else None
    modes.decide(plan)
    plan.settle_repeated()
    modes.brake(plan, others, account)
    if isinstance(session, DryRun):
        session.note_plan(plan)
    return account


def import_table(
    session: PlanhatSession,
    model: type[PlanhatObject],
    rows: Iterable[Mapping[str, Any]],
    options: RowOptions,
    interrupted: Callable[[TableReport], None] | None = None,
) -> TableReport:
    """Creates or updates records from the rows of a table; with `compare`, sends what differs only.

    Args:
        session: The connection.
        model: The model.
        rows: The rows.
        options: How they are read and sent.
        interrupted: Called with the report if a signal or a timeout of Robot Framework ends the import.

    Raises:
        PlanhatValidationError: If the mapping does not fit the table.
        PlanhatBulkError: If rows are bad and not to be skipped, or the upload stopped; the report is on the error.
    """
    require_bulk(model)
    plan = Plan.of(session, model, rows, options)
    report = TableReport(plan)

    def decide() -> None:
        modes.decide(plan)
        planned = TablePlan(plan)
        planned.others = others
        modes.brake(plan, others, planned)
        _refuse_bad(report)

    try:
        if not options.compares:
            report.alike = sharing_rows(plan) if plan.claims.has_weaker else []
            _refuse_bad(report)
            return send(session, plan, report)
        _compare(session, plan)
        _refuse_bad(report)
        others = report.others = modes.Others.of(session, plan)
        send(session, plan, report, decide)
        _carry_out(session, others)
    except PlanhatError:
        raise
    except BaseException:
        if interrupted is not None and report.calls:
            interrupted(report)
        raise
    return report


def _carry_out(session: PlanhatSession, others: modes.Others) -> None:
    """Changes or deletes the records that are in no row, in bulk where Planhat takes bulk calls; failures are kept."""
    ids = [str(each["_id"]) for each in others.records]
    if not ids or others.action in (KEEP, REPORT):
        return
    others.done = dict.fromkeys(ids, ("unknown", "the sync was interrupted"))
    if others.action == modes.DELETE:
        report = writing.delete_all(session, others.model, ids, len(ids))
        others.done = {each["record"]: (each["outcome"], each["reason"]) for each in report.entries()}
        return
    try:
        needed = ("_id", *others.model.NEVER_WITHOUT)
        rows = [{**{key: each[key] for key in needed if each.get(key)}, **others.fields} for each in others.records]
        plan = Plan.of(session, others.model, rows, RowOptions(given=True))
        results: Iterable[RowResult] = send(session, plan, BulkReport(plan)).results
    except PlanhatBulkError as stopped:
        results = stopped.report.results
    except PlanhatError as problem:
        others.done = dict.fromkeys(ids, ("failed", first_line(problem)))
        return
    others.done = {
        planhat_id: (others.DONE if each.is_stored else each.outcome.value, "" if each.is_stored else each.reason)
        for planhat_id, each in zip(ids, results, strict=True)
    }


def _refuse_bad(report: TableReport) -> None:
    """Refuses a table that has bad rows, unless these are to be skipped."""
    plan = report.plan
    bad = plan.states.count(REFUSED)
    if not bad or plan.options.bad_rows == "skip":
        return
    reasons = plan.reasons(REFUSED)
    why = "it was not sent, since other rows are bad"
    plan.states.set(list(plan.states.having(*TO_SEND)), Outcome.FAILED.value, why, retryable=True)
    plan.settle_repeated()
    raise PlanhatBulkError(f"Nothing was sent, since {bad} of {report.total} rows are bad:{reasons}", report)


def _compare(session: PlanhatSession, plan: Plan) -> None:
    if plan.options.progress is not None:
        plan.options.progress("comparing", 0, 0)
    compare(session, plan)


def load(  # noqa: PLR0913 - what an import consists of
    session: PlanhatSession,
    model: type[PlanhatObject],
    rows: Any,
    mapping: Any,
    given: ImportOptions | SyncOptions,
    *,
    differences: bool,
    progress: Progress | None = None,
    tell: Tell | None = None,
) -> TablePlan | TableReport:
    """Imports or syncs a table, or plans it.

    Args:
        session: The connection.
        model: The model.
        rows: The table.
        mapping: The columns and their fields.
        given: The options.
        differences: Whether only differences are sent, as in a sync.
        progress: Called with the step, the number of rows done, and the total; 0 when that is not known.
        tell: Called with the plan or the report, also that of an import which stopped, and the files that hold it.

    Raises:
        PlanhatValidationError: If the file cannot be read, or the mapping does not fit it; nothing was sent.
        PlanhatBulkError: If rows are bad and not to be skipped, or failed; the report is on the error.
    """
    group = SyncOptions if differences else ImportOptions
    for text in (rows, mapping):
        refuse_misspelt(group, text)
    plan_only = session.dry_run or given.get("dry_run", False)
    options = RowOptions.of(group, given, progress=progress, mapping=mapping, compare=differences)
    options = replace(options, resolve_companies=options.compares or plan_only)
    if options.save_as:
        require_writable([csv_path(options.save_as)] if plan_only else paths_of(options.save_as).values())
    delimiter = delimiter_of(rows, options.encoding, options.delimiter)

    def interrupted(report: TableReport) -> None:
        try:
            _settle(report, options, delimiter, tell)
        except PlanhatError as problem:
            LOGGER.warning("%s", problem)

    run = plan_table if plan_only else partial(import_table, interrupted=interrupted)
    with rows_explained(rows):
        try:
            result = run(session, model, read_rows(rows, options), options)
        except PlanhatBulkError as stopped:
            _settle(stopped.report, options, delimiter, tell)
            raise
        _settle(result, options, delimiter, tell)
        if isinstance(result, TableReport) and options.fail_on_errors and _has_failed(result):
            result.raise_if_failed()
        return result


def _settle(result: TablePlan | TableReport, options: RowOptions, delimiter: str, tell: Tell | None) -> None:
    result.delimiter = delimiter
    files: Collection[Path] = ()
    try:
        files = result.save_files(options.save_as).values() if options.save_as else ()
    except PlanhatError as problem:
        what = f"{result}; this could not be saved as {options.save_as}: {problem}"
        raise PlanhatBulkError(what, result) from problem
    finally:
        if tell is not None:
            tell(result, files)


def _has_failed(report: TableReport) -> bool:
    """Bad rows that were skipped are what the caller asked for."""
    return bool(report.counts["failed"] or report.counts["unknown"] or (report.others and report.others.problem()))
