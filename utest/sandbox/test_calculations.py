"""What a sandbox calculates, number by number and name by name: amounts, owners, archives, conversations, people."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.sandbox import Sandbox

if TYPE_CHECKING:
    from pathlib import Path

AN_ID = "000000000000000000000000"
PERIOD = {"fromDate": "2026-01-01", "toDate": "2027-12-31"}
ITEM = {"type": "subscription", "mrr": 100, **PERIOD}


def refused(answer: Any) -> str:
    assert answer.status_code == 400, answer.text
    return str(answer.text)


@pytest.fixture
def deal(planhat: Any) -> str:
    return str(planhat.made("deals", name="D", companyId="extid-first")["_id"])


@pytest.fixture
def owner(planhat: Any) -> str:
    return str(planhat.made("users", email="u@x.example", nickName="Uma", firstName="Uma", lastName="X")["_id"])


# ---------------------------------------------------------------------------------------------- amounts


@pytest.mark.parametrize("sent", [{"mrr": 100}, {"arr": 1200}, {"value": 2400}])
def test_monthly_annual_and_whole_amount_of_a_line_item_follow_from_each_other(
    planhat: Any, deal: str, sent: dict[str, Any]
) -> None:
    item = planhat.made("lineitems", dealId=deal, type="subscription", **PERIOD, **sent)
    assert (item["length"], item["mrr"], item["arr"], item["value"]) == (24, 100, 1200, 2400)
    changed = planhat.put(f"/lineitems/{item['_id']}", json={"mrr": 50}).json()
    assert (changed["mrr"], changed["arr"], changed["value"]) == (50, 600, 1200)
    assert planhat.put(f"/lineitems/{item['_id']}", json={"arr": 2400}).json()["mrr"] == 200


def test_parts_of_months_count(planhat: Any, deal: str) -> None:
    item = planhat.made("lineitems", dealId=deal, type="subscription", **{**PERIOD, "toDate": "2026-02-15"}, mrr=100)
    assert (item["length"], item["value"]) == (1.5, 150)


def test_a_deal_is_the_sum_of_its_line_items_and_takes_no_amounts_of_its_own(planhat: Any, deal: str) -> None:
    assert planhat.put(f"/deals/{deal}", json={"mrr": 10.5}).json()["arr"] == 126
    planhat.made("lineitems", dealId=deal, **ITEM)
    planhat.made("lineitems", dealId=deal, **{**ITEM, "mrr": 20.25, "toDate": "2026-12-31"})
    sums = {"mrr": 120.25, "arr": 1443, "total": 2643}
    days = {"startDate": "2026-01-01T00:00:00.000Z", "endDate": "2027-12-31T00:00:00.000Z"}
    found = planhat.get(f"/deals/{deal}").json()
    assert {key: found[key] for key in (*sums, *days)} == {**sums, **days}
    for change in ({"mrr": 1}, {"total": 1}):
        changed = planhat.put(f"/deals/{deal}", json=change).json()
        assert {**changed, "updatedAt": ""} == {**found, "updatedAt": ""}


def test_amounts_have_two_decimals_and_none_where_they_are_whole(planhat: Any) -> None:
    for monthly, annual in ((10.005, 120.06), (0.25, 3), (1.5, 18)):
        text = planhat.post("/products", json={"name": f"P {monthly}", "mrr": monthly}).text
        assert f'"arr":{annual}' in text.replace(" ", "")
        assert f'"arr":{annual}.0' not in text.replace(" ", "")


def test_a_fixed_license_has_a_whole_value_or_a_monthly_one(planhat: Any) -> None:
    body = {"companyId": "extid-first", "_currency": "EUR", "fixedPeriod": True, **PERIOD}
    assert planhat.made("licenses", **body, mrr=100)["value"] == 2400
    made = planhat.made("licenses", **body, value=3600)
    assert (made["mrr"], made["arr"], made["length"], made["renewalPeriod"]) == (150, 1800, 24, 24)
    changed = planhat.put(f"/licenses/{made['_id']}", json={"mrr": 10}).json()
    assert (changed["value"], changed["arr"]) == (240, 120)


def test_a_license_that_gets_both_amounts_has_the_monthly_one_of_its_whole_value(planhat: Any) -> None:
    body = {"companyId": "extid-first", "_currency": "EUR", "fixedPeriod": True, **PERIOD}
    made = planhat.made("licenses", **body, mrr=100)
    changed = planhat.put(f"/licenses/{made['_id']}", json={"arr": 1200, "value": 4800}).json()
    assert (changed["mrr"], changed["arr"], changed["value"]) == (200, 1200, 4800)


def test_a_line_item_is_a_subscription_unless_it_says_otherwise(planhat: Any, deal: str) -> None:
    item = planhat.made("lineitems", dealId=deal, **PERIOD, mrr=100)
    assert (item["type"], item["arr"], item["value"]) == ("subscription", 1200, 2400)
    assert planhat.made("lineitems", dealId=deal, type="fee", mrr=100).get("arr") is None
    assert planhat.get(f"/deals/{deal}").json()["arr"] == 1200


def test_a_seed_keeps_its_numbers_of_invoices_and_new_ones_follow(tmp_path: Path, session_of: Any) -> None:
    invoice = {"cId": AN_ID, "currency": "EUR", "invoiceDate": 20500}
    for name, row in {"companies": {"_id": AN_ID, "name": "A"}, "invoices": {**invoice, "invoiceNo": 7}}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps([row]))
    with Sandbox(seed=str(tmp_path)) as sandbox, session_of(sandbox) as planhat:
        assert [each["invoiceNo"] for each in sandbox.rows("invoices")] == [7]
        assert [planhat.made("invoices", **invoice)["invoiceNo"] for _ in "ab"] == [8, 9]


def test_a_phase_begins_when_it_changes_or_when_a_seed_says(tmp_path: Path, session_of: Any) -> None:
    then = "2020-01-01T00:00:00.000Z"
    row = {"_id": AN_ID, "name": "A", "externalId": "a", "phase": "new", "phaseSince": then}
    (tmp_path / "companies.json").write_text(json.dumps([row]))
    with Sandbox(seed=str(tmp_path)) as sandbox, session_of(sandbox) as planhat:
        since = [
            planhat.put(f"/companies/{AN_ID}", json=change).json()["phaseSince"]
            for change in ({"name": "B"}, {"phase": "new"}, {"phase": "live"}, {"phase": None})
        ]
        assert since[:2] == [then, then]
        assert since[2] == since[3] > then
        assert planhat.made("companies", name="C", phase="new")["phaseSince"] > then


@pytest.mark.parametrize("value", [0, -1])
def test_a_sale_is_worth_something_when_it_is_made_and_when_it_is_changed(planhat: Any, value: int) -> None:
    body = {"companyId": "extid-first", "_currency": "EUR", "product": "P", "salesDate": "2026-01-01"}
    assert "value must be above 0" in refused(planhat.post("/sales", json={**body, "value": value}))
    made = planhat.made("sales", **body, value=0.5)
    assert "value must be above 0" in refused(planhat.put(f"/sales/{made['_id']}", json={"value": value}))
    new = planhat.upserted("sales", {**body, "externalId": "s", "value": value}, status=400)
    old = planhat.upserted("sales", {"_id": made["_id"], "value": value}, status=400)
    assert (len(new["createdErrors"]), len(new["updatedErrors"])) == (1, 0)
    assert (len(old["createdErrors"]), len(old["updatedErrors"])) == (0, 1)


def test_an_issue_has_the_revenue_of_its_companies(session_of: Any) -> None:
    with Sandbox(companies=12) as sandbox, session_of(sandbox) as planhat:
        first, second = [each for each in planhat.rows("companies") if each.get("mrr")][:2]
        both = planhat.made("issues", title="Slow", companyIds=[first["_id"], second["_id"]])
        monthly = round(first["mrr"] + second["mrr"])
        assert (both["mrrCombined"], both["arrCombined"]) == (monthly, 12 * monthly)
        one = planhat.put(f"/issues/{both['_id']}", json={"companyIds": [second["_id"]]}).json()
        assert [each["name"] for each in one["companies"]] == [second["name"]]
        assert (one["mrrCombined"], one["arrCombined"]) == (round(second["mrr"]), 12 * round(second["mrr"]))


# ------------------------------------------------------------------------------------- people and owners


def test_a_record_has_the_name_of_its_owner_or_an_empty_one(planhat: Any, owner: str) -> None:
    for path in ("tasks", "assets"):
        body = {"companyId": "extid-first", **({"action": "Call"} if path == "tasks" else {"name": "A"})}
        made = planhat.made(path, **body, ownerId=owner)
        assert made["ownerName"] == "Uma"
        assert planhat.made(path, **body, ownerId=AN_ID)["ownerName"] == ""
        changed = [
            planhat.put(f"/{path}/{made['_id']}", json={"ownerId": own_id}).json()["ownerName"]
            for own_id in (AN_ID, owner)
        ]
        assert changed == ["", "Uma"]


def test_people_of_a_note_have_a_name_or_an_empty_one(planhat: Any, owner: str) -> None:
    pia = planhat.made("users", email="p@x.example", nickName="Pia", firstName="P", lastName="X")["_id"]
    ada = planhat.made("endusers", companyId="extid-first", email="ada@first.example", name="Ada B")
    note = planhat.made(
        "conversations",
        companyId="extid-first",
        type="note",
        users=[{"id": owner}, {"id": pia}, {"id": AN_ID}],
        endusers=[{"_id": ada["_id"]}, {"id": AN_ID}, {"id": AN_ID, "name": "Own"}],
    )
    assert [each["name"] for each in note["users"]] == ["Uma", "Pia", ""]
    assert [each.get("isOwner", False) for each in note["users"]] == [True, False, False]
    assert note["userIds"] == [owner, pia, AN_ID]
    assert note["endusers"] == [
        {"id": ada["_id"], "name": "Ada B"}, {"id": AN_ID, "name": ""}, {"id": AN_ID, "name": "Own"},
    ]  # fmt: skip


def test_endusers_of_an_issue_are_named(planhat: Any) -> None:
    ada = planhat.made("endusers", companyId="extid-first", email="ada@first.example", name="Ada B")["_id"]
    issue = planhat.made("issues", title="Slow", companyIds=["extid-first"], enduserIds=[ada, AN_ID])
    assert issue["endusers"] == [{"id": ada, "name": "Ada B"}, {"id": AN_ID, "name": ""}]
    for ids in ([AN_ID], [ada], []):
        changed = planhat.put(f"/issues/{issue['_id']}", json={"enduserIds": ids}).json()
        assert [each["id"] for each in changed["endusers"]] == ids


def test_either_part_of_a_name_makes_the_whole(planhat: Any) -> None:
    body = {"companyId": "extid-first"}
    for parts, whole in (({"firstName": "Ada"}, "Ada"), ({"lastName": "B"}, "B")):
        made = planhat.made("endusers", **body, **parts, email=f"{whole}@first.example")
        assert made["name"] == whole
    assert planhat.put(f"/endusers/{made['_id']}", json={"firstName": "Ada"}).json()["name"] == "Ada B"


def test_the_sum_of_an_address_is_that_of_its_small_letters(planhat: Any) -> None:
    made = planhat.made("endusers", companyId="extid-first", email="Ada@First.example")
    assert made["emailMd5"] == hashlib.md5(b"ada@first.example", usedforsecurity=False).hexdigest()
    assert not planhat.made("endusers", companyId="extid-first", externalId="nobody").get("emailMd5")


def test_a_finished_task_is_a_note_of_its_owner(planhat: Any, owner: str) -> None:
    body = {"companyId": "extid-first", "action": "Call", "description": "<b>Went</b> well"}
    task = planhat.made("tasks", **body, ownerId=owner)
    assert task["snippet"] == "Went  well"
    done = planhat.put(f"/tasks/{task['_id']}", json={"status": "done"}).json()
    note = planhat.get(f"/conversations/{done['noteId']}").json()
    assert (note["type"], note["subject"], note["snippet"]) == ("note", "Call", "Went  well")
    assert [(each["id"], each["name"], each["isOwner"]) for each in note["users"]] == [(owner, "Uma", True)]
    own = planhat.made("tasks", **body, status="done")
    assert planhat.get(f"/conversations/{own['noteId']}").json()["users"] == []


def test_a_task_with_a_day_on_which_it_was_done_is_archived_unless_it_says_otherwise(planhat: Any) -> None:
    body = {"companyId": "extid-first", "action": "Call", "dateDone": "2026-01-01"}
    assert planhat.made("tasks", **body)["isArchived"] is True
    assert planhat.made("tasks", **body, isArchived=False)["isArchived"] is False


def test_a_response_to_a_survey_finds_the_enduser_of_its_company(planhat: Any) -> None:
    people = {
        name: planhat.made("endusers", companyId=f"extid-{name}", email="p@shared.example", externalId=name)
        for name in ("first", "second")
    }
    for name in ("second", "first"):
        made = planhat.made("nps", email="P@shared.example", score=9, cId=f"extid-{name}")
        assert (made["euId"], made["cId"]) == (people[name]["_id"], people[name]["companyId"])


# ----------------------------------------------------------------------------------------------- tickets


def test_a_ticket_has_a_snippet_of_its_description_and_an_enduser_with_its_name(planhat: Any, sandbox: Any) -> None:
    row = {
        "sourceId": "t-1",
        "email": "new@first.example",
        "name": "Nia New",
        "title": "Slow",
        "description": "<p>A</p>",
    }
    planhat.upserted("tickets", row)
    (ticket,) = [each for each in sandbox.rows("conversations") if each.get("sourceId") == "t-1"]
    assert (ticket["snippet"], ticket["subject"]) == ("A", "Slow")
    planhat.upserted("tickets", {**row, "description": "<p>B</p> &amp; C"})
    (ticket,) = [each for each in sandbox.rows("conversations") if each.get("sourceId") == "t-1"]
    assert ticket["snippet"] == "B  & C"
    sandbox.should_contain("endusers", count=1, email="new@first.example", name="Nia New", firstName="Nia")


def test_a_ticket_of_nobody_has_an_enduser_without_a_name(planhat: Any, sandbox: Any) -> None:
    planhat.upserted("tickets", {"sourceId": "t-1", "email": "new@first.example", "description": "A"})
    (ticket,) = [each for each in sandbox.rows("conversations") if each.get("sourceId") == "t-1"]
    assert [each["name"] for each in ticket["endusers"]] == [""]


def test_a_conversation_that_is_a_ticket_has_its_day(planhat: Any) -> None:
    made = planhat.made("conversations", companyId="extid-first", type="ticket", date="1970-01-03T12:00:00Z")
    assert made["days"] == 2
    assert planhat.put(f"/conversations/{made['_id']}", json={"date": "1970-01-04"}).json()["days"] == 3


# --------------------------------------------------------------------------------------------- refusals


def test_time_entries_that_are_no_list_are_refused_in_words(planhat: Any) -> None:
    for entries in ("text", {"_id": AN_ID}):
        envelope = planhat.upserted("timesheets", {"timeEntries": entries, "dateFrom": 20500}, status=400)
        assert "timeEntries must be a list" in str(envelope)


@pytest.mark.parametrize(
    ("reference", "words"), [("extid-nobody", "company not found"), (AN_ID, "company not found"), ("no id", "id")]
)
def test_a_company_that_is_not_there_and_one_that_cannot_be_are_told_apart(
    planhat: Any, reference: str, words: str
) -> None:
    body = {"companyId": reference, "email": "a@b.example"}
    said = refused(planhat.post("/endusers", json=body))
    assert words in said
    assert (json.loads(said)["message"] == "company not found") == (words == "company not found")


def test_both_names_of_the_external_id_find_a_record(planhat: Any) -> None:
    made = planhat.made("conversations", companyId="extid-first", type="note", externalId="c-1")
    assert planhat.get("/conversations/extid-c-1").json()["_id"] == made["_id"]
    changed = planhat.upserted("conversations", {"externalId": "c-1", "type": "note", "subject": "new"})
    assert changed["updated"] == 1
