"""Rows of the same columns, converted column by column: a faster way to call the functions of `kinds`.

Most columns hold what their field takes, and are sent as they are; that can be seen of all values at once. Of the
others each distinct value is converted once. What cannot be converted is not explained here: such a row is looked at
by itself, which tells all that is wrong with it.
"""

from __future__ import annotations

from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING, Any

from RPA.Planhat.operations.rows.kinds import FARTHEST_DAY, is_domain, is_special
from RPA.Planhat.types import Field, Kind
from RPA.Planhat.types.encoding import encode_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


BAD = object()
"""The value of a cell without one."""

ABSENT = object()
"""Marks a value that is not sent."""

NOTHING: type = type(None)
STRINGS = {str, NOTHING}
NUMBERS = {int, float, NOTHING}

AS_IT_IS: dict[Kind, set[type]] = {
    Kind.TEXT: STRINGS,
    Kind.NUMBER: NUMBERS,
    Kind.INTEGER: {int, NOTHING},
    Kind.BOOLEAN: {bool, NOTHING},
    Kind.TEXTS: {list, NOTHING},
    Kind.DAY: {int, NOTHING},
    Kind.OBJECT: {dict, NOTHING},
}
"""Types of values that may be what a field holds already, by its kind."""

LARGEST = float("1.7e308")
"""Whole numbers below it can be read by programs whose numbers are doubles."""

Names = tuple[Any, ...]
Payload = dict[str, Any]


def by_columns(rows: Sequence[Any]) -> dict[tuple[type, Names] | None, Sequence[int]]:
    """Returns the places of rows by their type and the names of their columns; under nothing those without columns."""
    first = rows[0] if rows else None
    if isinstance(first, dict) and len(set(map(type, rows))) == 1 and len(names := set(map(tuple, rows))) == 1:
        return {(type(first), names.pop()): range(len(rows))}
    places: dict[tuple[type, Names] | None, list[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault((type(row), tuple(row)) if isinstance(row, dict) else None, []).append(place)
    return dict(places)


def each_once(function: Callable[[Any], Any], cells: Sequence[Any]) -> list[Any]:
    """Returns what a function makes of each cell; of strings that come often it is asked once."""
    distinct = set(cells) if set(map(type, cells)) <= STRINGS else set()
    if not distinct or len(distinct) * 2 > len(cells):
        return list(map(function, cells))
    made = {cell: function(cell) for cell in distinct}
    return list(map(made.__getitem__, cells))


def or_bad(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Returns a function that gives `BAD` for a value with which another one fails."""

    def attempt(value: Any) -> Any:
        try:
            return function(value)
        except ValueError:
            return BAD

    return attempt


def is_as_it_is(field: Field[Any], values: Sequence[Any], *, is_key: bool = False) -> bool:
    """Tells whether all values are what a field holds, as far as that can be seen without converting each.

    Args:
        field: The field.
        values: Its values in all rows.
        is_key: Whether it is an id of the record, around which there may be spaces.
    """
    types = set(map(type, values))
    if field.key == "domains" and types <= {list, NOTHING}:
        return _are_texts(field, values) and all(map(is_domain, set(chain.from_iterable(filter(None, values)))))
    if not types <= AS_IT_IS.get(field.kind, {NOTHING}) or (is_special(field) and types != {NOTHING}):
        return False
    if field.kind is Kind.TEXTS:
        found = _are_texts(field, values)
    elif field.options or field.least is not None or field.most is not None:
        found = _are_within(field, values)
    elif field.kind is Kind.TEXT:
        found = _are_sendable(filter(None, values)) and not (is_key and _have_spaces(values))
    elif field.kind is Kind.OBJECT:
        found = _are_json(values)
    elif field.kind is Kind.BOOLEAN:
        found = True
    else:
        found = _are_finite(values, types, FARTHEST_DAY if field.kind is Kind.DAY else LARGEST)
    return found


def _are_texts(field: Field[Any], values: Sequence[Any]) -> bool:
    items = list(chain.from_iterable(filter(None, values)))
    return set(map(type, items)) <= {str} and _are_sendable(items) and set(items) <= set(field.options or items)


def _are_finite(values: Sequence[Any], types: set[type], limit: float) -> bool:
    """Tells whether numbers are ones that JSON programs hold, and below a limit."""
    if float in types and not all(isfinite(value) for value in values if type(value) is float):
        return False
    integers = [value for value in values if type(value) is int] if int in types else [0]
    return -limit < min(integers) and max(integers) < limit


def is_json(values: Sequence[Any]) -> bool:
    """Tells whether values of any kind are what JSON holds, at every depth."""
    types = set(map(type, values))
    if types <= STRINGS:
        return _are_sendable(filter(None, values))
    if types <= NUMBERS | {bool}:
        return _are_finite(values, types, LARGEST)
    return _are_json(values)


def _are_within(field: Field[Any], values: Sequence[Any]) -> bool:
    if field.kind not in (Kind.TEXT, Kind.NUMBER, Kind.INTEGER):
        return False
    distinct = set(values) - {None}
    if field.options:
        return distinct <= set(field.options)
    least = field.least if field.least is not None else float("-inf")
    most = field.most if field.most is not None else float("inf")
    return all(least <= value <= most for value in distinct)


def _have_spaces(values: Sequence[Any]) -> bool:
    """Tells whether a string may have something at its ends that does not belong to an id, or accents of their own."""
    strings = [value for value in values if value]
    return not all(map(str.isascii, strings)) or list(map(str.strip, strings)) != strings


def _are_sendable(strings: Iterable[str]) -> bool:
    """Tells whether strings can be written as UTF-8 and contain no NUL."""
    text = "".join(strings)
    if "\0" in text:
        return False
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _are_json(values: Sequence[Any]) -> bool:
    """Tells whether objects are what JSON holds, at every depth."""
    try:
        return all(map(_is_json, values)) and b"\\u0000" not in encode_json(values)
    except (ValueError, RecursionError):
        return False


def _is_json(value: Any) -> bool:
    """Tells whether a value has only Python's own types in it; an encoder takes more, such as dates."""
    kind = type(value)
    if kind is dict:
        return set(map(type, value)) <= {str} and all(map(_is_json, value.values()))
    return kind in _PLAIN or (kind is list and all(map(_is_json, value)))


_PLAIN = {str, int, float, bool, NOTHING}


def records_of(columns: dict[str, list[Any]], count: int) -> list[Payload]:
    """Returns so many records made of columns, without the values that are not sent."""
    if not columns:
        return [{} for _ in range(count)]
    names = tuple(columns)
    rows = zip(*columns.values(), strict=True)
    if not any(ABSENT in values for values in columns.values()):
        return [dict(zip(names, row, strict=True)) for row in rows]
    return [{name: value for name, value in zip(names, row, strict=True) if value is not ABSENT} for row in rows]


def without_bad(made: Sequence[Payload], columns: Iterable[Sequence[Any]]) -> list[Payload | None]:
    """Returns records, and nothing in the place of those with a value that no cell gave."""
    kept: list[Payload | None] = list(made)
    for values in columns:
        if BAD in values:
            kept = [None if value is BAD else each for each, value in zip(kept, values, strict=True)]
    return kept
