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

from docs.build import build_site
from docs.search_index import SUBJECTS

ROOT: Final = Path(__file__).resolve().parent.parent
MARKDOWN: Final = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md", ".github/**/*.md")
    for page in ROOT.glob(pattern)
    if not {"site", "output"} & set(page.relative_to(ROOT).parts)
)
KEYWORDS: Final = sorted(ROOT.glob("docs/keywords/*.html"))
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


def broken(page: Path, links: list[str], root: Path = ROOT) -> list[str]:
    """Returns the links that lead nowhere. Those to other hosts are not followed."""
    return [link for link in links if not re.match(r"[a-z]+:", link) and not is_there(page, link, root)]


def is_there(page: Path, link: str, root: Path) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / unquote(path)).resolve() if path else page
    if not target.exists() or not target.is_relative_to(root):
        return False
    return not anchor or target.suffix not in (".md", ".html") or unquote(anchor) in anchors_of(target)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation site, built for these tests."""
    folder = tmp_path_factory.mktemp("site").resolve()
    if not build_site(folder):
        pytest.skip("The site needs griffe2md, which needs Python 3.11.")
    return folder


def search_entries(site: Path) -> list[list[Any]]:
    script = (site / "search-index.js").read_text("utf-8")
    found: list[list[Any]] = json.loads(script.removeprefix("const SEARCH_INDEX = ").partition(";\nconst")[0])
    return found


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_in_markdown_lead_somewhere(page: Path) -> None:
    assert broken(page, links_of_markdown(page.read_text("utf-8"))) == []


@pytest.mark.parametrize("page", KEYWORDS, ids=lambda page: page.name)
def test_links_in_committed_keyword_pages_lead_somewhere(page: Path) -> None:
    links = links_of_html("\n".join(texts_of(libdoc_data(page.read_text("utf-8")))))
    assert links
    assert broken(page, links) == []


def test_links_of_the_site_lead_somewhere_within_the_site(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 20
    found = {}
    for page in pages:
        text = page.read_text("utf-8")
        data = libdoc_data(text)
        links = links_of_html(text if data is None else "\n".join(texts_of(data)))
        assert links, page
        found[page.relative_to(site).as_posix()] = broken(page, links, site)
    assert {page: links for page, links in found.items() if links} == {}


def test_pages_of_the_site_load_nothing_from_elsewhere(site: Path) -> None:
    pages = [page for page in site.rglob("*.html") if page.parent.name != "keywords"]
    loaded = [
        link
        for page in pages
        for link in re.findall(r'<(?:script|img|link|iframe)[^>]*(?:src|href)="([^"]*)"', page.read_text("utf-8"))
    ]
    assert loaded
    assert [link for link in loaded if re.match(r"https?:|//", link)] == []


def test_code_within_a_sentence_of_the_site_stays_on_its_line(site: Path) -> None:
    pages = [page for page in site.rglob("*.html") if page.parent.name != "keywords"]
    for page in pages:
        within = re.sub(r"<pre>.*?</pre>", "", page.read_text("utf-8"), flags=re.DOTALL)
        assert re.findall(r"<code>[^<]*\n[^<]*</code>", within) == [], page


def test_pages_of_the_site_show_no_escaped_bars(site: Path) -> None:
    assert [page.name for page in site.rglob("*.html") if "\\|" in re.sub(r"<[^>]+>", "", shown(page))] == []


def shown(page: Path) -> str:
    """Returns what a page shows: of Libdoc's pages the texts, since their scripts are full of escapes."""
    text = page.read_text("utf-8")
    data = libdoc_data(text)
    return text if data is None else "\n".join(texts_of(data))


def test_the_search_leads_to_pages_and_headings_that_are_there(site: Path) -> None:
    entries = search_entries(site)
    assert {"Upsert Companies", "Start Sandbox", "A first import", "RPA.Planhat.errors"} <= {
        each[0] for each in entries
    }
    assert broken(site / "index.html", [each[2] for each in entries], site) == []


def test_every_subject_of_the_search_leads_somewhere(site: Path) -> None:
    known = {each[2] for each in search_entries(site)}
    assert set(SUBJECTS) - known == set()


def test_the_search_shows_no_internals(site: Path) -> None:
    pages = {each[2].partition("#")[0] for each in search_entries(site)}
    assert not {page for page in pages if re.search(r"decisions|contributing|operations|transport", page)}


MADE_BY_COMMANDS: Final = ("docs/site", "docs/api/", "docs/keywords/", "output/", "docs/index.html")
PLACES: Final = (
    "",
    "RPA/Planhat",
    "RPA/Planhat/operations",
    "RPA/Planhat/sandbox",
    "utest",
    "docs",
    "examples/robocorp",
)
SOURCE: Final = "\n".join(file.read_text("utf-8") for file in sorted(ROOT.glob("RPA/**/*.py")))


def unknown_names(text: str) -> list[str]:
    """Returns the files, folders, modules and classes in a page that this project does not have."""
    said = re.findall(r"`([^`\n]+)`", FENCED.sub(lambda found: found[0] if found[0][0] == "`" else "", text))
    said += re.findall(r"^((?:RPA|utest|atest|docs|compat|benchmarks|examples)/[\w./]*)  ", text, re.MULTILINE)
    files = [name for name in said if re.fullmatch(r"[\w.-]+/[\w./-]*|[\w.-]+\.(?:py|md|cfg|toml)", name)]
    modules = [name for each in said for name in re.findall(r"-m ((?:docs|compat|benchmarks|RPA)[\w.]*)", each)]
    classes = [name for name in said if re.fullmatch(r"[A-Z][a-z]+[A-Z]\w+", name)]
    return [
        *(name for name in files if not name.startswith(MADE_BY_COMMANDS) and not is_file(name)),
        *(
            name
            for name in modules
            if not is_file(f"{name.replace('.', '/')}.py") and not is_file(name.replace(".", "/"))
        ),
        *(name for name in classes if not re.search(rf"\b{name}\b", SOURCE)),
    ]


def is_file(name: str) -> bool:
    return any((ROOT / place / name).exists() for place in PLACES)


@pytest.mark.parametrize("page", ["CONTEXT.md", "CONTRIBUTING.md", "README.md", "SECURITY.md", "CHANGELOG.md"])
def test_files_modules_and_classes_that_a_page_names_exist(page: str) -> None:
    assert unknown_names((ROOT / page).read_text("utf-8")) == []


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/guides/*.md")), ids=lambda page: page.name)
def test_files_modules_and_classes_that_a_guide_names_exist(page: Path) -> None:
    known = {"application/json", "my_program.py", "x/../../users/U1", "01/02/2026", "N/A", "n/a"}
    assert set(unknown_names(page.read_text("utf-8"))) - known == set()


def test_a_name_of_nothing_is_found() -> None:
    text = (
        "`rows/nothing.py` `utest/nowhere/` `python -m docs.nothing` `NoSuchClass`\n```text\nutest/gone/   tests\n```\n"
    )
    assert unknown_names(text) == ["rows/nothing.py", "utest/nowhere/", "utest/gone/", "docs.nothing", "NoSuchClass"]


def test_a_link_to_nothing_is_found(tmp_path: Path) -> None:
    page = ROOT / "README.md"
    links = ["LICENSE", "nowhere.md", "CHANGELOG.md#nothing", "CHANGELOG.md#changelog", "https://elsewhere.example"]
    assert broken(page, links) == ["nowhere.md", "CHANGELOG.md#nothing"]
