"""Fields of the records that records refer to, as columns: `owner.email`, `company.name`, `company.owner.email`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from RPA.Planhat.operations.reading import Query, read_pages
from RPA.Planhat.operations.references import ids_in, reference_of
from RPA.Planhat.operations.rows.payloads import CUSTOM, unknown_field, value_at
from RPA.Planhat.types import Company, Kind, PlanhatObject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from RPA.Planhat.session import PlanhatSession

    Model = type[PlanhatObject]

FEW = 150
"""Companies that are asked for by their ids; more of them are found in the list of all."""


@dataclass(frozen=True)
class Join:
    """The way to a field of a record that is referred to.

    Attributes:
        steps: The keys that refer to a record, with the model of each.
        key: The key of the field that is wanted.
        kind: What that field holds.
    """

    steps: tuple[tuple[str, Model], ...]
    key: str
    kind: Kind


def join_of(model: Model, name: str) -> Join | None:
    """Returns the way to a field such as `company.owner.email`; nothing if the name does not begin with a reference.

    Raises:
        PlanhatValidationError: If a record that is referred to has no such field; the message names near ones.
    """
    steps: list[tuple[str, Model]] = []
    first, dot, rest = name.partition(".")
    while dot and not f"{first}.".startswith(CUSTOM):
        target = reference_of(model, first)
        if target is None:
            break
        steps.append((target[0].key, target[1]))
        model = target[1]
        first, dot, rest = rest.partition(".")
    if not steps:
        return None
    last = f"{first}{dot}{rest}"
    field = model.field(last)
    if field is None and not last.startswith(CUSTOM):
        raise unknown_field(model, last)
    return Join(tuple(steps), field.key if field else last, field.kind if field else Kind.ANY)


class Joiner:
    """Adds the fields of records that are referred to; each model is listed once, as far as is needed.

    Args:
        session: The connection.
        joins: The ways to the fields, by the name that the field gets in a row.
    """

    def __init__(self, session: PlanhatSession, joins: Mapping[str, Join]) -> None:
        self._session = session
        self._joins = joins
        self._keys: dict[Model, set[str]] = {}
        for join in joins.values():
            owners = [target for _, target in join.steps]
            for owner, key in zip(owners, [*(key for key, _ in join.steps[1:]), join.key], strict=True):
                self._keys.setdefault(owner, set()).add("custom" if key.startswith(CUSTOM) else key)
        self._known: dict[Model, dict[str, Any]] = {owner: {} for owner in self._keys}
        self._lists: dict[Model, Iterator[list[Any]]] = {}

    def joined(self, page: list[Any]) -> list[dict[str, Any]]:
        """Returns records as plain dictionaries, with the fields that were asked for."""
        rows = [dict(record) for record in page]
        for name, join in self._joins.items():
            reached: list[list[dict[str, Any]]] = [[row] for row in rows]
            for key, target in join.steps:
                self._find(target, (each for records in reached for record in records for each in _ids(record, key)))
                known = self._known[target]
                reached = [
                    [known[each] for record in records for each in _ids(record, key) if each in known]
                    for records in reached
                ]
            for row, records in zip(rows, reached, strict=True):
                values = [value for each in records if (value := value_at(each, join.key)) not in (None, "")]
                row[name] = values[0] if len(values) == 1 else values or None
        return rows

    def _find(self, model: Model, ids: Iterable[str]) -> None:
        """Reads records until all of these ids are known, or the list is at its end."""
        known = self._known[model]
        missing = set(ids) - known.keys()
        if not missing:
            return
        pages = self._pages(model, missing)
        while missing:
            page = next(pages, None)
            if page is None:
                return
            for record in page:
                known[record.id] = dict(record)
                missing.discard(record.id)

    def _pages(self, model: Model, ids: set[str]) -> Iterator[list[Any]]:
        query = Query(properties=["_id", *sorted(self._keys[model])])
        if issubclass(model, Company) and len(ids) <= FEW:
            return read_pages(self._session, model, Query(company_ids=sorted(ids), properties=query.properties))
        if model not in self._lists:
            self._lists[model] = read_pages(self._session, model, query)
        return self._lists[model]


def _ids(record: dict[str, Any], key: str) -> list[str]:
    return [str(each) for each in ids_in(dict.get(record, key)) if each]
