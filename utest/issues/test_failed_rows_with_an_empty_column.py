"""The file of failed rows lacked columns that were empty in all of them, and the same mapping refused it."""

from __future__ import annotations

from pathlib import Path

from RPA.Planhat import Planhat, types
from RPA.Planhat.sandbox import Sandbox

MAPPING = ["Id -> external_id", "Name -> name", "Score -> csm_score", "Phase -> phase"]


def test_the_mended_file_goes_in_with_the_same_mapping(sandbox: Sandbox, tmp_path: Path) -> None:
    planhat = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    table = tmp_path / "crm.csv"
    table.write_text("Id;Phase;Name;Score\nA-1;;Acme;four\nA-2;;Bolt;5\n")
    planhat.import_objects(types.Company, table, MAPPING, bad_rows="skip", save_as=str(tmp_path / "report"))
    failed = tmp_path / "report.failed.csv"
    assert failed.read_text("utf-8-sig").startswith("Id;Phase;Name;Score;planhat_row")
    failed.write_text(failed.read_text("utf-8").replace(";four;", ";4;"), "utf-8")
    assert str(planhat.import_objects(types.Company, failed, MAPPING)) == "1 created"
