"""A connection to a sandbox in a process of its own, for all tests of tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import types
from RPA.Planhat.operations import writing
from RPA.Planhat.sandbox import Sandbox
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.transport import Settings
from utest.stub import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

UNLIMITED = Settings(calls_per_minute=0, calls_per_second=0)


class Counting(PlanhatSession):
    """Remembers the rows that bulk writes have sent, and all calls."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.sent: list[dict[str, Any]] = []
        self.calls: list[str] = []

    def call(self, method: str, url: str, **options: Any) -> Any:
        self.calls.append(f"{method} {url}")
        if method == "PUT" and options.get("data"):
            self.sent += json.loads(options["data"])
        return super().call(method, url, **options)


@pytest.fixture
def planhat(remote_sandbox: Sandbox) -> Iterator[Counting]:
    made = Counting(TOKEN, base_url=remote_sandbox.url, analytics_url=remote_sandbox.url, settings=UNLIMITED)
    yield made
    made.close()


@pytest.fixture
def acme(planhat: Counting) -> types.Company:
    made = writing.create(
        planhat, types.Company, {"name": "Acme", "externalId": "A-1", "sourceId": "S-1", "domains": ["acme.example"]}
    )
    planhat.calls.clear()
    return made


def define(session: PlanhatSession, parent: str, **fields: str) -> None:
    for name, described in fields.items():
        kind, _, options = described.partition(":")
        more = {"listValues": options.split(",")} if options else {}
        writing.create(session, types.CustomField, {"name": name, "type": kind, "parent": parent, **more})
