"""Errors that need no answer of Planhat: what they have in common, and those raised before anything is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

READS = ("GET", "HEAD", "OPTIONS")
"""The HTTP verbs that change nothing."""

CONCEAL: list[Callable[[str], str]] = []
"""What takes secrets out of Planhat's words before a message repeats them; the credentials add theirs."""


LONGEST_QUOTE, LONGEST_LINE = 300, 20_000
"""Characters of a value, and of a line, that a message repeats. Longer ones are cut: a cell can hold a book."""

QUOTE = re.compile(r"""(?<![\\\w'"])(?:'[^'\\\n]*(?:\\.[^'\\\n]*)*'|"[^"\\\n]*(?:\\.[^"\\\n]*)*")""")
"""A value as `repr` writes it. A quotation mark behind a letter is an apostrophe, or the end of another value."""


class PlanhatError(Exception):
    """The root of all errors of this library. No message has a secret of a connection, or a long value as a whole."""

    ROBOT_SUPPRESS_NAME = True

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*(_as_message(each) if isinstance(each, str) else each for each in args), **options)

    def reword(self, message: str) -> None:
        """Changes the message, for example to add advice.

        Args:
            message: The new one. Secrets are taken out of it, and long values are cut.
        """
        self.args = (_as_message(message),)

    def __str__(self) -> str:
        # Robot Framework shows a message that begins so as HTML, and the name of a file or a cell may stand there.
        text = super().__str__()
        return f"Error: {text}" if text.lstrip().startswith("*HTML*") else text


class PlanhatAuthConfigurationError(PlanhatError):
    """Credentials are missing or unusable; nothing was sent."""


class PlanhatValidationError(PlanhatError, ValueError):
    """The input cannot be what Planhat takes; nothing was sent."""


class PlanhatNotReadError(PlanhatValidationError, AttributeError, KeyError):
    """A field of a record was not read, so its value is unknown; the message shows how to read it."""

    __str__ = Exception.__str__


class PlanhatOptionError(PlanhatValidationError, TypeError):
    """There is no option of such a name; nothing was sent. Python itself reports unknown arguments as `TypeError`."""


class PlanhatSafetyError(PlanhatError):
    """A safety switch (`read_only`, `allow_delete`, a missing count) forbids the call; nothing was sent."""


class PlanhatOutcomeUnknownError(PlanhatError):
    """A write may or may not have been stored, and repeating it could store it twice.

    Attributes:
        method: The HTTP verb.
        path: The path on the Planhat host.
        digest: SHA-256 of the body that was sent, the first 12 hex digits.
        attempts: How often the request went out.
        reason: What happened to the last attempt.
        rows: The rows that are in doubt, when a bulk call is concerned.
    """

    def __init__(  # noqa: PLR0913 - what is known of the call, all named
        self,
        message: str,
        *,
        method: str = "",
        path: str = "",
        digest: str = "",
        attempts: int = 1,
        reason: str = "",
    ) -> None:
        super().__init__(message)
        self.method = method
        self.path = path
        self.digest = digest
        self.attempts = attempts
        self.reason = reason
        self.rows: list[Mapping[str, Any]] = []


class PlanhatBulkError(PlanhatError):
    """Some rows of a bulk write were not stored, or it is not known whether they were.

    Attributes:
        report: The account of every row.
    """

    def __init__(self, message: str, report: Any = None) -> None:
        super().__init__(message)
        self.report = report


def path_of(url: str) -> str:
    """Returns the path of a URL without host and query; tenant UUIDs of the analytics host are masked."""
    parts = urlsplit(url).path.split("/")
    if len(parts) > 2 and parts[1] in ("analytics", "dimensiondata"):
        parts[-1] = "<tenant>"
    return "/".join(parts)


def without_secrets(text: str) -> str:
    """Returns a string in which the secrets of all connections are masked."""
    for hide in CONCEAL:
        text = hide(text)
    return text


def _as_message(text: str) -> str:
    """Returns the words of an error without secrets, and with the beginnings of long values only."""
    text = without_secrets(text)  # first: a secret of which a part was cut would not be found
    if len(text) > LONGEST_LINE:
        lines = text.split("\n")
        text = "\n".join([f"{each[:1000]}…{each[-500:]}" if len(each) > LONGEST_LINE else each for each in lines])
    return QUOTE.sub(_begun, text) if len(text) > LONGEST_QUOTE else text


def _begun(found: re.Match[str]) -> str:
    quote = found[0]
    return quote if len(quote) <= LONGEST_QUOTE else f"{quote[:LONGEST_QUOTE]}…{quote[0]}"
