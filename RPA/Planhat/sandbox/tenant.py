"""A tenant: its store, its rules, records on their way into it, and the webhooks of its automations.

Webhooks go both ways: URLs that start an automation, and calls that one sends when a record changes. Planhat's
documents name both, and neither the URL nor the body: these are invented. An outgoing call holds the record
as JSON, or what a test gives as its body, with Planhat's replacement codes filled in.
"""

from __future__ import annotations

import json
import re
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timezone
from ipaddress import ip_address
from queue import Queue
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from RPA.Planhat.sandbox.model_rules import Document, Model, path_of
from RPA.Planhat.sandbox.responses import ApiError, Reason
from RPA.Planhat.sandbox.settings import Dialect
from RPA.Planhat.sandbox.store import Store, encode

EVENTS = ("created", "updated", "deleted")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
MOST_DELIVERIES = 10_000
PATIENCE = 5.0
"""Seconds that a receiver gets for its response."""

_CODE = re.compile(r"<<([\w.]+(?: [\w.]+)*)>>")


@dataclass(frozen=True)
class Hook:
    """What is called when records of a model change.

    Attributes:
        path: The path of the model.
        url: Where to call; on this machine.
        events: Which changes, of `EVENTS`.
        method: The HTTP method.
        headers: Headers of the call.
        body: The body, with replacement codes. Default: the record as JSON.
    """

    path: str
    url: str
    events: tuple[str, ...]
    method: str
    headers: dict[str, str]
    body: str

    def content(self, model: Model, event: str, document: Document) -> str:
        """Returns the body of a call."""
        if not self.body:
            return encode({"event": event, "model": model.SINGULAR, "record": document})
        return _CODE.sub(lambda found: _filled(found[1], document) or found[0], self.body)


def _filled(code: str, document: Document) -> str:
    """Returns what Planhat writes for a replacement code; nothing for one that is not known."""
    first, _, rest = code.partition(".")
    if first == "time":
        moment = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"now": moment, "today": f"{moment[:10]}T00:00:00.000Z"}.get(rest, "")
    value: Any = document if first == "object" else None
    group, _, name = rest.partition(".")
    for key in (group, name) if name else (rest,):
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else "" if value is None else encode(value)


class Automations:
    """The automations of a sandbox that have to do with webhooks."""

    def __init__(self) -> None:
        self.incoming: set[str] = set()
        self._hooks: list[Hook] = []
        self._deliveries: deque[dict[str, Any]] = deque(maxlen=MOST_DELIVERIES)
        self._queue: Queue[tuple[Hook, str, str]] = Queue()
        self._lock = Lock()
        self._thread: Thread | None = None

    def add_incoming(self) -> str:
        """Returns the UUID of a new URL that starts an automation."""
        made = str(uuid4())
        self.incoming.add(made)
        return made

    def call_when_changed(  # noqa: PLR0913 - a description with defaults, all named
        self,
        path: str,
        url: str,
        *,
        events: tuple[str, ...] = EVENTS,
        method: str = "POST",
        headers: dict[str, str] | None = None,
        body: str = "",
    ) -> None:
        """Calls a URL of this machine from now on when records of a model change.

        Raises:
            ValueError: If the URL is not one of this machine, or an event or the method is unknown.
        """
        parts = urlsplit(url)
        if parts.scheme != "http" or not _is_here(parts.hostname or ""):
            raise ValueError(f"The sandbox calls http URLs of this machine only, not {url!r}.")
        unknown = [each for each in events if each not in EVENTS]
        if unknown or not events:
            raise ValueError(
                f"There is no event {', '.join(unknown) or 'in an empty list'}. There are: {', '.join(EVENTS)}."
            )
        if method.upper() not in METHODS:
            raise ValueError(f"method is one of {', '.join(METHODS)}; not {method!r}.")
        self._hooks.append(Hook(path, url, events, method.upper(), dict(headers or {}), body))

    def changed(self, model: Model, event: str, document: Document) -> None:
        """Queues the calls about a change: once, in order, without a retry."""
        for hook in self._hooks:
            if hook.path == path_of(model) and event in hook.events:
                self._queue.put((hook, event, hook.content(model, event, document)))
                self._start()

    def deliveries(self) -> list[dict[str, Any]]:
        """Returns the calls that were sent so far, the oldest first, once none is waiting."""
        self._queue.join()
        return list(self._deliveries)

    def clear(self) -> None:
        """Forgets all URLs, calls and deliveries."""
        self._hooks.clear()
        self.incoming.clear()
        self._queue.join()
        self._deliveries.clear()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._send, name="planhat-sandbox-webhooks", daemon=True)
                self._thread.start()

    def _send(self) -> None:
        while True:
            hook, event, content = self._queue.get()
            try:
                self._deliveries.append({"url": hook.url, "event": event, **_deliver(hook, content)})
            finally:
                self._queue.task_done()


def _deliver(hook: Hook, content: str) -> dict[str, Any]:
    import http.client  # noqa: PLC0415 - slow to import, and few sandboxes call anybody

    parts = urlsplit(hook.url)
    link = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=PATIENCE)
    try:
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        headers = {"Content-Type": "application/json", **hook.headers}
        link.request(hook.method, target, content.encode(), headers)
        return {"status": link.getresponse().status, "problem": "", "body": _parsed(content)}
    except (OSError, http.client.HTTPException, ValueError) as error:
        return {"status": 0, "problem": str(error) or type(error).__name__, "body": _parsed(content)}
    finally:
        link.close()


def _parsed(content: str) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return content


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass
class Tenant:
    """The records of one sandbox, and the rules that apply to them.

    Attributes:
        store: Where the records are.
        dialect: How Planhat behaves where its behavior is not known.
        forbidden: Paths and verbs for which the token lacks the permission.
        automations: What is called when records change.
        ignored: Fields of the request under way that are not stored as they were sent, for the request log.
        invoice_numbers: The last number of each company; an invoice that is deleted gives its number to none.
    """

    store: Store
    dialect: Dialect = field(default_factory=Dialect)
    forbidden: set[tuple[str, str]] = field(default_factory=set)
    automations: Automations = field(default_factory=Automations)
    ignored: dict[str, None] = field(default_factory=dict)
    invoice_numbers: dict[str, int] = field(default_factory=dict)


@dataclass
class Write:
    """One record on its way into the store.

    Attributes:
        model: Its model.
        document: The record as it will be stored.
        sent: What the caller sent, converted.
        old: The record before, when there is one.
        tenant: Where it is written to.
        more: Records that Planhat creates along with it.
    """

    model: Model
    document: Document
    sent: Document
    old: Document | None
    tenant: Tenant
    more: list[tuple[Model, Document]] = field(default_factory=list)

    @property
    def store(self) -> Store:
        """Where the records are."""
        return self.tenant.store

    def changes(self, key: str) -> bool:
        """Returns whether a field gets another value."""
        return self.old is None or self.old.get(key) != self.document.get(key)

    def refuse(self, message: str, reason: Reason = Reason.PAYLOAD) -> ApiError:
        """Returns the error that ends this write."""
        return ApiError(400, message, reason=reason, updating=self.old is not None)
