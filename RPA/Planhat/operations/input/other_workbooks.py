"""What cells of .xls, .xlsb and .ods workbooks show, or hold, that python-calamine does not tell.

It gives errors, and in .ods files formulas without a result, as empty cells, numbers without what their format adds,
and whole numbers as floats. An old workbook (.xls) is a small file system of its own, with sectors and chains of them;
the workbook is one of its files, a sequence of records. A binary workbook (.xlsb) is an archive whose files are
sequences of records of another kind. An OpenDocument (.ods) is an archive with one XML document for all worksheets, in
which rows and cells that repeat are written once.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from typing import TYPE_CHECKING, Any, cast
from xml.etree import ElementTree  # nosec B405 - entities are refused before it reads anything
from xml.parsers import expat  # nosec B407 - declarations of entities are refused

from RPA.Planhat.operations.input.extent import BadCells, Extent
from RPA.Planhat.operations.input.headings import BEYOND_A_DAY, ERRORS, NOT_CALCULATED
from RPA.Planhat.operations.input.number_formats import (
    NUMBERS_IN_OPEN,
    as_shown,
    number_with_text,
    shown_duration,
    text_format,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER = 512
ENTRY = 128
NO_SECTOR = 0xFFFFFFFA
"""From here on, numbers in chains are marks and no sectors."""

FORMULA, END, SHEET, BOOLEAN_OR_ERROR, BEGIN = 0x0006, 0x000A, 0x0085, 0x0205, 0x0809
STYLE, FORMAT, NUMBER, SHORT_NUMBER, NUMBERS, MERGED_CELLS = 0x00E0, 0x041E, 0x0203, 0x027E, 0x00BD, 0x00E5
ROW_SIZE = 0x0208
"""Kinds of records of an old workbook."""

EMPTY_STRING = 3
"""What the result of a formula is that has none, or an empty string."""

EMPTY_LITERAL = re.compile(b"\x17\x00[\x00\x01]")
"""An empty string in a formula of an old workbook."""

ROW, SHORT_CELL, CELL_ERROR, NUMBER_CELL, NUMBER_RESULT, FORMULA_ERROR = 0, 2, 3, 5, 9, 11
BINARY_STRINGS = range(6, 9)
FORMAT_PART, STYLE_PART, BUNDLE_SHEET, MERGED_PART, BEGIN_STYLES, END_STYLES = 44, 47, 156, 176, 617, 618
"""Kinds of records of a binary workbook."""

OLD_STRINGS = frozenset({0x00FD, 0x0204, 0x00D6})
"""Kinds of records of strings in an old workbook, but for those that are results of formulas."""

OLD_CELLS = frozenset({FORMULA, BOOLEAN_OR_ERROR, NUMBERS, NUMBER, SHORT_NUMBER, *OLD_STRINGS})
BINARY_CELLS = range(2, 12)
"""Kinds of records of cells that hold something; one of numbers in an old workbook holds several cells of a row."""

BUFFER = 1024 * 1024
MOST_RELATIONS = 1024 * 1024
CODES = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def look_through_old(path: Path, sheet: str) -> tuple[BadCells, Extent]:
    """Returns the cells of a worksheet of an old workbook that show an error, and how far its cells go.

    Args:
        path: The workbook; one that is not an old workbook, or that this does not understand, has no cells.
        sheet: The name of the worksheet.
    """
    data = path.read_bytes()
    if not data.startswith(SIGNATURE):
        return {}, Extent()
    try:
        return _look_through(_workbook(data), sheet)
    except (struct.error, IndexError, UnicodeError):
        return {}, Extent()


def _workbook(data: bytes) -> bytes:
    """Returns the workbook in the file system that an old workbook is."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]

    def sector(number: int) -> bytes:
        return data[HEADER + number * size : HEADER + (number + 1) * size]

    tables = list(struct.unpack_from("<109I", data, 76))
    following, count = struct.unpack_from("<II", data, 68)
    for _ in range(count):
        *more, following = struct.unpack(f"<{size // 4}I", sector(following))
        tables += more
    following_of = [
        number for table in tables if table < NO_SECTOR for number in struct.unpack(f"<{size // 4}I", sector(table))
    ]

    def chain(start: int) -> bytes:
        found: list[bytes] = []
        while start < NO_SECTOR and len(found) <= len(following_of):
            found.append(sector(start))
            start = following_of[start]
        return b"".join(found)

    directory = chain(struct.unpack_from("<I", data, 48)[0])
    for place in range(0, len(directory), ENTRY):
        length = struct.unpack_from("<H", directory, place + 64)[0]
        if directory[place : place + max(length - 2, 0)].decode("utf-16-le") in ("Workbook", "Book"):
            return chain(struct.unpack_from("<I", directory, place + 116)[0])
    return b""


def _records(book: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    while place + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, place)
        yield kind, book[place + 4 : place + 4 + length]
        place += 4 + length


def _look_through(book: bytes, sheet: str) -> tuple[BadCells, Extent]:
    sheets, codes = _index(book)
    found: BadCells = {}
    extent = Extent()
    empty: list[tuple[int, int]] = []
    hidden, filled = set[int](), set[int]()
    depth, is_calculated = 0, False
    for kind, record in _records(book, sheets[sheet]) if sheet in sheets else ():
        depth += (kind == BEGIN) - (kind == END)
        if depth == 0:
            break
        _note_layout(kind, record, extent, hidden)
        if kind in OLD_CELLS:
            row, column = struct.unpack_from("<HH", record)
            filled.add(row)
            (last,) = struct.unpack_from("<H", record, len(record) - 2) if kind == NUMBERS else (column,)
            for each in range(column, last + 1):
                extent.add(row, each)
            for place, shown in _shown_otherwise(kind, record, column, codes):
                found.setdefault(row, {})[place] = shown
            has_string = kind == FORMULA and record[12:14] == b"\xff\xff" and record[6] == EMPTY_STRING
            is_calculated = is_calculated or (kind == FORMULA and not has_string)
            if has_string and not EMPTY_LITERAL.search(record, 22):
                empty.append((row, column))
    extent.hidden = len(hidden & filled)
    for row, column in () if is_calculated else empty:  # a program that calculates hardly finds empty strings only
        found.setdefault(row, {})[column] = NOT_CALCULATED
    return found, extent


def _note_layout(kind: int, record: bytes, extent: Extent, hidden: set[int]) -> None:
    """Notes merged cells and hidden rows."""
    if kind == ROW_SIZE and record[12] & 0x20:
        hidden.add(struct.unpack_from("<H", record)[0])
    if kind == MERGED_CELLS:
        ranges = struct.iter_unpack("<4H", record[2 : 2 + 8 * struct.unpack_from("<H", record)[0]])
        extent.merged += [((top, left), (bottom, right)) for top, bottom, left, right in ranges]


def _shown_otherwise(kind: int, record: bytes, column: int, codes: dict[int, str]) -> Iterator[tuple[int, Any]]:
    """Yields the columns of a record whose cells show an error, or more than what they hold."""
    code = _code(kind, record)
    if code is not None:
        yield column, CODES.get(code, "#UNKNOWN!")
    for place, style, number in _numbers(kind, record, column):
        shown = as_shown(number, codes[style]) if style in codes else None
        if shown is not None:
            yield place, shown
    if kind in OLD_STRINGS or (kind == FORMULA and record[6:7] == b"\0" and record[12:14] == b"\xff\xff"):
        form = text_format(codes.get(struct.unpack_from("<H", record, 4)[0], ""))
        if form is not None:
            yield column, form


def _index(book: bytes) -> tuple[dict[str, int], dict[int, str]]:
    """Returns where the worksheets of an old workbook begin, and the formats of numbers by the number of a style."""
    sheets: dict[str, int] = {}
    codes: dict[int, str] = {}
    styles: list[int] = []
    for kind, record in _records(book, 0):
        if kind == END:
            break
        if kind == SHEET:
            sheets[_text(record, 8, record[6])] = struct.unpack_from("<I", record)[0]
        elif kind == FORMAT:
            number, length = struct.unpack_from("<HH", record)
            codes[number] = _text(record, 5, length)
        elif kind == STYLE:
            styles.append(struct.unpack_from("<H", record, 2)[0])
    return sheets, {style: codes[number] for style, number in enumerate(styles) if number in codes}


def _text(record: bytes, place: int, length: int) -> str:
    """Returns a string of a record of an old workbook, whose flags are before it."""
    wide = record[place - 1] & 1
    return record[place : place + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1")


def _numbers(kind: int, record: bytes, column: int) -> Iterator[tuple[int, int, float]]:
    """Yields the columns, the styles and the values of the numbers that a record of an old workbook has."""
    if kind in (NUMBER, FORMULA) and record[12:14] != b"\xff\xff":
        style, number = struct.unpack_from("<Hd", record, 4)
        yield column, style, number
    elif kind in (SHORT_NUMBER, NUMBERS):
        for place, start in enumerate(range(4, len(record) - 5, 6), column):
            style, number = struct.unpack_from("<HI", record, start)
            yield place, style, _short_number(number)


def _short_number(packed: int) -> float:
    """Returns a number that has 30 bits, the last ones of a whole number or the first ones of a float."""
    number: float
    if packed & 2:
        number = (packed >> 2) - (1 << 30 if packed & 1 << 31 else 0)
    else:
        (number,) = struct.unpack("<d", bytes(4) + struct.pack("<I", packed & ~3))
    return number / 100 if packed & 1 else number


def _code(kind: int, record: bytes) -> int | None:
    """Returns the number of the error that a cell has, or nothing."""
    if kind == BOOLEAN_OR_ERROR and record[7]:
        return record[6]
    is_error = kind == FORMULA and record[12:14] == b"\xff\xff" and record[6] == 2
    return record[8] if is_error else None


def look_through_binary(archive: zipfile.ZipFile, sheet: str) -> tuple[BadCells, Extent]:
    """Returns the cells of a worksheet of a binary workbook that show an error, and how far its cells go.

    Args:
        archive: The workbook; one of another kind has no cells.
        sheet: The name of the worksheet.

    Raises:
        zipfile.BadZipFile: If it is damaged.
    """
    known = {name.lower(): name for name in archive.namelist()}
    found: BadCells = {}
    extent = Extent()
    if not known.keys() >= {"xl/workbook.bin", "xl/_rels/workbook.bin.rels"}:
        return found, extent
    try:
        part = _part_of(archive, known, sheet)
        codes = _binary_codes(archive, known)
        row = 0
        for kind, record in _binary_records(archive, part) if part else ():
            if kind == ROW:
                (row,) = struct.unpack_from("<I", record)
                extent.hidden += len(record) > 13 and bool(record[11] & 0x10 and record[13])
            elif kind == MERGED_PART:
                top, bottom, left, right = struct.unpack_from("<4I", record)
                extent.merged.append(((top, left), (bottom, right)))
            elif kind in BINARY_CELLS:
                (column,) = struct.unpack_from("<I", record)
                extent.add(row, column)
                shown = _shown_in_binary(kind, record, codes)
                if shown is not None:
                    found.setdefault(row, {})[column] = shown
    except (struct.error, IndexError, UnicodeError) as problem:
        raise zipfile.BadZipFile("one of its records is damaged") from problem
    return found, extent


def _shown_in_binary(kind: int, record: bytes, codes: dict[int, str]) -> Any:
    """Returns the error that a cell shows, or what its format adds to what it holds; nothing for others."""
    if kind in (CELL_ERROR, FORMULA_ERROR):
        return CODES.get(record[8], "#UNKNOWN!")
    code = codes.get(struct.unpack_from("<I", record, 4)[0] & 0xFFFFFF) if codes else None
    if code is not None and kind in BINARY_STRINGS:
        return text_format(code)
    if code is None or kind not in (SHORT_CELL, NUMBER_CELL, NUMBER_RESULT):
        return None
    (number,) = struct.unpack_from("<I" if kind == SHORT_CELL else "<d", record, 8)
    return as_shown(_short_number(number) if kind == SHORT_CELL else number, code)


def _binary_codes(archive: zipfile.ZipFile, known: dict[str, str]) -> dict[int, str]:
    """Returns the formats of numbers by the number of a style."""
    codes: dict[int, str] = {}
    styles: list[int] = []
    are_of_cells = False
    for kind, record in _binary_records(archive, known["xl/styles.bin"]) if "xl/styles.bin" in known else ():
        if kind == FORMAT_PART:
            codes[struct.unpack_from("<H", record)[0]] = _wide_text(record, 2)[0]
        elif kind in (BEGIN_STYLES, END_STYLES):
            are_of_cells = kind == BEGIN_STYLES
        elif kind == STYLE_PART and are_of_cells:
            styles.append(struct.unpack_from("<H", record, 2)[0])
    return {style: codes[number] for style, number in enumerate(styles) if number in codes}


def _part_of(archive: zipfile.ZipFile, known: dict[str, str], sheet: str) -> str | None:
    """Returns the name of the file of a worksheet."""
    relation = ""
    for kind, record in _binary_records(archive, known["xl/workbook.bin"]):
        if kind == BUNDLE_SHEET:
            identity, end = _wide_text(record, 8)
            relation = identity if _wide_text(record, end)[0] == sheet else relation
    with archive.open(known["xl/_rels/workbook.bin.rels"]) as file:
        data = file.read(MOST_RELATIONS)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise zipfile.BadZipFile("its XML declares entities")
    relations = ElementTree.fromstring(data)  # nosec B314 # noqa: S314 - without entities there is nothing to expand
    target = next((each.get("Target", "") for each in relations if each.get("Id") == relation), "")
    return known.get((target if target.startswith("/") else f"/xl/{target}").lstrip("/").lower())


def _wide_text(record: bytes, place: int) -> tuple[str, int]:
    """Returns a string of a record, and where it ends."""
    (length,) = struct.unpack_from("<I", record, place)
    end = place + 4 + 2 * length
    return record[place + 4 : end].decode("utf-16-le"), end


def _binary_records(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[int, bytes]]:
    """Yields kind and content of records. Both numbers before a record have seven bits in each byte."""
    with archive.open(name) as raw:
        file = io.BufferedReader(cast("io.RawIOBase", raw), BUFFER)
        while start := file.read(1):
            kind = start[0] if start[0] < 0x80 else start[0] & 0x7F | file.read(1)[0] << 7
            length = shift = 0
            while shift <= 21:
                byte = file.read(1)[0]
                length |= (byte & 0x7F) << shift
                shift = shift + 7 if byte & 0x80 else 28
            content = file.read(length)
            if len(content) < length:
                raise IndexError(length)
            yield kind, content


# ------------------------------------------------------------------- OpenDocument

CONTENT = "content.xml"

TABLE, ROW_ELEMENT, CELL, COVERED = "table:table", "table:table-row", "table:table-cell", "table:covered-table-cell"
NOTE, PARAGRAPH = "office:annotation", "text:p"

ERROR = re.compile(r"Err:\d+|#[A-Z/0]+[!?A]")
DURATION = re.compile(r"(-?)P(?:([0-9]+)D)?T?(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9.]+)S)?")
DAY = 24 * 60 * 60


def look_through_open_document(path: Path, archive: zipfile.ZipFile) -> dict[str, tuple[BadCells, Extent]]:
    """Returns what cells show or hold that python-calamine does not tell, and how far they go, by worksheet.

    It looks at all worksheets, before python-calamine reads all of them.

    Args:
        path: The workbook, for messages.
        archive: The same as an archive.

    Raises:
        PlanhatValidationError: If a sheet is too large.
        xml.etree.ElementTree.ParseError: If it is damaged.
    """
    found = _Content(path)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = found.start, found.end
    parser.CharacterDataHandler = found.text
    parser.EntityDeclHandler = _refuse_entities
    try:
        with archive.open(CONTENT) as file:
            while block := file.read(BUFFER):
                parser.Parse(block)
            parser.Parse(b"", True)  # noqa: FBT003 - its parameters have no names
    except (expat.ExpatError, ValueError) as problem:
        raise ElementTree.ParseError(str(problem)) from problem
    return found.sheets


def _refuse_entities(*_: Any) -> None:
    raise ElementTree.ParseError("its XML declares entities")


class _Content:
    """The cells of the worksheets, as a parser meets them.

    Args:
        path: The workbook, for messages.

    Attributes:
        sheets: What is found out about the cells of each worksheet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.sheets: dict[str, tuple[BadCells, Extent]] = {}
        self._sheet = ""
        self._bad: BadCells = {}
        self._extent = Extent()
        self._depth = 0  # of tables: a cell may hold one
        self._row = self._column = 0
        self._rows = 1
        self._hidden = 0
        self._cell: dict[str, str] = {}
        self._shown: list[str] = []
        self._notes = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Notes that an element begins."""
        if name == TABLE:
            self._depth += 1
            if self._depth == 1:
                self._sheet, self._row = attributes.get("table:name", ""), 0
                self._bad, self._extent = self.sheets[self._sheet] = {}, Extent()
        elif self._depth != 1:
            return
        elif name == ROW_ELEMENT:
            self._rows, self._column = int(attributes.get("table:number-rows-repeated", 1)), 0
            self._hidden = self._rows * (attributes.get("table:visibility", "visible") != "visible")
        elif name in (CELL, COVERED):
            self._cell, self._shown = attributes, []
        elif name == NOTE:
            self._notes += 1
        elif name == PARAGRAPH and self._shown:
            self._shown.append("\n")

    def text(self, data: str) -> None:
        """Notes a string of a cell."""
        if self._depth == 1 and not self._notes:
            self._shown.append(data)

    def end(self, name: str) -> None:
        """Notes that an element ends."""
        if name == TABLE:
            self._depth -= 1
        elif self._depth != 1:
            return
        elif name == ROW_ELEMENT:
            self._row += self._rows
        elif name == NOTE:
            self._notes -= 1
        elif name in (CELL, COVERED):
            if name == CELL or "office:value-type" in self._cell:
                self._add()
            self._column += int(self._cell.get("table:number-columns-repeated", 1))

    def _add(self) -> None:
        """Notes a cell, as often as it is there."""
        cell, shown = self._cell, "".join(self._shown).strip()
        place = self._row, self._column
        down = int(cell.get("table:number-rows-spanned", 1)) - 1
        right = int(cell.get("table:number-columns-spanned", 1)) - 1
        if down > 0 or right > 0:
            self._extent.merged.append((place, (place[0] + down, place[1] + right)))
        value = _shown_in_open(cell, shown)
        if not shown and "office:value-type" not in cell and value is None:
            return
        count = int(cell.get("table:number-columns-repeated", 1))
        self._extent.add(self._row, self._column, self._rows, count)
        self._extent.hidden += self._hidden
        self._hidden = 0  # it is counted
        self._extent.require_small(self._path, self._sheet)
        if value is not None:
            for row in range(self._row, self._row + self._rows):
                self._bad.setdefault(row, {}).update(dict.fromkeys(range(self._column, self._column + count), value))


def _shown_in_open(cell: dict[str, str], shown: str) -> Any:
    """Returns what is in a cell, where that differs from what python-calamine gives."""
    kind = cell.get("office:value-type", "")
    if cell.get("calcext:value-type") == "error" or ERROR.fullmatch(shown) or shown in ERRORS:
        return shown if shown.startswith("#") else "#UNKNOWN!"
    if not kind:
        return NOT_CALCULATED if "table:formula" in cell else shown or None
    if kind == "string":
        return _shown_string("".join(cell.get("office:string-value", "").split()), shown)
    if kind == "time":
        return _beyond_a_day(cell.get("office:time-value", ""), shown)
    return number_with_text(cell.get("office:value", ""), shown, kind) if kind in NUMBERS_IN_OPEN else None


def _shown_string(string: str, shown: str) -> str | None:
    """Returns what a format adds to a string, which only the text of a cell has; nothing if it adds no characters.

    The string comes without spaces and line breaks, which are elements of their own in the text.
    """
    same = "".join(shown.split())
    return shown if string and string in same and string != same else None


def _beyond_a_day(duration: str, shown: str) -> Any:
    """Returns the seconds of a time beyond a day, or the mark of one that is shown as a time within a day."""
    found = DURATION.fullmatch(duration)
    if found is None:
        return None
    sign, *parts = found.groups()
    days, hours, minutes, seconds = (float(part or 0) for part in parts)
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    if total < DAY and not sign:
        return None
    if shown.lstrip("-\u2212").partition(":")[0] != str(int(total // 3600)).zfill(2):
        return BEYOND_A_DAY
    return shown_duration(-total if sign else total)
