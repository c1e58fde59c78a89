"""An import is killed at random moments and run again until it is done. The long version is `invoke kills`."""

from __future__ import annotations

import pytest

from benchmarks.kill_import import measure


@pytest.mark.parametrize("seed", [1])
def test_an_import_that_is_killed_again_and_again_loses_and_doubles_nothing(seed: int) -> None:
    figures = measure(rows=3000, chunk=50, kills=8, seed=seed)
    print(figures)
    assert figures.kills == 8
    assert figures.hold, f"\n{figures}"
