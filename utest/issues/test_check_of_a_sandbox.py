"""A check of a sandbox gave the advice for Planhat itself: to look at clusters, vaults and firewalls.

It also spoke of one model fewer than the documentation, since two models share a path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from RPA.Planhat.operations.checking.check import check_connection
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.types import MODELS
from utest.stub import nowhere

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox


def advice(api_key: str | None, base_url: str, **hosts: str) -> dict[str, str]:
    session = PlanhatSession(api_key, base_url=base_url, retries=0, calls_per_minute=0, **hosts)  # type: ignore[arg-type]
    return {each.topic: each.advice for each in check_connection(session).findings}


def test_advice_fits_the_sandbox(sandbox: Sandbox) -> None:
    refused = advice("wrong", sandbox.url, analytics_url=nowhere())
    assert refused["token"].startswith("The sandbox prints its token when it starts. Default: sandbox-key")
    assert refused["tenant"] == "Set PLANHAT_TENANT_UUID to the tenant UUID that the sandbox names when it starts."
    assert refused["analytics"].endswith(f"set PLANHAT_ANALYTICS_URL to {sandbox.url}.")
    assert advice(None, sandbox.url)["token"] == refused["token"]


def test_a_sandbox_that_does_not_run_is_to_be_started() -> None:
    url = nowhere()
    assert advice("any", url)["network"].startswith(f"Start it with planhat-sandbox --port {url.rpartition(':')[2]},")


def test_all_models_are_counted(sandbox: Sandbox) -> None:
    session = PlanhatSession(sandbox.api_key, base_url=sandbox.url, analytics_url=sandbox.url, calls_per_minute=0)
    count = len(MODELS)
    assert check_connection(session).verdict.endswith(f"may read {count} of {count} models.")
