"""The tools that make the generated pages, and what these pages must not hold."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

import pytest

from benchmarks import house
from docs import build, sections, texts

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
PAGES: Final = sorted(path for part in build.COMMITTED for path in (DOCS / part).rglob("*.*"))


def libdoc_page(doc: str, script: str = "") -> str:
    return f"<html><script>{script}</script>\nlibdoc = {json.dumps({'doc': doc})}\n</html>"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a: int", ["a: int"]),
        ("a: int, b: str = ','", ["a: int", "b: str = ','"]),
        ("a: dict[str, int], *, b: Any = None", ["a: dict[str, int]", "*", "b: Any = None"]),
        ("a: Callable[[int, str], None] = f(1, 2)", ["a: Callable[[int, str], None] = f(1, 2)"]),
    ],
)
def test_arguments_are_split_at_their_commas(text: str, parts: list[str]) -> None:
    assert texts.split_arguments(text) == parts


def test_long_signatures_have_one_line_for_each_argument() -> None:
    assert texts.wrap_signature("f(a: int, b: str) -> None", width=10) == "f(\n    a: int,\n    b: str,\n) -> None"


@pytest.mark.parametrize(
    "line", ["f(a: int) -> None", "Some words, which (as it happens) are long enough to be wrapped " * 3]
)
def test_short_signatures_and_other_lines_stay(line: str) -> None:
    assert texts.wrap_signature(line) == line


def test_pages_are_tidied() -> None:
    assert texts.tidy("\n# One  \n\n\n\ntwo\n\n") == "# One\n\ntwo\n"


def test_generated_parts_of_pages_keep_what_stands_around_them() -> None:
    page = "# Head\n<!-- part -->\nold\n<!-- /part -->\nfoot\n"
    assert sections.with_section(page, "part", "new") == "# Head\n<!-- part -->\n\nnew\n\n<!-- /part -->\nfoot\n"
    with pytest.raises(ValueError, match="<!-- part -->"):
        sections.with_section("# Head\n", "part", "new")


def test_generated_parts_of_pages_are_up_to_date() -> None:
    assert sections.stale_sections() == []


def test_bars_in_tables_do_not_make_columns() -> None:
    assert texts.table(["a"], [["x | y"]]) == "| a |\n| --- |\n| x \\| y |"


@pytest.mark.parametrize(
    ("fresh", "same"),
    [
        (libdoc_page("<p>One <b>word</b></p>"), True),
        (libdoc_page("<p>One</p>\n<p><i>word</i></p>", script="other()"), True),
        (libdoc_page("<p>Two words</p>"), False),
    ],
)
def test_html_pages_are_compared_by_what_they_say(fresh: str, same: bool, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(fresh, "utf-8")
    (tmp_path / "b.html").write_text(libdoc_page("<p>One word</p>"), "utf-8")
    assert build.same_page(tmp_path / "a.html", tmp_path / "b.html") is same


def test_stale_missing_and_superfluous_pages_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def make(folder: Path) -> list[str]:
        for name in ("same.md", "stale.md", "missing.md"):
            (folder / name).write_text("new", "utf-8")
        return ["same.md", "stale.md", "missing.md"]

    monkeypatch.setattr(build, "COMMITTED", {"api": (make, (".md",))})
    monkeypatch.setattr(build, "stale_sections", list)
    (tmp_path / "api").mkdir()
    for name, text in {"same.md": "new", "stale.md": "old", "superfluous.md": "old"}.items():
        (tmp_path / "api" / name).write_text(text, "utf-8")
    assert build.check(tmp_path) == 1
    assert capsys.readouterr().out.splitlines() == [
        "docs/api/stale.md: stale",
        "docs/api/missing.md: missing",
        "docs/api/superfluous.md: nothing makes this page any more",
        "Run `invoke docs` and commit what it changes.",
    ]
    build.build(tmp_path)
    assert build.check(tmp_path) == 0
    assert not (tmp_path / "api" / "superfluous.md").exists()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_tell_nothing_about_the_machine_that_made_them(page: Path) -> None:
    text = page.read_text("utf-8")
    assert str(DOCS.parent) not in text
    assert not re.search(r"Robot Framework [\w.]+ \(Python", text)


def test_little_of_what_is_committed_is_generated() -> None:
    if not (DOCS.parent / ".git").exists():
        pytest.skip("What is committed is known in a checkout only.")
    share = "generated lines of what is committed, %"
    assert house.committed()[share] <= house.LIMITS[share]
