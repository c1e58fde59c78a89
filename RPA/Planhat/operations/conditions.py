"""What a condition means: its parts, and whether a record fits them.

A record without a value fits no comparison but `!=`, `not in` and `is empty`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import Any
from unicodedata import normalize

from RPA.Planhat.operations.input.date_forms import comparable_moments
from RPA.Planhat.operations.rows.payloads import CUSTOM, value_at
from RPA.Planhat.text.parsing import casefold, trim
from RPA.Planhat.types import Field, Kind

Test = Callable[[dict[str, Any]], bool]

ORDER: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
NUMBERS = (Kind.NUMBER, Kind.INTEGER, Kind.DAY)
LISTS = (Kind.TEXTS, Kind.IDS, Kind.OBJECTS)


@dataclass(frozen=True)
class Comparison:
    """A comparison of a field, by an operator such as `<=`, `in` or `is empty`, with values of its kind."""

    field: Field[Any]
    operator: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Not:
    """Holds when its part does not."""

    part: Node


@dataclass(frozen=True)
class All:
    """What holds when all conditions do."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Some:
    """What holds when a condition of several does."""

    parts: tuple[Node, ...]


Node = Comparison | Not | All | Some


def comparisons(node: Node) -> Iterator[Comparison]:
    """Yields the comparisons in a condition."""
    if isinstance(node, Comparison):
        yield node
    elif isinstance(node, Not):
        yield from comparisons(node.part)
    else:
        for part in node.parts:
            yield from comparisons(part)


def compile_test(node: Node) -> Test:
    """Returns the function that tells whether a record fits."""
    if isinstance(node, Comparison):
        return _compile_comparison(node)
    if isinstance(node, Not):
        part = compile_test(node.part)
        return lambda row: not part(row)
    parts = [compile_test(each) for each in node.parts]
    if isinstance(node, All):
        return lambda row: all(part(row) for part in parts)
    return lambda row: any(part(row) for part in parts)


def _compile_comparison(comparison: Comparison) -> Test:
    field, operator, values = comparison.field, comparison.operator, comparison.values
    key = field.key
    if operator in ("is empty", "is not empty"):
        wanted = operator == "is empty"
        return lambda row: _is_empty(_value_at(row, key)) is wanted
    fits = [_compile_value(field.kind, operator, value) for value in values]
    negated = operator in ("!=", "not in")

    def test(row: dict[str, Any]) -> bool:
        value = _value_at(row, key)
        items = value if isinstance(value, list) else [value]
        return any(fit(item) for item in items if not _is_empty(item) for fit in fits) is not negated

    return test


def _compile_value(kind: Kind, operator: str, wanted: Any) -> Callable[[Any], bool]:
    """Returns the function that compares one value that is there."""
    if operator in ORDER:
        compare = ORDER[operator]

        def is_in_order(value: Any) -> bool:
            pair = comparable_pair(kind, value, wanted)
            return pair is not None and compare(*pair)

        return is_in_order
    if operator == "contains" and kind not in LISTS:
        part = fold(wanted)
        return lambda value: any(part in fold(each) for each in ([value] if not isinstance(value, dict) else value))
    if operator == "==" and kind not in (*NUMBERS, Kind.DATE, Kind.BOOLEAN):
        exact = normalize("NFC", wanted)
        return lambda value: normalize("NFC", str(value)) == exact

    def is_same(value: Any) -> bool:
        pair = comparable_pair(kind, value, wanted)
        return pair is not None and pair[0] == pair[1]

    return is_same


def comparable_pair(kind: Kind, value: Any, wanted: Any) -> tuple[Any, Any] | None:
    """Returns two values as they compare: numbers, times (by day with a day), strings without case; nothing if not."""
    if kind is Kind.ANY:
        kind = _kind_of(value, wanted)
    if kind in NUMBERS:
        number, other = _number(value), _number(wanted)
        return None if number is None or other is None else (number, other)
    if kind is Kind.BOOLEAN:
        return (value, wanted) if isinstance(value, bool) else None
    if kind is Kind.DATE:
        return comparable_moments(str(value), str(wanted))
    value = value.get("id") or value.get("_id") if isinstance(value, dict) else value
    return fold(value), fold(wanted)


def _kind_of(value: Any, wanted: Any) -> Kind:
    """Returns the kind of a comparison where that of the field is not known."""
    if isinstance(value, bool):
        return Kind.TEXT
    if isinstance(value, (int, float)) and _number(wanted) is not None:
        return Kind.NUMBER
    both = isinstance(value, str) and comparable_moments(value, str(wanted)) is not None
    return Kind.DATE if both else Kind.TEXT


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return value if isinstance(value, (int, float)) else float(value)
    except (TypeError, ValueError):
        return None


def fold(value: Any) -> str:
    """Returns a string without case, in one Unicode form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = casefold(value)
    return text if text.isascii() else trim(text)


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _value_at(row: dict[str, Any], key: str) -> Any:
    if "." not in key or key.startswith(CUSTOM):
        return value_at(row, key)
    if key in row:
        return dict.get(row, key)
    first, _, rest = key.partition(".")
    inner = dict.get(row, first)
    return inner.get(rest) if isinstance(inner, dict) else None
