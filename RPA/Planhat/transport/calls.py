"""Calls: a request and its attempts, until one succeeds or none has a chance any more; what is logged of the wire."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from RPA.Planhat.errors import PlanhatError, PlanhatUnexpectedContentError
from RPA.Planhat.transport.error_messages import CallHistory, error_of
from RPA.Planhat.transport.failures import OUT_OF_TIME, Exchange, Failure, damaged_body
from RPA.Planhat.transport.http import HttpClient, Response
from RPA.Planhat.transport.pacing import Deadline, OutOfTimeError, Pacer, RetryPolicy, seconds_to_reset, sleep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import requests

    from RPA.Planhat.transport.settings import Settings

LOGGER = logging.getLogger("RPA.Planhat")

_LATE = "the limits on calls a minute, a second and in parallel leave no time for another attempt"


class Transport:
    """Sends requests, and tries again where that can do no harm; safe to use from several threads.

    Args:
        settings: The limits and delays.
        auth: What puts the credentials into each request. A `.netrc` file is never looked into.
        proxies: Proxies by scheme, as `requests` takes them; `None` to take those of the environment.
        verify: `True` to check certificates with the usual CAs or with `REQUESTS_CA_BUNDLE`, or the path
            of a CA bundle. `False` checks nothing.
        mask: Takes any text that is about to be logged or raised and returns it without secrets.
        adapters: Adapters that send in place of ours, by prefix of URLs.

    Attributes:
        settings: The limits and delays.
        http: The HTTP client below.

    Raises:
        PlanhatValidationError: The `rate_limit_file` cannot be used.
    """

    def __init__(  # noqa: PLR0913 - the options of a connection, all named
        self,
        settings: Settings,
        *,
        auth: requests.auth.AuthBase | None,
        proxies: Mapping[str, str] | None,
        verify: bool | str,
        mask: Callable[[str], str],
        adapters: Mapping[str, requests.adapters.BaseAdapter] | None = None,
    ) -> None:
        self.settings = settings
        self.http = HttpClient(settings, auth, proxies, verify, adapters or {})
        self.pacer = Pacer.of(settings)
        self.policy = RetryPolicy(settings)
        self.mask = mask

    def send(
        self,
        request: requests.Request,
        *,
        repeatable: bool,
        paced: bool = True,
        read_timeout: float | None = None,
    ) -> Response:
        """Sends a request and returns the response, whose status is 2xx and whose body is read to its end.

        A redirect is never followed. What the body means is left to the caller.

        Args:
            request: What to send; its body is bytes, text or JSON, so that it can be sent again.
            repeatable: Whether it may be processed twice without harm: a read, or a write with a key. If not, it is
                sent again only when Planhat certainly has not processed it.
            paced: Whether the call counts in the limits on calls a minute and a second.
            read_timeout: Maximum seconds without data; the default is that of the settings.

        Raises:
            PlanhatHTTPError: Planhat said no, or what it said is damaged or too large; one class for each case.
            PlanhatConnectionError: Planhat could not be reached or trusted, or a read got no complete answer.
            PlanhatTimeoutError: The time was up before a read was complete, or before anything was sent.
            PlanhatOutcomeUnknownError: A write may or may not have been stored.
            PlanhatValidationError: The request cannot be built; nothing was sent.
        """
        prepared = self.http.prepare(request)
        silence = read_timeout or self.settings.read_timeout
        return _Call(self, prepared, repeatable=repeatable, paced=paced, read_timeout=silence).run()

    def close(self) -> None:
        """Closes the idle connections. The transport can still be used; it then opens new ones."""
        self.http.close()


def ask_again(response: requests.Response) -> None:
    """Makes another attempt of the call that a response belongs to, since its content is damaged.

    It is an attempt like any other: one that could store something twice is not made, and the number of attempts,
    their time and the waits between them stay what they are.

    Args:
        response: The damaged response; afterwards it is the other one.

    Raises:
        PlanhatUnexpectedContentError: All attempts of a read are used up.
        PlanhatOutcomeUnknownError: A write was done or not; nobody can tell from this response.
        PlanhatError: The other attempts ended in another way.
    """
    if not isinstance(response, Response) or response.again is None:
        raise PlanhatUnexpectedContentError.of(response)
    vars(response).update(vars(response.again(response)))


class _Call:
    """A request on its way; the arguments are those of `Transport.send`."""

    def __init__(
        self,
        transport: Transport,
        request: requests.PreparedRequest,
        *,
        repeatable: bool,
        paced: bool,
        read_timeout: float,
    ) -> None:
        self._transport = transport
        self._request = request
        self._paced = paced
        self._read_timeout = read_timeout
        self._deadline = Deadline(transport.settings.timeout)
        self._history = CallHistory(request, repeatable)
        self._last: Failure | None = None
        self._left = 0.0

    def run(self, failure: Failure | None = None) -> Response:
        """Returns the successful response.

        Args:
            failure: What went wrong with an attempt that was made before.

        Raises:
            PlanhatError: There was none.
        """
        transport, history = self._transport, self._history
        connect_timeout = transport.settings.connect_timeout
        while failure is None or self._wait_for_another(failure):
            try:
                with transport.pacer.slot(self._deadline, paced=self._paced):
                    history.attempts += 1
                    started = time.monotonic()
                    exchange = Exchange(self._deadline, connect_timeout, self._read_timeout)
                    result = transport.http.exchange(self._request, exchange)
                    self._note(result, time.monotonic() - started)
            except OutOfTimeError:
                result = OUT_OF_TIME
                if self._last is not None:
                    history.stopped = _LATE
                    result = replace(self._last, transient=False)
            if not isinstance(result, Failure):
                transport.policy.quota.give_back()
                self._left = self._deadline.left()
                result.again = self._run_again
                return result
            failure = result
        raise self._error(failure)

    def _run_again(self, damaged: Response) -> Response:
        # The time that the reader took does not count.
        self._deadline = Deadline(self._left)
        return self.run(damaged_body(damaged))

    def _note(self, result: Response | Failure, seconds: float) -> None:
        """Logs an attempt, takes secrets out of its response, and obeys what that says about the rate limit."""
        response = result.response if isinstance(result, Failure) else result
        if LOGGER.isEnabledFor(logging.DEBUG):
            ended = result.reason if isinstance(result, Failure) else f"status {result.status_code}"
            size = 0 if response is None else len(response.content)
            what = f"{self._history.method} {self._history.path}"
            outcome = f"{ended}, {seconds * 1000:.0f} ms, {size} bytes"
            log_exchange(what, outcome, self._request, response, self._transport.mask)
        if response is None:
            return
        # Addresses of the analytics host have the tenant.
        response.url = response.request.url = self._transport.mask(response.url)
        if self._paced:
            wait = seconds_to_reset(response.headers, self._transport.settings.longest_retry_after)
            if wait:
                self._transport.pacer.pause(wait)

    def _wait_for_another(self, failure: Failure) -> bool:
        """Returns whether another attempt is made, after the wait before it."""
        history, transport = self._history, self._transport
        if failure.in_doubt:
            history.doubt = failure.reason
        decision = transport.policy.decide(failure, history.attempts, self._deadline, repeatable=history.repeatable)
        if self._paced and failure.response is not None and failure.response.status_code == 429:
            asked = transport.policy.asked(failure) or 0.0
            allowed = asked <= transport.settings.longest_retry_after
            transport.pacer.pause(max(asked if allowed else 0.0, decision.pause or 0.0))
        self._last = failure
        history.stopped = decision.why or history.stopped
        if decision.pause is None:
            return False
        what = f"{history.method} {history.path}: {failure.reason}"
        number = f"attempt {history.attempts + 1} of {transport.settings.retries + 1}"
        LOGGER.info("%s", transport.mask(f"{what}; {number} in {decision.pause:.1f} s"))
        history.waited += decision.pause
        sleep(decision.pause, self._deadline)
        return True

    def _error(self, failure: Failure) -> PlanhatError:
        error = error_of(failure, self._history, self._transport.policy.asked(failure))
        error.reword(self._transport.mask(str(error)))
        for name in ("details", "reason"):
            if hasattr(error, name):
                setattr(error, name, self._transport.mask(getattr(error, name)))
        return error


TRACE = 5
"""The level of Python's logging that Robot Framework shows as TRACE."""

AT_DEBUG = 2_000
"""Characters of a body that DEBUG shows."""

AT_TRACE = 20_000
"""Characters of a body that TRACE shows; the pages of a list of 50,000 records stay below a megabyte."""


def log_exchange(
    what: str,
    outcome: str,
    request: requests.PreparedRequest,
    response: requests.Response | None,
    mask: Callable[[str], str],
) -> None:
    """Logs a call: one line with the beginning of the response, and at TRACE both bodies.

    Args:
        what: What was called.
        outcome: How it ended.
        request: What was sent.
        response: The response, if there was one.
        mask: Replaces secrets.
    """
    answer = None if response is None else response.content
    if not LOGGER.isEnabledFor(TRACE):
        LOGGER.debug("%s%s", mask(f"{what}: {outcome}"), _shown("", answer, AT_DEBUG, mask))
        return
    LOGGER.debug("%s", mask(f"{what}: {outcome}"))
    bodies = _shown("sent: ", request.body, AT_TRACE, mask), _shown("answered: ", answer, AT_TRACE, mask)
    LOGGER.log(TRACE, "%s%s%s", mask(what), *bodies)


def _shown(head: str, body: bytes | str | None, limit: int, mask: Callable[[str], str]) -> str:
    """Returns the beginning of a body on a line of its own; secrets are masked first, so that none is cut in two."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body or "")
    if not text.strip():
        return ""
    text = mask(text)
    rest = len(text) - limit
    return f"\n{head}{text[:limit]}" + (f" … and {rest:,} more characters" if rest > 0 else "")
