"""A local Planhat to test against: an HTTP server that behaves as the real one, for Robot, pytest and the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from RPA.Planhat.sandbox.library import Sandbox

__all__ = ["Sandbox"]


def __getattr__(name: str) -> Any:
    """Loads `Sandbox` when it is asked for, so that importing a part of this package does not load the server."""
    if name == "Sandbox":
        from RPA.Planhat.sandbox.library import Sandbox  # noqa: PLC0415 - only when it is asked for

        return Sandbox
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
