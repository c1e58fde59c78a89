"""Reading what Planhat answers."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from RPA.Planhat import errors
from RPA.Planhat.transport import READS
from RPA.Planhat.types.decoding import decode
from RPA.Planhat.types.records import records_in

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests


def read_json(response: requests.Response, make: Callable[[Any], Any] | None = records_in, *, ask: bool = True) -> Any:
    """Returns the JSON of an answer; objects are records at every depth.

    An answer that is cut or damaged is asked for again, as one that did not arrive: what ends that ends this.

    Args:
        response: The answer; when it was asked for again, it is the one that came instead.
        make: Makes something else of the plain lists and dictionaries. Nothing leaves them as they are.
        ask: Whether a damaged answer is asked for again; otherwise it is an error at once.

    Raises:
        PlanhatUnexpectedContentError: If the body is a web page, or stays something else than JSON; NaN is not.
        PlanhatOutcomeUnknownError: If it is damaged, and belongs to a write that must not be sent again.
    """
    while True:
        refuse_page(response)
        # Not inside of a handler: those errors keep the whole body, which can repeat a secret.
        with suppress(ValueError, RecursionError):
            return decode(response.content, make)
        again = getattr(response, "again", None)
        if not ask or again is None:
            raise _unexpected(response)
        # Another attempt like any other: not one that could store something twice, within the same limits.
        vars(response).update(vars(again(response)))


def refuse_page(response: requests.Response) -> requests.Response:
    """Returns an answer, unless it is a web page: then a proxy or a login page answered, and nothing was done.

    Raises:
        PlanhatUnexpectedContentError: If it is a page.
    """
    if "html" in response.headers.get("Content-Type", "").lower() and response.content.strip():
        raise _unexpected(response)
    return response


def _unexpected(response: requests.Response) -> errors.PlanhatHTTPError:
    advice = errors.PlanhatUnexpectedContentError.ADVICE
    if getattr(response.request, "method", "GET") not in READS:
        advice = f"What was sent may be stored all the same. {advice}"
    return errors.PlanhatUnexpectedContentError.of(response, advice)
