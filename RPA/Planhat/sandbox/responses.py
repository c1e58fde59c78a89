"""What the sandbox answers: responses before they go out, and the errors that become some."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox.store import encode

if TYPE_CHECKING:
    from RPA.Planhat.sandbox.settings import Dialect

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def http_date(moment: float) -> str:
    """Returns a moment as HTTP writes it, in any locale. Importing `email.utils` for it would take milliseconds."""
    year, month, day, hour, minute, second, weekday, *_ = time.gmtime(moment)
    return f"{_DAYS[weekday]}, {day:02d} {_MONTHS[month - 1]} {year} {hour:02d}:{minute:02d}:{second:02d} GMT"


def phrase_of(status: int) -> str:
    """Returns what HTTP calls a status; unknown numbers are all called `Status`."""
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Status"


@dataclass
class Response:
    """Status, body and headers of an answer.

    Attributes:
        notes: What happened that the caller does not learn, for the request log.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def json_response(value: Any, status: int = 200, notes: list[str] | None = None) -> Response:
    """Returns an answer that holds a value."""
    return Response(status, encode(value).encode(), notes=notes or [])


def text_response(text: str, status: int = 200) -> Response:
    """Returns an answer that holds JSON already."""
    return Response(status, text.encode())


def error_response(status: int, message: str, dialect: Dialect) -> Response:
    """Returns a refusal in the form of the dialect."""
    form = dialect.unauthorized_bodies if status == 401 else dialect.error_bodies
    if form == "empty":
        return Response(status, b"", HTML)
    if form == "text":
        return Response(status, message.encode(), HTML)
    if form == "html":
        return Response(status, f"<!DOCTYPE html><html><body><pre>{message}</pre></body></html>".encode(), HTML)
    return json_response({form: [message] if form == "errors" else message}, status)


class Reason(Enum):
    """What a request, or one row of a bulk upsert, was refused for."""

    PAYLOAD = "payload"
    VALUE = "value"
    PERMISSION = "permission"


class ApiError(Exception):
    """An answer other than the one that was asked for.

    Args:
        status: The HTTP status of a single request.
        message: The message for the caller.
        reason: Why, which decides the error list of a bulk upsert.
        updating: Whether an existing record was concerned, which decides the list as well.
    """

    def __init__(self, status: int, message: str, *, reason: Reason = Reason.PAYLOAD, updating: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.reason = reason
        self.updating = updating


MALFORMED_ID = "Params identifier must be planhat _id OR start with `extid-` or `srcid-`"


class InvalidIdError(ApiError):
    """An id that cannot be one of the model."""


class NoCompanyError(ApiError):
    """An enduser that maps to no company. Planhat may ignore it silently."""


def invalid_id(*, updating: bool = False) -> ApiError:
    """Returns the refusal of an id that cannot be one."""
    return InvalidIdError(400, "invalid id", updating=updating)


def duplicated(*keys: str, updating: bool = False) -> ApiError:
    """Returns the refusal of a record whose keys belong to another, in Planhat's own words."""
    return ApiError(400, f"{','.join(keys)} duplicated", updating=updating)
