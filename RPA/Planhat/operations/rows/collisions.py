"""Rows that would end on one record, though they have different keys: the later one would overwrite the earlier."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from RPA.Planhat.operations.rows.staging import StagedRow, StagingTable

NAMED = 100
"""Sentences on rows that share a key; a table may have any number of such rows."""

ON_THEIR_WAY = ("send", "create", "update", "unchanged")


def refuse_sharing(draft: StagingTable) -> None:
    """Refuses, once rows are compared, all but one of those that mean one record."""
    for planhat_id, numbers in draft.on_one_record():
        rows = _on_their_way(draft, numbers)
        if any(row.action == "update" for row in rows):
            _refuse(draft, rows, f"means the record {planhat_id}")
    for identity, numbers in draft.sharing():
        rows = _on_their_way(draft, numbers)
        new = [row for row in rows if row.action == "create"]
        known = [row for row in rows if row.action != "create"]
        _refuse(draft, [*known[:1], *new], f"has {identity.strip()}")


def sharing_rows(draft: StagingTable) -> list[str]:
    """Returns sentences on the first rows that Planhat may take for one record."""
    found = ((identity, _on_their_way(draft, numbers)) for identity, numbers in draft.sharing())
    told = (
        f"Rows {', '.join(str(row.number) for row in rows)} have {identity.strip()}, and other keys that differ: "
        "Planhat may take them for one record, and the last of them overwrites the others."
        for identity, rows in found
        if len(rows) > 1
    )
    return list(islice(told, NAMED))


def _on_their_way(draft: StagingTable, numbers: Iterable[int]) -> list[StagedRow]:
    rows = draft.get_all(numbers).values()
    return sorted((row for row in rows if row.action in ON_THEIR_WAY), key=lambda row: (-row.matched, row.number))


def _refuse(draft: StagingTable, rows: list[StagedRow], what: str) -> None:
    """Refuses rows but the first, which is found most surely."""
    for row in rows[1:]:
        reason = (
            f"it {what}, as row {rows[0].number} does, and would overwrite it: {row.key} and {rows[0].key} can not be "
            "told apart. Give one row, or different values."
        )
        draft.set(row.number, action="refused", reason=reason)
