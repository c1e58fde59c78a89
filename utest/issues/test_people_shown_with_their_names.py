"""Planhat may answer a list of ids with the records themselves: each sync took these for a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from RPA.Planhat import types
from RPA.Planhat.operations.rows.importing import plan_table
from RPA.Planhat.operations.rows.options import RowOptions
from utest.stub import Table

if TYPE_CHECKING:
    from RPA.Planhat.session import PlanhatSession
    from utest.stub import Stub

NORA, OLE, NEW = (f"65a00000000000000000000{each}" for each in "123")


def test_the_same_people_are_no_change_and_others_are(stub: Stub, session: PlanhatSession) -> None:
    shown = [{"_id": NORA, "nickName": "Nora"}, {"_id": OLE, "nickName": "Ole"}]
    company = {"_id": "65a000000000000000000009", "externalId": "A", "name": "Acme", "followers": shown}
    stub.on("GET /companies", Table([company]))
    options = RowOptions(given=True, compare=True)

    def planned(*followers: str) -> str:
        return str(plan_table(session, types.Company, [{"externalId": "A", "followers": [*followers]}], options))

    assert planned(NORA, OLE) == "1 unchanged"
    assert planned(NORA, NEW) == "1 update"
    assert planned(NORA) == "1 update"
