"""Comparing what one has with what Planhat has."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.operations.reading import Query, list_all_companies, read_all_pages
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
    wanted = _ids_of(objects, model)
    known: dict[str, set[str]] = {key: set() for key in wanted}
    for page in id_pages(session, model, wanted):
        for key, ids in wanted.items():
            known[key].update(ids.intersection(map(str, filter(None, map(dict.get, page, repeat(key))))))
    if issubclass(model, Ticket):
        known.setdefault("sourceId", set()).update(
            known.get("externalId", ())
        )  # lists of tickets show the source id there
    missing = (
        each for each in objects if not any(each.get(key) and str(each[key]) in ids for key, ids in known.items())
    )
    return PlanhatObjectList.of(model, missing)


def _ids_of(objects: PlanhatObjectList[P], model: type[P]) -> dict[str, set[str]]:
    """Returns the ids that are looked for, by key: only kinds of id that the objects have."""
    kinds = [model.key_of(kind) for kind in ALL_IDS]
    ids = {key: {str(each[key]) for each in objects if each.get(key)} for key in kinds}
    if issubclass(model, Ticket):
        ids["externalId"] |= ids["sourceId"]
    return {key: some for key, some in ids.items() if some}


def id_pages(
    session: PlanhatSession, model: type[PlanhatObject], keys: Iterable[str] | None = None
) -> Iterator[list[Any]]:
    """Yields all records of a model page by page, archived ones too, with nothing but their ids.

    Args:
        session: The connection.
        model: The model.
        keys: The kinds of id; all unless given. Lists of companies have all in any case.
    """
    if issubclass(model, Company):
        yield list_all_companies(session)
        return
    wanted = keys or ("sourceId", model.external_key())
    ids = [key for key in dict.fromkeys(["_id", *wanted]) if model.field(key)]
    yield from read_all_pages(session, model, Query(properties=ids))
