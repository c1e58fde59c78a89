"""Makes the documentation site from the Markdown pages: HTML that opens from a file, with navigation and a search.

All of it is in one folder, which needs nothing outside: `index.html` is the README, beside it are guides, keywords
(made by Libdoc), the Python API, style and search.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from docs.project import source_url
from docs.search_index import search_index
from docs.texts import slug, table

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
DOCS: Final = ROOT / "docs"
TEMPLATE: Final = Template((DOCS / "theme" / "page.html").read_text("utf-8"))

INDEX: Final = "index.html"
DECISIONS: Final = "decisions.html"
KEYWORDS: Final = "keywords.html"
API: Final = "api/README.html"
CONTRIBUTING: Final = "contributing.html"

FIRST_GUIDES: Final = ("recipes", "tables", "values", "sandbox", "usage", "custom_fields", "control_room")
"""Guides that come first; the others follow by their names."""

LIBRARIES: Final = {"RPA.Planhat": "Keywords", "RPA.Planhat.Sandbox": "Keywords of the sandbox"}

API_PAGES: Final = ("README", "client", "reports", "types", "errors", "session")
"""The pages about the Python API, in the order of need."""

ACTIONS: Final = frozenset({"read", "write", "delete", "bulk", "table", "changes", "raw"})
"""Tags for what a keyword does; the other one is for its topic."""

FIRST_TOPICS: Final = (
    "company", "enduser", "license", "opportunity", "conversation", "note", "task", "ticket", "user", "any model",
    "activity", "metric", "custom field", "connection", "NPS response",
)  # fmt: skip
"""What keywords are about, in the order of need; the rest follows by name."""

FOLDERS: Final = {"docs/api": API, "docs/decisions": DECISIONS, "docs/keywords": KEYWORDS, "docs/guides": INDEX}
"""Where links to a folder lead."""

NOT_SEARCHED: Final = (DECISIONS, CONTRIBUTING, "changelog.html", KEYWORDS)

BAR: Final = "\ue000"
"""Replaces a bar within a table cell, which Python-Markdown would show with its backslash."""


@dataclass
class Page:
    """A page in the making.

    Attributes:
        address: Where it will be, below the folder of the site.
        source: Its file below the root of the project; links start there.
        text: The text, in Markdown.
    """

    address: str
    source: str
    text: str

    @property
    def title(self) -> str:
        """The first heading, as plain text."""
        found = re.search(r"^# (.+)$", self.text, re.MULTILINE)
        return found.group(1).replace("`", "") if found else self.address

    @cached_property
    def rendered(self) -> tuple[str, list[dict[str, Any]]]:
        """The text as HTML, and its headings."""
        import markdown  # noqa: PLC0415 - needed here only

        renderer = markdown.Markdown(
            extensions=["extra", "sane_lists", "codehilite", "toc"],
            extension_configs={"codehilite": {"guess_lang": False}},
        )
        html = renderer.convert(self.text.replace("\\|", BAR)).replace(BAR, "|")
        html = re.sub(r"<table>.*?</table>", r'<div class="table">\g<0></div>', html, flags=re.DOTALL)
        # Words in code keep their spaces on a page, so that a line of the source would end there as well.
        html = re.sub(
            r"(?<!<pre><span></span>)<code>[^<]*</code>", lambda found: found.group().replace("\n", " "), html
        )
        return html, renderer.toc_tokens

    @property
    def root(self) -> str:
        """The way from this page up to the start."""
        return "../" * self.address.count("/")

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The headings of the second level: text and anchor."""
        tops = self.rendered[1]
        return [(_plain(each["name"]), each["id"]) for top in tops for each in top["children"]]

    @property
    def sections(self) -> list[tuple[str, str, str]]:
        """The headings with their anchors and the HTML below them; first that of the page."""
        parts = re.split(r'<h[123] id="([^"]*)">(.*?)</h[123]>', self.rendered[0])
        found = [(_plain(name), anchor, html) for anchor, name, html in zip(*(iter(parts[1:]),) * 3, strict=True)]
        return found or [(self.title, "", parts[0])]


def site_pages(folder: Path, api: Path) -> Iterator[str]:
    """Writes all pages of the site but those of keywords, and the index of its search; yields their paths.

    Args:
        folder: The folder of the site, with the pages of Libdoc in `keywords/`.
        api: The folder with the Markdown of the Python API.
    """
    pages = _all_pages(folder, api)
    addresses = {page.source: page.address for page in pages} | _addresses_elsewhere(folder)
    for page in pages:
        file = folder / page.address
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_html(page, pages, addresses), "utf-8")
        yield page.address
    searched = [page for page in pages if page.address not in NOT_SEARCHED]
    (folder / "search-index.js").write_text(search_index(_specs(folder), searched), "utf-8")
    yield "search-index.js"
    for name in ("site.css", "search.js"):
        shutil.copy(DOCS / "theme" / name, folder)
        yield name
    shutil.copytree(DOCS / "images", folder / "images", dirs_exist_ok=True)


def _all_pages(folder: Path, api: Path) -> list[Page]:
    guides = sorted((DOCS / "guides").glob("*.md"), key=_place_of_guide)
    modules = [api / f"{name}.md" for name in API_PAGES]
    return [
        _page(INDEX, "README.md"),
        Page(KEYWORDS, "docs/keywords/README.md", _keywords_text(folder)),
        *(_page(f"guides/{guide.stem}.html", f"docs/guides/{guide.name}") for guide in guides),
        *(Page(f"api/{each.stem}.html", f"docs/api/{each.name}", each.read_text("utf-8")) for each in modules),
        Page(DECISIONS, "docs/decisions/README.md", _decisions_text()),
        _page("compatibility.html", "docs/compatibility.md"),
        _page("changelog.html", "CHANGELOG.md"),
        _page(CONTRIBUTING, "CONTRIBUTING.md"),
    ]


def _page(address: str, source: str) -> Page:
    return Page(address, source, (ROOT / source).read_text("utf-8"))


def _place_of_guide(guide: Path) -> tuple[int, str]:
    known = FIRST_GUIDES.index(guide.stem) if guide.stem in FIRST_GUIDES else len(FIRST_GUIDES)
    return known, guide.stem


def _addresses_elsewhere(folder: Path) -> dict[str, str]:
    """Returns where links lead that name no such page: to keywords, pictures, folders, single decisions."""
    found = {f"docs/keywords/{library}.html": f"keywords/{library}.html" for library in _specs(folder)}
    found |= {f"docs/images/{file.name}": f"images/{file.name}" for file in (DOCS / "images").iterdir()}
    for file in _decisions():
        heading = file.read_text("utf-8").split("\n", 1)[0].removeprefix("# ")
        found[f"docs/decisions/{file.name}"] = f"{DECISIONS}#{slug(heading)}"
    return found | FOLDERS


def _html(page: Page, pages: list[Page], addresses: dict[str, str]) -> str:
    content = _with_links(page.rendered[0], page, addresses)
    navigation = _navigation(page, pages)
    return TEMPLATE.substitute(title=escape(page.title), root=page.root, navigation=navigation, content=content)


def _with_links(html: str, page: Page, addresses: dict[str, str]) -> str:
    """Lets links between sources lead to the pages that are made of them; others lead to the file in the repository."""

    def replace(found: re.Match[str]) -> str:
        name, link = found.groups()
        if re.match(r"[a-z]+:|#", link):
            return found.group()
        path, _, anchor = link.partition("#")
        source = os.path.normpath(Path(page.source).parent / path)
        known = addresses.get(source.replace(os.sep, "/"))
        target = page.root + known if known else source_url(source.replace(os.sep, "/"))
        return f'{name}="{target}{f"#{anchor}" if anchor and "#" not in target else ""}"'

    return re.sub(r'\b(href|src)="([^"]*)"', replace, html)


def _navigation(page: Page, pages: list[Page]) -> str:
    guides = [(each.title, each.address) for each in pages if each.address.startswith("guides/")]
    modules = [(each.title, each.address) for each in pages if each.address.startswith("api/") and each.address != API]
    groups = {
        "": [("Start", INDEX)],
        "Keywords": [("By topic", KEYWORDS), *((f"Library {name}", f"keywords/{name}.html") for name in LIBRARIES)],
        "Guides": guides,
        "Python": [("Where to start", API), *modules],
        "Project": [
            ("Compatibility", "compatibility.html"),
            ("Changes", "changelog.html"),
            ("Contributing", CONTRIBUTING),
            ("Decisions", DECISIONS),
        ],
    }
    return "\n".join(
        (f"<h2>{name}</h2>" if name else "") + "<ul>" + "".join(_entry(*each, page) for each in entries) + "</ul>"
        for name, entries in groups.items()
    )


def _entry(title: str, address: str, page: Page) -> str:
    """Returns a line of the navigation; that of the page itself has its headings below."""
    if address != page.address:
        return f'<li><a href="{page.root}{address}">{escape(title)}</a></li>\n'
    inner = "".join(f'<li><a href="#{anchor}">{escape(text)}</a></li>' for text, anchor in page.headings)
    return f'<li><a href="{page.root}{address}" aria-current="page">{escape(title)}</a><ul>{inner}</ul></li>\n'


def _specs(folder: Path) -> dict[str, Any]:
    """Returns what Libdoc has written of each library."""
    files = {library: folder / "keywords" / f"{library}.json" for library in LIBRARIES}
    return {library: json.loads(file.read_text("utf-8")) for library, file in files.items() if file.exists()}


def _keywords_text(folder: Path) -> str:
    """Returns the overview of all keywords: a table for each library and each thing that its keywords are about."""
    lines = ["# All keywords", "", "Each name leads to its arguments, return values, errors and an example."]
    for library, spec in _specs(folder).items():
        lines += ["", f"## {library}"]
        topics = _rows_by_topic(spec["keywords"], f"{library}.html")
        for topic, rows in sorted(topics.items(), key=lambda item: _place_of_topic(item[0])):
            lines += ["", f"### {topic[:1].upper()}{topic[1:]}", "", table(["keyword", "what it does"], rows)]
    return "\n".join(lines)


def _rows_by_topic(keywords: list[dict[str, Any]], page: str) -> dict[str, list[list[str]]]:
    """Returns a row for each keyword, by the tag of its topic."""
    names = {each["name"] for each in keywords}

    def link(name: str) -> str:
        return f"[{name}]({page}#{quote(name) if name in names else slug(name)})"

    topics: dict[str, list[list[str]]] = {}
    for each in keywords:
        topic = next(tag for tag in each["tags"] if tag not in ACTIONS)
        told = re.sub(r"\[([A-Z][\w ]*)\]", lambda found: link(found.group(1)), each["shortdoc"])
        topics.setdefault(topic, []).append([link(each["name"]), told])
    return topics


def _place_of_topic(topic: str) -> tuple[int, str]:
    return FIRST_TOPICS.index(topic) if topic in FIRST_TOPICS else len(FIRST_TOPICS), topic.lower()


def _decisions() -> list[Path]:
    return sorted((DOCS / "decisions").glob("[0-9]*.md"))


def _decisions_text() -> str:
    texts = [re.sub(r"^#", "##", file.read_text("utf-8"), flags=re.MULTILINE) for file in _decisions()]
    return "\n\n".join(["# Decisions\n\nWhy things are as they are.", *texts])


def _plain(name: str) -> str:
    """Returns a heading without mark-up."""
    return re.sub(r"<[^>]+>", "", name).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
