"""Python programs get what keywords do, as typed methods: tables, usage, custom fields, everyday work."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from RPA.Planhat import (
    Planhat,
    PlanhatBulkError,
    PlanhatNotFoundError,
    PlanhatValidationError,
    types,
)
from RPA.Planhat.api import PythonSurface
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.rows.report import TablePlan, TableReport
from RPA.Planhat.sandbox import Sandbox
from RPA.Planhat.types import Company, Enduser, PlanhatObjectList

METHODS = {
    name: method
    for part in PythonSurface.__bases__
    for name, method in vars(part).items()
    if inspect.isfunction(method) and not name.startswith("_")
}
EXAMPLES = {
    name: dedent(found.group(1))
    for name, method in METHODS.items()
    if (found := re.search(r"^ *```python\n(.*?)^ *```", method.__doc__ or "", re.DOTALL | re.MULTILINE))
}


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_examples_of_methods_run(planhat: Planhat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(EXAMPLES[name], name, "exec"), {"planhat": planhat, "types": types})


def test_methods_of_new_topics_have_an_example() -> None:
    told_elsewhere = {"take_snapshot", "confirm_changes", "verify_metrics", "send_segment_identify"}
    named_alone = {"plan_custom_fields", "export_custom_fields", "archive_enduser", "get_metrics", "trigger_automation"}
    own = set(METHODS) - set(EXAMPLES) - told_elsewhere - named_alone
    assert all(METHODS[name].__module__.endswith("api.records") for name in own), own


def test_methods_stand_before_keywords_of_the_same_name(planhat: Planhat) -> None:
    for name, method in METHODS.items():
        assert getattr(planhat, name).__func__ is method
    assert vars(planhat)["keywords"]["track_activities"].__self__ is not planhat


@pytest.mark.parametrize("act", ["import_objects", "sync_objects", "export_objects", "take_snapshot", "get_changes"])
def test_what_is_no_model_is_a_value_error(planhat: Planhat, act: str) -> None:
    with pytest.raises(ValueError, match="object_type must be a class"):
        getattr(planhat, act)("companies", "rows.csv")


# ---------------------------------------------------------------------------------------------- tables

ROWS = [{"Name": f"Company {each}", "Id": f"P-{each}", "Grösse": "1.234,5"} for each in range(3)]
MAPPING = {"Name": "name", "Id": "external_id", "Grösse": "custom.Size"}


@pytest.fixture
def sized(planhat: Planhat) -> Planhat:
    planhat.apply_custom_fields([{"name": "Size", "parent": "company", "type": "number"}])
    return planhat


def test_a_file_is_planned_imported_exported_and_synced(sized: Planhat, tmp_path: Path) -> None:
    file = tmp_path / "in.csv"
    file.write_text("Name;Id;Grösse\n" + "".join(";".join(row.values()) + "\n" for row in ROWS), "cp1252")
    steps: list[tuple[str, int, int]] = []

    def load(**options: Any) -> TablePlan | TableReport:
        told = {"decimal": ",", "encoding": "cp1252", "progress": lambda *step: steps.append(step), **options}
        done: TablePlan | TableReport = sized.import_objects(Company, file, MAPPING, **told)
        return done

    plan = load(dry_run=True)
    assert isinstance(plan, TablePlan)
    assert plan.counts["create"] == 3
    assert sized.find_object(Company, "P-1", default=None) is None
    assert load(save_as=str(tmp_path / "done")).counts["created"] == 3
    assert (tmp_path / "done.ok.csv").exists()
    assert ("sent", 3, 3) in steps
    assert sized.find_object(Company, "P-1").custom["Size"] == 1234.5
    done = sized.export_objects(Company, tmp_path / "out.csv", "name,externalId,custom.Size")
    found = [row for row in read_rows(done.path) if row["externalId"].startswith("P-")]
    assert [row["custom.Size"] for row in found] == ["1234.5"] * 3
    synced = sized.sync_objects(Company, done.path)
    assert (synced.counts["unchanged"], synced.total) == (done.rows, done.rows)


def test_rows_that_are_bad_are_an_error_with_the_report_on_it(sized: Planhat) -> None:
    bad = [*ROWS, {"Name": "X", "Id": "P-9", "Grösse": "much"}]
    with pytest.raises(PlanhatBulkError, match=r"row 4: custom\.Size takes a number, not 'much'") as stopped:
        sized.import_objects(Company, bad, MAPPING, decimal=",")
    assert stopped.value.report.counts["refused"] == 1
    report = sized.import_objects(Company, bad, MAPPING, decimal=",", bad_rows="skip")
    assert (report.counts["created"], report.counts["refused"]) == (3, 1)


def test_options_that_do_not_exist_are_refused(planhat: Planhat) -> None:
    with pytest.raises(TypeError, match="There is no option 'jurnal'"):
        planhat.import_objects(Company, ROWS, MAPPING, jurnal="x")  # type: ignore[call-overload]
    with pytest.raises(PlanhatValidationError, match="bad_rows is one of 'refuse', 'skip', not 'skp'"):
        planhat.sync_objects(Company, ROWS, MAPPING, bad_rows="skp")  # type: ignore[call-overload]


def test_a_library_that_is_to_write_nothing_returns_plans(demo: Sandbox, planhat: Planhat) -> None:
    careful = Planhat(demo.api_key, base_url=demo.url, calls_per_minute=0, dry_run=True)
    plan: Any = careful.import_objects(Company, [{"name": "A", "external_id": "DRY-1"}])
    assert isinstance(plan, TablePlan)
    assert planhat.find_object(Company, "DRY-1", default=None) is None
    careful.close()


def test_one_record_is_found_none_or_several(planhat: Planhat) -> None:
    planhat.update_objects([Company(name="Twin", external_id=f"T-{each}") for each in range(2)])
    assert planhat.find_object(Company, external_id="T-1").name == "Twin"
    with pytest.raises(PlanhatValidationError, match="2 companies fit 'twin'; which one is meant"):
        planhat.find_object(Company, "twin")
    with pytest.raises(PlanhatNotFoundError):
        planhat.find_object(Enduser, "nobody@nowhere.example")
    twins = [group for group in planhat.find_duplicates(Company, "name") if group[0].name == "Twin"]
    assert [type(each) for each in twins] == [PlanhatObjectList]
    assert {each.external_id for each in twins[0]} == {"T-0", "T-1"}


def test_a_sync_names_the_records_that_are_in_no_row(planhat: Planhat, caplog: pytest.LogCaptureFixture) -> None:
    others = planhat.get_objects(types.Asset)
    with caplog.at_level("INFO", "RPA.Planhat"):
        planhat.sync_objects(types.Asset, [], name_others=True)
    named = [record.message for record in caplog.records if "in no row" in record.message]
    assert len(named) == len(others) > 0


def test_records_become_flat_rows(planhat: Planhat) -> None:
    company = Company({"name": "Flat", "tags": ["a", "b"], "custom": {"Region": "EMEA"}})
    planhat.create_object(company, check_custom_fields=False)
    company = planhat.get_objects(Company, properties="ALL").find_by_id(planhat.find_object(Company, "Flat").id)
    assert planhat.flatten_objects([company], "name,tags,custom.Region") == [
        {"name": "Flat", "tags": "a,b", "custom.Region": "EMEA"}
    ]
    assert planhat.flatten_objects([company])[0]["custom.Region"] == "EMEA"


# ----------------------------------------------------------------------------------------------- usage


def test_activities_and_metrics_are_sent_and_verified(planhat: Planhat, tmp_path: Path) -> None:
    planhat.create_object(Company(name="Acme", external_id="U-1"))
    journal = tmp_path / "push.journal"
    rows = [{"action": "Logged in", "id": "u-1", "cId": "U-1"}] * 3
    assert planhat.track_activities(rows, journal=journal).calls == 1
    assert planhat.track_activities(rows, journal=journal).calls == 0
    with pytest.raises(PlanhatValidationError, match="who did it"):
        planhat.track_activity("Logged in")
    with pytest.raises(PlanhatValidationError, match="Did you mean weight"):
        planhat.track_activity("Logged in", email="a@b.example", wieght=2)  # type: ignore[call-arg]
    report = planhat.push_metrics([{"value": 1}, {"value": "x"}], dimension_id="d", external_id="U-1", bad_rows="skip")
    assert (report.counts["received"], len(report.bad)) == (1, 1)
    planhat.push_metrics(dimension_id="seats", value=7, external_id="U-1", date="2026-03-01")
    assert [each.value for each in planhat.get_metrics(dimension_id="seats", to_date="2026-03-01")] == [7]
    with pytest.raises(PlanhatBulkError, match="Planhat has no company with the external id 'U-9'"):
        planhat.verify_metrics([{"external_id": "U-9", "value": 1}], dimension_id="seats", timeout=0)


# ---------------------------------------------------------------------------------------- custom fields


def test_custom_fields_are_planned_applied_and_exported(planhat: Planhat, tmp_path: Path) -> None:
    planhat.apply_custom_fields([{"name": "Size", "parent": "company", "type": "number"}])
    count = planhat.export_custom_fields(tmp_path / "fields.json", "company")
    plan = planhat.plan_custom_fields(tmp_path / "fields.json")
    assert plan.is_done
    assert len(plan.same) == count
    checked = planhat.check_custom_values(Company, [{"name": "A", "custom.Size": "many"}], fail_on_errors=False)
    assert [each.message for each in checked.errors] == ["custom.Size takes a number, not 'many'."]


# --------------------------------------------------------------------------------------------- everyday


def test_notes_tickets_tasks_and_endusers(planhat: Planhat) -> None:
    company = planhat.create_object(Company(name="Acme", external_id="E-1"))
    ada = planhat.create_object(Enduser(email="ada@e-1.example", company_id=company.id))
    note = planhat.log_note("extid-E-1", "Kick-off", "a < b", endusers="ada@e-1.example", pinned=True)
    assert (note.type, note.endusers[0]["id"], note.pinned) == ("note", ada.id, True)
    assert planhat.log_ticket("T-1", "ada@e-1.example", company_external_id="E-1").email == "ada@e-1.example"
    assert planhat.archive_enduser(ada).archived
    assert not planhat.archive_enduser(ada, archived=False).archived
