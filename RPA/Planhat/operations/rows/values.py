"""From what people write to what Planhat takes, field by field."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timezone
from enum import Enum
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.references import reference_text
from RPA.Planhat.text.parsing import parse_bool
from RPA.Planhat.types import Kind
from RPA.Planhat.types.encoding import refuse_bad_cell

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.types import Field, Parameter

EPOCH = date(1970, 1, 1)

_CALENDAR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}($|[T ])")
"""From Python 3.11 on `fromisoformat` takes `20260301` and `2026-W10-1` as well, which Planhat does not."""


def convert(field: Field[Any] | Parameter, value: Any) -> Any:
    """Returns a value as Planhat takes it for a field; nothing stays nothing and clears the field.

    Args:
        field: The field, or a parameter of a list.
        value: What the caller wrote: text, a number, a date, a list, an object.

    Raises:
        PlanhatValidationError: If the value can not be what the field holds. The message names the field.
    """
    if value is None:
        return None
    refuse_bad_cell(value)
    try:
        converted = _CONVERTERS[field.kind](_split(field, value))
    except (ValueError, TypeError, OverflowError) as problem:
        raise PlanhatValidationError(f"{field.name} takes {field.kind.value}, not {value!r}.") from problem
    return _within(field, converted)


def parts(text: str, between: Iterable[str] = (",",)) -> list[Any]:
    """Returns the values of a list that is written as text, or as JSON.

    Args:
        text: The text.
        between: What may stand between the values; the first of these that occurs does.

    Raises:
        ValueError: If it is JSON that is damaged.
    """
    if text.lstrip().startswith("["):
        return _list(json.loads(text))
    sign = next((each for each in between if each in text.strip()), ",")
    return [part.strip() for part in text.split(sign) if part.strip()]


def in_utc(text: str) -> str:
    """Returns a date or a time in Planhat's own spelling: UTC with milliseconds; one without offset is UTC.

    Raises:
        ValueError: If it is none.
    """
    try:
        moment = _parsed(text)
        moment = moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    except OverflowError as problem:
        raise ValueError(f"{text} is no date") from problem
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _split(field: Field[Any] | Parameter, value: Any) -> Any:
    between = getattr(field, "between", None)
    return parts(value, between) if between and field.kind is Kind.TEXTS and isinstance(value, str) else value


def _within(field: Field[Any] | Parameter, value: Any) -> Any:
    least, most = getattr(field, "least", None), getattr(field, "most", None)
    if (least is not None and value < least) or (most is not None and value > most):
        raise PlanhatValidationError(f"{field.name} goes from {least} to {most}; {value} is outside.")
    if field.options and value not in field.options:
        same = [option for option in field.options if option.lower() == str(value).lower()]
        if not same:
            raise PlanhatValidationError(f"{field.name} is one of {', '.join(field.options)}; not {value!r}.")
        return same[0]
    return value


def _text(value: Any) -> str:
    value = value.value if isinstance(value, Enum) else value
    if value is None or isinstance(value, (Mapping, list, tuple, set, bytes)):
        raise TypeError
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        value = _whole(value)
    text = value.isoformat() if isinstance(value, date) else str(value)
    text.encode()
    return text


def _whole(value: float) -> float:
    """A key that went through a spreadsheet or a data frame comes as `12345.0`, an empty cell as NaN."""
    if not math.isfinite(value):
        raise ValueError
    return int(value) if value.is_integer() else value


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    if isinstance(value, int):
        return value
    number = float(value.strip() if isinstance(value, str) else value)
    if not math.isfinite(number):
        raise ValueError
    exact = isinstance(value, str) and value.strip().lstrip("+-").isdigit()
    return int(value) if exact else number


def _integer(value: Any) -> int:
    number = _number(value)
    if number != int(number):
        raise ValueError
    return int(number)


def _boolean(value: Any) -> bool:
    truth = parse_bool(value)
    if truth is None:
        raise ValueError
    return truth


def _moment(value: Any) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    text = str(value).strip()
    if isinstance(value, str) and text.lower() in ("today", "now"):
        now = datetime.now(timezone.utc)
        return now.isoformat(timespec="milliseconds") if text.lower() == "now" else now.date().isoformat()
    _parsed(text)
    return text


def _parsed(text: str) -> datetime:
    if not _CALENDAR.match(text):
        raise ValueError
    return datetime.fromisoformat(_iso(text))


def _iso(text: str) -> str:
    """Python 3.10 knows neither `Z` nor milliseconds of one or two digits."""
    text = text[:-1] + "+00:00" if text[-1:] in "Zz" else text
    head, dot, tail = text.partition(".")
    if not dot:
        return text
    digits = len(tail) - len(tail.lstrip("0123456789"))
    return f"{head}.{tail[:digits][:6].ljust(6, '0')}{tail[digits:]}"


def _day(value: Any) -> int:
    if isinstance(value, datetime):
        return (value.date() - EPOCH).days
    if isinstance(value, date):
        return (value - EPOCH).days
    text = str(value).strip()
    if isinstance(value, (int, float)) or text.lstrip("-").isdigit():
        return _integer(value)
    return (_parsed(_moment(text)).date() - EPOCH).days


def _list(value: Any) -> list[Any]:
    if isinstance(value, str):
        return parts(value)
    if isinstance(value, (Mapping, bytes)) or not isinstance(value, Iterable):
        raise TypeError
    return list(value)


def _texts(value: Any) -> list[str]:
    return [_text(item) for item in _list(value)]


def _object(value: Any) -> dict[str, Any]:
    value = json.loads(value) if isinstance(value, str) else value
    if not isinstance(value, Mapping):
        raise TypeError
    return dict(value)


def _objects(value: Any) -> list[dict[str, Any]]:
    value = json.loads(value) if isinstance(value, str) else value
    return [_object(item) for item in ([value] if isinstance(value, Mapping) else value)]


def _id(value: Any) -> str:
    return reference_text(value) if isinstance(value, Mapping) else _text(value)


def _ids(value: Any) -> list[str]:
    return [_id(item) for item in ([value] if isinstance(value, Mapping) else _list(value))]


def _as_it_is(value: Any) -> Any:
    return value


_CONVERTERS: dict[Kind, Callable[[Any], Any]] = {
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
    Kind.ANY: _as_it_is,
}
