"""Holds merges of endusers: what names a duplicate is moved or reported, and a repeat is safe."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import Planhat, PlanhatBulkError, PlanhatValidationError, types
from RPA.Planhat.operations.html_report import changes_in_words
from RPA.Planhat.operations.merging import MergeReport

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox


@pytest.fixture
def planhat(sandbox: Sandbox) -> Planhat:
    return Planhat(sandbox.api_key, base_url=sandbox.url)


@pytest.fixture
def company(planhat: Planhat) -> types.Company:
    planhat.create_object(types.CustomField({"name": "Role", "parent": "enduser", "type": "text"}))
    return planhat.create_object(types.Company(name="Acme", external_id="A-1"))


def enduser(planhat: Planhat, company: types.Company, email: str, **fields: object) -> types.Enduser:
    return planhat.create_object(types.Enduser({"email": email, "companyId": company.id, **fields}))


@pytest.fixture
def people(planhat: Planhat, company: types.Company) -> tuple[types.Enduser, types.Enduser, types.Enduser]:
    ada = enduser(planhat, company, "ada@acme.example")
    old = enduser(planhat, company, "ada@old.example", phone="+1 555 0100", custom={"Role": "Buyer"})
    third = enduser(planhat, company, "a.lovelace@acme.example", phone="+1 555 0199")
    return ada, old, third


def test_everything_that_can_be_moved_is(
    planhat: Planhat, company: types.Company, people: tuple[types.Enduser, types.Enduser, types.Enduser]
) -> None:
    ada, old, third = people
    note = planhat.log_note(company, "Kick-off", "All well", endusers=[old, ada])
    issue = planhat.create_object(
        types.Issue({"title": "Bug", "companyIds": [company.id], "enduserIds": [old.id, third.id]})
    )
    report = planhat.merge_endusers(ada, [old, third])
    assert report.counts == {"done": 5}
    moved = planhat.get_object_by_id(types.Conversation, note.id)
    assert [each["id"] for each in moved.endusers] == [ada.id]
    assert planhat.get_object_by_id(types.Issue, issue.id).enduser_ids == [ada.id]
    kept = planhat.get_object_by_id(types.Enduser, ada.id)
    assert (kept.phone, kept.custom["Role"]) == ("+1 555 0100", "Buyer")
    assert kept.other_emails == ["ada@old.example", "a.lovelace@acme.example"]
    assert all(planhat.get_object_by_id(types.Enduser, each.id).archived for each in (old, third))


def test_a_plan_sends_nothing_and_names_the_same_steps(
    planhat: Planhat,
    company: types.Company,
    people: tuple[types.Enduser, types.Enduser, types.Enduser],
    sandbox: Sandbox,
) -> None:
    ada, old, _ = people
    planhat.log_note(company, "Kick-off", "All well", endusers=[old])
    before = len([each for each in sandbox.call("requests") if each["method"] != "GET"])
    plan = planhat.merge_endusers(ada, old, dry_run=True)
    assert len([each for each in sandbox.call("requests") if each["method"] != "GET"]) == before
    done = planhat.merge_endusers(ada, old)
    assert [(each.action, each.id) for each in plan.steps] == [(each.action, each.id) for each in done.steps]
    assert set(plan.counts) == {"planned"}
    kept = json.loads(json.dumps(done))
    assert (kept["keep"], kept["counts"]) == (ada.id, done.counts)
    assert kept["names"] == {ada.id: "ada@acme.example", old.id: "ada@old.example"}
    assert f"ada@old.example ({old.id})" in changes_in_words(done.steps[0].changes, done.names)
    assert [(row["action"], row["outcome"]) for row in kept["rows"]] == [(each.action, "done") for each in done.steps]


def test_an_interrupted_merge_goes_on(
    planhat: Planhat,
    company: types.Company,
    people: tuple[types.Enduser, types.Enduser, types.Enduser],
    sandbox: Sandbox,
) -> None:
    ada, old, _ = people
    note = planhat.log_note(company, "Kick-off", "All well", endusers=[old])
    sandbox.call("inject_fault", kind="status", status=400, route="/endusers", times=1)
    with pytest.raises(PlanhatBulkError, match="The merge stopped") as caught:
        planhat.merge_endusers(ada, old)
    assert isinstance(caught.value.report, MergeReport)
    assert caught.value.report.counts == {"done": 1, "failed": 1, "not sent": 1}
    again = planhat.merge_endusers(ada, old)
    assert [each.action for each in again.steps] == ["fill", "archive"]
    assert planhat.get_object_by_id(types.Conversation, note.id).endusers[0]["id"] == ada.id
    assert not planhat.merge_endusers(ada, old).steps


def test_what_nobody_can_move_is_named(
    planhat: Planhat, company: types.Company, people: tuple[types.Enduser, types.Enduser, types.Enduser]
) -> None:
    ada, old, _ = people
    planhat.log_ticket("T-1", "ada@old.example", title="Login", company_id=company)
    report = planhat.merge_endusers(ada, old)
    assert report.not_moved == ["1 ticket of ada@old.example"]
    assert "not moved: 1 ticket of ada@old.example" in str(report)


def test_nonsense_is_refused_before_anything_is_sent(
    planhat: Planhat, company: types.Company, people: tuple[types.Enduser, types.Enduser, types.Enduser]
) -> None:
    ada, old, _ = people
    other = planhat.create_object(types.Company(name="Bolt", external_id="B-1"))
    stranger = enduser(planhat, other, "bob@bolt.example")
    for duplicates, words in (([], "no duplicate"), ([ada], "with itself"), ([old, old], "with itself"),
                              ([stranger], "belongs to another company")):  # fmt: skip
        with pytest.raises(PlanhatValidationError, match=words):
            planhat.merge_endusers(ada, duplicates)
