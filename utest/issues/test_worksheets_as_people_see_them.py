"""What a worksheet shows and what its cells hold are two things; where they differ, a value was lost or became another.

Merged cells were empty but for the first, zeros of a number format were not there, and digits beyond those of a float
became others.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors, types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

xlsxwriter = pytest.importorskip("xlsxwriter")

HEADINGS = ["external_id", "name", "city"]
KEYWORDS = ("Import Companies", "Sync Companies", "Upsert Companies")


@pytest.fixture
def planhat(sandbox: Sandbox) -> Iterator[Planhat]:
    with Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0) as made:
        made.create_object(types.CustomField(name="Num", parent="company", type="number"))
        yield made


def _book(path: Path, lines: list[list[Any]], fill: Callable[[Any, Any], None] | None = None) -> str:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
        if fill is not None:
            fill(book, sheet)
    return str(path)


def _stored(sandbox: Sandbox, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(row.get(key) for key in keys) for row in sandbox.rows("companies")]


ROWS: list[list[Any]] = [HEADINGS, ["A-1", "Acme", "Berlin"], ["A-2", "Bolt"], ["A-3", "Cog", "Rome"]]
MERGED: dict[str, tuple[tuple[int, int, int, int], str, str]] = {
    "a city of two rows": (
        (1, 2, 2, 2),
        "Berlin",
        "row 2: city is covered by a merged cell: unmerge the cells in Excel",
    ),
    "a name and a city": ((2, 1, 2, 2), "Bolt", "row 2: city is covered by a merged cell"),
    "an id of two rows": ((1, 0, 2, 0), "A-1", "row 2: external_id is covered by a merged cell"),
    "down behind the table": ((1, 2, 60, 9), "Berlin", "rows 2, 3: city is covered by a merged cell"),
}


@pytest.mark.parametrize("case", MERGED)
@pytest.mark.parametrize("keyword", KEYWORDS)
def test_what_a_merged_cell_covers_is_a_bad_cell(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, case: str, keyword: str
) -> None:
    place, text, said = MERGED[case]
    lines = [list(line) for line in ROWS]
    if case == "an id of two rows":
        lines[2][0] = None
    if case.startswith("down"):
        lines[3].pop()
    path = _book(tmp_path / "t.xlsx", lines, lambda _, sheet: sheet.merge_range(*place, text))
    with pytest.raises(errors.PlanhatError, match=said):
        planhat.keywords[keyword](path)
    assert sandbox.rows("companies") == []


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_merged_cells_that_hide_nothing_are_no_fault(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, keyword: str
) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.merge_range(1, 2, 1, 4, "Berlin")  # over columns without a name
        sheet.merge_range(2, 2, 3, 2, "")  # nothing
        sheet.merge_range(4, 3, 6, 5, "")

    lines: list[list[Any]] = [HEADINGS, ["A-1", "Acme", "Berlin"], ["A-2", "Bolt"], ["A-3", "Cog"]]
    planhat.keywords[keyword](_book(tmp_path / "t.xlsx", lines, fill))
    assert _stored(sandbox, "externalId", "city") == [("A-1", "Berlin"), ("A-2", None), ("A-3", None)]


@pytest.mark.parametrize("form", ["00000", "[$-407]00000"])
@pytest.mark.parametrize("keyword", KEYWORDS)
def test_zeros_that_a_format_shows_are_part_of_texts(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, keyword: str, form: str
) -> None:
    def fill(book: Any, sheet: Any) -> None:
        style = book.add_format({"num_format": form})
        for column, number in enumerate((12, 1067, 7), start=0):
            sheet.write_number(1, (0, 2, 3)[column], number, style)
        sheet.write_number(2, 0, 123456, style)

    lines: list[list[Any]] = [["external_id", "name", "zip", "custom.Num"], [None, "Acme"], [None, "Bolt"]]
    planhat.keywords[keyword](_book(tmp_path / "t.xlsx", lines, fill))
    found = [
        (row["externalId"], row.get("zip"), (row.get("custom") or {}).get("Num")) for row in sandbox.rows("companies")
    ]
    assert found == [("00012", "01067", 7), ("123456", None, None)]


def _with_numbers(path: Path, *numbers: str) -> str:
    """Returns a workbook with numbers as another program writes them: XlsxWriter writes 16 digits at most."""
    made = _book(path.with_name("made.xlsx"), [["external_id", "name", "custom.Num"], [111, "Acme", 222]])
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            data = old.read(part)
            if part.endswith("sheet1.xml"):
                for own, number in zip((b"<v>111<", b"<v>222<"), numbers, strict=True):
                    data = data.replace(own, f"<v>{number}<".encode())
            new.writestr(part, data)
    return str(path)


@pytest.mark.parametrize("number", [2**53 - 1, 2**53, 2**53 + 1, 12345678901234567, 10**20 + 1, -(2**53) - 1])
@pytest.mark.parametrize("keyword", KEYWORDS)
def test_digits_of_a_file_are_those_that_are_stored(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, keyword: str, number: int
) -> None:
    planhat.keywords[keyword](_with_numbers(tmp_path / "t.xlsx", str(number), str(number)))
    (row,) = sandbox.rows("companies")
    assert (row["externalId"], row["custom"]["Num"]) == (str(number), number)


def test_an_export_names_numbers_that_a_workbook_rounds(
    planhat: Planhat, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [{"external_id": "A-1", "Num": number} for number in (0.1 + 0.2, 0.1, 5, 1e300, 2.5)]
    for ending, said in (
        (".csv", []),
        (".xlsx", ["1 number is rounded to the 16 digits that are written: export as .csv."]),
    ):
        caplog.clear()
        planhat.save_rows(rows, tmp_path / f"t{ending}")
        assert caplog.messages == said
