"""Ctrl-C and timeouts of Robot Framework come at any moment of a call; afterwards the client works as before.

An exception is raised behind each of many steps of a call, in this package and in what it calls: where Python looks for
signals. Semaphores and queues of Python's library lose a permit, or stay locked, if it comes at the wrong moment.
"""

from __future__ import annotations

import gc
import random
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat
from RPA.Planhat.types import Company
from utest.stub import TOKEN, Seen, Stub, an_id, reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import FrameType

    from utest.stub import Reply

POINTS = 150


class Interrupt(BaseException):
    """What a signal or a timeout raises."""


class Steps:
    """Counts the steps of a call: functions that begin or end, also those in C; and interrupts one of them."""

    def __init__(self, interrupted: int = 0) -> None:
        self.count = 0
        self.interrupted = interrupted

    def __call__(self, _frame: FrameType, event: str, _argument: object) -> None:
        if event != "c_call":  # Python looks behind a call in C only
            self.count += 1
            if self.count == self.interrupted:
                sys.setprofile(None)
                raise Interrupt


def run(call: Callable[[], Any], interrupted: int = 0) -> int:
    """Calls, with an interrupt at a step; returns how many steps it took."""
    steps, before = Steps(interrupted), sys.getprofile()
    gc.disable()  # what is collected in the middle swallows exceptions
    sys.setprofile(steps)
    try:
        call()
    except Interrupt:
        pass
    finally:
        sys.setprofile(before)
        gc.enable()
    return steps.count


@pytest.fixture
def planhat(stub: Stub) -> Iterator[Planhat]:
    def record(seen: Seen) -> Reply:
        return reply({"_id": seen.path.rpartition("/")[2], "name": "Acme"})

    def upserted(seen: Seen) -> Reply:
        keys = [{"_id": an_id(1), "externalId": row["externalId"]} for row in seen.json]
        return reply({"created": len(keys), "createdErrors": [], "insertsKeys": keys})

    stub.on("GET *", record)
    stub.on("PUT /companies", upserted)
    options: dict[str, Any] = {"calls_per_second": 0, "calls_per_minute": 100_000, "parallel": 2, "retries": 1}
    with Planhat(TOKEN, base_url=stub.url, timeout=20, **options) as planhat:
        yield planhat


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", ["read", "import"])
def test_a_call_that_was_interrupted_anywhere_leaves_a_client_that_works(
    planhat: Planhat, tmp_path: Path, kind: str
) -> None:
    rows = [{"name": "Acme", "external_id": "A-1"}]

    def call(number: int) -> Any:
        if kind == "read":
            return planhat.get_object_by_id(Company, an_id(number)).id
        return planhat.import_objects(Company, rows, journal=tmp_path / f"{number}.journal").counts["created"]

    def right(number: int) -> Any:
        return an_id(number) if kind == "read" else 1

    assert call(1) == right(1)
    steps = run(lambda: call(2))
    seed = random.randrange(1 << 32)
    print("seed", seed)
    for number, step in enumerate(random.Random(seed).sample(range(1, steps), min(POINTS, steps - 1)), 3):
        run(lambda number=number: call(number), step)  # type: ignore[misc]
        started = time.monotonic()
        assert call(number) == right(number), step
        assert planhat.get_object_by_id(Company, an_id(number)).id == an_id(number), step
        assert time.monotonic() - started < 10, step
