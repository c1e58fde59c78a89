"""What cells of old and binary workbooks (.xls, .xlsb) show that have an error: python-calamine gives them as empty.

An old workbook is a small file system of its own, with sectors and chains of them; the workbook is one of its files, a
sequence of records. A binary workbook is an archive whose files are sequences of records of another kind.
"""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast
from xml.etree import ElementTree  # nosec B405 - entities are refused before it reads anything

from RPA.Planhat.errors import PlanhatValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER = 512
ENTRY = 128
NO_SECTOR = 0xFFFFFFFA
"""From here on, numbers in chains are marks and no sectors."""

FORMULA, END, SHEET, BOOLEAN_OR_ERROR, BEGIN = 0x0006, 0x000A, 0x0085, 0x0205, 0x0809
"""Kinds of records of an old workbook."""

ROW, CELL_ERROR, FORMULA_ERROR, BUNDLE_SHEET = 0, 3, 11, 156
"""Kinds of records of a binary workbook."""

NUMBERS = 0x00BD
OLD_CELLS = frozenset({FORMULA, BOOLEAN_OR_ERROR, NUMBERS, 0x0203, 0x0204, 0x027E, 0x00FD, 0x00D6})
BINARY_CELLS = range(2, 12)
"""Kinds of records of cells that hold something; one of numbers in an old workbook holds several cells of a row."""

MOST_CELLS = 20_000_000
"""Cells between the first and the last one of a worksheet, if nearly all of them hold something."""

MOST_EMPTY = 2_000_000
"""Cells between the first and the last one, if most of them are empty."""

BUFFER = 1024 * 1024
MOST_RELATIONS = 1024 * 1024
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


BadCells = dict[int, dict[int, str]]
"""What cells show that have an error, by row and column from 0."""


@dataclass
class Extent:
    """Up to where a worksheet has cells, and how many they are.

    Attributes:
        cells: How many there are that hold something.
        last_row: The number of the last row, from 1.
        columns: The numbers of the columns, from 0.
    """

    cells: int = 0
    last_row: int = 0
    columns: set[int] = field(default_factory=set)

    def add(self, row: int, column: int) -> None:
        """Notes a cell by its numbers from 0."""
        self.cells += 1
        self.last_row = max(self.last_row, row + 1)
        self.columns.add(column)

    @property
    def size(self) -> int:
        """How many cells there are up to the last one, those without a value among them."""
        return self.last_row * (max(self.columns, default=0) - min(self.columns, default=0) + 1)

    @property
    def is_sparse(self) -> bool:
        """Whether most of them have no value, and they are too many for that."""
        return self.size > max(MOST_EMPTY, 10 * self.cells)

    def require_small(self, path: Path, sheet: str) -> None:
        """Refuses a worksheet that would take the memory.

        Raises:
            PlanhatValidationError: If it has too many cells.
        """
        if not self.is_sparse and self.size <= MOST_CELLS:
            return
        letters, number = "", max(self.columns, default=0) + 1
        while number:
            number, letter = divmod(number - 1, 26)
            letters = chr(ord("A") + letter) + letters
        raise PlanhatValidationError(
            f"{path} has a table of {self.size:,} cells up to {letters}{self.last_row} in the sheet {sheet!r}. Delete "
            "the rows and columns behind the table, where something was left such as a space, or save it as CSV."
        )


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
    start = next((place for name, place in _sheets(book) if name == sheet), None)
    found: BadCells = {}
    extent = Extent()
    depth = 0
    for kind, record in _records(book, start) if start is not None else ():
        depth += (kind == BEGIN) - (kind == END)
        if depth == 0:
            break
        if kind in OLD_CELLS:
            row, column = struct.unpack_from("<HH", record)
            (last,) = struct.unpack_from("<H", record, len(record) - 2) if kind == NUMBERS else (column,)
            for each in range(column, last + 1):
                extent.add(row, each)
            code = _code(kind, record)
            if code is not None:
                found.setdefault(row, {})[column] = ERRORS.get(code, "#UNKNOWN!")
    return found, extent


def _sheets(book: bytes) -> Iterator[tuple[str, int]]:
    for kind, record in _records(book, 0):
        if kind == END:
            return
        if kind == SHEET:
            wide = record[7] & 1
            name = record[8 : 8 + record[6] * (2 if wide else 1)]
            yield name.decode("utf-16-le" if wide else "latin-1"), struct.unpack_from("<I", record)[0]


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
    row = 0
    try:
        part = _part_of(archive, known, sheet)
        for kind, record in _binary_records(archive, part) if part else ():
            if kind == ROW:
                (row,) = struct.unpack_from("<I", record)
            elif kind in BINARY_CELLS:
                (column,) = struct.unpack_from("<I", record)
                extent.add(row, column)
                if kind in (CELL_ERROR, FORMULA_ERROR):
                    found.setdefault(row, {})[column] = ERRORS.get(record[8], "#UNKNOWN!")
    except (struct.error, IndexError, UnicodeError) as problem:
        raise zipfile.BadZipFile("one of its records is damaged") from problem
    return found, extent


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
