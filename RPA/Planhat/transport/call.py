"""One call: its attempts, until one succeeds or none has a chance any more."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from RPA.Planhat.transport.bodies import log_exchange
from RPA.Planhat.transport.deadline import Deadline, OutOfTimeError, sleep
from RPA.Planhat.transport.hints import exhausted
from RPA.Planhat.transport.outcome import OUT_OF_TIME, Failure, garbled
from RPA.Planhat.transport.verdict import Story, verdict
from RPA.Planhat.transport.wire import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import requests
    from tenacity import RetryCallState

    from RPA.Planhat.transport.answer import Answer
    from RPA.Planhat.transport.line import Line
    from RPA.Planhat.transport.pacing import Pacer
    from RPA.Planhat.transport.retry import Decision, RetryPolicy
    from RPA.Planhat.transport.settings import Settings

LOGGER = logging.getLogger("RPA.Planhat")

_LATE = "the limits on calls a minute, a second and in parallel leave no time for another attempt"


@dataclass(frozen=True)
class Office:
    """What all calls of a transport share."""

    settings: Settings
    line: Line
    pacer: Pacer
    policy: RetryPolicy
    mask: Callable[[str], str]


class Call:
    """A request on its way.

    Args:
        office: What all calls share.
        request: What to send.
        repeatable: Whether it may be processed twice without harm.
        paced: Whether it counts in the limits.
        read_timeout: Seconds of silence that are borne.
    """

    def __init__(
        self,
        office: Office,
        request: requests.PreparedRequest,
        *,
        repeatable: bool,
        paced: bool,
        read_timeout: float,
    ) -> None:
        self._office = office
        self._request = request
        self._paced = paced
        self._read_timeout = read_timeout
        self._deadline = Deadline(office.settings.timeout)
        self._story = Story(request, repeatable)
        self._last: Failure | None = None
        self._pause = 0.0
        self._left = 0.0

    def run(self) -> Answer:
        """Returns the successful answer.

        Raises:
            PlanhatError: There was none.
        """
        return self._answer_of(self._attempt())

    def run_again(self, damaged: Answer) -> Answer:
        """Returns the answer of another attempt, since the body of the last one can not be read.

        Raises:
            PlanhatError: There was none, or another attempt could store something twice.
        """
        # The time that the reader took is none of the call.
        self._deadline = Deadline(self._left)
        return self._answer_of(garbled(damaged))

    def _answer_of(self, result: Answer | Failure) -> Answer:
        if isinstance(result, Failure):
            result = self._retried(result)
        if isinstance(result, Failure):
            raise self._error(result)
        self._office.policy.quota.give_back()
        self._left = self._deadline.left()
        result.again = self.run_again
        return result

    def _retried(self, failure: Failure) -> Answer | Failure:
        from tenacity import Retrying  # noqa: PLC0415 - most runs never need it, and importing it takes 20 ms

        results: Iterator[Answer | Failure] = chain([failure], iter(self._attempt, None))
        return Retrying(retry=self._goes_on, wait=self._wait, sleep=self._sleep)(results.__next__)

    def _attempt(self) -> Answer | Failure:
        try:
            with self._office.pacer.slot(self._deadline, paced=self._paced):
                return self._exchange()
        except OutOfTimeError:
            return self._out_of_time()

    def _exchange(self) -> Answer | Failure:
        self._story.attempts += 1
        started = time.monotonic()
        exchange = Exchange(self._deadline, self._office.settings.connect_timeout, self._read_timeout)
        result = self._office.line.exchange(self._request, exchange)
        self._log_exchange(result, time.monotonic() - started)
        response = result.response if isinstance(result, Failure) else result
        if response is not None:
            self._mask(response)
        self._obey_limit(response)
        return result

    def _mask(self, response: requests.Response) -> None:
        """Takes secrets out of what an answer shows of its request: addresses of the analytics host have the tenant."""
        response.url = response.request.url = self._office.mask(response.url)

    def _out_of_time(self) -> Failure:
        if self._last is None:
            return OUT_OF_TIME
        self._story.stopped = _LATE
        return replace(self._last, transient=False)

    def _goes_on(self, retry_state: RetryCallState) -> bool:
        outcome = retry_state.outcome
        # An exception here is none of ours, such as Ctrl-C: tenacity passes it on when told to stop.
        if outcome is None or outcome.failed or not isinstance(outcome.result(), Failure):
            return False
        return self._try_again_after(outcome.result())

    def _try_again_after(self, failure: Failure) -> bool:
        story = self._story
        if failure.in_doubt:
            story.doubt = failure.reason
        decision = self._office.policy.decide(failure, story.attempts, self._deadline, repeatable=story.repeatable)
        self._slow_all_down(failure, decision)
        self._last = failure
        story.stopped = decision.why or story.stopped
        if decision.pause is None:
            return False
        self._pause = decision.pause
        self._log_retry(failure)
        return True

    def _wait(self, retry_state: RetryCallState) -> float:  # noqa: ARG002
        return self._pause

    def _sleep(self, seconds: float) -> None:
        self._story.waited += seconds
        sleep(seconds, self._deadline)

    def _slow_all_down(self, failure: Failure, decision: Decision) -> None:
        if self._paced and failure.response is not None and failure.response.status_code == 429:
            asked = self._office.policy.asked(failure) or 0.0
            allowed = asked <= self._office.settings.longest_retry_after
            self._office.pacer.pause(max(asked if allowed else 0.0, decision.pause or 0.0))

    def _obey_limit(self, response: requests.Response | None) -> None:
        if self._paced and response is not None:
            wait = exhausted(response.headers, self._office.settings.longest_retry_after)
            if wait:
                self._office.pacer.pause(wait)

    def _error(self, failure: Failure) -> BaseException:
        error = verdict(failure, self._story, self._office.policy.asked(failure))
        error.args = (self._office.mask(str(error)),)
        for name in ("details", "reason"):
            if hasattr(error, name):
                setattr(error, name, self._office.mask(getattr(error, name)))
        return error

    def _log_retry(self, failure: Failure) -> None:
        if LOGGER.isEnabledFor(logging.INFO):
            story, attempts = self._story, self._office.settings.retries + 1
            what = f"{story.method} {story.path}: {failure.reason}"
            self._log(logging.INFO, f"{what}; attempt {story.attempts + 1} of {attempts} in {self._pause:.1f} s")

    def _log_exchange(self, result: Answer | Failure, seconds: float) -> None:
        if LOGGER.isEnabledFor(logging.DEBUG):
            response = result.response if isinstance(result, Failure) else result
            ended = result.reason if isinstance(result, Failure) else f"status {result.status_code}"
            size = 0 if response is None else len(response.content)
            what, outcome = (
                f"{self._story.method} {self._story.path}",
                f"{ended}, {seconds * 1000:.0f} ms, {size} bytes",
            )
            log_exchange(what, outcome, self._request, response, self._office.mask)

    def _log(self, level: int, text: str) -> None:
        LOGGER.log(level, "%s", self._office.mask(text))
