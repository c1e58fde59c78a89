"""Worksheets in, through python-calamine, which is imported when the first one is read.

It gives cells that show an error, and formulas that nobody has calculated, as empty cells. And it reserves the memory
for all cells between the first and the last one, so that one stray space in the last cell of a sheet ends the process.
So the XML of a sheet is looked through before it is read.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree  # nosec B405 - entities are refused before it reads anything

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.extent import BadCells, Extent, Range, address
from RPA.Planhat.operations.input.headings import BEYOND_A_DAY, ERRORS, MERGED, NEWER_ERRORS, NOT_CALCULATED, Headings
from RPA.Planhat.operations.input.number_formats import TextFormat, as_shown, sections_of, shown_duration, text_format
from RPA.Planhat.operations.input.other_workbooks import (
    CONTENT,
    look_through_binary,
    look_through_old,
    look_through_open_document,
)
from RPA.Planhat.operations.input.text_files import LOGGER, SIGNATURES, kind_of
from RPA.Planhat.text.messages import plural

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST_YEAR = 1900
"""In it is what a spreadsheet makes of a number of hours when it shows it as a date."""

DAYS_OF_FIRST_YEAR = 366
"""To a spreadsheet, 1900 was a leap year."""

MOST_BYTES = 200 * 1024 * 1024
"""Bytes of a workbook, as it is on the disk."""

DIGITS_OF_LARGEST = 16
LARGEST_EXACT = 2**53
"""From it on, whole numbers of a worksheet are not exact: it may have been the next one."""

MOST_UNPACKED = 1024 * 1024 * 1024
"""Bytes of a workbook when it is unpacked; a small file can be a huge one in disguise."""

BLOCK = 1024 * 1024
LONGEST_ROW = 16 * 1024 * 1024
"""Bytes of a row, and of a string: a cell of Excel holds 32,767 characters."""

INDEX_PARTS = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
RELATION = re.compile(r"\{http://(?:schemas\.openxmlformats\.org|purl\.oclc\.org)/.+/relationships\}id")
"""The attribute that names the file of a worksheet: in workbooks of today, and in strict ones."""


PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]*)(\d+)[\"']")
CELL = re.compile(rb"<(?:\w+:)?c(\s[^<>]*[^<>/])?>(.*?)</(?:\w+:)?c\s*>", re.DOTALL)
IS_ERROR = re.compile(rb"\st\s*=\s*[\"']e[\"']")
IS_STRING = re.compile(rb"\st\s*=\s*[\"'](?:s|str|inlineStr)[\"']")
IS_TEXT = re.compile(rb"\st\s*=\s*[\"']str[\"']")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
RESULT = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>([^<]+)<")
EMPTY_RESULT = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*[^<>/])?></")
EMPTY_LITERAL = re.compile(rb'""|&quot;&quot;')
UNCALCULATED = re.compile(
    rb"(?:</(?:\w+:)?f\s*>|<(?:\w+:)?f(?:\s[^<>]*)?/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v\s*></|</(?:\w+:)?c)"
)
"""A formula and no result behind it."""

STYLES = "xl/styles.xml"
STYLE = re.compile(rb"\ss\s*=\s*[\"'](\d+)[\"']")
HAS_TYPE = re.compile(rb"\st\s*=\s*[\"'](?!n[\"'])")
TIMES = frozenset(map(str, (18, 19, 20, 21, 45, 47)))
"""The numbers of the formats of times within a day that need no declaration."""

NO_PART = re.compile(r'"[^"]*"|\\.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
"""What a number format shows as it is, colours and languages."""

MERGED_CELLS = re.compile(rb"<(?:\w+:)?mergeCell\s+ref\s*=\s*[\"']([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)[\"']")
HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s[^<>]*?\bhidden\s*=\s*[\"'](?:1|true)[\"'](?:[^<>]*[^<>/])?>")
MANY_DIGITS = re.compile(rb">-?[0-9]{16,}</(?:\w+:)?v")
WHOLE = re.compile(rb"-?[0-9]+")

ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The name of the file in which a workbook with a password has its content."""

Cells = list[Any]


def read_excel(path: Path, sheet: str | None = None) -> Iterator[dict[str, Any]]:
    """Yields the rows of a worksheet by the names in its first row that is not empty.

    Empty rows are left out, and so are empty cells of columns without a name. A cell that is not understood, such as
    an error of Excel or a formula that nobody has calculated, is a `BadCell`.

    Args:
        path: The workbook.
        sheet: The name of the worksheet. Default: the first one that is not hidden.

    Raises:
        PlanhatValidationError: If the extra is missing, the workbook cannot be read or is too large, or there is no
            such worksheet.
    """
    if path.stat().st_size > MOST_BYTES:
        raise PlanhatValidationError(f"{path} is too large for a workbook: save it as CSV, which is read row by row.")
    lines = _lines(path, sheet)
    first = next((cells for cells in lines if any(cell not in ("", None) for cell in cells)), [])
    names = ["" if cell is None else str(cell) for cell in first]
    for row in Headings(path, names).rows(lines):
        yield {name: None if cell == "" else cell for name, cell in row.items()}


def _lines(path: Path, sheet: str | None) -> Iterator[Cells]:
    """Yields the cells of all rows, from the first row and the first column on."""
    found, bad, extent = _sheet_of(path, sheet)
    if extent.hidden:
        LOGGER.warning(
            "%s has %s in the sheet %r, by a filter or by hand. All rows are read.",
            path,
            plural(extent.hidden, "hidden row"),
            found.name,
        )
    lines = _lines_with_bad_cells(found, bad)
    yield from _without_covered(lines, extent.merged) if extent.merged else lines


def _without_covered(lines: Iterator[Cells], merged: list[Range]) -> Iterator[Cells]:
    """Yields lines in which cells are bad that a merged cell covers: it may be the value of all of them, or of one.

    Headings, and what is above them, stay as they are; so do rows that have nothing else in them.
    """
    starting: dict[int, list[Range]] = {}
    for each in merged:
        starting.setdefault(each[0][0], []).append(each)
    named: set[int] = set()
    open_ones: list[Range] = []
    for number, line in enumerate(lines):
        filled = {column for column, cell in enumerate(line) if cell not in ("", None)}
        open_ones = [each for each in open_ones if each[1][0] >= number]
        open_ones += [each for each in starting.get(number, ()) if each[0][1] in filled]
        for (_, left), (_, right) in open_ones if named and filled else ():
            for column in named.intersection(range(left, right + 1)) - filled:
                line[column] = MERGED
        named = named or filled
        yield line


def _lines_with_bad_cells(found: Any, bad: BadCells) -> Iterator[Cells]:
    """Yields the cells of all rows together with what was found out about some of them."""
    left = found.start[1] if found.start else 0
    width = max([found.total_width, *(column + 1 for cells in bad.values() for column in cells)])
    last = -1
    for number, cells in enumerate(found.iter_rows()):
        last = number
        line = [*[None] * left, *map(_cell_value, cells)] if left else list(map(_cell_value, cells))
        yield _with_bad(line, bad[number], width) if number in bad else line
    for number in sorted(bad):
        if number > last:
            yield _with_bad([], bad[number], width)


def _with_bad(line: Cells, bad: dict[int, Any], width: int) -> Cells:
    line += [None] * (width - len(line))
    for column, cell in bad.items():
        line[column] = cell.shown(line[column]) if isinstance(cell, TextFormat) else cell
    return line


def _sheet_of(path: Path, sheet: str | None) -> tuple[Any, BadCells, Extent]:
    """Returns a worksheet, what its cells show or hold that it does not tell, and how far they go."""
    try:
        import python_calamine as calamine  # noqa: PLC0415 - only those who read Excel files need it
    except ImportError as problem:
        raise PlanhatValidationError(
            'Excel files need the extra [excel]: pip install "rpaframework-planhat[excel]". Or save the file as CSV.'
        ) from problem
    _refuse_other_files(path)
    bad: BadCells = {}
    try:
        refuse_bombs(path)
        with _opened(path) as archive:  # an .ods file is read as a whole, and may be too large for the memory
            is_open = archive is not None and CONTENT in archive.namelist()
            told = look_through_open_document(path, archive) if archive and is_open else {}
        book = _book(path, calamine)
        name = _sheet_name(path, book, sheet, calamine)
        bad, extent = told[name] if name in told else look_through(path, name)  # before the sheet is read, as well
        return book.get_sheet_by_name(name), bad, extent
    except calamine.PasswordError as problem:
        raise PlanhatValidationError(f"{path} is protected by a password: save it without one.") from problem
    except (calamine.CalamineError, OSError) as problem:
        newer = ((row, at, cell) for row, cells in bad.items() for at, cell in cells.items() if cell in NEWER_ERRORS)
        for row, at, cell in newer:
            raise PlanhatValidationError(
                f"{path} shows {cell} in {address(row, at)}, an error that only new programs know: correct the formula."
            ) from problem
        raise PlanhatValidationError(f"{path} {_unreadable(path)}") from problem


def _unreadable(path: Path) -> str:
    """Returns why a file that begins as a workbook cannot be read as one, and what to do."""
    again = "Copy or export it again, or open it in Excel and save it."
    other = "cannot be read as a workbook: it is a damaged one, or another document such as .doc or .msg."
    if not zipfile.is_zipfile(path):
        data = path.read_bytes()
        if ENCRYPTED in data:  # a new one that is called .xls
            return "is protected by a password: save it without one."
        if data.startswith(b"PK"):
            return f"cannot be read as a workbook: its end is missing, as after a download that broke off. {again}"
        return f"{other} {again}"
    with _opened(path) as archive:
        names = archive.namelist() if archive else []
    if any(name.endswith(".iwa") for name in names):
        return "cannot be read as a workbook: it is a document of Apple. Export it as an Excel workbook or as CSV."
    if not any(name in ("[Content_Types].xml", CONTENT) for name in names):
        return f"cannot be read as a workbook: it is a ZIP archive with {', '.join(map(repr, names[:3]))}. Unpack it."
    return f"{other} {again}"


def _book(path: Path, calamine: Any) -> Any:
    try:
        return calamine.CalamineWorkbook.from_path(str(path))
    except calamine.CalamineError as problem:
        try:
            with path.open("rb") as file:  # a new workbook that is called .xls, which programs do
                return calamine.CalamineWorkbook.from_filelike(file)
        except calamine.CalamineError:
            raise problem from None


def _refuse_other_files(path: Path) -> None:
    """Refuses a file that its first bytes show to be none, such as HTML that some systems call .xls."""
    with path.open("rb") as file:
        start = file.read(4)
    if start not in list(SIGNATURES)[:2]:
        empty = "" if start else "empty: it has not a single byte. Export the table again"
        what = empty or kind_of(path) or "not a workbook. If it is text, give it the ending .csv"
        raise PlanhatValidationError(f"{path} is {what}.")


def _sheet_name(path: Path, book: Any, sheet: str | None, calamine: Any) -> str:
    """Returns the named worksheet, or the first one that a user sees."""
    known = [each for each in book.sheets_metadata if each.typ == calamine.SheetTypeEnum.WorkSheet]
    names = [each.name for each in known]
    if sheet is not None and sheet not in names:
        raise PlanhatValidationError(f"{path} has no sheet {sheet!r}. It has: {', '.join(names)}.")
    visible = [each.name for each in known if each.visible == calamine.SheetVisibleEnum.Visible]
    found = sheet if sheet is not None else next(iter(visible or names), None)
    if found is None:
        raise PlanhatValidationError(f"{path} has no worksheet.")
    return str(found)


def _cell_value(cell: Any) -> Any:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < LARGEST_EXACT:
        return int(cell)
    if isinstance(cell, timedelta):
        return shown_duration(cell.total_seconds())
    if isinstance(cell, datetime) and cell.year <= FIRST_YEAR:
        return BEYOND_A_DAY
    return None if cell == "" else cell


def refuse_bombs(path: Path) -> None:
    """Refuses a workbook whose strings would take the memory, before it is opened.

    Raises:
        PlanhatValidationError: If it is damaged, or too large when it is unpacked.
    """
    with _opened(path) as archive:
        parts = archive.infolist() if archive else []
        if sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise PlanhatValidationError(f"{path} is too large for a workbook: save it as CSV.")
        for part in parts:
            texts = part.filename.lower().endswith("sharedstrings.xml")
            for block in _blocks(archive, part.filename) if archive and texts else ():
                if b"<" not in block and len(block) == BLOCK:
                    raise PlanhatValidationError(f"{path} has a string of more than {BLOCK:,} bytes in a cell.")


def look_through(path: Path, sheet: str) -> tuple[BadCells, Extent]:
    """Returns what the cells of a worksheet show that have no value, by row and column from 0, and how far they go.

    Args:
        path: The workbook.
        sheet: The name of the worksheet.

    Raises:
        PlanhatValidationError: If the workbook is damaged, or the sheet is too large.
    """
    with _opened(path) as archive:
        part = _part_of(archive, sheet) if archive else ""
        if archive and part:
            return _Sheet(path, sheet, *_styles(archive)).look_through(archive, part)
        found, extent = look_through_binary(archive, sheet) if archive else look_through_old(path, sheet)
        extent.require_small(path, sheet)
        return found, extent


def _styles(archive: zipfile.ZipFile) -> tuple[frozenset[bytes], dict[bytes, str]]:
    """Returns the styles that show times within a day without a date, and the formats that add to what a cell holds."""
    name = next((each for each in archive.namelist() if each.lower() == STYLES), None)
    if name is None:
        return frozenset(), {}
    styles = _xml(archive, name)
    codes = {each.get("numFmtId"): each.get("formatCode", "") for each in styles.iter() if each.tag.endswith("}numFmt")}
    times = TIMES | {number for number, code in codes.items() if _is_time(code)}
    used = next((each for each in styles if each.tag.endswith("}cellXfs")), ())
    formats = {str(place).encode(): each.get("numFmtId") for place, each in enumerate(used)}
    adding = {place: codes[number] for place, number in formats.items() if _adds(codes.get(number, ""))}
    return frozenset(place for place, number in formats.items() if number in times), adding


def _adds(code: str) -> bool:
    return bool(sections_of(code) or text_format(code))


def _is_time(code: str) -> bool:
    letters = NO_PART.sub("", code.partition(";")[0]).lower()
    return "[" not in letters and bool(re.search("[hs]", letters)) and not re.search("[yd]", letters)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile | None]:
    """Opens a workbook as the archive that it is; nothing for those of older programs, which are not archives."""
    if not zipfile.is_zipfile(path):
        yield None
        return
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, NotImplementedError, EOFError) as problem:
        raise PlanhatValidationError(f"{path} cannot be read as a workbook: {problem}.") from problem


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Returns the name of the XML of a worksheet; nothing in workbooks of other kinds.

    Raises:
        zipfile.BadZipFile: If it is not there: its errors and formats would not be seen.
    """
    known = {name.lower(): name for name in archive.namelist()}
    if not known.keys() >= set(INDEX_PARTS):
        return ""
    index, relations = (_xml(archive, known[name]) for name in INDEX_PARTS)
    named = (each for each in index.iter() if each.get("name") == sheet)
    ids = {value for each in named for name, value in each.items() if RELATION.fullmatch(name)}
    target = next((each.get("Target", "") for each in relations if each.get("Id") in ids), "")
    part = known.get((target if target.startswith("/") else f"/xl/{target}").lstrip("/").lower())
    if part is None:
        raise zipfile.BadZipFile(f"the file of its sheet {sheet!r} is missing")
    return part


def _xml(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with archive.open(name) as file:
        data = file.read(LONGEST_ROW)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise zipfile.BadZipFile("its XML declares entities")
    return ElementTree.fromstring(data)  # nosec B314 # noqa: S314 - without entities there is nothing to expand


def _blocks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as file:
        while block := file.read(BLOCK):
            yield block


class _Sheet:
    """The XML of a worksheet, looked through row by row without holding it.

    Args:
        path: The workbook, for messages.
        name: The name of the worksheet.
        times: The styles that show times within a day.
        codes: The formats that add something to a whole number or a string, by style.
    """

    def __init__(self, path: Path, name: str, times: frozenset[bytes], codes: dict[bytes, str]) -> None:
        self._path = path
        self._name = name
        self._times = times
        self._codes = codes
        special = [*times, *codes]
        self._is_special = re.compile(rb"\ss\s*=\s*[\"'](?:%s)[\"']" % b"|".join(special)) if special else None
        self._bad: BadCells = {}
        self._extent = Extent()

    def look_through(self, archive: zipfile.ZipFile, part: str) -> tuple[BadCells, Extent]:
        """Returns what the cells show that have no value, and how far they go."""
        for rows in self._parts(archive, part):
            for left, top, right, bottom in MERGED_CELLS.findall(rows) if b"mergeCell" in rows else ():
                place = (int(top) - 1, _column(left)), (int(bottom) - 1, _column(right))
                self._extent.merged.append(place)
            self._extent.hidden += len(HIDDEN_ROW.findall(rows)) if b"hidden" in rows else 0
            self._see(PLACE.findall(rows), rows.count(b"<c ") + rows.count(b":c "))
            found = (each.search(rows) for each in (IS_ERROR, UNCALCULATED, MANY_DIGITS, self._is_special) if each)
            if any(found):
                self._note_bad(rows)
        if self._extent.is_sparse:  # formatted cells without a value do not count
            self._extent = Extent(merged=self._extent.merged, hidden=self._extent.hidden)
            for rows in self._parts(archive, part):
                filled = [PLACE.search(cell[1] or b"") for cell in CELL.finditer(rows) if cell[2]]
                self._see([place.groups() for place in filled if place], len(filled))
        self._extent.require_small(self._path, self._name)
        return self._bad, self._extent

    def _see(self, places: list[tuple[bytes, ...]], cells: int) -> None:
        """Notes cells and rows by their addresses."""
        extent = self._extent
        extent.cells += cells
        columns = set(map(_column, {column for column, _ in places if column}))
        if columns:
            extent.widen(min(columns), max(columns))
        extent.last_row = max([extent.last_row, *map(int, {row for _, row in places})])

    def _parts(self, archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
        """Yields the XML in pieces that end with a row."""
        left = b""
        for block in _blocks(archive, part):
            data = left + block
            end = max(data.rfind(b"</row>"), data.rfind(b":row>"))
            if end < 0 and len(data) > LONGEST_ROW:
                raise PlanhatValidationError(
                    f"{self._path} has a row of more than {LONGEST_ROW:,} bytes in the sheet {self._name!r}."
                )
            if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
                raise zipfile.BadZipFile("its XML declares entities")
            yield data[: end + 1]
            left = data[end + 1 :]
        yield left

    def _note_bad(self, rows: bytes) -> None:
        for cell in CELL.finditer(rows):
            attributes, content = cell[1] or b"", cell[2]
            result = RESULT.search(content)
            shown: Any
            if IS_ERROR.search(attributes):
                text = result[1].decode("utf-8", "replace") if result else ""
                shown = text if text in ERRORS else "#UNKNOWN!"
            elif FORMULA.search(content) and not result and not _is_empty_text(attributes, content):
                shown = NOT_CALCULATED
            elif result and self._is_beyond_a_day(attributes, result[1]):
                shown = BEYOND_A_DAY
            elif (more := self._more(attributes, result[1] if result else b"")) is not None:
                shown = more
            else:
                continue
            place = PLACE.search(attributes)
            if place is None:
                raise PlanhatValidationError(f"{self._path} has a cell without an address that shows {shown}.")
            self._bad.setdefault(int(place[2]) - 1, {})[_column(place[1])] = shown

    def _more(self, attributes: bytes, value: bytes) -> float | TextFormat | None:
        """Returns a whole number that a float does not hold, or what the format of a cell adds to its value."""
        style = STYLE.search(attributes)
        code = self._codes.get(style[1], "") if style else ""
        if IS_STRING.search(attributes):
            return text_format(code)
        if HAS_TYPE.search(attributes):
            return None
        is_whole = WHOLE.fullmatch(value) is not None
        with suppress(ValueError):  # of what is not a number
            shown = as_shown(int(value) if is_whole else float(value), code) if code else None
            if shown is not None:
                return shown
        return int(value) if is_whole and len(value) >= DIGITS_OF_LARGEST else None

    def _is_beyond_a_day(self, attributes: bytes, value: bytes) -> bool:
        """Returns whether a cell has more than 24 hours and a format that cannot show them."""
        style = STYLE.search(attributes)
        if style is None or style[1] not in self._times or HAS_TYPE.search(attributes):
            return False
        try:
            return 1 <= float(value) <= DAYS_OF_FIRST_YEAR
        except ValueError:
            return False


def _is_empty_text(attributes: bytes, content: bytes) -> bool:
    """Returns whether the result of a formula is an empty text.

    XlsxWriter writes one without its type, as openpyxl writes a formula that it has not calculated. What has no `""`
    in it hardly results in an empty text.
    """
    return bool(IS_TEXT.search(attributes)) or bool(EMPTY_RESULT.search(content) and EMPTY_LITERAL.search(content))


def _column(letters: bytes) -> int:
    """Returns the number of a column from 0: B is 1, AA is 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number - 1
