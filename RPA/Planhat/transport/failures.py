"""What went wrong with an attempt, and what that means for the request."""

from __future__ import annotations

import enum
import http.client
import os
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

import urllib3.exceptions

# As attributes of their package, they are missing where a timeout interrupted the first import of it.
from requests.exceptions import ProxyError, SSLError, Timeout

from RPA.Planhat import errors
from RPA.Planhat.errors.http import error_class
from RPA.Planhat.transport.pacing import is_refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

    from RPA.Planhat.transport.pacing import Exchange


class BrokenBodyError(Exception):
    """The body ended early or cannot be decoded."""


class BodyTooLargeError(Exception):
    """The body is larger than the limit."""


NETWORK_ERRORS = (
    OSError,
    http.client.HTTPException,
    urllib3.exceptions.HTTPError,
    BrokenBodyError,
    BodyTooLargeError,
)
"""All that an exchange can end with; errors of `requests` are `OSError`s."""

_TRANSIENT = (500, 502, 503, 504)
_TLS_ERRORS = (ssl.SSLError, SSLError, urllib3.exceptions.SSLError)
_HUNG_UP = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
_CUT = (http.client.IncompleteRead, urllib3.exceptions.IncompleteRead, urllib3.exceptions.InvalidChunkLength)
_TIMEOUTS = (TimeoutError, urllib3.exceptions.TimeoutError, Timeout)

# The messages of Windows' own error numbers, which `os.strerror` does not know.
_WINSOCK = {
    10013: "Permission denied",
    10050: "Network is down",
    10051: "Network is unreachable",
    10052: "Network dropped connection on reset",
    10053: "Software caused connection abort",
    10055: "No buffer space available",
    10060: "Connection timed out",
    10064: "Host is down",
    10065: "No route to host",
}


class Outcome(enum.Enum):
    """What Planhat may have done with a request that did not end well."""

    NOT_SENT = "it never arrived"
    REFUSED = "it arrived and was turned down"
    UNKNOWN = "it may or may not have been processed"
    PROCESSED = "it was processed, but the response cannot be used"


@dataclass(frozen=True)
class Failure:
    """An exchange that did not end well.

    Attributes:
        outcome: What Planhat may have done.
        reason: What happened, in a few words, without secrets.
        error: The class of error to raise when nothing helps.
        transient: Whether another attempt has a chance.
        throttled: Whether Planhat asked to slow down.
        stale: Whether an idle connection had been closed by the other side.
        response: The response, when one came.
    """

    outcome: Outcome
    reason: str
    error: type[errors.PlanhatError]
    transient: bool = True
    throttled: bool = False
    stale: bool = False
    response: requests.Response | None = None

    @property
    def in_doubt(self) -> bool:
        """Whether a write may have been stored."""
        return self.outcome is Outcome.UNKNOWN

    @property
    def said_no(self) -> bool:
        """Whether a response came, and was no success."""
        return self.response is not None and not 200 <= self.response.status_code < 300


OUT_OF_TIME = Failure(
    Outcome.NOT_SENT,
    "no time was left to send it: the limits on calls a minute, a second and in parallel made it wait",
    errors.PlanhatTimeoutError,
    transient=False,
)


def no_response(exchange: Exchange, cause: Exception) -> Failure:
    """Returns what an exchange without a response means.

    Args:
        exchange: What is known from the wire.
        cause: What ended it, one of `NETWORK_ERRORS`.
    """
    reason = _reason(exchange, cause)
    if exchange.sent:
        stale = exchange.reused and _find(cause, (ConnectionError,)) is not None
        return Failure(Outcome.UNKNOWN, reason, _error_class(cause), stale=stale)
    # A CA bundle that does not exist is reported by requests as a bare OSError.
    if type(cause) is OSError or (_find(cause, _TLS_ERRORS) and not _find(cause, _HUNG_UP)):
        return Failure(Outcome.NOT_SENT, reason, errors.PlanhatTLSError, transient=False)
    late = exchange.deadline.over
    error: type[errors.PlanhatError] = errors.PlanhatTimeoutError if late else errors.PlanhatConnectionError
    return Failure(Outcome.NOT_SENT, reason, error, transient=not isinstance(cause, ValueError))


def error_status(response: requests.Response) -> Failure:
    """Returns what a response means whose status is not a success.

    How soon it came proves nothing: a gateway whose upstream worked and then broke the connection answers 503 at once.
    """
    status = response.status_code
    throttled = status == 429 or (status == 503 and is_refusal(response.headers))
    refused = throttled or 200 <= status < 500
    return Failure(
        Outcome.REFUSED if refused else Outcome.UNKNOWN,
        f"status {status}",
        error_class(status),
        transient=throttled or status in _TRANSIENT,
        throttled=throttled,
        response=response,
    )


def lost_body(response: requests.Response, exchange: Exchange, cause: Exception) -> Failure:
    """Returns what a success means whose body did not arrive as a whole.

    Args:
        response: The response.
        exchange: What is known from the wire.
        cause: What ended the body early, one of `NETWORK_ERRORS`.
    """
    status = response.status_code
    if isinstance(cause, BodyTooLargeError):
        reason = f"status {status} arrived with more bytes than the limit"
        error: type[errors.PlanhatError] = errors.PlanhatResponseTooLargeError
        return Failure(Outcome.PROCESSED, reason, error, transient=False, response=response)
    reason = f"the success status {status} arrived, but the body was lost ({_reason(exchange, cause)})"
    error = errors.PlanhatUnexpectedContentError if isinstance(cause, BrokenBodyError) else _error_class(cause)
    return Failure(Outcome.UNKNOWN, reason, error, response=response)


def damaged_body(response: requests.Response) -> Failure:
    """Returns what a success means whose body arrived, and cannot be read."""
    reason = f"the success status {response.status_code} arrived, but the body was lost (it is not complete JSON)"
    return Failure(Outcome.UNKNOWN, reason, errors.PlanhatUnexpectedContentError, response=response)


def _error_class(cause: BaseException) -> type[errors.PlanhatError]:
    return errors.PlanhatTimeoutError if _timed_out(cause) else errors.PlanhatConnectionError


def _timed_out(cause: BaseException) -> bool:
    # In urllib3 a refused connection is a kind of timeout, too.
    refused = _find(cause, (urllib3.exceptions.NewConnectionError,))
    return not refused and _find(cause, _TIMEOUTS) is not None


def _reason(exchange: Exchange, cause: BaseException) -> str:
    """Returns fixed words: the messages of the libraries below can hold queries and proxy passwords."""
    if isinstance(cause, BrokenBodyError):
        return str(cause)
    return _tls_reason(cause) or _timeout_reason(exchange, cause) or _connection_reason(cause)


def _tls_reason(cause: BaseException) -> str:
    if type(cause) is OSError:
        return "the CA bundle does not exist"
    if _find(cause, _HUNG_UP):
        return "connection closed during the TLS handshake"
    if found := _find(cause, (ssl.SSLError,)):
        said = getattr(found, "verify_message", "") or getattr(found, "reason", "") or "handshake failed"
        return f"TLS failed: {said}"
    return "TLS failed" if _find(cause, _TLS_ERRORS) else ""


def _timeout_reason(exchange: Exchange, cause: BaseException) -> str:
    if not _timed_out(cause):
        return ""
    if exchange.deadline.over:
        return "the total time ran out"
    if not exchange.sent:
        return f"no connection within {exchange.connect_timeout:g} s"
    return f"silence for {exchange.read_timeout:g} s"


def _connection_reason(cause: BaseException) -> str:
    for kinds, words in _REASONS:
        if _find(cause, kinds):
            return words
    numbers = (link.errno for link in _chain(cause) if isinstance(link, OSError) and link.errno)
    known = (_WINSOCK.get(number) or os.strerror(number) for number in numbers)
    return f"the connection failed ({next(known, type(cause).__name__)})"


_REASONS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((socket.gaierror,), "host name not found"),
    ((ProxyError, urllib3.exceptions.ProxyError), "the proxy refused the connection"),
    ((ConnectionRefusedError,), "connection refused"),
    ((http.client.RemoteDisconnected,), "connection closed without an answer"),
    ((ConnectionResetError, BrokenPipeError), "connection reset"),
    ((ConnectionAbortedError,), "connection aborted"),
    (_CUT, "cut short"),
    ((http.client.HTTPException, urllib3.exceptions.InvalidHeader), "the answer is not HTTP"),
    ((ValueError,), "the URL or the proxy's URL is unusable"),
)


def _find(cause: BaseException, kinds: tuple[type[BaseException], ...]) -> BaseException | None:
    return next((link for link in _chain(cause) if isinstance(link, kinds)), None)


def _chain(cause: BaseException) -> Iterator[BaseException]:
    """Yields an exception and all those that it was made from: urllib3 puts them in four places."""
    waiting: list[object] = [cause]
    seen: set[int] = set()
    while waiting:
        link = waiting.pop(0)
        if isinstance(link, BaseException) and id(link) not in seen:
            seen.add(id(link))
            yield link
            waiting += [*link.args, getattr(link, "reason", None), link.__cause__, link.__context__]
