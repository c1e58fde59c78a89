"""Holds what recipes promise beside their outcome: the calls that they cost, and what an interrupted sync leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatBulkError, PlanhatValidationError, types
from RPA.Planhat.operations.html_report import page_of
from RPA.Planhat.sandbox import Sandbox

if TYPE_CHECKING:
    from pathlib import Path

TOM = "tom@sandbox.example"


def calls(sandbox: Sandbox, before: int = 0) -> list[str]:
    return [f"{each['method']} {each['path']}" for each in sandbox.requests()[before:]]


def test_sixty_licenses_with_the_address_of_their_owner_take_fewer_than_five_calls(
    demo_client: Planhat, fresh_demo: Sandbox
) -> None:
    rows = list(demo_client.export_rows(types.License, columns=["external_id", "to_date", "company.owner.email"]))
    assert len(rows) == 60
    assert all(str(row["company.owner.email"]).endswith("@sandbox.example") for row in rows)
    assert len(calls(fresh_demo)) < 5, calls(fresh_demo)


def test_handing_over_two_hundred_companies_is_one_bulk_call(demo_client: Planhat, fresh_demo: Sandbox) -> None:
    nora = demo_client.find_object(types.User, "nora@sandbox.example").id
    new = [{"external_id": f"H-{number}", "name": f"Hand {number}", "owner": nora} for number in range(200)]
    demo_client.import_objects(types.Company, new)
    before = len(fresh_demo.requests())
    book = list(demo_client.export_rows(types.Company, columns=["_id", "name"], where="owner = nora@sandbox.example"))
    report = demo_client.sync_objects(types.Company, book, ["_id -> _id", f"'{TOM}' -> owner.email"])
    assert report.counts["updated"] == len(book) >= 200
    assert [each for each in calls(fresh_demo, before) if not each.startswith("GET ")] == ["PUT /companies"]
    assert not demo_client.get_objects(types.Company, where="owner = NORA@sandbox.example")


@pytest.mark.parametrize("options", [{}, {"new": "skip"}, {"known": "update", "at_most": 600}], ids=str)
def test_tagging_five_hundred_guests_is_a_listing_and_a_bulk_call(
    demo_client: Planhat, fresh_demo: Sandbox, options: dict[str, Any]
) -> None:
    stored = [row for row in fresh_demo.rows("endusers") if not row.get("archived")]
    twice = {row["externalId"].removesuffix("-crm") for row in stored if row["externalId"].endswith("-crm")}
    people = [row["email"] for row in stored if row["externalId"].removesuffix("-crm") not in twice]
    guests = [{"Mail": email} for email in people[:500]]
    mapping = ["Mail -> email", "'webinar' -> tags.add"]
    before = len(fresh_demo.requests())
    report = demo_client.import_objects(types.Enduser, guests, mapping, **options)
    assert report.counts["updated"] == 500
    asked = fresh_demo.requests()[before:]
    # Planhat lists archived endusers in calls of their own; each listing ends with a page that has nothing new.
    shown = [each["query"]["offset"] for each in asked if each["method"] == "GET" and "archived" not in each["query"]]
    assert len(shown) == 2, shown
    assert [each["path"] for each in asked if each["method"] != "GET"] == ["/endusers"]


def test_guests_whom_planhat_does_not_know_are_skipped_and_nobody_is_tagged_twice(
    demo_client: Planhat, fresh_demo: Sandbox, tmp_path: Path
) -> None:
    guests = [{"Mail": "tess.vogel0@alderlogistics.example"}, {"Mail": "nobody@nowhere.example"}]
    mapping = ["Mail -> email", "'webinar' -> tags.add"]
    first = demo_client.import_objects(types.Enduser, guests, mapping, new="skip", save_as=tmp_path / "guests")
    assert "nobody@nowhere.example,2,skipped,,Planhat does not have it." in (tmp_path / "guests.ok.csv").read_text(
        "utf-8"
    )
    assert (first.counts["updated"], first.counts["skipped"]) == (1, 1)
    before = len(fresh_demo.requests())
    again = demo_client.import_objects(types.Enduser, guests, mapping, new="skip")
    assert (again.counts["unchanged"], again.counts["skipped"]) == (1, 1)
    assert {each.split()[0] for each in calls(fresh_demo, before)} == {"GET"}


@pytest.mark.parametrize("where", ["owner = {}", "owner in ({})", "co_owner = {} or owner = {}"])
def test_a_condition_names_people_by_their_address(demo_client: Planhat, fresh_demo: Sandbox, where: str) -> None:
    tom = next(row["_id"] for row in fresh_demo.rows("users") if row["email"] == TOM)
    found = demo_client.get_objects(types.Company, properties="owner,coOwner", where=where.replace("{}", TOM.upper()))
    assert found
    assert all(tom in (each.owner, each.get("coOwner")) for each in found)


def test_a_filter_names_people_by_their_address(demo_client: Planhat, fresh_demo: Sandbox) -> None:
    tom = next(row["_id"] for row in fresh_demo.rows("users") if row["email"] == TOM)
    assert {each.owner for each in demo_client.get_objects(types.Company, owner=TOM)} == {tom}
    with pytest.raises(PlanhatValidationError, match=r"no users with email .*Did you mean tom@sandbox\.example"):
        demo_client.get_objects(types.Company, owner="tomm@sandbox.example")
    with pytest.raises(PlanhatValidationError, match="no users with email"):
        demo_client.get_objects(types.Company, where="owner = nobody@x.example")


@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_an_interrupted_sync_that_archives_others_loses_nothing_and_does_nothing_twice(
    demo_client: Planhat, fresh_demo: Sandbox, kind: str
) -> None:
    before: dict[str, Any] = {row["_id"]: row for row in fresh_demo.rows("endusers")}
    (company,) = (row for row in fresh_demo.rows("companies") if row["externalId"] == "C-00001")
    people = [row for row in before.values() if row["companyId"] == company["_id"] and not row["archived"]]
    table = [{"external_id": row["externalId"], "company_id": company["_id"], "position": "CFO"} for row in people[:2]]
    options: dict[str, Any] = {"others": "archive", "at_most": len(people), "where": f"company_id = {company['_id']}"}
    fresh_demo.call("inject_fault", kind=kind, route="/endusers", verb="PUT", calls=list(range(2, 99)))
    with (
        Planhat(fresh_demo.api_key, base_url=fresh_demo.url, retries=0) as interrupted,
        pytest.raises(PlanhatBulkError),
    ):
        interrupted.sync_objects(types.Enduser, table, **options)
    fresh_demo.call("clear_faults")
    demo_client.sync_objects(types.Enduser, table, **options)
    after = {row["_id"]: row for row in fresh_demo.rows("endusers")}
    assert before.keys() == after.keys()
    changed = {key for key in after if after[key].get("archived") != before[key].get("archived")}
    assert changed == {row["_id"] for row in people[2:]}
    assert {after[row["_id"]]["position"] for row in people[:2]} == {"CFO"}
    third = demo_client.sync_objects(types.Enduser, table, **options)
    assert third.counts["unchanged"] == 2
    assert third.others.records == []


def test_pages_name_the_records_that_no_row_means(demo_client: Planhat) -> None:
    row = {"external_id": "C-00001", "city": "Lund"}
    report = demo_client.sync_objects(types.Company, row, others="report")
    page = page_of(report, {}).html()
    assert "Other companies, in no row (59)" in page
    assert "Birchwood Analytics" in page
