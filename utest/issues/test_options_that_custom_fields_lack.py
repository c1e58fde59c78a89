"""A filter by what is none of the options of a custom field found nothing, without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, types
from RPA.Planhat.errors import PlanhatNotFoundError, PlanhatValidationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

FIELDS: list[dict[str, Any]] = [
    {"name": "Tier", "type": "list", "parent": "company", "list_values": ["Gold", "Silver"]},
    {"name": "Areas", "type": "multipicklist", "parent": "company", "list_values": ["EMEA", "APAC", "US, CA"]},
]


def _run(name: str) -> Callable[..., Any]:
    return lambda planhat, _, field, value: planhat.run_keyword(name, [], {field: value})


DOORS: dict[str, Callable[[Planhat, Path, str, str], Any]] = {
    "get": _run("Get Companies"),
    "get objects": lambda planhat, _, field, value: planhat.run_keyword(
        "Get Planhat Objects", ["company"], {field: value}
    ),
    "find": _run("Find Company"),
    "python": lambda planhat, _, field, value: planhat.get_objects(types.Company, **{field: value}),  # type: ignore[arg-type]
    "export": lambda planhat, folder, field, value: planhat.run_keyword(
        "Export Companies", [folder / "c.csv"], {field: value}
    ),
    "where": lambda planhat, _, field, value: planhat.run_keyword(
        "Get Companies", [], {"where": f"{field} = '{value}'"}
    ),
    "where in": lambda planhat, _, field, value: planhat.run_keyword(
        "Get Companies", [], {"where": f"{field} in ('{value}')"}
    ),
    "find where": lambda planhat, _, field, value: planhat.run_keyword(
        "Find Company", [], {"where": f"{field} != '{value}'"}
    ),
    "export where": lambda planhat, folder, field, value: planhat.run_keyword(
        "Export Companies", [folder / "c.csv"], {"where": f"not {field} = '{value}'"}
    ),
    "sync where": lambda planhat, _, field, value: planhat.run_keyword(
        "Sync Companies", [[{"external_id": "A", "name": "A"}]], {"where": f"{field} = '{value}'", "others": "report"}
    ),
    "duplicates": lambda planhat, _, field, value: planhat.find_duplicates(
        types.Company, "name", where=f"{field} = '{value}'"
    ),
}


@pytest.fixture
def planhat(planhat: Planhat) -> Planhat:
    for each in FIELDS:
        planhat.create_object(types.CustomField(**each))
    rows = [
        {"external_id": "G", "name": "G", "custom.Tier": "Gold", "custom.Areas": ["EMEA", "US, CA"]},
        {"external_id": "S", "name": "S", "custom.Tier": "Silver", "custom.Areas": ["APAC"]},
    ]
    planhat.run_keyword("Upsert Companies", [rows], {})
    return planhat


@pytest.mark.parametrize("door", DOORS)
def test_each_door_refuses_it_and_names_the_options(planhat: Planhat, tmp_path: Path, door: str) -> None:
    for field, value, words in (
        ("custom.Tier", "Bronze", r"custom\.Tier is one of 'Gold', 'Silver'; not 'Bronze'"),
        ("custom.Tier", "Glod", r"Did you mean Gold\?"),
        ("custom.Areas", "EMAE", r"custom\.Areas is one of 'EMEA', 'APAC', 'US, CA'; not 'EMAE'\. Did you mean EMEA\?"),
    ):
        with pytest.raises(PlanhatValidationError, match=words):
            DOORS[door](planhat, tmp_path, field, value)


def _names(planhat: Planhat, **filters: Any) -> list[str]:
    return [each.name for each in planhat.run_keyword("Get Companies", [], filters)]


def test_what_is_an_option_in_another_case_is_found(planhat: Planhat) -> None:
    assert _names(planhat, **{"custom.Tier": "gold"}) == ["G"]
    assert _names(planhat, **{"custom.Tier": ["GOLD", "silver"]}) == ["G", "S"]
    assert _names(planhat, **{"custom.Tier": None}) == []
    assert _names(planhat, **{"custom.Areas": "us, ca"}) == ["G"]
    assert _names(planhat, **{"custom.Areas": "EMEA, APAC"}) == ["G", "S"]
    assert _names(planhat, where="custom.Areas contains emea") == ["G"]
    assert _names(planhat, where="custom.Tier contains old") == ["G"]
    assert planhat.run_keyword("Find Company", [], {"custom.Areas": "emea; US, CA"}).name == "G"
    with pytest.raises(PlanhatNotFoundError):
        planhat.run_keyword("Find Company", [], {"custom.Areas": "EMEA, APAC"})


def test_a_value_that_is_stored_in_the_case_that_was_written_is_found_too(planhat: Planhat, sandbox: Sandbox) -> None:
    company = planhat.run_keyword("Get Companies", [], {"external_id": "S"})[0]
    company.custom["Tier"] = "gold"
    planhat.update_object(company, check_custom_fields=False)
    assert {each["custom"]["Tier"] for each in sandbox.rows("companies")} == {"Gold", "gold"}
    assert _names(planhat, **{"custom.Tier": "gold"}) == ["G", "S"]


def test_records_that_have_a_former_option_are_found_by_contains(
    planhat: Planhat, caplog: pytest.LogCaptureFixture
) -> None:
    for each in planhat.get_objects(types.CustomField, properties="ALL"):
        each.list_values = ["Other"]
        planhat.update_object(each)
    with pytest.raises(PlanhatValidationError, match=r"where=custom\.Tier contains 'Gold' finds records that still"):
        _names(planhat, **{"custom.Tier": "Gold"})
    caplog.clear()
    assert _names(planhat, where="custom.Tier contains 'Gold'") == ["G"]
    assert not caplog.messages
    assert _names(planhat, where="custom.Areas contains 'APAC'") == ["S"]
    assert "custom.Areas" in caplog.messages[0].removesuffix(" Only records that still have a former option are found.")


def test_an_option_that_somebody_added_meanwhile_is_known(planhat: Planhat, sandbox: Sandbox) -> None:
    assert _names(planhat, **{"custom.Tier": "Gold"}) == ["G"]
    with Planhat(sandbox.api_key, base_url=sandbox.url) as other:
        tier = next(each for each in other.get_objects(types.CustomField, properties="ALL") if each.name == "Tier")
        tier.list_values = ["Gold", "Silver", "Bronze", "Iron"]
        other.update_object(tier)
        other.run_keyword("Update Company", ["extid-S"], {"custom.Tier": "Bronze"})
    assert _names(planhat, **{"custom.Tier": "Bronze"}) == ["S"]
    assert _names(planhat, where="custom.Tier = Iron") == []
    assert planhat.run_keyword("Find Company", [], {"custom.Tier": "Bronze"}).name == "S"


def test_one_warning_where_the_token_may_not_read_custom_fields(
    planhat: Planhat, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    planhat.session.custom_fields = None
    sandbox.inject_fault("status", route="/customfields", status=403)
    caplog.clear()
    assert _names(planhat, **{"custom.Tier": "Bronze"}) == []
    assert _names(planhat, where="custom.Tier = Bronze") == []
    assert sum("cannot be read" in each for each in caplog.messages) == 1
