"""With `bad_cells=skip` a row lost what tells its record, and was written all the same.

Without its only key, each import created the record again; without its company, it overwrote that of another one.
"""

from __future__ import annotations

import pytest

from RPA.Planhat import Planhat, types
from RPA.Planhat.sandbox import Sandbox


def test_its_row_is_refused(planhat: Planhat, sandbox: Sandbox) -> None:
    rows = [{"external_id": ["A-1"], "name": "Acme"}, {"external_id": "B-1", "name": "Bolt"}]
    report = planhat.import_objects(types.Company, rows, bad_cells="skip", bad_rows="skip")
    assert str(report) == "1 created, 1 refused"
    assert report.refused[0].reason == "external_id takes a string, not ['A-1']."
    assert [row["name"] for row in sandbox.rows("companies")] == ["Bolt"]


def test_a_row_with_another_key_is_sent(planhat: Planhat, sandbox: Sandbox) -> None:
    rows = [{"external_id": ["A-1"], "source_id": "S-1", "name": "Acme"}]
    assert str(planhat.import_objects(types.Company, rows, bad_cells="skip")) == "1 created"
    (stored,) = sandbox.rows("companies")
    assert (stored["sourceId"], stored.get("externalId")) == ("S-1", None)


MAPPING = ["Id -> external_id", "Of -> company.name", "Name -> first_name", "Source -> source_id", "Mail -> email"]


@pytest.mark.parametrize("work", ["import_objects", "sync_objects"])
def test_a_row_whose_company_is_not_found_writes_to_no_other_one(planhat: Planhat, sandbox: Sandbox, work: str) -> None:
    company = planhat.create_object(types.Company(name="Acme"))
    planhat.create_object(types.Enduser(external_id="E-1", first_name="Ada", company_id=company.id))
    row = {"Id": "E-1", "Of": "Bolt", "Name": "Bob", "Source": "", "Mail": ""}
    report = getattr(planhat, work)(types.Enduser, [row], MAPPING, bad_cells="skip", bad_rows="skip")
    assert str(report) == "1 refused"
    assert report.refused[0].reason.startswith("There is no company with name 'Bolt'.")
    assert [row["firstName"] for row in sandbox.rows("endusers")] == ["Ada"]


def test_a_key_that_is_unique_everywhere_needs_no_company(planhat: Planhat, sandbox: Sandbox) -> None:
    company = planhat.create_object(types.Company(name="Acme"))
    planhat.create_object(types.Enduser(source_id="S-1", first_name="Ada", company_id=company.id))
    row = {"Id": "", "Of": "Bolt", "Name": "Bob", "Source": "S-1", "Mail": ""}
    assert str(planhat.import_objects(types.Enduser, [row], MAPPING, bad_cells="skip")) == "1 updated"
