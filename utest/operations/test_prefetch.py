"""Pages that are fetched early come in order, few at a time, and complete; on a quick line none is fetched early."""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from RPA.Planhat.errors import PlanhatServerError
from RPA.Planhat.operations import paging
from RPA.Planhat.operations.paging import MOST, Prefetch, pages

SIZE = 20


class Line:
    """A list behind a line; `between` may change its rows after each call."""

    def __init__(self, count: int, *, delay: float = 0.01, slow: bool = True, cap: int = 1000) -> None:
        self.rows: list[Any] = [{"_id": f"{number:05d}"} for number in range(count)]
        self.delay, self.cap = delay, cap
        self.elapsed = timedelta(seconds=1 if slow else 0.001)
        self.calls: list[int] = []
        self.busy = self.most_busy = 0
        self.fails_at = -1
        self.between: Any = None
        self.lock = threading.Lock()

    def ask(self, offset: int, size: int) -> Any:
        with self.lock:
            self.calls.append(offset)
            self.busy += 1
            self.most_busy = max(self.most_busy, self.busy)
            logging.getLogger("RPA.Planhat").info("call at %s", offset)
        time.sleep(self.delay)
        with self.lock:
            self.busy -= 1
            if offset == self.fails_at:
                raise PlanhatServerError("down")
            page = self.rows[offset : offset + min(size, self.cap)]
            if self.between is not None:
                self.between(self)
        return SimpleNamespace(page=page, elapsed=self.elapsed)

    def read(self, wanted: int | None = None, most: int = 50) -> list[str]:
        fetch = Prefetch(self.ask, page_of, SIZE, end=wanted, most=most)
        return [row["_id"] for page in pages(fetch, SIZE, wanted) for row in page]


def page_of(response: Any) -> list[Any]:
    return list(response.page)


def ids(count: int) -> list[str]:
    return [f"{number:05d}" for number in range(count)]


@pytest.mark.parametrize("cap", [7, SIZE])
@pytest.mark.parametrize("count", [0, 1, 19, 20, 21, 39, 40, 300])
def test_a_list_comes_complete_and_in_order(count: int, cap: int) -> None:
    line = Line(count, delay=0.001, cap=cap)
    assert line.read() == ids(count)
    assert line.most_busy <= MOST


def test_pages_are_under_way_together_but_never_more_than_the_bound() -> None:
    line = Line(600)
    assert line.read() == ids(600)
    assert 2 < line.most_busy <= MOST
    assert len(line.calls) <= 600 / (SIZE - 1) + 2 + MOST


@pytest.mark.parametrize(("slow", "most"), [(False, 50), (True, 0)])
def test_on_a_quick_line_or_with_one_call_allowed_pages_come_one_after_the_other(slow: bool, most: int) -> None:
    line = Line(200, slow=slow, delay=0.001)
    assert line.read(most=most) == ids(200)
    assert line.most_busy == 1
    assert line.calls == sorted(line.calls)


def test_a_list_of_one_page_costs_no_further_calls() -> None:
    line = Line(SIZE - 5)
    line.read()
    assert line.calls == [0, SIZE - 6]


def test_nothing_behind_the_wanted_rows_is_fetched() -> None:
    line = Line(500)
    assert line.read(wanted=70) == ids(70)
    assert max(line.calls) < 70


def test_rows_that_others_delete_or_insert_hide_none_that_lived_through_the_read() -> None:
    line = Line(600, delay=0.002)
    gone: set[str] = set()

    def change(each: Line) -> None:
        if len(each.calls) % 5 == 0:
            gone.add(each.rows.pop(3)["_id"])
            each.rows.insert(0, {"_id": f"-{len(each.calls)}"})
            gone.add(each.rows.pop(9)["_id"])

    line.between = change
    found = line.read()
    assert len(found) == len(set(found))
    assert set(ids(600)) - gone <= set(found)


def test_pages_that_were_foreseen_wrongly_make_it_careful() -> None:
    line = Line(10_000, delay=0)
    fetch = Prefetch(line.ask, page_of, SIZE, end=None, most=50)
    for offset in range(0, 6000, 1000):
        fetch(offset, SIZE)
    assert len(line.calls) < 6 + 2 * MOST


def test_an_error_is_raised_when_its_page_has_its_turn() -> None:
    line = Line(400)
    line.fails_at = 3 * (SIZE - 1)
    found: list[Any] = []
    reading = pages(Prefetch(line.ask, page_of, SIZE, end=None, most=4), SIZE)
    with pytest.raises(PlanhatServerError, match="down"):
        found.extend(row for page in reading for row in page)
    assert [row["_id"] for row in found] == ids(line.fails_at + 1)


def test_an_error_behind_the_end_is_none() -> None:
    line = Line(39)
    line.fails_at = 3 * (SIZE - 1)
    assert line.read() == ids(39)


def test_what_early_calls_log_is_logged_by_the_thread_that_reads(caplog: pytest.LogCaptureFixture) -> None:
    names: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: names.append(threading.current_thread().name)  # type: ignore[method-assign]
    paging.LOGGER.addHandler(handler)
    try:
        with caplog.at_level(logging.INFO, "RPA.Planhat"):
            Line(200).read()
    finally:
        paging.LOGGER.removeHandler(handler)
    assert len(names) >= 10
    assert set(names) == {threading.current_thread().name}
