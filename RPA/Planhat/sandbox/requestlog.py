"""What was asked and answered, for tests to look at; secrets are masked."""

from __future__ import annotations

import json
import re
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import count, islice
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MASK = "***"
LONGEST_BODY = 8_000_000
"""Bytes of one body that the log keeps."""

MOST_BYTES = 64_000_000
"""Bytes of all bodies that the log keeps; the oldest requests go first."""

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
        secrets: Texts that are masked wherever they stand.
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
        self, method: str | None = None, route: str | None = None, last: int | None = None
    ) -> list[dict[str, Any]]:
        """Returns requests, the oldest first, without secrets.

        Args:
            method: Only this HTTP method.
            route: Only this route, such as `/companies/{id}`, or the path as it was sent.
            last: Only so many, the latest.
        """
        with self._lock:
            found = [each for each in self._entries if _matches(each, method, route)]
        return [self._shown(each) for each in islice(found, max(len(found) - last, 0) if last is not None else 0, None)]

    def _shown(self, entry: Entry) -> dict[str, Any]:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(entry.time))
        return {
            "number": entry.number,
            "time": f"{stamp}.{int(entry.time * 1000) % 1000:03d}Z",
            "method": entry.method,
            "path": self.masked(entry.path),
            "route": self.masked(entry.route),
            "query": self._masked_items(entry.query),
            "headers": self._masked_items(entry.headers),
            "body": self._content(entry.body),
            "status": entry.status,
            "answer": self._content(entry.answer),
            "milliseconds": round(entry.seconds * 1000, 3),
            "fault": entry.fault,
            "notes": list(entry.notes),
        }

    def _masked_items(self, items: Mapping[str, str]) -> dict[str, str]:
        return {name: MASK if _SECRET_NAME.search(name) else self.masked(value) for name, value in items.items()}

    def _content(self, body: bytes) -> Any:
        text = self.masked(body.decode("utf-8", "replace"))
        try:
            return json.loads(text)
        except ValueError:
            return text

    def masked(self, text: str) -> str:
        """Returns a text without secrets."""
        for secret in self.secrets:
            if secret:
                text = text.replace(secret, MASK)
        return text


def _matches(entry: Entry, method: str | None, route: str | None) -> bool:
    return (method is None or entry.method == method.upper()) and (route is None or route in (entry.route, entry.path))
