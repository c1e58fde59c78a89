"""What all keyword components share."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.text.parsing import parse_bool

if TYPE_CHECKING:
    from RPA.Planhat.connections import Connections
    from RPA.Planhat.session import PlanhatSession


class Unset(Enum):
    """The value of an argument that was left out, which differs from one that is `${None}`."""

    unset = "unset"

    def __repr__(self) -> str:
        return "unset"

    __str__ = __repr__


UNSET = Unset.unset


class Component:
    """A group of keywords on one topic.

    Args:
        connections: The connections of the library.
    """

    def __init__(self, connections: Connections) -> None:
        self.connections = connections

    def session(self, alias: str | None = None) -> PlanhatSession:
        """Returns the connection to use: the current one unless an alias is given."""
        return self.connections.get(alias)


def done(session: PlanhatSession, what: str) -> str:
    """Returns a word such as `Created` as the log says it; in a dry run nothing was done."""
    return f"Dry run, not {what.lower()}:" if session.dry_run else what


def flag(name: str, value: Any) -> bool:
    """Returns true or false of what a caller wrote for a switch.

    Raises:
        PlanhatValidationError: If it is neither. Robot Framework passes words that it does not know as they are, and
            a word must not switch a protection off.
    """
    truth = parse_bool(value)
    if truth is None:
        raise PlanhatValidationError(f"{name} is True or False; not {value!r}.")
    return truth


def given(values: dict[str, Any]) -> dict[str, Any]:
    """Returns the arguments that were not left out."""
    return {name: value for name, value in values.items() if value is not UNSET}


def refuse_nobody(name: str, value: Any) -> None:
    """Refuses `None` where something was written: what was looked for and not found is nobody, and never all.

    Raises:
        PlanhatValidationError: If it is `None`.
    """
    if value is None:
        raise PlanhatValidationError(
            f"{name} is None, as a record that was not found. Check it first, or leave {name} out to mean all."
        )
