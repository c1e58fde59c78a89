"""When to try again, and after how long.

Planhat documents no header that says when to come back; all spellings in use are understood, and nothing depends on
any. A time of day is taken relative to the response's own `Date`, so that a wrong clock on this machine does no harm.
"""

from __future__ import annotations

import random
import re
import threading
import time
from dataclasses import dataclass
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from RPA.Planhat.transport.failures import Failure
    from RPA.Planhat.transport.pacing import Deadline
    from RPA.Planhat.transport.settings import Settings

_PREFIXES = ("X-RateLimit", "X-Rate-Limit", "RateLimit")
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")
_EPOCH_SECONDS = 1e9
_EPOCH_MILLISECONDS = 1e11

_SPREAD = 0.05
"""The share that is added at most to a wait that the server asked for, so that threads do not return as one."""


# ----------------------------------------------------------------------------------- headers of rate limits


def retry_after(headers: Mapping[str, str], longest: float) -> float | None:
    """Returns the seconds that the server asks to wait, `None` when it asks for nothing usable.

    Args:
        headers: The headers of the response, found in any case of letters.
        longest: Seconds up to which a rate limit's reset is plausible; `Retry-After` may say more.
    """
    text = headers.get("Retry-After", "").strip()
    seconds = _number(text)
    if seconds is None and (moment := _moment(text)) is not None:
        seconds = moment - _now_of(headers)
    return seconds if seconds is not None and seconds > 0 else _reset(headers, longest)


def seconds_to_reset(headers: Mapping[str, str], longest: float) -> float | None:
    """Returns the seconds until the rate limit is reset, when the response says that no call is left."""
    return _reset(headers, longest) if _number(_limit_header(headers, "Remaining")) == 0 else None


def is_refusal(headers: Mapping[str, str]) -> bool:
    """Tells whether a 503 says by its headers that the call was turned away: to come back, or that no call is left."""
    return "Retry-After" in headers or _number(_limit_header(headers, "Remaining")) == 0


def _reset(headers: Mapping[str, str], longest: float) -> float | None:
    value = _number(_limit_header(headers, "Reset"))
    if value is None:
        return None
    if value >= _EPOCH_MILLISECONDS:
        value /= 1000
    seconds = value - _now_of(headers) if value >= _EPOCH_SECONDS else value
    return seconds if 0 < seconds <= longest else None


def _limit_header(headers: Mapping[str, str], name: str) -> str:
    values = (headers.get(f"{prefix}-{name}") for prefix in _PREFIXES)
    return next((value.strip() for value in values if value), "")


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _now_of(headers: Mapping[str, str]) -> float:
    return _moment(headers.get("Date", "")) or time.time()


def _moment(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


# --------------------------------------------------------------------------------------------------- policy


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
            return Decision(None, "too many calls failed lately, so the retry quota is used up")
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
