"""CSV files in, row by row, whatever program wrote them."""

from __future__ import annotations

import codecs
import csv
import re
from contextlib import contextmanager
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TextIO

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.cells import unshield
from RPA.Planhat.operations.input.report_files import ADDED, APOSTROPHE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Encodings by the byte order mark of a file."""

DELIMITERS = ",;\t|"
SEPARATOR = re.compile(r"sep=(.)")

LONGEST_CELL = 16 * 1024 * 1024
"""Characters of a cell; Python allows 131,072 unless told otherwise."""

MORE_CELLS = "(cells beyond the last column)"
"""The name under which a row has cells for which the first line has no column."""


def read_csv(path: Path, encoding: str | None = None, delimiter: str | None = None) -> Iterator[dict[str, Any]]:
    """Yields the rows of a CSV file as texts by the names in its first line; missing last cells are empty.

    Rows without any text are left out, as spreadsheets write them below a table; so are empty cells of a column
    without a name, which a separator at the end of each line makes.

    Args:
        path: The file.
        encoding: Its encoding, unless a byte order mark tells it; UTF-8 unless given.
        delimiter: What stands between cells; comma, semicolon, tab or bar are told apart unless given.

    Raises:
        PlanhatValidationError: If the file is empty, in another encoding, or its first line names a column twice.
    """
    with _opened(path, encoding) as file:
        lines = csv.reader(file, delimiter=_delimiter(file, delimiter), strict=True)
        filled = (cells for cells in lines if any(cells))
        names, unnamed = _names(path, next(filled, []))
        read = _unshielded if ADDED[0] not in names else list
        for cells in filled:
            yield without_unnamed(_row(names, read(cells)), unnamed)


def _unshielded(cells: list[str]) -> list[str]:
    return [unshield(cell) for cell in cells] if APOSTROPHE in "".join(cells) else cells


def delimiter_of(path: Path, encoding: str | None = None, delimiter: str | None = None) -> str:
    """Returns what stands between the cells of a CSV file.

    Args:
        path: The file.
        encoding: Its encoding, as `read_csv` takes it.
        delimiter: The delimiter, if it is known.

    Raises:
        PlanhatValidationError: If the file is in another encoding.
    """
    with _opened(path, encoding) as file:
        return _delimiter(file, delimiter)


def _row(names: list[str], cells: list[str]) -> dict[str, Any]:
    if len(cells) == len(names):
        return dict(zip(names, cells, strict=True))
    row: dict[str, Any] = dict(zip_longest(names, cells[: len(names)], fillvalue=""))
    if any(cells[len(names) :]):
        row[MORE_CELLS] = cells[len(names) :]
    return row


def without_unnamed(row: dict[str, Any], unnamed: list[str]) -> dict[str, Any]:
    """Takes empty cells of columns without a name out of a row."""
    for name in unnamed:
        if row[name] in ("", None):
            del row[name]
    return row


@contextmanager
def _opened(path: Path, encoding: str | None) -> Iterator[TextIO]:
    # The mark wins: a file of failed rows has one, and is imported as its input was, whatever encoding that had.
    encoding = _marked_encoding(path) or encoding or "utf-8"
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding=encoding, newline="") as file:
            yield file
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


def _marked_encoding(path: Path) -> str | None:
    with path.open("rb") as file:
        start = file.read(4)
    return next((name for mark, name in MARKS.items() if start.startswith(mark)), None)


def _delimiter(file: TextIO, given: str | None) -> str:
    """Returns the given delimiter, else that which the first line has most often outside quotes.

    The file goes back to its start. A first line `sep=;` tells it, as Excel writes and reads it; the names follow.
    """
    if given:
        return {"tab": "\t", "\\t": "\t"}.get(given, given)
    start = file.tell()
    line = file.readline()
    if told := SEPARATOR.fullmatch(line.strip()):
        return told[1]
    while line and not line.strip():
        line = file.readline()
    file.seek(start)
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def _names(path: Path, cells: Iterable[str]) -> tuple[list[str], list[str]]:
    names = [cell.strip() for cell in cells]
    if not any(names):
        raise PlanhatValidationError(f"{path} is empty: its first line has to name the columns.")
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise PlanhatValidationError(f"{path} has two columns named {twice[0]!r}: rename one in the first line.")
    return named(names, unshield)


def named(names: list[str], read: Callable[[str], str] = str) -> tuple[list[str], list[str]]:
    """Returns the names of all columns, those without one as `Column 3`, and these alone."""
    all_names = [read(name) or f"Column {number}" for number, name in enumerate(names, 1)]
    return all_names, [made for made, name in zip(all_names, names, strict=True) if not name]
