"""Pages, order, selection and filters of lists."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.sandbox.model_rules import BY_PATH, rules_of
from utest.sandbox.bodies import UPSERTABLE, keyed, smallest

if TYPE_CHECKING:
    from pathlib import Path

DAY_ONE = datetime(1970, 1, 1, tzinfo=timezone.utc)


def names(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]


@pytest.mark.parametrize("path", list(BY_PATH))
def test_default_and_largest_page(planhat: Any, path: str) -> None:
    page = BY_PATH[path].PAGE
    total = 2 * page.default + 1 if page.default < 1000 else 3
    if path in UPSERTABLE:
        planhat.upserted(path, *(keyed(path, number=number) for number in range(total)))
        expected = total + (2 if path == "companies" else 0)
    else:
        expected = 0
    assert len(planhat.rows(path)) == min(page.default, expected)
    assert len(planhat.rows(path, limit=10**9)) == min(page.largest, expected)
    assert len(planhat.rows(path, limit=3)) == min(3, expected)


def test_limit_above_the_maximum_is_clamped(planhat: Any) -> None:
    planhat.upserted("assets", *({"name": f"A{n}", "companyId": "extid-first"} for n in range(2500)))
    assert len(planhat.rows("assets", limit=10000)) == 2000
    assert len(planhat.rows("assets", limit=2000, offset=2000)) == 500


@pytest.mark.parametrize(
    "query", [{"limit": "x"}, {"limit": "0"}, {"limit": "-5"}, {"offset": "-1"}, {"offset": "zz"}, {"sort": "$"}]
)
def test_strange_pages_do_no_harm(planhat: Any, query: dict[str, str]) -> None:
    assert names(planhat.rows("companies", select="name", **query)) == ["First", "Second"]


@pytest.mark.parametrize("text", ["-62108129858432040960", "\u00b2", "--5", "9" * 30, "x"])
def test_strange_numbers_do_no_harm(planhat: Any, text: str) -> None:
    for path in ("dimensiondata", "nps", "companies"):
        for name in ("from", "to", "limit", "offset", "npsExpiryDay"):
            assert planhat.get(f"/{path}", params={name: text}).status_code == 200


def test_offset_past_the_end_is_empty(planhat: Any) -> None:
    assert planhat.rows("companies", offset=10**30) == []


@pytest.mark.parametrize(
    ("sort", "expected"), [("name", ["First", "Second"]), ("-name", ["Second", "First"]), ("-_id", ["Second", "First"])]
)
def test_sort(planhat: Any, sort: str, expected: list[str]) -> None:
    assert names(planhat.rows("companies", sort=sort)) == expected


def test_pages_meet_without_gap_or_overlap(planhat: Any) -> None:
    planhat.upserted("endusers", *(smallest("endusers", number=number) for number in range(25)))
    pages = [planhat.rows("endusers", sort="_id", limit=10, offset=offset) for offset in (0, 10, 20, 30)]
    assert [len(page) for page in pages] == [10, 10, 5, 0]
    ids = [row["_id"] for page in pages for row in page]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("path", [path for path in UPSERTABLE if rules_of(BY_PATH[path]).newest_first])
def test_newest_first(planhat: Any, path: str) -> None:
    made = [planhat.upserted(path, keyed(path, number=number))["upsertedIds"][0] for number in range(3)]
    assert [row["_id"] for row in planhat.rows(path)] == made[::-1]


def test_select_has_the_id_always_and_what_is_not_there_never(planhat: Any) -> None:
    row = planhat.rows("companies", select="name, externalId,  nothing")[0]
    assert list(row) == ["_id", "name", "externalId"]


def test_company_rows_carry_fewer_fields_than_the_company(planhat: Any) -> None:
    owner = planhat.made("users", **smallest("users"))["_id"]
    sent = {"owner": owner, "phase": "adoption", "csmScore": 4, "custom": {"Seats": 3}, "address": "1 Road"}
    planhat.put("/companies/extid-first", json=sent)
    row, other = planhat.rows("companies")
    assert set(row) <= set(BY_PATH["companies"].LIST_FIELDS)
    assert row.items() >= {key: value for key, value in sent.items() if key != "address"}.items()
    assert {"externalId", "sourceId", "phaseSince", "updatedAt"} <= set(row)
    assert not {"address", "description", "documents", "products", "web", "zip"} & set(row)
    assert (other["owner"], other["coOwner"]) == (None, None)


def test_rows_of_users_have_the_documented_fields_only(planhat: Any) -> None:
    own_id = planhat.made("users", **smallest("users"), roles=["5f0000000000000000000001"])["_id"]
    (row,) = planhat.rows("users")
    assert set(row) <= set(BY_PATH["users"].LIST_FIELDS)
    assert not {"roles", "permissions", "createDate", "defaultMeetingLength"} & set(row)
    (selected,) = planhat.rows("users", select="roles,createDate")
    assert set(selected) == {"_id", "roles", "createDate"}
    assert selected["_id"] == own_id


def test_several_companies_as_a_comma_list(planhat: Any) -> None:
    ids = [row["_id"] for row in planhat.rows("companies")]
    for number, own_id in enumerate(ids):
        planhat.made("endusers", companyId=own_id, email=f"p{number}@x.example")
        planhat.made("assets", companyId=own_id, name="asset")
    assert len(planhat.rows("endusers", companyId=",".join(ids))) == 2
    assert len(planhat.rows("endusers", companyId=ids[1])) == 1
    assert len(planhat.rows("companies", companyId=", ".join(ids))) == 2
    assert len(planhat.rows("assets", companyId=ids[0])) == 1
    assert planhat.rows("assets", companyId=",".join(ids)) == []
    assert planhat.rows("endusers", companyId="nonsense") == []


def test_company_filter_where_the_field_has_another_name(planhat: Any) -> None:
    company = planhat.rows("companies")[0]["_id"]
    planhat.made("invoices", cId=company, currency="EUR", invoiceDate=1)
    planhat.made("nps", cId=company, email="x@y.example", score=9)
    planhat.made("issues", title="Slow", companyIds=[company, "extid-second"])
    for path in ("invoices", "nps", "issues"):
        assert len(planhat.rows(path, companyId=company)) == 1
        assert planhat.rows(path, companyId="5f00000000000000000000aa") == []


def test_endusers_by_email_and_archived(planhat: Any) -> None:
    made = planhat.made("endusers", companyId="extid-first", email="Jo@First.example")
    planhat.made("endusers", companyId="extid-second", email="jo@first.example")
    hidden = planhat.made("endusers", companyId="extid-first", email="old@first.example", archived=True)
    assert len(planhat.rows("endusers", email="JO@first.EXAMPLE")) == 2
    assert [row["_id"] for row in planhat.rows("endusers", euId=made["_id"])] == [made["_id"]]
    assert hidden["_id"] not in [row["_id"] for row in planhat.rows("endusers")]
    both = [row["_id"] for row in planhat.rows("endusers", archived="true")]
    assert len(both) == 3
    assert hidden["_id"] in both
    pages = [planhat.rows("endusers", archived="true", limit=1, offset=offset)[0]["_id"] for offset in range(3)]
    assert pages == both


def test_tasks_that_are_done_are_archived(planhat: Any, sandbox: Any, tmp_path: Path) -> None:
    person = "5f00000000000000000000cc"
    company = planhat.get("/companies/extid-first").json()
    task = {"companyId": company["_id"], "dateDone": "2026-01-01", "isArchived": True, "endusers": [{"id": person}]}
    (tmp_path / "companies.json").write_text(json.dumps([company]), "utf-8")
    (tmp_path / "tasks.json").write_text(json.dumps([task]), "utf-8")
    sandbox.seed(tmp_path)
    (done,) = sandbox.rows("tasks")
    assert planhat.rows("tasks") == []
    assert [row["_id"] for row in planhat.rows("tasks", isArchived="true", enduserIds=person)] == [done["_id"]]
    assert planhat.rows("tasks", isArchived="true", enduserIds="5f00000000000000000000dd") == []
    sandbox.seed("empty")


def test_churn_by_day_and_downgrade(planhat: Any) -> None:
    for day, downgrade in (("2026-01-10", True), ("2026-02-10", False)):
        planhat.made("churn", companyId="extid-first", churnDate=day, onlyDowngrade=downgrade)
    assert len(planhat.rows("churn", **{"from": "2026-02-10"})) == 1
    assert len(planhat.rows("churn", to="2026-01-10")) == 1
    assert planhat.rows("churn", downgrades="only")[0]["onlyDowngrade"] is True
    assert planhat.rows("churn", downgrades="excluded")[0]["onlyDowngrade"] is False
    assert planhat.get("/churn", params={"from": "gestern"}).status_code == 400


def test_nps_answers_expire(planhat: Any) -> None:
    old = (datetime.now(timezone.utc) - timedelta(days=400)).isoformat()
    planhat.made("nps", cId="extid-first", email="a@x.example", score=3, dateAnswered=old)
    assert planhat.rows("nps") == []
    assert len(planhat.rows("nps", npsExpiryDay=500)) == 1


def test_tickets_by_status_email_and_words(planhat: Any) -> None:
    for number, status in enumerate(("open", "closed")):
        row = {"sourceId": f"t{number}", "email": f"p{number}@first.example", "companyId": "extid-first"}
        planhat.upserted("tickets", {**row, "status": status, "description": f"<b>Printer</b> {number} burns"})
    assert [row["sourceId"] for row in planhat.rows("tickets", status="open")] == ["t0"]
    assert [row["sourceId"] for row in planhat.rows("tickets", email="P1@first.example")] == ["t1"]
    assert len(planhat.rows("tickets", search="BURNS")) == 2


def test_conversations_by_type_include_tickets(planhat: Any) -> None:
    planhat.made("conversations", companyId="extid-first", type="meeting", subject="Hello")
    planhat.upserted("tickets", {"sourceId": "t", "email": "p@first.example", "companyId": "extid-first"})
    assert [row["type"] for row in planhat.rows("conversations")] == ["ticket", "meeting"]
    assert len(planhat.rows("conversations", type="ticket")) == 1
    assert len(planhat.rows("tickets")) == 1


def test_lean_companies_have_all_and_what_is_not_set_is_missing(planhat: Any) -> None:
    planhat.upserted("companies", *({"name": f"N{number}"} for number in range(300)))
    rows = planhat.rows("leancompanies")
    assert len(rows) == 302
    assert set(rows[-1]) == {"_id", "name"}
    assert planhat.rows("leancompanies", sourceId="crm-2")[0]["name"] == "Second"
    planhat.put("/companies/extid-second", json={"status": "lost"})
    assert len(planhat.rows("leancompanies", status="lost,coming")) == 1
    assert planhat.rows("leancompanies", externalId="none") == []


def test_custom_fields_by_parent(planhat: Any) -> None:
    planhat.made("customfields", name="X", parent="company", type="text")
    planhat.made("customfields", name="X", parent="enduser", type="text")
    assert len(planhat.rows("customfields", parent="Company")) == 1


def test_unknown_parameters_are_ignored(planhat: Any) -> None:
    assert len(planhat.rows("companies", name="First", page=3)) == 2


def test_roles_are_ids_after_writing_and_objects_in_reading(planhat: Any) -> None:
    made = planhat.made("users", **{**smallest("users"), "roles": ["5f0000000000000000000001"]})
    assert made["roles"] == ["5f0000000000000000000001"]
    (role,) = planhat.get(f"/users/{made['_id']}").json()["roles"]
    assert set(role) == {"_id", "name", "description"}
    assert set(planhat.rows("users", select="roles")[0]["roles"][0]) == {"_id", "name", "description"}
    assert planhat.put(f"/users/{made['_id']}", json={"nickName": "J"}).json()["roles"] == made["roles"]


def test_paths_below_a_company(planhat: Any) -> None:
    body = {"_currency": "EUR", "mrr": 10, "fromDate": "2026-01-01", "toDate": "2026-12-31"}
    made = planhat.made("companies/extid-first/licenses", **body)
    assert made["companyName"] == "First"
    assert len(planhat.rows("companies/extid-first/licenses")) == 1
    assert planhat.rows("companies/extid-second/licenses") == []
    own = f"/companies/extid-first/licenses/{made['_id']}"
    assert planhat.put(own, json={"product": "P"}).json()["product"] == "P"
    assert planhat.get(f"/companies/extid-second/licenses/{made['_id']}").status_code == 404
    assert planhat.get("/companies/extid-none/licenses").status_code == 404
    assert planhat.delete(own).status_code == 200
    planhat.made("endusers", companyId="extid-first", email="a@b.example")
    assert len(planhat.rows("companies/srcid-crm-1/endusers")) == 1


def test_an_empty_id_reaches_the_list(planhat: Any) -> None:
    assert len(planhat.get("/companies/").json()) == 2
    assert planhat.delete("/companies/").status_code == 404


@pytest.mark.parametrize("sort", ["firstName", "-firstName", "-createdAt", "nonsense"])
def test_pages_in_an_order_are_the_parts_of_the_whole_also_after_a_reset(planhat: Any, sandbox: Any, sort: str) -> None:
    for _ in range(2):
        planhat.made("companies", name="Owner", externalId="owner")
        for number, name in enumerate("CABA"):
            planhat.made("endusers", companyId="extid-owner", firstName=name, email=f"{number}@first.example")
        whole = planhat.rows("endusers", sort=sort)
        pages = [planhat.rows("endusers", sort=sort, limit=2, offset=offset) for offset in range(0, len(whole), 2)]
        assert [row for page in pages for row in page] == whole
        sandbox.reset()
