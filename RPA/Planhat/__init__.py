"""`Library    RPA.Planhat`: Robot Framework keywords for Planhat, the same for Python programs, and a sandbox."""

import os
import sys
import time
from _thread import get_ident  # that of threading, which a file of the user may be called
from importlib import import_module
from typing import TYPE_CHECKING, Any

from RPA.Planhat.version import __version__

if TYPE_CHECKING:
    from RPA.Planhat import errors, types
    from RPA.Planhat.client import PlanhatClient
    from RPA.Planhat.client import PlanhatClient as Planhat
    from RPA.Planhat.errors import *
    from RPA.Planhat.sandbox import Sandbox

__all__ = [
    "Planhat",
    "PlanhatAuthConfigurationError",
    "PlanhatAuthFailedError",
    "PlanhatBadRequestError",
    "PlanhatBulkError",
    "PlanhatClient",
    "PlanhatConflictError",
    "PlanhatConnectionError",
    "PlanhatError",
    "PlanhatHTTPError",
    "PlanhatNotFoundError",
    "PlanhatNotReadError",
    "PlanhatOptionError",
    "PlanhatOutcomeUnknownError",
    "PlanhatPermissionError",
    "PlanhatRateLimitError",
    "PlanhatRedirectError",
    "PlanhatResponseTooLargeError",
    "PlanhatSafetyError",
    "PlanhatServerError",
    "PlanhatTLSError",
    "PlanhatTimeoutError",
    "PlanhatTooLargeError",
    "PlanhatUnexpectedContentError",
    "PlanhatValidationError",
    "Sandbox",
    "__version__",
    "errors",
    "types",
]

_IS_COMMAND = sys.argv[:1] == ["-m"] and {"RPA.Planhat", "RPA.Planhat.sandbox"} & {*sys.orig_argv}
if _IS_COMMAND and not getattr(sys.flags, "safe_path", sys.flags.isolated):
    # Python looks into the working folder first, and would take a file json.py or csv.py there for its own.
    sys.path.append(sys.path.pop(0))


LONGEST_LOADING = 30.0
"""Seconds for which a fork waits for threads that load a module at most."""


def _is_loading(own: int) -> bool:
    """Returns whether another thread holds the lock of a module of ours, or of one that ours load when they need it."""
    locks = getattr(sys.modules.get("_frozen_importlib"), "_module_locks", {})
    held = [name for name, lock in [*locks.items()] if getattr(lock(), "owner", None) not in (None, own)]
    used = {*sys.stdlib_module_names, "requests", "urllib3", "orjson", "yaml", "openpyxl", "robot"}
    return any(name.startswith(__name__) or name.partition(".")[0] in used for name in held)


def _wait_for_loading() -> None:
    """Waits until no other thread loads a module: a process that is forked meanwhile could never load it.

    Python unlocks none of these locks in the child, and their owner does not exist there.
    """
    until = time.monotonic() + LONGEST_LOADING
    while _is_loading(get_ident()) and time.monotonic() < until:
        time.sleep(0.001)


if hasattr(os, "register_at_fork"):
    # What was registered last runs first: logging is loaded before, since a thread that loads a module may wait for
    # its lock, which it takes for the time of a fork.
    import_module("logging")
    os.register_at_fork(before=_wait_for_loading)


def __getattr__(name: str) -> Any:
    """Loads a part when it is asked for, so that none waits for what the others need.

    The pytest plugin imports this package in every test run of the environment, also of projects without Planhat.
    """
    if name in ("errors", "types"):
        return import_module(f"{__name__}.{name}")
    if name in ("Planhat", "PlanhatClient"):
        return import_module(f"{__name__}.client").PlanhatClient
    if name == "Sandbox":
        return import_module(f"{__name__}.sandbox").Sandbox
    if name in __all__:
        return getattr(import_module(f"{__name__}.errors"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
