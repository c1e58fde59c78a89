"""What was misspelled was told late, or without the word that was meant.

An unknown option of the library was told by the first keyword; a misspelled company was only not found; of several
custom fields that Planhat does not have, each run named one.
"""

from __future__ import annotations

import pytest

from RPA.Planhat import Planhat, errors, types
from RPA.Planhat.sandbox import Sandbox


def connected(sandbox: Sandbox) -> Planhat:
    return Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)


def test_an_unknown_option_of_the_library_is_told_at_once() -> None:
    with pytest.raises(errors.PlanhatValidationError, match=r"no option 'readonly'. Did you mean read_only\?"):
        Planhat(readonly=True)  # type: ignore[call-arg]


@pytest.mark.parametrize("wanted", ["Acme Industires", "industries", "ACME"])
def test_a_company_that_is_not_found_is_told_with_one_of_a_similar_name(sandbox: Sandbox, wanted: str) -> None:
    planhat = connected(sandbox)
    planhat.create_object(types.Company(name="Acme Industries"))
    hint = r"Did you mean Acme Industries\?"
    with pytest.raises(errors.PlanhatNotFoundError, match=hint):
        planhat.find_object(types.Company, wanted)
    rows = [{"Mail": "ada@acme.example", "Firm": wanted}]
    with pytest.raises(errors.PlanhatBulkError, match=rf"row 1: There is no company with name '{wanted}'. {hint}"):
        planhat.import_objects(types.Enduser, rows, ["Mail -> email", "Firm -> company.name"])


@pytest.mark.parametrize("mapping", [None, "name -> name\ncustom.Tier -> custom.Tier\ncustom.Seat -> custom.Seat"])
def test_all_custom_fields_that_are_unknown_are_told_at_once(sandbox: Sandbox, mapping: str | None) -> None:
    planhat = connected(sandbox)
    planhat.create_object(types.CustomField(name="Seats", parent="Company", type="number"))
    rows = [{"name": "Acme", "custom.Tier": "Gold", "custom.Seat": "3"}]
    told = r"no custom field 'Tier' and no 'Seat' \(did you mean Seats\?\). Create Custom Field creates one"
    with pytest.raises((errors.PlanhatBulkError, errors.PlanhatValidationError), match=told):
        planhat.import_objects(types.Company, rows, mapping)


def test_an_option_in_the_place_of_a_mapping_is_told(sandbox: Sandbox) -> None:
    with pytest.raises(errors.PlanhatValidationError, match=r"no option 'decimals'. Did you mean decimal\?"):
        connected(sandbox).import_objects(types.Company, [{"name": "Acme"}], "decimals=,")


def test_a_company_id_of_another_kind_is_told_in_the_log(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    assert not connected(sandbox).get_objects(types.Enduser, company_ids=["A-100", "6" * 24])
    (warning,) = (each.getMessage() for each in caplog.records if each.levelname == "WARNING")
    assert warning.startswith("'A-100' is not a valid Planhat id, which has 24 hexadecimal digits.")
    assert "An external id is written extid-A-100." in warning
