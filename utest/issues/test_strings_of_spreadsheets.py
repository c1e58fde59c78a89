"""What spreadsheets write for themselves was stored from some doors, and refused from others.

`#N/A` was a city for `Upsert Companies`, `Create Company` and a JSON file; `="00012"` and `=A1` were ids for all doors
but CSV. A title above the headings was said to be a missing quotation mark, or a field.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors, types

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

xlsxwriter = pytest.importorskip("xlsxwriter")
Row = dict[str, Any]


def _json(planhat: Planhat, row: Row, folder: Path) -> Any:
    (folder / "t.json").write_text(json.dumps([row]), "utf-8")
    return planhat.keywords["Import Companies"](str(folder / "t.json"))


def _workbook(planhat: Planhat, row: Row, folder: Path) -> Any:
    with xlsxwriter.Workbook(folder / "t.xlsx") as book:
        sheet = book.add_worksheet()
        for column, (name, cell) in enumerate(row.items()):
            sheet.write_string(0, column, name)
            sheet.write_string(1, column, cell)
    return planhat.keywords["Import Companies"](str(folder / "t.xlsx"))


DOORS: dict[str, Callable[[Planhat, Row, Path], Any]] = {
    "upsert": lambda planhat, row, _: planhat.keywords["Upsert Companies"]([row]),
    "import": lambda planhat, row, _: planhat.keywords["Import Companies"]([row]),
    "plan": lambda planhat, row, _: planhat.keywords["Sync Companies"]([row], dry_run=True),
    "create": lambda planhat, row, _: planhat.keywords["Create Company"](**row),
    "program": lambda planhat, row, _: planhat.create_object(types.Company(row)),
    "json": _json,
    "workbook": _workbook,
}
REFUSED = {
    ("city", "#N/A"): "city shows #N/A, an error of",
    ("city", "#BEZUG!"): "city shows #BEZUG!, an error of",
    ("zip", '="01067"'): "as spreadsheets keep zeros",
    ("custom.Note", "#REF!"): "shows #REF!, an error of",
    ("external_id", '="00012"'): "as spreadsheets keep zeros",
    ("external_id", "=A1"): "as it is written for a spreadsheet",
    ("external_id", "'00012"): "as it is written for a spreadsheet",
    ("source_id", "#N/A"): "source_id (is '#N/A'|shows #N/A)",
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("case", REFUSED, ids=" ".join)
def test_what_a_spreadsheet_writes_for_itself_is_no_value(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, door: str, case: tuple[str, str]
) -> None:
    field, text = case
    planhat.create_object(types.CustomField(name="Note", parent="company", type="text"))
    row = {"external_id": "A-1", "name": "Acme", field: text}
    if door == "plan":
        plan = DOORS[door](planhat, row, tmp_path)
        assert plan.counts["refused"] == 1
        return
    with pytest.raises(errors.PlanhatError, match=REFUSED[case]):
        DOORS[door](planhat, row, tmp_path)
    assert sandbox.rows("companies") == []


@pytest.mark.parametrize("door", ["upsert", "import", "json", "workbook", "create"])
@pytest.mark.parametrize("text", ["#1 in Europe", "#N/A yet", "=1+1", '="a" = b', "+49 30", "'s"])
def test_strings_that_only_look_like_it_stay(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, door: str, text: str
) -> None:
    DOORS[door](planhat, {"external_id": "A-1", "name": "Acme", "city": text}, tmp_path)
    assert [row["city"] for row in sandbox.rows("companies")] == [text]


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@pytest.mark.parametrize("title", [["Accounts 2026"], ["Key", "", "Address"]])
def test_a_title_above_the_headings_is_named(planhat: Planhat, tmp_path: Path, ending: str, title: list[str]) -> None:
    lines = [title, ["external_id", "name", "city"], ["A-1", "Acme", "Berlin"]]
    path = tmp_path / f"t{ending}"
    if ending == ".csv":
        path.write_text("".join(",".join(line) + "\n" for line in lines), "utf-8")
    else:
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for number, line in enumerate(lines):
                for column, cell in enumerate(line):
                    sheet.write(number, column, cell or None)
    with pytest.raises(errors.PlanhatError, match=r"title, delete (it|the lines above)"):
        planhat.keywords["Import Companies"](str(path))


def test_a_text_of_many_brackets_is_refused_at_once(planhat: Planhat, tmp_path: Path) -> None:
    """PyYAML looks at all of them again for each: 5,000 took seconds."""
    (tmp_path / "fields.yaml").write_text("[" * 5000 + "{\n" * 5000, "utf-8")
    with pytest.raises(errors.PlanhatValidationError, match=r"fields\.yaml is nested too deep"):
        planhat.keywords["apply_custom_fields"](str(tmp_path / "fields.yaml"))
