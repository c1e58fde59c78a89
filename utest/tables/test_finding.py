"""One record is found by what people call it; several are an error with candidates."""

from __future__ import annotations

import pytest

from RPA.Planhat import PlanhatNotFoundError, PlanhatValidationError, types
from RPA.Planhat.operations import writing
from RPA.Planhat.operations.finding import find_duplicates, find_one
from utest.tables.conftest import Counting


@pytest.mark.parametrize(
    "wanted",
    [
        "acme",
        " ACME ",
        "A-1",
        "S-1",
        "extid-A-1",
        "srcid-S-1",
        "acme.example",
        "ada@acme.example",
        "https://www.acme.example/x",
    ],
)
def test_a_company_is_found_by_whatever_it_is_called(planhat: Counting, acme: types.Company, wanted: str) -> None:
    assert find_one(planhat, types.Company, wanted, {}).id == acme.id


def test_companies_are_looked_up_in_one_list_until_the_next_write(planhat: Counting, acme: types.Company) -> None:
    for _ in range(3):
        find_one(planhat, types.Company, "acme", {})
    assert sum("leancompanies" in call for call in planhat.calls) == 1
    writing.update(planhat, types.Company, acme, {"name": "Bolt"})
    assert find_one(planhat, types.Company, "bolt", {}).id == acme.id


def test_fields_narrow_the_choice(planhat: Counting, acme: types.Company) -> None:
    other = writing.create(planhat, types.Company, {"name": "ACME", "externalId": "A-2", "city": "Lund"})
    with pytest.raises(PlanhatValidationError) as problem:
        find_one(planhat, types.Company, "acme", {})
    assert "2 companies fit 'acme'; which one is meant?" in str(problem.value)
    assert acme.id in str(problem.value)
    assert other.id in str(problem.value)
    assert find_one(planhat, types.Company, "acme", {"external_id": "A-2"}).id == other.id
    assert find_one(planhat, types.Company, "acme", {"city": "LUND"}).id == other.id


def test_endusers_are_found_by_address_name_and_company(planhat: Counting, acme: types.Company) -> None:
    made = writing.create(
        planhat, types.Enduser, {"email": "ada@acme.example", "name": "Ada Byron", "companyId": acme.id}
    )
    for wanted, fields in [("ADA@acme.example", {}), ("ada byron", {}), (None, {"email": "ada@acme.example"})]:
        assert find_one(planhat, types.Enduser, wanted, fields).id == made.id
    assert find_one(planhat, types.Enduser, "ada byron", {"company_id": "extid-A-1"}).id == made.id


def test_what_is_not_there_is_an_error_of_its_own(planhat: Counting, acme: types.Company) -> None:
    with pytest.raises(PlanhatNotFoundError, match=r"Not found in Planhat: no company with 'bolt'."):
        find_one(planhat, types.Company, "bolt", {})
    with pytest.raises(PlanhatNotFoundError, match=r"no enduser with email 'x@y.example'"):
        find_one(planhat, types.Enduser, None, {"email": "x@y.example"})


def test_something_has_to_be_given_and_known(planhat: Counting) -> None:
    with pytest.raises(PlanhatValidationError, match="Give something to find the company by"):
        find_one(planhat, types.Company, None, {"name": None})
    for empty in ("", "  "):
        with pytest.raises(PlanhatValidationError, match="What to find the company by is empty"):
            find_one(planhat, types.Company, empty, {})
    with pytest.raises(PlanhatValidationError, match="no field 'nme'"):
        find_one(planhat, types.Company, None, {"nme": "x"})


def test_duplicates_are_grouped_by_fields(planhat: Counting, acme: types.Company) -> None:
    for name, city in [("ACME", "Lund"), ("acme", "Lund"), ("Bolt", "Lund"), ("Nut", "")]:
        writing.create(planhat, types.Company, {"name": name, "city": city})
    (group,) = find_duplicates(planhat, types.Company, ["name"])
    assert [each.name for each in group] == ["Acme", "ACME", "acme"]
    (group,) = find_duplicates(planhat, types.Company, ["name", "city"])
    assert len(group) == 2
    with pytest.raises(PlanhatValidationError):
        find_duplicates(planhat, types.Company, [])
