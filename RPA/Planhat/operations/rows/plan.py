"""The plan of a bulk write: every row checked before anything is sent, and what is sent of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.rows.identity import is_unique
from RPA.Planhat.operations.rows.planner import Reader
from RPA.Planhat.types.encoding import canonical, encode_json
from RPA.Planhat.types.gc_pause import GC_PAUSE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from RPA.Planhat.operations.options import OnDuplicates
    from RPA.Planhat.operations.rows.planner import Payload, RowStep
    from RPA.Planhat.operations.rows.shapes import Shape
    from RPA.Planhat.types import PlanhatObject

T = TypeVar("T")

MOST_ROWS = 5000
"""Rows that Planhat takes in one call."""

MOST_BYTES = 32 * 1024 * 1024
"""Bytes that Planhat takes in one call."""

DIGESTED = 1000
"""Rows whose text is in memory at a time while all are digested. Another number gives other digests."""


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
        self._unkeyed: set[int] = set()
        self._at_hand: tuple[Sequence[int], list[Payload]] = ((), [])

    @classmethod
    def of(
        cls,
        model: type[PlanhatObject],
        rows: Iterable[Mapping[str, Any]],
        *,
        duplicates: OnDuplicates = "refuse",
        steps: Sequence[RowStep] = (),
    ) -> Plan:
        """Checks all rows.

        Args:
            model: The model.
            rows: Records or dictionaries with field names, or rows of a file of failed rows. They are read once.
            duplicates: Which of several rows with one key is taken when they differ. Of equal rows the first is taken
                in any case.
            steps: What is done with each row beyond that, in their order.

        Raises:
            PlanhatValidationError: If a row is bad, or two rows with one key differ and are to be refused. All bad
                rows are counted, the first are named.
        """
        if isinstance(rows, (str, bytes, Mapping)):
            raise PlanhatValidationError(f"Rows are a list of dictionaries, not {type(rows).__name__}.")
        reader = Reader(cls(model), steps, duplicates=duplicates)
        reader.read(rows)
        return reader.plan

    def add(self, rows: Sequence[Mapping[str, Any]]) -> range:
        """Adds rows, and returns their numbers. What is sent of them is told next."""
        first = len(self) + 1
        self._rows.extend(rows)
        self._shapes.extend([None] * len(rows))
        self._matched.extend([""] * len(rows))
        return range(first, len(self) + 1)

    def set_shape(self, numbers: Sequence[int], shape: Shape) -> None:
        """Tells that rows have a shape, from which follows what is sent of them."""
        _set(self._shapes, numbers, shape)

    def set_payload(self, number: int, payload: Payload) -> None:
        """Tells what is sent of a row whose shape does not tell it."""
        self._converted[number] = payload

    def has_converted(self, numbers: Iterable[int]) -> bool:
        """Tells whether what is sent of some row does not follow from its shape."""
        return bool(self._converted) and not self._converted.keys().isdisjoint(numbers)

    def set_matched(self, numbers: Sequence[int], key: str) -> None:
        """Tells the strongest key that some rows have; none when it is empty."""
        _set(self._matched, numbers, key)
        if not is_unique(key):
            self._unkeyed.update(numbers)

    def __len__(self) -> int:
        return len(self._rows)

    def row(self, number: int) -> Mapping[str, Any]:
        """Returns a row as it was given."""
        return self._rows[number - 1]

    def payload(self, number: int) -> Payload:
        """Returns what is sent of a row."""
        return next(self._made((number,)))

    def payloads(self, numbers: Sequence[int]) -> list[Payload]:
        """Returns what is sent of some rows. Those asked for last are kept at hand."""
        if numbers != self._at_hand[0]:
            with GC_PAUSE.paused(large=False):
                self._at_hand = (numbers, list(self._made(numbers)))
        return self._at_hand[1]

    def _made(self, numbers: Sequence[int]) -> Iterator[Payload]:
        """Yields what is sent of some rows."""
        converted, rows, shapes = self._converted, self._rows, self._shapes
        for number in numbers:
            shape = shapes[number - 1]
            if shape is None or number in converted:
                yield converted[number]
            else:
                yield shape.payload(rows[number - 1])  # type: ignore[arg-type] # only dictionaries have a shape

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
        return number not in self._unkeyed

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
        unkeyed = self._unkeyed.intersection(numbers)
        keyed = [number for number in numbers if number not in unkeyed] if unkeyed else numbers
        for alike in (keyed, sorted(unkeyed)):
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


def _set(column: list[T], numbers: Sequence[int], value: T) -> None:
    if isinstance(numbers, range):
        column[numbers.start - 1 : numbers.stop - 1] = [value] * len(numbers)
        return
    for number in numbers:
        column[number - 1] = value
