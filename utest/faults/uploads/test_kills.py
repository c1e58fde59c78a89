"""An import is killed at random moments and run again until it is done. The long version is `invoke kills`."""

from __future__ import annotations

import pytest

from benchmarks.kill_import import measure


@pytest.mark.long
@pytest.mark.parametrize("identity", ["", "generate_keys", "find_by"])
def test_an_import_that_is_killed_again_and_again_loses_and_doubles_nothing(identity: str) -> None:
    figures = measure(rows=2400, chunk=50, kills=4, identity=identity)
    print(figures)
    assert figures.kills == 4
    assert figures.hold, f"\n{figures}"
