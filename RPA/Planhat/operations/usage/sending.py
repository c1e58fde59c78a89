"""The options of activities and metrics, and of sending them; one place for keywords and programs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.formats import tell_decimals
from RPA.Planhat.operations.input.rows import read_rows, rows_explained
from RPA.Planhat.operations.options import MappedTable, completed, refuse_misspelt, share_of
from RPA.Planhat.operations.rows.mapping import Target, mapped_rows, parse_steps
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.operations.usage import metrics
from RPA.Planhat.operations.usage.activities import ACTIVITY, track_all
from RPA.Planhat.operations.usage.options import (
    MetricValues,
    PushOptions,
    SendingOptions,
    TrackingOptions,
    VerifyOptions,
)
from RPA.Planhat.operations.usage.report import PushReport
from RPA.Planhat.operations.usage.verifying import Verification, verify
from RPA.Planhat.text.parsing import as_strings, normalize_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from RPA.Planhat.session import PlanhatSession


def track_rows(
    session: PlanhatSession, rows: Any, extra: Iterable[str] | str | None, given: TrackingOptions
) -> PushReport:
    """Sends activities in any form.

    Args:
        session: The connection.
        rows: The path of a file, or rows in any form.
        extra: Further columns that are sent as they are; a list, or a comma-separated string.
        given: How the table is read and sent.
    """
    refuse_misspelt(TrackingOptions, rows)
    chosen = completed(TrackingOptions, given)
    names = as_strings(extra, "extra")
    table = _table(chosen)
    with rows_explained(rows):
        read = _rows(rows, table, partial(ACTIVITY.target_of, extra=names))
        return track_all(session, read, share_of(SendingOptions, chosen), names, formats=table.formats)


def push_rows(session: PlanhatSession, rows: Any, given: PushOptions) -> PushReport:
    """Sends metrics in any form; without rows, the values that are given make one metric.

    Args:
        session: The connection.
        rows: The path of a file, or rows in any form.
        given: What they have in common, and how they are sent.
    """
    refuse_misspelt(PushOptions, rows)
    chosen = completed(PushOptions, given)
    common, any_id = _split(share_of(MetricValues, chosen))
    options, table = share_of(SendingOptions, chosen), _table(chosen)
    with rows_explained(rows):
        read = _rows(rows, table, metrics.METRIC.target_of)
        return metrics.push_metrics(
            session, read, options, common=common, any_dimension_id=any_id, formats=table.formats
        )


def verify_rows(
    session: PlanhatSession, rows: Any, given: VerifyOptions, *, timeout: float, since: Any = None
) -> Verification:
    """Reads metrics back that were pushed in any form.

    Args:
        session: The connection.
        rows: The rows that were pushed.
        given: What they have in common, and how the table is read.
        timeout: Seconds to wait for metrics that are not there yet.
        since: The day from which on metrics without a date count.
    """
    refuse_misspelt(VerifyOptions, rows)
    chosen = completed(VerifyOptions, given)
    common, any_id = _split(share_of(MetricValues, chosen))
    day, table = None if since is None else str(since), _table(chosen)
    pushed = metrics.with_common(_rows(rows, table, metrics.METRIC.target_of), common)
    return verify(
        session,
        pushed,
        timeout=timeout,
        since=day,
        any_dimension_id=any_id,
        formats=table.formats,
        bad_rows=chosen["bad_rows"],
    )


def _table(chosen: Any) -> RowOptions:
    """Returns the options of reading and converting among those of a keyword."""
    return RowOptions.of(MappedTable, share_of(MappedTable, chosen))


def _split(chosen: MetricValues) -> tuple[dict[str, Any], bool]:
    """Returns what metrics have in common, and whether any dimension id is taken."""
    common = dict[str, Any](chosen)
    return common, common.pop("any_dimension_id")


def _rows(rows: Any, table: RowOptions, target_of: Callable[[str], Target]) -> Iterable[Mapping[str, Any]]:
    if isinstance(rows, PushReport):
        raise PlanhatValidationError("Give the rows that were pushed, not the report: it does not hold them.")
    if rows is None:
        return [{}]
    read, clean = read_rows(rows, table), table.formats.cell
    if table.mapping is None:
        return _with_ids_told({name: clean(cell) for name, cell in row.items()} for row in read)
    return _with_ids_told(mapped_rows(read, parse_steps(table.mapping, target_of), clean))


def _with_ids_told(rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    told: set[str] = set()
    for row in rows:
        for name, cell in row.items():
            if isinstance(cell, str) and cell[-2:] == ".0" and normalize_name(name)[-2:] == "id":
                tell_decimals(name, [cell], told)
        yield row
