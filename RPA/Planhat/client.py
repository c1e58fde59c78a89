"""`Library    RPA.Planhat`: import arguments, the introduction of the keyword docs, and the list of components."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Mapping
from functools import cache
from inspect import signature
from types import MethodType
from typing import TYPE_CHECKING, Any

from robot.utils import printable_name
from robot.version import VERSION as ROBOT_VERSION

from RPA.Planhat import operations
from RPA.Planhat.api import PythonSurface
from RPA.Planhat.connection.credentials import vault_is_configured
from RPA.Planhat.connection.managed_sandbox import ManagedSandbox
from RPA.Planhat.keywords.arguments import refuse_option, refuse_secrets, settings_of, takes_limits
from RPA.Planhat.keywords.comparing import CompareKeywords
from RPA.Planhat.keywords.component import Converters, Written, flag, hide, is_running, refuse_nobody
from RPA.Planhat.keywords.connection import ConnectionKeywords
from RPA.Planhat.keywords.conversations import ConversationKeywords
from RPA.Planhat.keywords.custom_fields import CustomFieldKeywords
from RPA.Planhat.keywords.docs import as_html
from RPA.Planhat.keywords.factory import Keyword, ModelKeywords, made_keywords
from RPA.Planhat.keywords.introduction import INTRODUCTION
from RPA.Planhat.keywords.listener import RunListener, fails_without_arguments
from RPA.Planhat.keywords.records import RecordKeywords
from RPA.Planhat.keywords.tables import TableKeywords
from RPA.Planhat.keywords.tenant import TenantKeywords
from RPA.Planhat.keywords.usage import UsageKeywords
from RPA.Planhat.session import Connections, PlanhatSession
from RPA.Planhat.transport import Settings
from RPA.Planhat.version import __version__

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from RPA.Planhat.errors import PlanhatError
    from RPA.Planhat.keywords.arguments import Limits
    from RPA.Planhat.keywords.methods import KeywordMethods

    class DynamicCore(KeywordMethods):
        """What the library uses of its base class, which is without types and lets any attribute pass."""

        keywords: dict[str, Callable[..., Any]]
        keywords_spec: dict[str, Any]
        attributes: dict[str, Callable[..., Any]]

        def __init__(self, library_components: list[Any]) -> None: ...
        def add_library_components(self, library_components: list[Any], *more: Any) -> None: ...  # noqa: D102
        def get_keyword_names(self) -> list[str]: ...  # noqa: D102
        def get_keyword_arguments(self, name: str) -> list[Any]: ...  # noqa: D102
        def get_keyword_tags(self, name: str) -> list[str]: ...  # noqa: D102
        def get_keyword_documentation(self, name: str) -> str: ...  # noqa: D102
        def get_keyword_types(self, name: str) -> dict[str, Any]: ...  # noqa: D102
        def get_keyword_source(self, keyword_name: str) -> str | None: ...  # noqa: D102
        def run_keyword(self, name: str, args: list[Any], kwargs: dict[str, Any] | None = None) -> Any: ...  # noqa: D102

else:
    from robotlibcore import DynamicCore

WITH_MARKDOWN = tuple(map(int, ROBOT_VERSION.split(".")[:2])) >= (7, 5)
"""Whether Libdoc reads Markdown; before, it gets HTML."""

PARTS = (
    RecordKeywords,
    TableKeywords,
    UsageKeywords,
    CustomFieldKeywords,
    ConversationKeywords,
    CompareKeywords,
    TenantKeywords,
)
"""The components that need nothing but the connections."""


CONNECTING, TRIGGERING = "connect_to_planhat", "trigger_planhat_automation"
"""Keywords that take secrets."""


class PlanhatClient(DynamicCore, PythonSurface):  # noqa: D101 - the introduction is the docstring
    __doc__ = INTRODUCTION

    ROBOT_LIBRARY_SCOPE = "GLOBAL"
    ROBOT_LIBRARY_VERSION = __version__
    ROBOT_LIBRARY_DOC_FORMAT = "MARKDOWN" if WITH_MARKDOWN else "HTML"
    ROBOT_LIBRARY_CONVERTERS = Converters()

    failure_of_import: PlanhatError | None = None

    @fails_without_arguments
    @takes_limits(inherited=False)
    def __init__(
        self,
        api_key: Any = None,
        vault_secret_name: str | None = None,
        tenant_uuid: Any = None,
        use_caching: bool = False,
        *,
        base_url: str | None = None,
        analytics_url: str | None = None,
        proxies: Any = None,
        verify: str | None = None,
        read_only: bool = False,
        allow_delete: bool = True,
        dry_run: bool = False,
        sandbox: str | bool = False,
        sandbox_seed: str | None = None,
        **limits: Unpack[Limits],
    ) -> None:
        """Nothing is read or sent before the first keyword that needs it.

        Args:
            api_key: The API access token: text, a `Secret`, or a whole vault secret. Better left out here and
                set in the environment or the vault, see [Connecting].
            vault_secret_name: The vault secret to read, with the keys `api_key` and `tenant_uuid`.
            tenant_uuid: The tenant UUID, which activities and metrics need.
            use_caching: For Python programs: keep the lists that `get_objects` read until the next write.
            base_url: The API host, for tenants on a cluster of their own; else `PLANHAT_BASE_URL`,
                else `https://api.planhat.com`.
            analytics_url: The analytics host; else `PLANHAT_ANALYTICS_URL`, else `https://analytics.planhat.com`.
            proxies: Proxies by scheme, such as `{'https': 'http://proxy:3128'}`, or one address for all. Default:
                those of the environment. An address with a password is better in a variable or the environment.
            verify: The path of a CA bundle. TLS is always verified.
            read_only: When true, everything that could change something is refused before it is sent.
            allow_delete: When false, deletions are refused before they are sent.
            dry_run: When true, no keyword writes: each only logs what it would do. See [Tables].
            sandbox: `True` starts a local sandbox with demo data instead of connecting to Planhat; `auto` does so
                only if no credentials are configured, and never in Control Room. See [Trying it out].
            sandbox_seed: What the sandbox starts with: `demo`, `empty`, or a folder such as that of
                `Export Planhat Tenant`. Default: `demo`.
            **limits: Limits and delays, see [Limits and retries].
        """
        for value in (api_key, vault_secret_name, tenant_uuid):
            is_token = value is not vault_secret_name
            refuse_option(value, self._import_options, is_credential=True, is_token=is_token)
        self._credentials = (hide(api_key), vault_secret_name, hide(tenant_uuid))
        hosts = {"base_url": base_url, "analytics_url": analytics_url, "proxies": hide(proxies), "verify": verify}
        switches = {"read_only": flag("read_only", read_only), "allow_delete": flag("allow_delete", allow_delete)}
        self._options = {**hosts, **switches}
        self._dry_run = flag("dry_run", dry_run)
        settings_of(limits, self._import_options)  # refuses what is unknown or senseless
        self._limits: dict[str, Any] = {**limits}
        self._use_caching = use_caching
        self._sandbox = ManagedSandbox(sandbox, sandbox_seed)
        self.connections = Connections(self._default_session)
        others = [part(self.connections) for part in PARTS]
        super().__init__([ConnectionKeywords(self.connections, self._make_session, self._import_options), *others])
        component = ModelKeywords(self.connections)
        for made in made_keywords():
            self._add(made.robot_name, made.__name__, MethodType(made, component), made)
        self.ROBOT_LIBRARY_LISTENER: Any = RunListener(
            self.close, signature(ConnectionKeywords.connect_to_planhat).parameters, self._import_options
        )

    def add_library_components(self, library_components: list[Any], *_translation: Any) -> None:
        """Takes the keywords of components, which describe themselves when somebody asks.

        This class itself has none, and would show those of the others again.
        """
        self.keywords_spec["__init__"] = Written(self.__init__)  # type: ignore[misc]
        for component in library_components:
            for name in () if component is self else dir(component):
                method = getattr(component, name)
                if hasattr(method, "robot_name"):
                    self._add(method.robot_name or name, name, method, Written(method))

    def _add(self, name: str, method_name: str, method: Callable[..., Any], spec: Keyword | Written) -> None:
        self.keywords[name], self.keywords_spec[name] = method, spec
        self.attributes[method_name] = self.attributes[name] = method

    def get_keyword_names(self) -> list[str]:
        """Returns the names of all keywords; raises why the library could not be made, if it could not."""
        if self.failure_of_import:
            raise self.failure_of_import
        return super().get_keyword_names()

    def run_keyword(self, name: str, args: list[Any], kwargs: dict[str, Any] | None = None) -> Any:
        """Runs a keyword for Robot Framework, after making sure that switches are switches and options exist."""
        spec, named = self.keywords_spec[name], {**(kwargs or {})}
        for value in args:
            # The name of a file may have an equals sign, and so may the lines of a mapping.
            if isinstance(value, str) and "=" in value and "->" not in value and not os.path.exists(value):  # noqa: PTH110 - no text is too long for it
                self._refuse_option(spec, value)
        if name != CONNECTING:
            is_secret = name == TRIGGERING
            refuse_secrets(args[is_secret:], {**named, "url": None} if is_secret else named)
        if "where" in named:
            refuse_nobody("where", named["where"])
        for switch in spec.switches & named.keys():
            named[switch] = flag(switch, named[switch])
        return super().run_keyword(name, args, named)

    def _refuse_option(self, spec: Keyword | Written, value: str) -> None:
        """Refuses `name=value` by place, which Robot Framework passes so when the keyword has no such argument.

        Where a keyword takes free names, it is a string that was escaped or came in a variable.
        """
        known = [str(each[0] if isinstance(each, tuple) else each) for each in spec.argument_specification]
        if not any(each.startswith("**") for each in known):
            refuse_option(value, known, self._import_options)

    def get_keyword_types(self, name: str) -> dict[str, Any]:
        """Returns the types of arguments and result: Robot Framework takes the result out of what it gets."""
        if is_running() and name in self.keywords_spec:
            return dict(self.keywords_spec[name].types_in_a_run)
        return dict(super().get_keyword_types(name))

    def get_keyword_documentation(self, name: str) -> str:
        """Returns the documentation of a keyword, or of the library; in a run the first line, which its log shows."""
        if is_running() and name in self.keywords_spec:
            return str(self.keywords_spec[name].first_line)
        text = str(super().get_keyword_documentation(name))
        if WITH_MARKDOWN or is_running():
            return text
        names = [printable_name(each, code_style=True) for each in self.keywords]
        sections = re.findall(r"^## (.+)$", INTRODUCTION, re.MULTILINE)
        contents = "\n".join(f"- [{section}]" for section in sections)
        return as_html(text.replace("%TOC%", contents), [*names, *sections])

    def get_keyword_source(self, keyword_name: str) -> str | None:
        """Returns where a keyword is written; one made from the registry is written where its model is."""
        made = getattr(self.keywords.get(keyword_name), "written_at", None)
        if made is None:
            return super().get_keyword_source(keyword_name)
        return _source_of(made)

    def __enter__(self) -> Self:
        """Returns the library itself, which is closed at the end of the block."""
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes all connections and stops the sandbox, if this library started one."""
        self.connections.close_all()
        self._sandbox.stop()

    @property
    def _import_options(self) -> Mapping[str, Any]:
        return signature(type(self).__init__).parameters

    def _default_session(self) -> PlanhatSession:
        return self._make_session(*self._credentials, {})

    def _make_session(
        self, api_key: Any, vault_secret_name: str | None, tenant_uuid: Any, limits: dict[str, Any], **options: Any
    ) -> PlanhatSession:
        given = {**self._limits, **_without_none(limits)}
        merged = {**self._options, **_without_none(options)}
        sandbox = None
        if merged["base_url"] is None and self._sandbox.is_wanted(
            configured=bool(any(self._credentials) or os.environ.get("PLANHAT_API_KEY") or vault_is_configured())
        ):
            sandbox = self._sandbox.started()
            api_key = api_key or sandbox.settings.api_key
            tenant_uuid = tenant_uuid or sandbox.settings.tenant_uuid
            merged.update(base_url=sandbox.url, analytics_url=sandbox.url, proxies={})
            given = {"calls_per_minute": 0, **given}
        settings = Settings().with_limits(settings_of(given, self._import_options))
        session_class = operations.dry_run.DryRun if self._dry_run else PlanhatSession
        made = session_class(api_key, vault_secret_name, tenant_uuid, settings=settings, **_without_none(merged))
        made.is_sandbox = sandbox is not None
        return made


@cache
def _source_of(written: Any) -> str:
    return f"{inspect.getsourcefile(written)}:{inspect.getsourcelines(written)[1]}"


def _without_none(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}
