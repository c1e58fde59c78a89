"""A process that is killed in the middle of an import, a sync or an export loses nothing: the same again goes on."""

from __future__ import annotations

import sys

import pytest

from benchmarks.kill_tables import WORKS, measure


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("work", WORKS)
def test_nothing_is_lost_or_doubled_however_often_it_is_killed(work: str) -> None:
    figures = measure(work, rows=600, kills=4)
    print(figures)
    assert figures.kills >= 4
    assert figures.hold, figures
