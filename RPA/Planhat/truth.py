"""The words that people write for true and false, in robots, tables and settings alike."""

from __future__ import annotations

from typing import Any, Final

TRUE: Final = frozenset({"true", "yes", "on", "1"})
FALSE: Final = frozenset({"false", "no", "off", "0"})


def truth_of(value: Any) -> bool | None:
    """Returns what a switch or a cell says, or nothing if it is neither true nor false.

    Args:
        value: A boolean, a number or a word; case and surrounding blanks do not matter.
    """
    word = str(value).strip().lower()
    return True if word in TRUE else False if word in FALSE else None
