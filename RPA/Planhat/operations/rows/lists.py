"""Changes of lists that leave the rest of them alone: `tags.add=webinar`, `custom.Interests.remove=Trial`.

Planhat takes whole lists only. So the current ones are read in the same run, and what is sent is the whole new list,
if there is something to change: doing it twice is doing it once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from RPA.Planhat.operations.reading import Query, condition_of, read_all_pages
from RPA.Planhat.operations.rows.comparing import shown_keys
from RPA.Planhat.operations.rows.identity import OWNER_KEYS, identities
from RPA.Planhat.operations.rows.payloads import CUSTOM, Payload, value_at
from RPA.Planhat.types.base import LABELS
from RPA.Planhat.types.encoding import canonical

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from RPA.Planhat.operations.rows.options import RowOptions
    from RPA.Planhat.operations.where import Condition
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject

SHOWN = (*LABELS, "action")
"""Fields that identify a record."""

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


def without_lists(row: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Returns a row without some lists, which are named by key or `custom.<Name>`."""
    found = {key: value for key, value in dict(row).items() if key not in names}
    if names and isinstance(found.get("custom"), dict):
        custom = {name: value for name, value in found.pop("custom").items() if CUSTOM + name not in names}
        found |= {"custom": custom} if custom else {}
    return found


def _with_lists(record: Mapping[str, Any], lists: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a record with other lists, which are given by key or `custom.<Name>`."""
    own = {name[len(CUSTOM) :]: value for name, value in lists.items() if name.startswith(CUSTOM)}
    plain = {name: value for name, value in lists.items() if not name.startswith(CUSTOM)}
    whole = dict(record)
    return {**whole, **plain, "custom": {**(whole.get("custom") or {}), **own}}


def compared_keys(
    session: PlanhatSession, model: type[PlanhatObject], options: RowOptions, keys: Iterable[str]
) -> tuple[list[str], Condition | None]:
    """Returns the keys that records are read with when rows are compared with them, and the condition of others.

    Args:
        session: The connection.
        model: The model.
        options: What the caller asked for.
        keys: The keys that rows have.
    """
    known = {each.key for each in model.known_fields().values()}
    condition = None if options.where is None else condition_of(session, model, options.where)
    others = options.others if isinstance(options.others, dict) else {}
    fields = [model.field(name.partition(".")[0]) for name in (*options.match_by, *others)]
    asked = [key.partition(".")[0] for key in condition.keys] if condition else []
    one_of = model.ONE_OF if not {*model.ONE_OF}.isdisjoint(keys) else ()
    own = [*one_of, *model.KEYS, *model.NEVER_WITHOUT, *OWNER_KEYS, "archived", *SHOWN]
    wanted = [*own, *keys, *(each.key for each in fields if each), *asked]
    return [key for key in shown_keys(model, wanted) if key in known], condition


class CurrentLists:
    """The lists that records have now: read once, for all rows of a run.

    Args:
        session: The connection.
        model: The model.
        options: What the caller asked for.
        keys: The keys of all fields that rows have had so far.

    Attributes:
        listing: Where rows are to be compared with the same records later: the keys that they were read with, and the
            pages.
    """

    def __init__(
        self, session: PlanhatSession, model: type[PlanhatObject], options: RowOptions, keys: Mapping[str, None]
    ) -> None:
        self._session = session
        self._model = model
        self._options = options
        self._keys = keys
        self._more = [known.key for name in options.match_by if (known := model.field(name))]
        self.listing: tuple[list[str], list[list[PlanhatObject]]] = ([], [])
        self._records: dict[str, PlanhatObject] = {}
        self._known: set[str] = set()
        self._changed: dict[str, tuple[dict[str, ListChange], dict[str, Any], dict[str, Any]]] = {}
        self._seen, self.names = sha256(), set[str]()

    @property
    def digest(self) -> str:
        """The SHA-256 of all changes so far, which is the same whatever the lists hold now."""
        return self._seen.hexdigest()

    def applied(self, payload: Payload, row: Mapping[str, Any]) -> Payload:
        """Returns a payload with whole lists in the place of changes.

        Rows may mean one record by different keys, such as its external id and its e-mail address. So a change builds
        on those of earlier rows, or the last row would undo them. A row with the same values again gets the same lists.

        Args:
            payload: The payload.
            row: The same, with the Planhat id of its company.
        """
        changes = dict(changes_in(payload))
        self.names.update(changes)
        self._seen.update(canonical([{name: [each.add, each.remove] for name, each in changes.items()}]))
        record = self.of(row, list(changes))
        key = str(dict.get(dict(record), "_id") or "")
        before, after = self._changed[key][1:] if key in self._changed else ({}, {})
        if key in self._changed and self._changed[key][0] == changes:
            return resolved(payload, _with_lists(record, before))
        made = resolved(payload, _with_lists(record, after))
        if key:
            new = {name: value_at(made, name) for name in changes if value_at(made, name) is not None}
            self._changed[key] = (changes, after, {**after, **new})
        return made

    def of(self, row: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
        """Returns the record that a row means, as far as these lists; an empty one if it is new."""
        wanted = {"custom" if name.startswith(CUSTOM) else name for name in names}
        if not wanted <= self._known:
            self._read(wanted | self._known)
        found = (self._records.get(each) for each in identities(self._model, row, self._more))
        return next((record for record in found if record is not None), {})

    def _read(self, wanted: set[str]) -> None:
        """Lists the model with these keys; with all that a comparison needs, if one follows: it lists nothing then."""
        model = self._model
        keys = [key for key in dict.fromkeys((*model.KEYS, *OWNER_KEYS, *self._more, *wanted)) if model.field(key)]
        if self._options.compares:
            keys, _ = compared_keys(self._session, model, self._options, [*self._keys, *wanted])
            self.listing = (keys, [])
        self._known, self._records = wanted, {}
        for page in read_all_pages(self._session, model, Query(properties=keys)):
            if self._options.compares:
                self.listing[1].append(page)
            for record in page:
                row = dict(record)
                bare = {key: value for key, value in row.items() if key not in OWNER_KEYS}
                for each in (*identities(model, row, self._more), *identities(model, bare, self._more)):
                    self._records.setdefault(each, record)
