"""Measures the time that a block takes, also on a machine that is busy with something else."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

THREADS = Path("/proc/self/task")


@dataclass
class Took:
    """The seconds that a block took; known when it has ended.

    Attributes:
        passed: By the clock.
        own: Without those in which a thread of this process could have gone on and another program had the processor,
            where the system tells them (Linux): a bound for these doesn't depend on what else the machine does.
    """

    passed: float = 0.0
    own: float = 0.0


@contextmanager
def timed() -> Iterator[Took]:
    """Measures a block."""
    found, before, started = Took(), _waits(), time.monotonic()
    yield found
    found.passed = time.monotonic() - started
    found.own = found.passed - sum(waited - before.get(thread, 0.0) for thread, waited in _waits().items())


def _waits() -> dict[str, float]:
    """Returns the seconds for which each thread has waited for a processor."""
    found = {}
    for thread in THREADS.glob("*"):
        with suppress(OSError):  # it has ended, or the kernel keeps no such statistics
            found[thread.name] = int((thread / "schedstat").read_text("ascii").split()[1]) / 1e9
    return found
