"""Rows in whatever form a robot has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.payloads import payload_of
from RPA.Planhat.operations.references import model_of
from RPA.Planhat.operations.tables.rows import Layout, read_rows
from RPA.Planhat.types import PlanhatObject, PlanhatObjectList


class Rows(list[Mapping[str, Any]]):
    """Rows for Planhat: a list of dictionaries or records, a Table, a frame, a generator, JSON, or a file's path."""

    @classmethod
    def of(cls, value: Any, layout: Layout | None = None) -> Rows:
        """Returns rows made of a value in any of these forms.

        Args:
            value: The value.
            layout: How a file is laid out.

        Raises:
            PlanhatValidationError: If it has none of these forms.
        """
        return cls(read_rows(value, layout))


def records_of(objects: Any, model: str | None) -> PlanhatObjectList[Any]:
    """Returns rows as records of a model; records know theirs."""
    if isinstance(objects, PlanhatObjectList):
        return objects
    rows = Rows.of(objects)
    if model is None:
        if not all(isinstance(row, PlanhatObject) for row in rows):
            raise PlanhatValidationError("Plain rows do not tell their model: give model=, as model=company.")
        return PlanhatObjectList(cast("list[PlanhatObject]", rows))
    kind = model_of(model)
    return PlanhatObjectList.of(kind, (kind(payload_of(kind, row, keep=kind.KEYS)) for row in rows))
