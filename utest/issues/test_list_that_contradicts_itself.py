"""A list with rows at its beginning and none behind them was asked for again without end, whatever the timeout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from RPA.Planhat import Planhat, types
from utest.stub import TOKEN, Stub, reply

if TYPE_CHECKING:
    from utest.stub import Reply, Seen

ROWS = [{"_id": "a" * 24, "name": "One"}, {"_id": "b" * 24, "name": "Two"}]


def test_reading_ends(stub: Stub) -> None:
    def answer(seen: Seen) -> Reply:
        return reply(ROWS if seen.query.get("offset", "0") == "0" else [])

    stub.on("GET /companies", answer)
    planhat = Planhat(TOKEN, base_url=stub.url, calls_per_minute=0)
    assert [each.name for each in planhat.get_objects(types.Company)] == ["One", "Two"]
    assert len(stub.seen) < 10
