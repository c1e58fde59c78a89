"""Makes the index of the site's search: headings with the words below them, and a subject index as books have one.

Keywords come before guides, guides before the Python API; decisions and notes for contributors are left out.
"""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from docs.texts import slug
from RPA.Planhat.operations.references import OTHER_WORDS
from RPA.Planhat.types import find_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

KEYWORD, GUIDE, API = range(3)
"""What the search shows first, when several fit as well."""

SUBJECTS: Final = {
    "keywords/RPA.Planhat.html#connecting": ["token", "login", "log in", "password", "credential", "api key", "tenant"],
    "keywords/RPA.Planhat.html#reading": ["sort", "limit"],
    "keywords/RPA.Planhat.html#filters": ["filter", "query", "condition", "where"],
    "keywords/RPA.Planhat.html#limits-and-retries": ["timeout", "rate limit", "retry", "429", "throttling"],
    "guides/reliability.html#proxies-and-adapters": ["proxy", "certificate", "firewall", "tls"],
    "keywords/RPA.Planhat.html#Get%20Licenses": ["renewal", "contract"],
    "keywords/RPA.Planhat.html#Delete%20Company": ["delete", "remove"],
    "keywords/RPA.Planhat.html#Find%20Duplicates": ["duplicate", "deduplicate"],
    "keywords/RPA.Planhat.html#Merge%20Endusers": ["merge"],
    "keywords/RPA.Planhat.html#Export%20Planhat%20Tenant": ["mask", "pseudonymize", "backup"],
    "keywords/RPA.Planhat.html#Get%20Planhat%20Event": ["webhook", "automation"],
    "keywords/RPA.Planhat.html#Find%20Enduser": ["e-mail", "email", "mail"],
    "guides/tables.html#a-mapping": ["mapping", "owner", "csm"],
    "guides/tables.html#values-as-people-write-them": ["decimal", "encoding", "separator"],
    "guides/tables.html#a-file-from-german-excel": ["german excel", "umlaut"],
    "guides/tables.html": ["excel", "xls", "csv", "tsv", "json", "spreadsheet", "worksheet", "file"],
    "guides/recipes.html": [
        "recipe",
        "example",
        "churn",
        "renewal",
        "webinar",
        "hand over",
        "database",
        "sql",
        "backup",
    ],
    "guides/values.html#lists-without-overwriting": ["tag"],
    "guides/planhat.html#what-planhats-api-lacks": ["attachment", "upload a file"],
    "guides/reliability.html#journals-continue-after-a-crash": ["journal"],
    "keywords/RPA.Planhat.html#dates-and-times": ["time zone", "timezone", "utc"],
    "keywords/RPA.Planhat.html#Take%20Planhat%20Snapshot": ["snapshot"],
    "keywords/RPA.Planhat.html#tables": ["dry run", "preview", "simulate"],
    "guides/tables.html#the-plan-first": ["dry run", "plan"],
    "guides/tables.html#after-a-crash": ["resume", "crash", "continue", "abort"],
}
"""The subject index: where the search leads for words that people use, in the singular."""

OF_FILES: Final = ["tables in", "import", "export"]
MORE_WORDS: Final = {
    "error": ["reliability", "bad rows"],
    "event": ["track", "activit"],
    "search": ["find"],
    "test": ["sandbox"],
    "upload": ["import", "upsert"],
    "download": ["export"],
}
"""Other words for what this library does, and how titles call it."""

TOO_COMMON: Final = frozenset(
    {"all", "and", "are", "can", "for", "from", "has", "its", "not", "one", "that", "the", "this", "was", "with"}
)


def search_index(specs: dict[str, Any], pages: Iterable[Any]) -> str:
    """Returns the index as a script, since a page that was opened from a file can read nothing else.

    Args:
        specs: What Libdoc has written of each library.
        pages: The pages of the site that are searched, with `title`, `address` and `sections`.
    """
    entries = [[*entry, SUBJECTS.get(entry[2], [])] for entry in (*_of_keywords(specs), *_of_pages(pages))]
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    return f"const SEARCH_INDEX = [\n{lines}\n];\nconst SYNONYMS = {json.dumps(_synonyms())};\n"


def _of_keywords(specs: dict[str, Any]) -> Iterator[list[Any]]:
    """Yields title, page, address, rank and words of each keyword, and of each section of an introduction."""
    for library, spec in specs.items():
        address = f"keywords/{library}.html"
        for each in spec["keywords"]:
            named = [f"{argument['name']} {argument.get('doc', '')}" for argument in each["args"]]
            yield [each["name"], library, f"{address}#{quote(each['name'])}", KEYWORD, words_of(each["doc"], *named)]
        for heading, text in re.findall(r"^#+ (.+)\n((?:(?!#+ ).*\n?)*)", spec["doc"], re.MULTILINE):
            yield [heading, library, f"{address}#{slug(heading)}", KEYWORD, words_of(text)]


def _of_pages(pages: Iterable[Any]) -> Iterator[list[Any]]:
    for page in pages:
        rank = API if page.address.startswith("api/") else GUIDE
        for number, (title, anchor, html) in enumerate(page.sections):
            address = f"{page.address}#{anchor}" if number else page.address
            yield [title, page.title if number else "", address, rank, words_of(html)]


def words_of(*texts: str) -> str:
    """Returns the different words of Markdown or HTML."""
    plain = unescape(re.sub(r"<[^>]+>", " ", " ".join(texts))).lower()
    found = re.findall(r"[a-z0-9äöü]+(?:[-_][a-z0-9]+)*", plain)
    return " ".join(sorted({word for word in found if 2 < len(word) < 30} - TOO_COMMON))


def _synonyms() -> dict[str, list[str]]:
    """Returns the words of titles, by those that people use, in the singular."""
    of_models = {word: [model, str(find_model(model).SINGULAR)] for word, model in OTHER_WORDS.items()}  # type: ignore[union-attr]
    return of_models | MORE_WORDS
