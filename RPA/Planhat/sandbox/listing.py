"""How records show in answers: alone, and in lists with pages, filters, order and selection."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox.model_rules import COMPANY, ROLES, Document, Model, path_of, rules_of, table_of
from RPA.Planhat.sandbox.responses import ApiError
from RPA.Planhat.sandbox.store import encode
from RPA.Planhat.sandbox.values import UnfitError, iso, moment
from RPA.Planhat.types.companies import LEAN_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from RPA.Planhat.sandbox.tenant import Tenant

_FIELD_NAME = re.compile(r"\w+")
_WHOLE = re.compile(r"-?[0-9]+")
_MOST_DIGITS = 15
_NPS_DAYS = 360
_MOST_DAYS = 365 * 1000


@dataclass
class Conditions:
    """The WHERE of a list."""

    terms: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, term: str, *values: Any) -> None:
        """Adds a term."""
        self.terms.append(term)
        self.values.extend(values)

    @property
    def sql(self) -> str:
        """The terms as SQL."""
        return f"WHERE {' AND '.join(self.terms)}" if self.terms else ""


def _equals(key: str) -> Callable[[Conditions, str], None]:
    return lambda conditions, value: conditions.add(f"json_extract(doc,'$.{key}')=?", value)


def _equals_one_of(key: str) -> Callable[[Conditions, str], None]:
    def add(conditions: Conditions, value: str) -> None:
        conditions.add(f"json_extract(doc,'$.{key}') IN {_ANY_OF}", json.dumps(_split(value)))

    return add


def _same_text(key: str) -> Callable[[Conditions, str], None]:
    return lambda conditions, value: conditions.add(f"lower(json_extract(doc,'$.{key}'))=lower(?)", value)


def _has_handle(conditions: Conditions, value: str) -> None:
    conditions.add("handle=?", value.lower())


def _has_id(conditions: Conditions, value: str) -> None:
    conditions.add("_id=?", value)


def _has_key(column: str) -> Callable[[Conditions, str], None]:
    return lambda conditions, value: conditions.add(f"{column}=?", value)


def _mentions_any(key: str) -> Callable[[Conditions, str], None]:
    def add(conditions: Conditions, value: str) -> None:
        is_in = f"instr(coalesce(json_extract(doc,'$.{key}'),''),value)>0"
        conditions.add(f"EXISTS (SELECT 1 FROM json_each(?) WHERE {is_in})", json.dumps(_split(value)))  # nosec B608 # noqa: S608 - our own names

    return add


def _mentions_text(conditions: Conditions, value: str) -> None:
    conditions.add("instr(lower(coalesce(json_extract(doc,'$.snippet'),'')),lower(?))>0", value)


def _downgrades(conditions: Conditions, value: str) -> None:
    wanted = {"only": 1, "excluded": 0}.get(value)
    if wanted is not None:
        conditions.add("coalesce(json_extract(doc,'$.onlyDowngrade'),0)=?", wanted)


def _from_date(key: str) -> Callable[[Conditions, str], None]:
    return lambda conditions, value: _compare_date(conditions, key, ">=", value, "T00:00:00.000Z")


def _to_date(key: str) -> Callable[[Conditions, str], None]:
    return lambda conditions, value: _compare_date(conditions, key, "<=", value, "T23:59:59.999Z")


def _compare_date(conditions: Conditions, key: str, sign: str, value: str, clock: str) -> None:
    try:
        conditions.add(f"json_extract(doc,'$.{key}'){sign}?", moment(value)[:10] + clock)
    except UnfitError as error:
        raise ApiError(400, f"{value!r} {error}") from error


def _day(sign: str) -> Callable[[Conditions, str], None]:
    def add(conditions: Conditions, value: str) -> None:
        if _WHOLE.fullmatch(value):
            conditions.add(f"json_extract(doc,'$.day'){sign}?", _whole(value))

    return add


FILTERS: dict[tuple[str, str], Callable[[Conditions, str], None]] = {
    ("endusers", "email"): _has_handle,
    ("endusers", "euId"): _has_id,
    ("users", "email"): _has_handle,
    ("tickets", "email"): _has_handle,
    ("tickets", "status"): _equals("status"),
    ("tickets", "search"): _mentions_text,
    ("conversations", "type"): _equals("type"),
    ("tasks", "enduserIds"): _mentions_any("endusers"),
    ("customfields", "parent"): _same_text("parent"),
    ("churn", "downgrades"): _downgrades,
    ("churn", "from"): _from_date("churnDate"),
    ("churn", "to"): _to_date("churnDate"),
    ("dimensiondata", "dimid"): _equals("dimensionId"),
    ("dimensiondata", "from"): _day(">="),
    ("dimensiondata", "to"): _day("<="),
    ("leancompanies", "externalId"): _has_key("externalId"),
    ("leancompanies", "sourceId"): _has_key("sourceId"),
    ("leancompanies", "status"): _equals_one_of("status"),
}
"""The filters that Planhat applies itself, by path and query parameter."""


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


_ANY_OF = "(SELECT value FROM json_each(?))"
"""One parameter for any number of values: a list of parameters, or of terms, has an end."""


@cache
def parameters_of(model: Model) -> frozenset[str]:
    """Returns the filters that a list of a model takes besides the company."""
    return frozenset(each.name for each in model.PARAMETERS) | set(rules_of(model).extra_parameters)


def conditions_of(model: Model, query: Mapping[str, str]) -> Conditions:
    """Returns the conditions that a query sets; unknown parameters are ignored."""
    path, rules = path_of(model), rules_of(model)
    found = Conditions()
    if path == "tickets":
        found.add("json_extract(doc,'$.type')='ticket'")
    if rules.hides:
        is_asked = query.get(rules.hides, "").lower() == "true"
        if rules.hides_either or not is_asked:
            found.add("hidden=?", int(is_asked))
    if path == "nps":
        _add_nps_days(found, query.get("npsExpiryDay", ""))
    _add_companies(model, found, query)
    for name, value in query.items():
        add = FILTERS.get((path, name))
        if add and name in parameters_of(model):
            add(found, value)
    return found


def _add_nps_days(conditions: Conditions, days: str) -> None:
    span = min(int(days), _MOST_DAYS) if days.isdecimal() and days.isascii() else _NPS_DAYS
    earliest = iso(datetime.now(timezone.utc) - timedelta(days=span))
    conditions.add("coalesce(json_extract(doc,'$.dateAnswered'),json_extract(doc,'$.createdAt'))>=?", earliest)


def _add_companies(model: Model, conditions: Conditions, query: Mapping[str, str]) -> None:
    wanted = query.get(model.COMPANY_PARAMETER or "", "")
    if not wanted:
        return
    ids = _split(wanted) if model.MANY_COMPANIES else [wanted]
    if path_of(model) == "companies":
        conditions.add(f"_id IN {_ANY_OF}", json.dumps(ids))
    elif path_of(model) == "issues":
        conditions.add("instr(coalesce(json_extract(doc,'$.companyIds'),''),?)>0", wanted)
    else:
        conditions.add(f"company IN {_ANY_OF}", json.dumps(ids))


def order_of(model: Model, sort: str) -> str:
    """Returns the columns of the ORDER BY of a list."""
    name = sort.lstrip("-")
    direction = "DESC" if sort.startswith("-") else "ASC"
    if not sort and rules_of(model).newest_first:
        return "_id DESC"
    if name == "_id":
        return f"_id {direction}"
    if not _FIELD_NAME.fullmatch(name):
        return "seq"
    if name == "name":
        return f"name {direction}, seq {direction}"
    return f"json_extract(doc,'$.{name}') {direction}, seq"


def limits_of(tenant: Tenant, model: Model, query: Mapping[str, str]) -> tuple[int, int]:
    """Returns how many rows are sent, and from which on."""
    asked, offset = _whole(query.get("limit", "")), _whole(query.get("offset", ""))
    if asked > model.PAGE.largest and tenant.dialect.limit_above_maximum == "refuse":
        raise ApiError(400, f"limit must not be above {model.PAGE.largest}")
    limit = min(asked if asked > 0 else model.PAGE.default, model.PAGE.largest)
    cap = tenant.dialect.page_cap
    return (min(limit, cap) if cap else limit), max(offset, 0)


def _whole(text: str) -> int:
    """Returns a whole number, which no database would find too large; 0 for anything else."""
    return int(text.strip()[:_MOST_DIGITS]) if _WHOLE.fullmatch(text.strip()) else 0


def rows_of(tenant: Tenant, model: Model, query: Mapping[str, str]) -> str:
    """Returns a page of a list as JSON text."""
    conditions = conditions_of(model, query)
    order = order_of(model, query.get("sort", ""))
    limit, offset = limits_of(tenant, model, query)
    if offset and query.get("sort", "").lstrip("-") != "name" and model.field(query.get("sort", "").lstrip("-")):
        tenant.store.keep_order(table_of(model), order, hides=bool(rules_of(model).hides))
    select = _split(query.get("select", ""))
    column = "doc" if select else "coalesce(row,doc)"
    texts = tenant.store.query(
        f"SELECT {column} FROM {table_of(model)} {conditions.sql} ORDER BY {order} LIMIT ? OFFSET ?",  # nosec B608 # noqa: S608 - our own names
        (*conditions.values, limit, offset),
    )
    rows = [text for (text,) in texts]
    if select:
        chosen = (json.loads(text) for text in rows)
        objects = tenant.dialect.owner_objects
        rows = [encode(picked(model, each, select, owner_objects=objects)) for each in chosen]
    elif path_of(model) == "endusers" and query.get("email"):
        rows = [encode({**json.loads(text), "relevance": 0}) for text in rows]
    return _shaped(tenant, rows)


def lean_companies(tenant: Tenant, query: Mapping[str, str]) -> str:
    """Returns all companies with their ids and names only; what is not set is not there."""
    conditions = Conditions()
    for name, value in query.items():
        add = FILTERS.get(("leancompanies", name))
        if add:
            add(conditions, value)
    columns = "_id, json_extract(doc,'$.name'), externalId, sourceId"
    sql = f"SELECT {columns} FROM companies {conditions.sql} ORDER BY seq"  # nosec B608 # noqa: S608 - our own names
    found = tenant.store.query(sql, conditions.values)
    rows = [encode({key: value for key, value in zip(LEAN_FIELDS, row, strict=True) if value}) for row in found]
    return _shaped(tenant, rows)


def _shaped(tenant: Tenant, rows: list[str]) -> str:
    text = f"[{','.join(rows)}]"
    return f'{{"data":{text}}}' if tenant.dialect.list_shape == "envelope" else text


def merged(defaults: Mapping[str, Any], document: Document) -> Document:
    """Returns a record with defaults for what it has not; objects are completed one level deep."""
    found = {**defaults, **document}
    for key, value in defaults.items():
        if isinstance(value, dict) and isinstance(document.get(key), dict):
            found[key] = {**value, **document[key]}
    return found


def list_row(model: Model, document: Document) -> str | None:
    """Returns the text of a record in lists, or nothing when it is the record itself."""
    rules = rules_of(model)
    if not model.LIST_FIELDS:
        return None
    present = {**rules.in_rows, **{key: value for key, value in document.items() if key != "licenses" or value}}
    return encode(selected({**rules.in_rows, **merged(rules.on_get, document)}, model.LIST_FIELDS, present))


def selected(document: Document, keys: Iterable[str], present: Document | None = None) -> Document:
    """Returns some fields of a record, its id first; of those that `present` has, when it is given."""
    shown = document if present is None else present
    return {key: document[key] for key in ("_id", *keys) if key in shown}


def picked(model: Model, document: Document, keys: Iterable[str], *, owner_objects: bool) -> Document:
    """Returns a row of a list with `select`."""
    row = selected(merged(rules_of(model).on_get, document), keys)
    if path_of(model) == "users" and "roles" in row:
        row["roles"] = roles_as_objects(row["roles"])
    if model is COMPANY and owner_objects:
        for key in ("owner", "coOwner"):
            if row.get(key):
                row[key] = {"_id": row[key], "nickName": "A colleague"}
    return row


def single(model: Model, document: Document, *, reading: bool, role_objects: bool | None = None) -> Document:
    """Returns a record as the response to a get, or to a write.

    Args:
        model: Its model.
        document: The record.
        reading: Whether it is the response to a get.
        role_objects: Whether roles of users are objects; as `reading` has it when it is not given.
    """
    rules = rules_of(model)
    found = merged(rules.on_get, document) if reading else {**document, **rules.on_write}
    if path_of(model) == "users":
        with_objects = reading if role_objects is None else role_objects
        roles = found.get("roles") or []
        shown = roles_as_objects(roles) if with_objects else [role_id(role) for role in roles]
        if with_objects and not reading:
            shown = [{**role, "permissions": []} for role in shown]
        found = {**found, "roles": shown}
    return {**found, **{key: value for key, value in rules.on_single.items() if key not in found}}


def role_id(role: Any) -> Any:
    """Returns the id of a role that was written as an id or as an object."""
    return role.get("_id") if isinstance(role, dict) else role


def roles_as_objects(roles: Any) -> list[dict[str, Any]]:
    """Returns the roles of a user as objects, as reading one user shows them."""
    shown = []
    for role in roles or []:
        own_id = role_id(role)
        name, description = ROLES.get(str(own_id), ("Custom", ""))
        shown.append({"_id": own_id, "name": name, "description": description})
    return shown
