"""Comparing what one has with what Planhat has."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from RPA.Planhat.operations.reading import Query, list_all_companies, read_pages
from RPA.Planhat.types import Company, PlanhatObject, PlanhatObjectList, Ticket
from RPA.Planhat.types.base import ALL_IDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from RPA.Planhat.session import PlanhatSession

P = TypeVar("P", bound=PlanhatObject)


def find_missing(session: PlanhatSession, objects: PlanhatObjectList[P]) -> PlanhatObjectList[P]:
    """Returns the objects that Planhat does not have, by any of their ids; archived records count as there.

    Only ids are read, in one pass over the model.

    Args:
        session: The connection.
        objects: Records of one model, each with at least one id.
    """
    model = objects.model
    if model is None or not objects:
        return objects[:0]
    known: dict[str, set[str]] = {model.key_of(kind): set() for kind in ALL_IDS}
    for row in read_ids(session, model):
        for key, ids in known.items():
            if dict.get(row, key):
                ids.add(str(dict.get(row, key)))
    if issubclass(model, Ticket):
        known["sourceId"] |= known["externalId"]  # lists of tickets show the source id there
    missing = (
        each for each in objects if not any(each.get(key) and str(each[key]) in ids for key, ids in known.items())
    )
    return PlanhatObjectList.of(model, missing)


def read_ids(session: PlanhatSession, model: type[PlanhatObject]) -> Iterable[PlanhatObject]:
    """Returns all records of a model, archived ones too, with nothing but their ids."""
    if issubclass(model, Company):
        return list_all_companies(session)
    return _listed_ids(session, model)


def _listed_ids(session: PlanhatSession, model: type[PlanhatObject]) -> Iterator[PlanhatObject]:
    ids = [key for key in ("_id", "sourceId", model.external_key()) if model.field(key)]
    archive = [{each.argument: True} for each in model.PARAMETERS if each.argument in ("archived", "is_archived")]
    for filters in [{}, *archive]:
        for page in read_pages(session, model, Query(properties=ids, filters=filters)):
            yield from page
