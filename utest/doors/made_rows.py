"""Rows that Planhat takes, made for any model from the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat import types
from RPA.Planhat.operations import writing
from RPA.Planhat.types import Kind

if TYPE_CHECKING:
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import Field, PlanhatObject

HELD = ("type", "email", "companyExternalId")
"""Strings that Planhat compares with something of its own."""

NOBODY = "5f0c0ffee5f0c0ffee5f0c0f"
"""A Planhat id that no record has."""


def home_of(live: PlanhatSession) -> dict[str, str]:
    """Returns the ids of records that others refer to, by the field."""
    company = writing.create(live, types.Company, {"name": "Home", "external_id": "HOME", "domains": "home.example"})
    row = row_of(types.Deal, {"company_id": company.id}, "D")
    deal = writing.create(live, types.Deal, {**row, "company_id": company.id})
    product = writing.create(live, types.Product, {"name": "Base", "external_id": "P"})
    return {"company_id": company.id, "deal_id": deal.id, "product_id": product.id}


def value_of(field: Field[Any], ids: dict[str, str], name: str) -> Any:
    """Returns a value that a field takes."""
    by_kind: dict[Kind, Any] = {
        Kind.NUMBER: 5, Kind.INTEGER: int(field.least or 5), Kind.BOOLEAN: True, Kind.DATE: "2026-03-01",
        Kind.DAY: 20513, Kind.TEXTS: ["x"], Kind.IDS: [ids.get("company_id", NOBODY)], Kind.OBJECT: {},
        Kind.OBJECTS: [],
    }  # fmt: skip
    if field.options:
        return field.options[0]
    if field.name in ids:
        return ids[field.name]
    if "email" in field.name:
        return f"{name.lower()}@home.example"
    if field.name == "domains":
        return [f"{name.lower()}.example"]
    return by_kind.get(field.kind, f"{field.name} {name}")


def row_of(model: type[PlanhatObject], ids: dict[str, str], name: str) -> dict[str, Any]:
    """Returns a row that Planhat takes for a new record: what it requires, a company, and a key."""
    wanted = {field.key: field for field in model.required()}
    for key in (*model.ONE_OF[:1], *model.NEVER_WITHOUT, *model.BULK_REQUIRED):
        wanted[key] = model.field(key)  # type: ignore[assignment]
    for field in (model.field("company_id"), model.field("name") or model.field("title")):
        if field is not None and not field.read_only:
            wanted[field.key] = field
    row = {key: value_of(field, ids, name) for key, field in wanted.items()}
    keys = [key for key in model.KEYS if key not in ("_id", "email")]
    found = {**row, **({keys[0]: name} if keys else {})}
    return found or change_of(model, name)


def change_of(model: type[PlanhatObject], name: str) -> dict[str, Any]:
    """Returns a change of one string that is no key, if the model has one."""
    texts = [each for each in model.writable() if each.kind is Kind.TEXT and not each.options]
    free = [each for each in texts if each.key not in (*model.KEYS, "sourceId", "externalId", "extId", *HELD)]
    return {free[0].key: value_of(free[0], {}, name)} if free else {}
