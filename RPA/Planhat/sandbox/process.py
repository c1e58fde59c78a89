"""The sandbox as a program of its own: it shares no interpreter lock with its user, and ends when its user ends."""

from __future__ import annotations

import http.client
import json
import os
import subprocess  # nosec B404 - it starts our own program
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from RPA.Planhat.sandbox.paths import PREFIX
from RPA.Planhat.sandbox.settings import KEY_VARIABLE, TENANT_VARIABLE

if TYPE_CHECKING:
    from RPA.Planhat.sandbox.settings import Settings

FIRST_LINE = "Planhat sandbox: "
PATIENCE = 30
"""Seconds that the program gets for one operation, and to end."""


class SandboxProcess:
    """A local Planhat in a process of its own.

    Args:
        settings: How it is set up.
        host: The address to listen at.
        port: The port; a free one when it is 0.
    """

    def __init__(self, settings: Settings, host: str = "127.0.0.1", port: int = 0) -> None:
        self.settings = settings
        self._arguments = ["--host", host, "--port", str(port), *_arguments(settings)]
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> str:
        """Starts the program, waits for its first line, and returns the URL.

        Raises:
            ValueError: If it ends instead, with what it says.
        """
        command = [sys.executable, "-m", "RPA.Planhat.sandbox", "--until-stdin-closes", *self._arguments]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(  # nosec B603 # noqa: S603 - our own program
            command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, encoding="utf-8", env=_environment(self.settings)
        )
        first = self._process.stdout.readline() if self._process.stdout else ""
        if not first.startswith(FIRST_LINE):
            _, problem = self._process.communicate()
            raise ValueError(f"The sandbox did not start. {problem.strip() or first}")
        self.url = first.removeprefix(FIRST_LINE).strip()
        return self.url

    def stop(self) -> None:
        """Lets the program end, and waits for it."""
        if self._process is None:
            return
        try:
            self._process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        self._process = None

    def call(self, operation: str, **arguments: Any) -> Any:
        """Does one operation on the running sandbox and returns its result.

        Raises:
            ValueError: If it can not be done, with the reason.
        """
        parts = urlsplit(self.url)
        link = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=None)
        try:
            link.request("POST", PREFIX + operation, json.dumps(arguments))
            answer = json.loads(link.getresponse().read())
        finally:
            link.close()
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["result"]


def _arguments(settings: Settings) -> list[str]:
    found = [
        "--seed", settings.seed, "--companies", str(settings.companies), "--seed-number", str(settings.seed_number),
        "--latency", str(settings.latency),
    ]  # fmt: skip
    found += ["--database", str(settings.database)] if settings.database else []
    found += ["--rate-limits"] if settings.rate_limits else []
    switches = [f"{name}={value}" for name, value in settings.dialect.items()]
    return [*found, "--dialect", *switches] if switches else found


def _environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        KEY_VARIABLE: settings.api_key,
        TENANT_VARIABLE: settings.tenant_uuid,
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[3]), *sys.path]),
    }
