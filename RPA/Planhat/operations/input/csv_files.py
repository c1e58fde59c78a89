"""CSV files in, row by row, whatever program wrote them."""

from __future__ import annotations

import csv
import io
import re
from contextlib import contextmanager
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, Any, TextIO

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.formats import EQUALS, unshield
from RPA.Planhat.operations.input.headings import GUARDED, NUL, STAND_IN, Headings
from RPA.Planhat.operations.input.report_files import ADDED
from RPA.Planhat.operations.input.text_files import delimiter_named, opened
from RPA.Planhat.types.encoding import BadCell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

DELIMITERS = ",;\t|"
SEPARATOR = re.compile(r"\ufeff?\s*\"?sep *= *(\\t|tab|[^\"])\"?[,;|\s]*", re.IGNORECASE)
"""A line that tells the delimiter, as Excel writes and reads it."""

TYPE_LINE = "#TYPE "
"""How the line begins that PowerShell writes above the names."""

QUOTED = re.compile(r"\s+\"((?:[^\"]|\"\")*)\"\s*")
"""A cell in quotation marks behind spaces, a tab or the like: they do not belong to it."""

FORMULA = re.compile(
    r"=\s*[+-]?(?:[A-Za-z][A-Za-z0-9_.]*\(.*\)(?:\s*[-+*/^&%<>=].*)?|(?:\$?[A-Z]{1,3}\$?)?[0-9.,]+(?:[-+*/^&:].*)?)",
    re.DOTALL,
)
"""A formula that a program has written in the place of its result."""

AS_JSON = re.compile(r'\s*(?:\[\s*)?\{\s*"')
MARK = "\ufeff"
END_OF_TEXT = "\x1a"
"""What programs for DOS write at the end of a file."""

JAPANESE = re.compile("\x1b\\$[@B][!-~]+\x1b\\([BJ]")
"""Japanese characters in ISO-2022-JP, which has bytes of ASCII only, between the signs where they begin and end."""

LONGEST_ROW = 16 * 1024 * 1024
"""Characters of a row, and of a cell; Python allows 131,072 in a cell by default."""

SAMPLE = 256 * 1024
SAMPLE_LINES = 100
"""Characters and lines at the beginning of a file by which its delimiter and its quoting are found out."""


def read_csv(
    path: Path, encoding: str | None = None, delimiter: str | None = None, short_rows: str = "refuse"
) -> Iterator[dict[str, Any]]:
    """Yields the rows of a CSV file as strings by the names in its first line.

    Rows without any text are left out, as spreadsheets write them below a table; so are empty cells of a column
    without a name, which a separator at the end of each line makes. A cell that is not understood is a `BadCell`.

    Args:
        path: The file.
        encoding: Its encoding, unless a byte order mark tells it. Default: UTF-8.
        delimiter: The character between cells. Default: comma, semicolon, tab or bar, whichever the first lines have.
        short_rows: What a row with too few cells is: `refuse` makes it bad, `fill` takes missing cells as empty.

    Raises:
        PlanhatValidationError: If the file is empty, in another encoding, or its first line names a column twice.
    """
    with _opened_csv(path, encoding) as file:
        lines = _Lines(file, path).rows(_dialect(file, delimiter))
        names = [str(name) for name in _as_meant(next(filter(any, lines), []))]
        headings = Headings(path, names, short_rows)
        yield from headings.rows(lines, None if ADDED[0] in headings.names else _as_meant)


def delimiter_of(path: Path, encoding: str | None = None, delimiter: str | None = None) -> str:
    """Returns the delimiter of a CSV file.

    Args:
        path: The file.
        encoding: Its encoding, as `read_csv` takes it.
        delimiter: The delimiter, if it is known.

    Raises:
        PlanhatValidationError: If the file is in another encoding.
    """
    with _opened_csv(path, encoding) as file:
        return str(_dialect(file, delimiter)["delimiter"])


@contextmanager
def _opened_csv(path: Path, encoding: str | None) -> Iterator[TextIO]:
    if csv.field_size_limit() < LONGEST_ROW:  # of the whole process: only ever raised
        csv.field_size_limit(LONGEST_ROW)
    try:
        with opened(path, encoding) as file:
            yield file
    except csv.Error as problem:
        raise PlanhatValidationError(
            f"{path} is not a valid CSV file: {problem}. Look for a quotation mark without its partner."
        ) from problem


class _Lines:
    """The lines of a file, as many at a time as a row may have: a file without an end is not read whole.

    Args:
        file: The file.
        path: Its path, for messages.
    """

    def __init__(self, file: TextIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._characters = 0

    def rows(self, dialect: Mapping[str, Any]) -> Iterator[list[str]]:
        """Yields the cells of all lines, none for an empty one."""
        for cells in csv.reader(self, strict=True, **dialect):
            self._characters = 0
            yield cells

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(LONGEST_ROW):
            self._characters += len(line)
            if self._characters >= LONGEST_ROW:
                raise PlanhatValidationError(
                    f"{self._path} has a row of more than {LONGEST_ROW:,} characters. Check its quotation marks."
                )
            if line[-1] == END_OF_TEXT and not (line := line.rstrip(END_OF_TEXT)):
                return
            if "\x1b" in line and JAPANESE.search(line):
                raise PlanhatValidationError(
                    f"{self._path} looks like ISO-2022-JP: pass its encoding, such as encoding=iso-2022-jp."
                )
            if line[0] == MARK:  # files that were joined have their marks inside
                line = line.lstrip(MARK)
            yield line.replace(NUL, STAND_IN) if NUL in line else line


def _as_meant(cells: list[Any], names: Sequence[str] = ()) -> list[Any]:
    """Returns cells without what guards them for a spreadsheet; a formula is a cell that is not understood."""
    found = zip(cells, chain(names, repeat("a cell")), strict=False)
    return [_unguarded(cell, name) if GUARDED.match(cell) else cell for cell, name in found]


def _unguarded(cell: str, name: str) -> str | BadCell:
    if cell.startswith("'"):
        return unshield(cell)
    found = EQUALS.fullmatch(cell) or QUOTED.fullmatch(cell)
    if found is None and FORMULA.fullmatch(cell):
        return BadCell(cell, f"{name} has the formula {cell!r}: write its result into the file.")
    return found[1].replace('""', '"') if found else cell


def _dialect(file: TextIO, given: str | None) -> dict[str, Any]:
    """Returns how a file is written; the file is at the line of its names afterwards."""
    start = file.tell()
    sample = file.read(SAMPLE).replace(NUL, STAND_IN)
    line = next((line for line in sample.splitlines(keepends=True) if line.strip()), "")
    told = SEPARATOR.fullmatch(line.rstrip("\r\n"))
    skipped = sample.index(line) + len(line) if told or line.startswith(TYPE_LINE) else 0
    if AS_JSON.match(sample):
        raise PlanhatValidationError(f"{file.name} looks like JSON: give it the ending .json.")
    file.seek(start)
    file.read(skipped)
    found = delimiter_named(given or (told[1] if told else _delimiter(sample[skipped:])))
    return {"delimiter": found, "skipinitialspace": _has_blanks_before_quotes(sample[skipped:], found)}


def _delimiter(sample: str) -> str:
    """Returns the delimiter with which the lines have as many cells as there are names.

    Between several, the one wins with which fewer cells begin with a space, as words behind a comma do; then the one
    with more columns.
    """

    def fitness(delimiter: str) -> tuple[float, int, int]:
        names, *rows = _sampled(sample, delimiter) or [[]]
        fitting = sum(len(row) == len(names) for row in rows)
        spaces = sum(name.startswith(" ") for name in names)
        return (fitting + 1) / (len(rows) + 1) if len(names) > 1 else 0, -spaces, len(names)

    return max(DELIMITERS, key=fitness)


def _sampled(sample: str, delimiter: str, **more: Any) -> list[list[str]]:
    """Returns the first lines of a file as they are with a delimiter, without the last one, which may be cut."""
    found = filter(any, csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, **more))
    rows = list(islice(found, SAMPLE_LINES))
    return rows[:-1] if len(sample) == SAMPLE and 1 < len(rows) < SAMPLE_LINES else rows


def _has_blanks_before_quotes(sample: str, delimiter: str) -> bool:
    """Returns whether quotation marks follow a space, as in `"Acme", "Rome"`, where they do not belong to a cell."""
    if not re.search(rf'{re.escape(delimiter)} +"', sample):
        return False
    plain = chain.from_iterable(_sampled(sample, delimiter))
    bare = chain.from_iterable(_sampled(sample, delimiter, skipinitialspace=True))
    return any(own.lstrip().startswith('"') and own != other for own, other in zip(plain, bare, strict=False))
