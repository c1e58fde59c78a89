"""What went wrong with an attempt, what that means for the request, and the error that a call ends with."""

from __future__ import annotations

import enum
import hashlib
import http.client
import os
import socket
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import urllib3.exceptions

# As attributes of their package, they are missing where a timeout interrupted the first import of it.
from requests.exceptions import ProxyError, SSLError, Timeout

from RPA.Planhat import errors
from RPA.Planhat.errors.base import READS, path_of
from RPA.Planhat.errors.http import error_class, planhat_words
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
    if status == 407:
        reason = "the proxy asks for another user name and password (407)"
        return Failure(Outcome.NOT_SENT, reason, errors.PlanhatConnectionError, transient=False)
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


# -------------------------------------------------------------------------------- the error, and its message

_TLS_ADVICE = (
    "Nothing was sent. If a company proxy inspects the traffic, or the server has a certificate of a private CA, "
    "give the file of that CA with verify= (a CA bundle in PEM form) or in REQUESTS_CA_BUNDLE."
)
_MOVED = (301, 307, 308)
"""The statuses of redirects to the same request at another address."""

_UNKNOWN_ADVICE = {
    True: "Sending the same again is safe: it cannot be stored twice.",
    False: "It was not sent again, because that could store it twice. Send it again only if it is not there some "
    "seconds from now.",
}


@dataclass
class CallHistory:
    """What has happened to one call so far.

    Attributes:
        request: What is sent.
        repeatable: Whether the request may be processed twice without harm.
        attempts: How often the request was tried.
        waited: Seconds of waiting between the attempts.
        doubt: Why a write may have been stored, once an attempt left that open.
        stopped: Why no further attempt was made.
    """

    request: requests.PreparedRequest
    repeatable: bool
    attempts: int = 0
    waited: float = 0.0
    doubt: str = ""
    stopped: str = ""

    @property
    def method(self) -> str:
        """The HTTP verb."""
        return self.request.method or ""

    @property
    def path(self) -> str:
        """The path on the host, fit to be shown."""
        return path_of(self.request.url or "")

    @property
    def host(self) -> str:
        """The host, without credentials."""
        return urlsplit(self.request.url or "").hostname or ""

    @property
    def body(self) -> bytes:
        """What is sent."""
        body = self.request.body
        return body.encode() if isinstance(body, str) else body or b""

    @property
    def digest(self) -> str:
        """SHA-256 of the body, the first 12 hex digits."""
        return hashlib.sha256(self.body).hexdigest()[:12]

    @property
    def writes(self) -> bool:
        """Whether the request changes something."""
        return self.method not in READS

    @property
    def efforts(self) -> str:
        """What was done to make the call succeed, as a sentence; empty when nothing was repeated or given up."""
        if self.attempts <= 1 and not self.stopped:
            return ""
        attempts = "1 attempt" if self.attempts == 1 else f"{self.attempts} attempts"
        why = f": {self.stopped}" if self.stopped else ""
        return f"Gave up after {attempts} and {self.waited:.1f} s of waits in between{why}."


def error_of(failure: Failure, history: CallHistory, asked: float | None) -> errors.PlanhatError:
    """Returns the error to raise.

    Args:
        failure: What happened to the last attempt.
        history: What happened to the whole call.
        asked: Seconds that Planhat asked to wait, if it did.
    """
    if _outcome_is_unknown(failure, history):
        return _unknown(failure, history)
    if failure.response is not None and issubclass(failure.error, errors.PlanhatHTTPError):
        return _answered(failure.error, failure.response, history, asked)
    return failure.error(_text(_silent(failure, history), history.efforts))


def unreadable(response: requests.Response, why: str = "") -> errors.PlanhatOutcomeUnknownError:
    """Returns the error to raise when a create was answered with success, and the answer is none of Planhat's.

    Args:
        response: The answer.
        why: How that shows. Default: by its content.
    """
    reason = why or f"status {response.status_code} arrived with content that is not what Planhat sends"
    kind = errors.PlanhatUnexpectedContentError
    failure = Failure(Outcome.UNKNOWN, reason, kind, transient=False, response=response)
    history = CallHistory(response.request, repeatable=False)
    history.attempts = 1
    return _unknown(failure, history)


def _outcome_is_unknown(failure: Failure, history: CallHistory) -> bool:
    if not history.writes or failure.outcome is Outcome.PROCESSED:
        return False
    if history.repeatable:
        return bool(history.doubt) and not failure.said_no
    return failure.in_doubt


def _unknown(failure: Failure, history: CallHistory) -> errors.PlanhatOutcomeUnknownError:
    """Returns the error of a write that may be stored; it names size and digest of the body, by which logs find it."""
    words = planhat_words(failure.response) if failure.response is not None else ""
    reason = f"{failure.reason} ({words})" if words else failure.reason
    size = f"{len(history.body)} bytes, digest {history.digest}"
    what = f"{history.method} {history.path} was sent ({size}), and then: {reason}. It may or may not be stored."
    text = _text(what, history.efforts, _UNKNOWN_ADVICE[history.repeatable])
    return errors.PlanhatOutcomeUnknownError(
        text,
        method=history.method,
        path=history.path,
        digest=history.digest,
        attempts=history.attempts,
        reason=reason,
    )


def _answered(
    kind: type[errors.PlanhatHTTPError],
    response: requests.Response,
    history: CallHistory,
    asked: float | None,
) -> errors.PlanhatHTTPError:
    error = kind.of(response, _advice(kind, response))
    error.reword(_text(str(error), _stored(error, history), history.efforts))
    error.doubt = _doubt(error, history) if history.writes else ""
    if isinstance(error, errors.PlanhatRateLimitError) and asked is not None:
        error.retry_at = time.time() + asked
    return error


def _advice(kind: type[errors.PlanhatHTTPError], response: requests.Response) -> str | None:
    if not issubclass(kind, errors.PlanhatRedirectError):
        return None
    return f"It points to {_shown(response.headers.get('Location', '')) or 'nowhere'}. {kind.ADVICE}"


def _shown(location: str) -> str:
    """Returns an address without credentials and query."""
    try:
        target = urlsplit(location)
    except ValueError:
        return "something that is not an address"
    host = target.netloc.rpartition("@")[2]
    return (f"{target.scheme}://{host}" if host else "") + target.path


def _stored(error: errors.PlanhatHTTPError, history: CallHistory) -> str:
    if not history.writes:
        return ""
    if isinstance(error, errors.PlanhatResponseTooLargeError):
        return "The status means that the write was done."
    if history.doubt:
        return f"An attempt may have been stored all the same: {history.doubt}."
    if doubt := _doubt(error, history):
        return f"It may or may not be stored: {doubt}."
    return "Nothing was stored." if isinstance(error, errors.PlanhatRedirectError) else ""


def _doubt(error: errors.PlanhatHTTPError, history: CallHistory) -> str:
    """Returns why a write may have been stored all the same; else nothing.

    A redirect to the same request at another address was not processed. Others, such as 303, are also what a
    server sends when it is done.
    """
    if isinstance(error, errors.PlanhatRedirectError) and error.status not in _MOVED:
        return history.doubt or f"status {error.status} can come before the write, or after it"
    return history.doubt


def _silent(failure: Failure, history: CallHistory) -> str:
    call = f"{history.method} {history.path} on {history.host}"
    if failure.error is errors.PlanhatTLSError:
        return f"The connection for {call} is not trusted: {failure.reason}.\n{_TLS_ADVICE}"
    if failure.outcome is Outcome.NOT_SENT:
        return f"{call} did not reach Planhat: {failure.reason}. Planhat has processed nothing."
    return f"{call} got no complete answer: {failure.reason}."


def _text(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
