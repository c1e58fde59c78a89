"""A table with an empty column `custom` beside a column `custom.<Name>` ended an import with a raw error.

That was where empty cells clear their fields: the first column then stands for no custom values at all.
"""

from __future__ import annotations

from RPA.Planhat import types
from RPA.Planhat.operations.rows.importing import import_table
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.sandbox import Sandbox
from RPA.Planhat.session import PlanhatSession


def test_the_values_of_other_columns_are_stored(sandbox: Sandbox) -> None:
    session = PlanhatSession(sandbox.api_key, base_url=sandbox.url)
    session.post("/customfields", json={"name": "Seats", "parent": "company", "type": "number"})
    row = {"externalId": "A-1", "name": "Acme", "custom": "", "custom.Seats": "12"}
    report = import_table(session, types.Company, [row], RowOptions(clear_empty=True))
    assert str(report) == "1 created"
    assert sandbox.rows("companies")[0]["custom"] == {"Seats": 12}
