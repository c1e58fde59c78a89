"""User activities: sent to the analytics host, which answers before it looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.values import convert
from RPA.Planhat.types import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from RPA.Planhat.session import PlanhatSession

_FORMS = {"weight": Kind.NUMBER, "date": Kind.DATE, "info": Kind.OBJECT, "email": Kind.TEXT, "action": Kind.TEXT}


def track(session: PlanhatSession, values: Mapping[str, Any]) -> None:
    """Sends one activity; keys without a value are left out.

    Raises:
        PlanhatValidationError: If it has neither `email` nor `externalId`, or no `action`; nothing was sent.
        PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
    """
    activity = {key: _converted(key, value) for key, value in values.items() if value is not None}
    if not activity.get("action"):
        raise PlanhatValidationError("An activity needs an action, such as `Logged in`.")
    if not (activity.get("email") or activity.get("externalId")):
        raise PlanhatValidationError("An activity needs to say who did it: give email or external_id of the enduser.")
    session.create_analytics(activity)


def _converted(key: str, value: Any) -> Any:
    if key not in _FORMS:
        return value
    field: Field[Any] = Field(_FORMS[key], "", empty=None, key=key)
    field.name = key
    return convert(field, value)
