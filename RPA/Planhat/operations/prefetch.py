"""Fetching the next pages of a list while earlier ones are waited for, decoded and used.

Which rows are read, and that none is missing, is decided in `paging.py`, which asks for page after page. Here some of
its questions are foreseen and asked early, each in a thread of its own. Only the waiting is done there; pages are
decoded when their turn comes.
"""

from __future__ import annotations

import logging
import time
from contextvars import ContextVar
from threading import Thread
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from RPA.Planhat.errors import PlanhatError
from RPA.Planhat.transport import SLICE
from RPA.Planhat.types import Record

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    Ask = Callable[[int, int], requests.Response]

R = TypeVar("R", bound=Record)

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
        self._flights: dict[int, _PendingPage] = {}
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
        flight = self._flights.pop(offset, None) if asked == self._size else None
        if flight is not None:
            return flight.land()
        if self._flights:
            # The list changed, or is at its end. Calls in vain count, so fewer are risked from now on.
            self._flights.clear()
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
            if place not in self._flights and (self._end is None or place + self._size <= self._end):
                self._flights[place] = _PendingPage(self._ask, place, self._size)


_KEPT: ContextVar[list[logging.LogRecord] | None] = ContextVar("planhat_kept_log", default=None)


class _PendingPage:
    """A call under way. What it logs is logged when it lands: Robot Framework takes the log of its own thread only."""

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

    def land(self) -> requests.Response:
        """Waits for the answer; Ctrl-C and Robot's timeouts get through."""
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
