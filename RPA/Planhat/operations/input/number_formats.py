"""Number formats of worksheets: what a cell shows is what a person means, and may be more than its value.

A person sees `A-12` where a cell holds 12 in the format `"A-"0`, or the string 12 in the format `"A-"@`.
"""

from __future__ import annotations

import json
import operator
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBER_PART = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]-]*)(?:-[0-9A-Fa-f]+)?\]'
    r"|\[(?P<operator><=|>=|<>|<|>|=)(?P<bound>-?[0-9]+)\]|\[(?:[A-Za-z]{3,}|[Cc]olor ?[0-9]+)\]"
    r"|(?P<digit>[0#?])|(?P<all>General)|(?P<string>@)|(?P<literal>[-+() :!^&'~{}<>=$]|[^\x00-\x7f])",
    re.IGNORECASE,
)
"""A part of a format that is understood. Dates, fractions, percents and groups of thousands are not: what they show is
a number again, or a date that is read as one.
"""

FORMAT_SECTION = re.compile(r'((?:"[^"]*"|\\.|[^;"\\])*);')
"""A section of a format, with a semicolon behind each; an empty one shows nothing."""

FOR_STRINGS = 3
"""The place of the section for strings, where a format has all four."""

ADDING = frozenset({"quoted", "escaped", "currency", "literal"})
"""Kinds of parts that add to what a cell holds."""

CONDITIONS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
Tokens = tuple[tuple[str, str], ...]
"""The parts of a section, each with its kind."""


NUMBERS = "planhat_numbers"
"""The column in which a file of failed rows has the numbers of what it shows, by column."""


class ShownNumber(int):
    """A whole number of a worksheet whose format adds characters: as a string it is what the worksheet shows."""

    shown: str

    def __str__(self) -> str:
        return self.shown


def shown_number(number: int, shown: str) -> ShownNumber:
    """Returns a number together with what a worksheet shows for it."""
    made = ShownNumber(number)
    made.shown = shown
    return made


def numbers_aside(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns a row as text and JSON can hold it: strings that the worksheet shows, and beside them their numbers."""
    shown = {name: {str(cell): int(cell)} for name, cell in row.items() if type(cell) is ShownNumber}
    if not shown:
        return row
    return {**row, **{name: str(row[name]) for name in shown}, NUMBERS: json.dumps(shown, ensure_ascii=False)}


def with_numbers(row: Mapping[str, Any]) -> dict[str, Any]:
    """Returns such a row as it was first; a cell that was changed meanwhile is what it shows now."""
    found = {name: cell for name, cell in row.items() if name != NUMBERS}
    try:
        numbers = json.loads(row[NUMBERS] or "{}")
        for name, cell in found.items():
            number = numbers.get(name, {}).get(cell) if isinstance(cell, str) else None
            found[name] = cell if type(number) is not int else shown_number(number, cell)
    except (ValueError, TypeError, AttributeError):  # of a file that a person has edited
        return found
    return found


def as_shown(number: float, code: str) -> ShownNumber | None:
    """Returns a whole number as its format shows it; nothing if the format adds nothing but what numbers have.

    Args:
        number: The number.
        code: The format.
    """
    sections = sections_of(code)
    if not sections or number != int(number):
        return None
    number = int(number)
    chosen = _chosen(number, sections)
    if chosen is None:
        return None
    # A section of its own for what is below 0 has its own sign.
    sign = "-" if number < 0 and chosen == 0 and "operator" not in dict(sections[0]) else ""
    shown = sign + _filled(str(abs(number)) if number else "", sections[chosen])
    return shown_number(number, shown) if shown.strip() not in ("", str(number)) else None


@lru_cache(maxsize=1000)
def sections_of(code: str) -> tuple[Tokens, ...]:
    """Returns the parts of the sections of a format; nothing if one of them is not understood, or adds nothing."""
    sections: list[Tokens] = []
    for section in FORMAT_SECTION.findall(f"{code};")[:FOR_STRINGS]:
        tokens = _parts_of(section)
        if tokens is None or "string" in dict(tokens):
            if tokens is None and "@" not in section:
                return ()
            break
        sections.append(tokens)
    kinds = [kind for kind, _ in sections[0]] if sections else []
    digits = [kind for kind in kinds if kind in ("digit", "all")]
    return tuple(sections) if digits and (ADDING.intersection(kinds) or len(digits) > 1 or len(sections) > 1) else ()


def _parts_of(section: str) -> Tokens | None:
    """Returns the parts of a section of a format; nothing if one of them is not understood."""
    place, tokens = 0, []
    while place < len(section):
        found = NUMBER_PART.match(section, place)
        if found is None:
            return None
        tokens.append((found.lastgroup or "", str(found[found.lastgroup]) if found.lastgroup else ""))
        if found["operator"]:
            tokens.insert(0, ("operator", found["operator"]))
        place = found.end()
    return tuple(tokens)


@dataclass(frozen=True)
class TextFormat:
    """What a format shows for a string.

    Attributes:
        parts: What is shown, with nothing in the place of the string.
    """

    parts: tuple[str | None, ...]

    def __str__(self) -> str:
        return str(self.shown("…"))

    def shown(self, cell: Any) -> Any:
        """Returns what is shown for a string; other values, and an empty one, as they are."""
        if not isinstance(cell, str) or not cell.strip():
            return cell
        return "".join([cell if part is None else part for part in self.parts]).strip()


@lru_cache(maxsize=1000)
def text_format(code: str) -> TextFormat | None:
    """Returns what a format shows for strings; nothing if that is the string, or is not understood.

    The fourth section is for strings, or the last one if it has an @. What has none, as in `;;;`, hides them: they are
    what the cell holds.
    """
    sections = FORMAT_SECTION.findall(f"{code};")
    tokens = _parts_of(sections[FOR_STRINGS] if len(sections) > FOR_STRINGS else sections[-1]) if sections else None
    if tokens is None or "string" not in dict(tokens) or not {kind for kind, _ in tokens} <= {"", "string", *ADDING}:
        return None
    parts = tuple(None if kind == "string" else text for kind, text in tokens if kind)
    return TextFormat(parts) if "".join([part or "" for part in parts]).strip() else None


def _chosen(number: int, sections: tuple[Tokens, ...]) -> int | None:
    """Returns the place of the section that a number is shown in."""
    conditions = [dict(tokens) for tokens in sections]
    if any("operator" in each for each in conditions):
        fitting = (
            place
            for place, each in enumerate(conditions)
            if "operator" not in each or CONDITIONS[each["operator"]](number, int(each["bound"]))
        )
        return next(fitting, None)
    place = 1 if number < 0 else 2 if number == 0 else 0
    return place if place < len(sections) else 0


def _filled(digits: str, tokens: Tokens) -> str:
    """Returns digits in the places that a section has for them, from the last on; the others precede the first."""
    places = [text for kind, text in tokens if kind == "digit"]
    cut = max(len(digits) - len(places), 0)
    filled = [
        digit or place.replace("#", "").replace("?", " ")
        for digit, place in zip_longest(reversed(digits[cut:]), reversed(places), fillvalue="")
    ]
    shown = []
    is_first = True
    for kind, text in tokens:
        if kind == "digit":
            shown.append((digits[:cut] if is_first else "") + filled.pop())
            is_first = False
        elif kind == "all":
            shown.append(digits or "0")
        elif kind in ADDING:
            shown.append(text)
    return "".join(shown).strip()
