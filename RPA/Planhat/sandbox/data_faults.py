"""Faults that concern the data: small pages, and rows that come and go while somebody pages."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.datastructures import ImmutableMultiDict

from RPA.Planhat.sandbox.model_rules import BY_PATH, Document, Model, path_of, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.wrappers import Request

    from RPA.Planhat.sandbox.faults import Fault
    from RPA.Planhat.sandbox.state import State


@contextmanager
def around(state: State, request: Request, faults: list[Fault]) -> Iterator[Request]:
    """Changes the rows or the limit of a list before it is read."""
    model = BY_PATH.get(request.path.strip("/"))
    for fault in faults if model and request.method == "GET" else []:
        if fault.kind == "page_cap":
            _cap(request, fault.rows)
        elif model and request.args.get("offset", "0") not in ("", "0"):
            _shift(state, model, fault)
    yield request


def _cap(request: Request, rows: int) -> None:
    limit = request.args.get("limit", "")
    capped = min(int(limit), rows) if limit.isdecimal() else rows
    others = {name: value for name, value in request.args.items() if name != "limit"}
    request.args = ImmutableMultiDict({**others, "limit": str(capped)})


def _shift(state: State, model: Model, fault: Fault) -> None:
    sql = f"SELECT doc FROM {table_of(model)} ORDER BY _id LIMIT ?"  # nosec B608 # noqa: S608 - our own names
    first = [json.loads(text) for (text,) in state.store.query(sql, (fault.rows,))]
    with state.store.transaction():
        for number, document in enumerate(first, start=1):
            if fault.kind == "rows_deleted":
                state.store.delete(table_of(model), document["_id"])
            elif fault.kind == "rows_inserted":
                _insert_before(state, model, document, int(first[0]["_id"], 16) - number)


def _insert_before(state: State, model: Model, document: Document, own_id: int) -> None:
    keys = ("sourceId", model.external_key())
    copy = {key: value for key, value in document.items() if key not in keys}
    state.store.insert(path_of(model), [({**copy, "_id": f"{own_id:024x}"}, None)], first=True)
