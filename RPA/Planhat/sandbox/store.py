"""Where the sandbox keeps its records: SQLite, one table for each model, each record as JSON beside its keys."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import contextmanager
from itertools import count
from threading import RLock
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox import model_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

COLUMNS = ("_id", "company", "sourceId", "externalId", "handle", "hidden", "name", "doc", "row")
PATIENCE = 2.0
"""Seconds to wait for a database that another sandbox is letting go of."""

KEY_COLUMNS = ("company", "sourceId", "externalId", "handle")

_INSERT = f"INSERT INTO {{}} ({','.join(COLUMNS)}) VALUES ({','.join('?' * len(COLUMNS))})"  # nosec B608 # noqa: S608 - our own names
_REPLACE = f"UPDATE {{}} SET {','.join(f'{name}=?' for name in COLUMNS[1:])} WHERE _id=?"  # nosec B608 # noqa: S608 - our own names

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def encode(value: Any) -> str:
    """Returns a value as compact JSON."""
    return _encode(value)


class ObjectIds:
    """Makes ids that look like Planhat's, each greater than the one before."""

    def __init__(self) -> None:
        self._machine = os.urandom(5).hex()
        self._counter = count()

    def __call__(self) -> str:
        """Returns the next id."""
        return f"{int(time.time()):08x}{self._machine}{next(self._counter) & 0xFFFFFF:06x}"


class Store:
    """The tables of one sandbox.

    Args:
        file: Where to keep the data; in memory when none is given.

    Raises:
        ValueError: If that file cannot be used.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self.lock = RLock()
        self.new_id = ObjectIds()
        self._keeps_start = False
        try:
            self._link = sqlite3.connect(
                file or ":memory:", check_same_thread=False, isolation_level=None, timeout=PATIENCE
            )
            if file:
                # Two sandboxes on one file would each answer with what the other does not know.
                self._link.execute("PRAGMA locking_mode=EXCLUSIVE")
                self._link.execute("PRAGMA journal_mode=WAL")
                self._link.execute("PRAGMA synchronous=NORMAL")
                self._link.executescript("BEGIN EXCLUSIVE; COMMIT;")
            self._create_tables()
        except sqlite3.Error as error:
            if "locked" in str(error):
                text = f"The database {file} is in use by another sandbox. Stop that one, or name another file."
                raise ValueError(text) from error
            raise ValueError(f"The database {file} cannot be used: {error}.") from error

    def _create_tables(self) -> None:
        for table in model_rules.TABLES:
            self._link.execute(
                f"CREATE TABLE IF NOT EXISTS {table} (seq INTEGER PRIMARY KEY, _id TEXT NOT NULL UNIQUE, company TEXT,"
                " sourceId TEXT, externalId TEXT, handle TEXT, hidden INTEGER NOT NULL, doc TEXT NOT NULL, row TEXT,"
                " name TEXT)"
            )
            self._add_name(table)
            for column in KEY_COLUMNS:
                self._link.execute(
                    f"CREATE INDEX IF NOT EXISTS {table}_{column} ON {table} ({column}) WHERE {column} IS NOT NULL"
                )
            self._link.execute(f"CREATE INDEX IF NOT EXISTS {table}_hidden ON {table} (hidden, _id)")
            model = model_rules.BY_PATH.get(table)
            hides = "hidden, " if model is not None and model_rules.rules_of(model).hides else ""
            self._link.execute(f"CREATE INDEX IF NOT EXISTS {table}_name ON {table} ({hides}name, seq)")
        self._link.execute("CREATE TABLE IF NOT EXISTS domains (domain TEXT, company TEXT)")
        self._link.execute("CREATE INDEX IF NOT EXISTS domains_domain ON domains (domain)")
        self._link.execute("CREATE INDEX IF NOT EXISTS domains_company ON domains (company)")

    def _add_name(self, table: str) -> None:
        """Adds the column that lists are sorted by most, where the file was made without it."""
        if "name" not in {row[1] for row in self._link.execute(f"PRAGMA table_info({table})")}:
            self._link.execute(f"ALTER TABLE {table} ADD COLUMN name TEXT")
            self._link.execute(f"UPDATE {table} SET name=json_extract(doc,'$.name')")  # nosec B608 # noqa: S608

    def close(self) -> None:
        """Lets go of the database."""
        with self.lock:
            self._link.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Makes what happens within visible at once, or not at all."""
        with self.lock:
            self._link.execute("SAVEPOINT operation")
            try:
                yield
            except BaseException:
                self._link.execute("ROLLBACK TO operation")
                raise
            finally:
                self._link.execute("RELEASE operation")

    def keep_start(self) -> None:
        """Makes the present state the one to go back to. Files are not held back like that: they shall outlive us."""
        with self.lock:
            if self._keeps_start:
                self._link.execute("RELEASE start")
            self._keeps_start = self.file is None
            if self._keeps_start:
                self._link.execute("SAVEPOINT start")

    def back_to_start(self) -> bool:
        """Goes back to the kept state, if there is one."""
        with self.lock:
            if self._keeps_start:
                self._link.execute("ROLLBACK TO start")
            return self._keeps_start

    def clear(self) -> None:
        """Empties all tables."""
        with self.transaction():
            for table in (*model_rules.TABLES, "domains"):
                self._link.execute(f"DELETE FROM {table}")  # nosec B608 # noqa: S608 - our own names

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Returns the rows of a statement."""
        with self.lock:
            return self._link.execute(sql, values).fetchall()

    def keep_order(self, table: str, order: str, *, hides: bool) -> None:
        """Keeps the order of a list from its second page on, since sorting all for each page takes long.

        Args:
            table: The table.
            order: The columns of the order.
            hides: Whether lists of the table ask for hidden records or for the others.
        """
        name = f"{table}_by_{order}".replace('"', "")
        columns = f"hidden, {order}" if hides else order
        with self.lock:
            self._link.execute(f'CREATE INDEX IF NOT EXISTS "{name}" ON {table} ({columns})')

    def insert(
        self, path: str, documents: Iterable[tuple[model_rules.Document, str | None]], *, first: bool = False
    ) -> None:
        """Adds records of one path, each with the text that lists show when it differs; at the end or `first`."""
        with self.lock:
            values = (_columns(path, document, row) for document, row in documents)
            self._link.executemany(_INSERT.format(_table(path)), values)
            if first:
                table = _table(path)
                self._link.execute(
                    f"UPDATE {table} SET seq=(SELECT min(seq) FROM {table})-1 WHERE seq=last_insert_rowid()"  # nosec B608 # noqa: S608
                )

    def replace(self, path: str, document: model_rules.Document, row: str | None) -> None:
        """Puts a record in the place of the one with its id."""
        own_id, *others = _columns(path, document, row)
        with self.lock:
            self._link.execute(_REPLACE.format(_table(path)), (*others, own_id))

    def delete(self, table: str, own_id: str) -> None:
        """Removes a record."""
        with self.lock:
            self._link.execute(f"DELETE FROM {table} WHERE _id=?", (own_id,))  # nosec B608 # noqa: S608 - our own names

    def get(self, table: str, own_id: str) -> model_rules.Document | None:
        """Returns the record with a Planhat id."""
        found = self.find(table, "_id", own_id)
        return found[0] if found else None

    def find(self, table: str, column: str, value: str, company: str | None = None) -> list[model_rules.Document]:
        """Returns the records with a value in a key column, of one company when it is given."""
        sql = f"SELECT doc FROM {table} WHERE {column}=?"  # nosec B608 # noqa: S608 - our own names
        values = [value]
        if company is not None:
            sql += " AND company=?"
            values.append(company)
        return [json.loads(text) for (text,) in self.query(sql, values)]

    def has(self, table: str, own_id: Any) -> bool:
        """Returns whether there is a record with a Planhat id."""
        sql = f"SELECT 1 FROM {table} WHERE _id=?"  # nosec B608 # noqa: S608 - our own names
        return isinstance(own_id, str) and bool(self.query(sql, (own_id,)))

    def count(self, table: str) -> int:
        """Returns how many records a table holds."""
        return int(self.query(f"SELECT count(*) FROM {table}")[0][0])  # nosec B608 # noqa: S608 - our own names

    def documents(self, table: str, limit: int = -1) -> Iterator[model_rules.Document]:
        """Walks over the records of a table, in the order in which they came."""
        for (text,) in self.query(f"SELECT doc FROM {table} ORDER BY seq LIMIT ?", (limit,)):  # nosec B608 # noqa: S608
            yield json.loads(text)

    def set_domains(self, company: str, domains: Iterable[str]) -> None:
        """Notes which e-mail domains belong to a company."""
        with self.lock:
            self._link.execute("DELETE FROM domains WHERE company=?", (company,))
            self._link.executemany("INSERT INTO domains VALUES (?,?)", [(name.lower(), company) for name in domains])

    def rename_company(self, company: str, name: str, keys: Iterable[tuple[str, str]]) -> None:
        """Writes the new name of a company into the records that belong to it."""
        with self.lock:
            for table, key in keys:
                self._link.execute(
                    f"UPDATE {table} SET doc=json_set(doc, '$.{key}', ?) WHERE company=?",  # nosec B608 # noqa: S608
                    (name, company),
                )


def _table(path: str) -> str:
    return "conversations" if path == "tickets" else path


def _columns(path: str, document: model_rules.Document, row: str | None) -> tuple[Any, ...]:
    company, external, handle, hides = _where(path)
    value = document.get(handle) if handle else None
    return (
        document["_id"],
        document.get(company) if company else None,
        document.get("sourceId"),
        document.get(external),
        str(value).lower() if value else None,
        int(bool(hides and document.get(hides))),
        document["name"] if isinstance(document.get("name"), str) else None,
        encode(document),
        row,
    )


def _where(path: str) -> tuple[str, str, str, str]:
    if path == model_rules.ACTIVITIES:
        return "companyId", "externalId", "email", ""
    found = _KEYS.get(path)
    if found is None:
        model = model_rules.BY_PATH[path]
        rules = model_rules.rules_of(model)
        found = _KEYS[path] = (model_rules.company_key(model), model.external_key(), rules.handle, rules.hides)
    return found


_KEYS: dict[str, tuple[str, str, str, str]] = {}
