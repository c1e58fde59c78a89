"""A cell that its reader does not understand makes its row bad, whichever way the row takes; it is never a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from RPA.Planhat import PlanhatBulkError, PlanhatValidationError, types
from RPA.Planhat.operations import writing
from RPA.Planhat.operations.custom.checked_values import check_values
from RPA.Planhat.operations.custom.declared import declared
from RPA.Planhat.operations.rows.importing import load
from RPA.Planhat.operations.rows.upsert import upsert
from RPA.Planhat.operations.usage.activities import activity_of
from RPA.Planhat.operations.usage.metrics import metric_of
from RPA.Planhat.types.encoding import BadCell
from utest.tables.conftest import Counting, define

BAD = BadCell("#N/A", "City shows #N/A, an error of the spreadsheet.")
ROW = {"external_id": "A-1", "name": "Acme"}


def importing(planhat: Counting, row: dict[str, Any], **options: Any) -> Any:
    return load(planhat, types.Company, [row], None, options, differences=False)  # type: ignore[arg-type]


def syncing(planhat: Counting, row: dict[str, Any], **options: Any) -> Any:
    return load(planhat, types.Company, [row], None, options, differences=True)  # type: ignore[arg-type]


def upserting(planhat: Counting, row: dict[str, Any]) -> Any:
    return upsert(planhat, types.Company, [row])


def creating(planhat: Counting, row: dict[str, Any]) -> Any:
    return writing.create(planhat, types.Company, row)


@pytest.mark.parametrize("door", [importing, syncing, upserting, creating])
@pytest.mark.parametrize(
    "name", ["city", "external_id", "custom.Seats", "custom", "tags", "csm_score", "domains", "owner"]
)
def test_no_door_takes_a_bad_cell(planhat: Counting, door: Callable[..., Any], name: str) -> None:
    define(planhat, "company", Seats="number")
    planhat.sent.clear()
    with pytest.raises((PlanhatValidationError, PlanhatBulkError), match="City shows #N/A"):
        door(planhat, {**ROW, name: BAD})
    assert planhat.sent == []


def test_unchecked_custom_fields_and_templates_take_none_either(planhat: Counting) -> None:
    with pytest.raises(PlanhatBulkError, match="City shows #N/A"):
        importing(planhat, {**ROW, "custom.Seats": BAD}, check_custom_fields=False)
    mapping = ["external_id -> external_id", "{name} of {city} -> name"]
    with pytest.raises(PlanhatBulkError, match="City shows #N/A"):
        load(planhat, types.Company, [{**ROW, "city": BAD}], mapping, {}, differences=False)


def test_a_bad_cell_can_be_left_out_or_counted_as_empty(planhat: Counting) -> None:
    report = importing(planhat, {**ROW, "city": BAD}, bad_cells="skip")
    assert report.left_out == {BAD.problem: 1}
    assert importing(planhat, {**ROW, "city": BAD}, empty="#n/a").counts["failed"] == 0
    assert all("city" not in row for row in planhat.sent)


def test_usage_rows_and_declared_fields_take_none_either() -> None:
    for row in ({"date": BAD}, {"value": BAD}, {"external_id": BAD}):
        with pytest.raises(PlanhatValidationError, match="City shows #N/A"):
            metric_of({"dimension_id": "logins", "value": 1, "external_id": "A-1", **row})
    with pytest.raises(PlanhatValidationError, match="City shows #N/A"):
        activity_of({"action": "Logged in", "external_id": "U-1", "date": BAD})
    field = {"name": "Tier", "parent": "company", "type": "list", "options": "Gold"}
    for name in field:
        with pytest.raises(PlanhatValidationError, match="City shows #N/A"):
            declared([{**field, name: BAD}])
    tier = types.CustomField(name="Tier", parent="company", type="text")
    assert [each.message for each in check_values(types.Company, [{"custom.Tier": BAD}], [tier]).errors] == [
        BAD.problem
    ]
