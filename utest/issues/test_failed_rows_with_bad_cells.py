"""The file of failed rows had bad cells in quotation marks, which stayed in the values once the file was corrected."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Literal

import pytest

from RPA.Planhat import Planhat, PlanhatBulkError, types
from RPA.Planhat.sandbox import Sandbox

MAPPING = ["Id -> external_id", "Name -> name", "City -> city", "Phase -> phase"]
TABLE = "Id;Name;City;Phase\nA-1;Acme;Kiel;live\nA-2;;Rome\nA-3;#NV;Lund;live\n"


def failed_rows(planhat: Planhat, folder: Path) -> Path:
    table = folder / "crm.csv"
    table.write_text(TABLE)
    planhat.import_objects(types.Company, table, MAPPING, bad_rows="skip", save_as=str(folder / "report"))
    return folder / "report.failed.csv"


def test_bad_cells_are_shown_as_they_were(sandbox: Sandbox, tmp_path: Path) -> None:
    failed = failed_rows(Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0), tmp_path)
    with failed.open(encoding="utf-8-sig", newline="") as file:
        cells = [row[:4] for row in csv.reader(file, delimiter=";")]
    assert cells[1:] == [["A-2", "", "Rome", "(missing cell)"], ["A-3", "#NV", "Lund", "live"]]


def test_rows_stay_bad_until_they_are_corrected(sandbox: Sandbox, tmp_path: Path) -> None:
    planhat = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    failed = failed_rows(planhat, tmp_path)
    with pytest.raises(PlanhatBulkError, match="2 of 2 rows are bad"):
        planhat.import_objects(types.Company, failed, MAPPING)
    text = failed.read_text("utf-8-sig").replace(";;Rome;(missing cell)", ";Bolt;Rome;live").replace("#NV", "Cord")
    failed.write_text(text, "utf-8-sig")
    assert str(planhat.import_objects(types.Company, failed, MAPPING)) == "2 created"
    assert planhat.find_object(types.Company, external_id="A-2").name == "Bolt"


@pytest.mark.parametrize("decimal", [".", ",", "auto"])
def test_numbers_of_a_workbook_mean_the_same(
    sandbox: Sandbox, tmp_path: Path, decimal: Literal[".", ",", "auto"]
) -> None:
    planhat = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    row = {"Id": "A-4", "Name": "Delta", "Sum": -1.125, "Score": "four"}
    planhat.create_object(types.CustomField(name="Sum", type="number", parent="company"))
    mapping = ["Id -> external_id", "Name -> name", "Sum -> custom.Sum", "Score -> csm_score"]
    report = str(tmp_path / "report")
    planhat.import_objects(types.Company, [row], mapping, decimal=decimal, bad_rows="skip", save_as=report)
    failed = tmp_path / "report.failed.csv"
    failed.write_text(failed.read_text("utf-8").replace(",four,", ",4,"), "utf-8")
    assert str(planhat.import_objects(types.Company, failed, mapping, decimal=decimal)) == "1 created"
    company = planhat.find_object(types.Company, external_id="A-4")
    assert company is not None
    assert company.custom == {"Sum": -1.125}
