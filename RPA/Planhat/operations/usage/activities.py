"""User activities: what endusers did, sent to the analytics host, which answers before it looks; also as Segment."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.formats import PLAIN, Formats
from RPA.Planhat.operations.schema import RowSchema
from RPA.Planhat.operations.usage.options import ActivityFields, SendingOptions
from RPA.Planhat.operations.usage.pushing import Payload, Target, push, time_of
from RPA.Planhat.text.parsing import as_strings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from RPA.Planhat.operations.usage.report import PushReport
    from RPA.Planhat.session import PlanhatSession

ONE = "analytics"
MANY = "analytics/bulk"


def _is_somebody(payload: Payload) -> str:
    known = payload.get("email") or payload.get("externalId")
    return "" if known else "An activity must name who did it: give email or external_id of the enduser."


def _has_address(payload: Payload) -> str:
    email = payload.get("email", "@").strip()
    return "" if "@" in email and not set(email) & set(" \t\r\n,;") else f"{email!r} is not a valid e-mail address."


ACTIVITY = RowSchema(
    "activities",
    ActivityFields,
    spellings={"id": "external_id", "cId": "company_external_id", "time": "date"},
    mistaken={
        "event": "The host calls it action.",
        "userid": "The host takes ids of your own system only: give external_id.",
        "enduserid": "The host takes ids of your own system only: give external_id.",
        "companyid": "The host takes ids of your own system only: give company_external_id.",
    },
    rules=(_is_somebody, _has_address),
)
"""An activity, with the names of single and of bulk calls."""

IN_BULK = {"companyExternalId": "cId"}
"""What bulk calls call otherwise than single ones."""


def activity_of(row: Mapping[str, Any], extra: Iterable[str] = (), formats: Formats = PLAIN) -> Payload:
    """Returns an activity as a single call takes it.

    Args:
        row: Values by any spelling of a field.
        extra: Names that are sent as they are.
        formats: The local forms of its values.

    Raises:
        PlanhatValidationError: If it does not name who did it, or a name or a value is wrong.
    """
    payload = ACTIVITY.payload(row, extra, formats)
    if "date" in payload:
        payload["date"] = time_of(payload["date"], "activity")
    if "email" in payload:
        payload["email"] = payload["email"].strip().lower()
    return payload


def _in_bulk(row: Mapping[str, Any], extra: Iterable[str], formats: Formats = PLAIN) -> Payload:
    return {IN_BULK.get(key, key): value for key, value in activity_of(row, extra, formats).items()}


def track(
    session: PlanhatSession,
    row: Mapping[str, Any],
    *,
    extra: Iterable[str] | str | None = None,
    at_least_once: bool = False,
) -> None:
    """Sends one activity.

    Args:
        session: The connection.
        row: Values by any spelling of a field.
        extra: Names that are sent as they are; a list, or a comma-separated string.
        at_least_once: Send it again when it may have been received already; it may then count twice.

    Raises:
        PlanhatValidationError: If it does not name who did it, has no `action`, or a name or a value is wrong;
            nothing was sent.
        PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
        PlanhatOutcomeUnknownError: If it may or may not have been received.
    """
    if not row.get("action"):
        raise PlanhatValidationError("An activity needs an action, such as `Logged in`.")
    names = frozenset(as_strings(extra))
    if row.get("count"):  # single calls have no count
        session.call_analytics(MANY, [_in_bulk(row, names)], repeatable=at_least_once)
    else:
        session.call_analytics(ONE, activity_of(row, names), repeatable=at_least_once)


def track_all(
    session: PlanhatSession,
    rows: Iterable[Mapping[str, Any]],
    options: SendingOptions | None = None,
    extra: Iterable[str] | str | None = None,
    formats: Formats = PLAIN,
) -> PushReport:
    """Sends any number of activities, 32 MB a call, with the memory of one call.

    Args:
        session: The connection.
        rows: Values by any spelling of a field.
        options: How they are sent.
        extra: Names that are sent as they are; a list, or a comma-separated string.
        formats: The local forms of values.

    Raises:
        PlanhatValidationError: If rows are bad, unless these are skipped; nothing was sent.
        PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
    """
    names = frozenset(as_strings(extra, "extra"))
    return push(session, Target("activities", MANY, partial(_in_bulk, extra=names, formats=formats)), rows, options)


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
        PlanhatValidationError: If it does not name a person; nothing was sent.
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
        PlanhatValidationError: If there is no event, or it does not name who did it; nothing was sent.
        PlanhatAuthConfigurationError: Without a tenant UUID; nothing was sent.
    """
    if not event:
        raise PlanhatValidationError("A Segment event needs a name, such as `Logged in`.")
    made = _event("track", person, traits={})
    session.call_segment({**made, "event": event, "properties": dict(properties)})


def _event(kind: str, person: Mapping[str, Any], traits: Mapping[str, Any]) -> Values:
    known = activity_of(person)
    about = {theirs: known[ours] for ours, theirs in TRAITS.items() if ours in known}
    event: Values = {"type": kind, "userId": known.get("externalId"), "timestamp": known.get("date")}
    place = {"traits": {**about, **traits}} if kind == "identify" else {"context": {"traits": about}}
    return {key: value for key, value in {**event, **place}.items() if value is not None}
