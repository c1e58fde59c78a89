"""JSON: what is sent to Planhat, what JSON cannot hold, and responses as records.

What reads it is orjson when it is installed, else the standard library, with the same results for all that JavaScript's
`JSON.stringify` writes, which is what Planhat sends: of equal names in one object the last counts, and a number that
64 bits cannot hold is the double that JavaScript had.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from contextlib import contextmanager, suppress
from datetime import date as calendar_date
from datetime import datetime, time, timedelta
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, Any

from RPA.Planhat import errors
from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.errors.base import READS
from RPA.Planhat.types.records import records_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import requests


def _orjson() -> Any:
    """Returns orjson when it is installed, as the extra `[fast]` does; else nothing."""
    try:
        return import_module("orjson")
    except ImportError:
        return None


orjson: Any = _orjson()

_PLAIN_DATES = 0 if orjson is None else orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


class BadCell:
    """A cell that its reader does not understand, such as an error of Excel; each step that meets it refuses its row.

    Attributes:
        text: What the cell shows.
        problem: What is wrong with it, with its column.
    """

    __slots__ = ("problem", "text")

    def __init__(self, text: str, problem: str) -> None:
        self.text = text
        self.problem = problem

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


def refuse_bad_cell(value: Any) -> None:
    """Refuses a cell that its reader does not understand.

    Raises:
        PlanhatValidationError: If the value is one.
    """
    if isinstance(value, BadCell):
        raise PlanhatValidationError(value.problem)


class DateTimeEncoder(json.JSONEncoder):
    """Writes dates and times as ISO 8601 text and durations as seconds; members of enumerations as their values."""

    def default(self, o: Any) -> Any:
        """Returns what JSON can hold in place of a date, a time, a duration, a member of an enumeration or a UUID."""
        if isinstance(o, (calendar_date, datetime, time)):
            return o.isoformat()
        if isinstance(o, timedelta):
            return o.total_seconds()
        if isinstance(o, Enum):
            return o.value
        # Whoever has one has loaded its module, which takes longer to load than this one.
        if (uuid := sys.modules.get("uuid")) is not None and isinstance(o, uuid.UUID):
            return str(o)
        refuse_bad_cell(o)
        return super().default(o)


def encode_json(value: Any, *, finite: bool = False) -> bytes:
    """Returns a value as compact JSON in UTF-8, as it is sent to Planhat.

    Args:
        value: The value.
        finite: Whether it is known already that no number is NaN or infinite.

    Raises:
        PlanhatValidationError: If JSON cannot hold it, as a number that is NaN or infinite.
    """
    if orjson is not None:
        # It writes `null` where a number is NaN or infinite, and refuses one of more than 64 bits.
        with suppress(TypeError):
            quick: bytes = orjson.dumps(value, _ENCODER.default, _PLAIN_DATES)
            if finite or b"null" not in quick:
                return quick
    try:
        return _encode(value).encode()
    except UNFIT as problem:
        raise unfit(problem) from None


UNFIT = (ValueError, TypeError, RecursionError)
"""What encoders raise when JSON cannot hold a value."""


def unfit(problem: Exception) -> PlanhatValidationError:
    """Returns the error for a value that JSON cannot hold, from one of `UNFIT`."""
    if isinstance(problem, PlanhatValidationError):
        return problem
    if isinstance(problem, RecursionError):
        why = "it is nested too deep"
    elif isinstance(problem, UnicodeEncodeError):
        why = "it has half of a character (a lone surrogate)"
    else:
        why = str(problem).partition(";")[0]
    return PlanhatValidationError(f"JSON cannot hold it: {why}.")


_ENCODER = DateTimeEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_encode = _ENCODER.encode


def canonical(value: Any) -> bytes:
    """Returns JSON for digests: the same bytes in each run, whatever encodes what is sent.

    Raises:
        PlanhatValidationError: If JSON cannot hold the value.
    """
    try:
        return _in_one_way(value).encode()
    except UNFIT as problem:
        raise unfit(problem) from None


def _as_text(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, (set, frozenset)) else str(value)


_in_one_way = json.JSONEncoder(separators=(",", ":"), default=_as_text).encode


# ------------------------------------------------------------------------------------------------- decoding


class GcPause:
    """Python's garbage collector, which is off while at least one thread needs it off.

    Decoded records have no cycles, and walking them while they are made takes as long as making them.
    """

    def __init__(self) -> None:
        self.holders: set[int] = set()
        self.was_on = False

    @contextmanager
    def paused(self, *, large: bool) -> Iterator[None]:
        """Keeps it off while the block runs; afterwards it is as it was.

        Args:
            large: Whether the block makes so many objects that the collector shall not walk them afterwards either.
        """
        holder = _Holder(self)
        aged = large and self.was_on and not gc.get_freeze_count()
        try:
            if aged:
                gc.collect(1)
            yield
            if aged:
                # All objects move to the oldest generation without being walked. What was garbage, is collected by now.
                gc.freeze()
                gc.unfreeze()
        finally:
            holder.release()

    def forget_threads(self) -> None:
        """Makes the state that of a process without other threads, as a forked one is."""
        if self.holders and self.was_on:
            gc.enable()
        self.holders.clear()


class _Holder:
    """One that needs the collector off, until it is released.

    A signal or a timeout of Robot Framework may come before the block is entered: then it is released as garbage.

    Args:
        pause: The state that all share.
    """

    __slots__ = ("_pause",)

    def __init__(self, pause: GcPause) -> None:
        self._pause = pause
        # Without a lock, which an interrupt could leave locked: whoever finds it off finds a holder as well.
        is_on = gc.isenabled()
        if not pause.holders:
            pause.was_on = is_on
        pause.holders.add(id(self))
        gc.disable()

    def release(self) -> None:
        pause: GcPause = getattr(self, "_pause", GC_PAUSE)
        if id(self) in pause.holders:
            if pause.was_on and len(pause.holders) == 1:
                gc.enable()
            pause.holders.discard(id(self))  # behind it, since an interrupt may come between
            if pause.was_on and not pause.holders:  # two may have left at once
                gc.enable()

    __del__ = release


GC_PAUSE = GcPause()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=GC_PAUSE.forget_threads)


_BOM = b"\xef\xbb\xbf"

_LARGE = 1 << 17
"""Bytes of a body whose objects are so many that they are kept from the garbage collector's quick rounds."""

_DIGITS_OF_64_BITS = 19
_NUMBERS = bytes.maketrans(b"123456789,[- \t\r\n", b"000000000:::::::")
_LONG_NUMBER = b":" + b"0" * _DIGITS_OF_64_BITS
"""What a number that long becomes by that table, with the sign, comma or bracket before it: quicker than a pattern."""


def decode(body: bytes, make: Callable[[Any], Any] | None = records_in) -> Any:
    """Returns the value of a JSON text in UTF-8.

    Args:
        body: The text.
        make: Makes the value from one of plain lists and dictionaries; by default, records at every depth.
            Nothing leaves them as they are.

    Raises:
        ValueError: If it is not JSON, or has a number beyond a double such as `1e999`; NaN and Infinity are not JSON.
        RecursionError: If it is nested absurdly deep.
    """
    body = body.removeprefix(_BOM)
    with GC_PAUSE.paused(large=len(body) >= _LARGE):
        try:
            value = _loads(body) if orjson is None else orjson.loads(body)
        except ValueError:
            # orjson refuses what others take, such as half a character; they have the last word.
            value = _loads(body)
        return value if make is None else make(value)


def _loads(body: bytes) -> Any:
    found = body.translate(_NUMBERS)
    if found.startswith(_LONG_NUMBER[1:]) or _LONG_NUMBER in found:
        return json.loads(body.decode(), parse_float=_finite, parse_int=_as_javascript, parse_constant=_refuse)
    return json.loads(body.decode(), parse_float=_finite, parse_constant=_refuse)


_INFINITE = frozenset((float("inf"), float("-inf")))


def _as_javascript(digits: str) -> int | float:
    if len(digits) > _DIGITS_OF_64_BITS + 1 or not -(1 << 63) <= (number := int(digits)) < 1 << 64:
        return _finite(digits)
    return number


def _finite(digits: str) -> float:
    number = float(digits)
    if number in _INFINITE:
        _refuse(digits[:20])
    return number


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def read_json(response: requests.Response, make: Callable[[Any], Any] | None = records_in, *, ask: bool = True) -> Any:
    """Returns the JSON of an answer; objects are records at every depth.

    An answer that is cut or damaged is asked for again, as one that did not arrive: what ends that ends this.

    Args:
        response: The answer; when it was asked for again, it is the one that came instead.
        make: Makes something else of the plain lists and dictionaries. Nothing leaves them as they are.
        ask: Whether a damaged answer is asked for again; otherwise it is an error at once.

    Raises:
        PlanhatUnexpectedContentError: If the body is a web page, or stays something else than JSON; NaN is not.
        PlanhatOutcomeUnknownError: If it is damaged, and belongs to a write that must not be sent again.
    """
    while True:
        refuse_page(response)
        # Not inside of a handler: those errors keep the whole body, which can repeat a secret.
        with suppress(ValueError, RecursionError):
            return decode(response.content, make)
        again = getattr(response, "again", None)
        if not ask or again is None:
            raise unexpected(response)
        # Another attempt like any other: not one that could store something twice, within the same limits.
        vars(response).update(vars(again(response)))


def refuse_page(response: requests.Response) -> requests.Response:
    """Returns an answer, unless it is a web page: then a proxy or a login page answered, and nothing was done.

    Raises:
        PlanhatUnexpectedContentError: If it is a page.
    """
    if "html" in response.headers.get("Content-Type", "").lower() and response.content.strip():
        raise unexpected(response)
    return response


def unexpected(response: requests.Response) -> errors.PlanhatHTTPError:
    """Returns the error for a success that is not what Planhat sends; of a write it says that it may be stored."""
    advice = errors.PlanhatUnexpectedContentError.ADVICE
    if getattr(response.request, "method", "GET") not in READS:
        advice = f"What was sent may be stored all the same. {advice}"
    return errors.PlanhatUnexpectedContentError.of(response, advice)
