"""An answer before it goes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox.store import encode

if TYPE_CHECKING:
    from RPA.Planhat.sandbox.dialect import Dialect

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass
class Answer:
    """Status, body and headers of an answer.

    Attributes:
        notes: What happened that the caller is not told, for the request log.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def json_answer(value: Any, status: int = 200, notes: list[str] | None = None) -> Answer:
    """Returns an answer that holds a value."""
    return Answer(status, encode(value).encode(), notes=notes or [])


def text_answer(text: str, status: int = 200) -> Answer:
    """Returns an answer that holds JSON already."""
    return Answer(status, text.encode())


def error_answer(status: int, message: str, dialect: Dialect) -> Answer:
    """Returns a refusal in the form of the dialect."""
    form = dialect.unauthorized_bodies if status == 401 else dialect.error_bodies
    if form == "empty":
        return Answer(status, b"", HTML)
    if form == "text":
        return Answer(status, message.encode(), HTML)
    if form == "html":
        return Answer(status, f"<!DOCTYPE html><html><body><pre>{message}</pre></body></html>".encode(), HTML)
    return json_answer({form: [message] if form == "errors" else message}, status)
