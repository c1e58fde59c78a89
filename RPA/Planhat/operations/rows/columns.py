"""Rows that have the same columns, converted column by column: most of a table is the same work again and again.

What can not be converted is not explained here: such a row is looked at by itself, which tells all that is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat.operations.rows.shapes import TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

BAD = object()
"""Stands for the value of a cell that gives none."""

ABSENT = object()
"""Stands for a value that is not sent."""

Names = tuple[Any, ...]
Payload = dict[str, Any]


def by_columns(rows: Sequence[Any]) -> dict[Names | None, Sequence[int]]:
    """Returns the places of rows by the names of their columns; under nothing those that are no plain dictionaries."""
    if set(map(type, rows)) == {dict} and len(names := set(map(tuple, rows))) == 1:
        return {names.pop(): range(len(rows))}
    places: dict[Names | None, list[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault(tuple(row) if type(row) is dict else None, []).append(place)
    return dict(places)


def each_once(function: Callable[[Any], Any], cells: Sequence[Any]) -> list[Any]:
    """Returns what a function makes of each cell; of texts that come often it is asked once."""
    distinct = set(cells) if set(map(type, cells)) <= TEXTS else set()
    if not distinct or len(distinct) * 2 > len(cells):
        return list(map(function, cells))
    made = {cell: function(cell) for cell in distinct}
    return list(map(made.__getitem__, cells))


def can_be_sent(cells: Sequence[Any]) -> bool:
    """Tells whether cells are empty or texts, and all of these can be written as UTF-8."""
    if not set(map(type, cells)) <= TEXTS:
        return False
    try:
        "".join(cell for cell in cells if cell).encode()
    except UnicodeEncodeError:
        return False
    return True


def or_bad(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Returns a function that gives `BAD` for a value with which another one fails."""

    def attempt(value: Any) -> Any:
        try:
            return function(value)
        except ValueError:
            return BAD

    return attempt


def records_of(columns: dict[str, list[Any]], count: int) -> list[Payload]:
    """Returns so many records made of columns, without the values that are not sent."""
    if not columns:
        return [{} for _ in range(count)]
    names = tuple(columns)
    rows = zip(*columns.values(), strict=True)
    if not any(ABSENT in values for values in columns.values()):
        return [dict(zip(names, row, strict=True)) for row in rows]
    return [{name: value for name, value in zip(names, row, strict=True) if value is not ABSENT} for row in rows]


def without_bad(made: Sequence[Payload], columns: Iterable[list[Any]]) -> list[Payload | None]:
    """Returns records, and nothing in the place of those with a value that no cell gave."""
    kept: list[Payload | None] = list(made)
    for values in columns:
        if BAD in values:
            kept = [None if value is BAD else each for each, value in zip(kept, values, strict=True)]
    return kept
