"""The files of an export, by their form; each is written row by row."""

from __future__ import annotations

import codecs
import json
import logging
import os
import re
from abc import ABC, abstractmethod
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.flattening import Columns, column_of, row_of, whole_row_of
from RPA.Planhat.operations.input.date_forms import DateForm, date_form, in_utc
from RPA.Planhat.operations.input.formats import cell_text, csv_of_columns, csv_text, encoded, shield, well_formed
from RPA.Planhat.operations.options import LayoutOptions, completed
from RPA.Planhat.text.messages import plural
from RPA.Planhat.text.parsing import require
from RPA.Planhat.types import Kind, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self


LOGGER = logging.getLogger("RPA.Planhat")

EXCEL_ROWS = 1_048_576
EXCEL_CHARACTERS = 32_767
"""What a worksheet, and a cell of one, can hold."""

EXCEL_EXACT = 10**15
"""From here on a cell rounds whole numbers, so they are written as text."""

EXCEL_DAYS = (date(1900, 3, 1), date(9999, 12, 31))
"""The days that a cell can hold."""

WIDEST = 60
"""Characters of the widest column of a worksheet."""

EPOCH = date(1970, 1, 1)

ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?")


@dataclass(frozen=True)
class Layout:
    """How a CSV file is written.

    Attributes:
        delimiter: What separates cells; of `.tsv` files a tab.
        decimal: The decimal separator.
        encoding: The encoding.
        dates: The format of dates.
    """

    delimiter: str = ""
    decimal: str = "."
    encoding: str = "utf-8"
    dates: DateForm | None = None

    @classmethod
    def of(cls, options: Mapping[str, Any], ending: str) -> Layout:
        """Returns the layout that options ask for.

        Args:
            options: See `LayoutOptions`.
            ending: The ending of the file.

        Raises:
            PlanhatValidationError: If an option cannot be what it is, or the form of the file has none of it.
        """
        written = {name: value for name, value in options.items() if value is not None}
        for name, value in written.items():
            require(name, value, str, "a string")
        given = completed(LayoutOptions, written)
        if ending not in (".csv", ".tsv") and any(value not in (None, ".") for value in given.values()):
            raise PlanhatValidationError(
                f"delimiter, decimal, encoding and dates are options of CSV files; the file ends in {ending}."
            )
        delimiter, encoding, dates = given["delimiter"], given["encoding"] or "utf-8", given["dates"]
        delimiter = "\t" if delimiter in ("\\t", "tab") else delimiter or ("\t" if ending == ".tsv" else ",")
        if len(delimiter) != 1 or delimiter in "\"'" or not (delimiter == "\t" or delimiter.isprintable()):
            raise PlanhatValidationError(f"delimiter is one character, such as ; or a comma; not {delimiter!r}.")
        if given["decimal"] == delimiter:
            raise PlanhatValidationError(f"decimal and delimiter are both {delimiter!r}. Set delimiter=; for example.")
        try:
            "".encode(encoding)
        except (LookupError, ValueError) as problem:
            raise PlanhatValidationError(f"{encoding!r} is not a known encoding, such as utf-8-sig.") from problem
        return cls(delimiter, given["decimal"], encoding, date_form(dates) if dates else None)


class Writer(ABC):
    """A file to which records are written.

    Args:
        file: The file: its path, or the file open for reading and writing.
        columns: The columns.
        start: Bytes of it that are there already and stay.
        layout: How it is written.
        kinds: What the fields hold, by key, where that is known.
    """

    RESUMABLE: ClassVar[bool] = True

    def __init__(
        self,
        file: Path | BinaryIO,
        columns: Columns,
        start: int = 0,
        layout: Layout | None = None,
        kinds: Mapping[str, Kind] | None = None,
    ) -> None:
        self._columns = columns
        self._layout = layout or Layout(self.DELIMITER)
        self._kinds = {heading: (kinds or {}).get(key) for heading, key in columns.items()}
        self._is_ours = not hasattr(file, "write")
        self._file: BinaryIO = file.open("r+b" if start else "w+b") if self._is_ours else file  # type: ignore[assignment,union-attr]
        self._file.seek(start)
        self._file.truncate()
        if not start:
            self._file.write(self.begin())

    DELIMITER: ClassVar[str] = ","

    @classmethod  # noqa: B027 - most forms need nothing
    def require(cls) -> None:
        """Checks that what this form needs is installed."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self._file.write(self.end())
            self.synced()
        if self._is_ours:
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
        """Returns what comes before."""
        return b""

    @abstractmethod
    def line(self, record: Mapping[str, Any]) -> bytes:
        """Returns a record in this form."""

    def end(self) -> bytes:
        """Returns what comes after."""
        return b""


class CsvWriter(Writer):
    """CSV, in UTF-8 without a byte order mark by default; formulas are shielded."""

    def begin(self) -> bytes:
        """Returns the headings."""
        mark = codecs.BOM_UTF8 if self._layout.encoding.lower().replace("_", "-") == "utf-8-sig" else b""
        return mark + self._lines([[shield(name) for name in self._columns]])

    def write_all(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Adds records."""
        records = list(records)
        kinds = set(map(type, records))
        if not self._is_local and all(kind is dict or issubclass(kind, Record) for kind in kinds):
            columns = [column_of(records, key) for key in self._columns.values()]
            self._file.write(self._encoded(csv_of_columns(columns, self._layout.delimiter)))
        else:
            self._file.write(self._lines(map(self._cells, records)))

    def line(self, record: Mapping[str, Any]) -> bytes:
        """Returns a record as a line."""
        return self._lines([self._cells(record)])

    def _cells(self, record: Mapping[str, Any]) -> list[str]:
        values = whole_row_of(record, self._columns)
        if self._is_local:
            return [self._local(heading, cell) for heading, cell in values.items()]
        return [cell_text(cell) for cell in values.values()]

    @property
    def _is_local(self) -> bool:
        return self._layout.dates is not None or self._layout.decimal != "."

    def _local(self, heading: str, value: Any) -> str:
        """Returns a cell with local dates and numbers."""
        form = self._layout.dates
        moment = moment_of(value, self._kinds[heading]) if form else None
        if form and moment:
            return shield(moment.strftime(form.pattern))
        text = cell_text(value)
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return text.replace(".", self._layout.decimal) if is_number else text

    def _lines(self, rows: Iterable[list[str]]) -> bytes:
        return self._encoded(csv_text(rows, self._layout.delimiter))

    def _encoded(self, text: str) -> bytes:
        encoding = self._layout.encoding.lower().replace("_", "-")
        if encoding in ("utf-8", "utf-8-sig", "utf8"):
            return encoded(text)
        try:
            return text.encode(encoding)
        except UnicodeEncodeError as problem:
            character = text[problem.start]
            raise PlanhatValidationError(
                f"The encoding {self._layout.encoding} does not have {character!r} (U+{ord(character):04X}). "
                "Set encoding=utf-8-sig, which spreadsheets read as well."
            ) from problem


class TsvWriter(CsvWriter):
    """The same with tabs."""

    DELIMITER = "\t"


class JsonLinesWriter(Writer):
    """One JSON object a line."""

    def line(self, record: Mapping[str, Any]) -> bytes:
        """Returns a record as a line."""
        row = whole_row_of(record, self._columns)
        return encoded(json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=str)) + b"\n"


class JsonWriter(Writer):
    """A JSON array with one record a line."""

    def __init__(self, file: Path | BinaryIO, columns: Columns, start: int = 0, *more: Any) -> None:
        self._is_first = not start
        super().__init__(file, columns, start, *more)

    def begin(self) -> bytes:
        """Opens the array."""
        return b"["

    def line(self, record: Mapping[str, Any]) -> bytes:
        """Returns a record, with the comma that is between it and the one before."""
        comma = b"\n" if self._is_first else b",\n"
        self._is_first = False
        return comma + encoded(json.dumps(whole_row_of(record, self._columns), ensure_ascii=False, default=str))

    def end(self) -> bytes:
        """Closes the array."""
        return b"\n]\n"


class _ErrorsAtTheEnd:
    """A file for XlsxWriter that keeps the first error to itself: its ZIP file could not be closed after one.

    Args:
        file: The file.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._problem: OSError | ValueError | None = None

    @contextmanager
    def _kept(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as problem:  # it is closed when the ZIP file is collected as garbage
            self._problem = self._problem or problem

    def write(self, data: bytes) -> int:
        with self._kept():
            self._file.write(data)
        return len(data)

    def seek(self, place: int, whence: int = os.SEEK_SET) -> None:
        with self._kept():
            self._file.seek(place, whence)

    def tell(self) -> int:
        try:
            return self._file.tell()
        except (OSError, ValueError) as problem:
            self._problem = self._problem or problem
            return 0

    def flush(self) -> None:
        with self._kept():
            self._file.flush()

    def require_written(self) -> None:
        """Raises the first error, if there was one."""
        self.flush()
        if self._problem is not None:
            raise self._problem


class ExcelWriter(Writer):
    """A workbook through XlsxWriter, one row in memory at a time: headings that stay, a filter, dates and numbers.

    All strings are strings, never formulas or links.
    """

    RESUMABLE = False

    @classmethod
    def require(cls) -> None:
        """Checks that XlsxWriter is installed."""
        try:
            import xlsxwriter  # noqa: F401, PLC0415 - only those who write Excel files need it
        except ImportError as problem:
            raise PlanhatValidationError(
                'Excel files need the extra [excel]: pip install "rpaframework-planhat[excel]". Or export as .csv.'
            ) from problem

    def __init__(self, file: Path | BinaryIO, columns: Columns, start: int = 0, *more: Any) -> None:
        self.require()
        import xlsxwriter  # noqa: PLC0415 - as above

        super().__init__(file, columns, start, *more)
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._opened = _ErrorsAtTheEnd(self._file)
        self._book = xlsxwriter.Workbook(self._opened, options)
        self._sheet = self._book.add_worksheet()
        self._formats = {
            "heading": self._book.add_format({"bold": True}),
            "day": self._book.add_format({"num_format": "yyyy-mm-dd"}),
            "time": self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        self._number = 0
        self._cut = 0
        self._rounded = 0
        self._widths = [0] * len(columns)
        for place, heading in enumerate(columns):
            self._write_text(place, heading, self._formats["heading"])
        self._number = 1

    def __exit__(self, kind: type[BaseException] | None, *more: object) -> None:
        if kind is not None:
            with suppress(OSError, AttributeError):  # of XlsxWriter, which closes and removes it at the end only
                self._sheet.row_data_fh.close()
                os.unlink(self._sheet.row_data_filename)  # noqa: PTH108 - a name, not a path
        super().__exit__(kind, *more)  # type: ignore[arg-type]

    def write(self, record: Mapping[str, Any]) -> None:
        """Adds a record."""
        if self._number >= EXCEL_ROWS:
            raise PlanhatValidationError(f"A worksheet has {EXCEL_ROWS:,} rows at most: export as .csv.")
        for place, (heading, cell) in enumerate(row_of(record, self._columns).items()):
            if cell is not None:
                self._write_cell(place, cell, self._kinds[heading])
        self._number += 1

    def line(self, record: Mapping[str, Any]) -> bytes:  # noqa: ARG002 - rows are not lines here
        """Nothing: the workbook is written at the end."""
        return b""

    def end(self) -> bytes:
        """Writes the workbook."""
        for place, width in enumerate(self._widths):
            self._sheet.set_column(place, place, min(width + 2, WIDEST))
        if self._columns:
            self._sheet.freeze_panes(1, 0)
            self._sheet.autofilter(0, 0, max(self._number - 1, 0), len(self._columns) - 1)
        from xlsxwriter.exceptions import FileCreateError, FileSizeError  # noqa: PLC0415 - as above

        try:
            self._book.close()
        except FileCreateError as problem:  # of its temporary files
            raise problem.args[0] from None
        except FileSizeError as problem:
            raise PlanhatValidationError("A workbook holds 4 GB at most: export as .csv.") from problem
        self._opened.require_written()
        if self._cut:
            texts = plural(self._cut, "string is", "strings are")
            LOGGER.warning("%s cut to the %d characters that a cell holds: export as .csv.", texts, EXCEL_CHARACTERS)
        if self._rounded:
            numbers = plural(self._rounded, "number is", "numbers are")
            LOGGER.warning("%s rounded to the 16 digits that are written: export as .csv.", numbers)
        return b""

    def _write_cell(self, place: int, cell: Any, kind: Kind | None) -> None:
        moment = moment_of(cell, kind)
        if moment is not None and EXCEL_DAYS[0] <= moment.date() <= EXCEL_DAYS[1]:
            is_day = kind is Kind.DAY or (not moment.time().isoformat().strip("0:."))
            self._sheet.write_datetime(self._number, place, moment, self._formats["day" if is_day else "time"])
            self._widths[place] = max(self._widths[place], 10 if is_day else 19)
        elif isinstance(cell, bool):
            self._sheet.write_boolean(self._number, place, cell)
        elif isinstance(cell, (int, float)) and abs(cell) < EXCEL_EXACT:
            self._sheet.write_number(self._number, place, cell)
            self._rounded += isinstance(cell, float) and float(f"{cell:.16G}") != cell
            self._widths[place] = max(self._widths[place], len(str(cell)))
        else:
            self._write_text(place, str(cell))

    def _write_text(self, place: int, value: str, style: Any = None) -> None:
        text = well_formed(value)
        self._cut += len(text) > EXCEL_CHARACTERS
        self._sheet.write_string(self._number, place, text[:EXCEL_CHARACTERS], style)
        self._widths[place] = max(self._widths[place], min(len(text), WIDEST))


def moment_of(value: Any, kind: Kind | None) -> datetime | None:
    """Returns a value as a point in time, in UTC without offset; nothing if it is not one.

    Args:
        value: The value.
        kind: What its field holds, if that is known; without, strings in ISO 8601 are days and points in time.
    """
    if isinstance(value, str) and kind in (Kind.DATE, None) and ISO_TIME.fullmatch(value):
        with suppress(ValueError):
            value = datetime.fromisoformat(in_utc(value)[:-1])
    elif kind is Kind.DAY and isinstance(value, int) and not isinstance(value, bool):
        with suppress(OverflowError):
            value = EPOCH + timedelta(days=value)
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).replace(tzinfo=None) if value.tzinfo else value
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else None  # noqa: DTZ001 - a day


WRITERS: dict[str, type[Writer]] = {
    ".csv": CsvWriter,
    ".tsv": TsvWriter,
    ".jsonl": JsonLinesWriter,
    ".ndjson": JsonLinesWriter,
    ".json": JsonWriter,
    ".xlsx": ExcelWriter,
}
"""Forms by the ending of a file."""


def writer_of(path: Path) -> type[Writer]:
    """Returns the form of a file by its ending.

    Raises:
        PlanhatValidationError: If the ending is unknown, or what the form needs is not installed.
    """
    found = WRITERS.get(path.suffix.lower())
    if found is None:
        raise PlanhatValidationError(f"{path} has no known ending; known are {', '.join(WRITERS)}.")
    found.require()
    return found
