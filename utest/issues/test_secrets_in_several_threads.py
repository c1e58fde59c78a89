"""Secrets are hidden while other threads open and close connections: a loop over these ended in a raw error."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.text.secrets import masked

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def eager_threads() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("eager_threads")
def test_connections_come_and_go_while_others_are_masked() -> None:
    def work(number: int) -> str:
        token = f"token-of-thread-{number}"
        session = PlanhatSession(token)
        shown = masked(f"sent with {token}")
        session.close()
        return shown

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(work, range(300))) == {"sent with <secret>"}
