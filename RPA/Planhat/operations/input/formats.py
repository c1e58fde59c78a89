"""Values as people write them in tables: local dates and numbers, yes and no, several values in one cell."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.date_forms import date_form, unread
from RPA.Planhat.operations.rows.values import convert
from RPA.Planhat.text.parsing import FALSE, TRUE
from RPA.Planhat.types import Kind
from RPA.Planhat.types.encoding import BadCell, refuse_bad_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from RPA.Planhat.types import Field

DECIMALS = (".", ",", "auto")
NO_BREAK_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})
ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]]+@[^@\s<>,;:\"()\[\]]+\.[^@\s<>,;:\"()\[\].]+")
DISPLAYED = re.compile(r"[^<>@]*<\s*([^<>]*?)\s*>")
WEB = re.compile(r"^[a-z][a-z0-9+.-]*://|^www\.|[/?#:].*$")


@dataclass(frozen=True)
class Formats:
    """The local forms in which a table has its values. ISO 8601, plain numbers, `true` and `yes` are always taken.

    Attributes:
        dates: Forms of dates, such as `DD.MM.YYYY` or `DD/MM/YYYY HH:mm`, tried in this order.
        decimal: What stands before the decimals: `.`, `,`, or `auto`, which takes two digits at the end for decimals.
        true: Further words for true.
        false: Further words for false.
        separator: What stands between several values in one cell.
        empty: Texts that stand for an empty cell, such as `-` and `n/a`.
        tidy: Whether blanks around texts are taken off, and letters put together that come in two parts.
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
            raise PlanhatValidationError("separator is what stands between the values of one cell; it is empty.")
        object.__setattr__(self, "_dates", tuple(date_form(each) for each in self.dates))
        object.__setattr__(self, "_empty", frozenset(each.casefold() for each in ("", *self.empty)))
        object.__setattr__(self, "_true", TRUE | {each.casefold() for each in self.true})
        object.__setattr__(self, "_false", FALSE | {each.casefold() for each in self.false})

    def cell(self, value: Any) -> Any:
        """Returns what is in a cell; nothing for an empty one."""
        if not isinstance(value, str):
            is_empty = isinstance(value, BadCell) and value.text and value.text.casefold() in self._empty  # type: ignore[attr-defined]
            return None if is_empty else value
        text = value
        if self.tidy:
            text = text.strip() if text.isascii() else _composed(text)
        return None if text.casefold() in self._empty else text  # type: ignore[attr-defined]

    def value(self, field: Field[Any], cell: Any) -> Any:
        """Returns the value of a cell as Planhat takes it for a field.

        Raises:
            PlanhatValidationError: If the cell can not be what the field holds.
        """
        refuse_bad_cell(cell)
        try:
            return convert(field, self._read(field, cell))
        except PlanhatValidationError as problem:
            if field.kind not in (Kind.DATE, Kind.DAY) or not isinstance(cell, str):
                raise
            hint = unread(self._dates, cell)  # type: ignore[attr-defined]
            raise PlanhatValidationError(f"{problem} {hint}") from problem

    def _read(self, field: Field[Any], cell: Any) -> Any:
        """Returns what a cell says, in a form that is taken everywhere."""
        read = _BY_KEY.get(field.key) or (_READERS.get(field.kind) if isinstance(cell, str) else None)
        try:
            return cell if read is None else read(self, cell)
        except PlanhatValidationError:
            raise
        except (ValueError, TypeError) as problem:
            raise PlanhatValidationError(f"{field.name} takes {field.kind.value}, not {cell!r}.") from problem

    def takes_any_text(self, field: Field[Any]) -> bool:
        """Tells whether a field holds any text just as it stands in a cell."""
        return field.kind in (Kind.TEXT, Kind.ID) and field.key not in _BY_KEY and not field.options

    def moment(self, text: str) -> str:
        """Returns a date, with its time if it has one, in ISO 8601; one that no form fits as it is."""
        found = (form.read(text) for form in self._dates)  # type: ignore[attr-defined]
        return next((moment for moment in found if moment), text)

    def number(self, text: str) -> str:
        """Returns a number with a point before its decimals, and nothing else but digits and a minus.

        Raises:
            ValueError: If it is no number in this form.
        """
        bare = re.sub(r"[\s'\u2019]|^[A-Za-z]{3}(?=[\s\d-])|(?<=[\s\d])[A-Za-z]{3}$|[€$£¥]", "", text)
        decimal = _found_decimal(bare) if self.decimal == "auto" else self.decimal
        thousands = "," if decimal == "." else "."
        if self.decimal != "auto" and not re.fullmatch(_grouped(thousands, decimal), bare):
            raise ValueError
        return bare.replace(thousands, "").replace(decimal, ".")

    def boolean(self, text: str) -> bool:
        """Returns what a word for yes or no means.

        Raises:
            ValueError: If it is neither.
        """
        word = text.casefold()
        if word in self._true or word in self._false:  # type: ignore[attr-defined]
            return word in self._true  # type: ignore[attr-defined]
        raise ValueError

    def anything(self, text: str) -> Any:
        """Returns what an export has written as JSON, since a cell holds text only; any other text as it is.

        Raises:
            ValueError: If it begins as JSON and is none.
        """
        return json.loads(text) if text.startswith(("[", "{")) else text

    def parts(self, text: str) -> Any:
        """Returns the values of one cell; JSON is taken as it is."""
        if text.startswith("["):
            return text
        return [part.strip() for part in text.split(self.separator) if part.strip()]


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).translate(NO_BREAK_SPACES).strip()


def _grouped(thousands: str, decimal: str) -> str:
    return rf"[+-]?(\d+|\d{{1,3}}(\{thousands}\d{{3}})+)?(\{decimal}\d*)?([eE][+-]?\d+)?"


def _found_decimal(text: str) -> str:
    """Two digits, or one, behind the last sign are decimals; three are thousands."""
    found = re.search(r"([.,])\d{1,2}$", text)
    if found:
        return found.group(1)
    return "," if "." in text else "."


def email(_formats: Formats, cell: Any) -> str:
    """Returns an e-mail address in small letters, without a name in front of it.

    Raises:
        PlanhatValidationError: If it is none.
    """
    text = str(cell).strip().lower().removeprefix("mailto:")
    shown = DISPLAYED.fullmatch(text)
    address = shown.group(1) if shown else text
    if not ADDRESS.fullmatch(address):
        raise PlanhatValidationError(f"{str(cell)!r} is no e-mail address.")
    return address


def domain(web: str) -> str:
    """Returns the domain of a web site, as it stands behind the @ of its addresses."""
    text = web.strip().lower()
    for _ in range(2):
        text = WEB.sub("", text, count=1)
    return WEB.sub("", text)


def _emails(formats: Formats, cell: Any) -> list[str]:
    return [email(formats, each) for each in (formats.parts(cell) if isinstance(cell, str) else cell)]


def _domains(formats: Formats, cell: Any) -> list[str]:
    return [domain(str(each)) for each in (formats.parts(cell) if isinstance(cell, str) else cell)]


_BY_KEY: dict[str, Callable[[Formats, Any], Any]] = {"email": email, "otherEmails": _emails, "domains": _domains}


def tidied(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a record with its e-mail addresses and domains as imports send them.

    Raises:
        PlanhatValidationError: If an address is none.
    """
    plain = Formats()
    return {key: _BY_KEY[key](plain, value) if value and key in _BY_KEY else value for key, value in payload.items()}


_READERS: dict[Kind, Callable[[Formats, str], Any]] = {
    Kind.NUMBER: Formats.number,
    Kind.INTEGER: Formats.number,
    Kind.BOOLEAN: Formats.boolean,
    Kind.DATE: Formats.moment,
    Kind.DAY: Formats.moment,
    Kind.TEXTS: Formats.parts,
    Kind.IDS: Formats.parts,
    Kind.ANY: Formats.anything,
}
