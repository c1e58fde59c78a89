"""Which record a row means, and what it would change there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat.operations.reading import Query, read_all_pages
from RPA.Planhat.operations.rows.comparing import changes_of, shown_keys
from RPA.Planhat.operations.rows.identity import OWNER_KEYS, identities
from RPA.Planhat.operations.rows.payloads import CUSTOM, missing_fields
from RPA.Planhat.types import Company, Ticket
from RPA.Planhat.types.labels import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from RPA.Planhat.operations.rows.staging import StagedRow, StagingTable
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject

NOBODY = 0
"""Owns the identities that several rows have."""

SHOWN = (*LABELS, "action")


def meet(
    session: PlanhatSession,
    model: type[PlanhatObject],
    draft: StagingTable,
    keys: Iterable[str],
    more: Sequence[str] = (),
) -> None:
    """Compares all rows of a draft that are to be sent with what Planhat has.

    Each row becomes one to create, to update, unchanged or refused; records that no row means are noted.

    Args:
        session: The connection.
        model: The model.
        draft: The rows.
        keys: Planhat's keys of the fields that rows have.
        more: Further fields by which rows and records are the same.
    """
    known = [each.key for each in model.known_fields().values()]
    owners = [key for key in (*OWNER_KEYS, "archived", *SHOWN) if key in known]
    wanted = [key for key in shown_keys(model, [*model.KEYS, *owners, *keys, *more]) if key in known]
    for page in read_all_pages(session, model, Query(properties=wanted)):
        _meet_page(model, draft, page, more)
    for row in draft.rows(["send"]):
        _create(model, draft, row)


def _meet_page(
    model: type[PlanhatObject], draft: StagingTable, page: Sequence[PlanhatObject], more: Sequence[str]
) -> None:
    """Pairs records with the rows that mean them. All look-ups of a page are few queries."""
    own = [_of_record(model, record, more) for record in page]
    owners = draft.owners(identity for found in own for identity in found)
    rows = draft.get_all(number for alike in owners.values() for number in alike.values())
    others = []
    for record, found in zip(page, own, strict=True):
        meant = [
            (number, strength)
            for identity in found
            for strength, alike in owners.items()
            if (number := alike.get(identity))
        ]
        for number, strength in meant:
            _pair(model, rows[number], record, strength)
        if not meant:
            others.append({key: value for key, value in dict(record).items() if key in (*model.KEYS, *SHOWN)})
    draft.set_compared(rows.values())
    draft.add_others(others)


def _of_record(model: type[PlanhatObject], record: PlanhatObject, more: Sequence[str]) -> list[str]:
    """Returns the identities of a record, also those of rows that do not name its company."""
    if issubclass(model, Company):
        return identities(model, record, more)
    row = dict(record)
    if issubclass(model, Ticket) and not row.get("sourceId"):
        row["sourceId"] = row.get("externalId")
    own = identities(model, row, more)
    bare = identities(model, {key: value for key, value in row.items() if key not in OWNER_KEYS}, more)
    return list(dict.fromkeys([*own, *bare]))


def _pair(model: type[PlanhatObject], row: StagedRow, record: PlanhatObject, strength: int) -> None:
    if row.action not in ("send", "update", "unchanged") or row.matched > strength:
        return
    if row.matched == strength and row.planhat_id != record.id:
        row.action = "refused"
        row.reason = f"Planhat has several records with {row.key}, {row.planhat_id} and {record.id} among them."
        return
    row.changes = {key: change for key, change in changes_of(model, row.payload, record).items() if key != "_id"}
    row.action = "update" if row.changes else "unchanged"
    row.planhat_id, row.matched = record.id, strength


def _create(model: type[PlanhatObject], draft: StagingTable, row: StagedRow) -> None:
    missing = missing_fields(model, row.payload)
    if row.payload.get("_id"):
        draft.set(row.number, action="refused", reason=f"Planhat has no {model.SINGULAR} with {row.key}.")
    elif missing:
        draft.set(row.number, action="refused", reason=f"A new {model.SINGULAR} needs {missing}.")
    else:
        changes = {key: (None, value) for key, value in row.payload.items() if key != "custom"}
        custom = {CUSTOM + name: (None, value) for name, value in (row.payload.get("custom") or {}).items()}
        draft.set(row.number, action="create", changes={**changes, **custom})


def to_send(model: type[PlanhatObject], row: StagedRow) -> dict[str, Any]:
    """Returns what is sent of a row: of one that changes a record, its id and the changed fields only."""
    if row.action != "update":
        return row.payload
    if issubclass(model, Ticket):
        return row.payload  # a ticket without its address is dropped without a word
    payload: dict[str, Any] = {"_id": row.planhat_id}
    for key, (_, new) in row.changes.items():
        if key.startswith(CUSTOM):
            payload.setdefault("custom", {})[key.removeprefix(CUSTOM)] = new
        else:
            payload[key] = new
    return payload
