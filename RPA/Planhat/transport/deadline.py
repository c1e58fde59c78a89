"""Time that runs out, and sleep that can be interrupted."""

from __future__ import annotations

import time

SLICE = 0.5
"""Seconds after which a sleeping thread looks up, so that Ctrl-C and Robot's timeouts get through."""


class OutOfTimeError(Exception):
    """A deadline came before the thing that was waited for."""


class Deadline:
    """A moment on the monotonic clock, which no change of the system time moves.

    Args:
        seconds: How far away the moment is.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Returns the seconds that are left, never less than 0."""
        return max(0.0, self._end - time.monotonic())

    @property
    def over(self) -> bool:
        """Whether no time is left."""
        return self.left() <= 0


def sleep(seconds: float, deadline: Deadline) -> None:
    """Sleeps in slices of at most half a second.

    Args:
        seconds: How long to sleep.
        deadline: When to wake up at the latest.
    """
    wake = Deadline(min(seconds, deadline.left()))
    while (left := wake.left()) > 0:
        time.sleep(min(left, SLICE))
