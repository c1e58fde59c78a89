"""A running sandbox, as functions and as routes: what it has, and what can be done to it: reset, seed, trouble."""

from __future__ import annotations

import hmac
import json
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from RPA.Planhat.sandbox.faults import Faults
from RPA.Planhat.sandbox.model_rules import BY_PATH, TABLES
from RPA.Planhat.sandbox.records import Records
from RPA.Planhat.sandbox.responses import ApiError, Response, json_response
from RPA.Planhat.sandbox.seed import export, load_seed
from RPA.Planhat.sandbox.settings import CONTRACT, CONTROL_HEADER, PAGE, PREFIX, Dialect, Settings
from RPA.Planhat.sandbox.store import Store
from RPA.Planhat.sandbox.tenant import EVENTS
from RPA.Planhat.sandbox.traffic import RateLimits, RequestLog
from RPA.Planhat.sandbox.values import is_too_deep, parse_scalar
from RPA.Planhat.types import Verb, find_model

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from RPA.Planhat.sandbox.connection import Request


class State:
    """The records, rules and memories of a running sandbox.

    Args:
        settings: How it is set up.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.records = Records(Store(settings.database), Dialect().with_switches(**settings.dialect))
        self.faults = Faults()
        self.limits = RateLimits(active=settings.rate_limits)
        self.log = RequestLog(secrets={settings.api_key, settings.tenant_uuid, settings.control_token})
        self.latency = settings.latency

    @property
    def dialect(self) -> Dialect:
        """The dialect that is spoken."""
        return self.records.dialect

    @property
    def store(self) -> Store:
        """Where the records are."""
        return self.records.store


class Controls:
    """The operations on a running sandbox, by name, with arguments and results that JSON can hold.

    Args:
        state: The sandbox.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._operations: dict[str, Callable[..., Any]] = {
            "reset": self._reset,
            "seed": self._seed,
            "rows": self._rows,
            "counts": self._counts,
            "requests": self._state.log.entries,
            "forget_requests": self._state.log.clear,
            "inject_fault": self._state.faults.add,
            "clear_faults": self._state.faults.clear,
            "faults": self._state.faults.active,
            "set_dialect": self._set_dialect,
            "set_latency": self._set_latency,
            "set_rate_limits": self._set_rate_limits,
            "forbid": self._forbid,
            "permit": self._permit,
            "export": self._export,
            "add_automation": self._add_automation,
            "when_changed": self._when_changed,
            "deliveries": self._state.records.automations.deliveries,
        }

    @property
    def names(self) -> list[str]:
        """The names of the operations."""
        return list(self._operations)

    def call(self, operation: str, **arguments: Any) -> Any:
        """Does one operation and returns its result.

        Raises:
            ValueError: If there is no such operation, or it cannot be done like that.
        """
        if operation not in self._operations:
            raise ValueError(f"No operation {operation!r}. There are: {', '.join(self._operations)}.")
        try:
            return self._operations[operation](**arguments)
        except TypeError as error:
            raise ValueError(f"{operation}: {error}") from error
        except ApiError as refusal:
            raise ValueError(refusal.message) from refusal

    def begin(self) -> None:
        """Seeds the data, unless the file has some."""
        if self._state.store.file and any(self._counts().values()):
            return
        self._load_again()

    def _reset(self) -> None:
        self._forget()
        if not self._state.store.back_to_start():
            self._load_again()

    def _forget(self) -> None:
        self._state.faults.clear()
        self._state.log.clear()
        self._state.limits.forget()
        self._state.records.forbidden.clear()
        self._state.records.automations.clear()
        self._state.records.invoice_numbers.clear()
        self._set_latency(self._state.settings.latency)
        self._state.limits.active = self._state.settings.rate_limits
        self._state.records.dialect = type(self._state.dialect)().with_switches(**self._state.settings.dialect)

    def _load_again(self, settings: Settings | None = None) -> None:
        with self._state.store.transaction():
            self._state.store.clear()
            self._state.records.invoice_numbers.clear()
            load_seed(self._state.records, settings or self._state.settings)
        self._state.store.keep_start()

    def _seed(self, seed: str, companies: int | None = None, seed_number: int | None = None) -> dict[str, int]:
        old = self._state.settings
        wanted = replace(
            old,
            seed=str(seed),
            companies=old.companies if companies is None else int(companies),
            seed_number=old.seed_number if seed_number is None else int(seed_number),
        )
        self._load_again(wanted)
        self._state.settings = wanted
        return self._counts()

    def _rows(self, model: str, limit: int = -1, fields: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        found = self._state.store.documents(_table_named(model), limit)
        return [row for row in found if has_values(row, fields or {})]

    def _counts(self) -> dict[str, int]:
        return {table: self._state.store.count(table) for table in TABLES}

    def _set_dialect(self, **switches: Any) -> None:
        self._state.records.dialect = self._state.dialect.with_switches(**switches)

    def _set_latency(self, seconds: float) -> None:
        self._state.latency = float(seconds)

    def _set_rate_limits(self, **limits: Any) -> None:
        for name, value in limits.items():
            if name not in ("active", "per_minute", "per_second", "parallel"):
                raise ValueError(f"No limit {name!r}. There are: active, per_minute, per_second, parallel.")
            setattr(self._state.limits, name, int(parse_scalar(value)))

    def _forbid(self, model: str, verbs: list[str] | None = None) -> None:
        self._state.records.forbidden |= _permissions(model, verbs)

    def _permit(self, model: str, verbs: list[str] | None = None) -> None:
        self._state.records.forbidden -= _permissions(model, verbs)

    def _add_automation(self) -> str:
        made = self._state.records.automations.add_incoming()
        self._state.log.secrets.add(made)
        return f"/automations/{made}"

    def _when_changed(self, model: str, url: str, events: list[str] | None = None, **call: Any) -> None:
        chosen = tuple(events) if events else EVENTS
        self._state.records.automations.call_when_changed(_path_named(model), url, events=chosen, **call)

    def _export(self, folder: str, file_format: str = "json") -> dict[str, int]:
        return export(self._state.records, Path(folder), file_format)


def has_values(row: dict[str, Any], fields: dict[str, Any]) -> bool:
    """Returns whether a record has some values; `custom.X` names a custom field, and strings may replace numbers."""
    for name, wanted in fields.items():
        is_custom = name.startswith("custom.")
        stored = (row.get("custom") or {}).get(name.removeprefix("custom.")) if is_custom else row.get(name)
        if stored != wanted and (isinstance(stored, str) or stored != parse_scalar(wanted)):
            return False
    return True


def _permissions(model: str, verbs: list[str] | None) -> set[tuple[str, str]]:
    paths = list(BY_PATH) if model == "*" else [_path_named(model)]
    wanted = {Verb(verb.lower()).value for verb in verbs} if verbs else {verb.value for verb in Verb}
    return {(path, verb) for path in paths for verb in wanted}


def _path_named(model: str) -> str:
    found = find_model(model)
    if found is None:
        raise ValueError(f"No model {model!r}. There are: {', '.join(BY_PATH)}.")
    return str(found.API_NAME)


def _table_named(model: str) -> str:
    if model.strip().lower() in TABLES:
        return model.strip().lower()
    path = _path_named(model)
    return "conversations" if path == "tickets" else path


_PAGES = (PAGE, CONTRACT)


def is_local(method: str, path: str, peer: str) -> bool:
    """Returns whether a request is for the sandbox itself; from other machines none is."""
    mine = path.startswith(PREFIX) or (method == "GET" and path in _PAGES)
    return mine and ip_address(peer).is_loopback


def netloc(url: str) -> str:
    """Returns host and port of a URL; nothing when it is not one."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def host_name(host: str) -> str:
    """Returns the name in a `Host` header, without its port; nothing when it is not valid."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def is_known_host(host: str, allowed: Collection[str] = ()) -> bool:
    """Returns whether a host, with or without a port, is allowed or this machine: `localhost` or a loopback address."""
    name = host_name(host)
    return name in {"localhost", *allowed} or is_loopback(name)


def is_loopback(address: str) -> bool:
    """Returns whether a string is an address of this machine that no other reaches."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def has_control_token(state: State, request: Request) -> bool:
    """Returns whether a request has the token that operations need."""
    return hmac.compare_digest(request.headers.get(CONTROL_HEADER, "").encode(), state.settings.control_token.encode())


def operate(state: State, controls: Controls, request: Request) -> Response:
    """Returns the result of the operation that a request names."""
    if request.method != "POST":
        return json_response({"error": f"POST one of: {', '.join(controls.names)}"}, 404)
    try:
        arguments = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict) or is_too_deep(arguments):
        return json_response({"error": "The body must be a JSON object, and not be nested too deeply"}, 400)
    if not has_control_token(state, request):
        text = f"Operations need the control token that the sandbox prints, in the header {CONTROL_HEADER}"
        return json_response({"error": text}, 401)
    try:
        return json_response({"result": controls.call(request.path.removeprefix(PREFIX), **arguments)})
    except (ValueError, TypeError, OSError, AttributeError, KeyError) as error:
        return json_response({"error": str(error)}, 400)
