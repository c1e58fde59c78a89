"""Rows 10, 11, 12 and 14: bodies that are broken, too large, or slow."""

# ruff: noqa: PLR0917  (pytest passes fixtures by name)

from __future__ import annotations

import gzip
import random
import zlib
from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import errors
from utest.memory import traced
from utest.timing import timed
from utest.transport.fault_server import drip, head, never_reading, raw, reply, slow_reader

if TYPE_CHECKING:
    from utest.transport.fault_server import Answer, FaultServer, NewTransport, Send

KINDS = ["R", "U", "C"]
TEXT = b'{"names": "' + random.Random(1).randbytes(5000).hex().encode() + b'"}'
PACKED = gzip.compress(TEXT)
MEGABYTE = 1 << 20


def packed(data: bytes) -> bytes:
    return head(Content_Length=str(len(data)), Content_Encoding="gzip") + data


BROKEN = [
    pytest.param(raw(head(Content_Length="100") + b'{"a":', "reset"), "connection reset", id="row10-rst"),
    pytest.param(raw(head(Content_Length="100") + b'{"a":'), "cut short", id="row10-short"),
    pytest.param(raw(head(Transfer_Encoding="chunked") + b'5\r\n{"a":\r\n'), "cut short", id="row10-chunked"),
    pytest.param(raw(head(Content_Length="100") + b"{", "hang"), "silence for 0.3 s", id="row10-silence"),
    pytest.param(raw(packed(PACKED[:-400]), "hang"), "gzip data without its end", id="row11-truncated"),
    pytest.param(raw(packed(PACKED[:-8]), "hang"), "gzip data without its end", id="row11-no-trailer"),
    pytest.param(raw(packed(PACKED[:-8] + b"\0" * 8), "hang"), "damaged gzip data", id="row11-wrong-crc"),
    pytest.param(raw(packed(b"no gzip"), "hang"), "damaged gzip data", id="row11-not-gzip"),
]


@pytest.mark.parametrize(("answer", "_words"), BROKEN)
@pytest.mark.parametrize("kind", ["R", "U"])
def test_broken_body_is_fetched_again(
    server: FaultServer, new_transport: NewTransport, send: Send, kind: str, answer: Answer, _words: str
) -> None:
    server.script(answer, reply())
    assert send(new_transport(), kind, server.url).json() == {"ok": True}
    assert len(server.seen) == 2


@pytest.mark.parametrize(("answer", "words"), BROKEN)
def test_broken_body_of_a_create(
    server: FaultServer, new_transport: NewTransport, send: Send, answer: Answer, words: str
) -> None:
    server.script(answer, reply())
    with pytest.raises(errors.PlanhatOutcomeUnknownError) as caught:
        send(new_transport(), "C", server.url)
    assert caught.value.reason == f"the success status 200 arrived, but the body was lost ({words})"
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("kind", "answer", "error"),
    [
        ("R", raw(packed(PACKED[:-400])), errors.PlanhatUnexpectedContentError),
        ("R", raw(head(Content_Length="9")), errors.PlanhatConnectionError),
        ("U", raw(packed(PACKED[:-400])), errors.PlanhatOutcomeUnknownError),
    ],
    ids=["row11-R", "row10-R", "row11-U"],
)
def test_broken_body_for_ever(
    server: FaultServer, new_transport: NewTransport, send: Send, kind: str, answer: Answer, error: type[Exception]
) -> None:
    server.script(answer)
    with pytest.raises(error, match="2 attempts"):
        send(new_transport(retries=1), kind, server.url)
    assert len(server.seen) == 2


def test_row10_broken_body_of_a_refusal_keeps_the_status(
    server: FaultServer, new_transport: NewTransport, send: Send
) -> None:
    server.script(raw(head(404, Content_Length="100") + b"no such company"))
    with pytest.raises(errors.PlanhatNotFoundError) as caught:
        send(new_transport(), "C", server.url)
    assert caught.value.details == "no such company"


@pytest.mark.parametrize(
    "answer",
    [
        raw(packed(PACKED)),
        raw(packed(gzip.compress(TEXT[:5000]) + gzip.compress(TEXT[5000:]))),
        raw(
            head(Transfer_Encoding="chunked", Content_Encoding="GZIP")
            + b"%x\r\n%b\r\n0\r\n\r\n" % (len(PACKED), PACKED)
        ),
        reply(body=TEXT),
        raw(head() + TEXT),
        raw(head(Transfer_Encoding="chunked") + b"%x\r\n%b\r\n0\r\n\r\n" % (len(TEXT), TEXT)),
    ],
    ids=["gzip", "two-members", "gzip-chunked", "length", "until-close", "chunked"],
)
def test_row11_whole_bodies(server: FaultServer, new_transport: NewTransport, send: Send, answer: Answer) -> None:
    server.script(answer)
    response = send(new_transport(), "R", server.url)
    assert response.content == TEXT
    assert response.json()["names"]
    assert b"".join(response.iter_content(100)) == TEXT
    assert len(server.seen) == 1


@pytest.mark.parametrize("length", [MEGABYTE, MEGABYTE + 1, 3 * MEGABYTE - 1])
def test_row11_output_left_in_the_inflater_is_not_lost(
    server: FaultServer, new_transport: NewTransport, send: Send, length: int
) -> None:
    server.script(raw(packed(gzip.compress(b"a" * length))))
    assert send(new_transport(), "R", server.url).content == b"a" * length


@pytest.mark.parametrize("status", [200, 204])
def test_row11_empty_body_said_to_be_gzip(
    server: FaultServer, new_transport: NewTransport, send: Send, status: int
) -> None:
    server.script(raw(head(status, Content_Length="0", Content_Encoding="gzip")))
    assert send(new_transport(), "C", server.url).content == b""


def test_row11_other_encodings_are_not_asked_for(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    send(new_transport(), "R", server.url)
    assert server.seen[0].headers["accept-encoding"] == "gzip"
    server.script(reply(body=zlib.compress(b"{}"), Content_Encoding="deflate"))
    with pytest.raises(errors.PlanhatUnexpectedContentError):
        send(new_transport(retries=0), "R", server.url)


@pytest.mark.parametrize("kind", KINDS)
def test_row11_bomb(server: FaultServer, new_transport: NewTransport, send: Send, kind: str) -> None:
    limit = 5 * MEGABYTE
    server.script(raw(packed(gzip.compress(bytes(200 * MEGABYTE), 9))))
    transport = new_transport(largest_answer=limit)
    with traced() as peak, pytest.raises(errors.PlanhatResponseTooLargeError) as caught:
        send(transport, kind, server.url)
    assert peak.size < limit + 20 * MEGABYTE
    assert len(server.seen) == 1
    assert ("the write was done" in str(caught.value)) == (kind != "R")


def test_row11_limit_is_exact(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    server.script(reply(body=b"x" * 1000))
    assert len(send(new_transport(largest_answer=1000), "R", server.url).content) == 1000
    with pytest.raises(errors.PlanhatResponseTooLargeError):
        send(new_transport(largest_answer=999), "R", server.url)


@pytest.mark.parametrize("first", [reply(body=b"x" * 600_000), raw(packed(b"no gzip" * 200_000), "hang")])
def test_row11_half_read_connection_is_not_used_again(
    server: FaultServer, new_transport: NewTransport, send: Send, first: Answer
) -> None:
    server.script(first, reply())
    transport = new_transport(largest_answer=1000, retries=0)
    with pytest.raises(errors.PlanhatUnexpectedContentError):
        send(transport, "R", server.url)
    assert send(transport, "C", server.url).json() == {"ok": True}
    assert [seen.connection for seen in server.seen] == [1, 2]


DRIPS = [
    pytest.param(drip(head(Content_Length="1000"), b"x"), id="body"),
    pytest.param(drip(head(Transfer_Encoding="chunked"), b"0"), id="chunk-size"),
    pytest.param(drip(head(Transfer_Encoding="chunked"), b"1\r\nx\r\n"), id="chunks"),
    pytest.param(drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"), id="header"),
    pytest.param(drip(b"HTTP/1.1 200 ", b"x"), id="status-line"),
    pytest.param(raw(head(Content_Length="1000"), "hang"), id="silence-after-headers"),
    pytest.param(raw(b"", "hang"), id="silence"),
]


@pytest.mark.parametrize("answer", DRIPS)
@pytest.mark.parametrize("kind", KINDS)
def test_row12_total_time_holds(
    server: FaultServer, new_transport: NewTransport, send: Send, kind: str, answer: Answer
) -> None:
    server.script(answer)
    with timed() as took, pytest.raises(errors.PlanhatError) as caught:
        send(new_transport(timeout=0.3, read_timeout=10), kind, server.url)
    assert took.passed >= 0.25
    assert took.own <= 1.3
    expected = errors.PlanhatTimeoutError if kind == "R" else errors.PlanhatOutcomeUnknownError
    assert type(caught.value) is expected
    assert "total time" in str(caught.value)
    assert len(server.seen) == 1


def test_row12_total_time_holds_while_sending(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    server.script(never_reading())
    with timed() as took, pytest.raises(errors.PlanhatOutcomeUnknownError):
        send(new_transport(timeout=0.5, connect_timeout=10, read_timeout=10), "C", server.url, body=b"x" * 30_000_000)
    assert took.own <= 1.5


def test_row12_sending_has_the_patience_of_reading(
    server: FaultServer, new_transport: NewTransport, send: Send
) -> None:
    server.script(slow_reader(0.4))
    transport = new_transport(connect_timeout=0.15, read_timeout=2)
    assert send(transport, "C", server.url, body=b"x" * 30_000_000).json() == {}


def test_row12_read_timeout_of_one_call(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    server.script(reply(after=0.5))
    transport = new_transport(retries=0, read_timeout=0.1)
    assert send(transport, "R", server.url, read_timeout=2).status_code == 200
    with pytest.raises(errors.PlanhatTimeoutError, match=r"silence for 0\.1 s"):
        send(transport, "R", server.url)


@pytest.mark.parametrize("kind", KINDS)
def test_row14_content_is_the_callers_business(
    server: FaultServer, new_transport: NewTransport, send: Send, kind: str
) -> None:
    server.script(reply(body=b"<html>login</html>", Content_Type="text/html"))
    assert send(new_transport(), kind, server.url).content == b"<html>login</html>"
    assert len(server.seen) == 1
