"""The requests that a sandbox gets: counted for Planhat's rate limits, and kept for tests to look at."""

from __future__ import annotations

import json
import re
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import count, islice
from math import ceil
from threading import Lock
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox.responses import http_date
from RPA.Planhat.sandbox.values import is_too_deep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from RPA.Planhat.sandbox.settings import Dialect

MINUTE, SECOND = 60.0, 1.0


@dataclass
class RateLimits:
    """Counts requests, and reports when there were too many.

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
        """Resets the counters."""
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
    return {"Retry-After": str(seconds) if dialect.retry_after == "seconds" else http_date(time.time() + seconds)}


MASK = "***"
LONGEST_BODY = 8_000_000
"""Bytes of one body that the log keeps."""

MOST_BYTES = 64_000_000
"""Bytes of all bodies that the log keeps; the oldest requests go first."""

LONGEST_SECRET = 4096

_SECRET_NAME = re.compile(r"authorization|cookie|api-?key|token|secret|password", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """One request with its answer, as they came and went."""

    number: int
    time: float
    method: str
    path: str
    route: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    status: int
    answer: bytes
    seconds: float
    fault: str
    notes: tuple[str, ...]

    @property
    def weight(self) -> int:
        """Bytes of its bodies."""
        return len(self.body) + len(self.answer)


@dataclass
class RequestLog:
    """The last requests of a sandbox.

    Attributes:
        size: How many are kept.
        secrets: Strings that are masked wherever they occur.
    """

    size: int = 10_000
    secrets: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._entries: deque[Entry] = deque()
        self._bytes = 0
        self._numbers = count(1)

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, **parts: Any) -> None:
        """Keeps a request with its answer; of long bodies the beginning."""
        parts.update(body=parts["body"][:LONGEST_BODY], answer=parts["answer"][:LONGEST_BODY])
        with self._lock:
            entry = Entry(number=next(self._numbers), **parts)
            self._entries.append(entry)
            self._bytes += entry.weight
            while len(self._entries) > self.size or self._bytes > MOST_BYTES:
                self._bytes -= self._entries.popleft().weight

    def clear(self) -> None:
        """Forgets all requests."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0
            self._numbers = count(1)

    def entries(
        self, method: str | None = None, route: str | None = None, last: int | None = None, longest: int | None = None
    ) -> list[dict[str, Any]]:
        """Returns requests, the oldest first, without secrets.

        Args:
            method: Only this HTTP method.
            route: Only this route, such as `/companies/{id}`, or the path as it was sent.
            last: Only so many, the latest.
            longest: Bytes of a body beyond which only its beginning is shown, as text.
        """
        with self._lock:
            found = [each for each in self._entries if _matches(each, method, route)]
        return [
            self._shown(each, longest)
            for each in islice(found, max(len(found) - last, 0) if last is not None else 0, None)
        ]

    def _shown(self, entry: Entry, longest: int | None) -> dict[str, Any]:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(entry.time))
        return {
            "number": entry.number,
            "time": f"{stamp}.{int(entry.time * 1000) % 1000:03d}Z",
            "method": entry.method,
            "path": self.masked(entry.path),
            "route": self.masked(entry.route),
            "query": self._masked_items(entry.query),
            "headers": self._masked_items(entry.headers),
            "body": self._content(entry.body, longest),
            "status": entry.status,
            "answer": self._content(entry.answer, longest),
            "milliseconds": round(entry.seconds * 1000, 3),
            "fault": entry.fault,
            "notes": list(entry.notes),
        }

    def _masked_items(self, items: Mapping[str, str]) -> dict[str, str]:
        return {name: MASK if _SECRET_NAME.search(name) else self.masked(value) for name, value in items.items()}

    def _content(self, body: bytes, longest: int | None) -> Any:
        if longest is not None and len(body) > longest:
            # Masked before it is cut, so that no part of a secret is left at the end.
            return self.masked(body[: longest + LONGEST_SECRET].decode("utf-8", "replace"))[:longest] + " …"
        text = self.masked(body.decode("utf-8", "replace"))
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return text
        return text if is_too_deep(value) else value

    def masked(self, text: str) -> str:
        """Returns a string without secrets."""
        for secret in self.secrets:
            if secret:
                text = text.replace(secret, MASK)
        return text


def _matches(entry: Entry, method: str | None, route: str | None) -> bool:
    return (method is None or entry.method == method.upper()) and (route is None or route in (entry.route, entry.path))
