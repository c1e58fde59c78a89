"""The server: the way of a request through the sandbox, and its start and end."""

from __future__ import annotations

import time
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox import admin, faults
from RPA.Planhat.sandbox.admin import Controls, State
from RPA.Planhat.sandbox.app import OPEN_ROUTES, Api
from RPA.Planhat.sandbox.connection import Connection, Listener, Request
from RPA.Planhat.sandbox.responses import Response, error_response, json_response
from RPA.Planhat.sandbox.settings import CONTRACT, PAGE, PREFIX, Settings

if TYPE_CHECKING:
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
        self._server = Listener(host, port, self)
        self._host = host
        self._thread: Thread | None = None
        self._is_for_this_machine = host == "localhost" or admin.is_loopback(host)

    @property
    def url(self) -> str:
        """Where it answers, both as API and as analytics host."""
        host, port = self._host, self._server.server_address[1]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def start(self) -> str:
        """Seeds the data, begins to answer, and returns the URL."""
        try:
            self.controls.begin()
        except BaseException:
            self.stop()  # else a sandbox whose seed is wrong keeps the port and the file of the data
            raise
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

    def serve(self, connection: Connection, request: Request, started: float) -> None:
        """Answers one request: faults first, then limits, then Planhat; everything goes into the log."""
        path = request.path
        stranger = self._stranger(request)
        if stranger:
            self._note(request, stranger, started, "refused before its route was looked at")
            connection.send(connection.message(stranger))
            return
        if admin.is_local(request.method, path, connection.client_address[0]):
            connection.send(connection.message(self._own(request)))
            return
        endpoint, route, parts = self.api.route_of(request.method, path)
        active = self.state.faults.pick(request.method, route, path)
        response = faults.spoiled(self._response(request, endpoint, parts, active), active)
        if self.state.dialect.cors:
            response.headers["Access-Control-Allow-Origin"] = "*"
        seen = Response(0) if any(each.kind in faults.UNANSWERED for each in active) else response
        kinds = " ".join(each.kind for each in active)
        self._note(request, seen, started, *response.notes, route=route, fault=kinds)
        faults.deliver(connection, response, active)

    def _own(self, request: Request) -> Response:
        """Returns the page, the contract, or the result of an operation."""
        host = request.headers.get("Host", "localhost")
        if not admin.is_known_host(host, self.state.settings.allow_hosts):
            return json_response({"error": "Only for pages and programs of this machine"}, 403)
        # Both are imported when somebody asks for them: nobody does in most runs.
        if request.path == PAGE:
            from RPA.Planhat.sandbox.page import page  # noqa: PLC0415 - as said above

            return page(self.state, f"http://{host}", request.query)
        if request.path == CONTRACT:
            from RPA.Planhat.sandbox import openapi  # noqa: PLC0415 - as said above

            return json_response(openapi.document())
        return admin.operate(self.state, self.controls, request)

    def _note(
        self, request: Request, response: Response, started: float, *notes: str, route: str = "", fault: str = ""
    ) -> None:
        self.state.log.add(
            time=started, method=request.method, path=request.path, route=route or request.path, query=request.query,
            headers=request.headers, body=request.body, status=response.status, answer=response.body,
            seconds=time.time() - started, fault=fault, notes=notes,
        )  # fmt: skip

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

    def refused(self, request: Request, status: int, message: str, started: float) -> Response:
        """Returns the response to a request whose body was not read, and notes it in the log."""
        response = error_response(status, message, self.state.dialect)
        self._note(request, response, started, "the body was not read")
        return response

    def is_authorized(self, request: Request) -> bool:
        """Returns whether a request may send a large body: it has the token that it needs, or needs none."""
        if self._stranger(request):
            return False
        if request.path.startswith(PREFIX):
            return admin.has_control_token(self.state, request)
        return self.api.route_of(request.method, request.path)[0] in OPEN_ROUTES or self.api.has_token(request)

    def note_failure(self, problem: str) -> None:
        """Keeps the traceback of a failure of the sandbox itself in the request log."""
        self._note(Request(), Response(500, problem.encode()), time.time(), "the sandbox failed")

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
