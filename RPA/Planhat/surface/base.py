"""What all methods for Python programs share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat.types import PlanhatObject

if TYPE_CHECKING:
    from RPA.Planhat.connections import Connections
    from RPA.Planhat.session import PlanhatSession


class Surface:
    """A group of methods on one topic."""

    connections: Connections

    @property
    def session(self) -> PlanhatSession:
        """The current connection."""
        return self.connections.get()


def checked_model(object_type: Any) -> Any:
    """Returns the class of a model.

    Raises:
        ValueError: If it is something else.
    """
    if not isinstance(object_type, type) or not issubclass(object_type, PlanhatObject):
        raise ValueError(  # noqa: TRY004 - the surface that existing programs use
            f"object_type must be a class of RPA.Planhat.types, not {object_type!r}."
        )
    if not object_type.API_NAME:
        raise ValueError(f"{object_type.__name__} has no path. Give the class of a model, such as types.Company.")
    return object_type
