"""Text files in: their encoding, the real format of files that are not text, and the rows of JSON files."""

from __future__ import annotations

import codecs
import io
import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.text.files import translate_os_errors
from RPA.Planhat.text.messages import plural
from RPA.Planhat.text.parsing import parse_float
from RPA.Planhat.types.encoding import BadCell

if TYPE_CHECKING:
    from pathlib import Path

LOGGER = logging.getLogger("RPA.Planhat")

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # begins as the mark of UTF-16 does
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Encodings by the byte order mark of a file."""

SIGNATURES = {
    b"PK\x03\x04": "an Excel workbook or another ZIP archive. Give a workbook the ending .xlsx",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook, or one with a password. Give it the ending .xls",
    b"PK\x05\x06": "a ZIP archive that is empty. Export the table again",
    b"%PDF": "a PDF document. Export the table as CSV or as a workbook",
    b"\x1f\x8b": "a gzip archive. Unpack it first",
    b"BZh": "a bzip2 archive. Unpack it first",
    b"7z\xbc\xaf": "a 7-Zip archive. Unpack it first",
    b"SQLite format 3\0": "an SQLite database. Query it, and pass the rows",
    b"PAR1": "a Parquet file. Read it with pandas or polars, and pass the frame",
    b"ID;P": "a SYLK file. Open it in Excel and save it as a workbook or as CSV",
    b"{\\rtf": "an RTF document. Save its table as CSV or as a workbook",
    b"\x89PNG": "a picture. Export the table as CSV or as a workbook",
}
MARKUP = (b"<!doctype html", b"<html", b"<head", b"<body", b"<meta", b"<table", b"<?xml")

START = 4096
"""Bytes at the beginning of a file by which it is known."""

BLOCK = 1024 * 1024
CONTROL_BYTES = bytes(range(0x80, 0xA0))

WORDS = re.compile(rb"[A-Za-z\x80-\xff-]*[\x80-\xff][A-Za-z\x80-\xff-]*")
CANDIDATES = ("cp1252", "cp1250", "cp1254", "cp1251", "cp1253", "cp1257", "cp850", "cp852", "mac_roman")
"""Encodings with one byte for each character, as programs of many countries write files."""

STRANGE = re.compile(
    r"[^\W\d_][\u00a1-\u00a9\u00ab-\u00af\u00b1-\u00b6\u00b8\u00b9\u00bb-\u00bf\u00d7\u00f7\u201a-\u203a\u2020-\u2122]"
    r"(?=[^\W\d_])|[\u00c0-\u00ff]{4}|[a-z][\u00c0-\u00de](?=[a-z])|[^\W\d_][\u0160\u0178\u017d](?=[a-z])|[a-z]\u0178"
    r"|\u00a3[a-z]{3}"
)
"""A sign within a word, a capital letter in small ones, four accents in a row: of Polish, Russian or DOS, as a rule."""

LIKE_TURKISH = re.compile("[\u00dd\u00de\u00d0\u00fd\u00fe\u00f0]")
"""Letters of Icelandic, which have the places of those that only Turkish has."""

ICELANDIC = re.compile("[\u00e1\u00e6\u00ed\u00fa\u00c1\u00c6\u00cd\u00da]")

WIDE = 0.3
"""The share of NUL bytes beyond which a file without a mark is in UTF-16 or UTF-32, for every second or fourth."""


def kind_of(path: Path) -> str:
    """Returns in words what a file is, and what to do, when its first bytes show that it is not plain text."""
    with path.open("rb") as file:
        start = file.read(START)
    known = next((what for sign, what in SIGNATURES.items() if start.startswith(sign)), "")
    if not known and start.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(MARKUP):
        return "HTML or XML, as some systems export tables. Open it in Excel and save it as a workbook or as CSV"
    return known


def encoding_of(path: Path, given: str | None = None) -> str:
    """Returns the encoding of a text file: that of its byte order mark, else the given one, else UTF-8.

    The mark wins over what is given: a file of failed rows has one, whatever the encoding of the input was.

    Raises:
        PlanhatValidationError: If it is not a text file, or its bytes are in UTF-16 without a mark.
    """
    what = kind_of(path)
    if what:
        raise PlanhatValidationError(f"{path} is {what}.")
    with path.open("rb") as file:
        start = file.read(START)
    marked = next((name for mark, name in MARKS.items() if start.startswith(mark)), None)
    if marked:
        return marked
    codec = codec_of(given)
    wide = _wide_encoding(start)
    if codec in ("utf-16", "utf-32") and wide.startswith(codec):
        return wide  # without a mark Python takes the order of bytes that this machine has
    if wide and not codec.startswith(("utf-16", "utf-32")):
        raise PlanhatValidationError(
            f"{path} looks like {wide[:6].upper()}: pass its encoding, such as encoding={wide}."
        )
    if _has_one_byte_for_each(codec) and _is_utf_8(path):
        raise PlanhatValidationError(
            f"{path} looks like UTF-8, not {given}: leave encoding= out, or pass encoding=utf-8."
        )
    if codec.startswith("iso8859") and _has_control_bytes(path):
        raise PlanhatValidationError(
            f"{path} has bytes for which {given} has no characters, as files of Windows have: pass its encoding, such "
            "as encoding=cp1252."
        )
    return given or "utf-8"


def warn_of_other_encoding(path: Path, given: str | None) -> None:
    """Warns of words that look as they do in a wrong encoding: in most, each byte has a character.

    Args:
        path: The file.
        given: The encoding that the user named.
    """
    codec = codec_of(given)
    if not given or not _has_one_byte_for_each(codec) or encoding_of(path, given) != given:
        return
    with path.open("rb") as file:
        words = WORDS.findall(file.read(BLOCK))
    shown = [word.decode(codec, "replace") for word in words]
    is_icelandic = any(ICELANDIC.search(word) for word in shown)
    strange = (STRANGE.search(word) or (not is_icelandic and LIKE_TURKISH.search(word)) for word in shown)
    first = next((word for word, found in zip(words, strange, strict=True) if found), None)
    others = _readings([first], but=codec) if first else ""
    if first and others:
        LOGGER.warning(
            "%s has %r, read with encoding=%s. It is %s: pass the encoding in which it is right.",
            path, first.decode(codec, "replace"), given, others,
        )  # fmt: skip


def _readings(words: Iterable[bytes], but: str = "") -> str:
    """Returns a word in the encodings in which it has letters only: the first of some words that differs in them."""
    best: dict[str, list[str]] = {}
    for word in words:
        found: dict[str, list[str]] = {}
        for name in CANDIDATES:
            shown = word.decode(name, "replace")
            # No word has letters of two scripts.
            is_mixed = re.search("[A-Za-z]", shown) and re.search("[\u0370-\u052f]", shown)
            if (
                name != but
                and len(shown) > 2
                and shown.replace("-", "").isalpha()
                and not (is_mixed or STRANGE.search(shown))
            ):
                found.setdefault(shown, []).append(name)
        if len(found) > len(best):
            best = found
        if len(best) > 1:
            break
    return ", ".join(f"{shown!r} in {' and '.join(names[:2])}" for shown, names in list(best.items())[:4])


def codec_of(given: Any) -> str:
    """Returns Python's name of an encoding of text; that of UTF-8 for nothing.

    Raises:
        PlanhatValidationError: If there is none of that name.
    """
    try:
        codec = codecs.lookup(given or "utf-8").name
        "".encode(codec)  # some codecs make no bytes of text, such as rot13 and hex
    except (LookupError, TypeError, ValueError) as problem:
        raise PlanhatValidationError(
            f"{given!r} is not a known encoding; known are utf-8, cp1252, utf-16 …"
        ) from problem
    return codec


def delimiter_named(given: Any) -> str:
    """Returns the delimiter that an option or the first line of a file names.

    Raises:
        PlanhatValidationError: If it cannot be one.
    """
    found = {"tab": "\t", "\\t": "\t"}.get(str(given).lower(), given)
    if not isinstance(found, str) or len(found) != 1 or found in '\r\n"':
        raise PlanhatValidationError(f"delimiter is one character such as ; or tab; not {given!r}.")
    return found


def _has_one_byte_for_each(codec: str) -> bool:
    """Returns whether an encoding has a byte for each character; one of several bytes can look like UTF-8 by chance."""
    letters = bytes(range(192, 256))
    try:
        return not codec.startswith("utf") and len(letters.decode(codec, "replace")) == len(letters)
    except UnicodeError:
        return False


def _is_utf_8(path: Path) -> bool:
    """Returns whether the first characters beyond ASCII are those of UTF-8: in another encoding they never all fit."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file, suppress(UnicodeDecodeError):
        while block := file.read(BLOCK):
            if not decoder.decode(block).isascii():
                return True
    return False


def _has_control_bytes(path: Path) -> bool:
    """Returns whether a file has bytes that are control characters in ISO 8859, and quotation marks or € in Windows."""
    with path.open("rb") as file:
        return any(
            len(block.translate(None, CONTROL_BYTES)) < len(block) for block in iter(partial(file.read, BLOCK), b"")
        )


def _wide_encoding(start: bytes) -> str:
    """Returns the encoding that the places of NUL bytes tell, or nothing."""
    if not start.count(0) or len(start) < 4:
        return ""
    shares = [start[place::4].count(0) / len(start[place::4]) > WIDE for place in range(4)]
    if shares in ([False, True, True, True], [True, True, True, False]):
        return "utf-32-le" if shares[3] else "utf-32-be"
    if shares in ([False, True, False, True], [True, False, True, False]):
        return "utf-16-le" if shares[1] else "utf-16-be"
    return ""


@contextmanager
def opened(path: Path, given: str | None = None) -> Iterator[TextIO]:
    """Opens a text file; line breaks stay as they are.

    Args:
        path: The file.
        given: Its encoding, if the user named it.

    Raises:
        PlanhatValidationError: If it cannot be read in its encoding.
    """
    with translate_os_errors(path, "read"):
        encoding = encoding_of(path, given)
        try:
            with path.open(encoding=encoding, newline="") as file:
                yield file
        except UnicodeError as problem:
            with path.open("rb") as raw:
                readings = _readings(WORDS.findall(raw.read(BLOCK)))
            raise PlanhatValidationError(
                f"{path} cannot be read as {encoding}: {problem}. Pass its encoding, such as encoding=cp1252 for a "
                f"file that Excel saved on Windows.{f' A word of it is {readings}.' if readings else ''}"
            ) from problem


WRAPPERS = frozenset(
    {"records", "data", "results", "items", "value", "values", "rows", "content", "entries", "objects"}
)
"""Under which names other systems put the list of their records, beside counts and links to further pages."""

Row = Mapping[str, Any]


def read_json(path: Path, encoding: str | None = None) -> Iterator[Row]:
    """Yields the objects of a JSON file.

    Raises:
        PlanhatValidationError: If it is not valid JSON, or has something else in it than objects.
    """
    with opened(path, encoding) as file:
        text = file.read()
    try:
        yield from rows_of_json(text, str(path))
    except ExtraDataError:
        yield from _rows_of_lines(io.StringIO(text, newline=None), path)


def read_json_lines(path: Path, encoding: str | None = None) -> Iterator[Row]:
    """Yields the objects of a file that has one in each line.

    Raises:
        PlanhatValidationError: If a line is not valid JSON, or no object.
    """
    with opened(path, encoding) as file:
        yield from _rows_of_lines(file, path)


def _rows_of_lines(lines: Any, path: Path) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield from rows_of_json(line.rstrip("\r\n"), f"{path}, line {number},", is_line=True)


def rows_of_json(text: str, where: str, *, is_line: bool = False) -> Iterator[Row]:
    """Yields the objects of a JSON text.

    Args:
        text: A list of objects, or one object.
        where: What it is, for messages.
        is_line: Whether it is one of several objects, each in a line.

    Raises:
        PlanhatValidationError: If it is not valid JSON, or has something else in it than objects.
    """
    value = parse_json(text, where)
    rows = value if isinstance(value, list) else [value]
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise PlanhatValidationError(f"{where} has no object as row {number}, but {type(row).__name__}.")
    if isinstance(value, Mapping):
        _refuse_wrapper(value, where, under_any_name=not is_line)
    yield from rows


class ExtraDataError(PlanhatValidationError):
    """There is something behind the first value, as in a file with one object a line."""


def parse_json(text: str, where: str, *, as_written: bool = False) -> Any:
    """Returns the value of a JSON text; NaN, which JSON does not have, is a missing value.

    A number that is too small for a float is a bad cell: it would become 0.

    Args:
        text: The text; a byte order mark before it does not count.
        where: What it is, for messages.
        as_written: Whether numbers with decimals are strings, since they are names: 1.50 is not 1.5.

    Raises:
        PlanhatValidationError: If it is not valid JSON, an object has two values of one name, or it is nested too deep.
    """
    try:
        return json.loads(
            text.lstrip("\ufeff"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=str if as_written else _float,
        )
    except json.JSONDecodeError as problem:
        error = ExtraDataError if problem.msg == "Extra data" else PlanhatValidationError
        raise error(f"{where} is not valid JSON: {problem}") from problem
    except ValueError as problem:
        said = "a number of it has thousands of digits." if "digits" in str(problem) else problem
        raise PlanhatValidationError(f"{where} is not valid JSON: {said}") from problem
    except RecursionError as problem:
        raise PlanhatValidationError(f"{where} is nested too deep.") from problem


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if BadCell in map(type, made.values()):
        for name, value in pairs:
            made[name] = BadCell(value.text, f"{name}: {value.problem}") if type(value) is BadCell else value
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an object has two values named {twice!r}.")
    return made


def _float(digits: str) -> float | BadCell:
    try:
        return parse_float(digits)
    except ValueError as problem:
        return BadCell(digits, f"{problem}, and would become 0.")


def _constant(name: str) -> float | None:
    return None if name == "NaN" else float(name)


def _refuse_wrapper(value: Row, where: str, *, under_any_name: bool) -> None:
    """Refuses an answer of a system around a list of records: it may be one page of several.

    An object that has nothing but a list is one, whatever its name, unless objects are what the file has in each line.
    """
    for name, inside in value.items():
        is_wrapper = name.casefold() in WRAPPERS
        if is_wrapper and isinstance(inside, Mapping):
            _refuse_wrapper(inside, f"What {where.removesuffix(',')} has under {name!r}", under_any_name=under_any_name)
        alone = under_any_name and len(value) == 1 and name != "custom"
        if (is_wrapper or alone) and isinstance(inside, list) and inside and isinstance(inside[0], Mapping):
            raise PlanhatValidationError(
                f"{where} is one object; its rows seem to be the {plural(len(inside), 'object')} under {name!r}. Pass "
                "that list, and make sure that it is complete."
            )
