"""How Planhat stores what it is sent: dates in UTC, day integers, numbers as text; and what custom fields can hold."""

from __future__ import annotations

import re
import sys
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox.model_rules import Document, Model, path_of
from RPA.Planhat.sandbox.responses import ApiError, Reason
from RPA.Planhat.types import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.sandbox.tenant import Tenant

OBJECT_ID = re.compile(r"[0-9a-f]{24}")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?"
    r"\s*(?:(Z|z)|([+-])(\d\d):?(\d\d))?"
)
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


class UnfitError(ValueError):
    """A value that a field cannot hold."""


def is_object_id(value: object) -> bool:
    """Returns whether a value looks like a Planhat id: 24 hexadecimal digits."""
    return isinstance(value, str) and OBJECT_ID.fullmatch(value.lower()) is not None


def iso(moment: datetime) -> str:
    """Returns a moment as Planhat writes it: UTC, milliseconds, `Z`."""
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def now() -> str:
    """Returns the present moment as Planhat writes it."""
    return iso(datetime.now(timezone.utc))


def parse(text: str) -> datetime:
    """Returns the moment that Planhat's own spelling names."""
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=timezone.utc)


def day_of(text: str) -> int:
    """Returns the day integer of a moment in Planhat's own spelling."""
    return (parse(text) - EPOCH).days


@lru_cache(maxsize=4096)
def moment(text: str) -> str:
    """Returns a date, or date and time with any offset, in Planhat's own spelling.

    Raises:
        UnfitError: If it is not a valid date.
    """
    found = _DATE.fullmatch(text.strip())
    try:
        return iso(_from_parts(*found.groups()) if found else _from_mail(text))
    except (ValueError, OverflowError, TypeError) as error:
        raise UnfitError("is not a valid date") from error


def _from_mail(text: str) -> datetime:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - slow to import, and hardly anybody writes so

    return parsedate_to_datetime(text)


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
        raise UnfitError("is not a string")
    return str(value)


def _number(value: Any) -> int | float:
    if isinstance(value, str):
        value = _parsed_number(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= sys.float_info.max:
        raise UnfitError("is not a number")
    return value


def _parsed_number(text: str) -> int | float:
    try:
        number = float(text)
    except ValueError as error:
        raise UnfitError("is not a number") from error
    return int(number) if number.is_integer() else number


def _integer(value: Any) -> int:
    number = _number(value)
    if number != int(number):
        raise UnfitError("is not a whole number")
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
        raise UnfitError("is not a valid date") from error


def _id(value: Any) -> str | None:
    if value == "":
        return None
    if not is_object_id(value):
        raise UnfitError("is not a valid id")
    return str(value).lower()


def _ids(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise UnfitError("must be a list")
    return [_text(item.get("_id", item.get("id")) if isinstance(item, dict) else item) for item in value]


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        raise UnfitError("must be a list")
    return [_text(item) for item in (value if isinstance(value, list) else [value])]


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnfitError("must be an object")
    return value


def _objects(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise UnfitError("must be a list")
    return [{"id": item} if isinstance(item, str) else _object(item) for item in value]


DEEPEST = 100
"""How deep a body may be nested."""


def is_too_deep(value: Any) -> bool:
    """Returns whether a JSON value is nested deeper than anything that Planhat stores."""
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(DEEPEST):
        if not level:
            return False
        inner = (item for each in level for item in (each.values() if isinstance(each, dict) else each))
        level = [item for item in inner if isinstance(item, (dict, list))]
    return True


_WORDS = {"true": True, "false": False, "none": None}


def parse_scalar(value: Any) -> Any:
    """Returns what a string of a test means: true, false, nothing, a number; anything else as it is."""
    if not isinstance(value, str):
        return value
    if value.lower() in _WORDS:
        return _WORDS[value.lower()]
    try:
        number = float(value)
    except ValueError:
        return value
    return int(number) if number.is_integer() else number


def apply_operations(old: Any, operations: dict[str, Any]) -> list[Any]:
    """Plays operations on a list. Planhat has some, but their syntax is not known: this one is invented.

    Args:
        old: The list as it is stored.
        operations: `replace`, `remove` and `add`, each with a list, in this order.

    Raises:
        UnfitError: If there is another operation, or something else than a list in one.
    """
    if set(operations) - {"replace", "remove", "add"} or not all(
        isinstance(each, list) for each in operations.values()
    ):
        raise UnfitError("must be a list, or an object with lists in add, remove or replace")
    kept = operations.get("replace", old if isinstance(old, list) else [])
    kept = [each for each in kept if each not in operations.get("remove", [])]
    return kept + [each for each in operations.get("add", []) if each not in kept]


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
        UnfitError: If the field cannot hold it.
    """
    if value is None:
        return None
    stored = CONVERTERS[field.kind](value)
    if field.options and stored not in field.options:
        raise UnfitError(f"is not one of {', '.join(field.options)}")
    if field.least is not None and stored < field.least:
        raise UnfitError(f"is below {field.least:g}")
    if field.most is not None and stored > field.most:
        raise UnfitError(f"is above {field.most:g}")
    return stored


def _is(*types: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, types) and (bool in types or not isinstance(value, bool))


def _is_date(value: Any) -> bool:
    try:
        CONVERTERS[Kind.DATE](value)
    except UnfitError:
        return False
    return True


def _is_list_of(check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(check(item) for item in value)


CHECKS: dict[str, Callable[[Any], bool]] = {
    "number": _is(int, float),
    "text": _is(str),
    "rich text": _is(str),
    "checkbox": _is(bool),
    "day": _is(int),
    "date": _is_date,
    "list": _is(str),
    "multipicklist": _is_list_of(_is(str)),
    "team member": is_object_id,
    "team members": _is_list_of(is_object_id),
    "rating": _is(int),
    "phone": _is(str),
    "email": _is(str),
    "enduser": is_object_id,
    "endusers": _is_list_of(is_object_id),
    "url": _is(str),
}
"""What a custom field of each type can hold."""


LISTS = frozenset({"multipicklist", "team members", "endusers"})
"""Types of custom fields that hold lists."""


def check_custom(tenant: Tenant, model: Model, values: Any, old: Any = None) -> None:
    """Refuses values of custom fields that have no definition or do not fit theirs, when the dialect asks for it.

    Objects where a list belongs are never stored: they are refused, or played as operations on the list.

    Args:
        tenant: Where the definitions are.
        model: The model of the record.
        values: The values, changed in place where an operation is played.
        old: The custom values that the record has.
    """
    objects = [name for name, value in (values or {}).items() if isinstance(value, dict)]
    strict = tenant.dialect.unknown_custom == "refuse"
    if not values or not (strict or objects):
        return
    names = {path_of(model), str(model.SINGULAR), model.__name__.lower()}
    known = {
        each["name"]: each
        for each in tenant.store.documents("customfields")
        if str(each.get("parent")).lower() in names
    }
    for name in objects:
        if known.get(name, {}).get("type") in LISTS:
            values[name] = _played(tenant, name, values[name], (old or {}).get(name))
    for name, value in values.items() if strict else ():
        problem = _problem(known.get(name), value)
        if problem:
            raise ApiError(400, f"custom.{name} {problem}", reason=Reason.VALUE)


def _played(tenant: Tenant, name: str, operations: dict[str, Any], old: Any) -> list[Any]:
    try:
        if tenant.dialect.array_operations == "refuse":
            raise UnfitError("must be a list")  # noqa: TRY301 - the same error as of the operations
        return apply_operations(old, operations)
    except UnfitError as error:
        raise ApiError(400, f"custom.{name} {error}", reason=Reason.VALUE) from error


def _problem(definition: Document | None, value: Any) -> str:
    if definition is None:
        return "has no definition"
    if value is None:
        return ""
    if definition.get("isFormula"):
        return "is calculated"
    if not CHECKS[definition["type"]](value):
        return f"is not a valid {definition['type']}"
    options = definition.get("listValues") if definition["type"] in ("list", "multipicklist") else None
    chosen = value if isinstance(value, list) else [value]
    return f"is not one of {', '.join(options)}" if options and not set(chosen) <= set(options) else ""
