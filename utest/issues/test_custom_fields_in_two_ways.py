"""A row with its custom fields in one cell and in columns of their own lost those that were put in first."""

from __future__ import annotations

from typing import Any

import pytest

from RPA.Planhat import PlanhatBulkError, types
from RPA.Planhat.operations.rows.importing import import_table
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.sandbox import Sandbox
from RPA.Planhat.session import PlanhatSession

WHOLE, SINGLE = {"custom": '{"Seats": 5}'}, {"custom.Plan": "Gold"}
MAPPING = ["id -> external_id", "name -> name", "all -> custom", "plan -> custom.Plan"]


@pytest.fixture
def session(sandbox: Sandbox) -> PlanhatSession:
    return PlanhatSession(sandbox.api_key, base_url=sandbox.url)


@pytest.mark.parametrize("custom", [{**WHOLE, **SINGLE}, {**SINGLE, **WHOLE}])
def test_both_in_one_row_are_refused(session: PlanhatSession, custom: dict[str, Any]) -> None:
    row = {"external_id": "A-1", "name": "Acme", **custom}
    with pytest.raises(PlanhatBulkError, match=r"all at once, by 'custom', and one by one, by 'custom.Plan'"):
        import_table(session, types.Company, [row], RowOptions(check_custom_fields=False))


@pytest.mark.parametrize(("whole", "single"), [('{"Plan": "Gold"}', ""), ("", "Gold")])
def test_one_of_them_may_be_empty(session: PlanhatSession, sandbox: Sandbox, whole: str, single: str) -> None:
    row = {"id": "A-1", "name": "Acme", "all": whole, "plan": single}
    import_table(session, types.Company, [row], RowOptions(mapping=MAPPING, check_custom_fields=False))
    assert sandbox.rows("companies")[0]["custom"] == {"Plan": "Gold"}


def test_so_is_a_whole_that_is_spelt_otherwise(session: PlanhatSession) -> None:
    row = {"external_id": "A-1", "name": "Acme", "Custom": '{"Seats": 5}', **SINGLE}
    with pytest.raises(PlanhatBulkError, match="all at once"):
        import_table(session, types.Company, [row], RowOptions(check_custom_fields=False))
