"""Local forms of values in tables, and values that tables have in the place of Python's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.date_forms import date_form, unread
from RPA.Planhat.text.parsing import FALSE, TRUE, trim
from RPA.Planhat.types.encoding import BadCell

DECIMALS = (".", ",", "auto")

NO_BREAK_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " "})
SIGNS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'", "\u2212": "-"})
"""Characters in numbers that look like others: spaces that do not break, an apostrophe, a minus."""

CURRENCY = re.compile(r"^([+-]?) ?(?:[€$£¥]|[A-Za-z]{3}(?=[ 0-9+-])) ?|(?:(?<=[ 0-9])[A-Za-z]{3}| ?[€$£¥])$")
"""A currency before or behind an amount; Planhat keeps it in a field of its own."""


@dataclass(frozen=True)
class Formats:
    """The local forms in which a table has its values. ISO 8601, plain numbers, `true` and `yes` are always taken.

    Attributes:
        dates: Forms of dates, such as `DD.MM.YYYY` or `DD/MM/YYYY HH:mm`, tried in this order.
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
        object.__setattr__(self, "_dates", tuple(date_form(each) for each in self.dates))
        object.__setattr__(self, "_empty", frozenset(each.casefold() for each in ("", *self.empty)))
        object.__setattr__(self, "_true", TRUE | {each.casefold() for each in self.true})
        object.__setattr__(self, "_false", FALSE | {each.casefold() for each in self.false})

    def cell(self, value: Any) -> Any:
        """Returns what is in a cell; nothing for an empty one."""
        if isinstance(value, str):
            text = value
            if self.tidy:
                text = text.strip() if text.isascii() else _composed(text)
            return None if text.casefold() in self._empty else text  # type: ignore[attr-defined]
        if isinstance(value, BadCell):
            is_empty = value.text and value.text.casefold() in self._empty  # type: ignore[attr-defined]
            return None if is_empty else value
        return value

    def read_date(self, value: Any) -> str | None:
        """Returns a date, or the number of one, in ISO 8601; nothing if no form of `dates` fits it."""
        text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        found = (form.read(text) for form in self._dates)  # type: ignore[attr-defined]
        return next((moment for moment in found if moment), None)

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
"""What is taken everywhere, also where nothing was said about formats."""


def _composed(text: str) -> str:
    return trim(text.translate(NO_BREAK_SPACES))


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
        value = int(value) if value.is_finite() and value == value.to_integral_value() else float(value)
    elif kind.__module__ == "numpy":
        value = _of_numpy(value)
    elif hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime(warn=False)
    return value


def _of_numpy(value: Any) -> Any:
    if type(value).__name__ == "datetime64":  # of nanoseconds, as pandas has them, `item` makes a whole number
        return value.astype("datetime64[us]").item()
    return value.tolist() if hasattr(value, "tolist") else value


def is_missing(value: Any) -> bool:
    """Tells whether a value is what tables have in the place of none: `None`, NaN, `NA`, `NaT`."""
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


def parse_number(text: str, decimal: str = ".") -> float:
    """Returns the number in a string; one without decimals with all its digits.

    Every sign needs one meaning: thousands come in threes behind one to three digits that do not begin with 0, all
    with the same separator, and the decimal sign comes once.

    Raises:
        ValueError: If it is not a number in this form.
    """
    bare = CURRENCY.sub(r"\1", text.translate(SIGNS).strip()).strip()
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
    return float(f"{sign}{digits or 0}.{decimals or 0}{exponent or ''}")


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
