"""Words that messages are made of."""

from __future__ import annotations


def counted(count: int, one: str, many: str) -> str:
    """Returns a number with the words that fit it, such as `1 row is` or `3 rows are`."""
    return f"{count} {one if count == 1 else many}"
