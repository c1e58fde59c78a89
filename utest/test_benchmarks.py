"""The benchmarks serve rows like Planhat's, and write their figures into the guide themselves."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
import requests

from benchmarks.growth import Point, drawing
from benchmarks.measure import ROOT, compare, stub
from benchmarks.pages import write_between
from benchmarks.shapes import COMPANY, ENDUSER, FLAT, row, template

if TYPE_CHECKING:
    from pathlib import Path


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


def test_the_curves_are_an_image_with_a_line_for_each_work_in_both_diagrams() -> None:
    points = [Point(1000, 0.05, 40), Point(1_000_000, 50, 60)]
    image = ET.fromstring(drawing({"list": points, "export": points}))
    assert len(image.findall("{*}polyline")) == 4
    words = {each.text for each in image.iter()}
    assert {"list", "export", "1,000,000", "seconds of the processor", "peak MB"} <= words


def test_a_profile_names_the_functions_that_take_most() -> None:
    command = [sys.executable, "-m", "benchmarks.profiled", "upsert", "fast", "2000"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert told[0].startswith("| function | calls |")
    assert any("socket" in line for line in told)
    own = [int(line.split("|")[3].removesuffix(" % ")) for line in told[2:]]
    assert own == sorted(own, reverse=True)


def test_every_pattern_of_the_mutants_finds_a_module() -> None:
    section = (ROOT / "pyproject.toml").read_text("utf-8").partition("only_mutate")[2].partition("]")[0]
    patterns = re.findall(r'"(.+)"', section)
    assert len(patterns) > 5
    assert [pattern for pattern in patterns if not list(ROOT.glob(pattern))] == []
