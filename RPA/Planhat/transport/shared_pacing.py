"""The pace of all processes of one machine, kept in a file."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from RPA.Planhat.errors import PlanhatValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_BUSY_SECONDS = 5.0
_TABLES = ("CREATE TABLE IF NOT EXISTS calls (at REAL)", "CREATE TABLE IF NOT EXISTS pauses (until REAL)")


class SharedTimes:
    """The times of the last calls of several processes.

    The times are those of the monotonic clock, which counts from the start of the machine and is the same in all
    processes. Times that can not be, left from before a restart, are dropped.

    Args:
        file: The SQLite file, made when missing.
        windows: The limits to keep, pairs of calls and seconds.
        longest_pause: Seconds that a pause can last at most.

    Raises:
        PlanhatValidationError: The file can not be used.
    """

    def __init__(self, file: str, windows: Sequence[tuple[int, float]], longest_pause: float) -> None:
        self._file = file
        self._windows = windows
        self._longest_pause = longest_pause
        with self._locked() as database:
            for table in _TABLES:
                database.execute(table)

    def take(self) -> float:
        """Notes a call and returns 0, or returns the seconds to wait before asking again."""
        with self._locked() as database:
            now = time.monotonic()
            self._forget(database, now)
            paused = _value(database, "SELECT max(until) FROM pauses", ())
            free = max([paused, *(self._free_from(database, *window) for window in self._windows)])
            if free <= now:
                database.execute("INSERT INTO calls VALUES (?)", (now,))
            return max(0.0, free - now)

    def pause(self, seconds: float) -> None:
        """Lets no call of any process go for so many seconds."""
        with self._locked() as database:
            database.execute("INSERT INTO pauses VALUES (?)", (time.monotonic() + seconds,))

    def _forget(self, database: sqlite3.Connection, now: float) -> None:
        longest = max((seconds for _, seconds in self._windows), default=0.0)
        database.execute("DELETE FROM calls WHERE at <= ? OR at > ?", (now - longest, now))
        database.execute("DELETE FROM pauses WHERE until <= ? OR until > ?", (now, now + self._longest_pause))

    def _free_from(self, database: sqlite3.Connection, calls: int, seconds: float) -> float:
        query = "SELECT at + ? FROM calls ORDER BY at DESC LIMIT 1 OFFSET ?"
        return _value(database, query, (seconds, calls - 1))

    @contextmanager
    def _locked(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._file, timeout=_BUSY_SECONDS, isolation_level=None)) as database:
                database.execute("BEGIN IMMEDIATE")
                yield database
                database.execute("COMMIT")
        except sqlite3.Error as error:
            msg = f"The rate_limit_file {self._file} can not be used: {error}. Nothing was sent."
            raise PlanhatValidationError(msg) from error


def _value(database: sqlite3.Connection, query: str, parameters: tuple[float, ...]) -> float:
    row = database.execute(query, parameters).fetchone()
    return float(row[0]) if row and row[0] is not None else 0.0
