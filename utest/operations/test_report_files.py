"""Reports as CSV files, and these files as inputs again."""

from __future__ import annotations

import csv
from datetime import date, datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from RPA.Planhat.operations.input.report_files import ADDED, as_it_was
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.operations.rows.outcomes import Outcome, RowResult
from RPA.Planhat.operations.rows.plan import Plan
from RPA.Planhat.operations.rows.report import BulkReport
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.types import Company

if TYPE_CHECKING:
    from pathlib import Path

ROWS: list[dict[str, Any]] = [
    {"name": "Acme", "external_id": "A-1", "phase": None},
    {"name": "=HYPERLINK(1)", "external_id": "A-2"},
    {"name": "+1", "external_id": "@x", "phase": "", "custom.Size": 5},
    {"name": "'quoted'", "external_id": "-7", "custom.Size": "5", "custom.Text": "plain"},
    {"name": "null", "external_id": "A-5", "custom.Size": None, "custom.Yes": True},
    {"name": "[list]", "external_id": "A-6", "custom": {"Region": "EMEA", "Score": 1.5}, "tags": ["a", "b"]},
    {"name": 'Zoë, "the"\nsecond', "external_id": "A-7", "custom.Text": "\t=1"},
    {"name": "{}", "external_id": "A-8", "custom.Text": "true"},
]


def report_of(rows: list[dict[str, Any]], outcome: Outcome = Outcome.FAILED, reason: str = "no") -> BulkReport:
    report = BulkReport()
    report.results = [RowResult(n, outcome, row, reason=reason) for n, row in enumerate(rows, 1)]
    return report


def read(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_three_files_hold_each_row_once(tmp_path: Path) -> None:
    report = BulkReport()
    report.results = [RowResult(n, outcome, {"name": outcome.value}) for n, outcome in enumerate(Outcome, 1)]
    paths = report.save_files(tmp_path / "companies.csv")
    assert {name: path.name for name, path in paths.items()} == {
        "ok": "companies.ok.csv",
        "failed": "companies.failed.csv",
        "unknown": "companies.unknown.csv",
    }
    found = {name: [row["name"] for row in read(path)] for name, path in paths.items()}
    assert found == {"ok": ["created", "updated", "unchanged"], "failed": ["failed"], "unknown": ["unknown"]}


def test_a_row_says_what_became_of_it(tmp_path: Path) -> None:
    report = BulkReport()
    report.results = [RowResult(7, Outcome.FAILED, {"name": "A"}, "", "id-1", "=bad\nreally", retryable=True)]
    (row,) = read(report.save_files(tmp_path / "a")["failed"])
    assert row == {
        "name": "A",
        "planhat_row": "7",
        "planhat_outcome": "failed",
        "planhat_id": "id-1",
        "planhat_reason": "'=bad really",
        "planhat_retryable": "yes",
    }


def test_no_cell_begins_like_a_formula(tmp_path: Path) -> None:
    paths = report_of([*ROWS, {"=name": "x"}], reason="=cmd").save_files(tmp_path / "a")
    with paths["failed"].open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for line in csv.reader(file) for cell in line]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_failed_rows_come_back_as_they_were(tmp_path: Path) -> None:
    path = report_of(ROWS).save_files(tmp_path / "a")["failed"]
    assert [as_it_was(row) for row in read(path)] == ROWS


def test_what_was_added_is_not_added_twice(tmp_path: Path) -> None:
    first = read(report_of(ROWS).save_files(tmp_path / "a")["failed"])
    again = read(
        report_of([dict(as_it_was(row)) | {"planhat_row": "1"} for row in first]).save_files(tmp_path / "b")["failed"]
    )
    assert [dict(as_it_was(row)) for row in again] == ROWS
    assert list(again[0])[-len(ADDED) :] == list(ADDED)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"external_id": st.text(min_size=1)},
            optional={
                "name": st.none() | st.text(),
                "custom.Any": st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text()),
            },
        ),
        min_size=1,
    )
)
def test_any_text_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]) -> None:
    rows = [{name: _without_nul(value) for name, value in row.items()} for row in rows]
    path = report_of(rows).save_files(tmp_path_factory.getbasetemp() / "any")["failed"]
    assert [as_it_was(row) for row in read(path)] == rows


def _without_nul(value: Any) -> Any:
    """Neither files of text nor CSV of Python 3.10 hold NUL; line ends of files are those of the platform."""
    return value.replace("\0", "0").encode("utf-8", "replace").decode() if isinstance(value, str) else value


def test_the_same_is_sent_when_a_file_of_failed_rows_is_given_again(tmp_path: Path) -> None:
    rows = [row for row in ROWS if "tags" not in row]
    path = report_of(rows).save_files(tmp_path / "a")["failed"]
    session = PlanhatSession("offline-0123456789", base_url="http://127.0.0.1:1")
    options = RowOptions(given=True, check_custom_fields=False)
    first, again = (Plan.of(session, Company, each, options) for each in (rows, read(path)))
    numbers = range(1, len(rows) + 1)
    assert again.payloads(numbers) == first.payloads(numbers)


def test_dates_and_cells_that_are_no_text_pass() -> None:
    row = {"name": 5, "phase": None, "planhat_row": 1}
    assert as_it_was(row) == {"name": 5}


@pytest.mark.parametrize("value", [date(2026, 3, 1), datetime(2026, 3, 1, 12, tzinfo=timezone.utc)])
def test_dates_are_written_as_iso(tmp_path: Path, value: date) -> None:
    (row,) = read(report_of([{"customer_from": value}]).save_files(tmp_path / "a")["failed"])
    assert row["customer_from"] == value.isoformat()


def test_a_row_without_our_columns_is_left_alone() -> None:
    row = {"name": "'x", "phase": ""}
    assert as_it_was(row) is row
