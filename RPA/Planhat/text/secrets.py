"""Secrets: strings that show as `<secret>`, and what takes them out of messages and logs."""

from __future__ import annotations

import base64
import logging
import re
import weakref
from html import unescape
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatAuthConfigurationError
from RPA.Planhat.errors.base import CONCEAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

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
    """Finds all forms of secrets in one pass, the longest first; and masks, so that no mask is masked again.

    Args:
        secrets: The secrets, and their base64.

    Attributes:
        forms: What is looked for: the secrets, each in hexadecimal as well, and as the bytes that URLs escape.
    """

    def __init__(self, secrets: Iterable[Token]) -> None:
        self.secrets = tuple(dict.fromkeys(secrets))
        forms = [form for each in self.secrets for form in _writings(each.reveal())]
        self.forms = tuple(map(Token, dict.fromkeys(sorted(forms, key=len, reverse=True))))
        # A method, since the pattern shows the secrets when it is printed.
        self.find = re.compile("|".join(map(re.escape, [MASK, *(each.reveal() for each in self.forms)]))).finditer

    def __repr__(self) -> str:
        return f"<{len(self.forms)} masked strings>"


def _writings(text: str) -> Iterator[str]:
    in_bytes = text.encode("utf-8", "surrogatepass")
    yield from (text, in_bytes.decode("latin-1"), in_bytes.hex(), in_bytes.hex().upper())


_ESCAPES = re.compile(
    r"""%([0-9a-f]{2}) | \\u([0-9a-f]{4}) | \\x([0-9a-f]{2}) | (&\#?\w{1,8};) | \\(["'/\\])""",
    re.IGNORECASE | re.VERBOSE,
)
"""Escapes of URLs, JSON, Python and web pages."""

LEVELS = 3
"""How often a secret may be escaped, such as in a URL in JSON."""


class _Mask:
    """Replaces secrets in text."""

    def __init__(self, pattern: _Pattern) -> None:
        self.pattern = pattern

    def __call__(self, text: str) -> str:
        """Returns a string with all secrets replaced by `<secret>`, those with escapes as well."""
        pattern = self.pattern
        for form in pattern.forms:  # much faster than the pattern, and each call has strings without any
            if form.reveal() in text:
                text = _replaced(pattern, text, text, range(len(text) + 1))
                break
        return _without_escaped(pattern, text) if "%" in text or "\\" in text or "&" in text else text

    def __repr__(self) -> str:
        return repr(self.pattern)


def _replaced(pattern: _Pattern, text: str, plain: str, places: Sequence[int]) -> str:
    """Returns a string without the secrets that are in its plain form, whose characters have these places."""
    parts, at = [], 0
    for found in pattern.find(plain):
        if found[0] != MASK:
            parts += [text[at : places[found.start()]], MASK]
            at = places[found.end()]
    return "".join([*parts, text[at:]])


def _without_escaped(pattern: _Pattern, text: str) -> str:
    """Returns a string without the secrets of which any characters are escaped."""
    plain: str = text
    places: Sequence[int] = range(len(text) + 1)
    for _ in range(LEVELS):
        before, (plain, places) = plain, _unescaped(plain, places)
        if plain == before:
            break
        if any(form.reveal() in plain for form in pattern.forms):
            masked_text = _replaced(pattern, text, plain, places)
            if masked_text != text:
                return _without_escaped(pattern, masked_text)
    return text


def _unescaped(text: str, places: Sequence[int]) -> tuple[str, Sequence[int]]:
    """Returns a string with characters in place of escapes, and the place of each."""
    parts: list[str] = []
    kept: list[int] = []
    at = 0
    for found in _ESCAPES.finditer(text):
        code, named = found[1] or found[2] or found[3], found[4]
        character = chr(int(code, 16)) if code else unescape(named) if named else found[5]
        if len(character) == 1:
            parts += [text[at : found.start()], character]
            kept += [*places[at : found.start()], places[found.start()]]
            at = found.end()
    return ("".join([*parts, text[at:]]), [*kept, *places[at:]]) if at else (text, places)


class Masker(_Mask):
    """Replaces the secrets of a connection; what urllib3 logs of each call passes through every masker."""

    def __init__(self) -> None:
        super().__init__(_Pattern(()))
        _maskers[id(self)] = self

    def hide(self, secret: Token | None) -> None:
        """Adds a secret; it is hidden in base64, in hexadecimal, and with escapes as well.

        A string of fewer than four characters is not hidden: it is in too many words.
        """
        text = secret.reveal() if secret is not None else ""
        if len(text) < SHORTEST:
            return
        # A token with half a character is refused, and not shown either.
        encoded = (base64.b64encode(form.encode("utf-8", "surrogatepass")).decode() for form in (text, f"{text}:"))
        self.pattern = _Pattern([*self.pattern.secrets, *map(Token, (text, *encoded))])


def masked(text: str) -> str:
    """Returns a string without the secrets of any connection, found in one pass."""
    # Other threads open and close connections meanwhile: the list of references is one step, a loop over a set is not.
    maskers = (reference() for reference in _maskers.valuerefs())
    patterns = tuple(masker.pattern for masker in maskers if masker is not None)
    found = _combined.get(patterns)
    if found is None:
        found = _Mask(_Pattern(secret for each in patterns for secret in each.secrets))
        _combined.clear()
        _combined[patterns] = found
    return found(text)


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
_combined: dict[tuple[_Pattern, ...], _Mask] = {}
CONCEAL.append(masked)
logging.getLogger("urllib3.connectionpool").addFilter(_LogFilter())
logging.getLogger("urllib3.util.retry").addFilter(_LogFilter())
