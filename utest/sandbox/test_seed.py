"""Demo, empty and folder seeds; export and import; files that keep the data."""

from __future__ import annotations

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.sandbox import Sandbox
from RPA.Planhat.sandbox.model_rules import TABLES
from utest.timing import timed

if TYPE_CHECKING:
    from pathlib import Path

EMPTY_IN_DEMO = {"activities", "lineitems", "timesheets"}


@pytest.fixture(scope="module")
def demo() -> Any:
    with Sandbox() as sandbox:
        yield sandbox


def test_demo_is_believable(demo: Sandbox) -> None:
    counts = demo.call("counts")
    assert (counts["companies"], counts["users"]) == (60, 6)
    assert counts["endusers"] > 400
    assert {name for name, count in counts.items() if not count} == EMPTY_IN_DEMO
    companies = {row["_id"]: row for row in demo.rows("companies")}
    assert len({row["name"] for row in companies.values()}) == 60
    for person in demo.rows("endusers"):
        company = companies[person["companyId"]]
        assert person["companyName"] == company["name"]
        assert person["email"].endswith(company["domains"][0])


def test_demo_lives_and_agrees_with_itself(demo: Sandbox) -> None:
    companies, people = demo.rows("companies"), demo.rows("endusers")
    now = datetime.now(timezone.utc).isoformat()
    month_ago = (datetime.now(timezone.utc) - timedelta(days=30)).isoformat()
    assert all(row["lastActive"] < now for row in companies + people)
    assert 3 < sum(row["lastActive"] < month_ago for row in companies) < 20
    answers = {row["euId"]: row["score"] for row in demo.rows("nps")}
    assert {row["_id"]: row["nps"] for row in people if "nps" in row} == answers
    assert any(score <= 6 for score in answers.values())
    touches: dict[str, list[str]] = {}
    for row in demo.rows("conversations"):
        touches.setdefault(row["companyId"], []).append(row["date"])
    assert {row["_id"]: row["lastTouch"] for row in companies} == {own: max(dates) for own, dates in touches.items()}
    renewals = [row["renewalDaysFromNow"] for row in companies if row.get("renewalDate")]
    assert sum(days <= 90 for days in renewals) >= 3
    ends = {row["companyId"]: row["toDate"] for row in demo.rows("licenses")}
    assert all(row["renewalDate"] == ends[row["_id"]] for row in companies if row.get("renewalDate"))
    assert all(row["nextTouch"] for row in companies)
    assert any(row["usage"] for row in companies)
    assert {type(row["custom"]["Regions"]) for row in companies} == {list}
    assert len({row["email"].lower() for row in people}) < len(people)
    assert {row["inactive"] for row in demo.rows("users")} == {False}


def test_demo_is_the_same_for_the_same_number(demo: Sandbox) -> None:
    with Sandbox() as again, Sandbox(seed_number=2) as other:
        for table in TABLES:
            assert again.rows(table) == demo.rows(table), table
        assert other.rows("endusers")[0]["_id"] != demo.rows("endusers")[0]["_id"]


def test_demo_grows(sandbox: Sandbox) -> None:
    many = 700  # more than there are names of two words
    with timed() as took:
        counts = sandbox.seed("demo", companies=many)
    assert took.own < 6
    assert counts["companies"] == many
    assert 9 * many < counts["endusers"] < 11 * many
    rows = sandbox.rows("companies")
    assert len({row["name"] for row in rows}) == len({row["slug"] for row in rows}) == many
    sandbox.seed("empty")


@pytest.mark.parametrize("file_format", ["json", "csv"])
def test_export_and_import_keep_everything(demo: Sandbox, tmp_path: Path, file_format: str) -> None:
    demo.reset()
    demo.call("set_dialect", null_values="drop")
    written = demo.export(tmp_path / "out", file_format)
    assert set(written) == set(TABLES) - EMPTY_IN_DEMO
    with Sandbox(seed=tmp_path / "out") as copy:
        for table in TABLES:
            # Days to a renewal are counted from now: they may change between two reads.
            before, rows, after = (
                {row["_id"]: without_nulls(row) for row in each.rows(table)} for each in (demo, copy, demo)
            )
            assert rows in (before, after), table


def without_nulls(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}


def test_a_folder_written_by_hand(tmp_path: Path, sandbox: Sandbox) -> None:
    rows = [
        {"name": "Acme", "externalId": "007", "domains": '["acme.example"]', "custom.Seats": "5", "custom.Plan": "Plus"}
    ]
    with (tmp_path / "companies.csv").open("w", newline="", encoding="utf-8-sig") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    people = [{"email": "a@acme.example", "name": "Ann Ace"}, {"companyId": "extid-007", "email": "b@x.example"}]
    (tmp_path / "endusers.json").write_text(json.dumps(people), "utf-8")
    (tmp_path / "activities.json").write_text('[{"action": "Signed in"}]', "utf-8")
    assert sandbox.seed(tmp_path)["endusers"] == 2
    (company,) = sandbox.rows("companies")
    assert (company["externalId"], company["custom"]) == ("007", {"Seats": 5, "Plan": "Plus"})
    assert {row["companyName"] for row in sandbox.rows("endusers")} == {"Acme"}
    assert sandbox.rows("activities")[0]["action"] == "Signed in"
    sandbox.reset()
    assert len(sandbox.rows("endusers")) == 2
    sandbox.seed("empty")


@pytest.mark.parametrize(
    ("name", "text"), [("companies.json", "{}"), ("companies.json", '[{"name": null}]'), ("nothing.json", "[]")]
)
def test_seeds_that_can_not_be(tmp_path: Path, sandbox: Sandbox, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"\w"):
        sandbox.seed(tmp_path)
    with pytest.raises(ValueError, match="json or csv"):
        sandbox.export(tmp_path, "xml")
    sandbox.seed("empty")


AN_ID = "5f00000000000000000000aa"
COMPANIES = '[{"name": "Acme", "externalId": "A"}]'
BROKEN: list[tuple[str, str, list[str]]] = [
    ("users.json", '[{"email": "d@x.example", "nickName": "D", "firstName": "D"}]', ["row 1: lastName is missing"]),
    ("users.json", "[5, {}]", ["row 1: must be an object, not 5", "row 2: email, nickName, firstName"]),
    ("companies.json", '[{"name": }]', ["companies.json is not valid JSON: line 1, column 11"]),
    ("companies.json", '{"name": "x"}', ["must hold a list of objects"]),
    ("companies.json", '[{"name": "A"}, {"name": "B", "csmScore": 9}]', ["row 2: csmScore is above 5: 9"]),
    ("companies.json", '[{"name": ' + "[" * 9999 + "]" * 9999 + "}]", ["companies.json is nested too deeply"]),
    ("companies.jsonl", '{"name": "A"}\n{"name": 5', ["companies.jsonl is not valid JSON"]),
    ("endusers.csv", "email,companyId,lastActive\na@b.example,extid-A,gestern\nc@d.example,extid-B,\n",
     ["endusers.csv, row 1: lastActive is not a valid date: 'gestern'", "row 2: company not found"]),
    ("endusers.json", '[{"email": "a@x.example"}]', ["row 1: companyId is missing"]),
    ("assets.csv", f"_id,name,companyId\n{AN_ID},a,extid-A\n{AN_ID},b,extid-A\n", ["row 2: _id", "there twice"]),
    ("assets.csv", "name,companyId,name\na,extid-A,b\n", ["assets.csv: the column name is there twice"]),
    ("assets.csv", "name,companyId\na,extid-A,b\n", ["assets.csv, row 1: has more cells than the first line"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "said"), BROKEN)
def test_a_seed_that_fails_names_file_and_row_and_changes_nothing(
    tmp_path: Path, demo: Sandbox, name: str, text: str, said: list[str]
) -> None:
    demo.reset()
    before = {table: demo.rows(table) for table in ("companies", "users", "licenses")}
    (tmp_path / "companies.json").write_text(COMPANIES, "utf-8")
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(ValueError, match=r"\w") as error:
        demo.seed(tmp_path)
    for part in said:
        assert part in str(error.value)
    assert {table: demo.rows(table) for table in before} == before
    demo.reset()
    assert {table: demo.rows(table) for table in before} == before


def test_a_seed_is_state_and_not_a_call(tmp_path: Path, sandbox: Sandbox) -> None:
    user = {"email": "d@x.example", "nickName": "D", "firstName": "D", "lastName": "", "inactive": False}
    (tmp_path / "users.json").write_text(json.dumps([user]), "utf-8")
    assert sandbox.seed(tmp_path)["users"] == 1
    assert sandbox.rows("users")[0].items() >= user.items()
    sandbox.seed("empty")


def test_many_wrong_rows_are_cut_short(tmp_path: Path, sandbox: Sandbox) -> None:
    (tmp_path / "companies.json").write_text(json.dumps([{}] * 50), "utf-8")
    with pytest.raises(ValueError, match="and 30 more rows"):
        sandbox.seed(tmp_path)


def test_two_sandboxes_on_one_file(tmp_path: Path, session_of: Any) -> None:
    file = tmp_path / "planhat.sqlite"
    with Sandbox(seed="empty", database=file) as sandbox, session_of(sandbox) as planhat:
        planhat.made("companies", name="Kept")
        with ThreadPoolExecutor() as pool:  # each waits for some seconds
            tries = [pool.submit(Sandbox(seed="empty", database=file, process=each).start) for each in (False, True)]
        for each in tries:
            assert "in use by another sandbox" in str(each.exception())
        assert len(planhat.rows("companies")) == 1
    with Sandbox(seed="empty", database=file) as sandbox:
        assert [row["name"] for row in sandbox.rows("companies")] == ["Kept"]


def test_a_file_keeps_the_data(tmp_path: Path, session_of: Any) -> None:
    file = tmp_path / "planhat.sqlite"
    with Sandbox(seed="empty", database=file) as sandbox, session_of(sandbox) as planhat:
        planhat.made("companies", name="Kept")
    with Sandbox(seed="demo", database=file) as sandbox:
        assert [row["name"] for row in sandbox.rows("companies")] == ["Kept"]
        sandbox.reset()
        assert len(sandbox.rows("companies")) == 60


def test_the_history_of_a_seed_stays(tmp_path: Path) -> None:
    company = {"_id": "5f0000000000000000000001", "name": "Acme"}
    known = [{"stage": "lead", "to": "2026-01-02T00:00:00.000Z"}]
    opportunity = {"companyId": company["_id"], "title": "Big", "salesStage": "demo", "stageHistory": known}
    (tmp_path / "companies.json").write_text(json.dumps([company]), "utf-8")
    (tmp_path / "opportunities.json").write_text(json.dumps([opportunity]), "utf-8")
    with Sandbox(seed=str(tmp_path)) as sandbox:
        assert [row["stageHistory"] for row in sandbox.rows("opportunities")] == [known]
