"""The page of a running sandbox: its records, the last requests, the active faults."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox.model_rules import TABLES
from RPA.Planhat.sandbox.responses import HTML, Response
from RPA.Planhat.sandbox.settings import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from RPA.Planhat.sandbox.admin import State

ROWS = 25
REQUESTS = 30
MOST_DIGITS = 18
LONGEST = 4000
"""Characters of a body or a record that the page shows."""

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
    counts = {name: state.store.count(name) for name in TABLES}
    count = counts[table]
    offset = min(int(query["offset"][:MOST_DIGITS]), count) if query.get("offset", "").isdecimal() else 0
    text = _template().substitute(
        url=escape(url),
        setup=escape(_setup(state)),
        models=_models(counts, table),
        title=escape(table),
        range=f"{offset + 1} to {min(offset + ROWS, count)} of {count}" if offset < count else f"none of {count}",
        rows=_rows(state, table, offset),
        pager=_pager(table, count, offset),
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
    body = escape(_shown(document))
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
    entries = state.log.entries(last=REQUESTS, longest=LONGEST)
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
    text = body if isinstance(body, str) else json.dumps(body, indent=2, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def _table(titles: Iterable[str], rows: Iterable[str]) -> str:
    head = "".join(f"<th{' class=number' if title == 'ms' else ''}>{title}</th>" for title in titles)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
