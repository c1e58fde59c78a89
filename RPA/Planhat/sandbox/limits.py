"""Planhat's rate limits: 200 calls a minute, 150 requests a second, 50 at a time."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from email.utils import formatdate
from math import ceil
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.sandbox.dialect import Dialect

MINUTE, SECOND = 60.0, 1.0


@dataclass
class RateLimits:
    """Counts requests, and says when there were too many.

    Attributes:
        active: Whether anything is limited.
        per_minute: Calls that the quota allows.
        per_second: Requests that the hard limit allows.
        parallel: Requests at the same time.
    """

    active: bool = False
    per_minute: int = 200
    per_second: int = 150
    parallel: int = 50
    clock: Callable[[], float] = time.monotonic
    _times: deque[float] = field(default_factory=deque)
    _running: int = 0
    _lock: Lock = field(default_factory=Lock)

    def enter(self) -> float:
        """Counts a request in; returns the seconds to wait when it is refused, else 0."""
        with self._lock:
            self._running += 1
            return self._wait() if self.active else 0.0

    def leave(self) -> None:
        """Counts a request out."""
        with self._lock:
            self._running -= 1

    def forget(self) -> None:
        """Begins to count anew."""
        with self._lock:
            self._times.clear()

    def _wait(self) -> float:
        moment = self.clock()
        while self._times and self._times[0] <= moment - MINUTE:
            self._times.popleft()
        if self._running > self.parallel:
            return SECOND
        for allowed, window in ((self.per_minute, MINUTE), (self.per_second, SECOND)):
            if len(self._times) >= allowed and self._times[-allowed] > moment - window:
                return self._times[-allowed] + window - moment
        self._times.append(moment)
        return 0.0

    def headers(self, dialect: Dialect, wait: float) -> dict[str, str]:
        """Returns the headers that tell a caller about the quota, in the spellings of the dialect."""
        with self._lock:
            left = max(self.per_minute - len(self._times), 0)
            reset = ceil(self._times[0] + MINUTE - self.clock()) if self._times else 0
        found: dict[str, str] = {}
        if dialect.rate_headers in ("old", "both"):
            found |= {"X-Rate-Limit-Limit": str(self.per_minute), "X-Rate-Limit-Remaining": str(left)}
        if dialect.rate_headers in ("new", "both"):
            found |= {"x-ratelimit-limit": str(self.per_minute), "x-ratelimit-remaining": str(left)}
            found["x-ratelimit-reset"] = str(reset)
        return found | (_retry_after(dialect, wait) if wait else {})


def _retry_after(dialect: Dialect, wait: float) -> dict[str, str]:
    if dialect.retry_after == "none":
        return {}
    seconds = ceil(wait)
    return {
        "Retry-After": str(seconds)
        if dialect.retry_after == "seconds"
        else formatdate(time.time() + seconds, usegmt=True)
    }
