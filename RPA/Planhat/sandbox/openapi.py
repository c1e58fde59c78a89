"""The contract: an OpenAPI document made from the registry of models."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox.model_rules import BY_PATH, Model, has_verb, path_of, rules_of
from RPA.Planhat.types import Field, Kind, Parameter, Verb
from RPA.Planhat.types.companies import LEAN_FIELDS, LEAN_PATH
from RPA.Planhat.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

Schema = dict[str, Any]

_TEXTS: Schema = {"type": "array", "items": {"type": ["string", "null"]}}
KINDS: dict[Kind, Schema] = {
    Kind.TEXT: {"type": "string"},
    Kind.NUMBER: {"type": "number"},
    Kind.INTEGER: {"type": "integer"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DATE: {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"},
    Kind.DAY: {"type": "integer"},
    Kind.ID: {"type": "string", "pattern": "^[0-9a-f]{24}$"},
    Kind.IDS: _TEXTS,
    Kind.TEXTS: _TEXTS,
    Kind.OBJECT: {"type": "object"},
    Kind.OBJECTS: {"type": "array", "items": {"type": "object"}},
    Kind.ANY: {},
}
"""What answers hold for each kind of field."""

SENT: dict[Kind, Schema] = {
    **KINDS,
    Kind.DATE: {"type": "string", "format": "date-time"},
    Kind.ID: {"type": "string", "description": "A Planhat id; of companies also `extid-…` and `srcid-…`."},
}
"""What bodies may hold for each kind of field."""

ENVELOPE: Schema = {
    "type": "object",
    "required": [
        "created", "createdErrors", "insertsKeys", "updated", "updatedErrors", "updatesKeys", "nonupdates", "modified",
        "upsertedIds", "permissionErrors",
    ],
    "properties": {
        **{name: {"type": "integer", "minimum": 0} for name in ("created", "updated", "nonupdates")},
        **{
            name: {"type": "array", "items": {"type": ["string", "object"]}}
            for name in ("createdErrors", "updatedErrors", "permissionErrors", "validationErrors")
        },
        **{name: {"type": "array", "items": {"type": "object"}} for name in ("insertsKeys", "updatesKeys")},
        **{name: {"type": "array", "items": KINDS[Kind.ID]} for name in ("modified", "upsertedIds")},
    },
}  # fmt: skip

REFUSAL: Schema = {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}
DELETED: Schema = {"type": "object", "properties": {name: {"type": "integer"} for name in ("n", "ok", "deletedCount")}}
_MOST_ROWS = 5000


@cache
def document() -> Schema:
    """Returns the whole contract."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Planhat, as far as it is known", "version": __version__},
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {model.__name__: _record(model) for model in BY_PATH.values()},
        },
    }


def _paths() -> dict[str, Schema]:
    paths: dict[str, Schema] = {
        f"/{LEAN_PATH}": {"get": _lean_list()},
        "/timeentries/duplicate": {"post": _duplicate()},
        **_sinks(),
    }
    for path, model in BY_PATH.items():
        for ending, methods in METHODS.items():
            found = {method: make(model) for method, (verb, make) in methods.items() if has_verb(model, verb)}
            if found:
                paths[f"/{path}{ending}"] = found
    return paths


def _record(model: Model) -> Schema:
    known = {field.key: _nullable(_schema(field, KINDS)) for field in model.known_fields().values()}
    return {"type": "object", "required": ["_id"], "properties": {**known, "_id": KINDS[Kind.ID]}}


def _schema(field: Field[Any], kinds: dict[Kind, Schema]) -> Schema:
    found = {**kinds[field.kind], "description": field.doc}
    if field.options:
        found["enum"] = list(field.options)
    if field.least is not None:
        found["minimum"] = field.least
    if field.most is not None:
        found["maximum"] = field.most
    return found


def _nullable(schema: Schema) -> Schema:
    if "type" not in schema:
        return schema
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    found = {**schema, "type": [*types, "null"]}
    return {**found, "enum": [*schema["enum"], None]} if "enum" in schema else found


def _body_of(model: Model, *, new: bool) -> Schema:
    properties = {field.key: _nullable(_schema(field, SENT)) for field in model.writable()}
    required = [field.key for field in model.required()] if new else []
    return {"type": "object", "properties": properties, "required": required}


def _reference(model: Model) -> Schema:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _answers(*expected: tuple[str, Schema]) -> Schema:
    described = {
        "400": REFUSAL,
        "401": REFUSAL,
        "403": REFUSAL,
        "404": REFUSAL,
        "413": REFUSAL,
        "429": REFUSAL,
        **dict(expected),
    }
    return {
        status: {"description": _MEANINGS[status], "content": {"application/json": {"schema": schema}}}
        for status, schema in described.items()
    }


_MEANINGS = {
    "200": "Done",
    "206": "Some rows failed",
    "400": "The payload is wrong",
    "401": "The token is missing or wrong",
    "403": "The token lacks a permission",
    "404": "There is no such record or route",
    "413": "The body is too large",
    "429": "Too many requests",
}


def _request(schema: Schema) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _id_parameter() -> Schema:
    text = {"type": "string", "minLength": 1}
    return {"name": "id", "in": "path", "required": True, "schema": text}


def _parameter(name: str, schema: Schema, doc: str = "") -> Schema:
    return {"name": name, "in": "query", "schema": schema, "description": doc}


def _filter(parameter: Parameter) -> Schema:
    schema = {**KINDS[parameter.kind], **({"enum": list(parameter.options)} if parameter.options else {})}
    if parameter.kind in (Kind.DATE, Kind.ID, Kind.IDS):
        schema = {"type": "string"}
    return _parameter(parameter.name, schema, parameter.doc)


def _list(model: Model) -> Schema:
    page = model.PAGE
    parameters = [
        _parameter("limit", {"type": "integer"}, f"Rows of a page: {page.default} by default, {page.largest} at most."),
        _parameter("offset", {"type": "integer"}, "The index of the first row."),
        _parameter("sort", {"type": "string"}, "A field; with `-` in front, the other way round."),
        _parameter("select", {"type": "string"}, "Fields, separated by commas; `_id` always comes."),
        *(_filter(each) for each in model.PARAMETERS),
        *(_parameter(name, {"type": "string"}) for name in rules_of(model).extra_parameters),
    ]
    if model.COMPANY_PARAMETER:
        parameters.append(_parameter(model.COMPANY_PARAMETER, {"type": "string"}, "A company."))
    rows = {"type": "array", "items": _reference(model), "maxItems": page.largest}
    return {"operationId": f"list_{path_of(model)}", "parameters": parameters, "responses": _answers(("200", rows))}


def _lean_list() -> Schema:
    row = {"type": "object", "required": ["_id"], "properties": {name: {"type": "string"} for name in LEAN_FIELDS}}
    parameters = [_parameter(name, {"type": "string"}) for name in ("externalId", "sourceId", "status")]
    rows = {"type": "array", "items": row}
    return {"operationId": "list_leancompanies", "parameters": parameters, "responses": _answers(("200", rows))}


def _get(model: Model) -> Schema:
    answers = _answers(("200", _reference(model)))
    return {"operationId": f"get_{path_of(model)}", "parameters": [_id_parameter()], "responses": answers}


def _create(model: Model) -> Schema:
    return {
        "operationId": f"create_{path_of(model)}",
        "requestBody": _request(_body_of(model, new=True)),
        "responses": _answers(("200", _reference(model))),
    }


def _update(model: Model) -> Schema:
    return {
        "operationId": f"update_{path_of(model)}",
        "parameters": [_id_parameter()],
        "requestBody": _request(_body_of(model, new=False)),
        "responses": _answers(("200", _reference(model))),
    }


def _upsert(model: Model) -> Schema:
    keys = {key: {"type": "string"} for key in model.KEYS}
    body = _body_of(model, new=False)
    wanted = [*(field.key for field in model.required()), *model.BULK_REQUIRED]
    new = f"A row for a new record needs {', '.join(wanted)}." if wanted else ""
    row = {**body, "properties": {**body["properties"], **keys}, **({"description": new} if new else {})}
    failed = {"anyOf": [ENVELOPE, REFUSAL]}
    return {
        "operationId": f"upsert_{path_of(model)}",
        "requestBody": _request({"type": "array", "items": row, "maxItems": _MOST_ROWS}),
        "responses": _answers(("200", ENVELOPE), ("206", ENVELOPE), ("400", failed), ("403", failed)),
    }


def _delete(model: Model) -> Schema:
    done = _reference(model) if rules_of(model).deletes_with_document else DELETED
    answers = _answers(("200", done))
    return {"operationId": f"delete_{path_of(model)}", "parameters": [_id_parameter()], "responses": answers}


def _duplicate() -> Schema:
    ids = {"type": "array", "items": {"type": "string"}}
    body = {"type": "object", "required": ["ids"], "properties": {"ids": ids}}
    failed = {"anyOf": [ENVELOPE, REFUSAL]}
    return {
        "operationId": "duplicate_timeentries",
        "requestBody": _request(body),
        "responses": _answers(("200", ENVELOPE), ("206", ENVELOPE), ("400", failed)),
    }


def _sinks() -> dict[str, Schema]:
    """Returns the paths of the analytics host and of automations: they need no token, and hardly refuse anything."""
    activity = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("email", "externalId", "action")},
    }
    metric = {
        "type": "object",
        "required": ["dimensionId", "value", "externalId"],
        "properties": {"value": KINDS[Kind.NUMBER]},
    }
    counted = {"type": "object", "properties": {"processed": {"type": "integer"}, "errors": {"type": "array"}}}
    bodies: dict[str, tuple[str, Schema, Schema]] = {
        "/analytics/{tenant}": ("track", activity, {"type": "object"}),
        "/analytics/bulk/{tenant}": ("track_many", {"type": "array", "items": activity}, {"type": "object"}),
        "/dimensiondata/{tenant}": ("push_metrics", {"type": "array", "items": metric}, counted),
    }
    found = {
        path: {"post": _sink(name, path, _request(sent), answers={"200": answer, "400": REFUSAL, "413": REFUSAL})}
        for path, (name, sent, answer) in bodies.items()
    }
    statuses: dict[str, Schema | None] = {"200": None, "400": REFUSAL, "404": REFUSAL, "413": REFUSAL}
    call = _sink("start_automation", "/automations/{uuid}", _request({}), answers=statuses)
    return {**found, "/automations/{uuid}": {"post": call}}


def _sink(name: str, path: str, body: Schema, *, answers: dict[str, Schema | None]) -> Schema:
    variable = path.rpartition("{")[2].rstrip("}")
    parameter = {"name": variable, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    responses = {
        status: {
            "description": _MEANINGS[status],
            **({"content": {"application/json": {"schema": schema}}} if schema is not None else {}),
        }
        for status, schema in answers.items()
    }
    return {
        "operationId": name, "security": [], "parameters": [parameter], "requestBody": body, "responses": responses,
    }  # fmt: skip


METHODS: dict[str, dict[str, tuple[Verb, Callable[[Model], Schema]]]] = {
    "": {"get": (Verb.LIST, _list), "post": (Verb.CREATE, _create), "put": (Verb.UPSERT, _upsert)},
    "/{id}": {"get": (Verb.GET, _get), "put": (Verb.UPDATE, _update), "delete": (Verb.DELETE, _delete)},
}
"""What makes the operations of a model, by the end of the path and the method, for the models that have the verb."""
