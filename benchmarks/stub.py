"""A server that costs next to nothing: it sends ready-made bytes, and counts rows instead of reading them.

All rows have the same length, so that a page is a slice of one long text. It listens on a free port, which it prints.

    python -m benchmarks.stub --delay 0.05 --per-minute 0
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import threading
import time
from collections import deque
from urllib.parse import parse_qs, urlsplit

ROWS = 100_000
"""Different rows; a longer table has them again and again."""

TABLES = {"companies": 100_000, "endusers": 200_000, "assets": 500_000, "conversations": 1_000_000, "tasks": 50_000}
"""Rows by path. Records of these models look the same here: like companies, with many small lists and objects."""

FLAT_TABLES = {"issues": 100_000}
"""Rows by path, with long texts in place of the lists and objects: what costs the garbage collector least."""

TABLES |= FLAT_TABLES

CAPS = {"companies": 5000}
ID = "65a0%020x"
KEY = "E%08d"

_FACTS = {
    "sourceId": "001%08d",
    "companyId": "65b0%020x",
    "email": "someone.%08d@example.com",
    "owner": "5f0000000000000000000001",
    "coOwner": None,
    "phase": "Adoption",
    "status": "customer",
    "mrr": 1234.5,
    "arr": 14814,
    "h": 5,
    "lastRenewal": None,
    "createdAt": "2024-01-01T10:00:00.000Z",
    "updatedAt": "2024-05-01T10:00:00.000Z",
    "tags": ["north", "pilot"],
    "country": "Sweden",
    "description": "Text",
    "shareable": {"enabled": False, "euIds": [], "sunits": False},
    "followers": [],
    "domains": ["example.com"],
    "collaborators": [],
    "products": ["Basic"],
    "usage": {},
    "features": {},
    "sunits": {},
    "csmScoreLog": [],
    "documents": [],
    "links": [],
    "alerts": [],
    "licenses": [],
    "sales": [],
    "custom": {"ARR": 120000, "Segment": "Enterprise", "Renewal": "2025-01-01", "Plan": "Gold", "Seats": 20},
}
"""As in a list of companies: beside texts and numbers some lists and objects, most of them empty."""


def row(number: int) -> dict[str, object]:
    """Returns a row as it is served: its name sorts like its id."""
    facts = {key: value % number if isinstance(value, str) and "%" in value else value for key, value in _FACTS.items()}
    return {"_id": ID % number, "name": f"Name {number:08d}", "externalId": KEY % number, **facts}


def flat_row(number: int) -> dict[str, object]:
    """Returns a row with few lists and objects."""
    facts = {
        key: value
        for key, value in row(number).items()
        if key in ("tags", "custom") or not isinstance(value, (list, dict))
    }
    return {**facts, "description": "Long text. " * 30}


def lean_row(number: int) -> dict[str, object]:
    """Returns a row with nothing but its ids and name, as `select` and lean lists give it."""
    return {"_id": ID % number, "externalId": KEY % number, "name": f"Name {number:08d}"}


class Rows:
    """Rows as one text, in which each takes the same number of bytes."""

    def __init__(self, texts: list[bytes]) -> None:
        self.width = len(texts[0]) + 1
        self._text = memoryview(b",".join(texts) + b",")
        self._count = len(texts)

    def page(self, start: int, stop: int) -> list[memoryview]:
        """Returns the bytes of some rows in pieces, without the last comma."""
        pieces = []
        while start < stop:
            first = start % self._count
            some = min(stop - start, self._count - first)
            pieces.append(self._text[first * self.width : (first + some) * self.width])
            start += some
        return [*pieces[:-1], pieces[-1][:-1]] if pieces else []


def _texts(make: object, count: int = ROWS) -> Rows:
    return Rows([json.dumps(make(number), separators=(",", ":")).encode() for number in range(count)])  # type: ignore[operator]


class Stub:
    """The tables, and the limits on calls."""

    def __init__(self, delay: float, limit: int, seconds: float) -> None:
        self.delay = delay
        self.limit, self.seconds = limit, seconds
        self.calls: deque[float] = deque(maxlen=limit or 1)
        self.refused = 0
        self.lock = threading.Lock()
        self.full = _texts(row)
        self.flat = _texts(flat_row)
        self.lean = _texts(lean_row)
        self.keys = _texts(lambda number: {"_id": ID % number, "externalId": KEY % number})
        self.one = json.dumps(row(7)).encode()

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, list[bytes | memoryview]]:
        """Returns status and body, after the delay that stands for a line."""
        url = urlsplit(target)
        if not self._within_limit():
            return 429, [b"{}"]
        if self.delay:
            time.sleep(self.delay)
        name, _, rest = url.path.strip("/").partition("/")
        if method == "PUT" and not rest:
            return 200, self._upserted(body)
        if rest or name not in (*TABLES, "leancompanies"):
            return 200, [self.one]
        return 200, self._page(name, {key: values[0] for key, values in parse_qs(url.query).items()})

    def _within_limit(self) -> bool:
        with self.lock:
            now = time.monotonic()
            if self.limit and len(self.calls) == self.limit and now - self.calls[0] < self.seconds:
                self.refused += 1
                return False
            self.calls.append(now)
            return True

    def _page(self, name: str, query: dict[str, str]) -> list[bytes | memoryview]:
        lean = name == "leancompanies"
        count = TABLES["tasks" if lean else name]
        start = int(query.get("offset", 0))
        size = count if lean else min(int(query.get("limit", 100)), CAPS.get(name, 2000))
        rows = self.lean if lean or "select" in query else self.flat if name in FLAT_TABLES else self.full
        return [b"[", *rows.page(start, min(start + size, count)), b"]"]

    def _upserted(self, body: bytes) -> list[bytes | memoryview]:
        first = re.search(rb'"externalId": ?"E(\d+)"', body[:4000])
        count = body.count(b'"externalId"')
        start = int(first[1]) if first else 0
        counts = b'{"created":0,"nonupdates":0,"updated":%d,"createdErrors":[],"updatedErrors":[],' % count
        return [counts, b'"updatesKeys":[', *self.keys.page(start, start + count), b"]}"]


def serve(stub: Stub, connection: socket.socket) -> None:
    """Answers the calls of one connection until it is closed."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    reader = connection.makefile("rb", buffering=1 << 20)
    while line := reader.readline():
        method, target, _ = line.decode().split()
        length = 0
        while (header := reader.readline()) not in (b"\r\n", b""):
            name, _, value = header.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        status, pieces = stub.answer(method, target, reader.read(length))
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {sum(map(len, pieces))}\r\n"
        for piece in _joined([f"{head}\r\n".encode(), *pieces]):
            connection.sendall(piece)


def _joined(pieces: list[bytes | memoryview]) -> list[bytes | memoryview]:
    small = sum(map(len, pieces)) < 100_000
    return [b"".join(pieces)] if small else pieces


def main() -> None:
    """Serves until it is killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0.0, help="seconds that each answer takes")
    parser.add_argument("--limit", type=int, default=0, help="calls in any --seconds; more are answered 429")
    parser.add_argument("--seconds", type=float, default=1.0)
    options = parser.parse_args()
    stub = Stub(options.delay, options.limit, options.seconds)
    server = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(server.getsockname()[1], flush=True)
    while True:
        connection, _ = server.accept()
        threading.Thread(target=serve, args=(stub, connection), daemon=True).start()


if __name__ == "__main__":
    main()
