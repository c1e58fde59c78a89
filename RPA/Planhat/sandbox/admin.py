"""A running sandbox, as functions and as routes: what it knows, and what can be done to it: reset, seed, trouble."""

from __future__ import annotations

import hmac
import json
from dataclasses import replace
from functools import cache
from html import escape
from ipaddress import ip_address
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from RPA.Planhat.sandbox import openapi
from RPA.Planhat.sandbox.faults import Faults
from RPA.Planhat.sandbox.model_rules import BY_PATH, TABLES
from RPA.Planhat.sandbox.records import Records
from RPA.Planhat.sandbox.responses import HTML, ApiError, Response, json_response
from RPA.Planhat.sandbox.seed import export, load_seed
from RPA.Planhat.sandbox.settings import CONTRACT, CONTROL_HEADER, PAGE, PREFIX, Dialect, Settings
from RPA.Planhat.sandbox.store import Store
from RPA.Planhat.sandbox.tenant import EVENTS
from RPA.Planhat.sandbox.traffic import RateLimits, RequestLog
from RPA.Planhat.sandbox.values import is_too_deep, parse_scalar
from RPA.Planhat.types import Verb, find_model

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from werkzeug.wrappers import Request


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
        self._set_latency(self._state.settings.latency)
        self._state.limits.active = self._state.settings.rate_limits
        self._state.records.dialect = type(self._state.dialect)().with_switches(**self._state.settings.dialect)

    def _load_again(self, settings: Settings | None = None) -> None:
        with self._state.store.transaction():
            self._state.store.clear()
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
    """Tells whether a record has some values; `custom.X` names a custom field, and strings may replace numbers."""
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
    """Tells whether a request is for the sandbox itself; from other machines none is."""
    mine = path.startswith(PREFIX) or (method == "GET" and path in _PAGES)
    return mine and ip_address(peer).is_loopback


def answer(state: State, controls: Controls, request: Request, path: str) -> Response:
    """Returns the page, the contract, or the result of an operation."""
    host = request.headers.get("Host", "localhost")
    if not is_known_host(host, state.settings.allow_hosts):
        return json_response({"error": "Only for pages and programs of this machine"}, 403)
    if path == PAGE:
        return page(state, f"http://{host}", request.args)
    if path == CONTRACT:
        return json_response(openapi.document())
    return _operate(state, controls, request, path.removeprefix(PREFIX))


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
    """Tells whether a host, with or without a port, is allowed or this machine: `localhost` or a loopback address."""
    name = host_name(host)
    return name in {"localhost", *allowed} or is_loopback(name)


def is_loopback(address: str) -> bool:
    """Tells whether a string is an address of this machine that no other reaches."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _operate(state: State, controls: Controls, request: Request, operation: str) -> Response:
    if request.method != "POST":
        return json_response({"error": f"POST one of: {', '.join(controls.names)}"}, 404)
    try:
        arguments = json.loads(request.get_data() or b"{}")
    except (ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict) or is_too_deep(arguments):
        return json_response({"error": "The body must be a JSON object, and not be nested too deeply"}, 400)
    if not hmac.compare_digest(request.headers.get(CONTROL_HEADER, "").encode(), state.settings.control_token.encode()):
        text = f"Operations need the control token that the sandbox prints, in the header {CONTROL_HEADER}"
        return json_response({"error": text}, 401)
    try:
        return json_response({"result": controls.call(operation, **arguments)})
    except (ValueError, TypeError, OSError, AttributeError, KeyError) as error:
        return json_response({"error": str(error)}, 400)


ROWS = 25
REQUESTS = 30
LONGEST = 4000
"""Characters of a body that the page shows."""

_LABELS = ("name", "title", "subject", "action", "email", "product", "dimensionId", "comment")
_OWNERS = ("companyName", "cName")
_KEYS = ("externalId", "extId", "sourceId")
_STATES = ("status", "phase", "type", "score", "value")
_REFUSED = 400


@cache
def _template() -> Template:
    return Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))


def page(state: State, url: str, query: Mapping[str, str]) -> Response:
    """Returns the page, with the rows of the model that is asked for."""
    table = query.get("model", "companies")
    table = table if table in TABLES else "companies"
    offset = int(query["offset"]) if query.get("offset", "").isdecimal() else 0
    counts = {name: state.store.count(name) for name in TABLES}
    text = _template().substitute(
        url=escape(url),
        setup=escape(_setup(state)),
        models=_models(counts, table),
        title=escape(table),
        range=_range(counts[table], offset),
        rows=_rows(state, table, offset),
        pager=_pager(table, counts[table], offset),
        faults=_faults(state),
        requests=_requests(state),
    )
    headers = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:"}
    return Response(body=text.encode(), content_type=HTML, headers=headers)


def _setup(state: State) -> str:
    defaults, dialect = Dialect(), state.dialect
    changed = [
        f"{name}={getattr(dialect, name)}"
        for name, *_ in Dialect.table()
        if getattr(dialect, name) != getattr(defaults, name)
    ]
    words = [f"seed {state.settings.seed}", "rate limits on" if state.limits.active else "no rate limits"]
    return ", ".join([*words, *([f"dialect {' '.join(changed)}"] if changed else [])])


def _models(counts: Mapping[str, int], current: str) -> str:
    return "\n".join(
        f'<a href="/?model={name}"{" aria-current=page" if name == current else ""}{"" if count else " class=none"}>'
        f"<span>{name}</span><span>{count}</span></a>"
        for name, count in sorted(counts.items())
    )


def _range(count: int, offset: int) -> str:
    return f"{offset + 1} to {min(offset + ROWS, count)} of {count}" if offset < count else f"none of {count}"


def _pager(table: str, count: int, offset: int) -> str:
    links = []
    if offset > 0:
        links.append(f'<a href="/?model={table}&amp;offset={max(offset - ROWS, 0)}">earlier</a>')
    if offset + ROWS < count:
        links.append(f'<a href="/?model={table}&amp;offset={offset + ROWS}">later</a>')
    return " ".join(links)


def _rows(state: State, table: str, offset: int) -> str:
    found = state.store.query(f"SELECT doc FROM {table} ORDER BY seq LIMIT ? OFFSET ?", (ROWS, offset))  # nosec B608 # noqa: S608
    rows = [json.loads(text) for (text,) in found]
    if not rows:
        return '<p class="quiet">Nothing here.</p>'
    return _table(("record", "company", "key", "state", "_id"), (_row(each) for each in rows))


def _row(document: Mapping[str, Any]) -> str:
    label = _first(document, _LABELS) or document["_id"]
    body = escape(_pretty(document))
    cells = (
        f"<details><summary>{escape(str(label))}</summary><pre>{body}</pre></details>",
        *(escape(str(_first(document, keys))) for keys in (_OWNERS, _KEYS, _STATES)),
        f"<code>{escape(str(document['_id']))}</code>",
    )
    return "".join(f'<td class="long">{cell}</td>' for cell in cells)


def _first(document: Mapping[str, Any], keys: Iterable[str]) -> Any:
    return next((document[key] for key in keys if document.get(key) not in (None, "")), "")


def _faults(state: State) -> str:
    active = state.faults.active()
    if not active:
        return '<p class="quiet">None.</p>'
    return _table(
        ("number", "kind", "requests", "matched", "done"),
        (
            "".join(
                f"<td>{escape(str(cell))}</td>"
                for cell in (
                    each["number"],
                    each["kind"],
                    f"{each['verb']} {each['route']}",
                    each["matched"],
                    each["done"],
                )
            )
            for each in active
        ),
    )


def _requests(state: State) -> str:
    entries = state.log.entries(last=REQUESTS)
    if not entries:
        return '<p class="quiet">None yet.</p>'
    return _table(("time", "request", "status", "ms", "notes"), (_request(each) for each in reversed(entries)))


def _request(entry: Mapping[str, Any]) -> str:
    query = "&".join(f"{name}={value}" for name, value in entry["query"].items())
    line = f"{entry['method']} {entry['path']}{'?' + query if query else ''}"
    status = entry["status"] or "none"
    refused = entry["status"] == 0 or entry["status"] >= _REFUSED
    cells = (
        f"<td>{entry['time'][11:-1]}</td>",
        _details(line, _shown(entry["body"]), _shown(entry["answer"])),
        f"<td{' class=bad' if refused else ''}>{status}</td>",
        f'<td class="number">{entry["milliseconds"]:.1f}</td>',
        f'<td class="long">{escape(", ".join([entry["fault"], *entry["notes"]]).strip(", "))}</td>',
    )
    return "".join(cells)


def _details(line: str, *texts: str) -> str:
    within = "".join(f"<pre>{escape(text)}</pre>" for text in texts)
    return f'<td class="long"><details><summary>{escape(line)}</summary>{within}</details></td>'


def _shown(body: Any) -> str:
    text = body if isinstance(body, str) else _pretty(body)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _table(titles: Iterable[str], rows: Iterable[str]) -> str:
    head = "".join(f"<th{' class=number' if title == 'ms' else ''}>{title}</th>" for title in titles)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
