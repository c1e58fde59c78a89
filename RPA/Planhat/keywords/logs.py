"""One line in the user's words for each keyword; lists and reports as folded tables."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from robot.api import logger

from RPA.Planhat.operations.html_report import record_name
from RPA.Planhat.text.messages import plural
from RPA.Planhat.types.base import LABELS, in_words

if TYPE_CHECKING:
    from RPA.Planhat.operations.rows.report import BulkReport
    from RPA.Planhat.operations.writing import DeleteReport
    from RPA.Planhat.types import PlanhatObject, PlanhatObjectList

LOGGER = logging.getLogger("RPA.Planhat")

ROWS = 10
"""Rows of a list that the log shows."""

LONGEST_CELL = 80
FEW = 8
"""Fields that are all shown; of records with more of them those are that tell records apart."""

TELLING = 3
"""The number of such fields that identify a record."""

COLUMNS = ("_id", *LABELS, "phase", "status", "companyName", "externalId", "sourceId")


def log_record(what: str, record: PlanhatObject) -> None:
    """Logs what was done with one record, such as `Created company 'Acme' 61f…`."""
    logger.info(f"{what} {in_words(record)}.")
    if LOGGER.isEnabledFor(logging.DEBUG):  # Robot Framework sets the level of its log there, too
        logger.debug(_short(dict(record)))


def log_list(records: PlanhatObjectList[Any], line: str = "Read {}.") -> None:
    """Logs how many records were read, and the first of them as a folded table.

    Args:
        records: The records.
        line: What is said of them; `{}` is their number with their noun.
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
    bad = [*report.failed, *report.unknown]
    proof = "" if report.proof is None else f" Read back: {report.proof}."
    size = f"{plural(len(report.results), 'row')} in {plural(report.calls, 'call')}"
    line = f"{what} {noun}: {report} ({size}).{proof}"
    if bad:
        cells = [
            [each.number, each.outcome.value, record_name(each), each.reason, each.retryable] for each in bad[:ROWS]
        ]
        log_table(line, ["row", "outcome", "record", "reason", "retryable"], cells, len(bad))
        logger.warn(f"{report.problem(noun)}.")
    else:
        cells = [[each.number, each.outcome.value, record_name(each), each.id] for each in report.results[:ROWS]]
        log_table(line, ["row", "outcome", "record", "id"] if cells else [], cells, len(report.results))


def log_deletions(report: DeleteReport, noun: str, what: str) -> None:
    """Logs the outcome of a deletion; records that are still there come first in the table."""
    found = [("failed", name, why) for name, why in report.failed.items()]
    found += [("missing", name, "") for name in report.missing]
    found += [("deleted", name, "") for name in report.deleted]
    log_table(f"{what} {noun}: {report}.", ["outcome", "record", "reason"] if found else [], found[:ROWS], len(found))


def log_table(line: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], total: int) -> None:
    """Logs a line, and under it a table that opens on a click."""
    if not columns:
        logger.info(line)
        return
    shown = f"first {ROWS} of {total:,}" if total > ROWS else f"all {total}"
    log_texts(f"{line} ({shown})", columns, ([_short(cell) for cell in row] for row in rows))


def log_texts(line: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Logs a line, and under it a table of strings that opens on a click; nothing is cut."""
    head = "".join(f'<th align="left">{escape(name)}</th>' for name in columns)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    table = f'<table cellpadding="4"><tr>{head}</tr>{body}</table>'
    logger.info(f"<details><summary>{escape(line)}</summary>{table}</details>", html=True)


def _short(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    limit = 2000 if isinstance(value, Mapping) else LONGEST_CELL
    return text if len(text) <= limit else text[: limit - 1] + "…"
