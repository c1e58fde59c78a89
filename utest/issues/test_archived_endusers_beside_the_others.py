"""Planhat adds archived endusers to the others with `archived=true`: who deleted what came back deleted live people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from RPA.Planhat import Planhat

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox


def test_only_archived_endusers_are_found(sandbox: Sandbox) -> None:
    planhat = Planhat(sandbox.api_key, base_url=sandbox.url)
    company = planhat.create_company(name="Acme")
    planhat.create_enduser(email="live@x.example", company_id=company.id)
    gone = planhat.create_enduser(email="gone@x.example", company_id=company.id, archived=True)
    assert [each.id for each in planhat.get_endusers(archived=True)] == [gone.id]
    assert [each.email for each in planhat.get_endusers(archived=False)] == ["live@x.example"]
    assert len(planhat.get_endusers(archived=True, limit=5)) == 1
    assert planhat.get_endusers(archived=True, email="live@x.example") == []
    planhat.close()
