"""The error that a call ends with, and its message."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from RPA.Planhat import errors
from RPA.Planhat.errors.base import READS, path_of
from RPA.Planhat.errors.http import planhat_words
from RPA.Planhat.transport.failures import Failure, Outcome

if TYPE_CHECKING:
    import requests

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


def unreadable(response: requests.Response) -> errors.PlanhatOutcomeUnknownError:
    """Returns the error to raise when a create was answered with success, and the answer is none of Planhat's.

    Args:
        response: The answer.
    """
    reason = f"status {response.status_code} arrived with content that is not what Planhat sends"
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
