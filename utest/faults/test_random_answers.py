"""Whatever is answered ends in a value or in an error of ours: random HTTP, from a seed that is printed.

The first test sends bytes that look like HTTP, the second one answers that are whole but for a few faults.
"""

from __future__ import annotations

import gzip
import json
import random
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import errors
from RPA.Planhat.types import Company
from utest.stub import TENANT, an_id
from utest.timing import timed
from utest.transport.fault_server import head, raw, reply

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from RPA.Planhat import Planhat
    from utest.faults.world import Connect
    from utest.transport.fault_server import FaultServer, Seen

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


RECORD = {"_id": an_id(1), "name": "Fresh", "externalId": "F-1"}
ENVELOPE = {"created": 1, "createdErrors": [], "insertsKeys": [{"_id": an_id(1), "externalId": "F-1"}]}
METRIC = {"dimension_id": "logins", "value": 5, "external_id": "F-1"}
NO_CHECKS: dict[str, Any] = {"check_custom_fields": False}

CALLS: dict[str, tuple[str, Any, Callable[[Planhat], Any]]] = {
    "read": ("GET", RECORD, lambda planhat: planhat.get_object_by_id(Company, an_id(1)).name == "Fresh"),
    "list": ("GET", [RECORD], lambda planhat: [each.id for each in planhat.get_objects(Company)] == [an_id(1)]),
    "create": (
        "POST", RECORD,
        lambda planhat: planhat.create_object(Company(name="Fresh"), **NO_CHECKS).id == an_id(1),
    ),
    "update": ("PUT", RECORD, lambda planhat: planhat.update_object(Company(id=an_id(1), name="Fresh")).id == an_id(1)),
    "upsert": ("PUT", ENVELOPE, lambda planhat: planhat.update_objects([Company(name="Fresh")]).counts["created"] == 1),
    "keyed upsert": (
        "PUT", ENVELOPE,
        lambda planhat: planhat.update_objects([Company(name="Fresh", external_id="F-1")]).counts["failed"] == 0,
    ),
    "push": ("POST", {"processed": True}, lambda planhat: planhat.push_metrics([METRIC]).counts["received"] == 1),
    "track": ("POST", {}, lambda planhat: planhat.keywords["track_activity"]("Opened", external_id="F-1") is None),
}  # fmt: skip
"""By its name: the verb, the right answer, and the call, which tells whether the right value was made of it."""

WAITS = [
    "0", "1", "-5", "1e9", "9" * 400, "0.001", "soon", "", "inf", "nan", "Mon, 01 Jan 2001 00:00:00 GMT",
    "Mon, 01 Jan 2101 00:00:00 GMT", "Mon, 32 Jan 2001 99:00:00 XYZ", "\xe9",
]  # fmt: skip
PAGE = b"<!DOCTYPE html><html><body>Please log in</body></html>"
BOMB = b'{"_id": "%s"}' % (b" " * (8 << 20))
ONCE = ("create", "upsert", "track", "push")


FAULTS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "page": lambda _, __: PAGE,
    "error": lambda _, __: b'{"error": "no", "message": ["wrong", {"errors": [1]}]}',
    "doubled": lambda body, _: body.replace(b'"name": "Fresh"', b'"name": "Stale", "name": "Fresh"'),
    "deep": lambda _, __: b'{"a":' * 50_000,
    "empty": lambda _, __: b"",
    "number": lambda body, chance: body.replace(
        b'"Fresh"', chance.choice([b"NaN", b"1e999", b"-Infinity", b"1" * 500])
    ),
    "bomb": lambda _, __: BOMB,
    "cut": lambda body, chance: body[: chance.randint(0, len(body))],
    "more": lambda body, chance: body + chance.choice([b"{}", b"\x00", b"\n\n", b" "]),
    "list": lambda body, chance: chance.choice([b"[]", b"[%s, 5]" % body, b"[null]", b"[[%s]]" % body]),
}
STATES = [200, 200, 200, 200, 201, 204, 206, 302, 303, 307, 400, 401, 404, 409, 429, 500, 502, 503, 504]
INTERIM = b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"


@dataclass
class Faulty:
    """An answer with some faults; lists have nothing behind their first page.

    Attributes:
        content: What goes over the wire.
        then: What becomes of the connection.
        refuses: Whether it refuses the request for certain.
        is_right: Whether the right value is in it.
    """

    content: bytes
    then: str
    refuses: bool
    is_right: bool

    @classmethod
    def of(cls, chance: random.Random, right: Any) -> Faulty:
        body, status = json.dumps(right).encode(), chance.choice(STATES)
        headers = {"Content_Type": chance.choice(["application/json", "application/json", "text/plain", "x"])}
        for name in chance.sample(sorted(FAULTS), chance.choice([0, 1, 1, 2])):
            body = FAULTS[name](body, chance)
            headers["Content_Type"] = "text/html; charset=utf-8" if name == "page" else headers["Content_Type"]
        if chance.random() < 0.5:
            headers["Retry_After"] = chance.choice(WAITS)
        refuses = status in (307, 400, 401, 404, 409, 429) or (status == 503 and "Retry_After" in headers)
        is_right = status < 300 and body.strip() == json.dumps(right).encode()
        content = chance.choice([b"", b"", INTERIM]) + framed(chance, status, body, headers)
        return cls(content, chance.choice(["keep", "keep", "close", "reset"]), refuses, is_right)

    def __call__(self, server: FaultServer, sock: socket.socket, seen: Seen) -> bool:
        if "offset=" in seen.target and "offset=0" not in seen.target:
            return reply(200, b"[]")(server, sock, seen)
        keep = raw(self.content, self.then)(server, sock, seen)
        return keep or self.then == "keep"


def framed(chance: random.Random, status: int, body: bytes, headers: dict[str, str]) -> bytes:
    """Returns a body as it is framed on the wire, mostly right."""
    if chance.random() < 0.3:
        body, headers["Content_Encoding"] = gzip.compress(body), chance.choice(["gzip", "gzip", "x-gzip", "br"])
    if chance.random() < 0.3:
        cuts = sorted(chance.randint(0, len(body)) for _ in range(2))
        parts = [part for part in (body[: cuts[0]], body[cuts[0] : cuts[1]], body[cuts[1] :]) if part]
        end = chance.choice([b"0\r\n\r\n", b"0\r\nX-Sum: 5\r\n\r\n", b"0\r\nX-Sum\r\n\r\n", b"", b"-1\r\n\r\n"])
        chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
        return head(status, Transfer_Encoding="chunked", **headers) + chunks + end
    wrong = chance.choice([0, 0, 0, -1, 1, 1000])
    return head(status, Content_Length=str(max(0, len(body) + wrong)), **headers) + body


@pytest.mark.parametrize("name", CALLS)
def test_answers_with_faults_end_in_the_right_value_or_in_an_error(
    server: FaultServer, connect: Connect, name: str
) -> None:
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance, (verb, right, call) = random.Random(seed), CALLS[name]
    quick = {"retries": 1, "timeout": 2.0, "read_timeout": 0.1, "settle": 0.001, "longest_retry_after": 0.01}
    planhat = connect(server.url, tenant_uuid=TENANT, analytics_url=server.url, largest_answer=1 << 20, **quick)
    for _ in range(ANSWERS // 3):
        answer = Faulty.of(chance, right)
        server.seen.clear()
        server.script(answer)
        with timed() as took, suppress(errors.PlanhatError):
            assert call(planhat) or not answer.is_right, answer
        assert took.own < 8
        sent = [seen for seen in server.seen if seen.method == verb]
        assert answer.refuses or name not in ONCE or len(sent) <= 1, answer
