"""The routes of Planhat: from a request to an answer."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import math
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from RPA.Planhat.sandbox import analytics, listing, matching, records, responses
from RPA.Planhat.sandbox.model_rules import BY_PATH, COMPANY, Document, company_key, has_verb, rules_of
from RPA.Planhat.sandbox.store import encode
from RPA.Planhat.sandbox.tenant import METHODS
from RPA.Planhat.sandbox.values import is_too_deep
from RPA.Planhat.types import PlanhatIdType, Verb
from RPA.Planhat.types.companies import LEAN_PATH

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.sandbox.admin import State
    from RPA.Planhat.sandbox.connection import Request
    from RPA.Planhat.sandbox.records import Records

NESTED = ("licenses", "endusers", "conversations")
"""Models that also have paths below a company."""

OPEN_ROUTES = frozenset({"activities", "activity_rows", "activity_csv", "metrics", "segment", "automation"})
"""Routes of the analytics host and of automations, which need no token."""


SINKS = {
    ("POST", "/analytics/{tenant}"): "activities",
    ("POST", "/analytics/bulk/{tenant}"): "activity_rows",
    ("PUT", "/analytics/stream/csv/{tenant}"): "activity_csv",
    ("POST", "/dimensiondata/{tenant}"): "metrics",
    ("POST", "/dock/segment"): "segment",
    **{(method, "/automations/{uuid}"): "automation" for method in METHODS},
    ("GET", f"/{LEAN_PATH}"): "lean",
    ("POST", "/timeentries/duplicate"): "duplicate",
}
ACTIONS = (
    (Verb.LIST, "", "GET", "list"),
    (Verb.CREATE, "", "POST", "create"),
    (Verb.UPSERT, "", "PUT", "upsert"),
    (Verb.GET, "/{id}", "GET", "get"),
    (Verb.UPDATE, "/{id}", "PUT", "update"),
    (Verb.DELETE, "/{id}", "DELETE", "delete"),
)


def _routes() -> dict[tuple[str, str], str]:
    """Returns the endpoint of each method and route; names in braces match one part of a path."""
    prefixes = {f"/{path}": (path, model) for path, model in BY_PATH.items()}
    prefixes |= {f"/companies/{{company}}/{name}": (name, BY_PATH[name]) for name in NESTED}
    found = dict(SINKS)
    for prefix, (name, model) in prefixes.items():
        for verb, ending, method, action in ACTIONS:
            if has_verb(model, verb):
                found[method, prefix + ending] = f"{action} {name}"
    return found


ROUTES = _routes()
_WORDS = frozenset(part for _, route in ROUTES for part in route.split("/") if part and not part.startswith("{"))
_VARIABLES = re.compile(r"{(\w+)}")
_NAMES = {_VARIABLES.sub("*", route): route for _, route in ROUTES}


def match_route(method: str, path: str) -> tuple[str, str, dict[str, str]]:
    """Returns the endpoint, the route and the encoded parts of a path; no endpoint when Planhat has none.

    Args:
        method: The HTTP method.
        path: The path as it was sent.
    """
    parts = path.rstrip("/").split("/")
    method = "GET" if method == "HEAD" else method
    # What is not a word of a route can only be a variable; a word may be one, too, such as the id `bulk`.
    with_words = [part if part in _WORDS else "*" for part in parts[1:]]
    for shape in ("/".join(["", *with_words]), "/".join([*parts[:2], *["*"] * len(parts[2:])])):
        route = _NAMES.get(shape)
        if route and (method, route) in ROUTES and all(parts[1:]):
            names = _VARIABLES.findall(route)
            values = [part for part, each in zip(parts, route.split("/"), strict=True) if each.startswith("{")]
            return ROUTES[method, route], route, dict(zip(names, values, strict=True))
    return "", path, {}


class Api:
    """Planhat's API and analytics host.

    Args:
        state: The records and rules of the sandbox.
    """

    def __init__(self, state: State) -> None:
        self.state = state

    def route_of(self, method: str, path: str) -> tuple[str, str, dict[str, str]]:
        """Returns the endpoint, the route as in `/companies/{id}`, and the decoded parts of the path."""
        if method == "PATCH" and self.state.dialect.patch == "update":
            method = "PUT"
        endpoint, route, parts = match_route(method, path)
        return endpoint, route, {name: unquote(value) for name, value in parts.items()}

    def answer(self, request: Request, endpoint: str, parts: dict[str, str]) -> responses.Response:
        """Returns the answer to a request, whose refusal is an answer, too."""
        try:
            return self._answer(request, endpoint, parts)
        except responses.NoCompanyError as refusal:
            if self.state.dialect.enduser_without_company == "drop":
                return responses.Response(notes=["dropped: enduser without company"])
            return responses.error_response(refusal.status, refusal.message, self.state.dialect)
        except responses.ApiError as refusal:
            return responses.error_response(refusal.status, refusal.message, self.state.dialect)
        except RecursionError:
            return responses.error_response(400, "The body is nested too deeply", self.state.dialect)

    def _answer(self, request: Request, endpoint: str, parts: dict[str, str]) -> responses.Response:
        if endpoint not in OPEN_ROUTES and not self.has_token(request):
            raise responses.ApiError(401, "Unauthorized")
        if not endpoint:
            raise responses.ApiError(int(self.state.dialect.unknown_routes), "Not found")
        action, _, name = endpoint.partition(" ")
        ignored = self.state.records.ignored
        with self.state.store.transaction():
            ignored.clear()
            made: responses.Response = getattr(self, f"_{action}")(request, **({"name": name} if name else {}), **parts)
            if ignored:
                made.notes.append(f"ignored: {', '.join(ignored)}")
            return made

    def has_token(self, request: Request) -> bool:
        """Returns whether a request has the token, as bearer or as the user of Basic credentials."""
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        token = value.strip() if kind.lower() == "bearer" else _basic_user(kind, value)
        return hmac.compare_digest(token.encode(), self.state.settings.api_key.encode())

    def _permit(self, name: str, verb: Verb) -> None:
        self.state.records.permit(BY_PATH[name], verb)

    def _list(self, request: Request, name: str, company: str | None = None) -> responses.Response:
        self._permit(name, Verb.LIST)
        query = dict(request.query)
        if company is not None:
            query["companyId"] = self._company(company)["_id"]
        return responses.text_response(listing.rows_of(self.state.records, BY_PATH[name], query))

    def _lean(self, request: Request) -> responses.Response:
        self._permit("companies", Verb.LIST)
        return responses.text_response(listing.lean_companies(self.state.records, request.query))

    def _get(self, request: Request, name: str, id: str, company: str | None = None) -> responses.Response:  # noqa: A002, ARG002
        self._permit(name, Verb.GET)
        found = self._found(name, id, BY_PATH[name].READ_BY, company)
        role_objects = self.state.dialect.user_roles == "documented"
        return responses.json_response(listing.single(BY_PATH[name], found, reading=True, role_objects=role_objects))

    def _create(self, request: Request, name: str, company: str | None = None) -> responses.Response:
        body = _json_object(request)
        if "_id" in body:
            raise responses.ApiError(400, "_id cannot be set")
        if company is not None:
            body[company_key(BY_PATH[name])] = self._company(company)["_id"]
        model = BY_PATH[name]
        made = self.state.records.create(model, body)
        shown = {**rules_of(model).on_create, **listing.single(model, made, reading=False)}
        if name == "conversations":
            shown |= self._only_when_new(made)
        return responses.json_response(shown, self.state.dialect.created_status)

    def _only_when_new(self, made: Document) -> Document:
        """Returns what only the response to the create of a conversation has."""
        company = self.state.store.get("companies", str(made.get("companyId"))) or {}
        text = ": ".join(filter(None, [made.get("subject"), made.get("snippet")]))
        return {
            "companySourceId": company.get("sourceId"), "owner": made.get("owner") or company.get("owner"),
            "note": text or None,
        }  # fmt: skip

    def _update(self, request: Request, name: str, id: str, company: str | None = None) -> responses.Response:  # noqa: A002
        old = self._found(name, id, BY_PATH[name].WRITE_BY, company)
        body = _json_object(request)
        own_id = body.get("_id")
        if own_id is not None and (own_id != old["_id"] or self.state.dialect.id_in_update == "refuse"):
            raise responses.ApiError(400, "_id cannot be changed")
        new, _ = self.state.records.update(BY_PATH[name], old, body)
        role_objects = self.state.dialect.user_roles == "swapped"
        return responses.json_response(listing.single(BY_PATH[name], new, reading=False, role_objects=role_objects))

    def _upsert(self, request: Request, name: str, company: str | None = None) -> responses.Response:
        body = _json(request)
        if not isinstance(body, (list, dict)):
            raise responses.ApiError(400, "The body must be an array of objects")
        if company is not None:
            own_id = self._company(company)["_id"]
            rows = body if isinstance(body, list) else [body]
            body = [{**row, "companyId": own_id} if isinstance(row, dict) else row for row in rows]
        return bulk_response(*records.upsert(self.state.records, BY_PATH[name], body))

    def _duplicate(self, request: Request) -> responses.Response:
        return bulk_response(*records.duplicate_entries(self.state.records, BY_PATH["timeentries"], _json(request)))

    def _delete(self, request: Request, name: str, id: str, company: str | None = None) -> responses.Response:  # noqa: A002, ARG002
        model, form = BY_PATH[name], self.state.dialect.delete_answers
        self._permit(name, Verb.DELETE)
        try:
            found = self._found(name, id, tuple(PlanhatIdType), company)
        except responses.ApiError as refusal:
            if refusal.status == 404 and self.state.dialect.delete_unknown == "count":
                return responses.json_response({"n": 0, "ok": 1, "deletedCount": 0})
            raise
        self.state.records.delete(model, found)
        if form == "documented":
            form = "document" if rules_of(model).deletes_with_document else "count"
        return _deleted(form, found)

    def _found(self, name: str, reference: str, kinds: tuple[PlanhatIdType, ...], company: str | None) -> Document:
        try:
            found = matching.by_reference(self.state.records, BY_PATH[name], reference, kinds)
        except responses.InvalidIdError as error:
            raise responses.ApiError(400, responses.MALFORMED_ID) from error
        if company is not None and found.get(company_key(BY_PATH[name])) != self._company(company)["_id"]:
            raise responses.ApiError(404, f"{BY_PATH[name].SINGULAR} not found")
        return found

    def _company(self, reference: str) -> Document:
        return matching.by_reference(self.state.records, COMPANY, reference, tuple(PlanhatIdType))

    def _activities(self, request: Request, tenant: str) -> responses.Response:
        body = _json(request, strict=False)
        return self._sink(tenant, lambda records: ({}, analytics.take_activities(records, body)))

    _activity_rows = _activities

    def _activity_csv(self, request: Request, tenant: str) -> responses.Response:
        text = request.body.decode("utf-8", "replace")
        return self._sink(tenant, lambda records: ({}, analytics.take_csv(records, text)))

    def _metrics(self, request: Request, tenant: str) -> responses.Response:
        body = _json(request, strict=False)
        return self._sink(tenant, lambda records: analytics.take_metrics(records, body))

    def _segment(self, request: Request) -> responses.Response:
        tenant = _basic_user(*request.headers.get("Authorization", "").split(" ", 1)[:2])
        if not hmac.compare_digest(tenant.encode(), self.state.settings.tenant_uuid.encode()):
            raise responses.ApiError(401, "Unauthorized")
        body = _json(request, strict=False)
        return self._sink(tenant, lambda records: ({}, analytics.take_segment(records, body)))

    def _automation(self, request: Request, uuid: str) -> responses.Response:
        if uuid not in self.state.records.automations.incoming:
            raise responses.ApiError(404, "Not found")
        if request.method != "POST":
            raise responses.ApiError(405, "Only POST starts an automation")
        if not request.body:
            raise responses.ApiError(400, "The call has no body")
        return responses.Response()

    def _sink(self, tenant: str, take: Callable[[Records], tuple[Document, list[str]]]) -> responses.Response:
        if tenant != self.state.settings.tenant_uuid:
            if self.state.dialect.unknown_tenant == "refuse":
                raise responses.ApiError(404, "Not found")
            return responses.json_response({}, notes=["dropped: unknown tenant"])
        body, notes = take(self.state.records)
        if self.state.dialect.analytics_bodies == "empty":
            return responses.Response(notes=notes)
        return responses.json_response(body, notes=notes)


def bulk_response(status: int, envelope: Any, notes: list[str] | None = None) -> responses.Response:
    """Returns the answer to a bulk call."""
    return responses.json_response(envelope, status, notes)


def _deleted(form: str, document: Document) -> responses.Response:
    if form == "empty":
        return responses.Response()
    if form == "text":
        return responses.Response(body=b"OK", content_type="text/plain; charset=utf-8")
    return responses.json_response(document if form == "document" else {"n": 1, "ok": 1, "deletedCount": 1})


def _basic_user(kind: str = "", value: str = "") -> str:
    """Returns the user of Basic credentials whose password is empty, else nothing."""
    if kind.lower() != "basic":
        return ""
    try:
        user, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return user if colon and not password else ""


def _json(request: Request, *, strict: bool = True) -> Any:
    if strict and request.content_type != "application/json":
        raise responses.ApiError(400, "The body must be application/json")
    try:
        text = request.body.decode()
        value = json.loads(text, parse_constant=_finite, parse_float=_finite)
        if "\\ud" in text.lower():
            encode(value).encode()
        if is_too_deep(value):
            raise responses.ApiError(400, "The body is nested too deeply")
    except (ValueError, RecursionError) as error:
        raise responses.ApiError(400, "The body is not valid JSON") from error
    return value


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not valid JSON")
    return number


def _json_object(request: Request) -> Document:
    body = _json(request)
    if not isinstance(body, dict):
        raise responses.ApiError(400, "The body must be an object")
    return body
