"""Imports and syncs as keywords see them: their options, what the log shows, and progress."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection
from inspect import Parameter as Argument
from pathlib import Path
from typing import Any, cast

from robot.api import logger

from RPA.Planhat.keywords.converters import AnyRows
from RPA.Planhat.keywords.logs import ROWS, log_table
from RPA.Planhat.keywords.signatures import named_only, positional
from RPA.Planhat.operations.options import Described, described
from RPA.Planhat.operations.rows import importing
from RPA.Planhat.operations.rows.options import ImportOptions, SyncOptions
from RPA.Planhat.operations.rows.table_report import BAD, TablePlan, TableReport
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.text.messages import plural
from RPA.Planhat.types import PlanhatObject
from RPA.Planhat.types.labels import label_of

OTHERS = Described("name_others", bool, default=False, doc="When true, the log names the records that no row means.")
"""What a sync can log beside its report, which Python programs read from it."""

IMPORT = described(ImportOptions)
SYNC = [*described(SyncOptions), OTHERS]

ROWS_WARNED = 5
"""Sentences in one warning; the report has more."""

ROWS_DOC = "rows: The path of a CSV, Excel, JSON or JSON Lines file, or rows: a list, a Table, a frame, JSON."
MAPPING_DOC = (
    "mapping: Lines `column -> field`, or a dictionary of columns and fields, see [Tables]. Without it columns are "
    "named as fields."
)


def arguments(options: list[Described]) -> list[Argument]:
    """Returns the arguments of a keyword that imports."""
    named = [named_only(each.name, each.hint, each.default) for each in options]
    return [positional("rows", AnyRows), positional("mapping", Any, None), *named]


def argument_docs(options: list[Described]) -> list[str]:
    """Returns a line of documentation for each of them."""
    return [ROWS_DOC, MAPPING_DOC, *(f"{each.name}: {each.doc}" for each in options)]


def load(
    session: PlanhatSession,
    model: type[PlanhatObject],
    rows: Any,
    mapping: Any = None,
    *,
    differences: bool,
    name_others: bool = False,
    **given: Any,
) -> TablePlan | TableReport:
    """Imports or syncs a table, or plans it, and logs what became of it.

    Args:
        session: The connection.
        model: The model.
        rows: The table.
        mapping: The columns and their fields.
        differences: Whether only differences are sent, as in a sync.
        name_others: Whether the log names the records that no row means.
        **given: The options.
    """

    def tell(result: TablePlan | TableReport, files: Collection[Path]) -> None:
        _log(result)
        if name_others:
            _log_others(list(result.not_in_table))
        if files:
            logger.info(f"Saved as {', '.join(map(str, files))}.")

    options = cast("ImportOptions", given)
    result = importing.load(
        session, model, rows, mapping, options, differences=differences, progress=Progress(), tell=tell
    )
    _warn(result)
    return result


def _log(result: TablePlan | TableReport) -> None:
    if isinstance(result, TablePlan):
        _log_plan(result)
    else:
        what = "Stopped" if result.stopped else "Done"
        logger.info(f"{what}, {result.model.PLURAL}: {result} ({plural(result.calls, 'call')}).")
    _log_bad(result)


def _log_plan(plan: TablePlan) -> None:
    lines = plan.differences
    line = f"Planned {plan.model.PLURAL}, nothing was sent: {plan}."
    log_table(line, list(lines[0]) if lines else [], (list(each.values()) for each in lines[:ROWS]), len(lines))


def _log_others(others: list[dict[str, Any]]) -> None:
    cells = ([each.get("_id"), label_of(each)] for each in others[:ROWS])
    line = f"In Planhat and not in the table: {len(others)}."
    log_table(line, ["_id", "name"] if others else [], cells, len(others))


def _warn(account: TablePlan | TableReport) -> None:
    """Warns of bad rows when the keyword passes; when it fails, its message counts them."""
    total = sum(account.counts.get(outcome, 0) for outcome in BAD)
    if total:
        logger.warn(f"{total} of {account.total} rows of {account.model.PLURAL} can not be stored as they are.")


def _log_bad(account: TablePlan | TableReport) -> None:
    bad = account.rows(*BAD)
    total = sum(account.counts.get(outcome, 0) for outcome in BAD)
    if bad:
        cells = ([each.number, each.action, each.key, each.reason] for each in bad[:ROWS])
        log_table(
            "Rows that are not stored, counted below the column names",
            ["row", "outcome", "key", "reason"],
            cells,
            total,
        )
    if account.left_out:
        left_out = sorted(account.left_out.items(), key=lambda each: -each[1])
        log_table(
            "Cells that were left out", ["count", "reason"], ([n, why] for why, n in left_out[:ROWS]), len(left_out)
        )
    if account.alike:
        logger.warn("\n".join(account.alike[:ROWS_WARNED]))
    if account.unused:
        logger.info(f"Columns that the mapping does not use: {', '.join(account.unused)}.")


class Progress:
    """Shows how far long work is: a line in the log for each chunk, and in a terminal one that counts."""

    def __init__(self) -> None:
        self._start = self._last = time.monotonic()
        self._step = ""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Shows that so many rows are through a step."""
        if step != self._step:
            self._step, self._start = step, self._last
        self._last = time.monotonic()
        line = progress_line(step, done, total, self._last - self._start)
        logger.info(line)
        terminal = sys.__stderr__
        if terminal is not None and terminal.isatty():
            terminal.write(f"\r{line:<78}" + ("\n" if done == total and total else ""))
            terminal.flush()


def progress_line(step: str, done: int, total: int, seconds: float) -> str:
    """Returns how far work is, with the rate, and the time left where the end is known."""
    if not done:
        return f"{step} ..."
    rate = done / max(seconds, 0.001)
    of = f" of {total:,} ({100 * done // total} %)" if total else ""
    left = f", {(total - done) / rate:.0f} s left" if total > done else ""
    return f"{step} {done:,}{of} rows, {rate:,.0f} rows/s{left}"
