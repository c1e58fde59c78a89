"""From bytes to records: by orjson when it is installed, else by the standard library, with the same results.

Both are asked for plain dictionaries, which is quick, and would not tell of names that came twice; orjson also rounds
whole numbers of more than 64 bits. So it is proved afterwards that nothing was lost. Where that fails, the next decoder
has its turn, down to one that looks at each pair of name and value.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.types import PlanhatObject, Record
from RPA.Planhat.types.fast import orjson
from RPA.Planhat.types.gc_pause import GC_PAUSE
from RPA.Planhat.types.records import read_records, records_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.types.records import Selection

P = TypeVar("P", bound=PlanhatObject)

_BOM = b"\xef\xbb\xbf"

_LARGE = 1 << 17
"""Bytes of a body whose objects are so many that they are kept from the garbage collector's quick rounds."""

_BEGINNING = 200
"""Bytes in which JSON that is not compact shows by a blank behind a name."""

_LOST = object()
"""Stands for a value that could not be decoded, or not without loss."""


def decode(body: bytes, make: Callable[[Any], Any] = records_in) -> tuple[Any, list[str]]:
    """Returns the value of a JSON text in UTF-8, and the names that came more than once in one object.

    Of equal names the last counts. Whole numbers are exact, however large.

    Args:
        body: The text.
        make: Makes the value from one of plain lists and dictionaries; by default, records at every depth.

    Raises:
        ValueError: If it is not JSON; NaN is not.
        RecursionError: If it is nested absurdly deep.
    """
    with GC_PAUSE.paused(large=len(body) >= _LARGE):
        value, repeated = _plain(body.removeprefix(_BOM))
        return make(value), repeated


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


def _plain(body: bytes) -> tuple[Any, list[str]]:
    for quick in (_by_orjson, _by_json):
        try:
            value = quick(body)
        except (ValueError, RecursionError):
            continue
        if value is not _LOST:
            return value, []
    return _exactly(body)


def _by_orjson(body: bytes) -> Any:
    """Decodes; nothing is lost if encoding gives the body again, as it does with compact JSON."""
    if orjson is None or b'": ' in body[:_BEGINNING]:
        return _LOST
    value = orjson.loads(body)
    return value if orjson.dumps(value) == body else _LOST


def _by_json(body: bytes) -> Any:
    """Decodes; no name came twice if the objects have as many members as the text has ends of names."""
    members = 0

    def counted(found: dict[str, Any]) -> dict[str, Any]:
        nonlocal members
        members += len(found)
        return found

    text = body.decode()
    value = json.loads(text, object_hook=counted, parse_constant=_refuse)
    return value if members == text.count('":') else _LOST


def _exactly(body: bytes) -> tuple[Any, list[str]]:
    repeated: dict[str, None] = {}

    def noted(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            repeated.update(dict.fromkeys(name for name, count in counts.items() if count > 1))
        return found

    return json.loads(body.decode(), object_pairs_hook=noted, parse_constant=_refuse), list(repeated)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
