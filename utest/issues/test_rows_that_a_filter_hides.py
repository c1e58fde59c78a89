"""Rows that a filter hides were sent without a word, and a new error of a worksheet was called a damaged workbook."""

from __future__ import annotations

import base64
import logging
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

OLD_WORKBOOK = (
    "eNrtWE1oE0EU/mY3aX5s06SmQiuUULBqrYdaEC/tGkF7slQ9KCK022YPpelWlh7Ui9WaoyB4UrwUevFS9eIPetCbB6GioCAIiR49CQoe2qxvXmYx"
    "aXNoQIvKfMu8efPmm5mXnTcvu/t6JVVcfNBZwjoMwUTZj6GpyiaoxIJGEtTv+1IN6igVX+OfQixKG9kUxtOWVxG5h3K/SzBwP/SCJPCJyjmcx8is"
    "62S2EEfYB1tIHwZJCtwhSwId7FUby0mW21neY+YzlofZcp3lIHGL4ixWrJHeQyqKzxjd3JeAnPcRj/nAln6046WM4ss3RIUbRtabsvN/Z0dXqBlL"
    "oH0bdlzHs/NFpGkDl/DdzwDfgpP6PKPtW2sXIPuPWnukjv2mEQLm4Y9zgBcoub4zKxt8ahUHOZ/K87gNcC7MOZ5r58emcjTEtWccImb391MjO6ka"
    "B1gOxGWW5lOdrDnVLRztzSRzaGU9xTGfpHVW7359c3xi1BpjyzyvXMn3u6SL8HFFjqDBCQSZHsztZbmP5VWedSfrnSzTFKlU94y2K+XYAnOucW8P"
    "zTPAeGvtrtL3kF74cuJxV+GztZf05eHSpfTye2sR3XSLcjReXgvoE33i9i2JJ1ZQC5UbPrLs2JAnokZS+e6rP7VWrCHOaoplpSXvjlB8UYcvmG8o"
    "vmC+qfhGFX9c8Q3mhxTfqOGbdeY3mR9WfLOGH2H/KvwM8YeMNjyUC1Dm+4U4NDQ0NDQ0NDQ0NNZDqOd4+Wwpn07D6m0hor7rrFEp688k/y1OYpau"
    "OXoxPQqXag8XG4qfHQiLYC6xyTHB90KJ07S6h2lMsB/TDccvve2J6t+z6YHJ33eEGl2/3Iiff3j9n8MFzIo="
)
"""A workbook of xlwt whose second row is hidden, and an empty one below."""


def _new(folder: Path) -> Path:
    with xlsxwriter.Workbook(folder / "t.xlsx") as book:
        sheet = book.add_worksheet("S")
        for row, cells in enumerate((["external_id", "name"], *([f"A-{n}", "Acme"] for n in (1, 2, 3)))):
            sheet.write_row(row, 0, cells)
        sheet.autofilter(0, 0, 3, 1)
        sheet.filter_column(0, "x != A-2")
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(7, None, None, {"hidden": True})
    return folder / "t.xlsx"


def _old(folder: Path) -> Path:
    (folder / "t.xls").write_bytes(zlib.decompress(base64.b64decode(OLD_WORKBOOK)))
    return folder / "t.xls"


def _binary(folder: Path) -> Path:
    lines: list[list[str | int]] = [["external_id", "name"], ["A-1", "Acme"], ["A-2", "Acme"], ["A-3", "Acme"]]
    path = binary_workbook(folder / "t.xlsb", lines)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.bin"]
    place = sheet.index(b"\x00", sheet.index(struct.pack("<I", 2)) - 2)
    assert sheet[place] == 0  # the record of a row, and its length
    size = sheet[place + 1]
    hidden = struct.pack("<IIHBBBI", 2, 0, 300, 0, 0x10, 0, 1)
    parts["xl/worksheets/sheet1.bin"] = sheet[:place] + bytes([0, len(hidden)]) + hidden + sheet[place + 2 + size :]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def _open(folder: Path) -> Path:
    def row(*cells: str, more: str = "") -> str:
        texts = "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
        )
        return f"<table:table-row{more}>{texts or '<table:table-cell/>'}</table:table-row>"

    hidden = ' table:visibility="filter"'
    rows = (row("external_id", "name"), row("A-1", "Acme"), row("A-2", "Acme", more=hidden), row("A-3", "Acme"))
    lines = "".join((*rows, row(more=hidden)))
    return open_document(folder, lines)


BOOKS: dict[str, Callable[[Path], Path]] = {".xlsx": _new, ".xls": _old, ".xlsb": _binary, ".ods": _open}


@pytest.mark.parametrize("ending", BOOKS)
def test_hidden_rows_are_read_with_a_warning(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, ending: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = BOOKS[ending](tmp_path)
    with caplog.at_level(logging.WARNING, "RPA.Planhat"):
        planhat.keywords["Import Companies"](path)
    assert [row["externalId"] for row in sandbox.rows("companies")] == ["A-1", "A-2", "A-3"]
    (said,) = [each.getMessage() for each in caplog.records]
    assert "has 1 hidden row in the sheet " in said


@pytest.mark.parametrize("error", ["#SPILL!", "#CALC!", "#FIELD!", "#PYTHON!"])
def test_a_new_error_is_named_with_its_cell(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, error: str) -> None:
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["external_id", "name"])
        sheet.write_row(1, 0, ["A-1", 777])
    with zipfile.ZipFile(tmp_path / "t.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name, cell = "xl/worksheets/sheet1.xml", b'<c r="B2"><v>777</v></c>'
    parts[name] = parts[name].replace(cell, b'<c r="B2" t="e"><v>%s</v></c>' % error.encode())
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w") as archive:
        for each, content in parts.items():
            archive.writestr(each, content)
    with pytest.raises(errors.PlanhatError, match=f"shows {error} in B2, an error that only new programs know"):
        planhat.keywords["Import Companies"](tmp_path / "t.xlsx")
    assert sandbox.rows("companies") == []
