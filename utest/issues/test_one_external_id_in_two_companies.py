"""An external id is unique within one company only, and the record of another company was taken for a row's own.

It proved a row that was not stored, settled a row that Planhat had not accounted for, stood in the way of a new record,
and left it in the dark that a record with a lost answer had been stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import errors
from RPA.Planhat.types import Company, Enduser
from utest.faults.world import library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat import Planhat
    from RPA.Planhat.sandbox import Sandbox

ANNA = {"external_id": "E-1", "first_name": "Anna"}
NOTHING_SAID = {"status": 206, "body": {"created": 0, "updated": 0, "nonupdates": 0}}


@pytest.fixture
def planhat(sandbox: Sandbox) -> Iterator[Planhat]:
    made = library(sandbox.url, sandbox.api_key)
    for name in ("A", "B"):
        made.create_object(Company(name=name, external_id=name))
    yield made
    made.close()


def id_of(planhat: Planhat, company: str) -> str:
    return planhat.get_object_by_id(Company, f"extid-{company}").id


def anna_of(planhat: Planhat, company: str) -> Enduser:
    return planhat.create_object(
        Enduser({"externalId": "E-1", "firstName": "Anna", "companyId": id_of(planhat, company)})
    )


def both(planhat: Planhat, form: str) -> list[dict[str, Any]]:
    companies = ["extid-A", "extid-B"] if form == "other id" else [id_of(planhat, name) for name in "AB"]
    return [{**ANNA, "company_id": company} for company in companies]


def upsert(planhat: Planhat, rows: Any, **options: Any) -> Any:
    return planhat.keywords["Upsert Endusers"](rows, fail_on_errors=False, **options)


forms = pytest.mark.parametrize("form", ["other id", "planhat id"])


@forms
def test_each_row_is_proved_by_its_own_record(sandbox: Sandbox, planhat: Planhat, form: str) -> None:
    report = upsert(planhat, both(planhat, form), verify=True)
    assert (report.proof.holds, report.proof.count) == (True, 2)
    assert len(sandbox.rows("endusers")) == 2


@forms
@pytest.mark.parametrize("there", ["A", "B"])
def test_record_of_another_company_proves_nothing(sandbox: Sandbox, planhat: Planhat, form: str, there: str) -> None:
    anna_of(planhat, there)
    sandbox.inject_fault("status", verb="PUT", status=200, body={"created": 0, "updated": 0, "nonupdates": 2})
    report = upsert(planhat, both(planhat, form), verify=True)
    assert report.proof.count == 1
    assert report.proof.missing == [2 if there == "A" else 1]


@forms
def test_row_that_planhat_did_not_account_for_is_not_settled_by_a_stranger(
    sandbox: Sandbox, planhat: Planhat, form: str
) -> None:
    anna_of(planhat, "A")
    sandbox.inject_fault("status", verb="PUT", **NOTHING_SAID)
    report = upsert(planhat, both(planhat, form)[1])
    assert report.counts["failed"] == 1
    assert report.failed[0].reason.startswith("Planhat did not store it")


@forms
def test_such_a_row_is_found_beside_a_stranger(sandbox: Sandbox, planhat: Planhat, form: str) -> None:
    anna_of(planhat, "A")
    own = anna_of(planhat, "B")
    sandbox.inject_fault("status", verb="PUT", **NOTHING_SAID)
    report = upsert(planhat, both(planhat, form)[1])
    assert [(each.outcome.value, each.id) for each in report.results] == [("unchanged", own.id)]


@forms
def test_new_record_beside_a_stranger_is_created(sandbox: Sandbox, planhat: Planhat, form: str) -> None:
    anna_of(planhat, "A")
    made = planhat.keywords["Create Enduser"](**both(planhat, form)[1])
    assert made.company_id == id_of(planhat, "B")
    assert len(sandbox.rows("endusers")) == 2


@forms
def test_new_record_with_a_key_of_its_company_is_refused(planhat: Planhat, form: str) -> None:
    anna_of(planhat, "A")
    anna_of(planhat, "B")
    with pytest.raises(errors.PlanhatConflictError, match=r"has the key extid-E-1\. Nothing was sent"):
        planhat.keywords["Create Enduser"](**both(planhat, form)[1])


@forms
def test_lost_answer_is_found_beside_a_stranger(sandbox: Sandbox, planhat: Planhat, form: str) -> None:
    anna_of(planhat, "A")
    sandbox.inject_fault("close_after", verb="POST", times=1)
    made = planhat.keywords["Create Enduser"](**both(planhat, form)[1])
    assert made.company_id == id_of(planhat, "B")
    assert len(sandbox.rows("endusers")) == 2


def test_what_can_not_be_found_out_stays_unknown(sandbox: Sandbox, planhat: Planhat) -> None:
    anna_of(planhat, "A")
    row = both(planhat, "planhat id")[1]
    sandbox.inject_fault("close_after", verb="POST", times=1)
    sandbox.inject_fault("status", verb="GET", route="/endusers", status=403)
    with pytest.raises(errors.PlanhatOutcomeUnknownError, match="Look for it with: Get Enduser"):
        planhat.keywords["Create Enduser"](**row)
    assert len(sandbox.rows("endusers")) == 2


@pytest.mark.parametrize("bad", [0, 1])
def test_failure_is_told_of_the_row_that_failed(sandbox: Sandbox, planhat: Planhat, bad: int) -> None:
    rows = both(planhat, "planhat id")
    rows[bad]["company_id"] = "extid-nobody"
    report = upsert(planhat, rows)
    assert [(each.number, each.reason) for each in report.failed] == [(bad + 1, "company not found")]
    assert [each.number for each in report.results if each.is_stored] == [2 - bad]
    assert len(sandbox.rows("endusers")) == 1
