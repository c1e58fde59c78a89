"""The plan of a bulk write: looking at many rows at once says the same as looking at each."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from datetime import date, datetime, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.options import (
    DeclarationOptions,
    ImportOptions,
    SyncOptions,
    UpsertOptions,
    described,
)
from RPA.Planhat.operations.rows.convert import payload_of
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.operations.rows.plan import Plan
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.types import Company, Enduser, License, Note, PlanhatObject, Record, model_at_path
from RPA.Planhat.types.encoding import encode_json

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[2]


class Colour(Enum):
    RED = "red"


class Level(int, Enum):
    HIGH = 3


TEXTS = st.sampled_from(["", "a", " a ", "Åäö", "2026-03-01", "customer", "Customer", "5", "null", "\ud800", "yes"])
NUMBERS = st.sampled_from([0, 1, 5, 9, -1, 2**70, 1.5, 5.0, math.nan, math.inf, 1e300, True, False])
OTHERS = st.sampled_from(
    [None, date(2026, 3, 1), datetime(2026, 3, 1, tzinfo=timezone.utc), Decimal("1.5"), ["a"], ("a", 1), {"a": 1},
     {"a": math.nan}, {"a": {"b": None}}, Record(a=1), [{"a": 1}], {1, 2}, b"x", object, Colour.RED, Company(id="c1")]
)  # fmt: skip
VALUES = TEXTS | NUMBERS | OTHERS
NAMES = st.sampled_from(
    ["name", "external_id", "externalId", "source_id", "_id", "id", "phase", "status", "csm_score", "custom",
     "custom.A", "custom.B", "tags", "mrr", "customer_from", "owner", "followers", "__v", "pahse", "company_id",
     "email", "planhat_row"]
)  # fmt: skip
ROWS = st.lists(st.dictionaries(NAMES, VALUES, max_size=5), min_size=1, max_size=6)
MODELS = [Company, Enduser, License, Note, model_at_path("teams")]


OFFLINE = PlanhatSession("offline-0123456789", base_url="http://127.0.0.1:1")


def planned(model: type[PlanhatObject], rows: Any, **options: Any) -> Plan:
    """Returns the plan of rows that are all good, as a bulk upsert makes it."""
    plan = Plan.of(OFFLINE, model, rows, RowOptions(given=True, check_custom_fields=False, **options))
    if plan.states.count("refused"):
        raise PlanhatValidationError(plan.reasons("refused").refusal)
    return plan


def one_by_one(model: type[PlanhatObject], row: Any) -> dict[str, Any] | None:
    """Returns what is sent of a row without its neighbours, or nothing when it is bad."""
    try:
        plan = planned(model, [row])
    except PlanhatValidationError:
        return None
    return plan.payload(1)


def looked_at(model: type[PlanhatObject], row: Any) -> dict[str, Any] | None:
    """Returns what is sent of a row by the rules for one record, or nothing when that cannot be sent."""
    try:
        payload = {**model.FIXED, **payload_of(model, row, keep=model.KEYS)}
        encode_json(payload)
    except (ValueError, TypeError):
        return None
    return payload


def typed(payload: dict[str, Any]) -> dict[str, tuple[type, Any]]:
    return {key: (dict if isinstance(value, dict) else type(value), value) for key, value in payload.items()}


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(MODELS), ROWS, st.sampled_from([dict, Record, None]))
def test_rows_are_sent_as_they_would_be_alone(
    model: type[PlanhatObject], rows: list[dict[str, Any]], kind: Any
) -> None:
    mixed: list[Any] = [(kind or model)(row) for row in rows]
    for row in mixed:
        alone, payload = one_by_one(model, row), looked_at(model, row)
        if alone is not None and "planhat_row" not in row:
            assert payload is not None
            assert typed(alone) == typed(payload)
            assert json.loads(encode_json([alone], finite=True)) == json.loads(encode_json([payload]))
    good = [row for row in mixed if one_by_one(model, row) is not None]
    plan = Plan.of(OFFLINE, model, good, RowOptions(given=True, check_custom_fields=False, duplicates="last"))
    for number, row in enumerate(good, start=1):
        if plan.states[number] == "refused":  # only a neighbour that means the same record can be the reason
            assert re.search(r"as row \d+ does, and would overwrite it", plan.states.reasons[number])
        else:
            assert plan.payload(number) == one_by_one(model, row)
    assert not good or plan.states[1] != "refused"


def test_rows_that_share_an_external_id_are_refused_behind_the_first() -> None:
    rows = [{"external_id": "a"}, {"external_id": "a", "source_id": "a"}]
    with pytest.raises(
        PlanhatValidationError, match="row 2: it has externalId=a, as row 1 does, and would overwrite it"
    ):
        planned(Company, rows, duplicates="last")


def test_a_bad_row_among_good_ones_is_named_and_a_value_in_the_middle_is_converted() -> None:
    rows: list[dict[str, Any]] = [{"externalId": f"A-{n}", "csmScore": 3} for n in range(3000)]
    rows[1500]["csmScore"] = "4"
    rows[1501]["csmScore"] = None
    plan = planned(Company, rows)
    assert [plan.payload(number)["csmScore"] for number in (1500, 1501, 1502)] == [3, 4, None]
    rows[2500]["csmScore"] = 9
    with pytest.raises(PlanhatValidationError) as caught:
        planned(Company, rows)
    assert str(caught.value) == (
        "Nothing was sent, since 1 row is bad:\n  row 2501: csm_score goes from 1 to 5; 9 is outside."
    )


def test_bad_rows_of_different_shapes_are_named_in_their_order() -> None:
    rows: list[dict[str, Any]] = [
        {"pahse": 1},
        {"external_id": "A", "csm_score": 9},
        {"pahse": 1},
        {"external_id": "B", "csm_score": 9},
        {},
    ]
    with pytest.raises(PlanhatValidationError) as caught:
        planned(Company, rows)
    assert [line.split(":")[0].strip() for line in str(caught.value).splitlines()[1:]] == [
        "rows 1, 3",
        "rows 2, 4",
        "row 5",
    ]


@pytest.mark.parametrize(
    ("spelt", "key"),
    [("external_id", "externalId"), ("externalId", "externalId"), ("id", "_id"), ("source_id", "sourceId")],
)
def test_blanks_around_keys_are_taken_off(spelt: str, key: str) -> None:
    plan = planned(Company, [{spelt: " A\t", "name": " x "}])
    assert plan.payload(1) == {key: "A", "name": " x "}
    assert plan.key(1) == f"{key}=A"


def test_a_key_of_blanks_is_none() -> None:
    with pytest.raises(PlanhatValidationError, match="it has no key to match a record, and a new company needs name"):
        planned(Company, [{"external_id": "  ", "phase": "x"}])


@pytest.mark.parametrize(("duplicates", "senders"), [("first", [1, 1, 1, 4]), ("last", [3, 3, 3, 4])])
def test_one_of_several_rows_with_one_key_wins_whatever_their_shapes(duplicates: Any, senders: list[int]) -> None:
    rows: list[dict[str, Any]] = [
        {"externalId": "A", "name": "1"},
        {"name": "2", "externalId": "A"},
        {"externalId": "A", "name": "3"},
        {"externalId": "B", "name": "4"},
    ]
    with pytest.raises(PlanhatValidationError, match=r"2 rows are bad:\n  rows 2, 3: it contradicts row 1"):
        planned(Company, rows)
    plan = planned(Company, rows, duplicates=duplicates)
    assert [plan.sender(number) for number in (1, 2, 3, 4)] == senders


def test_records_are_left_as_they_were_read() -> None:
    company = Company({"_id": "1", "name": "Acme", "custom": {"A": 1}, "mrr": 5})
    company.mark_as_read()
    plan = planned(Company, [company])
    assert plan.payload(1) == {"_id": "1"}
    assert company.changes() == {}
    assert type(dict.get(company, "custom")) is dict


def test_no_row_of_a_list_is_copied_and_a_generator_is_read_once() -> None:
    rows = [{"externalId": f"A-{n}", "name": "x"} for n in range(2500)]

    def once() -> Iterable[dict[str, Any]]:
        yield from rows

    plan = planned(Company, rows)
    assert all(plan.payload(number) is rows[number - 1] for number in range(1, 2501))
    plan = planned(Company, once())
    assert [plan.payload(number) for number in range(1, 2501)] == rows


def test_rows_of_more_shapes_than_are_remembered_are_sent_all_the_same() -> None:
    rows = [{"externalId": f"A-{n}", f"custom.{n % 1100}": n} for n in range(2500)]
    plan = planned(Company, rows)
    assert [plan.payload(n + 1) for n in (0, 1099, 2400)] == [
        {"externalId": f"A-{n}", "custom": {str(n % 1100): n}} for n in (0, 1099, 2400)
    ]


DIGEST = """
import sys
from datetime import date
if sys.argv[1] == "plain":
    sys.modules["orjson"] = None
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.operations.rows.plan import Plan
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.types import Company
rows = [
    {"external_id": "Å", "custom": {"A": 1e16, "B": 1e-7, "C": 1.5, "D": 2**70}, "tags": {"x", "y", "z"}},
    {"external_id": "B", "customer_from": date(2026, 3, 1), "name": "\\u2028\\x7f\\x1f"},
]
rows = (row for row in rows) if sys.argv[2] == "generator" else rows
session = PlanhatSession("offline-0123456789", base_url="http://127.0.0.1:1")
print(Plan.of(session, Company, rows, RowOptions(given=True, check_custom_fields=False)).digest())
"""


def test_the_digest_of_the_input_does_not_depend_on_orjson_or_on_how_rows_come() -> None:
    found = set()
    for arguments in (("fast", "list"), ("fast", "generator"), ("plain", "list"), ("plain", "generator")):
        command = [sys.executable, "-c", DIGEST, *arguments]
        found.add(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    assert len(found) == 1


ENCODE = """
import sys
from uuid import UUID
from datetime import date, timedelta
from enum import Enum
if sys.argv[1] == "plain":
    sys.modules["orjson"] = None
from RPA.Planhat.types.encoding import encode_json
Colour = Enum("Colour", {"RED": "red"})
print(encode_json([date(2026, 3, 1), timedelta(1), Colour.RED, UUID(int=1), 2**70, None, ("a",), 1.5, "Å"]).decode())
for bad in (float("nan"), object(), {1, 2}):
    try:
        print(encode_json([bad]))
    except (ValueError, TypeError) as problem:
        print(type(problem).__name__)
"""


def test_json_is_the_same_with_orjson_and_without() -> None:
    fast, plain = (
        subprocess.run([sys.executable, "-c", ENCODE, how], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for how in ("fast", "plain")
    )
    assert fast == plain
    assert fast.splitlines()[1:] == ["PlanhatValidationError"] * 3


@pytest.mark.parametrize(("value", "text"), [(Colour.RED, b'"red"'), (Level.HIGH, b"3"), (UUID(int=1), None)])
def test_members_of_enumerations_are_their_values(value: Any, text: bytes | None) -> None:
    assert encode_json(value) == (text or f'"{value}"'.encode())


def test_a_custom_field_may_be_called_as_a_key() -> None:
    plan = planned(Company, [{"externalId": "A", "custom": {"_id": 1, "externalId": 2}}, {"custom._id": 1, "_id": "x"}])
    assert plan.payload(1) == {"externalId": "A", "custom": {"_id": 1, "externalId": 2}}
    assert plan.payload(2) == {"custom": {"_id": 1}, "_id": "x"}


@pytest.mark.parametrize("group", [UpsertOptions, ImportOptions, SyncOptions, DeclarationOptions])
def test_the_defaults_of_options_are_those_that_keywords_show(group: type) -> None:
    own = RowOptions.of(group, {})
    assert own == RowOptions() == RowOptions.of(group, {each.name: each.default for each in described(group)})
