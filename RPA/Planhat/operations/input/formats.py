"""Local forms of values in tables, and values that tables have in the place of Python's own; cells for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
import logging
import math
import re
import struct
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from types import NoneType
from typing import TYPE_CHECKING, Any, TextIO

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.date_forms import date_form, read_in, unread
from RPA.Planhat.operations.input.headings import ERRORS
from RPA.Planhat.operations.input.number_formats import SHOWN
from RPA.Planhat.text.parsing import FALSE, OTHER_SEPARATORS, TRUE, is_too_small, require, trim
from RPA.Planhat.types.encoding import BadCell, DateTimeEncoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from RPA.Planhat.operations.input.date_forms import DateForm

LOGGER = logging.getLogger("RPA.Planhat")

DECIMALS = (".", ",", "auto")

NO_BREAK_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " "})
SIGNS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'", "\u2212": "-"})
"""Characters in numbers that look like others: spaces that do not break, an apostrophe, a minus."""

_CODES = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG "
    "HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA "
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD "
    "RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
)
"""The currencies of ISO 4217. Other letters are part of the number: 12 Mio is not 12, and neither is 12 Stk."""

_CODE = f"(?:(?i:eur|usd|gbp|chf)|{_CODES.replace(' ', '|')})"
"""In small letters only those that are not words: 12 all, 12 pen and 12 top are numbers of something else."""

CURRENCY = re.compile(rf"^([+-]?) ?(?:[€$£¥]|{_CODE}(?=[ 0-9+-])) ?|(?:(?<=[ 0-9]){_CODE}| ?[€$£¥])$")
"""A currency before or behind an amount; Planhat keeps it in a field of its own."""


@dataclass(frozen=True)
class Formats:
    """The local forms in which a table has its values. ISO 8601, plain numbers, `true` and `yes` are always taken.

    Attributes:
        dates: Forms of dates, such as `DD.MM.YYYY` or `DD/MM/YYYY HH:mm`. A date that is another day in one form than
            in another is refused.
        decimal: The sign before the decimals: `.`, `,`, or `auto`, which takes one or two digits after the last
            separator as decimals, and any number of them where they cannot be thousands.
        true: Further words for true.
        false: Further words for false.
        separator: What separates several values in one cell; a comma leaves the choice to the field.
        empty: Strings that mean an empty cell, such as `-` and `n/a`.
        tidy: Whether spaces around strings are removed, and letters combined that come in two parts.
    """

    dates: tuple[str, ...] = ()
    decimal: str = "."
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    separator: str = ","
    empty: tuple[str, ...] = ()
    tidy: bool = True

    def __post_init__(self) -> None:
        if self.decimal not in DECIMALS:
            raise PlanhatValidationError(f"decimal is one of {' '.join(DECIMALS)}, not {self.decimal!r}.")
        if not self.separator:
            raise PlanhatValidationError("separator is what separates the values of one cell; it is empty.")
        require("separator", self.separator, str, "a string such as ; or a comma")
        object.__setattr__(self, "_dates", tuple(map(date_form, self.dates)))
        object.__setattr__(self, "_empty", frozenset(map(str.casefold, ("", *self.empty))))
        object.__setattr__(self, "_true", TRUE.union(map(str.casefold, self.true)))
        object.__setattr__(self, "_false", FALSE.union(map(str.casefold, self.false)))

    def cell(self, value: Any) -> Any:
        """Returns what is in a cell; nothing for an empty one."""
        if isinstance(value, str):
            text = value
            if self.tidy:
                text = text.strip() if text.isascii() else trim(text.translate(NO_BREAK_SPACES))
            return None if text.casefold() in self._empty else text  # type: ignore[attr-defined]
        if self.empty and isinstance(value, date):  # of a worksheet or a frame, such as 9999-12-31
            moment = value.isoformat().casefold()
            words = (moment, moment.removesuffix("t00:00:00"))
            return value if self._empty.isdisjoint(words) else None  # type: ignore[attr-defined]
        if isinstance(value, BadCell):
            is_empty = value.text and value.text.casefold() in self._empty  # type: ignore[attr-defined]
            return None if is_empty else value
        return value

    def ascii_cells(self, values: Sequence[Any]) -> list[Any] | None:
        """Returns `cell` of each of some values if all are strings of ASCII, and no word means an empty cell."""
        if self.empty or set(map(type, values)) != {str} or not "".join(values).isascii():
            return None
        texts = list(map(str.strip, values)) if self.tidy else list(values)
        return texts if all(texts) else [text or None for text in texts]

    def read_date(self, value: Any) -> str | None:
        """Returns a date, or the number of one, in ISO 8601; nothing if no form of `dates` fits it.

        Raises:
            PlanhatValidationError: If it is another day in one form than in another, or a number that lost its zero.
        """
        forms: tuple[DateForm, ...] = self._dates  # type: ignore[attr-defined]
        if not forms:
            return None
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        return read_in(forms, text)

    def unread(self, text: str) -> str:
        """Returns a hint for a string that is not a date."""
        return unread(self._dates, text)  # type: ignore[attr-defined]

    def boolean(self, text: str) -> bool:
        """Returns what a word for yes or no means.

        Raises:
            ValueError: If it is neither.
        """
        word = text.strip().casefold()
        if word in self._true or word in self._false:  # type: ignore[attr-defined]
            return word in self._true  # type: ignore[attr-defined]
        raise ValueError


PLAIN = Formats()
"""What is taken everywhere, also where no format was given."""

USUAL = Formats()
"""The formats of a table where none was given: they can be named, those of a program cannot."""


_ENCODER = DateTimeEncoder()

_OWN = frozenset({str, int, bool, dict, list, tuple, date, datetime, type(None)})


def python_value(value: Any) -> Any:
    """Returns Python's own value for that of numpy, pandas, a database or an enumeration; nothing for a missing one."""
    kind = type(value)
    if kind in _OWN:
        return value
    if is_missing(value):
        return None
    if isinstance(value, Enum):
        value = python_value(value.value)
    elif isinstance(value, Decimal):
        value = _of_decimal(value)
    elif kind.__module__ == "numpy":
        value = _of_numpy(value)
    elif hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime(warn=False)
    return value


def _of_decimal(value: Decimal) -> Any:
    """Returns a number of Python; one that is too small for a float, which would become 0, as it is."""
    if value.is_finite() and value == value.to_integral_value():
        return int(value)
    return float(value) or value


def _of_numpy(value: Any) -> Any:
    if type(value).__name__ == "datetime64":  # of nanoseconds, as pandas has them, `item` makes a whole number
        return value.astype("datetime64[us]").item()
    own = value.tolist() if hasattr(value, "tolist") else value
    digits = short_floats(getattr(value, "dtype", None))
    return [*map(digits, own)] if digits and isinstance(own, list) else digits(own) if digits else own


SHORT_FLOATS = {"float32": "f", "Float32": "f", "float": "f", "float16": "e", "Float16": "e", "halffloat": "e"}
"""Types of columns, as numpy, pandas, polars and pyarrow call them, whose numbers have fewer digits than Python's."""


def short_floats(kind: Any) -> Callable[[Any], Any] | None:
    """Returns what gives the values of a column the digits that its short floats have, at any depth.

    Their 0.1 is not that of Python's floats, and would be stored as 0.10000000149011612.

    Args:
        kind: The type of the column; nothing is returned if it has no such floats in it.
    """
    kind = getattr(kind, "pyarrow_dtype", kind)  # of pandas
    form = SHORT_FLOATS.get(str(kind))
    if form is not None:
        return partial(_shortest, form)
    inner = getattr(kind, "inner", None) or getattr(kind, "value_type", None)
    if inner is not None:
        digits = short_floats(inner)
        return digits and (lambda cell: [*map(digits, cell)] if isinstance(cell, (list, tuple)) else digits(cell))
    fields = getattr(kind, "fields", None) or [kind.field(each) for each in range(getattr(kind, "num_fields", 0))]
    found = {each.name: short_floats(getattr(each, "dtype", None) or each.type) for each in fields}
    by_name = {name: digits for name, digits in found.items() if digits}
    return partial(_with_fields, by_name) if by_name else None


def _with_fields(by_name: Mapping[str, Callable[[Any], Any]], cell: Any) -> Any:
    if not isinstance(cell, dict):
        return cell
    return {**cell, **{name: digits(cell[name]) for name, digits in by_name.items()}}


def _shortest(form: str, value: Any) -> Any:
    """Returns the number of fewest digits that is the same short float."""
    if not isinstance(value, float) or not math.isfinite(value):
        return value
    packed = struct.pack(form, value)
    for digits in range(3, 10):
        number = float(f"{value:.{digits}g}")
        with suppress(OverflowError):  # the largest ones are beyond it with fewer digits
            if struct.pack(form, number) == packed:
                return number
    return value


WITH_DECIMAL = re.compile(r"[0-9]{3,}\.0")
"""A whole number as pandas writes it to a file if its column has empty cells: 1001.0; 2.0 may be a version."""


def tell_decimals(name: str, cells: Iterable[Any], told: set[str]) -> None:
    """Warns once of strings such as 1001.0: as an id, this is another one than 1001.

    Args:
        name: The field.
        cells: What is in its column.
        told: The fields of which it was said.
    """
    found = (cell for cell in cells if isinstance(cell, str) and cell[-2:] == ".0")
    odd = next(filter(WITH_DECIMAL.fullmatch, found), None)
    if odd is not None and name not in told:
        told.add(name)
        LOGGER.warning(
            "%s has %r, which pandas writes for the number %s if a column has empty cells. It is sent as it is; if %s "
            "is meant, save the column as whole numbers or strings.",
            name,
            odd,
            odd[:-2],
            odd[:-2],
        )


def is_missing(value: Any) -> bool:
    """Returns whether a value is what tables have in the place of none: `None`, NaN, `NA`, `NaT`."""
    if value is None:
        return True
    if isinstance(value, float):
        return value != value  # noqa: PLR0124 - NaN alone differs from itself
    kind = type(value)
    if kind.__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(value, Decimal):
        return value.is_nan()
    return kind.__module__ == "numpy" and not getattr(value, "shape", ()) and bool(value != value)  # noqa: PLR0124


def plain_value(value: Any) -> Any:
    """Returns a value as reports and files hold it: what is sent for it, NaN for a missing one, a string for any other.

    Whole numbers that a worksheet shows with more characters are these: `00123` would be read again as 123.
    """
    if is_missing(value):
        return float("nan")
    value = str(value) if isinstance(value, SHOWN) else python_value(value)
    if isinstance(value, (str, int, float, dict, list, tuple)):
        return value
    try:
        return _ENCODER.default(value)
    except (TypeError, PlanhatValidationError):
        return str(value)


def parse_number(text: str, decimal: str = ".") -> float:
    """Returns the number in a string; one without decimals with all its digits.

    Every sign needs one meaning: thousands come in threes behind one to three digits that do not begin with 0, all
    with the same separator, and the decimal sign comes once.

    Raises:
        ValueError: If it is not a number in this form.
    """
    bare = CURRENCY.sub(r"\1", text.translate(SIGNS).strip(), count=1).strip()
    decimal = _decimal_of(bare) if decimal == "auto" else decimal
    others = ", '" if decimal == "." else ". '"
    found = re.fullmatch(
        rf"([+-]?)(?:([0-9]+)|([1-9][0-9]{{0,2}}(?:([{others}])[0-9]{{3}})(?:\4[0-9]{{3}})*)|(?=[{decimal}][0-9]))"
        rf"(?:[{decimal}]([0-9]*))?([eE][+-]?[0-9]+)?",
        bare,
    )
    if found is None:
        raise ValueError
    sign, digits, grouped, separator, decimals, exponent = found.groups()
    if grouped is not None:
        if exponent:
            raise ValueError
        digits = grouped.replace(separator, "")
    if decimals is None and exponent is None:
        return int(sign + digits)
    number = float(f"{sign}{digits or 0}.{decimals or 0}{exponent or ''}")
    if not number and is_too_small(f"{digits}{decimals or ''}"):
        raise ValueError
    return number


def _decimal_of(text: str) -> str:
    """Returns the decimal sign of a number of unknown origin.

    With both signs it is the last one. One that comes once is it unless exactly three digits follow that can be
    thousands: behind one to three digits that do not begin with 0.
    """
    signs = [each for each in text if each in ".,"]
    if len(set(signs)) > 1:
        return signs[-1]
    if len(signs) != 1:
        return "," if "." in signs else "."
    thousands = re.fullmatch(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}", text)
    return signs[0] if not thousands else ("," if signs[0] == "." else ".")


_BEGINNING = r"(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])"
"""How a formula begins: with its sign, also that of full width, which spreadsheets of East Asia take; behind spaces."""

_DIGITS = r"[0-9][0-9.,/: -]*\Z"
"""What spreadsheets mark as text with an apostrophe, so that zeros stay and it does not become a date."""

_FORMULA = re.compile(rf"'*{_BEGINNING}|'+{_DIGITS}")
"""How a string begins that a spreadsheet would take for a formula, or one that was shielded before."""

SHIELDED = re.compile(rf"'+(?:{_BEGINNING}|{_DIGITS})")
"""How a string begins that has such an apostrophe."""

EQUALS = re.compile(r'="((?:[^"]|"")*)"')
"""How spreadsheets and CRMs write a string of digits, so that it keeps its zeros."""

CUT = re.compile(r"[+-]?[0-9][.,][0-9]+E\+[0-9]{2,3}")
"""How spreadsheets show a number that is too long for its cell, and save it as text."""

_SPLIT = re.compile(rf"[;,|\t\n\r]{_BEGINNING}")
"""What becomes a formula where another sign divides cells than here, unless it is in quotation marks."""


def shield(text: str) -> str:
    """Puts an apostrophe before a string that a spreadsheet would take for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unshield(text: str) -> str:
    """Takes the apostrophe off again."""
    return text[1:] if SHIELDED.match(text) else text


def refuse_spreadsheet_text(name: str, text: str) -> None:
    """Refuses a string that a spreadsheet shows in the place of a value, or that is written so for a spreadsheet.

    Raises:
        PlanhatValidationError: If it is an error such as `#N/A`, digits in `="…"`, or a number such as `4.93012E+11`.
    """
    if text.strip() in ERRORS:
        raise PlanhatValidationError(f"{name} shows {text.strip()}, an error of a spreadsheet.")
    if EQUALS.fullmatch(text):
        raise PlanhatValidationError(f"{name} is {text!r}, as spreadsheets keep zeros: leave out the = and the quotes.")
    if CUT.fullmatch(text.strip()):
        raise PlanhatValidationError(
            f"{name} is {text!r}: a spreadsheet shortened the number, and its digits are lost."
        )


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

    def write_columns(self, columns: Sequence[list[str]]) -> None:
        """Writes the rows that columns of strings are."""
        some = [column for column in columns if _SPLIT.search("\0".join(column))]
        quoted = {place for column in some for place, text in enumerate(column) if _SPLIT.search(text)}
        rows = zip(*columns, strict=True)
        if not quoted:
            self._plain.writerows(rows)
            return
        for place, row in enumerate(rows):
            (self._quoted if place in quoted else self._plain).writerow(row)


def csv_text(rows: Iterable[Sequence[Any]], delimiter: str = ",") -> str:
    """Returns rows of cells as CSV, as `RowWriter` writes them."""
    text = io.StringIO(newline="")
    writer = RowWriter(text, delimiter)
    for row in rows:
        writer.writerow(row)
    return text.getvalue()


def csv_of_columns(columns: Sequence[list[Any]], delimiter: str = ",") -> str:
    """Returns columns of values as CSV: the same as `csv_text` of their rows, with `cell_text` of each value."""
    text = io.StringIO(newline="")
    RowWriter(text, delimiter).write_columns([_cell_texts(column) for column in columns])
    return text.getvalue()


def _cell_texts(values: list[Any]) -> list[str]:
    """Returns `cell_text` of many values; of plain strings, numbers and nothing all at once."""
    types = set(map(type, values))
    if types <= {str, NoneType}:
        texts = values if NoneType not in types else [value or "" for value in values]
        # What begins with a letter or a digit is no formula, and not shielded.
        if "".join([text[:1] for text in texts]).isalnum() or not any(texts):
            return texts
    elif types <= {int, float}:
        return list(map(repr, values))
    return [cell_text(value) for value in values]


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
    """Returns a list of plain strings with commas; anything else, or a string that could be several, as JSON."""
    if isinstance(value, list) and value and all(_is_plain(item) for item in value):
        text = ",".join(value)
        if len(value) > 1 or not OTHER_SEPARATORS.search(text):
            return text
    return json.dumps(value, ensure_ascii=False, default=str)


def _is_plain(item: Any) -> bool:
    return isinstance(item, str) and item == item.strip() and bool(item) and "," not in item and item[0] not in '[{"'
