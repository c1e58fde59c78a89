"""The HTTP client: a session of `requests`, over connections that keep a deadline byte by byte.

`requests` builds and sends, so that what people use around it works: adapters of their own, `responses`,
`requests-mock`. What it has no answer for is in the connection classes below it. It has a timeout for silence only: a
server that drips its response, the headers included, is never cut off; here each read from the socket gets what is left
of the call's time. A connection also notes whether the request went out at all, which decides whether a create may be
sent again. Where another adapter sends, nobody can tell.
"""

from __future__ import annotations

import http.client
import io
import re
import socket
from contextlib import suppress
from contextvars import ContextVar
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_encoding_from_headers
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import Retry

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.transport.failures import (
    NETWORK_ERRORS,
    Exchange,
    Failure,
    error_status,
    is_success,
    load,
    lost_body,
    no_response,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from urllib3.poolmanager import PoolManager, ProxyManager

    from RPA.Planhat.transport.settings import Settings

_SEND_SIZE = 1 << 18

_CANONICAL = re.compile(r"https?://[a-z0-9.:-]+(?:/[A-Za-z0-9_.~-]+)+")
"""A URL that `requests` would find nothing to change in, which takes it a tenth of a call."""

_NO_RETRIES = Retry(total=False)
"""Retrying is not the business of `urllib3`, which takes every `PUT` for one that may be repeated."""

_EXCHANGE: ContextVar[Exchange] = ContextVar("planhat_exchange")
"""The exchange that this thread is busy with; urllib3 leaves no other way to its connections."""


class Response(requests.Response):
    """A successful response, read to its end.

    Attributes:
        again: Makes another attempt of the same call, given this response; `None` when no call brought it.
    """

    again: Callable[[Response], Response] | None = None


def is_loopback(host: str) -> bool:
    """Tells whether a host name or an address is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


# ---------------------------------------------------------------------------------------------- connections


class _TimedReader(io.RawIOBase):
    """The bytes of one response, each read with the time that is left."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, exchange: Exchange) -> None:
        super().__init__()
        self._raw = raw
        self._sock = sock
        self._exchange = exchange
        self.finished = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        if self.finished:
            return None
        self._sock.settimeout(self._exchange.patience(self._exchange.read_timeout))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """A response that reads past interim ones, and gives its connection back only if nothing is left on it.

    Whatever else arrived would be taken for the answer to the next request.
    """

    fp: Any

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._sock = sock
        self._interim = False
        self._bytes = _TimedReader(self.fp.detach(), sock, _EXCHANGE.get())
        self.fp = io.BufferedReader(self._bytes)

    def begin(self) -> None:
        super().begin()
        if self._interim or self.status == http.HTTPStatus.SWITCHING_PROTOCOLS:
            self.will_close = True

    def _read_status(self) -> tuple[str, int, str]:
        # http.client reads past 100 only. RFC 9110 wants it of all but 101, which ends the exchange.
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == http.HTTPStatus.SWITCHING_PROTOCOLS:
                return version, status, reason
            self._interim = True
            http.client.parse_headers(self.fp)

    def _read_next_chunk_size(self) -> int:
        size: int = super()._read_next_chunk_size()  # type: ignore[misc]
        if size < 0:
            # What http.client makes an incomplete response of, as of a size that is no number.
            raise ValueError
        return size

    def _close_conn(self) -> None:
        self._bytes.finished = True
        left_over = not self.will_close and self.fp.peek(1)
        super()._close_conn()  # type: ignore[misc]
        if left_over:
            with suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)


class _Connection(HTTPConnection):
    # The debug switch of http.client prints every header, the token included.
    debuglevel = 0
    response_class = _Response

    def connect(self) -> None:
        exchange = _EXCHANGE.get()
        exchange.reused = False
        try:
            super().connect()
        finally:
            # Opening a tunnel through a proxy sends too, but not yet the request.
            exchange.sent = False

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        exchange = _EXCHANGE.get()
        exchange.sent = True
        view = memoryview(data)
        for start in range(0, len(view), _SEND_SIZE):
            self.sock.settimeout(exchange.patience(exchange.read_timeout))
            super().send(view[start : start + _SEND_SIZE])


class _TLSConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


class _Adapter(HTTPAdapter):
    """The adapter of `requests` with these connections; its `send` is the one that `responses` replaces."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        _use_own_pools(self.poolmanager)
        self._pools: dict[str, Any] = {}

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> ProxyManager:
        manager: ProxyManager = super().proxy_manager_for(*args, **kwargs)
        _use_own_pools(manager)
        return manager

    def get_connection_with_tls_context(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        _known_from_here()
        origin = _origin(request.url or "")
        pool = self._pools.get(origin)
        if pool is None:
            pool = self._pools[origin] = super().get_connection_with_tls_context(request, *args, **kwargs)
        return pool

    def get_connection(self, *args: Any, **kwargs: Any) -> Any:
        # What requests before 2.32 asks for.
        _known_from_here()
        return super().get_connection(*args, **kwargs)

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        if proxies or not request.url:
            return super().request_url(request, proxies)
        # A path with two slashes in front would be taken for a host.
        return "/" + request.url.partition("#")[0][len(_origin(request.url)) :].lstrip("/")

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        # As requests does it, without a look for cookies.
        response = requests.Response()
        response.status_code = resp.status
        response.reason = resp.reason or ""
        response.headers.update(resp.headers.itermerged())
        response.encoding = get_encoding_from_headers(response.headers)
        response.url = req.url or ""
        response.request = req
        response.raw = resp
        return response

    def close(self) -> None:
        # A thread that finds a pool just before gets a closed one, which counts as not sent.
        self._pools.clear()
        super().close()


def _use_own_pools(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}


def _known_from_here() -> None:
    exchange = _EXCHANGE.get()
    exchange.sent, exchange.reused = False, True


def _origin(url: str) -> str:
    return url[: url.find("/", len("https://"))]


# --------------------------------------------------------------------------------------------------- client


class _Session(requests.Session):
    """A session that follows no redirect, and does not even look where it leads: that reads the body without limits."""

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002
        return None


class HttpClient:
    """What all calls of a transport go over; safe to use from several threads.

    What `requests` looks up for each call (proxies, CA bundles, `.netrc`) is looked up once for each host, or never.

    Args:
        settings: The limits.
        auth: What puts the credentials into a request.
        proxies: Proxies by scheme; `None` to take those of the environment, except to this machine.
        verify: Whether certificates are checked, or the CA bundle to check them with.
        adapters: Further adapters by prefix of URLs.
    """

    def __init__(
        self,
        settings: Settings,
        auth: requests.auth.AuthBase | None,
        proxies: Mapping[str, str] | None,
        verify: bool | str,  # noqa: FBT001
        adapters: Mapping[str, requests.adapters.BaseAdapter],
    ) -> None:
        self._limit = settings.largest_answer
        self._auth = auth or _unchanged
        self._proxies = proxies
        self._verify = verify
        self._routes: dict[str, Any] = {}
        self._session = _Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        connections = settings.connections
        own = _Adapter(connections, connections, max_retries=_NO_RETRIES, pool_block=True)
        for prefix, adapter in {"https://": own, "http://": own, **adapters}.items():
            self.mount(prefix, adapter)

    def mount(self, prefix: str, adapter: requests.adapters.BaseAdapter) -> None:
        """Lets an adapter send the requests to URLs that begin with a prefix."""
        self._session.mount(prefix, adapter)

    def prepare(self, request: requests.Request) -> requests.PreparedRequest:
        """Returns the request as it will be sent.

        Raises:
            PlanhatValidationError: It cannot be sent.
        """
        prepared = requests.PreparedRequest()
        try:
            # Step by step, since `prepare` would look for cookies and hooks, too.
            prepared.prepare_method(request.method)
            if request.params or not _CANONICAL.fullmatch(request.url):
                prepared.prepare_url(request.url, request.params or "")
            else:
                prepared.url = request.url
            prepared.prepare_headers({"Accept-Encoding": "gzip", **request.headers})
            prepared.prepare_body(request.data or None, None)
            # Any auth keeps requests from looking into .netrc.
            prepared.prepare_auth(request.auth or self._auth, request.url)
        except (requests.RequestException, ValueError) as error:
            kind = type(error).__name__
        else:
            return prepared
        # Outside of the handler, because the text of that error can hold the token.
        raise PlanhatValidationError(f"The request cannot be built ({kind}). Nothing was sent.")

    def exchange(self, request: requests.PreparedRequest, exchange: Exchange) -> Response | Failure:
        """Sends a request once and returns the successful response, read to its end, or what happened instead."""
        token = _EXCHANGE.set(exchange)
        try:
            limits = exchange.patience(exchange.connect_timeout), exchange.patience(exchange.read_timeout)
            route = self._route(request.url or "")
            exchange.sent = True
            got = self._session.send(request, stream=True, allow_redirects=False, timeout=limits, **route)
        except NETWORK_ERRORS as error:
            return no_response(exchange, error)
        finally:
            _EXCHANGE.reset(token)
        response = _without_secrets(got)
        cause: Exception | None = None
        try:
            load(response, self._limit, exchange.deadline)
        except NETWORK_ERRORS as error:
            cause = error
        if not is_success(response):
            return error_status(response)
        return response if cause is None else lost_body(response, exchange, cause)

    def close(self) -> None:
        """Closes all idle connections."""
        self._routes.clear()
        self._session.close()

    def _route(self, url: str) -> Any:
        """Returns the proxies and certificates for a host, as `requests` takes them."""
        origin = _origin(url)
        route = self._routes.get(origin)
        if route is None:
            route = dict(self._session.merge_environment_settings(url, {}, stream=True, verify=self._verify, cert=None))
            del route["stream"]
            if self._proxies is not None:
                route["proxies"] = self._proxies
            elif is_loopback(urlsplit(url).hostname or ""):
                # The registry's and most people's exceptions name hosts, and not all of this machine's.
                route["proxies"] = {}
            self._routes[origin] = route
        return route


def _without_secrets(got: requests.Response) -> Response:
    """Returns a response without what it knows of the way: they are kept on errors, and looked at by debuggers."""
    response = Response.__new__(Response)
    vars(response).update(vars(got))
    response.request = requests.PreparedRequest.__new__(requests.PreparedRequest)
    vars(response.request).update(vars(got.request))
    response.request.headers = got.request.headers.copy()
    response.request.headers.pop("Authorization", None)
    vars(response).pop("connection", None)
    return response


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
