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

from RPA.Planhat.sandbox.responses import Response

if TYPE_CHECKING:
    from threading import Event

BAD_REQUEST = 400
NO_LINGER = struct.pack("ii", 1, 0)


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
        """Reads a request and sends the response; Werkzeug calls it for each."""
        started = time.time()
        environ = self.make_environ()
        try:
            body = environ["wsgi.input"].read(-1 if environ.get("wsgi.input_terminated") else self._length())
        except OSError:
            self.close_connection = True
            self.send(self.message(Response(BAD_REQUEST)))
            return
        environ["wsgi.input"] = io.BytesIO(body)
        environ["wsgi.input_terminated"] = True
        self.sandbox.serve(self, Request(environ), body, started)

    def _length(self) -> int:
        length = self.headers.get("Content-Length", "0")
        return int(length) if length.isdecimal() and length.isascii() else 0

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

        Raises:
            ValueError: If the address is not available.
        """
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
