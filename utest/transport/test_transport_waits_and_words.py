"""What a user sees of a call that went wrong: how long it waited, in which words it failed, and no token in them."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import errors
from utest.transport.fault_server import TOKEN, reply

if TYPE_CHECKING:
    from utest.transport.fault_server import FaultServer, NewTransport, Send


@pytest.fixture
def shortest_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the lower end of every jitter."""
    monkeypatch.setattr("random.uniform", min)


@pytest.mark.usefixtures("shortest_waits")
@pytest.mark.parametrize("header", ["Retry_After", "X_RateLimit_Reset", "RateLimit_Reset"])
@pytest.mark.parametrize("kind", ["R", "U", "C"])
def test_row02_the_next_attempt_never_comes_sooner_than_asked(
    server: FaultServer, new_transport: NewTransport, send: Send, kind: str, header: str
) -> None:
    headers: dict[str, Any] = {header: "0.4"}
    server.script(reply(429, **headers), reply())
    send(new_transport(), kind, server.url)
    first, second = server.seen
    assert second.at - first.at >= 0.4


@pytest.mark.parametrize("number", [errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EMFILE])
def test_row08_a_trouble_of_the_system_is_told_in_its_words(
    new_transport: NewTransport, send: Send, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_arguments: Any, **_options: Any) -> None:
        raise OSError(number, "in some language")

    monkeypatch.setattr("urllib3.util.connection.create_connection", refuse)
    words = {
        errno.EHOSTUNREACH: "No route to host",
        errno.ENETUNREACH: "unreachable",
        errno.EMFILE: "Too many open files",
    }
    with pytest.raises(errors.PlanhatConnectionError, match=words[number]):
        send(new_transport(retries=0), "R", "http://127.0.0.1:9")


def test_row34_no_part_of_an_unknown_outcome_holds_the_token(
    server: FaultServer, new_transport: NewTransport, send: Send
) -> None:
    server.script(reply(500, f"no luck with {TOKEN}".encode()))
    with pytest.raises(errors.PlanhatOutcomeUnknownError) as caught:
        send(new_transport(retries=0), "C", server.url)
    assert "no luck with ***" in caught.value.reason
    assert TOKEN not in f"{caught.value!r} {vars(caught.value)} {caught.value.args}"
