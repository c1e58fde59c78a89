"""The smallest client that a robot can have."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit


def send_request(method: str, url: str, body: str | None = None) -> dict[str, Any]:
    """Sends one request with the sandbox's own token; returns status, headers and body."""
    parts = urlsplit(url)
    link = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)
    headers = {"Authorization": "Bearer sandbox-key", "Content-Type": "application/json"}
    try:
        link.request(method, f"{parts.path}?{parts.query}", body, headers)
        answer = link.getresponse()
        text = answer.read().decode()
    finally:
        link.close()
    return {"status": answer.status, "headers": dict(answer.getheaders()), "body": _content(text)}


def _content(text: str) -> Any:
    try:
        return json.loads(text or "null")
    except ValueError:
        return text
