"""Rows 40 and 43: answers that belong to another request, after interim ones and after a fork."""

from __future__ import annotations

import gc
import json
import multiprocessing
import random
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import errors
from RPA.Planhat.types import Company
from RPA.Planhat.types.encoding import GcPause
from utest.faults.world import RECORD, act
from utest.stub import an_id
from utest.transport.fault_server import head, reply

if TYPE_CHECKING:
    import socket

    from RPA.Planhat import Planhat
    from utest.faults.world import Connect
    from utest.transport.fault_server import FaultServer, Seen

KINDS = ["R", "U", "C"]
FORK = "fork" in multiprocessing.get_all_start_methods()
forks = pytest.mark.skipif(not FORK, reason="this system does not fork")


@pytest.mark.matrix(40, "RUC")
@pytest.mark.parametrize("status", [102, 103])
@pytest.mark.parametrize("kind", KINDS)
def test_interim_answer_is_not_the_answer(server: FaultServer, connect: Connect, kind: str, status: int) -> None:
    def answer(server: FaultServer, sock: socket.socket, _seen: Seen) -> bool:
        sock.sendall(head(status))
        server.stopping.wait(0.05)
        sock.sendall(head(Content_Type="application/json", Content_Length=str(len(RECORD))) + RECORD)
        return True

    server.script(answer)
    planhat = connect(server.url)
    assert [act(planhat, kind)["name"] for _ in range(2)] == ["Fresh", "Fresh"]
    assert (len(server.seen), server.connections) == (2, 2)


def asked_for(server: FaultServer, sock: socket.socket, seen: Seen) -> bool:
    """Answers, a moment later, with the record that was asked for or sent."""
    server.stopping.wait(0.02)
    sent = json.loads(seen.body or b"{}")
    own_id = an_id(int(sent["name"])) if seen.method == "POST" else seen.target.rpartition("/")[2]
    body = json.dumps({"_id": own_id, **sent}).encode()
    sock.sendall(head(Content_Type="application/json", Content_Length=str(len(body))) + body)
    return True


def use(planhat: Planhat, kind: str, numbers: range, results: Any) -> None:
    """Does one of the three for each number, and says whether the answer was the one for it."""
    for number in numbers:
        try:
            if kind == "R":
                right = planhat.get_object_by_id(Company, an_id(number)).id == an_id(number)
            elif kind == "U":
                right = planhat.update_object(Company(id=an_id(number), phase=str(number)))["phase"] == str(number)
            else:
                right = planhat.create_object(Company(name=str(number))).id == an_id(number)
            results.put("right" if right else "of another")
        except errors.PlanhatError as problem:  # noqa: PERF203 - each is told
            results.put(str(problem))


@forks
@pytest.mark.matrix(43, "RUC")
@pytest.mark.parametrize("kind", KINDS)
def test_forked_process_opens_connections_of_its_own(server: FaultServer, connect: Connect, kind: str) -> None:
    server.script(asked_for)
    planhat = connect(server.url)
    system = multiprocessing.get_context("fork")
    results = system.Queue()
    use(planhat, kind, range(1), results)
    children = [
        system.Process(target=use, args=(planhat, kind, range(first, first + 8), results)) for first in (10, 30)
    ]
    for child in children:
        child.start()
    use(planhat, kind, range(50, 58), results)
    assert [results.get(timeout=20) for _ in range(25)] == ["right"] * 25
    for child in children:
        child.join(10)
        assert child.exitcode == 0
    assert server.connections == 3


@forks
@pytest.mark.matrix(43, "R")
def test_fork_while_threads_hold_every_lock_does_not_hang(server: FaultServer, connect: Connect) -> None:
    server.script(asked_for)
    planhat = connect(server.url, parallel=1)
    session, stop = planhat.session, threading.Event()
    transport: Any = session.transport

    def hold() -> None:
        locks = (session._lock, transport.policy.quota._lock, transport.pacer._times._lock)
        for lock in locks:
            lock.acquire()
        permits = transport.pacer._turn.get(), transport.pacer._slots.get()
        held.set()
        stop.wait(30)
        transport.pacer._turn.put(permits[0])
        transport.pacer._slots.put(permits[1])
        for lock in locks:
            lock.release()

    held = threading.Event()
    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    system = multiprocessing.get_context("fork")
    results = system.Queue()
    child = system.Process(target=use, args=(planhat, "R", range(3), results))
    child.start()
    try:
        assert [results.get(timeout=10) for _ in range(3)] == ["right"] * 3
    finally:
        stop.set()
        thread.join()
    child.join(10)
    assert child.exitcode == 0


@forks
def test_random_waits_of_a_forked_process_are_its_own() -> None:
    system = multiprocessing.get_context("fork")
    results = system.Queue()
    children = [system.Process(target=lambda: results.put(random.random())) for _ in range(3)]
    for child in children:
        child.start()
    assert len({results.get(timeout=10) for _ in children}) == 3
    for child in children:
        child.join(10)


def test_pause_of_the_collector_ends_in_a_process_without_the_thread_that_made_it() -> None:
    pause = GcPause()
    with pause.paused(large=False):
        assert not gc.isenabled()
        pause.forget_threads()
        assert gc.isenabled()
        with pause.paused(large=False):
            assert not gc.isenabled()
        assert gc.isenabled()


@pytest.mark.matrix(40, "R")
def test_answer_that_was_given_up_is_not_that_of_the_next_call(server: FaultServer, connect: Connect) -> None:
    server.script(reply(200, b'{"_id": "late"}', after=0.6), asked_for)
    planhat = connect(server.url, retries=0, read_timeout=0.2)
    with pytest.raises(errors.PlanhatTimeoutError):
        planhat.get_object_by_id(Company, an_id(1))
    assert planhat.get_object_by_id(Company, an_id(2)).id == an_id(2)


def test_a_connection_is_not_used_again_after_the_answer_for_another_record(
    server: FaultServer, connect: Connect
) -> None:
    def of_another(_server: FaultServer, sock: socket.socket, _seen: Seen) -> bool:
        body = json.dumps({"_id": an_id(9), "name": "another"}).encode()
        sock.sendall(head(Content_Type="application/json", Content_Length=str(len(body))) + body)
        return True

    server.script(asked_for, of_another, asked_for)
    planhat = connect(server.url)
    assert planhat.get_object_by_id(Company, an_id(1)).id == an_id(1)
    with pytest.raises(errors.PlanhatUnexpectedContentError, match="another record"):
        planhat.get_object_by_id(Company, an_id(2))
    assert planhat.get_object_by_id(Company, an_id(3)).id == an_id(3)
    assert (len(server.seen), server.connections) == (3, 2)


@pytest.mark.matrix(40, "C")
def test_a_stray_answer_to_a_create_is_told_and_harms_no_other_call(
    server: FaultServer, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """What is left on a connection before a request shows; what comes behind it is told by what it says.

    An id of ours proves that it is of another request. A name may be Planhat's own, so it is a warning.
    """

    def with_a_stray_one(server: FaultServer, sock: socket.socket, seen: Seen) -> bool:
        sent = json.loads(seen.body)
        for found in ({"name": "Stray"}, sent):
            reply(200, json.dumps({"_id": an_id(len(server.seen)), **found}).encode())(server, sock, seen)
        return True

    server.script(asked_for, with_a_stray_one, asked_for)
    planhat = connect(server.url)
    assert planhat.create_object(Company(name="1")).name == "1"
    assert planhat.create_object(Company(name="Two")).name == "Stray"
    assert "its name is 'Stray', and not 'Two'" in caplog.text
    assert planhat.create_object(Company(name="3")).name == "3"
    assert (len(server.seen), server.connections) == (3, 2)


FORKED_WHILE_LOADING = """
import multiprocessing, sys, threading, time
import RPA.Planhat, RPA.Planhat.errors

def load():
    {}

class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == "{}":
            entered.set()
            time.sleep(0.3)

entered = threading.Event()
sys.meta_path.insert(0, Slow())
threading.Thread(target=load).start()
assert entered.wait(20)
child = multiprocessing.get_context("fork").Process(target=load)
child.start()
child.join(20)
print("exit", child.exitcode)
child.kill()
"""


@forks
@pytest.mark.parametrize(
    ("load", "module"),
    [
        ("from RPA.Planhat import operations; operations.writing", "RPA.Planhat.operations.writing"),
        ("RPA.Planhat.Planhat", "RPA.Planhat.client"),
        ("RPA.Planhat.Sandbox", "RPA.Planhat.sandbox.library"),
        ("RPA.Planhat.errors.PlanhatHTTPError", "RPA.Planhat.errors.http"),
        ("RPA.Planhat.errors.PlanhatHTTPError", "requests"),
        ("import RPA.Planhat.types", "RPA.Planhat.types.records"),
        ("from RPA.Planhat.types import encoding", "orjson"),
        ("import email.utils", "email.utils"),
    ],
)
def test_a_process_that_is_forked_while_a_thread_loads_a_module_can_load_it(load: str, module: str) -> None:
    """The first update of a process loads what updates need; a lock of Python would stay locked in the child."""
    command = [sys.executable, "-W", "ignore", "-c", FORKED_WHILE_LOADING.format(load, module)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "exit 0\n", done.stderr
