"""Exports are complete files in each form, safe for spreadsheets, and go on where they were interrupted."""

from __future__ import annotations

import json
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from RPA.Planhat import PlanhatValidationError, types
from RPA.Planhat.operations import writers, writing
from RPA.Planhat.operations.exporting import export, export_rows
from RPA.Planhat.operations.flattening import as_table, columns_of, flatten, row_of
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.paging import place_behind
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.operations.rows import upsert as bulk
from utest.tables.conftest import Counting, define

COLUMNS = "externalId,name,tags,custom.Seats"


@pytest.fixture
def companies(planhat: Counting) -> list[dict[str, Any]]:
    define(planhat, "company", Seats="number")
    rows = [
        {"externalId": f"C-{n:03}", "name": f"=cmd|{n}", "tags": ["a", "b"], "custom": {"Seats": n}} for n in range(25)
    ]
    bulk.upsert(planhat, types.Company, rows)
    return rows


@pytest.mark.parametrize("ending", list(writers.WRITERS))
def test_each_form_can_be_read_again(
    planhat: Counting, companies: list[dict[str, Any]], tmp_path: Path, ending: str
) -> None:
    done = export(planhat, types.Company, tmp_path / f"out{ending}", Query(), columns=COLUMNS)
    rows = list(read_rows(done.path))
    assert [row["externalId"] for row in rows] == [row["externalId"] for row in companies]
    assert [row["name"] for row in rows] == [row["name"] for row in companies]
    assert float(rows[3]["custom.Seats"]) == 3
    assert rows[3]["tags"] in ("a,b", ["a", "b"])
    assert [each.name for each in tmp_path.iterdir()] == [done.path.name]


def test_formulas_are_shielded_in_csv_and_texts_in_excel(
    planhat: Counting, companies: list[dict[str, Any]], tmp_path: Path
) -> None:
    export(planhat, types.Company, tmp_path / "out.csv", Query(limit=1), columns="name")
    assert (tmp_path / "out.csv").read_bytes() == b"name\r\n'=cmd|0\r\n"
    export(planhat, types.Company, tmp_path / "out.csv", Query(limit=1), columns="name", encoding="utf-8-sig")
    assert (tmp_path / "out.csv").read_bytes() == b"\xef\xbb\xbfname\r\n'=cmd|0\r\n"
    export(planhat, types.Company, tmp_path / "out.xlsx", Query(limit=1), columns="name")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_columns_can_have_headings_and_filters_apply(
    planhat: Counting, companies: list[dict[str, Any]], tmp_path: Path
) -> None:
    query = Query(filters={"custom.Seats": 4})
    export(planhat, types.Company, tmp_path / "out.jsonl", query, columns={"Company": "name", "Seats": "custom.Seats"})
    assert (tmp_path / "out.jsonl").read_text("utf-8") == '{"Company":"=cmd|4","Seats":4}\n'


def test_default_columns_hold_all_that_can_be_written_and_custom_fields(planhat: Counting, acme: types.Company) -> None:
    define(planhat, "company", Seats="number")
    (row,) = export_rows(planhat, types.Company, Query())
    assert row["externalId"] == "A-1"
    assert {"_id", "name", "phase", "custom.Seats"} <= set(row)
    assert "usage" not in row


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".json"])
def test_an_export_goes_on_where_it_was_interrupted(
    planhat: Counting,
    companies: list[dict[str, Any]],
    tmp_path: Path,
    ending: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(types.Company, "PAGE", types.Page(10, 10))
    whole = export(planhat, types.Company, tmp_path / f"whole{ending}", Query(), columns=COLUMNS).path

    def die(_step: str, done: int, _total: int) -> None:
        if done >= 15:
            raise KeyboardInterrupt

    path = tmp_path / f"part{ending}"
    with pytest.raises(KeyboardInterrupt):
        export(planhat, types.Company, path, Query(), columns=COLUMNS, progress=die)
    assert not path.exists()
    part = path.with_name(path.name + ".part")
    part.write_bytes(part.read_bytes() + b"torn li")
    writing.delete(planhat, types.Company, "extid-C-000")  # rows that were read already may go meanwhile
    done = export(planhat, types.Company, path, Query(), columns=COLUMNS)
    assert done.resumed >= 15
    assert done.rows == 25
    assert path.read_bytes() == whole.read_bytes()


def test_the_part_of_another_export_is_not_gone_on_with(
    planhat: Counting, companies: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_step: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(planhat, types.Company, tmp_path / "out.csv", Query(), columns="name", progress=die)
    done = export(planhat, types.Company, tmp_path / "out.csv", Query(), columns="name,externalId")
    assert (done.rows, done.resumed) == (25, 0)


@pytest.mark.parametrize("ids", [[], ["b"], ["b", "d", "f", "h", "j"]])
@pytest.mark.parametrize("last", "abcdefghijk")
def test_the_place_behind_an_id_is_found(ids: list[str], last: str) -> None:
    def fetch(offset: int, size: int) -> Any:
        return [{"_id": each} for each in ids[offset : offset + size]]

    assert place_behind(fetch, last) == sum(each <= last for each in ids)


@pytest.mark.parametrize(("path", "columns"), [("out.pdf", "name"), ("out.csv", "nme")])
def test_what_can_not_be_exported_is_told(planhat: Counting, tmp_path: Path, path: str, columns: str) -> None:
    with pytest.raises(PlanhatValidationError):
        export(planhat, types.Company, tmp_path / path, Query(), columns=columns)
    assert list(tmp_path.iterdir()) == []


def test_worksheets_have_an_end(
    planhat: Counting, companies: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "EXCEL_ROWS", 10)
    with pytest.raises(PlanhatValidationError, match=r"A worksheet has 10 rows at most: export as .csv."):
        export(planhat, types.Company, tmp_path / "out.xlsx", Query(), columns="name")
    assert not (tmp_path / "out.xlsx").exists()


def test_objects_become_flat() -> None:
    record = {
        "name": "A",
        "tags": ["a", "b"],
        "custom": {"X": 1, "Y": ["c,d"]},
        "more": {"deep": 1},
        "__v": 0,
        "no": [],
    }
    assert flatten(record) == {
        "name": "A", "tags": "a,b", "custom.X": 1, "custom.Y": '["c,d"]', "more": '{"deep": 1}', "no": None,
    }  # fmt: skip
    assert row_of(record, columns_of(None, "name,custom.X,custom.Z")) == {"name": "A", "custom.X": 1, "custom.Z": None}
    json.dumps(flatten(record))


def test_tables_need_rpaframework() -> None:
    if find_spec("RPA.Tables") is None:
        with pytest.raises(PlanhatValidationError, match="pip install rpaframework"):
            as_table([{"a": 1}])
    else:
        assert as_table([{"a": 1}, {"b": 2}]).columns == ["a", "b"]


def test_texts_that_a_workbook_can_not_hold_are_cut_with_a_warning(
    planhat: Counting, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    writing.create(planhat, types.Company, {"name": "Acme", "description": "x" * 32_768})
    export(planhat, types.Company, tmp_path / "out.xlsx", Query(), columns="description")
    assert "1 string is cut to the 32767 characters that a cell holds: export as .csv." in caplog.text
    assert len(next(read_rows(tmp_path / "out.xlsx"))["description"]) == 32_767
