"""Whether records hold what rows say: many at once are compared as each by itself, whatever they hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from RPA.Planhat import types
from RPA.Planhat.operations.rows.comparing import changes_of, changes_of_all, same

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, 1.0, 2.5, "", " ", "a", "a ", "A", "a,b", "2026-01-01", "2026-01-01T00:00:00.000Z"]),
    st.lists(st.sampled_from([True, 1, "a", "b", ""]), max_size=2),
    st.fixed_dictionaries({}, optional={"_id": st.sampled_from(["a", "b"]), "id": st.just("a")}),
)
CUSTOM = st.one_of(st.none(), st.dictionaries(st.sampled_from(["A", "B", "C"]), VALUES, max_size=3))
KEYS = [
    "name",
    "phase",
    "tags",
    "owner",
    "coOwner",
    "mrr",
    "externalId",
    "domains",
    "csmScore",
    "type",
    "subType",
    "unknown",
]
ROWS = st.builds(
    lambda own, custom: {**own, **({"custom": custom} if custom is not None else {})},
    st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5),
    CUSTOM,
)


def one_by_one(
    model: type[types.PlanhatObject], payload: dict[str, Any], record: dict[str, Any]
) -> dict[str, tuple[Any, Any]]:
    """What a payload changes, by the rule for a single value."""
    found: dict[str, tuple[Any, Any]] = {}
    for key, new in payload.items():
        olds = [record.get(key), record.get("subType" if model is types.Ticket and key == "type" else key)]
        equal = any(type(new) is type(old) and new == old for old in olds[:1])
        if key != "custom" and not equal and not any(same(model.field(key), key, new, old) for old in olds):
            found[key] = (olds[1], new)
    for name, new in (payload.get("custom") or {}).items():
        old = (record.get("custom") or {}).get(name)
        if not same(None, name, new, old):
            found[f"custom.{name}"] = (old, new)
    return found


@pytest.mark.parametrize("model", [types.Company, types.Ticket, types.License])
@given(pairs=st.lists(st.tuples(ROWS, ROWS), max_size=6))
def test_many_rows_are_compared_as_each_value_by_itself(
    model: type[types.PlanhatObject], pairs: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    payloads, records = [row for row, _ in pairs], [record for _, record in pairs]
    wanted = [one_by_one(model, payload, record) for payload, record in pairs]
    for found in (changes_of_all(model, payloads, records), [changes_of(model, *pair) for pair in pairs]):
        assert [sorted(map(repr, each.items())) for each in found] == [
            sorted(map(repr, each.items())) for each in wanted
        ]
