"""Python's garbage collector, kept from walking many small objects again and again while they are made."""

from __future__ import annotations

import gc
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class GcPause:
    """Python's garbage collector, which is off while at least one thread wants it off.

    Decoded records have no cycles, and walking them while they are made takes as long as making them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders = 0
        self._was_on = False

    @contextmanager
    def paused(self, *, large: bool) -> Iterator[None]:
        """Keeps it off while the block runs; afterwards it is as it was.

        Args:
            large: Whether the block makes so many objects that the collector shall not walk them afterwards either.
        """
        self._hold()
        aged = large and self._was_on and not gc.get_freeze_count()
        try:
            if aged:
                gc.collect(1)
            yield
            if aged:
                _grow_old()
        finally:
            self._release()

    def forget_threads(self) -> None:
        """Makes the state that of a process without other threads, as a forked one is."""
        self._lock = threading.Lock()
        if self._holders and self._was_on:
            gc.enable()
        self._holders = 0

    def _hold(self) -> None:
        with self._lock:
            if not self._holders:
                self._was_on = gc.isenabled()
                gc.disable()
            self._holders += 1

    def _release(self) -> None:
        with self._lock:
            self._holders -= 1
            if self._was_on and not self._holders:
                gc.enable()


def _grow_old() -> None:
    """Moves all objects to the oldest generation without walking them. What was garbage by then, had been collected."""
    gc.freeze()
    gc.unfreeze()


GC_PAUSE = GcPause()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=GC_PAUSE.forget_threads)
