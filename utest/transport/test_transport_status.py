"""Rows 1, 4, 5, 6 and 19 to 25: answers that say no."""

# ruff: noqa: PLR0917  (pytest passes fixtures by name)

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import errors
from RPA.Planhat.transport import Deadline, calls, sleep
from utest.timing import timed
from utest.transport.fault_server import BODY, drip, early, head, reply

if TYPE_CHECKING:
    from utest.transport.fault_server import FaultServer, NewServer, NewTransport, Send

KINDS = ["R", "U", "C"]


@pytest.mark.parametrize("kind", KINDS)
def test_row01_retry_after_is_obeyed(
    server: FaultServer, new_transport: NewTransport, send: Send, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def noted(seconds: float, deadline: Deadline) -> None:
        pauses.append(seconds)
        sleep(seconds, deadline)

    monkeypatch.setattr(calls, "sleep", noted)
    server.script(reply(429, Retry_After="0.5"), reply())
    assert send(new_transport(), kind, server.url).json() == {"ok": True}
    first, second = server.seen
    assert second.at - first.at >= 0.5
    assert 0.5 <= sum(pauses) <= 0.7  # of the pause that was chosen, since a busy machine wakes late


@pytest.mark.parametrize("kind", KINDS)
def test_row01_refused_503_is_sent_again(
    server: FaultServer, new_transport: NewTransport, send: Send, kind: str
) -> None:
    refused: dict[str, Any] = {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": "0.05"}
    server.script(reply(503, **refused), reply(503, Retry_After="0.05"), reply())
    assert send(new_transport(), kind, server.url).status_code == 200
    assert len(server.seen) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_row04_endless_429(server: FaultServer, new_transport: NewTransport, send: Send, kind: str) -> None:
    server.script(reply(429, b'{"message": "Too many"}'))
    with pytest.raises(errors.PlanhatRateLimitError) as caught:
        send(new_transport(retries=2), kind, server.url)
    assert len(server.seen) == 3
    assert caught.value.status == 429
    assert "3 attempts" in str(caught.value)
    assert "s of waits" in str(caught.value)
    assert "Too many" in str(caught.value)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("kind", ["R", "U"])
def test_row05_server_error_once(
    server: FaultServer, new_transport: NewTransport, send: Send, kind: str, status: int
) -> None:
    server.script(reply(status), reply())
    assert send(new_transport(read_timeout=2), kind, server.url).status_code == 200
    assert len(server.seen) == 2
    assert server.seen[0].body == server.seen[1].body


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504])
@pytest.mark.parametrize("calls_left", ["", "150"], ids=["", "calls are left"])
def test_row05_create_is_unknown(
    server: FaultServer, new_transport: NewTransport, send: Send, status: int, calls_left: str
) -> None:
    headers: dict[str, Any] = {"X_RateLimit_Remaining": calls_left, "X_RateLimit_Reset": "30"} if calls_left else {}
    server.script(reply(status, b"Failed to create company", **headers), reply())
    with pytest.raises(errors.PlanhatOutcomeUnknownError) as caught:
        send(new_transport(read_timeout=2), "C", server.url)
    error = caught.value
    assert len(server.seen) == 1
    assert (error.method, error.path, error.attempts) == ("POST", "/companies", 1)
    assert error.digest == hashlib.sha256(BODY).hexdigest()[:12]
    assert error.reason == f"status {status} (Failed to create company)"
    assert "may or may not be stored" in str(error)
    assert "Send it again only if it is not there" in str(error)


@pytest.mark.parametrize("status", [501, 505, 599])
def test_row05_other_5xx_are_not_repeated(
    server: FaultServer, new_transport: NewTransport, send: Send, status: int
) -> None:
    server.script(reply(status))
    with pytest.raises(errors.PlanhatServerError):
        send(new_transport(), "R", server.url)
    assert len(server.seen) == 1


@pytest.mark.parametrize("kind", ["R", "U"])
def test_row06_endless_server_error(server: FaultServer, new_transport: NewTransport, send: Send, kind: str) -> None:
    server.script(reply(502, b"bad gateway"))
    with pytest.raises(errors.PlanhatServerError) as caught:
        send(new_transport(retries=2), kind, server.url)
    assert len(server.seen) == 3
    assert "3 attempts" in str(caught.value)
    assert ("may have been stored" in str(caught.value)) == (kind == "U")


def test_row06_quota_bounds_all_attempts(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    server.script(reply(500))
    transport = new_transport(backoff=0, calls_per_second=0, calls_per_minute=0)
    last = ""
    for _ in range(100):
        with pytest.raises(errors.PlanhatServerError) as caught:
            send(transport, "R", server.url)
        last = str(caught.value)
    assert 100 < len(server.seen) <= 100 + 500 / 14
    assert "retry budget is used up" in last


REFUSALS = [
    pytest.param(401, errors.PlanhatAuthFailedError, id="row19-401"),
    pytest.param(403, errors.PlanhatPermissionError, id="row20-403"),
    pytest.param(404, errors.PlanhatNotFoundError, id="row21-404"),
    pytest.param(400, errors.PlanhatBadRequestError, id="row22-400"),
    pytest.param(409, errors.PlanhatConflictError, id="row23-409"),
    pytest.param(422, errors.PlanhatBadRequestError, id="row23-422"),
    pytest.param(413, errors.PlanhatTooLargeError, id="row24-413"),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("status", "kind_of_error"), REFUSALS)
def test_refusal_is_raised_at_once(
    server: FaultServer,
    new_transport: NewTransport,
    send: Send,
    kind: str,
    status: int,
    kind_of_error: type[errors.PlanhatHTTPError],
) -> None:
    server.script(reply(status, b'{"error": "no, not with t0ken-of-the-tests"}'))
    with pytest.raises(errors.PlanhatError) as caught:
        send(new_transport(), kind, server.url)
    assert type(caught.value) is kind_of_error
    assert caught.value.status == status
    assert caught.value.details == "no, not with ***"
    assert "no, not with ***" in str(caught.value)
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [(b'{"message": "name is required"}', "name is required"), (b"plain words", "plain words"), (b"", "")],
    ids=["json", "text", "empty"],
)
def test_row22_planhats_words(
    server: FaultServer, new_transport: NewTransport, send: Send, body: bytes, words: str
) -> None:
    server.script(reply(400, body))
    with pytest.raises(errors.PlanhatBadRequestError) as caught:
        send(new_transport(), "C", server.url)
    assert caught.value.details == words


@pytest.mark.parametrize("kind", ["U", "C"])
def test_row24_413_before_the_body_is_read(
    server: FaultServer, new_transport: NewTransport, send: Send, kind: str
) -> None:
    server.script(early(413))
    with pytest.raises(errors.PlanhatTooLargeError):
        send(new_transport(read_timeout=3), kind, server.url, body=b"x" * 30_000_000)
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("kind", KINDS)
def test_row25_redirect_to_another_host(
    server: FaultServer, new_server: NewServer, new_transport: NewTransport, send: Send, kind: str, status: int
) -> None:
    other = new_server()
    target = other.url.replace("//", "//user:pw@")
    server.script(reply(status, Location=f"{target}/login?next=secret"))
    with pytest.raises(errors.PlanhatRedirectError) as caught:
        send(new_transport(), kind, server.url)
    assert other.seen == []
    assert len(server.seen) == 1
    assert f"{other.url}/login. " in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "pw@" not in str(caught.value)


@pytest.mark.parametrize("target", ["/companies", "", "http://[broken", "ftp://x/y"])
def test_row25_redirect_to_itself_or_nonsense(
    server: FaultServer, new_transport: NewTransport, send: Send, target: str
) -> None:
    server.script(reply(307, Location=target))
    with pytest.raises(errors.PlanhatRedirectError):
        send(new_transport(), "R", server.url)
    assert len(server.seen) == 1


def test_row25_redirect_with_an_endless_body(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    server.script(drip(head(302, Location="/login", Content_Length="1000"), b"x"))
    with timed() as took, pytest.raises(errors.PlanhatRedirectError):
        send(new_transport(timeout=0.6), "R", server.url)
    assert took.own < 1.6


def test_unusable_request_is_refused_without_its_values(server: FaultServer, new_transport: NewTransport) -> None:
    with pytest.raises(errors.PlanhatValidationError) as caught:
        new_transport().send("GET", server.url, headers={"X-Key": "secret\r\nInjected: yes"}, repeatable=True)
    assert "secret" not in str(caught.value)
    assert caught.value.__context__ is None
    assert server.seen == []


def test_cookies_are_not_kept(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    server.script(reply(Set_Cookie="lb=1; Path=/"))
    transport = new_transport()
    send(transport, "R", server.url)
    send(transport, "R", server.url)
    assert "cookie" not in server.seen[1].headers
