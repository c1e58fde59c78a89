"""What callers may give as an argument; Python itself checks no types, and its errors would name no argument."""

from __future__ import annotations

from typing import Any

from RPA.Planhat.errors import PlanhatValidationError


def require(name: str, value: Any, kinds: type | tuple[type, ...], words: str) -> None:
    """Refuses an argument of another kind.

    Args:
        name: The argument.
        value: What was given.
        kinds: What it may be an instance of; a boolean is no number.
        words: What it is, for the message.

    Raises:
        PlanhatValidationError: If it is something else.
    """
    wanted = kinds if isinstance(kinds, tuple) else (kinds,)
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        raise PlanhatValidationError(f"{name} is {words}; not {value!r}.")


def require_function(name: str, value: Any) -> None:
    """Refuses an argument that cannot be called."""
    if not callable(value):
        raise PlanhatValidationError(f"{name} is a function; not {value!r}.")
