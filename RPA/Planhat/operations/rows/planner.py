"""Reading the rows of a bulk write into a plan: each is checked, and those that mean the same record meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy, deepcopy
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.report_files import as_it_was
from RPA.Planhat.operations.rows.identity import comparable, is_unique, needs_owner, owner_key, strongest_key
from RPA.Planhat.operations.rows.payloads import missing_fields, payload_of, refuse_contradictions
from RPA.Planhat.operations.rows.shapes import TEXTS, Shape, shape_of
from RPA.Planhat.text.messages import BadRows, with_article
from RPA.Planhat.types.encoding import encode_json
from RPA.Planhat.types.gc_pause import GC_PAUSE

if TYPE_CHECKING:
    from RPA.Planhat.operations.options import OnDuplicates
    from RPA.Planhat.operations.rows.plan import Plan

AT_ONCE = 1000
"""Rows that are looked at together."""

MOST_SHAPES = 1000
"""Shapes that are remembered; rows of an input that has more are looked at one by one."""

Payload = dict[str, Any]
RowStep = Callable[[Payload], Payload]
"""Checks what is to be sent of a row, or changes it; returns the same object when it has not."""


def as_they_come(rows: Iterable[Any]) -> Iterator[Any]:
    """Yields rows one by one; what makes them may use one dictionary again and again, so each is kept as it was."""
    return iter(rows) if isinstance(rows, Sequence) else map(_as_it_is_now, rows)


def _as_it_is_now(row: Any) -> Any:
    if type(row) is dict and TEXTS.issuperset(map(type, row.values())):
        return row.copy()
    if not isinstance(row, dict) or not any(isinstance(value, (dict, list)) for value in dict.values(row)):
        return copy(row)
    try:
        return deepcopy(row)
    except RecursionError:
        return row  # it is told later, as a row that JSON can not hold


@dataclass(frozen=True, slots=True)
class _Alike:
    """Rows of one shape.

    Attributes:
        numbers: Their numbers.
        rows: The rows.
        shape: The shape; nothing when each has to be looked at by itself.
    """

    numbers: Sequence[int]
    rows: Sequence[Any]
    shape: Shape | None


class Reader:
    """Reads rows into a plan.

    Args:
        plan: The plan, still without rows.
        steps: What is done with each row beyond checking it.
        duplicates: Which of several rows with one key is taken when they differ.
    """

    def __init__(self, plan: Plan, steps: Sequence[RowStep], *, duplicates: OnDuplicates) -> None:
        self.plan = plan
        self._model = plan.model
        self._steps = steps
        self._duplicates = duplicates
        self._careful = bool(steps or plan.model.FORMS or plan.model.PERIOD or plan.model.NEVER_WITHOUT)
        self._owner = owner_key(plan.model)
        self._shapes: dict[tuple[type, tuple[Any, ...]], Shape | None] = {}
        self._seen: dict[str, dict[Any, int]] = {}
        self._bad: dict[int, str] = {}
        self._all_bad = BadRows()

    def read(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Reads all rows, once.

        Raises:
            PlanhatValidationError: If rows are bad. All are counted, the first are named.
        """
        left = as_they_come(rows)
        while some := list(islice(left, AT_ONCE)):
            with GC_PAUSE.paused(large=False):
                self._take(some)
            self._note_bad()
        self._stop_if_bad()

    def _take(self, rows: Sequence[Any]) -> None:
        groups = self._groups(self.plan.add(rows), rows)
        keys = [self._take_alike(alike) for alike in groups]
        if len(groups) > 1 or not keys[0] or not self._claim_all(groups[0], keys[0]):
            self._each(range(len(self.plan) - len(rows) + 1, len(self.plan) + 1), self._claim)

    def _groups(self, numbers: range, rows: Sequence[Any]) -> list[_Alike]:
        """Returns rows by their shapes."""
        first = rows[0]
        if len(set(map(type, rows))) == 1 and isinstance(first, dict) and len(set(map(tuple, rows))) == 1:
            return [_Alike(numbers, rows, self._shape(first))]
        groups: dict[int, _Alike] = {}
        for number, row in zip(numbers, rows, strict=True):
            shape = self._shape(row)
            alike = groups.setdefault(id(shape), _Alike([], [], shape))
            alike.numbers.append(number)  # type: ignore[attr-defined] # the lists of the line before
            alike.rows.append(row)  # type: ignore[attr-defined]
        return list(groups.values())

    def _shape(self, row: Any) -> Shape | None:
        """Returns the shape of a row; nothing when it has to be looked at by itself."""
        if not isinstance(row, dict):
            return None
        kind, names = type(row), tuple(row)
        known = self._shapes.get((kind, names))
        if known is None and len(self._shapes) < MOST_SHAPES:
            known = self._shapes[kind, names] = shape_of(self._model, kind, names)
        return known

    def _take_alike(self, alike: _Alike) -> str:
        """Takes rows of one shape; returns the key that all are matched by, if there is one."""
        key = ""
        if not self._fits(alike):
            self._each(alike.numbers, self._look_at)
        elif not self._careful:
            key = self._common_key(alike)
        if self._careful:
            self._each(alike.numbers, self._complete)
        if key:
            self.plan.set_matched(alike.numbers, key)
        else:
            self._each(alike.numbers, self._match)
        return key

    def _fits(self, alike: _Alike) -> bool:
        """Tells whether all of some rows can be looked at together."""
        if alike.shape is None:
            return False
        try:
            converted = alike.shape.converted(alike.rows)
        except (ValueError, TypeError):
            return False
        self.plan.set_shape(alike.numbers, alike.shape)
        for place, payload in converted.items():
            self.plan.set_payload(alike.numbers[place], payload)
        return True

    def _each(self, numbers: Sequence[int], look: Callable[[int], None]) -> None:
        """Looks at rows one by one, without those that are bad; more may turn out so."""
        for number in numbers:
            if number not in self._bad:
                try:
                    look(number)
                except ValueError as problem:
                    self._bad[number] = str(problem)

    def _look_at(self, number: int) -> None:
        row = self.plan.row(number)
        if not isinstance(row, Mapping):
            raise PlanhatValidationError(f"a row is a dictionary, not {type(row).__name__}.")
        if not all(isinstance(name, str) for name in row):
            raise PlanhatValidationError("the names of fields are texts.")
        payload = payload_of(self._model, as_it_was(row), keep=self._model.KEYS)
        encode_json(payload)
        self.plan.set_payload(number, {**self._model.FIXED, **payload})

    def _complete(self, number: int) -> None:
        model, before = self._model, self.plan.payload(number)
        refuse_contradictions(model, before)
        dropped = [key for key in model.NEVER_WITHOUT if not before.get(key)]
        if dropped:
            raise PlanhatValidationError(
                f"Planhat drops {with_article(model.SINGULAR)} without {' and '.join(dropped)}, silently."
            )
        payload = before
        for step in self._steps:
            payload = step(payload)
        if payload is not before:
            self.plan.set_payload(number, payload)

    def _match(self, number: int) -> None:
        payload = self.plan.payload(number)
        key = strongest_key(self._model, payload)
        self.plan.set_matched([number], key)
        missing = "" if self.plan.keyed(number) else missing_fields(self._model, payload)
        if missing:
            raise PlanhatValidationError(
                f"it has no key to match a record, and a new {self._model.SINGULAR} needs {missing}."
            )

    def _common_key(self, alike: _Alike) -> str:
        """Returns the unique key that all of some rows are matched by, if there is one."""
        for key in self._model.KEYS:
            values = self._values(alike, key)
            if any(values):
                return key if is_unique(key) and all(values) else ""
        return ""

    def _values(self, alike: _Alike, key: str) -> list[Any]:
        """Returns what is sent of some rows under a key."""
        if self.plan.has_converted(alike.numbers):
            return [payload.get(key) for payload in self.plan.payloads(alike.numbers)]
        column = alike.shape.column(key) if alike.shape else None
        return column.of(alike.rows) if column else []

    def _claim_all(self, alike: _Alike, key: str) -> bool:
        """Claims the records of rows at once, if none of them means that of another row; else does nothing."""
        values = self._values(alike, key)
        if set(map(type, values)) != {str}:
            return False
        values = [comparable(key, value) for value in values]
        if needs_owner(self._model, key):
            owners = self._values(alike, self._owner) or [""] * len(values)
            values = [(value, str(owner or "")) for value, owner in zip(values, owners, strict=True)]
        fresh = dict(zip(values, alike.numbers, strict=True))
        seen = self._seen.setdefault(key, {})
        alone = len(fresh) == len(values) and seen.keys().isdisjoint(fresh)
        if alone:
            seen.update(fresh)
        return alone

    def _claim(self, number: int) -> None:
        """Finds out whether another row means the same record: one with its key, and with its company if need be."""
        key = self.plan.matched(number)
        if not key:
            return
        payload = self.plan.payload(number)
        seen = self._seen.setdefault(key, {})
        identity = self._identity(key, payload)
        first = seen.setdefault(identity, number)
        if first == number:
            return
        if self._duplicates == "first" or self.plan.payload(first) == payload:
            self.plan.sent_by[number] = first
        elif self._duplicates == "last":
            self.plan.sent_by[first] = number
            seen[identity] = number
        else:
            own, other = self.plan.key(number), self.plan.key(first)
            same = f"the same {own}." if own == other else f"{other!r}, almost the same as {own!r}."
            raise PlanhatValidationError(f"it contradicts row {first}, which has {same}")

    def _identity(self, key: str, payload: Payload) -> Any:
        value = comparable(key, payload[key])
        return (value, str(payload.get(self._owner) or "")) if needs_owner(self._model, key) else value

    def _note_bad(self) -> None:
        for number, reason in sorted(self._bad.items()):
            self._all_bad.add([number], reason)
        self._bad.clear()

    def _stop_if_bad(self) -> None:
        if self._all_bad.count:
            raise PlanhatValidationError(self._all_bad.refusal)
