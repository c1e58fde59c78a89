"""Secrets: strings that show as `<secret>`, and what takes them out of messages and logs."""

from __future__ import annotations

import base64
import json
import logging
import re
import weakref
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from RPA.Planhat.errors import PlanhatAuthConfigurationError
from RPA.Planhat.errors.base import CONCEAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MASK = "<secret>"

SHORTEST = 4
"""Characters of a secret that is looked for in all strings; a shorter one is in too many words."""


class Token:
    """A secret text that shows as `<secret>` wherever it is printed, and cannot be pickled."""

    __slots__ = ("reveal",)

    reveal: Callable[[], str]
    """Returns the text itself; only the code that builds a request may ask."""

    def __init__(self, value: str) -> None:
        # A method of the string shows nothing of it where attributes are printed.
        self.reveal = str(value).__str__

    @classmethod
    def of(cls, value: Any) -> Token | None:
        """Returns a token made of a string, a Robot Framework `Secret` or a token; nothing of nothing.

        Raises:
            PlanhatAuthConfigurationError: If the value is none of these. The value is not shown.
        """
        if value is None or isinstance(value, Token):
            return value
        text = value if isinstance(value, str) else getattr(value, "value", None)
        if not isinstance(text, str):
            raise PlanhatAuthConfigurationError(f"A token must be text or a Secret, not {type(value).__name__}.")
        return cls(text.strip()) if text.strip() else None

    @property
    def is_sendable(self) -> bool:
        """Whether an HTTP header can hold the text."""
        return all(33 <= ord(character) <= 126 for character in self.reveal())

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and self.reveal() == other.reveal()

    def __hash__(self) -> int:
        return hash(self.reveal())

    def __reduce__(self) -> str:
        raise TypeError("A token is not pickled.")


class _Pattern:
    """Finds all forms of secrets in one pass, the longest first; and masks, so that no mask is masked again."""

    def __init__(self, forms: Iterable[Token]) -> None:
        self.forms = tuple(forms)
        texts = sorted((each.reveal() for each in self.forms), key=len, reverse=True)
        # A method, since the pattern shows the secrets when it is printed.
        self.replace = re.compile("|".join(map(re.escape, [MASK, *texts]))).sub

    def __repr__(self) -> str:
        return f"<{len(self.forms)} masked strings>"


def _writings(text: str) -> Iterator[str]:
    """Yields a string as it is, and escaped for JSON, URLs and web pages, which is the same for most tokens."""
    yield text
    if text.isalnum():
        return
    in_json, in_url = json.dumps(text)[1:-1], quote(text, safe="", errors="surrogatepass")
    yield from (in_json, in_json.replace("/", "\\/"), escape(text))
    yield from (quote(text, errors="surrogatepass"), in_url, _ESCAPED.sub(lambda found: found[0].lower(), in_url))
    yield quote(in_url)


_ESCAPED = re.compile("%[0-9A-F]{2}")


class Masker:
    """Replaces secrets in text; what urllib3 logs of each call passes through every masker."""

    def __init__(self) -> None:
        self.pattern = _Pattern(())
        _maskers[id(self)] = self

    def hide(self, secret: Token | None) -> None:
        """Adds a secret; it is hidden in base64, JSON, URLs and web pages as well.

        A string of fewer than four characters is not hidden: it is in too many words.
        """
        text = secret.reveal() if secret is not None else ""
        if len(text) < SHORTEST:
            return
        # A token with half a character is refused, and not shown either.
        encoded = (base64.b64encode(form.encode("utf-8", "surrogatepass")).decode() for form in (text, f"{text}:"))
        forms = (form for each in (text, *encoded) for form in _writings(each))
        self.pattern = _Pattern(dict.fromkeys([*self.pattern.forms, *map(Token, forms)]))

    def __call__(self, text: str) -> str:
        """Returns a string with all secrets replaced by `<secret>`."""
        return self.pattern.replace(MASK, text)

    def __repr__(self) -> str:
        return repr(self.pattern)


def masked(text: str) -> str:
    """Returns a string without the secrets of any connection, found in one pass."""
    # Other threads open and close connections meanwhile: the list of references is one step, a loop over a set is not.
    maskers = (reference() for reference in _maskers.valuerefs())
    patterns = tuple(masker.pattern for masker in maskers if masker is not None)
    found = _combined.get(patterns)
    if found is None:
        found = _Pattern(form for each in patterns for form in each.forms)
        _combined.clear()
        _combined[patterns] = found
    return found.replace(MASK, text)


class _LogFilter(logging.Filter):
    """Passes every log record, with secrets replaced."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Masks the message of a record, and lets it through."""
        text = record.getMessage()
        shown = masked(text)
        if shown != text:
            record.msg, record.args = shown, ()
        return True


_maskers: weakref.WeakValueDictionary[int, Masker] = weakref.WeakValueDictionary()
_combined: dict[tuple[_Pattern, ...], _Pattern] = {}
CONCEAL.append(masked)
logging.getLogger("urllib3.connectionpool").addFilter(_LogFilter())
logging.getLogger("urllib3.util.retry").addFilter(_LogFilter())
