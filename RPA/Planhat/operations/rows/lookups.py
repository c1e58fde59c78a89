"""Records by what people know of them: a user by e-mail address, a product by external id, any by a unique field.

Each model is listed once, before anything is sent; plans and dry runs look up the same.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.reading import Query, read_list
from RPA.Planhat.operations.references import PLANHAT_ID
from RPA.Planhat.operations.rows.identity import comparer
from RPA.Planhat.operations.rows.kinds import email_address
from RPA.Planhat.text.messages import did_you_mean, with_article
from RPA.Planhat.types import PlanhatIdType, PlanhatObject
from RPA.Planhat.types.base import LABELS
from RPA.Planhat.types.fields import split_reference

if TYPE_CHECKING:
    from RPA.Planhat.session import PlanhatSession

NAMED = 5
"""Records that a message names."""


class Lookups:
    """Finds the Planhat ids of records that rows refer to.

    Args:
        session: The connection. What is listed stays in its cache until the next write.
    """

    def __init__(self, session: PlanhatSession) -> None:
        self._session = session
        self._tables: dict[tuple[type[PlanhatObject], str], dict[str, list[str]]] = {}

    def resolve(self, model: type[PlanhatObject], reference: str) -> str | None:
        """Returns the Planhat id that a reference means: an id, an e-mail address, `extid-…` or `srcid-…`.

        Returns:
            Nothing if the text is none of these.

        Raises:
            PlanhatValidationError: If there is no such record, or more than one.
        """
        kind, value = split_reference(reference)
        if kind is not PlanhatIdType.PLANHAT_ID:
            return self.id_of(model, model.key_of(kind), value)
        if "@" in reference and model.field("email") is not None:
            return self.id_of(model, "email", reference)
        return reference if PLANHAT_ID.fullmatch(reference) else None

    def id_of(self, model: type[PlanhatObject], key: str, value: Any) -> str:
        """Returns the Planhat id of the one record with a value.

        Args:
            model: The model.
            key: The key of the field, in Planhat's spelling.
            value: The value.

        Raises:
            PlanhatValidationError: If there is no such record, or more than one; the message names near ones.
        """
        known = model.field(key)
        name = known.name if known is not None else key
        if (model, key) not in self._tables:
            self._tables[model, key] = self._table(model, key)
        table = self._tables[model, key]
        wanted = email_address(name, value) if key == "email" and "@" in str(value) else value
        found = table.get(comparer(model, key)(wanted), [])
        if len(found) == 1:
            return found[0]
        what = f"with {name.replace('_', ' ')} {str(value)!r}"
        if not found:
            raise PlanhatValidationError(f"There is no {model.SINGULAR} {what}.{did_you_mean(str(value), table)}")
        ids = ", ".join(found[:NAMED])
        raise PlanhatValidationError(f"There are {len(found)} {model.PLURAL} {what}: {ids}. Refer to one by its id.")

    def _table(self, model: type[PlanhatObject], key: str) -> dict[str, list[str]]:
        compare = comparer(model, key)
        table: dict[str, list[str]] = {}
        for record in self._records(model, key):
            value = dict.get(record, key)
            for each in value if isinstance(value, list) else [value]:
                if each not in (None, ""):
                    table.setdefault(compare(each), []).append(record.id)
        return table

    def _records(self, model: type[PlanhatObject], key: str) -> list[Any]:
        """Returns all records with their keys and labels; of another field, with it."""
        usual = [each for each in (*model.KEYS, *LABELS) if model.field(each)]
        listed = _listed(model)
        if key not in usual:
            return read_list(self._session, model, Query(properties=["_id", key]))
        if listed not in self._session.cache:
            self._session.cache[listed] = read_list(self._session, model, Query(properties=["_id", *usual]))
        return self._session.cache[listed]


@cache
def _listed(model: type[PlanhatObject]) -> type[PlanhatObject]:
    """Returns the key of the list of a model in the cache of a session, where it is not whole records."""
    return type(f"_Listed{model.__name__}", (model,), {"__slots__": ()})


def takes_reference(name: str, model: type[PlanhatObject], value: str) -> str:
    """Returns in words how a record is referred to, when a value does not refer to one."""
    ways = ["a Planhat id", *(["an e-mail address"] if model.field("email") else []), "extid-… or srcid-…", "a record"]
    listed = f"{', '.join(ways[:-1])}, or {ways[-1]}"
    return f"{name} refers to {with_article(model.SINGULAR)}: give {listed}; {value!r} is none of these."
