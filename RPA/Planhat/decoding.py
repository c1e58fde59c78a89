"""From bytes to records: by orjson when it is installed, else by the standard library, with the same results.

Both are quick because they do not look at each object while they decode; the few things that they would get wrong are
found afterwards, and such a body is decoded once more, exactly.
"""

from __future__ import annotations

import gc
import json
import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from RPA.Planhat.types import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    from orjson import loads as _loads
except ImportError:

    def _loads(body: bytes | bytearray | memoryview | str, /) -> Any:
        return json.loads(bytes(body).decode(), parse_constant=_refuse)


_BOM = b"\xef\xbb\xbf"

_EXACT = 1 << 63
"""Where orjson begins to make floating point numbers of whole ones."""


def decode(body: bytes, *, lasting: bool = False) -> tuple[Any, list[str]]:
    """Returns the value of a JSON text in UTF-8, and the names that came more than once in one object.

    Objects are records at every depth; of equal names the last counts. Whole numbers are exact, however large.

    Args:
        body: The text.
        lasting: Whether the value is large and stays, as a page of a list does. The garbage collector then does not
            look at it before it looks at everything.

    Raises:
        ValueError: If it is not JSON; NaN is not.
        RecursionError: If it is nested absurdly deep.
    """
    with _COLLECTOR.held_off():
        value, repeated = _decoded(body.removeprefix(_BOM))
        if lasting:
            _COLLECTOR.grow_old()
    return value, repeated


def _decoded(body: bytes) -> tuple[Any, list[str]]:
    survey = _Survey()
    try:
        value = survey.wrapped(_loads(body))
    except (ValueError, RecursionError):
        return _decoded_exactly(body)
    # Each member of an object has one such pair of characters. Some texts have more; then this was in vain.
    if survey.inexact or survey.members != body.count(b'":'):
        return _decoded_exactly(body)
    return value, []


class _Survey:
    """Turns decoded objects into records, in place, and sees what the quick decoder may have got wrong."""

    def __init__(self) -> None:
        self.members = 0
        self.inexact = False

    def wrapped(self, value: Any) -> Any:
        kind = value.__class__
        if kind is dict:
            self.members += len(value)
            for name, item in value.items():
                if item.__class__ in _SURVEYED:
                    value[name] = self.wrapped(item)
            return Record(value)
        if kind is list:
            value[:] = [self.wrapped(item) if item.__class__ in _SURVEYED else item for item in value]
        elif kind is float and not -_EXACT < value < _EXACT:
            self.inexact = True
        return value


_SURVEYED = frozenset({dict, list, float})


def _decoded_exactly(body: bytes) -> tuple[Any, list[str]]:
    repeated: dict[str, None] = {}

    def record(pairs: list[tuple[str, Any]]) -> Record:
        made = Record(pairs)
        if len(made) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            repeated.update(dict.fromkeys(name for name, count in counts.items() if count > 1))
        return made

    return json.loads(body.decode(), object_pairs_hook=record, parse_constant=_refuse), list(repeated)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


class _Collector:
    """Python's garbage collector, which is off while at least one thread wants it off.

    Decoded records have no cycles, and walking them while they are made takes as long as making them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders = 0
        self._was_on = False

    @contextmanager
    def held_off(self) -> Iterator[None]:
        """Keeps it off while the block runs; afterwards it is as it was."""
        with self._lock:
            if not self._holders:
                self._was_on = gc.isenabled()
                gc.disable()
            self._holders += 1
        try:
            yield
        finally:
            with self._lock:
                self._holders -= 1
                if self._was_on and not self._holders:
                    gc.enable()

    @staticmethod
    def grow_old() -> None:
        """Moves all objects to the oldest generation without walking them; not if the program froze some itself."""
        if not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()


_COLLECTOR = _Collector()
