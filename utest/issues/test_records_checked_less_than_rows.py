"""What an import refused, a create or an update sent: an e-mail address that is none, custom values that do not fit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import Planhat, errors, types
from RPA.Planhat.types.fields import BETWEEN_OPTIONS

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox

NO_ADDRESS = r"'ada at acme' is not a valid one\."


@pytest.fixture
def planhat(sandbox: Sandbox) -> Planhat:
    made = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    made.create_object(types.CustomField(name="Tier", parent="Company", type="list", list_values=["Gold", "Silver"]))
    return made


def test_an_address_is_looked_at_as_by_an_import(planhat: Planhat) -> None:
    company = planhat.create_object(types.Company(name="Acme"))
    ada = planhat.create_object(types.Enduser(email="Ada Lovelace <Ada@Acme.example>", company_id=company.id))
    assert ada.email == "ada@acme.example"
    with pytest.raises(errors.PlanhatValidationError, match=NO_ADDRESS):
        planhat.create_object(types.Enduser(email="ada at acme", company_id=company.id))
    ada.email = "ada at acme"
    with pytest.raises(errors.PlanhatValidationError, match=NO_ADDRESS):
        planhat.update_object(ada)


def test_custom_values_are_looked_at_when_that_is_wanted(planhat: Planhat, sandbox: Sandbox) -> None:
    create, update = (planhat.keywords[name] for name in ("Create Company", "Update Company"))
    acme = create(name="Acme", check_custom_fields=True, **{"custom.Tier": "gold"})
    assert acme.custom.Tier == "Gold"
    for write in (partial(create, name="B"), partial(update, acme)):
        with pytest.raises(errors.PlanhatValidationError, match="is one of 'Gold', 'Silver'; not 'Golt'"):
            write(check_custom_fields=True, **{"custom.Tier": "Golt"})
    assert [each["name"] for each in sandbox.rows("companies")] == ["Acme"]


def test_a_create_takes_one_call_unless_it_checks(planhat: Planhat, sandbox: Sandbox) -> None:
    before = len(sandbox.requests())
    planhat.create_object(types.Company({"name": "Acme", "custom": {"Tier": "Golt"}}), check_custom_fields=False)
    assert len(sandbox.requests()) == before + 1


@pytest.mark.parametrize("separator", BETWEEN_OPTIONS)
def test_options_in_one_text_are_parted_by_the_first_separator(planhat: Planhat, separator: str) -> None:
    options = ["Plus, paid" if separator != "," else "Plus", "Free"]
    text = f"{separator} ".join(options)
    for number, list_values in enumerate((options, text)):
        given = {"name": f"Plan {number}", "parent": "Company", "type": "list", "listValues": list_values}
        made = planhat.create_object(types.CustomField(given))
        assert made.list_values == options
        made.list_values = text.replace("Free", "Free of charge")  # type: ignore[assignment]
        assert planhat.update_object(made).list_values == [options[0], "Free of charge"]
