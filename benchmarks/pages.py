"""Figures into the guide, so that nobody copies them by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def write_between(page: Path, section: str, lines: Iterable[str]) -> None:
    """Replaces what stands between the marks of a section, as `<!-- reading -->` and `<!-- end of reading -->`.

    Raises:
        ValueError: If the page has no such marks.
    """
    begin, end = f"<!-- {section} -->", f"<!-- end of {section} -->"
    before, found, rest = page.read_text("utf-8").partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise ValueError(f"{page} has no {begin} and {end}.")
    page.write_text("\n".join([before + begin, "", *lines, "", end + after]), "utf-8")
