"""The rows of a table on their way to Planhat, in a temporary file: any number of them in little memory."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from RPA.Planhat.operations.input.cells import well_formed
from RPA.Planhat.text.messages import NAMED_REASONS, NAMED_ROWS, BadRows
from RPA.Planhat.types.encoding import UNFIT, DateTimeEncoder, encode_json, unfit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from RPA.Planhat.operations.rows.comparing import Change
    from RPA.Planhat.operations.rows.outcomes import RowResult

SCHEMA = """
CREATE TABLE rows (
    number INTEGER PRIMARY KEY, action TEXT, row TEXT, payload TEXT, key TEXT, reason TEXT, changes TEXT,
    planhat_id TEXT, retryable INTEGER, matched INTEGER
);
CREATE TABLE identities (identity TEXT, strength INTEGER, number INTEGER, PRIMARY KEY (identity, strength))
WITHOUT ROWID;
CREATE TABLE sharing (identity TEXT, number INTEGER, PRIMARY KEY (identity, number)) WITHOUT ROWID;
CREATE TABLE others (planhat_id TEXT PRIMARY KEY, record TEXT) WITHOUT ROWID;
CREATE INDEX actions ON rows (action, number);
"""
STEP = 500
"""Rows that are in memory at a time."""

STRONG, WEAK = 2, 1
"""How surely an identity tells which record a row means: it is by the strongest key of the row, or by another one."""

Claim = tuple[str, int, int]
"""An identity, its strength, and the number of the row that has it."""

WITHOUT_ROW = "number, action, '{}', payload, key, reason, changes, planhat_id, retryable, matched"
"""The columns of a row, without it as it was given."""

EMPTY = "{}"


@dataclass(repr=False)
class StagedRow:
    """A row on its way.

    Attributes:
        number: The place in the table, from 1.
        action: What is to be done with it, or what became of it.
        row: The row as it was given.
        payload: The fields to send, by Planhat's keys.
        key: The key that it is matched by, such as `externalId=A-1`.
        reason: Why it is refused, or what became of it.
        changes: By field, the value that Planhat has and the new one.
        planhat_id: The record that it changes.
        retryable: Whether sending it again as it is makes sense.
        matched: How surely the record was found: 2 by the strongest key of the row, 1 by another one, 0 not at all.
    """

    number: int
    action: str
    row: dict[str, Any]
    payload: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    reason: str = ""
    changes: dict[str, Change] = field(default_factory=dict)
    planhat_id: str = ""
    retryable: bool = False
    matched: int = 0

    def __str__(self) -> str:
        why = f": {self.reason}" if self.reason else f": {self.key}" if self.key else ""
        return f"row {self.number} {self.action}{why}"

    __repr__ = __str__


class StagingTable:
    """Rows by number, and the identities by which rows and records meet."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._file.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN; {SCHEMA}")

    def __del__(self) -> None:
        self._file.close()

    def add_all(self, rows: Iterable[StagedRow]) -> None:
        """Adds rows, all or none.

        Raises:
            PlanhatValidationError: If JSON can not hold one.
        """
        cells = list(map(_cells, rows))
        self._file.executemany("INSERT INTO rows VALUES (?,?,?,?,?,?,?,?,?,?)", cells)

    def claim_all(self, wanted: Sequence[Claim]) -> bool:
        """Gives identities to new rows, if no row has one of them yet; else gives none and returns false."""
        before = self._file.total_changes
        self._file.executemany("INSERT OR IGNORE INTO identities VALUES (?,?,?)", wanted)
        if self._file.total_changes - before == len(wanted):
            return True
        self.release(wanted)
        return False

    def release(self, claims: Iterable[Claim]) -> None:
        """Takes identities from the rows that have them."""
        self._file.executemany("DELETE FROM identities WHERE identity=? AND strength=? AND number=?", claims)

    def assign_key(self, identity: str, number: int, strength: int = STRONG) -> None:
        """Gives an identity to a row, unless one has it."""
        self._file.execute("INSERT OR IGNORE INTO identities VALUES (?,?,?)", (identity, strength, number))

    def reassign_key(self, identity: str, number: int, strength: int) -> None:
        """Gives an identity to another row."""
        query = "UPDATE identities SET number=? WHERE identity=? AND strength=?"
        self._file.execute(query, (number, identity, strength))

    def share(self, identity: str, *numbers: int) -> None:
        """Notes that rows with different stronger keys have one weaker identity in common."""
        cells = ((identity, number) for number in numbers if number)
        self._file.executemany("INSERT OR IGNORE INTO sharing VALUES (?,?)", cells)

    def share_weaker(self) -> None:
        """Notes the rows whose strongest identity is a weaker one of another row."""
        both = f"FROM identities s JOIN identities w ON w.identity=s.identity AND s.strength={STRONG}"
        for number in ("s.number", "w.number"):
            query = f"INSERT OR IGNORE INTO sharing SELECT s.identity, {number} {both} AND w.strength={WEAK} "  # nosec B608
            self._file.execute(f"{query} WHERE {number}>0")

    def sharing(self) -> Iterator[tuple[str, list[int]]]:
        """Yields the identities that rows share, each with the numbers of these rows."""
        query = "SELECT identity, group_concat(number) FROM sharing GROUP BY identity ORDER BY min(number)"
        return self._groups(query)

    def on_one_record(self) -> Iterator[tuple[str, list[int]]]:
        """Yields the records that several rows were found to mean, each with the numbers of these rows."""
        query = (
            "SELECT planhat_id, group_concat(number) FROM rows WHERE action IN ('update', 'unchanged') "
            "GROUP BY planhat_id HAVING count(*)>1 ORDER BY min(number)"
        )
        return self._groups(query)

    def _groups(self, query: str) -> Iterator[tuple[str, list[int]]]:
        for name, numbers in self._file.execute(query).fetchall():
            yield name, [int(number) for number in numbers.split(",")]

    def owner(self, identity: str, strength: int = STRONG) -> int | None:
        """Returns the number of the row with an identity."""
        query = "SELECT number FROM identities WHERE identity=? AND strength=?"
        found = self._file.execute(query, (identity, strength)).fetchone()
        return found[0] if found else None

    def owners(self, identities: Iterable[str]) -> dict[int, dict[str, int]]:
        """Returns the rows that have some identities, by their strength and the identity."""
        found: dict[int, dict[str, int]] = {STRONG: {}, WEAK: {}}
        query = "SELECT identity, number, strength FROM identities WHERE number>0 AND identity"
        for identity, number, strength in self._chosen(query, map(well_formed, identities)):
            found[strength][identity] = number
        return found

    def get(self, number: int) -> StagedRow:
        """Returns a row."""
        return _row(self._file.execute("SELECT * FROM rows WHERE number=?", (number,)).fetchone())

    def get_all(self, numbers: Iterable[int]) -> dict[int, StagedRow]:
        """Returns rows by number, as far as they are compared: without the row as it was given."""
        query = f"SELECT {WITHOUT_ROW} FROM rows WHERE number"  # nosec B608 # noqa: S608 - columns of our own
        return {cells[0]: _row(cells) for cells in self._chosen(query, numbers)}

    def _chosen(self, query: str, values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        left = iter(dict.fromkeys(values))
        while some := list(islice(left, STEP)):
            yield from self._file.execute(f"{query} IN ({','.join('?' * len(some))})", some)

    def set(self, number: int, **values: Any) -> None:
        """Changes what is known of a row."""
        cells = {name: _cell(value) for name, value in values.items()}
        names = ", ".join(f"{name}=?" for name in cells)
        query = f"UPDATE rows SET {names} WHERE number=?"  # nosec B608 # noqa: S608 - names of our own columns
        self._file.execute(query, (*cells.values(), number))

    def set_compared(self, rows: Iterable[StagedRow]) -> None:
        """Keeps what a comparison found out about rows."""
        query = "UPDATE rows SET action=?, reason=?, changes=?, planhat_id=?, matched=? WHERE number=?"
        cells = (
            (row.action, *map(well_formed, (row.reason, _json(row.changes), row.planhat_id)), row.matched, row.number)
            for row in rows
        )
        self._file.executemany(query, cells)

    def set_results(self, pairs: Iterable[tuple[StagedRow, RowResult]]) -> None:
        """Keeps what became of rows that were sent."""
        query = "UPDATE rows SET action=?, planhat_id=?, reason=?, retryable=? WHERE number=?"
        cells = (
            (sent.outcome.value, sent.id or row.planhat_id, well_formed(sent.reason), int(sent.retryable), row.number)
            for row, sent in pairs
        )
        self._file.executemany(query, cells)

    def set_all(self, action: str, new: str, reason: str = "", *, retryable: bool = False) -> None:
        """Gives all rows with an action another one."""
        self._file.execute(
            "UPDATE rows SET action=?, reason=?, retryable=? WHERE action=?", (new, reason, int(retryable), action)
        )

    def rows(self, actions: Sequence[str] = (), limit: int = -1, *, whole: bool = True) -> Iterator[StagedRow]:
        """Yields rows in their order.

        Args:
            actions: Only rows with one of these actions.
            limit: Rows at most.
            whole: With each row as it was given.
        """
        last = 0
        marks = f"AND action IN ({','.join('?' * len(actions))})" if actions else ""
        columns = "*" if whole else WITHOUT_ROW
        query = f"SELECT {columns} FROM rows WHERE number>? {marks} ORDER BY number LIMIT ?"  # nosec B608 # noqa: S608 - only question marks
        while limit:
            step = STEP if limit < 0 else min(STEP, limit)
            found = self._file.execute(query, (last, *actions, step)).fetchall()
            yield from map(_row, found)
            if len(found) < step:
                return
            last, limit = found[-1][0], max(limit - len(found), 0) if limit > 0 else limit

    def add_others(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Notes records that no row means."""
        cells = ((well_formed(str(record.get("_id"))), _json(record)) for record in records)
        self._file.executemany("INSERT OR IGNORE INTO others VALUES (?,?)", cells)

    def others(self) -> Iterator[dict[str, Any]]:
        """Yields the records that no row means."""
        last = ""
        while True:
            query = "SELECT planhat_id, record FROM others WHERE planhat_id>? ORDER BY planhat_id LIMIT ?"
            found = self._file.execute(query, (last, STEP)).fetchall()
            yield from (json.loads(record) for _, record in found)
            if not found:
                return
            last = found[-1][0]

    def reasons(self, action: str) -> BadRows:
        """Returns what is wrong with all rows with an action, and the first of their reasons."""
        found = BadRows()
        query = "SELECT reason, count(*) FROM rows WHERE action=? GROUP BY reason ORDER BY min(number) LIMIT ?"
        numbers = "SELECT number FROM rows WHERE action=? AND reason=? ORDER BY number LIMIT ?"
        for reason, rows in self._file.execute(query, (action, NAMED_REASONS)).fetchall():
            first = self._file.execute(numbers, (action, reason, NAMED_ROWS)).fetchall()
            found.add([number for (number,) in first], reason, rows)
        found.count = self.counts().get(action, 0)
        return found

    def counts(self) -> dict[str, int]:
        """Returns how many rows have which action."""
        return dict(self._file.execute("SELECT action, count(*) FROM rows GROUP BY action").fetchall())


def _cells(row: StagedRow) -> tuple[Any, ...]:
    contents = (_json(row.row), _json(row.payload), well_formed(row.key), well_formed(row.reason), _json(row.changes))
    return (row.number, row.action, *contents, well_formed(row.planhat_id), int(row.retryable), row.matched)


def _row(cells: tuple[Any, ...]) -> StagedRow:
    number, action, row, payload, key, reason, changes, planhat_id, retryable, matched = cells
    known = {name: (old, new) for name, (old, new) in _read(changes).items()} if changes != EMPTY else {}
    contents = _read(row), _read(payload)
    return StagedRow(number, action, *contents, key, reason, known, planhat_id, bool(retryable), matched)


def _read(text: str) -> dict[str, Any]:
    return {} if text == EMPTY else json.loads(text)


def _default(value: Any) -> Any:
    try:
        return DateTimeEncoder().default(value)
    except (TypeError, ValueError):
        return str(value)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_default).encode


def _json(value: Mapping[str, Any]) -> str:
    """Returns a dictionary as JSON, with what only can be told as text: this is kept, not sent."""
    if not value:
        return EMPTY
    try:
        return encode_json(value).decode()
    except ValueError:
        return _told(value)


def _told(value: Mapping[str, Any]) -> str:
    try:
        return well_formed(_encode(value))
    except UNFIT as problem:
        raise unfit(problem) from None


def _cell(value: Any) -> Any:
    """Returns what a cell of the file can hold."""
    if isinstance(value, dict):
        return _json(value)
    return well_formed(value) if isinstance(value, str) else value
