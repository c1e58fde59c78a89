"""A number that its format shows as a word was stored as the number: 1 in the format `"Yes";;"No"` became the city 1.

What a person sees is Yes; a field for numbers takes the number, all others what is seen.
"""

from __future__ import annotations

import base64
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import errors, types
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
WORDS, SCORE, LEVEL = '"Yes";;"No"', '"four"', '[<0.8]"Low";"High"'
NAMES = ("external_id", "name", "city", "custom.Flag", "csm_score")

OLD_WORKBOOK = (
    "eNrtWE1IVFEUPve9N3/+jM/JnzQQeZCVmWS2EMwmg7RFST+LfsXG8WWDzryYGSlblGUug6BV0Uawoo3Vph8qqF1QYNQiCAKtZavAoIX6Ove8O9OM"
    "zQMHzCje93jn3nPuud/9O3Pvnfd2qnR6/EH1DCzCdpBhwfSBO8PG8PWlFBWw3DR5NpV68TUd/FPweXEh3S54WvzGw9eQr/cMSHBfeYkS4DO+x+E0"
    "dBkxvXYFsZP6EGK8D20oGdxEix+qqFcBkmGSq0jeI89nJHeQ5QrJNvSdZkdhKthV3yKi+LCkUZkfOO8jqvORLE1QDq94FF+4yixfF7THI6FBp+Cv"
    "FNQoRTABGJidekyPc12FW1AIoB3RE1prq9ZlaDVKIdzmcaudNIbiqFbCHVx0OLZtc2NLt7bHOKO1arsj/ae0aShDvwn4btYCzKY2she1jn1l7QzQ"
    "/iPb7rGxe3G9c9l9NvYCjIVc9kIb/yIbe7ENj9/Gv8TGX8VgXGy/JikAI2CeoH1tDMcy67LC/uAcdGPTgMMAHub62aQej4UGeyJ9WCUWiuqYhCPJ"
    "YSwLDyWSRrSxYzDUj4dyOBHtSYSNuC4DtG9qQrf2cNRStpBsJrmVE1t7vpq15xfTXliEsg/HwvOltCOquAJzd7+929u7L9hDlhE6563bwFo+EjDh"
    "Iq+Blf1U4krLeqqxkeQlYl1D+WqSZeiDad2+cpHpGCWfy1Rah+00E94H12Xk12N+7Ov+xzVjX4IbMD/ZOXOubPJDcBw0nMk+rM+fUWhgDezGdY4n"
    "wVTKxMnxiWTVb6eIV1JF301x5SmBeVoMwPngsDQ+OyytSWKuLE1GTU5rCmqKYGY5mBkxu4Q/I2a+Hs9hNeYl7K+beuem+QoQI+eScnBJxOURXFIW"
    "l4RPOXlUkKzM4JJzcMnE5RVccprrvMQ1CRn5rc/SFJzJgBijQjOQzaUQl09wKVlcCnJVw2t+45QC8JB3Dc/vXygABw4cOHDgwMFyg9H9Bei8V8St"
    "jZ/NHvFdZx7fBeczyX+LA2Dgk8R/KLsghmkchvOKnwpwsRQXW2Kd1PdCjkPYehwGoJf6MZB3/OJ9nmWOZ8kV1eX7CeXb/kI+/fzD7f8EHsdAcQ=="
)
"""The same as xlwt writes it, packed."""


@pytest.fixture(autouse=True)
def flag(planhat: Planhat) -> None:
    planhat.create_object(types.CustomField(name="Flag", parent="company", type="checkbox"))


def _new(folder: Path) -> str:
    with xlsxwriter.Workbook(folder / "t.xlsx") as book:
        sheet = book.add_worksheet()
        words, score, level = (book.add_format({"num_format": each}) for each in (WORDS, SCORE, LEVEL))
        sheet.write_row(0, 0, NAMES)
        for row, number in enumerate((1, 0, -1), 1):
            sheet.write_row(row, 0, [f"A-{row}", "Acme"])
            sheet.write_number(row, 2, number, words)
            if number >= 0:
                sheet.write_formula(row, 3, f"={number}+0", words, number)
            sheet.write_number(row, 4, 4, score)
        sheet.write_row(4, 0, ["A-4", "Acme"])
        sheet.write_number(4, 2, 0.5, level)
    return str(folder / "t.xlsx")


def _old(folder: Path) -> str:
    (folder / "t.xls").write_bytes(zlib.decompress(base64.b64decode(OLD_WORKBOOK)))
    return str(folder / "t.xls")


def _binary(folder: Path) -> str:
    numbers = (("1001", "2001", "4001"), ("1002", "2002", "4002"), ("1003", "", "4003"), ("1004", "", ""))
    cells: list[list[str | int]] = [[f"A-{row}", "Acme", *each] for row, each in enumerate(numbers, 1)]
    path = binary_workbook(folder / "t.xlsb", [list(NAMES), *cells])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    data = parts["xl/worksheets/sheet1.bin"]
    held = {"1001": (1, 1), "1002": (0, 1), "1003": (-1, 1), "1004": (0.5, 3), "2001": (1, 1), "2002": (0, 1)}
    held |= dict.fromkeys(("4001", "4002", "4003"), (4, 2))
    for text, (number, style) in held.items():
        column = {"1": 2, "2": 3, "4": 4}[text[0]]
        content = struct.pack("<II", column, 0) + struct.pack("<I", 4) + text.encode("utf-16-le")
        assert data.count(content) == 1
        own = struct.pack("<IId", column, style, number)
        start = data.index(content) - 2
        data = data[:start] + bytes([5, len(own)]) + own + data[start + 2 + len(content) :]
    parts["xl/worksheets/sheet1.bin"] = data

    def record(kind: int, content: bytes) -> bytes:
        return (bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])) + bytes([len(content)]) + content

    codes = [struct.pack("<HI", 164 + at, len(code)) + code.encode("utf-16-le") for at, code in enumerate(CODES)]
    styles = [record(47, struct.pack("<HH", 0, each) + bytes(12)) for each in (0, 164, 165, 166)]
    parts["xl/styles.bin"] = b"".join(
        (*(record(44, each) for each in codes), record(617, struct.pack("<I", 4)), *styles, record(618, b""))
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return str(path)


CODES = (WORDS, SCORE, LEVEL)


def _open(folder: Path) -> str:
    def cell(shown: str, number: float | None = None) -> str:
        kind = 'string"' if number is None else f'float" office:value="{number}"'
        return f'<table:table-cell office:value-type="{kind}><text:p>{shown}</text:p></table:table-cell>'

    rows = (
        "".join(map(cell, NAMES)),
        cell("A-1") + cell("Acme") + cell("Yes", 1) + cell("Yes", 1) + cell("four", 4),
        cell("A-2") + cell("Acme") + cell("No", 0) + cell("No", 0) + cell("four", 4),
        cell("A-3") + cell("Acme") + cell("", -1) + "<table:table-cell/>" + cell("four", 4),
        cell("A-4") + cell("Acme") + cell("Low", 0.5),
    )
    lines = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    return str(open_document(folder, lines))


BOOKS: dict[str, Callable[[Path], str]] = {".xlsx": _new, ".xls": _old, ".xlsb": _binary, ".ods": _open}


@pytest.mark.parametrize("ending", BOOKS)
@pytest.mark.parametrize("keyword", KEYWORDS)
def test_what_is_shown_is_stored(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, ending: str, keyword: str) -> None:
    planhat.keywords[keyword](BOOKS[ending](tmp_path))
    found = [(row["city"], row.get("custom", {}).get("Flag"), row.get("csmScore")) for row in sandbox.rows("companies")]
    # What a format hides is what the cell has.
    assert found == [("Yes", True, 4), ("No", False, 4), ("-1", None, 4), ("Low", None, None)]


FORMATS: dict[str, dict[float, str]] = {
    '"Ja";"Ja";"Nein"': {1: "Ja", -1: "Ja", 0: "Nein", 0.5: "Ja"},
    '0.00;-0.00;"none"': {0: "none", 2: "2", 0.5: "0.5"},
    '#,##0" pcs";;"none"': {0: "none", 2: "2"},
    '[=1]"Gold";[=2]"Silver";General': {1: "Gold", 2: "Silver", 3: "3", 0.5: "0.5"},
    '[>=1.5]"High";[>=0.5]"Mid";"Low"': {2: "High", 1: "Mid", 0.25: "Low"},
    'General;-General;"nil"': {0: "nil", 2: "2", -2: "-2"},
    '[Green]"up";[Red]"down";"same"': {3: "up", -3: "down", 0: "same"},
    "0;-0;;@": {0: "0", 2: "2"},
    ";;;": {0: "0", 2: "2"},
    '"yes"': {1: "yes", -1: "-yes"},
    '0" of 5"': {2: "2 of 5", 0.5: "0.5"},
    '[>=1000]#,##0,"K";0': {2000: "2000", 2: "2"},
}


@pytest.mark.parametrize("code", FORMATS)
def test_formats_with_words(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, code: str) -> None:
    planhat.create_object(types.CustomField(name="Sum", parent="company", type="number"))
    numbers = FORMATS[code]
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        sheet, style = book.add_worksheet(), book.add_format({"num_format": code})
        sheet.write_row(0, 0, ["name", "city", "custom.Sum"])
        for row, number in enumerate(numbers, 1):
            sheet.write_string(row, 0, f"Acme {row}")
            sheet.write_number(row, 1, number, style)
            sheet.write_number(row, 2, number, style)
    planhat.keywords["Import Companies"](str(tmp_path / "t.xlsx"))
    found = {row["custom"]["Sum"]: row["city"] for row in sandbox.rows("companies")}
    assert found == numbers


def test_a_date_is_not_a_day_of_1970_where_a_format_has_a_word_for_zero(planhat: Planhat, tmp_path: Path) -> None:
    planhat.create_object(types.CustomField(name="Start", parent="company", type="day"))
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        sheet, style = book.add_worksheet(), book.add_format({"num_format": 'yyyy-mm-dd;;"no date"'})
        sheet.write_row(0, 0, ["name", "custom.Start"])
        sheet.write_string(1, 0, "Acme")
        sheet.write_number(1, 1, 0, style)
    with pytest.raises(errors.PlanhatError, match=r"row 1: custom\.Start takes a day"):
        planhat.keywords["Import Companies"](str(tmp_path / "t.xlsx"))


def test_a_checkbox_takes_the_word_that_is_seen(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        sheet, style = book.add_worksheet(), book.add_format({"num_format": '"nein";;"ja"'})
        sheet.write_row(0, 0, ["name", "custom.Flag"])
        for row, number in enumerate((1, 0), 1):
            sheet.write_string(row, 0, f"Acme {row}")
            sheet.write_number(row, 1, number, style)
    path = str(tmp_path / "t.xlsx")
    with pytest.raises(errors.PlanhatError, match=r"row 1: custom\.Flag takes true or false, not 'nein'"):
        planhat.keywords["Import Companies"](path)
    planhat.keywords["Import Companies"](path, true="ja", false="nein")
    assert [row["custom"]["Flag"] for row in sandbox.rows("companies")] == [False, True]


def test_they_come_back_from_a_file_of_failed_rows(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    planhat.create_object(types.CustomField(name="Sum", parent="company", type="number"))
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        sheet, style = book.add_worksheet(), book.add_format({"num_format": '[<0.8]"Low";"High"'})
        sheet.write_row(0, 0, ["name", "city", "custom.Sum", "csm_score"])
        sheet.write_row(1, 0, ["Acme", 0.5, 0.5, "x"], style)
    planhat.keywords["Import Companies"](str(tmp_path / "t.xlsx"), bad_rows="skip", save_as=str(tmp_path / "report"))
    path = tmp_path / "report.failed.csv"
    path.write_text(path.read_text("utf-8-sig").replace(",x,", ",4,"), "utf-8")
    assert str(planhat.keywords["Import Companies"](path)) == "1 created"
    (company,) = sandbox.rows("companies")
    found: tuple[Any, ...] = (company["city"], company["custom"]["Sum"], company["csmScore"])
    assert found == ("Low", 0.5, 4)
