"""Keywords that open, switch and close connections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat.connection.credentials import Token
from RPA.Planhat.connections import DEFAULT, Connections
from RPA.Planhat.keywords.component import Component, flag
from RPA.Planhat.keywords.converters import ready
from RPA.Planhat.keywords.limits import refuse_typing_error, takes_limits
from RPA.Planhat.session import PlanhatSession


class Credential:
    """A secret: text, a Robot Framework `Secret`, or a dictionary such as a whole vault secret. It shows in no log."""


@ready
def hide(value: object) -> Any:
    """Text, a `Secret`, or a dictionary: a vault secret with the keys `api_key` and `tenant_uuid`, or proxies."""
    if isinstance(value, Mapping):
        # Where proxies are written the wrong way round, their addresses are the names.
        return {hide(key) if "@" in str(key) else str(key): hide(each) for key, each in value.items()}
    text = getattr(value, "value", value)
    return value if value in (None, "") or isinstance(value, Token) else Token.of(str(text)) or ""


class ConnectionKeywords(Component):
    """Keywords that open, switch and close connections.

    Args:
        connections: The connections of the library.
        make: Makes a session of options; those of the import stand in for what is not given.
    """

    def __init__(self, connections: Connections, make: Callable[..., PlanhatSession]) -> None:
        super().__init__(connections)
        self._make = make

    @keyword(tags=["connection"])
    @takes_limits(inherited=True)
    def connect_to_planhat(
        self,
        api_key: Credential | None = None,
        tenant_uuid: Credential | None = None,
        proxies: Credential | None = None,
        *,
        vault_secret_name: str | None = None,
        alias: str = DEFAULT,
        base_url: str | None = None,
        analytics_url: str | None = None,
        verify: str | None = None,
        read_only: bool | None = None,
        allow_delete: bool | None = None,
        **limits: Any,
    ) -> str:
        """Opens a connection to a Planhat tenant and makes it the current one.

        Not needed when credentials come with the import, the environment or the vault: the first keyword
        connects by itself. Nothing is sent yet.

        Args:
            api_key: The API access token: text, a `Secret`, or a whole vault secret. Without it,
                `PLANHAT_API_KEY` and then the vault secret `planhat_api` are taken.
            tenant_uuid: The tenant UUID, which activities and metrics need; else `PLANHAT_TENANT_UUID`.
            proxies: Proxies by scheme, as `{'https': 'http://user:password@proxy:3128'}`, or one address for all;
                those of the environment unless given. Shows as `<secret>` in the log.
            vault_secret_name: A vault secret with the keys `api_key` and `tenant_uuid`, read instead.
            alias: The name of the connection, for several tenants in one robot.
            base_url: The API host; else that of the import.
            analytics_url: The analytics host; else that of the import.
            verify: The path of a CA bundle. TLS is always verified.
            read_only: When true, everything that could change something is refused.
            allow_delete: When false, deletions are refused.
            **limits: Limits and delays.

        Returns:
            The alias.

        Raises:
            PlanhatAuthConfigurationError: If there is no token, or the vault can not be read.
            PlanhatValidationError: If an option is unknown or senseless.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Connect To Planhat
            Connect To Planhat    ${API KEY}    alias=emea    timeout=2 min    largest_answer=64 MB
            Connect To Planhat    ${API KEY}    alias=reports    read_only=True
            Switch Planhat Connection    emea
        ```
        """
        for value in (api_key, tenant_uuid, proxies):
            refuse_typing_error(value, signature(self.connect_to_planhat).parameters)
        hosts = {"base_url": base_url, "analytics_url": analytics_url, "proxies": hide(proxies), "verify": verify}
        switches = {"read_only": read_only, "allow_delete": allow_delete}
        given = {name: flag(name, value) for name, value in switches.items() if value is not None}
        session = self._make(hide(api_key), vault_secret_name, hide(tenant_uuid), limits, **hosts, **given)
        _ = session.credentials
        self.connections.open(alias, session)
        logger.info(f"Connected to {session.base_url} as {alias!r}.")
        return alias

    @keyword(tags=["connection"])
    def switch_planhat_connection(self, alias: str) -> str:
        """Makes another open connection the current one.

        Args:
            alias: The name that it was connected with.

        Returns:
            The alias of the connection that was current before.

        Raises:
            PlanhatAuthConfigurationError: If there is no connection of that alias.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Switch Planhat Connection
            Connect To Planhat    ${API KEY}    alias=emea
            Connect To Planhat    ${API KEY}    alias=apac
            ${before}=    Switch Planhat Connection    emea
            Should Be Equal    ${before}    apac
        ```
        """
        previous = self.connections.switch(alias)
        logger.info(f"Switched from {previous!r} to {alias!r}.")
        return previous

    @keyword(tags=["connection"])
    def close_planhat_connections(self) -> None:
        """Closes all connections. A later keyword connects anew with the credentials of the import.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Close Planhat Connections
            ${companies}=    Get Companies    limit=1
            [Teardown]    Close Planhat Connections
        ```
        """
        self.connections.close_all()
        logger.info("Closed all Planhat connections.")
