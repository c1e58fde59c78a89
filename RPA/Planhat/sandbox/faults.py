"""Trouble on demand: rules that say which requests go wrong, and how."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field, fields
from email.utils import formatdate
from fnmatch import fnmatchcase
from random import Random
from threading import Lock
from typing import Any

KINDS: dict[str, str] = {
    "status": "Answers with `status`, `body` and `headers`; with `process=true` after the request was carried out.",
    "reset_before": "Resets the connection before the request is carried out.",
    "reset_after": "Carries the request out, then resets the connection instead of answering.",
    "reset_middle": "Resets the connection in the middle of the answer.",
    "close_before": "Closes the connection without an answer, before the request is carried out.",
    "close_after": "Carries the request out, then closes the connection without an answer.",
    "close_middle": "Closes the connection in the middle of the answer.",
    "truncated_json": "Cuts the body, and says so nowhere: its length fits.",
    "broken_json": "Answers with something that only resembles JSON.",
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
        body: For `status`: text, or anything that JSON can hold.
        headers: Further headers of the answer.
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
    body: Any = "Internal Server Error"
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
        self._chance = Random(self.seed)  # nosec B311 # noqa: S311 - chance that can be repeated

    def applies(self, verb: str, route: str, path: str) -> bool:
        """Tells whether this request goes wrong; counts it when the rule is about such requests."""
        if self.verb.upper() not in ("*", verb) or not _fits(self.route, route, path):
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


def _fits(pattern: str, route: str, path: str) -> bool:
    return pattern in ("*", route) or fnmatchcase(path, pattern)


def _retry_after(text: str) -> str:
    kind, colon, seconds = text.partition(":")
    if colon and kind == "date" and seconds.lstrip("-").isdigit():
        return formatdate(time.time() + int(seconds), usegmt=True)
    return text


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
        with self._lock:
            self._made += 1
            self._rules.append(Fault(**settings, number=self._made))
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
