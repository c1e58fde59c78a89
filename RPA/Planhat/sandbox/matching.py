"""Which record is meant: ids, keys, uniqueness, and the company that a record belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox.model_rules import COMPANY, Document, Model, company_key, company_name_key, path_of, table_of
from RPA.Planhat.sandbox.responses import ApiError, NoCompanyError, Reason, duplicated, invalid_id
from RPA.Planhat.sandbox.values import is_object_id
from RPA.Planhat.types import PlanhatIdType
from RPA.Planhat.types.fields import split_reference

if TYPE_CHECKING:
    from RPA.Planhat.sandbox.tenant import Tenant, Write

COMPANY_KEYS = frozenset({"companyId", "cId", "companyIds"})
"""Fields that name companies, by any kind of id."""


def column_of(key: str) -> str:
    """Returns the column of a key; both spellings of the external id share one, and so do looked-up fields."""
    return {"extId": "externalId", "email": "handle"}.get(key, key)


def by_reference(tenant: Tenant, model: Model, reference: str, kinds: tuple[PlanhatIdType, ...]) -> Document:
    """Returns the record that an id in a path means.

    Raises:
        ApiError: 400 for what cannot be an id of this model or means several records, 404 for no record.
    """
    kind, value = split_reference(reference)
    if kind not in kinds or not value or (kind is PlanhatIdType.PLANHAT_ID and not is_object_id(value)):
        raise invalid_id(updating=True)
    key = model.key_of(kind)
    found = tenant.store.find(table_of(model), column_of(key), value.lower() if key == "_id" else value)
    found = [each for each in found if _is_of(model, each)]
    if len(found) > 1:
        raise duplicated(key, updating=True)
    if not found:
        raise ApiError(404, f"{model.SINGULAR} not found", updating=True)
    return found[0]


def _is_of(model: Model, document: Document) -> bool:
    return path_of(model) != "tickets" or document.get("type") == "ticket"


def resolve_companies(tenant: Tenant, model: Model, values: Document) -> None:
    """Replaces `extid-…` and `srcid-…` of companies by their Planhat ids, in place."""
    key = company_key(model)
    if key and values.get(key) not in (None, ""):
        values[key] = _company_id(tenant, values[key])
    elif key in values:
        values[key] = None
    if isinstance(values.get("companyIds"), list):
        values["companyIds"] = [_company_id(tenant, each) for each in values["companyIds"]]


def _company_id(tenant: Tenant, reference: Any) -> str:
    if tenant.store.has("companies", reference):
        return str(reference)
    try:
        return str(by_reference(tenant, COMPANY, str(reference), tuple(PlanhatIdType))["_id"])
    except ApiError as refusal:
        text = "company not found" if refusal.status == 404 else refusal.message
        raise ApiError(400, text, reason=Reason.VALUE) from refusal


def belong(write: Write) -> None:
    """Finds the company of a new record that does not name it: by external id or by e-mail domain."""
    key = company_key(write.model)
    if not key or write.document.get(key):
        return
    found = _company_of(write.tenant, write.model, write.document)
    if found:
        write.document[key] = found
    elif path_of(write.model) == "endusers":
        raise NoCompanyError(400, "Missing required: companyId")


def _company_of(tenant: Tenant, model: Model, document: Document) -> str | None:
    external = document.get("companyExternalId")
    if external:
        found = tenant.store.find("companies", "externalId", str(external))
        if found:
            return str(found[0]["_id"])
    by_domain = {"endusers": _domain_of(document), "tickets": document.get("domains") or _domain_of(document)}
    return by_domains(tenant, by_domain.get(path_of(model), []))


def _domain_of(document: Document) -> list[str]:
    _, at, domain = str(document.get("email") or "").rpartition("@")
    return [domain] if at and domain else []


def by_domains(tenant: Tenant, domains: list[str]) -> str | None:
    """Returns the company to which e-mail domains belong."""
    for domain in domains:
        found = tenant.store.query("SELECT company FROM domains WHERE domain=? LIMIT 1", (domain.lower(),))
        if found:
            return str(found[0][0])
    return None


def match(tenant: Tenant, model: Model, body: Document) -> Document | None:
    """Returns the record that a row of a bulk upsert means, by its keys in order; nothing when it is new.

    Raises:
        ApiError: If the row names a Planhat id that does not exist, or a key that several records have.
    """
    if body.get("_id") not in (None, ""):
        return by_reference(tenant, model, str(body["_id"]), (PlanhatIdType.PLANHAT_ID,))
    company = _company_of_row(tenant, model, body)
    for key in model.KEYS[1:]:
        value = body.get(key)
        if value in (None, ""):
            continue
        found = _with_key(tenant, model, key, str(value), company)
        if len(found) > 1:
            raise duplicated(key)
        if found:
            return found[0]
        if tenant.dialect.unmatched_key == "insert":
            return None
    return None


def _company_of_row(tenant: Tenant, model: Model, body: Document) -> str | None:
    key = company_key(model)
    if not key or not body.get(key):
        return None
    return _company_id(tenant, body[key])


def _with_key(tenant: Tenant, model: Model, key: str, value: str, company: str | None) -> list[Document]:
    scope = None if key == "sourceId" else company
    if key != "email":
        found = tenant.store.find(table_of(model), column_of(key), value, scope)
    else:
        found = tenant.store.find(table_of(model), "handle", value.lower(), scope)
        if tenant.dialect.email_case == "exact":
            found = [each for each in found if each.get("email") == value]
    return [each for each in found if _is_of(model, each)]


def check_unique(write: Write) -> None:
    """Refuses a record whose keys belong to another.

    Source ids are unique for a model; external ids for companies, else within a company. An e-mail address may repeat,
    but not within one company when nothing else tells two endusers apart.
    """
    clashing = [key for key in write.model.KEYS[1:] if write.changes(key) and _taken(write, key)]
    if (
        clashing == ["email"]
        and path_of(write.model) == "endusers"
        and (write.old is not None or any(write.document.get(key) for key in ("sourceId", "externalId")))
    ):
        return
    if clashing:
        raise duplicated(*clashing, updating=write.old is not None)
    if path_of(write.model) == "customfields" and write.tenant.dialect.duplicate_custom_fields == "refuse":
        _check_custom_field(write)


def own_keys(model: Model, document: Document) -> dict[str, tuple[str, str, str]]:
    """Returns what no other record may have of a stored one, by the key: the key, where it is unique, and the value."""
    owner = company_key(model)
    company = str(document.get(owner)) if owner else ""
    return {
        key: (key, "" if key == "sourceId" else company, str(document[key]))
        for key in model.KEYS[1:]
        if key != "email" and document.get(key) not in (None, "")
    }


def _taken(write: Write, key: str) -> bool:
    value = write.document.get(key)
    if value in (None, ""):
        return False
    own = company_key(write.model)
    company = write.document.get(own) if own else None
    found = _with_key(write.tenant, write.model, key, str(value), company)
    return any(each["_id"] != write.document["_id"] for each in found)


def _check_custom_field(write: Write) -> None:
    document = write.document
    for other in write.store.find("customfields", "handle", str(document["name"]).lower()):
        same_name = other["name"] == document["name"]
        same_parent = str(other.get("parent")).lower() == str(document.get("parent")).lower()
        if same_name and same_parent and other["_id"] != document["_id"]:
            raise duplicated("name", "parent")


def name_of_company(write: Write) -> None:
    """Writes the name of its company into a record."""
    key, name_key = company_key(write.model), company_name_key(write.model)
    if not key or not name_key or not write.changes(key):
        return
    own_id = write.document.get(key)
    found = write.store.query("SELECT json_extract(doc,'$.name') FROM companies WHERE _id=?", (own_id,))
    if found:
        write.document[name_key] = found[0][0]
