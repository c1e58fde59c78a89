"""Which record a row means, what it would change there, and which rows mean one record."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from RPA.Planhat.operations.reading import Query, read_all_pages
from RPA.Planhat.operations.rows.comparing import Change, changes_of_all
from RPA.Planhat.operations.rows.identity import (
    identity_columns,
    is_unique,
    name_of,
    owner_key,
    strongest_key,
    without_owner,
)
from RPA.Planhat.operations.rows.lists import SHOWN, compared_keys
from RPA.Planhat.operations.rows.lookups import CompanyIndex
from RPA.Planhat.operations.rows.outcomes import CREATE, REFUSED, SEND, UPDATE, Outcome
from RPA.Planhat.operations.rows.payloads import emptied_field, missing_fields, value_at
from RPA.Planhat.operations.rows.plan import AT_ONCE, Plan
from RPA.Planhat.operations.rows.stores import STRONG, WEAK
from RPA.Planhat.types import Company, PlanhatObject, Ticket
from RPA.Planhat.types.encoding import GC_PAUSE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from RPA.Planhat.operations.where import Condition
    from RPA.Planhat.session import PlanhatSession

UNCHANGED = Outcome.UNCHANGED.value
ON_THEIR_WAY = (SEND, CREATE, UPDATE, UNCHANGED)

NOT_AT_ALL = 100
"""How surely a row means a record that it has no key of: more than there are keys."""

NAMED = 100
"""Sentences on rows that share a key; a table may have any number of such rows."""


@dataclass(frozen=True)
class Scope:
    """The records that count as others, where they are in no row.

    Attributes:
        keys: What is kept of each.
        condition: What they have to fit, if anything.
    """

    keys: frozenset[str]
    condition: Condition | None


def compare(session: PlanhatSession, plan: Plan) -> None:
    """Compares all rows that are to be sent with what Planhat has.

    Each row becomes one to create, to update, unchanged or refused; records that are in no row are noted.

    Args:
        session: The connection.
        plan: The rows.
    """
    model = plan.model
    keys, condition = compared_keys(session, model, plan.options, plan.keys)
    others = plan.options.others if isinstance(plan.options.others, dict) else {}
    changed = [field.key for name in others if (field := model.field(name.partition(".")[0]))]
    matched: dict[int, int] = {}
    taken: dict[int, tuple[str, str]] = {}
    scope = Scope(frozenset((*model.KEYS, *model.NEVER_WITHOUT, *SHOWN, "archived", "isArchived", *changed)), condition)
    read, pages = plan.listing
    for page in pages if set(keys) <= set(read) else read_all_pages(session, model, Query(properties=keys)):
        with GC_PAUSE.paused(large=False):
            _compare_page(plan, page, matched, scope, taken)
    plan.listing = ([], [])
    for number, (planhat_id, key) in taken.items():
        # A row that would give a record a key which another one has: Planhat would refuse it.
        if plan.states[number] in (UPDATE, UNCHANGED) and plan.states.ids[number] != planhat_id:
            plan.states.set([number], REFUSED, f"Another {model.SINGULAR}, {planhat_id}, has {key.strip()}.")
    plan.compared = True
    companies = CompanyIndex(session)
    _create_others(plan, companies)
    _refuse_moved(plan, companies)
    plan.set_keyed(plan.states.having(UPDATE))
    _refuse_sharing(plan, matched)
    plan.names.read(session)


def _compare_page(
    plan: Plan,
    page: Sequence[PlanhatObject],
    matched: dict[int, int],
    scope: Scope,
    taken: dict[int, tuple[str, str]],
) -> None:
    """Pairs records with the rows that mean them. All look-ups of a page are few queries."""
    ids = [dict.get(record, "_id") or record.id for record in page]
    meant, weaker = _rows_meaning(plan, page)
    pairs: list[tuple[int, PlanhatObject]] = []
    for place in sorted(meant):
        for number, rank in meant[place].items():
            if _may_mean(plan, number, ids[place], rank, matched):
                matched[number] = rank
                plan.states.match(number, UPDATE, ids[place])
                pairs.append((number, page[place]))
    for place, number, identity in weaker:
        # A row that means this record by its strongest key is done; others may yet turn out to mean another one.
        if matched.get(number) != 0 or plan.states.ids[number] != ids[place]:
            taken[number] = (ids[place], identity)
    _compare_pairs(plan, pairs)
    condition, own = scope.condition, {ids[place] for place in meant}
    inside = [condition is None or condition.matches(dict(record)) for record in page]
    plan.known += sum(inside)
    others = [record for record, *told in zip(page, inside, ids, strict=True) if told[0] and told[1] not in own]
    plan.add_others([{key: value for key, value in dict(each).items() if key in scope.keys} for each in others])


def _rows_meaning(
    plan: Plan, page: Sequence[PlanhatObject]
) -> tuple[dict[int, dict[int, int]], list[tuple[int, int, str]]]:
    """Returns the rows that may mean records, each with how surely, by the places of the records; the surest first.

    A row means a record by its strongest key, 0, before one by another key: 1 for the first key of the model, and so
    on, in the order in which Planhat looks for records. Beside them, the places of records that have a weaker unique
    key of a row, with the row and the key.
    """
    keys = [*plan.model.KEYS, *plan.match_by]
    unique = tuple(f"{key}=" for key in plan.model.KEYS if is_unique(key))
    meant: dict[int, dict[int, int]] = {}
    weaker: list[tuple[int, int, str]] = []
    columns = _identities_of_records(plan, page)
    identities = [identity for column in columns for identity in column if identity]
    for strength in (STRONG, WEAK):
        owners = plan.store.owners(identities, strength)
        for column in columns if owners else ():
            key = next(filter(None, column), "").partition("=")[0]
            rank = 0 if strength == STRONG or not key else 1 + keys.index(key)
            for place, number in enumerate(map(owners.get, column)):
                if number is None:
                    continue
                if place in meant:
                    meant[place].setdefault(number, rank)
                else:
                    meant[place] = {number: rank}
                identity = column[place]
                if strength == WEAK and identity.startswith(unique) and not identity.endswith(" "):
                    weaker.append((place, number, identity))
    return meant, weaker


def _compare_pairs(plan: Plan, pairs: Sequence[tuple[int, PlanhatObject]]) -> None:
    """Notes what rows change in the records that they mean."""
    states, names = plan.states, plan.names
    numbers = sorted({number for number, _ in pairs})
    sent = dict(zip(numbers, plan.store.payloads(numbers), strict=True))
    payloads = [sent[number] for number, _ in pairs]
    required = {*(field.key for field in plan.model.required()), *plan.model.ONE_OF}
    changes: dict[int, dict[str, Change]] = {}
    exact = not plan.options.compare
    found = changes_of_all(plan.model, payloads, [record for _, record in pairs], exact=exact)
    for (number, record), payload, own in zip(pairs, payloads, found, strict=True):
        if own:
            own.pop("_id", None)
            if emptied := required.intersection(own) and emptied_field(plan.model, payload, record):
                states.set([number], REFUSED, emptied)
        if own or number in changes:
            changes[number] = own
            names.want_changed(own)
        if not name_of(payload):
            names.add(record)
        if states[number] != REFUSED:
            states.match(number, UPDATE if own else UNCHANGED, states.ids[number])
    plan.store.set_changes(changes)


def _identities_of_records(plan: Plan, page: Sequence[PlanhatObject]) -> list[list[str]]:
    """Returns the identities of records, also those of rows that do not name their company."""
    model, rows = plan.model, list[dict[str, Any]](page)
    if issubclass(model, Company):
        return list(identity_columns(model, rows, plan.match_by).values())
    if issubclass(model, Ticket):
        rows = [{**row, "sourceId": dict.get(row, "sourceId") or dict.get(row, "externalId")} for row in rows]
    bare = list(map(without_owner, rows))
    own, without = (list(identity_columns(model, each, plan.match_by).values()) for each in (rows, bare))
    return [*own, *(column for column in without if column not in own)]


def _may_mean(plan: Plan, number: int, planhat_id: str, rank: int, matched: dict[int, int]) -> bool:
    """Returns whether a row means a record; it is refused if it means another one just as surely."""
    states, before = plan.states, matched.get(number, NOT_AT_ALL)
    if states[number] not in (SEND, UPDATE, UNCHANGED) or before < rank:
        return False
    if before == rank and states.ids[number] != planhat_id:
        key = [strongest_key(plan.model, plan.payload(number)), *plan.model.KEYS, *plan.match_by][rank]
        several = f"{key}={plan.payload(number)[key]}, {states.ids[number]} and {planhat_id} among them"
        states.set([number], REFUSED, f"Planhat has several records with {several}.")
        return False
    # A row with a Planhat id means that record or none, whatever other keys it has.
    return not (rank and "_id" in plan.keys and plan.payload(number).get("_id"))


def _create_others(plan: Plan, companies: CompanyIndex) -> None:
    """Decides about the rows that no record has met."""
    model, left = plan.model, plan.states.having(SEND)
    # Those that are only skipped need no company.
    belongs = plan.options.new == "create" and bool(owner_key(model) or model.field("companyIds"))
    while some := list(islice(left, AT_ONCE)):
        for number, payload in zip(some, plan.store.payloads(some), strict=True):
            missing = missing_fields(model, payload, bulk=True)
            if payload.get("_id"):
                plan.states.set([number], REFUSED, f"Planhat has no {model.SINGULAR} with {plan.key(number)}.")
            elif missing:
                plan.states.set([number], REFUSED, f"A new {model.SINGULAR} needs {missing}.")
            elif belongs and (problem := companies.problem_of(model, payload, is_new=True)):
                plan.states.set([number], REFUSED, problem)
            else:
                plan.states.set([number], CREATE)
                plan.names.want(payload)


def _refuse_moved(plan: Plan, companies: CompanyIndex) -> None:
    """Refuses rows that would move a record to a company which Planhat does not have."""
    unknown = [each for each in plan.names.wanted(Company) if each and not companies.has(each)]
    left = plan.states.having(UPDATE) if unknown else iter(())
    while some := list(islice(left, AT_ONCE)):
        for number, changes in plan.store.changes(some).items():
            new = {key: value for key, (_, value) in changes.items()}
            if problem := companies.problem_of(plan.model, new, is_new=False):
                plan.states.set([number], REFUSED, problem)


def _refuse_sharing(plan: Plan, matched: dict[int, int]) -> None:
    """Refuses all but one of the rows that mean one record: a later one would overwrite the earlier."""
    paired = list(plan.states.having(UPDATE, UNCHANGED))
    ids = list(map(plan.states.ids.__getitem__, paired))
    by_record: dict[str, list[int]] = {}
    if len(set(ids)) < len(ids):
        for number, planhat_id in zip(paired, ids, strict=True):
            by_record.setdefault(planhat_id, []).append(number)
    for planhat_id, meaning in by_record.items():  # in the order of the first row of each
        rows = _on_their_way(plan, meaning, matched) if len(meaning) > 1 else []
        if any(plan.states[number] == UPDATE for number in rows):
            rows = _without_repeated(plan, rows)
            plan.refuse_but_first(rows, f"means the record {planhat_id}")
    for identity, numbers in plan.store.shared():
        rows = _on_their_way(plan, numbers, matched)
        new = [number for number in rows if plan.states[number] == CREATE]
        known = [number for number in rows if plan.states[number] != CREATE]
        plan.refuse_but_first([*known[:1], *new], f"has {identity.strip()}")


def _without_repeated(plan: Plan, rows: list[int]) -> list[int]:
    """Returns rows that mean one record without those that change nothing but what the first one changes, too."""
    changes, payloads = plan.store.changes(rows), plan.store.payloads(rows)
    wanted = changes.get(rows[0], {})
    left = rows[:1]
    for number, payload in zip(rows[1:], payloads[1:], strict=True):
        own = {key: change for key, change in wanted.items() if value_at(payload, key) is not None}
        if own == changes.get(number, {}):
            plan.repeat(number, rows[0])
        else:
            left.append(number)
    return left


def sharing_rows(plan: Plan) -> list[str]:
    """Returns sentences on the first rows that Planhat may take for one record."""
    found = ((identity, _on_their_way(plan, numbers, {})) for identity, numbers in plan.store.shared())
    told = (
        f"Rows {', '.join(map(str, numbers))} have {identity.strip()}, and other keys that differ: "
        "Planhat may take them for one record, and the last of them overwrites the others."
        for identity, numbers in found
        if len(numbers) > 1
    )
    return list(islice(told, NAMED))


def _on_their_way(plan: Plan, numbers: Iterable[int], matched: dict[int, int]) -> list[int]:
    """Returns those of some rows that are neither refused nor repeated, the most surely matched first."""
    rows = (number for number in numbers if plan.states[number] in ON_THEIR_WAY)
    return sorted(rows, key=lambda number: (matched.get(number, NOT_AT_ALL), number))
