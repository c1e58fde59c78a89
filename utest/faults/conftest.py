"""A sandbox in a process of its own, servers that misbehave on real sockets, and libraries connected to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.sandbox import Sandbox
from utest.faults.world import World, library
from utest.stub import TOKEN
from utest.transport.conftest import certificates, longest_waits, new_server, server, server_context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat import Planhat
    from utest.faults.world import Connect

__all__ = ["certificates", "longest_waits", "new_server", "server", "server_context"]


@pytest.fixture
def sandbox(remote_sandbox: Sandbox) -> Sandbox:
    """The one in a process of its own stands for all that these tests do to it."""
    return remote_sandbox


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Makes libraries that are closed at the end; arguments as of `library`."""
    made: list[Planhat] = []

    def make(url: str, api_key: Any = TOKEN, **options: Any) -> Planhat:
        made.append(library(url, api_key, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def world(sandbox: Sandbox, connect: Connect) -> World:
    """A sandbox with one company, and a library that is connected to it."""
    return World(sandbox, connect)
