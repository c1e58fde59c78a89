"""Measures the memory that Python takes in a block."""

from __future__ import annotations

import tracemalloc
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Peak:
    """The most memory that was taken at once, in bytes; known when the block has ended."""

    size: int = 0


@contextmanager
def traced() -> Iterator[Peak]:
    """Measures a block; a test that fails in it leaves nothing switched on for those after it."""
    found = Peak()
    tracemalloc.start()
    try:
        yield found
        found.size = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
