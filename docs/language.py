"""Finds wording that stumbles: translated idioms, private words, two spellings of one word.

    python -m docs.language           how often each pattern is found
    python -m docs.language --list    with the places
    python -m docs.language --check   names the places, and ends with 1 if there are any

Looked at are the pages for people, and every docstring and message of the Python files. `CONTEXT.md` has the words that
the project uses instead.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from bisect import bisect_right
from collections import defaultdict
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final = ("*.md", "docs/guides/*.md", "examples/**/*.md", "examples/**/*.robot", ".github/**/*.yml")
CODE: Final = ("RPA/**/*.py", "docs/*.py", "compat/*.py", "examples/**/*.py", "tasks.py")

THINGS: Final = (
    "(?:page|file|table|row|cell|column|plan|report|response|answer|document|header|name|kind|option|message|error|registry|"
    "model|library|Planhat|host|server|sandbox|record|status|guide|journal|package|index|field|keyword|token|tool|"
    "README|documentation|workflow|log|service|connection)(?:s|es)?"
)
"""What neither says nor knows anything, as the subject of a sentence."""

SPEECH: Final = r"(?:says?|said(?!:)|knows?|wants?|speaks?|believes?|sees|tells?(?! [^.]{0,40}apart))"
"""What things do not do; fields do tell records apart."""

PATTERNS: Final = {
    "can not": ("cannot", r"\bcan not\b"),
    "unless given": ("Default: …", r"\bunless (?:it is |they are |`[^`]+` is )?given\b"),
    "told": ("reported, named, shown", r"\b(?:is|are|be|was|were|unless|not|says and) told\b|\btold apart\b"),
    "without a word": ("silently", r"\bwithout a word\b"),
    "licence": ("license", r"\blicences?\b"),
    "is none": ("isn't one; is not a valid …", r"(?<!there )\b(?:is|are) (?-i:none)\b(?! of)"),
    "is no …": ("is not a valid …", r"(?<![Tt]here )\b(?:is|are) no (?!longer|more|one)(?=\w)"),
    "mend": ("fix, correct", r"\bmend(?:s|ed|ing)?\b"),
    "borne": ("tolerated", r"\bborne\b"),
    "by lot": ("random", r"\bby lot\b"),
    "for good": ("permanently", r"\bfor good\b"),
    "blanks": ("spaces", r"\bblanks\b"),
    "texts": ("strings", r"\btexts\b|\ba text\b(?! (?:file|field))"),
    "stands": ("is", r"(?<!\|)\bstands?\b(?! alone)"),  # behind | it is German, in a pattern
    "superfluous": ("extra", r"\bsuperfluous\b"),
    "misspelt": ("misspelled", r"\bmisspelt\b"),
    "what became of": ("outcome, result", r"\bwhat (?:became|becomes|has become) of\b"),
    "stock of tokens": ("retry budget", r"\bstock of tokens\b"),
    "wants": ("needs", r"\bwants\b"),
    "an account of": ("the result of", r"\ban account of\b"),
    "the house": ("the project", r"\bthe house\b"),
    "nobody knows": ("open questions", r"\bnobody knows\b"),
    "anew": ("again; start over", r"\banew\b"),
    "for ever": ("permanently; every time", r"\bfor ever\b"),
    "says no": ("refuses", r"\bsa(?:ys|id) no\b"),
    "the report tells": ("is reported", r"\b(?:report|message|log|error)s? tells?\b"),
    "things that say": (
        "has, contains, reports, means; unknown",
        rf"\b(?:{THINGS}) (?:does not |do not |did not )?{SPEECH}\b",
    ),
    "as": ("such as", r"[,(] as `[^`]+`(?! (?:has|does|is|takes|reads|writes))"),
    "not for sure": ("were not stored; may not have been stored", r"\bfor sure\b"),
}
"""By name: what to write instead, and how it is found, whatever the letter case."""


def main(arguments: list[str] | None = None) -> int:
    """Prints what was found; returns the exit status."""
    parser = argparse.ArgumentParser(description="Find wording that stumbles.")
    parser.add_argument("--list", action="store_true", help="name the places as well")
    parser.add_argument("--check", action="store_true", help="name the places, and end with 1 if there are any")
    given = parser.parse_args(arguments)
    places = findings()
    for name in sorted(places, key=lambda each: -len(places[each])):
        print(f"{len(places[name]):>5}  {name}: write {PATTERNS[name][0]}")
        if given.list or given.check:
            print("".join(f"       {place}\n" for place in places[name]), end="")
    print(f"{sum(map(len, places.values())):>5}  in all")
    return 1 if given.check and places else 0


def findings() -> dict[str, list[str]]:
    """Returns the places of each pattern, as file, line and text."""
    found = defaultdict(list)
    for path in (*_files(PAGES), *_files(CODE)):
        source = path.read_text("utf-8")
        for first, text in strings_of(source) if path.suffix == ".py" else [(1, source)]:
            lines = text.splitlines()
            for name, line in matches(lines):
                place = f"{path.relative_to(ROOT)}:{first + line}: {' '.join(lines[line].split())[:100]}"
                found[name].append(place)
    return found


def matches(lines: list[str]) -> Iterator[tuple[str, int]]:
    """Yields the names of the patterns in a text, each as often as it is there, and the line where it begins.

    Lines are joined first, since editors break them between any two words.
    """
    stripped = [line.strip() for line in lines]
    ends = list(accumulate(len(line) + 1 for line in stripped))
    text = " ".join(stripped)
    for name, (_, pattern) in PATTERNS.items():
        yield from ((name, bisect_right(ends, each.start())) for each in re.finditer(pattern, text, re.IGNORECASE))


def strings_of(source: str) -> Iterator[tuple[int, str]]:
    """Yields docstrings and messages of a Python file with the lines where they begin."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _files(patterns: tuple[str, ...]) -> Iterator[Path]:
    own = Path(__file__).resolve()
    for pattern in patterns:
        yield from (path for path in sorted(ROOT.glob(pattern)) if path != own and "output" not in path.parts)


if __name__ == "__main__":
    sys.exit(main())
