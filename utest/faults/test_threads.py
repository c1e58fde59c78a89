"""Row 34: fifty threads on one connection under faults, in short; `benchmarks/threads.py` is the long form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.threads import FAULTS, run
from RPA.Planhat.transport import Settings
from RPA.Planhat.transport.pacing import LocalTimes, Pacer, Window

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox

WINDOWS = [Window(80, 1.0), Window(120, 2.0)]


@pytest.mark.matrix(3, "U")
@pytest.mark.matrix(34, "RU")
def test_fifty_threads_lose_no_update_and_keep_the_pace(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pacer, "of", classmethod(lambda cls, _: cls(LocalTimes(WINDOWS), 50)))
    limits = Settings(timeout=60, backoff=0.02, throttle_backoff=0.02, longest_wait=0.1)
    figures = run(sandbox, 4.0, limits, WINDOWS)
    assert figures.lost == 0
    assert (figures.threads, figures.warnings) == (0, [])
    assert figures.windows_kept, figures.closest
    assert figures.faults > 0
    assert figures.writes > 100
    assert not figures.failed or set(figures.failed) <= {"PlanhatConnectionError", "PlanhatTimeoutError"}


def test_all_kinds_of_trouble_are_among_the_faults() -> None:
    assert {each["kind"] for each in FAULTS} >= {"reset_before", "reset_after", "status", "close_middle"}
