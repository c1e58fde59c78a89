"""What all methods for Python programs share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat import operations
from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.text.parsing import require
from RPA.Planhat.types import PlanhatObject, PlanhatObjectList

if TYPE_CHECKING:
    from RPA.Planhat.session import Connections, PlanhatSession


P = TypeVar("P", bound=PlanhatObject)


class Surface:
    """A group of methods on one topic."""

    connections: Connections

    @property
    def session(self) -> PlanhatSession:
        """The current connection."""
        return self.connections.get()


def type_of(payload: P) -> type[P]:
    """Returns the model of a record.

    Raises:
        PlanhatValidationError: If it is not one.
    """
    require("payload", payload, PlanhatObject, "a record, such as types.Company(name='Acme')")
    return type(payload)


def records(name: str, given: Iterable[P]) -> PlanhatObjectList[P]:
    """Returns records as a list of their own.

    Raises:
        PlanhatValidationError: If the argument is something else.
    """
    if isinstance(given, PlanhatObjectList):
        return given
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        raise PlanhatValidationError(f"{name} is a list of records; not {given!r}.")
    return PlanhatObjectList(operations.rows.stores.as_they_come(given))


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
