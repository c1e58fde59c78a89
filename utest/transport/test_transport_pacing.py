"""Rows 1 and 3: the pace, in one thread, in several, and in several processes."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import errors
from RPA.Planhat.transport import Deadline, Settings, pacing
from RPA.Planhat.transport.pacing import LocalTimes, OutOfTimeError, Pacer, SharedTimes, Window, sleep
from utest.timing import timed

if TYPE_CHECKING:
    from pathlib import Path

    from utest.transport.fault_server import FaultServer, NewTransport, Send

CALLS, SECONDS = 20, 0.25
WINDOW = Window(CALLS, SECONDS)


def most_in_a_window(times: list[float], seconds: float) -> int:
    return max(sum(start <= time < start + seconds for time in times) for start in times)


def drive(pacer: Pacer, calls: int, threads: int) -> list[float]:
    times: list[float] = []

    def work() -> None:
        for _ in range(calls // threads):
            with pacer.slot(Deadline(30), paced=True):
                times.append(time.monotonic())

    crew = [threading.Thread(target=work) for _ in range(threads)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    return sorted(times)


@pytest.mark.parametrize("threads", [1, 8])
def test_row01_pace_is_kept_and_close_to_ideal(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen: list[float] = []  # on a busy machine a thread wakes up long after the time that the pacer chose

    def noted(seconds: float, deadline: Deadline) -> None:
        chosen.append(seconds)
        sleep(seconds, deadline)

    monkeypatch.setattr(pacing, "sleep", noted)
    started = time.monotonic()
    times = drive(Pacer(LocalTimes([WINDOW])), 120, threads)
    ideal = (120 / CALLS - 1) * SECONDS
    assert len(times) == 120
    assert ideal <= time.monotonic() - started
    assert 0 < sum(chosen) <= ideal * 1.05
    # Each time is noted by the test a moment after the pacer noted it.
    assert most_in_a_window(times, SECONDS * 0.97) <= CALLS


def test_row01_both_windows_hold() -> None:
    times = drive(Pacer(LocalTimes([Window(30, 0.6), Window(10, 0.1)])), 60, 4)
    assert most_in_a_window(times, 0.58) <= 30
    assert most_in_a_window(times, 0.095) <= 10


def test_row01_settings_make_the_windows(tmp_path: Path) -> None:
    def windows(**settings: Any) -> object:
        return vars(Pacer.of(Settings(**settings))._times)["_windows"]

    assert windows() == [(200, 60.05), (150, 1.05)]
    assert windows(calls_per_minute=0) == [(150, 1.05)]
    assert windows(calls_per_minute=0, calls_per_second=0) == []
    assert isinstance(Pacer.of(Settings(rate_limit_file=str(tmp_path / "pace.db")))._times, SharedTimes)


def test_without_limits_nothing_waits() -> None:
    with timed() as took:
        drive(Pacer.of(Settings(calls_per_minute=0, calls_per_second=0)), 2000, 1)
    assert took.own < 0.5


def test_row03_a_pause_holds_all_threads() -> None:
    pacer = Pacer(LocalTimes([WINDOW]))
    pacer.pause(0.4)
    pacer.pause(0.1)
    started = time.monotonic()
    assert min(drive(pacer, 8, 8)) - started >= 0.39


def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    pacer = Pacer(LocalTimes([Window(1, 30)]))
    drive(pacer, 1, 1)
    with timed() as took, pytest.raises(OutOfTimeError), pacer.slot(Deadline(1), paced=True):
        pass
    assert took.own < 0.2


def test_unpaced_calls_are_not_counted() -> None:
    pacer = Pacer(LocalTimes([Window(1, 30)]))
    for paced in (False, False, True, False):
        with pacer.slot(Deadline(1), paced=paced):
            pass
    with pytest.raises(OutOfTimeError), pacer.slot(Deadline(1), paced=True):
        pass


def test_parallel_calls_are_bounded() -> None:
    pacer = Pacer(LocalTimes([]), parallel=1)
    with (
        pacer.slot(Deadline(1), paced=True),
        pytest.raises(OutOfTimeError),
        pacer.slot(Deadline(0.1), paced=True),
    ):
        pass
    with pacer.slot(Deadline(0.1), paced=True):
        pass


def test_full_pace_is_a_timeout_of_the_call(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    transport = new_transport(calls_per_minute=1, timeout=1)
    send(transport, "C", server.url)
    with pytest.raises(errors.PlanhatTimeoutError, match="Planhat has processed nothing"):
        send(transport, "C", server.url)
    assert len(server.seen) == 1


def _drive_shared(file: str, calls: int, queue: multiprocessing.Queue[list[float]]) -> None:
    queue.put(drive(Pacer(SharedTimes(file, [WINDOW], 120)), calls, 1))


def test_row01_processes_share_the_pace(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    queue: multiprocessing.Queue[list[float]] = context.Queue()
    file = str(tmp_path / "pace.db")
    SharedTimes(file, [WINDOW], 120)
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        # The pacer's own times: on a busy machine a process looks at the clock long after it was let through.
        database.execute("CREATE TABLE noted (at REAL)")
        database.execute("CREATE TRIGGER note AFTER INSERT ON calls BEGIN INSERT INTO noted VALUES (new.at); END")
    crew = [context.Process(target=_drive_shared, args=(file, 40, queue)) for _ in range(2)]
    for process in crew:
        process.start()
    times = sorted(moment for _ in crew for moment in queue.get(timeout=20))
    for process in crew:
        process.join()
    assert len(times) == 80
    with closing(sqlite3.connect(file)) as database:
        noted = [at for (at,) in database.execute("SELECT at FROM noted ORDER BY at")]
    assert len(noted) == 80
    assert noted[-1] - noted[0] >= (80 / CALLS - 1) * SECONDS * 0.95
    assert most_in_a_window(noted, SECONDS * 0.9) <= CALLS


def test_row03_processes_share_a_pause(tmp_path: Path) -> None:
    file = str(tmp_path / "pace.db")
    SharedTimes(file, [WINDOW], 120).pause(5)
    assert 4.5 < SharedTimes(file, [WINDOW], 120).take() <= 5


def test_row26_impossible_times_are_dropped(tmp_path: Path) -> None:
    file = str(tmp_path / "pace.db")
    ledger = SharedTimes(file, [Window(1, 60)], 120)
    with sqlite3.connect(file) as database:
        database.execute("INSERT INTO calls VALUES (?)", (time.monotonic() + 1e6,))
        database.execute("INSERT INTO pauses VALUES (?)", (time.monotonic() + 1e6,))
    database.close()
    assert ledger.take() == 0
    assert ledger.take() > 59


def test_unusable_file(tmp_path: Path) -> None:
    with pytest.raises(errors.PlanhatValidationError, match="rate_limit_file"):
        Pacer.of(Settings(rate_limit_file=str(tmp_path / "no" / "such" / "pace.db")))
