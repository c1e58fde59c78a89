"""`match_by=email` kept rows from finding their record by that address: by it Planhat matches endusers anyway."""

from __future__ import annotations

from RPA.Planhat import Planhat, types
from RPA.Planhat.sandbox import Sandbox


def test_a_row_finds_its_record_by_a_key_that_is_named_again(sandbox: Sandbox) -> None:
    planhat = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    company = planhat.create_object(types.Company(name="Acme"))
    planhat.create_object(types.Enduser(email="ada@acme.example", company_id=company.id))
    row = {"external_id": "E-1", "email": "Ada@acme.example", "company_id": company.id}
    plan = planhat.sync_objects(types.Enduser, [row], match_by="email", dry_run=True)
    assert str(plan) == "1 update"
