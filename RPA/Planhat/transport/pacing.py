"""When a call may be sent: deadlines, limits on calls, and what a response shows of Planhat's own limits.

The pace is kept by sliding windows: calls go out freely until a window is full, then each waits for the oldest to
leave it.

Planhat documents no header for when to come back; all spellings in use are understood, and nothing depends on
any. A time of day is taken relative to the response's own `Date`, so that a wrong clock on this machine does no harm.
"""

from __future__ import annotations

import http.client
import logging
import re
import threading
import time
import weakref
from collections import deque
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import timezone
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.transport.settings import CONNECTIONS, Settings

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping, Sequence

    from typing_extensions import Self

LOGGER = logging.getLogger("RPA.Planhat")

SLICE = 0.5
"""Seconds after which a sleeping thread looks up, so that Ctrl-C and Robot's timeouts get through."""

MARGIN = 0.05
"""Seconds that a window is longer: Planhat counts calls when they arrive, and some are under way longer than others."""

_BUSY_SECONDS = 5.0
_TABLES = ("CREATE TABLE IF NOT EXISTS calls (at REAL)", "CREATE TABLE IF NOT EXISTS pauses (until REAL)")


class OutOfTimeError(Exception):
    """A deadline came before the thing that was waited for."""


class Deadline:
    """A moment on the monotonic clock, which no change of the system time moves.

    Args:
        seconds: How far away the moment is.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Returns the seconds that are left, never less than 0."""
        return max(0.0, self._end - time.monotonic())

    @property
    def over(self) -> bool:
        """Whether no time is left."""
        return self.left() <= 0


@dataclass
class Exchange:
    """One attempt on the wire.

    Attributes:
        deadline: The end of the whole call.
        connect_timeout: Seconds to wait for a connection.
        read_timeout: Maximum seconds without data.
        reused: Whether the connection had served before.
        sent: Whether a part of the request may have left this machine. True until our own connections report it:
            adapters of others do not.
        origin: Scheme and host of the request.
    """

    deadline: Deadline
    connect_timeout: float
    read_timeout: float
    reused: bool = False
    sent: bool = False
    origin: str = ""

    def patience(self, limit: float) -> float:
        """Returns the seconds that the next step on the socket may take.

        Args:
            limit: The most seconds for this kind of step.

        Raises:
            TimeoutError: None are left.
        """
        patience = min(limit, self.deadline.left())
        if patience <= 0:
            raise TimeoutError
        return patience


def sleep(seconds: float, deadline: Deadline) -> None:
    """Sleeps in slices of at most half a second.

    Args:
        seconds: How long to sleep.
        deadline: When to wake up at the latest.
    """
    wake = Deadline(min(seconds, deadline.left()))
    while (left := wake.left()) > 0:
        time.sleep(min(left, SLICE))


class Window(NamedTuple):
    """At most so many `calls` in any stretch of so many `seconds`."""

    calls: int
    seconds: float


class CallTimes(Protocol):
    """The times of the last calls."""

    def take(self) -> float:
        """Notes a call and returns 0, or returns the seconds to wait before asking again."""

    def pause(self, seconds: float) -> None:
        """Lets no call go for so many seconds."""


class LocalTimes:
    """The times of this process's calls.

    Args:
        windows: The limits to keep.
    """

    def __init__(self, windows: Sequence[Window]) -> None:
        self._windows = windows
        self._starts: deque[float] = deque(maxlen=max((window.calls for window in windows), default=0))
        self._until = 0.0
        self._lock = threading.Lock()

    def take(self) -> float:
        """Notes a call and returns 0, or returns the seconds to wait before asking again."""
        with self._lock:
            now = time.monotonic()
            free = self._until
            for calls, seconds in self._windows:
                if len(self._starts) >= calls:
                    free = max(free, self._starts[-calls] + seconds)
            if free <= now:
                self._starts.append(now)
            return max(0.0, free - now)

    def pause(self, seconds: float) -> None:
        """Lets no call go for so many seconds."""
        with self._lock:
            self._until = max(self._until, time.monotonic() + seconds)


class SharedTimes:
    """The times of the last calls of several processes, kept in a file.

    The times are those of the monotonic clock, which counts from the start of the machine and is the same in all
    processes. Impossible times, left from before a restart, are dropped.

    Args:
        file: The SQLite file, created when missing.
        windows: The limits to keep, pairs of calls and seconds.
        longest_pause: Maximum length of a pause in seconds.

    Raises:
        PlanhatValidationError: The file cannot be used.
    """

    def __init__(self, file: str, windows: Sequence[tuple[int, float]], longest_pause: float) -> None:
        self._file = file
        self._windows = windows
        self._longest_window = max((seconds for _, seconds in windows), default=0.0)
        self._longest_pause = longest_pause
        self._own_pause = 0.0
        with self._locked() as database:
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if tables and not tables & {"calls", "pauses"}:
                raise PlanhatValidationError(
                    f"The rate_limit_file {file} is a database of something else. Name another file. Nothing was sent."
                )
            for table in _TABLES:
                database.execute(table)

    def take(self) -> float:
        """Notes a call and returns 0, or returns the seconds to wait before asking again."""
        with self._locked() as database:
            now = time.monotonic()
            database.execute("DELETE FROM calls WHERE at <= ? OR at > ?", (now - self._longest_window, now))
            database.execute("DELETE FROM pauses WHERE until <= ? OR until > ?", (now, now + self._longest_pause))
            free = max(self._own_pause, _value(database, "SELECT max(until) FROM pauses", ()))
            for calls, seconds in self._windows:
                query = "SELECT at + ? FROM calls ORDER BY at DESC LIMIT 1 OFFSET ?"
                free = max(free, _value(database, query, (seconds, calls - 1)))
            if free <= now:
                database.execute("INSERT INTO calls VALUES (?)", (now,))
            return max(0.0, free - now)

    def pause(self, seconds: float) -> None:
        """Lets no call of any process go for so many seconds; of this one only, where the file cannot be written.

        The answer that asked for it is there, and must not be lost for that.
        """
        until = time.monotonic() + seconds
        try:
            with self._locked() as database:
                database.execute("INSERT INTO pauses VALUES (?)", (until,))
        except PlanhatValidationError as problem:
            LOGGER.warning("A pause that Planhat asked for is kept by this process only: %s", problem)
            self._own_pause = until

    @contextmanager
    def _locked(self) -> Iterator[sqlite3.Connection]:
        import sqlite3  # noqa: PLC0415 - only few share a pace

        try:
            with closing(sqlite3.connect(self._file, timeout=_BUSY_SECONDS, isolation_level=None)) as database:
                database.execute("BEGIN IMMEDIATE")
                yield database
                database.execute("COMMIT")
        except sqlite3.Error as error:
            from RPA.Planhat.text.files import database_reason  # noqa: PLC0415 - only where the file cannot be used

            msg = f"The rate_limit_file {self._file} cannot be used: {database_reason(error)} Nothing was sent."
            raise PlanhatValidationError(msg) from error


def _value(database: sqlite3.Connection, query: str, parameters: tuple[float, ...]) -> float:
    row = database.execute(query, parameters).fetchone()
    return float(row[0]) if row and row[0] is not None else 0.0


class Pacer:
    """Lets calls through one after the other as the limits allow; shared by all threads.

    Args:
        times: Where the times of the calls are kept.
        parallel: Calls under way at the same time.
    """

    def __init__(self, times: CallTimes, parallel: int = CONNECTIONS) -> None:
        self._times = times
        self._slots = _permits(parallel)
        # Only the thread whose turn it is waits for a free moment; the others queue behind it.
        self._turn = _permits(1)

    @classmethod
    def of(cls, settings: Settings) -> Pacer:
        """Returns the pacer for the limits of some settings."""
        limits = (Window(settings.calls_per_minute, 60.0 + MARGIN), Window(settings.calls_per_second, 1.0 + MARGIN))
        windows = [window for window in limits if window.calls]
        shared = settings.rate_limit_file
        longest = max(settings.longest_retry_after, settings.longest_wait)
        times = SharedTimes(shared, windows, longest) if shared else LocalTimes(windows)
        return cls(times, settings.connections)

    @contextmanager
    def slot(self, deadline: Deadline, *, paced: bool) -> Iterator[None]:
        """Holds one of the parallel calls, once the pace allows it.

        Args:
            deadline: When to stop waiting.
            paced: Whether the call counts in the windows.

        Raises:
            OutOfTimeError: The deadline comes sooner than the call may go.
        """
        permit = _taken(self._slots, deadline)
        try:
            if paced:
                # One call waits for its time at once; the others queue behind it.
                turn = _taken(self._turn, deadline)
                try:
                    while (wait := self._times.take()) > 0:
                        if wait >= deadline.left():
                            raise OutOfTimeError
                        sleep(wait, deadline)
                finally:
                    self._turn.put(turn)
            yield
        finally:
            self._slots.put(permit)

    def pause(self, seconds: float) -> None:
        """Lets no paced call of any thread go for so many seconds."""
        self._times.pause(seconds)


class _Permit:
    """A permit to do what few may do at a time, in the queue of those that are free.

    A semaphore would lose one where a signal or a timeout of Robot Framework comes just before or behind its code. A
    permit that is lost puts another one in its place.

    Args:
        free: The queue.
    """

    __slots__ = ("_free",)

    def __init__(self, free: SimpleQueue[_Permit]) -> None:
        self._free = weakref.ref(free)

    def __del__(self) -> None:
        if (free := self._free()) is not None:
            free.put(_Permit(free))


def _permits(count: int) -> SimpleQueue[_Permit]:
    free: SimpleQueue[_Permit] = SimpleQueue()
    for _ in range(count):
        free.put(_Permit(free))
    return free


def _taken(free: SimpleQueue[_Permit], deadline: Deadline) -> _Permit:
    while True:
        with suppress(Empty):
            return free.get(timeout=min(SLICE, deadline.left()))
        if deadline.over:
            raise OutOfTimeError


class IdleConnections(SimpleQueue[Any]):
    """The connections that a pool keeps, without the locks of a `queue.LifoQueue`.

    A signal or a timeout of Robot Framework that comes just when such a lock is taken leaves it locked, and the next
    call would never return.
    """

    def __new__(cls, _maxsize: int) -> Self:
        """Returns an empty queue; the pacer counts calls, so that it need not count connections."""
        return super().__new__(cls)


class Head(NamedTuple):
    """The head of a response, which ends with an empty line; http.client takes one that breaks off for complete.

    Attributes:
        response: The response, whose reader this is for its first line.
        whole: The reader of the whole response.
    """

    response: Any
    whole: Any

    def readline(self, limit: int = -1) -> bytes:
        """Returns the next line, which is there."""
        self.response.fp = self.whole
        line: bytes = self.whole.readline(limit)
        if not line:
            raise http.client.IncompleteRead(b"")
        return line

    def __getattr__(self, name: str) -> Any:
        """Returns what the reader has; a proxy that refuses a tunnel is closed before its head was read."""
        return getattr(self.whole, name)


_PREFIXES = ("X-RateLimit", "X-Rate-Limit", "RateLimit")
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")
_EPOCH_SECONDS = 1e9
_EPOCH_MILLISECONDS = 1e11

# ----------------------------------------------------------------------------------- headers of rate limits


def retry_after(headers: Mapping[str, str], longest: float) -> float | None:
    """Returns the seconds that the server asks to wait, `None` when it asks for nothing usable.

    Args:
        headers: The headers of the response, found in any case of letters.
        longest: Seconds up to which a rate limit's reset is plausible; `Retry-After` may be longer.
    """
    text = headers.get("Retry-After", "").strip()
    seconds = _number(text)
    if seconds is None and (moment := _moment(text)) is not None:
        seconds = moment - _now_of(headers)
    return seconds if seconds is not None and seconds > 0 else _reset(headers, longest)


def seconds_to_reset(headers: Mapping[str, str], longest: float) -> float | None:
    """Returns the seconds until the rate limit is reset, when by the response no call is left."""
    return _reset(headers, longest) if _limit(headers, "Remaining") == 0 else None


def is_refusal(headers: Mapping[str, str]) -> bool:
    """Returns whether by the headers of a 503 the call was turned away: to come back, or that no call is left."""
    return "Retry-After" in headers or _limit(headers, "Remaining") == 0


def _reset(headers: Mapping[str, str], longest: float) -> float | None:
    value = _limit(headers, "Reset")
    if value is None:
        return None
    if value >= _EPOCH_MILLISECONDS:
        value /= 1000
    seconds = value - _now_of(headers) if value >= _EPOCH_SECONDS else value
    return seconds if 0 < seconds <= longest else None


def _limit(headers: Mapping[str, str], name: str) -> float | None:
    """Returns the number in a header on the rate limit, in the first spelling that the response has."""
    for prefix in _PREFIXES:
        if value := headers.get(f"{prefix}-{name}"):
            return _number(value.strip())
    return None


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _now_of(headers: Mapping[str, str]) -> float:
    return _moment(headers.get("Date", "")) or time.time()


def _moment(text: str) -> float | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - only a limit that was reached has a date to read

    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
