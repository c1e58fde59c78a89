"""From named values and rows to the JSON that Planhat takes, checked before anything is sent."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.rows.values import convert, in_utc
from RPA.Planhat.text.messages import suggestion, with_article
from RPA.Planhat.types import PlanhatObject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from RPA.Planhat.types import Field
    from RPA.Planhat.types.fields import Form

CUSTOM = "custom."

VERSION = "__v"
"""A key that every record of Planhat has and that means nothing to others; it is never sent."""


def value_at(record: dict[str, Any], key: str) -> Any:
    """Returns the value that a record or a row has under a key, or under `custom.<Name>`; nothing if it has none."""
    if not key.startswith(CUSTOM):
        return dict.get(record, key)  # a record would note that what it hands out may be changed
    custom = dict.get(record, "custom")
    return custom.get(key[len(CUSTOM) :]) if isinstance(custom, dict) else None


def custom_name(key: str) -> str:
    """Returns the name of the custom field that is meant by `custom.<Name>`.

    Raises:
        PlanhatValidationError: If there is no name behind the point.
    """
    name = key[len(CUSTOM) :]
    if not name.strip():
        raise PlanhatValidationError(f"{key!r} has no name behind the point. Custom fields are written custom.<Name>.")
    return name


def payload_of(model: type[PlanhatObject], row: Mapping[str, Any], *, keep: tuple[str, ...] = ()) -> dict[str, Any]:
    """Returns a row as Planhat takes it: its own keys, converted values, no fields that Planhat sets itself.

    Args:
        model: The model; a model that the registry does not know takes everything as it is.
        row: Values by the Python names of fields, by Planhat's spelling, or as `custom.<Name>`.
        keep: Read-only keys that stay, such as `_id` in an upsert.

    Raises:
        PlanhatValidationError: If a field is unknown (the message names near matches) or a value has the wrong form.
            Fields that a record from Planhat brings along pass as they are.
    """
    payload: dict[str, Any] = {}
    custom = _custom_of(model, row)
    lenient = model.OPEN or isinstance(row, PlanhatObject)
    for name, value in row.items():
        field = model.field(name)
        if name.startswith(CUSTOM):
            custom[custom_name(name)] = value
        elif field is None:
            _put_unknown(payload, model, name, value, lenient=lenient)
        elif field.key in keep or (not field.read_only and name != "custom"):
            _put(payload, model, field, value)
    if custom or "custom" in row:
        payload["custom"] = custom or row["custom"]
    refuse_contradictions(model, payload)
    return payload


def refuse_contradictions(model: type[PlanhatObject], payload: Mapping[str, Any]) -> None:
    """Refuses a record whose fields contradict each other.

    Raises:
        PlanhatValidationError: If they do.
    """
    for form in _forms_of(model, payload):
        unfit = [_name(model.field(key)) for key in form.excludes if payload.get(key) not in (None, "")]
        if unfit:
            raise PlanhatValidationError(
                f"{with_article(model.SINGULAR, first=True)} has no {' and no '.join(unfit)} when {form.name}."
            )
    first, last = (payload.get(key) for key in model.PERIOD or ("", ""))
    if first and last and in_utc(first) > in_utc(last):
        raise PlanhatValidationError(f"The period ends on {last}, before it begins on {first}.")


@cache
def ids_of(model: type[PlanhatObject]) -> frozenset[str]:
    """Returns the keys of a record's own ids. Blanks around an id never mean another record, so they are taken off."""
    return frozenset([*model.KEYS, "sourceId", model.external_key()])


def _forms_of(model: type[PlanhatObject], payload: Mapping[str, Any]) -> list[Form]:
    return [form for form in model.FORMS if payload.get(form.key) is form.value]


def _put(payload: dict[str, Any], model: type[PlanhatObject], field: Field[Any], value: Any) -> None:
    converted = convert(field, value)
    if isinstance(converted, str) and field.key in ids_of(model):
        converted = converted.strip()
    if payload.get(field.key, converted) != converted:
        raise PlanhatValidationError(f"{field.name} is given twice, as {field.name} and {field.key}.")
    payload[field.key] = converted


def _put_unknown(payload: dict[str, Any], model: type[PlanhatObject], name: str, value: Any, *, lenient: bool) -> None:
    if name == VERSION:
        return
    if not lenient:
        raise unknown_field(model, name)
    payload[name] = value


def _custom_of(model: type[PlanhatObject], row: Mapping[str, Any]) -> dict[str, Any]:
    field, value = model.field("custom"), row.get("custom")
    return dict((convert(field, value) if field else value) or {})


def refuse_read_only(model: type[PlanhatObject], values: Mapping[str, Any]) -> None:
    """Refuses fields that a caller names although Planhat sets them itself.

    Raises:
        PlanhatValidationError: If there is such a field.
    """
    for name in values:
        field = model.field(name)
        if field is not None and field.read_only:
            raise PlanhatValidationError(
                f"{field.name} of {with_article(model.SINGULAR)} is set by Planhat and can not be written."
            )


def require_fields(model: type[PlanhatObject], payload: Mapping[str, Any]) -> None:
    """Refuses a new record that lacks what Planhat requires.

    Raises:
        PlanhatValidationError: If something is missing; the message names all of it.
    """
    problem = missing_fields(model, payload)
    if problem:
        raise PlanhatValidationError(f"A new {model.SINGULAR} needs {problem}.")


def missing_fields(model: type[PlanhatObject], payload: Mapping[str, Any]) -> str:
    """Returns in words what a new record lacks, or nothing."""
    missing = [field.name for field in model.required() if payload.get(field.key) in (None, "")]
    if model.ONE_OF and not any(payload.get(key) for key in model.ONE_OF):
        names = [_name(model.field(key)) for key in model.ONE_OF]
        missing.append(f"one of {', '.join(names)}")
    for form in _forms_of(model, payload):
        lacking = [_name(model.field(key)) for key in form.needs if payload.get(key) in (None, "")]
        missing += [f"{' and '.join(lacking)} (since {form.name})"] if lacking else []
    return " and ".join(missing)


def _name(field: Field[Any] | None) -> str:
    return field.name if field else ""


def unknown_field(model: type[PlanhatObject], name: str, more: Iterable[str] = ()) -> PlanhatValidationError:
    """Returns the error for a field that the model does not have, nor anything else that could be meant."""
    hint = suggestion(model.near_matches(name, more))
    return PlanhatValidationError(
        f"The model {model.SINGULAR} has no field {name!r}.{hint} Custom fields are written custom.<Name>=value."
    )
