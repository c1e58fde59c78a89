"""Keeps secrets that stand literally in a robot file out of its log, and cleans up at the end of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat.credentials import MASK

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET_NAMES = ("api_key", "tenant_uuid")


class RunListener:
    """Listens to the run of which the library is a part.

    Args:
        finish: Called when the library is not needed any more.
    """

    ROBOT_LISTENER_API_VERSION = 3

    def __init__(self, finish: Callable[[], None]) -> None:
        self._finish = finish

    def start_library_keyword(self, data: Any, implementation: Any, result: Any) -> None:  # noqa: ARG002 - Robot's
        """Masks the secrets among the arguments of `Connect To Planhat` before they are logged."""
        if implementation.name == "Connect To Planhat":
            result.args = [_masked(place, str(argument)) for place, argument in enumerate(result.args)]

    def close(self) -> None:
        """Ends what the library started."""
        self._finish()


def _masked(place: int, argument: str) -> str:
    name, equals, value = argument.partition("=")
    if equals and name.isidentifier():
        secret = name in SECRET_NAMES and not _is_variable(value)
        return f"{name}={MASK}" if secret else argument
    return argument if place >= len(SECRET_NAMES) or _is_variable(argument) else MASK


def _is_variable(text: str) -> bool:
    return text[:2] in ("${", "&{", "%{") and text.endswith("}")
