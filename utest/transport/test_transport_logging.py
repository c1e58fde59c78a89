"""What the log shows of bodies, at which level, and that no secret is among it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from RPA.Planhat.transport.calls import AT_DEBUG, AT_TRACE, TRACE
from utest.transport.fault_server import TOKEN, FaultServer, reply

if TYPE_CHECKING:
    from utest.transport.fault_server import NewTransport, Send


def own_lines(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str]]:
    return [(each.levelno, each.getMessage()) for each in caplog.records if each.name == "RPA.Planhat"]


def test_debug_shows_one_line_and_the_beginning_of_the_answer(
    server: FaultServer, new_transport: NewTransport, send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "RPA.Planhat")
    server.script(reply(body=b"x" * 5000))
    send(new_transport(), "C", server.url, body=b'{"name": "private"}')
    [(level, text)] = own_lines(caplog)
    line, shown = text.split("\n")
    assert level == logging.DEBUG
    assert line.startswith("POST /companies: status 200, ")
    assert line.endswith(" ms, 5000 bytes")
    assert shown == "x" * AT_DEBUG + " … and 3,000 more characters"
    assert "private" not in text


def test_trace_shows_both_bodies_cut_later(
    server: FaultServer, new_transport: NewTransport, send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(TRACE, "RPA.Planhat")
    server.script(reply(body=b"x" * (AT_TRACE + 1)))
    send(new_transport(), "C", server.url, body=b'{"name": "Acme"}')
    [(_, line), (level, text)] = own_lines(caplog)
    what, sent, answered = text.split("\n")
    assert "\n" not in line
    assert level == TRACE
    assert (what, sent) == ("POST /companies", 'sent: {"name": "Acme"}')
    assert answered == "answered: " + "x" * AT_TRACE + " … and 1 more characters"


@pytest.mark.parametrize("cut", [(logging.DEBUG, AT_DEBUG), (TRACE, AT_TRACE)])
def test_a_secret_that_an_answer_repeats_is_hidden_even_where_it_is_cut(
    server: FaultServer,
    new_transport: NewTransport,
    send: Send,
    caplog: pytest.LogCaptureFixture,
    cut: tuple[int, int],
) -> None:
    level, limit = cut
    caplog.set_level(level, "RPA.Planhat")
    half = len(TOKEN) // 2
    server.script(reply(body=b"x" * (limit - half) + TOKEN.encode() + b"y" * 100))
    send(new_transport(), "C", server.url, body=f'{{"note": "{TOKEN}"}}'.encode())
    text = "\n".join(line for _, line in own_lines(caplog))
    assert TOKEN[:half] not in text
    assert "status 200" in text


def test_nothing_is_made_for_the_log_above_debug(
    server: FaultServer, new_transport: NewTransport, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(*_: object) -> str:
        raise AssertionError("A body was prepared for a log that nobody reads.")

    monkeypatch.setattr("RPA.Planhat.transport.calls._shown", made)
    logging.getLogger("RPA.Planhat").setLevel(logging.INFO)
    try:
        server.script(reply(body=b"{}"))
        assert send(new_transport(), "R", server.url).status_code == 200
    finally:
        logging.getLogger("RPA.Planhat").setLevel(logging.NOTSET)
