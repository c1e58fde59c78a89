"""`Library    RPA.Planhat`: Robot Framework keywords for Planhat, the same for Python programs, and a sandbox."""

from typing import TYPE_CHECKING, Any

from RPA.Planhat import errors, types
from RPA.Planhat.errors import (
    PlanhatAuthConfigurationError,
    PlanhatAuthFailedError,
    PlanhatBadRequestError,
    PlanhatBulkError,
    PlanhatConflictError,
    PlanhatConnectionError,
    PlanhatError,
    PlanhatHTTPError,
    PlanhatNotFoundError,
    PlanhatOutcomeUnknownError,
    PlanhatPermissionError,
    PlanhatRateLimitError,
    PlanhatRedirectError,
    PlanhatResponseTooLargeError,
    PlanhatSafetyError,
    PlanhatServerError,
    PlanhatTimeoutError,
    PlanhatTLSError,
    PlanhatTooLargeError,
    PlanhatUnexpectedContentError,
    PlanhatValidationError,
)
from RPA.Planhat.version import __version__

if TYPE_CHECKING:
    from RPA.Planhat.client import PlanhatClient
    from RPA.Planhat.client import PlanhatClient as Planhat
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


def __getattr__(name: str) -> Any:
    """Loads the client and the sandbox when they are asked for, so that neither waits for what the other needs."""
    if name in ("Planhat", "PlanhatClient"):
        from RPA.Planhat.client import PlanhatClient  # noqa: PLC0415 - on first use only

        return PlanhatClient
    if name == "Sandbox":
        from RPA.Planhat.sandbox import Sandbox  # noqa: PLC0415 - on first use only

        return Sandbox
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
