"""Asking each model for one record, which tells whether the token may read it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from RPA.Planhat import errors
from RPA.Planhat.operations.checking.report import YES
from RPA.Planhat.types import MODELS, Company, PlanhatObject, Verb
from RPA.Planhat.types.encoding import read_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    import requests

    from RPA.Planhat.session import PlanhatSession

NO_RIGHT = "no right"
ABSENT = "not on this tenant"
UNKNOWN = "not known"


@dataclass(frozen=True)
class Probe:
    """One small read.

    Attributes:
        path: The path of the model.
        response: The answer, whatever it was; nothing when none came.
        error: Why it failed, if it did.
        ended: The time of this machine when the answer was there.
    """

    path: str
    response: requests.Response | None
    error: errors.PlanhatError | None
    ended: float

    @property
    def right(self) -> str:
        """What the token may do with the model."""
        if self.error is None:
            return YES
        if isinstance(self.error, errors.PlanhatPermissionError):
            return NO_RIGHT
        # Planhat may look at the token again where it has no such route; it was accepted elsewhere.
        return (
            ABSENT if isinstance(self.error, (errors.PlanhatNotFoundError, errors.PlanhatAuthFailedError)) else UNKNOWN
        )

    @property
    def refused(self) -> bool:
        """Whether Planhat did not accept the token."""
        return isinstance(self.error, errors.PlanhatAuthFailedError) and self.right != NO_RIGHT

    @property
    def accepted(self) -> bool:
        """Whether the answer shows that Planhat accepted the token."""
        return self.right in (YES, NO_RIGHT) or (self.right == ABSENT and not self.refused)

    @property
    def unreachable(self) -> bool:
        """Whether no answer came, so that the next question would wait in vain."""
        return isinstance(self.error, (errors.PlanhatConnectionError, errors.PlanhatTimeoutError))


def models_by_path() -> dict[str, type[PlanhatObject]]:
    """Returns the models that can be listed; of several on one path the first, as they share the right."""
    found: dict[str, type[PlanhatObject]] = {}
    for model in MODELS.values():
        if Verb.LIST in model.VERBS:
            found.setdefault(str(model.API_NAME), model)
    return found


def ask_for_companies(session: PlanhatSession) -> Probe:
    """Reads one company, which every tenant has a route for."""
    return _ask(session, Company)


def ask_for_others(session: PlanhatSession) -> Iterator[Probe]:
    """Reads one record of each other model, until no answer comes any more."""
    for model in models_by_path().values():
        if model is Company:
            continue
        probe = _ask(session, model)
        yield probe
        if probe.unreachable:
            return


def _ask(session: PlanhatSession, model: type[PlanhatObject]) -> Probe:
    path = str(model.API_NAME)
    query = {each.name: each.default() for each in model.PARAMETERS if each.default}
    try:
        response = session.get(f"/{path}", params={**query, "limit": 1})
        ended = time.time()
        if not isinstance(read_json(response), list):
            raise errors.PlanhatUnexpectedContentError.of(response)
    except errors.PlanhatHTTPError as error:
        return Probe(path, error.response, error, time.time())
    except errors.PlanhatError as error:
        return Probe(path, None, error, time.time())
    return Probe(path, response, None, ended)
