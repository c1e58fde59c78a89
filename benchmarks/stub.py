"""A server that costs next to nothing: it sends ready-made bytes, and counts rows instead of reading them.

All rows of a table have the same length, so that a page is a slice of one long text. It listens on a free port, which
it prints.

    python -m benchmarks.stub --delay 0.05 --rows endusers=500000
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import threading
import time
from collections import deque
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlsplit

from benchmarks.shapes import COMPANY, ENDUSER, FLAT, ID, KEY, NUMBER, VARIANTS, numbered, template

DIFFERENT = 100_000
"""Different rows of a table; a longer one has them again and again, unless only some fields are asked for."""

SHAPES: dict[str, dict[str, Any]] = {
    "companies": COMPANY,
    "leancompanies": {name: COMPANY[name] for name in ("_id", "name", "externalId", "sourceId")},
    "endusers": ENDUSER,
    "issues": FLAT,
    "tasks": FLAT,
}
"""What the rows of a table look like, by path. Issues and tasks are those with few lists and objects."""

COUNTS = {"companies": 100_000, "leancompanies": 100_000, "endusers": 200_000, "issues": 100_000, "tasks": 50_000}
"""Rows by path."""

CAPS = {"companies": 5000}
CUSTOM_TYPES = {bool: "checkbox", int: "number", float: "number", list: "multipicklist"}
"""Types of custom fields by what a value is in Python; all others are text."""
ARCHIVED = ("archived", "isArchived")


class Rows:
    """Rows as one text, in which each takes the same number of bytes.

    Args:
        row: A row, in which a text stands for its number.
        count: Different rows.
    """

    def __init__(self, row: str, count: int) -> None:
        self._row = row
        self._count = count
        self._width = len(row) + 1

    @cached_property
    def _text(self) -> memoryview:
        return memoryview("".join(f"{numbered(self._row, number)}," for number in range(self._count)).encode())

    def page(self, start: int, stop: int) -> list[bytes | memoryview]:
        """Returns the bytes of some rows in pieces, without the last comma."""
        pieces: list[bytes | memoryview] = []
        while start < stop:
            first = start % self._count
            some = min(stop - start, self._count - first)
            text = self._text[first * self._width : (first + some) * self._width]
            pieces.append(text if start < self._count else self._with_own_ids(text, start, some))
            start += some
        return [*pieces[:-1], pieces[-1][:-1]] if pieces else []

    def _with_own_ids(self, text: memoryview, start: int, count: int) -> bytes:
        """Returns rows that came before once more, each with an id of its own: a list never has one twice."""
        place = self._row.find(ID + NUMBER) + len(ID)
        if place < len(ID):
            return bytes(text)
        rows = bytearray(text)
        for number in range(count):
            at = number * self._width + place
            rows[at : at + len(NUMBER)] = b"%08d" % (start + number)
        return bytes(rows)


class Stub:
    """The tables, and the limits on calls.

    Args:
        delay: Seconds that each answer takes.
        limit: Calls in any so many seconds; more are answered 429.
        seconds: How many seconds.
        counts: Rows by path.
        variant: What rows of companies and endusers look like, see `shapes.VARIANTS`.
    """

    def __init__(
        self, delay: float, limit: int, seconds: float, counts: dict[str, int], variant: str = "recorded"
    ) -> None:
        self.shapes = {**SHAPES, **VARIANTS[variant]}
        self.delay = delay
        self.limit, self.seconds = limit, seconds
        self.calls: deque[float] = deque(maxlen=limit or 1)
        self.counts = {**COUNTS, **counts}
        self.refused = 0
        self.lock = threading.Lock()
        self.texts: dict[tuple[str, str], Rows] = {}
        self.keys = Rows(template(COMPANY, "externalId"), max(DIFFERENT, *self.counts.values()))
        self.one = numbered(template(self.shapes["companies"]), 7).encode()
        self.id_of_one = numbered(ID + NUMBER, 7).encode()

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, list[bytes | memoryview]]:
        """Returns status and body, after the delay that stands for a line."""
        url = urlsplit(target)
        if url.path == "/refused":
            return 200, [str(self.refused).encode()]
        if not self._within_limit():
            return 429, [b"{}"]
        if self.delay:
            time.sleep(self.delay)
        name, _, rest = url.path.strip("/").partition("/")
        if method == "PUT" and not rest:
            return 200, self._upserted(body)
        if name == "customfields" and not rest:
            return 200, [b"[]" if "offset=0" not in url.query else self._custom_fields()]
        if rest or name not in SHAPES:
            is_id = len(rest) == len(self.id_of_one)
            return 200, [self.one.replace(self.id_of_one, rest.encode()) if is_id else self.one]
        return 200, self._page(name, {key: values[0] for key, values in parse_qs(url.query).items()})

    def _custom_fields(self) -> bytes:
        """Returns the custom fields that the rows have, which a client may check values against."""
        found: list[dict[str, Any]] = []
        for parent, shape in (("company", self.shapes["companies"]), ("enduser", self.shapes["endusers"])):
            for name, value in shape.get("custom", {}).items():
                kind = CUSTOM_TYPES.get(type(value), "text")
                options = [str(each) for each in value] if isinstance(value, list) else []
                own_id = f"{len(found):024x}"
                found.append({"_id": own_id, "name": name, "parent": parent, "type": kind, "listValues": options})
        return json.dumps(found).encode()

    def _within_limit(self) -> bool:
        with self.lock:
            now = time.monotonic()
            if self.limit and len(self.calls) == self.limit and now - self.calls[0] < self.seconds:
                self.refused += 1
                return False
            self.calls.append(now)
            return True

    def _page(self, name: str, query: dict[str, str]) -> list[bytes | memoryview]:
        count = 0 if any(each in query for each in ARCHIVED) else self.counts[name]
        start = int(query.get("offset", 0))
        size = count if name == "leancompanies" else min(int(query.get("limit", 100)), CAPS.get(name, 2000))
        return [b"[", *self._rows(name, query.get("select", "")).page(start, min(start + size, count)), b"]"]

    def _rows(self, name: str, select: str) -> Rows:
        with self.lock:
            if (name, select) not in self.texts:
                different = self.counts[name] if select else min(self.counts[name], DIFFERENT)
                self.texts[name, select] = Rows(template(self.shapes[name], select), max(different, 1))
            return self.texts[name, select]

    def _upserted(self, body: bytes) -> list[bytes | memoryview]:
        """Returns the result of a bulk call; rows whose keys follow each other are not looked at one by one."""
        key, begin = (b"externalId", KEY) if b'"externalId"' in body else (b"_id", ID)
        pattern, count = rb'"%s": ?"%s(\d+)"' % (key, begin.encode()), body.count(b'"%s"' % key)
        first, last = re.search(pattern, body[:4000]), re.search(pattern, body[-4000:])
        start = int(first[1]) if first else 0
        if first and last and int(last[1]) - start < count:
            keys = self.keys.page(start, start + count)
        else:
            numbers = [int(each) for each in re.findall(pattern, body)]
            keys = [b",".join(bytes(piece) for number in numbers for piece in self.keys.page(number, number + 1))]
        counts = b'{"created":0,"nonupdates":0,"updated":%d,"createdErrors":[],"updatedErrors":[],' % count
        return [counts, b'"updatesKeys":[', *keys, b"]}"]


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


def _count(text: str) -> tuple[str, int]:
    name, _, count = text.partition("=")
    return name, int(count)


def main() -> None:
    """Serves until it is killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0.0, help="seconds that each answer takes")
    parser.add_argument("--limit", type=int, default=0, help="calls in any --seconds; more are answered 429")
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--rows", type=_count, nargs="*", default=[], help="rows by path, such as endusers=500000")
    parser.add_argument("--shape", choices=VARIANTS, default="recorded", help="what companies and endusers look like")
    options = parser.parse_args()
    stub = Stub(options.delay, options.limit, options.seconds, dict(options.rows), options.shape)
    server = socket.create_server(("127.0.0.1", 0), backlog=128)
    print(server.getsockname()[1], flush=True)
    while True:
        connection, _ = server.accept()
        threading.Thread(target=serve, args=(stub, connection), daemon=True).start()


if __name__ == "__main__":
    main()
