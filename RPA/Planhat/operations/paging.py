"""Reading a list page by page: complete, or an error.

Planhat pages by offset, has no total and no cursor, and servers or proxies may cap pages, ignore parameters, or return
rows in another order each time. What a list proves about itself is checked here, page by page:

* Lists are asked for in the order of `_id`, and each page overlaps the one before by a row. In that order a row never
  moves, so a page that begins at or before the last row read holds everything behind it, whatever others delete or
  insert meanwhile.
* A list that arrives in another order must not move at all: each overlap has to fit exactly, and no row may come again.
* A page that comes again shows that the offset is ignored.

Some of these questions are foreseen and asked early, each in a thread of its own, while earlier pages are waited for,
decoded and used. Only the waiting is done there; pages are decoded when their turn comes.
"""

from __future__ import annotations

import logging
import time
from bisect import bisect_right
from contextlib import suppress
from contextvars import ContextVar
from itertools import islice, repeat
from operator import eq, le
from threading import Thread
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from RPA.Planhat.errors import PlanhatError
from RPA.Planhat.transport import SLICE
from RPA.Planhat.types import Record
from RPA.Planhat.types.encoding import encode_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import requests

    Ask = Callable[[int, int], requests.Response]

R = TypeVar("R", bound=Record)

FAR = 1_000_000_000
"""An offset behind every list: a server that returns rows for it ignores offsets."""

DEFAULT_SIZES = (100, 2000, 5000, 10_000)
"""Rows of a page when no limit, or a limit that is too large, reaches Planhat; a whole list has other sizes."""

MOST_STEPS = 60
"""Calls without a new row after which a list changes faster than it can be read."""

CHANGED = "{what} changed faster than it could be read, at offset {offset}. Nothing is lost: read it again."
UNSTABLE = (
    "{what} cannot be read completely: at offset {offset}, Planhat returned rows in another order than in the page "
    "before. Read it again when nobody writes, or restrict it, for example by company."
)
SAME_PAGE = (
    "{what} cannot be read completely: the same page came again at offset {offset}. A proxy that drops the query, or "
    "a server without paging, does this: check base_url and proxies."
)


def pages(  # noqa: PLR0913 - the place in a list, and how a message calls it
    fetch: Callable[[int, int], list[R]],
    size: int,
    wanted: int | None = None,
    start: int = 0,
    last: str = "",
    *,
    what: str = "The list",
) -> Iterator[list[R]]:
    """Yields the rows of a list, each once, in pages.

    The end is where no row follows the last one, never a page that is shorter than asked: servers cap pages.

    Args:
        fetch: Returns the rows at an offset, at most so many.
        size: Rows to ask for at once.
        wanted: Rows after which to stop. Default: all.
        start: How many rows of the list go up to `last`, to continue behind it.
        last: The `_id` of the last row that is not wanted again.
        what: Which list it is, for messages.

    Raises:
        PlanhatError: If the list changes faster than it can be read, or the server does not page.
    """
    reader = _Reader(fetch, start, last, what)
    count = 0
    while wanted is None or count < wanted:
        rows = reader.next_rows(size if wanted is None else min(size, wanted - count + reader.overlap))
        if not rows:
            return
        yield rows if wanted is None else rows[: wanted - count]
        count += len(rows)


def place_behind(fetch: Callable[[int, int], list[Any]], last: str, what: str = "The list") -> int:
    """Returns how many rows of a list that is sorted by `_id` go up to an id, with some twenty short calls."""

    def is_behind(offset: int) -> bool:
        rows = fetch(offset, 1)
        return not rows or str(rows[0].get("_id")) > last

    low, high = 0, 1
    while not is_behind(high):
        if high > FAR:
            raise PlanhatError(SAME_PAGE.format(what=what, offset=high))
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_behind(middle) else (middle + 1, high)
    return low


class _Reader(Generic[R]):
    """The position in a list: how many rows are read, the last of them, and whether the list is sorted by `_id`."""

    def __init__(self, fetch: Callable[[int, int], list[R]], start: int, last: str, what: str) -> None:
        self._fetch = fetch
        self._what = what
        self._position = start
        self._last: Any = last or None
        self._is_sorted = True
        self._seen: set[Any] = set()
        self._lengths: set[int] = set()  # of pages that others followed: one length if the server's cap is constant
        self._length = 0
        self._page: list[Any] = []  # what the last page held, of a list that is not sorted

    @property
    def overlap(self) -> int:
        """Rows of the next page that are read already."""
        return 0 if self._last is None else 1

    @property
    def _cap(self) -> int:
        """Rows that the server is known to send if there are so many; 0 while its pages have other sizes each time."""
        return 0 if len(self._lengths) > 1 else max(self._lengths, default=self._length)

    def _failure(self, template: str, offset: int | None = None) -> PlanhatError:
        return PlanhatError(template.format(what=self._what, offset=self._position if offset is None else offset))

    def next_rows(self, size: int) -> list[R]:
        """Returns the rows behind those that were read, none at the end.

        Args:
            size: Rows to ask for, the overlap among them.
        """
        if self._last is None:
            return self._first(self._fetch(0, size))
        size = max(size, 2)  # the overlap, and one row at least
        if self._position == 1:
            return self._behind(0, size)
        return self._next_sorted(size) if self._is_sorted else self._next_unsorted(size)

    def _first(self, rows: list[R]) -> list[R]:
        identities, self._is_sorted = _identities(rows)
        if not self._is_sorted:
            named = [each for each in identities if isinstance(each, str)]
            self._seen.update(named)
            if len(self._seen) < len(named):
                raise self._failure(UNSTABLE)
        return self._taken(0, rows, identities, 0)

    def _taken(self, offset: int, rows: list[R], identities: list[Any], first: int) -> list[R]:
        """Returns the rows of a page from a place on, each once."""
        if not rows:
            return rows
        if self._length:
            self._lengths.add(self._length)
        self._position, self._last, self._length = offset + len(rows), identities[-1], len(rows)
        self._page = [] if self._is_sorted else identities
        if self._is_sorted and any(map(eq, identities, islice(identities, 1, None))):
            fresh = zip(identities[first:], rows[first:], strict=True)
            return list(dict(fresh).values())
        return rows[first:] if first else rows

    def _next_sorted(self, size: int) -> list[R]:
        offset, step = self._position - 1, 16
        before: tuple[int, list[Any]] | None = None
        is_more = False
        for _ in range(MOST_STEPS):
            rows = self._fetch(offset, size)
            identities, is_sorted = _identities(rows)
            if not is_sorted:
                raise self._failure(UNSTABLE)
            if offset and (not rows or identities[0] > self._last):
                is_more = is_more or bool(rows)
                offset, step = max(offset - step, 0), step * 4  # rows before were deleted
                continue
            if rows and identities[0] > self._last:
                raise self._failure(CHANGED)
            fresh = bisect_right(identities, self._last)
            if fresh < len(rows):
                return self._taken(offset, rows, identities, fresh)
            is_end = not rows or len(rows) < min(self._cap, size)
            if len(rows) == 1 and not is_end:
                return self._behind(offset, size)
            again = before is not None and before[1] == identities and (offset == before[0])
            if is_end or again or (before is not None and before[1] == identities and self._ignores_offset(rows)):
                if is_more:  # a call before showed rows behind the last one
                    break
                return []
            # All of it is read: rows before were inserted. Or it comes again for any offset, which the next call shows.
            before = offset, identities
            offset += len(rows) - 1
        raise self._failure(CHANGED)

    def _behind(self, offset: int, size: int) -> list[R]:
        """Returns what follows the row at an offset, where the server may cap pages at one row, or at will."""
        rows = self._fetch(offset + 1, size)
        if not rows:
            return []
        identities, is_sorted = _identities(rows)
        if identities == [self._last] and is_sorted:
            raise self._failure(SAME_PAGE)
        again = _identities(self._fetch(offset, 1))[0][:1]
        known = identities[0] <= self._last if self._is_sorted else not self._seen.isdisjoint(identities)
        if again != [self._last] or known or (self._is_sorted and not is_sorted):
            raise self._failure(CHANGED)
        self._seen.update(() if self._is_sorted else identities)
        return self._taken(offset + 1, rows, identities, 0)

    def _next_unsorted(self, size: int) -> list[R]:
        offset = self._position - 1
        rows = self._fetch(offset, size)
        identities = _identities(rows)[0]
        if not rows:
            # The row before is gone, or the server contradicts itself: then its page comes again as it was.
            before = _identities(self._fetch(self._position - self._length, size))[0]
            if before == self._page:
                return []
            raise self._failure(UNSTABLE)
        if identities[0] != self._last:
            if identities == self._page and self._ignores_offset(rows):
                return []
            raise self._failure(UNSTABLE)
        if len(rows) == 1:
            return [] if self._cap > 1 else self._behind(offset, size)
        fresh = [each for each in identities[1:] if isinstance(each, str)]
        if not self._seen.isdisjoint(fresh) or len(set(fresh)) < len(fresh):
            raise self._failure(UNSTABLE)
        self._seen.update(fresh)
        if len(set(identities)) == 1 and self._ignores_offset(rows):  # rows without an id that are all alike
            return []
        return self._taken(offset, rows, identities, 1)

    def _ignores_offset(self, rows: list[R]) -> bool:
        """Returns whether the server returns all rows whatever is asked, which the whole list then is.

        Raises:
            PlanhatError: If it returns a part of them whatever offset is asked.
        """
        found = self._fetch(FAR, 1)
        if not found:
            return False
        if len(found) != len(rows) or len(found) in (1, *DEFAULT_SIZES):
            raise self._failure(SAME_PAGE)
        return True


def _identities(rows: list[R]) -> tuple[list[Any], bool]:
    """Returns what tells rows apart, and whether they are sorted by `_id`.

    A row without a usable `_id` is identified by its content, in bytes: two that are alike are two rows.
    """
    ids: list[Any] = list(map(dict.get, rows, repeat("_id")))
    with suppress(TypeError):  # others than strings cannot be compared with strings
        if not ids or (type(ids[0]) is str and ids[0] and all(map(le, ids, islice(ids, 1, None)))):
            return ids, True
    if set(map(type, ids)) <= {str} and all(ids):
        return ids, False
    named = (str(each) if isinstance(each, (str, int)) and each else None for each in ids)
    return [each or encode_json(row) for each, row in zip(named, rows, strict=True)], False


MOST = 6
"""Pages that are fetched early, and so the most that are in memory undecoded."""

SLOW = 0.03
"""Seconds that an answer takes to begin at least, on a line where fetching early gains anything."""


class Prefetch(Generic[R]):
    """Returns pages as they are asked for; those that are likely to be asked for next are on their way by then.

    Args:
        ask: Sends the call for the rows at an offset, at most so many.
        read: Returns the rows of an answer.
        size: Rows of a page that is followed by others.
        end: The place in the list behind which nothing is wanted; `None` to read all.
        most: Pages that are fetched early at most.
    """

    def __init__(
        self, ask: Ask, read: Callable[[requests.Response], list[R]], size: int, *, end: int | None, most: int
    ) -> None:
        self._ask = ask
        self._read = read
        self._size = size
        self._end = end
        self._most = min(most, MOST)
        self._pending: dict[int, _PendingPage] = {}
        self._length = 0
        self._line = float("inf")
        self._returned = time.monotonic()

    def __call__(self, offset: int, asked: int) -> list[R]:
        """Returns the rows at an offset, at most so many."""
        used = time.monotonic() - self._returned
        response = self._answer(offset, asked)
        self._line = min(self._line, response.elapsed.total_seconds())
        came = time.monotonic()
        rows = self._read(response)
        self._returned = time.monotonic()
        self._fetch_early(offset, asked, len(rows), self._returned - came + used)
        return rows

    def _answer(self, offset: int, asked: int) -> requests.Response:
        page = self._pending.pop(offset, None) if asked == self._size else None
        if page is not None:
            return page.result()
        if self._pending:
            # The list changed, or is at its end. Calls in vain count, so fewer are risked from now on.
            self._pending.clear()
            self._most //= 2
        return self._ask(offset, asked)

    def _fetch_early(self, offset: int, asked: int, length: int, busy: float) -> None:
        """Sends as many calls as keep this thread busy, if the next pages can be foreseen: after a whole page."""
        whole = length > 1 and length in (asked, self._length)
        self._length = length
        if not whole or asked != self._size or self._line < SLOW:
            return
        for number in range(1, 1 + min(self._most, round(self._line / busy) + 1)):
            place = offset + number * (length - 1)
            if place not in self._pending and (self._end is None or place + self._size <= self._end):
                self._pending[place] = _PendingPage(self._ask, place, self._size)


_KEPT: ContextVar[list[logging.LogRecord] | None] = ContextVar("planhat_kept_log", default=None)


class _PendingPage:
    """A call under way. Its log comes with its result: Robot Framework takes the log of its own thread only."""

    def __init__(self, ask: Ask, *arguments: int) -> None:
        self._ask = ask
        self._arguments = arguments
        self._log: list[logging.LogRecord] = []
        self._result: requests.Response | PlanhatError | None = None
        self._thread = Thread(target=self._run, name="planhat-page", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        _KEPT.set(self._log)
        try:
            self._result = self._ask(*self._arguments)
        except PlanhatError as error:
            self._result = error

    def result(self) -> requests.Response:
        """Waits for the answer, and returns it; Ctrl-C and Robot's timeouts get through."""
        while self._thread.is_alive():
            self._thread.join(SLICE)
        for record in self._log:
            LOGGER.handle(record)
        if isinstance(self._result, PlanhatError):
            raise self._result
        return self._ask(*self._arguments) if self._result is None else self._result


def _is_to_be_logged_now(record: logging.LogRecord) -> bool:
    kept = _KEPT.get()
    if kept is None:
        return True
    kept.append(record)
    return False


LOGGER: Any = logging.getLogger("RPA.Planhat")
LOGGER.addFilter(_is_to_be_logged_now)
