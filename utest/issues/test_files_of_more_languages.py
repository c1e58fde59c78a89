"""Errors, totals and encodings that files have in other languages and programs were stored as values.

`#YOK` of a Turkish Excel and `Err:502` of LibreOffice became cities, `Gesamtergebnis` and `合計` companies, € a control
character, and the errors, formats and merged cells of a strict workbook (ISO 29500) were not seen at all.
"""

# ruff: noqa: RUF001 - characters of full width, and dashes
from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import PlanhatError, types

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat import Planhat
    from RPA.Planhat.sandbox import Sandbox

KEYWORDS = ("Import Companies", "Sync Companies", "Upsert Companies")
ERRORS = [
    "#ERROR!",
    "#YOK",
    "#DEĞER!",
    "#BAŞV!",
    "#AD?",
    "#SAYI/0!",
    "#ÜBERLAUF!",
    "#KALK!",
    "#PROPAGATION!",
    "#SAKNAS!",
    "#VÄRDEFEL!",
    "#ADR!",
    "#ARG!",
    "#N/D!",
    "#HODNOTA!",
    "#I/T",
    "#PUUTTUU!",
    "Err:502",
    "Err:508",
    "Loading...",
]
HEAD = "external_id,name,city\n"


def _stored(sandbox: Sandbox) -> list[tuple[Any, ...]]:
    return [(row.get("externalId"), row["name"], row.get("city")) for row in sandbox.rows("companies")]


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_errors_of_spreadsheets_are_bad_cells_in_each_language(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, keyword: str
) -> None:
    lines = [f"A-{number},Acme,{error}\n" for number, error in enumerate(ERRORS)]
    (tmp_path / "t.csv").write_text(HEAD + "".join(lines), "utf-8")
    report = planhat.keywords[keyword](tmp_path / "t.csv", bad_rows="skip", fail_on_errors=False)
    assert sandbox.rows("companies") == []
    reasons = [each["reason"] for each in report.failed]
    assert reasons == [f"city shows {error}, an error of the spreadsheet." for error in ERRORS]


def test_texts_that_are_like_them_stay(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    texts = ["#yok", "#N/A-5", "Error: 5", "Loading dock", "Err:5", "#1", "E", "L"]
    (tmp_path / "t.csv").write_text(HEAD + "".join(f"A-{text},Acme,{text}\n" for text in texts), "utf-8")
    planhat.keywords["Import Companies"](tmp_path / "t.csv")
    assert [city for _, _, city in _stored(sandbox)] == texts


@pytest.mark.parametrize(
    "word", ["Gesamtergebnis", "Ergebnis", "Toplam", "Genel Toplam", "合計", "总计", "합계", "Totaux"]
)
def test_totals_are_no_rows(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, word: str) -> None:
    (tmp_path / "t.csv").write_text(f"name,city,csm_score\nAcme,Kiel,4\n{word},,4\n", "utf-8")
    report = planhat.keywords["Import Companies"](tmp_path / "t.csv", bad_rows="skip")
    assert str(report) == "1 created, 1 refused"
    assert "total of the table" in report.failed[0].reason


@pytest.mark.parametrize("given", ["latin-1", "iso-8859-15", "iso8859_9"])
def test_bytes_of_windows_are_no_control_characters(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, given: str
) -> None:
    (tmp_path / "t.csv").write_bytes(f"{HEAD}A-1,Café “Über” – 5 €,Köln\n".encode("cp1252"))
    with pytest.raises(PlanhatError, match=f"for which {given} has no characters.*encoding=cp1252"):
        planhat.keywords["Import Companies"](tmp_path / "t.csv", encoding=given)
    planhat.keywords["Import Companies"](tmp_path / "t.csv", encoding="cp1252")
    assert _stored(sandbox) == [("A-1", "Café “Über” – 5 €", "Köln")]


def test_plain_files_of_iso_8859_are_read(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(f"{HEAD}A-1,Café,Köln\n".encode("latin-1"))
    planhat.keywords["Import Companies"](tmp_path / "t.csv", encoding="latin-1")
    assert _stored(sandbox) == [("A-1", "Café", "Köln")]


def test_japanese_in_bytes_of_ascii_is_named(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(f"{HEAD}A-1,株式会社,東京\n".encode("iso-2022-jp"))
    with pytest.raises(PlanhatError, match="looks like ISO-2022-JP: pass its encoding"):
        planhat.keywords["Import Companies"](tmp_path / "t.csv")
    planhat.keywords["Import Companies"](tmp_path / "t.csv", encoding="iso-2022-jp")
    assert _stored(sandbox) == [("A-1", "株式会社", "東京")]


@pytest.mark.parametrize("end", ["\x1a", "\n\x1a", "\n\x1a\x1a"])
def test_the_end_of_a_file_of_dos_is_no_part_of_a_cell(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, end: str
) -> None:
    (tmp_path / "t.csv").write_text(f"{HEAD}A-1,Acme,Kiel{end}", "utf-8")
    planhat.keywords["Import Companies"](tmp_path / "t.csv")
    assert _stored(sandbox) == [("A-1", "Acme", "Kiel")]


REPEATED = {
    "external_id,name,city": "External ID,Name,City",
    "externalId,name,city": "external_id,NAME,city",
    "External ID,Name,City": "externalId,city,name",
}


@pytest.mark.parametrize("names", REPEATED)
def test_headings_that_are_repeated_in_another_spelling_are_no_row(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, names: str
) -> None:
    (tmp_path / "t.csv").write_text(f"{names}\nA-1,Acme,Kiel\n{REPEATED[names]}\nA-2,Bolt,Bonn\n", "utf-8")
    report = planhat.keywords["Import Companies"](tmp_path / "t.csv", bad_rows="skip")
    assert str(report) == "2 created, 1 refused"
    assert report.failed[0].reason == "it repeats the names of the columns."
    assert [name for _, name, _ in _stored(sandbox)] == ["Acme", "Bolt"]


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_a_strict_workbook_is_looked_through(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, keyword: str) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(tmp_path / "made.xlsx") as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(
            (["external_id", "name", "city"], [12, "Acme", "Kiel"], [13, "Bolt"], [14, "Cord"])
        ):
            sheet.write_row(row, 0, cells, book.add_format({"num_format": '"A-"0'}))
        sheet.write_formula(2, 2, "=NA()", None, "#N/A")
        sheet.merge_range(3, 2, 4, 2, "Rome")
        sheet.write_row(4, 0, [15, "Dune"])
    spaces = (  # names of XML
        (
            b"schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"purl.oclc.org/ooxml/officeDocument/relationships",
        ),
        (b"schemas.openxmlformats.org/spreadsheetml/2006/main", b"purl.oclc.org/ooxml/spreadsheetml/main"),
    )
    with zipfile.ZipFile(tmp_path / "made.xlsx") as old, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as new:
        for part in old.namelist():
            data = old.read(part)
            for usual, strict in spaces:
                data = data.replace(usual, strict)
            new.writestr(part, data)
    report = planhat.keywords[keyword](tmp_path / "t.xlsx", bad_rows="skip", fail_on_errors=False)
    assert _stored(sandbox) == [("A-12", "Acme", "Kiel"), ("A-14", "Cord", "Rome")]
    first, second = (each["reason"] for each in report.failed)
    assert (first, "covered by a merged cell" in second) == ("city shows #N/A, an error of the spreadsheet.", True)


def test_a_worksheet_whose_file_is_missing_is_refused(planhat: Planhat, tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(tmp_path / "made.xlsx") as book:
        book.add_worksheet().write_row(0, 0, ["external_id", "name"])
    with zipfile.ZipFile(tmp_path / "made.xlsx") as old, zipfile.ZipFile(tmp_path / "t.xlsx", "w") as new:
        for part in old.namelist():
            data = old.read(part).replace(b'Target="worksheets/', b'Target="elsewhere/')
            new.writestr(part, data)
    with pytest.raises(PlanhatError, match="cannot be read as a workbook: "):
        planhat.keywords["Import Companies"](tmp_path / "t.xlsx")


LISTS: dict[str, list[str] | None] = {
    '"a,b",c': ["a,b", "c"],
    '"a","b"': ["a", "b"],
    'x, "a, b"': ["x", "a, b"],
    '24" screen, 27" screen': ['24" screen', '27" screen'],
    '"a" b, c': None,
    '"a': None,
    "{a,b}": None,
    '{"a","b"}': None,
    "{}": None,
    "{a} and b": ["{a} and b"],
}


@pytest.mark.parametrize("cell", LISTS)
@pytest.mark.parametrize("keyword", KEYWORDS)
def test_lists_within_quotation_marks_and_of_databases(
    planhat: Planhat, sandbox: Sandbox, keyword: str, cell: str
) -> None:
    row = {"external_id": "A-1", "name": "Acme", "tags": cell}
    if LISTS[cell] is None:
        with pytest.raises(PlanhatError, match="row 1: tags takes a list of strings, not"):
            planhat.keywords[keyword]([row])
        assert sandbox.rows("companies") == []
    else:
        planhat.keywords[keyword]([row])
        assert [each["tags"] for each in sandbox.rows("companies")] == [LISTS[cell]]


def test_a_number_that_is_too_small_for_a_float_is_not_0(planhat: Planhat, sandbox: Sandbox) -> None:
    planhat.create_object(types.CustomField(name="Num", parent="company", type="number"))
    row = {"external_id": "A-1", "name": "Acme"}
    with pytest.raises(PlanhatError, match="takes a number, not '1e-400'"):
        planhat.keywords["Import Companies"]([{**row, "custom.Num": "1e-400"}])
    for text in ("0e-400", "0.000", "-0.0", "0"):
        planhat.keywords["Sync Companies"]([{**row, "custom.Num": text}])
        assert sandbox.rows("companies")[0]["custom"]["Num"] == 0


@pytest.mark.parametrize("row", [{"domains": "ａｃｍｅ.example"}, {"domains": "acme．example"}])
def test_letters_of_full_width_are_no_part_of_a_domain(planhat: Planhat, row: dict[str, str]) -> None:
    with pytest.raises(PlanhatError, match="is not a valid one"):
        planhat.keywords["Import Companies"]([{"external_id": "A-1", "name": "Acme", **row}])


def test_nor_of_an_address(planhat: Planhat, sandbox: Sandbox) -> None:
    with pytest.raises(PlanhatError, match="is not a valid one"):
        planhat.keywords["Import Endusers"]([{"external_id": "U-1", "email": "ａｄａ@acme.example"}])
    planhat.keywords["Import Companies"]([{"external_id": "A-1", "name": "Acme", "domains": "mu\u0308nchen.example"}])
    assert len(sandbox.rows("companies")) == 1


@pytest.mark.parametrize("text", ["(No value)", "(vide)", "...", "…", "#", "[object Object]"])
@pytest.mark.parametrize("keyword", KEYWORDS)
def test_more_words_for_no_id(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, keyword: str, text: str) -> None:
    (tmp_path / "t.csv").write_text(f"external_id,name\n{text},Acme\n", "utf-8")
    with pytest.raises(PlanhatError, match="a placeholder for no value"):
        planhat.keywords[keyword](tmp_path / "t.csv")
    assert sandbox.rows("companies") == []


def test_two_columns_of_one_name_in_a_table_of_pyarrow_are_refused(planhat: Planhat) -> None:
    class Column:
        name, type = "name", "string"

    class Table:
        schema = (Column, Column)

        def to_pylist(self) -> list[dict[str, str]]:
            return [{"name": "b"}]

    with pytest.raises(PlanhatError, match="The frame has two columns named 'name'"):
        planhat.keywords["Import Companies"](Table())


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-01T00:00:00Z", "1899-12-30"])
def test_no_date_of_other_programs_is_no_date_of_a_metric(planhat: Planhat, day: str) -> None:
    row = {"external_id": "A-1", "dimension_id": "logins", "value": 5, "date": day}
    with pytest.raises(PlanhatError, match=f"row 1: date is {day[:10]}: no metric is from so far in the past"):
        planhat.keywords["push_metrics"]([row])
