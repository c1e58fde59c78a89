"""Holds what importing the library does not load: a robot waits for it, whether it makes a call or not."""

from __future__ import annotations

import subprocess
import sys

import pytest
import requests

from RPA.Planhat import session
from RPA.Planhat.session import PlanhatAuth

LATER = {
    *("requests", "urllib3", "certifi", "charset_normalizer", "idna", "ssl", "http.client", "http.cookiejar"),
    *("email.parser", "sqlite3", "csv", "decimal", "zoneinfo", "tempfile", "concurrent.futures", "logging.handlers"),
    *("asyncio", "markdown", "pandas", "numpy", "openpyxl"),
    *("RPA.Planhat.errors.http", "RPA.Planhat.transport.http", "RPA.Planhat.sandbox"),
    *("RPA.Planhat.operations.reading", "RPA.Planhat.operations.writing", "RPA.Planhat.operations.rows.upsert"),
}
"""What is loaded when it is needed, unless Robot Framework has loaded it already."""

ROBOT = "import robot.run, robot.running, robot.libraries.BuiltIn, robotlibcore"
LIBRARY = "from RPA.Planhat import PlanhatClient\nassert len(PlanhatClient('token').get_keyword_names()) > 200"
SANDBOX = "from RPA.Planhat.sandbox import server"
CLIENT = {"requests", "urllib3", "certifi", "robot", "RPA.Planhat.errors.http", "RPA.Planhat.session"}


def loaded_by(program: str, before: str = "") -> set[str]:
    """Returns the modules that a program loads in a new process, but those that were loaded before."""
    lines = "import sys", before, "known = set(sys.modules)", program, "print(*(set(sys.modules) - known))"
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_library_loads_nothing_that_only_calls_need() -> None:
    assert not loaded_by(LIBRARY, before=ROBOT) & LATER


def test_the_first_call_loads_requests() -> None:
    found = loaded_by("from RPA.Planhat.session import PlanhatSession\nPlanhatSession('token').transport.close()")
    assert {"requests", "RPA.Planhat.transport.http"} <= found


def test_the_auth_of_the_session_is_one_of_requests() -> None:
    assert issubclass(PlanhatAuth, requests.auth.AuthBase)
    with pytest.raises(AttributeError, match="PlanhatMagic"):
        session.PlanhatMagic  # type: ignore[attr-defined]  # noqa: B018


def test_the_sandbox_loads_nothing_of_the_client() -> None:
    assert not loaded_by(SANDBOX) & CLIENT
