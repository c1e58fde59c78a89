"""The benchmarks serve rows like Planhat's, and write their figures into the guide themselves."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import requests

from benchmarks import mutants, ours, passes  # noqa: F401 - the works of this library
from benchmarks.bench import HEAD, ROBOT, TASKS, Output
from benchmarks.growth import WORKS, Point, drawing, plot
from benchmarks.measure import ROOT, OtherLoad, compare, stub
from benchmarks.pages import merged, title_of, write_between
from benchmarks.registry import WORK
from benchmarks.shapes import COMPANY, ENDUSER, FLAT, VARIANTS, row, template


def containers(value: Any) -> int:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + sum(map(containers, inner))


@pytest.mark.parametrize(("shape", "fields", "nested"), [(COMPANY, 27, 11), (ENDUSER, 29, 9), (FLAT, 22, 2)])
def test_rows_have_a_kilobyte_and_the_fields_lists_and_objects_that_the_guide_names(
    shape: dict[str, Any], fields: int, nested: int
) -> None:
    assert (len(shape), containers(shape) - 1) == (fields, nested)
    assert 900 < len(template(shape)) < 1100
    assert row(shape, 12345678)["externalId"] == "E12345678"


def test_the_stub_pages_selects_and_ends() -> None:
    with stub("--rows", "endusers=2500") as url:

        def page(**params: Any) -> Any:
            return json.loads(requests.get(f"{url}/endusers", params=params, timeout=30).content)

        rows = [*page(limit=2000, offset=0), *page(limit=2000, offset=2000)]
        assert [each["_id"] for each in rows] == [f"65a0000000000000{number:08d}" for number in range(2500)]
        assert page(limit=1, select="email") == [{"_id": rows[0]["_id"], "email": rows[0]["email"]}]
        assert page(limit=2000, offset=2500) == page(archived="true") == []


def test_the_library_and_the_loop_by_hand_find_the_same() -> None:
    with stub("--rows", "endusers=50000") as url:
        found = compare("missing", ("hand", "fast", "plain"), url, rounds=1)
    assert [each.count for each in found.values()] == [1000] * 3


def test_a_line_whose_title_begins_as_another_one_does_is_written_once(tmp_path: Path) -> None:
    page = tmp_path / "guide.md"
    page.write_text("<!-- tables -->\n\n| find | 1 |\n\n<!-- end of tables -->\n", "utf-8")
    lines = merged(page, "tables", ["head"], ["| find, only names | 2 |"], ["find", "find, only names"])
    assert lines == ["head", "| find | 1 |", "| find, only names | 2 |"]


def test_figures_are_written_between_their_marks_only(tmp_path: Path) -> None:
    page = tmp_path / "guide.md"
    page.write_text("Before.\n\n<!-- reading -->\nold\n<!-- end of reading -->\n\nAfter.\n", "utf-8")
    for lines in (["| a |"], ["| a |", "| b |"]):
        write_between(page, "reading", lines)
    assert page.read_text("utf-8") == (
        "Before.\n\n<!-- reading -->\n\n| a |\n| b |\n\n<!-- end of reading -->\n\nAfter.\n"
    )
    with pytest.raises(ValueError, match="has no <!-- writing -->"):
        write_between(page, "writing", [])


def test_lines_of_a_partial_run_replace_those_of_the_same_title_and_leave_the_others(tmp_path: Path) -> None:
    page = tmp_path / "guide.md"
    page.write_text(
        "<!-- reading -->\n\n| a (x 1) | old |\n| b | old |\n| gone | old |\n\n<!-- end of reading -->\n", "utf-8"
    )
    Output(page).add("reading", HEAD, ["| c | new |", "| a (x 2) | new |"], ("a", "b", "c", "d"))
    lines = [*HEAD, "| a (x 2) | new |", "| b | old |", "| c | new |"]
    assert page.read_text("utf-8") == "\n".join(["<!-- reading -->", "", *lines, "", "<!-- end of reading -->\n"])


def test_every_line_of_the_guide_is_one_that_is_measured() -> None:
    page = (ROOT / "docs" / "guides" / "performance.md").read_text("utf-8")
    known = {
        section: [each.title for each in TASKS if each.section == section]
        for section in {each.section for each in TASKS}
    }
    for section, titles in {**known, "robot": list(ROBOT), "growth": list(WORKS)}.items():
        lines = page.partition(f"<!-- {section} -->")[2].partition("<!--")[0].strip().splitlines()[2:]
        assert lines
        assert [line for line in lines if not title_of(line).startswith(tuple(titles))] == []


def test_goals_are_measured_on_rows_of_all_shapes() -> None:
    titles = {each.title for each in TASKS}
    for shape in VARIANTS:
        for work in ("list 100k", "walk 500k", "1,000 reads", "bulk upsert", "import 100k", "sync plan"):
            assert any(title.startswith(work) and title.endswith(f"{shape} rows") for title in titles)


def test_the_load_of_other_processes_is_seen_and_that_of_our_own_is_not() -> None:
    if not Path("/proc/stat").exists():
        pytest.skip("only Linux says what the machine does")
    with OtherLoad() as others:
        sum(range(10_000_000))
    assert others.share is not None
    assert 0 <= others.share <= 1


@pytest.mark.parametrize(("shape", "store"), [("recorded", "memory"), ("full", "file"), ("flat", "file")])
def test_work_on_rows_of_each_shape_is_done_as_it_says(shape: str, store: str) -> None:
    with stub("--rows", "companies=500", "--shape", shape) as url:
        assert WORK["upsert", "fast"](url, "500", shape)() == WORK["import", "fast"](url, "500", shape)() == 500
        assert WORK["plan", "fast"](url, "500", store, shape)() == 5
        if shape == "recorded":
            assert WORK["sync", "fast"](url, "500", store)() == 5


def test_the_curves_are_those_of_the_table(tmp_path: Path) -> None:
    page, image = tmp_path / "guide.md", tmp_path / "growth.svg"
    line = "| 0.01 / 40 | 0.09 / 91 | 0.87 / 471 | 11.68 / 4228 | 13.3 x time for 10 x rows |"
    page.write_text(f"| list {line}\n| import {line}\n| other {line}\n", "utf-8")
    plot(page, image)
    assert len(ET.fromstring(image.read_text("utf-8")).findall("{*}polyline")) == 4


def test_the_curves_are_an_image_with_a_line_for_each_work_in_both_diagrams() -> None:
    points = [Point(1000, 0.05, 40), Point(1_000_000, 50, 60)]
    image = ET.fromstring(drawing({"list": points, "export": points}))
    assert len(image.findall("{*}polyline")) == 4
    words = {each.text for each in image.iter()}
    assert {"list", "export", "1,000,000", "seconds of the processor", "peak MB"} <= words


def test_a_profile_names_the_functions_that_take_most() -> None:
    command = [sys.executable, "-m", "benchmarks.profiled", "upsert", "fast", "20000"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert told[0].startswith("| function | calls |")
    assert any("columns.py: by_columns" in line for line in told)
    of_one_name = {line.split("|")[1] for line in told if "<listcomp>" in line}
    assert len(of_one_name) > 1, told
    own = [int(line.split("|")[3].removesuffix(" % ")) for line in told[2:]]
    assert own == sorted(own, reverse=True)


def test_passes_over_rows_are_told_beside_the_loop_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "COUNT", 2000)
    told = [line.split(" | ") for line in passes.measured("full")]
    (first, _, by_loop), *_others, (last, _, _) = told
    assert (first, by_loop, last) == ("| the loop by hand", "1.00 |", "| together")


@pytest.mark.parametrize("group", mutants.GROUPS)
def test_modules_and_tests_of_the_mutants_are_there(group: str) -> None:
    patterns = [*mutants.GROUPS[group].modules, *mutants.GROUPS[group].tests]
    assert [pattern for pattern in patterns if not list(ROOT.glob(pattern))] == []
