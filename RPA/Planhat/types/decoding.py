"""From bytes to records: by orjson when it is installed, else by the standard library, with the same results.

The same for all that JavaScript's `JSON.stringify` writes, which is what Planhat sends: of equal names in one object
the last counts, and a number that 64 bits cannot hold is the double that JavaScript had.
"""

from __future__ import annotations

import gc
import json
import os
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.types import PlanhatObject, Record
from RPA.Planhat.types.encoding import orjson
from RPA.Planhat.types.records import Selection, read_records, records_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class GcPause:
    """Python's garbage collector, which is off while at least one thread needs it off.

    Decoded records have no cycles, and walking them while they are made takes as long as making them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders = 0
        self._was_on = False

    @contextmanager
    def paused(self, *, large: bool) -> Iterator[None]:
        """Keeps it off while the block runs; afterwards it is as it was.

        Args:
            large: Whether the block makes so many objects that the collector shall not walk them afterwards either.
        """
        self._hold()
        aged = large and self._was_on and not gc.get_freeze_count()
        try:
            if aged:
                gc.collect(1)
            yield
            if aged:
                _grow_old()
        finally:
            self._release()

    def forget_threads(self) -> None:
        """Makes the state that of a process without other threads, as a forked one is."""
        self._lock = threading.Lock()
        if self._holders and self._was_on:
            gc.enable()
        self._holders = 0

    def _hold(self) -> None:
        with self._lock:
            if not self._holders:
                self._was_on = gc.isenabled()
                gc.disable()
            self._holders += 1

    def _release(self) -> None:
        with self._lock:
            self._holders -= 1
            if self._was_on and not self._holders:
                gc.enable()


def _grow_old() -> None:
    """Moves all objects to the oldest generation without walking them. What was garbage by then, had been collected."""
    gc.freeze()
    gc.unfreeze()


GC_PAUSE = GcPause()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=GC_PAUSE.forget_threads)


P = TypeVar("P", bound=PlanhatObject)

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
        ValueError: If it is not JSON; NaN is not.
        RecursionError: If it is nested absurdly deep.
    """
    with GC_PAUSE.paused(large=len(body) >= _LARGE):
        value = _loads(body.removeprefix(_BOM))
        return value if make is None else make(value)


def as_model(row: dict[str, Any], model: type[P]) -> P:
    """Turns a decoded object into a record of a model that remembers what is changed from now on."""
    record: Any = row if isinstance(row, Record) else Record(row)
    object.__setattr__(record, "__class__", model)
    record.mark_as_read()
    return record  # type: ignore[no-any-return]


def as_models(value: Any, model: type[P], selection: Selection | None = None) -> Any:
    """Turns a decoded list of objects into records of a model; anything else stays as it is.

    Args:
        value: What was decoded.
        model: The model.
        selection: The keys that were asked for, when not all were.
    """
    if not isinstance(value, list) or set(map(type, value)) != {dict}:
        return value
    return read_records(value, model, selection)


def _loads(body: bytes) -> Any:
    if orjson is not None:
        # It refuses what others take, such as half a character; they have the last word.
        with suppress(ValueError):
            return orjson.loads(body)
    found = body.translate(_NUMBERS)
    if found.startswith(_LONG_NUMBER[1:]) or _LONG_NUMBER in found:
        return json.loads(body.decode(), parse_int=_as_javascript, parse_constant=_refuse)
    return json.loads(body.decode(), parse_constant=_refuse)


def _as_javascript(digits: str) -> int | float:
    if len(digits) > _DIGITS_OF_64_BITS + 1 or not -(1 << 63) <= (number := int(digits)) < 1 << 64:
        return float(digits)
    return number


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
