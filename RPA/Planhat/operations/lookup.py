"""Comparing what one has with what Planhat has."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.operations.reading import Query, list_all_companies, read_pages
from RPA.Planhat.types import Company, PlanhatObject, PlanhatObjectList, Ticket
from RPA.Planhat.types.base import ALL_IDS

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    for page in id_pages(session, model):
        for key, ids in known.items():
            ids.update(map(str, filter(None, map(dict.get, page, repeat(key)))))
    if issubclass(model, Ticket):
        known["sourceId"] |= known["externalId"]  # lists of tickets show the source id there
    missing = (
        each for each in objects if not any(each.get(key) and str(each[key]) in ids for key, ids in known.items())
    )
    return PlanhatObjectList.of(model, missing)


def id_pages(session: PlanhatSession, model: type[PlanhatObject]) -> Iterator[list[Any]]:
    """Yields all records of a model page by page, archived ones too, with nothing but their ids."""
    if issubclass(model, Company):
        yield list_all_companies(session)
        return
    ids = [key for key in ("_id", "sourceId", model.external_key()) if model.field(key)]
    archive = [{each.argument: True} for each in model.PARAMETERS if each.argument in ("archived", "is_archived")]
    for filters in [{}, *archive]:
        yield from read_pages(session, model, Query(properties=ids, filters=filters))
