"""With dry_run=True every write is told, none is sent, and what comes back looks as it would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from RPA.Planhat import Planhat, PlanhatNotFoundError, PlanhatSafetyError, PlanhatValidationError, types
from RPA.Planhat.operations.dry_run import DryRun
from RPA.Planhat.operations.rows.importing import plan_table
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.sandbox import Sandbox
from utest.tables.conftest import Counting


@pytest.fixture
def library(remote_sandbox: Sandbox, acme: types.Company) -> Iterator[Planhat]:
    url = remote_sandbox.url
    tenant = remote_sandbox.tenant_uuid
    made = Planhat(
        remote_sandbox.api_key, tenant_uuid=tenant, base_url=url, analytics_url=url, dry_run=True, calls_per_minute=0
    )
    yield made
    made.close()


def run(library: Planhat, keyword: str, *arguments: Any, **named: Any) -> Any:
    known = library.keywords
    return known[keyword if keyword in known else keyword.lower().replace(" ", "_")](*arguments, **named)


def test_nothing_is_stored_whatever_is_called(library: Planhat, remote_sandbox: Sandbox, acme: types.Company) -> None:
    before = {model: remote_sandbox.rows(model) for model in ("companies", "endusers")}
    made = run(library, "Create Company", name="New")
    assert made.name == "New"
    run(library, "Create Enduser", email="a@b.example", company_id=made.id)
    run(library, "Update Company", made.id, name="Newer")
    changed = run(library, "Update Company", acme.id, city="Lund")
    assert (changed.name, changed.city) == ("Acme", "Lund")
    assert run(library, "Delete Company", "extid-A-1") == "extid-A-1"
    rows = [
        {"external_id": "A-1", "city": "Lund"},
        {"external_id": "B", "name": "B"},
        {"external_id": "A-1", "city": "Lund"},
    ]
    report = run(library, "Upsert Companies", rows)
    assert (report["created"], report["updated"]) == (1, 1)
    run(library, "Track Activity", "Logged in", email="a@b.example")
    run(library, "Planhat Request", "POST", "/companies", {"name": "Raw"})
    plan = run(library, "Import Companies", rows)
    assert plan.counts["create"] == 1
    assert {model: remote_sandbox.rows(model) for model in before} == before


def test_what_would_be_done_is_told(library: Planhat, acme: types.Company) -> None:
    run(library, "Update Company", acme.id, city="Lund")
    session: Any = library.session
    assert session.would == [f"update company {acme.id}: city: None -> 'Lund'"]


def test_errors_stay_errors(library: Planhat) -> None:
    with pytest.raises(PlanhatNotFoundError):
        run(library, "Update Company", "extid-NONE", city="Lund")
    with pytest.raises(PlanhatNotFoundError):
        run(library, "Delete Company", "extid-NONE")


def test_safety_switches_hold_as_well(remote_sandbox: Sandbox) -> None:
    session = DryRun(remote_sandbox.api_key, base_url=remote_sandbox.url, read_only=True)
    with pytest.raises(PlanhatSafetyError):
        session.post("/companies", json={"name": "New"})


def test_a_journal_is_not_written(library: Planhat, tmp_path: Path) -> None:
    run(library, "Upsert Companies", [{"external_id": "B", "name": "B"}], journal=str(tmp_path / "journal"))
    assert list(tmp_path.iterdir()) == []


def test_plans_and_dry_runs_agree(library: Planhat, planhat: Counting, acme: types.Company) -> None:
    rows = [{"external_id": "A-1", "city": "Lund"}, {"external_id": "B", "name": "B"}]
    assert str(plan_table(planhat, types.Company, rows, RowOptions())) == "1 create, 1 update"
    assert str(run(library, "Sync Companies", rows)) == "1 create, 1 update"


@pytest.mark.parametrize("company", ["nobody", "5f1e"])
def test_what_planhat_would_judge_is_judged_where_nothing_is_sent(library: Planhat, company: str) -> None:
    person = {"email": "a@b.example", "external_id": "1", "company_id": company}
    with pytest.raises(PlanhatValidationError, match="company_id takes a Planhat id"):
        run(library, "Create Enduser", person)
    with pytest.raises(PlanhatValidationError, match="company_id takes a Planhat id"):
        run(library, "Upsert Endusers", [person])
