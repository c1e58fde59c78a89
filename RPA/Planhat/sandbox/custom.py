"""Custom fields: whether values fit the definitions of the tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox.api_error import ApiError, Reason
from RPA.Planhat.sandbox.model_rules import Document, Model, path_of
from RPA.Planhat.sandbox.values import CONVERTERS, UnfitError, is_object_id
from RPA.Planhat.types import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.sandbox.records import Records


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


def check_custom(records: Records, model: Model, values: Any) -> None:
    """Refuses values of custom fields that have no definition or do not fit theirs, when the dialect asks for it."""
    if not values or records.dialect.unknown_custom != "refuse":
        return
    names = {path_of(model), str(model.SINGULAR), model.__name__.lower()}
    known = {
        each["name"]: each
        for each in records.store.documents("customfields")
        if str(each.get("parent")).lower() in names
    }
    for name, value in values.items():
        problem = _problem(known.get(name), value)
        if problem:
            raise ApiError(400, f"custom.{name} {problem}", reason=Reason.VALUE)


def _problem(definition: Document | None, value: Any) -> str:
    if definition is None:
        return "has no definition"
    if value is None:
        return ""
    if definition.get("isFormula"):
        return "is calculated"
    if not CHECKS[definition["type"]](value):
        return f"is no {definition['type']}"
    options = definition.get("listValues") if definition["type"] in ("list", "multipicklist") else None
    chosen = value if isinstance(value, list) else [value]
    return f"is none of {', '.join(options)}" if options and not set(chosen) <= set(options) else ""
