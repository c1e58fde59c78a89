"""CSV files in, row by row, whatever program wrote them."""

from __future__ import annotations

import codecs
import csv
from contextlib import contextmanager
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.bulk.report_files import ADDED
from RPA.Planhat.operations.tables.cells import unshield

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Encodings by the byte order mark of a file."""

DELIMITERS = ",;\t|"
LONGEST_CELL = 16 * 1024 * 1024
"""Characters of a cell; Python allows 131,072 unless told otherwise."""

MORE_CELLS = "(cells beyond the last column)"
"""The name under which a row has cells for which the first line has no column."""


def read_csv(path: Path, encoding: str | None = None, delimiter: str | None = None) -> Iterator[dict[str, Any]]:
    """Yields the rows of a CSV file as texts by the names in its first line; missing last cells are empty.

    Args:
        path: The file.
        encoding: Its encoding; UTF-8, or that of its byte order mark, unless given.
        delimiter: What stands between cells; comma, semicolon, tab or bar are told apart unless given.

    Raises:
        PlanhatValidationError: If the file is empty, in another encoding, or its first line names a column twice.
    """
    encoding = encoding or _marked_encoding(path)
    with _told(path, encoding), path.open(encoding=encoding, newline="") as file:
        delimiter = {"tab": "\t", "\\t": "\t"}.get(delimiter or "", delimiter) or _delimiter(file)
        lines = csv.reader(file, delimiter=delimiter, strict=True)
        names = _names(path, next(lines, []))
        read = unshield if ADDED[0] not in names else str
        for cells in lines:
            if cells:
                yield _row(names, [read(cell) for cell in cells])


def _row(names: list[str], cells: list[str]) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip_longest(names, cells[: len(names)], fillvalue=""))
    if any(cells[len(names) :]):
        row[MORE_CELLS] = cells[len(names) :]
    return row


@contextmanager
def _told(path: Path, encoding: str) -> Iterator[None]:
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    except (UnicodeError, LookupError) as problem:
        raise PlanhatValidationError(
            f"{path} can not be read as {encoding}: {problem}. Name its encoding, as encoding=cp1252 for a file of "
            "Excel on Windows."
        ) from problem
    except csv.Error as problem:
        raise PlanhatValidationError(
            f"{path} is no CSV file: {problem}. Look for a quotation mark without its partner."
        ) from problem
    finally:
        csv.field_size_limit(before)


def _marked_encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    return next((name for mark, name in MARKS.items() if start.startswith(mark)), "utf-8")


def _delimiter(file: Any) -> str:
    """Returns the delimiter that the first line has most often outside quotes, and goes back to the start."""
    line = file.readline()
    file.seek(0)
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def _names(path: Path, cells: Iterable[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    if not any(names):
        raise PlanhatValidationError(f"{path} is empty: its first line has to name the columns.")
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise PlanhatValidationError(f"{path} has two columns named {twice[0]!r}: rename one in the first line.")
    return [unshield(name) or f"Column {number}" for number, name in enumerate(names, 1)]
