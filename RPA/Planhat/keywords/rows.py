"""Rows in whatever form a robot has them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from RPA.Planhat.errors import PlanhatValidationError


class Rows(list[Mapping[str, Any]]):
    """Rows for Planhat: a list of dictionaries or records, a Table of RPA.Tables, one dictionary, a JSON text."""

    @classmethod
    def of(cls, value: Any) -> Rows:
        """Returns rows made of a value in any of these forms.

        Raises:
            PlanhatValidationError: If it has none of these forms.
        """
        if isinstance(value, str):
            value = _from_json(value)
        if hasattr(value, "iter_dicts"):
            return cls(value.iter_dicts(with_index=False))
        if isinstance(value, Mapping):
            return cls([value])
        if isinstance(value, Iterable) and not isinstance(value, bytes):
            return cls(value)
        raise PlanhatValidationError(f"Rows are a list of dictionaries, a Table or JSON, not {type(value).__name__}.")


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as problem:
        raise PlanhatValidationError(f"Rows given as text are JSON; this is not: {problem}") from problem
