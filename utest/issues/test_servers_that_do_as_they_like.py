"""Servers and proxies that ignore what is asked, leave ids out, or send an answer too many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import types
from RPA.Planhat.errors import PlanhatError
from RPA.Planhat.operations import exporting, snapshots
from RPA.Planhat.operations.reading import Query, read_list, read_one
from utest.stub import Seen, Stub, an_id, reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from RPA.Planhat.session import PlanhatSession


def ignoring_offset(rows: list[dict[str, Any]], most: int) -> Callable[[Seen], Any]:
    return lambda seen: reply(rows[: min(int(seen.query.get("limit", "100")), most)])


@pytest.mark.parametrize("limit", [21, 25, 30, 39, 40])
def test_rows_up_to_a_limit_are_complete_or_an_error_where_offsets_are_ignored(
    stub: Stub, session: PlanhatSession, limit: int
) -> None:
    rows = [{"_id": an_id(number), "email": f"e{number}@x.example"} for number in range(50)]
    stub.on("GET /endusers", ignoring_offset(rows, 20))
    with pytest.raises(PlanhatError, match="the same page came again"):
        read_list(session, types.Enduser, Query(limit=limit))


def test_rows_without_an_id_are_exported_and_make_no_snapshot(
    stub: Stub, session: PlanhatSession, tmp_path: Path
) -> None:
    rows = [{"name": "a"}, {"name": "a"}, {"name": "b"}]
    stub.on("GET /companies", lambda seen: reply(rows[int(seen.query.get("offset", "0")) :]))
    done = exporting.export(session, types.Company, tmp_path / "rows.csv", Query(), columns="name")
    assert (done.rows, (tmp_path / "rows.csv").read_text("utf-8-sig").split()) == (3, ["name", "a", "a", "b"])
    with pytest.raises(PlanhatError, match="a company without an _id, so it cannot be in a snapshot"):
        snapshots.take_snapshot(session, types.Company, tmp_path / "rows.snapshot")


def test_a_cookie_that_repeats_the_token_is_not_kept(stub: Stub, session: PlanhatSession) -> None:
    key = session.credentials.api_key
    assert key is not None
    token = key.reveal()
    stub.on(f"GET /companies/{an_id(1)}", reply({"message": "no"}, 403, Set_Cookie=f"seen={token}"))
    with pytest.raises(PlanhatError) as caught:
        read_one(session, types.Company, an_id(1))
    response: Any = caught.value.response  # type: ignore[attr-defined]
    assert token not in str(vars(response))
    assert list(response.cookies) == []
