"""Custom fields that came in one cell, as JSON, went to Planhat unchecked: unknown ones, and texts for numbers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from RPA.Planhat import Planhat, PlanhatBulkError, types
from RPA.Planhat.sandbox import Sandbox

MAPPING = ["id -> external_id", "name -> name", "all -> custom"]


@pytest.fixture
def planhat(sandbox: Sandbox) -> Planhat:
    made = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    made.create_object(types.CustomField(name="Seats", type="number", parent="company"))
    return made


def rows(custom: Any) -> list[dict[str, Any]]:
    return [{"id": "A-1", "name": "Acme", "all": custom}]


@pytest.mark.parametrize("form", [str, dict])
@pytest.mark.parametrize(
    ("custom", "said"),
    [('{"Seets": 5}', "no custom field 'Seets'"), ('{"Seats": "many"}', "Seats takes a number")],
)
def test_they_are_checked(planhat: Planhat, form: type, custom: str, said: str) -> None:
    given = custom if form is str else json.loads(custom)
    with pytest.raises(PlanhatBulkError, match=said):
        planhat.import_objects(types.Company, rows(given), MAPPING)
    with pytest.raises(PlanhatBulkError, match=said):
        planhat.import_objects(types.Company, [{"external_id": "A-1", "name": "Acme", "custom": given}])


def test_they_are_converted(planhat: Planhat, sandbox: Sandbox) -> None:
    planhat.import_objects(types.Company, rows('{"Seats": "1.234,5"}'), MAPPING, decimal=",")
    assert sandbox.rows("companies")[0]["custom"] == {"Seats": 1234.5}
