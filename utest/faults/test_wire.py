"""What servers and proxies send by mistake ends in the right value, or in an error that says what is stored.

Answers that end in nothing but a time limit are in test_sockets.py.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import errors
from RPA.Planhat.types import Company
from utest.faults.world import library
from utest.stub import an_id
from utest.transport.fault_server import FaultServer, head, raw, reply

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from RPA.Planhat import Planhat
    from utest.transport.fault_server import Answer, Seen

RECORD = json.dumps({"_id": an_id(1), "name": "Fresh", "externalId": "F-1"}).encode()
OTHER = json.dumps({"_id": an_id(2), "name": "Other"}).encode()
LIST = b"[%s]" % RECORD
ENVELOPE = json.dumps(
    {"created": 1, "createdErrors": [], "insertsKeys": [{"_id": an_id(1), "externalId": "F-1"}]}
).encode()
DELETED = b'{"n": 1, "ok": 1, "deletedCount": 1}'
NO_CACHE: dict[str, Any] = {"check_custom_fields": False}

CALLS: dict[str, tuple[str, bytes, Callable[[Planhat], Any], Callable[[Any], bool]]] = {
    "read": (
        "GET", RECORD, lambda planhat: planhat.get_object_by_id(Company, an_id(1)),
        lambda found: found["name"] == "Fresh",
    ),
    "list": (
        "GET", LIST, lambda planhat: planhat.get_objects(Company),
        lambda found: [each.id for each in found] == [an_id(1)],
    ),
    "create": (
        "POST", RECORD, lambda planhat: planhat.create_object(Company(name="Fresh"), **NO_CACHE),
        lambda made: made.id == an_id(1),
    ),
    "create with a key": (
        "POST", RECORD, lambda planhat: planhat.create_object(Company(name="Fresh", external_id="F-1"), **NO_CACHE),
        lambda made: made.id == an_id(1),
    ),
    "update": (
        "PUT", RECORD, lambda planhat: planhat.update_object(Company(id=an_id(1), name="Fresh")),
        lambda made: made.id == an_id(1),
    ),
    "delete": (
        "DELETE", DELETED, lambda planhat: planhat.delete_planhat_object(Company(id=an_id(1))), lambda _: True
    ),
    "bulk": (
        "PUT", ENVELOPE, lambda planhat: planhat.update_objects([Company(name="Fresh")]),
        lambda report: report.counts["created"] == 1,
    ),
    "bulk with keys": (
        "PUT", ENVELOPE, lambda planhat: planhat.update_objects([Company(name="Fresh", external_id="F-1")]),
        lambda report: report.counts["created"] + report.counts["unchanged"] == 1,
    ),
}  # fmt: skip
"""By its name: the verb, a right answer, the call and what it returns then."""

ODD_BODIES = [
    b"null", b"5", b'"x"', b"true", b"{}", b"[null]", b"[5]", b"[[]]", b'{"_id": null}', b'{"_id": 5}',
    b'{"_id": {"$oid": "x"}}', b'{"_id": []}', b'{"error": "no"}', b'{"message": "no"}', b'[{"_id": "x"}, 5]',
    b'{"created": "many"}', b'{"n": 1}', b"cb({})", b")]}'\n{}", b"{}{}", b'{"a": 1', b"\xff\xfe", b"<html></html>",
]  # fmt: skip
ODD_WAITS = [
    "1", "0", "-5", "1.5", "1e9", "soon", "Mon, 01 Jan 2001 00:00:00 GMT", "Mon, 01 Jan 99999 00:00:00 GMT", "9" * 400,
    "", "inf", "nan", "0x10", "1,2",
]  # fmt: skip


def whole(body: bytes, **headers: str) -> Answer:
    return raw(head(200, Content_Length=str(len(body)), **headers) + body)


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n", extension: bytes = b"") -> Answer:
    parts = b"".join(b"%x%s\r\n%s\r\n" % (len(chunk), extension, chunk) for chunk in chunks)
    return raw(head(200, Transfer_Encoding="chunked") + parts + end)


def right(body: bytes) -> Iterator[tuple[str, Answer]]:
    """Yields answers that are odd and right."""
    plain, packed = head(200, Content_Length=str(len(body))) + body, gzip.compress(body)
    yield "100", raw(b"HTTP/1.1 100 Continue\r\n\r\n" + plain)
    yield "103", raw(b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n" + plain)
    yield "many 102", raw(b"HTTP/1.1 102 Processing\r\n\r\n" * 50 + plain)
    yield "trailers", chunked(body, end=b"0\r\nX-Sum: 5\r\nX-More: 6\r\n\r\n")
    yield "extension", chunked(body, extension=b";a=b")
    yield "chunks of a byte", chunked(*(body[place : place + 1] for place in range(len(body))))
    yield "gzip", whole(packed, Content_Encoding="gzip")
    yield "gzip twice over", whole(gzip.compress(body[:9]) + gzip.compress(body[9:]), Content_Encoding="gzip")
    yield "two answers", raw(plain + head(200, Content_Length=str(len(OTHER))) + OTHER, "hang")
    yield "more behind", raw(plain + b"junk", "hang")
    yield "until it closes", raw(b"HTTP/1.1 200 OK\r\n\r\n" + body)
    yield "padded", whole(b"\r\n  " + body + b"\n\n")
    yield "a folded header", raw(b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


def odd(body: bytes) -> Iterator[tuple[str, Answer]]:
    """Yields answers that may be read or refused."""
    size, packed = len(body), gzip.compress(body)
    yield "101", raw(b"HTTP/1.1 101 Switching\r\n\r\n" + body)
    yield "no last chunk", chunked(body, end=b"")
    yield "a chunk of less than nothing", raw(head(200, Transfer_Encoding="chunked") + b"-5\r\n" + body)
    yield "a chunk beyond all", raw(head(200, Transfer_Encoding="chunked") + b"ffffffffffffffff\r\n" + body)
    for length in (size - 3, size + 30, -1, "abc", f"{size}, 3"):
        yield f"length {length}", raw(head(200, Content_Length=str(length)) + body)
    yield "two lengths", raw(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: %d\r\n\r\n" % size + body)
    yield "cut", raw(head(200, Content_Length=str(size)) + body[:9])
    yield "reset", raw(head(200, Content_Length=str(size)) + body[:9], "reset")
    yield "cut where it closes", raw(b"HTTP/1.1 200 OK\r\n\r\n" + body[:-4])
    for what, content in (
        ("cut", packed[:-9]),
        ("not", body),
        ("junk", packed + b"junk"),
        ("zlib", zlib.compress(body)),
    ):
        yield f"gzip {what}", whole(content, Content_Encoding="gzip")
    yield "gzip unsaid", whole(packed)
    yield "br", whole(body, Content_Encoding="br")
    yield "a log-in page", whole(b"<html>Please log in</html>", Content_Type="text/html")
    for status in (
        204,
        205,
        206,
        202,
        301,
        302,
        303,
        307,
        308,
        304,
        400,
        401,
        404,
        409,
        413,
        431,
        500,
        503,
        599,
        600,
        999,
    ):
        yield str(status), reply(status, b"<html>", Location="https://other.example/x")
        yield f"{status} nothing", reply(status, b"")
        yield f"{status} deep", reply(status, b"[" * 100_000)
    for wait in ODD_WAITS:
        yield f"429 {wait:.20}", reply(429, b"{}", Retry_After=wait)
    for first in (
        b"{}",
        b"SSH-2.0-OpenSSH_9.0\r\n",
        b"\x15\x03\x01\x00\x02\x02\x28",
        b"HTTP/1.1 20",
        b"",
        b"HTTP/1.1 0 \r\n\r\n",
    ):
        yield f"begins {first!r}", raw(first)
    yield "a long header", whole(body, X="a" * 100_000)
    yield "many headers", whole(body, **{f"X_{number}": "a" for number in range(300)})
    yield "not a header", raw(b"HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: %d\r\n\r\n" % size + body)
    yield "UTF-16", whole(body.decode().encode("utf-16"), Content_Type="application/json; charset=utf-16")
    yield "a mark", whole(b"\xef\xbb\xbf" + body)
    for value in (b"NaN", b"-Infinity", b"[" * 100_000, b"\x01", b"Fr\xe9sh"):
        yield (
            f"with {value[:9]!r}",
            whole(body.replace(b'"Fresh"', value).replace(b'"externalId"', value + b'"externalId"')),
        )
    for content in ODD_BODIES:
        yield f"body {content!r}", whole(content)


class Once:
    """Gives an answer to the first call of a verb, right ones to later ones; look-ups by a key find nothing."""

    def __init__(self, name: str, answer: Answer) -> None:
        self.verb, self.good = CALLS[name][:2]
        self.answer: Answer | None = answer
        self.is_list = name == "list"

    def __call__(self, server: FaultServer, sock: socket.socket, seen: Seen) -> bool:
        if seen.method == self.verb and "customfields" not in seen.target and self.answer is not None:
            answer, self.answer = self.answer, None
        elif "extid" in seen.target:
            answer = reply(404, b"{}")
        elif seen.method == "GET" and an_id(1) in seen.target:
            answer = reply(200, RECORD)
        elif seen.method == self.verb and not (self.is_list and "offset=0" not in seen.target):
            answer = reply(200, self.good)
        else:
            answer = reply(200, b"[]")
        return answer(server, sock, seen)


def ending(name: str, answer: Answer) -> tuple[Any, list[Seen]]:
    """Returns what a call returned or raised, and what the server saw of its verb."""
    server = FaultServer()
    server.script(Once(name, answer))
    planhat = library(server.url, retries=1, read_timeout=2.0, longest_retry_after=0.01, longest_wait=0.01)
    verb, _, call, _ = CALLS[name]
    try:
        return call(planhat), [seen for seen in server.seen if seen.method == verb]
    except Exception as problem:  # noqa: BLE001 - which one it is, is the question
        return problem, [seen for seen in server.seen if seen.method == verb]
    finally:
        planhat.close()
        server.stop()


@pytest.mark.parametrize("name", CALLS)
def test_each_answer_ends_in_the_right_value_or_in_an_error_of_ours(name: str) -> None:
    body, is_right = CALLS[name][1], CALLS[name][3]
    cases = [*right(body), *odd(body)]
    count = len(list(right(body)))
    with ThreadPoolExecutor(8) as pool:
        ends = list(pool.map(lambda case: ending(name, case[1]), cases))
    kinds: Counter[str] = Counter()
    for place, ((what, _), (end, seen)) in enumerate(zip(cases, ends, strict=True)):
        kinds[type(end).__name__] += 1
        if isinstance(end, Exception):
            assert isinstance(end, errors.PlanhatError), (what, end)
            assert place >= count, (what, end)
        else:
            assert is_right(end), (what, end)
        if name in ("create", "bulk") and not what.startswith("429"):
            assert len(seen) == 1, what
        if name in ("create", "update") and isinstance(end, errors.PlanhatUnexpectedContentError):
            assert "stored" in str(end) or "ignored" in str(end), (what, end)
    print(kinds)
