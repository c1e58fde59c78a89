"""How the sandbox says no."""

from __future__ import annotations

from enum import Enum


class Reason(Enum):
    """What a request, or one row of a bulk upsert, was refused for."""

    PAYLOAD = "payload"
    VALUE = "value"
    PERMISSION = "permission"


class ApiError(Exception):
    """An answer other than the one that was asked for.

    Args:
        status: The HTTP status of a single request.
        message: What the caller is told.
        reason: Why, which decides the error list of a bulk upsert.
        updating: Whether an existing record was concerned, which decides the list as well.
    """

    def __init__(self, status: int, message: str, *, reason: Reason = Reason.PAYLOAD, updating: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.reason = reason
        self.updating = updating


class NoCompanyError(ApiError):
    """An enduser that maps to no company. Planhat may ignore it without a word."""


def invalid_id(*, updating: bool = False) -> ApiError:
    """Returns the refusal of an id that can not be one."""
    return ApiError(400, "invalid id", updating=updating)


def duplicated(*keys: str, updating: bool = False) -> ApiError:
    """Returns the refusal of a record whose keys belong to another, in Planhat's own words."""
    return ApiError(400, f"{','.join(keys)} duplicated", updating=updating)
