"""Rules that held where somebody had named them, and were broken in a place beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from robot.api.types import Secret

from RPA.Planhat import Planhat, types
from RPA.Planhat.errors import PlanhatBulkError, PlanhatError, PlanhatValidationError
from RPA.Planhat.operations.checking.check import way_to

if TYPE_CHECKING:
    from pathlib import Path

ROW = {"Name": "Acme", "External Id": "A-1"}
HEADINGS = {"Name": "external_id", "External Id": " NAME"}


@pytest.mark.parametrize(
    ("keyword", "row"),
    [
        ("push_metrics", {"Kunde": "A", "Wert": 1, "Datum": "2026-11-05"}),
        ("track_activities", {"Kunde": "a@b.example", "Wert": "x", "Datum": "y"}),
    ],
)
def test_all_columns_that_are_no_fields_are_named_at_once(planhat: Planhat, keyword: str, row: Any) -> None:
    with pytest.raises(PlanhatError, match="have no field 'Kunde' or 'Wert' or 'Datum'"):
        planhat.run_keyword(keyword, [[row]], {})


@pytest.mark.parametrize("keyword", ["Create Company", "Create Planhat Object"])
def test_a_misspelt_attribute_of_a_record_is_refused_by_create_too(planhat: Planhat, keyword: str) -> None:
    record = planhat.create_object(types.Company(name="Acme", external_id="A-1"))
    read = planhat.get_object_by_id(types.Company, record.id)
    read["phaze"] = "renewed"
    model = ["company"] if keyword.endswith("Object") else []
    with pytest.raises(PlanhatValidationError, match="phaze"):
        planhat.run_keyword(keyword, [*model, read], {"external_id": "A-2"})
    assert [each.external_id for each in planhat.get_objects(types.Company)] == ["A-1"]


@pytest.mark.parametrize("value", [Secret("hidden"), [Secret("hidden")]])
def test_a_secret_is_no_parameter_of_a_request(planhat: Planhat, value: Any) -> None:
    with pytest.raises(PlanhatValidationError, match="q is a secret") as caught:
        planhat.run_keyword("planhat_request", ["GET", "/companies"], {"q": value})
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("value", [1002, 1002.0, "1002"])
def test_an_id_that_a_spreadsheet_gave_as_number_is_found(planhat: Planhat, value: Any) -> None:
    planhat.create_object(types.Company(name="Acme", external_id="1002", source_id="1002"))
    for field in ("external_id", "source_id"):
        assert planhat.run_keyword("Find Company", [], {field: value}).name == "Acme"
        assert [each.name for each in planhat.run_keyword("Get Companies", [], {field: value})] == ["Acme"]


@pytest.mark.parametrize("form", ["list", "text", ".json", ".jsonl", "frame"])
def test_headings_that_are_repeated_in_a_table_in_memory_are_a_bad_row(
    planhat: Planhat, tmp_path: Path, form: str
) -> None:
    rows: Any = [ROW, HEADINGS]
    if form == "text":
        rows = json.dumps(rows)
    elif form == "frame":
        rows = pytest.importorskip("pandas").DataFrame(rows)
    elif form != "list":
        path = tmp_path / f"rows{form}"
        path.write_text(json.dumps(rows) if form == ".json" else "\n".join(map(json.dumps, rows)), "utf-8")
        rows = path
    with pytest.raises(PlanhatBulkError, match="row 2: it repeats the names of the columns"):
        planhat.run_keyword("Import Companies", [rows], {})
    assert planhat.get_objects(types.Company) == []


def test_a_company_may_be_called_as_its_column(planhat: Planhat) -> None:
    rows = [{"name": "Name", "external_id": "A-1"}, {"name": "external_id", "external_id": "A-2"}]
    assert planhat.run_keyword("Import Companies", [rows], {}).counts["created"] == 2


def test_this_machine_is_said_to_be_reached_without_the_proxy_of_the_environment(
    planhat: Planhat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    assert way_to(planhat.session) == "over http, without a proxy"


@pytest.mark.parametrize("ending", [".html", ".tsv", ".csv"])
def test_a_plan_is_saved_by_a_program_as_by_a_robot(planhat: Planhat, tmp_path: Path, ending: str) -> None:
    plan = planhat.import_objects(types.Company, [{"name": "Acme", "external_id": "A-1"}], dry_run=True)
    path = tmp_path / f"plan{ending}"
    planhat.run_keyword("save_planhat_plan", [plan, str(path)], {})
    delimiter = {".tsv": "\t", ".csv": ","}.get(ending)
    first = path.read_text("utf-8-sig").partition("\n")[0]
    assert delimiter is None or first.startswith(f"row{delimiter}action")
