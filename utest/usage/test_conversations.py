"""Notes, tickets, tasks, endusers and licences in the forms in which people speak of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat
from RPA.Planhat.errors import PlanhatBulkError, PlanhatNotFoundError, PlanhatValidationError

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox


@pytest.fixture
def people(planhat: Planhat) -> dict[str, Any]:
    """A colleague, and an enduser of the company `A`."""
    user = planhat.create_user(email="Cs@Us.example", nick_name="Cleo", first_name="Cleo", last_name="S")
    enduser = planhat.create_enduser(email="ada@acme.example", company_id="extid-A", external_id="u-1")
    return {"user": user, "enduser": enduser}


@pytest.mark.parametrize("form", ["email", "id", "record"])
def test_a_note_names_people_in_any_form(planhat: Planhat, sandbox: Sandbox, people: dict[str, Any], form: str) -> None:
    forms = {
        "email": ("cs@us.example", ["ADA@acme.example"]),
        "id": (people["user"].id, [people["enduser"].id]),
        "record": (people["user"], [people["enduser"]]),
    }
    user, endusers = forms[form]
    note = planhat.log_note("extid-A", "Kick-off", "a < b\nc", endusers=endusers, user=user, pinned=True)
    (stored,) = sandbox.rows("conversations")
    assert stored["description"] == "a &lt; b<br>c"
    assert (stored["users"][0]["id"], stored["endusers"][0]["id"]) == (people["user"].id, people["enduser"].id)
    assert (stored["type"], stored["pinned"], note.snippet) == ("note", True, "a < b c")


def test_an_enduser_may_be_named_by_external_id(planhat: Planhat, people: dict[str, Any]) -> None:
    note = planhat.log_note("extid-A", "Kick-off", html="<b>x</b>", endusers="extid-u-1", date="2026-03-01")
    assert note.endusers[0]["id"] == people["enduser"].id
    assert (note.description, note.date[:10]) == ("<b>x</b>", "2026-03-01")


def test_a_note_has_the_tenants_own_type_or_becomes_a_note(planhat: Planhat) -> None:
    assert planhat.log_note("extid-A", "Review", touch_type="meeting").type == "meeting"
    assert planhat.log_note("extid-A", "Review", touch_type="seance").type == "note"


@pytest.mark.parametrize(
    ("arguments", "error", "problem"),
    [
        ({"touch_type": "Call"}, PlanhatValidationError, "'Call' is reserved"),
        ({"text": "x", "html": "y"}, PlanhatValidationError, "Give text or html for a note, not both"),
        ({"endusers": "x@acme.example"}, PlanhatNotFoundError, "there is no enduser x@acme.example at this company"),
        ({"user": "x@us.example"}, PlanhatNotFoundError, "there is no user x@us.example"),
        ({"mood": "good"}, PlanhatValidationError, "no field 'mood'"),
    ],
)
def test_a_wrong_note_is_not_sent(
    planhat: Planhat, sandbox: Sandbox, arguments: dict[str, Any], error: type[Exception], problem: str
) -> None:
    with pytest.raises(error, match=problem):
        planhat.log_note("extid-A", "Kick-off", **arguments)
    assert sandbox.rows("conversations") == []


def test_an_address_of_several_endusers_is_ambiguous(planhat: Planhat) -> None:
    for external_id in ("u-1", "u-2"):
        planhat.create_enduser(email="ada@acme.example", company_id="extid-A", external_id=external_id)
    with pytest.raises(PlanhatValidationError, match="2 endusers have the e-mail address"):
        planhat.log_note("extid-A", "Kick-off", endusers="ada@acme.example")


def test_a_completed_task_leaves_the_list(planhat: Planhat) -> None:
    task = planhat.create_task(company_id="extid-A", action="Call back")
    done = planhat.complete_task(task, date_done="2026-03-01", status="Done")
    assert (done.is_archived, done.date_done[:10], done.status) == (True, "2026-03-01", "Done")
    assert (len(planhat.get_tasks()), len(planhat.get_tasks(is_archived=True))) == (0, 1)


def test_an_archived_enduser_comes_back(planhat: Planhat, people: dict[str, Any]) -> None:
    planhat.archive_enduser("extid-u-1")
    assert len(planhat.get_endusers()) == 0
    planhat.archive_enduser(people["enduser"], archived=False)
    assert len(planhat.get_endusers()) == 1


def test_a_ticket_is_there_for_sure(planhat: Planhat, sandbox: Sandbox) -> None:
    made = planhat.log_ticket("T-1", "ada@acme.example", title="Fails", domains="acme.example", status="open")
    again = planhat.log_ticket("T-1", "ada@acme.example", title="Fails", company_id="extid-A", status="closed")
    assert (made.id, again.status) == (again.id, "closed")
    assert len(sandbox.rows("tickets")) == 1
    same = planhat.log_ticket("T-1", "ada@acme.example", title="Fails", company_id="extid-A", status="closed")
    assert same.id == made.id


def test_a_dropped_ticket_is_an_error(planhat: Planhat, sandbox: Sandbox) -> None:
    empty = {"created": 0, "updated": 0, "nonupdates": 0}
    sandbox.inject_fault("status", verb="PUT", route="/tickets", status=200, body=empty)
    with pytest.raises(PlanhatBulkError, match="Planhat has not stored the ticket T-1"):
        planhat.log_ticket("T-1", "ada@acme.example", company_external_id="A")


@pytest.mark.parametrize(
    ("source_id", "email", "more", "problem"),
    [
        ("", "ada@acme.example", {"company_id": "extid-A"}, "needs source_id"),
        ("T-1", "", {"company_id": "extid-A"}, "needs email"),
        ("T-1", "ada@acme.example", {}, "needs one of domains, company_external_id, company_id"),
    ],
)
def test_a_ticket_that_would_be_dropped_is_not_sent(
    planhat: Planhat, source_id: str, email: str, more: dict[str, Any], problem: str
) -> None:
    with pytest.raises(PlanhatValidationError, match=problem):
        planhat.log_ticket(source_id, email, **more)


def test_a_dry_run_logs_nothing(sandbox: Sandbox, planhat: Planhat) -> None:
    dry = Planhat(sandbox.api_key, tenant_uuid=sandbox.tenant_uuid, base_url=sandbox.url, dry_run=True)
    assert dry.log_ticket("T-1", "ada@acme.example", title="Fails", company_external_id="A").source_id == "T-1"
    assert dry.log_note("extid-A", "Kick-off", "x").subject == "Kick-off"
    assert dry.apply_custom_fields([{"name": "A", "parent": "company", "type": "text"}]).counts["created"] == 1
    dry.close()
    assert planhat.get_custom_fields() == []
    assert sandbox.rows("conversations") == []


LICENSE = {"company_id": "extid-A", "currency": "EUR"}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"fixed_period": False, "value": 9}, r"needs mrr \(since it is open-ended\)"),
        ({"fixed_period": False, "mrr": 9, "to_date": "2026-12-31"}, "has no to_date when it is open-ended"),
        ({"fixed_period": True, "value": 9}, r"needs from_date and to_date \(since it has a fixed period\)"),
        ({"fixed_period": True, "from_date": "2026-01-01", "to_date": "2026-12-31"}, "needs one of value, mrr"),
        ({"value": 9, "from_date": "2026-12-31", "to_date": "2026-01-01"}, "The period ends on 2026-01-01"),
    ],
)
def test_licences_have_one_of_two_forms(
    planhat: Planhat, sandbox: Sandbox, fields: dict[str, Any], problem: str
) -> None:
    with pytest.raises(PlanhatValidationError, match=problem):
        planhat.create_license(**LICENSE, **fields)
    with pytest.raises(PlanhatValidationError, match=problem):
        planhat.upsert_licenses([{**LICENSE, **fields}])
    assert sandbox.rows("licenses") == []


def test_both_forms_are_stored(planhat: Planhat) -> None:
    term = {"from_date": "2026-01-01", "to_date": "2026-12-31"}
    assert planhat.create_license(**LICENSE, fixed_period=True, mrr=100, **term).value == 1200
    assert planhat.create_license(**LICENSE, fixed_period=False, mrr=100, to_date=None).to_date in ("", None)
    assert planhat.create_license(**LICENSE, value=5).value == 5


def test_an_update_may_open_a_fixed_licence(planhat: Planhat) -> None:
    term = {"from_date": "2026-01-01", "to_date": "2026-12-31", "external_id": "L"}
    planhat.create_license(**LICENSE, fixed_period=True, mrr=100, **term)
    opened = planhat.upsert_licenses([{"external_id": "L", "fixed_period": False}])
    assert opened.counts["updated"] == 1
    assert planhat.get_license("extid-L").value is None
