"""JSON as it is sent to Planhat, and what JSON cannot hold."""

from __future__ import annotations

import json
import sys
from datetime import date as calendar_date
from datetime import datetime, time, timedelta
from enum import Enum
from importlib import import_module
from typing import Any

from RPA.Planhat.errors import PlanhatValidationError


def _orjson() -> Any:
    """Returns orjson when it is installed, as the extra `[fast]` does; else nothing."""
    try:
        return import_module("orjson")
    except ImportError:
        return None


orjson: Any = _orjson()


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
    quick = _encoded_by_orjson(value)
    if quick is not None and (finite or b"null" not in quick):
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


def _encoded_by_orjson(value: Any) -> bytes | None:
    """Returns `null` where a number is NaN or infinite, and nothing where one has more than 64 bits."""
    if orjson is None:
        return None
    plain_dates = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
    try:
        return orjson.dumps(value, _ENCODER.default, plain_dates)  # type: ignore[no-any-return]
    except TypeError:
        return None


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
