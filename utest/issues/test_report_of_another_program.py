"""Failed rows of a German Excel file came back with commas, and no report said how the rows of a file count.

With `encoding=cp1252` for the input, the mended file, which has a byte order mark, was not read either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import Planhat, errors, types

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

MAPPING = ["Nummer -> external_id", "Name -> name", "Note -> csm_score"]
COUNTED = "Row 1 is the first below the column names, as a rule line 2 of the file; empty lines do not count."


@pytest.fixture
def planhat(sandbox: Sandbox) -> Planhat:
    return Planhat(sandbox.api_key, tenant_uuid=sandbox.tenant_uuid, base_url=sandbox.url, calls_per_minute=0)


def test_failed_rows_are_mended_and_imported_in_the_same_program(planhat: Planhat, tmp_path: Path) -> None:
    table = tmp_path / "kunden.csv"
    table.write_bytes("Nummer;Name;Note\nA-1;Müller, Söhne;4\nA-2;Größe;neun\n".encode("cp1252"))
    told = {"encoding": "cp1252", "bad_rows": "skip", "save_as": str(table)}
    planhat.import_objects(types.Company, table, MAPPING, **told)  # type: ignore[call-overload]
    failed = tmp_path / "kunden.failed.csv"
    text = failed.read_text("utf-8-sig")
    assert text.splitlines()[1].startswith("A-2;Größe;neun;2;failed;;")
    failed.write_text(text.replace("neun;", "3;"), "utf-8-sig")
    assert str(planhat.import_objects(types.Company, failed, MAPPING, **told)) == "1 created"  # type: ignore[call-overload]
    assert {each.name for each in planhat.get_objects(types.Company)} == {"Müller, Söhne", "Größe"}


def test_the_files_of_an_upsert_and_of_a_plan_follow_the_input(planhat: Planhat, tmp_path: Path) -> None:
    table = tmp_path / "companies.txt"
    table.write_text("external_id\tname\nA-1\tAcme\n")
    report = planhat.keywords["Upsert Companies"](str(table))
    assert "A-1\tAcme\t1\tcreated" in report.save_files(tmp_path / "report")["ok"].read_text("utf-8-sig")
    planhat.import_objects(types.Company, table, dry_run=True, save_as=str(tmp_path / "plan.csv"))
    assert (tmp_path / "plan.csv").read_text("utf-8-sig").startswith("row\taction\tkey")


@pytest.mark.parametrize("keyword", ["Import Companies", "Upsert Companies", "track_activities", "push_metrics"])
def test_errors_say_how_rows_of_a_file_count(planhat: Planhat, tmp_path: Path, keyword: str) -> None:
    table = tmp_path / "companies.csv"
    table.write_text("name,colour\nAcme,red\n")
    with pytest.raises((errors.PlanhatBulkError, errors.PlanhatValidationError)) as caught:
        planhat.keywords[keyword](str(table))
    assert "row 1: " in str(caught.value)
    assert str(caught.value).endswith(COUNTED)


def test_rows_of_a_list_have_no_line(planhat: Planhat) -> None:
    with pytest.raises(errors.PlanhatBulkError) as caught:
        planhat.import_objects(types.Company, [{"colour": "red"}])
    assert COUNTED not in str(caught.value)
