"""The ways in which people write one and the same thing: lists with commas, names in any case, blanks in texts."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from RPA.Planhat.errors import PlanhatValidationError


def several(given: Any, name: str = "This") -> list[Any]:
    """Returns several things that are given as a list, as a text with commas, or as a single record.

    Blanks around texts do not count, nor does nothing between two commas.

    Args:
        given: What was given; nothing is an empty list.
        name: The argument.

    Raises:
        PlanhatValidationError: If it is none of these.
    """
    given = spelt_out(given)
    if isinstance(given, str):
        return [text for part in given.split(",") if (text := part.strip())]
    if isinstance(given, bytes) or not (given is None or isinstance(given, Iterable)):
        raise PlanhatValidationError(f"{name} is a list, or one text with commas; not {given!r}.")
    things = [given] if isinstance(given, Mapping) else () if given is None else given
    return [each.strip() if isinstance(each, str) else each for each in things]


def several_texts(given: Any, name: str = "This") -> tuple[str, ...]:
    """Returns the same as texts."""
    return tuple(map(str, several(given, name)))


def spelt_out(given: Any) -> Any:
    """Returns the list or the dictionary that a text spells out, as `['name', 'phase']`; all else as it is."""
    if not isinstance(given, str) or given.strip()[:1] not in ("[", "{"):
        return given
    try:
        found = literal_eval(given.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return given
    return found if isinstance(found, (list, dict)) else given


@cache
def plain(name: str) -> str:
    """Returns a name without case, blanks and signs: `External ID` and `externalId` are one."""
    return "".join(character for character in name.lower() if character.isalnum())


def folded(value: Any) -> str:
    """Returns a text without case and superfluous blanks."""
    return " ".join(str(value).casefold().split())
