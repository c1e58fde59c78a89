"""Faults on demand: rules for which requests go wrong, and what they do to data, responses and connections."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field, fields
from fnmatch import fnmatchcase
from random import Random
from threading import Lock
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox.model_rules import BY_PATH, Model, path_of, table_of
from RPA.Planhat.sandbox.responses import HTML, JSON, Response, http_date, phrase_of
from RPA.Planhat.sandbox.store import Store, encode
from RPA.Planhat.sandbox.values import parse_scalar

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.sandbox.connection import Connection, Request

KINDS: dict[str, str] = {
    "status": "Responds with `status`, `body` and `headers`; with `process=true` after the request was carried out.",
    "reset_before": "Resets the connection before the request is carried out.",
    "reset_after": "Carries the request out, then resets the connection instead of answering.",
    "reset_middle": "Resets the connection in the middle of the response.",
    "close_before": "Closes the connection without an answer, before the request is carried out.",
    "close_after": "Carries the request out, then closes the connection without a response.",
    "close_middle": "Closes the connection in the middle of the response.",
    "truncated_json": "Cuts the body silently: its length fits.",
    "broken_json": "Responds with something that only resembles JSON.",
    "truncated_gzip": "Compresses the body and cuts it.",
    "wrong_length": "Promises more bytes than it sends, then closes.",
    "silence": "Carries the request out and never answers, until `seconds` are over or the sandbox stops.",
    "slow": "Sends the answer in small pieces, over `seconds`.",
    "content_type": "Gives the answer another `content_type`.",
    "latency": "Waits `seconds` before the request is carried out.",
    "redirect": "Redirects to `location`.",
    "page_cap": "Sends at most `rows` rows, whatever the limit.",
    "rows_inserted": "Before a later page is read, `rows` new rows have come in at the front.",
    "rows_deleted": "Before a later page is read, the first `rows` rows are gone.",
}
"""Each kind of fault, and what it does."""


@dataclass
class Fault:
    """A rule: which requests go wrong, and how.

    Attributes:
        kind: What goes wrong; one of `KINDS`.
        route: The route as in `/companies/{id}`, or a pattern such as `/comp*`, also for the path as it was sent.
        verb: The HTTP method, or `*`.
        calls: Which of the matching requests, counted from 1; all when empty.
        probability: How often, from 0 to 1.
        seed: Where the chance begins, so that it can be repeated.
        times: How often at most.
        status: For `status` and `redirect`.
        body: For `status`: text, or anything that JSON can hold. Default: what the status is called.
        headers: Further headers of the response.
        retry_after: For `status`: seconds as a number, `date:SECONDS` for a date so far ahead, or any text.
        process: For `status`: whether the request is carried out.
        seconds: For `latency`, `silence` and `slow`.
        content_type: For `content_type` and `status`.
        location: For `redirect`.
        rows: For `page_cap`, `rows_inserted` and `rows_deleted`.
    """

    kind: str
    route: str = "*"
    verb: str = "*"
    calls: tuple[int, ...] = ()
    probability: float = 1.0
    seed: int = 0
    times: int | None = None
    status: int = 500
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    retry_after: str | float | None = None
    process: bool = False
    seconds: float = 1.0
    content_type: str = "text/html; charset=utf-8"
    location: str = "/elsewhere"
    rows: int = 1
    number: int = 0
    matched: int = 0
    done: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"No fault {self.kind!r}. There are: {', '.join(KINDS)}.")
        self.calls = tuple(self.calls)
        if self.body is None:
            self.body = phrase_of(self.status)
        self._chance = Random(self.seed)  # nosec B311 # noqa: S311 - chance that can be repeated

    def applies(self, verb: str, route: str, path: str) -> bool:
        """Returns whether this request goes wrong; counts it when the rule is about such requests."""
        fits = self.route in ("*", route) or fnmatchcase(path, self.route)
        if self.verb.upper() not in ("*", verb) or not fits:
            return False
        self.matched += 1
        if self.times is not None and self.done >= self.times:
            return False
        if self.calls and self.matched not in self.calls:
            return False
        if self.probability < 1 and self._chance.random() >= self.probability:
            return False
        self.done += 1
        return True

    def all_headers(self) -> dict[str, str]:
        """Returns the headers of the answer, `Retry-After` among them."""
        found = dict(self.headers)
        if self.retry_after is not None:
            found["Retry-After"] = _retry_after(str(self.retry_after))
        return found


def _retry_after(text: str) -> str:
    kind, colon, seconds = text.partition(":")
    if colon and kind == "date" and seconds.lstrip("-").isdigit():
        return http_date(time.time() + int(seconds))
    return text


_NUMBERS = frozenset({"probability", "seed", "times", "status", "seconds", "rows", "process"})


def _as_setting(name: str, value: Any) -> Any:
    """Returns a setting of a fault, which may come as text."""
    if name != "calls":
        return parse_scalar(value) if name in _NUMBERS else value
    several = value.split(",") if isinstance(value, str) else value
    return [int(each) for each in (several if isinstance(several, (list, tuple)) else [several])]


class Faults:
    """The active rules of a sandbox."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._lock = Lock()
        self._made = 0

    def add(self, **settings: Any) -> int:
        """Adds a rule and returns its number.

        Raises:
            ValueError: If there is no such kind or setting.
        """
        known = {each.name for each in fields(Fault)} - {"number", "matched", "done"}
        unknown = [name for name in settings if name not in known]
        if unknown:
            raise ValueError(f"A fault has no {', '.join(unknown)}. It has: {', '.join(sorted(known))}.")
        converted = {name: _as_setting(name, value) for name, value in settings.items()}
        with self._lock:
            self._made += 1
            self._rules.append(Fault(**converted, number=self._made))
            return self._made

    def clear(self, number: int | None = None) -> None:
        """Removes one rule, or all."""
        with self._lock:
            self._rules = [] if number is None else [each for each in self._rules if each.number != number]

    def pick(self, verb: str, route: str, path: str) -> list[Fault]:
        """Returns the faults that befall a request."""
        if not self._rules:
            return []
        with self._lock:
            return [each for each in self._rules if each.applies(verb, route, path)]

    def active(self) -> list[dict[str, Any]]:
        """Returns the rules as plain data."""
        with self._lock:
            return [{**asdict(each), "calls": list(each.calls)} for each in self._rules]


PIECES = 20
"""Into how many pieces a slow answer is cut."""

PAUSE = 0.05
"""Seconds in which the first half of an answer arrives before the connection ends."""


def _truncated_json(response: Response, _: Fault) -> Response:
    response.body = response.body[: len(response.body) // 2]
    return response


def _broken_json(response: Response, _: Fault) -> Response:
    response.body = b"{'data': [" + response.body[1:]
    return response


def _truncated_gzip(response: Response, _: Fault) -> Response:
    import gzip  # noqa: PLC0415 - only for this fault

    packed = gzip.compress(response.body)
    response.body = packed[: len(packed) // 2]
    response.headers["Content-Encoding"] = "gzip"
    return response


def _content_type(response: Response, fault: Fault) -> Response:
    response.content_type = fault.content_type
    return response


def _status(_: Response, fault: Fault) -> Response:
    is_text = isinstance(fault.body, str)
    body = fault.body if is_text else encode(fault.body)
    return Response(fault.status, body.encode(), HTML if is_text else JSON, fault.all_headers())


def _redirect(_: Response, fault: Fault) -> Response:
    status = fault.status if 300 <= fault.status < 400 else 302
    return Response(status, b"", HTML, {"Location": fault.location, **fault.headers})


CHANGES: dict[str, Callable[[Response, Fault], Response]] = {
    "status": _status,
    "redirect": _redirect,
    "truncated_json": _truncated_json,
    "broken_json": _broken_json,
    "truncated_gzip": _truncated_gzip,
    "content_type": _content_type,
}
"""What kinds of fault do to a response."""


def _send_half(connection: Connection, response: Response) -> None:
    connection.send(connection.message(response)[: -max(len(response.body) // 2, 1)])
    connection.stopping.wait(PAUSE)


def _reset_middle(connection: Connection, response: Response, _: Fault) -> None:
    _send_half(connection, response)
    connection.reset()


def _close_middle(connection: Connection, response: Response, _: Fault) -> None:
    _send_half(connection, response)
    connection.hang_up()


def _reset(connection: Connection, _: Response, __: Fault) -> None:
    connection.reset()


def _close(connection: Connection, _: Response, __: Fault) -> None:
    connection.hang_up()


def _wrong_length(connection: Connection, response: Response, _: Fault) -> None:
    response.headers["Content-Length"] = str(len(response.body) + 100)
    connection.send(connection.message(response))
    connection.hang_up()


def _silence(connection: Connection, _: Response, fault: Fault) -> None:
    connection.stopping.wait(fault.seconds)
    connection.hang_up()


def _slow(connection: Connection, response: Response, fault: Fault) -> None:
    message = connection.message(response)
    size = max(len(message) // PIECES, 1)
    for start in range(0, len(message), size):
        connection.send(message[start : start + size])
        connection.stopping.wait(fault.seconds / PIECES)


DELIVERIES: dict[str, Callable[[Connection, Response, Fault], None]] = {
    "reset_before": _reset,
    "reset_after": _reset,
    "reset_middle": _reset_middle,
    "close_before": _close,
    "close_after": _close,
    "close_middle": _close_middle,
    "wrong_length": _wrong_length,
    "silence": _silence,
    "slow": _slow,
}
"""What kinds of fault do to the connection."""

UNANSWERED = frozenset({"reset_before", "reset_after", "close_before", "close_after", "silence"})
"""Kinds after which the caller has no response."""

INSTEAD = frozenset({"reset_before", "close_before", "redirect"})
"""Kinds that keep the request from being carried out; `status` does, too, unless `process` is set."""


def is_instead(fault: Fault) -> bool:
    """Returns whether a fault keeps the request from being carried out."""
    return fault.kind in INSTEAD or (fault.kind == "status" and not fault.process)


def spoiled(response: Response, faults: list[Fault]) -> Response:
    """Returns an answer as faults leave it."""
    for fault in faults:
        if fault.kind in CHANGES:
            response = CHANGES[fault.kind](response, fault)
    return response


def deliver(connection: Connection, response: Response, faults: list[Fault]) -> None:
    """Sends an answer, or does to the connection what the first fault about it asks."""
    for fault in faults:
        if fault.kind in DELIVERIES:
            DELIVERIES[fault.kind](connection, response, fault)
            return
    connection.send(connection.message(response))


def disturb_list(store: Store, request: Request, faults: list[Fault]) -> None:
    """Changes the rows or the limit of a list before it is read."""
    model = BY_PATH.get(request.path.strip("/"))
    for fault in faults if model and request.method == "GET" else []:
        if fault.kind == "page_cap":
            _cap(request, fault.rows)
        elif model and request.query.get("offset", "0") not in ("", "0"):
            _shift(store, model, fault)


def _cap(request: Request, rows: int) -> None:
    limit = request.query.get("limit", "")
    request.query["limit"] = str(min(int(limit), rows) if limit.isdecimal() else rows)


def _shift(store: Store, model: Model, fault: Fault) -> None:
    sql = f"SELECT doc FROM {table_of(model)} ORDER BY _id LIMIT ?"  # nosec B608 # noqa: S608 - our own names
    first = [json.loads(text) for (text,) in store.query(sql, (fault.rows,))]
    with store.transaction():
        for number, document in enumerate(first, start=1):
            if fault.kind == "rows_deleted":
                store.delete(table_of(model), document["_id"])
            elif fault.kind == "rows_inserted":
                copy = {key: value for key, value in document.items() if key not in ("sourceId", model.external_key())}
                before = f"{int(first[0]['_id'], 16) - number:024x}"
                store.insert(path_of(model), [({**copy, "_id": before}, None)], first=True)
