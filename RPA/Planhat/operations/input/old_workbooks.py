"""What cells of old and binary workbooks (.xls, .xlsb) show that have an error: python-calamine gives them as empty.

An old workbook is a small file system of its own, with sectors and chains of them; the workbook is one of its files, a
sequence of records. A binary workbook is an archive whose files are sequences of records of another kind.
"""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING, cast
from xml.etree import ElementTree  # nosec B405 - entities are refused before it reads anything

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

BUFFER = 1024 * 1024
MOST_RELATIONS = 1024 * 1024
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def errors_of(path: Path, sheet: str) -> dict[int, dict[int, str]]:
    """Returns what the cells of a worksheet show that have an error, by row and column from 0.

    Args:
        path: The workbook; one that is not an old workbook, or that this does not understand, has none.
        sheet: The name of the worksheet.
    """
    data = path.read_bytes()
    if not data.startswith(SIGNATURE):
        return {}
    try:
        return dict(_errors(_workbook(data), sheet))
    except (struct.error, IndexError, UnicodeError):
        return {}


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


def _errors(book: bytes, sheet: str) -> dict[int, dict[int, str]]:
    start = next((place for name, place in _sheets(book) if name == sheet), None)
    found: dict[int, dict[int, str]] = {}
    depth = 0
    for kind, record in _records(book, start) if start is not None else ():
        depth += (kind == BEGIN) - (kind == END)
        if depth == 0:
            break
        code = _code(kind, record)
        if code is not None:
            row, column = struct.unpack_from("<HH", record)
            found.setdefault(row, {})[column] = ERRORS.get(code, "#UNKNOWN!")
    return found


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


def errors_in_binary(archive: zipfile.ZipFile, sheet: str) -> dict[int, dict[int, str]]:
    """Returns what the cells of a worksheet of a binary workbook show that have an error, by row and column from 0.

    Args:
        archive: The workbook; one of another kind has none.
        sheet: The name of the worksheet.

    Raises:
        zipfile.BadZipFile: If it is damaged.
    """
    known = {name.lower(): name for name in archive.namelist()}
    found: dict[int, dict[int, str]] = {}
    if not known.keys() >= {"xl/workbook.bin", "xl/_rels/workbook.bin.rels"}:
        return found
    row = 0
    try:
        part = _part_of(archive, known, sheet)
        for kind, record in _binary_records(archive, part) if part else ():
            if kind == ROW:
                (row,) = struct.unpack_from("<I", record)
            elif kind in (CELL_ERROR, FORMULA_ERROR):
                (column,) = struct.unpack_from("<I", record)
                found.setdefault(row, {})[column] = ERRORS.get(record[8], "#UNKNOWN!")
    except (struct.error, IndexError, UnicodeError) as problem:
        raise zipfile.BadZipFile("one of its records is damaged") from problem
    return found


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
