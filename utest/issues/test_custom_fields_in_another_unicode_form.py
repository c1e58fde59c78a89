"""A custom field in another Unicode form was refused with a hint that looked the same as what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import pytest

from RPA.Planhat import Planhat, types
from RPA.Planhat.errors import PlanhatBulkError, PlanhatValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

COMPOSED, DECOMPOSED = normalize("NFC", "Größe"), normalize("NFD", "Größe")
FORMS = [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)]


def _change(planhat: Planhat, acme: str, name: str) -> None:
    record = planhat.get_object_by_id(types.Company, acme)
    record["custom"][name] = 7
    planhat.update_object(record)


WRITES: dict[str, Callable[[Planhat, str, str], Any]] = {
    "create": lambda it, _, name: it.keywords["Create Company"](name="Nova", **{f"custom.{name}": "7"}),
    "update": lambda it, acme, name: it.keywords["Update Company"](acme, **{f"custom.{name}": "7"}),
    "update dictionary": lambda it, acme, name: it.keywords["Update Company"](acme, custom={name: "7"}),
    "update row": lambda it, acme, name: it.keywords["Update Company"](acme, {f"custom.{name}": "7"}),
    "upsert": lambda it, _, name: it.keywords["Upsert Companies"]([{"external_id": "A", f"custom.{name}": "7"}]),
    "upsert dictionary": lambda it, _, name: it.keywords["Upsert Companies"](
        [{"external_id": "A", "custom": {name: 7}}]
    ),
    "import": lambda it, _, name: it.keywords["Import Companies"]([{"external_id": "A", f"custom.{name}": "7"}]),
    "import many": lambda it, _, name: it.keywords["Import Companies"](
        [{"external_id": key, f"custom.{name}": number} for key, number in (("A", "7"), ("B", "7"))]
    ),
    "mapping": lambda it, _, name: it.keywords["Import Companies"](
        [{"Key": "A", "Size": "7"}], {"Key": "external_id", "Size": f"custom.{name}"}
    ),
    "sync": lambda it, _, name: it.keywords["Sync Companies"]([{"external_id": "A", f"custom.{name}": "7"}]),
    "record": _change,
}  # fmt: skip


READS: dict[str, Callable[[Planhat, Path, str], Any]] = {
    "filter": lambda it, _, name: it.keywords["Get Companies"](**{f"custom.{name}": 5}),
    "where": lambda it, _, name: it.keywords["Get Companies"](where=f"custom.{name} > 4"),
    "columns": lambda it, _, name: [
        row for row in it.keywords["Get Companies"](columns=f"custom.{name}") if row[f"custom.{name}"] == 5
    ],
    "properties": lambda it, _, name: [
        row for row in it.keywords["Get Companies"](properties=f"custom.{name}") if row.get("custom")
    ],
    "sort": lambda it, _, name: [
        row for row in it.keywords["Get Companies"](sort=f"-custom.{name}", limit=1) if row.get("custom")
    ],
    "find": lambda it, _, name: [it.keywords["Find Company"](**{f"custom.{name}": 5})],
    "join": lambda it, _, name: [
        row for row in it.keywords["Get Licenses"](columns=f"company.custom.{name}") if 5 in row.values()
    ],
    "flatten": lambda it, _, name: [
        row for row in it.flatten_objects(it.get_objects(types.Company), f"custom.{name}") if row[f"custom.{name}"]
    ],
    "export": lambda it, folder, name: [
        line
        for line in it.export_objects(types.Company, folder / "c.csv", f"custom.{name}").path.read_text().splitlines()
        if line == "5"
    ],
    "snapshot": lambda it, folder, name: _seen(it, folder / "snapshot", name),
}  # fmt: skip


def _seen(planhat: Planhat, path: Path, name: str) -> list[str]:
    planhat.take_planhat_snapshot("company", path, fields=[f"custom.{name}"])
    acme = planhat.get_objects(types.Company, external_id="A")[0]
    planhat.keywords["Update Company"](acme, **{f"custom.{name}": 6})
    return [str(each) for each in planhat.get_planhat_changes("company", path).changed[0].fields]


@pytest.fixture
def planhat(sandbox: Sandbox) -> Iterator[Planhat]:
    with Planhat(sandbox.api_key, base_url=sandbox.url) as client:
        yield client


def _acme(planhat: Planhat, stored: str) -> str:
    planhat.create_object(types.CustomField(name=stored, type="number", parent="company"))
    planhat.create_object(types.Company({"name": "Nova", "externalId": "B"}))
    acme = planhat.create_object(types.Company({"name": "Acme", "externalId": "A", "custom": {stored: 5}}))
    planhat.create_object(types.License({"companyId": acme.id, "value": 3, "currency": "EUR"}))
    return acme.id


@pytest.mark.parametrize(("stored", "written"), FORMS, ids=["composed", "decomposed"])
@pytest.mark.parametrize("door", WRITES)
def test_it_is_written_as_planhat_spells_it(
    planhat: Planhat, sandbox: Sandbox, door: str, stored: str, written: str
) -> None:
    acme = _acme(planhat, stored)
    WRITES[door](planhat, acme, written)
    values = [each["custom"] for each in sandbox.rows("companies") if each.get("custom")]
    assert {stored: 7} in values
    assert not any(written in each for each in values)


@pytest.mark.parametrize(("stored", "written"), FORMS, ids=["composed", "decomposed"])
@pytest.mark.parametrize("door", READS)
def test_it_is_read(planhat: Planhat, tmp_path: Path, door: str, stored: str, written: str) -> None:
    _acme(planhat, stored)
    assert len(READS[door](planhat, tmp_path, written)) == 1


@pytest.mark.parametrize("door", ["Update Company", "Import Companies"])
def test_one_field_in_both_forms_is_refused(planhat: Planhat, sandbox: Sandbox, door: str) -> None:
    acme = _acme(planhat, COMPOSED)
    for values in ({f"custom.{COMPOSED}": 1, f"custom.{DECOMPOSED}": 2}, {"custom": {COMPOSED: 1, DECOMPOSED: 2}}):
        rows = [{"external_id": key, **values} for key in "AB"]
        with pytest.raises((PlanhatValidationError, PlanhatBulkError), match=r"is given twice|both fill"):
            planhat.keywords[door](*([acme, values] if door == "Update Company" else [rows]))
    assert {COMPOSED: 5} in [each.get("custom") for each in sandbox.rows("companies")]


def test_values_are_checked_in_each_form(planhat: Planhat) -> None:
    _acme(planhat, COMPOSED)
    checked = planhat.check_custom_values(types.Company, [{f"custom.{DECOMPOSED}": "7"}])
    assert checked.rows == [{"custom": {COMPOSED: 7}}]


def test_two_fields_of_the_same_look_stay_two(planhat: Planhat, sandbox: Sandbox) -> None:
    acme = _acme(planhat, COMPOSED)
    planhat.create_object(types.CustomField(name=DECOMPOSED, type="number", parent="company"))
    planhat.keywords["Update Company"](acme, **{f"custom.{DECOMPOSED}": 7})
    assert {COMPOSED: 5, DECOMPOSED: 7} in [each.get("custom") for each in sandbox.rows("companies")]
