"""Keywords that open, switch, check and close connections."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from inspect import signature
from typing import TYPE_CHECKING, Any

from robot.api import logger
from robot.api.deco import keyword

from RPA.Planhat import operations
from RPA.Planhat.connection.credentials import TENANT_VARIABLE
from RPA.Planhat.errors import PlanhatAuthConfigurationError, PlanhatError
from RPA.Planhat.keywords.arguments import refuse_option, takes_limits
from RPA.Planhat.keywords.component import Component, Credential, flag, hide
from RPA.Planhat.keywords.logs import log_table
from RPA.Planhat.session import DEFAULT, Connections
from RPA.Planhat.types import Record

if TYPE_CHECKING:
    from RPA.Planhat.operations.checking.report import CheckReport
    from RPA.Planhat.session import PlanhatSession


class ConnectionKeywords(Component):
    """Keywords that open, switch and close connections.

    Args:
        connections: The connections of the library.
        make: Makes a session of options; default: those of the import.
        of_import: The names of the options of the import, for hints.
    """

    def __init__(
        self, connections: Connections, make: Callable[..., PlanhatSession], of_import: Iterable[str] = ()
    ) -> None:
        super().__init__(connections)
        self._make = make
        self._of_import = of_import

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
                `PLANHAT_API_KEY` and then the vault secret `planhat_api` are taken; never the token of the import,
                which belongs to one tenant.
            tenant_uuid: The tenant UUID, which activities and metrics need; else `PLANHAT_TENANT_UUID`.
            proxies: Proxies by scheme, such as `{'https': 'http://user:password@proxy:3128'}`, or one address for all;
                those of the environment by default. Shows as `<secret>` in the log.
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
            PlanhatAuthConfigurationError: If there is no token, or the vault cannot be read.
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
        options = signature(self.connect_to_planhat).parameters
        for value in (api_key, tenant_uuid, proxies):
            is_token = value is not proxies
            refuse_option(value, options, self._of_import, is_credential=True, is_token=is_token)
        given_by: tuple[tuple[str, Any, bool], ...] = (
            ("api_key", api_key, True),
            ("tenant_uuid", tenant_uuid, bool(os.environ.get(TENANT_VARIABLE))),
            ("vault_secret_name", vault_secret_name, True),
        )
        for name, text, is_replaced in given_by:
            if is_replaced and hide(text) == "":
                # What is configured belongs to another tenant than the one whose variable is not set.
                raise PlanhatAuthConfigurationError(
                    f"{name} is empty. Set its variable, or leave {name} out for what the environment or the vault has."
                )
        hosts = {"base_url": base_url, "analytics_url": analytics_url, "proxies": hide(proxies), "verify": verify}
        switches = {"read_only": read_only, "allow_delete": allow_delete}
        given = {name: flag(name, value) for name, value in switches.items() if value is not None}
        session = self._make(hide(api_key), vault_secret_name, hide(tenant_uuid), limits, **hosts, **given)
        try:
            _ = session.credentials
        except PlanhatAuthConfigurationError as problem:
            problem.reword(str(problem).replace("to the library or to Connect To Planhat", "to Connect To Planhat"))
            raise
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
        """Closes all connections. A later keyword opens a new connection with the credentials of the import.

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

    @keyword(tags=["connection"])
    def check_planhat_connection(
        self, *, rights: bool = True, fail_on_errors: bool = True, alias: str | None = None
    ) -> Record:
        """Checks a connection, and logs what is wrong and how to fix it.

        It looks at the host, the token and where it comes from, the right to read each model, the clock of this
        machine, limits, speed, proxies and certificates, the analytics host and the tenant UUID. It reads one
        record of each model and never writes. The same from the shell: `python -m RPA.Planhat check`.

        Args:
            rights: When false, only companies are read, which is one call.
            fail_on_errors: When false, problems are only reported.
            alias: The connection to use. Default: the current one.

        Returns:
            A dictionary: `ok`, `verdict`, `base_url`, `analytics_url`, `token_from`, `findings` (each with `topic`,
            `state`, `text` and `advice`), `rights` (`yes`, `no right`, `not on this tenant` or `not known` by the path
            of the model), `clock_ahead_seconds`, `limits`, `latency_ms`, `not_checked` and `versions`.

        Raises:
            PlanhatAuthConfigurationError: If there is no token.
            PlanhatAuthFailedError: If Planhat does not accept the token.
            PlanhatConnectionError: If Planhat cannot be reached or trusted.
            PlanhatError: If something else is wrong, such as a clock that is minutes off.

        Examples:
        ```robotframework
        *** Tasks ***
        Example Of Check Planhat Connection
            ${check}=    Check Planhat Connection    fail_on_errors=False
            IF    '${check.rights.companies}' != 'yes'    Fail    ${check.verdict}
        ```
        """
        report = operations.checking.check.check_connection(self.session(alias), rights=rights)
        _log(report)
        if fail_on_errors and report.problems:
            raise _error(report)
        return report.facts()


def _log(report: CheckReport) -> None:
    rows = [[each.topic, each.state, each.text, each.advice] for each in report.findings]
    log_table(report.verdict, ["topic", "state", "found", "what to do"], rows, longest=None)
    for problem in report.problems:
        logger.warn(f"{problem.text} {problem.advice}".strip())


def _error(report: CheckReport) -> PlanhatError:
    problem = report.problems[0]
    error = report.error or PlanhatError()
    error.reword(f"{problem.text}\n{problem.advice}".strip())
    return error
