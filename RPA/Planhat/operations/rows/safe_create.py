"""Creates that carry a unique key: nothing is stored twice, and the outcome of a lost answer is found out."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from RPA.Planhat import errors
from RPA.Planhat.operations.rows.comparing import differences
from RPA.Planhat.operations.rows.identity import kind_of, read_own
from RPA.Planhat.text.messages import titled
from RPA.Planhat.transport import Deadline, sleep
from RPA.Planhat.types import Kind, PlanhatIdType, PlanhatObject, Verb
from RPA.Planhat.types.base import LABELS, in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from RPA.Planhat.session import PlanhatSession

P = TypeVar("P", bound=PlanhatObject)

LOGGER = logging.getLogger("RPA.Planhat")

LOOKS = 3
"""How often a record is looked for; the wait before each look is twice the one before."""

SENDS = 4
"""How often a record with a unique key is sent at most."""

PATIENCE = 300.0
"""Seconds that all looks together may take."""

_LOOKUP_KINDS = (PlanhatIdType.SOURCE_ID, PlanhatIdType.EXTERNAL_ID)
"""The kinds of ids by which a record that was sent is looked up."""


def safe_create(session: PlanhatSession, model: type[P], payload: Mapping[str, Any], post: Callable[[], P]) -> P:
    """Sends a create. One with a unique key is looked up before, and again when its answer is lost.

    The look before tells a record that was there from one that was stored by an attempt whose answer was lost. A
    record that is not there after all looks is sent again: its key keeps Planhat from storing it twice.

    Args:
        session: The connection.
        model: The model.
        payload: What is sent.
        post: Sends it.

    Raises:
        PlanhatConflictError: If Planhat has, or got meanwhile, another record with this key.
        PlanhatOutcomeUnknownError: If the record has no unique key, or its outcome stays unknown.
    """
    kind = kind_of(model, payload)
    new = _NewRecord(session, model, payload, kind) if kind else None
    try:
        if new is None:
            return post()
        new.require_unknown_key()
        return _sent_until_certain(new, post)
    except errors.PlanhatOutcomeUnknownError as problem:
        problem.reword(f"{problem}\n{_how_to_find_out(model, payload, new.reference if new else None)}")
        raise


def _sent_until_certain(new: _NewRecord[P], post: Callable[[], P]) -> P:
    """Returns the record once it is certain that Planhat has it: by its answer, or found by its key."""
    try:
        return post()
    except errors.PlanhatOutcomeUnknownError as problem:
        unknown = problem
    for _ in range(SENDS - 1):
        stored = new.look() or _sent_again(new, post, unknown)
        if stored is not None:
            return stored
    stored = new.look()
    if stored is None:
        raise unknown
    return stored


def _sent_again(new: _NewRecord[P], post: Callable[[], P], unknown: errors.PlanhatOutcomeUnknownError) -> P | None:
    try:
        return post()
    except errors.PlanhatOutcomeUnknownError:
        return None
    except errors.PlanhatBadRequestError as refusal:  # perhaps as a duplicate of an earlier attempt of ours
        stored = new.look()
        if stored is None and new.is_absent():
            raise
        if stored is None:
            raise unknown from refusal
        return stored


@dataclass(frozen=True)
class _NewRecord(Generic[P]):
    """A record that is to be created, and the key by which it is found."""

    session: PlanhatSession
    model: type[P]
    payload: Mapping[str, Any]
    kind: PlanhatIdType

    @property
    def reference(self) -> str:
        """The key as it is written in a path."""
        return f"{self.kind.value}{self.payload[self.model.key_of(self.kind)]}"

    def require_unknown_key(self) -> None:
        """Refuses a record whose key Planhat has already; nothing is sent then."""
        try:
            found = self._read()
        except (errors.PlanhatNotFoundError, errors.PlanhatPermissionError):
            return
        raise errors.PlanhatConflictError(
            f"{errors.PlanhatConflictError.HEADLINE}: "
            f"the {self.model.SINGULAR} was not created, since {in_words(found)} "
            f"has the key {self.reference}. Nothing was sent.\n{errors.PlanhatConflictError.ADVICE}"
        )

    def is_absent(self) -> bool:
        """Returns whether Planhat certainly does not have the record."""
        try:
            self._read()
        except errors.PlanhatNotFoundError:
            return True
        except errors.PlanhatError:
            return False
        return False

    def look(self) -> P | None:
        """Returns the record as it was stored by an attempt whose answer was lost, after some looks; else nothing.

        Raises:
            PlanhatConflictError: If the record with this key is another one.
        """
        deadline = Deadline(PATIENCE)
        for look in range(LOOKS):
            sleep(self.session.settings.settle * 2**look, deadline)
            try:
                found = self._read()
            except errors.PlanhatAuthFailedError:
                return None
            except errors.PlanhatError:
                continue  # not there yet, or not to be found out now
            return self._recovered(found)
        return None

    def _read(self) -> P:
        return read_own(self.session, self.model, self.payload, self.kind)

    def _recovered(self, found: P) -> P:
        """Returns a record that was found by the key, unless it is not what was sent."""
        differing = self._differing(found)
        if differing:
            raise errors.PlanhatConflictError(
                f"{errors.PlanhatConflictError.HEADLINE}: "
                f"the answer to a create was lost, and now {in_words(found)} has the "
                f"key {self.reference}, and differs in: {', '.join(differing)}.\n"
                "Either somebody else created it meanwhile, or Planhat changed what was sent. Compare it and update it."
            )
        LOGGER.info(
            "The answer to a create was lost; %s was found stored by its key %s.", in_words(found), self.reference
        )
        return found

    def _differing(self, found: PlanhatObject) -> list[str]:
        """Compares plain fields only: what Planhat does with the others is not ours to call a conflict."""
        plain = (Kind.TEXT, Kind.NUMBER, Kind.INTEGER, Kind.BOOLEAN)
        keys = {field.key for field in self.model.writable() if field.kind in plain}
        return differences(self.model, {key: value for key, value in self.payload.items() if key in keys}, found)


def _how_to_find_out(model: type[PlanhatObject], payload: Mapping[str, Any], reference: str | None) -> str:
    if reference:
        return f"Look for it with: Get {titled(model.SINGULAR)}    {reference}"
    key = next((key for key in LABELS if payload.get(key)), "")
    if not key or Verb.LIST not in model.VERBS:
        return f"Look for the {model.SINGULAR} in Planhat."
    look = f"Look for it with: Get {titled(model.PLURAL)}    {key}={payload[key]}"
    keyed = any(kind in model.READ_BY for kind in _LOOKUP_KINDS)
    return f"{look}\nA record with a source_id or an external_id is looked up automatically." if keyed else look
