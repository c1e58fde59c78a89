"""Values that were taken for other ones, silently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatError, PlanhatValidationError, types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.sandbox import Sandbox


@pytest.fixture
def planhat(sandbox: Sandbox) -> Iterator[Planhat]:
    made = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0, calls_per_second=0)
    made.create_object(types.CustomField({"name": "Seats", "type": "number", "parent": "company"}))
    yield made
    made.close()


@pytest.mark.parametrize("value", [12345678901234567.0, 1e22])
@pytest.mark.parametrize("keyword", ["Import Companies", "Upsert Companies", "Sync Companies"])
def test_a_float_that_lost_digits_is_no_id(planhat: Planhat, sandbox: Sandbox, keyword: str, value: float) -> None:
    with pytest.raises(PlanhatError, match="external_id takes a "):
        planhat.keywords[keyword]([{"external_id": value, "name": "Acme"}])
    assert sandbox.rows("companies") == []


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize("keyword", ["Import Companies", "Upsert Companies", "Sync Companies"])
def test_a_custom_value_that_is_given_twice_is_refused(
    planhat: Planhat, sandbox: Sandbox, keyword: str, turn: int
) -> None:
    custom: list[tuple[str, Any]] = [("custom.Seats", 1), ("custom", {"Seats": 2})]
    row: dict[str, Any] = {"external_id": "A-1", "name": "Acme", **dict(custom[::turn])}
    with pytest.raises(PlanhatError, match=r"custom\.Seats is given twice"):
        planhat.keywords[keyword]([row])
    assert sandbox.rows("companies") == []
    planhat.keywords[keyword]([{**row, "custom": {"Seats": 1}}])
    assert sandbox.rows("companies")[0]["custom"] == {"Seats": 1}


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize("by_name", [False, True])
def test_so_is_one_of_a_single_record(planhat: Planhat, sandbox: Sandbox, turn: int, *, by_name: bool) -> None:
    custom: dict[str, Any] = dict([("custom.Seats", 1), ("custom", {"Seats": 2})][::turn])
    company = planhat.keywords["Create Company"](external_id="A-1", name="Acme")
    for keyword, first in (("Create Company", []), ("Update Company", [company])):
        given = ([*first], custom) if by_name else ([*first, custom], {})
        with pytest.raises(PlanhatValidationError, match=r"custom\.Seats is given twice"):
            planhat.keywords[keyword](*given[0], **given[1])
    with pytest.raises(PlanhatValidationError, match=r"custom\.Seats is given twice"):
        planhat.create_object(types.Company({"name": "Bolt", **custom}))
    assert [each.get("custom") for each in sandbox.rows("companies")] == [None]
    changed = planhat.keywords["Update Company"](company, {"custom": {"Seats": 2}}, **{"custom.Seats": 3})
    assert changed.custom == {"Seats": 3}, "what is named goes before the row"


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("nora@acme.example", "no users with email"),
        ("extid-U-1", "owner takes a Planhat id"),
        ("Nora", "owner takes a Planhat id"),
    ],
)
@pytest.mark.parametrize("operator", ["=", "!=", "in"])
def test_a_condition_on_nobody_is_refused(planhat: Planhat, operator: str, who: str, why: str) -> None:
    value = f"({who})" if operator == "in" else who
    with pytest.raises(PlanhatValidationError, match=why):
        planhat.keywords["Get Companies"](where=f"owner {operator} {value}")
    with pytest.raises(PlanhatValidationError, match=why):
        planhat.keywords["Get Companies"](owner=who)


def test_users_are_offered_no_source_ids(planhat: Planhat) -> None:
    for owner, why in (
        ("srcid-7", "users have no source id"),
        ("Nora", "give a Planhat id, an e-mail address, extid-…,"),
    ):
        with pytest.raises(PlanhatValidationError, match=why):
            planhat.keywords["Create Company"](name="Acme", owner=owner)
