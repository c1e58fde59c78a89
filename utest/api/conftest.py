"""A sandbox with demo data in a process of its own, and a client for it, as a program would make one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import Planhat
from RPA.Planhat.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def demo() -> Iterator[Sandbox]:
    with Sandbox(process=True) as sandbox:
        yield sandbox


@pytest.fixture
def planhat(demo: Sandbox) -> Iterator[Planhat]:
    demo.reset()
    made = Planhat(
        demo.api_key, tenant_uuid=demo.tenant_uuid, base_url=demo.url, analytics_url=demo.url, calls_per_minute=0
    )
    yield made
    made.close()
