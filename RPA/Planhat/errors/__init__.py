"""What can go wrong, one class for each thing that a robot may want to catch.

Every message names what was tried, on which record, the response of Planhat, and what to do.
Robot Framework shows the message without the class name; Python users also get the parts as attributes.

The errors of the network and of answers are errors of `requests`, too. They are loaded when one of them is asked for,
so that nothing waits for `requests` before a call is made, and the sandbox never does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors.base import (
    PlanhatAuthConfigurationError,
    PlanhatBulkError,
    PlanhatError,
    PlanhatNotReadError,
    PlanhatOptionError,
    PlanhatOutcomeUnknownError,
    PlanhatSafetyError,
    PlanhatValidationError,
)

if TYPE_CHECKING:
    from RPA.Planhat.errors.http import (
        PlanhatAuthFailedError,
        PlanhatBadRequestError,
        PlanhatConflictError,
        PlanhatConnectionError,
        PlanhatHTTPError,
        PlanhatNotFoundError,
        PlanhatPermissionError,
        PlanhatRateLimitError,
        PlanhatRedirectError,
        PlanhatResponseTooLargeError,
        PlanhatServerError,
        PlanhatTimeoutError,
        PlanhatTLSError,
        PlanhatTooLargeError,
        PlanhatUnexpectedContentError,
    )

__all__ = [
    "PlanhatAuthConfigurationError",
    "PlanhatAuthFailedError",
    "PlanhatBadRequestError",
    "PlanhatBulkError",
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
]


if not TYPE_CHECKING:  # so that checkers find names that do not exist

    def __getattr__(name: str) -> Any:
        """Loads an error of the network or of an answer."""
        if name in __all__:
            return getattr(import_module(f"{__name__}.http"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
