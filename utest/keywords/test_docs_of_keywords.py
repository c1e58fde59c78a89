"""The keyword documentation: complete, in order, and without links that lead nowhere."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from robot.libdocpkg import LibraryDocumentation
from robot.version import VERSION

from RPA.Planhat import Planhat, client
from RPA.Planhat.keywords import docs
from RPA.Planhat.keywords.introduction import INTRODUCTION
from RPA.Planhat.types import MODELS, Company

SPECS: Final[dict[str, Any]] = {
    name: LibraryDocumentation(name).to_dictionary() for name in ("RPA.Planhat", "RPA.Planhat.Sandbox")
}
KEYWORDS: Final = {library: spec["keywords"] for library, spec in SPECS.items()}
WITH_MARKDOWN: Final = tuple(map(int, re.findall(r"\d+", VERSION)[:2])) >= (7, 5)
NOTHING_TO_RAISE: Final = {"Close Planhat Connections"}
ACTIONS: Final = {"read", "write", "delete", "bulk", "table", "changes", "raw", "connection"}
TOPICS: Final = {*(str(model.SINGULAR) for model in MODELS.values()), "any model", "activity", "metric", "connection"}

needs_markdown = pytest.mark.skipif(not WITH_MARKDOWN, reason="Libdoc reads Args, Returns and links since 7.5.")
of_each_library = pytest.mark.parametrize("library", SPECS)


@needs_markdown
@of_each_library
def test_every_argument_is_documented(library: str) -> None:
    arguments = [(spec["name"], each["name"], each["doc"]) for spec in KEYWORDS[library] for each in spec["args"]]
    assert len(arguments) > 10
    assert [(keyword, name) for keyword, name, doc in arguments if name and not doc] == []


@needs_markdown
@of_each_library
def test_what_is_returned_is_documented(library: str) -> None:
    returning = [
        each["name"] for each in KEYWORDS[library] if (each["returnType"] or {}).get("name") not in (None, "None")
    ]
    assert returning == [each["name"] for each in KEYWORDS[library] if each["returnDoc"]]


@needs_markdown
def test_errors_are_documented() -> None:
    assert {each["name"] for each in KEYWORDS["RPA.Planhat"] if not each["raises"]} == NOTHING_TO_RAISE


@of_each_library
def test_the_first_line_is_a_sentence_of_one_line(library: str) -> None:
    lines = [each["shortdoc"] for each in KEYWORDS[library]]
    assert [line for line in lines if not re.fullmatch(r"[A-Z][^\n]{10,130}\.", line)] == []


def test_tags_say_what_it_is_about_and_what_is_done() -> None:
    untold = [
        each["name"]
        for each in KEYWORDS["RPA.Planhat"]
        if not (TOPICS & set(each["tags"]) and ACTIONS & set(each["tags"]))
    ]
    assert untold == []
    assert [each["name"] for each in KEYWORDS["RPA.Planhat.Sandbox"] if not each["tags"]] == []


def test_the_filter_by_tag_finds_all_that_writes_many_records_of_a_model() -> None:
    found = [each["name"] for each in KEYWORDS["RPA.Planhat"] if {"enduser", "bulk"} <= set(each["tags"])]
    assert found == ["Import Endusers", "Sync Endusers", "Upsert Endusers"]


@needs_markdown
@of_each_library
def test_no_link_and_no_mark_of_markdown_is_left_in_the_html(library: str) -> None:
    spec: Any = LibraryDocumentation(library)
    spec.convert_docs_to_html()
    keywords = spec.to_dictionary()["keywords"]
    arguments = [argument["doc"] for each in keywords for argument in each["args"]]
    text = "\n".join([spec.doc, *(each["doc"] for each in keywords), *arguments])
    prose = re.sub(r"<(pre|code|a)\b[^>]*>.*?</\1>", "", text, flags=re.DOTALL)
    assert re.findall(r"\[[A-Za-z][^\]\n]*\]|\*\*|```|^#+ |^\|.*\|$|%TOC%", prose, flags=re.MULTILINE) == []


@needs_markdown
def test_kinds_of_arguments_are_data_types_with_their_docs() -> None:
    types = {each["name"]: each for each in SPECS["RPA.Planhat"]["typedocs"] if each["type"] == "Custom"}
    assert set(types) == {"AnyRows", "Credential", "Reference"}
    assert "extid-" in types["Reference"]["doc"]
    assert "Get Company" in types["Reference"]["usages"]
    assert "Upsert Endusers" in types["AnyRows"]["usages"]


def test_the_introduction_goes_from_the_first_try_to_the_last_detail() -> None:
    wanted = [
        "Trying it out", "Connecting", "Records and references", "Fields", "Return values", "Reading",
        "Bulk upserts", "Tables", "Dates and times", "Errors", "Logging and secrets", "Limits and retries",
        "Running in parallel", "From Python", "Names that others use", "Keywords by topic", "Models",
    ]  # fmt: skip
    found = re.findall(r"^## (.+)$", INTRODUCTION, re.MULTILINE)
    assert [each for each in found if each in wanted] == wanted


@pytest.mark.parametrize(
    "section", ["Trying it out", "Connecting", "Records and references", "Fields", "Reading", "Errors"]
)
def test_robot_and_python_stand_side_by_side(section: str) -> None:
    text = re.split(r"^## ", INTRODUCTION.split(f"## {section}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]
    assert re.findall(r"^```(\w+)$", text, re.MULTILINE)[:2] == ["robotframework", "python"]


def test_before_robot_framework_7_5_libdoc_gets_html_with_links() -> None:
    text = docs.document("Get {many}", Company, "Get Companies")
    html = docs.as_html(f"{text}\n\nSee [Get Company] and [Reading].", ["Get Company", "Reading"])
    assert "<li><code>limit</code>: The maximum number of records." in html
    assert "See `Get Company` and `Reading`." in html
    assert "<pre><code" in html
    assert not re.search(r"^(Args|Returns|Raises):|```", html, re.MULTILINE)


def test_docs_are_html_wherever_libdoc_reads_no_markdown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "WITH_MARKDOWN", False)
    text = Planhat("tok-0815").get_keyword_documentation("__intro__")
    assert "<h2>Connecting</h2>" in text
    assert "<li>`Errors`</li>" in text
    assert "%TOC%" not in text
