"""The HTTP server: connections that stay open, one thread each, and the way of a request through the sandbox."""

from __future__ import annotations

import io
import time
import traceback
from contextlib import suppress
from http import HTTPStatus
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request

from RPA.Planhat.sandbox import admin_routes, data_faults, fault_delivery
from RPA.Planhat.sandbox.admin import Controls
from RPA.Planhat.sandbox.answer import Answer, error_answer
from RPA.Planhat.sandbox.app import OPEN_ROUTES, Api
from RPA.Planhat.sandbox.settings import Settings
from RPA.Planhat.sandbox.state import State

if TYPE_CHECKING:
    from RPA.Planhat.sandbox.faults import Fault

BAD_REQUEST, TOO_MANY, BROKEN = 400, 429, 500


class Handler(WSGIRequestHandler):
    """One connection. Werkzeug's own handler closes it after each answer; this one keeps it, as Planhat does."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_version = "planhat-sandbox"
    sys_version = ""

    @property
    def sandbox(self) -> SandboxServer:
        """The server that the connection belongs to."""
        return self.server.app  # type: ignore[return-value]

    def handle(self) -> None:
        """Answers requests until the connection ends, on purpose or not."""
        try:
            super().handle()
        except fault_delivery.Gone:
            return

    def finish(self) -> None:
        """Lets go of the connection, which a fault may have ended already."""
        if not self.rfile.closed:
            super().finish()

    def run_wsgi(self) -> None:
        """Reads a request and sends the answer, in the name of Werkzeug."""
        started = time.time()
        environ = self.make_environ()
        try:
            body = environ["wsgi.input"].read(-1 if environ.get("wsgi.input_terminated") else self._length())
        except OSError:
            self.close_connection = True
            self.connection.sendall(self.message(Answer(BAD_REQUEST)))
            return
        environ["wsgi.input"] = io.BytesIO(body)
        environ["wsgi.input_terminated"] = True
        self.sandbox.serve(self, Request(environ), body, started)

    def _length(self) -> int:
        length = self.headers.get("Content-Length", "0")
        return int(length) if length.isdecimal() and length.isascii() else 0

    def message(self, answer: Answer) -> bytes:
        """Returns an answer as it goes over the wire."""
        phrase = HTTPStatus(answer.status).phrase if answer.status in HTTPStatus._value2member_map_ else "Status"
        headers = {
            "Server": self.server_version,
            "Date": self.date_time_string(),
            "Content-Type": answer.content_type,
            "Content-Length": str(len(answer.body)),
            "Connection": "close" if self.close_connection else "keep-alive",
            **answer.headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"HTTP/1.1 {answer.status} {phrase}\r\n{lines}\r\n".encode("latin-1", "replace")
        return head if self.command == "HEAD" else head + answer.body

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
            ValueError: If the address can not be had.
        """
        try:
            super().server_bind()
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or error
            raise ValueError(f"The sandbox can not listen at {self.host}, port {self.port}: {reason}.") from error

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the base class has it
        """Keeps the traceback in the request log, where tests and people find it."""
        problem = traceback.format_exc()
        self.app.state.log.add(  # type: ignore[attr-defined]
            time=time.time(), method="", path="", route="", query={}, headers={}, body=b"", status=BROKEN,
            answer=problem.encode(), seconds=0.0, fault="", notes=("the sandbox failed",),
        )  # fmt: skip
        with suppress(OSError):
            request.sendall(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


class SandboxServer:
    """A local Planhat that answers over HTTP from a thread of this process.

    Args:
        settings: How it is set up.
        host: The address to listen at; only this machine reaches the default.
        port: The port; a free one when it is 0.
    """

    def __init__(self, settings: Settings | None = None, host: str = "127.0.0.1", port: int = 0) -> None:
        self.state = State(settings or Settings())
        self.api = Api(self.state)
        self.controls = Controls(self.state)
        self.stopping = Event()
        self._server = Listener(host, port, self, handler=Handler)
        self._thread: Thread | None = None

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Never runs: the handler passes requests on itself. Werkzeug's server wants an application, though."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        """Where it answers, both as API and as analytics host."""
        host = self._server.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self._server.port}"

    def start(self) -> str:
        """Seeds the data, begins to answer, and returns the URL."""
        self.controls.begin()
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name="planhat-sandbox", daemon=True)
        self._thread.start()
        return self.url

    def call(self, operation: str, **arguments: Any) -> Any:
        """Does one operation on the running sandbox and returns its result."""
        return self.controls.call(operation, **arguments)

    def stop(self) -> None:
        """Ends all connections and lets go of the port and the data."""
        self.stopping.set()
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self.state.store.close()

    def serve(self, handler: Handler, request: Request, body: bytes, started: float) -> None:
        """Answers one request: faults first, then limits, then Planhat; everything goes into the log."""
        path = urlsplit(str(request.environ["RAW_URI"])).path
        if admin_routes.is_local(request.method, path, handler.client_address[0]):
            handler.connection.sendall(handler.message(admin_routes.answer(self.state, self.controls, request, path)))
            return
        endpoint, route, parts = self.api.route_of(request.method, path)
        faults = self.state.faults.pick(request.method, route, path)
        answer = fault_delivery.spoiled(self._answer(request, endpoint, parts, faults), faults)
        if self.state.dialect.cors:
            answer.headers["Access-Control-Allow-Origin"] = "*"
        answered = not any(each.kind in fault_delivery.UNANSWERED for each in faults)
        self.state.log.add(
            time=started, method=request.method, path=path, route=route, query=dict(request.args.items()),
            headers=dict(request.headers.items()), body=body, status=answer.status if answered else 0,
            answer=answer.body if answered else b"", seconds=time.time() - started,
            fault=" ".join(each.kind for each in faults), notes=tuple(answer.notes),
        )  # fmt: skip
        fault_delivery.deliver(handler, answer, faults)

    def _answer(self, request: Request, endpoint: str, parts: dict[str, str], faults: list[Fault]) -> Answer:
        self.stopping.wait(self.state.latency + sum(each.seconds for each in faults if each.kind == "latency"))
        if any(fault_delivery.is_instead(each) for each in faults):
            return Answer(0)
        if endpoint in OPEN_ROUTES:
            return self.api.answer(request, endpoint, parts)
        wait = self.state.limits.enter()
        try:
            answer = self._limited(request, endpoint, parts, faults, wait)
        finally:
            self.state.limits.leave()
        if self.state.limits.active:
            answer.headers |= self.state.limits.headers(self.state.dialect, wait)
        return answer

    def _limited(
        self, request: Request, endpoint: str, parts: dict[str, str], faults: list[Fault], wait: float
    ) -> Answer:
        if wait:
            return error_answer(TOO_MANY, "Too many requests", self.state.dialect)
        with data_faults.around(self.state, request, faults) as changed:
            return self.api.answer(changed, endpoint, parts)
