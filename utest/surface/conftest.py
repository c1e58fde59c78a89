"""A sandbox with demo data in a process of its own, and a client for it, as a program would make one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import Planhat
from RPA.Planhat.sandbox.process import SandboxProcess
from RPA.Planhat.sandbox.settings import API_KEY, TENANT_UUID, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def demo() -> Iterator[SandboxProcess]:
    made = SandboxProcess(Settings())
    made.start()
    yield made
    made.stop()


@pytest.fixture
def planhat(demo: SandboxProcess) -> Iterator[Planhat]:
    demo.call("reset")
    made = Planhat(API_KEY, tenant_uuid=TENANT_UUID, base_url=demo.url, analytics_url=demo.url, calls_per_minute=0)
    yield made
    made.close()
