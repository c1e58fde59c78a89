"""Rows from whatever holds them: files, lists, Tables, frames, generators.

Packages such as pandas, polars or RPA.Tables are never imported: what a value can do tells what it is.
"""

from __future__ import annotations

import logging
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import chain, islice, takewhile
from pathlib import Path
from typing import Any

from RPA.Planhat.errors import PlanhatBulkError, PlanhatValidationError
from RPA.Planhat.operations.input import csv_files
from RPA.Planhat.operations.input.footers import footer_problem, may_have_footers
from RPA.Planhat.operations.input.formats import python_value, short_floats
from RPA.Planhat.operations.input.headings import (
    ERRORS,
    LOOKED_AT,
    NAMING,
    REPEATED,
    Parts,
    are_names,
    spellings,
    understood,
)
from RPA.Planhat.operations.input.text_files import read_json, read_json_lines, rows_of_json, warn_of_other_encoding
from RPA.Planhat.operations.input.worksheets import read_excel
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.text.files import file_path, translate_os_errors
from RPA.Planhat.text.parsing import by_name, trim
from RPA.Planhat.types import PlanhatObject
from RPA.Planhat.types.encoding import BadCell

Row = Mapping[str, Any]

LOGGER = logging.getLogger("RPA.Planhat")

CSV_ENDINGS = (".csv", ".tsv", ".txt")
WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")

FILE_OPTIONS = {
    **dict.fromkeys(CSV_ENDINGS, ("encoding", "delimiter", "short_rows")),
    **dict.fromkeys((".json", ".jsonl", ".ndjson", ".yaml", ".yml"), ("encoding",)),
    **dict.fromkeys(WORKBOOK_ENDINGS, ("sheet",)),
}
"""The options of a file that mean something, by its ending."""

NUMBERED = re.compile(r"\b[Rr]ows? [0-9]")
COUNTED = "Row 1 is the first below the column names, as a rule line 2 of the file; empty lines do not count."

KINDS = (
    "Rows are a list of dictionaries or records, a Table, a frame, a generator, JSON, or the path of a file "
    "(.csv, .xlsx, .json, .jsonl)"
)

GIVEN = RowOptions(given=True)
"""How rows are read that a program or a robot has made."""


def read_rows(source: Any, options: RowOptions | None = None) -> Iterator[Row]:
    """Yields rows, one at a time where the source allows that.

    Args:
        source: The path of a file, a JSON text, one dictionary, or anything that yields dictionaries.
        options: Its encoding, delimiter and worksheet.

    Raises:
        PlanhatValidationError: If it has no rows in it; the message names the file and the place.
    """
    if options is not None and not options.given:
        tell_unused_options(source, options)
    if not isinstance(source, (str, Path)):
        rows = _from_object(source, given=options is not None and options.given)
        # Rows of RPA.Excel.Files have the errors of a worksheet as strings.
        is_write = options is not None and (not options.given or is_table(source))
        yield from map(_with_bad_cells, rows) if is_write else rows
    elif is_file(source):
        path = file_path(source, "rows")
        rows = _from_file(path, options or RowOptions())
        has_headings = path.suffix.lower() in (*CSV_ENDINGS, *WORKBOOK_ENDINGS)
        yield from rows if has_headings else map(_unless_names, rows)
    else:
        rows = rows_of_json(str(source), "The text")
        yield from rows if options is None or options.given else map(_unless_names, rows)


def is_file(source: Any) -> bool:
    """Returns whether a source is a path, rather than rows or JSON."""
    if not isinstance(source, str):
        return isinstance(source, Path)
    return source.lstrip("\ufeff \t\r\n")[:1] not in ("[", "{") or os.path.isfile(source)  # noqa: PTH113 - no text is too long for it


def tell_unused_options(source: Any, options: RowOptions) -> None:
    """Warns of options of a file that mean nothing for rows in memory, or for a file of another kind."""
    ending = Path(source).suffix.lower() if is_file(source) else ""
    fitting = FILE_OPTIONS.get(ending, ())
    usual = {"encoding": None, "delimiter": None, "sheet": None, "short_rows": "refuse"}
    given = [name for name, default in usual.items() if getattr(options, name) not in (default, "")]
    unused = [f"{name}=" for name in given if name not in fitting]
    if unused:
        what = f"{ending} files do not have it" if fitting else "the rows are not those of a file"
        LOGGER.warning("%s has no effect: %s.", " and ".join(unused), what)


def is_table(source: Any) -> bool:
    """Returns whether rows are those of a table (file, Table, frame), in which a cell without a value changes nothing.

    In a row that a program or a robot has made, `None` is a value that clears its field.
    """
    if isinstance(source, (list, tuple)):
        return False
    return is_file(source) or (not isinstance(source, Mapping) and any(map(partial(hasattr, source), _BY_METHOD)))


def delimiter_of(source: Any, encoding: str | None = None, delimiter: str | None = None) -> str:
    """Returns the delimiter of a source, if it is a CSV file; else a comma.

    Args:
        source: What `read_rows` takes.
        encoding: The encoding that the caller named.
        delimiter: The delimiter that the caller named.
    """
    path = file_path(source, "rows") if is_file(source) else None
    if path is None or path.suffix.lower() not in CSV_ENDINGS or not _is_file(path):
        return ","
    with translate_os_errors(path, "read"):
        return csv_files.delimiter_of(path, encoding, delimiter)


@contextmanager
def rows_explained(source: Any) -> Iterator[None]:
    """Lets an error that names rows of a file with headings explain how they count."""
    try:
        yield
    except (PlanhatValidationError, PlanhatBulkError) as problem:
        with_headings = is_file(source) and Path(source).suffix.lower() in (*CSV_ENDINGS, *WORKBOOK_ENDINGS)
        if with_headings and NUMBERED.search(str(problem)):
            problem.reword(f"{problem}\n{COUNTED}")
        raise


def _from_file(path: Path, options: RowOptions) -> Iterator[Row]:
    read = READERS.get(path.suffix.lower())
    if not _is_file(path):
        if path.is_dir():
            raise PlanhatValidationError(f"{path} is a folder: name a file in it.")
        if path.exists():
            raise PlanhatValidationError(f"{path} is a device or a pipe: save what it has as a file.")
        raise PlanhatValidationError(f"There is no file {str(path)!r}. {KINDS}.")
    if read is None:
        raise PlanhatValidationError(f"{path} has no known ending; known are {', '.join(READERS)}.")
    with translate_os_errors(path, "read"):
        if options.encoding:
            warn_of_other_encoding(path, options.encoding)
        yield from read(path, options)


def _is_file(path: Path) -> bool:
    with translate_os_errors(path, "read"):
        return path.is_file()


READERS: dict[str, Callable[[Path, RowOptions], Iterable[Row]]] = {
    **dict.fromkeys(
        CSV_ENDINGS,
        lambda path, options: csv_files.read_csv(path, options.encoding, options.delimiter, options.short_rows),
    ),
    ".json": lambda path, options: read_json(path, options.encoding),
    **dict.fromkeys((".jsonl", ".ndjson"), lambda path, options: read_json_lines(path, options.encoding)),
    **dict.fromkeys(WORKBOOK_ENDINGS, lambda path, options: read_excel(path, options.sheet)),
}


def _from_object(source: Any, *, given: bool, gaps: bool = False) -> Iterator[Row]:
    """Yields rows; of those that a program gave for a write, markers of a missing value stay, unlike `None`.

    Args:
        source: The rows.
        given: Whether a program gave them for a write.
        gaps: Whether rows without a value in a list are yielded as well.
    """
    if isinstance(source, Mapping):
        yield source if given else plain_row(source)
        return
    name = next(filter(partial(hasattr, source), _BY_METHOD), None)
    if name is not None:
        # A row without a value is what a worksheet has below its table, or between its parts.
        yield from _one_table(map(plain_row, _BY_METHOD[name](source)), _is_blank)
        return
    single = source if isinstance(source, list) else by_name(source)
    if single is not source:
        yield from _from_object(single, given=given)
        return
    if not isinstance(source, Iterable) or isinstance(source, (bytes, bytearray)):
        raise PlanhatValidationError(f"{KINDS}, not {type(source).__name__}.")
    if not given:
        yield from _one_table(_from_object(source, given=True, gaps=True), _has_nothing)
        return
    for number, each in enumerate(source, 1):
        row = each if isinstance(each, Mapping) else by_name(each)
        if not isinstance(row, Mapping):
            raise PlanhatValidationError(f"Row {number} is not a dictionary, but {_described(row)}. {KINDS}.")
        row = row if isinstance(row, dict) else dict(row)
        # A list that was a worksheet has such rows, too. Empty strings of a program mean something.
        if gaps or set(map(type, row.values())) != {type(None)}:
            yield row


def _has_nothing(row: Row) -> bool:
    return set(map(type, row.values())) == {type(None)}


def _one_table(rows: Iterable[Row], is_empty: Callable[[Row], bool]) -> Iterator[Row]:
    """Yields the rows that are not empty; those of another table, below an empty row and names of its own, are bad."""
    left = iter(rows)
    parts: Parts | None = None
    is_below = False
    while (given := next(left, None)) is not None:
        if is_empty(given):
            is_below = parts is not None
            continue
        parts = parts or Parts(list(given), "The table")
        row = _checked(plain_row(given))
        if is_below and not parts.problem and not isinstance(next(iter(row.values()), None), BadCell):
            below = list(islice(left, LOOKED_AT))
            left = chain(below, left)
            lines = takewhile(lambda row: not is_empty(row), below)
            parts.take_first(list(row.values()), [list(line.values()) for line in lines])
        is_below = False
        yield _refused(row, parts.problem) or row


def _checked(row: Row) -> Row:
    """Returns a row; one that is a total or a note, with bad cells only, as the line of a file is."""
    if isinstance(row, PlanhatObject) or not may_have_footers(list(islice(row.values(), 1))):
        return _unless_names(row)
    return _refused(row, footer_problem(list(row.values()))) or _unless_names(row)


def _unless_names(row: Row) -> Row:
    """Returns a row; one that repeats the names of its columns, as tables that were joined do, with bad cells only."""
    first = next(iter(row.values()), None)
    if len(row) < 2 or not isinstance(first, str):
        return row
    names = _names_of(tuple(row))
    # The first cell alone tells of nearly all rows that they do not.
    may = all(text in names[1] for text in spellings([first])[1])
    return (may and are_names(spellings(row.values()), names) and _refused(row, REPEATED)) or row


_names_of = lru_cache(maxsize=16)(spellings)


def _refused(row: Row, problem: str) -> Row:
    return {name: BadCell("" if cell is None else str(cell), problem) for name, cell in row.items()} if problem else {}


def _with_bad_cells(row: Row) -> Row:
    """Returns a row in which cells that show an error of a spreadsheet are bad."""
    try:
        shows_none = ERRORS.isdisjoint(row.values())
    except TypeError:  # of a list or a dictionary in a cell
        shows_none = not any(isinstance(cell, str) and cell in ERRORS for cell in row.values())
    if shows_none or isinstance(row, PlanhatObject):
        return row
    return {name: understood(name, cell) for name, cell in row.items()}


def _is_blank(row: Row) -> bool:
    return all(cell is None or (isinstance(cell, str) and not trim(cell)) for cell in row.values())


def _described(row: Any) -> str:
    """Returns the type of a row, and where its columns could have got their names."""
    if isinstance(row, (list, tuple)):
        return f"a {type(row).__name__} without names of columns. Have them named: {NAMING}"
    return type(row).__name__


def _from_frame(frame: Any) -> Iterator[Row]:
    """Yields the rows of a pandas frame; an index with a name is a column."""
    levels = [
        level for level, name in enumerate(getattr(getattr(frame, "index", None), "names", ())) if name is not None
    ]
    names = [str(frame.index.names[level]) for level in levels] + [str(name) for name in frame.columns]
    _refuse_twins(names)
    if levels:
        frame = frame.reset_index(level=levels)
    rows = (dict(zip(names, cells, strict=True)) for cells in frame.itertuples(index=False, name=None))
    yield from _with_digits(rows, zip(names, getattr(frame, "dtypes", ()), strict=False))


def _refuse_twins(names: list[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise PlanhatValidationError(f"The frame has two columns named {twice[0]!r}: rename or drop one.")


def _from_arrow(table: Any) -> Iterator[Row]:
    _refuse_twins([str(each.name) for each in getattr(table, "schema", ())])
    rows = table.to_pylist()
    if rows and not isinstance(rows[0], Mapping):
        raise PlanhatValidationError(f"{KINDS}, not {type(table).__name__}, which is one column.")
    yield from _with_digits(rows, ((each.name, each.type) for each in getattr(table, "schema", ())))


def _with_digits(rows: Iterable[Row], kinds: Iterable[tuple[str, Any]]) -> Iterator[Row]:
    """Yields rows with the digits that their short floats have, by the types of their columns."""
    found = {name: digits for name, kind in kinds if (digits := short_floats(kind))}
    for row in rows:
        yield {**row, **{name: digits(row[name]) for name, digits in found.items()}} if found else row


_BY_METHOD: dict[str, Callable[[Any], Iterable[Row]]] = {
    "iter_dicts": lambda table: table.iter_dicts(with_index=False),  # RPA.Tables
    "itertuples": _from_frame,  # pandas
    # polars
    "iter_rows": lambda frame: _with_digits(frame.iter_rows(named=True), dict(getattr(frame, "schema", ())).items()),
    "to_pylist": _from_arrow,
}
"""Tables of other packages, by the method that tells them."""

PLAIN_TYPES = {str, int, bool, type(None), dict, list}
"""Types of cells that are what they are; what pandas and numpy have, and floats, is looked at."""


def plain_row(row: Row) -> Row:
    """Returns a row without what other packages have for a missing value or for a number; a record as it is."""
    if isinstance(row, PlanhatObject) or set(map(type, row.values())) <= PLAIN_TYPES:
        return row
    return {name: python_value(cell) for name, cell in row.items()}
