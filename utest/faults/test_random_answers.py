"""Whatever is answered ends in a value or in an error of ours: random HTTP, from a seed that is printed."""

from __future__ import annotations

import random
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import errors
from RPA.Planhat.types import Company
from utest.stub import an_id
from utest.transport.fault_server import raw

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat import Planhat
    from utest.faults.world import Connect
    from utest.transport.fault_server import FaultServer

ANSWERS = 60
STATUSES = [b"200", b"200", b"200", b"100", b"103", b"206", b"302", b"404", b"500", b"999", b"99", b"2e2"]
PARTS = [
    b"HTTP/1.1 ", b"HTTP/1.0 200 OK", b"\r\n", b"\n", b"Content-Length: ", b"5", b"-1", b"9" * 20, b"ffff", b"0",
    b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked", b"Content-Encoding: gzip",
    b"Content-Encoding: br", b"Content-Type: application/json; charset=x\xff", b"Retry-After: 1e9",
    b"Retry-After: Mon, 01 Jan 99999 00:00:00 GMT", b"Date: x", b"Location: http://[", b"Set-Cookie: a=b; expires=\xff",
    b"{}", b"[]", b'{"_id": "1"}', b'[{"_id": {"$oid": "x"}}]', b"\x00", b"\xff\xfe", b": ", b"a" * 70_000,
    b"X-RateLimit-Reset: 99999999999999", b"X-RateLimit-Remaining: 0", b"Connection: close", b"\x1f\x8b\x08\x00",
]  # fmt: skip

ACTIONS: list[Callable[[Planhat], Any]] = [
    lambda planhat: planhat.get_object_by_id(Company, an_id(1)),
    lambda planhat: planhat.get_objects(Company, company_ids=an_id(1)),
    lambda planhat: planhat.create_object(Company(name="Fresh")),
    lambda planhat: planhat.update_object(Company(id=an_id(1), phase="done")),
    lambda planhat: planhat.update_objects([Company(name="Fresh", external_id="F-1")]),
]


def answer(chance: random.Random) -> bytes:
    """Returns what looks like HTTP, more or less."""
    top = b"HTTP/1.1 %s OK\r\n" % chance.choice(STATUSES) if chance.random() < 0.7 else b""
    lines = (chance.choice(PARTS) + chance.choice([b"", b"\r\n", b"\r\n\r\n"]) for _ in range(chance.randint(0, 9)))
    return top + b"".join(lines) + chance.choice([b"\r\n\r\n", b""]) + chance.choice(PARTS)


@pytest.mark.parametrize("action", range(len(ACTIONS)), ids=["read", "list", "create", "update", "upsert"])
def test_no_answer_leads_to_a_raw_error(server: FaultServer, connect: Connect, action: int) -> None:
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    quick = {"retries": 1, "timeout": 1.0, "read_timeout": 0.1, "settle": 0.001, "longest_retry_after": 0.01}
    planhat = connect(server.url, **quick)
    for _ in range(ANSWERS):
        server.script(raw(answer(chance), "close"))
        with suppress(errors.PlanhatError):
            ACTIONS[action](planhat)
