"""Which hosts a connection goes to, and which addresses it may ask for there."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from RPA.Planhat.errors import PlanhatAuthConfigurationError, PlanhatValidationError
from RPA.Planhat.text.validation import require
from RPA.Planhat.types.ids import CONTROL_CHARACTERS

API_URL = "https://api.planhat.com"
ANALYTICS_URL = "https://analytics.planhat.com"

_ABSOLUTE = re.compile(r"//|[A-Za-z][A-Za-z0-9+.-]*:")
_LEADS_ELSEWHERE = re.compile(r"/(?:\.|%2e){1,2}(?=[/#]|$)", re.IGNORECASE)


def target_of(base_url: str, url: str) -> str:
    """Returns the absolute URL of a path on a host.

    Args:
        base_url: The host.
        url: The path, or an absolute URL on the same host.

    Raises:
        PlanhatValidationError: If it is on another host, or could reach another route than the one that is written.
    """
    require("path", url, str, "a text")
    if not _ABSOLUTE.match(url):
        url = f"{base_url}/{url.lstrip('/')}"
    elif not url.startswith(f"{base_url}/"):
        host = urlsplit(url).hostname or url
        raise PlanhatValidationError(f"{host} is not the host of this connection ({base_url}).")
    if _LEADS_ELSEWHERE.search(url.partition("?")[0]) or CONTROL_CHARACTERS.search(unquote(url)):
        raise PlanhatValidationError(f"{url!r} is refused: dots and control characters could reach another route.")
    return url


def host_of(url: str) -> str:
    """Returns the address of a host without a slash at its end.

    Raises:
        PlanhatAuthConfigurationError: If it is none, or a token would go there without encryption.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as problem:
        raise PlanhatAuthConfigurationError(f"{url!r} is not a host like {API_URL}: {problem}.") from problem
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise PlanhatAuthConfigurationError(f"{parts.hostname or url!r} is not a host like {API_URL}.")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise PlanhatAuthConfigurationError(
            f"http://{parts.hostname} would send the token unprotected; only https is taken, or http to this machine."
        )
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
