"""Errors of the network and of answers. They are errors of `requests` as well, which is loaded with them."""

from __future__ import annotations

import json
from typing import Any

import requests

from RPA.Planhat.errors.base import PlanhatError, path_of, without_secrets

LONGEST_QUOTE = 500
"""Characters of Planhat's own words that a message repeats."""


_WORD_KEYS = ("message", "error", "errors", "detail", "reason")


class PlanhatConnectionError(PlanhatError, requests.ConnectionError):
    """Planhat could not be reached: refused, unknown host, no route. Planhat has processed nothing."""


class PlanhatTLSError(PlanhatConnectionError):
    """The encrypted connection could not be trusted. Planhat has processed nothing."""


class PlanhatTimeoutError(PlanhatError, requests.Timeout):
    """The time for the call was used up before an answer was complete."""


class PlanhatHTTPError(PlanhatError, requests.HTTPError):
    """Planhat answered, and the answer was no.

    Attributes:
        status: The HTTP status, such as 404.
        method: The HTTP verb that was tried.
        path: The path on the Planhat host.
        details: Planhat's own words, at most 500 characters, empty when it gave none.
        doubt: Why an earlier attempt of the same call may have been processed; else empty.
        response: The `requests.Response`.
        request: The `requests.PreparedRequest`.
    """

    doubt: str = ""

    HEADLINE = "Planhat refused the request"
    ADVICE = "Compare what was sent with the keyword documentation of the model."

    def __init__(self, message: str = "", *, response: requests.Response | None = None) -> None:
        super().__init__(message, request=getattr(response, "request", None), response=response)
        self.status: int | None = response.status_code if response is not None else None
        self.method: str = getattr(self.request, "method", None) or ""
        self.path: str = path_of(getattr(self.request, "url", None) or "")
        self.details: str = planhat_words(response) if response is not None else ""

    def __reduce__(self) -> Any:
        """Leaves request and response out of a pickle: they hold the token."""
        state = {name: value for name, value in vars(self).items() if name not in ("request", "response")}
        return type(self), self.args, state

    @classmethod
    def of(cls, response: requests.Response, advice: str | None = None) -> PlanhatHTTPError:
        """Returns the error for a response, with a message made of its parts.

        Args:
            response: The response that refuses the call.
            advice: What to do about it; the default fits the class.
        """
        _hide_secrets_in(response)
        error = cls(response=response)
        said = f" Planhat said: {error.details}" if error.details else " Planhat gave no reason."
        what = f"{cls.HEADLINE}: {error.method} {error.path} answered {error.status}."
        error.reword(f"{what}{said}\n{advice or cls.ADVICE}")
        return error


class PlanhatBadRequestError(PlanhatHTTPError):
    """Planhat found the request wrong (400, 422 and other 4xx)."""

    HEADLINE = "Planhat refused the request"
    ADVICE = "Usually a required field is missing, a key is used twice, or a value has the wrong form."


class PlanhatConflictError(PlanhatBadRequestError):
    """What was sent clashes with what is stored (409, or a key that is in use)."""

    HEADLINE = "Planhat found a conflict"
    ADVICE = "A record with this key exists. Update it, or use the Upsert keyword."


class PlanhatTooLargeError(PlanhatBadRequestError):
    """The body was larger than Planhat takes (413)."""

    HEADLINE = "Planhat found the request too large"
    ADVICE = "Planhat takes 32 MB a call: send fewer or smaller rows."


class PlanhatAuthFailedError(PlanhatHTTPError):
    """Planhat did not accept the token (401); the subclass `PlanhatPermissionError` is for 403."""

    HEADLINE = "Planhat did not accept the token"
    ADVICE = (
        "Check that the API token is complete, not expired and not paused, and that base_url is the cluster of "
        "the tenant."
    )


class PlanhatPermissionError(PlanhatAuthFailedError):
    """The token is accepted, but may not do this (403)."""

    HEADLINE = "Planhat did not permit this"
    ADVICE = "Give the service account of the token the right for this model and this action, in Planhat."


class PlanhatRateLimitError(PlanhatHTTPError):
    """Planhat asked to slow down (429), and waiting within the limits did not help.

    Attributes:
        retry_at: Unix time after which Planhat accepts the next call, if the response had it.
    """

    HEADLINE = "Planhat asked to slow down"
    ADVICE = "Planhat allows 200 calls a minute. Wait, or lower the number of robots that run at once."

    retry_at: float | None = None


class PlanhatNotFoundError(PlanhatHTTPError):
    """Planhat has no such record or no such route (404)."""

    HEADLINE = "Not found in Planhat"
    ADVICE = "Check the id. An external id needs the prefix extid-, a source id the prefix srcid-."


class PlanhatServerError(PlanhatHTTPError):
    """Planhat failed (5xx)."""

    HEADLINE = "Planhat failed"
    ADVICE = "Try again later; if it stays, Planhat's support needs the time and the path of this message."


class PlanhatRedirectError(PlanhatHTTPError):
    """The host answered with a redirect, which this library does not follow.

    Attributes:
        location: Where the redirect points.
    """

    HEADLINE = "Planhat's host redirected the call, and redirects are not followed"
    ADVICE = "Check base_url: a proxy, a login page or a wrong host is in the way."

    @property
    def location(self) -> str:
        """Where the redirect points, without its query."""
        return (self.response.headers.get("Location", "") if self.response is not None else "").split("?")[0]


class PlanhatUnexpectedContentError(PlanhatHTTPError):
    """A successful status came with content that is not what Planhat sends."""

    HEADLINE = "The answer is not what Planhat sends"
    ADVICE = "Check base_url and proxies: something else than Planhat may have answered."


class PlanhatResponseTooLargeError(PlanhatUnexpectedContentError):
    """The answer was larger than the limit on decoded bytes."""

    HEADLINE = "The answer is larger than the limit"
    ADVICE = "Ask for fewer fields with properties=, or raise largest_answer, as in largest_answer=1 GB."


_BY_STATUS: dict[int, type[PlanhatHTTPError]] = {
    401: PlanhatAuthFailedError,
    403: PlanhatPermissionError,
    404: PlanhatNotFoundError,
    409: PlanhatConflictError,
    413: PlanhatTooLargeError,
    429: PlanhatRateLimitError,
}


def error_class(status: int) -> type[PlanhatHTTPError]:
    """Returns the error class for an HTTP status that is not a success."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return PlanhatServerError
    if status < 200:
        return PlanhatUnexpectedContentError
    return PlanhatRedirectError if 300 <= status < 400 else PlanhatBadRequestError


def _hide_secrets_in(response: requests.Response) -> None:
    """Masks what an answer repeats of the secrets: errors keep it, and are looked at by debuggers and reporters."""
    for name, value in response.headers.items():
        if (masked := without_secrets(value)) != value:
            response.headers[name] = masked
    text = (response.content or b"").decode("utf-8", "surrogateescape")
    if (masked := without_secrets(text)) != text:
        vars(response)["_content"] = masked.encode("utf-8", "surrogateescape")


def planhat_words(response: requests.Response) -> str:
    """Returns the message in an error body of Planhat: the text of a known key, else the body itself, cut."""
    text = (response.content or b"").decode("utf-8", "replace").strip()
    try:
        said = _words_in(json.loads(text))
    except (ValueError, RecursionError):
        said = text
    said = " ".join(without_secrets(said).split())
    return said if len(said) <= LONGEST_QUOTE else said[: LONGEST_QUOTE - 1] + "…"


def _words_in(body: Any) -> str:
    if isinstance(body, str):
        return body
    if isinstance(body, dict):
        for key in _WORD_KEYS:
            if body.get(key):
                return _words_in(body[key])
    return json.dumps(body, ensure_ascii=False) if body else ""
