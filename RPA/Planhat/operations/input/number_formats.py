"""Number formats of worksheets: what a cell shows is what a person means, and may be more than its value.

A person sees `A-12` where a cell holds 12 in the format `"A-"0`, or the string 12 in the format `"A-"@`, and
`Yes` where it holds 1 in the format `"Yes";;"No"`.
"""

from __future__ import annotations

import json
import math
import operator
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBER_PART = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]-]*)(?:-[0-9A-Fa-f]+)?\]'
    r"|\[(?P<operator><=|>=|<>|<|>|=)(?P<bound>-?[0-9]+(?:\.[0-9]+)?)\]|\[(?:[A-Za-z]{3,}|[Cc]olor ?[0-9]+)\]"
    r"|(?P<digit>[0#?])|(?P<all>General)|(?P<string>@)|(?P<literal>[-+() :!^&'~{}<>=$]|[^\x00-\x7f])",
    re.IGNORECASE,
)
"""A part of a format that is understood. Dates, fractions, percents and groups of thousands are not: what they show is
a number again, or a date that is read as one.
"""

FORMAT_SECTION = re.compile(r'((?:"[^"]*"|\\.|[^;"\\])*);')
"""A section of a format, with a semicolon behind each; an empty one shows nothing."""

OF_DATES = re.compile(r'"[^"]*"|\\.|\[(?![hms]+\])[^\]]*\]|([ymdhs])', re.IGNORECASE)
"""Finds the letters of a format of dates and times."""

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
DIGITS = frozenset({"digit", "all"})
"""Kinds of parts that show the digits of a number."""

LONG = 16
"""From so many digits on, a float may not hold a whole number."""

WHOLE = re.compile(r"-?[0-9]+(?:\.0+)?")
NUMBERS_IN_OPEN = ("float", "currency", "percentage")
"""Kinds of cells of an OpenDocument that hold a number."""
WORD = re.compile(r"(?!#+$)\D+")
"""What a number is shown as that has no digits in it; `###` is one in a column that is too narrow."""

GROUPED = re.compile(r"[0-9][.,'\u2019\s][0-9]{3}(?![0-9])")

Tokens = tuple[tuple[str, str], ...]
"""The parts of a section, each with its kind."""


NUMBERS = "planhat_numbers"
"""The column in which a file of failed rows has the numbers of what it shows, by column."""


class ShownNumber(int):
    """A whole number of a worksheet whose format adds characters: as a string it is what the worksheet shows."""

    shown: str

    def __str__(self) -> str:
        return self.shown

    def __repr__(self) -> str:
        return repr(self.shown)


class ShownFraction(float):
    """The same for a number with decimals, which a format shows as a word."""

    shown: str

    def __str__(self) -> str:
        return self.shown

    def __repr__(self) -> str:
        return repr(self.shown)


SHOWN = (ShownNumber, ShownFraction)
NO_DAYS = (bool, *SHOWN)
"""Numbers that are shown as something else than a day, in days since 1970."""


def shown_number(number: float, shown: str) -> ShownNumber | ShownFraction:
    """Returns a number together with what a worksheet shows for it."""
    made = ShownFraction(number) if number != int(number) else ShownNumber(number)
    made.shown = shown
    return made


def shown_duration(seconds: float) -> ShownNumber | ShownFraction:
    """Returns a duration as a number of seconds, and as it is shown: in hours, minutes and seconds."""
    whole, part = divmod(abs(seconds), 1)
    minutes, second = divmod(int(whole), 60)
    more = f"{part:.6f}"[1:].rstrip("0").rstrip(".")
    return shown_number(seconds, f"{'-' if seconds < 0 else ''}{minutes // 60}:{minutes % 60:02}:{second:02}{more}")


def numbers_aside(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns a row as text and JSON can hold it: strings that the worksheet shows, and beside them their numbers."""
    shown = {name: {str(cell): +cell} for name, cell in row.items() if type(cell) in SHOWN}
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
            if isinstance(number, (int, float)) and not isinstance(number, bool):
                found[name] = shown_number(number, cell)
    except (ValueError, TypeError, AttributeError):  # of a file that a person has edited
        return found
    return found


def as_shown(number: float, code: str) -> ShownNumber | ShownFraction | None:
    """Returns a number as its format shows it; nothing if the format adds nothing but what numbers have, or hides it.

    Of a number with decimals only a word that replaces it is known.

    Args:
        number: The number.
        code: The format.
    """
    sections = sections_of(code)
    if not sections or not math.isfinite(number):
        return None
    chosen = _chosen(number, sections)
    tokens = None if chosen is None else sections[chosen]
    if tokens is None or (number != int(number) and not DIGITS.isdisjoint(kind for kind, _ in tokens)):
        return None
    number = int(number) if number == int(number) else number
    # A section of its own for what is below 0 has its own sign.
    sign = "-" if number < 0 and chosen == 0 and "operator" not in dict(tokens) else ""
    shown = sign + _filled(str(abs(number)) if number else "", tokens)
    return shown_number(number, shown) if shown.strip() not in ("", str(number)) else None


@lru_cache(maxsize=1000)
def sections_of(code: str) -> tuple[Tokens | None, ...]:
    """Returns the parts of the sections of a format for numbers, nothing in the place of one that is not understood.

    Nothing at all is returned if no section adds something to what numbers have, or one of them is for dates.
    """
    sections: list[Tokens | None] = []
    for section in FORMAT_SECTION.findall(f"{code};")[:FOR_STRINGS]:
        tokens = _parts_of(section)
        if "@" in section and (tokens is None or "string" in dict(tokens)):
            break
        if tokens is None and (any(OF_DATES.findall(section)) or re.search(r"\[[<>=]", section)):
            return ()  # it cannot be told which numbers it is for, or they are days
        sections.append(tokens)
    return tuple(sections) if any(map(_adds, sections)) or len(list(filter(None, sections))) > 1 else ()


def _adds(tokens: Tokens | None) -> bool:
    """Returns whether a section shows something else than the digits of a number, or zeros before them."""
    kinds = [kind for kind, _ in tokens or ()]
    return bool(ADDING.intersection(kinds)) or len([kind for kind in kinds if kind in DIGITS]) > 1


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


def _chosen(number: float, sections: tuple[Tokens | None, ...]) -> int | None:
    """Returns the place of the section that a number is shown in."""
    conditions = [dict(tokens or ()) for tokens in sections]
    if any("operator" in each for each in conditions):
        fitting = (
            place
            for place, each in enumerate(conditions)
            if "operator" not in each or CONDITIONS[each["operator"]](number, float(each["bound"]))
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


def number_with_text(number: str, shown: str, kind: str) -> float | None:
    """Returns a number of an OpenDocument with what is shown for it, or a whole one that a float does not hold.

    Args:
        number: The number.
        shown: The text of the cell.
        kind: Its kind, one of `NUMBERS_IN_OPEN`.

    Returns:
        Nothing for a number that is shown as one.
    """
    if len(number) < LONG and WORD.fullmatch(shown):
        with suppress(ValueError, OverflowError):
            return shown_number(float(number), shown)
    if not WHOLE.fullmatch(number):
        return None
    whole = int(number.partition(".")[0])
    if kind == "float" and _adds_to(shown, whole):
        return shown_number(whole, shown)
    return whole if len(number) >= LONG else None


def _adds_to(shown: str, number: int) -> bool:
    """Returns whether a cell shows all digits of a whole number, and more than a number has."""
    digits = "".join(each for each in shown if "0" <= each <= "9")
    if digits.lstrip("0") != str(abs(number)).lstrip("0") or GROUPED.search(shown):
        return False
    return shown not in (str(number), f"\u2212{abs(number)}")
