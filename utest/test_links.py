"""Every link of every page leads to a file that is there, and to a heading that is in it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
MARKDOWN: Final = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
HTML: Final = sorted(page for page in ROOT.glob("docs/**/*.html") if page.parent.name != "theme")
FENCED: Final = re.compile(r"^( *)```.*?^\1```$|`[^`\n]+`", re.DOTALL | re.MULTILINE)


def links_of_markdown(text: str) -> list[str]:
    """Returns where links and pictures lead; code is left out."""
    prose = FENCED.sub("", text)
    return re.findall(r"\]\(([^)\s]+)\)", prose) + re.findall(r"^\[[^\]]+\]: (\S+)$", prose, re.MULTILINE)


def links_of_html(text: str) -> list[str]:
    return [html.unescape(link) for link in re.findall(r'\b(?:href|src)="([^"]*)"', text)]


def github_anchor(heading: str) -> str:
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


@cache
def anchors_of(page: Path) -> frozenset[str]:
    """Returns the anchors that a page has; on Libdoc's pages also the names of what is described."""
    text = page.read_text("utf-8")
    if page.suffix == ".md":
        without_code = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
        return frozenset(map(github_anchor, re.findall(r"^#+ (.+)$", without_code, re.MULTILINE)))
    data = libdoc_data(text)
    if data is None:
        return frozenset(re.findall(r'\bid="([^"]*)"', text))
    names = [each["name"] for each in data["keywords"]] + [f"type-{each['name']}" for each in data["typedocs"]]
    return frozenset([*names, *re.findall(r'<h\d id="([^"]*)"', data["doc"])])


def libdoc_data(text: str) -> dict[str, Any] | None:
    found = re.search(r"^libdoc = (\{.*\})$", text, re.MULTILINE)
    return json.loads(found.group(1)) if found else None


def texts_of(data: Any) -> Iterator[str]:
    """Returns all texts that Libdoc's data hold, at any depth."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, (dict, list)):
        for each in data.values() if isinstance(data, dict) else data:
            yield from texts_of(each)


def broken(page: Path, links: list[str]) -> list[str]:
    """Returns the links that lead nowhere. Those to other hosts are not followed."""
    return [link for link in links if not re.match(r"[a-z]+:", link) and not is_there(page, link)]


def is_there(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / unquote(path)).resolve() if path else page
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not anchor or target.suffix not in (".md", ".html") or unquote(anchor) in anchors_of(target)


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_in_markdown_lead_somewhere(page: Path) -> None:
    assert broken(page, links_of_markdown(page.read_text("utf-8"))) == []


@pytest.mark.parametrize("page", HTML, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_in_html_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    data = libdoc_data(text)
    links = links_of_html(text if data is None else "\n".join(texts_of(data)))
    assert links
    assert broken(page, links) == []


@pytest.mark.parametrize("page", [page for page in HTML if "keywords" not in page.parts], ids=lambda page: page.name)
def test_pages_of_the_site_load_nothing_from_elsewhere(page: Path) -> None:
    loaded = re.findall(r'<(?:script|img|link|iframe)[^>]*(?:src|href)="([^"]*)"', page.read_text("utf-8"))
    assert [link for link in loaded if re.match(r"https?:|//", link)] == []


def test_the_search_leads_to_pages_and_headings_that_are_there() -> None:
    script = (ROOT / "docs" / "site" / "search-index.js").read_text("utf-8")
    entries = json.loads(script.removeprefix("const SEARCH_INDEX = ").partition(";\nconst")[0])
    assert {"Upsert Companies", "Start Sandbox", "A first import", "RPA.Planhat.errors"} <= {
        each[0] for each in entries
    }
    assert broken(ROOT / "docs" / "index.html", [address for _, _, address, _ in entries]) == []


def test_a_link_to_nothing_is_found(tmp_path: Path) -> None:
    page = ROOT / "README.md"
    links = ["LICENSE", "nowhere.md", "CHANGELOG.md#nothing", "CHANGELOG.md#changelog", "https://elsewhere.example"]
    assert broken(page, links) == ["nowhere.md", "CHANGELOG.md#nothing"]
