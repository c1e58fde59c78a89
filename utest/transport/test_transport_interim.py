"""Row 40: 1xx answers are read past, and what is left on a connection is never the answer to the next request."""

# ruff: noqa: PLR0917  (pytest passes fixtures by name)

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import errors
from utest.timing import timed
from utest.transport.fault_server import head, raw, reply

if TYPE_CHECKING:
    import socket

    from utest.transport.fault_server import Answer, FaultServer, NewTransport, Seen, Send

KINDS = ["R", "U", "C"]
FINAL = head(Content_Length="12", Content_Type="application/json") + b'{"ok": true}'


def after(*interim: int, pause: float = 0.0) -> Answer:
    """Interim answers, a pause, and the body of the request in the real one."""

    def answer(server: FaultServer, sock: socket.socket, seen: Seen) -> bool:
        for status in interim:
            sock.sendall(head(status, Link="</style.css>; rel=preload"))
        server.stopping.wait(pause)
        number = seen.headers.get("x-number", "").encode()
        sock.sendall(head(Content_Length=str(len(number))) + number)
        return True

    return answer


@pytest.mark.parametrize("interim", [(100,), (102,), (103,), (199,), (100, 102, 103), (103,) * 50], ids=str)
@pytest.mark.parametrize("pause", [0, 0.1])
@pytest.mark.parametrize("kind", KINDS)
def test_row40_interim_answers_are_read_past(
    server: FaultServer, new_transport: NewTransport, send: Send, kind: str, interim: tuple[int, ...], pause: float
) -> None:
    server.script(after(*interim, pause=pause))
    transport = new_transport()
    for _ in range(3):
        response = send(transport, kind, server.url)
        assert (response.status_code, response.content) == (200, b"")
    assert [seen.method for seen in server.seen] == [{"R": "GET", "U": "PUT", "C": "POST"}[kind]] * 3
    # A connection that was answered in two parts is not used again.
    assert server.connections == 3


@pytest.mark.parametrize("kind", ["R", "U"])
def test_row40_interim_answers_for_ever_end_with_the_time_of_the_call(
    server: FaultServer, new_transport: NewTransport, send: Send, kind: str
) -> None:
    def interim(server: FaultServer, sock: socket.socket, _seen: Seen) -> bool:
        while not server.stopping.wait(0.05):
            sock.sendall(head(102))
        return False

    server.script(interim)
    error = errors.PlanhatTimeoutError if kind == "R" else errors.PlanhatOutcomeUnknownError
    with timed() as took, pytest.raises(error):
        send(new_transport(timeout=0.6), kind, server.url)
    assert took.own < 1.6


def test_row40_real_answer_that_comes_too_late_belongs_to_no_other_call(
    server: FaultServer, new_transport: NewTransport, send: Send
) -> None:
    server.script(after(102, pause=0.5), reply(body=b'{"second": 1}'))
    transport = new_transport(retries=0, read_timeout=0.2)
    with pytest.raises(errors.PlanhatTimeoutError):
        send(transport, "R", server.url)
    time.sleep(0.4)
    assert send(transport, "R", server.url).json() == {"second": 1}


def test_row40_status_101_ends_a_create_with_an_unknown_outcome(
    server: FaultServer, new_transport: NewTransport, send: Send
) -> None:
    server.script(raw(head(101, Upgrade="websocket", Connection="Upgrade"), "hang"))
    with pytest.raises(errors.PlanhatOutcomeUnknownError, match="status 101"):
        send(new_transport(), "C", server.url)
    with pytest.raises(errors.PlanhatUnexpectedContentError, match="answered 101"):
        send(new_transport(), "R", server.url)


@pytest.mark.parametrize("rest", [FINAL, FINAL[:10]], ids=["a whole answer", "a part of one"])
def test_row40_connection_with_something_left_on_it_is_not_used_again(
    server: FaultServer, new_transport: NewTransport, send: Send, rest: bytes
) -> None:
    def twice(server: FaultServer, sock: socket.socket, _seen: Seen) -> bool:
        sock.sendall(head(Content_Length="13") + b'{"first": 12}' + rest)
        server.stopping.wait(0.2)
        sock.sendall(FINAL[len(rest) :])
        return True

    server.script(twice, reply(body=b'{"second": 1}'))
    transport = new_transport()
    assert send(transport, "R", server.url).json() == {"first": 12}
    assert send(transport, "R", server.url).json() == {"second": 1}
    assert server.connections == 2


@pytest.mark.parametrize("size", [b"-5", b"-1", b"+3", b"0x3", b"zz", b"", b"1" * 30])
@pytest.mark.parametrize("kind", KINDS)
def test_row10_chunks_of_impossible_size_are_a_lost_body(
    server: FaultServer, new_transport: NewTransport, send: Send, kind: str, size: bytes
) -> None:
    chunked = head(Transfer_Encoding="chunked") + size + b"\r\n[]\r\n0\r\n\r\n"
    server.script(raw(chunked, "close"))
    error = errors.PlanhatOutcomeUnknownError if kind == "C" else errors.PlanhatError
    with pytest.raises(error):
        send(new_transport(retries=1), kind, server.url)
