"""The plan of a bulk write: every row checked before anything is sent, and what is sent of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.bulk.report_files import as_it_was
from RPA.Planhat.operations.bulk.shapes import MOST_SHAPES, ONE_BY_ONE, Shape, shape_of
from RPA.Planhat.operations.payloads import missing_fields, payload_of, refuse_contradictions
from RPA.Planhat.types.base import encode_json
from RPA.Planhat.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from RPA.Planhat.types import PlanhatObject

MOST_ROWS = 5000
"""Rows that Planhat takes in one call."""

MOST_BYTES = 32 * 1024 * 1024
"""Bytes that Planhat takes in one call."""

NAMED_PROBLEMS = 10
"""Bad rows that the error names which refuses the input."""

DIGESTED = 1000
"""Rows whose text is in memory at a time while all are digested. Another number gives other digests."""

UNIQUE_EVERYWHERE = ("_id", "sourceId")
ANY_CASE = ("_id", "email")
"""Keys in which capitals do not matter. In ids of a CRM, such as Salesforce, they do."""

NOT_UNIQUE = ("", "email")
"""What a row may be matched by although sending it twice does not surely meet the same record."""

Payload = dict[str, Any]
Step = Callable[[Payload], Payload]
"""Checks what is to be sent of a row, or changes it; returns the same object when it has not."""


class Plan:
    """What will be sent: rows by number, from 1.

    What is sent of a row is made when it is needed, of the row itself. Only what had to be converted is kept.

    Args:
        model: The model.

    Attributes:
        sent_by: For rows that are not sent themselves: the number of the row with the same key that is.
    """

    def __init__(self, model: type[PlanhatObject]) -> None:
        self.model = model
        self.sent_by: dict[int, int] = {}
        self._rows: list[Mapping[str, Any]] = []
        self._shapes: list[Shape | None] = []
        self._converted: dict[int, Payload] = {}
        self._matched: list[str] = []
        self._at_hand: tuple[Sequence[int], list[Payload]] = ((), [])

    @classmethod
    def of(
        cls,
        model: type[PlanhatObject],
        rows: Iterable[Mapping[str, Any]],
        *,
        last_wins: bool = False,
        steps: Sequence[Step] = (),
    ) -> Plan:
        """Checks all rows.

        Args:
            model: The model.
            rows: Records or dictionaries with field names, or rows of a file of failed rows. They are read once.
            last_wins: Of several rows with one key take the last; otherwise rows that contradict each other are an
                error. Of equal rows the first is taken in any case.
            steps: What is done with each row beyond that, in their order.

        Raises:
            PlanhatValidationError: If a row is bad, or two rows with one key differ. All bad rows are counted, the
                first are named.
        """
        if isinstance(rows, (str, bytes, Mapping)):
            raise PlanhatValidationError(f"Rows are a list of dictionaries, not {type(rows).__name__}.")
        reader = _Reader(cls(model), steps, last_wins=last_wins)
        for number, row in enumerate(rows, 1):
            reader.take(number, row)
        reader.stop_if_bad()
        return reader.plan

    def add(self, row: Mapping[str, Any], shape: Shape | None, payload: Payload, matched: str) -> None:
        """Adds a row.

        Args:
            row: The row as it was given.
            shape: Its shape.
            payload: What is sent, when its shape does not tell that.
            matched: The key that it is matched by.
        """
        self._rows.append(row)
        self._shapes.append(shape)
        self._matched.append(matched)
        if payload or shape is None:
            self._converted[len(self._rows)] = payload

    def __len__(self) -> int:
        return len(self._rows)

    def row(self, number: int) -> Mapping[str, Any]:
        """Returns a row as it was given."""
        return self._rows[number - 1]

    def payload(self, number: int) -> Payload:
        """Returns what is sent of a row."""
        shape = self._shapes[number - 1]
        if shape is None or number in self._converted:
            return self._converted[number]
        return shape.payload(self._rows[number - 1])  # type: ignore[arg-type] # only dictionaries have a shape

    def payloads(self, numbers: Sequence[int]) -> list[Payload]:
        """Returns what is sent of some rows. Those asked for last are kept at hand."""
        if numbers != self._at_hand[0]:
            self._at_hand = (numbers, [self.payload(number) for number in numbers])
        return self._at_hand[1]

    def body(self, numbers: Sequence[int]) -> bytes:
        """Returns the body of a call with some rows."""
        return encode_json(self.payloads(numbers), finite=True)

    def matched(self, number: int) -> str:
        """Returns the strongest key that a row has, such as `externalId`; empty without one."""
        return self._matched[number - 1]

    def key(self, number: int) -> str:
        """Returns that key with its value, such as `externalId=A-1`; empty without one."""
        matched = self.matched(number)
        return f"{matched}={self.payload(number)[matched]}" if matched else ""

    def keyed(self, number: int) -> bool:
        """Tells whether sending a row twice meets the same record."""
        return self._matched[number - 1] not in NOT_UNIQUE

    def sender(self, number: int) -> int:
        """Returns the row that is sent for a row: itself, or another one with the same key."""
        while number in self.sent_by:
            number = self.sent_by[number]
        return number

    def digest(self) -> str:
        """Returns the SHA-256 of the rows as they were given, which is the same whatever encodes what is sent."""
        digest = sha256()
        for first in range(0, len(self), DIGESTED):
            digest.update(canonical([dict(row) for row in self._rows[first : first + DIGESTED]]))
        return digest.hexdigest()

    def chunks(self, numbers: Iterable[int]) -> Iterator[tuple[list[int], bytes]]:
        """Yields rows in groups that one call can take, with its body.

        Rows that may be sent twice never share a call with others. A row that is too large for any call is alone.
        """
        numbers = list(numbers)
        for keyed in (True, False):
            alike = [number for number in numbers if self.keyed(number) is keyed]
            first = 0
            while first < len(alike):
                some = alike[first : first + MOST_ROWS]
                body = self.body(some)
                if len(body) > MOST_BYTES and len(some) > 1:
                    some, body = self._as_many_as_fit(some)
                yield some, body
                first += len(some)

    def _as_many_as_fit(self, numbers: list[int]) -> tuple[list[int], bytes]:
        parts: list[bytes] = []
        size = len("[]")
        for payload in self.payloads(numbers):
            part = encode_json(payload, finite=True)
            size += len(part) + len(",")
            if parts and size - 1 > MOST_BYTES:
                break
            parts.append(part)
        return numbers[: len(parts)], b"[" + b",".join(parts) + b"]"


class _Reader:
    """Makes a plan of rows.

    Args:
        plan: The plan, still without rows.
        steps: What is done with each row.
        last_wins: Whether the last of several rows with one key is taken.
    """

    def __init__(self, plan: Plan, steps: Sequence[Step], *, last_wins: bool) -> None:
        self.plan = plan
        self._model = plan.model
        self._steps = steps
        self._last_wins = last_wins
        self._careful = bool(steps or plan.model.FORMS or plan.model.PERIOD or plan.model.NEVER_WITHOUT)
        self._shapes: dict[Any, Shape | None] = {}
        self._seen: dict[tuple[str, str], dict[Any, int]] = {}
        self._problems: list[str] = []
        self._bad = 0

    def take(self, number: int, row: Mapping[str, Any]) -> None:
        """Adds a row to the plan, or to the bad ones."""
        try:
            self._add(number, row)
        except ValueError as problem:
            self._refuse(number, str(problem))
            self.plan.add(row, ONE_BY_ONE, {}, "")

    def _add(self, number: int, given: Mapping[str, Any]) -> None:
        row = _as_dictionary(given)
        values = tuple(dict.values(row))
        shape = self._shape(type(row), tuple(row), tuple(map(type, values))) if row is given else ONE_BY_ONE
        payload: Payload = {}
        if shape is not None:
            try:
                payload = shape.converted_payload(self._model, row, values)
            except (ValueError, TypeError):
                shape = ONE_BY_ONE
        if shape is None or self._careful:
            payload = self._completed(payload or (shape.payload(row) if shape else self._looked_at(row)))
        if payload or shape is None:
            matched, value, owner = _matched(self._model, payload)
        else:
            matched, value, owner = shape.match(values)
        if matched in NOT_UNIQUE:
            self._require_fields(payload or (shape.payload(row) if shape else payload))
        self.plan.add(given, shape, payload, matched)
        if matched:
            self._claim(number, matched, value, owner or "")

    def _shape(self, *of: Any) -> Shape | None:
        if of in self._shapes:
            return self._shapes[of]
        if len(self._shapes) >= MOST_SHAPES:
            return ONE_BY_ONE
        return self._shapes.setdefault(of, shape_of(self._model, *of))

    def _looked_at(self, row: dict[str, Any]) -> Payload:
        payload = payload_of(self._model, as_it_was(row), keep=self._model.KEYS)
        try:
            encode_json(payload)
        except TypeError as problem:
            raise PlanhatValidationError(f"JSON can not hold a value of it: {problem}.") from problem
        return {**self._model.FIXED, **payload}

    def _completed(self, payload: Payload) -> Payload:
        """Returns what is sent after all further steps."""
        model = self._model
        refuse_contradictions(model, payload)
        dropped = [key for key in model.NEVER_WITHOUT if not payload.get(key)]
        if dropped:
            raise PlanhatValidationError(f"Planhat drops a {model.SINGULAR} without {' and '.join(dropped)}, silently.")
        for step in self._steps:
            payload = step(payload)
        return payload

    def _require_fields(self, payload: Payload) -> None:
        missing = missing_fields(self._model, payload)
        if missing:
            raise PlanhatValidationError(
                f"it has no key to match a record, and a new {self._model.SINGULAR} needs {missing}."
            )

    def _claim(self, number: int, matched: str, value: Any, owner: Any) -> None:
        """Finds out whether another row means the same record: one with its key, and with its company if need be."""
        value = str(value).lower() if matched in ANY_CASE else str(value)
        seen = self._seen.setdefault((matched, "" if matched in UNIQUE_EVERYWHERE else str(owner)), {})
        first = seen.setdefault(value, number)
        if first == number:
            return
        if self.plan.payload(first) == self.plan.payload(number):
            self.plan.sent_by[number] = first
        elif self._last_wins:
            self.plan.sent_by[first] = number
            seen[value] = number
        else:
            own, other = self.plan.key(number), self.plan.key(first)
            same = f"the same {own}." if own == other else f"{other!r}, almost the same as {own!r}."
            self._refuse(number, f"it contradicts row {first}, which has {same}")

    def _refuse(self, number: int, problem: str) -> None:
        self._bad += 1
        if self._bad <= NAMED_PROBLEMS:
            self._problems.append(f"row {number}: {problem}")

    def stop_if_bad(self) -> None:
        """Refuses the input when rows of it are bad."""
        if self._bad:
            shown = "\n  ".join(self._problems)
            more = f"\n  and {self._bad - NAMED_PROBLEMS} more" if self._bad > NAMED_PROBLEMS else ""
            bad = counted(self._bad, "row is", "rows are")
            raise PlanhatValidationError(f"Nothing was sent, since {bad} bad:\n  {shown}{more}")


def _as_dictionary(row: Any) -> dict[str, Any]:
    if isinstance(row, dict):
        return row
    if not isinstance(row, Mapping):
        raise PlanhatValidationError(f"a row is a dictionary, not {type(row).__name__}.")
    return dict(row)


def _matched(model: type[PlanhatObject], payload: Payload) -> tuple[str, Any, Any]:
    """Returns the strongest key of what is sent of a row, its value, and the company."""
    matched = next((key for key in model.KEYS if payload.get(key)), "")
    return matched, payload.get(matched), payload.get("companyId") or payload.get("cId")


def canonical(value: Any) -> bytes:
    """Returns JSON for digests: the same bytes in each run, whatever encodes what is sent."""
    return _encode(value).encode()


def _as_text(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, (set, frozenset)) else str(value)


_encode = json.JSONEncoder(separators=(",", ":"), default=_as_text).encode
