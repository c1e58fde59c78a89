"""The HTTP client: a session of `requests`, over connections that keep a deadline byte by byte.

`requests` builds and sends, so that what people use around it works: adapters of their own, `responses`,
`requests-mock`. What it has no answer for is in the connection classes below it. It has a timeout for silence only: a
server that drips its response, the headers included, is never cut off; here each read from the socket gets what is left
of the call's time. A connection also notes whether the request went out at all, which decides whether a create may be
sent again. Where another adapter sends, nobody can tell.
"""

from __future__ import annotations

import http.client
import re
import socket
import zlib
from contextlib import suppress
from contextvars import ContextVar
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase, HTTPBasicAuth
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import HTTPResponse
from urllib3.util import Retry

from RPA.Planhat.errors import PlanhatAuthConfigurationError, PlanhatValidationError
from RPA.Planhat.text.parsing import is_loopback
from RPA.Planhat.text.secrets import Token
from RPA.Planhat.transport import failures
from RPA.Planhat.transport.pacing import Head, IdleConnections
from RPA.Planhat.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from urllib3.poolmanager import PoolManager, ProxyManager

    from RPA.Planhat.transport.pacing import Deadline, Exchange
    from RPA.Planhat.transport.settings import Settings

_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "User-Agent": f"rpaframework-planhat/{__version__}",
}

_PIECE, _LARGEST_PIECE = 1 << 18, 1 << 25
_LONGEST_ERROR = 1 << 20
_GZIP = 16 + zlib.MAX_WBITS

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
        doubt: Why an attempt before may have been carried out, whose response was lost; else empty.
    """

    again: Callable[[Response], Response] | None = None
    doubt: str = ""


# ---------------------------------------------------------------------------------------------------- auth


class PlanhatAuth(AuthBase):
    """Adds the token to a request.

    Args:
        api_key: The API access token.
    """

    def __init__(self, api_key: str | Token) -> None:
        self._token = Token.of(api_key)

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sets the header `Authorization`."""
        if self._token is None:
            raise PlanhatAuthConfigurationError("The Planhat API token is empty.")
        r.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        return r

    def __repr__(self) -> str:
        return "<PlanhatAuth>"


class TenantInPath(AuthBase):
    """Puts the tenant UUID behind the path when the request is built, so that nothing else ever holds both."""

    def __init__(self, tenant: Token) -> None:
        self._tenant = tenant

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Completes the URL."""
        r.url = f"{r.url}/{quote(self._tenant.reveal(), safe='')}"
        return r


class TenantAsUser(AuthBase):
    """Sends the tenant UUID as user name, without a password."""

    def __init__(self, tenant: Token) -> None:
        self._tenant = tenant

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sets the header `Authorization`."""
        HTTPBasicAuth(self._tenant.reveal(), "")(r)
        return r


# ---------------------------------------------------------------------------------------------- connections


class _TimedReader(socket.SocketIO):
    """The bytes of one response, each read with the time that is left."""

    _sock: Any
    exchange: Exchange
    finished = False

    def readinto(self, buffer: Any, /) -> int | None:
        if self.finished:
            return None
        self._sock.settimeout(self.exchange.patience(self.exchange.read_timeout))
        return super().readinto(buffer)


class _Response(http.client.HTTPResponse):
    """A response that reads past interim ones, and gives its connection back only if nothing is left on it.

    Whatever else arrived would be taken for the answer to the next request.
    """

    fp: Any
    _interim = False

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        # The reader that the socket made stays: the socket counts those that are open.
        self.fp.raw.__class__ = _TimedReader
        self.fp.raw.exchange = _EXCHANGE.get()

    def _read_status(self) -> tuple[str, int, str]:
        # http.client reads past 100 only. RFC 9110 wants it of all but 101, which ends the exchange.
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200:
                self.fp = Head(self, self.fp)
                return version, status, reason
            self._interim = True
            if status == http.HTTPStatus.SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(Head(self, self.fp))

    def _read_next_chunk_size(self) -> int:
        size: int = super()._read_next_chunk_size()  # type: ignore[misc]
        if size < 0:
            # What http.client makes an incomplete response of, as of a size that is no number.
            raise ValueError
        return size

    def _close_conn(self) -> None:
        reader, sock = self.fp.raw, self.fp.raw._sock  # noqa: SLF001 - the base class closes both
        reader.finished = True
        unfit = self._interim or (not self.will_close and self.fp.peek(1))
        super()._close_conn()  # type: ignore[misc]
        if unfit:
            # The pool takes the connection for one that the other side has closed.
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


class _Connection(HTTPConnection):
    """A connection that notes whether the request left, and sends each piece of it with the time that is left."""

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
        for start in range(0, len(view), _PIECE):
            self.sock.settimeout(exchange.patience(exchange.read_timeout))
            super().send(view[start : start + _PIECE])


class _TLSConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection
    QueueCls = IdleConnections  # type: ignore[assignment] # has what pools use of a queue

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pool: Any = self.pool
        while not pool.empty():  # it has a place for each connection that it may have
            pool.get_nowait()


class _TLSPool(_Pool, HTTPSConnectionPool):
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

    # Of the two methods, requests asks the second for a connection since 2.32.
    def get_connection(self, *args: Any, **kwargs: Any) -> Any:
        exchange = _EXCHANGE.get()
        exchange.sent, exchange.reused = False, True
        return super().get_connection(*args, **kwargs)

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        exchange = _EXCHANGE.get()
        exchange.sent, exchange.reused = False, True
        pool = self._pools.get(exchange.origin)
        if pool is None:
            pool = self._pools[exchange.origin] = super().get_connection_with_tls_context(*args, **kwargs)
        return pool

    def close(self) -> None:
        # A thread that finds a pool just before gets a closed one, which counts as not sent.
        self._pools.clear()
        super().close()


def _use_own_pools(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}


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
        auth: Callable[[requests.PreparedRequest], requests.PreparedRequest] | None,
        proxies: Mapping[str, str] | None,
        verify: bool | str,  # noqa: FBT001
        adapters: Mapping[str, requests.adapters.BaseAdapter],
    ) -> None:
        self._limit = settings.largest_answer
        self._auth = auth
        self._proxies = proxies
        self._verify = verify
        self._routes: dict[str, Any] = {}
        self._session = _Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        connections = settings.connections
        own = _Adapter(connections, connections, max_retries=_NO_RETRIES)
        for prefix, adapter in {"https://": own, "http://": own, **adapters}.items():
            self.mount(prefix, adapter)

    def mount(self, prefix: str, adapter: requests.adapters.BaseAdapter) -> None:
        """Lets an adapter send the requests to URLs that begin with a prefix."""
        self._session.mount(prefix, adapter)

    def prepare(  # noqa: PLR0913 - the parts of an HTTP request
        self,
        method: str,
        url: str,
        *,
        params: Any = None,
        data: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        auth: Callable[[requests.PreparedRequest], requests.PreparedRequest] | None = None,
    ) -> requests.PreparedRequest:
        """Returns the request as it will be sent; the arguments are those of `Transport.send`.

        Raises:
            PlanhatValidationError: It cannot be sent.
        """
        prepared = requests.PreparedRequest()
        content = {} if data is None else {"Content-Type": "application/json"}
        try:
            # Step by step, since `prepare` would look for cookies and hooks, and for credentials in the URL.
            prepared.prepare_method(method)
            if params or not _CANONICAL.fullmatch(url):
                prepared.prepare_url(url, params or "")
            else:
                prepared.url = url
            prepared.prepare_headers({**_HEADERS, **content, **(headers or {})})
            prepared.prepare_body(data or None, None)
            if chosen := auth or self._auth:
                prepared.prepare_auth(chosen, url)
        except (requests.RequestException, ValueError) as error:
            kind = type(error).__name__
        else:
            return prepared
        # Outside of the handler, because the text of that error can hold the token.
        raise PlanhatValidationError(f"The request cannot be built ({kind}). Nothing was sent.")

    def exchange(self, request: requests.PreparedRequest, exchange: Exchange) -> Response | failures.Failure:
        """Sends a request once and returns the successful response, read to its end, or what happened instead."""
        url = request.url or ""
        exchange.origin = url[: url.find("/", len("https://"))]
        token = _EXCHANGE.set(exchange)
        try:
            limits = exchange.patience(exchange.connect_timeout), exchange.patience(exchange.read_timeout)
            route = self._routes.get(exchange.origin) or self._route_to(exchange.origin)
            exchange.sent = True
            got = self._session.send(request, stream=True, allow_redirects=False, timeout=limits, **route)
        except failures.NETWORK_ERRORS as error:
            return failures.no_response(exchange, error)
        finally:
            _EXCHANGE.reset(token)
        response = _without_secrets(got, request)
        succeeded = response.status_code // 100 == 2
        limit = self._limit if succeeded else min(self._limit, _LONGEST_ERROR)
        try:
            _load(response, limit, exchange.deadline)
        except failures.NETWORK_ERRORS as error:
            if succeeded:
                vars(response)["_content"] = b""
                return failures.lost_body(response, exchange, error)
        return response if succeeded else failures.error_status(response)

    def close(self) -> None:
        """Closes all idle connections."""
        self._routes.clear()
        self._session.close()

    def _route_to(self, origin: str) -> Any:
        """Returns the proxies and certificates for a host, as `requests` takes them."""
        route = dict(self._session.merge_environment_settings(origin, {}, stream=True, verify=self._verify, cert=None))
        del route["stream"]
        if self._proxies is not None:
            route["proxies"] = self._proxies
        elif is_loopback(urlsplit(origin).hostname or ""):
            # The registry's and most people's exceptions name hosts, and not all of this machine's.
            route["proxies"] = {}
        self._routes[origin] = route
        return route


def _without_secrets(got: requests.Response, request: requests.PreparedRequest) -> Response:
    """Returns a response that knows neither the token nor its connection: errors keep it, and debuggers look at it.

    Its request is a copy of the one that was sent: adapters of others put a proxy of it into it, or nothing.
    """
    response = Response.__new__(Response)
    vars(response).update(vars(got), cookies=requests.cookies.RequestsCookieJar())
    response.request = requests.PreparedRequest.__new__(requests.PreparedRequest)
    vars(response.request).update(vars(request))
    response.request.headers = request.headers.copy()
    response.request.headers.pop("Authorization", None)
    vars(response).pop("connection", None)
    return response


# ----------------------------------------------------------------------------------------------------- body


def _load(response: Response, limit: int, deadline: Deadline) -> None:
    """Reads the body into `response.content`, as far as it comes, and gives the connection back.

    Args:
        response: A response whose body is unread, or came with it.
        limit: The most decoded bytes.
        deadline: When to stop.

    Raises:
        BrokenBodyError: The body is not complete. The connection can fail with errors of `urllib3`, too.
        BodyTooLargeError: The body is larger than the limit.
        TimeoutError: The deadline came while decoding.
    """
    pieces: list[bytes] = []
    size = 0
    raw, complete = response.raw, False
    try:
        for piece in _pieces(response, limit):
            size += len(piece)
            if size > limit:
                raise failures.BodyTooLargeError
            if not deadline.left():
                raise TimeoutError
            pieces.append(piece)
        complete = True
    except ValueError as error:
        raise failures.BrokenBodyError("framed in a way that is not HTTP") from error
    finally:
        # requests has no public way to hand it a body that was read by others.
        vars(response).update(_content=b"".join(pieces), _content_consumed=True)
        # What stays on it knows the address of the analytics host, which holds the tenant.
        response.raw = None
        if raw is not None and not complete:
            raw.close()
        if hasattr(raw, "release_conn"):
            raw.release_conn()


def _pieces(response: Response, limit: int) -> Iterator[bytes]:
    """Yields the decoded body in pieces; one of known length in as few as possible, which need not be copied then."""
    raw = response.raw
    if vars(response).get("_content", False) is not False or raw is None:
        yield response.content or b""
        return
    if not isinstance(raw, HTTPResponse):
        # Whatever an adapter of others has made.
        yield from response.iter_content(_PIECE)
        return
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise failures.BrokenBodyError("encoded in a way that was not asked for")
    gunzip = _Gunzip() if coding.endswith("gzip") else None
    length = raw.length_remaining or 0
    piece = max(_PIECE, min(length, _LARGEST_PIECE)) if response.ok and length <= limit else _PIECE
    while data := raw.read(piece, decode_content=False):
        if gunzip is None:
            yield data
        else:
            yield from gunzip.feed(data)
    # urllib3 before 2.0 does not complain by itself.
    if raw.length_remaining:
        raise http.client.IncompleteRead(b"", raw.length_remaining)
    if gunzip is not None and not gunzip.complete:
        raise failures.BrokenBodyError("gzip data without its end")


class _Gunzip:
    """The decoder of gzip data, which may consist of several members one after the other."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj(_GZIP)
        self._touched = False

    @property
    def complete(self) -> bool:
        return self._inflater.eof or not self._touched

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._touched = True
        try:
            # Output is never left behind: the trailer of the data is not taken in before it.
            while data:
                if self._inflater.eof:
                    self._inflater = zlib.decompressobj(_GZIP)
                yield self._inflater.decompress(data, _PIECE)
                data = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail
        except zlib.error:
            raise failures.BrokenBodyError("damaged gzip data") from None
