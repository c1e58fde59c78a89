"""What Planhat stores, fills in and answers, model by model, where a client could easily assume something else."""

from __future__ import annotations

from typing import Any

import pytest

from RPA.Planhat.sandbox.responses import MALFORMED_ID
from utest.sandbox.bodies import CREATABLE, smallest

AN_ID = "000000000000000000000000"
LICENSE = {"companyId": "extid-first", "_currency": "EUR", "fromDate": "2026-01-01", "toDate": "2026-12-31"}


@pytest.fixture
def person(planhat: Any) -> str:
    return str(planhat.made("endusers", companyId="extid-first", email="ann@first.example", name="Ann Ace")["_id"])


@pytest.fixture
def user(planhat: Any) -> str:
    return str(planhat.made("users", **smallest("users"))["_id"])


@pytest.mark.parametrize(
    "amounts",
    [
        {"mrr": 100, "renewalMrr": 110, "renewalArr": 1320, "fcNewMrr": 120, "fcNewArr": 1440},
        {"mrr": 100, "fcNewMrrOptimistic": 1, "fcNewArrOptimistic": 2, "fcNewMrrPessimistic": 3},
        {"mrr": 100, "arr": 1300, "fcNewArrPessimistic": 4, "parent": AN_ID},
    ],
)
def test_planned_revenue_of_a_license_is_stored_as_sent(planhat: Any, amounts: dict[str, Any]) -> None:
    made = planhat.made("licenses", **LICENSE, **amounts)
    assert made.items() >= amounts.items()
    changed = planhat.put(f"/licenses/{made['_id']}", json={"product": "Base"}).json()
    assert changed.items() >= amounts.items()
    assert planhat.upserted("licenses", {"_id": made["_id"], **amounts})["nonupdates"] == 1


def test_a_license_can_be_priced_by_the_year(planhat: Any) -> None:
    made = planhat.made("licenses", **LICENSE, arr=1200)
    assert (made["mrr"], made["arr"], made["value"]) == (100, 1200, 1200)
    changed = planhat.put(f"/licenses/{made['_id']}", json={"arr": 2400}).json()
    assert (changed["mrr"], changed["arr"], changed["value"]) == (200, 2400, 2400)


def test_a_new_open_ended_license_keeps_how_it_renews(planhat: Any) -> None:
    body = {"companyId": "extid-first", "_currency": "EUR", "fixedPeriod": False, "mrr": 10, "autoRenews": True}
    assert planhat.made("licenses", **body)["autoRenews"] is True


def test_followers_of_a_company_are_stored(planhat: Any, user: str) -> None:
    assert planhat.put("/companies/extid-first", json={"followers": [user]}).json()["followers"] == [user]
    assert planhat.upserted("companies", {"externalId": "first", "followers": []})["updated"] == 1


def test_hours_are_booked_for_a_colleague(planhat: Any, user: str) -> None:
    body = {"companyId": "extid-first", "date": "2026-01-30T14:51:01.691Z", "hours": 2}
    made = planhat.made("timeentries", **body, assignedId=user, assignedModel="User")
    assert (made["assignedId"], made["assignedModel"]) == (user, "User")
    assert made["date"] == "2026-01-30T00:00:00.000Z"
    assert planhat.upserted("timeentries", {"_id": made["_id"], **body})["nonupdates"] == 1


TICKET = {
    "companyId": "extid-first", "type": "ticket", "subject": "Login fails", "status": "open", "source": "desk",
    "email": "ann@first.example", "url": "https://desk.example/1", "severity": "high", "product": "Base",
    "tags": ["login"], "history": [{"status": "open", "time": "2026-01-02T03:04:05.000Z"}], "timeSpent": 5,
}  # fmt: skip


def test_a_ticket_can_be_written_as_a_conversation(planhat: Any) -> None:
    made = planhat.made("conversations", **TICKET, externalId="desk-1")
    expected = {key: value for key, value in TICKET.items() if key != "companyId"}
    assert made.items() >= expected.items()
    (row,) = planhat.rows("tickets", status="open")
    assert row.items() >= {**expected, "externalId": "desk-1", "subType": "ticket"}.items()
    assert planhat.put(f"/conversations/{made['_id']}", json={"status": "closed"}).json()["status"] == "closed"
    assert (planhat.rows("tickets", status="open"), len(planhat.rows("tickets", status="closed"))) == ([], 1)
    assert (
        planhat.upserted("tickets", {"sourceId": "desk-1", "email": "ann@first.example", "domains": ["first.example"]})[
            "created"
        ]
        == 0
    )


@pytest.mark.parametrize("kind", ["note", "meeting", "call", "unheard of"])
def test_only_tickets_have_a_status(planhat: Any, kind: str) -> None:
    made = planhat.made("conversations", **{**TICKET, "type": kind})
    assert not {"status", "email", "url", "severity", "product", "timeSpent"} & set(made)
    assert (made["tags"], made["history"], made["source"]) == ([], [], "desk")
    changed = planhat.put(f"/conversations/{made['_id']}", json={"status": "closed", "tags": ["x"]}).json()
    assert ("status" in changed, changed["tags"]) == (False, [])


def test_companies_and_endusers_of_an_issue_have_an_id_without_underscore(planhat: Any, person: str) -> None:
    company = planhat.get("/companies/extid-first").json()["_id"]
    body = {"title": "Slow", "companyIds": ["extid-first"], "enduserIds": [person], "sourceId": "I-1"}
    made = planhat.made("issues", **body)
    updated = planhat.put("/issues/srcid-I-1", json={"priority": "high"}).json()
    planhat.upserted(
        "issues", {"sourceId": "I-2", "title": "Slower", **{key: body[key] for key in ("companyIds", "enduserIds")}}
    )
    for shown in (made, updated, planhat.get("/issues/srcid-I-1").json(), *planhat.rows("issues")):
        assert shown["companies"] == [{"id": company, "name": "First"}]
        assert shown["endusers"] == [{"id": person, "name": "Ann Ace"}]
        assert (shown["companyMatchingValue"], shown["conversationIds"]) == ([], [])


def test_people_of_a_conversation_may_come_with_either_name_of_the_id(planhat: Any, person: str, user: str) -> None:
    body = {"companyId": "extid-first", "endusers": [{"_id": person}], "users": [{"_id": user}]}
    made = planhat.made("conversations", **body)
    assert made["endusers"] == [{"id": person, "name": "Ann Ace"}]
    assert made["users"][0]["id"] == user
    assert made["userIds"] == [user]


@pytest.mark.parametrize("path", ["timeentries", "timesheets"])
def test_bulk_responses_that_have_validation_errors(planhat: Any, path: str) -> None:
    assert planhat.upserted(path, smallest(path))["validationErrors"] == []


def test_bulk_responses_of_users_name_their_addresses(planhat: Any) -> None:
    (keys,) = planhat.upserted("users", smallest("users"))["insertsKeys"]
    assert keys["email"] == smallest("users")["email"]


DEFAULTS: dict[str, dict[str, Any]] = {
    "users": {"inactive": True, "type": "user"},
    "licenses": {"issues": [], "autoRenews": False, "invoicesGenerated": False, "toDateIncluded": False,
                 "isOverdue": False, "renewalUnit": "month", "noticePeriod": None, "noticeUnit": None},
    "tasks": {"mainType": "task", "status": "In-progress", "activityTags": [], "users": [], "endusers": [],
              "checklist": [], "isArchived": False, "userEmail": "account@sandbox.example"},
    "issues": {"conversationIds": [], "companyMatchingValue": [], "archived": False},
    "invoices": {"emails": [], "status": "pending"},
    "conversations": {"sender": [], "waitsToBeFiltered": True, "timeBucket": []},
    "timeentries": {"assignedModel": "User", "path": [], "totalBilled": 0, "totalCost": 0, "timesheetStatus": "draft"},
}  # fmt: skip


@pytest.mark.parametrize("path", DEFAULTS)
def test_what_planhat_fills_in(planhat: Any, path: str) -> None:
    assert planhat.made(path, **smallest(path)).items() >= DEFAULTS[path].items()


def test_what_is_sent_wins_over_what_planhat_fills_in(planhat: Any) -> None:
    assert planhat.made("users", **smallest("users"), inactive=False)["inactive"] is False
    assert planhat.made("tasks", companyId="extid-first", status="blocked")["status"] == "blocked"


def test_the_response_to_a_new_note_tells_more_than_the_note(planhat: Any, user: str) -> None:
    planhat.put("/companies/extid-first", json={"owner": user})
    body = {"companyId": "extid-first", "type": "note", "subject": "Call", "description": "<p>went well</p>"}
    made = planhat.made("conversations", **body, date="2026-10-21")
    told = {"companySourceId": "crm-1", "owner": user, "note": "Call: went well", "followers": [], "timeBucket": []}
    assert made.items() >= told.items()
    assert made["userId"]
    assert made["nickName"]
    read = planhat.get(f"/conversations/{made['_id']}").json()
    assert read["timeBucket"] == ["2026", "2026-Q4", "2026-10", "2026-W43"]
    assert not {"companySourceId", "owner", "note", "followers", "userId", "nickName"} & set(read)
    assert planhat.put(f"/conversations/{made['_id']}", json={"subject": "Chat"}).json()["timeBucket"] == []


@pytest.mark.parametrize(
    ("date", "bucket"),
    [
        ("2016-10-21", ["2016", "2016-Q4", "2016-10", "2016-W43"]),
        ("2021-06-24", ["2021", "2021-Q2", "2021-6", "2021-W26"]),
        ("2026-01-01", ["2026", "2026-Q1", "2026-1", "2026-W1"]),
        ("2026-01-03", ["2026", "2026-Q1", "2026-1", "2026-W1"]),
        ("2026-01-04", ["2026", "2026-Q1", "2026-1", "2026-W2"]),
        ("2024-12-31", ["2024", "2024-Q4", "2024-12", "2024-W53"]),
    ],
)
def test_buckets_of_time(planhat: Any, date: str, bucket: list[str]) -> None:
    planhat.made("conversations", companyId="extid-first", date=date)
    assert planhat.rows("conversations")[0]["timeBucket"] == bucket


def test_invoices_count_per_company_and_never_again(planhat: Any) -> None:
    def number(company: str) -> int:
        return int(planhat.made("invoices", cId=company)["invoiceNo"])

    assert [number("extid-first"), number("extid-second")] == [1, 1]
    assert [number("extid-first") for _ in range(4)] == [2, 3, 4, 5]
    third = next(row for row in planhat.rows("invoices") if row["invoiceNo"] == 3)
    planhat.delete(f"/invoices/{third['_id']}")
    assert number("extid-first") == 6


def test_items_of_an_invoice_get_an_id_and_keep_it(planhat: Any) -> None:
    item = {"product": "Training", "amount": 500, "saleId": AN_ID, "relatedId": AN_ID, "dateFrom": 20670}
    made = planhat.made("invoices", cId="extid-first", extId="i-1", lineItems=[item])
    (stored,) = made["lineItems"]
    assert "relatedId" not in stored
    assert len(stored["_id"]) == 24
    row = {"cId": "extid-first", "extId": "i-1", "lineItems": [item]}
    assert planhat.upserted("invoices", row)["nonupdates"] == 1
    longer = planhat.put(f"/invoices/{made['_id']}", json={"lineItems": [item, {**item, "amount": 1}]}).json()
    assert longer["lineItems"][0]["_id"] == stored["_id"]


def test_a_task_that_is_done_makes_a_conversation(planhat: Any) -> None:
    made = planhat.made("tasks", companyId="extid-first", action="Call Ann")
    assert "noteId" not in planhat.put(f"/tasks/{made['_id']}", json={"status": "ignored"}).json()
    done = planhat.put(f"/tasks/{made['_id']}", json={"status": "done"}).json()
    conversation = planhat.get(f"/conversations/{done['noteId']}").json()
    assert (conversation["subject"], conversation["companyName"]) == ("Call Ann", "First")
    planhat.put(f"/tasks/{made['_id']}", json={"description": "Went well"})
    assert len(planhat.rows("conversations")) == 1


def test_people_of_a_task_are_set_by_planhat(planhat: Any, person: str) -> None:
    made = planhat.made("tasks", companyId="extid-first", endusers=[{"id": person}], users=[{"id": AN_ID}])
    assert (made["endusers"], made["users"]) == ([], [])


def test_stages_of_an_opportunity_have_a_moment(planhat: Any) -> None:
    made = planhat.made("opportunities", companyId="extid-first", salesStage="demo", dealDate="2026-01-02")
    assert made["stageHistory"] == [{"stage": "demo", "to": "2026-01-02T00:00:00.000Z"}]
    assert planhat.put(f"/opportunities/{made['_id']}", json={"status": "won"}).json()["closeDate"]


@pytest.mark.parametrize("path", CREATABLE)
def test_a_malformed_id_is_explained(planhat: Any, path: str) -> None:
    for method in ("GET", "PUT"):
        answer = planhat.request(method, f"/{path}/12345", json={})
        assert (answer.status_code, answer.json()["message"]) == (400, MALFORMED_ID)


def test_words_of_refusals(planhat: Any, sandbox: Any) -> None:
    assert planhat.post("/conversations", json={"type": "note"}).json()["message"] == "CompanyId is required for note"
    assert planhat.post("/tasks", json={"action": "x"}).json()["message"] == "Required Field: companyId"
    own_id = planhat.made("tasks", companyId="extid-first")["_id"]
    sandbox.forbid("tasks", "delete")
    assert planhat.delete(f"/tasks/{own_id}").json()["message"] == "You are not allowed to remove Task."


def test_a_misspelled_field_is_dropped_silently(planhat: Any, person: str) -> None:
    made = planhat.made("conversations", companyId="extid-first", endUsers=[{"id": person}])
    assert (made["endusers"], "endUsers" in made) == ([], False)


@pytest.mark.parametrize("path", ["companies", "endusers", "tasks"])
def test_parameters_that_planhat_does_not_know_are_ignored(planhat: Any, path: str) -> None:
    assert planhat.rows(path, updatedAfter="2026-01-01") == planhat.rows(path)


def test_a_ticket_names_the_enduser_of_its_address(planhat: Any, sandbox: Any) -> None:
    ann = planhat.made("endusers", companyId="extid-first", email="ann@first.example", name="Ann B")["_id"]
    rows = [
        {"sourceId": "t1", "email": "ANN@first.example", "domains": ["first.example"]},
        {"sourceId": "t2", "email": "new@first.example", "name": "New One", "domains": ["first.example"]},
        {"sourceId": "t3", "email": "lost@nowhere.example", "domains": ["nowhere.example"]},
    ]
    planhat.upserted("tickets", *rows)
    named = {row["sourceId"]: row["endusers"] for row in planhat.rows("tickets")}
    (new,) = sandbox.rows("endusers", email="new@first.example")
    assert (named["t1"], named["t3"]) == ([{"id": ann, "name": "Ann B"}], [])
    assert named["t2"] == [{"id": new["_id"], "name": "New One"}]
    assert planhat.upserted("tickets", *rows)["nonupdates"] == 3
