"""A number whose format adds characters came back from a file of failed rows as what the worksheet shows.

`4 pts` is a bad cell in a field for numbers, and `14` in a format such as `"1"0` is another number. Of a large table,
whose rows are on the disk, the number alone came back: 12 for the id A-12.
"""

from __future__ import annotations

import csv
import io
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatBulkError, types

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

xlsxwriter = pytest.importorskip("xlsxwriter")

COLUMNS = {"Id": ('"A-"0', 12), "Score": ('"1"0', 4), "Sum": ('0" pts"', 15), "Zip": ("00000", 1067)}
MAPPING = [
    "Id -> external_id",
    "Name -> name",
    "Score -> csm_score",
    "Sum -> custom.Sum",
    "Zip -> zip",
    "Bad -> custom.Bad",
]


def _book(path: Path) -> str:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for column, (name, (code, number)) in enumerate(COLUMNS.items()):
            sheet.write_string(0, column, name)
            sheet.write_number(1, column, number, book.add_format({"num_format": code}))
        for column, (name, text) in enumerate({"Name": "Acme", "Bad": "four"}.items(), len(COLUMNS)):
            sheet.write_column(0, column, [name, text])
        sheet.write_row(2, 0, ["B-1", 2, 3, "x", "Bolt", "five"])
    return str(path)


@pytest.fixture(params=[64, 0], ids=["memory", "disk"])
def planhat(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Planhat]:
    with Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0, rows_in_memory=request.param) as made:
        for name in ("Sum", "Bad"):
            made.create_object(types.CustomField(name=name, parent="company", type="number"))
        yield made


def _failed(planhat: Planhat, folder: Path, **options: Any) -> Path:
    planhat.import_objects(
        types.Company, _book(folder / "t.xlsx"), MAPPING, bad_rows="skip", save_as=str(folder / "report"), **options
    )
    return folder / "report.failed.csv"


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def test_it_shows_what_the_worksheet_shows(planhat: Planhat, tmp_path: Path) -> None:
    first, second = _rows(_failed(planhat, tmp_path))
    assert [first[name] for name in COLUMNS] == ["A-12", "14", "15 pts", "01067"]
    assert [second[name] for name in COLUMNS] == ["B-1", "2", "3", "x"]


@pytest.mark.parametrize("decimal", [".", ",", "auto"])
def test_it_is_imported_again_with_the_same_values(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, decimal: str
) -> None:
    path = _failed(planhat, tmp_path, decimal=decimal)
    assert sandbox.rows("companies") == []
    again = partial(planhat.import_objects, types.Company, path, MAPPING)
    path.write_text(path.read_text("utf-8-sig").replace("four", "4").replace("five", "5"), "utf-8-sig")
    assert str(again(decimal=decimal)) == "2 created"
    found = [
        (row["externalId"], row["csmScore"], row["custom"]["Sum"], row["zip"]) for row in sandbox.rows("companies")
    ]
    assert found == [("A-12", 4, 15, "01067"), ("B-1", 2, 3, "x")]


def test_a_cell_that_was_corrected_is_what_it_shows(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    path = _failed(planhat, tmp_path)
    text = path.read_text("utf-8-sig").replace("four", "4").replace("five", "5")
    path.write_text(text.replace("A-12,14,", "A-13,3,", 1), "utf-8-sig")
    assert str(planhat.import_objects(types.Company, path, MAPPING)) == "2 created"
    assert [(row["externalId"], row["csmScore"]) for row in sandbox.rows("companies")] == [("A-13", 3), ("B-1", 2)]


def test_a_file_that_failed_twice_keeps_them(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    first = _failed(planhat, tmp_path)
    report = str(tmp_path / "again")
    planhat.import_objects(types.Company, first, MAPPING, bad_rows="skip", save_as=report)
    path = tmp_path / "again.failed.csv"
    path.write_text(path.read_text("utf-8-sig").replace("four", "4").replace("five", "5"), "utf-8-sig")
    assert str(planhat.import_objects(types.Company, path, MAPPING)) == "2 created"
    assert sandbox.rows("companies")[0]["custom"]["Sum"] == 15


@pytest.mark.parametrize("cell", ["", "x", "[1]", '{"Score": 4}', '{"Score": {"14": "x"}}', '{"Score": {"14": true}}'])
def test_without_their_numbers_cells_are_what_they_show(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, cell: str
) -> None:
    rows = _rows(_failed(planhat, tmp_path))
    for row in rows:
        row |= {"planhat_numbers": cell, "Bad": "4", "Sum": "15", "Id": row["Id"]}
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    (tmp_path / "edited.csv").write_text(text.getvalue(), "utf-8-sig")
    with pytest.raises(
        PlanhatBulkError, match=r"1 of 2 rows are bad:\s+row 1: csm_score goes from 1 to 5; 14 is outside"
    ):
        planhat.import_objects(types.Company, tmp_path / "edited.csv", MAPPING)
    assert sandbox.rows("companies") == []
