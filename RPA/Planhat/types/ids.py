"""The three kinds of id that a record can have, and how they stand in a path."""

from __future__ import annotations

import re
from enum import Enum
from urllib.parse import quote


class PlanhatIdType(Enum):
    """Which of its ids addresses a record; the value is the prefix that Planhat wants in front of it."""

    PLANHAT_ID = ""
    SOURCE_ID = "srcid-"
    EXTERNAL_ID = "extid-"

    @property
    def label(self) -> str:
        """The kind of id in words."""
        return "Planhat id" if self is PlanhatIdType.PLANHAT_ID else self.field.replace("_", " ")

    @property
    def field(self) -> str:
        """The name of the field that has it."""
        return "id" if self is PlanhatIdType.PLANHAT_ID else self.name.lower()

    def written(self, value: object) -> str:
        """Returns an id of this kind as a reference: `extid-A1`, `srcid-A1`, or a plain Planhat id."""
        return f"{self.value}{value}"


CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]")

_ARTICLES = {PlanhatIdType.PLANHAT_ID: "a", PlanhatIdType.SOURCE_ID: "a", PlanhatIdType.EXTERNAL_ID: "an"}


def split_reference(reference: str) -> tuple[PlanhatIdType, str]:
    """Splits `extid-A1`, `srcid-A1` or a plain Planhat id into the kind of id and the id itself."""
    for kind in (PlanhatIdType.SOURCE_ID, PlanhatIdType.EXTERNAL_ID):
        if reference.startswith(kind.value):
            return kind, reference[len(kind.value) :]
    return PlanhatIdType.PLANHAT_ID, reference


def is_planhat_id(reference: str) -> bool:
    """Tells whether a reference is a plain Planhat id, as far as its prefix shows."""
    return split_reference(reference)[0] is PlanhatIdType.PLANHAT_ID


def path_segment(value: str, id_type: PlanhatIdType = PlanhatIdType.PLANHAT_ID) -> str:
    """Returns an id as one segment of a path, percent-encoded so that it cannot reach another route.

    Args:
        value: The id, without prefix.
        id_type: The kind of id, which decides the prefix.

    Raises:
        ValueError: If the id is empty, `.` or `..`, or holds control characters.
    """
    problem = _problem_of(value)
    if problem:
        raise ValueError(f"{value!r} cannot be {_ARTICLES[id_type]} {id_type.label}: {problem}.")
    return id_type.value + quote(value, safe="")


def _problem_of(value: str) -> str:
    if not value.strip():
        return "it is empty"
    if value in (".", ".."):
        return "it would address another route"
    if CONTROL_CHARACTERS.search(value):
        return "it holds control characters"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "it holds half of a character (a lone surrogate)"
    return ""
