"""The rows of a plan in a temporary SQLite file, when they are too many for memory."""

# ruff: noqa: D102 - what the methods of both stores do is said once, in `Store`
from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice, repeat
from typing import TYPE_CHECKING, Any, overload

from RPA.Planhat.operations.input.formats import plain_value, well_formed
from RPA.Planhat.operations.input.number_formats import NUMBERS, SHOWN, numbers_aside, with_numbers
from RPA.Planhat.operations.rows.stores import STRONG, WEAK, Changes
from RPA.Planhat.text.files import temporary_file_error
from RPA.Planhat.types.encoding import UNFIT, encode_json, orjson, unfit

if TYPE_CHECKING:
    from RPA.Planhat.operations.rows.payloads import Payload

AT_ONCE = 500
"""Rows that are read from the file at a time."""

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


class _Connection(sqlite3.Connection):
    """A connection to a temporary file that may be larger than its disk."""

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        try:
            return super().execute(*arguments)
        except sqlite3.OperationalError as problem:
            raise temporary_file_error(problem) from problem

    def executemany(self, *arguments: Any) -> sqlite3.Cursor:
        try:
            return super().executemany(*arguments)
        except sqlite3.OperationalError as problem:
            raise temporary_file_error(problem) from problem


class FileStore:
    """Keeps everything in a temporary SQLite file, which nobody else can see and which disappears with the process."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", check_same_thread=False, isolation_level=None, factory=_Connection)
        self._file.executescript(f"{SETTINGS} {SCHEMA}")
        self._count = 0

    def __del__(self) -> None:
        self._file.close()

    def extend(self, rows: Sequence[Any], payloads: Sequence[Payload]) -> None:
        numbers = range(self._count + 1, self._count + len(rows) + 1)
        kept = [_kept(_without_numbers(row)) for row in rows]
        alike = zip(rows, kept, payloads, strict=True)
        sent = [own if payload is row else _kept(payload) for row, own, payload in alike]
        self._file.executemany("INSERT INTO rows VALUES (?,?,?)", zip(numbers, sent, kept, strict=True))
        self._count += len(rows)

    def rows(self, numbers: Sequence[int]) -> list[Any]:
        found = dict(self._chosen("SELECT number, row FROM rows WHERE number", numbers))
        rows = _read_all([found[number] for number in numbers])
        return [with_numbers(row) if isinstance(row, dict) and NUMBERS in row else row for row in rows]

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
            query = f"INSERT OR IGNORE INTO shared SELECT s.identity, {number} {both} AND w.strength={WEAK} "  # nosec B608 - names of columns
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
        record: Payload = json.loads(found[0])
        return record

    def __iter__(self) -> Iterator[Payload]:
        last, query = "", "SELECT planhat_id, record FROM others WHERE planhat_id>? ORDER BY planhat_id LIMIT ?"
        while found := self._file.execute(query, (last, AT_ONCE)).fetchall():
            yield from (json.loads(record) for _, record in found)
            last = found[-1][0]


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=plain_value).encode


def _without_numbers(row: Any) -> Any:
    """Returns a row as JSON can hold it: of a number of a worksheet it would forget what is shown."""
    return numbers_aside(row) if isinstance(row, dict) and not set(SHOWN).isdisjoint(map(type, row.values())) else row


def _read_all(texts: list[str]) -> list[Any]:
    """Returns the values of JSON strings, all at once.

    The quick decoder takes no half of a character, and makes other numbers of those with more than 64 bits.
    """
    joined = f"[{','.join(texts)}]".encode()
    values: list[Any]
    if orjson is not None and LONG_NUMBER not in joined.translate(DIGITS):
        with suppress(ValueError):
            values = orjson.loads(joined)
            return values
    values = json.loads(joined)
    return values


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
