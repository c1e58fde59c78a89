"""The server: the way of a request through the sandbox, and its start and end."""

from __future__ import annotations

import time
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from RPA.Planhat.sandbox import admin_routes, faults
from RPA.Planhat.sandbox.admin import Controls, State
from RPA.Planhat.sandbox.app import OPEN_ROUTES, Api
from RPA.Planhat.sandbox.connection import Connection, Listener
from RPA.Planhat.sandbox.responses import Response, error_response
from RPA.Planhat.sandbox.settings import Settings

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from RPA.Planhat.sandbox.faults import Fault


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
        self._server = Listener(host, port, self, handler=Connection)
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

    def serve(self, connection: Connection, request: Request, body: bytes, started: float) -> None:
        """Answers one request: faults first, then limits, then Planhat; everything goes into the log."""
        path = urlsplit(str(request.environ["RAW_URI"])).path
        if admin_routes.is_local(request.method, path, connection.client_address[0]):
            connection.send(connection.message(admin_routes.answer(self.state, self.controls, request, path)))
            return
        endpoint, route, parts = self.api.route_of(request.method, path)
        active = self.state.faults.pick(request.method, route, path)
        response = faults.spoiled(self._response(request, endpoint, parts, active), active)
        if self.state.dialect.cors:
            response.headers["Access-Control-Allow-Origin"] = "*"
        is_answered = not any(each.kind in faults.UNANSWERED for each in active)
        self.state.log.add(
            time=started, method=request.method, path=path, route=route, query=dict(request.args.items()),
            headers=dict(request.headers.items()), body=body, status=response.status if is_answered else 0,
            answer=response.body if is_answered else b"", seconds=time.time() - started,
            fault=" ".join(each.kind for each in active), notes=tuple(response.notes),
        )  # fmt: skip
        faults.deliver(connection, response, active)

    def note_failure(self, problem: str) -> None:
        """Keeps the traceback of a failure of the sandbox itself in the request log."""
        self.state.log.add(
            time=time.time(), method="", path="", route="", query={}, headers={}, body=b"", status=500,
            answer=problem.encode(), seconds=0.0, fault="", notes=("the sandbox failed",),
        )  # fmt: skip

    def _response(self, request: Request, endpoint: str, parts: dict[str, str], active: list[Fault]) -> Response:
        self.stopping.wait(self.state.latency + sum(each.seconds for each in active if each.kind == "latency"))
        if any(faults.is_instead(each) for each in active):
            return Response(0)
        if endpoint in OPEN_ROUTES:
            return self.api.answer(request, endpoint, parts)
        limits, dialect = self.state.limits, self.state.dialect
        wait = limits.enter()
        try:
            if wait:
                response = error_response(429, "Too many requests", dialect)
            else:
                faults.disturb_list(self.state.store, request, active)
                response = self.api.answer(request, endpoint, parts)
        finally:
            limits.leave()
        if limits.active:
            response.headers |= limits.headers(dialect, wait)
        return response
