"""Reading a list page by page, completely, while others change it."""

from __future__ import annotations

from collections import deque
from itertools import repeat
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from RPA.Planhat.errors import PlanhatError
from RPA.Planhat.types import Record
from RPA.Planhat.types.encoding import encode_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

R = TypeVar("R", bound=Record)


def pages(
    fetch: Callable[[int, int], list[R]], size: int, wanted: int | None = None, start: int = 0
) -> Iterator[list[R]]:
    """Yields the rows of a list, each once, in pages.

    Each page is asked for with one row of overlap. The overlap proves that no row slipped past while others
    deleted or inserted rows; when it is not where it should be, the reader steps back until it finds a row that it
    knows. The end is where no new row comes, never a page that is shorter than asked: servers cap pages.

    Args:
        fetch: Returns the rows at an offset, at most so many.
        size: Rows to ask for at once.
        wanted: Rows after which to stop; all of them when not given.
        start: Where in the list to begin; the row before it comes, too.

    Raises:
        PlanhatError: If the list changes faster than it can be read.
    """
    reader = _Reader(fetch, size, start)
    count = 0
    while wanted is None or count < wanted:
        asked = size if wanted is None else min(size, wanted - count + 1)
        rows = reader.next_rows(asked)
        if not rows:
            return
        yield rows if wanted is None else rows[: wanted - count]
        count += len(rows)


def place_behind(fetch: Callable[[int, int], list[Any]], last: str) -> int:
    """Returns how many rows of a list that is sorted by `_id` go up to an id, with some twenty short calls."""

    def is_behind(offset: int) -> bool:
        rows = fetch(offset, 1)
        return not rows or str(rows[0].get("_id")) > last

    low, high = 0, 1
    while not is_behind(high):
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_behind(middle) else (middle + 1, high)
    return low


class _Reader(Generic[R]):
    """Where the reading stands: the position in the list, the row before it, and the rows that were yielded last."""

    def __init__(self, fetch: Callable[[int, int], list[R]], size: int, start: int = 0) -> None:
        self._fetch = fetch
        self._position = start
        self._last: Any = None
        self._recent: deque[Any] = deque(maxlen=2 * size)

    def next_rows(self, size: int) -> list[R]:
        """Returns the rows behind those that were read, none at the end."""
        offset, identities = 0, list[Any]()
        while True:
            overlap, before = (0 if self._last is None else 1), (offset, identities)
            offset, rows = self._aligned(size)
            identities = _identities(rows)
            # The same page once more: the server knows no offset, or has nothing behind these rows.
            if len(rows) <= overlap or (identities == before[1] and offset >= before[0]):
                return []
            fresh = self._take(offset, rows, identities)
            if fresh:
                return fresh

    def _aligned(self, size: int) -> tuple[int, list[R]]:
        """Returns a page whose first row was read, or, after a step back, one of whose rows was."""
        offset = max(self._position - 1, 0)
        rows = self._fetch(offset, size)
        if self._last is None or (rows and _identities(rows[:1])[0] == self._last):
            return offset, rows
        return self._step_back(offset, rows, size)

    def _step_back(self, offset: int, rows: list[R], size: int) -> tuple[int, list[R]]:
        known, step = set(self._recent), 16
        while known.isdisjoint(_identities(rows)):
            if offset == 0 and not rows:
                break
            if offset == 0:
                raise PlanhatError("The list changed faster than it could be read. Nothing is lost: read it again.")
            offset, step = max(offset - step, 0), step * 4
            rows = self._fetch(offset, max(size, step))
        return offset, rows

    def _take(self, offset: int, rows: list[R], identities: list[Any]) -> list[R]:
        first = _behind_known(identities, set(self._recent))
        self._position, self._last = offset + len(rows), identities[-1]
        rows, identities = rows[first:], identities[first:]
        if len(set(identities)) < len(identities):
            rows = list(dict(zip(identities, rows, strict=True)).values())
        self._recent.extend(dict.fromkeys(identities))
        return rows


def _behind_known(identities: list[Any], known: set[Any]) -> int:
    """Returns the place behind the last row that is known: nearly always the first or none at all."""
    if known.isdisjoint(identities[1:]):
        return 1 if identities[:1] and identities[0] in known else 0
    return 1 + max(index for index, each in enumerate(identities) if each in known)


def _identities(rows: list[R]) -> list[Any]:
    ids: list[Any] = list(map(dict.get, rows, repeat("_id")))
    return ids if all(ids) else [each or encode_json(row) for each, row in zip(ids, rows, strict=True)]
