"""Rows that look alike, and what has to be done with all of them, found out once.

Most rows of an input have the same names in the same order, and under each name a value of the same type. That is
their shape. What a shape needs is little: most values are sent as they are; some names are spelt otherwise for Planhat;
a few values have to be looked at in each row.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from RPA.Planhat.operations.bulk.report_files import ADDED
from RPA.Planhat.operations.payloads import CUSTOM, VERSION, ids_of, payload_of
from RPA.Planhat.operations.values import convert
from RPA.Planhat.types import Kind, PlanhatObject
from RPA.Planhat.types.base import encode_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from RPA.Planhat.types import Field

MOST_SHAPES = 1000
"""Shapes that are remembered. Rows of an input that has more are looked at one by one."""

ONE_BY_ONE = None
"""Stands for a shape whose rows have to be looked at one by one."""

AS_IT_IS: dict[Kind, tuple[type, ...]] = {
    Kind.TEXT: (str,),
    Kind.ID: (str,),
    Kind.NUMBER: (int,),
    Kind.INTEGER: (int,),
    Kind.BOOLEAN: (bool,),
    Kind.ANY: (str, int, bool),
}
"""Types of values that are what a field holds; a text may still be none that can be sent."""

PLAIN = (str, int, bool, type(None))
TEXT_OR_NOTHING = (str, type(None))

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What is to be done with rows of one shape.

    Attributes:
        whole: Whether such a row is sent as it is.
        fixed: What is sent with every row of the model.
        keys: Planhat's keys of what is sent.
        pick: Picks their values out of all values of a row.
        custom: Names of custom fields that have a column each.
        pick_custom: Picks their values.
        pick_texts: Picks the texts.
        nested: Places of values that hold others.
        converted: Places, keys and fields of values that are converted, or might be out of bounds.
        matched: Keys and places of what Planhat matches rows by, the strongest first.
        ids: Places of ids, around which there may be blanks.
        owner: The place of the company; -1 without one.
    """

    whole: bool
    fixed: dict[str, Any]
    keys: Sequence[str]
    pick: Callable[[Values], Values]
    custom: Sequence[str]
    pick_custom: Callable[[Values], Values]
    pick_texts: Callable[[Values], Values]
    nested: Sequence[int]
    converted: Sequence[tuple[int, str, Field[Any]]]
    matched: Sequence[tuple[str, int]]
    ids: Sequence[int]
    owner: int

    def payload(self, row: dict[str, Any]) -> dict[str, Any]:
        """Returns what is sent of a row, as far as no value of it has to be converted."""
        if self.whole:
            return row
        values = tuple(dict.values(row))
        made = dict(zip(self.keys, self.pick(values), strict=True))
        if self.custom:
            made["custom"] = dict(zip(self.custom, self.pick_custom(values), strict=True))
        return {**self.fixed, **made} if self.fixed else made

    def match(self, values: Values) -> tuple[str, Any, Any]:
        """Returns the strongest key of a row, its value, and the company."""
        owner = values[self.owner] if self.owner >= 0 else None
        for key, place in self.matched:
            if values[place]:
                return key, values[place], owner
        return "", None, owner

    def converted_payload(self, model: type[PlanhatObject], row: dict[str, Any], values: Values) -> dict[str, Any]:
        """Returns what is sent of a row whose values are not all sent as they are; of others nothing, see `payload`.

        Raises:
            ValueError: If a value can not be sent.
            TypeError: If JSON can not hold a value.
        """
        if not all(map(str.isascii, self.pick_texts(values))):
            "".join(self.pick_texts(values)).encode()
        for place in self.nested:
            encode_json(values[place])
        for place in self.ids:
            if values[place] and values[place] != values[place].strip():
                return payload_of(model, row, keep=model.KEYS)
        changed = {}
        for place, key, field in self.converted:
            value = values[place]
            converted = value if value in field.options else convert(field, value)
            if converted is not value and (type(converted) is not type(value) or converted != value):
                changed[key] = converted
        return {**self.payload(row), **changed} if changed else {}


def _picker(places: Sequence[int]) -> Callable[[Values], Values]:
    if not places:
        return lambda _values: ()
    if len(places) == 1:
        (place,) = places
        return lambda values: (values[place],)
    return itemgetter(*places)


def shape_of(
    model: type[PlanhatObject], row_type: type, names: tuple[Any, ...], types: tuple[type, ...]
) -> Shape | None:
    """Returns the shape of rows of a type with such names and types of values; nothing if each has to be looked at."""
    if any(not isinstance(name, str) or name in ADDED for name in names):
        return ONE_BY_ONE
    draft = _Draft(model, lenient=model.OPEN or issubclass(row_type, PlanhatObject))
    for place, (name, kind) in enumerate(zip(names, types, strict=True)):
        if not draft.add(place, name, kind):
            return ONE_BY_ONE
    return draft.shape(names)


class _Draft:
    """A shape in the making."""

    def __init__(self, model: type[PlanhatObject], *, lenient: bool) -> None:
        self._model = model
        self._lenient = lenient
        self._kept: dict[str, int] = {}
        self._custom: dict[str, int] = {}
        self._texts: list[int] = []
        self._nested: list[int] = []
        self._converted: list[tuple[int, str, Field[Any]]] = []
        self._types: dict[str, type] = {}

    def add(self, place: int, name: str, kind: type) -> bool:
        """Takes a column, or tells that rows with such a column have to be looked at one by one."""
        field = self._model.field(name)
        if name.startswith(CUSTOM):
            return self._add_value(place, kind, self._custom, name[len(CUSTOM) :])
        if field is None:
            return name == VERSION or (self._lenient and self._add_value(place, kind, self._kept, name))
        if field.read_only and field.key not in self._model.KEYS:
            return True
        if field.key in self._kept:
            return False
        self._kept[field.key] = place
        self._types[field.key] = kind
        if kind is not type(None):
            self._add_field(place, kind, field)
        return True

    def _add_field(self, place: int, kind: type, field: Field[Any]) -> None:
        bounded = field.options or field.least is not None or field.most is not None
        if kind in AS_IT_IS.get(field.kind, ()) and not bounded:
            self._texts += [place] if kind is str else []
        elif field.kind is Kind.ANY or (field.kind is Kind.OBJECT and issubclass(kind, dict)):
            self._nested.append(place)
        else:
            self._converted.append((place, field.key, field))

    def _add_value(self, place: int, kind: type, where: dict[str, int], name: str) -> bool:
        if name in where:
            return False
        where[name] = place
        if kind is str:
            self._texts.append(place)
        elif kind not in PLAIN:
            self._nested.append(place)
        return True

    def shape(self, names: tuple[Any, ...]) -> Shape | None:
        """Returns the shape."""
        model, kept = self._model, self._kept
        matched = [(key, kept[key]) for key in model.KEYS if key in kept]
        ids = [key for key in ids_of(model) if key in kept]
        if (self._custom and "custom" in kept) or any(self._types[key] not in TEXT_OR_NOTHING for key in ids):
            return ONE_BY_ONE
        return Shape(
            whole=tuple(kept) == names and not model.FIXED,
            fixed=dict(model.FIXED),
            keys=tuple(kept),
            pick=_picker(list(kept.values())),
            custom=tuple(self._custom),
            pick_custom=_picker(list(self._custom.values())),
            pick_texts=_picker(self._texts),
            nested=tuple(self._nested),
            converted=tuple(self._converted),
            matched=tuple(matched),
            ids=tuple(kept[key] for key in ids),
            owner=kept.get("companyId", kept.get("cId", -1)),
        )
