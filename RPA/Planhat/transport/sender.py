"""The transport: what the session sends its requests with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from RPA.Planhat.transport.call import Call, Office
from RPA.Planhat.transport.line import Line
from RPA.Planhat.transport.pacing import Pacer
from RPA.Planhat.transport.retry import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import requests

    from RPA.Planhat.transport.answer import Answer
    from RPA.Planhat.transport.settings import Settings


class Transport:
    """Sends requests, and tries again where that can do no harm; safe to use from several threads.

    Args:
        settings: The limits and delays.
        auth: What puts the credentials into each request. A `.netrc` file is never looked into.
        proxies: Proxies by scheme, as `requests` takes them; `None` to take those of the environment.
        verify: `True` to check certificates with the usual CAs or with `REQUESTS_CA_BUNDLE`, or the path
            of a CA bundle. `False` checks nothing.
        mask: Takes any text that is about to be logged or raised and returns it without secrets.

    Attributes:
        settings: The limits and delays.

    Raises:
        PlanhatValidationError: The `rate_limit_file` can not be used.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        auth: requests.auth.AuthBase | None,
        proxies: Mapping[str, str] | None,
        verify: bool | str,
        mask: Callable[[str], str],
    ) -> None:
        self.settings = settings
        line = Line(settings, auth, proxies, verify)
        self._office = Office(settings, line, Pacer.of(settings), RetryPolicy(settings), mask)

    def send(
        self,
        request: requests.Request,
        *,
        repeatable: bool,
        paced: bool = True,
        read_timeout: float | None = None,
    ) -> Answer:
        """Sends a request and returns the answer, whose status is 2xx and whose body is read to its end.

        A redirect is never followed. What the body means is left to the caller.

        Args:
            request: What to send; its body is bytes, text or JSON, so that it can be sent again.
            repeatable: Whether it may be processed twice without harm: a read, or a write with a key. If not, it is
                sent again only when Planhat certainly has not processed it.
            paced: Whether the call counts in the limits on calls a minute and a second.
            read_timeout: Seconds of silence that are borne; the default is that of the settings.

        Raises:
            PlanhatHTTPError: Planhat said no, or what it said is damaged or too large; one class for each case.
            PlanhatConnectionError: Planhat could not be reached or trusted, or a read got no complete answer.
            PlanhatTimeoutError: The time was up before a read was complete, or before anything was sent.
            PlanhatOutcomeUnknownError: A write may or may not have been stored.
            PlanhatValidationError: The request can not be built; nothing was sent.
        """
        prepared = self._office.line.prepare(request)
        silence = read_timeout or self.settings.read_timeout
        return Call(self._office, prepared, repeatable=repeatable, paced=paced, read_timeout=silence).run()

    def close(self) -> None:
        """Closes the idle connections. The transport can still be used; it then opens new ones."""
        self._office.line.close()
