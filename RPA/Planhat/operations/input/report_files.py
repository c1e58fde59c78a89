"""The rows of a report as CSV files: what is stored, what failed, what is unknown.

A file of failed rows is an input again: our own columns are taken out, and each cell means what it meant, also that a
row does not have it. Texts that a spreadsheet would take for a formula begin with an apostrophe, which is taken off.
"""

from __future__ import annotations

import csv
import json
from datetime import date
from typing import TYPE_CHECKING, Any

from RPA.Planhat.operations.input.cells import shield
from RPA.Planhat.operations.rows.payloads import CUSTOM
from RPA.Planhat.text.files import file_path, translate_os_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from RPA.Planhat.operations.rows.outcomes import RowResult

ADDED = ("planhat_row", "planhat_outcome", "planhat_id", "planhat_reason", "planhat_retryable")
"""The columns that are added behind those of the input."""

NOTHING = "null"
APOSTROPHE = "'"
JSON_STARTS = ("{", "[")


def write_rows(
    path: str | Path, results: Sequence[RowResult], delimiter: str = ",", columns: Iterable[str] = ()
) -> None:
    """Writes rows with all their columns, what became of them and why; with a mark that spreadsheets need for UTF-8.

    Args:
        path: The file.
        results: The rows.
        delimiter: What stands between cells.
        columns: Columns that come first, also when none of the rows has them.
    """
    known = dict.fromkeys([*columns, *(name for each in results for name in each.row)])
    columns = [name for name in known if name not in ADDED]
    path = file_path(path)
    with translate_os_errors(path), path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow([shield(name) for name in columns] + list(ADDED))
        for each in results:
            cells = [_cell(name, each.row[name]) if name in each.row else "" for name in columns]
            retryable = "yes" if each.retryable else "no"
            writer.writerow(
                [*cells, each.number, each.outcome.value, each.id, shield(" ".join(each.reason.split())), retryable]
            )


def columns_as_they_were(row: Mapping[str, Any]) -> dict[str, str]:
    """Returns the columns of a row of such a file by their first names, those of empty cells too."""
    return {name.removeprefix(APOSTROPHE): name for name in row if name not in ADDED}


def as_it_was(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns a row of such a file as it was first given; other rows as they are."""
    if not any(name in row for name in ADDED):
        return row
    columns = columns_as_they_were(row)
    return {name: _value(name, row[own]) for name, own in columns.items() if row[own] not in ("", None)}


def _cell(name: str, value: Any) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, default=str)
    return APOSTROPHE + value if _is_ambiguous(name, value) else shield(value)


def _is_ambiguous(name: str, text: str) -> bool:
    """Tells whether a text would come back as something else. Only custom values have no known type."""
    if text in ("", NOTHING) or text.startswith((APOSTROPHE, *JSON_STARTS)):
        return True
    return name.startswith(CUSTOM) and _from_json(text) != text


def _value(name: str, cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    if cell.startswith(APOSTROPHE):
        return cell[1:]
    if cell == NOTHING:
        return None
    return _from_json(cell) if name.startswith(CUSTOM) or cell.startswith(JSON_STARTS) else cell


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
