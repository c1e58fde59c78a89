"""Going no faster than Planhat allows.

Sliding windows: calls go out freely until a window is full, then each waits for the oldest to leave it.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from RPA.Planhat.transport.deadline import SLICE, Deadline, OutOfTimeError, sleep
from RPA.Planhat.transport.settings import CONNECTIONS
from RPA.Planhat.transport.shared_pacing import SharedTimes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from RPA.Planhat.transport.settings import Settings


MARGIN = 0.05
"""Seconds that a window is longer: Planhat counts calls when they arrive, and some are under way longer than others."""


class Window(NamedTuple):
    """At most so many `calls` in any stretch of so many `seconds`."""

    calls: int
    seconds: float


class CallTimes(Protocol):
    """Keeps the times of the last calls."""

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
            free = max([self._until, *map(self._free_from, self._windows)])
            if free <= now:
                self._starts.append(now)
            return max(0.0, free - now)

    def pause(self, seconds: float) -> None:
        """Lets no call go for so many seconds."""
        with self._lock:
            self._until = max(self._until, time.monotonic() + seconds)

    def _free_from(self, window: Window) -> float:
        full = len(self._starts) >= window.calls
        return self._starts[-window.calls] + window.seconds if full else 0.0


class Pacer:
    """Lets calls through one after the other as the limits allow; shared by all threads.

    Args:
        times: Where the times of the calls are kept.
        parallel: Calls under way at the same time.
    """

    def __init__(self, times: CallTimes, parallel: int = CONNECTIONS) -> None:
        self._times = times
        self._slots = threading.Semaphore(parallel)
        # Only the thread whose turn it is waits for a free moment; the others queue behind it.
        self._turn = threading.Lock()

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
        with _held(self._slots, deadline):
            if paced:
                self._wait(deadline)
            yield

    def pause(self, seconds: float) -> None:
        """Lets no paced call of any thread go for so many seconds."""
        self._times.pause(seconds)

    def _wait(self, deadline: Deadline) -> None:
        with _held(self._turn, deadline):
            while (wait := self._times.take()) > 0:
                if wait >= deadline.left():
                    raise OutOfTimeError
                sleep(wait, deadline)


@contextmanager
def _held(semaphore: threading.Semaphore | threading.Lock, deadline: Deadline) -> Iterator[None]:
    while not semaphore.acquire(timeout=min(SLICE, deadline.left())):
        if deadline.over:
            raise OutOfTimeError
    try:
        yield
    finally:
        semaphore.release()
