"""Where a plan keeps its rows, and which row is sent for each record.

A plan begins in memory, and moves to a file that does the same once its rows exceed the limit.
"""

# ruff: noqa: D102 - what the methods of both stores do is said once, in `Store`
from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy, deepcopy
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.rows.identity import (
    TENANT_WIDE_KEYS,
    comparable,
    identities,
    is_unique,
    key_of,
    key_with_value,
    owner_of,
    strongest_key,
    with_owner,
    without_owner,
)
from RPA.Planhat.operations.rows.outcomes import REFUSED, REPEATED, SEND, States
from RPA.Planhat.types.encoding import canonical

if TYPE_CHECKING:
    from RPA.Planhat.operations.rows.comparing import Change
    from RPA.Planhat.operations.rows.options import RowOptions
    from RPA.Planhat.operations.rows.payloads import Payload
    from RPA.Planhat.types import PlanhatObject

Changes = dict[str, "Change"]

STRONG, WEAK = 2, 1
"""How surely an identity tells which record a row means: it is by the strongest key of the row, or by another one."""

REPEATS = "repeats row {}"

SHARED = (
    "it {}, as row {} does, and would overwrite it: {} and {} cannot be distinguished. "
    "Give one row, or different values."
)

NOBODY = 0
"""Has the identities that several rows share."""

NO_PARTS = frozenset({str, int, float, bool, type(None)})


class Store(Protocol):
    """Rows by number, from 1, and the identities by which rows and records meet."""

    def extend(self, rows: Sequence[Any], payloads: Sequence[Payload]) -> None:
        """Adds rows as they were given, and what is sent of them."""

    def rows(self, numbers: Sequence[int]) -> list[Any]:
        """Returns rows as they were given."""

    def payloads(self, numbers: Sequence[int]) -> list[Payload]:
        """Returns what is sent of some rows."""

    def set_changes(self, found: Mapping[int, Changes]) -> None:
        """Keeps what rows change."""

    def changes(self, numbers: Sequence[int]) -> dict[int, Changes]:
        """Returns what rows change, as far as they do."""

    def claim(self, identities: Sequence[str], numbers: Sequence[int], strength: int) -> bool:
        """Gives identities to rows if no row has one of them yet; else gives none and returns false."""

    def assign(self, identity: str, number: int, strength: int) -> None:
        """Gives an identity to a row, whoever has it."""

    def release(self, identity: str, number: int, strength: int) -> None:
        """Takes an identity from a row, if that row has it."""

    def owners(self, identities: Iterable[str], strength: int) -> dict[str, int]:
        """Returns the rows that have some identities; those that several rows share have none."""

    def owner(self, identity: str, strength: int) -> int | None:
        """Returns the row that has an identity, `NOBODY` if several share it, or nothing."""

    def share(self, identity: str, numbers: Iterable[int]) -> None:
        """Notes that rows with different stronger keys have one weaker identity in common."""

    def share_weaker(self) -> None:
        """Notes the rows whose strongest identity is a weaker one of another row."""

    def shared(self) -> list[tuple[str, list[int]]]:
        """Returns the identities that rows share, each with the numbers of these rows."""

    def add_others(self, records: Sequence[Payload]) -> None:
        """Notes records that are in no row."""

    def others(self) -> Sequence[Payload]:
        """Returns the records that are in no row, by their ids."""


class MemoryStore:
    """Keeps everything in lists and dictionaries."""

    def __init__(self) -> None:
        self._rows: list[Any] = [None]  # there is no row 0
        self._payloads: list[Payload] = [{}]
        self._changes: dict[int, Changes] = {}
        self._claims: dict[int, dict[str, int]] = {STRONG: {}, WEAK: {}}
        self._shared: dict[str, set[int]] = {}
        self._others: list[Payload] = []

    def extend(self, rows: Sequence[Any], payloads: Sequence[Payload]) -> None:
        self._rows.extend(rows)
        self._payloads.extend(payloads)

    def rows(self, numbers: Sequence[int]) -> list[Any]:
        return list(map(self._rows.__getitem__, numbers))

    def payloads(self, numbers: Sequence[int]) -> list[Payload]:
        if isinstance(numbers, range) and numbers.step == 1:
            return self._payloads[numbers.start : numbers.stop]
        return list(map(self._payloads.__getitem__, numbers))

    def set_changes(self, found: Mapping[int, Changes]) -> None:
        self._changes.update(found)

    def changes(self, numbers: Sequence[int]) -> dict[int, Changes]:
        return {number: self._changes[number] for number in numbers if number in self._changes}

    def claim(self, identities: Sequence[str], numbers: Sequence[int], strength: int) -> bool:
        claims = self._claims[strength]
        had = len(claims)
        deque(map(claims.setdefault, identities, numbers), maxlen=0)
        fresh = len(claims) - had
        if fresh == len(identities):
            return True
        for identity in list(islice(reversed(claims), fresh)):  # a dictionary has what is new at its end
            del claims[identity]
        return False

    def assign(self, identity: str, number: int, strength: int) -> None:
        self._claims[strength][identity] = number

    def release(self, identity: str, number: int, strength: int) -> None:
        if self._claims[strength].get(identity) == number:
            del self._claims[strength][identity]

    def owners(self, identities: Iterable[str], strength: int) -> dict[str, int]:
        claims = self._claims[strength]
        asked = list(identities) if claims else []
        return {identity: number for identity, number in zip(asked, map(claims.get, asked), strict=True) if number}

    def owner(self, identity: str, strength: int) -> int | None:
        return self._claims[strength].get(identity)

    def share(self, identity: str, numbers: Iterable[int]) -> None:
        self._shared.setdefault(identity, set()).update(number for number in numbers if number)

    def share_weaker(self) -> None:
        strong, weak = self._claims[STRONG], self._claims[WEAK]
        for identity in strong.keys() & weak.keys():
            self.share(identity, (strong[identity], weak[identity]))

    def shared(self) -> list[tuple[str, list[int]]]:
        found = [(identity, sorted(numbers)) for identity, numbers in self._shared.items()]
        return sorted(found, key=lambda each: each[1])

    def add_others(self, records: Sequence[Payload]) -> None:
        self._others.extend(records)

    def others(self) -> Sequence[Payload]:
        return sorted(self._others, key=lambda record: str(record.get("_id")))

    def copy_to(self, other: Store) -> None:
        """Adds all of this to an empty store."""
        other.extend(self._rows[1:], self._payloads[1:])
        for strength, claims in self._claims.items():
            other.claim(list(claims), list(claims.values()), strength)
        for identity, numbers in self._shared.items():
            other.share(identity, numbers)
        other.set_changes(self._changes)
        other.add_others(self._others)


class Claims:
    """The records that rows claim: of rows that mean one record, one is sent.

    Args:
        model: The model.
        options: What the caller asked for.
        match_by: Fields by which rows mean the same record, beside the keys of the model.
        states: Takes the state of rows that are not sent.

    Attributes:
        sent_by: For rows that are not sent themselves: the row with the same key that is.
        has_weaker: Whether rows have further keys, beside their strongest, by which they may mean the same record.
    """

    def __init__(self, model: type[PlanhatObject], options: RowOptions, match_by: list[str], states: States) -> None:
        self.sent_by: dict[int, int] = {}
        self.has_weaker = False
        self._unlike_in_company: dict[int, int] = {}
        self._model = model
        self._duplicates = options.duplicates
        self._unique = list(map(partial(key_of, model), options.unique))
        self._match_by = match_by
        self._states = states

    def claim(
        self, store: Store, numbers: Sequence[int], payloads: Sequence[Payload], by_key: Mapping[str, list[str]]
    ) -> None:
        """Lets rows claim the records that they mean: all at once if no other row means one of them, else one by one.

        The strongest key of a row decides which rows are the same; weaker ones only tell which may be.

        Args:
            store: Where the rows are.
            numbers: The rows.
            payloads: What is sent of each.
            by_key: What tells which record each means, by key, the strongest first.
        """
        columns = list(by_key.values())
        if not columns:
            return
        strong = first = columns[0]
        claimed, by = list(first), list(numbers)
        if not all(first):
            strong = [next(filter(None, each), "") for each in zip(*columns, strict=True)]
            claimed = [identity for identity in strong if identity]
            by = [number for number, identity in zip(numbers, strong, strict=True) if identity]
        for key in self._unique:
            claimed += [_unique_value(key, payload) for payload in payloads if payload.get(key)]
            by += [number for number, payload in zip(numbers, payloads, strict=True) if payload.get(key)]
        if not store.claim(claimed, by, STRONG):
            for number, payload in zip(numbers, payloads, strict=True):
                self._claim_one(store, number, payload)
            return
        for column in columns:
            if column is not strong:
                self._claim_weak(store, column, strong, numbers, payloads)

    def _claim_weak(
        self,
        store: Store,
        column: Sequence[str],
        strong: Sequence[str],
        numbers: Sequence[int],
        payloads: Sequence[Payload],
    ) -> None:
        places = [place for place, own in enumerate(column) if own and own != strong[place]]
        self.has_weaker = self.has_weaker or bool(places)
        if len(places) == len(column):
            alone = store.claim(column, numbers, WEAK)
        else:
            alone = store.claim([column[each] for each in places], [numbers[each] for each in places], WEAK)
        for place in () if alone else places:
            self._share(store, column[place], numbers[place], payloads[place])

    def _claim_one(self, store: Store, number: int, payload: Payload) -> None:
        own = identities(self._model, payload, self._match_by)
        strong = [*own[:1], *(_unique_value(key, payload) for key in self._unique if payload.get(key))]
        if self._is_sent(store, number, payload, strong):
            for identity in strong:
                store.assign(identity, number, STRONG)
            for identity in own[1:]:
                self._share(store, identity, number, payload)

    def _share(self, store: Store, identity: str, number: int, payload: Payload) -> None:
        """Notes that a row has a weaker identity, which belongs to nobody once several rows have it."""
        self.has_weaker = True
        other = store.owner(identity, WEAK)
        store.assign(identity, number if other is None else NOBODY, WEAK)
        if other is not None and identity in identities(self._model, payload):
            store.share(identity, (other, number))

    def _is_sent(self, store: Store, number: int, payload: Payload, strong: list[str]) -> bool:
        """Whether a row is still to be sent after it met those with its identities, all of which are."""
        for identity in strong:
            first = store.owner(identity, STRONG)
            if first is not None:
                other = store.payloads([first])[0]
                if not self._meets(number, payload, first, other, identity):
                    return False
                self._release(store, first, other)
        return True

    def _meets(self, number: int, payload: Payload, first: int, other: Payload, identity: str) -> bool:
        """Whether a row is sent instead of an earlier one that means the same record: the last of several, if asked."""
        if other == payload or self._duplicates == "first":
            self.sent_by[number] = first
            self._states.set([number], REPEATED, REPEATS.format(first))
        elif self._duplicates == "refuse":
            reason = f"it contradicts row {first}, {_in_common(self._model, payload, other, identity)}"
            self._states.set([number], REFUSED, reason)
            if without_owner(other) == without_owner(payload):
                self._unlike_in_company[number] = first
        else:
            self.sent_by[first] = number
            self._states.set([first], REPEATED, REPEATS.format(number))
            return True
        return False

    def meet_across_companies(self, store: Store, find_ids: Callable[[set[str]], Mapping[str, str]]) -> None:
        """Lets rows meet that name one company in different ways, or of which one names none.

        Args:
            store: Where the rows are.
            find_ids: Returns the Planhat ids of companies by other ids.
        """
        owned = [key for key in self._model.KEYS if key not in TENANT_WIDE_KEYS]
        groups: dict[str, dict[str, list[int]]] = {}
        for number in self._states.having(SEND):
            payload = store.payloads([number])[0]
            for key in owned:
                if payload.get(key):
                    named = groups.setdefault(f"{key}={comparable(key, payload[key])}", {})
                    named.setdefault(owner_of(payload), []).append(number)
        alike = {identity: named for identity, named in groups.items() if len(named) > 1}
        unlike = store.payloads([*self._unlike_in_company, *self._unlike_in_company.values()])
        owners = {*map(owner_of, unlike), *(owner for named in alike.values() for owner in named)}
        ids = find_ids(owners) if owners else {}
        for number, first in self._unlike_in_company.items():
            one, other = (owner_of(with_owner(each, ids)) for each in store.payloads([number, first]))
            if one == other:
                self.sent_by[number] = first
                self._states.set([number], REPEATED, REPEATS.format(first))
        for identity, named in alike.items():
            numbers = sorted(number for rows in named.values() for number in rows)
            self._meet(store, identity, numbers, ids)

    def _meet(self, store: Store, identity: str, numbers: list[int], ids: Mapping[str, str]) -> None:
        """Lets rows with one key meet, whose companies may be the same."""
        key, sent = identity.partition("=")[0], dict[str, int]()
        for number in (number for number in numbers if self._states[number] == SEND):
            payload = with_owner(store.payloads([number])[0], ids)
            owner, is_own = owner_of(payload), strongest_key(self._model, payload) == key
            for company, first in list(sent.items()):
                other = with_owner(store.payloads([first])[0], ids)
                is_other_own = strongest_key(self._model, other) == key
                is_named = bool(company and owner)
                if (is_named and company != owner) or not (is_own or is_other_own or (is_named and is_unique(key))):
                    continue
                if not (is_own and is_other_own):
                    reason = SHARED.format(
                        f"has {identity}", first, *(key_with_value(self._model, each) for each in (payload, other))
                    )
                    self._states.set([number], REFUSED, reason)
                elif self._meets(number, payload, first, other, identity):
                    del sent[company]
            if self._states[number] == SEND:
                sent[owner] = number

    def _release(self, store: Store, number: int, payload: Payload) -> None:
        own = identities(self._model, payload, self._match_by)
        for identity in [*own[:1], *(_unique_value(key, payload) for key in self._unique if payload.get(key))]:
            store.release(identity, number, STRONG)
        for identity in own[1:]:
            store.release(identity, number, WEAK)


def _in_common(model: type[PlanhatObject], payload: Payload, earlier: Payload, identity: str) -> str:
    """Returns in words what two rows have in common."""
    own, other = key_with_value(model, payload), key_with_value(model, earlier)
    if own != other and own.casefold().split() == other.casefold().split():
        return f"which has {other!r}, almost the same as {own!r}."
    return f"which has the same {own if own == other else identity.strip()}."


def _unique_value(key: str, payload: Payload) -> str:
    return f"{key} {str(payload[key]).casefold()}"


def as_they_come(rows: Iterable[Any]) -> Iterator[Any]:
    """Yields rows; those of an iterator as they are now, since it may change and yield the same object again."""
    return iter(rows) if isinstance(rows, Sequence) else map(_as_it_is_now, rows)


def _as_it_is_now(row: Any) -> Any:
    if type(row) is dict and NO_PARTS.issuperset(map(type, row.values())):
        return row.copy()
    if not isinstance(row, dict) or not any(isinstance(value, (dict, list)) for value in dict.values(row)):
        return copy(row)
    try:
        return deepcopy(row)
    except RecursionError:
        return row  # it is reported later, as a row that JSON cannot hold


def shown(row: Any) -> dict[str, Any]:
    """Returns a bad row for the report, with the types of names and cells that JSON cannot hold."""
    if not isinstance(row, Mapping):
        return {"row": _cell(row)}
    return {name if isinstance(name, str) else f"<{type(name).__name__}>": _cell(cell) for name, cell in row.items()}


def _cell(cell: Any) -> Any:
    try:
        canonical(cell)
    except PlanhatValidationError:
        return f"<{type(cell).__name__}>"
    return cell
