"""Answers recorded by others: the sandbox's have the same keys and kinds of values, ids and times aside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
TIMES = {"createdAt", "updatedAt", "createDate", "lastUpdated"}

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded answers are not here")


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


def shape(value: Any) -> Any:
    """Returns the keys and kinds of values of an answer."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items() if key not in TIMES}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


def seeded(sandbox: Sandbox, folder: Path, **tables: list[dict[str, Any]]) -> None:
    folder.mkdir()
    for name, rows in tables.items():
        (folder / f"{name}.json").write_text(json.dumps(rows), "utf-8")
    sandbox.seed(folder)


@pytest.fixture
def recorded(sandbox: Sandbox, tmp_path: Path) -> Any:
    """Makes a sandbox of the records in an answer; the empty one comes back afterwards."""

    def seed(**tables: list[dict[str, Any]]) -> None:
        seeded(sandbox, tmp_path / "seed", **tables)

    yield seed
    sandbox.seed("empty")


def test_company_create(planhat: Any) -> None:
    made = planhat.made("companies", name="Test 1234 Inc.")
    expected = sample("company-create-response")
    assert shape(made) == shape(expected)
    assert (made["slug"], made["status"]) == (expected["slug"], expected["status"])
    assert {key: made[key] for key in expected if key not in TIMES | {"_id"}} == {
        key: value for key, value in expected.items() if key not in TIMES | {"_id"}
    }


def test_company_update(planhat: Any) -> None:
    own_id = planhat.made("companies", name="Test 1234 Inc.")["_id"]
    changed = planhat.put(f"/companies/{own_id}", json={"name": "Test 1234"}).json()
    assert shape(changed) == shape(sample("company-update-response"))
    assert changed["slug"] == "test1234inc"


def test_company_get(planhat: Any) -> None:
    own_id = planhat.made("companies", name="Test 1234 Inc.")["_id"]
    assert shape(planhat.get(f"/companies/{own_id}").json()) == shape(sample("company-get-response"))


def test_company_list(planhat: Any, recorded: Any) -> None:
    expected = sample("company-list-response")
    recorded(companies=expected)
    assert planhat.rows("companies", offset=0, limit=100) == expected


def test_company_delete(planhat: Any) -> None:
    assert planhat.delete("/companies/extid-first").json() == sample("company-delete-response")


def test_company_bulk_upsert(planhat: Any) -> None:
    rows = [{"name": name, "externalId": f"test-{name}"} for name in ("002", "003")]
    assert shape(planhat.upserted("companies", *rows)) == shape(sample("company-bulk-upsert-response"))


def test_empty_bulk_upsert(planhat: Any) -> None:
    assert planhat.upserted("companies") == sample("bulk-upsert-empty-response")


def test_bulk_upsert_with_errors(planhat: Any) -> None:
    planhat.made("endusers", email="twice@first.example", externalId="a")
    planhat.made("endusers", email="twice@first.example", externalId="b")
    rows = [{"companyId": "extid-first", "email": "twice@first.example"}, {"_id": "short", "email": "x@first.example"}]
    envelope = planhat.upserted("endusers", *rows, status=400)
    assert envelope == sample("bulk-upsert-errors-response")


def test_enduser_create(planhat: Any) -> None:
    made = planhat.made("endusers", companyId="extid-first", email="jordan.muster@example.com", name="Jordan Muster")
    expected = sample("enduser-create-response")
    assert shape(made) == shape(expected)
    assert {key: made[key] for key in ("name", "firstName", "lastName")} == {
        key: expected[key] for key in ("name", "firstName", "lastName")
    }


def test_enduser_list(planhat: Any, recorded: Any) -> None:
    expected = sample("enduser-list-response")
    company = {"_id": expected[0]["companyId"], "name": expected[0]["companyName"]}
    recorded(companies=[company], endusers=expected)
    (row,) = planhat.rows("endusers", offset=0, limit=100)
    assert {**row, "createdAt": None, "emailMd5": None} == {**expected[0], "createdAt": None, "emailMd5": None}


def test_enduser_list_by_email(planhat: Any) -> None:
    planhat.made("endusers", companyId="extid-first", email="jordan.muster@example.com", name="J Muster")
    rows = planhat.rows("endusers", email="jordan.muster@example.com")
    assert shape(rows) == shape(sample("enduser-list-by-email-response"))


def test_enduser_list_by_email_without_match_under_both_shapes(planhat: Any, sandbox: Sandbox) -> None:
    assert planhat.rows("endusers", email="nobody@example.com") == []
    sandbox.set_dialect(list_shape="envelope")
    envelope = planhat.get("/endusers", params={"email": "nobody@example.com"}).json()
    assert envelope == sample("enduser-list-by-email-empty-envelope-response")


def test_asset_list_with_select(planhat: Any, recorded: Any) -> None:
    expected = sample("asset-list-select-response")
    companies = [{"_id": row["companyId"], "name": f"Company of {row['name']}"} for row in expected]
    recorded(companies=companies, assets=expected)
    assert planhat.rows("assets", select="name, companyId", sort="-_id") == sorted(
        expected, key=lambda row: str(row["_id"]), reverse=True
    )


def test_lean_companies(planhat: Any) -> None:
    rows = planhat.rows("leancompanies", externalId="first")
    assert shape(rows[0]) == shape(sample("leancompany-list-full-response")[0])
    planhat.made("companies", name="Test 1234 Inc.", externalId="acme[ext-0001")
    rows = planhat.rows("leancompanies", externalId="acme[ext-0001")
    assert shape(rows) == shape(sample("leancompany-list-response"))


def test_activity(planhat: Any, sandbox: Sandbox) -> None:
    body = {**sample("analytics-activity-request"), "companyExternalId": "first"}
    answer = planhat.track("analytics", body)
    assert answer.status_code == 200
    (activity,) = sandbox.rows("activities")
    assert activity["action"] == body["action"]
    sandbox.should_contain("endusers", count=1, email=body["email"], name=body["name"])


def test_bulk_activity(planhat: Any, sandbox: Sandbox) -> None:
    body = {**sample("analytics-bulk-item-request"), "cId": "first"}
    assert planhat.track("analytics/bulk", [body]).status_code == 200
    assert len(sandbox.rows("activities", action=body["action"])) == 1


def test_segment_identify(planhat: Any, sandbox: Sandbox) -> None:
    body = sample("analytics-segment-identify-request")
    body["traits"]["companyId"] = "first"
    answer = planhat.post("/dock/segment", json=body, auth=(sandbox.tenant_uuid, ""))
    assert answer.status_code == 200
    sandbox.should_contain("endusers", count=1, email=body["traits"]["email"])
