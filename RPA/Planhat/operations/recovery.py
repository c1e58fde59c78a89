"""What became of a create whose answer was lost: found out by the record's own key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.errors import PlanhatAuthFailedError, PlanhatBadRequestError, PlanhatError, PlanhatOutcomeUnknownError
from RPA.Planhat.operations.reading import read_one
from RPA.Planhat.transport import Deadline, sleep
from RPA.Planhat.types import Kind, PlanhatIdType, PlanhatObject

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from RPA.Planhat.session import PlanhatSession

P = TypeVar("P", bound=PlanhatObject)

LOOKS = 3
"""How often a record is looked for; the wait before each look is twice the one before."""

SENDS = 4
"""How often a record with a unique key is sent at most."""

PATIENCE = 300.0
"""Seconds that all looks together may take."""

_LOOKUP_KINDS = (PlanhatIdType.SOURCE_ID, PlanhatIdType.EXTERNAL_ID)


def send_new(session: PlanhatSession, model: type[P], payload: Mapping[str, Any], post: Callable[[], P]) -> P:
    """Sends a create, and finds out by its key what became of it when the answer is lost.

    A record that is not there after all looks is sent again: its key keeps Planhat from storing it twice.

    Args:
        session: The connection.
        model: The model.
        payload: What is sent.
        post: Sends it.

    Raises:
        PlanhatOutcomeUnknownError: If the record has no unique key, or its outcome stays unknown.
    """
    try:
        return post()
    except PlanhatOutcomeUnknownError as problem:
        unknown = problem
    reference = _reference(model, payload)
    if reference is None:
        raise unknown
    found = _look(session, model, payload, reference)
    for _ in range(SENDS - 1):
        found = found or _send_again(session, model, payload, post, reference)
    if found is None:
        raise unknown
    return found


def _send_again(
    session: PlanhatSession, model: type[P], payload: Mapping[str, Any], post: Callable[[], P], reference: str
) -> P | None:
    try:
        return post()
    except (PlanhatBadRequestError, PlanhatOutcomeUnknownError):
        return _look(session, model, payload, reference)


def _look(session: PlanhatSession, model: type[P], payload: Mapping[str, Any], reference: str) -> P | None:
    deadline = Deadline(PATIENCE)
    for look in range(LOOKS):
        sleep(session.settings.settle * 2**look, deadline)
        try:
            found = read_one(session, model, reference)
        except PlanhatAuthFailedError:
            return None
        except PlanhatError:
            continue  # not there yet, or not to be found out now
        return found if _is_ours(model, payload, found) else None
    return None


def _reference(model: type[PlanhatObject], payload: Mapping[str, Any]) -> str | None:
    for kind in _LOOKUP_KINDS:
        value = payload.get(model.key_of(kind))
        if value and kind in model.READ_BY:
            return f"{kind.value}{value}"
    return None


def _is_ours(model: type[PlanhatObject], payload: Mapping[str, Any], found: PlanhatObject) -> bool:
    """Compares what Planhat stores as it is sent: dates, lists and references may come back in another form."""
    fields = {field.key: field for field in model.writable()}
    plain = (Kind.TEXT, Kind.NUMBER, Kind.INTEGER, Kind.BOOLEAN)
    sent = {key: value for key, value in payload.items() if key in fields and fields[key].kind in plain}
    return all(_folded(found.get(key)) == _folded(value) for key, value in sent.items())


def _folded(value: Any) -> Any:
    """Planhat may change the case of names."""
    return value.strip().casefold() if isinstance(value, str) else value
