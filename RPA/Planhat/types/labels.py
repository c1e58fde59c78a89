"""How people tell records apart, beside their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from RPA.Planhat.types.base import PlanhatObject

LABELS = ("name", "title", "subject", "email")
"""Keys by which people tell records apart, the most telling first."""


def label_of(record: dict[str, Any]) -> str:
    """Returns what people call a record; nothing if it has no such field."""
    return next((str(value) for key in LABELS if (value := dict.get(record, key))), "")


def in_words(record: PlanhatObject) -> str:
    """Returns a record as messages name it: `company 'Acme' 61f…`."""
    label = label_of(record)
    return " ".join(filter(None, [record.SINGULAR, repr(label) if label else "", record.id]))
