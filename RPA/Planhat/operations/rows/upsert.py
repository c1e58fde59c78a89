"""Bulk upsert: any number of rows, in sequence, with an account of each."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatBulkError, PlanhatError, PlanhatValidationError
from RPA.Planhat.operations.custom.validation import CustomFields
from RPA.Planhat.operations.rows.events import EventLog
from RPA.Planhat.operations.rows.journal_file import JournalFile
from RPA.Planhat.operations.rows.natural_keys import GeneratedKeys, NaturalKey
from RPA.Planhat.operations.rows.options import RowOptions, UpsertOptions
from RPA.Planhat.operations.rows.outcomes import STORED
from RPA.Planhat.operations.rows.plan import Plan
from RPA.Planhat.operations.rows.send import Upload
from RPA.Planhat.operations.rows.verify import prove
from RPA.Planhat.types import Verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from RPA.Planhat.operations.options import OnDuplicates
    from RPA.Planhat.operations.rows.planner import RowStep
    from RPA.Planhat.operations.rows.report import BulkReport
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject


def upsert(
    session: PlanhatSession,
    model: type[PlanhatObject],
    rows: Iterable[Mapping[str, Any]],
    options: UpsertOptions | None = None,
    *,
    fail_on_errors: bool = True,
) -> BulkReport:
    """Creates or updates rows, 5,000 rows and 32 MB a call, one call after the other.

    Planhat matches each row by the first key that it has; a row without a match is created.

    Args:
        session: The connection.
        model: The model.
        rows: Records or dictionaries with field names, or the rows of a file of failed rows.
        options: Journal, reading back, and when to stop.
        fail_on_errors: Raise when a row failed or is unknown; otherwise the report tells.

    Raises:
        PlanhatValidationError: If rows can not be what Planhat takes, or contradict each other, or the journal is
            that of other rows; nothing was sent.
        PlanhatBulkError: If a row failed or is unknown, or the upload stopped; the report is on the error.
        PlanhatError: If the first call already was refused as a whole, or the journal can not be written.
    """
    if Verb.UPSERT not in model.VERBS:
        raise PlanhatValidationError(f"Planhat takes no {model.PLURAL} in bulk. Create and update them one by one.")
    told = RowOptions.of(UpsertOptions, options or {})
    find_by = _natural_key(model, told.find_by)
    generated = GeneratedKeys(model, told.generate_keys) if told.generate_keys else None
    steps = _steps(session, model, generated, check_custom_fields=told.check_custom_fields)
    plan = Plan.of(model, rows, duplicates=told.duplicates, steps=steps)
    with JournalFile(told.journal) if told.journal is not None and not session.dry_run else nullcontext() as file:
        facts = EventLog(plan, file, _said(generated, find_by, duplicates=told.duplicates))
        facts.resume(session)
        report = _upload(session, facts, told, find_by)
    if fail_on_errors:
        report.raise_if_failed()
    return report


def _natural_key(model: type[PlanhatObject], names: str | Iterable[str] | None) -> NaturalKey | None:
    if not names:
        return None
    if Verb.LIST not in model.VERBS:
        raise PlanhatValidationError(f"Planhat does not list {model.PLURAL}, so that find_by can not help.")
    return NaturalKey(model, names)


def _steps(
    session: PlanhatSession, model: type[PlanhatObject], generated: GeneratedKeys | None, *, check_custom_fields: bool
) -> list[RowStep]:
    steps: list[RowStep] = [CustomFields.of(session, model).fitted] if check_custom_fields else []
    return [*steps, generated] if generated else steps


def _said(generated: GeneratedKeys | None, find_by: NaturalKey | None, *, duplicates: OnDuplicates) -> str:
    """Returns how rows get their identity, which has to be the same in each run with one journal."""
    keys = {"generate_keys": generated.natural_key if generated else None, "find_by": find_by}
    told = [f"{name}={', '.join(key.keys)}" for name, key in keys.items() if key]
    return ", ".join([*told, *([f"duplicates={duplicates}"] if duplicates != "refuse" else [])])


def _upload(session: PlanhatSession, facts: EventLog, told: RowOptions, find_by: NaturalKey | None) -> BulkReport:
    upload = Upload(session, facts, told.stop_after_failed, find_by)
    upload.run()
    if upload.stopped_by is not None:
        raise _stopped(upload.stopped_by, facts)
    if told.verify:
        facts.verified(prove(session, facts.plan, facts.ledger.of(*STORED)))
    return facts.full_report()


def _stopped(problem: PlanhatError, facts: EventLog) -> PlanhatError:
    report = facts.full_report(stopped=str(problem).splitlines()[0])
    if report.calls <= 1 and not any(facts.ledger.counts.values()) and not facts.doubt:
        return problem
    error = PlanhatBulkError(f"The upload stopped: {problem}\nSo far: {report}", report)
    error.__cause__ = problem
    return error
