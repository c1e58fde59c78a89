"""Finding one record by what people call it, records that look like the same, and those that Planhat does not have."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import replace
from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.errors import PlanhatBadRequestError, PlanhatNotFoundError, PlanhatValidationError
from RPA.Planhat.operations import reading
from RPA.Planhat.operations.filters import refuse_empty
from RPA.Planhat.operations.flattening import column_of
from RPA.Planhat.operations.input.date_forms import comparable_moments
from RPA.Planhat.operations.references import PLANHAT_ID, address, reference_text, refuse_others, require_id
from RPA.Planhat.operations.rows.identity import comparable_name, comparable_names, key_text, planhat_id_of
from RPA.Planhat.operations.rows.kinds import convert, domain
from RPA.Planhat.operations.rows.lookups import CompanyIndex
from RPA.Planhat.operations.rows.payloads import CUSTOM, option_of, split_options, unknown_field, value_at
from RPA.Planhat.operations.where import field_of
from RPA.Planhat.text.messages import plural, with_article
from RPA.Planhat.text.parsing import as_strings, parse_bool, require
from RPA.Planhat.types import Company, Kind, PlanhatObject, PlanhatObjectList, Ticket, Verb
from RPA.Planhat.types.base import ALL_IDS, LABELS
from RPA.Planhat.types.fields import PlanhatIdType, is_planhat_id, split_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import Field

LOGGER = logging.getLogger("RPA.Planhat")

NAMES = (*LABELS, "nickName", "domains", "_id", "sourceId", "externalId", "extId")
"""Fields by which people refer to a record."""

P = TypeVar("P", bound=PlanhatObject)

CONVERTED = (Kind.NUMBER, Kind.INTEGER, Kind.BOOLEAN, Kind.DATE, Kind.DAY)
"""Kinds of fields whose values are converted before they are compared; of the others strings are compared."""

NAMED = 10
"""Candidates that a message names."""

ROWS_PER_CALL = 500
"""Whole rows of a list that take as long as one more call, on a line with some delay."""


def find(
    session: PlanhatSession,
    model: type[PlanhatObject],
    wanted: str | None,
    fields: Mapping[str, Any],
    where: str | None = None,
) -> PlanhatObjectList[Any]:
    """Returns the records that someone may mean, whole.

    Args:
        session: The connection.
        model: The model.
        wanted: A name, an e-mail address, a domain or an id.
        fields: Values by field; all have to fit. Case and spaces around strings do not matter.
        where: A condition that has to hold, too.

    Raises:
        PlanhatValidationError: If nothing is given to find by, or a field is unknown.
    """
    if wanted is not None:
        require("wanted", wanted, str, "a string")
        if not wanted.strip():
            raise PlanhatValidationError(f"What to find the {model.SINGULAR} by is empty: give its name or an id.")
    keys = {name: _key(model, name) for name in fields}
    _refuse_nobody(model, fields)
    fields = reading.refreshed(session, fields, lambda: _comparables(session, model, fields))
    if wanted is None and all(value is None for value in fields.values()) and where is None:
        raise PlanhatValidationError(f"Give something to find the {model.SINGULAR} by, such as its name.")
    found = _by_id(session, model, wanted, keys, fields) if where is None else None
    if not found and issubclass(model, Company) and where is None:
        found = _companies(session, wanted, fields)
    if found is None:
        found = _search(session, model, wanted, fields, where)
    return _whole(session, model, found)


def _refuse_nobody(model: type[PlanhatObject], fields: Mapping[str, Any]) -> None:
    """Refuses a reference that is `None` or empty: what was looked for and not found is nobody, and never anybody."""
    for name, value in fields.items():
        is_empty = value is None or (isinstance(value, (str, list, tuple, dict)) and not str(value or "").strip())
        field = model.field(_key(model, name)) if is_empty else None
        if field is not None and field.kind in (Kind.ID, Kind.IDS):
            what = "None" if value is None else "empty"
            raise PlanhatValidationError(
                f"{name} is {what}: give a record, or leave {name} out to find {with_article(model.SINGULAR)} of any."
            )


def _comparables(session: PlanhatSession, model: type[PlanhatObject], fields: Mapping[str, Any]) -> dict[str, Any]:
    custom = reading.named_custom_fields(session, model, fields)
    return {name: _comparable(session, model, name, value, custom) for name, value in fields.items()}


def _comparable(
    session: PlanhatSession, model: type[PlanhatObject], name: str, value: Any, custom: Mapping[str, Field[Any]]
) -> Any:
    """Returns what records are compared with, as the field holds it.

    Raises:
        PlanhatValidationError: If it is empty, or the field cannot hold it: no record could fit.
    """
    refuse_empty(model, name, value)
    if isinstance(value, (list, tuple, set, dict)) and not value:
        raise PlanhatValidationError(f"{name} is empty. Give the value to find by, or leave {name} out.")
    field = custom.get(name.removeprefix(CUSTOM)) or field_of(model, name) if value is not None else None
    if field is None or field.key == "_id":
        return value
    refuse_others(model, field.name, value)
    if field.name == "company_id":
        return reading.company_id_of(session, value)
    if field.kind in (Kind.ID, Kind.IDS):
        ids = reading.id_of_address(session, field, convert(field, value))
        return [require_id(field, each) for each in ids] if isinstance(ids, list) else require_id(field, ids)
    if field.name.startswith(CUSTOM) and field.options:
        return option_of(field, split_options(value, field.options) if field.kind is Kind.TEXTS else value)
    return convert(field, value) if field.kind in CONVERTED or field.options else value


def find_one(
    session: PlanhatSession,
    model: type[P],
    wanted: str | None,
    fields: Mapping[str, Any],
    where: str | None = None,
) -> P:
    """Returns the one record that someone means.

    Raises:
        PlanhatNotFoundError: If there is no such record.
        PlanhatValidationError: If there are several; the message lists them.
    """
    found = find(session, model, wanted, fields, where)
    if len(found) == 1:
        record: P = found[0]
        return record
    named = [f"{name} {value!r}" for name, value in fields.items()] + ([where] if where is not None else [])
    what = " and ".join(named if wanted is None else [repr(wanted), *named])
    if not found:
        name = wanted or fields.get("name")
        hint = CompanyIndex(session).near(str(name)) if issubclass(model, Company) and name else ""
        raise PlanhatNotFoundError(f"Not found in Planhat: no {model.SINGULAR} with {what}.{hint}")
    fitting = "\n  ".join(_label(each) for each in found[:NAMED])
    raise PlanhatValidationError(
        f"{len(found)} {model.PLURAL} fit {what}; which one is meant?\n  {fitting}\nGive its id, or one more field."
    )


def read_any(session: PlanhatSession, model: type[P], reference: Any, id_type: PlanhatIdType | None = None) -> P:
    """Returns one record by an id of any kind; those by which Planhat does not read are looked up in the list.

    Args:
        session: The connection.
        model: The model.
        reference: An id or a record.
        id_type: What kind of id it is, when it has no prefix.

    Raises:
        PlanhatNotFoundError: If Planhat has no such record.
        PlanhatValidationError: If the model has no such ids.
    """
    if id_type is None and isinstance(reference, str) and is_planhat_id(reference):
        return reading.read_one(session, model, reference)
    address(model, reference, id_type)  # what cannot be an id at all is refused first
    text = id_type.written(reference) if id_type else reference_text(reference)
    kind = split_reference(text)[0]
    if kind is PlanhatIdType.PLANHAT_ID or kind in model.READ_BY or Verb.GET not in model.VERBS:
        return reading.read_one(session, model, reference, id_type)
    return reading.read_one(session, model, planhat_id_of(session, model, text))


def _label(record: PlanhatObject) -> str:
    values = [str(dict.get(record, key)) for key in (*LABELS, "companyName", "externalId") if dict.get(record, key)]
    return f"{record.id} {', '.join(values)}".strip()


def _by_id(
    session: PlanhatSession,
    model: type[PlanhatObject],
    wanted: str | None,
    keys: Mapping[str, str],
    fields: Mapping[str, Any],
) -> list[PlanhatObject] | None:
    """Returns the record with a Planhat id, which may be archived and so in no list; nothing for other strings."""
    text = (wanted or "").strip()
    if not PLANHAT_ID.fullmatch(text) or not _is_readable(model):
        return None
    try:
        record = reading.read_one(session, model, text)
    except (PlanhatNotFoundError, PlanhatBadRequestError):
        return None
    archive = {each.argument for each in model.PARAMETERS if each.argument in reading.ARCHIVED}
    fits = all(_fits(value_at(record, key), fields[name]) for name, key in keys.items() if name not in archive)
    return [record] if fits else []


def _is_readable(model: type[PlanhatObject]) -> bool:
    return Verb.GET in model.VERBS and PlanhatIdType.PLANHAT_ID in model.READ_BY


def _companies(session: PlanhatSession, wanted: str | None, fields: Mapping[str, Any]) -> list[PlanhatObject] | None:
    """Returns companies from the cached list of all of them; nothing when that does not have the fields."""
    index = CompanyIndex(session)
    if not set(fields) <= {"name", "domain", "external_id", "source_id", "id"} or None in fields.values():
        return None

    def look() -> list[PlanhatObject]:
        sets = [index.find(name, _value(name, value)) for name, value in fields.items()]
        if wanted is not None:
            sets.append(_called(index, wanted))
        ids = set.intersection(*({each.id for each in found} for found in sets))
        return [each for each in sets[0] if each.id in ids]

    found = look()
    return look() if not found and index.refresh() else found


def _called(index: CompanyIndex, wanted: str) -> list[Company]:
    """Returns companies by whatever the text is; the list with domains is read last, since it is the longest."""
    kind, value = split_reference(wanted.strip())
    if kind is not PlanhatIdType.PLANHAT_ID:
        return index.find(kind.field, value)
    for key in ("id", "name", "external_id", "source_id", "domain"):
        found = index.find(key, _value(key, wanted))
        if found:
            return found
    return []


def _value(name: str, value: Any) -> str:
    return domain(str(value).rpartition("@")[2]) if name == "domain" else key_text(value)


def _search(
    session: PlanhatSession,
    model: type[PlanhatObject],
    wanted: str | None,
    fields: Mapping[str, Any],
    where: str | None,
) -> list[PlanhatObject]:
    """Reads the model with as few fields as possible, and returns the records that fit."""
    keys = {name: _key(model, name) for name in fields}
    names = [key for key in NAMES if model.field(key) or model.OPEN]
    # E-mail addresses, the archive and the company are what Planhat can look up itself.
    asked = {each.argument for each in model.PARAMETERS} & {"email", *reading.ARCHIVED}
    filters = {name: value for name, value in fields.items() if name in asked}
    companies = fields.get("company_id") if model.COMPANY_PARAMETER else None
    looked_up = {*filters, *(["company_id"] if companies else [])}
    query = reading.Query(companies, [*names, *keys.values()], filters=filters, where=where)
    kind, text = split_reference((wanted or "").strip())
    if kind is not PlanhatIdType.PLANHAT_ID:
        names = [model.key_of(kind)]
    found = []
    for page in reading.read_pages(session, model, query):
        for record in page:
            fits = all(
                _fits(value_at(record, key), fields[name]) for name, key in keys.items() if name not in looked_up
            )
            if fits and (wanted is None or any(_fits(dict.get(record, key), text) for key in names)):
                found.append(record)
    return found


def _key(model: type[PlanhatObject], name: str) -> str:
    if name.startswith(CUSTOM):
        return name
    known = model.field(name)
    if known is None:
        raise unknown_field(model, name)
    return known.key


def _fits(value: Any, wanted: Any) -> bool:
    if wanted is None:
        return value in (None, "", [])
    if isinstance(wanted, list):
        return all(_fits(value, each) for each in wanted)
    if isinstance(value, list):
        return any(_fits(item, wanted) for item in value)
    if isinstance(value, bool):
        return parse_bool(wanted) is value
    if isinstance(value, (int, float)) and isinstance(wanted, (int, float)):
        is_same = value == wanted
    else:
        is_same = value is not None and comparable_name(value) == comparable_name(wanted)
    moments = comparable_moments(value, str(wanted)) if not is_same and isinstance(value, str) else None
    return is_same or (moments is not None and moments[0] == moments[1])


def _whole(
    session: PlanhatSession, model: type[PlanhatObject], found: Iterable[PlanhatObject]
) -> PlanhatObjectList[Any]:
    """Reads the records that were found, with all their fields; many of them stay as they are."""
    found = list(found)
    if len(found) > NAMED or not _is_readable(model):
        return PlanhatObjectList.of(model, found)
    return PlanhatObjectList.of(model, (reading.read_one(session, model, each.id) for each in found))


def find_duplicates(
    session: PlanhatSession,
    model: type[PlanhatObject],
    fields: Iterable[str],
    query: reading.Query = reading.Query(),  # noqa: B008 - it never changes
) -> list[PlanhatObjectList[Any]]:
    """Returns groups of records that are equal in all fields; records without any of these are in none.

    All fields of a record are read only of duplicates, where these are few; the others are read with the compared
    fields. A record that is changed between these two reads, so that it is not a duplicate anymore, is left out.

    Args:
        session: The connection.
        model: The model.
        fields: The fields to compare, without regard to case, Unicode form, and extra spaces.
        query: Which records, and which of their fields.

    Raises:
        PlanhatValidationError: If there is no field, or one is unknown.
    """
    keys = [_key(model, name) for name in fields]
    if not keys:
        raise PlanhatValidationError("Name at least one field to compare.")
    reading.require_custom_fields(session, model, keys)
    if query.properties is not None:
        labels = [key for key in NAMES if model.field(key)]
        query = replace(query, properties=[*labels, *keys, *as_strings(query.properties, "properties")])
    elif query.company_ids is None:
        repeated = _repeated(session, model, keys, query)
        if repeated is not None:
            return _groups(model, keys, _read_again(session, model, keys, repeated, query.where))
    return _groups(model, keys, reading.read_list(session, model, query))


def _groups(model: type[PlanhatObject], keys: list[str], records: list[Any]) -> list[PlanhatObjectList[Any]]:
    """Returns the records that share what they are compared by, in groups."""
    values = _compared_by(records, keys)
    count, groups = Counter(values), defaultdict(list)
    for record, value in zip(records, values, strict=True):
        if value is not None and count[value] > 1:
            groups[value].append(record)
    return [PlanhatObjectList.of(model, group) for group in groups.values()]


def _compared_by(records: list[Any], keys: list[str]) -> list[Any]:
    """Returns what each record is compared by; `None` for those that lack one of the values."""
    columns = [comparable_names(column_of(records, key)) for key in keys]
    return columns[0] if len(columns) == 1 else [None if None in row else row for row in zip(*columns, strict=True)]


def _repeated(
    session: PlanhatSession, model: type[PlanhatObject], keys: list[str], query: reading.Query
) -> dict[str, Any] | None:
    """Returns what duplicates are compared by, by their ids; nothing if reading these one by one takes too long."""
    found: list[tuple[Any, Any]] = []
    count: Counter[Any] = Counter()
    calls = rows = most = 0
    for page in reading.read_pages(session, model, replace(query, properties=["_id", *keys], plain=True)):
        values = _compared_by(page, keys)
        found += zip(map(dict.get, page, repeat("_id")), values, strict=True)
        count.update(values)
        calls, rows = calls + 1, rows + len(page)
        # As many calls, and as much time, as for reading all records whole.
        most = calls + rows // ROWS_PER_CALL if _is_readable(model) else 0
        repeats = rows - len(count) - max(count[None] - 1, 0)
        if repeats > most:
            return None
    repeated = {key: value for key, value in found if value is not None and count[value] > 1}
    is_known = all(isinstance(key, str) and key for key in repeated)
    return repeated if is_known and len(repeated) <= most else None


def _read_again(
    session: PlanhatSession, model: type[PlanhatObject], keys: list[str], wanted: dict[str, Any], where: str | None
) -> list[PlanhatObject]:
    """Returns records with all their fields, but those that were changed, archived or deleted since they were read."""
    condition = reading.condition_of(session, model, where) if where is not None else None
    archived = {each.name for each in model.PARAMETERS if each.argument in reading.ARCHIVED}
    archived -= set(condition.keys if condition else ())
    records = []
    for key, value in wanted.items():
        with suppress(PlanhatNotFoundError):
            record = reading.read_one(session, model, key)
            is_same = record.id == key and _compared_by([record], keys) == [value]
            is_listed = not any(dict.get(record, each) for each in archived)
            if is_same and is_listed and (condition is None or condition.matches(record)):
                records.append(record)
    if len(records) < len(wanted):
        left_out = plural(len(wanted) - len(records), str(model.SINGULAR), str(model.PLURAL))
        LOGGER.info("Changed while duplicates were read, and left out: %s.", left_out)
    return records


def find_missing(session: PlanhatSession, objects: PlanhatObjectList[P]) -> PlanhatObjectList[P]:
    """Returns the objects that Planhat does not have, by any of their ids; archived records count as there.

    Only ids are read, in one pass over the model.

    Args:
        session: The connection.
        objects: Records of one model, each with at least one id.
    """
    model = objects.model
    if model is None or not objects:
        return objects[:0]
    ids = {key: _ids_of(objects, key) for key in map(model.key_of, ALL_IDS)}
    wanted = {key: {each for each in column if each} for key, column in ids.items()}
    if issubclass(model, Ticket):
        wanted["externalId"] |= wanted["sourceId"]
    wanted = {key: some for key, some in wanted.items() if some}
    known: dict[str, set[str]] = {key: set() for key in wanted}
    for page in id_pages(session, model, wanted):
        for key, some in wanted.items():
            known[key].update(some.intersection(map(str, filter(None, map(dict.get, page, repeat(key))))))
    if issubclass(model, Ticket):  # lists of tickets show the source id there
        known.setdefault("sourceId", set()).update(known.get("externalId", ()))
    there: set[int] = set()
    for key, some in known.items():
        there.update(place for place, each in enumerate(ids[key]) if each in some)
    return PlanhatObjectList.of(model, (each for place, each in enumerate(objects) if place not in there))


def _ids_of(objects: PlanhatObjectList[P], key: str) -> list[str]:
    """Returns an id of each object as a string; an empty one where it has none of this kind."""
    return [str(value) if (value := each.get(key)) else "" for each in objects]


def id_pages(
    session: PlanhatSession, model: type[PlanhatObject], keys: Iterable[str] | None = None
) -> Iterator[list[Any]]:
    """Yields all records of a model page by page, archived ones too, with nothing but their ids: as dictionaries.

    Args:
        session: The connection.
        model: The model.
        keys: The kinds of id. Default: all. Lists of companies have all in any case.
    """
    if issubclass(model, Company):
        yield reading.list_all_companies(session)
        return
    wanted = keys or ("sourceId", model.external_key())
    ids = [key for key in dict.fromkeys(["_id", *wanted]) if model.field(key)]
    yield from reading.read_all_pages(session, model, reading.Query(properties=ids, plain=True))
