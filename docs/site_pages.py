"""Makes the documentation site from the Markdown pages: HTML that opens from a file, with navigation and a search.

Its pages need nothing but `docs/theme/`. `docs/index.html` is the README; all others are in `docs/site/`, except those
about keywords, which Libdoc makes.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from docs.texts import table
from RPA.Planhat.operations.references import OTHER_WORDS
from RPA.Planhat.types import find_model

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
DOCS: Final = ROOT / "docs"
TEMPLATE: Final = Template((DOCS / "theme" / "page.html").read_text("utf-8"))

INDEX: Final = "index.html"
DECISIONS: Final = "site/decisions.html"
KEYWORDS: Final = "site/keywords.html"
API: Final = "site/api/README.html"

FIRST_GUIDES: Final = ("tables", "sandbox", "usage", "custom_fields")
"""Guides that come first; the others follow by their names."""

FIRST_MODULES: Final = ("client", "session", "types", "errors")
"""Modules of the Python API that the navigation names; the overview has all."""

LIBRARIES: Final = {"RPA.Planhat": "Keywords", "RPA.Planhat.Sandbox": "Keywords of the sandbox"}

ACTIONS: Final = frozenset({"read", "write", "delete", "bulk", "table", "changes", "raw"})
"""Tags that say what a keyword does; the other one says what it is about."""

KEYWORD, GUIDE, HEADING, INTERNAL = range(4)
"""What the search shows first, when several fit as well."""

FILE_WORDS: Final = ("excel", "xls", "xlsx", "csv", "tsv", "json", "spreadsheet", "worksheet", "file", "mapping")
OF_FILES: Final = ["tables in", "import", "export"]
"""Words for what imports and exports are about, and how titles call these."""

MORE_WORDS: Final = {
    "error": ["reliability", "bad rows"],
    "event": ["track", "activit"],
    "login": ["connect", "credential"],
    "password": ["connect", "credential", "vault"],
    "retry": ["retries", "reliability"],
    "search": ["find"],
    "test": ["sandbox"],
    "token": ["connect", "credential"],
    "upload": ["import", "upsert"],
    "download": ["export"],
}
"""Other words for what this library does."""

FOLDERS: Final = {"docs/api": API, "docs/decisions": DECISIONS, "docs/keywords": KEYWORDS, "docs/guides": INDEX}
"""Where links to a folder lead."""


@dataclass
class Page:
    """A page in the making.

    Attributes:
        address: Where it will be, below `docs/`.
        source: Where its text stands, below the root of the project; links start there.
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
        html = renderer.convert(self.text)
        html = re.sub(r"<table>.*?</table>", r'<div class="table">\g<0></div>', html, flags=re.DOTALL)
        return html, renderer.toc_tokens

    @property
    def root(self) -> str:
        """The way from this page up to `docs/`."""
        return "../" * self.address.count("/")

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The headings of the second level: text and anchor."""
        tops = self.rendered[1]
        return [(_plain(each["name"]), each["id"]) for top in tops for each in top["children"]]


def site_pages(folder: Path) -> Iterator[str]:
    """Writes all pages of the site, and the index of its search; yields their paths as seen from the folder."""
    docs = folder.parent
    if importlib.util.find_spec("markdown") is None or not (docs / "api").is_dir() or not (docs / "keywords").is_dir():
        print("The site needs the keyword pages, the API pages and Markdown; skipped.")
        return
    pages = _all_pages(docs)
    addresses = {page.source: page.address for page in pages} | _addresses_elsewhere(docs)
    for page in pages:
        file = docs / page.address
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_html(page, pages, addresses), "utf-8")
        yield os.path.relpath(file, folder)
    (folder / "search-index.js").write_text(_search_index(pages, docs), "utf-8")
    yield "search-index.js"


def _all_pages(docs: Path) -> list[Page]:
    guides = sorted((DOCS / "guides").glob("*.md"), key=_place_of_guide)
    api = sorted((docs / "api").glob("*.md"))
    return [
        _page(INDEX, "README.md"),
        Page(KEYWORDS, "docs/keywords/README.md", _keywords_text(docs)),
        *(_page(f"site/guides/{guide.stem}.html", f"docs/guides/{guide.name}") for guide in guides),
        *(Page(f"site/api/{each.stem}.html", f"docs/api/{each.name}", each.read_text("utf-8")) for each in api),
        Page(DECISIONS, "docs/decisions/README.md", _decisions_text()),
        _page("site/compatibility.html", "docs/compatibility.md"),
        _page("site/changelog.html", "CHANGELOG.md"),
        _page("site/contributing.html", "CONTRIBUTING.md"),
    ]


def _page(address: str, source: str) -> Page:
    return Page(address, source, (ROOT / source).read_text("utf-8"))


def _place_of_guide(guide: Path) -> tuple[int, str]:
    known = FIRST_GUIDES.index(guide.stem) if guide.stem in FIRST_GUIDES else len(FIRST_GUIDES)
    return known, guide.stem


def _addresses_elsewhere(docs: Path) -> dict[str, str]:
    """Returns where links lead to that name no page of this site: keyword pages, folders, single decisions."""
    found = {f"docs/keywords/{library}.md": f"keywords/{library}.html" for library in _specs(docs)}
    for file in _decisions():
        heading = file.read_text("utf-8").split("\n", 1)[0].removeprefix("# ")
        found[f"docs/decisions/{file.name}"] = f"{DECISIONS}#{_slug(heading)}"
    return found | FOLDERS


def _html(page: Page, pages: list[Page], addresses: dict[str, str]) -> str:
    content = _with_links(page.rendered[0], page, addresses)
    navigation = _navigation(page, pages)
    return TEMPLATE.substitute(title=escape(page.title), root=page.root, navigation=navigation, content=content)


def _with_links(html: str, page: Page, addresses: dict[str, str]) -> str:
    """Lets links between sources lead to the pages that are made of them, or to the files themselves."""

    def replace(found: re.Match[str]) -> str:
        name, link = found.groups()
        if re.match(r"[a-z]+:|#", link):
            return found.group()
        path, _, anchor = link.partition("#")
        source = os.path.normpath(Path(page.source).parent / path)
        known = addresses.get(source.replace(os.sep, "/"))
        target = page.root + (known or os.path.relpath(source, "docs").replace(os.sep, "/"))
        return f'{name}="{target}{f"#{anchor}" if anchor and "#" not in target else ""}"'

    return re.sub(r'\b(href|src)="([^"]*)"', replace, html)


def _navigation(page: Page, pages: list[Page]) -> str:
    by_address = {each.address: each for each in pages}
    guides = [(each.title, each.address) for each in pages if "/guides/" in each.address]
    modules = [(f"RPA.Planhat.{name}", f"site/api/{name}.html") for name in FIRST_MODULES]
    groups = {
        "": [("Start", INDEX)],
        "Keywords": [("By topic", KEYWORDS), *((f"Library {name}", f"keywords/{name}.html") for name in LIBRARIES)],
        "Guides": guides,
        "Python": [("Where to start", API), *(each for each in modules if each[1] in by_address)],
        "Project": [
            ("Compatibility", "site/compatibility.html"),
            ("Changes", "site/changelog.html"),
            ("Contributing", "site/contributing.html"),
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


def _search_index(pages: list[Page], docs: Path) -> str:
    """Returns the index as a script, since a page that was opened from a file can read nothing else."""
    entries: list[list[Any]] = []
    for library, spec in _specs(docs).items():
        address = f"keywords/{library}.html"
        keywords = [each["name"] for each in spec["keywords"]]
        headings = re.findall(r"^#+ (.+)$", spec["doc"], re.MULTILINE)
        entries += [[name, library, f"{address}#{quote(name)}", KEYWORD] for name in keywords]
        entries += [[text, library, f"{address}#{_slug(text)}", HEADING] for text in headings]
    for page in pages:
        rank = GUIDE if page.address == INDEX or "/guides/" in page.address else INTERNAL
        entries.append([page.title, "", page.address, rank])
        entries += [
            [text, page.title, f"{page.address}#{anchor}", max(rank, HEADING)] for text, anchor in page.headings
        ]
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    return f"const SEARCH_INDEX = [\n{lines}\n];\nconst SYNONYMS = {json.dumps(_synonyms())};\n"


def _synonyms() -> dict[str, list[str]]:
    """Returns the words that stand in titles, by those that people use, in the singular."""
    of_models = {word: [model, str(find_model(model).SINGULAR)] for word, model in OTHER_WORDS.items()}  # type: ignore[union-attr]
    return of_models | dict.fromkeys(FILE_WORDS, OF_FILES) | MORE_WORDS


def _specs(docs: Path) -> dict[str, Any]:
    """Returns what Libdoc has written of each library."""
    files = {library: docs / "keywords" / f"{library}.json" for library in LIBRARIES}
    return {library: json.loads(file.read_text("utf-8")) for library, file in files.items() if file.exists()}


def _keywords_text(docs: Path) -> str:
    """Returns the overview of all keywords: a table for each library and each thing that its keywords are about."""
    lines = ["# All keywords", "", "Each name leads to its arguments, what it returns and raises, and an example."]
    for library, spec in _specs(docs).items():
        lines += ["", f"## {library}"]
        for topic, rows in sorted(_rows_by_topic(spec["keywords"], f"../keywords/{library}.html").items()):
            lines += ["", f"### {topic}", "", table(["keyword", "what it does"], rows)]
    return "\n".join(lines)


def _rows_by_topic(keywords: list[dict[str, Any]], page: str) -> dict[str, list[list[str]]]:
    """Returns a row for each keyword, by the tag that says what it is about."""
    names = {each["name"] for each in keywords}

    def link(name: str) -> str:
        return f"[{name}]({page}#{quote(name) if name in names else _slug(name)})"

    topics: dict[str, list[list[str]]] = {}
    for each in keywords:
        topic = next(tag for tag in each["tags"] if tag not in ACTIONS)
        told = re.sub(r"\[([A-Z][\w ]*)\]", lambda found: link(found.group(1)), each["shortdoc"])
        topics.setdefault(topic[:1].upper() + topic[1:], []).append([link(each["name"]), told])
    return topics


def _decisions() -> list[Path]:
    return sorted((DOCS / "decisions").glob("[0-9]*.md"))


def _decisions_text() -> str:
    texts = [re.sub(r"^#", "##", file.read_text("utf-8"), flags=re.MULTILINE) for file in _decisions()]
    return "\n\n".join(["# Decisions\n\nWhy things are as they are.", *texts])


def _slug(heading: str) -> str:
    from markdown.extensions.toc import slugify  # noqa: PLC0415 - needed here only

    return str(slugify(heading.replace("`", ""), "-"))


def _plain(name: str) -> str:
    """Returns a heading without mark-up."""
    return re.sub(r"<[^>]+>", "", name).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
