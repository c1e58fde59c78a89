"""Answers recorded by others: the sandbox's have the same keys and kinds of values, ids and times aside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox

_FOLDERS = [each / "shared" / "samples" for each in Path(__file__).resolve().parents]
SAMPLES = next((each for each in _FOLDERS if each.is_dir()), _FOLDERS[0])
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
    # Newer answers have these besides: the owners when unset, and the last change.
    unset = {"owner": None, "coOwner": None}
    rows = planhat.rows("companies", offset=0, limit=100)
    assert [{key: row[key] for key in row if key not in TIMES} for row in rows] == [
        {**row, **unset} for row in expected
    ]


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
    made = dict.fromkeys(("createdAt", "lastUpdated", "emailMd5"))
    assert {**row, **made} == {**expected[0], **made}


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


AN_ID = "5f00000000000000000000aa"
CREATED: dict[str, tuple[str, dict[str, Any]]] = {
    "issue-create-response": ("issues", {"title": "Stops", "companyIds": ["extid-first"], "description": "x",
                                         "status": "Open", "enduserIds": ["person"]}),
    "user-create-response": ("users", {"email": "pia@team.example", "nickName": "Pia", "firstName": "Pia",
                                       "lastName": "Berg", "roles": [AN_ID]}),
    "note-create-response": ("conversations", {"type": "note", "subject": "Start", "description": "<p>All set.</p>",
                                               "companyId": "extid-first", "activityTags": [AN_ID],
                                               "users": [{"id": "user"}], "endusers": [{"id": "person"}]}),
    "task-create-response": ("tasks", {"companyId": "extid-first", "action": "Call", "description": "<p>Ask.</p>",
                                       "ownerId": "user", "noSpecificTime": True, "startTime": "2026-07-08",
                                       "repeat": "daily"}),
    "timeentry-create-response": ("timeentries", {"companyId": "extid-first", "date": "2026-01-30T14:51:01.691Z",
                                                  "hours": 5, "description": "Repaired"}),
    "invoice-create-response": ("invoices", {"cId": "extid-first", "currency": "EUR", "invoiceDate": 20670,
                                             "dueDate": 20700, "amountTotal": 500, "custom": {"Sent": True},
                                             "lineItems": [{"product": "Course", "amount": 500, "saleId": AN_ID,
                                                            "relatedId": AN_ID, "dateFrom": 20670}]}),
}  # fmt: skip


@pytest.mark.parametrize("name", CREATED)
def test_newer_creates_have_at_least_these_keys(planhat: Any, name: str) -> None:
    planhat.made("users", email="u@x.example", nickName="Uma", firstName="Uma", lastName="X")
    person = planhat.made("endusers", companyId="extid-first", email="ann@first.example", name="Ana Reis")["_id"]
    user = planhat.rows("users")[0]["_id"]
    planhat.put("/companies/extid-first", json={"owner": user})
    path, body = CREATED[name]
    sent = json.loads(json.dumps(body).replace('"person"', f'"{person}"').replace('"user"', f'"{user}"'))
    made, expected = planhat.made(path, **sent), sample(name)
    if name == "timeentry-create-response":
        assert made["date"] == expected["date"]
    kinds = shape(made)
    for key, kind in shape(expected).items():
        assert kinds[key] == kind, key


def test_newer_lists_have_these_keys(planhat: Any) -> None:
    own = planhat.made("users", email="u@x.example", nickName="Uma", firstName="Uma", lastName="X")["_id"]
    body = {"phase": "Renewal", "csmScore": 5, "custom": {"Days in Phase": 9}, "tags": ["pilot"]}
    planhat.put("/companies/extid-first", json=body)
    computed = {"h"}  # the sandbox knows no health of a company that nothing was loaded for
    assert set(sample("company-list-default-response")[0]) - computed <= set(planhat.rows("companies")[0])
    rows = {row["_id"]: row for row in planhat.rows("users")}
    documented = {"_id", "firstName", "lastName", "nickName", "email", "image", "isHidden", "removed", "inactive"}
    assert documented <= set(rows[own]) & set(sample("user-list-response")[0])
    envelope = planhat.upserted("users", {"email": "o@x.example", "nickName": "O", "firstName": "O", "lastName": "P"})
    assert shape(envelope["insertsKeys"][0]) == shape(sample("user-bulk-upsert-response")["insertsKeys"][0])


def test_newer_license_and_ticket(planhat: Any) -> None:
    body = {"companyId": "extid-first", "_currency": "EUR", "product": "Base", "mrr": 100, "fixedPeriod": True}
    own_id = planhat.made("licenses", **body, fromDate="2026-08-01", toDate="2027-08-01")["_id"]
    changed = planhat.put(f"/licenses/{own_id}", json={"mrr": 200}).json()
    expected = sample("license-update-response")
    assert {key: shape(changed)[key] for key in expected} == shape(expected)
    row = {"sourceId": "desk-77", "email": "ana@first.example", "domains": ["first.example"], "title": "Login fails",
           "description": "since noon", "status": "New", "source": "desk", "url": "https://desk.example/77",
           "history": [{"status": "New", "time": "2021-06-24T12:00:05.084Z"}]}  # fmt: skip
    person = planhat.made("endusers", companyId="extid-first", email="ana@first.example", name="Ana Reis")["_id"]
    planhat.upserted("tickets", row)
    expected, (ticket,) = sample("ticket-list-response")[0], planhat.rows("tickets")
    assert set(expected) - set(ticket) == {"custom"}  # it holds the custom fields of that tenant
    assert (ticket["subType"], ticket["endusers"]) == ("ticket", [{"id": person, "name": "Ana Reis"}])
    known = set(expected) & set(ticket) - {"emailTemplateIds"}
    assert {key: shape(ticket[key]) for key in known} == {key: shape(expected[key]) for key in known}
