"""Kinds of field: what each takes, what it makes of it, and what is wrong with it. One function for each kind.

All values come here: arguments of a keyword, rows of a program, cells of a table, live and in a dry run.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from unicodedata import normalize
from uuid import UUID

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.date_forms import iso_text, moment_of
from RPA.Planhat.operations.input.formats import PLAIN, Formats, parse_number, python_value, refuse_spreadsheet_text
from RPA.Planhat.operations.input.number_formats import NO_DAYS, SHOWN
from RPA.Planhat.operations.references import as_planhat_writes, is_row, reference_text
from RPA.Planhat.text.parsing import (
    QUOTES,
    UNSEEN,
    parse_bool,
    parse_float,
    parse_literal,
    refuse_other_separator,
    trim,
)
from RPA.Planhat.types import Field, Kind, Parameter
from RPA.Planhat.types.encoding import UNFIT, DateTimeEncoder, refuse_bad_cell, unfit

EPOCH = date(1970, 1, 1)

LARGEST_EXACT = 2**53
"""Beyond it, floats are not exact whole numbers."""

FARTHEST_DAY = 100_000
"""Days since 1970 that are surely meant as something else, such as milliseconds: the year 2243."""

YEARS = range(1900, 2101)
"""Numbers that are years rather than days of 1975."""

SPREADSHEET_DAYS = range(36526, FARTHEST_DAY)
"""Numbers that are days from 2000 on as spreadsheets count, rather than days from 2070 on."""

SPREADSHEET_EPOCH = 25569
"""The number that spreadsheets give 1970-01-01."""

_LABEL = rf"(?!-)[^\s{UNSEEN}{QUOTES}!-,/:-@\[-\^{{-~.]+(?<!-)"
"""A part of a domain. Of ASCII it has letters, digits, hyphens and underscores."""

ADDRESS = re.compile(
    rf"[^@<>,;:()\[\]\\|\s{UNSEEN}\"\u00ab\u00bb\u201c-\u201f\u2039\u203a]+@(?:{_LABEL}\.)+(?![0-9]+$){_LABEL}"
)
_INTEGER = re.compile(r"[+-]?[0-9]+")

_ENCODER = DateTimeEncoder()

DISPLAYED = re.compile(r"[^<>@]*<\s*([^<>]*?)\s*>")
WEB = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//|^www\.|[/?#:].*$")
PLAIN_DOMAINS = re.compile(r"(?:(?!www\.)(?:[a-z0-9_]+(?:-+[a-z0-9_]+)*\.)+[a-z]+\n)*")
DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.(?![0-9]+$){_LABEL}")
"""Neither a number such as 1.234 nor an IP address is a domain."""


def convert(field: Field[Any] | Parameter, value: Any, formats: Formats = PLAIN) -> Any:
    """Returns a value as Planhat takes it for a field; `None` stays `None` and clears the field.

    Args:
        field: The field, or a parameter of a list.
        value: What the caller wrote: text, a number, a date, a list, an object.
        formats: The local forms of values that are written as text.

    Raises:
        PlanhatValidationError: If the field cannot hold the value. The message names the field.
    """
    if value is None:
        return None
    refuse_bad_cell(value)
    refuse_secret(field.name, value)
    try:
        own = python_value(value)
        if own is None:
            raise ValueError  # noqa: TRY301 - the message is below
        by_key = BY_KEY.get(getattr(field, "key", ""))
        converted = by_key(field, own, formats) if by_key else _CONVERTERS[field.kind](field, own, formats)
    except PlanhatValidationError:
        raise
    except (ValueError, TypeError, OverflowError, RecursionError) as problem:
        raise PlanhatValidationError(_refusal(field, value, formats)) from problem
    return _within(field, converted)


def _refusal(field: Field[Any] | Parameter, value: Any, formats: Formats) -> str:
    has_words = getattr(type(value), "__repr__", None) is not getattr(object, "__repr__", None)
    value = value.isoformat() if isinstance(value, (date, time)) else value
    shown = repr(value) if has_words and not isinstance(value, (Iterator, bytes)) else f"<{type(value).__name__}>"
    refusal = f"{field.name} takes {field.kind.value}, not {shown}."
    if "\0" in str(value):
        return f"{refusal} A string cannot contain NUL."
    if any("\ud800" <= sign <= "\udfff" for sign in str(value)):
        return f"{refusal} It has half of a character (a lone surrogate)."
    if field.kind in (Kind.DATE, Kind.DAY) and isinstance(value, str) and formats is not PLAIN:
        return f"{refusal} {formats.unread(value)}"
    return refusal


def refuse_secret(name: str, value: Any) -> None:
    """Refuses a secret, which must not be stored in a field or searched for.

    Raises:
        PlanhatValidationError: If the value is one.
    """
    if type(value).__name__ in ("Secret", "Token") and not isinstance(value, (str, Mapping)):
        raise PlanhatValidationError(
            f"{name} is a secret, and fields are stored in the open. Give its text if Planhat may keep it."
        )


def as_json(name: str, value: Any) -> Any:
    """Returns a value of a field whose kind is not known, as JSON holds it: with Python's own values at every depth.

    Args:
        name: The field.
        value: The value.

    Raises:
        PlanhatValidationError: If JSON or Planhat cannot hold it.
    """
    try:
        return _json_value(value)
    except (*UNFIT, OverflowError) as problem:
        raise PlanhatValidationError(f"{name}: {unfit(problem)}") from problem


def _json_value(value: Any) -> Any:
    """Returns a value with types of JSON at every depth; sets are lists, in order of their text."""
    value = python_value(value)
    if isinstance(value, str):
        return sendable(value)
    if isinstance(value, Mapping):
        strange = next((name for name in value if not isinstance(name, str)), "")
        if strange != "":
            raise TypeError(f"names of fields are strings, not {strange!r}")
        items: Iterable[tuple[str, Any]] = dict.items(value) if isinstance(value, dict) else value.items()
        return {sendable(name): _json_value(each) for name, each in items}
    if isinstance(value, (list, tuple)):
        return [_json_value(each) for each in value]
    if isinstance(value, (int, float)):
        if not isinstance(value, bool) and not math.isfinite(value):
            raise ValueError(f"{value} is not a number that JSON has")
        return value
    if isinstance(value, AbstractSet):
        return sorted(map(_json_value, value), key=str)
    refuse_bad_cell(value)
    refuse_secret("A value", value)
    return None if value is None else _ENCODER.default(value)


def sendable(text: str) -> str:
    """Returns a string that JSON and Planhat can hold.

    Raises:
        ValueError: If it contains NUL, or half of a character.
    """
    if "\0" in text:
        raise ValueError("a string cannot contain NUL")
    if not text.isascii():
        text.encode()
    return text


def _within(field: Field[Any] | Parameter, value: Any) -> Any:
    least, most = getattr(field, "least", None), getattr(field, "most", None)
    if (least is not None and value < least) or (most is not None and value > most):
        end = "up" if most is None else f"to {most}"
        raise PlanhatValidationError(f"{field.name} goes from {least} {end}; {value} is outside.")
    if field.options and value not in field.options:
        same = [option for option in field.options if option.lower() == str(value).strip().lower()]
        if not same:
            raise PlanhatValidationError(f"{field.name} is one of {', '.join(field.options)}; not {value!r}.")
        return same[0]
    return value


def _text(field: Any, value: Any, _formats: Formats) -> str:
    if isinstance(value, str):
        if value[:1] in ("#", "=") or value[:5] == "Err:5" or "E+" in value:
            refuse_spreadsheet_text(field.name, value)
        return sendable(str(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not math.isfinite(value) or abs(value) > LARGEST_EXACT:
            raise ValueError  # its last digits are lost, so it would be another id
        return str(int(value) if value.is_integer() else value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (int, UUID)):
        return str(value)
    raise TypeError


def _number(_field: Any, value: Any, formats: Formats) -> float:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise TypeError
    number = parse_number(value, formats.decimal) if isinstance(value, str) else +value
    if not math.isfinite(number):
        raise ValueError
    return number


def _integer(field: Any, value: Any, formats: Formats) -> int:
    number = _number(field, value, formats)
    if number != int(number):
        raise ValueError
    return int(number)


def _boolean(_field: Any, value: Any, formats: Formats) -> bool:
    if isinstance(value, (str, *SHOWN)):  # a number that a worksheet shows as a word is that word
        return formats.boolean(str(value))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    found = parse_bool(value) if isinstance(value, (bool, int)) else None
    if found is None:
        raise ValueError
    return found


def _local_date(field: Any, value: Any, formats: Formats) -> str | None:
    """Returns a date that is in a format of `dates`; nothing if it is in none."""
    try:
        return formats.read_date(value)
    except PlanhatValidationError as problem:
        raise PlanhatValidationError(f"{field.name}: {problem}") from problem


def _moment(field: Any, value: Any, formats: Formats) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise TypeError
    read = _local_date(field, value, formats)
    if read is not None:
        return read
    if not isinstance(value, str):
        raise TypeError
    text = value.strip()
    if text.lower() == "now":
        return datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    if text.lower() == "today":
        return datetime.now(timezone.utc).date().isoformat()
    return iso_text(text)


def _day(field: Any, value: Any, formats: Formats) -> int:
    """Days since 1970 as a number, or a date; `dates=` holds for numbers as for strings."""
    if isinstance(value, NO_DAYS):
        raise TypeError
    is_number = not isinstance(value, (str, date)) or (isinstance(value, str) and _INTEGER.fullmatch(value.strip()))
    if is_number and _local_date(field, value, formats) is None:
        days = _integer(field, value, PLAIN)
        if isinstance(value, str) or formats is not PLAIN:
            _refuse_number_of_day(field, value, days)
    else:
        text = value.date().isoformat() if isinstance(value, datetime) else _moment(field, value, formats)
        days = (moment_of(text[:10]).date() - EPOCH).days
    if abs(days) >= FARTHEST_DAY:
        hint = "" if formats is PLAIN else " For dates in another format, set dates=, such as dates=YYYYMMDD."
        raise PlanhatValidationError(
            f"{field.name} takes a day: YYYY-MM-DD, or days since 1970-01-01, not {value!r}.{hint}"
        )
    return days


def _refuse_number_of_day(field: Field[Any] | Parameter, value: Any, days: int) -> None:
    """Refuses a number in a cell that is a day since 1970 and something else; a program has the days of Planhat.

    Raises:
        PlanhatValidationError: If it may be a year, or a day of a spreadsheet.
    """
    if days in YEARS:
        other = "a year"
    elif days in SPREADSHEET_DAYS:
        other = f"{EPOCH + timedelta(days - SPREADSHEET_EPOCH)} as spreadsheets count days"
    else:
        return
    raise PlanhatValidationError(
        f"{field.name} takes a day; {value!r} may be {other}, or {EPOCH + timedelta(days)} as days since 1970-01-01. "
        "Write the day as YYYY-MM-DD."
    )


def are_days(values: Iterable[int | None]) -> bool:
    """Whether numbers of a program or a cell are days since 1970 that nobody takes for something else."""
    return all(YEARS.stop <= day < SPREADSHEET_DAYS.start for day in values if day is not None)


def parts(text: str, between: Iterable[str] = (",",)) -> list[Any]:
    """Returns the values of a list that is written as text, as JSON, or as Python writes it.

    Args:
        text: The text.
        between: What may separate the values; the first of these that occurs does. A single one always does, but
            within quotation marks.

    Raises:
        ValueError: If it begins as such a list and is damaged, or is an array of PostgreSQL or an object.
    """
    if text.lstrip().startswith("["):
        try:
            found = json.loads(text, parse_float=parse_float)
        except ValueError:
            found = parse_literal(text)
        if not isinstance(found, list):
            raise ValueError
        return found
    several = tuple(between)
    sign = next((each for each in several if each in text.strip()), several[0] if len(several) == 1 else ",")
    if text.strip()[:1] == "{" and text.strip()[-1] == "}":  # an array of PostgreSQL, or an object
        raise ValueError
    if len(sign) == 1 and re.search(rf"(?:^|{re.escape(sign)})\s*\"", text):
        try:
            (cells,) = csv.reader([text], delimiter=sign, skipinitialspace=True, strict=True)
        except csv.Error as problem:
            raise ValueError from problem
        return [cell.strip() for cell in cells if cell.strip()]
    return [part.strip() for part in text.split(sign) if part.strip()]


def _list(field: Any, value: Any, formats: Formats) -> list[Any]:
    if isinstance(value, str):
        between = (formats.separator,) if formats.separator != "," else getattr(field, "between", None) or (",",)
        return parts(value, between)
    if isinstance(value, AbstractSet):
        return sorted(value, key=str)  # a set has another order in each run
    if isinstance(value, (Mapping, bytes, Iterator)) or not isinstance(value, Iterable):
        raise TypeError
    return list(value)


def _items(field: Any, value: Any, formats: Formats) -> list[Any]:
    """Returns the items of a list, as Python's own values; a missing one is refused."""
    items = [python_value(item) for item in _list(field, value, formats)]
    for item in items:
        refuse_bad_cell(item)
        refuse_secret(field.name, item)
    return items


def _texts(field: Any, value: Any, formats: Formats) -> list[str]:
    if isinstance(value, str) and formats.separator == "," and getattr(field, "between", (",",)) == (",",):
        refuse_other_separator(field.name, value)
    return [_text(field, item, formats) for item in _items(field, value, formats)]


def _object(field: Any, value: Any, _formats: Formats) -> dict[str, Any]:
    found = _literal(value) if isinstance(value, str) else value
    if not isinstance(found, Mapping):
        raise TypeError
    plain: dict[str, Any] = as_json(field.name, found)
    return plain


def _objects(field: Any, value: Any, formats: Formats) -> list[dict[str, Any]]:
    found = _literal(value) if isinstance(value, str) else value
    if isinstance(found, str):
        raise TypeError
    items = [found] if isinstance(found, Mapping) else _list(field, found, formats)
    return [_object(field, item, formats) for item in items]


def _literal(text: str) -> Any:
    try:
        return json.loads(text, parse_float=parse_float)
    except ValueError:
        found = parse_literal(text)
        if found is text:
            raise
        return found


def _id(field: Any, value: Any, formats: Formats) -> str:
    if not is_row(value):
        return as_planhat_writes(trim(_text(field, value, formats)))
    try:
        return as_planhat_writes(trim(reference_text(value)))
    except PlanhatValidationError as problem:
        raise PlanhatValidationError(f"{field.name}: {problem}") from problem


def _ids(field: Any, value: Any, formats: Formats) -> list[str]:
    items = [value] if is_row(value) else _items(field, value, formats)
    ids = [_id(field, item, formats) for item in items]
    if "" in ids:
        raise PlanhatValidationError(f"{field.name} has an empty id at place {ids.index('') + 1} of its list.")
    return ids


def _anything(field: Any, value: Any, _formats: Formats) -> Any:
    """Returns any value; what an export has written into a cell as JSON is read again."""
    if isinstance(value, str) and value.startswith(("[", "{")):
        value = json.loads(value, parse_float=parse_float)
    return as_json(field.name, value)


def email_address(name: str, value: Any) -> str:
    """Returns an e-mail address in lower case, without a name around it, `mailto:` or quotation marks.

    Args:
        name: The field, for the message.
        value: What was written.

    Raises:
        PlanhatValidationError: If it is not an address.
    """
    text = trim(str(value)).lower()
    if not text:
        return text
    shown = DISPLAYED.fullmatch(text)
    text = (shown.group(1) if shown else text).strip(f"{QUOTES} ")
    if text.startswith("mailto:"):
        text = text.removeprefix("mailto:").partition("?")[0]
    if not isinstance(value, str) or not ADDRESS.fullmatch(text) or has_other_width(text):
        raise PlanhatValidationError(f"{name} takes an e-mail address; {str(value)!r} is not a valid one.")
    return sendable(text)


def has_other_width(text: str) -> bool:
    """Returns whether a string has characters such as those of full width, which are others in a domain."""
    return not text.isascii() and normalize("NFKC", text) != normalize("NFC", text)


def _address(field: Any, value: Any, _formats: Formats) -> str:
    return email_address(field.name, value)


def _addresses(field: Any, value: Any, formats: Formats) -> list[str]:
    return [_address(field, each, formats) for each in _items(field, value, formats)]


def domain(web: str) -> str:
    """Returns the domain of a web site, as it is after the @ of its addresses."""
    text = trim(web).lower()
    for _ in range(2):
        text = WEB.sub("", text, count=1)
    return WEB.sub("", text)


def are_domains(strings: Iterable[str]) -> bool:
    """Returns whether strings are domains just as `domain` writes them."""
    return PLAIN_DOMAINS.fullmatch("".join([f"{each}\n" for each in strings])) is not None


def _domains(field: Any, value: Any, formats: Formats) -> list[str]:
    """Domains decide to which company endusers belong, so that none is guessed."""
    if isinstance(value, str) and not value.lstrip().startswith("["):
        value = re.split(r"[;,]", value) if formats.separator in ",;" else value.split(formats.separator)
        value = [each for each in value if each.strip()]
    found = []
    for each in _items(field, value, formats):
        own = domain(each) if isinstance(each, str) else ""
        if not DOMAIN.fullmatch(own) or has_other_width(own):
            raise PlanhatValidationError(
                f"{field.name} takes domains such as acme.example; {each!r} is not a valid one."
            )
        found.append(sendable(own))
    return found


BY_KEY: dict[str, Callable[[Any, Any, Formats], Any]] = {
    "email": _address,
    "agentEmail": _address,
    "otherEmails": _addresses,
    "emails": _addresses,
    "domains": _domains,
}
"""Fields that hold something more special than their kind."""

_CONVERTERS: dict[Kind, Callable[[Any, Any, Formats], Any]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.INTEGER: _integer,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _moment,
    Kind.DAY: _day,
    Kind.ID: _id,
    Kind.IDS: _ids,
    Kind.TEXTS: _texts,
    Kind.OBJECT: _object,
    Kind.OBJECTS: _objects,
    Kind.ANY: _anything,
}
