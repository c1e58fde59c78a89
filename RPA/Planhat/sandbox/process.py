"""A sandbox in the hands of a program: set up, started and stopped, in this process or in one of its own."""

from __future__ import annotations

import http.client
import json
import os
import subprocess  # nosec B404 - it starts our own program
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from RPA.Planhat.sandbox.settings import API_KEY, CONTROL_HEADER, PREFIX, TENANT_UUID, Settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from typing_extensions import Self

    from RPA.Planhat.sandbox.server import SandboxServer

FIRST_LINE = "Planhat sandbox: "
_WINDOWS_FLAGS = sum(getattr(subprocess, name, 0) for name in ("CREATE_NEW_PROCESS_GROUP", "CREATE_NO_WINDOW"))
_GROUP: dict[str, Any] = {"creationflags": _WINDOWS_FLAGS} if sys.platform == "win32" else {"start_new_session": True}
"""A process group of its own: Ctrl-C ends the robot, whose teardown may still need the sandbox."""

PATIENCE = 30
"""Seconds that the program gets for one operation, and to end."""


def as_names(given: Iterable[str] | str) -> list[str]:
    """Returns names that may come as one text with commas."""
    several = given.split(",") if isinstance(given, str) else given
    return [str(each).strip() for each in several if str(each).strip()]


class SandboxProcess:
    """A local Planhat in a process of its own. It shares no interpreter lock with its user, and ends when that ends.

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
            ValueError: If it ends instead, with its output.
        """
        boot = [json.dumps(_search_path()), "--until-stdin-closes", *self._arguments]
        command = [sys.executable, "-I", "-X", "utf8", "-c", BOOT, *boot]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(  # nosec B603 # noqa: S603 - our own program
            command, stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8", errors="replace",
            env={**os.environ, **self.settings.variables()}, **_GROUP,
        )  # fmt: skip
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
            ValueError: If it cannot be done, with the reason.
        """
        parts = urlsplit(self.url)
        link = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=None)
        try:
            token = {CONTROL_HEADER: self.settings.control_token}
            link.request("POST", PREFIX + operation, json.dumps(arguments, default=str), token)
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
    for name in sorted(settings.allow_hosts):
        found += ["--allow-host", name]
    switches = [f"{name}={value}" for name, value in settings.dialect.items()]
    return [*found, "--dialect", *switches] if switches else found


BOOT = """
import json, runpy, sys
root, *others = json.loads(sys.argv.pop(1))
installed = [place for place, path in enumerate(sys.path) if path.endswith("-packages")]
sys.path.insert(installed[0] if installed else len(sys.path), root)
sys.path += [path for path in others if path not in sys.path]
runpy.run_module("RPA.Planhat.sandbox", run_name="__main__", alter_sys=True)
"""
"""Starts the program with the places where its caller finds packages, behind those of Python itself.

Python would look into the working directory first, where a robot may well have a `json.py` or a `queue.py`.
"""


def _search_path() -> list[str]:
    """Returns the folder of this package, and the other places where packages are; without the working directory."""
    here = Path.cwd()
    others = (path for path in sys.path if path and Path(path).resolve() != here.resolve())
    return [str(Path(__file__).parents[3]), *others]


class Lifecycle:
    """A sandbox in the hands of a program; `Sandbox` adds the keywords."""

    def __init__(  # noqa: PLR0913 - all but the first are named by the caller
        self,
        seed: str | Path = "demo",
        *,
        port: int = 0,
        api_key: str | None = None,
        tenant_uuid: str | None = None,
        database: str | Path | None = None,
        dialect: dict[str, Any] | None = None,
        companies: int = 60,
        seed_number: int = 1,
        rate_limits: bool = False,
        latency: float = 0.0,
        host: str = "127.0.0.1",
        process: bool = False,
        allow_hosts: Iterable[str] = (),
    ) -> None:
        """Nothing starts before `Start Sandbox`, or `with` in Python.

        Args:
            seed: `demo` for an invented customer base, `empty`, or a folder with one JSON or CSV file for each model.
            port: The port; a free one when it is 0.
            api_key: The token that the API accepts.
            tenant_uuid: The tenant of the analytics host.
            database: A file that keeps the data. Without it the data are in memory.
            dialect: Switches for what is not known of Planhat, such as `{"item_errors": "object"}`.
            companies: How many companies the demo has.
            seed_number: The same number gives the same demo.
            rate_limits: Whether Planhat's rate limits apply.
            latency: Seconds that each answer takes at least.
            host: The address to listen at. Only this machine reaches the default.
            process: Whether the sandbox runs in a process of its own, and so costs the calling program no time.
            allow_hosts: Further names by which the sandbox may be called, such as the one that a container gives this
                machine; a list, or a comma-separated string.
        """
        self._settings = Settings(
            seed=str(seed),
            api_key=api_key or API_KEY,
            tenant_uuid=tenant_uuid or TENANT_UUID,
            companies=companies,
            seed_number=seed_number,
            database=Path(database) if database else None,
            dialect={name: str(value) for name, value in (dialect or {}).items()},
            rate_limits=rate_limits,
            latency=latency,
            allow_hosts=frozenset(each.lower() for each in as_names(allow_hosts)),
        )
        self._address = (host, port)
        self._in_process = process
        self._server: SandboxServer | SandboxProcess | None = None

    @property
    def url(self) -> str:
        """Where the running sandbox answers, as API and as analytics host."""
        return self._running().url

    @property
    def api_key(self) -> str:
        """The token that the API accepts."""
        return self._settings.api_key

    @property
    def tenant_uuid(self) -> str:
        """The tenant of the analytics host."""
        return self._settings.tenant_uuid

    @property
    def control_token(self) -> str:
        """What `POST /__sandbox__/…` needs in the header `X-Sandbox-Control`; `call` sends it by itself."""
        return self._settings.control_token

    @property
    def is_running(self) -> bool:
        """Whether it has been started."""
        return self._server is not None

    def __enter__(self) -> Self:
        self._begin(self._settings)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end()

    def _running(self) -> SandboxServer | SandboxProcess:
        if self._server is None:
            raise RuntimeError("The sandbox is not running. Start it with `Start Sandbox`.")
        return self._server

    def call(self, operation: str, **arguments: Any) -> Any:
        """Does one operation on the running sandbox; the keywords are made of these.

        Args:
            operation: Its name, such as `inject_fault`.
            **arguments: Whatever it takes.

        Raises:
            ValueError: If there is no such operation, or it cannot be done.
        """
        return self._running().call(operation, **arguments)

    def _begin(self, settings: Settings) -> str:
        if self._server is None:
            from RPA.Planhat.sandbox.server import SandboxServer  # noqa: PLC0415 - most robots need none

            kind = SandboxProcess if self._in_process else SandboxServer
            server: SandboxServer | SandboxProcess = kind(settings, *self._address)
            server.start()
            self._server = server
        return self._server.url

    def _end(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None
