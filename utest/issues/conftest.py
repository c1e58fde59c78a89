"""The client of these tests: without limits on calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.sandbox import Sandbox


@pytest.fixture
def planhat(sandbox: Sandbox) -> Iterator[Planhat]:
    hosts: Any = {"base_url": sandbox.url, "analytics_url": sandbox.url, "tenant_uuid": sandbox.tenant_uuid}
    with Planhat(sandbox.api_key, calls_per_minute=0, calls_per_second=0, **hosts) as made:
        yield made
