"""Connections that keep a deadline byte by byte and remember how far a request came.

`requests` has a timeout for silence only: a server that drips its answer, its headers included, is never cut off.
Here each read from the socket gets what is left of the call's time. A connection also notes whether the request
went out at all, which decides whether a create may be sent again.
"""

from __future__ import annotations

import http.client
import io
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

    import requests
    from urllib3.poolmanager import PoolManager, ProxyManager

    from RPA.Planhat.transport.deadline import Deadline

_SEND_SIZE = 1 << 18


@dataclass
class Exchange:
    """One attempt on the wire.

    Attributes:
        deadline: The end of the whole call.
        connect_timeout: Seconds to wait for a connection.
        read_timeout: Seconds of silence that are borne.
        reused: Whether the connection had served before.
        sent: Whether a part of the request may have left this machine.
    """

    deadline: Deadline
    connect_timeout: float
    read_timeout: float
    reused: bool = True
    sent: bool = False

    def patience(self, limit: float) -> float:
        """Returns the seconds that the next step on the socket may take.

        Args:
            limit: The most seconds for this kind of step.

        Raises:
            TimeoutError: None are left.
        """
        patience = min(limit, self.deadline.left())
        if patience <= 0:
            raise TimeoutError
        return patience


CURRENT: ContextVar[Exchange] = ContextVar("planhat_exchange")
"""The exchange that this thread is busy with; urllib3 leaves no other way to its connections."""


class _TimedReader(io.RawIOBase):
    def __init__(self, raw: io.RawIOBase, sock: socket.socket, exchange: Exchange) -> None:
        super().__init__()
        self._raw = raw
        self._sock = sock
        self._exchange = exchange

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        self._sock.settimeout(self._exchange.patience(self._exchange.read_timeout))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock, CURRENT.get()))


class _Connection(HTTPConnection):
    # The debug switch of http.client prints every header, the token included.
    debuglevel = 0
    response_class = _TimedResponse

    def connect(self) -> None:
        exchange = CURRENT.get()
        exchange.reused = False
        try:
            super().connect()
        finally:
            # Opening a tunnel through a proxy sends too, but not yet the request.
            exchange.sent = False

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        exchange = CURRENT.get()
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


class Adapter(HTTPAdapter):
    """The adapter of `requests` with these connections: it knows how to make pools of them, for proxies too."""

    def pool(
        self,
        request: requests.PreparedRequest,
        proxies: Mapping[str, str],
        verify: bool | str | None,  # noqa: FBT001
    ) -> HTTPConnectionPool:
        """Returns the connections to the host of a request, or to the proxy before it."""
        url = request.url or ""
        found: Any
        if hasattr(self, "get_connection_with_tls_context"):
            found = self.get_connection_with_tls_context(request, verify, proxies=proxies)
        else:  # requests before 2.32
            found = self.get_connection(url, proxies)
        self.cert_verify(found, url, verify, None)  # type: ignore[no-untyped-call]
        return found  # type: ignore[no-any-return]

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Makes the manager of direct connections."""
        super().init_poolmanager(*args, **kwargs)
        _use_own_pools(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> ProxyManager:
        """Makes or finds the manager of connections through a proxy."""
        manager: ProxyManager = super().proxy_manager_for(*args, **kwargs)
        _use_own_pools(manager)
        return manager


def _use_own_pools(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TLSPool}
