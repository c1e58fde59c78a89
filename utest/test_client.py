"""The library class: import arguments, attributes that Robot Framework reads, and how it ends."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from robot.version import VERSION

import RPA.Planhat
from RPA.Planhat import Planhat, PlanhatError, PlanhatSafetyError, __version__, errors
from RPA.Planhat.types import Company
from utest.stub import TOKEN, Stub, nowhere, reply


def test_the_library_tells_robot_framework_what_it_is() -> None:
    assert Planhat.ROBOT_LIBRARY_SCOPE == "GLOBAL"
    assert __version__ == Planhat.ROBOT_LIBRARY_VERSION
    newest = tuple(map(int, VERSION.split(".")[:2])) >= (7, 5)
    assert ("MARKDOWN" if newest else "TEXT") == Planhat.ROBOT_LIBRARY_DOC_FORMAT
    assert (Planhat.__doc__ or "").strip()


def test_every_import_argument_is_documented() -> None:
    library: Any = Planhat(TOKEN)
    text = library.get_keyword_documentation("__init__")
    for argument in library.get_keyword_arguments("__init__"):
        name = argument[0] if isinstance(argument, tuple) else argument
        assert name == "*" or f"{name}: " in text, f"{name} is not documented"


@pytest.mark.parametrize("timeout", [timedelta(seconds=5), 5, "5 s", "0:00:05"])
def test_import_arguments_reach_the_connection(stub: Stub, timeout: Any) -> None:
    stub.on("GET /leancompanies", reply(b"", 500), reply([]))
    library = Planhat(TOKEN, base_url=stub.url, timeout=timeout, retries=0, read_only=True, allow_delete=False)
    assert library.session.transport.settings.timeout == 5
    with pytest.raises(errors.PlanhatServerError):
        library.list_all_companies()
    with pytest.raises(PlanhatSafetyError):
        library.create_object(Company(name="x"))
    assert len(stub.seen) == 1
    library.close()


def test_limits_on_calls_reach_the_connection() -> None:
    settings = Planhat(TOKEN, calls_per_minute=0, calls_per_second=7).session.transport.settings
    assert (settings.calls_per_minute, settings.calls_per_second) == (0, 7)
    defaults = Planhat(TOKEN).session.transport.settings
    assert (defaults.calls_per_minute, defaults.calls_per_second, defaults.timeout) == (200, 150, 300)


def test_a_wrong_host_is_an_error_at_the_first_use_and_not_at_the_import() -> None:
    library = Planhat(TOKEN, base_url="http://api.planhat.com")
    with pytest.raises(errors.PlanhatAuthConfigurationError, match="unprotected"):
        library.list_all_companies()


def test_an_unreachable_host_is_one_clear_error() -> None:
    url = nowhere()
    with pytest.raises(errors.PlanhatConnectionError, match="did not reach Planhat: connection refused"):
        Planhat(TOKEN, base_url=url, retries=0).list_all_companies()


def test_a_closed_library_connects_again(stub: Stub) -> None:
    stub.on("GET /leancompanies", reply([]))
    library = Planhat(TOKEN, base_url=stub.url)
    for _ in range(2):
        library.list_all_companies()
        library.close()
        library.close()
    assert len(stub.seen) == 2


@pytest.mark.parametrize("sandbox", [False, "False", "no", "auto"])
def test_no_sandbox_is_started_when_credentials_are_there(stub: Stub, sandbox: Any) -> None:
    stub.on("GET /leancompanies", reply([]))
    library = Planhat(TOKEN, base_url=stub.url, sandbox=sandbox)
    library.list_all_companies()
    assert stub.calls == ["GET /leancompanies"]
    library.close()


def test_no_sandbox_stands_in_for_missing_credentials_in_control_room(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("PLANHAT_", "RPA_", "RC_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RC_PROCESS_RUN_ID", "17")
    library = Planhat(sandbox="auto")
    with pytest.raises(errors.PlanhatAuthConfigurationError, match="PLANHAT_API_KEY"):
        library.list_all_companies()


def test_the_names_of_the_package_are_there() -> None:
    package = RPA.Planhat
    for name in package.__all__:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = package.Nothing
    assert issubclass(package.PlanhatError, PlanhatError)


def test_importing_needs_neither_the_sandbox_nor_undeclared_packages() -> None:
    declared = {"robot", "robotlibcore", "requests", "RPA"}
    below = {"urllib3", "idna", "certifi", "charset_normalizer", "chardet"}
    undeclared = set(importlib.metadata.packages_distributions()) - declared - below
    assert {"pytest", "typing_extensions"} <= undeclared
    code = f"import sys; sys.modules.update(dict.fromkeys({sorted(undeclared)!r})); import RPA.Planhat"
    subprocess.run([sys.executable, "-c", code], check=True)
