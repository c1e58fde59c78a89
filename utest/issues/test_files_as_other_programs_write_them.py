"""CSV files with what programs put around cells, between rows, or into a file of another kind: none of it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatError, PlanhatValidationError
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.types.encoding import BadCell

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox


def written(folder: Path, content: str | bytes) -> Path:
    file = folder / "table.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def read(folder: Path, content: str | bytes, **options: Any) -> list[Any]:
    return [dict(row) for row in read_rows(written(folder, content), RowOptions(**options))]


ACME = [{"external_id": "A-1", "name": "Acme"}]


@pytest.mark.parametrize("first", ["sep = ;", "sep=tab", r"SEP=\t", "sep=\t", '"sep=\t"', "sep = tab"])
def test_a_line_that_tells_the_delimiter_is_no_heading(tmp_path: Path, first: str) -> None:
    sign = ";" if ";" in first else "\t"
    assert read(tmp_path, f"{first}\r\nexternal_id{sign}name\r\nA-1{sign}Acme\r\n") == ACME


@pytest.mark.parametrize(
    "row",
    ['"A-1",\t"Acme"', 'A-1,\u00a0"Acme"', ' "A-1","Acme"', 'A-1,\t"Acme" ', '="A-1",Acme'],
    ids=["tab", "no-break", "first", "around", "equals"],
)
def test_quotation_marks_behind_spaces_are_no_part_of_a_cell(tmp_path: Path, row: str) -> None:
    assert read(tmp_path, f"external_id,name\n{row}\n") == ACME


def test_nor_are_they_far_down_in_a_file(tmp_path: Path) -> None:
    rows = "".join(f"B-{number},Bolt\n" for number in range(5000))
    assert read(tmp_path, f'external_id,name\n{rows}A-1, "Acme"\n')[-1:] == ACME


@pytest.mark.parametrize(
    "cell", ['=T("01067")', '=HYPERLINK("http://a.example","x")', "=1+1", "=A2", "=00012", "=$B$3"]
)
def test_a_formula_is_a_bad_cell(tmp_path: Path, cell: str) -> None:
    marked = '"' + cell.replace('"', '""') + '"'
    (row,) = read(tmp_path, f"external_id,zip\nA-1,{marked}\n")
    assert isinstance(row["zip"], BadCell)
    assert row["zip"].problem.startswith("zip has the formula")
    assert row["external_id"] == "A-1"


@pytest.mark.parametrize(
    "cell", ["=-=Acme=-=", "= equal", "=)", "== Notes ==", "=SUM(1,2) L'Étoile", "'s-Hertogenbosch", "'90s Music"]
)
def test_a_name_with_such_signs_stays(tmp_path: Path, cell: str) -> None:
    assert read(tmp_path, f'external_id,name\nA-1,"{cell}"\n') == [{"external_id": "A-1", "name": cell}]


def test_an_apostrophe_that_keeps_zeros_is_taken_off(tmp_path: Path) -> None:
    assert read(tmp_path, "external_id,zip\n'00012,'01067\n") == [{"external_id": "00012", "zip": "01067"}]


@pytest.mark.parametrize(
    "line",
    [
        "External_ID,NAME",
        " external_id , name ",
        "name,external_id",
        '"name","external_id"',
        "---,--",
        "==,==",
        "sep=,",
    ],
)
@pytest.mark.parametrize("keyword", ["Import Companies", "Upsert Companies", "Sync Companies"])
def test_lines_that_are_no_rows_are_not_stored(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, keyword: str, line: str
) -> None:
    file = written(tmp_path, f"external_id,name\nA-1,Acme\n{line}\nA-2,Bolt\n")
    with pytest.raises(PlanhatError, match="row 2: it "):
        planhat.keywords[keyword](str(file))
    assert sandbox.rows("companies") == []
    planhat.keywords[keyword](str(file), bad_rows="skip", fail_on_errors=False)
    assert [row["externalId"] for row in sandbox.rows("companies")] == ["A-1", "A-2"]


def test_headings_that_end_in_a_delimiter_are_known_again(tmp_path: Path) -> None:
    rows = read(tmp_path, "external_id,name,\nA-1,Acme,\nexternal_id,name,\n")
    assert rows[0] == ACME[0]
    assert [cell.problem for cell in rows[1].values()] == ["it repeats the names of the columns."] * 2


@pytest.mark.parametrize("encoding", ["rot13", "hex", 1252, "utf\0", "undefined", "ANSI"])
@pytest.mark.parametrize("ending", [".csv", ".json", ".jsonl"])
def test_an_encoding_that_is_none_is_refused_in_words(tmp_path: Path, encoding: Any, ending: str) -> None:
    file = tmp_path / f"table{ending}"
    file.write_text("[]")
    with pytest.raises(PlanhatValidationError, match="is not a known encoding"):
        list(read_rows(file, RowOptions(encoding=encoding)))


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp1251", "mac_roman"])
def test_utf_8_is_not_read_as_something_else(tmp_path: Path, encoding: str) -> None:
    for start in ("", "A-0,Bolt\n" * 200_000):
        with pytest.raises(PlanhatValidationError, match="looks like UTF-8"):
            read(tmp_path, f"external_id,name\n{start}A-1,München\n", encoding=encoding)


@pytest.mark.parametrize(("encoding", "name"), [("cp1252", "Société"), ("cp1251", "Сёмин"), ("gb18030", "联通")])
def test_what_is_in_its_encoding_is_read(tmp_path: Path, encoding: str, name: str) -> None:
    rows = read(tmp_path, f"external_id,name\nA-1,{name}\n".encode(encoding), encoding=encoding)
    assert rows == [{"external_id": "A-1", "name": name}]


@pytest.mark.parametrize(
    "start", [b"SQLite format 3\0", b"PAR1", b"{\\rtf1", b"7z\xbc\xaf'\x1c", b"BZh91AY", b"\x89PNG\r\n"]
)
def test_a_file_of_another_kind_is_named(tmp_path: Path, start: bytes) -> None:
    with pytest.raises(PlanhatValidationError, match=r"is an? (SQLite|Parquet|RTF|7-Zip|bzip2|picture)"):
        read(tmp_path, start + b"external_id,name\nA-1,Acme\n")


def test_a_delimiter_that_is_no_string_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanhatValidationError, match="delimiter is one character"):
        read(tmp_path, "external_id,name\nA-1,Acme\n", delimiter=5)
