"""How Planhat stores what it is sent: dates in UTC, day integers, numbers as text, options, ranges."""

from __future__ import annotations

import re
import sys
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from RPA.Planhat.types import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

OBJECT_ID = re.compile(r"[0-9a-f]{24}")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?"
    r"\s*(?:(Z|z)|([+-])(\d\d):?(\d\d))?"
)
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


class UnfitError(ValueError):
    """A value that a field can not hold."""


def is_object_id(value: object) -> bool:
    """Tells whether a value looks like a Planhat id: 24 hexadecimal digits."""
    return isinstance(value, str) and OBJECT_ID.fullmatch(value.lower()) is not None


def iso(moment: datetime) -> str:
    """Returns a moment as Planhat writes it: UTC, milliseconds, `Z`."""
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def now() -> str:
    """Returns the present moment as Planhat writes it."""
    return iso(datetime.now(timezone.utc))


def parse(text: str) -> datetime:
    """Returns the moment that Planhat's own spelling names."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)


def day_of(text: str) -> int:
    """Returns the day integer of a moment in Planhat's own spelling."""
    return (parse(text) - EPOCH).days


@lru_cache(maxsize=4096)
def moment(text: str) -> str:
    """Returns a date, or date and time with any offset, in Planhat's own spelling.

    Raises:
        UnfitError: If it is no date.
    """
    found = _DATE.fullmatch(text.strip())
    try:
        return iso(_from_parts(*found.groups()) if found else parsedate_to_datetime(text))
    except (ValueError, OverflowError, TypeError) as error:
        raise UnfitError("is no date") from error


def _from_parts(*parts: str | None) -> datetime:
    year, month, day, hour, minute, second, fraction, _, sign, hours, minutes = parts
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    clock = (int(hour or 0), int(minute or 0), int(second or 0), micros)
    local = datetime(int(year or 0), int(month or 0), int(day or 0), *clock, tzinfo=timezone.utc)
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return local - offset if sign == "+" else local + offset


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UnfitError("is no text")
    return str(value)


def _number(value: Any) -> int | float:
    if isinstance(value, str):
        value = _parsed_number(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= sys.float_info.max:
        raise UnfitError("is no number")
    return value


def _parsed_number(text: str) -> int | float:
    try:
        number = float(text)
    except ValueError as error:
        raise UnfitError("is no number") from error
    return int(number) if number.is_integer() else number


def _integer(value: Any) -> int:
    number = _number(value)
    if number != int(number):
        raise UnfitError("is no whole number")
    return int(number)


def _boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if value == "":
        return None
    if isinstance(value, (str, int)) and str(value).lower() in _BOOLEANS:
        return _BOOLEANS[str(value).lower()]
    raise UnfitError("is neither true nor false")


def _date(value: Any) -> str:
    if isinstance(value, str):
        return moment(value)
    try:
        return iso(EPOCH + timedelta(milliseconds=_number(value)))
    except OverflowError as error:
        raise UnfitError("is no date") from error


def _id(value: Any) -> str | None:
    if value == "":
        return None
    if not is_object_id(value):
        raise UnfitError("is no id")
    return str(value).lower()


def _ids(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise UnfitError("is no list")
    return [_text(item.get("_id", item.get("id")) if isinstance(item, dict) else item) for item in value]


def _texts(value: Any) -> list[str]:
    return [_text(item) for item in (value if isinstance(value, list) else [value])]


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnfitError("is no object")
    return value


def _objects(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise UnfitError("is no list")
    return [{"id": item} if isinstance(item, str) else _object(item) for item in value]


def _as_is(value: Any) -> Any:
    return value


CONVERTERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.INTEGER: _integer,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _date,
    Kind.DAY: _integer,
    Kind.ID: _id,
    Kind.IDS: _ids,
    Kind.TEXTS: _texts,
    Kind.OBJECT: _object,
    Kind.OBJECTS: _objects,
    Kind.ANY: _as_is,
}


def convert(field: Field[Any], value: Any) -> Any:
    """Returns a value as a field stores it; null stays null.

    Raises:
        UnfitError: If the field can not hold it.
    """
    if value is None:
        return None
    stored = CONVERTERS[field.kind](value)
    if field.options and stored not in field.options:
        raise UnfitError(f"is none of {', '.join(field.options)}")
    if field.least is not None and stored < field.least:
        raise UnfitError(f"is below {field.least:g}")
    if field.most is not None and stored > field.most:
        raise UnfitError(f"is above {field.most:g}")
    return stored
