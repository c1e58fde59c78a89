"""The plan of a write: what is to be done with each row, decided before anything is sent.

Each row is to be created, updated, or sent as it is where nothing was compared; or it is unchanged, repeats another
row, or is refused. Keywords that write rows share this plan and its one rule for duplicates; they differ in their
options only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from hashlib import sha256
from itertools import islice
from sys import getsizeof
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.rows.convert import BadRow, RowConverter
from RPA.Planhat.operations.rows.file_store import FileStore
from RPA.Planhat.operations.rows.identity import (
    identity_columns,
    is_unique,
    key_of,
    key_with_value,
    known_owner_ids,
    name_of,
    owner_key,
    strongest_key,
    ways_of_naming,
)
from RPA.Planhat.operations.rows.lists import without_lists
from RPA.Planhat.operations.rows.lookups import Names
from RPA.Planhat.operations.rows.natural_keys import GeneratedKeys
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.operations.rows.outcomes import (
    CREATE,
    REFUSED,
    REPEATED,
    SEND,
    SKIPPED,
    TO_SEND,
    Outcome,
    RowResult,
    States,
)
from RPA.Planhat.operations.rows.payloads import CUSTOM, Payload, missing_fields
from RPA.Planhat.operations.rows.stores import (
    NOBODY,
    REPEATS,
    SHARED,
    STRONG,
    WEAK,
    Claims,
    MemoryStore,
    as_they_come,
    shown,
)
from RPA.Planhat.text.messages import BadRows
from RPA.Planhat.types import PlanhatObject, Ticket
from RPA.Planhat.types.encoding import GC_PAUSE, canonical, encode_json

if TYPE_CHECKING:
    from RPA.Planhat.operations.rows.stores import Store
    from RPA.Planhat.session import PlanhatSession

MOST_ROWS = 5000
"""Rows that Planhat takes in one call."""

MOST_BYTES = 32 * 1024 * 1024
"""Bytes that Planhat takes in one call."""

AT_ONCE = 1000
"""Rows that are converted together, and whose text is in memory at a time while all are digested: another number gives
other digests."""

MEGABYTE = 1024 * 1024

SAMPLED = 10
"""Rows of a block whose size is measured; the others are taken to be like them."""


class Plan:
    """Rows by number, from 1, and what is to be done with each.

    Args:
        model: The model.
        options: What the caller asked for.
        limit: MB of rows that stay in memory; more are kept in a temporary file.

    Attributes:
        states: What is to be done with each row, later its outcome.
        claims: Which rows mean the same record, and which of them is sent.
        keys: Planhat's keys of all fields that rows have.
        columns: The columns of the table, empty ones too, which a mapping may name.
        left_out: Cells that were left out, by the reason.
        unused: Columns that were not used.
        ways: The ways in which rows name their companies; with several, two may mean one company.
        keyed: 1 for each row that meets the same record when it is sent twice, else 0.
        compared: Whether rows were compared with what Planhat has, so that only differences are sent.
        known: How many records Planhat has, as far as they count as others.
        listing: The records that were read for lists which rows change: the keys of their fields, and the pages.
        names: What people call the records whose ids the plan has; filled when rows are compared.
    """

    def __init__(self, model: type[PlanhatObject], options: RowOptions | None = None, limit: int = 256) -> None:
        self.model = model
        self.options = options or RowOptions(given=True)
        self.states = States()
        self.keys: dict[str, None] = {}
        self.columns: dict[str, None] = {}
        self.left_out: dict[str, int] = {}
        self.unused: list[str] = []
        self.compared = False
        self.known = 0
        self.listing: tuple[list[str], list[list[PlanhatObject]]] = ([], [])
        self.store: Store = MemoryStore()
        self._room = limit * MEGABYTE
        self._owned = True
        self.keyed = bytearray(1)
        self.ways: set[str] = set()
        self._owner = owner_key(model)
        self.match_by = list(map(partial(key_of, model), self.options.match_by))
        self.claims = Claims(model, self.options, self.match_by, self.states)
        self._generated = GeneratedKeys(model, self.options.generate_keys) if self.options.generate_keys else None
        self.changed_lists: dict[str, str] = {}
        self._at_hand: tuple[tuple[Sequence[int], bool], list[Payload]] = (((), False), [])

    @classmethod
    def of(
        cls,
        session: PlanhatSession,
        model: type[PlanhatObject],
        rows: Iterable[Mapping[str, Any]],
        options: RowOptions,
    ) -> Plan:
        """Reads, converts and checks all rows, once.

        Args:
            session: The connection, for look-ups.
            model: The model.
            rows: The rows.
            options: What the caller asked for.

        Raises:
            PlanhatValidationError: If the mapping does not fit the rows. What is wrong with single rows is in the plan.
        """
        if isinstance(rows, (str, bytes, Mapping)):
            raise PlanhatValidationError(f"Rows are a list of dictionaries, not {type(rows).__name__}.")
        plan = cls(model, options, session.settings.rows_in_memory)
        plan._owned = not isinstance(rows, Sequence)
        converter = RowConverter(session, model, options)
        left = as_they_come(rows) if plan._owned else iter(rows)
        while some := list(islice(left, AT_ONCE)):
            with GC_PAUSE.paused(large=False):
                plan.add(some, converter.convert(some))
            if options.progress is not None and len(plan) % MOST_ROWS == 0:
                options.progress("checked", len(plan), 0)
        converter.finish()
        if len(plan.ways) > 1 or plan.claims.has_weaker:
            plan.refuse_shared_keys(session)
        if converter.lists is not None:
            plan.listing = converter.lists.listing
            if not options.given:
                plan.changed_lists = dict.fromkeys(sorted(converter.lists.names), converter.lists.digest)
        plan.keys, plan.left_out = converter.keys, dict(converter.left_out)
        if options.mapping is not None:
            plan.unused = converter.unused
        if options.progress is not None and len(plan) >= MOST_ROWS:
            options.progress("checked", len(plan), len(plan))
        return plan

    @cached_property
    def names(self) -> Names:
        """What people call the records whose ids are in the plan."""
        return Names(self.model)

    def __len__(self) -> int:
        return len(self.states.ids) - 1  # there is no row 0

    def add(self, rows: Sequence[Any], made: Sequence[Payload | BadRow]) -> None:
        """Adds rows, and what is sent of each or what is wrong with it."""
        numbers = range(len(self) + 1, len(self) + len(rows) + 1)
        self.states.extend(len(rows))
        self.keyed.extend(b"\1" * len(rows))
        if not self.options.given:
            for row in rows:
                # A dictionary is known at once, other mappings are asked for by a slower way.
                if isinstance(row, (dict, Mapping)) and row.keys() != self.columns.keys():
                    self.columns.update(dict.fromkeys(name for name in row if isinstance(name, str)))
        bad: dict[int, str] = {}
        payloads: list[Any] = list(made)
        if set(map(type, made)) != {dict}:  # a record refuses to tell what was not read of it
            bad = {number: each.reason for number, each in zip(numbers, made, strict=True) if isinstance(each, BadRow)}
            payloads = [{} if isinstance(each, BadRow) else dict(each) for each in made]
        columns = self._judge(numbers, payloads, bad)
        if bad:
            rows = [shown(row) if number in bad else row for number, row in zip(numbers, rows, strict=True)]
            for number, reason in bad.items():
                self.states.set([number], REFUSED, reason)
        self.store.extend(rows, payloads)
        if self._owner:
            self.ways |= ways_of_naming(payloads, self._owner)
        # Rows of a list are in the caller's memory anyway.
        self._take_room(rows if self._owned else (), () if rows and payloads[0] is rows[0] else payloads)
        if bad:
            good = [(number, payload) for number, payload in zip(numbers, payloads, strict=True) if number not in bad]
            numbers_of_good, payloads = [number for number, _ in good], [payload for _, payload in good]
            columns = identity_columns(self.model, payloads, self.match_by)
            self.claims.claim(self.store, numbers_of_good, payloads, columns)
        else:
            self.claims.claim(self.store, numbers, payloads, columns)

    def refuse_shared_keys(self, session: PlanhatSession) -> None:
        """Refuses rows that have a key of an earlier row, beside other keys, if it tells one of the two apart.

        Planhat may take both for one record, and the later one would overwrite the earlier. E-mail addresses, and keys
        of companies that are not named, may be those of two records if both rows have stronger keys.
        """
        if len(self.ways) > 1 and self.options.new == "create":  # others tell only when they are compared
            self.claims.meet_across_companies(self.store, partial(known_owner_ids, session))
        if not self.claims.has_weaker:
            return
        self.store.share_weaker()
        unique = tuple(f"{key}=" for key in self.model.KEYS if is_unique(key))
        shared = self.store.shared()
        for identity, numbers in shared:
            is_of_one = identity.startswith(unique) and not identity.endswith(" ")  # a company that is named
            if is_of_one or self.store.owner(identity, STRONG):
                rows = [number for number in numbers if self.states[number] == SEND]
                self.refuse_but_first(rows, f"has {identity.strip()}")
        for identity, numbers in shared:
            rows = [number for number in numbers if self.states[number] == SEND]
            if len(rows) == 1 and self.store.owner(identity, WEAK) == NOBODY:  # the others are refused
                self.store.assign(identity, rows[0], WEAK)

    def repeat(self, number: int, first: int) -> None:
        """Notes that a row has nothing beyond what another one has; it ends as that one does."""
        self.claims.sent_by[number] = first
        self.states.set([number], REPEATED, REPEATS.format(first), [self.states.ids[first]])

    def refuse_but_first(self, rows: Sequence[int], what: str) -> None:
        """Refuses rows but the first, which means the record most surely.

        Args:
            rows: The rows.
            what: What they have in common.
        """
        for number in rows[1:]:
            own, first = self.key(number), self.key(rows[0])
            self.states.set([number], REFUSED, SHARED.format(what, rows[0], own, first))

    def _take_room(self, *parts: Sequence[Any]) -> None:
        """Moves all rows to a file once they are too large."""
        if not isinstance(self.store, MemoryStore):
            return
        for rows in parts:
            size, some = 0, rows[:: max(len(rows) // SAMPLED, 1)]
            for row in some:
                if isinstance(row, dict):
                    size += getsizeof(row) + sum(map(getsizeof, row.values()))
            self._room -= size * len(rows) // max(len(some), 1)
        if self._room < 0:
            file = FileStore()
            self.store.copy_to(file)
            self.store = file

    def add_others(self, records: Sequence[Payload]) -> None:
        """Notes records that are in no row."""
        self.store.add_others(records)
        self._take_room(records)

    def _judge(self, numbers: range, payloads: list[Payload], bad: dict[int, str]) -> dict[str, list[str]]:
        """Finds rows that cannot be sent, though each of their values can; returns the identities of all."""
        if not bad and self._generated is None:
            columns = identity_columns(self.model, payloads, self.match_by)
            key, column = next(iter(columns.items()), ("", []))
            if is_unique(key.strip()) and key in self.model.KEYS and all(column):
                with suppress(ValueError):
                    if not self.options.given:  # rows of programs were looked at when they were converted
                        encode_json(payloads)
                    return columns
        for place, number in enumerate(numbers):
            if number not in bad:
                try:
                    payload = payloads[place] = self._complete(number, payloads[place])
                    if not self.options.given:
                        encode_json(payload)
                except ValueError as problem:
                    bad[number], payloads[place] = str(problem), {}
        return identity_columns(self.model, payloads, self.match_by)

    def _complete(self, number: int, payload: Payload) -> Payload:
        """Returns what is sent of a row, with a key where one is generated.

        Raises:
            PlanhatValidationError: If it lacks something.
        """
        if not payload or payload == self.model.FIXED:
            raise PlanhatValidationError("it is empty.")
        if self._generated is not None:
            payload = self._generated(payload)
        keyed = self.keyed[number] = is_unique(strongest_key(self.model, payload))
        if self.options.compare:
            # A row without a key would be created anew by each sync.
            names = [*self.model.KEYS, *self.match_by]
            if not any(payload.get(key) for key in names):
                raise PlanhatValidationError(f"it has none of {', '.join(names)}, by which its record could be found.")
        elif not keyed and (missing := missing_fields(self.model, payload, bulk=True)):
            raise PlanhatValidationError(
                f"it has no key to match a record, and a new {self.model.SINGULAR} needs {missing}."
            )
        return payload

    def payload(self, number: int) -> Payload:
        """Returns a row by Planhat's keys."""
        return self.store.payloads([number])[0]

    def payloads(self, numbers: Sequence[int]) -> list[Payload]:
        """Returns what is sent of some rows; of one that changes a record, its id and the changed fields only.

        Those asked for last are kept at hand, since the answer to a call is read beside what was sent.
        """
        wanted = (numbers, self.compared)
        if wanted != self._at_hand[0]:
            with GC_PAUSE.paused(large=False):
                payloads = self.store.payloads(numbers)
                if self.compared and not issubclass(self.model, Ticket):
                    # A ticket without its address is dropped by Planhat, silently: it is sent as a whole.
                    payloads = self._differences(numbers, payloads)
            self._at_hand = (wanted, payloads)
        return self._at_hand[1]

    def _differences(self, numbers: Sequence[int], payloads: list[Payload]) -> list[Payload]:
        changes = self.store.changes(numbers)
        made = []
        for number, payload in zip(numbers, payloads, strict=True):
            planhat_id = self.states.ids[number]
            if number not in changes or not planhat_id:
                made.append(payload)
                continue
            sent: Payload = {"_id": planhat_id}
            for key, (_, new) in changes[number].items():
                if key.startswith(CUSTOM):
                    sent.setdefault("custom", {})[key.removeprefix(CUSTOM)] = new
                else:
                    sent[key] = new
            made.append(sent)
        return made

    def body(self, numbers: Sequence[int]) -> bytes:
        """Returns the body of a call with some rows."""
        return encode_json(self.payloads(numbers), finite=True)

    def key(self, number: int) -> str:
        """Returns the strongest key of a row with its value, such as `externalId=A-1`; empty without one."""
        return key_with_value(self.model, self.payload(number))

    def set_keyed(self, numbers: Iterable[int]) -> None:
        """Notes that rows are sent with the id of their record."""
        for number in numbers:
            self.keyed[number] = 1

    def sender(self, number: int) -> int:
        """Returns the row that is sent for a row: itself, or another one with the same key."""
        while number in self.claims.sent_by:
            number = self.claims.sent_by[number]
        return number

    def open_rows(self) -> Sequence[int]:
        """Returns the rows that are to be sent, and not settled yet."""
        everything = self.states.count(*TO_SEND) == len(self)
        return range(1, len(self) + 1) if everything else list(self.states.having(*TO_SEND))

    def settle_repeated(self) -> None:
        """Gives rows that repeat others the outcome of these, unless they are stored."""
        for number in self.claims.sent_by:
            sender = self.sender(number)
            state, reason, again = self.states[sender], self.states.reasons.get(sender, ""), False
            if state in (REFUSED, SKIPPED, Outcome.FAILED.value, Outcome.UNKNOWN.value):
                again = sender in self.states.retryable
            else:
                state = REPEATED
            why = ". ".join(filter(None, [REPEATS.format(sender), reason]))
            self.states.set([number], state, why, [self.states.ids[sender]], retryable=again)

    def digest(self) -> str:
        """Returns the SHA-256 of the input, which is the same whatever encodes what is sent.

        Rows of programs are digested as they were given, tables as they were converted: with another mapping they are
        other rows. Of lists that are added to or removed from, the changes count: what they hold changes by the upload.
        """
        digest = sha256(canonical([self.changed_lists]) if self.changed_lists else b"")
        find: Callable[[Sequence[int]], list[Any]] = self.store.rows if self.options.given else self.store.payloads
        for first in range(1, len(self) + 1, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, len(self) + 1))
            digest.update(canonical([without_lists(row, self.changed_lists) for row in find(numbers)]))
        return digest.hexdigest()

    def chunks(
        self, numbers: Sequence[int], most: Callable[[], int] | None = None
    ) -> Iterator[tuple[Sequence[int], bytes]]:
        """Yields rows in groups that one call can take, with its body.

        Rows that may be sent twice never share a call with others. A row that is too large for any call is alone.

        Args:
            numbers: The rows, in their order.
            most: Returns how many rows the next call may have.
        """
        alike = [numbers, []]
        if self.keyed.count(0) > 1:  # there is no row 0
            keyed = self.keyed
            alike = [[number for number in numbers if keyed[number] == wanted] for wanted in (1, 0)]
        for rows in alike:
            first = 0
            while first < len(rows):
                some = rows[first : first + min(MOST_ROWS, most() if most else MOST_ROWS)]
                if some[-1] - some[0] == len(some) - 1:
                    some = range(some[0], some[-1] + 1)
                body = self.body(some)
                if len(body) > MOST_BYTES and len(some) > 1:
                    some, body = self._as_many_as_fit(some)
                yield some, body
                first += len(some)
        self._at_hand = (((), False), [])

    def _as_many_as_fit(self, numbers: Sequence[int]) -> tuple[Sequence[int], bytes]:
        parts: list[bytes] = []
        size = len("[]")
        for payload in self.payloads(numbers):
            part = encode_json(payload, finite=True)
            size += len(part) + len(",")
            if parts and size - 1 > MOST_BYTES:
                break
            parts.append(part)
        return numbers[: len(parts)], b"[" + b",".join(parts) + b"]"

    def results(self, numbers: Iterable[int], *, changes: bool = False) -> Iterator[RowResult]:
        """Yields rows with their state.

        Args:
            numbers: The rows.
            changes: Whether with what they change.
        """
        left = iter(numbers)
        while some := list(islice(left, AT_ONCE)):
            rows, payloads = self.store.rows(some), self.store.payloads(some)
            found = self._changes(some, payloads) if changes else {}
            for number, row, payload in zip(some, rows, payloads, strict=True):
                state, planhat_id = self.states[number], self.states.ids[number]
                reason, again = self.states.reasons.get(number, ""), number in self.states.retryable
                key, differences = key_with_value(self.model, payload), found.get(number)
                name = name_of(payload) or (self.names.known.get(planhat_id, "") if self.compared else "")
                said = row if isinstance(row, Mapping) else {"row": row}
                if not (self.options.given or self.options.clear_empty):  # of a table, the cells that say something
                    said = {name: cell for name, cell in said.items() if cell != ""}
                yield RowResult(number, state, said, key, planhat_id, reason, again, differences, name)

    def _changes(self, numbers: list[int], payloads: list[Payload]) -> dict[int, dict[str, Any]]:
        """Returns what rows change; those that are created change all."""
        found: dict[int, dict[str, Any]] = dict(self.store.changes(numbers))
        for number, payload in zip(numbers, payloads, strict=True):
            if self.states[number] in (CREATE, Outcome.CREATED.value):
                custom = {CUSTOM + name: (None, value) for name, value in (payload.get("custom") or {}).items()}
                found[number] = {**{key: (None, new) for key, new in payload.items() if key != "custom"}, **custom}
        return found

    def reasons(self, *states: str) -> BadRows:
        """Returns what is wrong with all rows in some states, and the first of their reasons."""
        found = BadRows()
        for number in self.states.having(*states):
            found.add([number], self.states.reasons.get(number, ""))
        return found
