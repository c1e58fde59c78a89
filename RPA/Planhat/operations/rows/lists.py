"""Changes of lists that leave the rest of them alone: `tags.add=webinar`, `custom.Interests.remove=Trial`.

Planhat takes whole lists only. So the current ones are read in the same run, and what is sent is the whole new list,
if there is something to change: doing it twice is doing it once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from RPA.Planhat.operations.reading import Query, read_all_pages
from RPA.Planhat.operations.rows.identity import OWNER_KEYS, identities
from RPA.Planhat.operations.rows.payloads import CUSTOM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from RPA.Planhat.operations.rows.columns import Payload
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject

ADD, REMOVE = ".add", ".remove"
"""The suffixes of a list field that is changed rather than set."""


@dataclass
class ListChange:
    """What is added to a list, and what is removed from it; replaces the list until the current one is known."""

    add: list[Any] = field(default_factory=list)
    remove: list[Any] = field(default_factory=list)

    def merge(self, other: ListChange) -> None:
        """Takes over another change of the same list."""
        self.add += other.add
        self.remove += other.remove

    def applied(self, current: Any) -> list[Any]:
        """Returns the new list."""
        kept = [each for each in current or () if each not in self.remove]
        return [*kept, *(each for each in dict.fromkeys(self.add) if each not in kept)]


def changes_in(payload: Mapping[str, Any]) -> Iterator[tuple[str, ListChange]]:
    """Yields the changes of lists in a payload, by key or `custom.<Name>`."""
    for key, value in payload.items():
        if isinstance(value, ListChange):
            yield key, value
    custom = payload.get("custom")
    for name, value in custom.items() if isinstance(custom, dict) else ():
        if isinstance(value, ListChange):
            yield CUSTOM + name, value


def resolved(payload: Payload, record: Mapping[str, Any]) -> Payload:
    """Returns a payload with whole lists in the place of changes, without those that change nothing.

    Args:
        payload: The payload.
        record: The record as Planhat has it; empty for a new one.
    """
    stored = dict.get(record, "custom") if isinstance(record, dict) else None
    custom = dict(payload.get("custom") or {})
    made = dict(payload)
    for name, change in changes_in(payload):
        own = name.startswith(CUSTOM)
        home, key = (custom, name[len(CUSTOM) :]) if own else (made, name)
        current = (stored or {}).get(key) if own else dict.get(dict(record), key)
        new = change.applied(current)
        if new == (current or []):
            del home[key]
        else:
            home[key] = new
    if "custom" in made and any(name.startswith(CUSTOM) for name, _ in changes_in(payload)):
        made["custom"] = custom
        if not custom:
            del made["custom"]
    return made


class CurrentLists:
    """The lists that records have now: read once, for all rows of a run.

    Args:
        session: The connection.
        model: The model.
        more: Further keys by which rows and records are the same.
    """

    def __init__(self, session: PlanhatSession, model: type[PlanhatObject], more: Sequence[str] = ()) -> None:
        self._session = session
        self._model = model
        self._more = more
        self._records: dict[str, PlanhatObject] = {}
        self._known: set[str] = set()

    def of(self, row: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
        """Returns the record that a row means, as far as these lists; an empty one if it is new."""
        wanted = {"custom" if name.startswith(CUSTOM) else name for name in names}
        if not wanted <= self._known:
            self._read(wanted | self._known)
        found = (self._records.get(each) for each in identities(self._model, row, self._more))
        return next((record for record in found if record is not None), {})

    def _read(self, wanted: set[str]) -> None:
        model = self._model
        keys = [key for key in dict.fromkeys((*model.KEYS, *OWNER_KEYS, *self._more, *wanted)) if model.field(key)]
        self._known, self._records = wanted, {}
        for page in read_all_pages(self._session, model, Query(properties=keys)):
            for record in page:
                row = dict(record)
                bare = {key: value for key, value in row.items() if key not in OWNER_KEYS}
                for each in (*identities(model, row, self._more), *identities(model, bare, self._more)):
                    self._records.setdefault(each, record)
