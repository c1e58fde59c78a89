"""Reading records: one by any of its ids, or lists with filters."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.connection.responses import read_json
from RPA.Planhat.errors import PlanhatUnexpectedContentError, PlanhatValidationError
from RPA.Planhat.operations.paging import pages, place_behind
from RPA.Planhat.operations.prefetch import Prefetch
from RPA.Planhat.operations.references import address, ids_explained, is_strange, no_planhat_id
from RPA.Planhat.operations.rows.payloads import CUSTOM, unknown_field, value_at
from RPA.Planhat.operations.rows.values import convert
from RPA.Planhat.text.parsing import as_list, as_strings
from RPA.Planhat.text.validation import require
from RPA.Planhat.types import Company, PlanhatObject, PlanhatObjectList, Record
from RPA.Planhat.types.companies import LEAN_PATH
from RPA.Planhat.types.decoding import as_model, as_models
from RPA.Planhat.types.ids import is_planhat_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import Parameter, PlanhatIdType

LOGGER = logging.getLogger("RPA.Planhat")

P = TypeVar("P", bound=PlanhatObject)

LONGEST_ID_LIST = 2000
"""Characters of ids in one query; longer lists make a URL that servers refuse."""


@dataclass(frozen=True)
class Query:
    """What a list is asked for.

    Attributes:
        company_ids: Only records of these companies: ids, prefixed ids or records; one or several.
        properties: Only these fields: a name, several, a text with commas, or `ALL`.
        sort: The field to sort by; `-` in front turns the order round. By `_id` unless given.
        limit: Rows at most.
        filters: Values by field or parameter.
        after: Only records behind this Planhat id, in the order of ids.
    """

    company_ids: Any = None
    properties: Any = None
    sort: str | None = None
    limit: int | None = None
    filters: Mapping[str, Any] = field(default_factory=dict)
    after: str = ""


def read_one(session: PlanhatSession, model: type[P], reference: Any, id_type: PlanhatIdType | None = None) -> P:
    """Returns one record.

    Raises:
        PlanhatNotFoundError: If Planhat has no such record.
        PlanhatUnexpectedContentError: If the answer is no record.
    """
    path = address(model, reference, id_type)
    with ids_explained(model, None if id_type else reference):
        response = session.get(path)
    return one_record(response, model)


def one_record(response: requests.Response, model: type[P]) -> P:
    """Returns the record that an answer holds: an object with an id, which those of all known models have.

    Raises:
        PlanhatUnexpectedContentError: If it holds something else.
    """
    row = read_json(response)
    if not isinstance(row, Record) or not (model.OPEN or row.get("_id")):
        raise PlanhatUnexpectedContentError.of(response)
    return as_model(row, model)


def read_list(session: PlanhatSession, model: type[P], query: Query | None = None) -> PlanhatObjectList[P]:
    """Returns a complete list of records."""
    rows = PlanhatObjectList.of(model)
    for page in read_pages(session, model, query or Query()):
        list.extend(rows, page)
    return rows


def read_pages(session: PlanhatSession, model: type[P], query: Query) -> Iterator[list[P]]:
    """Yields a list page by page, each record once, with the memory of one page; of a few more on a slow line.

    Args:
        session: The connection.
        model: The model.
        query: What is asked for.

    Raises:
        PlanhatValidationError: If a filter, a property or the sort field is unknown, or the limit is negative.
        PlanhatUnexpectedContentError: If an answer is no list.
    """
    plan = _Plan.of(session, model, query)
    left = query.limit
    seen: set[str] = set()
    for params in plan.calls():
        wanted = None if plan.local or (plan.overlaps and model.field("company_ids")) else left
        fetch = _fetcher(session, model, params, wanted)
        start = place_behind(fetch, query.after) if query.after else 0
        for page in pages(fetch, model.PAGE.size, wanted, start, query.after):
            rows = [row for row in page if plan.matches(row)] if plan.local else page
            if query.after:
                rows = [row for row in rows if str(row.get("_id")) > query.after]
            if plan.overlaps:
                rows = [row for row in rows if row.id not in seen]
                seen.update(row.id for row in rows)
            yield rows[:left]
            left = None if left is None else left - len(rows)
            if left is not None and left <= 0:
                return


def read_all_pages(session: PlanhatSession, model: type[P], query: Query) -> Iterator[list[P]]:
    """Yields a list page by page with the archived records, which Planhat lists by themselves, each record once."""
    archived: set[str] = set()
    for filters in (*_archives(model), {}):
        for page in read_pages(session, model, replace(query, filters={**query.filters, **filters})):
            if filters:
                archived.update(record.id for record in page)
                yield page
            else:
                yield [record for record in page if record.id not in archived] if archived else page


def _archives(model: type[PlanhatObject]) -> list[dict[str, Any]]:
    return [{each.argument: True} for each in model.PARAMETERS if each.argument in ("archived", "is_archived")]


def list_all_companies(session: PlanhatSession, **filters: Any) -> PlanhatObjectList[Company]:
    """Returns all companies with their ids and names only, in one call.

    Args:
        session: The connection.
        **filters: `externalId`, `sourceId`, or `status` (several with commas).
    """
    response = session.get(f"/{LEAN_PATH}", params=filters or None)
    return PlanhatObjectList.of(Company, _rows(response, Company))


def company_id_of(session: PlanhatSession, reference: Any) -> str:
    """Returns the Planhat id of a company, which is looked up when the reference is another kind of id.

    One that does not look like a Planhat id is told in the log: Planhat answers it with an empty list.
    """
    if isinstance(reference, Mapping) and reference.get("_id"):
        return str(reference["_id"])
    if isinstance(reference, str) and is_planhat_id(reference):
        if is_strange(reference):
            LOGGER.warning("%s", no_planhat_id(Company, reference))
        return reference
    return read_one(session, Company, reference).id


@dataclass(frozen=True)
class _Plan:
    """What Planhat does for a query, and what is left to do here."""

    params: dict[str, Any]
    companies: list[str] | None
    local: dict[str, Any]
    model: type[PlanhatObject]

    @classmethod
    def of(cls, session: PlanhatSession, model: type[PlanhatObject], query: Query) -> _Plan:
        if query.limit is not None:
            require("limit", query.limit, int, "a whole number")
        if query.limit is not None and query.limit < 0:
            raise PlanhatValidationError(f"limit must not be negative; it is {query.limit}.")
        company_ids, filters = _company_filter(model, query)
        sent, local = _split_filters(model, filters)
        companies = companies_of(session, company_ids)
        if companies is not None and model.COMPANY_PARAMETER is None:
            local[_company_key(model)] = companies
            companies = None
        select = _select(model, query.properties, local)
        sort = {"sort": sort_key(model, query.sort)}
        return cls({**sent, **sort, **({"select": select} if select else {})}, companies, local, model)

    def calls(self) -> Iterator[dict[str, Any]]:
        """Yields the query of each list call: one, or one for each bundle of companies."""
        if self.companies is None:
            yield self.params
            return
        for bundle in _bundles(self.companies, many=self.model.MANY_COMPANIES):
            yield {**self.params, str(self.model.COMPANY_PARAMETER): bundle}

    @property
    def overlaps(self) -> bool:
        """Whether several calls may return the same record, as an issue of two companies."""
        return self.companies is not None and len(self.companies) > 1

    def matches(self, row: dict[str, Any]) -> bool:
        """Tells whether a row passes the filters that Planhat does not apply."""
        return all(_equal(value_at(row, key), wanted) for key, wanted in self.local.items())


OPTIONS = ("company_ids", "properties", "sort", "limit")
"""What a list can be asked for beside filters."""


def sort_key(model: type[PlanhatObject], sort: str | None) -> str:
    """Returns a sort order in Planhat's spelling; by `_id` when none is given, which stays put while paging."""
    if not sort:
        return "_id"
    require("sort", sort, str, "the name of a field")
    minus, name = ("-", sort[1:]) if sort.startswith("-") else ("", sort)
    return minus + _key(model, name)


def _key(model: type[PlanhatObject], name: str, more: Iterable[str] = ()) -> str:
    known = model.field(name)
    if known is not None:
        return known.key
    if model.OPEN or name in model.LIST_FIELDS:
        return name
    raise unknown_field(model, name, more)


def _split_filters(model: type[PlanhatObject], filters: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    parameters = {spelling: each for each in model.PARAMETERS for spelling in (each.argument, each.name)}
    sent = {each.name: each.default() for each in model.PARAMETERS if each.default}
    local: dict[str, Any] = dict(model.FIXED)
    for name, value in filters.items():
        if name in parameters and value is None and not model.field(name):
            continue
        if name in parameters and value is not None:
            sent[parameters[name].name] = _in_query(parameters[name], value)
        elif name.startswith(CUSTOM):
            local[name] = value
        else:
            local[_key(model, name, [*OPTIONS, *parameters])] = _wanted(model, name, value)
    return sent, local


def _in_query(parameter: Parameter, value: Any) -> str:
    converted = convert(parameter, value)
    if isinstance(converted, bool):
        return "true" if converted else "false"
    return ",".join(map(str, converted)) if isinstance(converted, list) else str(converted)


def _wanted(model: type[PlanhatObject], name: str, value: Any) -> Any:
    known = model.field(name)
    if known is None or value is None:
        return value
    converted = [convert(known, each) for each in (value if isinstance(value, list) else [value])]
    return [item for each in converted for item in (each if isinstance(each, list) else [each])]


def _equal(value: Any, wanted: Any) -> bool:
    candidates = wanted if isinstance(wanted, list) else [wanted]
    if isinstance(value, list):
        return any(item in value or item == value for item in candidates)
    return any(value == item or (value is not None and _same_text(str(value), str(item))) for item in candidates)


def _same_text(value: str, wanted: str) -> bool:
    """A day matches every time of that day."""
    return value == wanted or value.startswith(f"{wanted}T")


def _select(model: type[PlanhatObject], properties: Any, local: Mapping[str, Any]) -> str:
    needed = ["custom" if key.startswith(CUSTOM) else key for key in local]
    if properties is None:
        keys = [*model.LIST_FIELDS, *needed] if model.LIST_FIELDS and needed else []
    elif properties in ("ALL", ["ALL"]):
        keys = [each.key for each in model.known_fields().values()]
    else:
        names = as_strings(properties, "properties")
        keys = ["custom" if name.startswith(CUSTOM) else _key(model, name) for name in names] + needed
    return ",".join(dict.fromkeys(keys))


def _company_filter(model: type[PlanhatObject], query: Query) -> tuple[Any, dict[str, Any]]:
    """Takes `company_id=` for `company_ids=`: it, too, may be another kind of id, or a record."""
    filters, owner = dict(query.filters), model.field("company_id")
    name = next((each for each in (owner.name, owner.key) if filters.get(each)), None) if owner else None
    if name is None or query.company_ids is not None:
        return query.company_ids, filters
    return filters.pop(name), filters


def _company_key(model: type[PlanhatObject]) -> str:
    owner = model.field("company_id")
    if owner is None:
        raise PlanhatValidationError(f"{model.PLURAL} belong to no company, so company_ids can not choose among them.")
    return owner.key


def companies_of(session: PlanhatSession, given: Any) -> list[str] | None:
    """Returns the Planhat ids of companies that are given in any form; nothing when none are given."""
    return None if given is None else [company_id_of(session, each) for each in as_list(given, "company_ids")]


def _bundles(ids: Iterable[str], *, many: bool) -> Iterator[str]:
    bundle = ""
    for each in dict.fromkeys(ids):
        longer = f"{bundle},{each}" if bundle else each
        if bundle and (not many or len(longer) > LONGEST_ID_LIST):
            yield bundle
            longer = each
        bundle = longer
    if bundle:
        yield bundle


def _fetcher(session: PlanhatSession, model: type[P], params: Mapping[str, Any], wanted: int | None) -> Prefetch[P]:
    def ask(offset: int, size: int) -> requests.Response:
        query = {**params, "limit": min(size, model.PAGE.largest), "offset": offset}
        return session.get(f"/{model.API_NAME}", params=query)

    def read(response: requests.Response) -> list[P]:
        return _rows(response, model)

    return Prefetch(ask, read, model.PAGE.size, end=wanted, most=session.parallel - 1)


def _rows(response: requests.Response, model: type[P]) -> list[P]:
    rows = read_json(response, partial(as_models, model=model))
    if not isinstance(rows, list) or (rows and not isinstance(rows[0], model)):
        raise PlanhatUnexpectedContentError.of(response, "A list was expected. Nothing was read from this answer.")
    return rows
