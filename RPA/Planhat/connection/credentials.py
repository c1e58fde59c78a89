"""Credentials: where they come from, and how they are kept out of everything that is printed."""

from __future__ import annotations

import base64
import logging
import os
import re
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from RPA.Planhat.connection.vaults import read_secret, variable_in_use, vault_is_configured
from RPA.Planhat.errors import CONCEAL, PlanhatAuthConfigurationError

DEFAULT_SECRET = "planhat_api"  # nosec B105 # noqa: S105 - the name of a vault secret, not its value
"""The vault secret that is read when nothing else is given; it has the keys `api_key` and `tenant_uuid`."""

KEY_VARIABLE = "PLANHAT_API_KEY"
TENANT_VARIABLE = "PLANHAT_TENANT_UUID"

MASK = "<secret>"

QUOTES = "\"'`“”„«»"

SHORTEST = 4
"""Characters of a secret that is looked for in all texts; a shorter one is in too many words."""

HOW_TO = (
    "Give api_key= to the library or to Connect To Planhat, or set the environment variable PLANHAT_API_KEY, "
    f"or put api_key into the vault secret {DEFAULT_SECRET!r}."
)


class Token:
    """A secret text that shows as `<secret>` wherever it is printed, and can not be pickled."""

    __slots__ = ("_reveal",)

    def __init__(self, value: str) -> None:
        def reveal() -> str:
            return value

        self._reveal = reveal

    @classmethod
    def of(cls, value: Any) -> Token | None:
        """Returns a token made of a text, a Robot Framework `Secret` or a token; nothing of nothing.

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

    def reveal(self) -> str:
        """Returns the text itself; only the code that builds a request may ask."""
        return self._reveal()

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and self.reveal() == other.reveal()

    def __hash__(self) -> int:
        return hash(self.reveal())

    def __reduce__(self) -> str:
        raise TypeError("A token is not pickled.")


@dataclass(frozen=True)
class Credentials:
    """What a connection needs.

    Attributes:
        api_key: The API access token of a service account.
        tenant_uuid: The tenant UUID, which the analytics host needs.
        api_key_from: Where the token was found, in words.
        tenant_uuid_from: Where the tenant UUID was found, in words; empty without one.
    """

    api_key: Token | None = None
    tenant_uuid: Token | None = None
    api_key_from: str = ""
    tenant_uuid_from: str = ""


def credentials_of(api_key: Any = None, vault_secret_name: str | None = None, tenant_uuid: Any = None) -> Credentials:
    """Finds credentials: in the arguments, then in the environment, then in the vault.

    Args:
        api_key: The token, or a whole vault secret with the keys `api_key` and `tenant_uuid`.
        vault_secret_name: The vault secret to read when no token is given.
        tenant_uuid: The tenant UUID.

    Raises:
        PlanhatAuthConfigurationError: If there is no token, or the vault can not be read.
    """
    key_from, uuid_from = "the argument api_key", "the argument tenant_uuid"
    secret, source = _secret_for(api_key, vault_secret_name)
    if secret is not None:
        api_key, key_from = _key_in(secret, source), source
        tenant_uuid, uuid_from = (tenant_uuid, uuid_from) if tenant_uuid else (secret.get("tenant_uuid"), source)
    key, key_from = _or_environment(api_key, key_from, KEY_VARIABLE)
    if key is None:
        raise PlanhatAuthConfigurationError(f"There is no Planhat API token. {HOW_TO}")
    uuid, uuid_from = _or_environment(tenant_uuid, uuid_from, TENANT_VARIABLE)
    _require_sendable("The token", key, key_from)
    if uuid is not None:
        _require_sendable("The tenant UUID", uuid, uuid_from)
    return Credentials(key, uuid, key_from, uuid_from)


def _require_sendable(what: str, token: Token, source: str) -> None:
    text = token.reveal()
    if text[0] in QUOTES and text[-1] in QUOTES:
        # cmd.exe keeps those of `set PLANHAT_API_KEY="…"`.
        problem = f"{what} in {source} is in quotation marks. Remove them."
    elif not token.is_sendable:
        problem = f"{what} in {source} contains spaces or characters that are not in any token. Copy it again."
    else:
        return
    del text
    raise PlanhatAuthConfigurationError(problem)


def _secret_for(api_key: Any, vault_secret_name: str | None) -> tuple[Mapping[str, Any] | None, str]:
    """Returns the vault secret to take, and where it is from; nothing when arguments or environment have a token."""
    if isinstance(api_key, Mapping):
        return api_key, "the given secret"
    if Token.of(api_key) or (not vault_secret_name and (os.environ.get(KEY_VARIABLE) or not vault_is_configured())):
        return None, ""
    name, variable = vault_secret_name or DEFAULT_SECRET, variable_in_use()
    return read_secret(name), f"the vault secret {name!r}{variable and f' ({variable})'}"


def _key_in(secret: Mapping[str, Any], source: str) -> Any:
    if not secret.get("api_key"):
        keys = ", ".join(sorted(map(str, secret))) or "nothing"
        raise PlanhatAuthConfigurationError(f"There is no api_key in {source}; it has: {keys}.")
    return secret["api_key"]


def _or_environment(value: Any, source: str, variable: str) -> tuple[Token | None, str]:
    token = Token.of(value)
    if token is not None:
        return token, source
    token = Token.of(os.environ.get(variable))
    return token, f"the environment variable {variable}" if token is not None else ""


def _replacer(texts: Iterable[str]) -> Callable[[str], str]:
    """Returns what masks texts. A function, since the pattern shows them when it is printed."""
    pattern = re.compile("|".join(map(re.escape, [MASK, *texts])))

    def mask(text: str) -> str:
        return pattern.sub(MASK, text)

    return mask


class _Pattern:
    """Finds all forms of secrets in one pass, the longest first; and masks, so that no mask is masked again."""

    def __init__(self, forms: Iterable[Token]) -> None:
        self.forms = tuple(forms)
        texts = sorted((each.reveal() for each in self.forms), key=len, reverse=True)
        self.mask = _replacer(texts)

    def __repr__(self) -> str:
        return f"<{len(self.forms)} masked texts>"


class Masker:
    """Replaces secrets in text; what urllib3 logs of each call passes through every masker."""

    def __init__(self) -> None:
        self.pattern = _Pattern(())
        _maskers.add(self)

    def hide(self, secret: Token | None) -> None:
        """Adds a secret; its base64 forms are hidden as well.

        A text of fewer than four characters is not hidden: it is in too many words.
        """
        text = secret.reveal() if secret is not None else ""
        if len(text) < SHORTEST:
            return
        # A token with half a character is refused, and not shown either.
        encoded = (base64.b64encode(form.encode("utf-8", "surrogatepass")).decode() for form in (text, f"{text}:"))
        self.pattern = _Pattern(dict.fromkeys([*self.pattern.forms, *map(Token, (text, *encoded))]))

    def __call__(self, text: str) -> str:
        """Returns a text with all secrets replaced by `<secret>`."""
        return self.pattern.mask(text)

    def __repr__(self) -> str:
        return repr(self.pattern)


def masked(text: str) -> str:
    """Returns a text without the secrets of any connection, found in one pass."""
    patterns = tuple(masker.pattern for masker in list(_maskers))
    if patterns not in _combined:
        _combined.clear()
        _combined[patterns] = _Pattern(form for each in patterns for form in each.forms)
    return _combined[patterns].mask(text)


class _LogFilter(logging.Filter):
    """Passes every log record, with secrets replaced."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Masks the message of a record, and lets it through."""
        text = record.getMessage()
        shown = masked(text)
        if shown != text:
            record.msg, record.args = shown, ()
        return True


_maskers: weakref.WeakSet[Masker] = weakref.WeakSet()
_combined: dict[tuple[_Pattern, ...], _Pattern] = {}
CONCEAL.append(masked)
logging.getLogger("urllib3.connectionpool").addFilter(_LogFilter())
logging.getLogger("urllib3.util.retry").addFilter(_LogFilter())
