"""What a connection goes over: hosts, certificates, and proxies on the way."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from RPA.Planhat.errors import PlanhatAuthConfigurationError, PlanhatValidationError
from RPA.Planhat.text.files import file_path, translate_os_errors
from RPA.Planhat.text.parsing import is_loopback
from RPA.Planhat.text.secrets import Masker, Token

API_URL = "https://api.planhat.com"
ANALYTICS_URL = "https://analytics.planhat.com"


def host_of(url: str | None, variable: str = "", default: str = "") -> str:
    """Returns the address of a host without a slash at its end.

    Args:
        url: The address. One that is empty, as of a variable that is not set, must not mean the real account.
        variable: The variable of the environment to look at when there is none.
        default: The address when neither names one.

    Raises:
        PlanhatAuthConfigurationError: If it is not one, or a token would go there without encryption.
    """
    url = os.environ.get(variable) or default if url is None else url
    if not url.strip():
        what = "The address of the host is empty"
        raise PlanhatAuthConfigurationError(f"{what}. Name it, such as {API_URL}, or leave it out.")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as problem:
        raise PlanhatAuthConfigurationError(f"{url!r} is not a host like {API_URL}: {problem}.") from problem
    hint = "" if "://" in url else " Write https:// before it."
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise PlanhatAuthConfigurationError(f"{parts.hostname or url!r} is not a host like {API_URL}.{hint}")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise PlanhatAuthConfigurationError(
            f"http://{parts.hostname} would send the token unprotected; only https is taken, or http to this machine."
        )
    return url.rstrip("/")


def ca_bundle(verify: bool | str) -> bool | str:  # noqa: FBT001 - as requests takes it
    """Returns what `requests` checks certificates with: the usual CAs, or those of a file.

    Raises:
        PlanhatAuthConfigurationError: If TLS would not be verified, or there is no such file.
        PlanhatValidationError: If the file cannot be read.
    """
    if verify is False:
        raise PlanhatAuthConfigurationError("TLS is always verified. Give verify= the path of your CA bundle instead.")
    if verify is True:
        return True
    path = file_path(verify, "verify")
    with translate_os_errors(path, "read"):
        if path.is_file():
            path.open("rb").close()  # else each call says that it cannot be read
        if path.exists():
            return str(path)
    raise PlanhatAuthConfigurationError(f"The CA bundle {verify} does not exist.")


SCHEMES = ("http", "https")
FOR_CALLS = re.compile(r"[A-Za-z][A-Za-z0-9_]*(://[\w.-]+)?")
EXAMPLE = "{'https': 'http://proxy.example:3128'}, or http://proxy.example:3128 for all calls"


class Proxies:
    """Proxies by scheme, whose addresses show as `<secret>`.

    Args:
        addresses: The addresses by scheme, as `requests` takes them; `None` for those of the environment.
    """

    def __init__(self, addresses: Mapping[str, Token] | None) -> None:
        self._addresses = addresses

    @classmethod
    def of(cls, given: Any) -> Proxies:
        """Returns the proxies that a user named.

        Args:
            given: A dictionary by scheme, the same as text, one address for all calls, or nothing for those of the
                environment. Instead of text, a `Secret` or a token can be given.

        Raises:
            PlanhatValidationError: If it is none of these. What was given is not shown.
        """
        if isinstance(given, cls):
            return given
        if not isinstance(given, Mapping):
            text = Token.of(given)
            given = _by_scheme(text) if text is not None else None
        return cls(None if given is None else {_scheme(name): _address(each) for name, each in given.items()})

    def reveal(self) -> dict[str, str] | None:
        """Returns the addresses themselves; only what sends may ask."""
        return None if self._addresses is None else {name: each.reveal() for name, each in self._addresses.items()}

    def hide_in(self, mask: Masker) -> None:
        """Makes a masker replace the passwords, also those of the environment when no proxies were named."""
        from urllib.request import getproxies  # noqa: PLC0415 - it loads half of what requests does

        for address in (self.reveal() or getproxies()).values():
            for secret in _secrets_in(address):
                mask.hide(Token(secret))

    def __repr__(self) -> str:
        return f"<proxies for {', '.join(self._addresses)}>" if self._addresses else "<proxies of the environment>"


def _by_scheme(text: Token) -> Any:
    """Returns the meaning of a string: a dictionary as Python writes it, or one address for all schemes."""
    if not text.reveal().startswith("{"):
        return dict.fromkeys(SCHEMES, text)
    with suppress(ValueError, SyntaxError):
        found = ast.literal_eval(text.reveal())
        if isinstance(found, dict):
            return found
    # Outside of the handler: those errors show the text.
    raise PlanhatValidationError(f"proxies is not a dictionary. Write it as {EXAMPLE}.")


def _scheme(given: Any) -> str:
    """Returns what a proxy is for: a scheme, perhaps of one host. Addresses in its place may hold a password."""
    if not isinstance(given, str) or not FOR_CALLS.fullmatch(given):
        raise PlanhatValidationError(f"proxies has something else in place of a scheme. Write it as {EXAMPLE}.")
    return given


def _address(given: Any) -> Token:
    text = given if isinstance(given, str) else getattr(given, "value", None)
    token = given if isinstance(given, Token) else Token(text) if isinstance(text, str) else None
    if token is None or token.reveal() in SCHEMES or not _is_address(token.reveal()):
        raise PlanhatValidationError(f"proxies has a value that is not an address. Write it as {EXAMPLE}.")
    return token


def _is_address(text: str) -> bool:
    try:
        return bool(urlsplit(text if "://" in text else f"http://{text}").hostname)
    except ValueError:
        return False


def _secrets_in(address: str) -> Iterator[str]:
    credentials = address.rpartition("@")[0].rpartition("//")[2]
    user, _, password = credentials.partition(":")
    for form in {password, unquote(password)}:
        if form:
            yield f"{user}:{form}"
            yield f"{unquote(user)}:{form}"
            yield form
