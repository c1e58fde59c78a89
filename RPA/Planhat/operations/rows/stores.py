"""Where a plan keeps its rows: in memory, or in a temporary file when they are too many for it.

Both stores do the same. A plan begins in memory, and moves to the file once its rows exceed the limit.
"""

# ruff: noqa: D102 - what the methods of both stores do is said once, in `Store`
from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import copy, deepcopy
from itertools import islice, repeat
from sys import getsizeof
from typing import TYPE_CHECKING, Any, Protocol, overload

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.formats import well_formed
from RPA.Planhat.types.encoding import UNFIT, DateTimeEncoder, canonical, encode_json, orjson, unfit

if TYPE_CHECKING:
    from RPA.Planhat.operations.rows.comparing import Change
    from RPA.Planhat.operations.rows.payloads import Payload

Changes = dict[str, "Change"]

STRONG, WEAK = 2, 1
"""How surely an identity tells which record a row means: it is by the strongest key of the row, or by another one."""

NOBODY = 0
"""Has the identities that several rows share."""

AT_ONCE = 500
"""Rows that are read from the file at a time."""

SAMPLED = 10
"""Rows of a block whose size is measured; the others are taken to be like them."""

NO_PARTS = frozenset({str, int, float, bool, type(None)})
DIGITS = bytes.maketrans(b"123456789", b"000000000")
LONG_NUMBER = b"0" * 20
"""What a number that 64 bits cannot hold becomes by that table: quicker than a pattern."""

SETTINGS = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-32768; BEGIN;"
"""The file need not outlive the process; pages of 32 MB stay in memory."""

SCHEMA = """
CREATE TABLE rows (number INTEGER PRIMARY KEY, payload TEXT, row TEXT);
CREATE TABLE changes (number INTEGER PRIMARY KEY, changes TEXT);
CREATE TABLE identities (identity TEXT, strength INTEGER, number INTEGER, PRIMARY KEY (identity, strength))
WITHOUT ROWID;
CREATE TABLE shared (identity TEXT, number INTEGER, PRIMARY KEY (identity, number)) WITHOUT ROWID;
CREATE TABLE others (planhat_id TEXT PRIMARY KEY, record TEXT) WITHOUT ROWID;
"""


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
        fresh = dict(zip(identities, numbers, strict=True))
        alone = len(fresh) == len(identities) and claims.keys().isdisjoint(fresh)
        if alone:
            claims.update(fresh)
        return alone

    def assign(self, identity: str, number: int, strength: int) -> None:
        self._claims[strength][identity] = number

    def release(self, identity: str, number: int, strength: int) -> None:
        if self._claims[strength].get(identity) == number:
            del self._claims[strength][identity]

    def owners(self, identities: Iterable[str], strength: int) -> dict[str, int]:
        claims = self._claims[strength]
        return {identity: claims[identity] for identity in identities if claims.get(identity)} if claims else {}

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

    def moved(self) -> FileStore:
        """Returns a file that has all of this."""
        file = FileStore()
        file.extend(self._rows[1:], self._payloads[1:])
        for strength, claims in self._claims.items():
            file.claim(list(claims), list(claims.values()), strength)
        for identity, numbers in self._shared.items():
            file.share(identity, numbers)
        file.set_changes(self._changes)
        file.add_others(self._others)
        return file


class FileStore:
    """Keeps everything in a temporary SQLite file, which nobody else can see and which disappears with the process."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._file.executescript(f"{SETTINGS} {SCHEMA}")
        self._count = 0

    def __del__(self) -> None:
        self._file.close()

    def extend(self, rows: Sequence[Any], payloads: Sequence[Payload]) -> None:
        numbers = range(self._count + 1, self._count + len(rows) + 1)
        kept = list(map(_kept, rows))
        alike = zip(rows, kept, payloads, strict=True)
        sent = [own if payload is row else _kept(payload) for row, own, payload in alike]
        self._file.executemany("INSERT INTO rows VALUES (?,?,?)", zip(numbers, sent, kept, strict=True))
        self._count += len(rows)

    def rows(self, numbers: Sequence[int]) -> list[Any]:
        found = dict(self._chosen("SELECT number, row FROM rows WHERE number", numbers))
        return _read_all([found[number] for number in numbers])

    def payloads(self, numbers: Sequence[int]) -> list[Payload]:
        found = dict(self._chosen("SELECT number, payload FROM rows WHERE number", numbers))
        return _read_all([found[number] for number in numbers])

    def set_changes(self, found: Mapping[int, Changes]) -> None:
        cells = ((number, _kept(changes)) for number, changes in found.items())
        self._file.executemany("INSERT OR REPLACE INTO changes VALUES (?,?)", cells)

    def changes(self, numbers: Sequence[int]) -> dict[int, Changes]:
        found = self._chosen("SELECT number, changes FROM changes WHERE number", numbers)
        return {number: {name: (old, new) for name, (old, new) in json.loads(text).items()} for number, text in found}

    def claim(self, identities: Sequence[str], numbers: Sequence[int], strength: int) -> bool:
        cells = list(zip(map(well_formed, identities), repeat(strength), numbers, strict=False))
        before = self._file.total_changes
        self._file.executemany("INSERT OR IGNORE INTO identities VALUES (?,?,?)", cells)
        if self._file.total_changes - before == len(cells):
            return True
        self._file.executemany("DELETE FROM identities WHERE identity=? AND strength=? AND number=?", cells)
        return False

    def assign(self, identity: str, number: int, strength: int) -> None:
        cells = (well_formed(identity), strength, number)
        self._file.execute("INSERT OR REPLACE INTO identities VALUES (?,?,?)", cells)

    def release(self, identity: str, number: int, strength: int) -> None:
        cells = (well_formed(identity), strength, number)
        self._file.execute("DELETE FROM identities WHERE identity=? AND strength=? AND number=?", cells)

    def owners(self, identities: Iterable[str], strength: int) -> dict[str, int]:
        query = f"SELECT identity, number FROM identities WHERE strength={strength:d} AND number>0 AND identity"  # nosec B608 # noqa: S608 - a number
        return dict(self._chosen(query, map(well_formed, identities)))

    def owner(self, identity: str, strength: int) -> int | None:
        query = "SELECT number FROM identities WHERE identity=? AND strength=?"
        found = self._file.execute(query, (well_formed(identity), strength)).fetchone()
        return found[0] if found else None

    def share(self, identity: str, numbers: Iterable[int]) -> None:
        cells = ((well_formed(identity), number) for number in numbers if number)
        self._file.executemany("INSERT OR IGNORE INTO shared VALUES (?,?)", cells)

    def share_weaker(self) -> None:
        both = f"FROM identities s JOIN identities w ON w.identity=s.identity AND s.strength={STRONG}"
        for number in ("s.number", "w.number"):
            query = f"INSERT OR IGNORE INTO shared SELECT s.identity, {number} {both} AND w.strength={WEAK} "  # nosec B608
            self._file.execute(f"{query} WHERE {number}>0")

    def shared(self) -> list[tuple[str, list[int]]]:
        query = "SELECT identity, group_concat(number) FROM shared GROUP BY identity"
        found = [(name, sorted(map(int, numbers.split(",")))) for name, numbers in self._file.execute(query)]
        return sorted(found, key=lambda each: each[1])

    def add_others(self, records: Sequence[Payload]) -> None:
        cells = ((well_formed(str(record.get("_id"))), _kept(record)) for record in records)
        self._file.executemany("INSERT OR IGNORE INTO others VALUES (?,?)", cells)

    def others(self) -> Sequence[Payload]:
        return FiledRecords(self._file)

    def _chosen(self, query: str, values: Iterable[Any]) -> Iterator[Any]:
        if isinstance(values, range) and values.step == 1 and values:
            yield from self._file.execute(f"{query} BETWEEN ? AND ?", (values[0], values[-1]))
            return
        left = iter(dict.fromkeys(values))
        while some := list(islice(left, AT_ONCE)):
            yield from self._file.execute(f"{query} IN ({','.join('?' * len(some))})", some)


class FiledRecords(Sequence["Payload"]):
    """The records of a file that are in no row, read when they are asked for.

    Args:
        file: The file.
    """

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file

    def __len__(self) -> int:
        return int(self._file.execute("SELECT count(*) FROM others").fetchone()[0])

    @overload
    def __getitem__(self, index: int) -> Payload: ...
    @overload
    def __getitem__(self, index: slice) -> list[Payload]: ...
    def __getitem__(self, index: int | slice) -> Payload | list[Payload]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        query = "SELECT record FROM others ORDER BY planhat_id LIMIT 1 OFFSET ?"
        found = self._file.execute(query, (range(len(self))[index],)).fetchone()
        return json.loads(found[0])  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[Payload]:
        last, query = "", "SELECT planhat_id, record FROM others WHERE planhat_id>? ORDER BY planhat_id LIMIT ?"
        while found := self._file.execute(query, (last, AT_ONCE)).fetchall():
            yield from (json.loads(record) for _, record in found)
            last = found[-1][0]


def size_of(rows: Sequence[Any]) -> int:
    """Returns roughly how many bytes rows take in memory."""
    bytes_of_some, some = 0, rows[:: max(len(rows) // SAMPLED, 1)]
    for row in some:
        if isinstance(row, dict):
            bytes_of_some += getsizeof(row) + sum(map(getsizeof, row.values()))
    return bytes_of_some * len(rows) // max(len(some), 1)


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


def _default(value: Any) -> Any:
    try:
        return DateTimeEncoder().default(value)
    except TypeError:
        return str(value)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_default).encode


def _read_all(texts: list[str]) -> list[Any]:
    """Returns the values of JSON strings, all at once.

    The quick decoder takes no half of a character, and makes other numbers of those with more than 64 bits.
    """
    joined = f"[{','.join(texts)}]".encode()
    if orjson is not None and LONG_NUMBER not in joined.translate(DIGITS):
        with suppress(ValueError):
            return orjson.loads(joined)  # type: ignore[no-any-return]
    return json.loads(joined)  # type: ignore[no-any-return]


def _kept(value: Any) -> str:
    """Returns a dictionary as JSON, with text for what JSON cannot hold: a report shows it, nothing sends it."""
    try:
        return encode_json(value).decode()
    except ValueError:
        pass
    try:
        return well_formed(_encode(value))
    except UNFIT as problem:
        raise unfit(problem) from None
