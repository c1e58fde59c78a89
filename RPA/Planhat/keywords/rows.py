"""Rows in whatever form a robot has them."""

from __future__ import annotations

from typing import Any, cast

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.references import model_of
from RPA.Planhat.operations.rows.payloads import payload_of
from RPA.Planhat.types import PlanhatObject, PlanhatObjectList


def records_of(objects: Any, model: str | None) -> PlanhatObjectList[Any]:
    """Returns rows as records of a model; records know theirs."""
    if isinstance(objects, PlanhatObjectList):
        return objects
    rows = list(read_rows(objects))
    if model is None:
        if not all(isinstance(row, PlanhatObject) for row in rows):
            raise PlanhatValidationError("Plain rows do not tell their model: give model=, as model=company.")
        return PlanhatObjectList(cast("list[PlanhatObject]", rows))
    kind = model_of(model)
    return PlanhatObjectList.of(kind, (kind(payload_of(kind, row, keep=kind.KEYS)) for row in rows))
