"""`custom.=x` stored a field without a name, and custom fields declared in a text of JSON were looked for as a file."""

from __future__ import annotations

import pytest

from RPA.Planhat import Planhat, PlanhatBulkError, PlanhatValidationError, types
from RPA.Planhat.sandbox import Sandbox

NO_NAME = "has no name after the dot"


@pytest.fixture
def planhat(sandbox: Sandbox) -> Planhat:
    return Planhat(sandbox.api_key, base_url=sandbox.url)


def test_a_name_is_needed_wherever_custom_fields_are_written(planhat: Planhat) -> None:
    with pytest.raises(PlanhatValidationError, match=NO_NAME):
        planhat.create_object(types.Company({"name": "Acme", "custom.": "x"}))
    with pytest.raises(PlanhatValidationError, match=NO_NAME):
        planhat.update_objects([types.Company({"externalId": "A-1", "name": "Acme", "custom.": "x"})])
    with pytest.raises((PlanhatValidationError, PlanhatBulkError), match=NO_NAME):
        planhat.import_objects(types.Company, [{"externalId": "A-1", "name": "Acme", "custom.": "x"}])
    assert not planhat.get_objects(types.Company)


def test_custom_fields_may_be_declared_in_a_text(planhat: Planhat) -> None:
    plan = planhat.plan_custom_fields('[{"parent": "company", "name": "Seats", "type": "number"}]')
    assert str(plan).startswith("1 to create")
    with pytest.raises(PlanhatValidationError, match="The text is not valid JSON"):
        planhat.plan_custom_fields("[{")
