"""What was held for .xlsx only: merged cells, formats that add to a number, digits, and formulas without a result.

In .ods, .xlsb and .xls the covered cells were empty, A-12 was 12, 2**53 + 1 was another number, and a name that xlwt
had written as a formula was left out.
"""

from __future__ import annotations

import base64
import struct
import zipfile
import zlib
from html import escape
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors, types
from utest.memory import traced
from utest.open_documents import open_document
from utest.tables.test_reading import binary_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

pytest.importorskip("python_calamine")

KEYWORDS = ("Import Companies", "Sync Companies", "Upsert Companies")
COVERED = "row 2: city is covered by a merged cell: unmerge the cells"
NOT_CALCULATED = "{} has a formula that no program has calculated"

OLD_WORKBOOK = (
    "eNrtWE1IVFEU/u57M844/o2/oYEMA1mZhuamjY5jppsS+4EiAhv1EYPzI+MIalCWzaJFELQq2ghWtLHa9EM/1C4oMGoRBIEWrVoFBS3U17nnvTfN"
    "+AMaZWhzHu/c83fPve+ec8+9vNdThdPjdytmsACaoGJez0ZWikzQm20xbpBe1yVptU569QysK8h2UiCz7HiU98ohYyjjPQMFd2zPCQMf6T2OfnRE"
    "I5pnDaGF5xAQcg6NIotyT6GMvEY4H+U8syLGPYyLGd9m68eMm1lykXEj2U6LY5jydVTvNjP5qOJlXT5hgfvc5z1L6lGKFzKTz1wShq0d/lgwEMoo"
    "FikqbbmYACVOuxbRYpJ34Top4fXXeuskd0NydRKk7U1pW+f1HIr3eadRQtk2ge+6B/hmlZVnnox8beUCJP+RLncsI3dSdJeSZ1Ocl5K7KOJLyXOW"
    "8ZO7hPyyYgNGoZ8QcqcmyMZvlxobWgPxQIIOolMO4/Rpi8bCg6HAQAJ5aOCDyo59gdhJbRaHqQQYh1cOoA3FtVgkEOoK9pLrSCCsUdMTjA+rwEiw"
    "30XM4EA8Gt7ZMRgmjb8nrFFZbNFioWCE+JZoKE6W/tp6l/TJBdSdVkDzuKjkEu5FAdOFXFrcNMnZW1/f7O/u9HWxZJQPTeNo3SI/FDrOyh7UOZ81"
    "KowPAaq5xw7G59jrZqYrGJeQDbVVnaUm0TbGNudZW0XjNDC89W1NobcRnfhy4EFl4pNvO9GT7TMjJZPvfOPw0mr1Un/5jKFG1IirVyQ89FmtMEvw"
    "B8bli8qxU3Gbc9fN+0MB5uBispCxwcnVEUlOMdfK4FTi1CRnI85mehYLPJ9WXCwrwi7TXrBne5KTnmV0npCNIK/FmHTLdatkz9KnwlS6TykrhXLB"
    "wV6MWMpAP6XVUszZGnYqyvCSNJ/NsRV+mpQi3JNO6Ej6BWuROUoyf9Zr5qi/lTlWdigLegvu7eSV9pjZYewuXbei0kpGzzYJDDk5bvgXcVP/w7il"
    "7mp12bil72qV1svY1QY077H2cGrkpZWSHF9ape/j5eOcgQxkIAMbGoR5UVD56mNcNOWB5jD/68zRO5/5TbJh4SCi9MTpQrQXEWpjGF5V/pTBLixf"
    "YoV9rP+FEo7Q6DH0oZvn0bfq/KULiUj9nhV3dP+5LbTa8edXM8+/PP5Pjap8EQ=="
)
"""A workbook as xlwt writes it, packed: merged cells and formats, a formula, and numbers beyond 2**53."""


@pytest.fixture(autouse=True)
def _number(planhat: Planhat) -> None:
    planhat.create_object(types.CustomField(name="Num", parent="company", type="number"))


def _old(folder: Path) -> str:
    path = folder / "old.xls"
    path.write_bytes(zlib.decompress(base64.b64decode(OLD_WORKBOOK)))
    return str(path)


def _open(folder: Path, *rows: str) -> str:
    """Writes an .ods of the XML of some rows, below the names of the columns."""
    names = "".join(map(_text, ("external_id", "name", "city", "zip", "custom.Num")))
    with zipfile.ZipFile(folder / "table.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest='m'/>")
        lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in (names, *rows))
        archive.writestr(
            "content.xml",
            "<?xml version='1.0' encoding='UTF-8'?><office:document-content xmlns:office='o' xmlns:table='t' "
            "xmlns:text='x' xmlns:calcext='c'><office:body><office:spreadsheet><table:table table:name='S'>"
            f"{lines}</table:table><table:table table:name='T'/></office:spreadsheet></office:body>"
            "</office:document-content>",
        )
    return str(folder / "table.ods")


def _text(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {more}><text:p>{escape(text)}</text:p></table:table-cell>'


def _number_of(value: str, shown: str, kind: str = "float") -> str:
    return (
        f'<table:table-cell office:value-type="{kind}" office:value="{value}"><text:p>{shown}</text:p>'
        "</table:table-cell>"
    )


def _binary(folder: Path) -> str:
    """Writes an .xlsb with a merged city of two rows, and numbers whose format is `"A-"0`."""
    path = binary_workbook(folder / "new.xlsb", [["external_id", "name", "city"], ["", "Acme", "Rome"], ["", "Bolt"]])

    def record(kind: int, content: bytes) -> bytes:
        return (bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])) + bytes([len(content)]) + content

    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    end = bytes([146, 1, 0])
    before, after = parts["xl/worksheets/sheet1.bin"].split(end)
    for number, cell in enumerate((struct.pack("<I", 12 << 2 | 2), struct.pack("<d", 13.0)), 1):
        old = bytes([6, 12]) + struct.pack("<III", 0, 0, 0)  # an empty string in the first column
        assert old in before
        before = before.replace(old, record(2 if number == 1 else 5, struct.pack("<II", 0, 1) + cell), 1)
    merged = record(176, struct.pack("<4I", 1, 2, 2, 2))
    parts["xl/worksheets/sheet1.bin"] = before + end + merged + after
    code = '"A-"0'.encode("utf-16-le")
    parts["xl/styles.bin"] = b"".join(
        (
            record(44, struct.pack("<HI", 164, 5) + code),
            record(617, struct.pack("<I", 2)),
            *(record(47, struct.pack("<HH", 0, each) + bytes(12)) for each in (0, 164)),
            record(618, b""),
        )
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return str(path)


def _stored(sandbox: Sandbox) -> list[tuple[Any, ...]]:
    return [
        (row["externalId"], row.get("city"), row.get("zip"), (row.get("custom") or {}).get("Num"))
        for row in sandbox.rows("companies")
    ]


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_covered_cells_are_bad_and_shown_texts_are_ids(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, keyword: str
) -> None:
    spanned = 'table:number-rows-spanned="2"'
    table = _open(
        tmp_path,
        _number_of("12", "A-12") + _text("Acme") + _text("Berlin", spanned) + _number_of("1067", "01067"),
        _number_of("13", "A-13") + _text("Bolt") + "<table:covered-table-cell/>",
    )
    for path in (table, _old(tmp_path), _binary(tmp_path)):
        with pytest.raises(errors.PlanhatError, match=COVERED):
            planhat.keywords[keyword](path)
    assert sandbox.rows("companies") == []


@pytest.mark.parametrize("bad_cells", ["skip", "refuse"])
def test_plans_refuse_and_leave_out_the_same(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, bad_cells: str
) -> None:
    for path in (_old(tmp_path), _binary(tmp_path)):
        options = {"bad_cells": bad_cells, "bad_rows": "skip"}
        plan = planhat.keywords["Import Companies"](path, dry_run=True, **options)
        report = planhat.keywords["Import Companies"](path, **options)
        count = 2 if bad_cells == "skip" else 1
        assert plan.counts["create"] == report.counts["created"] == count
        ids = [row["externalId"] for row in sandbox.rows("companies")]
        assert ids == (["A-12", "A-123456"] if path.endswith(".xls") else ["A-12", "A-13"])[:count]
        sandbox.reset()
        planhat.create_object(types.CustomField(name="Num", parent="company", type="number"))


def test_numbers_stay_numbers_whatever_their_format_adds(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    planhat.keywords["Import Companies"](_old(tmp_path), bad_cells="skip")
    assert _stored(sandbox) == [("A-12", "Berlin", "01067", 7), ("A-123456", None, "0.5", None)]


SHOWN = {
    "A-12": "A-12",
    "12 €": "12 €",
    "0012": "0012",
    "12": "12",
    "12.00": "12",  # decimals and groups are those of a number
    "(+) 12": "(+) 12",
}


@pytest.mark.parametrize("shown", SHOWN)
def test_what_an_open_document_shows_is_its_id(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, shown: str) -> None:
    cells = _text("x") + _text("y") + _number_of("12", shown)
    planhat.keywords["Import Companies"](_open(tmp_path, _number_of("12", shown) + cells))
    assert _stored(sandbox) == [(SHOWN[shown], "y", SHOWN[shown], None)]


@pytest.mark.parametrize(("value", "shown"), [("1234", "1,234"), ("1234", "1.234"), ("12", "1200%"), ("12", "12 kg")])
def test_groups_and_units_do_not_change_a_number(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, value: str, shown: str
) -> None:
    row = _text("A-1") + _text("x") + _text("y") + _text("z") + _number_of(value, shown)
    planhat.keywords["Import Companies"](_open(tmp_path, row))
    assert _stored(sandbox) == [("A-1", "y", "z", int(value))]


@pytest.mark.parametrize("number", [2**53 - 1, 2**53, 2**53 + 1, 12345678901234567, -(2**53) - 1])
def test_digits_of_an_open_document_are_those_that_are_stored(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, number: int
) -> None:
    row = _number_of(str(number), "x") + _text("x") + _text("y") + _text("z") + _number_of(str(number), "x")
    planhat.keywords["Import Companies"](_open(tmp_path, row))
    assert _stored(sandbox) == [(str(number), "y", "z", number)]


def test_a_number_of_an_old_workbook_is_the_float_that_it_holds(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path
) -> None:
    planhat.keywords["Import Companies"](_old(tmp_path), sheet="Large")
    assert [(row.get("custom") or {}).get("Num") for row in sandbox.rows("companies")] == [2**53, None]


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_formulas_that_xlwt_has_not_calculated_are_bad_cells(planhat: Planhat, tmp_path: Path, keyword: str) -> None:
    with pytest.raises(errors.PlanhatError, match=NOT_CALCULATED.format("row 1: name")):
        planhat.keywords[keyword](_old(tmp_path), sheet="Formulas")


TIMES = {
    ("PT36H00M00S", "36:00"): "36:00:00",
    ("PT10H30M00S", "10:30"): "10:30:00",
    ("P1DT12H", "36:00"): "36:00:00",
    ("PT36H00M00S", "12:00"): "city is a time beyond 24 hours",
    ("PT100H30M15.5S", "100:30:15"): "100:30:15.5",
}


@pytest.mark.parametrize(("duration", "shown"), TIMES)
def test_times_of_an_open_document(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, duration: str, shown: str
) -> None:
    time = (
        f'<table:table-cell office:value-type="time" office:time-value="{duration}"><text:p>{shown}</text:p>'
        "</table:table-cell>"
    )
    path = _open(tmp_path, _text("A-1") + _text("Acme") + time)
    right = TIMES[duration, shown]
    if right.startswith("city"):
        with pytest.raises(errors.PlanhatError, match=f"row 1: {right}"):
            planhat.keywords["Import Companies"](path)
        return
    planhat.keywords["Import Companies"](path)
    assert _stored(sandbox) == [("A-1", right, None, None)]


_ERROR = 'office:value-type="string" calcext:value-type="error"><text:p>#REF!</text:p>'
OPEN_CELLS = {
    "an error": (f"<table:table-cell {_ERROR}</table:table-cell>", "city shows #REF!"),
    "an error of its own": (_number_of("0", "Err:502"), "city shows #UNKNOWN!"),
    "no result": ('<table:table-cell table:formula="of:=[.A2]"/>', NOT_CALCULATED.format("city")),
    "no result and no text": (
        '<table:table-cell table:formula="of:=[.A2]"><text:p></text:p></table:table-cell>',
        NOT_CALCULATED.format("city"),
    ),
}


@pytest.mark.parametrize("cell", OPEN_CELLS)
def test_bad_cells_of_an_open_document_have_their_place(planhat: Planhat, tmp_path: Path, cell: str) -> None:
    note = "<office:annotation><text:p>#REF! in a note</text:p></office:annotation>"
    good = _text("A-1") + f'<table:table-cell office:value-type="string">{note}<text:p>Acme</text:p></table:table-cell>'
    bad, said = OPEN_CELLS[cell]
    path = _open(tmp_path, good + _text("Rome"), _text("A-2") + _text("Bolt") + bad)
    with pytest.raises(errors.PlanhatError, match=rf"1 of 2 rows are bad:\s+row 2: {said}"):
        planhat.keywords["Import Companies"](path)


@pytest.mark.parametrize("times", ["20000001", "1000000000"])
def test_a_cell_that_is_there_too_often_is_refused_at_once(planhat: Planhat, tmp_path: Path, times: str) -> None:
    often = _open(tmp_path, _text("A-1") + _text("Acme", f'table:number-columns-repeated="{times}"'))
    with traced() as peak, pytest.raises(errors.PlanhatError, match="Delete the rows and columns behind the table"):
        planhat.keywords["Import Companies"](often)
    assert peak.size < 20 * 2**20


def test_repeated_cells_and_a_stray_one_far_away(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    same = _text("Rome", 'table:number-columns-repeated="2"')
    empty = '<table:table-cell table:number-columns-repeated="1000"/>'
    planhat.keywords["Import Companies"](_open(tmp_path, _text("A-1") + _text("Acme") + same, empty))
    assert _stored(sandbox) == [("A-1", "Rome", "Rome", None)]
    stray = f'<table:table-cell table:number-columns-repeated="16000"/>{_text("x")}'
    with zipfile.ZipFile(_open(tmp_path, _text("A-1"), empty, stray)) as archive:
        content = archive.read("content.xml").decode()
    far = content.replace(f"<table:table-row>{empty}", f"<table:table-row table:number-rows-repeated='900000'>{empty}")
    with zipfile.ZipFile(tmp_path / "far.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest='m'/>")
        archive.writestr("content.xml", far)
    with pytest.raises(errors.PlanhatError, match="Delete the rows and columns behind the table"):
        planhat.keywords["Import Companies"](str(tmp_path / "far.ods"))


@pytest.mark.parametrize("error", ["#NV", "#BEZUG!", "#N/D", "Err:502", "#VALUE!"])
@pytest.mark.parametrize("kind", ['float" office:value="0', 'string" office:string-value="', "error"])
def test_errors_of_an_open_document_are_known_by_their_text(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, error: str, kind: str
) -> None:
    cell = f'<table:table-cell office:value-type="{kind}"><text:p>{error}</text:p></table:table-cell>'
    row = _cell("A-1") + _cell("Acme") + cell
    with pytest.raises(errors.PlanhatError, match=r"row 1: city shows #"):
        planhat.keywords["Import Companies"](_open_with(tmp_path, row))
    assert sandbox.rows("companies") == []


def test_a_cell_of_an_open_document_without_a_type_has_its_text(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path
) -> None:
    row = _cell("A-1") + _cell("Acme") + "<table:table-cell><text:p>Kiel</text:p></table:table-cell>"
    planhat.keywords["Import Companies"](_open_with(tmp_path, row))
    assert [each["city"] for each in sandbox.rows("companies")] == ["Kiel"]


def _cell(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def _open_with(folder: Path, row: str) -> str:
    names = "".join(map(_cell, ("external_id", "name", "city")))
    lines = f"<table:table-row>{names}</table:table-row><table:table-row>{row}</table:table-row>"
    return str(open_document(folder, lines))
