"""Fifty threads on one connection, while requests go wrong.

`python -m benchmarks.threads [SECONDS]` prints what became of it. Each thread owns some records and writes a counter
into them, one value after the other, and now and then reads a list. At the end each record has to hold the last value
that was written for sure, or one that was said to be unknown since. The calls that the sandbox saw have to keep the
limits in every stretch of time.
"""

from __future__ import annotations

import random
import sys
import threading
import time
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from RPA.Planhat import errors
from RPA.Planhat.operations import reading, writing
from RPA.Planhat.operations.rows import upsert as bulk
from RPA.Planhat.sandbox import Sandbox
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.transport import Settings
from RPA.Planhat.types import Company

if TYPE_CHECKING:
    from collections.abc import Sequence

THREADS = 50
PER_MINUTE = 1500
PER_SECOND = 40
JITTER = 0.25
"""Seconds by which calls may arrive closer together than they went out, on a busy machine."""

LIMITS = Settings(
    calls_per_minute=PER_MINUTE, calls_per_second=PER_SECOND, parallel=THREADS, timeout=120, backoff=0.05,
    throttle_backoff=0.05, longest_wait=0.5, read_timeout=20,
)  # fmt: skip

FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "reset_before", "probability": 0.015},
    {"kind": "reset_after", "probability": 0.015},
    {"kind": "status", "status": 503, "probability": 0.015},
    {"kind": "status", "status": 504, "process": True, "probability": 0.015},
    {"kind": "close_middle", "probability": 0.01},
)
"""What goes wrong, as shares of all requests."""


@dataclass
class Figures:
    """What became of the writes, and how the calls were spread.

    Attributes:
        writes: Writes that were done for sure.
        unknown: Writes whose outcome was said to be unknown.
        failed: Other calls that ended in an error, by its name.
        lost: Records that hold another value than they may.
        calls: Requests that the sandbox saw.
        faults: How many of them went wrong.
        closest: For each window the fewest seconds in which more calls arrived than it allows.
        threads: Threads that were left over.
        warnings: Warnings of the connection pool, and of Python.
        seconds: How long it took.
    """

    writes: int = 0
    unknown: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    calls: int = 0
    faults: int = 0
    closest: dict[tuple[int, float], float] = field(default_factory=dict)
    threads: int = 0
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def windows_kept(self) -> bool:
        """Whether the calls kept the limit in every stretch of time, jitter aside."""
        return all(took >= seconds - JITTER for (_, seconds), took in self.closest.items())


class _Writer:
    """A thread's own record, and the values that it may hold."""

    def __init__(self, session: PlanhatSession, key: str, figures: Figures, lock: threading.Lock) -> None:
        self._session = session
        self._figures = figures
        self._lock = lock
        self._chance = random.Random(key)
        self.key = key
        self.possible = {"0"}

    def run(self, until: float) -> None:
        value = 0
        while time.monotonic() < until:
            value += 1
            try:
                self._step(str(value))
            except errors.PlanhatError as problem:
                with self._lock:
                    self._figures.failed[type(problem).__name__] += 1

    def _step(self, value: str) -> None:
        if self._chance.random() < 0.1:
            reading.read_one(self._session, Company, f"extid-{self.key}")
            return
        try:
            writing.update(self._session, Company, f"extid-{self.key}", {"phase": value})
        except (errors.PlanhatOutcomeUnknownError, errors.PlanhatServerError, errors.PlanhatUnexpectedContentError):
            self.possible.add(value)
            with self._lock:
                self._figures.unknown += 1
        else:
            self.possible = {value}
            with self._lock:
                self._figures.writes += 1


def run(
    sandbox: Sandbox, seconds: float, settings: Settings, windows: Sequence[tuple[int, float]], threads: int = THREADS
) -> Figures:
    """Lets the threads work for some seconds, and returns the figures.

    Args:
        sandbox: A sandbox; it is reset.
        seconds: How long no thread stops.
        settings: The limits of the connection.
        windows: The limits on calls that have to be kept, pairs of calls and seconds.
        threads: How many threads.
    """
    sandbox.reset()
    figures, lock = Figures(), threading.Lock()
    before = set(threading.enumerate())
    session = PlanhatSession(sandbox.api_key, base_url=sandbox.url, settings=settings)
    rows = [{"name": f"T-{number}", "externalId": f"T-{number}", "phase": "0"} for number in range(threads)]
    bulk.upsert(session, Company, rows)
    for number, fault in enumerate(FAULTS):
        sandbox.inject_fault(**fault, seed=number)
    started = time.monotonic()
    writers = [_Writer(session, row["externalId"], figures, lock) for row in rows]
    with warnings.catch_warnings(record=True) as warned, _PoolLog() as log:
        warnings.simplefilter("always")
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda writer: writer.run(started + seconds), writers))
        session.close()
    figures.seconds = time.monotonic() - started
    figures.warnings = [*log.lines, *(str(each.message) for each in warned)]
    figures.threads = len(set(threading.enumerate()) - before)
    sandbox.clear_faults()
    phase_of = {row["externalId"]: row["phase"] for row in sandbox.rows("companies")}
    figures.lost = sum(phase_of.get(writer.key) not in writer.possible for writer in writers)
    _look_at_calls(figures, sandbox, windows)
    return figures


def _look_at_calls(figures: Figures, sandbox: Sandbox, windows: Sequence[tuple[int, float]]) -> None:
    requests = sandbox.requests()
    times = sorted(datetime.fromisoformat(each["time"].replace("Z", "+00:00")).timestamp() for each in requests)
    figures.calls = len(times)
    figures.faults = sum(bool(each["fault"]) for each in requests)
    for calls, seconds in windows:
        gaps = [later - earlier for earlier, later in zip(times, times[calls:], strict=False)]
        figures.closest[calls, seconds] = min(gaps, default=float("inf"))


class _PoolLog:
    """Keeps what urllib3 says when a pool is too small."""

    def __init__(self) -> None:
        import logging  # noqa: PLC0415 - only here

        self.lines: list[str] = []
        self._logger = logging.getLogger("urllib3.connectionpool")
        self._handler = logging.Handler(logging.WARNING)
        self._handler.emit = lambda record: self.lines.append(record.getMessage())  # type: ignore[method-assign]

    def __enter__(self) -> _PoolLog:
        self._logger.addHandler(self._handler)
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.removeHandler(self._handler)


def main(seconds: float) -> None:
    """Prints the figures."""
    with Sandbox(seed="empty", process=True) as sandbox:
        figures = run(sandbox, seconds, LIMITS, [(PER_MINUTE, 60.0), (PER_SECOND, 1.0)])
    print(f"{THREADS} threads on one connection for {figures.seconds:.0f} s")
    print(f"{figures.calls} calls, {figures.faults} of them spoiled; {figures.writes} writes done, ", end="")
    print(f"{figures.unknown} said to be unknown, other errors: {dict(figures.failed) or 'none'}")
    print(f"lost updates: {figures.lost}; threads left: {figures.threads}; warnings: {figures.warnings or 'none'}")
    for (calls, window), took in figures.closest.items():
        print(f"limit of {calls} calls in {window:.0f} s: {calls + 1} calls never came within less than {took:.2f} s")
    print("limits kept" if figures.windows_kept else "LIMITS BROKEN")


if __name__ == "__main__":
    main(float(sys.argv[1]) if sys.argv[1:] else 75.0)
