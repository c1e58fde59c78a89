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
    "index.html#quick-start": ["install", "pip"],
    "keywords/RPA.Planhat.html#connecting": [
        *("token", "login", "log in", "password", "credential", "api key", "tenant", "environment variable"),
        *("cluster", "region", "base_url", "base url"),
    ],
    "keywords/RPA.Planhat.html#records-and-references": [
        "external id",
        "source id",
        "extid",
        "srcid",
        "id",
        "reference",
    ],
    "keywords/RPA.Planhat.html#fields": ["field", "clear field", "null", "none"],
    "keywords/RPA.Planhat.html#reading": ["sort", "limit", "read", "pagination", "page", "page size"],
    "keywords/RPA.Planhat.html#filters": ["filter", "query", "condition", "where"],
    "keywords/RPA.Planhat.html#bulk-upserts": ["upsert", "bulk", "batch"],
    "keywords/RPA.Planhat.html#limits-and-retries": [
        "timeout",
        "rate limit",
        "retry",
        "429",
        "throttling",
        "read only",
    ],
    "keywords/RPA.Planhat.html#errors": [
        *("error", "exception", "error handling", "400", "401", "403", "404", "409", "500", "502", "503", "504")
    ],
    "keywords/RPA.Planhat.html#logging-and-secrets": [
        *("secret", "logging", "trace", "debug", "sensitive data", "personal data", "gdpr")
    ],
    "keywords/RPA.Planhat.html#running-in-parallel": ["parallel", "pabot", "thread", "process"],
    "keywords/RPA.Planhat.html#dates-and-times": ["time zone", "timezone", "utc", "date", "datetime"],
    "keywords/RPA.Planhat.html#tables": ["dry run", "preview", "simulate"],
    "keywords/RPA.Planhat.html#Get%20Licenses": ["renewal", "contract", "mrr", "arr", "revenue", "subscription"],
    "keywords/RPA.Planhat.html#Get%20NPS%20Responses": ["nps", "survey"],
    "keywords/RPA.Planhat.html#Delete%20Company": ["delete", "remove"],
    "keywords/RPA.Planhat.html#Archive%20Enduser": ["archive", "archived"],
    "keywords/RPA.Planhat.html#Find%20Duplicates": ["duplicate", "deduplicate"],
    "keywords/RPA.Planhat.html#Find%20Company": ["search", "find", "lookup", "look up"],
    "keywords/RPA.Planhat.html#Merge%20Endusers": ["merge"],
    "keywords/RPA.Planhat.html#Export%20Planhat%20Tenant": ["mask", "pseudonymize", "anonymize", "backup"],
    "keywords/RPA.Planhat.html#Get%20Planhat%20Event": ["webhook", "automation"],
    "keywords/RPA.Planhat.html#Find%20Enduser": ["e-mail", "email", "mail"],
    "keywords/RPA.Planhat.html#Save%20Upsert%20Report": ["report", "html", "mail report"],
    "keywords/RPA.Planhat.html#Take%20Planhat%20Snapshot": ["snapshot"],
    "guides/tables.html": ["excel", "xls", "xlsx", "csv", "tsv", "json", "spreadsheet", "worksheet", "file"],
    "guides/tables.html#a-first-import": ["import", "pandas", "polars", "frame", "dataframe"],
    "guides/tables.html#a-file-from-german-excel": ["german excel", "umlaut", "cp1252", "semicolon"],
    "guides/tables.html#what-is-a-row-and-what-is-a-cell": ["empty cell", "empty row"],
    "guides/tables.html#a-mapping": ["mapping", "owner", "csm", "owner e-mail", "owner email"],
    "guides/tables.html#values-as-people-write-them": ["decimal", "encoding", "separator", "date format", "utf-8"],
    "guides/tables.html#bad-rows": ["bad row", "bad cell"],
    "guides/tables.html#the-plan-first": ["dry run", "plan"],
    "guides/tables.html#the-same-again-tomorrow": ["sync"],
    "guides/tables.html#undo-an-import": ["undo", "restore", "roll back", "rollback"],
    "guides/tables.html#out-again": ["export"],
    "guides/tables.html#after-a-crash": ["resume", "crash", "continue", "abort", "cancel", "stop", "ctrl-c"],
    "guides/recipes.html": ["recipe", "example", "renewal", "webinar", "hand over", "backup"],
    "guides/recipes.html#load-a-database-query": ["database", "sql"],
    "guides/recipes.html#list-churn-risks-in-excel": ["churn", "churn risk", "health", "health score"],
    "guides/recipes.html#sync-the-crm-every-week": ["crm", "salesforce", "hubspot"],
    "guides/values.html#lists-without-overwriting": ["tag"],
    "guides/custom_fields.html": ["custom field"],
    "guides/control_room.html": ["control room", "robocorp", "sema4"],
    "guides/control_room.html#more-than-one-worker": ["work item", "worker"],
    "guides/sandbox.html": ["sandbox", "mock", "stub", "staging", "ci", "demo", "test data"],
    "guides/sandbox.html#from-the-shell": ["docker", "container", "shell"],
    "compatibility.html": ["version", "compatibility"],
    "guides/planhat.html#what-planhats-api-lacks": ["attachment", "upload a file"],
    "guides/performance.html": ["performance", "speed", "slow", "memory"],
    "guides/upgrade.html": ["upgrade", "migrate", "migration"],
    "guides/reliability.html#the-promises": ["idempotent", "exactly once", "lost response"],
    "guides/reliability.html#what-unknown-means": ["unknown", "unknown row", "unknown outcome"],
    "guides/reliability.html#journals-continue-after-a-crash": ["journal"],
    "guides/reliability.html#proxies-and-adapters": ["proxy", "certificate", "firewall", "tls", "ssl", "https"],
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
