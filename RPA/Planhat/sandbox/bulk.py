"""Bulk upserts: each row on its own, and one envelope that tells what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from RPA.Planhat.sandbox import matching
from RPA.Planhat.sandbox.api_error import ApiError, NoCompanyError, Reason, duplicated
from RPA.Planhat.sandbox.model_rules import Document, Model, path_of
from RPA.Planhat.types import Verb

if TYPE_CHECKING:
    from RPA.Planhat.sandbox.records import Records

MOST_ITEMS = 5000
ERROR_LISTS = ("createdErrors", "updatedErrors", "permissionErrors", "validationErrors")
OK, PARTIAL, BAD_REQUEST, FORBIDDEN = 200, 206, 400, 403


@dataclass
class Outcome:
    """What became of the rows so far."""

    created: list[Document] = field(default_factory=list)
    updated: list[Document] = field(default_factory=list)
    unchanged: int = 0
    errors: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in ERROR_LISTS})

    @property
    def status(self) -> int:
        """The HTTP status that fits."""
        if self.errors["permissionErrors"]:
            return FORBIDDEN
        if not any(self.errors.values()):
            return OK
        return PARTIAL if self.created or self.updated or self.unchanged else BAD_REQUEST

    def envelope(self) -> dict[str, Any]:
        """Returns the answer."""
        return {
            "created": len(self.created),
            "createdErrors": self.errors["createdErrors"],
            "insertsKeys": self.created,
            "updated": len(self.updated),
            "updatedErrors": self.errors["updatedErrors"],
            "updatesKeys": self.updated,
            "nonupdates": self.unchanged,
            "modified": [each["_id"] for each in self.updated],
            "upsertedIds": [each["_id"] for each in self.created],
            "permissionErrors": self.errors["permissionErrors"],
        }


def upsert(records: Records, model: Model, body: Any) -> tuple[int, dict[str, Any], list[str]]:
    """Creates and updates rows; returns the status, the envelope, and notes on what was dropped without a word."""
    rows = body if isinstance(body, list) else [body]
    if len(rows) > MOST_ITEMS:
        raise ApiError(BAD_REQUEST, f"At most {MOST_ITEMS} items")
    outcome, notes, seen = Outcome(), [], set[tuple[str, str]]()
    for row in rows:
        if _is_dropped(model, row):
            notes.append("dropped: ticket without e-mail")
            continue
        try:
            _refuse_repeated(records, model, row, seen)
            _upsert_row(records, model, row, outcome)
        except NoCompanyError as refusal:
            if records.dialect.enduser_without_company == "refuse":
                _note(records, model, row, refusal, outcome)
            notes.append("dropped: enduser without company")
        except ApiError as refusal:
            _note(records, model, row, refusal, outcome)
    envelope = outcome.envelope()
    if _has_validation_errors(records, model):
        envelope["validationErrors"] = outcome.errors["validationErrors"]
    return outcome.status, envelope, notes


def _is_dropped(model: Model, row: Any) -> bool:
    return path_of(model) == "tickets" and isinstance(row, dict) and not row.get("email")


def _has_validation_errors(records: Records, model: Model) -> bool:
    return records.dialect.validation_errors or path_of(model) == "timesheets"


def _refuse_repeated(records: Records, model: Model, row: Any, seen: set[tuple[str, str]]) -> None:
    if records.dialect.repeated_items != "refuse" or not isinstance(row, dict):
        return
    for key in model.KEYS:
        if row.get(key):
            mine = (key, str(row[key]))
            if mine in seen:
                raise duplicated(key)
            seen.add(mine)
            return


def _upsert_row(records: Records, model: Model, row: Any, outcome: Outcome) -> None:
    if not isinstance(row, dict):
        raise ApiError(BAD_REQUEST, "item must be an object")
    old = matching.match(records, model, row)
    if old is None:
        outcome.created.append(_keys_of(model, records.create(model, row, bulk=True)))
        return
    new, changed = records.update(model, old, row, bulk=True)
    if changed:
        outcome.updated.append(_keys_of(model, new))
    else:
        outcome.unchanged += 1


def _keys_of(model: Model, document: Document) -> Document:
    return {key: document[key] for key in ("_id", "sourceId", model.external_key()) if document.get(key)}


def _note(records: Records, model: Model, row: Any, refusal: ApiError, outcome: Outcome) -> None:
    key = "updatedErrors" if refusal.updating else "createdErrors"
    if refusal.reason is Reason.PERMISSION:
        key = "permissionErrors"
    elif refusal.reason is Reason.VALUE and _has_validation_errors(records, model):
        key = "validationErrors"
    outcome.errors[key].append(_error_item(records, model, row, refusal))


def _error_item(records: Records, model: Model, row: Any, refusal: ApiError) -> Any:
    if records.dialect.item_errors == "text":
        return refusal.message
    keys = {key: row[key] for key in model.KEYS if row.get(key)} if isinstance(row, dict) else {}
    return {"message": refusal.message, **keys}


def duplicate_entries(records: Records, model: Model, body: Any) -> tuple[int, dict[str, Any]]:
    """Copies time entries; ids that do not exist are skipped."""
    ids = body.get("ids") if isinstance(body, dict) else None
    if not isinstance(ids, list):
        raise ApiError(BAD_REQUEST, "Missing required: ids")
    records.permit(model, Verb.CREATE)
    found = [records.store.get("timeentries", str(each)) for each in ids]
    outcome = Outcome(created=[_keys_of(model, records.create(model, each)) for each in found if each])
    return outcome.status, outcome.envelope()
