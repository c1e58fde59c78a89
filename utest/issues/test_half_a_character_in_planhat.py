"""Half of a character in one record of Planhat, or in one row, stopped exports, snapshots, syncs and imports."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest
from python_calamine import CalamineWorkbook

from RPA.Planhat import types
from RPA.Planhat.types import Company
from utest.stub import Stub, Table, Upserts, an_id, reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from RPA.Planhat import Planhat

HALF = "\ud83d"
SPELT = "\\ud83d"
RECORD: dict[str, Any] = {
    "_id": an_id(1), "name": f"Acme {HALF}", "externalId": f"A{HALF}", "tags": [f"a{HALF}"],
    "custom": {f"Plan{HALF}": f"Gold{HALF}"},
}  # fmt: skip
GOOD = {"_id": an_id(2), "name": "Bolt", "externalId": "B"}
COLUMNS = {"name": "name", f"plan{HALF}": f"custom.Plan{HALF}", "tags": "tags"}


@pytest.fixture
def planhat(stub: Stub, client: Planhat) -> Planhat:
    stub.on("GET /companies", Table([RECORD, GOOD]))
    stub.on("GET /customfields", Table([]))
    return client


def export(planhat: Planhat, path: Path) -> Path:
    planhat.export_objects(Company, path, columns=COLUMNS)
    return path


@pytest.mark.parametrize("ending", [".csv", ".tsv"])
def test_a_table_spells_it(planhat: Planhat, tmp_path: Path, ending: str) -> None:
    with export(planhat, tmp_path / f"all{ending}").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file, delimiter="\t" if ending == ".tsv" else ","))
    assert lines == [
        ["name", f"plan{SPELT}", "tags"], [f"Acme {SPELT}", f"Gold{SPELT}", f"a{SPELT}"], ["Bolt", "", ""],
    ]  # fmt: skip


def test_a_workbook_spells_it(planhat: Planhat, tmp_path: Path) -> None:
    rows = CalamineWorkbook.from_path(export(planhat, tmp_path / "all.xlsx")).get_sheet_by_index(0).to_python()
    assert rows[:2] == [["name", f"plan{SPELT}", "tags"], [f"Acme {SPELT}", f"Gold{SPELT}", f"a{SPELT}"]]


def lines_of(path: Path) -> Any:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("ending", "read"), [(".json", lambda path: json.loads(path.read_text("utf-8"))), (".jsonl", lines_of)]
)
def test_json_has_it_as_it_is(planhat: Planhat, tmp_path: Path, ending: str, read: Callable[[Path], Any]) -> None:
    rows = read(export(planhat, tmp_path / f"all{ending}"))
    assert rows[0] == {"name": f"Acme {HALF}", f"plan{HALF}": f"Gold{HALF}", "tags": [f"a{HALF}"]}


def test_a_snapshot_keeps_it_as_it_is(stub: Stub, planhat: Planhat, tmp_path: Path) -> None:
    file = tmp_path / "companies.db"
    planhat.take_planhat_snapshot("company", file)
    assert not planhat.get_planhat_changes("company", file)
    stub.on("GET /companies", Table([GOOD]))
    assert dict(planhat.get_planhat_changes("company", file).removed[0])["name"] == f"Acme {HALF}"


def test_a_sync_goes_by_it(stub: Stub, planhat: Planhat, tmp_path: Path) -> None:
    stub.on("PUT /companies", Upserts("_id"))
    report = planhat.sync_objects(Company, [{"external_id": "B", "name": "Bolt Ltd"}, {"id": an_id(1), "name": "Acme"}])
    assert report.counts["refused"] == report.counts["failed"] == 0
    assert [each["_id"] for each in stub.last.json] == [an_id(2), an_id(1)]
    planned: Any = planhat.sync_objects(Company, [{"id": an_id(1), "name": "Acme"}], dry_run=True)
    assert planned.differences[0]["old"] == f"Acme {HALF}"
    planned.save(tmp_path / "plan.csv")
    assert SPELT in (tmp_path / "plan.csv").read_text("utf-8-sig")


@pytest.mark.parametrize("bad", [{"name": HALF}, {"external_id": HALF, "name": "x"}, {f"custom.{HALF}": "x"}])
def test_a_row_with_it_is_a_bad_row(stub: Stub, planhat: Planhat, tmp_path: Path, bad: dict[str, Any]) -> None:
    stub.on("PUT /companies", Upserts())
    (tmp_path / "in.json").write_text(json.dumps([{"external_id": "A", "name": "A"}, {"external_id": "C", **bad}]))
    report = planhat.import_objects(
        types.Company,
        tmp_path / "in.json",
        bad_rows="skip",
        journal=str(tmp_path / "journal"),
        save_as=str(tmp_path / "report"),
    )
    assert (report.counts["refused"], len(stub.last.json)) == (1, 1)
    assert SPELT in (tmp_path / "report.failed.csv").read_text("utf-8-sig")


def test_words_of_planhat_with_it_are_told_of_their_row(stub: Stub, planhat: Planhat) -> None:
    stub.on("PUT /companies", lambda _: reply({"createdErrors": [f"no {HALF}"]}, status=206))
    report: Any = planhat.import_objects(types.Company, [{"external_id": "A", "name": "A"}], fail_on_errors=False)
    assert [each.reason for each in report.failed] == [f"no {SPELT}"]
