"""Reading the rows of a bulk write into a plan: each is checked, and those that mean the same record meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from RPA.Planhat.collector import COLLECTOR
from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.bulk.report_files import as_it_was
from RPA.Planhat.operations.bulk.shapes import Shape, shape_of
from RPA.Planhat.operations.payloads import missing_fields, payload_of, refuse_contradictions
from RPA.Planhat.types.base import encode_json
from RPA.Planhat.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from RPA.Planhat.operations.bulk.plan import Plan

AT_ONCE = 1000
"""Rows that are looked at together."""

NAMED_PROBLEMS = 10
"""Bad rows that the error names which refuses the input."""

UNIQUE_EVERYWHERE = ("_id", "sourceId")
ANY_CASE = ("_id", "email")
"""Keys in which capitals do not matter. In ids of a CRM, such as Salesforce, they do."""

COMPANY_KEYS = ("companyId", "cId")

Payload = dict[str, Any]
Step = Callable[[Payload], Payload]
"""Checks what is to be sent of a row, or changes it; returns the same object when it has not."""


class Reader:
    """Reads rows into a plan.

    Args:
        plan: The plan, still without rows.
        steps: What is done with each row beyond checking it.
        last_wins: Whether the last of several rows with one key is taken.
    """

    def __init__(self, plan: Plan, steps: Sequence[Step], *, last_wins: bool) -> None:
        self.plan = plan
        self._model = plan.model
        self._steps = steps
        self._last_wins = last_wins
        self._careful = bool(steps or plan.model.FORMS or plan.model.PERIOD or plan.model.NEVER_WITHOUT)
        self._owner = next((key for key in COMPANY_KEYS if plan.model.field(key) or plan.model.OPEN), "")
        self._shapes: dict[tuple[type, tuple[Any, ...]], Shape | None] = {}
        self._seen: dict[str, dict[Any, int]] = {}
        self._bad: dict[int, str] = {}
        self._count = 0
        self._named: list[str] = []

    def read(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Reads all rows, once.

        Raises:
            PlanhatValidationError: If rows are bad. All are counted, the first are named.
        """
        left = iter(rows)
        while some := list(islice(left, AT_ONCE)):
            with COLLECTOR.held_off(large=False):
                self._take(some)
            self._note_bad()
        self._stop_if_bad()

    def _take(self, rows: Sequence[Any]) -> None:
        numbers = self.plan.add(rows)
        groups = _groups(rows, numbers)
        keys = {self._take_alike(alike, kind, names) for (kind, names), alike in groups.items()}
        (key,) = keys if len(keys) == 1 else ("",)
        if not (key and len(groups) == 1 and self._claim_all(numbers, rows, key)):
            self._each(numbers, self._claim)

    def _take_alike(self, numbers: Sequence[int], kind: type, names: tuple[Any, ...]) -> str:
        """Takes rows that have the same names; returns the key that all are matched by, if there is one."""
        shape = self._shape(kind, names)
        if shape is not None and self._fits(numbers, shape):
            key = "" if self._careful else self._common_key(numbers, shape)
        else:
            self._each(numbers, self._look_at)
            key = ""
        if self._careful:
            self._each(numbers, self._complete)
        if key:
            self.plan.set_matched(numbers, key)
        else:
            self._each(numbers, self._match)
        return key

    def _shape(self, kind: type, names: tuple[Any, ...]) -> Shape | None:
        if (kind, names) not in self._shapes:
            self._shapes[kind, names] = shape_of(self._model, kind, names) if issubclass(kind, dict) else None
        return self._shapes[kind, names]

    def _fits(self, numbers: Sequence[int], shape: Shape) -> bool:
        rows: list[Any] = [self.plan.row(number) for number in numbers]
        try:
            converted = shape.converted(rows)
        except (ValueError, TypeError):
            return False
        self.plan.set_shape(numbers, shape)
        for place, payload in converted.items():
            self.plan.set_payload(numbers[place], payload)
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
        try:
            encode_json(payload)
        except TypeError as problem:
            raise PlanhatValidationError(f"JSON can not hold a value of it: {problem}.") from problem
        self.plan.set_payload(number, {**self._model.FIXED, **payload})

    def _complete(self, number: int) -> None:
        model, before = self._model, self.plan.payload(number)
        refuse_contradictions(model, before)
        dropped = [key for key in model.NEVER_WITHOUT if not before.get(key)]
        if dropped:
            raise PlanhatValidationError(f"Planhat drops a {model.SINGULAR} without {' and '.join(dropped)}, silently.")
        payload = before
        for step in self._steps:
            payload = step(payload)
        if payload is not before:
            self.plan.set_payload(number, payload)

    def _match(self, number: int) -> None:
        payload = self.plan.payload(number)
        key = next((key for key in self._model.KEYS if payload.get(key)), "")
        self.plan.set_matched([number], key)
        missing = "" if self.plan.keyed(number) else missing_fields(self._model, payload)
        if missing:
            raise PlanhatValidationError(
                f"it has no key to match a record, and a new {self._model.SINGULAR} needs {missing}."
            )

    def _common_key(self, numbers: Sequence[int], shape: Shape) -> str:
        """Returns the unique key that all rows are matched by, if there is one."""
        rows: list[Any] = [self.plan.row(number) for number in numbers]
        for key in self._model.KEYS:
            column = shape.column(key)
            values = column.of(rows) if column else []
            if any(values):
                return key if key != "email" and all(values) else ""
        return ""

    def _claim_all(self, numbers: range, rows: Sequence[Any], key: str) -> bool:
        """Claims the records of rows of one shape at once, if none of them means that of another row."""
        values = self._values(numbers, rows, key)
        owner = "" if key in UNIQUE_EVERYWHERE else self._owner
        owners = [value or "" for value in self._values(numbers, rows, owner)] if owner else []
        if set(map(type, values)) | set(map(type, owners)) != {str}:
            return False
        values = [value.lower() for value in values] if key in ANY_CASE else values
        fresh = dict(zip(zip(values, owners, strict=True) if owner else values, numbers, strict=True))
        seen = self._seen.setdefault(key, {})
        alone = len(fresh) == len(numbers) and seen.keys().isdisjoint(fresh)
        if alone:
            seen.update(fresh)
        return alone

    def _values(self, numbers: range, rows: Sequence[Any], key: str) -> list[Any]:
        if self.plan.has_converted(numbers):
            return [payload.get(key) for payload in self.plan.payloads(numbers)]
        shape = self._shape(type(rows[0]), tuple(rows[0]))
        column = shape.column(key) if shape else None
        return column.of(rows) if column else [None] * len(rows)

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
        if self.plan.payload(first) == payload:
            self.plan.sent_by[number] = first
        elif self._last_wins:
            self.plan.sent_by[first] = number
            seen[identity] = number
        else:
            own, other = self.plan.key(number), self.plan.key(first)
            same = f"the same {own}." if own == other else f"{other!r}, almost the same as {own!r}."
            raise PlanhatValidationError(f"it contradicts row {first}, which has {same}")

    def _identity(self, key: str, payload: Payload) -> Any:
        value = str(payload[key]).lower() if key in ANY_CASE else str(payload[key])
        if key in UNIQUE_EVERYWHERE or not self._owner:
            return value
        return value, str(payload.get(self._owner) or "")

    def _note_bad(self) -> None:
        self._count += len(self._bad)
        room = NAMED_PROBLEMS - len(self._named)
        self._named += [f"row {number}: {self._bad[number]}" for number in sorted(self._bad)[:room]]
        self._bad.clear()

    def _stop_if_bad(self) -> None:
        if self._count:
            shown = "\n  ".join(self._named)
            more = f"\n  and {self._count - NAMED_PROBLEMS} more" if self._count > NAMED_PROBLEMS else ""
            bad = counted(self._count, "row is", "rows are")
            raise PlanhatValidationError(f"Nothing was sent, since {bad} bad:\n  {shown}{more}")


def _groups(rows: Sequence[Any], numbers: range) -> dict[tuple[type, tuple[Any, ...]], Sequence[int]]:
    """Returns the numbers of rows by type and names."""
    kinds = set(map(type, rows))
    if len(kinds) == 1 and issubclass(type(rows[0]), dict) and len(set(map(tuple, rows))) == 1:
        return {(type(rows[0]), tuple(rows[0])): numbers}
    groups: dict[tuple[type, tuple[Any, ...]], list[int]] = {}
    for number, row in zip(numbers, rows, strict=True):
        names = tuple(row) if isinstance(row, dict) else ()
        groups.setdefault((type(row), names), []).append(number)
    return dict(groups)
