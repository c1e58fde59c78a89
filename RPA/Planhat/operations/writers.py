"""The files of an export, by their form; each is written row by row."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.flattening import row_of, whole_row_of
from RPA.Planhat.operations.input.cells import cell_text, encoded, shield, well_formed
from RPA.Planhat.text.messages import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

    from RPA.Planhat.operations.flattening import Columns

LOGGER = logging.getLogger("RPA.Planhat")

EXCEL_ROWS = 1_048_576
EXCEL_CHARACTERS = 32_767
"""What a worksheet, and a cell of one, can hold."""


class Writer(ABC):
    """A file to which records are written.

    Args:
        path: The file.
        columns: The columns.
        start: Bytes of it that are there already and stay.
    """

    RESUMABLE: ClassVar[bool] = True

    def __init__(self, path: Path, columns: Columns, start: int = 0) -> None:
        self._columns = columns
        self._file: BinaryIO = path.open("r+b" if start else "wb")
        self._file.seek(start)
        self._file.truncate()
        if not start:
            self._file.write(self.begin())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self._file.write(self.end())
            self.synced()
        self._file.close()

    def write(self, record: Mapping[str, Any]) -> None:
        """Adds a record."""
        self._file.write(self.line(record))

    def write_all(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Adds records."""
        for record in records:
            self.write(record)

    def synced(self) -> int:
        """Puts all on the disk and returns the size so far."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def begin(self) -> bytes:
        """Returns what stands in front."""
        return b""

    @abstractmethod
    def line(self, record: Mapping[str, Any]) -> bytes:
        """Returns a record in this form."""

    def end(self) -> bytes:
        """Returns what stands behind."""
        return b""


class CsvWriter(Writer):
    """CSV in UTF-8 with a byte order mark, so that spreadsheets read it rightly; formulas are shielded."""

    DELIMITER: ClassVar[str] = ","

    def begin(self) -> bytes:
        """Returns the headings."""
        return b"\xef\xbb\xbf" + self._lines([[shield(name) for name in self._columns]])

    def write_all(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Adds records."""
        self._file.write(self._lines(map(self._cells, records)))

    def line(self, record: Mapping[str, Any]) -> bytes:
        """Returns a record as a line; a text that is empty is no line of its own."""
        return self._lines([self._cells(record)])

    def _cells(self, record: Mapping[str, Any]) -> list[str]:
        return [cell_text(cell) for cell in whole_row_of(record, self._columns).values()]

    def _lines(self, rows: Iterable[list[str]]) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self.DELIMITER, quoting=csv.QUOTE_MINIMAL).writerows(rows)
        return encoded(text.getvalue())


class TsvWriter(CsvWriter):
    """The same with tabs."""

    DELIMITER = "\t"


class JsonLinesWriter(Writer):
    """One JSON object a line."""

    def line(self, record: Mapping[str, Any]) -> bytes:
        """Returns a record as a line."""
        row = whole_row_of(record, self._columns)
        return encoded(json.dumps(row, ensure_ascii=False, separators=(",", ":"))) + b"\n"


class JsonWriter(Writer):
    """A JSON array with one record a line."""

    def __init__(self, path: Path, columns: Columns, start: int = 0) -> None:
        self._is_first = not start
        super().__init__(path, columns, start)

    def begin(self) -> bytes:
        """Opens the array."""
        return b"["

    def line(self, record: Mapping[str, Any]) -> bytes:
        """Returns a record, with the comma that is between it and the one before."""
        comma = b"\n" if self._is_first else b",\n"
        self._is_first = False
        return comma + encoded(json.dumps(whole_row_of(record, self._columns), ensure_ascii=False))

    def end(self) -> bytes:
        """Closes the array."""
        return b"\n]\n"


class ExcelWriter(Writer):
    """A workbook through XlsxWriter, one row in memory at a time. All texts are texts, never formulas or links."""

    RESUMABLE = False

    def __init__(self, path: Path, columns: Columns, start: int = 0) -> None:
        super().__init__(path, columns, start)
        try:
            import xlsxwriter  # noqa: PLC0415 - only those who write Excel files need it
        except ImportError as problem:
            self._file.close()
            path.unlink()
            raise PlanhatValidationError(
                "Excel files need the extra [excel]: pip install 'rpaframework-planhat[excel]'. Or export as .csv."
            ) from problem
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(self._file, options)
        self._sheet = self._book.add_worksheet()
        self._number = 0
        self._cut = 0
        self._write_row(list(columns))

    def write(self, record: Mapping[str, Any]) -> None:
        """Adds a record."""
        if self._number >= EXCEL_ROWS:
            raise PlanhatValidationError(f"A worksheet has {EXCEL_ROWS:,} rows at most: export as .csv.")
        self._write_row(list(row_of(record, self._columns).values()))

    def line(self, record: Mapping[str, Any]) -> bytes:  # noqa: ARG002 - rows are not lines here
        """Nothing: the workbook is written at the end."""
        return b""

    def end(self) -> bytes:
        """Writes the workbook."""
        self._book.close()
        if self._cut:
            texts = plural(self._cut, "text is", "texts are")
            LOGGER.warning("%s cut to the %d characters that a cell holds: export as .csv.", texts, EXCEL_CHARACTERS)
        return b""

    def _write_row(self, cells: list[Any]) -> None:
        for place, cell in enumerate(cells):
            if isinstance(cell, bool):
                self._sheet.write_boolean(self._number, place, cell)
            elif isinstance(cell, (int, float)):
                self._sheet.write_number(self._number, place, cell)
            elif cell is not None:
                self._sheet.write_string(self._number, place, self._text(str(cell)))
        self._number += 1

    def _text(self, value: str) -> str:
        text = well_formed(value)
        self._cut += len(text) > EXCEL_CHARACTERS
        return text[:EXCEL_CHARACTERS]


WRITERS: dict[str, type[Writer]] = {
    ".csv": CsvWriter,
    ".tsv": TsvWriter,
    ".jsonl": JsonLinesWriter,
    ".ndjson": JsonLinesWriter,
    ".json": JsonWriter,
    ".xlsx": ExcelWriter,
}
"""Forms by the ending of a file."""
