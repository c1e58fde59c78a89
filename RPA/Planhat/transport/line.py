"""The line to the hosts: connections, proxies and certificates, and a single exchange over them.

What `requests` looks up for each call (proxies, CA bundles, `.netrc`, cookies, hooks, the pool of a host) is looked up
once for each host here, or never. What it is good at is left to it: building a request, reading the environment, and
making pools for hosts and proxies.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import requests
from requests.utils import get_encoding_from_headers
from urllib3.util import Retry, Timeout

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.transport.answer import Answer
from RPA.Planhat.transport.body import load
from RPA.Planhat.transport.outcome import NETWORK_ERRORS, Failure, answered, unanswered
from RPA.Planhat.transport.wire import CURRENT, Adapter, Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urllib3 import BaseHTTPResponse
    from urllib3.connectionpool import HTTPConnectionPool

    from RPA.Planhat.transport.settings import Settings

_ONCE = Retry(total=False)
"""Retrying is not the business of `urllib3`, which takes every `PUT` for one that may be repeated."""


class _Route(NamedTuple):
    """How the requests to a host go."""

    pool: HTTPConnectionPool
    origin: str
    by_proxy: bool

    def target(self, url: str) -> str:
        """Returns what the request line says: the path, or for a proxy that speaks plain HTTP all of the address."""
        address = url.partition("#")[0]
        # A path with two slashes in front would be taken for a host.
        return address if self.by_proxy else "/" + address[len(self.origin) :].lstrip("/")


class Line:
    """What all calls of a transport go over; safe to use from several threads.

    Args:
        settings: The limits.
        auth: What puts the credentials into a request.
        proxies: Proxies by scheme; `None` to take those of the environment.
        verify: Whether certificates are checked, or the CA bundle to check them with.
    """

    def __init__(
        self,
        settings: Settings,
        auth: requests.auth.AuthBase | None,
        proxies: Mapping[str, str] | None,
        verify: bool | str,  # noqa: FBT001
    ) -> None:
        self._limit = settings.largest_answer
        self._auth = auth or _unchanged
        self._proxies = proxies
        self._verify = verify
        connections = settings.connections
        self._adapter = Adapter(pool_connections=connections, pool_maxsize=connections, pool_block=True)
        self._routes: dict[str, _Route] = {}

    def prepare(self, request: requests.Request) -> requests.PreparedRequest:
        """Returns the request as it will be sent.

        Raises:
            PlanhatValidationError: It can not be sent.
        """
        prepared = requests.PreparedRequest()
        try:
            # Step by step, since `prepare` would look for cookies and hooks, too.
            prepared.prepare_method(request.method)
            prepared.prepare_url(request.url, request.params or "")
            prepared.prepare_headers({"Accept-Encoding": "gzip", **request.headers})
            prepared.prepare_body(request.data or None, None)
            # Any auth keeps requests from looking into .netrc.
            prepared.prepare_auth(request.auth or self._auth, request.url)
        except (requests.RequestException, ValueError) as error:
            kind = type(error).__name__
        else:
            return prepared
        # Outside of the handler, because the text of that error can hold the token.
        msg = f"The request can not be built ({kind}); nothing was sent."
        raise PlanhatValidationError(msg)

    def exchange(self, request: requests.PreparedRequest, exchange: Exchange) -> Answer | Failure:
        """Sends a request once and returns the successful answer, read to its end, or what happened instead."""
        try:
            answer = self._open(request, exchange)
        except NETWORK_ERRORS as error:
            return unanswered(exchange, error)
        try:
            load(answer, self._limit, exchange.deadline)
        except NETWORK_ERRORS as error:
            return answered(exchange, answer, error)
        return answered(exchange, answer, None)

    def close(self) -> None:
        """Closes all idle connections."""
        # A thread that finds a route just before gets a closed pool, which counts as not sent.
        self._routes.clear()
        self._adapter.close()

    def _open(self, request: requests.PreparedRequest, exchange: Exchange) -> Answer:
        timeout = Timeout(
            connect=exchange.patience(exchange.connect_timeout), read=exchange.patience(exchange.read_timeout)
        )
        route = self._route(request)
        token = CURRENT.set(exchange)
        started = time.perf_counter()
        try:
            raw = route.pool.urlopen(
                request.method or "",
                route.target(request.url or ""),
                body=request.body,
                headers=request.headers,
                redirect=False,
                assert_same_host=False,
                preload_content=False,
                decode_content=False,
                retries=_ONCE,
                timeout=timeout,
            )
        finally:
            CURRENT.reset(token)
        return _answer(request, raw, time.perf_counter() - started)

    def _route(self, request: requests.PreparedRequest) -> _Route:
        url = request.url or ""
        origin = url[: url.find("/", len("https://"))]
        route = self._routes.get(origin)
        if route is None:
            with requests.Session() as session:
                found = session.merge_environment_settings(url, {}, stream=True, verify=self._verify, cert=None)
            proxies = found["proxies"] if self._proxies is None else self._proxies
            by_proxy = self._adapter.request_url(request, proxies).startswith("http")
            route = _Route(self._adapter.pool(request, proxies, found["verify"]), origin, by_proxy)
            self._routes[origin] = route
        return route


def _answer(request: requests.PreparedRequest, raw: BaseHTTPResponse, seconds: float) -> Answer:
    answer = Answer()
    answer.status_code = raw.status
    answer.reason = raw.reason or ""
    answer.headers.update(raw.headers.itermerged())
    answer.encoding = get_encoding_from_headers(answer.headers)
    answer.url = request.url or ""
    answer.request = _without_secret(request)
    answer.raw = raw
    answer.elapsed = timedelta(seconds=seconds)
    return answer


def _without_secret(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Returns a request as answers show it: they are kept on errors, and looked at by debuggers and pickles."""
    shown = request.copy()
    shown.headers.pop("Authorization", None)
    return shown


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
