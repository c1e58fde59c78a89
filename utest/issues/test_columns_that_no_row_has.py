"""A misspelt name in `columns=` of Save Planhat Rows made an empty column without a word.

And `columns=${EMPTY}` meant the default columns in an export, where `properties=${EMPTY}` is refused; in Save Planhat
Rows and Flatten Objects it meant rows without any value.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors, types

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

ROWS = [{"name": "Acme", "phase": "live"}, {"name": "Bolt", "custom": {"Tier": "Gold"}}]


@pytest.fixture
def planhat(sandbox: Sandbox) -> Iterator[Planhat]:
    with Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0) as made:
        yield made


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("nmae", "The column 'nmae' is empty, since no row has it. Did you mean name?"),
        ("custom.Teir", "The column 'custom.Teir' is empty, since no row has it. Did you mean custom.Tier?"),
        ("Phase", "The column 'Phase' is empty, since no row has it. Did you mean phase?"),
        ("name", ""),
        ("phase", ""),
        ("custom.Tier", ""),
    ],
)
def test_a_column_that_no_row_has_is_named(
    planhat: Planhat, tmp_path: Path, caplog: pytest.LogCaptureFixture, column: str, said: str
) -> None:
    calls: list[tuple[str, list[Any]]] = [
        ("save_planhat_rows", [ROWS, str(tmp_path / f"rows{ending}"), ["name", column]])
        for ending in (".csv", ".jsonl", ".json", ".xlsx")
    ]
    for keyword, given in [*calls, ("flatten_objects", [ROWS, {"Name": "name", "Other": column}])]:
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            planhat.keywords[keyword](*given)
        assert [each.getMessage() for each in caplog.records] == [said] * bool(said)


def test_fields_of_records_may_be_empty(planhat: Planhat, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    planhat.create_object(types.CustomField(name="Tier", parent="company", type="text"))
    company = planhat.create_object(types.Company(name="Acme"))
    planhat.save_rows([company], tmp_path / "rows.csv", "name,city")
    assert caplog.messages == []
    planhat.save_rows([company], tmp_path / "rows.csv", "name,custom.Tier")
    assert caplog.messages == ["The column 'custom.Tier' is empty, since no row has it."]


def test_without_rows_nothing_is_said(planhat: Planhat, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    planhat.save_rows([], tmp_path / "rows.csv", "name,city")
    assert (tmp_path / "rows.csv").read_text().splitlines() == ["name,city"]
    assert caplog.messages == []


@pytest.mark.parametrize("nothing", ["", " , ", [], {}, ()])
def test_no_columns_are_refused_as_no_properties_are(planhat: Planhat, tmp_path: Path, nothing: Any) -> None:
    path = str(tmp_path / "rows.csv")
    calls: dict[str, list[Any]] = {
        "save_planhat_rows": [ROWS, path],
        "flatten_objects": [ROWS],
        "Export Companies": [path],
    }
    for keyword, given in calls.items():
        with pytest.raises(
            errors.PlanhatValidationError, match=r"^columns is empty\. Name at least one field, or leave"
        ):
            planhat.keywords[keyword](*given, columns=nothing)
    with pytest.raises(
        errors.PlanhatValidationError, match=r"^properties is empty\. Name at least one field, or leave"
    ):
        planhat.keywords["Get Companies"](properties=nothing or [])
    assert not (tmp_path / "rows.csv").exists()
