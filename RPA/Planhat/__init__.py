"""`Library    RPA.Planhat`: Robot Framework keywords for Planhat, the same for Python programs, and a sandbox."""

import sys
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
