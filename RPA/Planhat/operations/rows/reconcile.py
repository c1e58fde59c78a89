"""What became of rows in doubt that have no key: found by what tells them apart, or left unknown."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from RPA.Planhat.operations.reading import Query, read_all_pages
from RPA.Planhat.operations.rows.comparing import differences
from RPA.Planhat.operations.rows.identity import OWNER_KEYS, owner_ids
from RPA.Planhat.operations.rows.outcomes import Outcome
from RPA.Planhat.operations.rows.results import Resolution
from RPA.Planhat.operations.rows.verify import properties_of
from RPA.Planhat.text.messages import plural
from RPA.Planhat.transport import Deadline, sleep

if TYPE_CHECKING:
    from RPA.Planhat.operations.rows.natural_keys import NaturalKey
    from RPA.Planhat.operations.rows.plan import Plan
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject


def find_back(
    session: PlanhatSession, plan: Plan, numbers: list[int], key: NaturalKey
) -> tuple[list[Resolution], dict[int, str]]:
    """Looks for rows in one pass over the records of the model, after a moment for writes that are late.

    A row is stored if exactly one record has its natural key and all that was sent. Whatever else is found, the row may
    still be under way, or another record may be meant.

    Args:
        session: The connection.
        plan: The rows.
        numbers: Those that are in doubt.
        key: What tells them apart.

    Returns:
        What became of the rows that were found, and what to say of the others.
    """
    sleep(session.settings.settle, Deadline(session.settings.settle))
    everyone = list(range(1, len(plan) + 1))
    named = {str(payload.get(each)) for payload in plan.payloads(everyone) for each in key.keys if each in OWNER_KEYS}
    companies = owner_ids(session, named)
    values = {number: key.values(plan.payload(number), companies) for number in everyone}
    rows = Counter(values.values())
    found = _records(session, plan, {values[number] for number in numbers}, key, properties_of(plan, numbers))
    stored, others = [], {}
    for number in numbers:
        records = found.get(values[number], [])
        doubt = _doubt(plan, number, key, records, rows[values[number]])
        if doubt:
            others[number] = doubt
        else:
            reason = f"read back by {key}: it is stored as sent"
            stored.append(Resolution([number], Outcome.UNCHANGED, reason, [records[0].id]))
    return _together(stored), others


def _records(
    session: PlanhatSession, plan: Plan, wanted: set[Any], key: NaturalKey, properties: list[str]
) -> dict[Any, list[PlanhatObject]]:
    found: dict[Any, list[PlanhatObject]] = defaultdict(list)
    for page in read_all_pages(session, plan.model, Query(properties=properties)):
        for record in page:
            values = key.values(record)
            if values in wanted:
                found[values].append(record)
    return found


def _doubt(plan: Plan, number: int, key: NaturalKey, records: list[PlanhatObject], rows: int) -> str:
    """Returns why a row is not known to be stored; nothing when it is."""
    payload = plan.payload(number)
    missing = key.missing(payload)
    if missing:
        return f"it has no {' and no '.join(missing)} to find it by"
    if rows > 1:
        return f"{rows} rows have the same {key}"
    if len(records) != 1:
        return f"{plural(len(records), 'record has', 'records have') if records else 'no record has'} its {key}"
    different = differences(plan.model, payload, records[0])
    if different:
        return f"the record {records[0].id} has its {key}, but other values in {', '.join(different)}"
    return ""


def _together(settled: list[Resolution]) -> list[Resolution]:
    """Joins results of one kind, so that a journal notes them in one line."""
    if not settled:
        return []
    numbers = [number for each in settled for number in each.numbers]
    ids = [planhat_id for each in settled for planhat_id in each.ids]
    return [Resolution(numbers, settled[0].outcome, settled[0].reason, ids)]
