"""What is a row and what is a cell, in files of every kind; what is not understood is named with its column."""

from __future__ import annotations

import base64
import json
import struct
import unicodedata
import zipfile
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from RPA.Planhat import PlanhatValidationError
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.types.encoding import BadCell

TWO = "external_id,name\r\nA-1,Acme\r\nA-2,Bolt\r\n"
ACME = {"external_id": "A-1", "name": "Acme"}
BOLT = {"external_id": "A-2", "name": "Bolt"}
MARK = "\ufeff"


def rows_of(path: Path, **options: Any) -> list[dict[str, Any]]:
    """Returns the rows; a bad cell as a tuple with its problem."""
    return [
        {name: (cell.problem,) if isinstance(cell, BadCell) else cell for name, cell in row.items()}
        for row in read_rows(path, RowOptions(**options))
    ]


def csv_file(folder: Path, content: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def workbook(folder: Path, *sheets: tuple[str, list[list[Any]]], name: str = "table.xlsx", hidden: str = "") -> Path:
    """Makes a workbook; a cell `("error", "#N/A")` shows that, `("formula", "=A1", result)` is calculated.

    The first sheet is hidden with `hide` or `very_hidden`.
    """
    path = folder / name
    with xlsxwriter.Workbook(path) as book:
        made = [book.add_worksheet(title) for title, _ in sheets]
        for sheet, (_, lines) in zip(made, sheets, strict=True):
            for y, line in enumerate(lines):
                for x, cell in enumerate(line):
                    if isinstance(cell, tuple):
                        sheet.write_formula(y, x, "=B99" if cell[0] == "error" else cell[1], None, cell[-1])
                    elif cell is not None:
                        sheet.write(y, x, cell)
        if hidden:
            made[1].activate()
            getattr(made[0], hidden)()
    return path


def with_part(path: Path, part: str, change: Any) -> Path:
    """Changes a part of a workbook, as other programs write it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, change(data) if name == part else data)
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "encoded",
    [
        TWO.encode(),
        (MARK + TWO).encode(),
        TWO.encode("utf-16"),
        (MARK + TWO).encode("utf-16-be"),
        (MARK + TWO).encode("utf-32-le"),
        (MARK + TWO).encode("utf-32-be"),
    ],
    ids=["UTF-8", "UTF-8 with a mark", "UTF-16", "UTF-16 BE", "UTF-32 LE", "UTF-32 BE"],
)
def test_a_mark_tells_the_encoding(tmp_path: Path, encoded: bytes) -> None:
    assert rows_of(csv_file(tmp_path, encoded)) == [ACME, BOLT]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("ending", [".csv", ".json", ".jsonl", ".tsv", ".txt"])
def test_a_wide_encoding_without_a_mark_is_named(tmp_path: Path, encoding: str, ending: str) -> None:
    text = json.dumps(ACME) if "json" in ending else TWO.replace(",", "\t" if ending == ".tsv" else ",")
    path = csv_file(tmp_path, text.encode(encoding), f"table{ending}")
    with pytest.raises(PlanhatValidationError, match=f"looks like UTF-.*encoding={encoding}"):
        rows_of(path)
    with pytest.raises(PlanhatValidationError, match="looks like UTF-"):
        rows_of(path, encoding="cp1252")
    assert rows_of(path, encoding=encoding)[0] == ACME
    assert rows_of(path, encoding=encoding[:6])[0] == ACME, "the order of bytes can be seen"


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"PK\x03\x04", "is an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel workbook"),
        (b"%PDF-1.7", "is a PDF document"),
        (b"\x1f\x8b\x08", "is a gzip archive"),
        (b"<html><body>", "is HTML or XML"),
        (b"\r\n  <!DOCTYPE html>", "is HTML or XML"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>', "is HTML or XML"),
    ],
)
@pytest.mark.parametrize("name", ["table.csv", "table.json", "table.jsonl", "table.xls", "table.xlsx"])
def test_a_file_of_another_kind_is_named(tmp_path: Path, start: bytes, said: str, name: str) -> None:
    if name.endswith((".xls", ".xlsx")) and "Excel" in said:
        said = "cannot be read as a workbook"
    with pytest.raises(PlanhatValidationError, match=said):
        rows_of(csv_file(tmp_path, start + b" and more", name))


def test_an_encoding_that_nobody_knows_and_one_that_does_not_fit_are_refused(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "name\nMünchen\n".encode("cp1252"))
    with pytest.raises(PlanhatValidationError, match="'klingon' is not a known encoding"):
        rows_of(path, encoding="klingon")
    with pytest.raises(PlanhatValidationError, match=r"cannot be read as utf-8.*encoding=cp1252"):
        rows_of(path)
    assert rows_of(path, encoding="cp1252") == [{"name": "München"}]


def test_a_nul_makes_a_bad_cell(tmp_path: Path) -> None:
    (row,) = rows_of(csv_file(tmp_path, "external_id,name\nA-1,Ac\0me\n"))
    assert row == {"external_id": "A-1", "name": ("name contains NUL, a character that no text has: 'Ac\\x00me'.",)}


QUOTED = {
    "blanks before quotation marks": '"external_id", "name"\n"A-1", "Acme"\n',
    "blanks before quotation marks, semicolons": '"external_id"; "name"\n"A-1"; "Acme"\n',
    "blanks in the rows only": 'external_id,name\n"A-1", "Acme"\n',
    "a guard": 'external_id,name\n="A-1",="Acme"\n',
    "a guard in quotation marks": '"external_id","name"\n"=""A-1""","=""Acme"""\n',
    "a guarded heading": '="external_id",name\nA-1,Acme\n',
    "an apostrophe": "external_id,name\nA-1,Acme\n",
    "sep with a tab": "sep=\t\nexternal_id\tname\nA-1\tAcme\n",
    "sep in quotation marks": '"sep=;"\nexternal_id;name\nA-1;Acme\n',
    "sep in capitals": "SEP=;\nexternal_id;name\nA-1;Acme\n",
    "sep behind a mark": f"{MARK}sep=;\nexternal_id;name\nA-1;Acme\n",
    "sep saved again": "sep=;,\nexternal_id;name\nA-1;Acme\n",
    "sep below an empty line": "\nsep=;\r\nexternal_id;name\r\nA-1;Acme\r\n",
    "the types of PowerShell": '#TYPE System.Data.DataRow\r\n"external_id","name"\r\n"A-1","Acme"\r\n',
    "old Mac line ends": "external_id,name\rA-1,Acme\r",
    "separators behind each line": "external_id;name;;\nA-1;Acme;;\n",
    "a missing cell below no heading": "external_id,name,\nA-1,Acme\n",
    "empty cells beyond the headings": "external_id,name\nA-1,Acme,,\n",
    "blank lines": "external_id,name\n\n , \nA-1,Acme\n,\n\n",
    "marks inside": f"{MARK}external_id,name\n{MARK}A-1,Acme\n",
    "a mark before a quotation mark": f'{MARK}"external_id","name"\n{MARK}"A-1","Acme"\n',
    "headings with blanks and signs without width": f" external_id ,name\u200b\n{'A-1'},Acme\n",
}


@pytest.mark.parametrize("text", list(QUOTED.values()), ids=list(QUOTED))
def test_what_stands_around_a_cell_is_no_part_of_it(tmp_path: Path, text: str) -> None:
    assert rows_of(csv_file(tmp_path, text)) == [ACME]


def test_a_line_that_tells_the_delimiter_agrees_with_the_option(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "sep=;\nexternal_id;name\nA-1;Acme\n")
    assert rows_of(path, delimiter=";") == [ACME]
    path = csv_file(tmp_path, "sep=;\nexternal_id|name\nA-1|Acme\n")
    assert rows_of(path, delimiter="|") == [ACME], "the option wins"


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n"])
def test_a_delimiter_is_one_character(tmp_path: Path, delimiter: str) -> None:
    path = csv_file(tmp_path, TWO)
    if delimiter:
        with pytest.raises(PlanhatValidationError, match="delimiter is one character"):
            rows_of(path, delimiter=delimiter)
    else:
        assert rows_of(path, delimiter=delimiter) == [ACME, BOLT]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('"Company\nName";Id\nAcme;A-1\n', ["Company\nName", "Id"]),
        ("Id;Name, legal\nA-1;Acme\n", ["Id", "Name, legal"]),
        ("Id\tName, legal\nA-1\tAcme\n", ["Id", "Name, legal"]),
        ("Id;Name, legal\nA-1;Acme, Inc\n", ["Id", "Name, legal"]),
        ("Id,Name|Title\nA-1,Acme\n", ["Id", "Name|Title"]),
        ("Id;Rate\nA-1;1,5\nA-2;2,5\n", ["Id", "Rate"]),
        ("Name\nAcme\n", ["Name"]),
        ("Id;Name, legal\n", ["Id;Name", "legal"]),
    ],
)
def test_the_rows_tell_which_sign_divides(tmp_path: Path, text: str, names: list[str]) -> None:
    path = csv_file(tmp_path, text)
    found = [list(row) for row in rows_of(path)]
    assert all(row == names for row in found)


SHORT = "it has 2 cells, and the first line names 3 columns."
REPEATED = "it repeats the names of the columns."
QUOTATION = "is a quotation mark missing?"
TITLE = "if 'Accounts' is a title, delete the lines above the names of the columns."
RAGGED = {
    "a line break inside": ("external_id,name,city\nA-1,Acme\nCorp,Berlin\n", SHORT),
    "a carriage return inside": ("external_id,name,city\r\nA-1,Acme\rCorp,Berlin\r\n", SHORT),
    "a footer": ("Name,Id,City\n\nAccounts Report\nConfidential\n", SHORT.replace("2 cells", "1 cell")),
    "more cells": ("a,b\n1,2,3\n4,5,,6\n", f"it has {{}} cells, and the first line names 2 columns: {QUOTATION}"),
    "a title above": (
        "Accounts\na,b\n1,2\n",
        f"it has 2 cells, and the first line names 1 column: {TITLE}",
    ),
    "headings again": ("a,b\n1,2\na,b\nA,B\n", REPEATED),
    "headings again, behind a mark": (f"{MARK}a,b\n1,2\n{MARK}a,b\n", REPEATED),
}


@pytest.mark.parametrize(("text", "problem"), list(RAGGED.values()), ids=list(RAGGED))
def test_a_line_that_does_not_fit_the_headings_is_bad_as_a_whole(tmp_path: Path, text: str, problem: str) -> None:
    rows = list(read_rows(csv_file(tmp_path, text)))
    bad = [row for row in rows if any(isinstance(cell, BadCell) for cell in row.values())]
    assert bad
    for row in bad:
        cells = [cell for cell in row.values() if not isinstance(cell, list)]
        assert {str(getattr(cell, "problem", "")) for cell in cells} in [{problem.format(count)} for count in range(9)]


def test_missing_cells_can_be_empty_ones(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "external_id,name,city\nA-1,Acme\nA-2\n")
    assert rows_of(path, short_rows="fill") == [{**ACME, "city": ""}, {"external_id": "A-2", "name": "", "city": ""}]


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
def test_an_error_of_a_spreadsheet_is_a_bad_cell(tmp_path: Path, error: str) -> None:
    expected = [{"external_id": "A-1", "city": (f"city shows {error}, an error of the spreadsheet.",)}]
    book = workbook(tmp_path, ("Data", [["external_id", "city"], ["A-1", ("error", error)]]))
    assert rows_of(book) == expected
    assert rows_of(csv_file(tmp_path, f"external_id,city\nA-1,{error}\n")) == expected, "as Excel saves it"


def test_errors_at_the_edges_of_a_sheet_are_seen(tmp_path: Path) -> None:
    error = ("error", "#REF!")
    lines: list[Any] = [
        [],
        [None, "a", "b", "c"],
        [None, error, 1, error],
        [],
        [None, None, error, None],
        [None, error, error, error],
    ]
    rows = list(read_rows(workbook(tmp_path, ("Data", lines))))
    shown = [[str(cell) for cell in row.values()] for row in rows]
    assert shown == [["#REF!", "1", "#REF!"], ["None", "#REF!", "None"], ["#REF!"] * 3]


@pytest.mark.parametrize("result", [b"</f>", b"</f><v></v>", b"</f><v/>", b"</f><v />"])
def test_a_formula_that_nobody_has_calculated_is_a_bad_cell(tmp_path: Path, result: bytes) -> None:
    path = workbook(tmp_path, ("Data", [["external_id", "city"], ["A-1", ("formula", '="Ber"&"lin"', 0)]]))
    with_part(path, SHEET, lambda data: data.replace(b"</f><v>0</v>", result))
    (row,) = rows_of(path)
    assert row["city"] == (
        "city has a formula that no program has calculated: open the workbook in Excel and save it.",
    )


def test_a_formula_counts_as_its_result_and_an_empty_text_as_empty(tmp_path: Path) -> None:
    lines: list[Any] = [["a", "b", "c"], [("formula", "=1+1", 2), ("formula", '=""', ""), ("formula", '="x"', "x")]]
    assert rows_of(workbook(tmp_path, ("Data", lines))) == [{"a": 2, "b": None, "c": "x"}]


@pytest.mark.parametrize("hidden", ["hide", "very_hidden"])
def test_the_first_sheet_that_a_user_sees_is_read(tmp_path: Path, hidden: str) -> None:
    old, data = ("Old", [["external_id", "name"], ["X-1", "Old"]]), ("Data", [["external_id", "name"], ["A-1", "Acme"]])
    path = workbook(tmp_path, old, data, hidden=hidden)
    assert rows_of(path) == [ACME]
    assert rows_of(path, sheet="Old") == [{"external_id": "X-1", "name": "Old"}]


def test_a_chart_is_no_worksheet(tmp_path: Path) -> None:
    path = tmp_path / "chart.xlsx"
    with xlsxwriter.Workbook(path) as book:
        line, page, data = book.add_chart({"type": "line"}), book.add_chartsheet("Chart"), book.add_worksheet("Data")
        data.write_column(0, 0, ["name", "Acme"])
        line.add_series({"values": "=Data!$A$2:$A$2"})
        page.set_chart(line)
    assert rows_of(path) == [{"name": "Acme"}]
    with pytest.raises(PlanhatValidationError, match=r"has no sheet 'Chart'\. It has: Data"):
        rows_of(path, sheet="Chart")


@pytest.mark.parametrize("above", [0, 1, 5])
@pytest.mark.parametrize("left", [0, 1, 3])
def test_a_table_may_begin_anywhere_in_its_sheet(tmp_path: Path, above: int, left: int) -> None:
    lines: list[Any] = [[], ["external_id", "name"], ["A-1", "Acme"], [], ["A-2", "Bolt"]]
    path = workbook(tmp_path, ("Data", [*[[]] * above, *([None] * left + line for line in lines)]))
    assert rows_of(path) == [ACME, BOLT]


def test_headings_that_are_repeated_in_a_sheet_are_no_record(tmp_path: Path) -> None:
    lines = [["external_id", "name"], ["A-1", "Acme"], ["external_id", "name"]]
    rows = rows_of(workbook(tmp_path, ("Data", lines)))
    assert rows[1] == dict.fromkeys(ACME, ("it repeats the names of the columns.",))


def test_a_workbook_may_have_the_name_of_another_kind(tmp_path: Path) -> None:
    path = workbook(tmp_path, ("Data", [["external_id", "name"], ["A-1", "Acme"]]))
    for name in ("new.xls", "new.xlsm", "new.ods"):
        path = path.rename(tmp_path / name)
        assert rows_of(path) == [ACME]


def test_names_of_columns_are_in_one_unicode_form(tmp_path: Path) -> None:
    path = csv_file(tmp_path, unicodedata.normalize("NFD", "Société\nAcme\n"))
    assert [list(row) for row in rows_of(path)] == [["Société"]]


JSON = {
    "a list": ("t.json", json.dumps([ACME, BOLT]).encode()),
    "UTF-16": ("t.json", json.dumps([ACME, BOLT]).encode("utf-16")),
    "lines in .json": ("t.json", f"{json.dumps(ACME)}\n{json.dumps(BOLT)}\n".encode()),
    "lines in .json with a mark": ("t.json", f"{MARK}{json.dumps(ACME)}\n\n{json.dumps(BOLT)}".encode()),
    "lines in UTF-16": ("t.jsonl", f"{json.dumps(ACME)}\r\n{json.dumps(BOLT)}\r\n".encode("utf-16")),
    "joined lines": ("t.ndjson", f"{MARK}{json.dumps(ACME)}\n{MARK}{json.dumps(BOLT)}\n".encode()),
    "lists in lines": ("t.jsonl", f"[{json.dumps(ACME)}]\n[{json.dumps(BOLT)}]\n".encode()),
}


@pytest.mark.parametrize(("name", "content"), list(JSON.values()), ids=list(JSON))
def test_json_in_every_form(tmp_path: Path, name: str, content: bytes) -> None:
    assert rows_of(csv_file(tmp_path, content, name)) == [ACME, BOLT]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"totalSize": 1, "done": true, "records": [{"name": "Acme"}]}', "the 1 object under 'records'"),
        ('{"data": [{"name": "A"}, {"name": "B"}], "next": null}', "the 2 objects under 'data'"),
        ('{"name": "Acme", "name": "Bolt"}', "two values named 'name'"),
        ('[{"name": "Acme"}', "is not valid JSON"),
        ('[{"name": "Acme"}, 5]', "has no object as row 2, but int"),
        ("[" * 100_000, "nested too deep"),
        ("", "is not valid JSON"),
    ],
)
def test_json_that_holds_no_rows_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PlanhatValidationError, match=said):
        rows_of(csv_file(tmp_path, text, "t.json"))


def test_nan_in_json_is_a_missing_value(tmp_path: Path) -> None:
    assert rows_of(csv_file(tmp_path, '[{"name": "Acme", "city": NaN}]', "t.json")) == [{"name": "Acme", "city": None}]


@pytest.mark.parametrize("row", [("Acme", 1), ["Acme"], "Acme", 5])
def test_rows_without_names_of_columns_are_refused_with_the_cure(row: Any) -> None:
    with pytest.raises(PlanhatValidationError, match="Row 1 is not a dictionary") as problem:
        list(read_rows([row]))
    assert ("return_dict=True" in str(problem.value)) is isinstance(row, (list, tuple))


def test_blank_rows_of_a_worksheet_are_none() -> None:
    rows = [ACME, dict.fromkeys(ACME), BOLT]
    assert list(read_rows(rows)) == [ACME, BOLT]


class NAType:
    """As pandas has it: it has no truth."""

    def __bool__(self) -> bool:
        raise TypeError("boolean value of NA is ambiguous")


class Index:
    def __init__(self, *names: str | None) -> None:
        self.names = names


class Frame:
    """As pandas has it: the columns of an index are none of the frame."""

    def __init__(self, columns: list[Any], rows: list[list[Any]], *index: str | None) -> None:
        self.columns, self.rows, self.index = columns, rows, Index(*(index or (None,)))

    def reset_index(self, level: list[int]) -> Frame:
        return Frame(self.columns, [["A-1", *row] for row in self.rows])

    def itertuples(self, *, index: bool, name: None) -> Any:
        return map(tuple, self.rows)


def test_a_frame_means_what_the_same_table_in_a_file_means() -> None:
    assert list(read_rows(Frame(["name"], [["Acme"]], "external_id"))) == [ACME]
    assert list(read_rows(Frame(["name"], [["Acme"]]))) == [{"name": "Acme"}]
    for columns in (["city", "city"], [1, "1"]):
        with pytest.raises(PlanhatValidationError, match="The frame has two columns named"):
            list(read_rows(Frame(columns, [["Berlin", "Old town"]])))
    with pytest.raises(PlanhatValidationError, match="two columns named 'name'"):
        list(read_rows(Frame(["name"], [["Acme"]], "name")))


@pytest.mark.parametrize("missing", [float("nan"), NAType(), Decimal("NaN"), None])
def test_a_missing_value_is_an_empty_cell(missing: Any) -> None:
    rows = [{"external_id": "A-1", "name": "Acme", "city": missing}]
    for source in (rows, rows[0], Frame(list(rows[0]), [list(rows[0].values())])):
        assert list(read_rows(source)) == [{**ACME, "city": None}]


def test_numbers_of_databases_are_what_they_are() -> None:
    row = {"a": Decimal("12.50"), "b": Decimal(12345678901234567890), "c": Decimal(3), "d": 1.5}
    assert list(read_rows([row])) == [{"a": 12.5, "b": 12345678901234567890, "c": 3, "d": 1.5}]


OLD_WORKBOOK = (
    "eNrtmE9IFFEcx79vdmZn1r+rqaGRiJSV2cHsjxfdFMpTUh0qIrBV5yBua2x7yC5Ztscg6FR0EbwEYXXpD3WoW4fAqEMQRFrHTkFFB3X6vd97"
    "W6NN4IJJxnyX+b33fr/5zLx9f2fm5XTFzMS9ulksUSciWPBiiPp8go5YvhAHxT1PZvOpQ4cXak0p5lBHRi08Ln1hyz6U/T0LA3fNZ2SBD3Sc"
    "xBn0jqTdhlVUN9chKWQdOoRJY8/ATTrKUMv1qmQ7wHYd2zt87hO2+9hzhW0HnTsjTmA60dvcrsfxcaORY2VkBR4w85Y9rajGczmOL1wV6lwL"
    "XZmhZOrfDNSbJZgE9VyPm3YzydQMqqgLJ/HVawC+5Ofq04bQv7p+AfJ/X+y3A/zXDBMYg3dKyIGYQykaTRmxaMJl3bM51OCoJR226EEG3/Ae"
    "Ll3idsMc+mncgwCgGHDPZd1MOpnqGxokfmAoO0pJOnnajQBdO1qp0DWgCzvZtrHdxXY32z1s97JtJ6B7JJUtkis+rxDxRStEKc+bErKDKOd8"
    "Bc+eOO0Bc7c+vzrYfyjRx54x3hWUNss/Cw8XJUFw2ZI9p5mJ7Wwv8VU3cL6ObRU1CqVNh6p15sA4n3OZo010nzbW68QWX34r5XOfDj+sz31M"
    "bKP8VM/s+aqpN4kJNNJeNki8/I2jRbSIG9elHiXyqdCrzDu2tb+tOJ1GJe7LDK03v7RybSb+2GZqF46swTZzjLiuu6cfKsoxz20Gag8pVZKt"
    "I36WDN1WkhYBtGBatodlOFw7upZQEcmamjUCWINZS7OqX2yhIn42EsBGmI1qNsJsuVARP2sGsCaztmZNZtcLFfGzVgBrMeto1mJ2o1ARPxsN"
    "YKPMxjQbZXaTUBE/awewNrNFmrWZbRYq4medANZhtlizjuojHZFsSX5GIWhGhQoVKlSoUKFWToKfrtSzpMkvHupp1dbfdebpWAg/k/y3OoIR"
    "+mXpnXI/0pRmMFrQ+KmBJfLXEstk8t8LpY7R3TMYprdZWY/hgscvvW0I//9ZNhhfuSlU6P0XCqnnX77/D6VxFPc="
)
"""A workbook of Excel 97, packed: a sheet with each error in its second column, and one behind it."""


def test_errors_in_an_old_workbook_are_bad_cells_too(tmp_path: Path) -> None:
    path = tmp_path / "old.xls"
    path.write_bytes(zlib.decompress(base64.b64decode(OLD_WORKBOOK)))
    *bad, good = rows_of(path, sheet="Größe €")
    shown = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"]
    assert [row["city"] for row in bad] == [(f"city shows {each}, an error of the spreadsheet.",) for each in shown]
    assert good == {"external_id": "A-8", "city": False, "name": "Bolt"}
    assert rows_of(path.rename(tmp_path / "old.xlsx"), sheet="Größe €")[0]["external_id"] == "A-1"


def _record(kind: int, content: bytes = b"") -> bytes:
    """Returns a record of a binary workbook: kind and length in groups of seven bits, and the content."""
    number = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return number + bytes([len(content)]) + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _cell(kind: int, column: int, value: bytes) -> bytes:
    return _record(kind, struct.pack("<II", column, 0) + value)


def binary_workbook(path: Path, rows: list[list[str | int]], name: str = "Größe €", corner: str = "") -> Path:
    """Writes an .xlsb: strings in the cells, and errors by their numbers, in turn as values and as results.

    Args:
        path: The file.
        rows: The cells.
        name: The name of the worksheet.
        corner: What stands in the last cell that a worksheet has.
    """
    sheet = [_record(129), _record(148, struct.pack("<4I", 0, len(rows) - 1, 0, len(rows[0]) - 1)), _record(145)]
    for number, row in enumerate(rows):
        sheet.append(_record(0, struct.pack("<I", number) + bytes(13)))
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.append(_cell(6, column, _wide(cell)))
            elif number % 2:
                sheet.append(_cell(3, column, bytes([cell])))
            else:
                sheet.append(_cell(11, column, bytes([cell]) + bytes(10)))
    if corner:
        sheet += [_record(0, struct.pack("<I", 1048575) + bytes(13)), _cell(6, 16383, _wide(corner))]
    sheet += [_record(146), _record(130)]
    sheets = _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide(name))
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relation}" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.bin", _record(131) + _record(143) + sheets + _record(144) + _record(132))
        archive.writestr("xl/_rels/workbook.bin.rels", relations)
        archive.writestr("xl/worksheets/sheet1.bin", b"".join(sheet))
    return path


def test_errors_in_a_binary_workbook_are_bad_cells_too(tmp_path: Path) -> None:
    shown = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"]
    codes = [0, 7, 15, 23, 29, 36, 42]
    table: list[list[str | int]] = [[f"A-{number}", code] for number, code in enumerate(codes, 1)]
    path = binary_workbook(tmp_path / "new.xlsb", [["external_id", "city"], *table, ["A-8", "Berlin"]])
    *bad, good = rows_of(path)
    assert [row["city"] for row in bad] == [(f"city shows {each}, an error of the spreadsheet.",) for each in shown]
    assert good == {"external_id": "A-8", "city": "Berlin"}
    assert rows_of(path, sheet="Größe €")[0]["external_id"] == "A-1"


def test_a_damaged_binary_workbook_is_refused(tmp_path: Path) -> None:
    path = binary_workbook(tmp_path / "new.xlsb", [["external_id", "city"], ["A-1", 42]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in parts:
        with zipfile.ZipFile(path, "w") as archive:
            for part, content in parts.items():
                archive.writestr(part, content[:-9] if part == name else content)
        with pytest.raises(PlanhatValidationError, match=r"new\.xlsb"):
            rows_of(path)


BEYOND = ("{} is a time beyond 24 hours, or a time in 1900: give the cell the format [h]:mm:ss to have it in seconds.",)


def test_a_time_beyond_a_day_is_not_a_date(tmp_path: Path) -> None:
    """A spreadsheet shows 30 hours as 06:00, and programs read them as a morning of the year 1900."""
    path = tmp_path / "times.xlsx"
    formats = ["hh:mm", "hh:mm", "[h]:mm", "dd.mm.yyyy", "hh:mm", '"at" h:mm AM/PM;@', "dd.mm.yyyy hh:mm"]
    values = [0.5, 1.25, 1.25, 36526, 2, 1.5, 36526.5]
    names = ["day", "more", "hours", "date", "whole", "half", "moment"]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, names)
        for column, (value, shown) in enumerate(zip(values, formats, strict=True)):
            sheet.write_number(1, column, value, book.add_format({"num_format": shown}))
            sheet.write_number(2, column, 45000.5, book.add_format({"num_format": shown}))
    first, second = rows_of(path)
    found = {name: cell if isinstance(cell, tuple) else str(cell) for name, cell in first.items()}
    assert found == {
        "day": "12:00:00",
        "more": (BEYOND[0].format("more"),),
        "hours": "30:00:00",
        "date": "2000-01-01",
        "whole": (BEYOND[0].format("whole"),),
        "half": (BEYOND[0].format("half"),),
        "moment": "2000-01-01 12:00:00",
    }
    assert +first["hours"] == 108000
    assert str(second["more"]) == "2023-03-15 12:00:00"  # what NOW() gives is a moment, however it is shown
