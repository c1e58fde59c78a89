"""A list that could not be read completely did not say which one: in a robot that reads ten of them, nobody knew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.errors import PlanhatError
from RPA.Planhat.operations.reading import Query, read_list
from RPA.Planhat.types import Company, Enduser
from utest.stub import Reply, Seen, Stub, an_id, reply

if TYPE_CHECKING:
    from RPA.Planhat.session import PlanhatSession

ACME = an_id(7)


def rows(first: int, last: int) -> list[dict[str, Any]]:
    return [{"_id": an_id(number), "name": f"n{number}"} for number in range(first, last)]


def same_page(_request: Seen) -> Reply:
    return reply(rows(0, 2000))


def turning(request: Seen) -> Reply:
    offset = int(request.query["offset"])
    return reply(rows(offset, offset + 100)[:: -1 if offset else 1])


def other_rows(request: Seen) -> Reply:
    offset = int(request.query["offset"])
    return reply(rows(offset * 10 + 5000 * bool(offset), offset * 10 + 5000 * bool(offset) + 100))


@pytest.mark.parametrize(
    ("server", "query", "said"),
    [
        (same_page, {}, r"^The list of endusers cannot be read completely: the same page came again at offset \d+\. "),
        (
            same_page,
            {"company_ids": ACME},
            rf"^The list of endusers with companyId={ACME} cannot be read completely: the same page came again at ",
        ),
        (same_page, {"filters": {"archived": True}}, r"^The list of endusers with archived=true cannot be read"),
        (turning, {}, r"^The list of endusers cannot be read completely: at offset \d+, Planhat returned rows in "),
        (other_rows, {}, r"^The list of endusers (cannot be read completely: at|changed faster than it could).*offset"),
    ],
)
def test_the_error_says_which_list_and_where(
    stub: Stub, session: PlanhatSession, server: Any, query: dict[str, Any], said: str
) -> None:
    stub.on("GET /endusers", server)
    with pytest.raises(PlanhatError, match=said):
        read_list(session, Enduser, Query(**query))


def test_many_companies_are_cut(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /endusers", same_page)
    with pytest.raises(PlanhatError) as caught:
        read_list(session, Enduser, Query(company_ids=[an_id(number) for number in range(50)]))
    assert "… cannot be read completely" in str(caught.value)
    assert len(str(caught.value)) < 400


def test_the_place_of_an_export_that_goes_on_is_a_list_too(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /companies", reply(rows(0, 1)))
    with pytest.raises(PlanhatError, match=r"^The list of companies cannot be read completely: the same page came"):
        read_list(session, Company, Query(after=an_id(9)))
