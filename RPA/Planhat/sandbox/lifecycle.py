"""A sandbox in the hands of a program: how it is set up, started and stopped, in this process or in one of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox.process import SandboxProcess
from RPA.Planhat.sandbox.settings import API_KEY, TENANT_UUID, Settings

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from RPA.Planhat.sandbox.server import SandboxServer


class Lifecycle:
    """What `Sandbox` has besides its keywords. Its arguments are explained there."""

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
    ) -> None:
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
            ValueError: If there is no such operation, or it can not be done.
        """
        return self._running().call(operation, **arguments)

    def _begin(self, settings: Settings) -> str:
        from RPA.Planhat.sandbox.server import SandboxServer  # noqa: PLC0415 - importing the library stays cheap

        if self._server is None:
            kind = SandboxProcess if self._in_process else SandboxServer
            server: SandboxServer | SandboxProcess = kind(settings, *self._address)
            server.start()
            self._server = server
        return self._server.url

    def _end(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None
