"""Logs of the wire: the beginning of a response at DEBUG, more of both sides at TRACE."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

LOGGER = logging.getLogger("RPA.Planhat")

TRACE = 5
"""The level of Python's logging that Robot Framework shows as TRACE."""

AT_DEBUG = 2_000
"""Characters of a body that DEBUG shows."""

AT_TRACE = 20_000
"""Characters of a body that TRACE shows; the pages of a list of 50,000 records stay below a megabyte."""


def log_exchange(
    what: str,
    outcome: str,
    request: requests.PreparedRequest,
    response: requests.Response | None,
    mask: Callable[[str], str],
) -> None:
    """Logs a call: one line with the beginning of the response, and at TRACE both bodies.

    Args:
        what: What was called.
        outcome: How it ended.
        request: What was sent.
        response: The response, if there was one.
        mask: Replaces secrets.
    """
    answer = None if response is None else response.content
    if not LOGGER.isEnabledFor(TRACE):
        LOGGER.debug("%s%s", mask(f"{what}: {outcome}"), _shown("", answer, AT_DEBUG, mask))
        return
    LOGGER.debug("%s", mask(f"{what}: {outcome}"))
    bodies = _shown("sent: ", request.body, AT_TRACE, mask), _shown("answered: ", answer, AT_TRACE, mask)
    LOGGER.log(TRACE, "%s%s%s", mask(what), *bodies)


def _shown(head: str, body: bytes | str | None, limit: int, mask: Callable[[str], str]) -> str:
    """Returns the beginning of a body on a line of its own; secrets are masked first, so that none is cut in two."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body or "")
    if not text.strip():
        return ""
    text = mask(text)
    rest = len(text) - limit
    return f"\n{head}{text[:limit]}" + (f" … and {rest:,} more characters" if rest > 0 else "")
