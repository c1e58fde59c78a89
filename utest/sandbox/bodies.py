"""The smallest body that Planhat takes for each model, made from the registry."""

from __future__ import annotations

from typing import Any

from RPA.Planhat.sandbox.model_rules import BY_PATH, TICKET_FIELDS, Model, company_key
from RPA.Planhat.types import Field, Kind

COMPANY_ID = "extid-first"
"""A company that each test starts with."""

_VALUES: dict[Kind, Any] = {
    Kind.TEXT: "some text",
    Kind.NUMBER: 5.5,
    Kind.INTEGER: 4,
    Kind.BOOLEAN: True,
    Kind.DATE: "2026-03-01T12:00:00+02:00",
    Kind.DAY: 20500,
    Kind.ID: "5f00000000000000000000aa",
    Kind.IDS: ["5f00000000000000000000aa"],
    Kind.TEXTS: ["one", "two"],
    Kind.OBJECT: {"a": 1},
    Kind.OBJECTS: [{"id": "5f00000000000000000000aa"}],
    Kind.ANY: [],
}

_SPECIAL: dict[str, dict[str, Any]] = {
    "endusers": {"email": "someone@nowhere.example"},
    "licenses": {"mrr": 100, "fromDate": "2026-01-01", "toDate": "2026-12-31", "fixedPeriod": True},
    "invoices": {"currency": "EUR", "invoiceDate": 20500},
    "conversations": {"type": "note", "users": [], "endusers": []},
    "tickets": {"domains": ["first.example"]},
    "timeentries": {"hours": 2},
    "issues": {"companyIds": [COMPANY_ID]},
}


def strongest_key(model: Model) -> str:
    """Returns the first key after `_id`, or nothing."""
    return next((key for key in model.KEYS[1:] if key != "email"), "")


CREATABLE = [path for path, model in BY_PATH.items() if any(verb.value == "create" for verb in model.VERBS)]
UPSERTABLE = [path for path, model in BY_PATH.items() if any(verb.value == "upsert" for verb in model.VERBS)]


KEYED = [path for path in UPSERTABLE if strongest_key(BY_PATH[path])]
WITH_REQUIRED = [path for path in UPSERTABLE if path not in ("churn", "timesheets")]
"""Models of which a row can be refused because something is missing."""


def value_of(field: Field[Any]) -> Any:
    """Returns a value that a field takes."""
    return field.options[-1] if field.options else _VALUES[field.kind]


def smallest(path: str, *, number: int = 1) -> dict[str, Any]:
    """Returns the smallest body for a new record; another number gives another record."""
    model = BY_PATH[path]
    body = {field.key: value_of(field) for field in model.required()}
    body.update(_SPECIAL.get(path, {}))
    if company_key(model):
        body[company_key(model)] = COMPANY_ID
    if "email" in body:
        body["email"] = f"someone{number}@nowhere.example"
    for key in ("name", "title"):
        if key in body:
            body[key] = f"Number {number}"
    return body


def keyed(path: str, *, number: int = 1) -> dict[str, Any]:
    """Returns such a body with the strongest key that a row can have."""
    key = strongest_key(BY_PATH[path])
    return {**smallest(path, number=number), **({key: f"key-{number}"} if key else {})}


def change(path: str) -> dict[str, Any]:
    """Returns a value that a record of `smallest` does not have, and that nothing else follows from."""
    special: dict[str, dict[str, Any]] = {
        "conversations": {"subject": "new"}, "lineitems": {"status": "lost"}, "objectives": {"health": 3},
        "users": {"tzOffset": 60}, "workspaces": {"ownerId": "5f00000000000000000000bb"},
    }  # fmt: skip
    texts = [
        field.key
        for field in BY_PATH[path].writable()
        if field.kind is Kind.TEXT and not field.options and not field.required and field.key not in BY_PATH[path].KEYS
    ]
    return special.get(path) or {texts[-1]: "new"}


def full(path: str) -> dict[str, Any]:
    """Returns a body with all writable fields that have no rule of their own."""
    model = BY_PATH[path]
    own = smallest(path)
    skipped = {"companyExternalId", "timeEntries", "productId", "slug", "name", "type", "users", "endusers", "archived"}
    skipped |= {"isArchived", "fixedPeriod", "value", "custom"}
    if path == "conversations":
        skipped |= set(TICKET_FIELDS)
    found = {field.key: value_of(field) for field in model.writable() if field.key not in skipped}
    return {**found, **own, "custom": {"Any Name": 1}} if "custom" in model.known_fields() else {**found, **own}
