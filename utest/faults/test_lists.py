"""Rows 32 and 33: lists that change while they are read, and pages that are shorter than asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import errors
from RPA.Planhat.operations.rows import upsert as bulk
from RPA.Planhat.types import Company
from utest.transport.fault_server import reply

if TYPE_CHECKING:
    from utest.faults.world import Connect, World
    from utest.transport.fault_server import FaultServer


def fill(world: World, count: int) -> set[str]:
    """Stores companies and returns the ids of all that there are."""
    bulk.upsert(world.planhat.session, Company, [{"name": f"Row {number}"} for number in range(count - 1)])
    world.forget()
    return {row["_id"] for row in world.sandbox.rows("companies")}


@pytest.mark.matrix(32, "R")
@pytest.mark.parametrize("rows", [1, 3, 60])
def test_rows_that_come_while_reading_double_nothing(world: World, rows: int) -> None:
    there = fill(world, 450)
    world.fault("rows_inserted", rows=rows, verb="GET")
    read = [each.id for each in world.planhat.get_objects(Company)]
    assert there <= set(read)
    assert len(read) == len(set(read))


@pytest.mark.matrix(32, "R")
@pytest.mark.parametrize("rows", [1, 3, 60])
def test_rows_that_go_while_reading_take_no_other_with_them(world: World, rows: int) -> None:
    fill(world, 450)
    world.fault("rows_deleted", rows=rows, verb="GET", times=3)
    read = [each.id for each in world.planhat.get_objects(Company)]
    left = {row["_id"] for row in world.sandbox.rows("companies")}
    assert left <= set(read)
    assert len(read) == len(set(read))


@pytest.mark.matrix(32, "R")
def test_faults_while_reading_lose_no_page(world: World) -> None:
    there = fill(world, 450)
    world.fault("close_middle", verb="GET", calls=[2, 4])
    world.fault("status", status=503, verb="GET", calls=[3])
    read = [each.id for each in world.planhat.get_objects(Company)]
    assert sorted(read) == sorted(there)


@pytest.mark.matrix(33, "R")
@pytest.mark.parametrize("cap", [1000, 37])
def test_page_cap_below_the_limit_loses_nothing(world: World, cap: int) -> None:
    count = 4500 if cap == 1000 else 300
    there = fill(world, count)
    world.fault("page_cap", rows=cap)
    session = world.planhat.session
    world.planhat.connections.open("default", session)
    read = [each.id for each in world.planhat.get_objects(Company, properties="name")]
    assert sorted(read) == sorted(there)
    assert len(read) == count


@pytest.mark.matrix(33, "R")
def test_server_that_knows_no_pages_is_read_once(server: FaultServer, connect: Connect) -> None:
    server.script(reply(200, json.dumps([{"_id": f"{number:024x}"} for number in range(250)]).encode()))
    try:
        read = [each.id for each in connect(server.url).get_objects(Company)]
    except errors.PlanhatError:
        return
    assert len(read) == len(set(read)) == 250
