"""Reading records: one by any of its ids, or lists with filters."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.errors import (
    PlanhatAuthFailedError,
    PlanhatNotFoundError,
    PlanhatValidationError,
)
from RPA.Planhat.operations.filters import (
    Asked,
    Filter,
    asked_companies,
    asked_of,
    companies_in,
    company_filter,
    company_key,
    custom_columns,
    owner_key,
    parameters_in,
    split_filters,
)
from RPA.Planhat.operations.listing import ListCalls, forget_older, rows_in, selected_keys, sort_key
from RPA.Planhat.operations.references import (
    address,
    as_planhat_writes,
    ids_explained,
    is_strange,
    no_planhat_id,
    references_in,
    refuse_other_model,
    require_id,
    require_same,
)
from RPA.Planhat.operations.rows.kinds import convert
from RPA.Planhat.operations.rows.payloads import CUSTOM, custom_name, spelled_as_known, undeclared_field
from RPA.Planhat.operations.where import Condition, field_of
from RPA.Planhat.text.messages import did_you_mean, near_matches, suggestion
from RPA.Planhat.text.parsing import as_list, as_strings, require, trim
from RPA.Planhat.types import (
    MODELS,
    Company,
    CustomField,
    Field,
    Kind,
    PlanhatIdType,
    PlanhatObject,
    PlanhatObjectList,
    Record,
)
from RPA.Planhat.types.companies import LEAN_FIELDS, LEAN_PATH
from RPA.Planhat.types.encoding import read_json, unexpected
from RPA.Planhat.types.fields import is_planhat_id, split_reference
from RPA.Planhat.types.records import Selection, as_model
from RPA.Planhat.types.tenant import CUSTOM_KINDS, parent_of

if TYPE_CHECKING:
    import requests

    from RPA.Planhat.session import PlanhatSession

LOGGER = logging.getLogger("RPA.Planhat")

P = TypeVar("P", bound=PlanhatObject)
T = TypeVar("T")

ARCHIVED = ("archived", "is_archived")
"""Parameters that list archived records, which other lists leave out."""


@dataclass(frozen=True)
class Query:
    """What a list is asked for.

    Attributes:
        company_ids: Only records of these companies: ids, prefixed ids or records; one or several.
        properties: Only these fields: a name, several, a comma-separated string, or `ALL`. Default: all of the model.
        sort: The field to sort by; `-` in front for descending. Default: `_id`.
        limit: Rows at most.
        filters: Values by field or parameter.
        where: A condition such as `phase in (onboarding, adoption) and nps < 7`.
        after: Only records behind this Planhat id, in the order of ids.
        plain: Whether the rows of pages stay plain dictionaries, for what only looks at them.
    """

    company_ids: Any = None
    properties: Any = None
    sort: str | None = None
    limit: int | None = None
    filters: Mapping[str, Any] = field(default_factory=dict)
    where: str | None = None
    after: str = ""
    plain: bool = False


def read_one(session: PlanhatSession, model: type[P], reference: Any, id_type: PlanhatIdType | None = None) -> P:
    """Returns one record.

    Raises:
        PlanhatNotFoundError: If Planhat has no such record.
        PlanhatUnexpectedContentError: If the answer is not a record, or another one.
    """
    path = address(model, reference, id_type)
    with ids_explained(model, None if id_type else reference):
        response = session.get(path)
    record = require_same(session, one_record(response, model), path, response)
    forget_older(session, model, [record])
    return record


def one_record(response: requests.Response, model: type[P]) -> P:
    """Returns the record that an answer holds: an object with an id, which those of all known models have.

    Raises:
        PlanhatUnexpectedContentError: If it holds something else; what was sent may be stored then.
    """
    row = read_json(response)
    if not isinstance(row, Record) or not (model.OPEN or has_id(row)):
        raise unexpected(response)
    return as_model(row, model)


def has_id(row: Any) -> bool:
    """Returns whether something is an object with an id as Planhat sends it: a string that is not empty."""
    return isinstance(row, Mapping) and isinstance(row.get("_id"), str) and bool(row["_id"])


def read_list(session: PlanhatSession, model: type[P], query: Query | None = None) -> PlanhatObjectList[P]:
    """Returns a complete list of records."""
    rows = PlanhatObjectList.of(model)
    for page in read_pages(session, model, query or Query()):
        list.extend(rows, page)
    return rows


def read_pages(session: PlanhatSession, model: type[P], query: Query) -> Iterator[list[P]]:
    """Yields a list page by page, each record once, with the memory of one page; of a few more on a slow line.

    In another order than that of ids, all records are in memory: they are read by `_id`, which is the only order that
    stays put while others write and in which no two records are equal, and sorted here.

    Raises:
        PlanhatValidationError: If a filter, a property or the sort field is unknown, or the limit is negative.
        PlanhatUnexpectedContentError: If an answer is not a list.
        PlanhatError: If the list cannot be read completely.
    """
    calls = _calls_of(session, model, query)
    if query.limit == 0:
        return
    if calls.sort in ("", "_id"):
        yield from calls.pages(session, query.limit, query.after)
        return
    found = calls.one_page(session, query.limit)
    if found is None:
        found = calls.sorted([row for page in calls.pages(session) for row in page])
    for start in range(0, len(found[: query.limit]), model.PAGE.size):
        yield found[: query.limit][start : start + model.PAGE.size]


def read_all_pages(session: PlanhatSession, model: type[P], query: Query) -> Iterator[list[P]]:
    """Yields a list page by page with the archived records, which Planhat leaves out otherwise, each record once."""
    archived: set[str] = set()
    archives = [{each.argument: True} for each in model.PARAMETERS if each.argument in ARCHIVED]
    for filters in (*archives, {}):
        for page in read_pages(session, model, replace(query, filters={**query.filters, **filters})):
            if filters:
                archived.update(dict.get(record, "_id", "") for record in page)
                yield page
            else:
                yield [each for each in page if dict.get(each, "_id", "") not in archived] if archived else page


def list_all_companies(session: PlanhatSession, **filters: Any) -> PlanhatObjectList[Company]:
    """Returns all companies with their ids and names only, in one call.

    Args:
        session: The connection.
        **filters: `externalId`, `sourceId`, or `status` (several with commas).
    """
    if filters.get("status") is not None:
        statuses = as_list(filters["status"], "status")
        if not statuses:
            raise PlanhatValidationError("status is empty. Give the status to filter by, or leave status out.")
        filters["status"] = ",".join(convert(Company.status, each) for each in statuses)
    response = session.get(f"/{LEAN_PATH}", params=filters or None)
    rows = rows_in(response, Company, Selection(LEAN_FIELDS))
    for name, value in filters.items():
        wanted = str(value).split(",") if name == "status" else [str(value)]
        rows = Asked(f"{name}={value}", name, Filter(name, Kind.TEXT, wanted).fits).fitting(rows)
    return PlanhatObjectList.of(Company, rows)


def company_id_of(session: PlanhatSession, reference: Any) -> str:
    """Returns the Planhat id of a company, which is looked up when the reference is another kind of id.

    One that does not look like a Planhat id is reported in the log: Planhat answers it with an empty list.

    Raises:
        PlanhatValidationError: If it cannot be a company, such as `None` or a comparison.
    """
    if isinstance(reference, Mapping) and reference.get("_id"):
        refuse_other_model(Company, reference)
        return as_planhat_writes(str(reference["_id"]))
    if isinstance(reference, str) and is_planhat_id(reference):
        if is_strange(reference):
            if any(sign in reference for sign in "<>=!"):
                raise PlanhatValidationError(
                    f"{reference!r} is not a company. Filters are written name=value, and comparisons "
                    f"where={reference.strip()}."
                )
            LOGGER.warning("%s", no_planhat_id(Company, reference))
        return as_planhat_writes(trim(reference))
    return read_one(session, Company, reference).id


def companies_of(session: PlanhatSession, given: Any) -> list[str] | None:
    """Returns the Planhat ids of companies that are given in any form; `None` when all are meant."""
    if given is None:
        return None
    return [company_id_of(session, each) for each in references_in(Company, "company_ids", given)]


UNREADABLE: PlanhatObjectList[CustomField] = PlanhatObjectList()
"""The custom fields of a tenant whose token may not read them."""


def custom_fields(
    session: PlanhatSession, model: type[PlanhatObject], *, again: bool = False
) -> dict[str, CustomField] | None:
    """Returns the custom fields of a model by name; `None` if the token may not read them, which is logged once.

    Args:
        session: The connection, which keeps those of all models until one is written.
        model: The model.
        again: Whether to read them again, since one that was looked for is not among them.
    """
    if session.custom_fields is None or again:
        wanted = Query(properties=["name", "parent", "type", "list_values", "is_formula"])
        try:
            session.custom_fields = read_list(session, CustomField, wanted)
        except (PlanhatAuthFailedError, PlanhatNotFoundError) as problem:
            LOGGER.warning("Custom fields are not checked, since they cannot be read: %s", problem)
            session.custom_fields = UNREADABLE
    if session.custom_fields is UNREADABLE:
        return None
    parent = parent_of(model.__name__)
    return {each.name: each for each in session.custom_fields if parent_of(str(each.parent)) == parent}


def named_custom_fields(
    session: PlanhatSession, model: type[PlanhatObject], names: Iterable[str]
) -> dict[str, Field[Any]]:
    """Returns the custom fields among these names, with what they hold, as far as the token may read.

    Raises:
        PlanhatValidationError: If there is no such custom field; the message names near ones.
    """
    wanted = [custom_name(name) for name in names if name.startswith(CUSTOM)]
    known = custom_fields(session, model) if wanted and not model.OPEN else None
    if known is None:
        return {}
    found = {}
    for name in wanted:
        definition = known.get(spelled_as_known(name, known))
        if definition is None:
            raise PlanhatValidationError(
                f"{model.PLURAL} have no custom field {name!r}.{suggestion(near_matches(name, known))} "
                "Get Custom Fields lists those that there are."
            )
        kind = CUSTOM_KINDS.get(definition.type, Kind.TEXT)
        found[name] = undeclared_field(kind, CUSTOM + name, definition.list_values)
    return found


def refreshed(session: PlanhatSession, names: Iterable[str], do: Callable[[], T]) -> T:
    """Returns what a function makes of custom fields; if it refuses, of those that somebody may have changed meanwhile.

    Args:
        session: The connection.
        names: What is asked for; without a custom field among it, the function is asked once.
        do: The function.
    """
    known = session.custom_fields
    is_old = known is not None and known is not UNREADABLE and any(CUSTOM in name for name in names)
    try:
        return do()
    except PlanhatValidationError:
        if not is_old:
            raise
    session.custom_fields = None
    return do()


def require_custom_fields(session: PlanhatSession, model: type[PlanhatObject], names: Iterable[str]) -> None:
    """Refuses custom fields among these names that do not exist, as far as the token may know.

    Raises:
        PlanhatValidationError: If there is one; the message names near ones.
    """
    names = list(names)
    refreshed(session, names, lambda: named_custom_fields(session, model, names))


def condition_of(session: PlanhatSession, model: type[PlanhatObject], text: str) -> Condition:
    """Returns a condition on records of a model. Companies in it may be named by any of their ids.

    Raises:
        PlanhatValidationError: If it cannot be read, or names a field that does not exist.
    """
    require("where", text, str, "a condition such as phase = live")
    owner = owner_key(model)

    def find_field(name: str) -> Field[Any]:
        known = named_custom_fields(session, model, [name]) if name.startswith(CUSTOM) else {}
        return known.get(name[len(CUSTOM) :]) or field_of(model, name)

    def resolve(field: Field[Any], value: Any) -> Any:
        is_other = field.key == owner and split_reference(str(value))[0] is not PlanhatIdType.PLANHAT_ID
        return company_id_of(session, value) if is_other else require_id(field, id_of_address(session, field, value))

    return refreshed(session, [text], lambda: Condition(text, find_field, resolve))


def id_of_address(session: PlanhatSession, field: Field[Any] | None, value: Any) -> Any:
    """Returns the Planhat id of the person with an e-mail address where a field refers to people; else the value."""
    refers = field is not None and field.kind in (Kind.ID, Kind.IDS)
    if refers and isinstance(value, list):
        return [id_of_address(session, field, each) for each in value]
    if field is None or not refers or not isinstance(value, str) or "@" not in value:
        return value
    model = MODELS["Enduser" if field.name.startswith("enduser") else "User"]
    people = {each.id: str(each.get("email")) for each in read_list(session, model, Query(properties=["email"]))}
    found = [key for key, email in people.items() if email.casefold() == value.strip().casefold()]
    if len(found) == 1:
        return found[0]
    cure = " Give an id." if found else did_you_mean(value, people.values())
    raise PlanhatValidationError(f"There are {len(found) or 'no'} {model.PLURAL} with email {value!r}.{cure}")


def _calls_of(session: PlanhatSession, model: type[PlanhatObject], query: Query) -> ListCalls:
    """Returns the calls by which a query is answered."""
    if query.limit is not None:
        require("limit", query.limit, int, "a whole number")
    if query.limit is not None and query.limit < 0:
        raise PlanhatValidationError(f"limit must not be negative; it is {query.limit}.")
    sort = sort_key(model, query.sort)
    company_ids, asked = company_filter(model, query.company_ids, query.filters)
    asked = {name: id_of_address(session, model.field(name), value) for name, value in asked.items()}
    columns = custom_columns(as_strings(query.properties, "properties"))
    names = [*asked, sort.lstrip("-"), *columns]
    params, filters = refreshed(
        session, names, lambda: split_filters(model, asked, named_custom_fields(session, model, names))
    )
    condition = None if query.where is None else condition_of(session, model, query.where)
    needed = [each.key for each in filters] + ([sort.lstrip("-")] if sort else [])
    if condition is not None:
        needed += [key if key.startswith(CUSTOM) else key.partition(".")[0] for key in condition.keys]
        params = {**parameters_in(model, condition), **params}
        company_ids = companies_in(model, condition) if company_ids is None else company_ids
    if company_ids is not None and model.COMPANY_PARAMETER is None:
        needed.append(company_key(model))
    companies = companies_of(session, company_ids)
    checked = asked_of(model, params)
    if companies and model.COMPANY_PARAMETER is not None and owner_key(model):
        checked.append(asked_companies(model, companies))
    keys = selected_keys(model, query.properties, [*needed, *(each.key for each in checked)])
    if companies is not None and model.COMPANY_PARAMETER is None:
        owner = model.field(company_key(model))
        filters.append(Filter(owner.key, owner.kind, companies))  # type: ignore[union-attr]
        companies = None
    return ListCalls(model, params, companies, filters, condition, sort, keys, query.plain, tuple(checked))
