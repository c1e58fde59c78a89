"""The sandbox that a library starts for itself, instead of connecting to Planhat."""

from __future__ import annotations

import atexit
import os
import threading
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.text.parsing import FALSE, TRUE

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.sandbox.process import SandboxProcess

NEVER = FALSE | {"none"}
AUTO = "auto"
CONTROL_ROOM = "RC_PROCESS_RUN_ID"
"""The environment variable that every run of a process in Control Room has."""


class ManagedSandbox:
    """A sandbox in a process of its own, started when it is first needed, once for all threads.

    Args:
        wanted: Whether to use a sandbox: true, false, or `auto` for "where no credentials are configured".
        seed: What it starts with: `demo`, `empty`, or a folder with exported records.

    Raises:
        PlanhatValidationError: If it is none of these. A typing error must not lead to a real account.
    """

    def __init__(self, wanted: Any, seed: str | Path | None = None) -> None:
        self._wanted = str(wanted).strip().lower()
        if self._wanted not in {*TRUE, *NEVER, AUTO}:
            raise PlanhatValidationError(f"sandbox is True, False or auto; not {wanted!r}.")
        if seed is not None and self._wanted in NEVER:
            raise PlanhatValidationError("sandbox_seed needs a sandbox: set sandbox=True as well.")
        self._seed = str(seed or "demo")
        self._process: SandboxProcess | None = None
        self._started_by = 0
        self._lock, self._lock_of = threading.Lock(), os.getpid()

    def is_wanted(self, *, configured: bool) -> bool:
        """Returns whether to use the sandbox. In Control Room, `auto` never does: a robot there works on real data.

        Args:
            configured: Whether there are credentials for a real account.
        """
        return self._wanted in TRUE or (self._wanted == AUTO and not configured and CONTROL_ROOM not in os.environ)

    def started(self) -> SandboxProcess:
        """Returns the running sandbox.

        Raises:
            ValueError: If it does not start; nothing else is connected to then.
        """
        if self._lock_of != os.getpid():
            # Forked while a thread held it, which does not exist here.
            self._lock, self._lock_of = threading.Lock(), os.getpid()
        with self._lock:
            if self._process is None:
                from RPA.Planhat.sandbox.process import SandboxProcess  # noqa: PLC0415 - most robots need none
                from RPA.Planhat.sandbox.settings import Settings  # noqa: PLC0415 - as above

                process = SandboxProcess(Settings(seed=self._seed))
                process.start()
                atexit.register(self.stop)
                self._process, self._started_by = process, os.getpid()
            return self._process

    def stop(self) -> None:
        """Ends the sandbox, if it runs. A forked process leaves it to its parent."""
        if self._started_by != os.getpid():
            return
        process, self._process = self._process, None
        if process is not None:
            process.stop()
            atexit.unregister(self.stop)
