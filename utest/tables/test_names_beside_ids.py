"""Plans and reports name the records that ids refer to, from listings that cost at most one call for each model."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatBulkError, types
from RPA.Planhat.operations.dry_run import DryRun
from RPA.Planhat.operations.html_report import changes_in_words, page_of
from RPA.Planhat.operations.rows.report import TablePlan, TableReport
from RPA.Planhat.sandbox import Sandbox

if TYPE_CHECKING:
    from pathlib import Path


def users(fresh_demo: Sandbox) -> dict[str, str]:
    return {row["email"].partition("@")[0]: row["_id"] for row in fresh_demo.rows("users")}


def hand_over(demo_client: Planhat, owner: str, **options: Any) -> Any:
    return demo_client.sync_objects(types.Company, [{"external_id": "C-00001", "owner": owner}], **options)


@pytest.mark.parametrize("by", ["id", "address"])
def test_a_plan_names_owners_and_the_record_in_each_of_its_forms(
    demo_client: Planhat, fresh_demo: Sandbox, tmp_path: Path, by: str
) -> None:
    known = users(fresh_demo)
    tom, lucia = known["tom"], known["lucía"]
    plan = hand_over(demo_client, tom if by == "id" else "tom@sandbox.example", dry_run=True)
    assert isinstance(plan, TablePlan)
    (row,) = plan.rows("update")
    assert row.record_name == "Alder Logistics (externalId=C-00001)"
    words = f"owner: Lucía Vidal ({lucia}) → Tom Keller ({tom})"
    assert changes_in_words(row.changes, plan.plan.names) == words
    plan.save(tmp_path / "plan.csv")
    with (tmp_path / "plan.csv").open(encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file)
    assert list(line)[:7] == ["row", "action", "key", "field", "old", "new", "reason"]
    assert (line["old"], line["new"]) == (lucia, tom)
    assert (line["record"], line["old_name"], line["new_name"]) == ("Alder Logistics", "Lucía Vidal", "Tom Keller")
    assert plan["rows"][0]["new_name"] == plan.differences[0]["new_name"] == "Tom Keller"
    html = page_of(plan, {}).html()
    assert f"Lucía Vidal ({lucia})" in html
    assert f"Tom Keller ({tom})" in html
    assert "Alder Logistics (externalId=C-00001)" in html


def test_people_in_custom_fields_are_named(demo_client: Planhat, fresh_demo: Sandbox) -> None:
    demo_client.create_object(types.CustomField(name="Sponsor", type="team member", parent="company"))
    known = users(fresh_demo)
    for person, words in (("tom", "Tom Keller"), ("lucía", "Tom Keller ({tom}) → Lucía Vidal")):
        row = {"external_id": "C-00001", "custom.Sponsor": known[person]}
        plan: Any = demo_client.sync_objects(types.Company, [row], dry_run=True)
        (changed,) = plan.rows("update")
        shown = changes_in_words(changed.changes, plan.plan.names)
        assert shown == f"custom.Sponsor: {words.format(**known)} ({known[person]})"
        demo_client.sync_objects(types.Company, [row])


def test_a_report_shows_what_changed_with_names(demo_client: Planhat, fresh_demo: Sandbox) -> None:
    known = users(fresh_demo)
    report = hand_over(demo_client, known["tom"])
    assert isinstance(report, TableReport)
    html = page_of(report, {}).html()
    assert "Changed, field by field" in html
    assert f"Lucía Vidal ({known['lucía']})" in html
    assert f"Tom Keller ({known['tom']})" in html
    assert sum(each["path"] == "/users" for each in fresh_demo.requests()) <= 2  # the second page has nothing new


def test_the_company_of_a_new_row_is_named_and_an_upsert_with_modes_names_the_same(demo_client: Planhat) -> None:
    row = {"email": "ada@new.example", "first_name": "Ada", "last_name": "Berg", "company_id": "extid-C-00002"}
    plan = demo_client.import_objects(types.Enduser, [row], dry_run=True)
    (new,) = plan.rows("create")
    assert new.record_name == "Ada Berg (email=ada@new.example)"
    assert "companyId: Birchwood Analytics (65a0" in changes_in_words(new.changes, plan.plan.names)
    report = demo_client.update_objects([types.Enduser(row)], known="refuse")
    html = page_of(report, {}).html()
    assert "Birchwood Analytics (65a0" in html


def test_a_report_of_what_was_not_compared_names_the_rows_that_are_stored(demo_client: Planhat) -> None:
    report = demo_client.import_objects(types.Company, [{"external_id": "C-00001", "name": "Alder", "city": "Lund"}])
    html = page_of(report, {}).html()
    assert "Stored (1)" in html
    assert "Alder (externalId=C-00001)" in html


def test_a_token_that_may_not_read_users_gets_ids_alone(demo_client: Planhat, fresh_demo: Sandbox) -> None:
    known = users(fresh_demo)
    fresh_demo.call("inject_fault", kind="status", status=403, route="/users", verb="GET", calls=list(range(1, 9)))
    plan = hand_over(demo_client, known["tom"], dry_run=True)
    (row,) = plan.rows("update")
    assert changes_in_words(row.changes, plan.plan.names) == f"owner: {known['lucía']} → {known['tom']}"
    assert "new_name" not in plan.differences[0]


def test_values_that_refer_to_nobody_cost_no_call(demo_client: Planhat, fresh_demo: Sandbox) -> None:
    demo_client.sync_objects(types.Company, [{"external_id": "C-00001", "city": "Lund"}], dry_run=True)
    assert {each["path"] for each in fresh_demo.requests()} == {"/companies"}


def test_a_dry_run_of_a_single_write_names_owners(fresh_demo: Sandbox) -> None:
    known = users(fresh_demo)
    with Planhat(fresh_demo.api_key, base_url=fresh_demo.url, calls_per_minute=0, dry_run=True) as planhat:
        company = planhat.find_object(types.Company, external_id="C-00001")
        company.owner = known["tom"]
        planhat.update_object(company)
        assert isinstance(planhat.session, DryRun)
        (told,) = planhat.session.would
    assert f"owner: Lucía Vidal ({known['lucía']}) -> Tom Keller ({known['tom']})" in told


def test_people_of_a_conversation_are_named_by_address_and_a_second_sync_changes_nothing(
    demo_client: Planhat, fresh_demo: Sandbox
) -> None:
    addresses = [row["email"] for row in fresh_demo.rows("endusers")]
    tess = next(each for each in addresses if addresses.count(each) == 1)
    row = {"external_id": "T-1", "company_id": "extid-C-00001", "subject": "Kick-off", "type": "note", "endusers": tess}
    mapping = [*(f"{name} -> {name}" for name in row), "'nora@sandbox.example' -> users.email"]
    assert demo_client.sync_objects(types.Conversation, [row], mapping).counts["created"] == 1
    assert demo_client.sync_objects(types.Conversation, [row], mapping).counts["unchanged"] == 1
    rows = list(
        demo_client.export_rows(
            types.Conversation, columns=["endusers.email", "users.email"], where="external_id = T-1"
        )
    )
    assert rows == [{"endusers.email": tess, "users.email": "nora@sandbox.example"}]
    with pytest.raises(PlanhatBulkError, match=r"no enduser with email 'tes@x\.example'"):
        demo_client.sync_objects(types.Conversation, [{**row, "endusers": "tes@x.example"}])
