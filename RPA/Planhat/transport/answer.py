"""A successful answer, which its reader may still find to be damaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import requests

from RPA.Planhat.errors import PlanhatUnexpectedContentError

if TYPE_CHECKING:
    from collections.abc import Callable


class Answer(requests.Response):
    """What a transport returns.

    Attributes:
        again: Makes another attempt of the same call, given this answer; `None` when no call brought it.
    """

    again: Callable[[Answer], Answer] | None = None


def ask_again(response: requests.Response) -> None:
    """Makes another attempt of the call that an answer belongs to, since its content is damaged.

    It is an attempt like any other: one that could store something twice is not made, and the number of attempts,
    their time and the waits between them stay what they are.

    Args:
        response: The damaged answer; afterwards it is the other one.

    Raises:
        PlanhatUnexpectedContentError: All attempts of a read are used up.
        PlanhatOutcomeUnknownError: A write was done or not; nobody can tell from this answer.
        PlanhatError: The other attempts ended in another way.
    """
    if not isinstance(response, Answer) or response.again is None:
        raise PlanhatUnexpectedContentError.of(response)
    vars(response).update(vars(response.again(response)))
