"""The line to the hosts: one `requests.Session`, its proxies and certificates, and a single exchange over it."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.transport.body import load
from RPA.Planhat.transport.outcome import NETWORK_ERRORS, Failure, answered, unanswered
from RPA.Planhat.transport.pacing import CONNECTIONS
from RPA.Planhat.transport.wire import CURRENT, Adapter, Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from RPA.Planhat.transport.settings import Settings


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        # Even with allow_redirects=False requests prepares the next request, and reads the body for that.
        return None


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
        self._limit = settings.max_response_bytes
        self._proxies = proxies
        self._verify = verify
        self._session = _new_session(settings.parallel or CONNECTIONS, auth)
        self._routes: dict[tuple[str, str], dict[str, Any]] = {}

    def prepare(self, request: requests.Request) -> requests.PreparedRequest:
        """Returns the request as it will be sent.

        Raises:
            PlanhatValidationError: It can not be sent.
        """
        session, prepared = self._session, requests.PreparedRequest()
        headers = {**session.headers, **request.headers}
        try:
            # Not by the session: what it would look up and merge for each call is the same for all.
            prepared.prepare(
                request.method, request.url, headers, None, request.data, request.params, request.auth or session.auth
            )
        except (requests.RequestException, ValueError) as error:
            kind = type(error).__name__
        else:
            return prepared
        # Outside of the handler, because the text of that error can hold the token.
        msg = f"The request can not be built ({kind}); nothing was sent."
        raise PlanhatValidationError(msg)

    def exchange(self, request: requests.PreparedRequest, exchange: Exchange) -> requests.Response | Failure:
        """Sends a request once and returns the successful answer, read to its end, or what happened instead."""
        try:
            response = self._open(request, exchange)
        except NETWORK_ERRORS as error:
            return unanswered(exchange, error)
        try:
            load(response, self._limit, exchange.deadline)
        except NETWORK_ERRORS as error:
            return answered(exchange, response, error)
        return answered(exchange, response, None)

    def close(self) -> None:
        """Closes all idle connections."""
        self._session.close()

    def _open(self, request: requests.PreparedRequest, exchange: Exchange) -> requests.Response:
        timeout = (exchange.patience(exchange.connect_timeout), exchange.patience(exchange.read_timeout))
        route = self._route(request.url or "")
        token = CURRENT.set(exchange)
        try:
            return self._session.send(request, timeout=timeout, allow_redirects=False, **route)
        finally:
            CURRENT.reset(token)

    def _route(self, url: str) -> dict[str, Any]:
        """Returns proxies and certificates for a URL; looking into the environment each time would be slow."""
        parts = urlsplit(url)
        origin = (parts.scheme, parts.netloc)
        if origin not in self._routes:
            route = self._session.merge_environment_settings(url, {}, stream=True, verify=self._verify, cert=None)
            if self._proxies is not None:
                route["proxies"] = dict(self._proxies)
            self._routes[origin] = dict(route)
        return self._routes[origin]


def _new_session(connections: int, auth: requests.auth.AuthBase | None) -> requests.Session:
    session = _Session()
    adapter = Adapter(pool_connections=connections, pool_maxsize=connections, pool_block=True, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    # Any auth keeps requests from looking into .netrc.
    session.auth = auth or _unchanged
    session.headers["Accept-Encoding"] = "gzip"
    # Planhat uses no cookies; those of a load balancer would be shared by all threads.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
