"""A string with a format of its own, such as `"A-"@`, was stored without what the worksheet shows around it.

The id that a person reads as A-12 was stored as 12, in each kind of workbook.
"""

from __future__ import annotations

import base64
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import errors
from utest.open_documents import open_document
from utest.tables.test_reading import binary_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from RPA.Planhat import Planhat
    from RPA.Planhat.sandbox import Sandbox

pytest.importorskip("python_calamine")
xlsxwriter = pytest.importorskip("xlsxwriter")

KEYWORDS = ("Import Companies", "Sync Companies", "Upsert Companies")
ID, CITY, POINTS = '"A-"@', 'General;General;General;"Ort "@', '0" pts"'

OLD_WORKBOOK = (
    "eNrtWE1IVFEU/u6bGeenUUdTQQMbHmVlBlqLgrBxhHIRmdWiiMDG8S3EcUaes8gWZZnLIGhVtBGsaGO16Yda1K4gMGoRBIHWslVQ0UJ9nXPe"
    "GxunCRwoIXnf4557zzn3nHvfvef+vPd6pmp28n7DHAqwDx4sWkGU5ckUpWCOiYD0lsXFXB6gZLn4rxAM0ESW+fCk/JWf55Dnew4a7nmfEwU+"
    "UjqFYXRn0kZ0FdEpfUgo7kM7UYUbJKlAvfSqWmhS6Hqhd6XmU6EdIrkstJ3qzqqTmIl1N+9xoviEpouuAuz3odi8F0kbavGCo/j8FWXX9SFu"
    "DiRSa17R6A1jChQCXUbaMJkP4SYpocd36B2N3k24hY1L2r2FuX7YzEa5Xhi32UurHh3OjuizqKGImsI3Kwp8zW0dz6KufHXlCiT/sVzu/4M8"
    "QPNeTB6kCCgmD9GMF8qval5gDNZpWbkTZPvSa4fbsXn0yCHCaR1gnMkaZjqR6h3opxrpxJBBWXIgO0r65MhQ70gyYxq0NNt2kjyeFPXB76m0"
    "h2KsdTcxnZlUNsT+ZCOLLNvIymWBh4n2o1LKVbLMI/SS83e+vDnU1xPrFcmYHF72EbeZOw8LF9iCjCtE4xHKmmax2C70onjdIOUGoTW0aChv"
    "6ql1CgfGpc4l0TZRO7sEb2Nb8spbqTzx+cijxolPsW1Unu6aO1sz/S42CZ1Gqp/s+RlHi2pR168xHsdyuXK2ww9C63/bGgNaxOm75ZzjlVhA"
    "SIpVQm2OR0ctcZozVjbnIc7j+FJFfCnZlL1OfSW+fEucRj3h+TinMeehMap2fGlFfNkbvN+xtmeNZ0dpZcSxL/ajiZ86vqpo1XjARrTx/0II"
    "Lly4cOHChQsXLopAyVXPvt7y9c3nXJ39zn+dBUqL7m+SNYujyNCTpe+3/UhTbmK0pPipg0/lfKkV2uT+FzKOU+smBtEn/RgsOX7p00flv8+K"
    "DSN/bwmV2v5iKf38x+3/BCM5/x0="
)
"""A workbook as xlwt writes it, packed."""


def _new(folder: Path) -> str:
    with xlsxwriter.Workbook(folder / "t.xlsx") as book:
        sheet = book.add_worksheet()
        key, city, points = (book.add_format({"num_format": each}) for each in (ID, CITY, POINTS))
        for column, name in enumerate(("external_id", "name", "city", "csm_score")):
            sheet.write_string(0, column, name, points)  # a format of numbers adds nothing to them
        sheet.write_string(1, 0, "12", key)
        sheet.write_formula(2, 0, '="00"&"7"', key, "007")
        for row, (name, place, score) in enumerate((("Acme", "Köln", 4), ("Bolt", "", 5)), 1):
            sheet.write_string(row, 1, name)
            sheet.write(row, 2, place, city)
            sheet.write_number(row, 3, score, points)
    return str(folder / "t.xlsx")


def _old(folder: Path) -> str:
    (folder / "t.xls").write_bytes(zlib.decompress(base64.b64decode(OLD_WORKBOOK)))
    return str(folder / "t.xls")


def _binary(folder: Path) -> str:
    names: list[str | int] = ["external_id", "name", "city", "csm_score"]
    path = binary_workbook(folder / "t.xlsb", [names, ["12", "Acme", "Köln", "4"], ["007", "Bolt", "", "5"]])

    def record(kind: int, content: bytes) -> bytes:
        return (bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])) + bytes([len(content)]) + content

    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for column, text in ((0, "12"), (0, "007"), (2, "Köln"), (2, "")):
        end = struct.pack("<I", len(text)) + text.encode("utf-16-le")
        plain, own = (struct.pack("<II", column, style) + end for style in (0, column // 2 + 1))
        assert plain in parts["xl/worksheets/sheet1.bin"]
        parts["xl/worksheets/sheet1.bin"] = parts["xl/worksheets/sheet1.bin"].replace(plain, own)
    formats = [
        struct.pack("<HI", 164 + place, len(code)) + code.encode("utf-16-le") for place, code in enumerate((ID, CITY))
    ]
    styles = [record(47, struct.pack("<HH", 0, each) + bytes(12)) for each in (0, 164, 165)]
    parts["xl/styles.bin"] = b"".join(
        (*(record(44, each) for each in formats), record(617, struct.pack("<I", 3)), *styles, record(618, b""))
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return str(path)


def _open(folder: Path) -> str:
    def cell(shown: str, held: str | None = None) -> str:
        more = "" if held is None else f' office:string-value="{held}"'
        return f'<table:table-cell office:value-type="string"{more}><text:p>{shown}</text:p></table:table-cell>'

    rows = (
        "".join(map(cell, ("external_id", "name", "city", "csm_score"))),
        cell("A-12", "12") + cell("Acme", "Acme") + cell("Ort Köln", "Köln") + cell("4"),
        cell("A-007", "007") + cell("Bo<text:s/>lt", "Bo lt") + "<table:table-cell/>" + cell("5"),
    )
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    return str(open_document(folder, lines))


BOOKS: dict[str, Callable[[Path], str]] = {".xlsx": _new, ".xls": _old, ".xlsb": _binary, ".ods": _open}


@pytest.mark.parametrize("ending", BOOKS)
@pytest.mark.parametrize("keyword", KEYWORDS)
def test_what_is_shown_is_stored(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, ending: str, keyword: str) -> None:
    planhat.keywords[keyword](BOOKS[ending](tmp_path))
    found = [(row["externalId"], row.get("city"), row["csmScore"]) for row in sandbox.rows("companies")]
    assert found == [("A-12", "Ort Köln", 4), ("A-007", None, 5)]


FORMATS: dict[str, str] = {
    "@": "12",
    '"A-"@': "A-12",
    '@" GmbH"': "12 GmbH",
    '0;-0;0;"Nr. "@': "Nr. 12",
    '"N-"0;"T-"@': "T-12",
    "[Red]\\A\\-@": "A-12",
    '@"-"@': "12-12",
    ";;;": "12",
    ";;;@": "12",
    '0;0;0;"hidden"': "12",
    '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)': "12",
    "00000": "12",
    "dd.mm.yyyy;@": "12",
    '"open': "12",
}


@pytest.mark.parametrize("code", FORMATS)
def test_formats_of_strings(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, code: str) -> None:
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        sheet = book.add_worksheet()
        style = book.add_format({"num_format": code})
        sheet.write_row(0, 0, ["external_id", "name", "city"])
        sheet.write_string(1, 0, "12", style)
        sheet.write_string(1, 1, "Acme")
        sheet.write_boolean(1, 2, True, style)
    planhat.keywords["Import Companies"](str(tmp_path / "t.xlsx"))
    assert [(row["externalId"], row["city"]) for row in sandbox.rows("companies")] == [(FORMATS[code], "true")]


NUMBERS = {'0;;"zero"': ("7", "-7", "zero"), '"A-"0;;': ("A-7", "-7", "0"), "0;-0;;@": ("7", "-7", "0")}


@pytest.mark.parametrize("code", NUMBERS)
def test_a_section_that_shows_nothing_leaves_the_number(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, code: str
) -> None:
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        sheet = book.add_worksheet()
        style = book.add_format({"num_format": code})
        sheet.write_row(0, 0, ["external_id", "name"])
        for row, number in enumerate((7, -7, 0), 1):
            sheet.write_number(row, 0, number, style)
            sheet.write_string(row, 1, "Acme")
    planhat.keywords["Import Companies"](str(tmp_path / "t.xlsx"))
    assert tuple(row["externalId"] for row in sandbox.rows("companies")) == NUMBERS[code]


def test_a_number_as_a_string_with_a_unit_is_a_bad_cell_of_a_field_for_numbers(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path
) -> None:
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["external_id", "name", "csm_score"])
        sheet.write_row(1, 0, ["A-1", "Acme"])
        sheet.write_string(1, 2, "4", book.add_format({"num_format": '@" pts"'}))
    with pytest.raises(errors.PlanhatError, match="row 1: csm_score takes a whole number, not '4 pts'"):
        planhat.keywords["Import Companies"](str(tmp_path / "t.xlsx"))
    assert sandbox.rows("companies") == []
