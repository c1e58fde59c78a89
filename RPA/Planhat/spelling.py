"""The ways in which people write one and the same thing: lists with commas, names in any case, blanks in texts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any


def several(given: Any) -> list[Any]:
    """Returns several things that are given as a list, as a text with commas, or as a single record.

    Blanks around texts do not count, nor does nothing between two commas.
    """
    if isinstance(given, str):
        return [text for part in given.split(",") if (text := part.strip())]
    things = [given] if isinstance(given, Mapping) else given or ()
    return [each.strip() if isinstance(each, str) else each for each in things]


def several_texts(given: Any) -> tuple[str, ...]:
    """Returns the same as texts."""
    return tuple(map(str, several(given)))


@cache
def plain(name: str) -> str:
    """Returns a name without case, blanks and signs: `External ID` and `externalId` are one."""
    return "".join(character for character in name.lower() if character.isalnum())


def folded(value: Any) -> str:
    """Returns a text without case and superfluous blanks."""
    return " ".join(str(value).casefold().split())
