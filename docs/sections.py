"""Generated parts of pages that are written by hand: they are between `<!-- name -->` and `<!-- /name -->`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from docs.behaviour import behaviours_table
from docs.contract import requests_table
from docs.matrix import matrix
from docs.planhat_tables import models, positions, switches
from RPA.Planhat.keywords.arguments import limits_table

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT: Final = Path(__file__).resolve().parent.parent
GUIDES: Final = ROOT / "docs" / "guides"

SECTIONS: Final[tuple[tuple[str, str, Callable[[], str]], ...]] = (
    ("reliability.md", "settings", limits_table),
    ("reliability.md", "matrix", lambda: matrix(ROOT / "utest")),
    ("planhat.md", "models", models),
    ("planhat.md", "requests", requests_table),
    ("planhat.md", "switches", switches),
    ("sandbox.md", "switches", positions),
    ("sandbox.md", "behaviour", behaviours_table),
)
"""The guide, the name of the part, and what makes it."""


def with_section(text: str, name: str, shown: str) -> str:
    """Returns a page with new content between the two marks of that name.

    Raises:
        ValueError: If the page does not have these marks.
    """
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if start not in text or end not in text:
        raise ValueError(f"The page has no {start} with {end}.")
    before, _, rest = text.partition(start)
    return f"{before}{start}\n\n{shown}\n\n{end}{rest.partition(end)[2]}"


def write_sections() -> list[str]:
    """Makes all parts again; returns the guides that changed."""
    changed = _fresh()
    for guide, text in changed.items():
        (GUIDES / guide).write_text(text, "utf-8")
    return list(changed)


def stale_sections() -> list[str]:
    """Returns the guides of which a part is not as it would be made now."""
    return list(_fresh())


def _fresh() -> dict[str, str]:
    texts = {guide: (GUIDES / guide).read_text("utf-8") for guide, _, _ in SECTIONS}
    made = dict(texts)
    for guide, name, make in SECTIONS:
        made[guide] = with_section(made[guide], name, make())
    return {guide: text for guide, text in made.items() if text != texts[guide]}
