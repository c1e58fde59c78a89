"""Lists are read completely, each record once, while others write, and whatever page size the server has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from RPA.Planhat.errors import PlanhatError
from RPA.Planhat.operations import paging
from RPA.Planhat.operations.paging import pages
from RPA.Planhat.operations.reading import Query, read_list, read_pages
from RPA.Planhat.types import Company, DimensionData, Enduser, Record, User
from utest.stub import Stub, Table, an_id, reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.session import PlanhatSession


def rows(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [{"_id": an_id(number * 10), "name": f"n{number % 7}"} for number in range(first, first + count)]


def ids(records: Any) -> list[str]:
    return [record["_id"] for record in records]


def test_4500_rows_behind_a_server_that_caps_pages_at_1000_come_back_as_4500(
    stub: Stub, session: PlanhatSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "SLOW", float("inf"))  # a busy machine looks like a slow line
    stub.on("GET /endusers", Table(rows(4500), cap=1000))
    found = read_list(session, Enduser)
    assert ids(found) == ids(rows(4500))
    assert len(stub.seen) <= 6


@pytest.mark.parametrize("count", [0, 1, 2, 5, 1999, 2000, 2001, 4000])
@pytest.mark.parametrize("cap", [7, 2000])
def test_the_end_is_found_wherever_it_is(stub: Stub, session: PlanhatSession, count: int, cap: int) -> None:
    cap = max(cap, 400) if count > 100 else cap
    stub.on("GET /endusers", Table(rows(count), cap=cap))
    assert ids(read_list(session, Enduser)) == ids(rows(count))


def test_pages_are_asked_for_in_a_stable_order_and_in_the_size_of_the_model(
    stub: Stub, session: PlanhatSession
) -> None:
    for model, size in ((Company, "5000"), (Enduser, "2000"), (User, "10000"), (DimensionData, "2000")):
        stub.on(f"GET /{model.API_NAME}", Table(rows(3)))
        read_list(session, model)
        asked = [seen.query for seen in stub.seen if seen.path == f"/{model.API_NAME}"]
        assert {query["sort"] for query in asked} == {"_id"}
        assert {query["limit"] for query in asked} == {size}
        assert asked[0]["offset"] == "0"


@pytest.mark.parametrize("gone", [0, 3, 9])
def test_a_row_that_others_delete_between_pages_hides_no_living_one(
    stub: Stub, session: PlanhatSession, gone: int
) -> None:
    def delete(table: Table) -> None:
        if len(table.rows) == 40:
            del table.rows[gone]

    stub.on("GET /endusers", Table(rows(40), cap=10, between=delete))
    found = ids(read_list(session, Enduser))
    alive = [each for index, each in enumerate(ids(rows(40))) if index != gone]
    assert [each for each in found if each in alive] == alive


def test_rows_that_others_insert_between_pages_double_none(stub: Stub, session: PlanhatSession) -> None:
    def insert(table: Table) -> None:
        table.rows.insert(0, {"_id": an_id(len(table.rows) * 10 + 5 if len(table.rows) % 2 else 1)})

    def insert_twice(table: Table) -> None:
        if len(table.rows) < 45:
            insert(table)

    stub.on("GET /endusers", Table(rows(40), cap=10, between=insert_twice))
    found = ids(read_list(session, Enduser))
    assert len(found) == len(set(found))
    assert set(ids(rows(40))) <= set(found)


def test_rows_deleted_at_the_very_end_end_the_list(stub: Stub, session: PlanhatSession) -> None:
    def empty(table: Table) -> None:
        del table.rows[1:]

    stub.on("GET /endusers", Table(rows(5), between=empty))
    assert ids(read_list(session, Enduser)) == ids(rows(5))


def test_a_list_that_is_emptied_while_it_is_read_is_at_its_end(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /endusers", Table(rows(5), between=lambda table: table.rows.clear()))
    assert ids(read_list(session, Enduser)) == ids(rows(5))


@pytest.mark.matrix(42, "R")
def test_a_server_that_knows_no_offset_ends_too(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /endusers", reply(rows(5)))
    assert ids(read_list(session, Enduser)) == ids(rows(5))


def test_rows_without_an_id_that_are_alike_are_two(stub: Stub, session: PlanhatSession) -> None:
    alike: list[dict[str, Any]] = [{"name": "a"}, {"name": "a"}, {"name": "b"}]
    stub.on("GET /endusers", Table(list(alike)))
    assert read_list(session, Enduser) == alike
    stub.on("GET /endusers", reply(alike))
    assert read_list(session, Enduser) == alike
    stub.on("GET /endusers", lambda seen: reply(alike if seen.query["offset"] == "0" else []))
    assert read_list(session, Enduser) == alike
    stub.on("GET /endusers", Table([{"name": "a"}] * 25, cap=10))
    assert len(read_list(session, Enduser)) == 25


def test_rows_without_an_id_are_told_apart_by_their_content(stub: Stub, session: PlanhatSession) -> None:
    table = Table([{"value": number} for number in range(25)], cap=10)
    stub.on("GET /dimensiondata", table)
    assert len(read_list(session, DimensionData)) == 25


@pytest.mark.parametrize(("limit", "calls"), [(0, 0), (1, 1), (3, 1), (10, 1), (12, 2), (100, 4)])
def test_a_limit_ends_the_reading_early(stub: Stub, session: PlanhatSession, limit: int, calls: int) -> None:
    stub.on("GET /endusers", Table(rows(25), cap=10))
    assert ids(read_list(session, Enduser, Query(limit=limit))) == ids(rows(25))[:limit]
    assert len(stub.seen) == calls
    assert all(int(seen.query["limit"]) <= limit + 1 for seen in stub.seen)


def test_pages_come_one_by_one(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /endusers", Table(rows(25), cap=10))
    reading = read_pages(session, Enduser, Query())
    assert ids(next(reading)) == ids(rows(10))
    assert len(stub.seen) == 1
    assert sum(map(len, reading)) == 15


CHANGES = st.lists(st.tuples(st.sampled_from(["delete", "insert", "append"]), st.integers(0, 10_000)), max_size=3)


def apply(table: list[dict[str, Any]], changes: list[tuple[str, int]], born: Iterator[int]) -> None:
    for kind, number in changes:
        if kind == "delete" and table:
            del table[number % len(table)]
        elif kind == "insert":
            table.append({"_id": an_id(number * 10 + 1 + next(born) % 9)})
        elif kind == "append":
            table.append({"_id": an_id(10_000_000 + next(born))})
    unique = {row["_id"]: row for row in table}
    table[:] = unique.values()


def check(found: list[str], before: list[str], after: list[str]) -> None:
    assert len(found) == len(set(found)), "a row came twice"
    assert set(before) & set(after) <= set(found), "a row that lived through the read is missing"


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 120), st.integers(8, 40), st.integers(20, 60), st.lists(CHANGES, max_size=12))
def test_nothing_is_missing_or_doubled_while_others_write(
    count: int, cap: int, size: int, script: list[list[tuple[str, int]]]
) -> None:
    table, born, steps = rows(count), iter(range(10**6)), iter(script)
    before = ids(table)

    def fetch(offset: int, limit: int) -> list[Record]:
        page = sorted(table, key=lambda row: str(row["_id"]))[offset : offset + min(limit, cap)]
        apply(table, next(steps, []), born)
        return [Record(row) for row in page]

    try:
        found = [row["_id"] for page in pages(fetch, size) for row in page]
    except PlanhatError:
        event("gave up")
        assume(False)
    check(found, before, ids(table))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(count=st.integers(0, 60), cap=st.integers(8, 30), script=st.lists(CHANGES, max_size=6))
def test_nothing_is_missing_or_doubled_over_the_wire(
    stub: Stub, session: PlanhatSession, count: int, cap: int, script: list[list[tuple[str, int]]]
) -> None:
    born, steps = iter(range(10**6)), iter(script)
    table = Table(rows(count), cap=cap, between=lambda each: apply(each.rows, next(steps, []), born))
    before = ids(table.rows)
    stub.on("GET /endusers", table)
    try:
        found = ids(read_list(session, Enduser))
    except PlanhatError:
        event("gave up")
        assume(False)
    check(found, before, ids(table.rows))


def test_a_list_that_changes_faster_than_it_is_read_fails_rather_than_being_incomplete() -> None:
    turn = iter(range(100))

    def fetch(offset: int, limit: int) -> list[Record]:
        first = next(turn) * 1000
        return [Record({"_id": an_id(first + number)}) for number in range(limit)]

    with pytest.raises(PlanhatError, match="changed faster than it could be read"):
        list(pages(fetch, 10))
