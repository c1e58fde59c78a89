"""What keywords return goes on: into dictionaries of Robot Framework, JSON, and rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from robot.running import testlibraries
from robot.utils import DotDict

from RPA.Planhat import Planhat
from RPA.Planhat.types import Company

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from RPA.Planhat import Sandbox

ROW = {"external_id": "Z-1", "name": "Zeta"}
BAD = {"external_id": "Z-2", "name": "Eta", "csm_score": "99"}


@pytest.fixture
def run(sandbox: Sandbox) -> Callable[..., Any]:
    planhat = Planhat(
        sandbox.api_key,
        base_url=sandbox.url,
        analytics_url=sandbox.url,
        tenant_uuid=sandbox.tenant_uuid,
        calls_per_minute=0,
    )
    planhat.run_keyword("Create Company", [], ROW)
    return lambda called, *args, **named: planhat.run_keyword(called, list(args), named)


RESULTS: dict[str, Callable[[Any, Path], Any]] = {
    "upsert": lambda run, _: run("Upsert Companies", [ROW, {"external_id": "Z-3"}], fail_on_errors=False),
    "import": lambda run, _: run("Import Companies", [ROW, BAD], bad_rows="skip", fail_on_errors=False),
    "plan": lambda run, _: run("Sync Companies", [{**ROW, "name": "Other"}], dry_run=True),
    "push": lambda run, _: run("push_metrics", [{"dimension_id": "x", "value": 1, "external_id": "Z-1"}]),
    "verification": lambda run, _: run(
        "verify_metrics", [{"dimension_id": "x", "value": 1, "external_id": "no"}], fail_on_errors=False, timeout=0
    ),
    "plan of fields": lambda run, _: run("plan_custom_fields", [{"name": "Q", "parent": "company", "type": "text"}]),
    "checked values": lambda run, _: run("check_custom_values", [{"custom.No": 1}], "company", fail_on_errors=False),
    "deletion": lambda run, _: run("Delete Planhat Objects", "companies", ["extid-Z-1"], expected=1),
    "changes": lambda run, path: (
        run("take_planhat_snapshot", "companies", str(path / "s.db")),
        run("Create Company", name="New"),
        run("get_planhat_changes", "companies", str(path / "s.db")),
    )[-1],
}


@pytest.mark.parametrize("name", RESULTS)
def test_what_is_returned_is_a_dictionary_of_counts_and_rows(name: str, run: Any, tmp_path: Path) -> None:
    result = RESULTS[name](run, tmp_path)
    kept = json.loads(json.dumps(result))
    assert kept["counts"] == result.counts
    assert kept["rows"]
    assert all(isinstance(row, dict) for row in kept["rows"])
    assert DotDict(result=result).result["counts"] == result.counts


def test_rows_that_failed_become_a_table(run: Any) -> None:
    report = RESULTS["import"](run, None)  # type: ignore[arg-type]
    (row,) = run("flatten_objects", report.failed)
    assert {"number", "outcome", "reason", "key", "external_id", "name", "csm_score"} <= set(row)


def test_records_stay_records_in_a_list_that_create_dictionary_takes(run: Any) -> None:
    companies = run("Get Companies", limit=2)
    made = DotDict(companies=companies)
    assert made.companies is companies
    assert [type(each) for each in companies] == [Company] * len(companies)


def test_robot_framework_takes_all_keywords() -> None:
    library = testlibraries.TestLibrary.from_name("RPA.Planhat")
    assert len(library.keywords) == len(Planhat("tok-0815").get_keyword_names())


def test_a_report_is_saved_with_a_line_for_each_of_its_rows(planhat: Planhat, tmp_path: Path) -> None:
    rows = [{"external_id": "S-1", "name": "Acme"}, {"external_id": "S-2", "name": "Bolt", "csm_score": "nine"}]
    report = planhat.import_objects(Company, rows, bad_rows="skip")
    assert planhat.save_rows(report, tmp_path / "report.csv").rows == 2
    assert (tmp_path / "report.csv").read_text("utf-8-sig").splitlines()[1].startswith("1,created,,externalId=S-1,S-1")


def test_days_of_plain_rows_are_days_in_files(planhat: Planhat, tmp_path: Path) -> None:
    planhat.save_rows([{"day": "2026-03-01", "code": "2026-03"}], tmp_path / "days.csv", dates="DD.MM.YYYY")
    assert (tmp_path / "days.csv").read_text("utf-8-sig").splitlines()[1] == "01.03.2026,2026-03"
