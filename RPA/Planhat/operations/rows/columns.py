"""Rows as columns: most columns hold what their field takes, and that can be seen of all values at once.

What cannot be converted is not explained here: the row is looked at by itself then, and all that is wrong with it is
reported.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, repeat
from math import isfinite
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.operations.input.formats import CUT, EQUALS
from RPA.Planhat.operations.input.headings import ERRORS
from RPA.Planhat.operations.rows.identity import are_plain_ids
from RPA.Planhat.operations.rows.kinds import BY_KEY, are_days, are_domains
from RPA.Planhat.operations.rows.payloads import ABSENT, Payload
from RPA.Planhat.types import Field, Kind
from RPA.Planhat.types.encoding import encode_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

T = TypeVar("T")

Names = tuple[Any, ...]

BAD = object()
"""The value of a cell without one."""

NOTHING: type = type(None)
STRINGS, NUMBERS = {str, NOTHING}, {int, float, NOTHING}
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

JSON_TYPES = {str, int, float, bool, NOTHING}
"""Types of JSON, beside lists and objects."""


@dataclass(frozen=True)
class Alike:
    """Rows of one type that have the same columns.

    Attributes:
        kind: Their type; nothing of those that have no columns.
        places: Where they are among all rows.
        cells: The values of each column, if they are known.
    """

    kind: type | None
    names: Names
    places: Sequence[int]
    rows: Sequence[Any]
    cells: Iterable[Iterable[Any]] = ()

    def columns(self) -> dict[Any, list[Any]]:
        """Returns the values of each column by its name."""
        cells = self.cells or [map(dict.get, self.rows, repeat(name)) for name in self.names]
        return dict(zip(self.names, map(list, cells), strict=True))

    def have_one_order(self) -> bool:
        """Whether all rows have their columns in the same order."""
        return not self.cells or all(map(self.names.__eq__, map(tuple, self.rows)))

    def in_each_order(self, function: Callable[[Alike], Sequence[T]]) -> list[T]:
        """Returns what a function makes of the rows, which it gets with their columns in one order at a time."""
        made: dict[int, T] = {}
        for part in _by_order(self.rows):
            made.update(zip(part.places, function(part), strict=True))
        return [made[place] for place in range(len(self.rows))]


def by_columns(rows: Sequence[Any]) -> list[Alike]:
    """Returns rows by their type and the names of their columns; those of one `Alike` may have them in any order."""
    if set(map(type, rows)) == {dict} and len(set(map(len, rows))) == 1 and len(names := tuple(rows[0])) > 1:
        # Rows that have as many names, and all of the first, have the same; their values are at hand then.
        with suppress(KeyError):
            return [Alike(dict, names, range(len(rows)), rows, list(zip(*map(itemgetter(*names), rows), strict=True)))]
    return _by_order(rows)


def _by_order(rows: Sequence[Any]) -> list[Alike]:
    """Returns rows by their type and the names of their columns, with these in the same order."""
    places: dict[tuple[type | None, Names], list[int]] = {}
    for place, row in enumerate(rows):
        kind = (type(row), tuple(row)) if isinstance(row, dict) else (None, ())
        places.setdefault(kind, []).append(place)
    return [
        Alike(*kind, own, rows if len(own) == len(rows) else [rows[place] for place in own])
        for kind, own in places.items()
    ]


def each_once(
    function: Callable[[Any], Any],
    cells: Sequence[Any],
    of_all: Callable[[Sequence[Any]], list[Any] | None] | None = None,
) -> list[Any]:
    """Returns what a function makes of each cell; of strings that come often it is asked once, and gives one object.

    Args:
        function: The function.
        cells: The cells.
        of_all: Makes the same of many cells at once, or nothing where it cannot.
    """
    distinct = set(cells) if set(map(type, cells)) <= STRINGS else set()
    if not distinct or len(distinct) * 2 > len(cells):
        found = None if of_all is None else of_all(cells)
        return list(map(function, cells)) if found is None else found
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


def is_as_it_is(field: Field[Any], values: Sequence[Any], types: set[type], *, is_key: bool = False) -> bool:
    """Returns whether all values are what a field holds, as far as that can be seen without converting each.

    Args:
        field: The field.
        values: Its values in all rows.
        types: The types of these.
        is_key: Whether it tells records apart: one with spaces around it, or other letters, is looked at.
    """
    if field.key == "domains" and types <= {list, NOTHING}:
        return _are_texts(field, values) and are_domains(chain.from_iterable(filter(None, values)))
    if not types <= AS_IT_IS.get(field.kind, {NOTHING}) or (field.key in BY_KEY and types != {NOTHING}):
        return False
    if field.kind is Kind.TEXTS:
        found = _are_texts(field, values)
    elif field.options or field.least is not None or field.most is not None:
        found = _are_within(field, values)
    elif field.kind is Kind.TEXT:
        found = are_plain_ids(list(filter(None, values))) if is_key else _are_sendable(values, types)
    elif field.kind is Kind.OBJECT:
        found = _are_json(values)
    elif field.kind is Kind.BOOLEAN:
        found = True
    elif field.kind is Kind.DAY:
        found = are_days(values)
    else:
        found = _are_finite(values, types)
    return found


def _are_texts(field: Field[Any], values: Sequence[Any]) -> bool:
    items = list(chain.from_iterable(filter(None, values)))
    types = set(map(type, items))
    return types <= {str} and _are_sendable(items, types) and (not field.options or set(items) <= set(field.options))


def _are_finite(values: Sequence[Any], types: set[type]) -> bool:
    """Returns whether numbers are ones that JSON programs hold."""
    one = len(types) == 1
    if float in types and not all(map(isfinite, values if one else [each for each in values if type(each) is float])):
        return False
    if int not in types:
        return True
    integers = values if one else [each for each in values if type(each) is int]
    return min(integers) > -LARGEST and max(integers) < LARGEST


def is_json(values: Sequence[Any], types: set[type]) -> bool:
    """Returns whether values of any kind are what JSON holds, at every depth."""
    if types <= STRINGS:
        return _are_sendable(values, types)
    if types <= NUMBERS | {bool}:
        return _are_finite(values, types)
    return _are_json(values)


def _are_within(field: Field[Any], values: Sequence[Any]) -> bool:
    if field.kind not in (Kind.TEXT, Kind.NUMBER, Kind.INTEGER):
        return False
    distinct = set(values) - {None}
    if field.options:
        return distinct <= set(field.options)
    least, most = (float("-inf") if field.least is None else field.least), field.most
    return all(least <= value and (most is None or value <= most) for value in distinct)


def _are_sendable(strings: Sequence[Any], types: set[type]) -> bool:
    """Returns whether strings, or nothing in their place, need no look at each, for NUL and what spreadsheets write."""
    text = "".join(filter(None, strings) if NOTHING in types else strings)
    # One character is found ten times as fast as several, and most texts have none.
    if "\0" in text or (("#" in text or (":" in text and "Err:5" in text)) and not ERRORS.isdisjoint(strings)):
        return False
    if "=" in text and '="' in text and any(map(EQUALS.fullmatch, filter(None, strings))):
        return False
    if "+" in text and "E+" in text and any(map(CUT.fullmatch, map(str.strip, filter(None, strings)))):
        return False
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _are_json(values: Sequence[Any]) -> bool:
    """Returns whether objects are what JSON holds, at every depth."""
    try:
        return all(map(_is_json, values)) and b"\\u0000" not in encode_json(values)
    except (ValueError, RecursionError):
        return False


def _is_json(value: Any) -> bool:
    """Returns whether a value has only Python's own types in it; an encoder takes more, such as dates."""
    kind = type(value)
    if kind is dict:
        return set(map(type, value)) <= {str} and all(map(_is_json, value.values()))
    return kind in JSON_TYPES or (kind is list and all(map(_is_json, value)))


def records_of(columns: dict[str, list[Any]], count: int) -> list[Payload]:
    """Returns so many records made of columns, without the values that are not sent."""
    names, rows = tuple(columns), zip(*columns.values(), strict=True)
    for values in columns.values():
        if ABSENT in values:
            return [
                {name: value for name, value in zip(names, row, strict=True) if value is not ABSENT} for row in rows
            ]
    return [dict(zip(names, row, strict=True)) for row in rows] if columns else [{} for _ in range(count)]


def without_bad(made: Sequence[Payload], columns: Iterable[Sequence[Any]]) -> list[Payload | None]:
    """Returns records, and nothing in the place of those with a value that no cell gave."""
    kept: list[Payload | None] = [*made]
    for values in columns:
        if BAD in values:
            kept = [None if value is BAD else each for each, value in zip(kept, values, strict=True)]
    return kept
