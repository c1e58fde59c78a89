"""The rows of a report as CSV files: what is stored, what failed, what is unknown.

A file of failed rows is an input again: our own columns are taken out, and each cell means what it meant, also that a
row does not have it. Strings that a spreadsheet would take for a formula begin with an apostrophe, which is taken off.
"""

from __future__ import annotations

import json
import logging
import os
import re
from itertools import count
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.formats import RowWriter, is_missing, plain_value, shield
from RPA.Planhat.operations.input.number_formats import NUMBERS, numbers_aside, with_numbers
from RPA.Planhat.operations.rows.outcomes import SKIPPED
from RPA.Planhat.operations.rows.payloads import ABSENT, CUSTOM
from RPA.Planhat.text.files import file_path, new_text_file, reason_of
from RPA.Planhat.text.messages import first_line
from RPA.Planhat.text.parsing import parse_float
from RPA.Planhat.types.encoding import BadCell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from RPA.Planhat.operations.rows.outcomes import RowResult

ADDED = ("planhat_row", "planhat_outcome", "planhat_id", "planhat_reason", "planhat_retryable")
"""The columns that are added behind those of the input."""

LOGGER = logging.getLogger("RPA.Planhat")

OTHER_FORMATS = frozenset(
    {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".pdf", ".xml", ".html"}
)
"""The endings of files that are not CSV."""

NOTHING = "null"
APOSTROPHE = "'"
JSON_STARTS = ("{", "[")
LIKE_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
"""A number such as 1.125, which `decimal=,` and `decimal=auto` take for 1125; they read `1125e-3` as it is meant."""


def csv_path(path: str | Path) -> Path:
    """Returns the path of a file that is going to be CSV.

    Raises:
        PlanhatValidationError: If its name is that of something else: no program would open it.
    """
    place = file_path(path)
    if place.suffix.lower() in OTHER_FORMATS:
        raise PlanhatValidationError(
            f"{place.name} would be CSV under the name of another format. Name it {place.stem}.csv."
        )
    return place


def write_rows(
    path: str | Path, results: Sequence[RowResult], delimiter: str = ",", columns: Iterable[str] = ()
) -> None:
    """Writes rows with all their columns, their outcomes and the reasons; with a mark that spreadsheets need for UTF-8.

    Args:
        path: The file.
        results: The rows.
        delimiter: The character between cells.
        columns: Columns that come first, also when none of the rows has them.
    """
    rows = [numbers_aside(each.row) for each in results]
    known = dict.fromkeys([*columns, *(name for row in rows for name in row)])
    has_numbers = known.pop(NUMBERS, ABSENT) is None
    columns = [name for name in known if name not in ADDED]
    path = csv_path(path)
    with new_text_file(path, "utf-8-sig") as file:
        writer = RowWriter(file, delimiter)
        writer.writerow([shield(name) for name in columns] + list(ADDED) + [NUMBERS] * has_numbers)
        for each, row in zip(results, rows, strict=True):
            cells = [_cell(name, row[name]) if name in row else "" for name in columns]
            retryable = "yes" if each.retryable else "no"
            outcome = SKIPPED if each.action == SKIPPED else each.outcome.value
            added = [each.number, outcome, each.id, shield(" ".join(each.reason.split())), retryable]
            writer.writerow([*cells, *added, row.get(NUMBERS, "")] if has_numbers else [*cells, *added])


def save_rows(
    path: str | Path, results: Sequence[RowResult], delimiter: str = ",", columns: Iterable[str] = ()
) -> Path:
    """Writes rows as `write_rows` does; under a free name if another program keeps the file open.

    Returns:
        The file that was written.

    Raises:
        PlanhatValidationError: If it cannot be written under any name; the message is about the name that was given.
    """
    place = file_path(path)
    try:
        write_rows(place, results, delimiter, columns)
    except PlanhatValidationError as problem:
        if not isinstance(problem.__cause__, PermissionError):
            raise
        names = (place.with_name(f"{place.stem}-{number}{place.suffix}") for number in count(2))
        free = next(name for name in names if not os.path.exists(name))  # noqa: PTH110 - in a folder that is closed it raises
        try:
            write_rows(free, results, delimiter, columns)
        except PlanhatValidationError:
            raise problem from None
        LOGGER.warning("%s Its rows are in %s.", first_line(problem), free)
        return free
    return place


def require_writable(paths: Iterable[Path]) -> None:
    """Refuses files that could not be written at the end, before anything is sent. Nothing of them is changed.

    Raises:
        PlanhatValidationError: If one cannot be written, such as one that is open in Excel.
    """
    for path in paths:
        folder = path.absolute().parent
        try:
            if not folder.is_dir() or not os.access(folder, os.W_OK):
                raise PlanhatValidationError(f"Nothing was sent, since {folder} of save_as is not a writable folder.")
            was_there = path.exists()
            with path.open("ab"):
                pass
            if not was_there:
                path.unlink()
        except OSError as problem:
            raise PlanhatValidationError(
                f"{path} cannot be written: {reason_of(problem)} Nothing was sent."
            ) from problem


def columns_as_they_were(row: Mapping[str, Any]) -> dict[str, str]:
    """Returns the columns of a row of such a file by their first names, those of empty cells too."""
    return {name.removeprefix(APOSTROPHE): name for name in row if name not in (*ADDED, NUMBERS)}


def as_it_was(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns a row of such a file as it was first given; other rows as they are."""
    if not any(name in row for name in ADDED):
        return row
    columns = columns_as_they_were(row)
    found = {name: _value(name, row[own]) for name, own in columns.items() if row[own] not in ("", None)}
    return with_numbers({**found, NUMBERS: row[NUMBERS]}) if row.get(NUMBERS) else found


def _cell(name: str, value: Any) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, BadCell):  # as it was shown: neither quotation marks nor an apostrophe have to be taken off
        return _cell(name, value.text) if value.text else ""
    value = plain_value(value)
    if is_missing(value):  # it leaves the field alone, as an empty cell does
        return ""
    if not isinstance(value, str):
        text = json.dumps(value, ensure_ascii=False, default=plain_value)
        return text.replace(".", "") + "e-3" if LIKE_THOUSANDS.fullmatch(text) else text
    return APOSTROPHE + value if _is_ambiguous(name, value) else shield(value)


def _is_ambiguous(name: str, text: str) -> bool:
    """Returns whether a string would come back as something else. Only custom values have no known type."""
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
        return json.loads(text, parse_float=parse_float)
    except ValueError:
        return text
