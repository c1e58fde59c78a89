"""Imports and syncs as keywords see them: their options, what the log shows, and progress."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from inspect import Parameter as Argument
from typing import Any, Literal

from robot.api import logger

from RPA.Planhat.errors import PlanhatBulkError
from RPA.Planhat.keywords.logs import ROWS, log_table
from RPA.Planhat.keywords.signatures import named_only, positional
from RPA.Planhat.operations.tables.converting import Rules
from RPA.Planhat.operations.tables.formats import Formats
from RPA.Planhat.operations.tables.importing import Options, import_table, plan_table
from RPA.Planhat.operations.tables.plans import BAD, TablePlan, TableReport
from RPA.Planhat.operations.tables.rows import Layout, read_rows
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.types import PlanhatObject

Texts = list[str] | str | None


@dataclass(frozen=True)
class Option:
    """An argument of the keywords that import.

    Attributes:
        hint: Its type.
        default: Its value when it is left out.
        doc: What it means.
    """

    hint: Any
    default: Any
    doc: str


COMMON: dict[str, Option] = {
    "dates": Option(
        Texts, None, "Forms of dates beside ISO 8601, as `DD.MM.YYYY, DD/MM/YYYY HH:mm`; tried in this order."
    ),
    "decimal": Option(
        Literal[".", ",", "auto"],
        ".",
        "What stands before decimals; with `auto` one or two digits at the end are some.",
    ),
    "true": Option(Texts, None, "Further words for true, as `ja, J`."),
    "false": Option(Texts, None, "Further words for false."),
    "separator": Option(str, ",", "What stands between several values in one cell."),
    "empty": Option(Texts, None, "Texts that stand for an empty cell, as `-, n/a`."),
    "clear_empty": Option(
        bool, default=False, doc="When true, empty cells clear their fields; else they leave them alone."
    ),
    "bad_rows": Option(
        Literal["stop", "skip"], "stop", "`stop` sends nothing while rows are bad, `skip` sends the good ones."
    ),
    "bad_cells": Option(
        Literal["refuse", "leave out"],
        "refuse",
        "`refuse` makes its row bad, `leave out` sends the rest of it.",
    ),
    "duplicates": Option(
        Literal["refuse", "first", "last"], "refuse", "Which of several rows with one key is sent when they differ."
    ),
    "unique": Option(Texts, None, "Further fields by which rows are the same, as `email`."),
    "check_custom_fields": Option(
        bool, default=True, doc="When false, custom fields are sent unchecked and texts stay texts."
    ),
    "dry_run": Option(bool, default=False, doc="When true, nothing is sent, and the plan is returned."),
    "fail_on_errors": Option(bool, default=True, doc="When false, rows that Planhat refuses are only reported."),
    "save_as": Option(
        str | None, None, "Where to save the report as three CSV files, see [Save Upsert Report]; or the plan as one."
    ),
    "encoding": Option(str | None, None, "The encoding of a file; UTF-8, or what it says itself, unless given."),
    "delimiter": Option(str | None, None, "What stands between the cells of a CSV file; found out unless given."),
    "sheet": Option(str | None, None, "The worksheet of an Excel file; the first unless given."),
}
"""The options of all keywords that import or sync."""

IMPORT: dict[str, Option] = {
    "journal": Option(
        str | None, None, "Where to keep what was done; after a crash run the same again, and it goes on."
    )
}
SYNC: dict[str, Option] = {
    "match_by": Option(Texts, None, "Further fields by which a row finds its record, as `name`."),
    "name_others": Option(
        bool, default=False, doc="When true, the log names the records that no row means. They stay."
    ),
}

ROWS_DOC = "rows: The path of a CSV, Excel, JSON or JSON Lines file, or rows: a list, a Table, a frame, JSON."
MAPPING_DOC = (
    "mapping: Lines `column -> field`, or a dictionary of columns and fields, see [Tables]. Without it columns are "
    "named as fields."
)


def arguments(more: dict[str, Option]) -> list[Argument]:
    """Returns the arguments of a keyword that imports."""
    options = [named_only(name, each.hint, each.default) for name, each in {**more, **COMMON}.items()]
    return [positional("rows", Any), positional("mapping", Any, None), *options]


def argument_docs(more: dict[str, Option]) -> list[str]:
    """Returns a line of documentation for each of them."""
    return [ROWS_DOC, MAPPING_DOC, *(f"{name}: {each.doc}" for name, each in {**more, **COMMON}.items())]


def load(
    session: PlanhatSession,
    model: type[PlanhatObject],
    rows: Any,
    mapping: Any = None,
    *,
    differences: bool,
    **given: Any,
) -> TablePlan | TableReport:
    """Imports or syncs a table, or plans it, and logs what became of it.

    Args:
        session: The connection.
        model: The model.
        rows: The table.
        mapping: The columns and their fields.
        differences: Whether only differences are sent, as in a sync.
        **given: The options above.
    """
    told = {name: each.default for name, each in {**COMMON, **IMPORT, **SYNC}.items()} | given
    source = read_rows(rows, Layout(told["encoding"], told["delimiter"], told["sheet"]))
    options = _options(mapping, told, differences=differences)
    if told["dry_run"] or session.dry_run:
        plan = plan_table(session, model, source, options)
        log_plan(plan, told["save_as"])
        return plan
    try:
        report = import_table(session, model, source, options)
    except PlanhatBulkError as stopped:
        log_account(stopped.report, told)
        raise
    log_account(report, told)
    if told["fail_on_errors"] and _failed(report):
        report.raise_if_failed()
    return report


def _failed(report: TableReport) -> bool:
    """Bad rows that were skipped are what the user asked for."""
    return bool(report.counts["failed"] or report.counts["unknown"])


def _options(mapping: Any, told: dict[str, Any], *, differences: bool) -> Options:
    words: dict[str, Any] = {name: listed(told[name]) for name in ("dates", "true", "false", "empty")}
    formats = Formats(decimal=told["decimal"], separator=told["separator"], **words)
    rules = Rules(
        mapping,
        formats,
        leave_out_bad_cells=told["bad_cells"] == "leave out",
        clear_empty=told["clear_empty"],
        check_custom_fields=told["check_custom_fields"],
        resolve_companies=differences or told["dry_run"],
    )
    lists = {name: listed(told[name]) for name in ("unique", "match_by")}
    return Options(
        rules,
        skip_bad=told["bad_rows"] == "skip",
        duplicates=told["duplicates"],
        journal=told["journal"],
        differences=differences,
        progress=Progress(),
        **lists,
    )


def listed(given: Any) -> tuple[str, ...]:
    """Returns a list, or the parts of a text with commas."""
    parts: Iterable[Any] = given.split(",") if isinstance(given, str) else given or ()
    return tuple(str(part).strip() for part in parts)


def log_plan(plan: TablePlan, save_as: str | None) -> None:
    """Logs the plan, and the first differences as a table."""
    lines = plan.differences
    line = f"Planned {plan.model.PLURAL}, nothing was sent: {plan}."
    log_table(line, list(lines[0]) if lines else [], (list(each.values()) for each in lines[:ROWS]), len(lines))
    _log_bad(plan)
    if save_as:
        logger.info(f"Saved {plan.save(save_as)} lines of the plan as {save_as}.")


def log_account(report: TableReport, told: dict[str, Any]) -> None:
    """Logs what became of the rows, and saves it."""
    logger.info(f"{'Stopped' if report.stopped else 'Done'}, {report.model.PLURAL}: {report} ({report.calls} calls).")
    _log_bad(report)
    if told["name_others"]:
        others = list(report.not_in_table)
        cells = ([each.get("_id"), each.get("name") or each.get("email")] for each in others[:ROWS])
        log_table(
            f"In Planhat and not in the table: {len(others)}.", ["_id", "name"] if others else [], cells, len(others)
        )
    if told["save_as"]:
        files = report.save_files(told["save_as"])
        logger.info(f"Saved the report as {', '.join(map(str, files.values()))}.")


def _log_bad(account: TablePlan | TableReport) -> None:
    bad = account.rows(*BAD)
    total = sum(account.counts.get(outcome, 0) for outcome in BAD)
    if bad:
        cells = ([each.number, each.action, each.key, each.reason] for each in bad[:ROWS])
        log_table("Rows that are not stored", ["row", "outcome", "key", "reason"], cells, total)
        logger.warn(f"{total} of {account.total} rows of {account.model.PLURAL} can not be stored as they are.")
    if account.left_out:
        left_out = sorted(account.left_out.items(), key=lambda each: -each[1])
        log_table(
            "Cells that were left out", ["count", "reason"], ([n, why] for why, n in left_out[:ROWS]), len(left_out)
        )
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
