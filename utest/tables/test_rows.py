"""Rows of every kind, encoding and delimiter are the same rows; what is none is told with its place."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from RPA.Planhat import PlanhatValidationError, types
from RPA.Planhat.operations.input import worksheets
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.rows.options import RowOptions

ROWS = [{"name": "Åcme", "city": "Malmö"}, {"name": "Bolt, Inc.", "city": 'Say "hi"\nthere'}]
CSV = 'name,city\r\nÅcme,Malmö\r\n"Bolt, Inc.","Say ""hi""\nthere"\r\n'


class Table:
    """As RPA.Tables has it."""

    def iter_dicts(self, with_index: bool = True) -> Any:
        return ({"index": 0, **row} if with_index else row for row in ROWS)


class Frame:
    """As pandas has it."""

    columns = ("name", "city")

    def itertuples(self, index: bool = True, name: str | None = "Pandas") -> Any:
        assert (index, name) == (False, None)
        return iter([tuple(row.values()) for row in ROWS])


class Polars:
    """As polars has it."""

    def iter_rows(self, *, named: bool = False) -> Any:
        assert named
        return iter(ROWS)


@pytest.mark.parametrize(
    "source",
    [
        ROWS,
        tuple(ROWS),
        (row for row in ROWS),
        Table(),
        Frame(),
        Polars(),
        json.dumps(ROWS),
        types.PlanhatObjectList([types.Company(row) for row in ROWS]),
    ],
    ids=["list", "tuple", "generator", "Table", "pandas", "polars", "JSON", "objects"],
)
def test_rows_come_from_what_holds_them(source: Any) -> None:
    assert list(read_rows(source)) == ROWS


def test_one_dictionary_is_one_row() -> None:
    assert list(read_rows(ROWS[0])) == ROWS[:1]
    assert list(read_rows(json.dumps(ROWS[0]))) == ROWS[:1]


@pytest.mark.parametrize(
    ("encoding", "layout"),
    [
        ("utf-8", RowOptions()),
        ("utf-8-sig", RowOptions()),
        ("utf-16", RowOptions()),
        ("cp1252", RowOptions(encoding="cp1252")),
        ("mac-roman", RowOptions(encoding="mac-roman")),
    ],
)
def test_csv_files_have_an_encoding(tmp_path: Path, encoding: str, layout: RowOptions) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(CSV.encode(encoding))
    assert [{**row, "city": row["city"]} for row in read_rows(file, layout)] == ROWS


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiters_are_told_apart(tmp_path: Path, delimiter: str, end: str) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(end.join([delimiter.join(["a", "b"]), delimiter.join(["1", "2"]), ""]), "utf-8", newline="")
    assert list(read_rows(str(file))) == [{"a": "1", "b": "2"}]


def test_other_delimiters_are_named(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("a~b\n1~2\n", "utf-8")
    assert list(read_rows(file, RowOptions(delimiter="~"))) == [{"a": "1", "b": "2"}]


def test_short_rows_can_have_empty_cells_and_empty_lines_are_none(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("a,b\n1\n\n2,3\n", "utf-8")
    assert list(read_rows(file, RowOptions(short_rows="fill"))) == [{"a": "1", "b": ""}, {"a": "2", "b": "3"}]


def test_shielded_formulas_are_what_they_were(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("a,b,c\n'=1+1,''-x,'text\n", "utf-8")
    assert list(read_rows(file)) == [{"a": "=1+1", "b": "'-x", "c": "'text"}]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty: its first line has to name the columns."),
        (b'name,id\nA,1\n"B,2\nC,3\n', "Look for a quotation mark without its partner."),
        (b"a,a\n1,2\n", "has two columns named 'a': rename one in the first line."),
        ("a\nMalm\u00f6\n".encode("cp1252"), "cannot be read as utf-8"),
    ],
)
def test_bad_csv_files_are_told(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(content)
    with pytest.raises(PlanhatValidationError, match=said) as problem:
        list(read_rows(file))
    assert str(file) in str(problem.value)


def test_json_and_json_lines_are_files_as_well(tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text(json.dumps(ROWS), "utf-8-sig")
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, ROWS)) + "\n\n", "utf-8")
    assert list(read_rows(tmp_path / "rows.json")) == ROWS
    assert list(read_rows(tmp_path / "rows.jsonl")) == ROWS


def test_a_bad_line_of_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"a": 1}\n{"a"\n', "utf-8")
    with pytest.raises(PlanhatValidationError, match="line 2, is not valid JSON"):
        list(read_rows(tmp_path / "rows.jsonl"))


@pytest.mark.parametrize("source", [5, None, b"bytes", ["a"], "[1]", "[", "nowhere.csv", __file__])
def test_what_is_no_table_is_refused(source: Any) -> None:
    with pytest.raises(PlanhatValidationError):
        list(read_rows(source))


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    file = tmp_path / "rows.xlsx"
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("First").write_row(0, 0, ["name"])
        sheet = book.add_worksheet("Second")
        for number, cells in enumerate(
            [["name", "id", "share", "on"], ["Åcme", 10000, 0.5, True], [], ["", 2, "", ""]]
        ):
            sheet.write_row(number, 0, cells)
    return file


def test_a_worksheet_is_a_table(workbook: Path) -> None:
    rows = list(read_rows(workbook, RowOptions(sheet="Second")))
    assert rows[0] == {"name": "Åcme", "id": 10000, "share": 0.5, "on": True}
    assert len(rows) == 2
    assert list(read_rows(workbook)) == []


def test_a_missing_worksheet_and_a_broken_workbook_are_told(workbook: Path, tmp_path: Path) -> None:
    with pytest.raises(PlanhatValidationError, match=r"has no sheet 'Third'. It has: First, Second"):
        list(read_rows(workbook, RowOptions(sheet="Third")))
    (tmp_path / "broken.xlsx").write_bytes(b"no workbook")
    with pytest.raises(PlanhatValidationError, match="is not a workbook"):
        list(read_rows(tmp_path / "broken.xlsx"))


def test_workbooks_that_unpack_to_too_much_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet", b"0" * 1_000_000)
    monkeypatch.setattr(worksheets, "MOST_UNPACKED", 999_999)
    with pytest.raises(PlanhatValidationError, match="too large for a workbook"):
        list(read_rows(tmp_path / "bomb.xlsx"))


def test_real_frames_and_tables_are_taken() -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame({"name": ["Acme", None], "mrr": [1.5, float("nan")], "n": [1, 2]})
    frame["when"] = pandas.to_datetime(["2026-03-01", None])
    first, second = read_rows(frame)
    assert (first["name"], first["mrr"], first["n"], second["mrr"], second["when"]) == ("Acme", 1.5, 1, None, None)
    assert type(first["n"]) is int


def test_real_polars_frames_are_taken() -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed")
    frame = polars.DataFrame({"a": [1, None], "b": ["x", "y"]})
    assert list(read_rows(frame)) == [{"a": 1, "b": "x"}, {"a": None, "b": "y"}]


def test_real_tables_of_rpa_are_taken() -> None:
    tables = pytest.importorskip("RPA.Tables", reason="rpaframework is no dependency, not even of the tests")
    assert list(read_rows(tables.Table(ROWS))) == ROWS


MESS = {
    "lines of separators below the table": "external_id,name\nM-1,A\n,\n\n,\n",
    "a separator behind each line": "external_id,name,\nM-1,A,\n",
    "empty lines above the names": "\n\nexternal_id;name\nM-1;A\n",
    "a line for Excel": "sep=;\nexternal_id;name\nM-1;A\n",
    "a line for Excel with a sign of its own": "sep=^\nexternal_id^name\nM-1^A\n",
}


@pytest.mark.parametrize("text", list(MESS.values()), ids=list(MESS))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_spreadsheets_leave_in_csv_files_does_not_matter(tmp_path: Path, text: str, encoding: str) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(text, encoding)
    assert list(read_rows(file)) == [{"external_id": "M-1", "name": "A"}]


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_column_without_a_name_is_there_when_it_has_something(tmp_path: Path, ending: str) -> None:
    lines = [["external_id", "", "name"], ["M-1", "", "A"], ["M-2", "stray", "B"]]
    file = tmp_path / f"rows{ending}"
    if ending == ".csv":
        file.write_text("".join(",".join(line) + "\n" for line in lines))
    else:
        with xlsxwriter.Workbook(file) as book:
            sheet = book.add_worksheet()
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)
    assert list(read_rows(file)) == [
        {"external_id": "M-1", "name": "A"},
        {"external_id": "M-2", "Column 2": "stray", "name": "B"},
    ]
