"""Webhooks of automations, both ways: trigger an automation, and read what one has sent.

Planhat fixes no body for outgoing calls (source: its help pages on automations, which describe replacement codes
only), so the body is read leniently, and what is missing is reported. Nor does it say what the answer to an incoming
call means: a success means that the call was received, not that the automation ran.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.references import model_of
from RPA.Planhat.types import PlanhatObject, PlanhatObjectList
from RPA.Planhat.types.records import as_model, records_in

if TYPE_CHECKING:
    from RPA.Planhat.session import PlanhatSession

CODE = re.compile(r"<<[^<>]+>>")
"""A replacement code that Planhat did not fill in."""

RECORDS = ("records", "record", "objects", "object", "data", "items")
"""Names under which the body of a template holds its records."""

EVENTS = ("event", "action", "trigger")

HOW = (
    'Write the body of the automation\'s webhook step as {"event": "updated", "model": "company", '
    '"record": {"_id": "<<object._id>>", "name": "<<object.name>>"}}.'
)


def trigger_automation(
    session: PlanhatSession, url: Any, payload: Any = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Starts an automation by its incoming webhook, at most once.

    Args:
        session: The connection; its token is not sent.
        url: The URL of the webhook, which is a secret.
        payload: What the automation gets, as JSON. Default: an empty object.
        headers: Further headers.

    Returns:
        `received`, `status`, and `answer`: what came back, JSON where it is JSON. In a dry run nothing is sent, and
        `received` is false.

    Raises:
        PlanhatHTTPError: If the call was refused.
        PlanhatOutcomeUnknownError: If it is not known whether it was received; it was not sent again.
    """
    if session.dry_run:
        session.require_permission("POST", "automation")
        return {"received": False, "status": 0, "answer": None}
    response = session.call_automation(url, {} if payload is None else payload, headers)
    try:
        answer: Any = json.loads(response.content) if response.content.strip() else None
    except ValueError:
        answer = session.mask(response.text)
    return {"received": True, "status": response.status_code, "answer": answer}


class PlanhatEvent(dict[str, Any]):
    """A call of an automation: the body, and the records in it.

    Attributes:
        model: The singular name of the model.
        event: What happened, in the words of the body; empty when it has none.
        records: The records, with the fields that the body has.
        missing: What the body lacks, such as `record 1: name is an unfilled code <<object.name>>`.
    """

    def __init__(
        self, body: Mapping[str, Any], model: type[PlanhatObject], records: PlanhatObjectList[Any], missing: list[str]
    ) -> None:
        super().__init__(body)
        self.model = str(model.SINGULAR or model.API_NAME)
        self.event = next((str(body[name]) for name in EVENTS if isinstance(body.get(name), str)), "")
        self.records = records
        self.missing = missing

    def __str__(self) -> str:
        return f"{self.event or 'event'} of {len(self.records)} {self.model} record{'s' * (len(self.records) != 1)}"

    __repr__ = __str__


def read_event(source: Any, model: str | type[PlanhatObject] | None = None) -> PlanhatEvent:
    """Reads the body of a call that an automation has sent.

    Args:
        source: The body as JSON text or bytes, a dictionary, a list of records, or a work item with a `payload`.
        model: The model of the records. Default: the one that the body names under `model`.

    Raises:
        PlanhatValidationError: If the body is not JSON, names no known model, or holds no record.
    """
    body = _body_of(source)
    named = model if model is not None else body.get("model") if isinstance(body, Mapping) else None
    if named is None:
        raise PlanhatValidationError(f"The event names no model: give model=company, for example. {HOW}")
    kind = model_of(named)
    rows, missing = list(_rows_in(body)), []
    records: PlanhatObjectList[Any] = PlanhatObjectList.of(kind)
    for number, row in enumerate(rows, 1):
        unfilled = [key for key, value in row.items() if isinstance(value, str) and CODE.search(value)]
        missing += [f"record {number}: {key} is an unfilled code {row[key]}" for key in unfilled]
        filled = {key: value for key, value in row.items() if key not in unfilled}
        if not filled.get("_id"):
            missing.append(f"record {number}: _id, without which it cannot be read again")
        records.append(as_model(records_in(filled), kind))
    if not rows:
        raise PlanhatValidationError(f"The event holds no {kind.SINGULAR}. {HOW}")
    return PlanhatEvent(body if isinstance(body, Mapping) else {"records": rows}, kind, records, missing)


def _body_of(source: Any) -> Any:
    """Returns the JSON value in a string, a dictionary or a work item, which may hold the text under `body`."""
    value = getattr(source, "payload", source) if not isinstance(source, Mapping) else source
    if isinstance(value, (str, bytes, bytearray)):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as problem:
            raise PlanhatValidationError(f"The event is not JSON: {problem}. {HOW}") from problem
    if isinstance(value, Mapping) and isinstance(value.get("body"), (str, Mapping)) and not value.get("_id"):
        return _body_of(value["body"])
    if not isinstance(value, (Mapping, list)):
        raise PlanhatValidationError(f"An event is JSON text, a dictionary or a work item; not {type(value).__name__}.")
    return value


def _rows_in(body: Any) -> Iterable[Mapping[str, Any]]:
    found = body
    if isinstance(body, Mapping):
        found = next((body[name] for name in RECORDS if isinstance(body.get(name), (Mapping, list))), body)
    rows = [found] if isinstance(found, Mapping) else found
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise PlanhatValidationError(f"Record {number} of the event is not a dictionary, but {row!r}.")
    return rows
