"""Reports as dictionaries: they go into JSON, work items, dictionaries and tables, with every row exactly once."""

from __future__ import annotations

import copy
import json
import os
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from robot.utils import DotDict

from RPA.Planhat import Planhat, types
from RPA.Planhat.errors import PlanhatBulkError
from RPA.Planhat.operations.rows.outcomes import Outcome, RowResult

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

GONE = "0" * 24
ROWS = [
    {"external_id": "1", "name": "One", "key": "own", "custom.Since": None},
    {"_id": GONE, "name": "Gone", "key": "own"},
]


@pytest.fixture
def planhat(sandbox: Sandbox) -> Planhat:
    return Planhat(
        sandbox.api_key, base_url=sandbox.url, analytics_url=sandbox.url, tenant_uuid="0" * 36, calls_per_minute=0
    )


def reports(planhat: Planhat) -> dict[str, Any]:
    """Returns a report of each kind."""
    rows = [{"external_id": "1", "name": "One"}, {"_id": GONE, "name": "Gone"}]
    upserted = planhat.update_objects(types.Company.from_list(rows), fail_on_errors=False)
    imported = planhat.import_objects(types.Company, [*rows, {"phse": 1}], bad_rows="skip", fail_on_errors=False)
    planned = planhat.import_objects(types.Company, [*rows, {"external_id": "2", "name": "Two"}], dry_run=True)
    synced = planhat.sync_objects(types.Company, [{"external_id": "3", "name": "Three"}])
    metrics = [{"dimension_id": "d", "value": 1, "external_id": "1"}, {"value": 2}]
    pushed = planhat.push_metrics(metrics, bad_rows="skip")
    return {"upsert": upserted, "import": imported, "plan": planned, "sync": synced, "push": pushed}


@pytest.mark.parametrize("kind", ["upsert", "import", "plan", "sync", "push"])
def test_a_report_is_a_dictionary_of_counts_and_rows(planhat: Planhat, kind: str) -> None:
    report = reports(planhat)[kind]
    said = json.loads(json.dumps(report))
    assert said["counts"] == report.counts
    assert said["rows"]
    assert all(isinstance(row, dict) for row in said["rows"])
    assert {"counts", "rows"} <= set(report)
    assert list(report) == list(report.keys()) == list(dict(report))
    assert len(report) == len(report.items()) == len(report.values())
    assert json.loads(json.dumps(report, indent=1)) == json.loads(json.dumps(dict(report))) == said
    assert "counts" in report
    assert report.get("nothing", 5) == 5
    assert DotDict(report=report).report.counts == report.counts
    assert str(report) == repr(report)
    assert len(str(report)) < 60
    with pytest.raises(KeyError):
        report["nothing"]


def test_the_account_of_others_says_of_which_model_and_what_happens(planhat: Planhat) -> None:
    planhat.create_object(types.Company(name="Old", external_id="0"))
    report = planhat.sync_objects(types.Company, [{"external_id": "3", "name": "Three"}], others="report")
    assert report.others is not None
    said = json.loads(json.dumps(report.others))
    assert dict(report.others).keys() == said.keys() == {"model", "action", "counts", "rows"}
    assert (said["model"], said["action"]) == ("company", "report")
    assert [row["name"] for row in said["rows"]] == ["Old"]


@pytest.mark.parametrize("kind", ["upsert", "import", "push"])
def test_an_encoder_that_would_leave_out_rows_refuses_a_report(planhat: Planhat, kind: str) -> None:
    orjson = pytest.importorskip("orjson")
    report = reports(planhat)[kind]
    with pytest.raises(TypeError, match="not JSON serializable"):
        orjson.dumps(report)
    assert orjson.loads(orjson.dumps(dict(report))) == json.loads(json.dumps(report))


def test_every_row_is_in_it_once(planhat: Planhat) -> None:
    found = reports(planhat)
    assert [row["number"] for row in found["upsert"]["rows"]] == [1, 2]
    assert [(row["number"], row["outcome"]) for row in found["import"]["rows"]] == [
        (1, "unchanged"),
        (2, "failed"),
        (3, "refused"),
    ]
    assert sum(found["push"].counts.values()) == 2


def test_failed_rows_are_dictionaries_with_the_columns_of_their_rows(planhat: Planhat) -> None:
    report = reports(planhat)["import"]
    gone, refused = report.failed
    assert gone == {**gone}
    assert list(gone) == ["number", "outcome", "reason", "key", "_id", "name"]
    assert (gone["outcome"], gone["key"], gone["name"]) == ("failed", f"_id={GONE}", "Gone")
    assert (refused["number"], refused["outcome"], refused["phse"]) == (3, "refused", 1)
    assert "no field 'phse'" in refused["reason"]
    assert refused.outcome is Outcome.FAILED
    assert isinstance(report.failed, list)


def test_failed_rows_go_in_again(planhat: Planhat, sandbox: Sandbox) -> None:
    report = planhat.import_objects(types.Enduser, [{"email": "a@b.example"}], bad_rows="skip", fail_on_errors=False)
    assert len(report.failed) == 1
    again = [{**row.row, "company_id": "extid-1"} for row in report.failed]
    planhat.create_object(types.Company(name="One", external_id="1"))
    assert str(planhat.import_objects(types.Enduser, again)) == "1 created"
    assert len(sandbox.rows("endusers")) == 1


def test_a_row_keeps_columns_that_are_called_as_its_account() -> None:
    row = RowResult(3, Outcome.FAILED, {"key": 1, "reason": 2, "name": "x"}, "externalId=1", reason="why")
    assert row == row  # noqa: PLR0124 - it compares what it says
    assert dict(row) == {
        "number": 3, "outcome": "failed", "reason": "why", "key": "externalId=1", "row.key": 1, "row.reason": 2,
        "name": "x",
    }  # fmt: skip
    assert copy.deepcopy(row) == row
    assert (copy.copy(row).number, copy.copy(row).row) == (3, row.row)
    assert str(row) == "row 3 failed: why"


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        (date(2026, 3, 1), "2026-03-01"),
        (Decimal("1.50"), 1.5),
        (float("nan"), None),
        ([date(2026, 3, 1)], ["2026-03-01"]),
        ({"a": {1}}, {"a": "{1}"}),
        (1.5, 1.5),
        (True, True),
        (None, None),
    ],
)
def test_cells_are_what_json_and_worksheets_hold(cell: Any, plain: Any) -> None:
    row = RowResult(1, Outcome.FAILED, {"cell": cell})
    assert row["cell"] == plain
    assert json.loads(json.dumps(row))["cell"] == plain


def test_records_that_no_row_means_are_a_sequence(planhat: Planhat) -> None:
    for number in range(3):
        planhat.create_object(types.Company(name=f"Other {number}", external_id=f"O{number}"))
    report = planhat.sync_objects(types.Company, [{"external_id": "1", "name": "One"}])
    others = report.not_in_table
    assert len(others) == 3
    assert others[0]["name"] == "Other 0"
    assert [each["externalId"] for each in others[1:]] == ["O1", "O2"]


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        (["failed"] * 4, "4 of 4 rows were not stored: 4 failed"),
        (["created", "unknown", "unknown"], "2 of 3 rows may not have been stored: 1 created, 2 unknown"),
        (
            ["created", "failed", "unknown", "failed"],
            "2 of 4 rows were not stored, 1 more may not have been stored: 1 created, 2 failed, 1 unknown",
        ),
    ],
)
def test_one_sentence_says_what_was_not_stored(planhat: Planhat, outcomes: list[str], said: str) -> None:
    report = planhat.update_objects(types.Company.from_list([{"name": "One", "externalId": "1"}]))
    assert report.problem() == ""
    report.plan = None
    report.results = [RowResult(number, outcome, {}) for number, outcome in enumerate(outcomes, 1)]
    assert report.problem() == said
    with pytest.raises(PlanhatBulkError) as problem:
        report.raise_if_failed()
    assert str(problem.value).startswith(f"{said}\n  row ")


def test_a_file_that_is_open_elsewhere_is_refused_before_anything_is_sent(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, tmp_path / "report.failed.csv")
    with pytest.raises(Exception, match=r"report.failed.csv cannot be written: .*Nothing was sent"):
        planhat.import_objects(types.Company, [{"name": "One"}], save_as=tmp_path / "report")
    assert sandbox.rows("companies") == []
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_opened_meanwhile_gets_a_free_name(
    planhat: Planhat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def held(*_: Any) -> None:
        hold(monkeypatch, tmp_path / "report.failed.csv")

    rows = [{"external_id": "1", "name": "One"}, {"_id": GONE, "name": "Gone"}]
    planhat.import_objects(types.Company, rows, save_as=tmp_path / "report", fail_on_errors=False, progress=held)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "report.failed-2.csv",
        "report.ok.csv",
        "report.unknown.csv",
    ]
    assert "Gone" in (tmp_path / "report.failed-2.csv").read_text("utf-8-sig")
    assert "report.failed-2.csv" in caplog.text


def hold(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """Refuses to open or replace a file, as Windows does while Excel has it."""
    write, move = type(path).open, os.replace

    def open_(own: Path, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        if own == path and mode != "rb":
            raise PermissionError(13, "Permission denied", str(own))
        return write(own, mode, *arguments, **named)

    def replace(new: Path, own: Path) -> None:
        if own == path:
            raise PermissionError(13, "Permission denied", str(new), None, str(own))
        move(new, own)

    monkeypatch.setattr(type(path), "open", open_)
    monkeypatch.setattr(os, "replace", replace)


def test_a_plan_returns_the_path_of_its_file(planhat: Planhat, tmp_path: Path) -> None:
    plan = planhat.import_objects(types.Company, [{"external_id": "1", "name": "One"}], dry_run=True)
    paths = plan.save_files(tmp_path / "plan.csv")
    assert paths == {"plan": tmp_path / "plan.csv"}
    assert "One" in paths["plan"].read_text(encoding="utf-8")


def test_files_of_an_upsert_have_the_delimiter_of_its_file(planhat: Planhat, tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    path.write_bytes("external_id;name\n1;Malmö\n".encode("latin-1"))
    report = planhat.keywords["Upsert Companies"](path, encoding="latin-1")
    assert str(report) == "1 created"
    written = report.save_files(tmp_path / "report")["ok"].read_text(encoding="utf-8-sig")
    assert "1;Malmö" in written


def test_a_file_of_no_failed_rows_has_the_headings_of_the_table(planhat: Planhat, tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    path.write_text("Account,Ref,Nothing\nAcme,A-1,\n", "utf-8")
    report = planhat.keywords["Import Companies"](path, ["Account -> name", "Ref -> external_id"])
    headings = report.save_files(tmp_path / "report")["failed"].read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",planhat_")[0] for line in headings] == ["Account,Ref,Nothing"]
