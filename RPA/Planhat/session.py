"""A connection to one tenant, and the connections of a library by alias."""

from __future__ import annotations

import os
import re
import threading
from hashlib import sha256
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from RPA.Planhat.connection.credentials import Credentials, credentials_of, held
from RPA.Planhat.connection.urls import ANALYTICS_URL, API_URL, Proxies, ca_bundle, host_of
from RPA.Planhat.errors import PlanhatAuthConfigurationError, PlanhatSafetyError, PlanhatValidationError
from RPA.Planhat.errors.base import path_of
from RPA.Planhat.text.parsing import absolute_url, http_method, require
from RPA.Planhat.text.secrets import Masker, Token
from RPA.Planhat.transport import READS, Settings
from RPA.Planhat.types import MODELS, PlanhatObject, PlanhatObjectList
from RPA.Planhat.types.encoding import encode_json, refuse_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import requests
    from requests.adapters import BaseAdapter

    from RPA.Planhat.transport.calls import Transport
    from RPA.Planhat.transport.http import PlanhatAuth

__all__ = ["DEFAULT", "Connections", "PlanhatAuth", "PlanhatSession", "no_auth"]

DEFAULT = "default"
"""The alias of the connection that the import arguments describe."""

_PATH = re.compile(r"[^?#]*")


class PlanhatSession:
    """A connection to one tenant. Nothing is read or sent before the first call.

    Args:
        api_key: The API access token, or a whole vault secret. Wins over a vault name.
        vault_secret_name: The vault secret with `api_key` and `tenant_uuid`; `planhat_api` when nothing else is given.
        tenant_uuid: The tenant UUID, for activities and metrics.
        base_url: The API host; else `PLANHAT_BASE_URL`, else `https://api.planhat.com`.
        analytics_url: The analytics host; else `PLANHAT_ANALYTICS_URL`, else `https://analytics.planhat.com`.
        proxies: Proxies by scheme, as `requests` takes them; those of the environment by default.
        verify: The path of a CA bundle, or true for the usual ones. TLS is always verified.
        read_only: Refuse every call that could change something.
        allow_delete: Refuse deletions when false.
        settings: All limits and delays.
        **limits: Some of them by name, such as `timeout=60`, on top of the settings.

    Attributes:
        settings: The limits and delays.
        proxies: The proxies, which keep their addresses to themselves.
        mask: Takes the secrets of the connection out of a string.
        cache: Lists that were read as a whole, by model, until the next write.
        custom_fields: The custom fields of the tenant, once they were read, until one is written.

    Raises:
        PlanhatAuthConfigurationError: If a host is not reachable safely: plain http other than to this machine.
        PlanhatValidationError: If a limit is unknown or senseless.
    """

    base_url = API_URL
    """The API host."""

    is_sandbox = False
    """Whether this is the library's own sandbox, which has another port in each run."""

    dry_run = False
    """Whether writes are only logged, not sent."""

    def __init__(  # noqa: PLR0913 - the options of a connection, all named
        self,
        api_key: Any = None,
        vault_secret_name: str | None = None,
        tenant_uuid: Any = None,
        *,
        base_url: str | None = None,
        analytics_url: str | None = None,
        proxies: Any = None,
        verify: bool | str = True,
        read_only: bool = False,
        allow_delete: bool = True,
        settings: Settings | None = None,
        **limits: Any,
    ) -> None:
        self.base_url = host_of(base_url, "PLANHAT_BASE_URL", API_URL)
        self.analytics_url = host_of(analytics_url, "PLANHAT_ANALYTICS_URL", ANALYTICS_URL)
        self.read_only = read_only
        self.allow_delete = allow_delete
        self.settings = (settings or Settings()).with_limits(limits)
        self._verify = ca_bundle(verify)
        self._adapters: dict[str, BaseAdapter] = {}
        self._transports: dict[int, Transport] = {}
        self._lock, self._lock_of = threading.Lock(), os.getpid()
        self.mask = Masker()
        self.proxies = Proxies.of(proxies)
        self.proxies.hide_in(self.mask)
        self.cache: dict[type[PlanhatObject], PlanhatObjectList[Any]] = {}
        self.custom_fields: PlanhatObjectList[Any] | None = None
        self.planned_companies: dict[str, dict[str, Any] | None] = {}  # of a dry run: what it would store, by id
        self.authenticate(api_key, vault_secret_name, tenant_uuid)

    def __repr__(self) -> str:
        return f"<PlanhatSession {self.base_url}>"

    def authenticate(self, api_key: Any = None, vault_secret_name: str | None = None, tenant_uuid: Any = None) -> None:
        """Changes the credentials; the next call uses them.

        Args:
            api_key: The API access token, or a whole vault secret.
            vault_secret_name: The vault secret to read when no token is given.
            tenant_uuid: The tenant UUID.
        """
        if isinstance(api_key, (str, Token)):
            self.mask.hide(Token.of(api_key))
        self._given = (held(api_key), vault_secret_name, Token.of(tenant_uuid))
        self._credentials: Credentials | None = None
        self.cache.clear()
        self.custom_fields = None
        # Those of a parent process stay here, untouched: closing them would take their locks.
        self._transports.pop(os.getpid(), None)

    def close(self) -> None:
        """Closes the network connections; a later call opens new ones."""
        transport = self._transports.pop(os.getpid(), None)
        if transport is not None:
            transport.close()

    def mount(self, prefix: str, adapter: BaseAdapter) -> None:
        """Lets an adapter send the requests to URLs that begin with a prefix, as `requests.Session.mount` does.

        Such an adapter does not tell whether a request left this machine. So a create without a key that ends in an
        error of the connection is never sent again, and its outcome is unknown.

        Args:
            prefix: The beginning of URLs, such as `https://` or `https://api.planhat.com`; the longest one counts.
            adapter: An adapter as `requests` has them.
        """
        self._adapters[prefix] = adapter
        if (transport := self._transports.get(os.getpid())) is not None:
            transport.http.mount(prefix, adapter)

    @property
    def credentials(self) -> Credentials:
        """The credentials, looked up on first use."""
        if self._credentials is None:
            self._credentials = credentials_of(*self._given)
            self.mask.hide(self._credentials.api_key)
            self.mask.hide(self._credentials.tenant_uuid)
        return self._credentials

    def get(
        self, url: str, params: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Reads. A relative url is taken on the API host.

        Args:
            url: The path, such as `/companies`.
            params: The query.
            headers: Further headers.

        Raises:
            PlanhatHTTPError: If Planhat refuses the call; its subclasses name the reason.
        """
        return self.call("GET", url, params=params, headers=headers)

    def post(
        self, url: str, data: Any = None, json: Any = None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Creates. Never sent again once Planhat may have stored it.

        Args:
            url: The path, such as `/companies`.
            data: The body as it is, JSON in bytes or text.
            json: The body as Python values; used when there is no data.
            headers: Further headers.

        Raises:
            PlanhatHTTPError: If Planhat refuses the call.
            PlanhatOutcomeUnknownError: If the record may or may not be stored.
        """
        return self.call("POST", url, data=data, json=json, headers=headers)

    def put(
        self, url: str, data: Any = None, json: Any = None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Updates one record, or upserts a list of them; arguments and errors as in `post`.

        A list is sent again after a failure only if each row has a unique key.
        """
        return self.call("PUT", url, data=data, json=json, headers=headers)

    def patch(
        self, url: str, data: Any = None, json: Any = None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Sends a PATCH, which Planhat itself does not use; arguments and errors as in `post`."""
        return self.call("PATCH", url, data=data, json=json, headers=headers)

    def delete(
        self, url: str, params: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Deletes; arguments and errors as in `get`."""
        return self.call("DELETE", url, params=params, headers=headers)

    def create_analytics(self, activity: Mapping[str, Any]) -> requests.Response:
        """Sends one user activity to the analytics host, which answers before it looks at it.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID.
        """
        return self.call_analytics("analytics", activity)

    def create_bulk_activities(self, activities: list[Any]) -> requests.Response:
        """Sends a list of user activities to the analytics host, at most 32 MB.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID.
        """
        return self.call_analytics("analytics/bulk", activities)

    def call(  # noqa: PLR0913 - the parts of an HTTP request
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        data: Any = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool | None = None,
    ) -> requests.Response:
        """Sends one request to the API host and returns the answer, which is a success.

        Args:
            method: The HTTP verb.
            url: The path, or an absolute URL on the same host.
            params: The query.
            data: The body as it is.
            json: The body as Python values.
            headers: Further headers.
            repeatable: Whether sending it twice does no harm. Default: found out from the request.
        """
        method = http_method(method)
        target = absolute_url(self.base_url, url)
        self.require_permission(method, target)
        if method not in READS:
            self.cache.clear()
            self.custom_fields = None if "/customfields" in target else self.custom_fields
        path = _PATH.match(target, len(self.base_url)).group()  # type: ignore[union-attr]
        if repeatable is None:
            repeatable = _is_repeatable(method, path, json if data is None else data)
        body = encode_json(json) if data is None and json is not None else data
        is_bulk = method == "PUT" and "/" not in path.strip("/")
        return self.transport.send(
            method,
            target,
            params=params,
            data=body,
            headers=headers,
            repeatable=repeatable,
            read_timeout=self.settings.bulk_read_timeout if is_bulk else None,
        )

    def call_analytics(
        self, path: str, payload: Any, *, repeatable: bool = False, as_user: bool = False
    ) -> requests.Response:
        """Posts to a path of the analytics host; the tenant UUID goes with it, and no token.

        Args:
            path: `analytics`, `analytics/bulk`, `dimensiondata` or `dock/segment`.
            payload: What is sent, as Python values, or JSON in bytes.
            repeatable: Whether it may be sent again although Planhat may have taken it.
            as_user: Whether the tenant UUID is the user name; otherwise it is put behind the path.

        Raises:
            PlanhatAuthConfigurationError: Without a tenant UUID.
        """
        from RPA.Planhat.transport import http  # noqa: PLC0415 - it loads requests

        auth = (http.TenantAsUser if as_user else http.TenantInPath)(self.require_tenant())
        target = f"{self.analytics_url}/{path}"
        self.require_permission("POST", target)
        body = payload if isinstance(payload, bytes) else encode_json(payload)
        timeout = self.settings.bulk_read_timeout
        answer = self.transport.send(
            "POST", target, data=body, auth=auth, repeatable=repeatable, paced=False, read_timeout=timeout
        )
        # That host answers before it looks, so that nothing is sent again for the sake of what it says.
        answer.again = None
        return refuse_page(answer)

    def call_segment(self, event: Mapping[str, Any]) -> requests.Response:
        """Posts a Segment event to the dock; errors as in `call_analytics`."""
        return self.call_analytics("dock/segment", event, as_user=True)

    def call_automation(
        self, url: str | Token, payload: Any, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Posts JSON to the incoming webhook of an automation, at most once; the token does not go there.

        Args:
            url: The URL that Planhat shows for the webhook. It is a secret: whoever knows it can start the automation.
            payload: What is sent, as Python values.
            headers: Further headers, such as one that the automation checks.

        Raises:
            PlanhatAuthConfigurationError: If the URL is not one that can be posted to safely.
            PlanhatHTTPError: If the answer is a refusal.
            PlanhatOutcomeUnknownError: If the automation may or may not have received it.
        """
        secret = Token.of(url)
        target = (secret.reveal() if secret is not None else "").strip()
        self.mask.hide(Token.of(target))
        self.mask.hide(Token.of(urlsplit(target).path.strip("/")))
        try:
            host_of(target)
        except PlanhatAuthConfigurationError:
            # That error names the host, or all of a text that is none.
            raise PlanhatAuthConfigurationError(
                "The URL of the automation is not a valid https address without user name, query or fragment."
            ) from None
        self.require_permission("POST", target)
        return self.transport.send(
            "POST", target, data=encode_json(payload), headers=headers, auth=no_auth, repeatable=False, paced=False
        )

    @property
    def parallel(self) -> int:
        """Calls that may be under way at the same time."""
        return self.settings.connections

    @property
    def transport(self) -> Transport:
        """What sends, retries and paces; opened on first use, in each process again.

        A forked process would otherwise share the connections of its parent, and each would read answers of the other.
        """
        own = os.getpid()
        transport = self._transports.get(own)
        if transport is None:
            if own != self._lock_of:
                # A thread that does not exist here may hold it for ever.
                self._lock, self._lock_of = threading.Lock(), own
            with self._lock:
                transport = self._transports.get(own) or self._opened()
                self._transports[own] = transport
        return transport

    def _opened(self) -> Transport:
        from RPA.Planhat.transport import calls, http  # noqa: PLC0415 - they load requests

        return calls.Transport(
            self.settings,
            auth=http.PlanhatAuth(self.credentials.api_key or ""),
            proxies=self.proxies.reveal(),
            verify=self._verify,
            mask=self.mask,
            adapters=self._adapters,
        )

    @property
    def tenant(self) -> str:
        """What tells tenants apart in files that are kept: the host, and a digest of the token that leads nowhere."""
        secret = self.credentials.api_key
        digest = sha256(secret.reveal().encode()).hexdigest()[:8] if secret else ""
        return f"{'sandbox' if self.is_sandbox else self.base_url} {digest}"

    def require_tenant(self) -> Token:
        """Returns the tenant UUID.

        Raises:
            PlanhatAuthConfigurationError: If there is no tenant UUID.
        """
        uuid = self.credentials.tenant_uuid
        if uuid is None:
            raise PlanhatAuthConfigurationError(
                "Activities and metrics need the tenant UUID. Give tenant_uuid=, set the environment variable "
                "PLANHAT_TENANT_UUID, or put tenant_uuid into the vault secret."
            )
        return uuid

    def require_permission(self, method: str, url: str) -> None:
        """Checks the safety switches, before anything is sent.

        Args:
            method: The HTTP verb.
            url: The path, or a URL.

        Raises:
            PlanhatSafetyError: If this connection must not send it.
        """
        if self.read_only and method not in READS:
            why = "this connection is read-only (read_only=True)"
        elif not self.allow_delete and method == "DELETE":
            why = "deletions are switched off (allow_delete=False)"
        else:
            return
        raise PlanhatSafetyError(f"{method} {path_of(url)} was not sent: {why}.")


def no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leaves a request without token, for hosts and pages that take none."""
    return request


class Connections:
    """Sessions by alias; the default one is opened from the import arguments when it is first needed.

    Args:
        make_default: Makes the session that is used when none was connected.
    """

    def __init__(self, make_default: Callable[[], PlanhatSession]) -> None:
        self._make_default = make_default
        self._sessions: dict[str, PlanhatSession] = {}
        self._current = DEFAULT

    def open(self, alias: str, session: PlanhatSession) -> None:
        """Adds a session and makes it the current one; an older one of that alias is closed.

        Raises:
            PlanhatValidationError: If the alias is not a string, or empty.
        """
        if _named(alias) in self._sessions:
            self._sessions[alias].close()
        self._sessions[alias] = session
        self._current = alias

    def get(self, alias: str | None = None) -> PlanhatSession:
        """Returns a session: the current one unless an alias is given.

        Raises:
            PlanhatAuthConfigurationError: If there is none of that alias; the message names those that are open.
            PlanhatValidationError: If the alias is not a string, or empty: another tenant could be meant.
        """
        alias = self._current if alias is None else _named(alias)
        if alias not in self._sessions and alias == DEFAULT:
            # Two threads may both make one: making it costs nothing, and the first one stays.
            self._sessions.setdefault(DEFAULT, self._make_default())
        if alias not in self._sessions:
            known = ", ".join(sorted(self._sessions)) or "none"
            raise PlanhatAuthConfigurationError(
                f"There is no Planhat connection {alias!r}. Open: {known}. Use Connect To Planhat with alias={alias}."
            )
        return self._sessions[alias]

    def switch(self, alias: str) -> str:
        """Makes another session the current one and returns the alias of the one before."""
        self.get(_named(alias))
        previous, self._current = self._current, alias
        return previous

    def close_all(self) -> None:
        """Closes all sessions and forgets them."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()
        self._current = DEFAULT

    def forget_cached(self) -> None:
        """Empties the caches of all sessions."""
        for session in self._sessions.values():
            session.cache.clear()


def _named(alias: str) -> str:
    """Returns an alias. One that is empty, as of a variable that is not set, does not mean the current connection."""
    require("alias", alias, str, "a string")
    if not alias.strip():
        raise PlanhatValidationError("alias is empty. Name a connection, or leave alias out for the current one.")
    return alias


def _is_repeatable(method: str, path: str, payload: Any) -> bool:
    """Returns whether a request does no harm when it is processed twice."""
    if method in READS or method == "DELETE":
        return True
    if method != "PUT":
        return False
    name = path.strip("/")
    if "/" in name:  # one record by its id; without an id it is a bulk upsert, which creates rows that have no key
        return True
    model = next((model for model in MODELS.values() if name == model.API_NAME), None)
    rows = payload if isinstance(payload, list) else [payload]
    return model is not None and all(isinstance(row, dict) and model.has_unique_key(row) for row in rows)


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Loads the part that is a class of `requests` when a program asks for it."""
        if name == "PlanhatAuth":
            return import_module("RPA.Planhat.transport.http").PlanhatAuth
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
