"""Row 34: many threads, and interruption; and the small pieces they rest on."""

# ruff: noqa: PLR0917  (pytest passes fixtures by name)

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from RPA.Planhat.transport import Deadline, Settings, sleep
from RPA.Planhat.transport.calls import RetryQuota
from utest.timing import timed
from utest.transport.fault_server import raw, reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from utest.transport.fault_server import Answer, FaultServer, NewTransport, Send


if TYPE_CHECKING:
    InterruptAfter = Callable[[float, type[BaseException]], None]


class RobotTimeout(Exception):  # noqa: N818
    """Robot's own, as it comes: from a signal, at any moment, and no BaseException."""


@pytest.mark.parametrize("parallel", [50, 5])
def test_row34_threads_share_one_transport(
    server: FaultServer, new_transport: NewTransport, send: Send, parallel: int
) -> None:
    server.script(reply(after=0.02))
    transport = new_transport(parallel=parallel, calls_per_minute=0, calls_per_second=0, read_timeout=5)
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: send(transport, "R", server.url).status_code, range(200)))
    assert answers == [200] * 200
    assert len(server.seen) == 200
    assert 1 < server.most_parallel <= parallel
    assert max(seen.connection for seen in server.seen) <= parallel


def test_row34_faults_under_threads(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    server.script(*[reply(500), raw(b"", "reset"), reply(429), reply()] * 10)
    transport = new_transport(calls_per_minute=0, calls_per_second=0, retries=8)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: send(transport, "U", server.url).status_code, range(20)))
    assert answers == [200] * 20


SITUATIONS = [
    pytest.param(raw(b"", "hang"), id="in-send"),
    pytest.param(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "hang"), id="in-body"),
    pytest.param(reply(429, Retry_After="20"), id="in-wait"),
]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RobotTimeout])
@pytest.mark.parametrize("answer", SITUATIONS)
@pytest.mark.parametrize("kind", ["U", "C"])
def test_row34_interrupt_gets_through(
    server: FaultServer,
    new_transport: NewTransport,
    send: Send,
    interrupt_after: InterruptAfter,
    error: type[BaseException],
    answer: Answer,
    kind: str,
) -> None:
    server.script(answer, reply())
    transport = new_transport(timeout=60, read_timeout=30, parallel=1)
    threads = threading.active_count()
    interrupt_after(0.2, error)
    with timed() as took, pytest.raises(error):
        send(transport, kind, server.url)
    assert took.own < 1
    assert len(server.seen) == 1
    assert threading.active_count() <= threads + 2  # those of the server
    # Neither the only slot nor a half-read connection is left behind.
    assert send(transport, kind, server.url, paced=False).status_code == 200


def test_row34_interrupt_while_waiting_for_the_pace(
    server: FaultServer, new_transport: NewTransport, send: Send, interrupt_after: InterruptAfter
) -> None:
    transport = new_transport(timeout=90, calls_per_minute=1, parallel=1)
    send(transport, "R", server.url)
    interrupt_after(0.2, KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        send(transport, "R", server.url)
    assert send(transport, "R", server.url, paced=False).status_code == 200


def test_row34_close_leaves_no_connection(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    transport = new_transport()
    send(transport, "R", server.url)
    transport.close()
    send(transport, "R", server.url)
    assert [seen.connection for seen in server.seen] == [1, 2]


def test_sleep_comes_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    slices: list[float] = []
    real = time.sleep

    def noted_sleep(seconds: float) -> None:
        slices.append(seconds)
        real(seconds)

    monkeypatch.setattr(time, "sleep", noted_sleep)
    sleep(0.7, Deadline(5))
    assert max(slices) <= 0.5
    assert sum(slices) == pytest.approx(0.7, abs=0.05)


def test_sleep_ends_at_the_deadline() -> None:
    with timed() as took:
        sleep(10, Deadline(0.2))
    assert took.passed >= 0.2
    assert took.own < 0.4


def test_deadline() -> None:
    assert Deadline(-1).left() == 0
    assert Deadline(0).over
    assert 59 < Deadline(60).left() <= 60
    assert not Deadline(60).over


def test_quota() -> None:
    quota = RetryQuota()
    assert quota.take(495)
    assert not quota.take(14)
    assert quota.take(5)
    assert not quota.take(1)
    quota.give_back()
    assert quota.take(1)


def test_success_gives_quota_back(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    transport = new_transport()
    quota = transport.policy.quota
    assert quota.take(500)
    send(transport, "R", server.url)
    assert quota.take(1)
    assert not quota.take(1)


def test_quota_never_grows_beyond_its_size() -> None:
    quota = RetryQuota()
    quota.give_back()
    assert not quota.take(501)


def test_defaults_fit_what_planhat_publishes() -> None:
    assert Settings() == Settings(
        timeout=300.0,
        connect_timeout=10.0,
        read_timeout=60.0,
        bulk_read_timeout=180.0,
        retries=4,
        backoff=0.5,
        throttle_backoff=2.0,
        longest_wait=30.0,
        longest_retry_after=120.0,
        settle=5.0,
        calls_per_minute=200,
        calls_per_second=150,
        parallel=50,
        rate_limit_file=None,
        largest_answer=256 << 20,
    )
