"""Calls: a request and its attempts, until one succeeds or none has a chance any more; what is logged of the wire."""

from __future__ import annotations

import logging
import random
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.transport.failures import OUT_OF_TIME, CallHistory, Failure, damaged_body, error_of
from RPA.Planhat.transport.http import HttpClient, Response
from RPA.Planhat.transport.pacing import (
    Deadline,
    Exchange,
    OutOfTimeError,
    Pacer,
    retry_after,
    seconds_to_reset,
    sleep,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import requests

    from RPA.Planhat.errors import PlanhatError
    from RPA.Planhat.transport.settings import Settings

LOGGER = logging.getLogger("RPA.Planhat")

_SPREAD = 0.05
"""The share that is added at most to a wait that the server asked for, so that threads do not return as one."""

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

    def send(  # noqa: PLR0913 - the parts of an HTTP request, and what is known of it
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        data: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        auth: Callable[[requests.PreparedRequest], requests.PreparedRequest] | None = None,
        repeatable: bool,
        paced: bool = True,
        read_timeout: float | None = None,
    ) -> Response:
        """Sends a request and returns the response, whose status is 2xx and whose body is read to its end.

        A redirect is never followed. What the body means is left to the caller.

        Args:
            method: The HTTP verb.
            url: The URL.
            params: The query.
            data: The body, JSON in bytes or text.
            headers: Further headers.
            auth: What puts the credentials into this request, in place of the usual ones.
            repeatable: Whether it may be processed twice without harm: a read, or a write with a key. If not, it is
                sent again only when Planhat certainly has not processed it.
            paced: Whether the call counts in the limits on calls a minute and a second.
            read_timeout: Maximum seconds without data; the default is that of the settings.

        Raises:
            PlanhatHTTPError: Planhat refused the call, or its response is damaged or too large; each has a class.
            PlanhatConnectionError: Planhat could not be reached or trusted, or a read got no complete answer.
            PlanhatTimeoutError: The time was up before a read was complete, or before anything was sent.
            PlanhatOutcomeUnknownError: A write may or may not have been stored.
            PlanhatValidationError: The request cannot be built; nothing was sent.
        """
        request = self.http.prepare(method, url, params=params, data=data, headers=headers, auth=auth)
        return _Call(
            self,
            CallHistory(request, repeatable),
            Deadline(self.settings.timeout),
            paced=paced,
            read_timeout=read_timeout or self.settings.read_timeout,
        ).run()

    def close(self) -> None:
        """Closes the idle connections. The transport can still be used; it then opens new ones."""
        self.http.close()


@dataclass
class _Call:
    """A request on its way.

    Attributes:
        transport: What sends.
        history: The request, and what has happened to it so far.
        deadline: The end of the call.
        paced: Whether it counts in the limits on calls.
        read_timeout: Maximum seconds without data.
        last: What went wrong with the last attempt.
        left: Seconds that were left when it succeeded.
    """

    transport: Transport
    history: CallHistory
    deadline: Deadline
    paced: bool
    read_timeout: float
    last: Failure | None = None
    left: float = 0.0

    def run(self, failure: Failure | None = None) -> Response:
        """Returns the successful response.

        Args:
            failure: What went wrong with an attempt that was made before.

        Raises:
            PlanhatError: There was none.
        """
        transport, history = self.transport, self.history
        connect_timeout = transport.settings.connect_timeout
        while failure is None or self._wait_for_another(failure):
            try:
                with transport.pacer.slot(self.deadline, paced=self.paced):
                    history.attempts += 1
                    started = time.monotonic()
                    exchange = Exchange(self.deadline, connect_timeout, self.read_timeout)
                    result = transport.http.exchange(history.request, exchange)
                    self._note(result, time.monotonic() - started)
            except (OutOfTimeError, PlanhatValidationError) as problem:
                is_late = isinstance(problem, OutOfTimeError)
                if self.last is None and not is_late:
                    raise  # the file that keeps the pace cannot be used
                result = OUT_OF_TIME
                if self.last is not None:
                    history.stopped = _LATE if is_late else str(problem).removesuffix(" Nothing was sent.").rstrip(".")
                    result = replace(self.last, transient=False)
            if not isinstance(result, Failure):
                transport.policy.quota.give_back()
                self.left = self.deadline.left()
                result.again, result.doubt = self._run_again, history.doubt
                return result
            failure = result
        raise self._error(failure)

    def _run_again(self, damaged: Response) -> Response:
        # The time that the reader took does not count.
        self.deadline = Deadline(self.left)
        return self.run(damaged_body(damaged))

    def _note(self, result: Response | Failure, seconds: float) -> None:
        """Logs an attempt, takes secrets out of its response, and obeys its headers about the rate limit."""
        response = result.response if isinstance(result, Failure) else result
        if LOGGER.isEnabledFor(logging.DEBUG):
            ended = result.reason if isinstance(result, Failure) else f"status {result.status_code}"
            size = 0 if response is None else len(response.content)
            what = f"{self.history.method} {self.history.path}"
            outcome = f"{ended}, {seconds * 1000:.0f} ms, {size} bytes"
            log_exchange(what, outcome, self.history.request, response, self.transport.mask)
        if response is None:
            return
        # Addresses of the analytics host have the tenant.
        response.url = response.request.url = self.transport.mask(response.url)
        if self.paced:
            wait = seconds_to_reset(response.headers, self.transport.settings.longest_retry_after)
            if wait:
                self.transport.pacer.pause(wait)

    def _wait_for_another(self, failure: Failure) -> bool:
        """Returns whether another attempt is made, after the wait before it."""
        history, transport = self.history, self.transport
        if failure.in_doubt:
            history.doubt = failure.reason
        decision = transport.policy.decide(failure, history.attempts, self.deadline, repeatable=history.repeatable)
        if self.paced and failure.response is not None and failure.response.status_code == 429:
            asked = transport.policy.asked(failure) or 0.0
            allowed = asked <= transport.settings.longest_retry_after
            transport.pacer.pause(max(asked if allowed else 0.0, decision.pause or 0.0))
        self.last = failure
        history.stopped = decision.why or history.stopped
        if decision.pause is None:
            return False
        what = f"{history.method} {history.path}: {failure.reason}"
        number = f"attempt {history.attempts + 1} of {transport.settings.retries + 1}"
        LOGGER.info("%s", transport.mask(f"{what}; {number} in {decision.pause:.1f} s"))
        history.waited += decision.pause
        sleep(decision.pause, self.deadline)
        return True

    def _error(self, failure: Failure) -> PlanhatError:
        error = error_of(failure, self.history, self.transport.policy.asked(failure))
        error.reword(self.transport.mask(str(error)))
        for name in ("details", "reason"):
            if hasattr(error, name):
                setattr(error, name, self.transport.mask(getattr(error, name)))
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


class RetryQuota:
    """A budget of tokens that retries use up, so that a server that is down is not asked five times as often.

    The numbers are those of botocore: 500 tokens, 14 for a retry, 5 for one after throttling, 1 back for a success.
    """

    SIZE = 500
    RETRY = 14
    THROTTLED = 5

    def __init__(self) -> None:
        self._tokens = self.SIZE
        self._lock = threading.Lock()

    def take(self, cost: int) -> bool:
        """Takes tokens out; returns false, taking none, when there are too few."""
        with self._lock:
            enough = self._tokens >= cost
            if enough:
                self._tokens -= cost
            return enough

    def give_back(self) -> None:
        """Puts one token back."""
        with self._lock:
            self._tokens = min(self.SIZE, self._tokens + 1)


@dataclass(frozen=True)
class Decision:
    """What to do after a failure.

    Attributes:
        pause: Seconds to wait before the next attempt; `None` to give up.
        why: Why it is given up, when retrying was possible in principle.
    """

    pause: float | None
    why: str = ""


class RetryPolicy:
    """Decides after each failure; shared by all calls of a transport, because the quota is."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.quota = RetryQuota()

    def decide(self, failure: Failure, attempt: int, deadline: Deadline, *, repeatable: bool) -> Decision:
        """Returns whether and when to try again.

        Args:
            failure: What went wrong.
            attempt: The number of attempts so far.
            deadline: The end of the call.
            repeatable: Whether the request may be processed twice without harm.
        """
        if not failure.transient or (failure.in_doubt and not repeatable):
            return Decision(None)
        if attempt > self._settings.retries:
            return Decision(None, "all attempts are used up")
        asked = self.asked(failure)
        longest = self._settings.longest_retry_after
        if asked is not None and asked > longest:
            return Decision(None, f"Planhat asks for a wait of {asked:.0f} s, more than the {longest:g} s allowed")
        pause = self._pause(failure, attempt, asked)
        if pause >= deadline.left():
            return Decision(None, f"the total time of {self._settings.timeout:g} s leaves none for another attempt")
        if not self.quota.take(RetryQuota.THROTTLED if failure.throttled else RetryQuota.RETRY):
            return Decision(None, "too many calls failed lately, so the retry budget is used up")
        return Decision(pause)

    def asked(self, failure: Failure) -> float | None:
        """Returns the seconds that Planhat asked to wait, if it did."""
        if failure.response is None or not failure.throttled:
            return None
        return retry_after(failure.response.headers, self._settings.longest_retry_after)

    def _pause(self, failure: Failure, attempt: int, asked: float | None) -> float:
        if failure.stale:
            return 0.0
        if asked is not None:
            return asked * random.uniform(1, 1 + _SPREAD)  # nosec B311 # noqa: S311
        base = self._settings.throttle_backoff if failure.throttled else self._settings.backoff
        return random.uniform(0, min(self._settings.longest_wait, base * 2 ** (attempt - 1)))  # nosec B311 # noqa: S311
