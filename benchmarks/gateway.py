"""A gateway in front of a sandbox that spoils a share of the writes, as load balancers and networks do."""

from __future__ import annotations

import http.client
import random
import socket
import struct
import threading
import time
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_LINGER = struct.pack("ii", 1, 0)
LATE_SECONDS = 0.15
PASSED_ON = ("Authorization", "Content-Type", "Accept")


class Shares(NamedTuple):
    """How many of the writes meet each fate, as shares of 1; all others go well.

    Attributes:
        lost: The connection is reset before anything is processed.
        cut: The write is done, and the connection reset instead of an answer.
        late_answer: The write is done, and answered with 504.
        refused: The write is refused with 503.
        quick: The write is done, and answered with 503 at once, as by a gateway whose upstream breaks off.
        late: The write is answered with 504 and done a moment later.
    """

    lost: float = 0.06
    cut: float = 0.06
    late_answer: float = 0.06
    refused: float = 0.06
    quick: float = 0.03
    late: float = 0.0


class Gateway:
    """The gateway.

    Args:
        target: The URL of the sandbox.
        shares: How often what goes wrong.
        seed: Where chance begins.
    """

    def __init__(self, target: str, shares: Shares, seed: int = 1) -> None:
        self._target = urlsplit(target).netloc
        self._shares = shares
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self._late: list[threading.Thread] = []
        self.fates: Counter[str] = Counter()
        self.url = ""

    def draw(self) -> str:
        """Returns the fate of the next write."""
        with self._lock:
            point = self._chance.random()
            fate = "well"
            for name, share in self._shares._asdict().items():
                if 0 <= point < share:
                    fate = name
                point -= share
            self.fates[fate] += 1
            return fate

    def forward(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Passes a request on and returns status and body of the answer."""
        link = http.client.HTTPConnection(self._target, timeout=30)
        try:
            link.request(method, path, body or None, headers)
            answer = link.getresponse()
            return answer.status, answer.read()
        finally:
            link.close()

    def forward_late(self, *request: Any) -> None:
        """Passes a request on a moment later."""

        def run() -> None:
            time.sleep(LATE_SECONDS)
            self.forward(*request)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self._late.append(thread)

    def settle(self) -> None:
        """Waits until all late writes are done."""
        for thread in self._late:
            thread.join()


def _handler(gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name: self.headers[name] for name in PASSED_ON if self.headers[name]}
            request = (self.command, self.path, headers, body)
            fate = "well" if self.command == "GET" else gateway.draw()
            if fate == "refused":
                return self._answer(503, b"busy")
            if fate == "late":
                gateway.forward_late(*request)
                return self._answer(504, b"late")
            answer = (0, b"") if fate == "lost" else gateway.forward(*request)
            if fate in ("lost", "cut"):
                return self._reset()
            if fate == "quick":
                return self._answer(503, b"upstream broke off")
            return self._answer(504, b"late") if fate == "late_answer" else self._answer(*answer)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 - the names that the base class calls

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _reset(self) -> None:
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            self.connection.shutdown(socket.SHUT_RD)

        def log_message(self, *_: Any) -> None:
            return

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def shutdown_request(self, request: Any) -> None:
        # A regular shutdown would send FIN before the reset.
        request.close()


@contextmanager
def gateway_to(target: str, shares: Shares, seed: int = 1) -> Iterator[Gateway]:
    """Runs a gateway while the block runs."""
    gateway = Gateway(target, shares, seed)
    server = _Server(("127.0.0.1", 0), _handler(gateway))
    gateway.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        gateway.settle()
        server.shutdown()
        server.server_close()
