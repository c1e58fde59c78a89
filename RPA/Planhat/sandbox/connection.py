"""The HTTP connections of the sandbox: they stay open, each has a thread, and a response can end in many ways."""

from __future__ import annotations

import io
import socket
import struct
import time
import traceback
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request

if TYPE_CHECKING:
    from threading import Event

    from RPA.Planhat.sandbox.responses import Response

MOST_BYTES = 32 * 1024 * 1024
"""Bytes of a body that Planhat takes at most."""

SMALL = 64 * 1024
"""Bytes of a body that are read even if the token is wrong, so that the connection can stay open."""

PIECE = 64 * 1024
MOST_DIGITS = 18
LINGER = 2.0
"""Seconds in which a caller whose body is refused may read the response."""

NO_LINGER = struct.pack("ii", 1, 0)


class HeadError(Exception):
    """A request that is refused for its head.

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


class Connection(WSGIRequestHandler):
    """One connection. Werkzeug's own handler closes it after each response; this one keeps it, as Planhat does."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_version = "planhat-sandbox"
    sys_version = ""

    @property
    def sandbox(self) -> Any:
        """The sandbox that the connection belongs to."""
        return self.server.app

    @property
    def stopping(self) -> Event:
        """What is set when the sandbox stops; waiting for it is a pause that ends then."""
        return self.sandbox.stopping  # type: ignore[no-any-return]

    def handle(self) -> None:
        """Answers requests until the connection ends, on purpose or not."""
        try:
            super().handle()
        except Gone:
            return

    def finish(self) -> None:
        """Lets go of the connection, which a fault may have ended already."""
        if not self.rfile.closed:
            super().finish()

    def run_wsgi(self) -> None:
        """Reads a request and sends the response; Werkzeug calls it for each.

        What the head alone shows to be wrong is refused before anything of the body is read: nobody can make the
        sandbox take memory, or run the rest of a body as a request of its own.
        """
        started = time.time()
        environ = self.make_environ()
        request = Request(environ)
        try:
            length, is_chunked = self._checked_head(request)
            body = self._chunks(environ["wsgi.input"]) if is_chunked else self.rfile.read(length)
        except HeadError as error:
            self._refuse(error, started)
            return
        except (OSError, ValueError):
            self._refuse(HeadError(400, "The request cannot be read"), started)
            return
        environ["wsgi.input"] = io.BytesIO(body)
        environ["wsgi.input_terminated"] = True
        self.sandbox.serve(self, request, body, started)

    def _checked_head(self, request: Request) -> tuple[int, bool]:
        """Returns the length of the body, and whether it comes in chunks.

        Raises:
            HeadError: If the head does not define where the body ends, or the body is not welcome.
        """
        lengths = self.headers.get_all("Content-Length", [])
        encodings = self.headers.get_all("Transfer-Encoding", [])
        is_chunked = [each.strip().lower() for each in encodings] == ["chunked"]
        if len(lengths) > 1 or (encodings and (lengths or not is_chunked)):
            raise HeadError(400, "The length of the body is ambiguous")
        if lengths and not (lengths[0].isascii() and lengths[0].isdecimal()):
            raise HeadError(400, "Content-Length must be a whole number")
        length = int(lengths[0][:MOST_DIGITS]) if lengths else 0
        if length > MOST_BYTES:
            raise HeadError(413, "The body is too large")
        if (is_chunked or length > SMALL) and not self.sandbox.is_authorized(request):
            raise HeadError(401, "Unauthorized")
        return length, is_chunked

    def _chunks(self, stream: Any) -> bytes:
        parts, size = [], 0
        while part := stream.read(PIECE):
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                raise HeadError(413, "The body is too large")
        return b"".join(parts)

    def _refuse(self, error: HeadError, started: float) -> None:
        """Answers a request whose body is not read, and closes the connection so that the caller sees the answer."""
        self.close_connection = True
        response = self.sandbox.refused(self, error.status, error.message, started)
        with suppress(OSError):
            self.send(self.message(response))
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(LINGER)
            end = time.monotonic() + LINGER
            while time.monotonic() < end and self.connection.recv(PIECE):
                pass

    def message(self, response: Response) -> bytes:
        """Returns a response as it goes over the wire."""
        known = response.status in HTTPStatus._value2member_map_
        headers = {
            "Server": self.server_version,
            "Date": self.date_time_string(),
            "Content-Type": response.content_type,
            "Content-Length": str(len(response.body)),
            "Connection": "close" if self.close_connection else "keep-alive",
            **response.headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        phrase = HTTPStatus(response.status).phrase if known else "Status"
        head = f"HTTP/1.1 {response.status} {phrase}\r\n{lines}\r\n".encode("latin-1", "replace")
        return head if self.command == "HEAD" else head + response.body

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

    def log(self, *_: Any) -> None:
        """Says nothing: the request log keeps everything."""


class Listener(ThreadedWSGIServer):
    """Takes connections, and answers 500 where the sandbox itself fails."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def server_bind(self) -> None:
        """Takes the port; Werkzeug would end the whole program when it is taken.

        On Windows a second program could listen at the same port and get some of the calls, unless it is exclusive.

        Raises:
            ValueError: If the address is not available.
        """
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
        if exclusive is not None:
            self.allow_reuse_address = False
            self.socket.setsockopt(socket.SOL_SOCKET, exclusive, 1)
        try:
            super().server_bind()
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise ValueError(f"The sandbox cannot listen at {self.host}, port {self.port}: {reason}.") from error

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the base class has it
        """Keeps the traceback in the request log, where tests and people find it."""
        self.app.note_failure(traceback.format_exc())  # type: ignore[attr-defined]
        with suppress(OSError):
            request.sendall(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
