"""From what a caller has in hand to the path of a record."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from unicodedata import normalize
from urllib.parse import unquote
from uuid import UUID

from RPA.Planhat.errors import PlanhatBadRequestError, PlanhatNotFoundError, PlanhatValidationError
from RPA.Planhat.text.messages import did_you_mean, suggestion, titled, with_article
from RPA.Planhat.text.parsing import as_list, by_name, casefold, require, trim
from RPA.Planhat.types import MODELS, Company, Kind, PlanhatIdType, PlanhatObject, Verb, find_model, model_at_path
from RPA.Planhat.types.encoding import unexpected
from RPA.Planhat.types.fields import path_segment, split_reference

if TYPE_CHECKING:
    import requests

    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import Field

P = TypeVar("P", bound=PlanhatObject)

PLANHAT_ID = re.compile(r"[0-9a-fA-F]{24}")

OTHER_WORDS = {
    **dict.fromkeys(("contact", "person", "people"), "endusers"),
    **dict.fromkeys(("customer", "client", "account"), "companies"),
    **dict.fromkeys(("colleague", "team member"), "users"),
}
"""What people call models, in the singular."""

PREFIXED = (PlanhatIdType.EXTERNAL_ID, PlanhatIdType.SOURCE_ID)
"""Ids of other kinds, in the order in which messages offer them."""

IDS_BY_KEY = {
    "_id": PlanhatIdType.PLANHAT_ID,
    "sourceId": PlanhatIdType.SOURCE_ID,
    "externalId": PlanhatIdType.EXTERNAL_ID,
    "extId": PlanhatIdType.EXTERNAL_ID,
}
"""The keys under which a record of any model can have an id, the surest first."""

IDS_BY_NAME = {
    **IDS_BY_KEY,
    "id": PlanhatIdType.PLANHAT_ID,
    "source_id": PlanhatIdType.SOURCE_ID,
    "external_id": PlanhatIdType.EXTERNAL_ID,
}
"""The same, and the names that they have in rows of an export."""

COMPANIES = ("company_id", "company_ids")
"""Fields that refer to companies, which Planhat finds by other ids too."""

REFERENCES = (Kind.ID, Kind.IDS, Kind.OBJECTS)


def ids_in(value: Any) -> list[Any]:
    """Returns the ids in the value of a reference: an id, an object that has one, or a list of either."""
    values = value if isinstance(value, list) else [value]
    return [each.get("_id") or each.get("id") if isinstance(each, dict) else each for each in values]


TARGETS = {
    **dict.fromkeys(("company", "companies", "head", "org_root"), "Company"),
    **dict.fromkeys(("owner", "co_owner", "user", "users", "assigned", "approved_by", "followers"), "User"),
    **dict.fromkeys(("collaborators", "managers"), "User"),
    **dict.fromkeys(("enduser", "endusers"), "Enduser"),
    **dict.fromkeys(("conversation", "conversations", "note"), "Conversation"),
    **{name.lower(): name for name in ("Deal", "Product", "Campaign", "Workflow", "Timesheet")},
    "teams": "Team",
}
"""The models that fields refer to, by their names without `_id`; `parent` is a record of the same model."""

SHOWN = (type(None), bool, int, float, bytes, list, tuple, set)
"""Things whose value a message shows; of others it shows the type."""


def model_of(name: str | type[PlanhatObject]) -> type[PlanhatObject]:
    """Returns a model by name; a name with a slash is the path of a model that is not in the registry.

    Raises:
        PlanhatValidationError: If there is no such model; the message names those that there are.
    """
    model = find_model(name)
    if model is not None:
        return model
    if isinstance(name, str) and name.startswith("/") and name.strip("/"):
        path = name.strip("/")
        return find_model(path) or model_at_path(path)
    known = sorted(str(each.PLURAL) for each in MODELS.values())
    other = OTHER_WORDS.get(str(name).lower().rstrip("s"))
    hint = suggestion([other]) if other else did_you_mean(str(name), known)
    raise PlanhatValidationError(
        f"There is no model {name!r}.{hint} Known are: {', '.join(known)}. "
        "Other models are reached by their path, such as /teams."
    )


def address(model: type[PlanhatObject], reference: Any, id_type: PlanhatIdType | None = None) -> str:
    """Returns the path of a record.

    Args:
        model: The model.
        reference: A Planhat id, `extid-…`, `srcid-…`, or a record with any of its ids.
        id_type: What kind of id the reference is, when it has no prefix.

    Raises:
        PlanhatValidationError: If the reference cannot be an id, or a record has none.
    """
    try:
        if id_type is not None:
            require("id_type", id_type, PlanhatIdType, "a PlanhatIdType")
        reference = _id_or_row(reference, id_type)
        refuse_other_model(model, reference)
        if isinstance(reference, Mapping):
            return model(_ids_in(model, reference)).get_urlpath()
        text = trim(reference) or reference
        kind, value = (id_type, text) if id_type else split_reference(text)
        value = as_planhat_writes(value) if kind is PlanhatIdType.PLANHAT_ID else value
        return f"/{model.API_NAME}/{path_segment(value, kind)}"
    except ValueError as problem:
        raise PlanhatValidationError(
            f"This does not refer to {with_article(model.SINGULAR or 'record')}: {problem}"
        ) from problem


def _id_or_row(given: Any, id_type: PlanhatIdType | None = None) -> str | Mapping[str, Any]:
    """Returns a reference as an id or as a row with ids.

    A number is an id of another system, and only where that is said; what reads as a Planhat id is one, such as the
    `ObjectId` of a database.

    Raises:
        PlanhatValidationError: If it is neither.
    """
    found = given if hasattr(given, "itertuples") else by_name(given)
    if isinstance(found, (str, Mapping)):
        return found
    is_number = isinstance(found, (int, float, UUID)) and not isinstance(found, bool)
    if (is_number and id_type not in (None, PlanhatIdType.PLANHAT_ID)) or PLANHAT_ID.fullmatch(str(found)):
        return str(_whole(found))
    shown = reprlib.repr(given) if isinstance(given, SHOWN) else f"<{type(given).__name__}>"
    raise PlanhatValidationError(f"{shown} is neither an id nor a record.")


def refuse_other_model(model: type[PlanhatObject], record: Any) -> None:
    """Refuses a record of another model, whose id means nothing here.

    Raises:
        PlanhatValidationError: If it is one.
    """
    given = type(record)
    if not isinstance(record, PlanhatObject) or model.OPEN or given.OPEN or not given.API_NAME:
        return
    if given.API_NAME != model.API_NAME and not issubclass(given, model) and not issubclass(model, given):
        raise PlanhatValidationError(
            f"{record!r} is {with_article(given.SINGULAR or 'record')}, not {with_article(model.SINGULAR or 'record')}."
        )


def bare_name(name: str) -> str:
    """Returns the name of a reference as `TARGETS` has it: `company` for `company_id`."""
    return name.removesuffix("_id").removesuffix("_ids")


def reference_of(model: type[PlanhatObject], name: str) -> tuple[Field[Any], type[PlanhatObject]] | None:
    """Returns the field that refers to a record, and the model of that record; nothing if there is none.

    Args:
        model: The model.
        name: The field, with or without `_id` behind it.
    """
    for spelled in (name, f"{name}_id", f"{name}Id", f"{name}_ids"):
        field = model.field(spelled)
        if field is not None and field.kind in REFERENCES:
            bare = bare_name(field.name)
            known = model if bare == "parent" else MODELS.get(TARGETS.get(bare, ""))
            return (field, known) if known else None
    return None


def refuse_others(model: type[PlanhatObject], name: str, value: Any) -> None:
    """Refuses records of another model than a field refers to: their ids would lead nowhere.

    Raises:
        PlanhatValidationError: If there is one.
    """
    given = value if isinstance(value, (list, tuple)) else (value,)
    reference = reference_of(model, name) if any(isinstance(each, PlanhatObject) for each in given) else None
    if reference is None:
        return
    try:
        for each in given:
            refuse_other_model(reference[1], each)
    except PlanhatValidationError as problem:
        raise PlanhatValidationError(f"{name}: {problem}") from problem


def _id_in(kind: PlanhatIdType, value: Any) -> str:
    """Returns an id that a row has."""
    found = _id_or_row(value, kind)
    if isinstance(found, str):
        return found
    raise PlanhatValidationError(f"the {kind.label} in a record is a string, not a {type(value).__name__}.")


def require_same(session: PlanhatSession, record: P, path: str, response: requests.Response) -> P:
    """Returns the record that was read from a path, unless it has another id than the path.

    Planhat may find records by other ids than the one that was meant, and write ids of others in its own way; a record
    that does not show the id is taken for the right one.

    Args:
        session: The connection. What it has open is closed after such an answer: the next one may come late as well.
        record: The record.
        path: Its path, as of `address`.
        response: The answer that held it.

    Raises:
        PlanhatUnexpectedContentError: If it is another record: a proxy or a wrong path answered.
    """
    kind, value = split_reference(unquote(path.rpartition("/")[2]))
    found = dict.get(record, type(record).key_of(kind))
    if found is None or found == value:
        return record
    if kind is PlanhatIdType.PLANHAT_ID and not (PLANHAT_ID.fullmatch(value) and PLANHAT_ID.fullmatch(str(found))):
        return record  # the answer of a test double, or an id that Planhat finds in a way of its own
    if _comparable_id(value) in {_comparable_id(dict.get(record, key)) for key in IDS_BY_KEY}:
        return record
    session.close()
    error = unexpected(response)
    headline, _, rest = str(error).partition("\n")
    error.reword(f"{headline}\nThe answer is another record: its {kind.label} is {found!r}, and not {value!r}. {rest}")
    raise error


def _comparable_id(value: Any) -> str:
    return normalize("NFC", casefold(value))


def references_in(model: type[PlanhatObject], name: str, given: Any) -> list[Any]:
    """Returns the references to records that an argument holds: one, a list, or a comma-separated string.

    Args:
        model: The model of the records.
        name: The argument.
        given: What was given.

    Raises:
        PlanhatValidationError: If one cannot refer to a record; nothing was sent. The message names its place.
    """
    found = [given] if is_row(given) else as_list(given, name)
    for number, each in enumerate(found, start=1):
        try:
            address(model, each)
        except PlanhatValidationError as problem:  # noqa: PERF203 - the message names the place
            raise PlanhatValidationError(f"Item {number} of {name}: {problem}") from problem
    return found


def _ids_in(model: type[PlanhatObject], row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns a record, or the ids of a row that has them under the names of fields, as exports do."""
    if isinstance(row, PlanhatObject):
        return row
    found = {}
    for name in ("id", "source_id", "external_id", *IDS_BY_KEY):
        field, value = model.field(name), row.get(name)
        if field and _is_there(value):
            found[field.key] = _id_in(IDS_BY_NAME[name], value)
    return found


def _is_there(value: Any) -> bool:
    """Returns whether there is an id; frames have NaN where there is none."""
    return value not in (None, "") and value == value  # noqa: PLR0124 - NaN is not


def _whole(value: Any) -> Any:
    """Spreadsheets give ids of digits as `1002.0`."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else value


def as_planhat_writes(text: str) -> str:
    """Returns a Planhat id in small letters, which other programs change; any other text as it is."""
    return text.lower() if not text.islower() and PLANHAT_ID.fullmatch(text) else text


def reference_text(reference: Any) -> str:
    """Returns a reference as it is written in a body: a Planhat id, `extid-…` or `srcid-…`.

    Raises:
        PlanhatValidationError: If it is neither an id nor a record, or a record has no id.
    """
    reference = _id_or_row(reference)
    if not isinstance(reference, Mapping):
        return as_planhat_writes(trim(reference) or reference)
    for key, kind in IDS_BY_NAME.items():
        if _is_there(reference.get(key)):
            return as_planhat_writes(kind.written(_id_in(kind, reference[key])))
    raise PlanhatValidationError("A record without any id cannot be referred to.")


def is_row(given: Any) -> bool:
    """Whether something is one record, or one row of another package with an id in it, and not a list of ids."""
    if isinstance(given, (Mapping, str)) or hasattr(given, "itertuples"):
        return isinstance(given, Mapping)
    names = given._fields if hasattr(given, "_fields") else given.keys() if hasattr(given, "keys") else ()
    return not IDS_BY_NAME.keys().isdisjoint(map(str, names))


@contextmanager
def ids_explained(
    model: type[PlanhatObject], reference: Any = None, payload: Mapping[str, Any] | None = None
) -> Iterator[None]:
    """Explains Planhat's refusal of ids that do not look like its own.

    They are sent all the same: that ids have 24 hexadecimal digits is how they are, not a promise of Planhat.

    Args:
        model: The model.
        reference: What addresses the record.
        payload: What is sent.
    """
    try:
        yield
    except (PlanhatBadRequestError, PlanhatNotFoundError) as problem:
        advice = no_planhat_id(model, reference) if is_strange(reference) else _of_fields(model, payload or {})
        if advice:
            problem.reword(str(problem).replace(type(problem).ADVICE, advice))
        known = map(model.field, dict.fromkeys(re.findall(r"\w+", problem.details)))
        lacking = [
            field.name for field in known if field and not field.read_only and (payload or {}).get(field.key) is None
        ]
        if payload and lacking:
            problem.reword(f"{problem} Not given: {', '.join(lacking)}.")
        raise


def no_planhat_id(model: type[PlanhatObject], reference: str) -> str:
    """Returns in words that a reference is not a Planhat id, and what may be meant."""
    ways = _other_ways(model, reference)
    return f"{reference!r} is not a valid Planhat id, which has 24 hexadecimal digits. {ways}".strip()


def _of_fields(model: type[PlanhatObject], payload: Mapping[str, Any]) -> str:
    known = [(field, payload[field.key]) for field in model.writable() if payload.get(field.key)]
    strange = [(field, value) for field, value in known if field.kind is Kind.ID and is_strange(value)]
    if not strange:
        return ""
    return takes_an_id(*strange[0])


def takes_an_id(field: Field[Any], value: str) -> str:
    """Returns in words that a field takes an id, and how ids of other kinds are written where they are taken."""
    ways = f" {_other_ways(Company, value)}" if field.name in COMPANIES else ""
    if TARGETS.get(bare_name(field.name)) == "User":
        ways = " The e-mail address of the user is taken, too."
    return f"{field.name} takes a Planhat id, which has 24 hexadecimal digits; {value!r} is not one.{ways}"


def is_strange(reference: Any) -> bool:
    """Returns whether a reference has the form of no id at all: no prefix, and not the digits of a Planhat id."""
    return (
        isinstance(reference, str)
        and split_reference(reference)[0] is PlanhatIdType.PLANHAT_ID
        and not PLANHAT_ID.fullmatch(reference)
    )


def require_id(field: Field[Any], value: Any) -> Any:
    """Returns a value that records are compared with; an id as Planhat writes it.

    Raises:
        PlanhatValidationError: If the field refers to a record, and the value is something else than a Planhat id,
            such as a name: it would equal nothing, silently.
    """
    is_reference = field.kind in (Kind.ID, Kind.IDS)
    if not isinstance(value, str) or not (is_reference or field.key == "_id"):
        return value
    value = as_planhat_writes(trim(value))
    if is_reference and not PLANHAT_ID.fullmatch(value):
        raise PlanhatValidationError(takes_an_id(field, value))
    return value


def _other_ways(model: type[PlanhatObject], reference: str) -> str:
    ways = [
        f"{with_article(kind.label, first=True)} is written {kind.written(reference)}."
        for kind in PREFIXED
        if kind in model.READ_BY
    ]
    if Verb.DELETE in model.VERBS and model.field("name"):
        ways.append(f"Find {titled(model.SINGULAR)} finds it by name.")
    return " ".join(ways)
