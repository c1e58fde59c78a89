"""A column of a custom field that does not exist was empty in every row, without a word, whoever asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, types
from RPA.Planhat.errors import PlanhatValidationError
from utest.stub import Table, an_id, reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox
    from utest.stub import Stub

DOORS: dict[str, Callable[[Planhat, Path, str], Any]] = {
    "get columns": lambda planhat, _, name: planhat.keywords["Get Companies"](columns=f"name,{name}"),
    "get properties": lambda planhat, _, name: planhat.keywords["Get Companies"](properties=["name", name]),
    "get headings": lambda planhat, _, name: planhat.keywords["Get Companies"](columns={"A": name}),
    "get joined": lambda planhat, _, name: planhat.keywords["Get Licenses"](columns=f"value,company.{name}"),
    "get sorted": lambda planhat, _, name: planhat.keywords["Get Companies"](sort=f"-{name}"),
    "get where": lambda planhat, _, name: planhat.keywords["Get Companies"](where=f"{name} is empty"),
    "find": lambda planhat, _, name: planhat.keywords["Find Company"](**{name: 5}),
    "duplicates": lambda planhat, _, name: planhat.keywords["find_duplicates"]("company", name),
    "duplicates read": lambda planhat, _, name: planhat.find_duplicates(types.Company, "name", properties=name),
    "export": lambda planhat, folder, name: planhat.export_objects(types.Company, folder / "c.csv", f"name,{name}"),
    "rows": lambda planhat, _, name: list(planhat.export_rows(types.Company, ["name", name])),
    "objects": lambda planhat, _, name: planhat.get_objects(types.Company, properties=name),
    "snapshot": lambda planhat, folder, name: planhat.take_planhat_snapshot("company", folder / "c.csv", fields=[name]),
}


@pytest.fixture
def planhat(sandbox: Sandbox) -> Iterator[Planhat]:
    with Planhat(sandbox.api_key, base_url=sandbox.url) as client:
        client.create_object(types.CustomField(name="Seats", type="number", parent="company"))
        client.create_object(types.Company({"name": "Acme", "custom": {"Seats": 5}}))
        yield client


@pytest.mark.parametrize("door", DOORS)
def test_it_is_refused_with_a_near_name(planhat: Planhat, tmp_path: Path, door: str) -> None:
    with pytest.raises(PlanhatValidationError, match=r"Seets'?\.? .*Did you mean Seats"):
        DOORS[door](planhat, tmp_path, "custom.Seets")
    assert list(tmp_path.iterdir()) == []
    DOORS[door](planhat, tmp_path, "custom.Seats")


def test_one_that_was_made_meanwhile_is_found(planhat: Planhat, sandbox: Sandbox) -> None:
    assert planhat.get_objects(types.Company, properties="custom.Seats")[0]["custom"] == {"Seats": 5}
    with Planhat(sandbox.api_key, base_url=sandbox.url) as other:
        other.create_object(types.CustomField(name="Plan", type="text", parent="company"))
    assert planhat.keywords["Get Companies"](columns="custom.Plan") == [{"custom.Plan": None}]


def test_a_token_that_may_not_read_custom_fields_reads_rows(
    stub: Stub, client: Planhat, caplog: pytest.LogCaptureFixture
) -> None:
    stub.on("GET /companies", Table([{"_id": an_id(1), "name": "Acme", "custom": {"Seats": 5}}]))
    stub.on("GET /customfields", reply({"message": "no"}, 403))
    for _ in range(2):
        assert client.keywords["Get Companies"](columns="custom.Seats") == [{"custom.Seats": 5}]
    assert [each.levelname for each in caplog.records if "Custom fields are not checked" in each.message] == ["WARNING"]
    assert stub.calls.count("GET /customfields") == 1


def test_a_snapshot_of_one_custom_field_tells_of_no_other(planhat: Planhat, tmp_path: Path) -> None:
    planhat.create_object(types.CustomField(name="Plan", type="text", parent="company"))
    acme = planhat.get_objects(types.Company)[0].id
    planhat.take_planhat_snapshot("company", tmp_path / "seats", fields=["custom.Seats"])
    planhat.keywords["Update Company"](acme, **{"custom.Plan": "Gold"})
    assert not planhat.get_planhat_changes("company", tmp_path / "seats")
    planhat.keywords["Update Company"](acme, **{"custom.Seats": 6})
    changes = planhat.get_planhat_changes("company", tmp_path / "seats")
    assert [str(each) for each in changes.changed[0].fields] == ["custom.Seats: 5 -> 6"]
