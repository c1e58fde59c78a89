"""What became of an exchange; nothing else judges it."""

from __future__ import annotations

import enum
import http.client
import os
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

import requests
import urllib3.exceptions

from RPA.Planhat import errors
from RPA.Planhat.transport.body import BodyTooLargeError, BrokenBodyError, is_success

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.transport.answer import Answer
    from RPA.Planhat.transport.wire import Exchange

NETWORK_ERRORS = (
    OSError,
    http.client.HTTPException,
    urllib3.exceptions.HTTPError,
    BrokenBodyError,
    BodyTooLargeError,
)
"""All that an exchange can end with; errors of `requests` are `OSError`s."""

REFUSAL_SECONDS = 1.0
"""A 503 that comes sooner was given before anything was processed."""

_TRANSIENT = (500, 502, 503, 504)
_TLS_ERRORS = (ssl.SSLError, requests.exceptions.SSLError, urllib3.exceptions.SSLError)
_HUNG_UP = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
_CUT = (http.client.IncompleteRead, urllib3.exceptions.IncompleteRead, urllib3.exceptions.InvalidChunkLength)
_TIMEOUTS = (TimeoutError, urllib3.exceptions.TimeoutError, requests.Timeout)


class Fate(enum.Enum):
    """What Planhat may have done with a request that did not end well."""

    NOT_PROCESSED = "it never arrived"
    REFUSED = "it arrived and was turned down"
    POSSIBLY_PROCESSED = "it may or may not have been processed"
    PROCESSED = "it was processed, but the answer can not be used"


@dataclass(frozen=True)
class Failure:
    """An exchange that did not end well.

    Attributes:
        fate: What Planhat may have done.
        reason: What happened, in a few words, without secrets.
        error: The class of error to raise when nothing helps.
        transient: Whether another attempt has a chance.
        throttled: Whether Planhat asked to slow down.
        stale: Whether an idle connection had been closed by the other side.
        response: The answer, when one came.
    """

    fate: Fate
    reason: str
    error: type[errors.PlanhatError]
    transient: bool = True
    throttled: bool = False
    stale: bool = False
    response: requests.Response | None = None

    @property
    def in_doubt(self) -> bool:
        """Whether a write may have been stored."""
        return self.fate is Fate.POSSIBLY_PROCESSED

    @property
    def said_no(self) -> bool:
        """Whether an answer came, and was no success."""
        return self.response is not None and not is_success(self.response)


OUT_OF_TIME = Failure(
    Fate.NOT_PROCESSED,
    "no time was left to send it: the limits on calls a minute, a second and in parallel made it wait",
    errors.PlanhatTimeoutError,
    transient=False,
)


def unanswered(exchange: Exchange, trouble: Exception) -> Failure:
    """Returns what an exchange without an answer means.

    Args:
        exchange: What is known from the wire.
        trouble: What ended it, one of `NETWORK_ERRORS`.
    """
    return _broken_off(exchange, trouble) if exchange.sent else _not_sent(exchange, trouble)


def answered(exchange: Exchange, response: Answer, trouble: Exception | None) -> Answer | Failure:
    """Returns the answer itself when all is well with it, else what it means.

    Args:
        exchange: What is known from the wire.
        response: The answer, with as much of its body as came.
        trouble: What ended the body early, one of `NETWORK_ERRORS`.
    """
    if not is_success(response):
        return _of_status(response)
    return response if trouble is None else _body_lost(response, exchange, trouble)


def garbled(response: requests.Response) -> Failure:
    """Returns what a success means whose body arrived, and can not be read."""
    reason = f"the success status {response.status_code} arrived, but the body was lost (it is no whole JSON)"
    kind = errors.PlanhatUnexpectedContentError
    return Failure(Fate.POSSIBLY_PROCESSED, reason, kind, response=response)


def _of_status(response: requests.Response) -> Failure:
    status = response.status_code
    throttled = status == 429 or (status == 503 and _came_as_refusal(response))
    refused = throttled or status < 500
    return Failure(
        Fate.REFUSED if refused else Fate.POSSIBLY_PROCESSED,
        f"status {status}",
        errors.error_class(status),
        transient=throttled or status in _TRANSIENT,
        throttled=throttled,
        response=response,
    )


def _came_as_refusal(response: requests.Response) -> bool:
    return "Retry-After" in response.headers or response.elapsed.total_seconds() < REFUSAL_SECONDS


def _body_lost(response: requests.Response, exchange: Exchange, trouble: BaseException) -> Failure:
    status = response.status_code
    if isinstance(trouble, BodyTooLargeError):
        reason = f"status {status} arrived with more bytes than the limit"
        error: type[errors.PlanhatError] = errors.PlanhatResponseTooLargeError
        return Failure(Fate.PROCESSED, reason, error, transient=False, response=response)
    reason = f"the success status {status} arrived, but the body was lost ({_words(exchange, trouble)})"
    error = errors.PlanhatUnexpectedContentError if isinstance(trouble, BrokenBodyError) else _error_of(trouble)
    return Failure(Fate.POSSIBLY_PROCESSED, reason, error, response=response)


def _broken_off(exchange: Exchange, trouble: BaseException) -> Failure:
    return Failure(
        Fate.POSSIBLY_PROCESSED,
        _words(exchange, trouble),
        _error_of(trouble),
        stale=exchange.reused and _find(trouble, (ConnectionError,)) is not None,
    )


def _not_sent(exchange: Exchange, trouble: BaseException) -> Failure:
    reason = _words(exchange, trouble)
    if _is_tls(trouble):
        return Failure(Fate.NOT_PROCESSED, reason, errors.PlanhatTLSError, transient=False)
    late = exchange.deadline.over
    error: type[errors.PlanhatError] = errors.PlanhatTimeoutError if late else errors.PlanhatConnectionError
    return Failure(Fate.NOT_PROCESSED, reason, error, transient=not isinstance(trouble, ValueError))


def _is_tls(trouble: BaseException) -> bool:
    # A CA bundle that does not exist is reported by requests as a bare OSError.
    if type(trouble) is OSError:
        return True
    return _find(trouble, _TLS_ERRORS) is not None and not _find(trouble, _HUNG_UP)


def _error_of(trouble: BaseException) -> type[errors.PlanhatError]:
    return errors.PlanhatTimeoutError if _timed_out(trouble) else errors.PlanhatConnectionError


def _timed_out(trouble: BaseException) -> bool:
    # In urllib3 a refused connection is a kind of timeout, too.
    refused = _find(trouble, (urllib3.exceptions.NewConnectionError,))
    return not refused and _find(trouble, _TIMEOUTS) is not None


def _words(exchange: Exchange, trouble: BaseException) -> str:
    """Returns fixed words: the texts of the libraries below can hold queries and proxy passwords."""
    if isinstance(trouble, BrokenBodyError):
        return str(trouble)
    return _tls_words(trouble) or _timeout_words(exchange, trouble) or _connection_words(trouble)


def _tls_words(trouble: BaseException) -> str:
    if type(trouble) is OSError:
        return "the CA bundle does not exist"
    if _find(trouble, _HUNG_UP):
        return "connection closed during the TLS handshake"
    if found := _find(trouble, (ssl.SSLError,)):
        said = getattr(found, "verify_message", "") or getattr(found, "reason", "") or "handshake failed"
        return f"TLS failed: {said}"
    return "TLS failed" if _find(trouble, _TLS_ERRORS) else ""


def _timeout_words(exchange: Exchange, trouble: BaseException) -> str:
    if not _timed_out(trouble):
        return ""
    if exchange.deadline.over:
        return "the total time ran out"
    if not exchange.sent:
        return f"no connection within {exchange.connect_timeout:g} s"
    return f"silence for {exchange.read_timeout:g} s"


def _connection_words(trouble: BaseException) -> str:
    for kinds, words in _WORDS:
        if _find(trouble, kinds):
            return words
    numbers = (link.errno for link in _chain(trouble) if isinstance(link, OSError) and link.errno)
    return f"the connection failed ({next(map(os.strerror, numbers), type(trouble).__name__)})"


_WORDS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((socket.gaierror,), "host name not found"),
    ((requests.exceptions.ProxyError, urllib3.exceptions.ProxyError), "the proxy refused the connection"),
    ((ConnectionRefusedError,), "connection refused"),
    ((http.client.RemoteDisconnected,), "connection closed without an answer"),
    ((ConnectionResetError, BrokenPipeError), "connection reset"),
    (_CUT, "cut short"),
    ((http.client.BadStatusLine, http.client.LineTooLong), "the answer is not HTTP"),
    ((ValueError,), "the URL or the proxy's URL is unusable"),
)


def _find(trouble: BaseException, kinds: tuple[type[BaseException], ...]) -> BaseException | None:
    return next((link for link in _chain(trouble) if isinstance(link, kinds)), None)


def _chain(trouble: BaseException) -> Iterator[BaseException]:
    """Yields an exception and all those that it was made from: urllib3 puts them in four places."""
    waiting: list[object] = [trouble]
    seen: set[int] = set()
    while waiting:
        link = waiting.pop(0)
        if isinstance(link, BaseException) and id(link) not in seen:
            seen.add(id(link))
            yield link
            waiting += [*link.args, getattr(link, "reason", None), link.__cause__, link.__context__]
