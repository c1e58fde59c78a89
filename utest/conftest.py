"""Fixtures: a sandbox, a scripted server, connections to it with short times, and no credentials around."""

from __future__ import annotations

import os
import random
import signal
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from RPA.Planhat import Planhat
from RPA.Planhat.sandbox import Sandbox
from RPA.Planhat.session import PlanhatSession
from utest.stub import QUICK, TENANT, TOKEN, Stub, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PREFIXES = ("PLANHAT_", "RPA_", "RC_")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--tables", type=int, default=200, help="made tables that go through the sandbox and back")
    parser.addoption("--fuzz", type=int, default=100, help="examples for each property of what people bring")
    parser.addoption("--fuzz-seed", type=int, default=random.SystemRandom().randrange(10**6), help="where they begin")
    parser.addoption("--rpaframework", default="", help="a Python with rpaframework, for the tests that need it")
    parser.addoption("--order", type=int, default=None, help="the order of the tests, as an earlier run has named it")


def pytest_configure(config: pytest.Config) -> None:
    # Workers of xdist need one order, that of the process that starts them.
    given = getattr(config, "workerinput", {}).get("order", config.option.order)
    config.option.order = random.randrange(10_000) if given is None else given
    # How long an example takes is the machine's affair: a test of values fails for a wrong value alone.
    hypothesis.settings.register_profile("untimed", deadline=None)
    hypothesis.settings.load_profile("untimed")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["order"] = node.config.option.order


def pytest_report_header(config: pytest.Config) -> str:
    return f"order of the tests: --order {config.option.order}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Shuffles files, and the tests of each file: no test may need what another has left.

    Those that take long come first, so that no process is busy with one of them when all others are done.
    """
    chance = random.Random(config.option.order)
    files = {item.path: chance.random() for item in items}
    places = {item: (item.get_closest_marker("long") is None, files[item.path], chance.random()) for item in items}
    items.sort(key=places.__getitem__)


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(PREFIXES) or name.upper() in PROXIES:
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def server() -> Iterator[Sandbox]:
    with Sandbox(seed="empty") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(server: Sandbox) -> Sandbox:
    """An empty sandbox."""
    server.reset()
    return server


@pytest.fixture
def fresh_demo() -> Iterator[Sandbox]:
    """A sandbox with the demo of 60 companies, for one test."""
    with Sandbox(seed="demo", companies=60) as sandbox:
        yield sandbox


@pytest.fixture
def demo_client(fresh_demo: Sandbox) -> Iterator[Planhat]:
    with Planhat(fresh_demo.api_key, base_url=fresh_demo.url, calls_per_minute=0, calls_per_second=0) as made:
        yield made


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[Sandbox]:
    """A sandbox in a process of its own, for all tests that ask for one; `remote_sandbox` is empty."""
    with Sandbox(seed="empty", api_key=TOKEN, tenant_uuid=TENANT, process=True) as sandbox:
        yield sandbox


@pytest.fixture
def remote_sandbox(sandbox_process: Sandbox) -> Sandbox:
    """An empty sandbox without faults, in a process of its own."""
    sandbox_process.seed("empty")
    sandbox_process.reset()
    return sandbox_process


@pytest.fixture
def stub() -> Iterator[Stub]:
    with running(Stub()) as served:
        yield served


@pytest.fixture
def connect(stub: Stub) -> Callable[..., PlanhatSession]:
    """Makes connections to the stub; options as of `PlanhatSession`."""

    def make(api_key: Any = TOKEN, **options: Any) -> PlanhatSession:
        hosts = {"base_url": stub.url, "analytics_url": stub.url}
        return PlanhatSession(api_key, **{"tenant_uuid": TENANT, "settings": QUICK, **hosts, **options})

    return make


@pytest.fixture
def session(connect: Callable[..., PlanhatSession]) -> Iterator[PlanhatSession]:
    made = connect()
    yield made
    made.close()


@pytest.fixture
def new_client(stub: Stub, connect: Callable[..., PlanhatSession]) -> Iterator[Callable[..., Planhat]]:
    """Makes libraries whose default connection goes to the stub and retries quickly."""
    made: list[Planhat] = []

    def make(**options: Any) -> Planhat:
        library = Planhat(TOKEN, base_url=stub.url, **options)
        library.connections.open("default", connect())
        made.append(library)
        return library

    yield make
    for library in made:
        library.close()


@pytest.fixture
def client(new_client: Callable[..., Planhat]) -> Planhat:
    return new_client()


@pytest.fixture
def interrupt_after() -> Iterator[Callable[[float, type[BaseException]], None]]:
    """Raises an exception in the main thread after some seconds, as Ctrl-C and Robot do."""

    def start(seconds: float, error: type[BaseException]) -> None:
        def handler(*_: object) -> None:
            raise error

        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, seconds)

    before = signal.getsignal(signal.SIGALRM)
    yield start
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
