"""What the sandbox answers besides Planhat's routes: its page, its contract, and operations as JSON."""

from __future__ import annotations

import json
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from RPA.Planhat.sandbox import openapi
from RPA.Planhat.sandbox.answer import Answer, json_answer
from RPA.Planhat.sandbox.page import page
from RPA.Planhat.sandbox.paths import CONTRACT, PAGE, PREFIX

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from RPA.Planhat.sandbox.admin import Controls
    from RPA.Planhat.sandbox.state import State

_PAGES = (PAGE, CONTRACT)


def is_local(method: str, path: str, peer: str) -> bool:
    """Tells whether a request is for the sandbox itself; from other machines none is."""
    mine = path.startswith(PREFIX) or (method == "GET" and path in _PAGES)
    return mine and ip_address(peer).is_loopback


def answer(state: State, controls: Controls, request: Request, path: str) -> Answer:
    """Returns the page, the contract, or the result of an operation."""
    if not _comes_from_here(request):
        return json_answer({"error": "Only for pages and programs of this machine"}, 403)
    if path == PAGE:
        return page(state, request.host_url.rstrip("/"), request.args)
    if path == CONTRACT:
        return json_answer(openapi.document())
    return _operate(controls, request, path.removeprefix(PREFIX))


def _comes_from_here(request: Request) -> bool:
    """Keeps pages of other origins out, which a browser on this machine may show."""
    origin = request.headers.get("Origin")
    return _is_loopback(f"//{request.host}") and (origin is None or urlsplit(origin).netloc == request.host)


def _is_loopback(url: str) -> bool:
    name = urlsplit(url).hostname or ""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def _operate(controls: Controls, request: Request, operation: str) -> Answer:
    if request.method != "POST":
        return json_answer({"error": f"POST one of: {', '.join(controls.names)}"}, 404)
    try:
        arguments = json.loads(request.get_data() or b"{}")
        return json_answer({"result": controls.call(operation, **arguments)})
    except (ValueError, TypeError, OSError) as error:
        return json_answer({"error": str(error)}, 400)
