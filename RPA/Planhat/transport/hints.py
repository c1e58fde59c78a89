"""What the headers of an answer say about when to come back.

Planhat documents none of them; all spellings in use are understood, and nothing depends on any.
A time of day is taken relative to the answer's own `Date`, so that a wrong clock on this machine does no harm.
"""

from __future__ import annotations

import re
import time
from datetime import timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIXES = ("X-RateLimit", "X-Rate-Limit", "RateLimit")
_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")
_EPOCH_SECONDS = 1e9
_EPOCH_MILLISECONDS = 1e11


def asked_wait(headers: Mapping[str, str], longest: float) -> float | None:
    """Returns the seconds that the server asks to wait, `None` when it asks for nothing usable.

    Args:
        headers: The headers of the answer, found in any case of letters.
        longest: Seconds up to which a rate limit's reset is plausible; `Retry-After` may say more.
    """
    return _retry_after(headers) or _reset(headers, longest)


def exhausted(headers: Mapping[str, str], longest: float) -> float | None:
    """Returns the seconds until the rate limit is reset, when the answer says that no call is left."""
    return _reset(headers, longest) if _number(_limit_header(headers, "Remaining")) == 0 else None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = headers.get("Retry-After", "").strip()
    seconds = _number(text)
    if seconds is None:
        moment = _moment(text)
        seconds = None if moment is None else moment - _now_of(headers)
    return seconds if seconds is not None and seconds > 0 else None


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
