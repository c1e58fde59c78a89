"""Reading what Planhat answers."""

from __future__ import annotations

import json
import logging
from collections import Counter
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatHTTPError, PlanhatUnexpectedContentError
from RPA.Planhat.types import Record

if TYPE_CHECKING:
    import requests

LOGGER = logging.getLogger("RPA.Planhat")

READS = ("GET", "HEAD", "OPTIONS")


def read_json(response: requests.Response) -> Any:
    """Returns the JSON of an answer; objects are records at every depth.

    Of equal names in one object the last counts, with a warning.

    Raises:
        PlanhatUnexpectedContentError: If the body is not JSON, or holds NaN, or is nested absurdly deep.
    """
    if "html" in response.headers.get("Content-Type", "").lower():
        raise _unexpected(response)
    try:
        return _decoded(response.content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise _unexpected(response) from problem


def _decoded(text: str) -> Any:
    repeated: dict[str, None] = {}

    def record(pairs: list[tuple[str, Any]]) -> Record:
        made = Record(pairs)
        if len(made) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            repeated.update(dict.fromkeys(name for name, count in counts.items() if count > 1))
        return made

    value = json.loads(text, object_pairs_hook=record, parse_constant=_refuse)
    if repeated:
        LOGGER.warning(
            "Planhat sent these names more than once in one object; the last counts: %s", ", ".join(repeated)
        )
    return value


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _unexpected(response: requests.Response) -> PlanhatHTTPError:
    advice = PlanhatUnexpectedContentError.ADVICE
    if getattr(response.request, "method", "GET") not in READS:
        advice = f"What was sent may be stored all the same. {advice}"
    return PlanhatUnexpectedContentError.of(response, advice)
