"""One record as keywords see it: read, created, updated or deleted, and told in the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from robot.api import logger

from RPA.Planhat.keywords.component import done, given
from RPA.Planhat.keywords.logs import log_record
from RPA.Planhat.operations import reading, writing
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.references import reference_text
from RPA.Planhat.operations.rows.payloads import refuse_read_only
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.types import PlanhatObject


def get_record(session: PlanhatSession, model: type[PlanhatObject], reference: Any) -> PlanhatObject:
    """Reads one record and logs it."""
    found = reading.read_one(session, model, reference)
    log_record("Read", found)
    return found


def create_record(
    session: PlanhatSession,
    model: type[PlanhatObject],
    row: Any,
    fields: dict[str, Any],
    *,
    check_custom_fields: bool = False,
) -> PlanhatObject:
    """Creates one record of a row and named fields, and logs it."""
    made = writing.create(session, model, merged(model, row, fields), check_custom_fields=check_custom_fields)
    log_record(done(session, "Created"), made)
    return made


def update_record(
    session: PlanhatSession,
    model: type[PlanhatObject],
    reference: Any,
    row: Any,
    fields: dict[str, Any],
    *,
    check_custom_fields: bool = False,
) -> PlanhatObject:
    """Changes what a row and named fields say of one record, and logs it."""
    changed = writing.update(
        session, model, reference, merged(model, row, fields), check_custom_fields=check_custom_fields
    )
    log_record(done(session, "Updated"), changed)
    return changed


def delete_record(session: PlanhatSession, model: type[PlanhatObject], reference: Any, *, missing_ok: bool) -> str:
    """Deletes one record, logs whether there was one, and returns the id that was given."""
    gone = writing.delete(session, model, reference, missing_ok=missing_ok)
    name = reference_text(reference)
    what = "There was no" if gone is None else done(session, "Deleted")
    logger.info(f"{what} {model.SINGULAR} {name}.")
    return name


def merged(model: type[PlanhatObject], row: Any, fields: dict[str, Any]) -> dict[str, Any]:
    """Returns the fields of a row together with those that were named, which win.

    Raises:
        PlanhatValidationError: If a named field is one that Planhat sets itself.
    """
    named = given(fields)
    refuse_read_only(model, named)
    first: Mapping[str, Any] = next(read_rows(row), {}) if row is not None else {}
    return model({**first, **named}) if isinstance(first, PlanhatObject) else {**first, **named}
