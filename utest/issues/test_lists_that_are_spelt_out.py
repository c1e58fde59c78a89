"""Lists and dictionaries written as texts, which Robot Framework takes elsewhere, were split at their commas.

`columns=['name', 'phase']` asked for a field `['name'`, and `dates=['DD.MM.YYYY']` was taken for a form of dates with
brackets, which no date has.
"""

from __future__ import annotations

from typing import Any

import pytest

from RPA.Planhat import Planhat, types


@pytest.mark.parametrize("columns", ["['name', 'phase']", '["name", "phase"]', '{"name": "name", "phase": "phase"}'])
def test_columns(planhat: Planhat, columns: Any) -> None:
    planhat.create_object(types.Company(name="Acme", phase="onboarding"))
    assert list(planhat.export_rows(types.Company, columns)) == [{"name": "Acme", "phase": "onboarding"}]


@pytest.mark.parametrize(
    "mapping",
    [
        '["Id -> source_id", "From -> custom.Renewal", "Is -> name"]',
        "{'Id': 'source_id', 'From': 'custom.Renewal', 'Is': 'name'}",
    ],
)
def test_mappings_and_dates(planhat: Planhat, mapping: str) -> None:
    planhat.create_object(types.CustomField(name="Renewal", type="date", parent="company"))
    row = {"Id": "S-1", "From": "31.12.2025", "Is": "Acme"}
    planhat.import_objects(types.Company, [row], mapping, dates="['DD.MM.YYYY']")
    (stored,) = planhat.get_objects(types.Company, properties=["source_id", "custom"])
    assert (stored.source_id, stored.custom["Renewal"][:10]) == ("S-1", "2025-12-31")


def test_a_template_is_still_a_line(planhat: Planhat) -> None:
    planhat.import_objects(types.Company, [{"First": "A", "Last": "B"}], "{First} {Last} -> name")
    assert [each.name for each in planhat.get_objects(types.Company)] == ["A B"]
