"""One line in the user's words for each keyword; lists and reports as folded tables."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from robot.api import logger
from robot.utils import html_escape

from RPA.Planhat.text.messages import plural, shortened
from RPA.Planhat.types.base import LABELS, in_words

if TYPE_CHECKING:
    from RPA.Planhat.operations.rows.report import BulkReport
    from RPA.Planhat.operations.writing import DeleteReport
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject, PlanhatObjectList

LOGGER = logging.getLogger("RPA.Planhat")

ROWS = 10
"""Rows of a list that the log shows."""

LONGEST_CELL, LONGEST_RECORD = 80, 2000
"""Characters of a cell, and of a record at the level DEBUG."""

FEW = 8
"""Fields that are all shown; of records with more of them those are that tell records apart."""

TELLING = 3
"""The number of such fields that identify a record."""

COLUMNS = ("_id", *LABELS, "phase", "status", "companyName", "externalId", "sourceId")


def done(session: PlanhatSession, what: str) -> str:
    """Returns a word such as `Created` for the log; in a dry run nothing was done."""
    return f"Dry run, not {what.lower()}:" if session.dry_run else what


def log_record(what: str, record: PlanhatObject) -> None:
    """Logs what was done with one record, such as `Created company 'Acme' 61f…`."""
    logger.info(f"{what} {in_words(record)}.")
    if LOGGER.isEnabledFor(logging.DEBUG):  # Robot Framework sets the level of its log there, too
        text = _as_json(dict(record))
        logger.debug(shortened(text, LONGEST_RECORD))


def log_list(records: PlanhatObjectList[Any], line: str = "Read {}.") -> None:
    """Logs how many records were read, and the first of them as a folded table.

    Args:
        records: The records.
        line: The sentence about them; `{}` is their number with their noun.
    """
    model = records.model
    noun = "records" if model is None else model.SINGULAR if len(records) == 1 else model.PLURAL
    line = line.format(f"{len(records):,} {noun}")
    asked = list(dict.fromkeys(key for row in records[:ROWS] for key in row))
    known = [key for key in COLUMNS if any(dict.get(row, key) for row in records[:ROWS])]
    columns = asked[:FEW] if len(asked) <= FEW or len(known) < TELLING else known
    log_table(line, columns, ([dict.get(row, key) for key in columns] for row in records[:ROWS]), len(records))


def log_report(report: BulkReport, noun: str, what: str) -> None:
    """Logs the outcome of a bulk write: a table of those that are not stored, else of all.

    Rows that are not stored are a warning, too.
    """
    problem, rows = report.problem(noun), report.results
    bad = [*report.failed, *report.unknown] if problem else []
    proof = "" if report.proof is None else f" Read back: {report.proof}."
    line = f"{what} {noun}: {report} ({plural(len(rows), 'row')} in {plural(report.calls, 'call')}).{proof}"
    columns = ["row", "outcome", "record", *(["reason", "retryable"] if bad else ["id"])]
    cells = []
    for each in (bad or rows)[:ROWS]:
        last = [each.reason, each.retryable] if bad else [each.id]
        cells.append([each.number, each.outcome.value, each.record_name, *last])
    log_table(line, columns if cells else [], cells, len(bad or rows))
    if bad:
        logger.warn(f"{problem}.")


def log_deletions(report: DeleteReport, noun: str, what: str) -> None:
    """Logs the outcome of a deletion; records that are still there come first in the table."""
    found = [("failed", name, why) for name, why in report.failed.items()]
    found += [("missing", name, "") for name in report.missing]
    found += [("deleted", name, "") for name in report.deleted]
    log_table(f"{what} {noun}: {report}.", ["outcome", "record", "reason"] if found else [], found[:ROWS], len(found))


def log_table(
    line: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    total: int | None = None,
    longest: int | None = LONGEST_CELL,
) -> None:
    """Logs a line, and under it a table that opens on a click.

    Args:
        line: The line.
        columns: The headings; without any there is no table.
        rows: The cells of each row.
        total: The number of rows that there are; the line has how many of them are in the table. Default: all.
        longest: The most characters of a cell that are shown. Default: 80; all with `None`.
    """
    if not columns:
        logger.info(line)
        return
    if total is not None:
        line = f"{line} ({f'first {ROWS} of' if total > ROWS else 'all'} {total:,})"
    table = ['<table cellpadding="4"><tr>', *map('<th align="left">{}</th>'.format, map(html_escape, columns)), "</tr>"]
    for row in rows:
        table.append("<tr>")
        for cell in row:
            text = (
                cell
                if isinstance(cell, str)
                else ""
                if cell is None
                else str(cell)
                if type(cell) is int
                else _as_json(cell)
            )
            shown = text if longest is None else shortened(text, longest)
            table.append(f"<td>{html_escape(shown, linkify=False)}</td>")
        table.append("</tr>")
    body = "".join(table)
    logger.info(f"<details><summary>{html_escape(line, linkify=False)}</summary>{body}</table></details>", html=True)


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
