"""Makes the generated documentation: keywords with Libdoc, the Python API with griffe2md, and the site around both.

`python -m docs.build` writes all pages. Two groups of them are committed, as people read them in a checkout: the HTML
of the keywords and the Markdown of the Python API. The site below `docs/site/`, which has everything, is not.
`python -m docs.build --check` makes the committed ones in a temporary folder and compares.

The pages carry no times, no paths of this machine and no line numbers, so that they change only when the library does.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from docs.api_pages import api_pages
from docs.keyword_pages import FORMATS, LIBRARIES, keyword_pages
from docs.sections import stale_sections, write_sections
from docs.site_pages import site_pages
from docs.type_stubs import write_stubs

DOCS: Final = Path(__file__).resolve().parent

COMMITTED: Final = {"keywords": (keyword_pages, (".html",)), "api": (api_pages, (".md",))}
"""The committed folders: what makes their pages, and the endings of these."""

SITE: Final = "site"


def main(arguments: list[str] | None = None) -> int:
    """Writes or checks the pages; returns the exit status."""
    parser = argparse.ArgumentParser(description="Make the generated documentation, or check that it is up to date.")
    parser.add_argument("--check", action="store_true", help="compare the committed pages instead of writing any")
    if parser.parse_args(arguments).check:
        return check(DOCS)
    for stub in write_stubs():
        print(stub)
    for page in [f"guides/{guide}" for guide in write_sections()] + build(DOCS):
        print(f"docs/{page}")
    shutil.rmtree(DOCS / SITE, ignore_errors=True)
    pages = build_site(DOCS / SITE)
    print(f"docs/{SITE}/index.html and {len(pages) - 1} more pages, which are not committed")
    return 0


def build(target: Path) -> list[str]:
    """Writes the pages that are committed below a folder, and removes pages that nothing makes any more.

    Args:
        target: The folder in which `keywords/` and `api/` are.

    Returns:
        The paths of the pages, relative to the folder.
    """
    made: list[str] = []
    for part, (make, _) in COMMITTED.items():
        (target / part).mkdir(parents=True, exist_ok=True)
        pages = [f"{part}/{name}" for name in make(target / part)]
        for page in _left_over(target, pages):
            (target / page).unlink()
        made += pages
    return made


def build_site(target: Path) -> list[str]:
    """Writes the documentation site: every page, in a folder that can be moved or served as it is.

    Args:
        target: The folder.

    Returns:
        The paths of the pages, relative to the folder; none where a tool is missing.
    """
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder)
        api = list(api_pages(sources))
        (target / "keywords").mkdir(parents=True, exist_ok=True)
        keywords = [f"keywords/{name}" for name in keyword_pages(target / "keywords", FORMATS)]
        if not (api and keywords):
            return []
        return [*keywords, *site_pages(target, sources)]


def check(committed: Path) -> int:
    """Compares freshly made pages with the committed ones; prints what is stale and how to fix it.

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
        print(f"The {len(pages)} committed pages are up to date.")
        return 0
    print("\n".join(found))
    print("Run `invoke docs` and commit what it changes.")
    return 1


def same_page(one: Path, other: Path) -> bool:
    """Returns whether two pages have the same content.

    Of an HTML page only the words and links count: its scripts, styles and mark-up come from Robot Framework and its
    Markdown tools, and change with their versions.
    """
    if not other.exists():
        return False
    if one.suffix == ".html":
        return _texts_of_html(one) == _texts_of_html(other)
    return one.read_text("utf-8") == other.read_text("utf-8")


def _texts_of_html(page: Path) -> str:
    """Returns the words and links of a page, without tags and white space; of Libdoc's pages the data."""
    text = page.read_text("utf-8")
    found = re.search(r"^libdoc = (\{.*\})$", text, re.MULTILINE)
    data = json.dumps(json.loads(found.group(1)), ensure_ascii=False) if found else text
    links = re.findall(r'href="([^"]*)"', data)
    return re.sub(r"\s|\\n", "", html.unescape(re.sub(r"<[^>]*>", "", data))) + "\n".join(links)


def _left_over(target: Path, pages: list[str]) -> list[str]:
    """Returns pages that are there though nothing makes them any more.

    Pages that cannot be built here, because a tool or an extra is missing, are kept.
    """
    parts = {page.split("/")[0] for page in pages} & set(COMMITTED)
    there = [path for part in parts for path in _pages(target, part) if path.stem not in LIBRARIES]
    return sorted({path.relative_to(target).as_posix() for path in there} - set(pages))


def _pages(target: Path, part: str) -> list[Path]:
    return [path for path in (target / part).rglob("*") if path.suffix in COMMITTED[part][1]]


if __name__ == "__main__":
    sys.exit(main())
