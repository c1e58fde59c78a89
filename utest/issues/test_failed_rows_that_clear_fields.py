"""A failed row that was mended and fed back left alone the fields that it was to clear: its file had no empty cells."""

from __future__ import annotations

from pathlib import Path

from RPA.Planhat import Planhat, types
from RPA.Planhat.sandbox import Sandbox


def test_what_is_to_be_cleared_is_cleared_by_the_mended_row(sandbox: Sandbox, tmp_path: Path) -> None:
    planhat = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    planhat.create_object(types.Company(name="Acme", external_id="A-1", phase="onboarding"))
    row = {"external_id": "A-1", "phase": "", "csm_score": "four"}
    planhat.import_objects(types.Company, [row], clear_empty=True, bad_rows="skip", save_as=str(tmp_path / "report"))
    failed = tmp_path / "report.failed.csv"
    failed.write_text(failed.read_text("utf-8").replace(",four,", ",4,"), "utf-8")
    report = planhat.import_objects(types.Company, failed, clear_empty=True)
    assert str(report) == "1 updated"
    (stored,) = sandbox.rows("companies")
    assert (stored["csmScore"], stored.get("phase")) == (4, None)
