"""When to try again, and after how long."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from RPA.Planhat.transport.hints import asked_wait

if TYPE_CHECKING:
    from RPA.Planhat.transport.deadline import Deadline
    from RPA.Planhat.transport.outcome import Failure
    from RPA.Planhat.transport.settings import Settings

_SPREAD = 0.05
"""The share that is added at most to a wait that the server asked for, so that threads do not return as one."""


class Quota:
    """A stock of tokens that retries use up, so that a server that is down is not asked five times as often.

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
        self.quota = Quota()

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
        return self._decide_by_time(failure, attempt, deadline)

    def asked(self, failure: Failure) -> float | None:
        """Returns the seconds that Planhat asked to wait, if it did."""
        if failure.response is None or not failure.throttled:
            return None
        return asked_wait(failure.response.headers, self._settings.longest_retry_after)

    def _decide_by_time(self, failure: Failure, attempt: int, deadline: Deadline) -> Decision:
        asked = self.asked(failure)
        longest = self._settings.longest_retry_after
        if asked is not None and asked > longest:
            return Decision(None, f"Planhat asks for a wait of {asked:.0f} s, more than the {longest:g} s allowed")
        pause = self._pause(failure, attempt, asked)
        if pause >= deadline.left():
            return Decision(None, f"the total time of {self._settings.timeout:g} s leaves none for another attempt")
        if not self.quota.take(Quota.THROTTLED if failure.throttled else Quota.RETRY):
            return Decision(None, "too many calls failed lately, so the retry quota is used up")
        return Decision(pause)

    def _pause(self, failure: Failure, attempt: int, asked: float | None) -> float:
        if failure.stale:
            return 0.0
        if asked is not None:
            return asked * random.uniform(1, 1 + _SPREAD)  # nosec B311 # noqa: S311
        base = self._settings.throttle_backoff if failure.throttled else self._settings.backoff
        return random.uniform(0, min(self._settings.longest_wait, base * 2 ** (attempt - 1)))  # nosec B311 # noqa: S311
