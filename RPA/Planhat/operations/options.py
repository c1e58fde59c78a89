"""What a caller may tell an operation beside its data: type, default and meaning, written down once.

Keywords make their arguments and their documentation of it, Python methods take it as `**options`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from RPA.Planhat.errors import PlanhatOptionError, PlanhatValidationError
from RPA.Planhat.text.messages import near_matches, unknown_option
from RPA.Planhat.text.parsing import require

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")

OnBad = Literal["refuse", "skip"]
"""What is done with bad rows, or with a bad cell: all rows, or its row, are refused; or only the bad are left out."""

OnDuplicates = Literal["refuse", "first", "last"]
"""Which of several rows with one key is sent when they differ."""


@dataclass(frozen=True)
class Option:
    """What is known of an option beside its type, whose annotation holds it.

    Attributes:
        default: Its value when it is left out.
        doc: What it means.
    """

    default: Any
    doc: str


@dataclass(frozen=True)
class Described:
    """An option of a group.

    Attributes:
        name: Its name.
        hint: Its type.
        default: Its value when it is left out.
        doc: What it means.
    """

    name: str
    hint: Any
    default: Any
    doc: str


@cache
def described(group: type) -> tuple[Described, ...]:
    """Returns the options of a group.

    Args:
        group: A `TypedDict` whose entries are written as `Annotated[type, Option(default, doc)]`.
    """
    found = []
    for name, annotated in get_type_hints(group, include_extras=True).items():
        hint, option = get_args(annotated)
        found.append(Described(name, hint, option.default, option.doc))
    return tuple(found)


def completed(group: type[T], given: Mapping[str, Any]) -> T:
    """Returns all options of a group: as given, else their defaults.

    Raises:
        PlanhatOptionError: If one is given that the group does not have.
        PlanhatValidationError: If one is a word that it cannot be.
    """
    known = {each.name: each for each in described(group)}  # type: ignore[arg-type]
    for name, value in given.items():
        if name not in known:
            raise PlanhatOptionError(f"{unknown_option(name, known)} There are {', '.join(known)}.")
        _refuse_other_words(known[name], value)
    return cast("T", {**{each.name: each.default for each in known.values()}, **given})


def share_of(group: type[T], told: Mapping[str, Any]) -> T:
    """Returns the options of one group among those of several."""
    return cast("T", {name: told[name] for name in get_type_hints(group)})


def refuse_misspelt(group: type, text: Any) -> None:
    """Refuses a misspelled option: Robot Framework takes `dimension=logins` for the argument before it.

    Args:
        group: The options that could be meant.
        text: What came in the place of an argument such as the path of a file.

    Raises:
        PlanhatValidationError: If its beginning is like the name of an option, and it is not a file.
    """
    written = re.match(r"(\w+)=", text) if isinstance(text, str) else None
    known = [each.name for each in described(group)]
    if written and near_matches(written[1], known) and not Path(text).is_file():
        raise PlanhatValidationError(unknown_option(written[1], known))


def _refuse_other_words(option: Described, value: Any) -> None:
    if option.hint is bool:
        require(option.name, value, bool, "True or False")
    words = get_args(option.hint) if get_origin(option.hint) is Literal else ()
    if words and value not in words:
        raise PlanhatValidationError(f"{option.name} is one of {', '.join(map(repr, words))}, not {value!r}.")
