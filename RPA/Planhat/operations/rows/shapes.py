"""Rows that have the same names, and what has to be done with all of them, found out once.

Most rows of an input have the same names in the same order: that is their shape. What a shape needs is little: some
names are spelt otherwise for Planhat, some are not sent. Values are looked at column by column: most columns hold what
their field takes, and are sent as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat
from math import isfinite
from typing import TYPE_CHECKING, Any

from RPA.Planhat.operations.input.report_files import ADDED
from RPA.Planhat.operations.rows.payloads import CUSTOM, VERSION, ids_of
from RPA.Planhat.operations.rows.values import convert
from RPA.Planhat.types import Kind, PlanhatObject
from RPA.Planhat.types.encoding import encode_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from RPA.Planhat.types import Field

NOTHING = type(None)
AS_IT_IS: dict[Kind, set[type]] = {
    Kind.TEXT: {str, NOTHING},
    Kind.ID: {str, NOTHING},
    Kind.NUMBER: {int, float, NOTHING},
    Kind.INTEGER: {int, NOTHING},
    Kind.BOOLEAN: {bool, NOTHING},
}
"""Types of values that are what a field holds; a text may still be none that can be sent, a number infinite."""

TEXTS = {str, NOTHING}
PLAIN = {str, int, bool, NOTHING}
NESTED = (Kind.OBJECT, Kind.OBJECTS)

Row = dict[str, Any]


class Unfit(ValueError):  # noqa: N818 - not an error of the user's
    """Some row has to be looked at by itself."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is sent.

    Attributes:
        name: Its name in the rows.
        key: Planhat's key.
        field: The field; nothing where any value is taken.
        is_id: Whether it is an id of the record, around which there may be blanks.
    """

    name: str
    key: str
    field: Field[Any] | None
    is_id: bool = False

    def of(self, rows: Sequence[Row]) -> list[Any]:
        """Returns the values of all rows, without touching records."""
        return list(map(dict.get, rows, repeat(self.name)))

    def converted(self, values: list[Any]) -> dict[int, Any]:
        """Returns the values that are not sent as they are, by their places.

        Raises:
            ValueError: If a value can not be sent, or a row has to be looked at by itself.
            TypeError: If JSON can not hold a value.
        """
        types = set(map(type, values))
        field = self.field
        if self.is_id:
            _refuse_blanks(values, types)
        if field is None or field.kind is Kind.ANY or _takes(field, values, types):
            _check(values, types)
        elif field.kind is Kind.OBJECT and types <= {dict, NOTHING}:
            encode_json(values)
        else:
            return _converted(field, values)
        return {}


def _refuse_blanks(values: list[Any], types: set[type]) -> None:
    if int in types:
        encode_json([value for value in values if type(value) is int])
    texts = values if types == {str} else [value or "" for value in values]
    if not types <= TEXTS or list(map(str.strip, texts)) != texts:
        raise Unfit


def _check(values: list[Any], types: set[type]) -> None:
    """Makes sure that JSON can hold values."""
    if not types <= PLAIN | {float}:
        encode_json(values)
        return
    if float in types and not all(isfinite(value) for value in values if type(value) is float):
        raise Unfit
    if int in types:
        encode_json([value for value in values if type(value) is int])
    texts = values if types == {str} else [value for value in values if type(value) is str]
    if not all(map(str.isascii, texts)):
        "".join(texts).encode()


def _takes(field: Field[Any], values: list[Any], types: set[type]) -> bool:
    """Tells whether all values are what a field holds, as far as can be told without looking at each."""
    if not types <= AS_IT_IS.get(field.kind, set()):
        return False
    if field.options:
        return set(values) <= {*field.options, None}
    return field.least is None and field.most is None


def _converted(field: Field[Any], values: list[Any]) -> dict[int, Any]:
    converted = [convert(field, value) for value in values]
    if field.kind in NESTED:
        encode_json(converted)
    return {
        place: new
        for place, (new, old) in enumerate(zip(converted, values, strict=True))
        if new is not old and (type(new) is not type(old) or new != old)
    }


@dataclass(frozen=True, slots=True)
class Shape:
    """What is to be done with all rows that have the same names.

    Attributes:
        columns: What is sent.
        dropped: Names that are not sent.
        renamed: Names that Planhat spells otherwise, with its keys.
        custom: Names of columns that are custom fields, with the names of these.
        fixed: What is sent with every row of the model.
        whole: Whether rows are sent as they are.
    """

    columns: Sequence[Column]
    dropped: Sequence[str]
    renamed: Sequence[tuple[str, str]]
    custom: Sequence[tuple[str, str]]
    fixed: dict[str, Any]
    whole: bool

    def payload(self, row: Row) -> Row:
        """Returns what is sent of a row, as far as no value of it has to be converted."""
        if self.whole:
            return row
        made = dict.copy(row)
        for name in self.dropped:
            del made[name]
        for name, key in self.renamed:
            made[key] = made.pop(name)
        if self.custom:
            made["custom"] = {key: made.pop(name) for name, key in self.custom}
        return {**self.fixed, **made} if self.fixed else made

    def column(self, key: str) -> Column | None:
        """Returns the column that is sent under a key."""
        return next((column for column in self.columns if column.key == key), None)

    def converted(self, rows: Sequence[Row]) -> dict[int, Row]:
        """Returns what is sent of rows whose values are not all sent as they are, by their places.

        Raises:
            ValueError: If a value can not be sent, or a row has to be looked at by itself.
            TypeError: If JSON can not hold a value.
        """
        made: dict[int, Row] = {}
        for column in self.columns:
            for place, value in column.converted(column.of(rows)).items():
                if place not in made:
                    made[place] = dict(self.payload(rows[place]))
                made[place][column.key] = value
        return made


def _is_plain(name: Any) -> bool:
    """Tells whether a name is text that JSON can hold, no column of a report, and not `custom.` alone."""
    return isinstance(name, str) and name not in ADDED and name.isprintable() and name.strip() != CUSTOM


def shape_of(model: type[PlanhatObject], row_type: type, names: tuple[Any, ...]) -> Shape | None:
    """Returns the shape of rows of a type with such names; nothing if each row has to be looked at by itself."""
    if not all(map(_is_plain, names)):
        return None
    lenient = model.OPEN or issubclass(row_type, PlanhatObject)
    kept: dict[str, Column] = {}
    dropped = []
    for name in names:
        field = model.field(name)
        if name == VERSION or (field is not None and field.read_only and field.key not in model.KEYS):
            dropped.append(name)
            continue
        key = name if field is None or name.startswith(CUSTOM) else field.key
        if key in kept or (field is None and not lenient and not name.startswith(CUSTOM)):
            return None
        kept[key] = Column(name, key, None if key == name and field is None else field, key in ids_of(model))
    custom = [(name, name[len(CUSTOM) :]) for name in kept if name.startswith(CUSTOM)]
    if custom and "custom" in kept:
        return None
    renamed = [(column.name, column.key) for column in kept.values() if column.name != column.key]
    whole = not (dropped or renamed or custom or model.FIXED)
    return Shape(tuple(kept.values()), dropped, renamed, custom, dict(model.FIXED), whole)
