"""The HTTP of the sandbox: requests as they come, and connections that stay open and can end in many ways.

`http.server` would do, but it takes a header that it cannot read for the end of the head, so that a length below it is
lost and the body runs as a request of its own. It also imports TLS and e-mail, a tenth of the time that a start takes.
"""

from __future__ import annotations

import re
import socket
import struct
import time
import traceback
from contextlib import suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from RPA.Planhat.sandbox.responses import http_date, phrase_of

if TYPE_CHECKING:
    from threading import Event

    from RPA.Planhat.sandbox.responses import Response

MOST_BYTES = 32 * 1024 * 1024
"""Bytes of a body that Planhat takes at most."""

SMALL = 64 * 1024
"""Bytes of a body that are read even if the token is wrong, so that the connection can stay open."""

PIECE = 64 * 1024
LONGEST_LINE = 64 * 1024
MOST_HEADERS = 100
MOST_DIGITS = 18
LINGER = 2.0
"""Seconds in which a caller whose body is refused may read the response."""

TLS_HANDSHAKE = b"\x16"
NO_LINGER = struct.pack("ii", 1, 0)

_REQUEST_LINE = re.compile(rb"([A-Za-z-]+) ([!-~\x80-\xff]+) HTTP/1\.([01])\r?\n")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\x00-\x08\x0a-\x1f\x7f]*)\r?\n")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(;[^\r\n]*)?\r?\n")
_LINE_ENDS = (b"\r\n", b"\n")


class HeadError(Exception):
    """A request that is refused for its head, or for how its body ends.

    Args:
        status: The HTTP status.
        message: The message for the caller.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Gone(Exception):  # noqa: N818 - the end of a connection, not an error
    """The connection has ended on purpose."""


class Request:
    """One request.

    Attributes:
        method: The HTTP method.
        path: The path as it was sent, also when the whole URL was.
        query: The parameters of the URL; of several with one name the first.
        headers: The headers by their names in title case; several with one name are joined by commas.
        body: The body.
    """

    def __init__(self, method: str = "", target: str = "/") -> None:
        self.method = method
        try:
            parts = urlsplit("/" + target.lstrip("/") if target.startswith("/") else target)
        except ValueError:
            parts = urlsplit("/")
        self.path = parts.path
        self.query: dict[str, str] = {}
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            self.query.setdefault(name, value)
        self.headers: dict[str, str] = {}
        self.body = b""

    @property
    def content_type(self) -> str:
        """The type of the body without its parameters."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


class Connection(StreamRequestHandler):
    """One connection, which stays open for further requests."""

    disable_nagle_algorithm = True
    close_connection = False
    _is_for_head = False
    _knows_interim = True

    @property
    def sandbox(self) -> Any:
        """The sandbox that the connection belongs to."""
        return self.server.sandbox  # type: ignore[attr-defined]

    @property
    def stopping(self) -> Event:
        """What is set when the sandbox stops; waiting for it is a pause that ends then."""
        stopping: Event = self.sandbox.stopping
        return stopping

    def handle(self) -> None:
        """Answers requests until the connection ends, on purpose or not."""
        with suppress(Gone, ConnectionError):
            while not self.close_connection:
                self._answer_one()

    def _answer_one(self) -> None:
        """Reads a request and sends the response.

        What the head alone shows to be wrong is refused before anything of the body is read: nobody can make the
        sandbox take memory, or run the rest of a body as a request of its own.
        """
        first = self.rfile.read(1)
        if first in (b"", TLS_HANDSHAKE):  # who speaks TLS would wait for an answer that never comes
            self.close_connection = True
            return
        line = first + self.rfile.readline(LONGEST_LINE)
        if line in _LINE_ENDS:
            line = self.rfile.readline(LONGEST_LINE)
        started, request = time.time(), Request()
        try:
            request = self._named(line)
            request.headers |= self._headers()
            options = request.headers.get("Connection", "").lower().split(",")
            self.close_connection |= "close" in map(str.strip, options)
            request.body = self._body(request)
        except HeadError as error:
            self._refuse(error, request, started)
            return
        self.sandbox.serve(self, request, started)

    def _named(self, line: bytes) -> Request:
        found = _REQUEST_LINE.fullmatch(line)
        if not found:
            raise HeadError(400, "The request line is not valid")
        method, target, version = found.groups()
        self._is_for_head = method == b"HEAD"
        self.close_connection = version == b"0"
        self._knows_interim = version != b"0"
        return Request(method.decode(), target.decode("latin-1"))

    def _headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        for _ in range(MOST_HEADERS):
            line = self.rfile.readline(LONGEST_LINE)
            if line in _LINE_ENDS:
                return headers
            found = _HEADER.fullmatch(line)
            if not found:
                raise HeadError(400, "A header is not valid")
            name, value = found[1].decode().title(), found[2].strip(b" \t").decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        raise HeadError(431, "There are too many headers")

    def _body(self, request: Request) -> bytes:
        """Returns the body.

        Raises:
            HeadError: If the head does not define where the body ends, or the body is not welcome.
        """
        given, encoding = request.headers.get("Content-Length"), request.headers.get("Transfer-Encoding")
        is_chunked = encoding is not None
        if "," in request.headers.get("Host", ""):
            raise HeadError(400, "There is more than one host")
        if encoding is not None and (given is not None or encoding.lower() != "chunked"):
            raise HeadError(400, "The length of the body is ambiguous")
        if given is not None and not (given.isascii() and given.isdecimal()):
            raise HeadError(400, "Content-Length must be a whole number")
        # Zeros in front say nothing, and no number is cut before its last digits unless it is far too large.
        length = int(given.lstrip("0")[:MOST_DIGITS] or "0") if given else 0
        if length > MOST_BYTES:
            raise HeadError(413, "The body is too large")
        if (is_chunked or length > SMALL) and not self.sandbox.is_authorized(request):
            raise HeadError(401, "Unauthorized")
        is_asked = self._knows_interim and request.headers.get("Expect", "").lower() == "100-continue"
        if is_asked and (is_chunked or length):
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        return self._chunks() if is_chunked else self._read(length)

    def _read(self, length: int) -> bytes:
        found = self.rfile.read(length)
        if len(found) < length:
            raise HeadError(400, "The body ends too early")
        return found

    def _chunks(self) -> bytes:
        parts: list[bytes] = []
        size = 0
        while True:
            found = _CHUNK.fullmatch(self.rfile.readline(LONGEST_LINE))
            if not found:
                raise HeadError(400, "The size of a chunk is not valid")
            length = int(found[1], 16)
            size += length
            if size > MOST_BYTES:
                raise HeadError(413, "The body is too large")
            if not length:
                self._headers()  # fields behind the body, which nothing here needs
                return b"".join(parts)
            parts.append(self._read(length))
            if self.rfile.readline(3) not in _LINE_ENDS:
                raise HeadError(400, "A chunk is longer than its size")

    def _refuse(self, error: HeadError, request: Request, started: float) -> None:
        """Answers a request whose body is not read, and closes the connection so that the caller gets the answer."""
        self.close_connection = True
        response = self.sandbox.refused(request, error.status, error.message, started)
        with suppress(OSError):
            self.send(self.message(response))
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(LINGER)
            end = time.monotonic() + LINGER
            while time.monotonic() < end and self.connection.recv(PIECE):
                pass

    def message(self, response: Response) -> bytes:
        """Returns a response as it goes over the wire."""
        headers = {
            "Server": "planhat-sandbox",
            "Date": http_date(time.time()),
            "Content-Type": response.content_type,
            "Content-Length": str(len(response.body)),
            "Connection": "close" if self.close_connection else "keep-alive",
            **response.headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"HTTP/1.1 {response.status} {phrase_of(response.status)}\r\n{lines}\r\n".encode("latin-1", "replace")
        return head if self._is_for_head else head + response.body

    def send(self, data: bytes) -> None:
        """Sends bytes as they are."""
        self.connection.sendall(data)

    def reset(self) -> None:
        """Ends the connection with a TCP reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        self._end()

    def hang_up(self) -> None:
        """Ends the connection in the regular way."""
        self.connection.shutdown(socket.SHUT_RDWR)
        self._end()

    def _end(self) -> None:
        self.close_connection = True
        self.rfile.close()
        self.connection.close()
        raise Gone


class Listener(ThreadingTCPServer):
    """Takes connections, and answers 500 where the sandbox itself fails.

    Args:
        host: The address to listen at.
        port: The port; a free one when it is 0.
        sandbox: What answers.

    Raises:
        ValueError: If the address is not available.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, host: str, port: int, sandbox: Any) -> None:
        self.sandbox = sandbox
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            super().__init__((host, port), Connection)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise ValueError(f"The sandbox cannot listen at {host}, port {port}: {reason}.") from error

    def server_bind(self) -> None:
        """Takes the port. On Windows a second program could listen at it and get some calls, unless it is exclusive."""
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
        if exclusive is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, exclusive, 1)
        self.allow_reuse_address = exclusive is None
        super().server_bind()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the base class has it
        """Keeps the traceback in the request log, where tests and people find it."""
        self.sandbox.note_failure(traceback.format_exc())
        with suppress(OSError):
            request.sendall(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
