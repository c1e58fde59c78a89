"""The server: the way of a request through the sandbox, and its start and end."""

from __future__ import annotations

import time
from threading import Event, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from RPA.Planhat.sandbox import admin, faults
from RPA.Planhat.sandbox.admin import Controls, State
from RPA.Planhat.sandbox.app import OPEN_ROUTES, Api
from RPA.Planhat.sandbox.connection import Connection, Listener
from RPA.Planhat.sandbox.responses import Response, error_response, json_response
from RPA.Planhat.sandbox.settings import PREFIX, Settings

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from RPA.Planhat.sandbox.faults import Fault


def path_in(request: Request) -> str:
    """Returns the path of a request as it was sent, also when the whole URL was."""
    try:
        return urlsplit(str(request.environ["RAW_URI"])).path
    except ValueError:
        return "/"


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
        self._is_for_this_machine = host == "localhost" or admin.is_loopback(host)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Never runs: the handler passes requests on itself. Werkzeug's server needs an application, though."""
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
        path = path_in(request)
        stranger = self._stranger(request)
        if stranger:
            connection.send(connection.message(self._logged(request, path, body, started, stranger)))
            return
        if admin.is_local(request.method, path, connection.client_address[0]):
            connection.send(connection.message(admin.answer(self.state, self.controls, request, path)))
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

    def _stranger(self, request: Request) -> Response | None:
        """Returns the refusal of a request that a foreign page makes, in a browser of this machine or by a DNS trick.

        Only a sandbox for this machine alone asks for that; one that listens for others may be called by any name.
        """
        origin = request.headers.get("Origin")
        host = request.headers.get("Host", "localhost")
        if self._is_for_this_machine and not admin.is_known_host(host, self.state.settings.allow_hosts):
            text = f"The host name {host!r} is not one of this machine. Allow it with --allow-host if it is yours."
            return json_response({"error": text}, 403)
        if origin is not None and not self.state.dialect.cors and admin.netloc(origin) != host:
            return json_response({"error": "Pages of other origins may not call the sandbox"}, 403)
        return None

    def _logged(self, request: Request, path: str, body: bytes, started: float, response: Response) -> Response:
        self.state.log.add(
            time=started, method=request.method, path=path, route=path, query=dict(request.args.items()),
            headers=dict(request.headers.items()), body=body, status=response.status, answer=response.body,
            seconds=time.time() - started, fault="", notes=("refused before its route was looked at",),
        )  # fmt: skip
        return response

    def refused(self, connection: Connection, status: int, message: str, started: float) -> Response:
        """Returns the response to a request whose body was not read, and notes it in the log."""
        response = error_response(status, message, self.state.dialect)
        path, _, query = connection.path.partition("?")
        self.state.log.add(
            time=started, method=connection.command, path=path, route=path, query=dict(parse_qsl(query)),
            headers=dict(connection.headers.items()), body=b"", status=status, answer=response.body,
            seconds=time.time() - started, fault="", notes=("the body was not read",),
        )  # fmt: skip
        return response

    def is_authorized(self, request: Request) -> bool:
        """Tells whether a request may send a large body: it has the token, or is for the analytics host."""
        path = path_in(request)
        endpoint = self.api.route_of(request.method, path)[0]
        return endpoint in OPEN_ROUTES or path.startswith(PREFIX) or self.api.has_token(request)

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
