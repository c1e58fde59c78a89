"""What a table does, by a second account of its rules: the plan, the report and the records all say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from RPA.Planhat import types
from RPA.Planhat.errors import PlanhatBulkError
from RPA.Planhat.operations.rows.importing import import_table, plan_table
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.transport import Settings

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox

DONE = {"create": "created", "update": "updated"}
DECIDED = {"skip": "skipped", "refuse": "refused"}


class Asked(NamedTuple):
    """A table, what Planhat has before, and how the table is imported: cities by the letters of companies."""

    rows: list[tuple[str, str]]
    stored: dict[str, str]
    duplicates: Any
    new: str
    known: str
    clears: bool
    at_most: Any
    memory: int


LETTERS, CITIES = st.sampled_from("ABC"), st.sampled_from(["", "Lund", "Ystad"])
ASKED = st.builds(
    Asked,
    st.lists(st.tuples(LETTERS, CITIES), min_size=1, max_size=6),
    st.dictionaries(st.sampled_from("ABCD"), CITIES, max_size=3),
    st.sampled_from(["first", "last", "refuse"]),
    st.sampled_from(["create", "create", "skip", "refuse"]),
    st.sampled_from(["update", "update", "skip", "refuse"]),
    st.booleans(),
    st.sampled_from([None, None, 0, 1, "50 %"]),
    st.sampled_from([0, 100]),
)


def senders(asked: Asked) -> tuple[dict[int, int], set[int]]:
    """Returns by each row the one that is sent for it, and the rows that contradict an earlier one."""
    sent: dict[str, int] = {}
    instead: dict[int, int] = {}
    refused = set()
    for number, row in enumerate(asked.rows, 1):
        first = sent.setdefault(row[0], number)
        if first == number:
            continue
        if row == asked.rows[first - 1] or asked.duplicates == "first":
            instead[number] = first
        elif asked.duplicates == "refuse":
            refused.add(number)
        else:
            instead[first] = sent[row[0]] = number
    found = {}
    for number in range(1, len(asked.rows) + 1):
        sender = number
        while sender in instead:
            sender = instead[sender]
        found[number] = sender
    return found, refused


def expected(asked: Asked) -> tuple[dict[int, str], dict[str, str]]:
    """Returns what is to be done with each row, and the cities afterwards."""
    by, refused = senders(asked)
    actions, after = {}, dict(asked.stored)
    for number in sorted(set(by.values()) - refused):
        letter, city = asked.rows[number - 1]
        if letter not in asked.stored:
            action = DECIDED.get(asked.new, "create")
        elif asked.known != "update":
            action = DECIDED[asked.known]
        else:
            says = city or asked.clears
            action = "update" if says and city != asked.stored[letter] else "unchanged"
        actions[number] = action
        if action in DONE:
            after[letter] = city
    actions |= dict.fromkeys(refused, "refused")
    for number, sender in by.items():
        if number != sender:
            actions[number] = actions[sender] if actions[sender] in DECIDED.values() else "repeated"
    return actions, after


def cities(sandbox: Sandbox) -> dict[str, str]:
    return {row["externalId"]: row.get("city") or "" for row in sandbox.rows("companies")}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ASKED)
def test_a_table_does_what_its_options_say(server: Sandbox, asked: Asked) -> None:
    server.reset()
    quick = Settings(calls_per_minute=0, calls_per_second=0, rows_in_memory=asked.memory)
    session = PlanhatSession(server.api_key, base_url=server.url, settings=quick)

    def table(pairs: Any) -> Any:
        return ({"external_id": letter, "name": f"Company {letter}", "city": city} for letter, city in pairs)

    import_table(session, types.Company, table(asked.stored.items()), RowOptions())
    options = RowOptions(
        compare=True, duplicates=asked.duplicates, new=asked.new, known=asked.known, clear_empty=asked.clears,
        bad_rows="skip", others="report", at_most=asked.at_most,
    )  # fmt: skip
    actions, after = expected(asked)
    limit = {None: 99, "50 %": len(asked.stored) // 2}.get(asked.at_most, asked.at_most)
    if list(actions.values()).count("update") > limit:
        for do in (plan_table, import_table):
            with pytest.raises(PlanhatBulkError, match="Nothing was sent"):
                do(session, types.Company, table(asked.rows), options)
        assert cities(server) == asked.stored
        return
    plan = plan_table(session, types.Company, table(asked.rows), options)
    assert {row.number: row.action for row in plan.rows()} == actions
    others = {each["externalId"] for each in plan.not_in_table}
    assert others == asked.stored.keys() - dict(asked.rows).keys()
    assert cities(server) == asked.stored
    report = import_table(session, types.Company, table(asked.rows), options)
    assert {row.number: row.action for row in report.rows()} == {
        number: DONE.get(action, action) for number, action in actions.items()
    }
    assert cities(server) == after
    ids = {row["externalId"]: row["_id"] for row in server.rows("companies")}
    for row in report.rows():
        if row.action not in DECIDED.values():
            assert row.id == ids[asked.rows[row.number - 1][0]]
