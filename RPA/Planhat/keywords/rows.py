"""Rows in whatever form a robot has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from RPA.Planhat.operations.tables.rows import Layout, read_rows


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
