"""Bulk writes: rows are planned, sent in sequence, and each is accounted for."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.errors import PlanhatBulkError, PlanhatError, PlanhatValidationError
from RPA.Planhat.operations.input.rows import is_table, read_rows
from RPA.Planhat.operations.options import described
from RPA.Planhat.operations.rows.events import EventLog
from RPA.Planhat.operations.rows.journal_file import JournalFile
from RPA.Planhat.operations.rows.natural_keys import NaturalKey
from RPA.Planhat.operations.rows.options import MappedTable, RowOptions, UpsertOptions
from RPA.Planhat.operations.rows.outcomes import REFUSED, STORED
from RPA.Planhat.operations.rows.plan import Plan
from RPA.Planhat.operations.rows.report import BulkReport, Report
from RPA.Planhat.operations.rows.send import Upload
from RPA.Planhat.operations.rows.verify import prove
from RPA.Planhat.types import Verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject

R = TypeVar("R", bound=Report)


def upsert(
    session: PlanhatSession,
    model: type[PlanhatObject],
    rows: Any,
    options: UpsertOptions | None = None,
    *,
    fail_on_errors: bool = True,
) -> BulkReport:
    """Creates or updates rows, 5,000 rows and 32 MB a call, one call after the other.

    Planhat matches each row by the first key that it has; a row without a match is created.

    Args:
        session: The connection.
        model: The model.
        rows: Records or dictionaries with field names; or a table: the path of a file, a Table, a frame.
        options: Journal, reading back, and when to stop.
        fail_on_errors: Raise when a row failed or is unknown; otherwise the report has them.

    Raises:
        PlanhatValidationError: If rows cannot be what Planhat takes, or contradict each other, or the journal is
            that of other rows; nothing was sent.
        PlanhatBulkError: If a row failed or is unknown, or the upload stopped; the report is on the error.
        PlanhatError: If the first call already was refused as a whole, or the journal cannot be written.
    """
    require_bulk(model)
    given = _options_of(rows, options or {})
    natural_key(model, given.find_by)
    plan = Plan.of(session, model, read_rows(rows, given) if is_table(rows) else rows, given)
    if plan.states.count(REFUSED) and given.bad_rows == "refuse":
        raise PlanhatValidationError(plan.reasons(REFUSED).refusal)
    report = send(session, plan, BulkReport(plan))
    if fail_on_errors:
        report.raise_if_failed()
    return report


def _options_of(rows: Any, options: UpsertOptions) -> RowOptions:
    """Returns the options; rows are cells of a table if they come from one, or if the caller says how it is written."""
    told: Mapping[str, Any] = options
    as_table = any(told.get(each.name, each.default) != each.default for each in described(MappedTable))
    return RowOptions.of(UpsertOptions, options, given=not (as_table or is_table(rows)))


def require_bulk(model: type[PlanhatObject]) -> None:
    """Refuses a model that Planhat does not take in bulk.

    Raises:
        PlanhatValidationError: If it is one.
    """
    if Verb.UPSERT not in model.VERBS:
        raise PlanhatValidationError(f"Planhat takes no {model.PLURAL} in bulk. Create and update them one by one.")


def natural_key(model: type[PlanhatObject], names: str | Iterable[str] | None) -> NaturalKey | None:
    """Returns the fields by which rows without a key are found, if there are some.

    Raises:
        PlanhatValidationError: If Planhat does not list the model, or it has no such field.
    """
    if not names:
        return None
    if Verb.LIST not in model.VERBS:
        raise PlanhatValidationError(f"Planhat does not list {model.PLURAL}, so that find_by cannot help.")
    return NaturalKey(model, names)


def send(session: PlanhatSession, plan: Plan, report: R) -> R:
    """Sends what a plan has to send, and returns the account of all rows.

    Args:
        session: The connection.
        plan: The rows.
        report: Takes the account.

    Raises:
        PlanhatValidationError: If the journal is that of other rows; nothing was sent.
        PlanhatBulkError: If it stopped before the end; the report is on the error.
        PlanhatError: If the first call already was refused as a whole, or the journal cannot be written.
    """
    options = plan.options
    find_by = natural_key(plan.model, options.find_by)
    journal = options.journal if not session.dry_run else None
    with nullcontext() if journal is None else JournalFile(journal) as file:
        if journal is not None:
            _refuse_former_journal(Path(journal))
        facts = EventLog(plan, report, file, _said(plan.model, options))
        facts.resume(session)
        upload = Upload(session, facts, options.stop_after_failed, find_by)
        try:
            upload.run()
        except PlanhatError as problem:  # the journal cannot be written, so that nothing more is sent
            upload.stopped_by = problem
        if upload.stopped_by is not None:
            raise _stopped(upload.stopped_by, facts)
        if options.verify and not session.dry_run:
            proof = prove(session, plan, plan.states.having(*(each.value for each in STORED)))
            facts.verified(proof)
            report.proof = proof
        facts.full_report()
        return report


def _refuse_former_journal(path: Path) -> None:
    """Versions up to 1.0 kept a journal for each 5,000 rows of a table."""
    former = path.with_name(f"{path.name}.0001")
    if former.exists():
        raise PlanhatValidationError(
            f"Nothing was sent, since {former} is the journal of an import that an earlier version of this library "
            f"began. Let that version finish it, or check in Planhat what is stored and delete the files {path.name}."
            "0001 and following."
        )


def _said(model: type[PlanhatObject], options: RowOptions) -> str:
    """Returns how rows get their identity, which has to be the same in each run with one journal."""
    names = {"generate_keys": options.generate_keys, "find_by": options.find_by}
    told = [f"{name}={', '.join(NaturalKey(model, given).keys)}" for name, given in names.items() if given]
    return ", ".join([*told, *([f"duplicates={options.duplicates}"] if options.duplicates != "refuse" else [])])


def _stopped(problem: PlanhatError, facts: EventLog) -> PlanhatError:
    facts.doubt_what_is_under_way()
    began = facts.report.calls > 1 or facts.settled > 0 or bool(facts.doubt)
    report = facts.full_report(stopped=str(problem).splitlines()[0])
    if not began:
        return problem
    error = PlanhatBulkError(f"The upload stopped: {problem}\nSo far: {report}", report)
    error.__cause__ = problem
    return error
