"""A sync sends real differences only; a second run sends nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest

from RPA.Planhat import PlanhatBulkError, PlanhatValidationError, types
from RPA.Planhat.operations import reading, writing
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.operations.rows.comparing import changes_of
from RPA.Planhat.operations.rows.importing import import_table, plan_table
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.sandbox import Sandbox
from RPA.Planhat.types import MODELS, Verb
from utest.tables.conftest import Counting, define


def sync(planhat: Counting, model: type[types.PlanhatObject], rows: Any, **more: Any) -> Any:
    return import_table(planhat, model, rows, RowOptions(resolve_companies=True, compare=True, **more))


def test_only_what_differs_is_sent(planhat: Counting) -> None:
    rows = [{"external_id": str(n), "name": f"C {n}", "city": "Malmö", "tags": "a,b"} for n in range(100)]
    assert str(sync(planhat, types.Company, rows)) == "100 created"
    planhat.sent.clear()
    rows[7]["city"] = "Lund"
    assert str(sync(planhat, types.Company, rows)) == "1 updated, 99 unchanged"
    (sent,) = planhat.sent
    assert set(sent) == {"_id", "city"}
    planhat.sent.clear()
    assert str(sync(planhat, types.Company, rows)) == "100 unchanged"
    assert planhat.sent == []


def test_records_that_no_row_means_are_named_and_stay(planhat: Counting, acme: types.Company) -> None:
    report = sync(planhat, types.Company, [{"external_id": "2", "name": "Two"}])
    assert [each["name"] for each in report.not_in_table] == ["Acme"]
    assert len(reading.list_all_companies(planhat)) == 2


def test_endusers_are_found_by_address_within_their_company_and_archived_ones_too(
    planhat: Counting, acme: types.Company
) -> None:
    other = writing.create(planhat, types.Company, {"name": "Other"})
    for company in (acme, other):
        writing.create(planhat, types.Enduser, {"email": "a@b.example", "companyId": company.id, "archived": True})
    rows = [{"email": "A@B.example", "company_id": "extid-A-1", "position": "Boss"}]
    assert str(sync(planhat, types.Enduser, rows)) == "1 updated"
    assert str(sync(planhat, types.Enduser, rows)) == "1 unchanged"


def test_a_row_with_a_new_key_finds_its_record_by_another_one(planhat: Counting, acme: types.Company) -> None:
    writing.create(planhat, types.Enduser, {"email": "a@b.example", "companyId": acme.id})
    rows = [{"external_id": "1", "email": "a@b.example", "company_id": acme.id}]
    assert str(sync(planhat, types.Enduser, rows)) == "1 updated"
    assert str(sync(planhat, types.Enduser, rows)) == "1 unchanged"


def test_a_row_that_several_records_could_be_is_refused(planhat: Counting, acme: types.Company) -> None:
    other = writing.create(planhat, types.Company, {"name": "Other"})
    for company in (acme, other):
        writing.create(planhat, types.Enduser, {"email": "a@b.example", "companyId": company.id})
    with pytest.raises(PlanhatBulkError, match=r"Planhat has several records with email=a@b.example"):
        sync(planhat, types.Enduser, [{"email": "a@b.example", "position": "Boss"}])


def test_a_second_row_that_planhat_would_take_for_the_same_person_is_refused(
    planhat: Counting, acme: types.Company
) -> None:
    rows = [{"external_id": key, "email": "a@b.example", "company_id": acme.id, "name": key} for key in ("1", "2")]
    said = (
        f"row 2: it has email=a@b.example {acme.id}, as row 1 does, and would overwrite it: externalId=2 and "
        "externalId=1 cannot be distinguished."
    )
    with pytest.raises(PlanhatBulkError, match=re.escape(said)):
        sync(planhat, types.Enduser, rows)
    assert planhat.sent == []
    plan = plan_table(planhat, types.Enduser, rows, RowOptions(resolve_companies=True))
    assert str(plan) == "1 create, 1 refused"
    for counts in ("1 created, 1 refused", "1 unchanged, 1 refused"):
        assert str(sync(planhat, types.Enduser, rows, bad_rows="skip")) == counts
    assert [each.name for each in reading.read_list(planhat, types.Enduser, Query(properties="ALL"))] == ["1"]


def test_a_row_that_only_has_the_weaker_key_of_another_one_is_refused(planhat: Counting, acme: types.Company) -> None:
    one = {"external_id": "1", "email": "a@b.example", "company_id": acme.id, "position": "Boss"}
    rows = [{**one, "external_id": ""}, {**one, "position": "Clerk"}]
    with pytest.raises(PlanhatBulkError, match=r"row 2: it has email=a@b.example .*, as row 1 does"):
        sync(planhat, types.Enduser, rows)
    assert str(sync(planhat, types.Enduser, [one])) == "1 created"
    with pytest.raises(PlanhatBulkError, match=r"row 2: it has email=a@b.example .*, as row 1 does"):
        sync(planhat, types.Enduser, rows)


def test_two_people_with_one_address_whom_planhat_has_both_are_synced(planhat: Counting, acme: types.Company) -> None:
    rows = [{"external_id": key, "email": f"{key}@b.example", "company_id": acme.id} for key in ("1", "2")]
    sync(planhat, types.Enduser, rows)
    same = [{**row, "email": "a@b.example"} for row in rows]
    assert str(sync(planhat, types.Enduser, same)) == "2 updated"
    assert str(sync(planhat, types.Enduser, same)) == "2 unchanged"


def test_rows_without_a_key_would_be_created_by_each_sync_and_are_refused(planhat: Counting) -> None:
    with pytest.raises(PlanhatBulkError, match="it has none of _id, sourceId, externalId, by which its record"):
        sync(planhat, types.Company, [{"name": "One"}])


def test_records_can_be_found_by_name(planhat: Counting, acme: types.Company) -> None:
    rows = [{"name": "ACME", "city": "Malmö"}, {"name": "New"}]
    assert str(sync(planhat, types.Company, rows, match_by=("name",))) == "1 created, 1 updated"
    assert str(sync(planhat, types.Company, rows, match_by=("name",))) == "2 unchanged"


def test_a_key_to_match_by_is_a_field(planhat: Counting) -> None:
    with pytest.raises(PlanhatValidationError, match=r"^A company has no field 'nmae' by which rows could be the same"):
        sync(planhat, types.Company, [{"name": "One"}], match_by=("nmae",))


def test_names_are_compared_as_planhat_stores_them(planhat: Counting) -> None:
    sync(planhat, types.Company, [{"external_id": "1", "name": "ACME corp"}])
    (company,) = reading.list_all_companies(planhat)
    writing.update(planhat, types.Company, company, {"name": "Acme Corp"})
    assert str(sync(planhat, types.Company, [{"external_id": "1", "name": "ACME corp"}])) == "1 unchanged"


def test_custom_values_are_compared_one_by_one(planhat: Counting) -> None:
    define(planhat, "company", Seats="number", Since="date", Areas="multipicklist:A,B")
    row = {"external_id": "1", "name": "One", "custom.Seats": "5", "custom.Since": "2026-03-01", "custom.Areas": "A,B"}
    sync(planhat, types.Company, [row])
    planhat.sent.clear()
    assert str(sync(planhat, types.Company, [row])) == "1 unchanged"
    assert str(sync(planhat, types.Company, [{**row, "custom.Seats": "6"}])) == "1 updated"
    assert planhat.sent[0]["custom"] == {"Seats": 6}


def test_a_custom_string_of_eight_digits_is_no_date(planhat: Counting) -> None:
    define(planhat, "company", Code="text")
    row = {"external_id": "1", "name": "One", "custom.Code": "2026-01-01"}
    assert str(sync(planhat, types.Company, [row])) == "1 created"
    assert str(sync(planhat, types.Company, [{**row, "custom.Code": "2026-01-01T00:00:00.000Z"}])) == "1 unchanged"
    assert str(sync(planhat, types.Company, [{**row, "custom.Code": "20260101"}])) == "1 updated"


def test_the_first_links_of_a_record_are_a_change(planhat: Counting, acme: types.Company) -> None:
    ada = writing.create(planhat, types.Enduser, {"email": "ada@acme.example", "companyId": acme.id})
    row = {"external_id": "N-1", "subject": "Kick-off", "company_id": acme.id}
    assert str(sync(planhat, types.Note, [row])) == "1 created"
    linked = {**row, "endusers": [{"id": ada.id}]}
    assert str(sync(planhat, types.Note, [linked])) == "1 updated"
    assert planhat.sent[-1]["endusers"] == [{"id": ada.id}]
    assert str(sync(planhat, types.Note, [linked])) == "1 unchanged"


@pytest.mark.parametrize(
    ("model", "payload", "record"),
    [
        (types.Company, {"name": "ACME  Ltd"}, {"name": "Acme Ltd"}),
        (types.Company, {"owner": "65a0"}, {"owner": {"_id": "65a0", "nickName": "Ada"}}),
        (types.Company, {"tags": ["a", "b"]}, {"tags": ",a,b,"}),
        (types.Company, {"city": ""}, {}),
        (types.Company, {"tags": []}, {"tags": None}),
        (types.License, {"fromDate": "2026-01-01"}, {"fromDate": "2026-01-01T00:00:00.000Z"}),
        (types.License, {"fromDate": "2026-01-01T02:00:00+02:00"}, {"fromDate": "2026-01-01T00:00:00.000Z"}),
        (types.License, {"mrr": 100}, {"mrr": 100.0}),
    ],
)
def test_what_is_the_same(model: type[types.PlanhatObject], payload: Any, record: Any) -> None:
    assert changes_of(model, payload, record) == {}


@pytest.mark.parametrize(
    ("payload", "record"),
    [
        ({"phase": "At risk"}, {"phase": "at risk"}),
        ({"csmScore": 1}, {"csmScore": True}),
        ({"tags": ["a"]}, {"tags": ["a", "b"]}),
        ({"city": None}, {"city": "Malmö"}),
        ({"zip": "01234"}, {"zip": "1234"}),
    ],
)
def test_what_is_not(payload: Any, record: Any) -> None:
    assert changes_of(types.Company, payload, record)


@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if {Verb.LIST, Verb.UPSERT} <= model.VERBS])
def test_a_second_sync_of_what_is_there_sends_nothing(remote_sandbox: Sandbox, planhat: Counting, name: str) -> None:
    remote_sandbox.seed("demo", companies=5)
    model = MODELS[name]
    rows = reading.read_list(planhat, model, Query(properties="ALL", limit=20))
    report = sync(planhat, model, rows)
    assert str(report) == f"{len(rows)} unchanged" if rows else "no rows"
    assert planhat.sent == []


def test_a_ticket_is_compared_as_lists_show_it(planhat: Counting, acme: types.Company) -> None:
    row = {"source_id": "T-1", "email": "a@acme.example", "company_id": acme.id, "title": "Down", "type": "bug"}
    assert str(sync(planhat, types.Ticket, [row])) == "1 created"
    assert str(sync(planhat, types.Ticket, [row])) == "1 unchanged"
    assert str(sync(planhat, types.Ticket, [{**row, "type": "question"}])) == "1 updated"
