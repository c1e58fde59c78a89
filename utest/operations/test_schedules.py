"""Whatever a server does with order, pages and offsets: a list is complete, or reading it is an error."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.errors import PlanhatError
from RPA.Planhat.operations.paging import pages
from RPA.Planhat.operations.reading import Query, read_list
from RPA.Planhat.types import Company, Record
from utest.stub import Reply, Seen, Stub, an_id, reply

if TYPE_CHECKING:
    from RPA.Planhat.session import PlanhatSession

SCHEDULES = 1000


class Server:
    """A list behind a server with habits that a seed decides; `lived` are rows that are there from first to last."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        count = chance.choice([0, 1, 2, 3, 7, 20, 60, 150])
        self.rows = [
            {"_id": an_id(number * 100 + chance.randrange(50)), "name": chance.choice("abc"), "n": number}
            for number in range(count)
        ]
        self.lived = {row["_id"] for row in self.rows}
        self.size = chance.choice([2, 3, 10, 40, 200])
        self.cap = chance.choice([1, 2, 3, 9, 500, 500])
        self.habits = {
            name
            for name in ("ignores offset", "ignores limit", "ignores order", "shuffles", "turns", "deletes", "inserts")
            if chance.random() < 0.12
        } | ({"shuffles ties"} if chance.random() < 0.5 else set())
        self.without_ids = chance.random() < 0.1
        self.calls = 0

    def order(self, sort: str) -> list[dict[str, Any]]:
        rows, key = list(self.rows), sort.lstrip("-")
        if "ignores order" not in self.habits:
            if "shuffles ties" in self.habits:
                self.chance.shuffle(rows)
            rows.sort(key=lambda row: str(row.get(key, "")), reverse=sort.startswith("-"))
        if "shuffles" in self.habits and self.calls > 1:
            self.chance.shuffle(rows)
        return rows[::-1] if "turns" in self.habits and self.calls > 2 else rows

    def page(self, sort: str, offset: int, limit: int) -> list[dict[str, Any]]:
        self.calls += 1
        assert self.calls < 4000, "it does not end"
        rows = self.order(sort)[0 if "ignores offset" in self.habits else offset :]
        found = rows if "ignores limit" in self.habits else rows[: min(limit, self.cap)]
        if "deletes" in self.habits and self.rows and self.calls % 3 == 0:
            self.lived.discard(self.rows.pop(self.chance.randrange(len(self.rows)))["_id"])
        if "inserts" in self.habits and self.calls < 50:
            self.rows.append({"_id": an_id(self.chance.randrange(20_000) * 100 + 50 + self.calls), "name": "b"})
        return [{**row} if not self.without_ids else {"n": row.get("n")} for row in found]


@pytest.mark.parametrize("limit", [None, 5])
@pytest.mark.matrix(41, "R")
@pytest.mark.matrix(42, "R")
def test_a_list_is_complete_or_an_error(limit: int | None) -> None:
    ends: Counter[str] = Counter()
    for seed in range(SCHEDULES):
        server = Server(random.Random(seed))

        def fetch(offset: int, size: int, server: Server = server) -> list[Record]:
            return [Record(row) for row in server.page("_id", offset, size)]

        try:
            found = [row for page in pages(fetch, server.size, limit) for row in page]
        except PlanhatError:
            ends["error"] += 1
            continue
        ends["complete"] += 1
        told = f"seed {seed}: {server.habits}, cap {server.cap}, size {server.size}"
        if server.without_ids:
            if not server.habits & {"deletes", "inserts", "shuffles", "turns", "ignores order"}:
                assert len(found) == min(len(server.rows), limit or 1000), told
            continue
        ids = [row["_id"] for row in found]
        assert len(ids) == len(set(ids)), told
        if limit is None:
            assert server.lived <= set(ids), told
        else:
            assert len(ids) <= limit, told
            assert len(ids) >= min(limit, len(server.lived)), told
    assert ends["complete"] > ends["error"] > 0, ends


@pytest.mark.parametrize("limit", [None, 7])
@pytest.mark.parametrize("sort", ["name", "-name"])
@pytest.mark.matrix(41, "R")
def test_a_sorted_list_is_complete_and_in_order_over_the_wire(
    stub: Stub, session: PlanhatSession, sort: str, limit: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = 0
    for seed in range(40):
        server = Server(random.Random(seed))
        server.without_ids = False
        monkeypatch.setattr(Company, "PAGE", type(Company.PAGE)(10, server.size))

        def answer(seen: Seen, server: Server = server) -> Reply:
            query = seen.query
            return reply(server.page(query["sort"], int(query["offset"]), int(query["limit"])))

        stub.on("GET /companies", answer)
        try:
            found = read_list(session, Company, Query(sort=sort, limit=limit, properties="name"))
        except PlanhatError:
            continue
        complete += 1
        names, ids = [each.name for each in found], [each.id for each in found]
        told = f"seed {seed}: {server.habits}, cap {server.cap}, size {server.size}"
        assert names == sorted(names, reverse=sort.startswith("-")), told
        assert len(set(ids)) == len(ids), told
        if limit is None:
            assert server.lived <= set(ids), told
        else:
            assert min(limit, len(server.lived)) <= len(ids) <= limit, told
    assert complete > 20
