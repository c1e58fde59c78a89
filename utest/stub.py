"""A scripted stand-in for Planhat: real HTTP on a free loopback port, and a list of what came over the wire."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from RPA.Planhat.transport import Settings

TOKEN = "tok-5ecret-5ecret-5ecret-5ecret-5ecret"
TENANT = "1f2e3d4c-aaaa-4bbb-8ccc-123456789abc"

QUICK = Settings(calls_per_minute=0, calls_per_second=0, backoff=0.01, throttle_backoff=0.01, timeout=20, retries=2)
"""What connections in tests are told: short times."""


@dataclass(frozen=True)
class Seen:
    """A request as it came over the wire."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def call(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Reply:
    """What the stub answers; a body that is not bytes goes out as JSON."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Handler = Callable[[Seen], Reply]


def reply(body: Any = b"", status: int = 200, **headers: str) -> Reply:
    return Reply(body, status, {name.replace("_", "-"): value for name, value in headers.items()})


def an_id(number: int) -> str:
    """Returns a Planhat id; ids sort as their numbers do."""
    return f"{number:024x}"


class Stub:
    """The server. Routes are exact paths as sent on the wire; the answers of a script come one after the other."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.routes: dict[str, Handler] = {}
        self.url = ""

    def on(self, call: str, *answers: Reply | Handler) -> None:
        """Answers calls such as `GET /companies`: in turn, the last answer for ever."""
        queue = list(answers)

        def answer(request: Seen) -> Reply:
            given = queue.pop(0) if len(queue) > 1 else queue[0]
            return given if isinstance(given, Reply) else given(request)

        self.routes[call] = answer

    def answer(self, request: Seen) -> Reply:
        self.seen.append(request)
        handler = self.routes.get(request.call) or self.routes.get(f"{request.method} *")
        return handler(request) if handler else reply({"message": "no such route"}, 404)

    @property
    def calls(self) -> list[str]:
        return [request.call for request in self.seen]

    @property
    def writes(self) -> list[Seen]:
        return [request for request in self.seen if request.method != "GET"]

    @property
    def last(self) -> Seen:
        return self.seen[-1]


class Table:
    """Rows behind a list route that caps its pages; `between` may change the rows after each page."""

    def __init__(
        self, rows: list[dict[str, Any]], *, cap: int = 5000, between: Callable[[Table], None] | None = None
    ) -> None:
        self.rows = rows
        self.cap = cap
        self.between = between

    def __call__(self, request: Seen) -> Reply:
        query = request.query
        start, size = int(query.get("offset", 0)), min(int(query.get("limit", 100)), self.cap)
        page = self._sorted(query.get("sort", "_id"))[start : start + size]
        if self.between is not None:
            self.between(self)
        return reply(page)

    def _sorted(self, sort: str) -> list[dict[str, Any]]:
        key = sort.lstrip("-")
        return sorted(self.rows, key=lambda row: str(row.get(key, "")), reverse=sort.startswith("-"))


class Upserts:
    """A bulk route that keeps keyed rows; `poison` names rows that make Planhat refuse the whole call."""

    def __init__(self, key: str = "externalId", poison: tuple[str, ...] = ()) -> None:
        self.key = key
        self.poison = poison
        self.stored: dict[str, dict[str, Any]] = {}

    def __call__(self, request: Seen) -> Reply:
        rows = request.json
        if any(row.get(self.key) in self.poison for row in rows):
            return reply(b"Cast to Number failed", 400, Content_Type="text/plain")
        envelope: dict[str, Any] = {"created": 0, "updated": 0, "nonupdates": 0, "insertsKeys": [], "updatesKeys": []}
        for row in rows:
            self._store(row, envelope)
        return reply({**envelope, "createdErrors": [], "updatedErrors": []})

    def _store(self, row: dict[str, Any], envelope: dict[str, Any]) -> None:
        key = row[self.key]
        before = self.stored.get(key)
        if before is not None and before | row == before:
            envelope["nonupdates"] += 1
            return
        record = {"_id": an_id(len(self.stored) + 1), **(before or {}), **row}
        self.stored[key] = record
        count, keys = ("created", "insertsKeys") if before is None else ("updated", "updatesKeys")
        envelope[count] += 1
        envelope[keys].append({"_id": record["_id"], self.key: key})


@contextmanager
def running(stub: Stub) -> Iterator[Stub]:
    """Serves a stub while the block runs."""

    class Wire(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = stub.answer(Seen(self.command, self.path, dict(self.headers.items()), body))
            self.send_response(answer.status)
            for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Wire)
    server.daemon_threads, server.block_on_close = True, False
    stub.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()


def decoded(request: Seen) -> str:
    """Returns the path as a server reads it that decodes every segment."""
    return unquote(request.path)


def nowhere() -> str:
    """Returns a URL on this machine where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"
