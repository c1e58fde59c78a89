"""Fixtures: uploads to a sandbox in a process of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from RPA.Planhat.operations.rows import plan as bulk_plan
from RPA.Planhat.operations.rows.upsert import upsert
from RPA.Planhat.sandbox import Sandbox
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.types import Company
from utest.stub import QUICK, TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from RPA.Planhat.operations.options import UpsertOptions
    from RPA.Planhat.operations.rows.report import BulkReport
    from utest.faults.uploads.rows import Push


@pytest.fixture
def planhat(remote_sandbox: Sandbox) -> Sandbox:
    return remote_sandbox


@pytest.fixture
def to() -> Iterator[Callable[..., PlanhatSession]]:
    """Opens connections with short times."""
    opened: list[PlanhatSession] = []

    def connect(url: str, token: str = TOKEN, **options: Any) -> PlanhatSession:
        opened.append(PlanhatSession(token, base_url=url, **{"settings": replace(QUICK, retries=1), **options}))
        return opened[-1]

    yield connect
    for session in opened:
        session.close()


@pytest.fixture
def session(planhat: Sandbox, to: Callable[..., PlanhatSession]) -> PlanhatSession:
    return to(planhat.url, planhat.api_key)


@pytest.fixture
def push(session: PlanhatSession) -> Push:
    """Upserts rows to the sandbox; errors are in the report."""

    def push(rows: Any, model: Any = Company, *, fail: bool = False, **options: Any) -> BulkReport:
        return upsert(session, model, rows, cast("UpsertOptions", options), fail_on_errors=fail)

    return push


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "upload.journal"


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes each call take ten rows."""
    monkeypatch.setattr(bulk_plan, "MOST_ROWS", 10)
