"""Segment events, sent to Planhat's dock in Segment's own form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.date_forms import in_utc
from RPA.Planhat.operations.usage.activities import activity_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from RPA.Planhat.session import PlanhatSession

Values = dict[str, Any]

TRAITS = {"email": "email", "name": "name", "companyExternalId": "companyId"}
"""What Planhat reads of the traits, by its own names."""


def identify(session: PlanhatSession, person: Mapping[str, Any], traits: Mapping[str, Any]) -> None:
    """Tells who an enduser is: `identify`.

    Args:
        session: The connection.
        person: Values as of an activity: `external_id`, `email`, `name`, `company_external_id`, `date`.
        traits: Further traits.

    Raises:
        PlanhatValidationError: If it does not say who it is; nothing was sent.
        PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
    """
    session.call_segment(_event("identify", person, traits=traits))


def track_event(session: PlanhatSession, event: str, person: Mapping[str, Any], properties: Mapping[str, Any]) -> None:
    """Tells that an enduser did something: `track`.

    Args:
        session: The connection.
        event: What was done.
        person: Values as of an activity: `external_id`, `email`, `name`, `company_external_id`, `date`.
        properties: Details.

    Raises:
        PlanhatValidationError: If there is no event, or it does not say who did it; nothing was sent.
        PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
    """
    if not event:
        raise PlanhatValidationError("A Segment event needs a name, such as `Logged in`.")
    made = _event("track", person, traits={})
    session.call_segment({**made, "event": event, "properties": dict(properties)})


def _event(kind: str, person: Mapping[str, Any], traits: Mapping[str, Any]) -> Values:
    known = activity_of(person)
    about = {theirs: known[ours] for ours, theirs in TRAITS.items() if ours in known}
    when = in_utc(known["date"]) if "date" in known else None
    event: Values = {"type": kind, "userId": known.get("externalId"), "timestamp": when}
    place = {"traits": {**about, **traits}} if kind == "identify" else {"context": {"traits": about}}
    return {key: value for key, value in {**event, **place}.items() if value is not None}
