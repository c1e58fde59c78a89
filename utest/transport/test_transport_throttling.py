"""Rows 2, 3 and 26: when Planhat wants the next call."""

from __future__ import annotations

import threading
import time
from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import errors
from RPA.Planhat.errors.http import error_class
from RPA.Planhat.transport.pacing import retry_after, seconds_to_reset
from utest.timing import timed
from utest.transport.fault_server import reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from utest.transport.fault_server import Answer, FaultServer, NewTransport, Send

NOW = 1_750_000_000.0
DATE = formatdate(NOW, usegmt=True)
HOUR = 3600


def at(offset: float) -> str:
    return formatdate(NOW + offset, usegmt=True)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2", 2),
        (" 7 ", 7),
        ("1.5", 1.5),
        ("86400", 86400),
        (at(5), 5),
        (at(90).replace("GMT", "-0000"), 90),
        (at(-5), None),
        ("0", None),
        ("-3", None),
        ("banana", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("1e3", None),
        ("²", None),
        ("9" * 400, None),
        ("Mon, 99 Foo 2025 00:00:00 GMT", None),
    ],
)
def test_row02_forms_of_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": value, "Date": DATE}, 120) == seconds


@pytest.mark.parametrize("prefix", ["X-RateLimit", "X-Rate-Limit", "RateLimit"])
@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (str(int(NOW + 30)), 30),
        (str(int((NOW + 30) * 1000)), 30),
        ("45", 45),
        ("4.5", 4.5),
        ("121", None),
        (str(int(NOW + 121)), None),
        (str(int(NOW - 1)), None),
        ("0", None),
        ("soon", None),
    ],
)
def test_row03_forms_of_reset(prefix: str, value: str, seconds: float | None) -> None:
    headers = {f"{prefix}-Reset": value, "Date": DATE}
    assert retry_after(headers, 120) == seconds
    assert seconds_to_reset({**headers, f"{prefix}-Remaining": "0"}, 120) == seconds
    assert seconds_to_reset({**headers, f"{prefix}-Remaining": "1"}, 120) is None
    assert seconds_to_reset(headers, 120) is None


def test_row03_retry_after_goes_before_reset() -> None:
    assert retry_after({"Retry-After": "3", "X-RateLimit-Reset": "50"}, 120) == 3
    assert retry_after({"Retry-After": "banana", "X-RateLimit-Reset": "50"}, 120) == 50


@pytest.mark.parametrize("skew", [-HOUR, HOUR])
def test_row26_a_wrong_clock_does_not_matter(monkeypatch: pytest.MonkeyPatch, skew: int) -> None:
    monkeypatch.setattr(time, "time", lambda: NOW + skew)
    assert retry_after({"Retry-After": at(20), "Date": DATE}, 120) == 20
    assert retry_after({"X-RateLimit-Reset": str(NOW + 20), "Date": DATE}, 120) == 20


def test_row26_the_local_clock_serves_without_a_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: NOW)
    assert retry_after({"Retry-After": at(20)}, 120) == 20


def test_row26_clock_set_back_during_a_wait(
    server: FaultServer, new_transport: NewTransport, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script(reply(429, Retry_After="0.4"), reply())
    hours = iter(range(1_000_000))
    monkeypatch.setattr(time, "time", lambda: NOW - HOUR * next(hours))
    with timed() as took:
        send(new_transport(), "R", server.url)
    assert took.passed >= 0.4
    assert took.own < 0.8


@pytest.mark.parametrize("value", ["banana", "-1", "0", at(-HOUR), "1,5"])
@pytest.mark.parametrize("kind", ["R", "U", "C"])
def test_row02_bad_values_fall_back_to_backoff(
    server: FaultServer, new_transport: NewTransport, send: Send, kind: str, value: str
) -> None:
    server.script(reply(429, Retry_After=value, Date=DATE), reply())
    with timed() as took:
        assert send(new_transport(), kind, server.url).status_code == 200
    assert took.own < 0.5


def test_row02_date_is_honoured(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    server.script(reply(429, Retry_After=at(1), Date=DATE), reply())
    with timed() as took:
        send(new_transport(), "C", server.url)
    assert server.seen[1].at - server.seen[0].at >= 1.0
    assert took.own < 1.3


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("kind", ["R", "U", "C"])
def test_row02_too_long_a_wait_is_an_error_at_once(
    server: FaultServer, new_transport: NewTransport, send: Send, kind: str, status: int
) -> None:
    server.script(reply(status, Retry_After="86400"))
    with timed() as took, pytest.raises(error_class(status)) as caught:
        send(new_transport(), kind, server.url)
    assert took.own < 1
    assert len(server.seen) == 1
    assert "86400 s" in str(caught.value)
    if isinstance(caught.value, errors.PlanhatRateLimitError):
        assert caught.value.retry_at == pytest.approx(time.time() + 86400, abs=5)


def test_row02_no_wait_beyond_the_total_time(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    server.script(reply(429, Retry_After="30"))
    with timed() as took, pytest.raises(errors.PlanhatRateLimitError, match="total time"):
        send(new_transport(timeout=2), "R", server.url)
    assert took.own < 1


def _in_threads(count: int, work: Callable[[], object]) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(
    "answer",
    [
        reply(429, Retry_After="0.6"),
        reply(200, X_RateLimit_Remaining="0", X_RateLimit_Reset="0.6"),
        reply(429, X_Rate_Limit_Remaining="0", X_Rate_Limit_Reset="0.6"),
    ],
    ids=["retry-after", "remaining-0", "429-reset"],
)
def test_row03_all_threads_pause(server: FaultServer, new_transport: NewTransport, send: Send, answer: Answer) -> None:
    server.script(answer, reply())
    transport = new_transport()
    first = threading.Thread(target=send, args=(transport, "R", server.url))
    first.start()
    time.sleep(0.1)
    _in_threads(4, lambda: send(transport, "R", server.url))
    first.join()
    start, *others = server.seen
    assert len(others) >= 4
    assert min(seen.at for seen in others) - start.at >= 0.59


def test_row02_unpaced_call_waits_as_long_as_asked(
    server: FaultServer, new_transport: NewTransport, send: Send
) -> None:
    server.script(reply(429, Retry_After="0.4"), reply())
    with timed() as took:
        send(new_transport(), "C", server.url, paced=False)
    assert server.seen[1].at - server.seen[0].at >= 0.4
    assert took.own <= 0.55


def test_row03_analytics_neither_pauses_nor_is_paused(
    server: FaultServer, new_transport: NewTransport, send: Send
) -> None:
    server.script(reply(429, Retry_After="1"), reply())
    transport = new_transport(retries=0)
    with pytest.raises(errors.PlanhatRateLimitError):
        send(transport, "R", server.url, paced=False)
    with timed() as took:
        send(transport, "R", server.url)
    assert took.own < 0.3
