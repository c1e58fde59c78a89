"""Makes the generated documentation: keywords with Libdoc, the Python API with griffe2md, and the site around both.

`python -m docs.build` writes the pages; `python -m docs.build --check` makes them in a temporary folder and compares.
The pages carry no times, no paths of this machine and no line numbers, so that they change only when the library does.
"""

from __future__ import annotations

import argparse
import html
import json
import posixpath
import re
import sys
import tempfile
from pathlib import Path
from typing import Final

from docs.api_pages import api_pages
from docs.keyword_pages import LIBRARIES, keyword_pages
from docs.sections import stale_sections, write_sections
from docs.site_pages import site_pages

DOCS: Final = Path(__file__).resolve().parent

PARTS: Final = {
    "keywords": (keyword_pages, (".html", ".md", ".json", ".libspec")),
    "api": (api_pages, (".md",)),
    "site": (site_pages, (".html", ".js")),
}
"""The generated folders: what makes their pages, and the endings of these. The site is made of what the others made."""


def main(arguments: list[str] | None = None) -> int:
    """Writes or checks the pages; returns the exit status."""
    parser = argparse.ArgumentParser(description="Make the generated documentation, or check that it is up to date.")
    parser.add_argument("--check", action="store_true", help="compare with docs/ instead of writing there")
    if parser.parse_args(arguments).check:
        return check(DOCS)
    for page in [f"guides/{guide}" for guide in write_sections()] + build(DOCS):
        print(f"docs/{page}")
    return 0


def build(target: Path) -> list[str]:
    """Writes all pages that can be made here below a folder, and removes pages that nothing makes any more.

    Args:
        target: The folder in which `keywords/` and `api/` are.

    Returns:
        The paths of the pages, relative to the folder.
    """
    made: list[str] = []
    for part, (make, _) in PARTS.items():
        (target / part).mkdir(parents=True, exist_ok=True)
        pages = [posixpath.normpath(f"{part}/{name}") for name in make(target / part)]
        for page in _left_over(target, pages):
            (target / page).unlink()
        made += pages
    return made


def check(committed: Path) -> int:
    """Compares freshly made pages with those in a folder; prints what is stale and how to mend it.

    Args:
        committed: The folder in which `keywords/` and `api/` are.

    Returns:
        The exit status: 0 when all pages are up to date, else 1.
    """
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        pages = build(fresh)
        stale = [page for page in pages if not same_page(fresh / page, committed / page)]
    found = [f"docs/{page}: {'stale' if (committed / page).exists() else 'missing'}" for page in stale]
    found += [f"docs/{page}: nothing makes this page any more" for page in _left_over(committed, pages)]
    found += [f"docs/guides/{guide}: a generated part is stale" for guide in stale_sections()]
    if not found:
        print(f"The {len(pages)} generated pages are up to date.")
        return 0
    print("\n".join(found))
    print("Run `invoke docs` and commit what it changes.")
    return 1


def same_page(one: Path, other: Path) -> bool:
    """Tells whether two pages say the same.

    Of an HTML page only the texts and links count: its scripts, styles and mark-up come from Robot Framework and its
    Markdown tools, and change with their versions.
    """
    if not other.exists():
        return False
    if one.suffix in (".html", ".libspec"):
        return _texts_of_html(one) == _texts_of_html(other)
    return one.read_text("utf-8") == other.read_text("utf-8")


def _texts_of_html(page: Path) -> str:
    """Returns what a page says, and where its links lead, without tags and white space; of Libdoc's pages the data."""
    text = page.read_text("utf-8")
    found = re.search(r"^libdoc = (\{.*\})$", text, re.MULTILINE)
    data = json.dumps(json.loads(found.group(1)), ensure_ascii=False) if found else text
    data = html.unescape(data) if page.suffix == ".libspec" else data
    links = re.findall(r'href="([^"]*)"', data)
    return re.sub(r"\s|\\n", "", html.unescape(re.sub(r"<[^>]*>", "", data))) + "\n".join(links)


def _left_over(target: Path, pages: list[str]) -> list[str]:
    """Returns pages that are there though nothing makes them any more.

    What could not be made here for want of a tool or an extra is no left-over.
    """
    parts = {page.split("/")[0] for page in pages} & set(PARTS)
    there = [path for part in parts for path in _pages(target, part) if path.stem not in LIBRARIES]
    return sorted({path.relative_to(target).as_posix() for path in there} - set(pages))


def _pages(target: Path, part: str) -> list[Path]:
    return [path for path in (target / part).rglob("*") if path.suffix in PARTS[part][1]]


if __name__ == "__main__":
    sys.exit(main())
