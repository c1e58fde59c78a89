"""A fixture for tests of programs that talk to Planhat.

Each test that asks for `planhat_sandbox` gets a running sandbox in its first state: no faults, no requests, the records
of the seed. The options `--planhat-seed` and `--planhat-dialect`, or the ini values of these names, set it up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.sandbox.library import Sandbox

_SEED = "planhat_seed"
_DIALECT = "planhat_dialect"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options of the fixture."""
    group = parser.getgroup("planhat")
    group.addoption("--planhat-seed", help="seed of the Planhat sandbox: demo, empty, or a folder")
    group.addoption(
        "--planhat-dialect", action="append", metavar="NAME=VALUE", help="a switch of the sandbox's dialect"
    )
    parser.addini(_SEED, "seed of the Planhat sandbox: demo, empty, or a folder", default="demo")
    parser.addini(_DIALECT, "switches of the sandbox's dialect, as NAME=VALUE", type="args", default=[])


@pytest.fixture(scope="session")
def planhat_sandbox_server(pytestconfig: pytest.Config) -> Iterator[Sandbox]:
    """One sandbox for the whole session; `planhat_sandbox` is the one for tests."""
    from RPA.Planhat.sandbox.library import Sandbox  # noqa: PLC0415 - not before a test asks for it

    switches = pytestconfig.getoption(_DIALECT) or pytestconfig.getini(_DIALECT)
    dialect = dict(text.split("=", 1) for text in switches)
    seed = pytestconfig.getoption(_SEED) or pytestconfig.getini(_SEED)
    with Sandbox(seed=seed, dialect=dialect) as sandbox:
        yield sandbox


@pytest.fixture
def planhat_sandbox(planhat_sandbox_server: Sandbox) -> Sandbox:
    """A running sandbox in its first state, with `url`, `api_key`, `tenant_uuid`, `rows()`, `requests()` and more."""
    planhat_sandbox_server.reset()
    return planhat_sandbox_server
