"""Bulk writes: rows are planned, sent in sequence, and each is accounted for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.rows import delimiter_of, is_table, read_rows
from RPA.Planhat.operations.options import MappedTable, UpsertOptions, described
from RPA.Planhat.operations.rows import modes
from RPA.Planhat.operations.rows.matching import compare
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.operations.rows.outcomes import REFUSED
from RPA.Planhat.operations.rows.plan import Plan
from RPA.Planhat.operations.rows.report import BulkReport
from RPA.Planhat.operations.rows.send import natural_key, require_bulk, send

if TYPE_CHECKING:
    from collections.abc import Mapping

    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject


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
    as_table = is_table(rows)
    given = _options_of(options or {}, as_table=as_table)
    if given.find_by:
        natural_key(model, given.find_by)
    plan = Plan.of(session, model, read_rows(rows, given) if as_table else rows, given)
    report = BulkReport(plan)
    if as_table:
        report.delimiter = delimiter_of(rows, given.encoding, given.delimiter)

    def decide() -> None:
        modes.decide(plan)
        modes.brake(plan, None, report)
        _refuse_bad(plan)

    _refuse_bad(plan)
    if given.compares:
        compare(session, plan)
        send(session, plan, report, decide)
    else:
        send(session, plan, report)
    if fail_on_errors:
        report.raise_if_failed()
    return report


def _options_of(options: UpsertOptions, *, as_table: bool) -> RowOptions:
    """Returns the options; rows are cells of a table if they come from one, or if the caller says how it is written."""
    told: Mapping[str, Any] = options
    for each in described(MappedTable):
        as_table = as_table or told.get(each.name, each.default) != each.default
    found = RowOptions.of(UpsertOptions, options, given=not as_table)
    return replace(found, resolve_companies=True) if found.compares else found


def _refuse_bad(plan: Plan) -> None:
    if plan.states.count(REFUSED) and plan.options.bad_rows == "refuse":
        raise PlanhatValidationError(plan.reasons(REFUSED).refusal)
