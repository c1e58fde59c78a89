"""What Planhat does with what it is sent: values, keys, uniqueness, domains, made fields."""

from __future__ import annotations

from typing import Any

import pytest

from RPA.Planhat.sandbox import values
from RPA.Planhat.types import Company, Kind


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("2021-07-29", "2021-07-29T00:00:00.000Z"),
        ("2021-07-29T02:00:00+02:00", "2021-07-29T00:00:00.000Z"),
        ("2021-07-28T19:30:00.5-0430", "2021-07-29T00:00:00.500Z"),
        ("2021-07-29T00:00:00.000Z", "2021-07-29T00:00:00.000Z"),
        ("2021-07-29 10:11", "2021-07-29T10:11:00.000Z"),
        ("Thu, 29 Jul 2021 10:11:12 GMT", "2021-07-29T10:11:12.000Z"),
        (1627516800000, "2021-07-29T00:00:00.000Z"),
    ],
)
def test_dates_become_utc_with_milliseconds(sent: Any, stored: str) -> None:
    assert values.CONVERTERS[Kind.DATE](sent) == stored


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.DATE, "yesterday"), (Kind.DATE, "2021-13-01"), (Kind.DATE, True), (Kind.DATE, 1e30),
        (Kind.NUMBER, "x"), (Kind.NUMBER, "inf"), (Kind.NUMBER, "nan"), (Kind.NUMBER, 10**400),
        (Kind.NUMBER, True), (Kind.NUMBER, [1]), (Kind.INTEGER, 1.5), (Kind.DAY, "2021-01-01"),
        (Kind.BOOLEAN, "maybe"), (Kind.BOOLEAN, 2), (Kind.TEXT, {}), (Kind.TEXT, False), (Kind.ID, "x"), (Kind.ID, 1),
        (Kind.IDS, "x"), (Kind.OBJECT, []), (Kind.OBJECTS, {}), (Kind.OBJECTS, [1]), (Kind.TEXTS, [{}]),
    ],
)  # fmt: skip
def test_unfit_values(kind: Kind, value: Any) -> None:
    with pytest.raises(values.UnfitError):
        values.CONVERTERS[kind](value)


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        (Kind.NUMBER, "5", 5), (Kind.NUMBER, "2.5", 2.5), (Kind.TEXT, 1234, "1234"), (Kind.BOOLEAN, "true", True),
        (Kind.BOOLEAN, "", None), (Kind.TEXTS, "one", ["one"]), (Kind.OBJECTS, ["5f"], [{"id": "5f"}]),
        (Kind.ID, "", None),
        (Kind.IDS, [{"_id": "5f"}], ["5f"]),
    ],
)  # fmt: skip
def test_values_that_are_taken_for_others(kind: Kind, value: Any, stored: Any) -> None:
    assert values.CONVERTERS[kind](value) == stored


def test_options_and_ranges(planhat: Any) -> None:
    assert Company.status.options
    for body in ({"status": "unheard of"}, {"csmScore": 6}, {"csmScore": 0}, {"owner": "somebody"}):
        assert planhat.put("/companies/extid-first", json=body).status_code == 400
    assert planhat.put("/companies/extid-first", json={"csmScore": 5}).json()["csmScore"] == 5


def test_numbers_as_external_ids_become_text(planhat: Any) -> None:
    assert planhat.made("companies", name="N", externalId=1234)["externalId"] == "1234"
    assert planhat.upserted("companies", {"name": "N", "externalId": 1234})["nonupdates"] == 1


def test_slugs_of_equal_names_differ(planhat: Any) -> None:
    slugs = [planhat.made("companies", name="Ac & Me 7")["slug"] for _ in range(3)]
    assert slugs[0] == "acme7"
    assert len(set(slugs)) == 3
    assert planhat.made("companies", name="X", slug="mine")["slug"] == "mine"


def test_keys_of_companies_are_unique(planhat: Any) -> None:
    for key in ("externalId", "sourceId"):
        value = planhat.get("/companies/extid-first").json()[key]
        again = planhat.post("/companies", json={"name": "Again", key: value})
        assert (again.status_code, again.json()) == (400, {"message": f"{key} duplicated"})
        assert planhat.put("/companies/extid-second", json={key: value}).status_code == 400


def test_external_ids_of_others_are_unique_within_a_company(planhat: Any) -> None:
    body = {"externalId": "p-1", "email": "p@x.example"}
    first = planhat.made("endusers", companyId="extid-first", **body)
    second = planhat.made("endusers", companyId="extid-second", **body)
    assert first["_id"] != second["_id"]
    again = planhat.post("/endusers", json={"companyId": "extid-first", **body})
    assert again.json() == {"message": "externalId,email duplicated"}
    assert planhat.get("/endusers/extid-p-1").json() == {"message": "externalId duplicated"}
    assert planhat.put("/endusers/extid-p-1", json={"phone": "1"}).status_code == 400


def test_an_address_may_repeat_where_ids_tell_people_apart(planhat: Any) -> None:
    planhat.made("endusers", companyId="extid-first", email="p@x.example", externalId="one")
    planhat.made("endusers", companyId="extid-first", email="p@x.example", externalId="two")
    assert planhat.post("/endusers", json={"companyId": "extid-first", "email": "p@x.example"}).status_code == 400
    assert planhat.upserted("endusers", {"companyId": "extid-second", "email": "p@x.example"})["created"] == 1


def test_stronger_keys_win_in_upserts(planhat: Any) -> None:
    envelope = planhat.upserted("companies", {"sourceId": "crm-1", "externalId": "renamed", "name": "First"})
    assert (envelope["updated"], envelope["created"]) == (1, 0)
    assert planhat.get("/companies/extid-renamed").json()["sourceId"] == "crm-1"
    clash = planhat.upserted("companies", {"sourceId": "crm-1", "externalId": "second"}, status=400)
    assert clash["updatedErrors"] == ["externalId duplicated"]


def test_endusers_are_matched_by_address_whatever_its_case(planhat: Any) -> None:
    planhat.made("endusers", companyId="extid-first", email="Jo@x.example")
    envelope = planhat.upserted("endusers", {"companyId": "extid-first", "email": "JO@x.example", "phone": "1"})
    assert envelope["updated"] == 1


def test_domains_find_the_company(planhat: Any) -> None:
    made = planhat.made("endusers", email="new@FIRST.example")
    assert made["companyName"] == "First"
    assert planhat.post("/endusers", json={"email": "x@unknown.example"}).status_code == 400
    planhat.put("/companies/extid-second", json={"domains": ["unknown.example"]})
    assert planhat.made("endusers", email="x@unknown.example")["companyName"] == "Second"
    planhat.delete("/companies/extid-second")
    assert planhat.post("/endusers", json={"email": "y@unknown.example"}).status_code == 400


def test_children_of_a_deleted_company_stay(planhat: Any) -> None:
    person = planhat.made("endusers", email="p@first.example")
    planhat.delete("/companies/extid-first")
    assert planhat.get(f"/endusers/{person['_id']}").json()["companyId"] == person["companyId"]


def test_names_of_endusers_are_joined_and_split(planhat: Any) -> None:
    made = planhat.made("endusers", email="p@first.example", firstName="Ada", lastName="King")
    assert made["name"] == "Ada King"
    changed = planhat.put(f"/endusers/{made['_id']}", json={"lastName": "Lovelace"}).json()
    assert changed["name"] == "Ada Lovelace"
    split = planhat.made("endusers", email="q@first.example", name="Grace Brewster Hopper")
    assert (split["firstName"], split["lastName"]) == ("Grace", "Brewster Hopper")


def test_custom_values_of_an_update_join_the_others(planhat: Any) -> None:
    planhat.put("/companies/extid-first", json={"custom": {"A [x]": 1, "B": "b"}})
    assert planhat.put("/companies/extid-first", json={"custom": {"B": "c"}}).json()["custom"] == {"A [x]": 1, "B": "c"}


def test_fixed_licence(planhat: Any) -> None:
    body = {"companyId": "extid-first", "_currency": "EUR", "fixedPeriod": True, "mrr": 1250}
    made = planhat.made("licenses", **body, fromDate="2026-01-01T00:00:00+02:00", toDate="2026-12-31")
    facts = {"length": 12, "value": 15000, "renewalPeriod": 12, "arr": 15000, "renewalDate": "2026-12-31T00:00:00.000Z"}
    assert made.items() >= facts.items()
    assert made["fromDate"] == "2025-12-31T22:00:00.000Z"
    assert isinstance(made["renewalDaysFromNow"], int)
    open_ended = planhat.put(f"/licenses/{made['_id']}", json={"fixedPeriod": False}).json()
    gone = (
        "toDate",
        "length",
        "value",
        "renewalPeriod",
        "renewalUnit",
        "renewalDate",
        "renewalDaysFromNow",
        "autoRenews",
    )
    assert [open_ended[key] for key in gone] == [None] * 8
    assert open_ended["mrr"] == 1250


def test_licence_needs_an_amount(planhat: Any) -> None:
    body = {"companyId": "extid-first", "_currency": "EUR", "fromDate": "2026-01-01", "toDate": "2026-12-31"}
    assert planhat.post("/licenses", json=body).status_code == 400
    assert planhat.post("/licenses", json={**body, "fixedPeriod": False, "value": 1}).status_code == 400
    assert planhat.made("licenses", **body, value=1200)["mrr"] == 100


def test_sales_are_worth_something(planhat: Any) -> None:
    body = {"companyId": "extid-first", "_currency": "EUR"}
    assert planhat.post("/sales", json={**body, "value": 0}).status_code == 400
    assert planhat.made("sales", **body, value="1.5")["value"] == 1.5


def test_conversations(planhat: Any) -> None:
    user = planhat.made("users", email="u@x.example", nickName="Uma", firstName="Uma", lastName="X")["_id"]
    body = {"companyId": "extid-first", "description": "<p>Hello <b>you</b> &amp; me</p>", "users": [{"id": user}]}
    made = planhat.made("conversations", **body, type="unheard of", date="2026-02-03T04:05:06Z", ownerId=user)
    assert made["type"] == "note"
    assert made["snippet"].split() == ["Hello", "you", "&", "me"]
    assert made["users"] == [{"id": user, "name": "Uma", "isOwner": True}]
    assert (made["userIds"], made["owner"]) == ([user], user)
    assert made["timeBucket"] == []
    read = planhat.get(f"/conversations/{made['_id']}").json()
    assert read["timeBucket"] == ["2026", "2026-Q1", "2026-2", "2026-W6"]
    meeting = planhat.made("conversations", companyId="extid-first", type="meeting")
    assert meeting["isCustomType"] is True
    only_when_new = {"companySourceId", "owner", "followers", "userId", "note", "nickName"}
    assert set(meeting) - set(planhat.get(f"/conversations/{meeting['_id']}").json()) == only_when_new


def test_tickets_are_conversations(planhat: Any, sandbox: Any) -> None:
    row = {"sourceId": "T1", "email": "new@first.example", "domains": ["first.example"], "title": "Help", "type": "bug"}
    envelope = planhat.upserted("tickets", row, {"sourceId": "T2", "domains": ["first.example"]})
    assert (envelope["created"], envelope["createdErrors"]) == (1, [])
    (ticket,) = planhat.rows("tickets")
    expected = {"externalId": "T1", "subject": "Help", "subType": "bug", "type": "ticket", "companyName": "First"}
    assert ticket.items() >= expected.items()
    assert planhat.get(f"/conversations/{ticket['_id']}").json()["type"] == "ticket"
    sandbox.should_contain("endusers", count=1, email="new@first.example")
    assert "dropped: ticket without e-mail" in sandbox.requests(method="PUT", route="/tickets")[-1]["notes"]
    assert planhat.get(f"/tickets/{ticket['_id']}").status_code == 404
    assert planhat.delete(f"/tickets/{ticket['_id']}").json() == {"n": 1, "ok": 1, "deletedCount": 1}


def test_nps_finds_enduser_and_company(planhat: Any) -> None:
    person = planhat.made("endusers", email="p@first.example")
    made = planhat.made("nps", email="P@first.example", score=10)
    assert (made["euId"], made["cId"]) == (person["_id"], person["companyId"])
    assert planhat.post("/nps", json={"email": "p@first.example", "score": 11}).status_code == 400


def test_issues_name_their_companies(planhat: Any) -> None:
    made = planhat.made("issues", title="Slow", companyIds=["extid-first", "srcid-crm-2"])
    assert [each["name"] for each in made["companies"]] == ["First", "Second"]
    assert made["mrrCombined"] == 0


def test_timesheets_take_entries(planhat: Any, sandbox: Any) -> None:
    body = {"companyId": "extid-first", "date": "2026-01-02", "hours": 1.5, "billableRate": 100, "costRate": 40}
    entry = planhat.made("timeentries", **body)
    assert (entry["totalBilled"], entry["totalCost"], entry["timesheetStatus"]) == (150, 60, "draft")
    planhat.made("users", email="u@x.example", nickName="Uma", firstName="Uma", lastName="X")
    sheet = planhat.upserted("timesheets", {"timeEntries": [{"_id": entry["_id"]}], "dateFrom": 20500})
    assert sheet["validationErrors"] == []
    own_id = sheet["upsertedIds"][0]
    approved = planhat.put(f"/timesheets/{own_id}", json={"status": "approved"}).json()
    assert approved["timeEntries"] == [entry["_id"]]
    assert approved["approvedBy"]
    assert approved["dateOfApproval"]
    sandbox.should_contain("timeentries", count=1, timesheetId=own_id, timesheetStatus="approved")


def test_duplicate_time_entries(planhat: Any) -> None:
    entry = planhat.made("timeentries", companyId="extid-first", date="2026-01-02", hours=1)
    answer = planhat.post("/timeentries/duplicate", json={"ids": [entry["_id"], "5f00000000000000000000aa"]})
    assert answer.json()["created"] == 1
    assert len(planhat.rows("timeentries")) == 2
    assert planhat.post("/timeentries/duplicate", json={}).status_code == 400


def test_line_items_make_the_deal(planhat: Any) -> None:
    product = planhat.made("products", name="Plus", mrr=50, length=12, fixedPeriod=True)
    assert product["arr"] == 600
    deal = planhat.made("deals", name="D", companyId="extid-first")["_id"]
    item = planhat.made("lineitems", dealId=deal, productId=product["_id"], fromDate="2026-01-01", toDate="2026-12-31")
    assert (item["mrr"], item["arr"], item["value"]) == (50, 600, 600)
    found = planhat.get(f"/deals/{deal}").json()
    assert (found["mrr"], found["total"], found["startDate"]) == (50, 600, "2026-01-01T00:00:00.000Z")
    assert planhat.put(f"/deals/{deal}", json={"mrr": 1}).json()["mrr"] == 50


def test_amounts_that_no_number_can_hold(planhat: Any) -> None:
    assert planhat.post("/products", json={"name": "P", "mrr": 1.7e308}).status_code == 400
    body = {"companyId": "extid-first", "date": "2026-01-02", "hours": 20, "billableRate": 1e308}
    assert planhat.post("/timeentries", json=body).status_code == 400
    assert planhat.upserted("products", {"name": "P", "mrr": 1.7e308}, status=400)["createdErrors"]
    assert planhat.rows("products") == []


def test_stages_of_opportunities_are_remembered(planhat: Any) -> None:
    made = planhat.made("opportunities", companyId="extid-first", salesStage="demo")
    assert made["contractLength"] == 12
    changed = planhat.put(f"/opportunities/{made['_id']}", json={"salesStage": "offer"}).json()
    assert [each["stage"] for each in changed["stageHistory"]] == ["demo", "offer"]


def test_updated_at_moves_on_every_write_of_one_record(planhat: Any, sandbox: Any) -> None:
    first = planhat.get("/companies/extid-first").json()
    same = planhat.put("/companies/extid-first", json={"name": "First"}).json()
    assert same["updatedAt"] >= first["updatedAt"]
    envelope = planhat.upserted("companies", {"externalId": "first", "name": "First"})
    assert (envelope["nonupdates"], envelope["updatesKeys"]) == (1, [])


def test_custom_values_are_checked_when_asked(planhat: Any, sandbox: Any) -> None:
    sandbox.set_dialect(unknown_custom="refuse")
    options = {"listValues": ["A", "B"]}
    for name, kind, more in (("Seats", "number", {}), ("Plan", "list", options), ("Regions", "multipicklist", options)):
        planhat.made("customfields", name=name, parent="Company", type=kind, **more)
    planhat.made("customfields", name="Sum", parent="company", type="number", isFormula=True)
    good = {"Seats": 5, "Plan": "A", "Regions": ["A", "B"]}
    assert planhat.put("/companies/extid-first", json={"custom": good}).json()["custom"] == good
    wrong = ({"Seats": "5"}, {"Plan": "C"}, {"Regions": ["C"]}, {"Regions": "A"}, {"Unknown": 1}, {"Sum": 1})
    for custom in wrong:
        assert planhat.put("/companies/extid-first", json={"custom": custom}).status_code == 400, custom
    assert planhat.put("/companies/extid-first", json={"custom": {"Seats": None}}).status_code == 200


def test_custom_fields_do_not_repeat(planhat: Any) -> None:
    body = {"name": "X", "parent": "company", "type": "text"}
    own_id = planhat.made("customfields", **body)["_id"]
    assert planhat.post("/customfields", json={**body, "parent": "Company"}).json() == {
        "message": "name,parent duplicated"
    }
    assert planhat.put(f"/customfields/{own_id}", json={"isFeatured": True}).status_code == 200
