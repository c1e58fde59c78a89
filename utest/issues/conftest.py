"""The client of these tests: without limits on calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import Planhat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.sandbox import Sandbox


@pytest.fixture
def planhat(sandbox: Sandbox) -> Iterator[Planhat]:
    with Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0, calls_per_second=0) as made:
        yield made
