"""The company that a record belongs to, without which its external id does not tell which record is meant.

Source ids are unique for a model, external ids of all but companies within one company only.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.errors import PlanhatBadRequestError, PlanhatNotFoundError
from RPA.Planhat.operations.reading import Query, company_id_of, list_all_companies, read_all_pages, read_one
from RPA.Planhat.operations.rows.comparing import OTHER_IDS
from RPA.Planhat.types import PlanhatIdType, PlanhatObject, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable

    from RPA.Planhat.session import PlanhatSession

P = TypeVar("P", bound=PlanhatObject)

UNIQUE_EVERYWHERE = ("_id", "sourceId")
OWNER_KEYS = ("companyId", "cId")


def owner_key(model: type[PlanhatObject]) -> str:
    """Returns the key under which records of a model name their company; empty if they belong to none."""
    return next((key for key in OWNER_KEYS if model.field(key) or model.OPEN), "")


def owner_of(row: Mapping[str, Any]) -> str:
    """Returns the company of a row or a record, as it names it."""
    owner = next((row[key] for key in OWNER_KEYS if row.get(key)), "")
    return str(owner.get("_id") if isinstance(owner, Mapping) else owner)


def owner_ids(session: PlanhatSession, references: Iterable[str]) -> dict[str, str]:
    """Returns the Planhat ids of companies by other ids. Several are looked up together.

    Args:
        session: The connection.
        references: Ids of any kind; Planhat ids, and those of companies that Planhat does not have, are left out.
    """
    others = {each for each in references if each.startswith(OTHER_IDS)}
    ids: dict[str, str] = {}
    if len(others) > 1:
        for company in list_all_companies(session):
            ids[PlanhatIdType.EXTERNAL_ID.written(company.external_id)] = company.id
            ids[PlanhatIdType.SOURCE_ID.written(company.source_id)] = company.id
    for reference in others - ids.keys():
        with suppress(PlanhatNotFoundError):
            ids[reference] = company_id_of(session, reference)
    return ids


def with_owner(row: dict[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """Returns a row with its company by Planhat id, where that is known, as records name it."""
    key = next((key for key in OWNER_KEYS if str(row.get(key)) in ids), "")
    return {**row, key: ids[str(row[key])]} if key else row


def may_own(wanted: str, record: Mapping[str, Any]) -> bool:
    """Tells whether a record is one of a company; either may be silent about it."""
    has = owner_of(record)
    return not wanted or not has or wanted == has


def kind_of(model: type[PlanhatObject], payload: Mapping[str, Any]) -> PlanhatIdType | None:
    """Returns the strongest kind of id by which the record of a row can be read, if it has one."""
    kinds = model.READ_BY if Verb.GET in model.VERBS else ()
    return next((kind for kind in kinds if payload.get(model.key_of(kind))), None)


def read_own(session: PlanhatSession, model: type[P], payload: Mapping[str, Any], kind: PlanhatIdType) -> P:
    """Returns the record that a row means by one of its ids.

    Raises:
        PlanhatNotFoundError: If Planhat does not have it, or not its company.
        PlanhatError: If that can not be found out.
    """
    value, owner = str(payload[model.key_of(kind)]), owner_of(payload)
    try:
        found = read_one(session, model, value, kind)
    except PlanhatBadRequestError:  # as one that several companies have
        if kind is not PlanhatIdType.EXTERNAL_ID or not owner:
            raise
    else:
        if kind is not PlanhatIdType.EXTERNAL_ID or may_own(owner_ids(session, [owner]).get(owner, owner), found):
            return found
    return _read_of_company(session, model, owner, value)


def _read_of_company(session: PlanhatSession, model: type[P], owner: str, external_id: str) -> P:
    """Looks for an external id among the records of one company."""
    key = model.external_key()
    for page in read_all_pages(session, model, Query([owner], [key])):
        for record in page:
            if str(record.get(key)) == external_id:
                return read_one(session, model, record.id)
    raise PlanhatNotFoundError(
        f"{PlanhatNotFoundError.HEADLINE}: no {model.SINGULAR} of the company {owner} with the external id "
        f"{external_id!r}."
    )
