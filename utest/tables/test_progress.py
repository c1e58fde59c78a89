"""Long work shows how far it is, how fast, and how long it will take."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import Planhat, types
from RPA.Planhat.keywords.tables import Progress, progress_line

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (("sent", 5000, 20000, 10.0), "sent 5,000 of 20,000 (25 %) rows, 500 rows/s, 30 s left"),
        (("sent", 20000, 20000, 10.0), "sent 20,000 of 20,000 (100 %) rows, 2,000 rows/s"),
        (("exported", 4000, 0, 2.0), "exported 4,000 rows, 2,000 rows/s"),
        (("comparing", 0, 0, 0.0), "comparing ..."),
    ],
)
def test_a_line_says_rate_and_time_left(given: tuple[str, int, int, float], line: str) -> None:
    assert progress_line(*given) == line


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("console", "shown"), [(Terminal(), True), (io.StringIO(), False)])
def test_a_terminal_shows_it_and_nothing_else_does(
    monkeypatch: pytest.MonkeyPatch, console: io.StringIO, shown: bool
) -> None:
    monkeypatch.setattr(sys, "__stderr__", console)
    Progress()("sent", 10, 10)
    assert console.getvalue().startswith("\rsent 10 of 10") is shown


def test_the_first_chunk_took_the_time_since_the_step_before(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 10.0, 15.0])
    said: list[str] = []
    monkeypatch.setattr("RPA.Planhat.keywords.tables.time.monotonic", lambda: next(times))
    monkeypatch.setattr("RPA.Planhat.keywords.tables.logger.info", said.append)
    monkeypatch.setattr(sys, "__stderr__", None)
    shown = Progress()
    shown("checked", 100, 100)
    shown("sent", 50, 100)
    assert said == [
        "checked 100 of 100 (100 %) rows, 10 rows/s",
        "sent 50 of 100 (50 %) rows, 10 rows/s, 5 s left",
    ]


@pytest.mark.parametrize("count", [10, 12])
def test_a_program_is_told_each_step(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr("RPA.Planhat.operations.rows.plan.MOST_ROWS", 10)
    monkeypatch.setattr("RPA.Planhat.operations.rows.plan.AT_ONCE", 5)
    rows = [{"external_id": f"A-{number}", "name": "Acme"} for number in range(count)]
    told: list[tuple[str, int, int]] = []
    with Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0) as planhat:
        planhat.sync_objects(types.Company, rows, progress=lambda *step: told.append(step))
    sent = [("sent", done, count) for done in (10, 12) if done <= count]
    assert told == [("checked", 10, 0), ("checked", count, count), ("comparing", 0, 0), *sent]
