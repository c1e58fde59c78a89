"""Cells of tables that people open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BEGINNING = r"(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])"
"""How a formula begins: with its sign, also that of full width, which spreadsheets of East Asia take; behind spaces."""

_FORMULA = re.compile(rf"'*{_BEGINNING}")
"""How a string begins that a spreadsheet would take for a formula, or one that was shielded before."""

_SHIELDED = re.compile(rf"'+{_BEGINNING}")

_SPLIT = re.compile(rf"[;,|\t\n\r]{_BEGINNING}")
"""What becomes a formula where another sign divides cells than here, unless it is in quotation marks."""


def shield(text: str) -> str:
    """Puts an apostrophe before a string that a spreadsheet would take for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unshield(text: str) -> str:
    """Takes the apostrophe off again."""
    return text[1:] if _SHIELDED.match(text) else text


class RowWriter:
    """Writes rows of cells as CSV. Rows that a spreadsheet of another locale could split are in quotation marks.

    Args:
        file: The file, opened as text.
        delimiter: What separates cells.
    """

    def __init__(self, file: TextIO, delimiter: str = ",") -> None:
        self._plain = csv.writer(file, delimiter=delimiter)
        self._quoted = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)

    def writerow(self, row: Sequence[Any]) -> None:
        """Writes a row."""
        could_split = _SPLIT.search("\0".join(map(str, row)))
        (self._quoted if could_split else self._plain).writerow(row)


def csv_text(rows: Iterable[Sequence[Any]], delimiter: str = ",") -> str:
    """Returns rows of cells as CSV, as `RowWriter` writes them."""
    text = io.StringIO(newline="")
    writer = RowWriter(text, delimiter)
    for row in rows:
        writer.writerow(row)
    return text.getvalue()


def well_formed(text: str) -> str:
    r"""Returns a string that files can hold: half of a character is spelt as JSON spells it, such as `\ud83d`.

    Programs that cut strings leave such halves (lone surrogates) behind, and no encoding of Unicode has them.
    """
    return text if text.isascii() else encoded(text).decode()


def encoded(text: str) -> bytes:
    """Returns such a string in UTF-8. In JSON it stays the same value."""
    return text.encode("utf-8", "backslashreplace")


def cell_text(value: Any) -> str:
    """Returns a value as the text of a CSV cell: lists of strings with commas, other structures as JSON."""
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, str):
        return shield(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    return value.isoformat() if isinstance(value, date) else shield(joined(value))


def joined(value: Any) -> str:
    """Returns a list of plain strings with commas; anything else, or a string that has a comma itself, as JSON."""
    if isinstance(value, list) and value and all(_is_plain(item) for item in value):
        return ",".join(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _is_plain(item: Any) -> bool:
    return isinstance(item, str) and item == item.strip() and bool(item) and "," not in item and item[0] not in '[{"'
