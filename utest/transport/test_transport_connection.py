"""Rows 7, 8 and 9: connections that are not made, or that break before an answer."""

# ruff: noqa: PLR0917  (pytest passes fixtures by name)

from __future__ import annotations

import logging
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import errors
from utest.timing import timed
from utest.transport.fault_server import raw, reply

if TYPE_CHECKING:
    from pathlib import Path

    from utest.transport.fault_server import Answer, FaultServer, NewContext, NewServer, NewTransport, Send

KINDS = ["R", "U", "C"]


@pytest.mark.parametrize("kind", KINDS)
def test_row07_refused_for_ever(new_server: NewServer, new_transport: NewTransport, send: Send, kind: str) -> None:
    server = new_server(listening=False)
    with pytest.raises(errors.PlanhatConnectionError) as caught:
        send(new_transport(retries=2), kind, server.url)
    assert "connection refused" in str(caught.value)
    assert "Planhat has processed nothing" in str(caught.value)
    assert "3 attempts" in str(caught.value)


@pytest.mark.usefixtures("longest_waits")
@pytest.mark.parametrize("kind", KINDS)
def test_row07_refused_and_then_there(
    new_server: NewServer, new_transport: NewTransport, send: Send, kind: str
) -> None:
    server = new_server(listening=False)
    threading.Timer(0.3, server.listen).start()
    transport = new_transport(backoff=0.2, longest_wait=0.4)
    assert send(transport, kind, server.url).status_code == 200
    assert len(server.seen) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_row07_unknown_host(
    new_transport: NewTransport, send: Send, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def lookup(*args: Any, **_options: Any) -> None:
        asked.append(args[0])
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(errors.PlanhatConnectionError, match="host name not found"):
        send(new_transport(retries=2), kind, "http://planhat.invalid")
    assert len(asked) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_row07_connect_timeout(new_transport: NewTransport, send: Send, kind: str) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(full.getsockname())
        with pytest.raises(errors.PlanhatConnectionError, match=r"no connection within 0\.2 s") as caught:
            send(new_transport(retries=1, connect_timeout=0.2), kind, f"http://127.0.0.1:{full.getsockname()[1]}")
        for sock in waiting:
            sock.close()
    assert "2 attempts" in str(caught.value)


@pytest.mark.parametrize("then", ["close", "reset"])
def test_row07_handshake_cut(
    new_server: NewServer,
    new_transport: NewTransport,
    send: Send,
    server_context: NewContext,
    certificates: Path,
    then: str,
) -> None:
    server = new_server(tls=server_context())
    server.cut_handshake = raw(b"", then)
    transport = new_transport(verify=str(certificates / "ca.pem"))
    assert send(transport, "C", server.url).status_code == 200
    assert len(server.seen) == 1


ENDS = [("close", "connection closed without an answer"), ("reset", "connection reset"), ("hang", "silence for 0.3 s")]


@pytest.mark.parametrize(("then", "_words"), ENDS)
@pytest.mark.parametrize("kind", ["R", "U"])
def test_row08_broken_before_an_answer(
    server: FaultServer, new_transport: NewTransport, send: Send, kind: str, then: str, _words: str
) -> None:
    server.script(raw(b"", then), reply())
    assert send(new_transport(), kind, server.url).status_code == 200
    assert len(server.seen) == 2
    assert server.seen[0].body == server.seen[1].body


@pytest.mark.parametrize(("then", "words"), ENDS)
def test_row08_create_is_unknown(
    server: FaultServer, new_transport: NewTransport, send: Send, then: str, words: str
) -> None:
    server.script(raw(b"", then), reply())
    with pytest.raises(errors.PlanhatOutcomeUnknownError) as caught:
        send(new_transport(), "C", server.url)
    assert caught.value.reason == words
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("kind", "then", "error"),
    [
        ("R", "reset", errors.PlanhatConnectionError),
        ("R", "hang", errors.PlanhatTimeoutError),
        ("U", "reset", errors.PlanhatOutcomeUnknownError),
        ("U", "hang", errors.PlanhatOutcomeUnknownError),
    ],
)
def test_row08_for_ever(
    server: FaultServer, new_transport: NewTransport, send: Send, kind: str, then: str, error: type[Exception]
) -> None:
    server.script(raw(b"", then))
    with pytest.raises(error) as caught:
        send(new_transport(retries=1, read_timeout=0.2), kind, server.url)
    assert type(caught.value) is error
    assert "2 attempts" in str(caught.value)
    assert len(server.seen) == 2
    if kind == "U":
        assert "is safe" in str(caught.value)


def test_row08_earlier_doubt_is_not_forgotten(new_server: NewServer, new_transport: NewTransport, send: Send) -> None:
    server = new_server()
    server.script(_then_stop(server))
    with pytest.raises(errors.PlanhatOutcomeUnknownError) as caught:
        send(new_transport(retries=1), "U", server.url)
    assert caught.value.attempts == 2
    assert "connection refused" in str(caught.value)


def _then_stop(server: FaultServer) -> Answer:
    def answer(*_: object) -> bool:
        server.stop()
        return False

    return answer


def test_row08_not_http(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    server.script(raw(b"SSH-2.0-OpenSSH\r\n\r\n"), reply())
    with pytest.raises(errors.PlanhatOutcomeUnknownError, match="not HTTP"):
        send(new_transport(), "C", server.url)


def test_row08_retry_is_logged_in_one_line(
    server: FaultServer, new_transport: NewTransport, send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "RPA.Planhat")
    server.script(raw(b"", "reset"), reply())
    send(new_transport(), "U", server.url, params={"email": "private@x.org"})
    own = [record for record in caplog.records if record.name == "RPA.Planhat"]
    assert [record.levelname for record in own] == ["DEBUG", "INFO", "DEBUG"]
    assert own[1].getMessage() == "PUT /companies: connection reset; attempt 2 of 5 in 0.0 s"
    assert own[2].getMessage().startswith("PUT /companies: status 200, ")
    assert " ms, 12 bytes\n" in own[2].getMessage()
    assert "private" not in "".join(record.getMessage() for record in own)


@pytest.mark.usefixtures("longest_waits")
@pytest.mark.parametrize("then", ["close", "reset"])
@pytest.mark.parametrize("kind", ["R", "U"])
def test_row09_stale_connection_is_replaced_at_once(
    server: FaultServer, new_transport: NewTransport, send: Send, kind: str, then: str
) -> None:
    server.script(reply(), raw(b"", then), reply())
    transport = new_transport(backoff=3, longest_wait=3)
    send(transport, "R", server.url)
    with timed() as took:
        assert send(transport, kind, server.url).status_code == 200
    assert took.own < 0.5
    assert [seen.connection for seen in server.seen] == [1, 1, 2]


@pytest.mark.usefixtures("longest_waits")
def test_row09_new_connection_that_breaks_is_not_replaced_at_once(
    server: FaultServer, new_transport: NewTransport, send: Send
) -> None:
    server.script(raw(b"", "reset"), reply())
    send(new_transport(backoff=0.3, longest_wait=0.3), "R", server.url)
    assert server.seen[1].at - server.seen[0].at >= 0.3


@pytest.mark.parametrize("then", ["close", "reset"])
def test_row09_create_on_a_stale_connection_is_unknown(
    server: FaultServer, new_transport: NewTransport, send: Send, then: str
) -> None:
    server.script(reply(), raw(b"", then), reply())
    transport = new_transport()
    send(transport, "R", server.url)
    with pytest.raises(errors.PlanhatOutcomeUnknownError):
        send(transport, "C", server.url)
    assert len(server.seen) == 2


def test_row09_connection_closed_while_idle_is_not_used(
    server: FaultServer, new_transport: NewTransport, send: Send
) -> None:
    server.script(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "close"), reply())
    transport = new_transport()
    send(transport, "R", server.url)
    time.sleep(0.1)
    assert send(transport, "C", server.url).status_code == 200


def test_connections_are_reused(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    transport = new_transport()
    for kind in "RUCRUC":
        send(transport, kind, server.url)
    assert {seen.connection for seen in server.seen} == {1}
