"""Payloads, the JSON that Planhat takes for a record: names of fields, and what a record needs and cannot have."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.date_forms import in_utc
from RPA.Planhat.operations.input.headings import NAMING
from RPA.Planhat.operations.references import COMPANIES, is_strange, takes_an_id
from RPA.Planhat.text.messages import did_you_mean, enumeration, suggestion, titled, with_article
from RPA.Planhat.text.parsing import trim, visible_name
from RPA.Planhat.types import Field, Kind, PlanhatIdType, PlanhatObject
from RPA.Planhat.types.fields import BETWEEN_OPTIONS, Form, split_reference
from RPA.Planhat.types.records import origin_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence


LOGGER = logging.getLogger("RPA.Planhat")

Payload = dict[str, Any]
"""What is sent of a row, by Planhat's keys."""

EMPTY: tuple[Any, ...] = (None, "", [])
"""Values of a field that is not filled."""

ABSENT = object()
"""The value of a field that a payload does not have, so that it is not sent."""

CUSTOM = "custom."
PLANHAT = PlanhatIdType.PLANHAT_ID

_WORD = re.compile(r"[\w-]+")

VERSION = "__v"
"""A key that every record of Planhat has and that means nothing to others; it is never sent."""


def undeclared_field(kind: Kind, key: str, options: Iterable[str] = ()) -> Field[Any]:
    """Returns a field that no class declares, such as a custom field: its key is its name."""
    field: Field[Any] = Field(kind, "", empty=None, key=key, options=tuple(options))
    field.name = key
    return field


def value_at(record: dict[str, Any], key: str) -> Any:
    """Returns the value that a record or a row has under a key, or under `custom.<Name>`; nothing if it has none."""
    if not key.startswith(CUSTOM):
        return dict.get(record, key)  # a record would note that what it hands out may be changed
    custom, name = dict.get(record, "custom"), key[len(CUSTOM) :]
    if not isinstance(custom, dict):
        return None
    return custom[name] if name in custom else custom.get(spelled_as_known(name, custom))


def spelled_as_known(name: str, known: Collection[str]) -> str:
    """Returns the name among known ones that looks the same; the name itself if there is none.

    macOS writes an umlaut as a letter and a mark, other systems as one character; and copied names bring along
    characters without width, and spaces that are not plain ones.
    """
    if name in known or (name.isascii() and "".join(map(str, known)).isascii()):
        return name
    wanted = visible_name(name)
    return next((each for each in known if visible_name(each) == wanted), name)


def as_options(name: str, options: Sequence[str], value: Any) -> Any:
    """Returns an option of a field, or several, as Planhat spells them, which may be in another case or Unicode form.

    Args:
        name: The field, for the message.
        options: The options that there are.
        value: The option that is written; a list of several.

    Raises:
        PlanhatValidationError: If the field does not have it; the message names those that there are.
    """
    if isinstance(value, list):
        return [as_options(name, options, each) for each in value]
    if value in options:
        return str(value)
    wanted = visible_name(str(value)).casefold()
    found = next((option for option in options if visible_name(str(option)).casefold() == wanted), None)
    if found is None:
        named = enumeration(list(map(repr, options)))
        raise PlanhatValidationError(f"{name} is one of {named}; not {value!r}.{did_you_mean(value, options)}")
    return found


def option_of(field: Field[Any], value: Any, *, may_be_former: bool = False) -> Any:
    """Returns a value that a custom field is to have, as the field spells its option; of other fields as it is.

    Args:
        field: The field.
        value: The value.
        may_be_former: Whether one that is not an option is only reported: records keep options that were removed.

    Raises:
        PlanhatValidationError: If the field has options, and not this one: no record would be found, silently.
    """
    if value is None or not field.options or not field.name.startswith(CUSTOM):
        return value
    try:
        return as_options(field.name, field.options, value)
    except PlanhatValidationError as problem:
        if may_be_former:
            LOGGER.warning("%s Only records that still have a former option are found.", problem)
            return value
        name = field.name if re.fullmatch(r"[\w.-]+", field.name) else f'{CUSTOM}"{custom_name(field.name)}"'
        cure = f"where={name} contains '{value}' finds records that still have a former option."
        raise PlanhatValidationError(f"{problem} {cure}") from None


def split_options(cell: Any, options: Iterable[str]) -> Any:
    """Returns several options from one cell: by the first separator that leaves nothing but options, if there is one.

    An option can hold a comma, and exports of other systems separate by `;` or lines.
    """
    if not isinstance(cell, str):
        return cell
    same = {trim(option).casefold() for option in options}
    for sign in ("\0", ",", *BETWEEN_OPTIONS):
        found = [part for part in map(trim, cell.split(sign)) if part]
        if same.issuperset(map(str.casefold, found)):
            return found
    return cell


def custom_name(key: str) -> str:
    """Returns the name of the custom field that is meant by `custom.<Name>`.

    Raises:
        PlanhatValidationError: If there is no name behind the point.
    """
    name = key[len(CUSTOM) :]
    if not name.strip():
        raise PlanhatValidationError(f"{key!r} has no name after the dot. Custom fields are written custom.<Name>.")
    if "\0" in name or not is_unicode(name):
        raise PlanhatValidationError(f"{key!r} has a character that no name can have.")
    return name


def is_unicode(text: str) -> bool:
    """Returns whether a string can be sent: one with half a character cannot."""
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def changes_of_record(row: Mapping[str, Any], model: type[PlanhatObject], *, bulk: bool) -> Mapping[str, Any]:
    """Returns what was changed in a record since it was read; other rows, and records made by hand, as they are.

    What nobody changed is not sent back, so that it undoes nobody's work.

    Args:
        row: The row.
        model: The model that it is sent as.
        bulk: Whether the row has to identify its record.

    Raises:
        PlanhatValidationError: If an attribute was set that neither the model nor the record as it was read has, or a
            field was removed.
    """
    if not isinstance(row, PlanhatObject) or origin_of(row) is None:
        return row
    changes = changed(row, model)
    if not bulk:
        return type(row)(changes)
    keys = ("_id",) if dict.get(row, "_id") and "_id" in model.KEYS else (*model.KEYS, "companyId", "cId")
    own = {key: value for key in (*keys, *model.NEVER_WITHOUT) if (value := dict.get(row, key)) not in (None, "")}
    return type(row)({**own, **changes})


def refuse_undeclared(record: PlanhatObject, model: type[PlanhatObject]) -> None:
    """Refuses a record with an attribute that neither its model nor the record as it was read has."""
    for key in () if model.OPEN else record.added():
        if model.field(key) is None and not key.startswith(CUSTOM):
            raise unknown_field(model, key)


def changed(record: PlanhatObject, model: type[PlanhatObject]) -> dict[str, Any]:
    """Returns what was changed in a record since it was read; everything, when it was made by hand.

    Args:
        record: The record.
        model: The model that it is sent as.

    Raises:
        PlanhatValidationError: If an attribute was set that neither the model nor the record as it was read has, or a
            field was removed: that may be meant to clear it, or to leave it alone.
    """
    refuse_undeclared(record, model)
    for key in record.removed_keys():
        field = model.field(key)
        if key.startswith(CUSTOM) or (field is not None and not field.read_only):
            raise PlanhatValidationError(
                f"{field.name if field else key} was removed from {record!r}, which changes nothing in Planhat: set it "
                "to None to clear it, or leave it as it is."
            )
    return record.changes()


def refuse_reference(field: Field[Any], value: Any, *, strict: bool) -> None:
    """Refuses references that cannot be ids, before anything is sent.

    That Planhat's ids have 24 hexadecimal digits is how they are, not a promise: a word of other letters is left for
    Planhat to judge, unless nothing is sent that it could judge.

    Args:
        field: The field.
        value: An id, or several.
        strict: Whether an id has to look like those of Planhat.

    Raises:
        PlanhatValidationError: If there is one that cannot be an id.
    """
    for each in filter(None, value if isinstance(value, list) else [value]):
        foreign = split_reference(each)[0] is not PLANHAT and field.name not in COMPANIES
        if foreign or (is_strange(each) and (strict or not _WORD.fullmatch(each))):
            raise PlanhatValidationError(takes_an_id(field, each))


def require_names(row: Mapping[Any, Any]) -> None:
    """Refuses a row whose names of fields are not strings.

    Raises:
        PlanhatValidationError: If one is not.
    """
    strange = next((name for name in row if not isinstance(name, str)), "")
    if strange != "":
        cure = f" Have the columns named: {NAMING}." if isinstance(strange, int) else ""
        if strange is None:
            cure = " csv.DictReader puts cells beyond the last heading there."
        raise PlanhatValidationError(f"the names of fields are strings, not {strange!r}.{cure}")


def completed(model: type[PlanhatObject], payload: Payload, *, partial: bool) -> Payload:
    """Returns a payload with what makes it one of the model.

    Args:
        model: The model.
        payload: The payload.
        partial: Whether it is what changes in one record, to which nothing is added.

    Raises:
        PlanhatValidationError: If its fields contradict each other, or Planhat would drop the row silently.
    """
    if partial:
        refuse_contradictions(model, payload)
        return payload
    whole = {**model.FIXED, **payload}
    refuse_contradictions(model, whole)
    dropped = [key for key in model.NEVER_WITHOUT if not whole.get(key)]
    if dropped and payload:
        raise PlanhatValidationError(
            f"Planhat drops {with_article(model.SINGULAR)} without {' and '.join(dropped)}, silently."
        )
    return whole


def refuse_contradictions(model: type[PlanhatObject], payload: Mapping[str, Any]) -> None:
    """Refuses a record whose fields contradict each other.

    Raises:
        PlanhatValidationError: If they do.
    """
    for key, value in model.FIXED.items():
        if payload.get(key) not in (None, "", value):
            raise PlanhatValidationError(
                f"{key} of {with_article(model.SINGULAR)} is {value!r}; it cannot be {payload[key]!r}."
            )
    for form in _forms_of(model, payload):
        unfit = [_name(model.field(key)) for key in form.excludes if payload.get(key) not in (None, "")]
        if unfit:
            raise PlanhatValidationError(
                f"{with_article(model.SINGULAR, first=True)} has no {' and no '.join(unfit)} when {form.name}."
            )
    first, last = (payload.get(key) for key in model.PERIOD or ("", ""))
    if first and last and in_utc(first) > in_utc(last):
        raise PlanhatValidationError(f"The period ends on {last}, before it begins on {first}.")


def _forms_of(model: type[PlanhatObject], payload: Mapping[str, Any]) -> list[Form]:
    return [form for form in model.FORMS if payload.get(form.key) is form.value]


def refuse_read_only(model: type[PlanhatObject], values: Mapping[str, Any]) -> None:
    """Refuses fields that a caller names although Planhat sets them itself.

    Raises:
        PlanhatValidationError: If there is such a field.
    """
    for name in values:
        field = model.field(name)
        if field is not None and field.read_only:
            raise PlanhatValidationError(
                f"{field.name} of {with_article(model.SINGULAR)} is set by Planhat and cannot be written."
            )


def without_read_only(model: type[PlanhatObject], payload: Payload, keep: tuple[str, ...] = ()) -> dict[str, Any]:
    """Returns a payload without the fields that Planhat sets itself, the Planhat id among them."""
    own = {known.key for known in model.known_fields().values() if known.read_only} - set(keep)
    return {key: value for key, value in payload.items() if key not in own}


def require_fields(model: type[PlanhatObject], payload: Mapping[str, Any]) -> None:
    """Refuses a new record that lacks what Planhat requires.

    Raises:
        PlanhatValidationError: If something is missing; the message names all of it.
    """
    problem = missing_fields(model, payload)
    if problem:
        raise PlanhatValidationError(f"A new {model.SINGULAR} needs {problem}.")


def emptied_field(model: type[PlanhatObject], payload: Mapping[str, Any], record: dict[str, Any]) -> str:
    """Returns in words that a payload empties a field that each record needs, or the last of several of which one is.

    Nothing if it does not. The record has these fields.
    """
    emptied = [each.name for each in model.required() if each.key in payload and payload[each.key] in EMPTY]
    if emptied:
        return f"{emptied[0]} is required and cannot be empty."
    one_of = [key for key in model.ONE_OF if payload.get(key, ABSENT) in EMPTY]
    if one_of and all(payload.get(key, dict.get(record, key)) in EMPTY for key in model.ONE_OF):
        return f"{with_article(model.SINGULAR)} needs one of {', '.join(model.ONE_OF)}."
    return ""


def missing_fields(model: type[PlanhatObject], payload: Mapping[str, Any], *, bulk: bool = False) -> str:
    """Returns in words what a new record lacks, on its own or in a bulk upsert; nothing when it is complete."""
    keys = [*(field.key for field in model.required()), *(model.BULK_REQUIRED if bulk else ())]
    missing = [_name(model.field(key)) for key in keys if payload.get(key) in EMPTY]
    if model.ONE_OF and not any(payload.get(key) for key in model.ONE_OF):
        names = [_name(model.field(key)) for key in model.ONE_OF]
        missing.append(f"one of {', '.join(names)}")
    for form in _forms_of(model, payload):
        lacking = [_name(model.field(key)) for key in form.needs if payload.get(key) in (None, "")]
        missing += [f"{' and '.join(lacking)} (since {form.name})"] if lacking else []
    return f"{', '.join(missing[:-1])} and {missing[-1]}" if len(missing) > 1 else "".join(missing)


def _name(field: Field[Any] | None) -> str:
    return field.name if field else ""


def unknown_field(model: type[PlanhatObject], *names: str, more: Iterable[str] = ()) -> PlanhatValidationError:
    """Returns the error for fields that the model does not have, nor anything else that could be meant."""
    if said := of_another_record(model, names[0]):
        return PlanhatValidationError(f"{names[0]} {said}.")
    named = ", ".join(map(repr, names))
    hint = suggestion(near for name in names for near in model.near_matches(name, more))
    return PlanhatValidationError(
        f"The model {model.SINGULAR} has no field {named}.{hint} Custom fields are written custom.<Name>=value."
    )


def of_another_record(model: type[PlanhatObject], name: str) -> str:
    """Returns in words what to do where a name is that of a field of another record; else nothing.

    Args:
        model: The model.
        name: What was given as the name of a field, such as `company.owner.email`.
    """
    start, dot, _ = name.partition(".")
    refers = model.field(start) or model.field(f"{start}_id")
    if not dot or refers is None or refers.kind not in (Kind.ID, Kind.IDS):
        return ""
    what = f"is a field of another record than the {model.SINGULAR}"
    if refers.name.startswith("compan"):
        cure = "use Get Companies with where= first, and give what it returns as company_ids="
    elif name.endswith(".email"):
        cure = f"a person is named by the address itself, as in {refers.name} = nora@acme.example"
    else:
        cure = f"{refers.name} is compared with an id"
    return f"{what}: {cure}; Export {titled(model.PLURAL)} writes it with columns={name}"
