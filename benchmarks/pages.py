"""Figures into the guide, so that nobody copies them by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def merged(page: Path, section: str, head: list[str], lines: Iterable[str], titles: Iterable[str]) -> list[str]:
    """Returns the table of a section: new lines in place of those of the same title, and those not measured now.

    Args:
        page: The guide.
        section: The name of the marks.
        head: The first two lines of the table.
        lines: What was measured now.
        titles: How the titles of all lines begin that the table may have, in their order; others go.
    """
    found = {title_of(line): line for line in [*_between(page, section)[1].splitlines(), *lines]}
    # By their titles, since one may begin as another one does.
    placed = {own: line for title in titles for own, line in found.items() if own.startswith(title)}
    return [*head, *placed.values()]


def title_of(line: str) -> str:
    """Returns the title of a line of a table, without what its first cell has in parentheses."""
    return line.removeprefix("|").partition("|")[0].partition(" (")[0].strip()


def write_between(page: Path, section: str, lines: Iterable[str]) -> None:
    """Replaces what is between the marks of a section, such as `<!-- reading -->` and `<!-- end of reading -->`.

    Raises:
        ValueError: If the page has no such marks.
    """
    before, _, after = _between(page, section)
    page.write_text("\n".join([before, "", *lines, "", after]), "utf-8")


def _between(page: Path, section: str) -> tuple[str, str, str]:
    """Returns a page in three parts; the marks belong to the first and the last of them."""
    begin, end = f"<!-- {section} -->", f"<!-- end of {section} -->"
    before, found, rest = page.read_text("utf-8").partition(begin)
    inner, ended, after = rest.partition(end)
    if not found or not ended:
        raise ValueError(f"{page} has no {begin} and {end}.")
    return before + begin, inner, end + after
