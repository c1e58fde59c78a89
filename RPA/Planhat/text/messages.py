"""Words that messages are made of."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

NEAR = 3
"""Names that are offered for a misspelled one."""

NAMED_WORDS = 30
"""Names in one sentence."""

NAMED_REASONS = 10
"""Reasons that a message on bad rows names."""

NAMED_ROWS = 3
"""Rows that it names for each."""


def plural(count: int, one: str, many: str = "") -> str:
    """Returns a number with the words that fit it, such as `1 row`, `3 rows`, or `3 rows are` where they are given."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def shortened(text: str, longest: int = 60) -> str:
    """Returns a string of at most so many characters, with an ellipsis where it was cut."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def first_line(problem: object) -> str:
    """Returns the first line of an error, which is complete in itself; below it is what to do."""
    return str(problem).partition("\n")[0]


DIGEST = re.compile(r"[0-9a-f]{64}")
"""What a message does not show: it means nothing to people."""


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """Returns the question whether a known name was meant, to be put after a sentence; nothing when none is like it."""
    return suggestion(near_matches(name, known))


def unknown_option(name: str, known: Iterable[str]) -> str:
    """Returns the sentence on an option that does not exist.

    Args:
        name: What was written.
        known: The options that there are.
    """
    return f"There is no option {name!r}.{did_you_mean(name, known)}"


def near_matches(name: object, known: Iterable[str]) -> list[str]:
    """Returns the known names that are most like one that was written; capitals do not matter."""
    spelled = {each.casefold(): each for each in known}
    return [spelled[each] for each in get_close_matches(str(name).casefold(), spelled, n=NEAR)]


def suggestion(names: Iterable[str]) -> str:
    """Returns the question whether one of these names was meant, to be put after a sentence; nothing without any."""
    distinct = dict.fromkeys(each if each.isprintable() else repr(each) for each in names)
    return f" Did you mean {' or '.join(distinct)}?" if distinct else ""


def enumeration(names: Sequence[str], near: Callable[[str], list[str]] | None = None) -> str:
    """Returns names with commas; of very many the first, and how many more there are.

    Args:
        names: The names.
        near: For unknown names: returns the known ones that are like one.
    """
    named = list(names[:NAMED_WORDS])
    if near is not None:
        pairs = [(name, near(name)) for name in named]
        named = [f"{name!r} (did you mean {' or '.join(known)}?)" if known else repr(name) for name, known in pairs]
    more = len(names) - len(named)
    return ", ".join(named) + (f" and {more:,} more" if more else "")


def listed(first: Iterable[Any], total: int) -> str:
    """Returns the first of so many things as lines below a message, and how many more there are.

    Args:
        first: Those to name.
        total: How many there are, the named ones among them.
    """
    named = [f"\n  {each}" for each in first]
    more = total - len(named)
    return "".join(named) + (f"\n  and {more} more" if more > 0 else "")


def differing(names: Mapping[str, str], there: Mapping[str, Any], here: Mapping[str, Any]) -> str:
    """Returns what differs between two accounts, such as `host (a.example there, none here)`; nothing if none does.

    Args:
        names: What has to be the same, and how a message calls it.
        there: What is kept.
        here: What was given now.
    """
    other = [(name, there.get(key), here.get(key)) for key, name in names.items() if there.get(key) != here.get(key)]
    return ", ".join(
        name if DIGEST.fullmatch(str(old)) else f"{name} ({old or 'none'} there, {new or 'none'} here)"
        for name, old, new in other
    )


class BadRows:
    """What is wrong with rows, in the memory of some lines: a heading that is misspelled makes each row of a table bad.

    Attributes:
        count: How many rows are bad.
    """

    def __init__(self, rows: Iterable[tuple[int, str]] = ()) -> None:
        self.count = 0
        self._by_reason: dict[str, tuple[list[int], int]] = {}
        for number, reason in rows:
            self.add([number], reason)

    def add(self, first: list[int], reason: str, rows: int = 1) -> None:
        """Notes so many rows with one reason, of which the first have these numbers."""
        self.count += rows
        numbers, known = self._by_reason.get(reason, ([], 0))
        if known or len(self._by_reason) < NAMED_REASONS:
            self._by_reason[reason] = [*numbers, *first][:NAMED_ROWS], known + rows

    @property
    def refusal(self) -> str:
        """The words of a message when nothing is sent because of them."""
        return f"Nothing was sent, since {plural(self.count, 'row is', 'rows are')} bad:{self}"

    def __str__(self) -> str:
        told = sum(rows for _, rows in self._by_reason.values())
        lines = [f"{_rows(*found)}: {reason}" for reason, found in self._by_reason.items()]
        return listed(lines, self.count - told + len(lines))


def _rows(numbers: list[int], count: int) -> str:
    """Returns words such as `row 2`, `rows 2, 3` or `rows 2, 3, 5 and 9 more`."""
    named = ", ".join(map(str, numbers))
    more = count - len(numbers)
    return f"{'row' if count == 1 else 'rows'} {named}" + (f" and {more} more" if more > 0 else "")


def titled(words: str | None) -> str:
    """Returns words as names of keywords have them: `NPS Response`."""
    return " ".join(word if word.isupper() else word.capitalize() for word in str(words).split())


def with_article(noun: str | None, *, first: bool = False) -> str:
    """Returns a noun with the article that fits how it sounds: `a user`, `an enduser`, `an NPS response`.

    Args:
        noun: The noun.
        first: Whether a sentence begins with it.
    """
    noun = noun or "record"
    spelled = noun.partition(" ")[0].isupper()
    article = "an" if noun[0] in ("AEFHILMNORSX" if spelled else "aeioAEIO") else "a"
    return f"{article.capitalize() if first else article} {noun}"
