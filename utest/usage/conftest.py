"""Connections to a sandbox with one company."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import Planhat
from RPA.Planhat.session import PlanhatSession
from utest.stub import QUICK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.sandbox import Sandbox


@pytest.fixture
def box_session(sandbox: Sandbox) -> Iterator[PlanhatSession]:
    """A connection to a sandbox with the company `A`."""
    tenant, url = sandbox.tenant_uuid, sandbox.url
    made = PlanhatSession(sandbox.api_key, tenant_uuid=tenant, base_url=url, analytics_url=url, settings=QUICK)
    made.post("/companies", json={"name": "Acme", "externalId": "A", "domains": ["acme.example"]})
    yield made
    made.close()


@pytest.fixture
def planhat(box_session: PlanhatSession) -> Iterator[Planhat]:
    """A library whose default connection goes to the sandbox."""
    library = Planhat("unused", base_url=box_session.base_url)
    library.connections.open("default", box_session)
    yield library
    library.close()
