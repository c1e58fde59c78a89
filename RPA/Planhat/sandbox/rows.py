"""How a record shows in answers: alone, or as a row of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox.model_rules import COMPANY, ROLES, Document, Model, facts_of, path_of
from RPA.Planhat.sandbox.store import encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def merged(defaults: Mapping[str, Any], document: Document) -> Document:
    """Returns a record with defaults for what it has not; objects are completed one level deep."""
    found = {**defaults, **document}
    for key, value in defaults.items():
        if isinstance(value, dict) and isinstance(document.get(key), dict):
            found[key] = {**value, **document[key]}
    return found


def list_row(model: Model, document: Document) -> str | None:
    """Returns the text of a record in lists, or nothing when it is the record itself."""
    if path_of(model) == "users":
        return encode({**document, "roles": roles_as_objects(document.get("roles"))})
    if not model.LIST_FIELDS:
        return None
    return encode(selected(merged(facts_of(model).on_get, document), model.LIST_FIELDS, document))


def selected(document: Document, keys: Iterable[str], present: Document | None = None) -> Document:
    """Returns some fields of a record, its id first; of those that `present` has, when it is given."""
    shown = document if present is None else present
    return {key: document[key] for key in ("_id", *keys) if key in shown}


def picked(model: Model, document: Document, keys: Iterable[str], *, owner_objects: bool) -> Document:
    """Returns a row of a list with `select`."""
    row = selected(merged(facts_of(model).on_get, document), keys)
    if path_of(model) == "users" and "roles" in row:
        row["roles"] = roles_as_objects(row["roles"])
    if model is COMPANY and owner_objects:
        for key in ("owner", "coOwner"):
            if row.get(key):
                row[key] = {"_id": row[key], "nickName": "A colleague"}
    return row


def single(model: Model, document: Document, *, reading: bool) -> Document:
    """Returns a record as the answer to a get, or to a write."""
    facts = facts_of(model)
    found = merged(facts.on_get, document) if reading else document
    if path_of(model) == "users" and not reading:
        found = {**found, "roles": [{**role, "permissions": []} for role in roles_as_objects(found.get("roles"))]}
    return {**found, **{key: value for key, value in facts.on_single.items() if key not in found}}


def roles_as_objects(roles: Any) -> list[dict[str, Any]]:
    """Returns the roles of a user as objects, as lists and updates show them."""
    shown = []
    for role in roles or []:
        own_id = role.get("_id") if isinstance(role, dict) else role
        name, description = ROLES.get(str(own_id), ("Custom", ""))
        shown.append({"_id": own_id, "name": name, "description": description})
    return shown
