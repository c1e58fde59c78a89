"""The pages as a browser shows them: no message in the console, no link into the void, a search that finds.

This needs Chromium and `pip install playwright`, which the development environment does not bring, since it is large;
`invoke site-check` runs it alone.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from docs.build import build_site

if TYPE_CHECKING:
    from collections.abc import Iterator

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
LIBRARIES: Final = ("keywords/RPA.Planhat.html", "keywords/RPA.Planhat.Sandbox.html")
PAGES: Final = (*LIBRARIES, "index.html", "keywords.html", "guides/tables.html", "api/client.html")
FIRST_HITS: Final = {
    "filter": "Filters",
    "renewal": "Get Licenses",
    "owner": "A mapping",
    "german excel": "A file from German Excel",
    "e-mail": "Find Enduser",
    "delete": "Delete Company",
    "tenant": "Connecting",
    "duplicates": "Find Duplicates",
    "proxy": "Proxies and adapters",
    "rate limit": "Limits and retries",
    "resume": "After a crash",
    "decimal": "Values as people write them",
    "encoding": "Values as people write them",
    "webhook": "Get Planhat Event",
    "mask": "Export Planhat Tenant",
    "merge": "Merge Endusers",
    "timeout": "Limits and retries",
    "token": "Connecting",
    "time zone": "Dates and times",
    "attachments": "What Planhat's API lacks",
    "tags": "Lists without overwriting",
    "snapshot": "Take Planhat Snapshot",
    "journal": "Journals: continue after a crash",
    "contacts": "Get Endusers",
    "customers": "Get Companies",
    "accounts": "Get Companies",
    "users": "Get Users",
    "excel": "Tables in, tables out",
    "CSV": "Tables in, tables out",
    "import companies": "Import Companies",
    "log note": "Log Note",
    "retry": "Limits and retries",
    "import": "A first import",
    "sync": "The same again tomorrow",
    "undo": "Undo an import",
    "sandbox": "Test your robot without touching production",
    "custom fields": "Custom fields as a file",
    "health score": "List churn risks in Excel",
    "environment variable": "Connecting",
    "control room": "Robots in Control Room",
    "external id": "Records and references",
    "unknown rows": "What unknown means",
    "pabot": "Running in parallel",
    "403": "Errors",
    "429": "Limits and retries",
    "503": "Errors",
    "owner email": "A mapping",
    "nps": "Get NPS Responses",
}
"""What people search for, and the first that they are shown."""

LINKS_INTO_THE_VOID: Final = """
links => links.map(each => each.getAttribute("href")).filter(href => {
    const name = decodeURIComponent(href.slice(1));
    return name && !document.getElementById(name) && !document.getElementsByName(name).length;
})
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api: Any = pytest.importorskip("playwright.sync_api", reason="The site is looked at with: pip install playwright")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip(f"The site is looked at with one of {', '.join(BROWSERS)}; none is here.")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    if not build_site(folder):
        pytest.skip("The site needs griffe2md, which needs Python 3.11.")
    return folder


@pytest.fixture
def messages() -> list[str]:
    """What the console and failed requests have said."""
    return []


@pytest.fixture
def page(browser: Any, site: Path, messages: list[str]) -> Iterator[Any]:
    opened = browser.new_page(base_url=f"{site.as_uri()}/")
    opened.on("console", lambda message: messages.append(message.text))
    opened.on("pageerror", lambda error: messages.append(str(error)))
    opened.on("requestfailed", lambda request: messages.append(request.url))
    yield opened
    opened.close()


def visit(page: Any, address: str) -> None:
    page.goto(address, wait_until="networkidle")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_says_nothing_in_the_console(page: Any, messages: list[str], address: str) -> None:
    visit(page, address)
    assert messages == []
    assert page.locator("h1:visible").count() == 1


@pytest.mark.parametrize("address", PAGES)
def test_links_within_a_page_lead_somewhere(page: Any, address: str) -> None:
    visit(page, address)
    assert page.eval_on_selector_all("a[href^='#']", LINKS_INTO_THE_VOID) == []


@pytest.mark.parametrize("keyword", ["Create Company", "Log Note", "Upsert Users"])
def test_a_link_to_a_keyword_leads_to_it(page: Any, keyword: str) -> None:
    visit(page, f"keywords/RPA.Planhat.html#{keyword}")
    assert 0 <= page.locator(f"[id='{keyword}']").bounding_box()["y"] < 100


@pytest.mark.parametrize("address", LIBRARIES)
def test_links_of_a_keyword_page_to_files_lead_to_files(page: Any, site: Path, address: str) -> None:
    visit(page, address)
    links = page.eval_on_selector_all("a[href]", "links => links.map(each => each.getAttribute('href'))")
    files = [link.partition("#")[0] for link in links if not link.startswith(("#", "http", "mailto:"))]
    assert [file for file in files if not (site / "keywords" / file).is_file()] == []


@pytest.mark.parametrize(("wanted", "first"), FIRST_HITS.items())
def test_the_search_finds_what_people_call_things(page: Any, messages: list[str], wanted: str, first: str) -> None:
    visit(page, "index.html")
    page.fill("#search", wanted)
    assert page.locator("#found a").first.inner_text().startswith(first)
    page.press("#search", "Enter")
    page.wait_for_url(lambda url: "index.html" not in url)
    assert messages == []


def test_a_search_without_hits_says_so(page: Any) -> None:
    visit(page, "guides/tables.html")
    page.fill("#search", "qwertz")
    assert page.locator("#found").inner_text().startswith("Nothing found.")
    page.fill("#search", "")
    assert page.locator("#found").is_hidden()
