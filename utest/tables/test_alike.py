"""Rows are converted together where they are alike; each ends as it would have by itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from RPA.Planhat import types
from RPA.Planhat.operations.input.headings import MORE_CELLS
from RPA.Planhat.operations.input.report_files import ADDED
from RPA.Planhat.operations.rows.convert import BadRow, RowConverter
from RPA.Planhat.operations.rows.importing import import_table
from RPA.Planhat.operations.rows.options import RowOptions
from utest.tables.conftest import Counting, define
from utest.tables.test_round_trips import offline

MAPPINGS = (
    None,
    ["Name -> name", "Mail | lower -> description", "{Name} of {Town} -> custom.Text", "Score -> csmScore"],
    ["'fixed' -> phase", "External ID -> external_id", "Day -> custom.Day", "tags -> tags", "On -> custom.On"],
    {"Name": "name", "Renewal": "csm_score"},
)
COLUMNS = (
    "Name", "name", "externalId", "External ID", "Mail", "Town", "Score", "tags", "Renewal",
    "Day", "On", "csmScore", "custom.Areas", "custom.Text", "source_id", "owner",
    "custom.Day", "custom.Number", "custom.Nothing", "custom", "domains", "unknown", "__v", "updatedAt",
    MORE_CELLS, ADDED[0],
)  # fmt: skip
cells = st.sampled_from(
    [
        "", " ", "Acme", " Acme ", "ACME\u00a0AB", "3", "9", "x", "1,5", "2026-03-01", "31.12.2026", "yes", "no", "a,b",
        '["a", "b"]', "null", "-", "\ud800", "å", None, 4, 4.0, 4.5, True, False, float("nan"), 10**20, ["a"],
        ["a", "b"], ["a", None], ["\0"], [1, "a"], [], float("inf"), "Upp\0sala",
        {"Text": "x", "Number": 2785.5, "On": True},
        {"Areas": ["x", "y"], "Day": 20000}, {"Number": "5", "Nothing": 1}, {"Text": None}, {},
        {"Text": {"a": ["\ud800"]}},
        {"Text": "x"}, {"Number": "y"},
    ]
)  # fmt: skip
tables = st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=5, unique=True).flatmap(
    lambda names: st.lists(st.fixed_dictionaries(dict.fromkeys(names, cells)), min_size=1, max_size=12)
)
mixed = st.one_of(tables, st.tuples(tables, tables).map(lambda both: [*both[0], 7, *both[1]]))


def outcome(found: Any) -> Any:
    """Returns what can be compared: 1, 1.0 and true are equal to Python, and NaN to nothing."""
    return str(found) if isinstance(found, BadRow) else repr(sorted(found.items()))


@settings(max_examples=1500, deadline=None)
@given(
    rows=mixed,
    mapping=st.sampled_from(MAPPINGS),
    switches=st.fixed_dictionaries(
        {
            "bad_cells": st.sampled_from(["refuse", "skip"]),
            "clear_empty": st.booleans(),
            "check_custom_fields": st.booleans(),
            "given": st.booleans(),
        }
    ),
    formats=st.sampled_from([{}, {"tidy": False}, {"dates": ("DD.MM.YYYY",), "decimal": ",", "empty": ("-", "x")}]),
)
def test_rows_end_together_as_they_would_alone(
    rows: list[Any], mapping: Any, switches: dict[str, Any], formats: dict[str, Any]
) -> None:
    def made() -> RowConverter:
        return offline(mapping=mapping, **formats, **switches)

    together, alone = made(), made()
    ours = [outcome(each) for each in together.convert(rows)]
    theirs = [outcome(alone.alone(row)) for row in rows]
    assert ours == theirs
    assert together.left_out == alone.left_out
    assert set(together.keys) == set(alone.keys)
    assert sorted(together.unused) == sorted(alone.unused)


@pytest.mark.parametrize("score", [3, "3"], ids=["as it is", "converted"])
def test_fields_keep_the_order_that_they_have_in_their_row(score: Any) -> None:
    row = {"externalId": "A", "name": "Acme", "csmScore": score, "custom": {"Text": "x", "Number": score, "On": True}}
    other = {**dict(reversed(row.items())), "custom": dict(reversed(row["custom"].items()))}
    rows = [row, other, {**row, "custom": other["custom"]}, {**other, "custom": row["custom"]}] * 3
    made: list[Any] = offline(given=True).convert(rows)
    assert made == [offline(given=True).payload(row) for row in rows]
    assert [list(each) for each in made] == [list(row) for row in rows]
    assert [list(each["custom"]) for each in made] == [list(row["custom"]) for row in rows]


@pytest.mark.parametrize("bad", ["", "eleven"])
def test_one_bad_row_among_thousands_is_named_alone(planhat: Counting, bad: str) -> None:
    define(planhat, "company", Seats="number")
    rows = [{"externalId": f"A-{each}", "name": f"Acme {each}", "custom.Seats": str(each % 7)} for each in range(2500)]
    rows[1234] |= {"custom.Seats": bad, "name": "" if not bad else "Acme", "externalId": bad and "A-x"}
    report = import_table(planhat, types.Company, rows, RowOptions(bad_rows="skip"))
    assert (report.counts["created"], report.counts["refused"]) == (2499, 1)
    assert [row.number for row in report.refused] == [1235]


def test_rows_that_meet_across_blocks_are_told_apart(planhat: Counting) -> None:
    rows = [{"externalId": f"A-{each % 1500}", "name": f"Acme {each % 1500}"} for each in range(3000)]
    rows[2000] = {"externalId": "A-500", "name": "Other"}
    report = import_table(planhat, types.Company, rows, RowOptions(bad_rows="skip"))
    assert report.counts == {**report.counts, "created": 1500, "repeated": 1499, "refused": 1}
    assert "contradicts row 501" in report.refused[0].reason
