"""From what people write to what Planhat takes, for every kind of field."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.rows.kinds import convert
from RPA.Planhat.types import Company, Field, Invoice, Kind, Parameter, TimeEntry

CET = timezone(timedelta(hours=1))
MOMENT = datetime(2026, 3, 1, 23, 30, tzinfo=CET)
RECORD = Company({"_id": "61f", "sourceId": "S"})
DAY = 20513
"""2026-03-01."""


def field(kind: Kind, **more: Any) -> Field[Any]:
    made: Field[Any] = Field(kind, "A field.", empty=None, key="theField", **more)
    made.name = "the_field"
    return made


GOOD = [
    (Kind.TEXT, "x", "x"),
    (Kind.TEXT, " x ", " x "),
    (Kind.TEXT, "", ""),
    (Kind.TEXT, 12, "12"),
    (Kind.TEXT, 1.5, "1.5"),
    (Kind.TEXT, True, "true"),
    (Kind.TEXT, False, "false"),
    (Kind.TEXT, date(2026, 3, 1), "2026-03-01"),
    (Kind.TEXT, time(10, 30), "10:30:00"),
    (Kind.TEXT, 2.0**53, "9007199254740992"),
    (Kind.TEXT, "Åäö €", "Åäö €"),
    (Kind.NUMBER, "12", 12),
    (Kind.NUMBER, " 12.50 ", 12.5),
    (Kind.NUMBER, "-3", -3),
    (Kind.NUMBER, "1e3", 1000.0),
    (Kind.NUMBER, "12 EUR", 12),
    (Kind.NUMBER, "1,234.5", 1234.5),
    (Kind.NUMBER, 7, 7),
    (Kind.NUMBER, 7.25, 7.25),
    (Kind.NUMBER, Decimal("7.25"), 7.25),
    (Kind.NUMBER, "12345678901234567890", 12345678901234567890),
    (Kind.INTEGER, "12", 12),
    (Kind.INTEGER, "12.0", 12),
    (Kind.INTEGER, 12.0, 12),
    (Kind.BOOLEAN, True, True),
    (Kind.BOOLEAN, "TRUE", True),
    (Kind.BOOLEAN, " yes ", True),
    (Kind.BOOLEAN, "on", True),
    (Kind.BOOLEAN, 1, True),
    (Kind.BOOLEAN, 1.0, True),
    (Kind.BOOLEAN, 0.0, False),
    (Kind.BOOLEAN, "False", False),
    (Kind.BOOLEAN, "no", False),
    (Kind.BOOLEAN, "off", False),
    (Kind.BOOLEAN, 0, False),
    (Kind.DATE, "2026-03-01", "2026-03-01"),
    (Kind.DATE, " 2026-03-01 ", "2026-03-01"),
    (Kind.DATE, "2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"),
    (Kind.DATE, "2026-03-01T10:00:00.5Z", "2026-03-01T10:00:00.5Z"),
    (Kind.DATE, "2026-03-01T10:00:00.123Z", "2026-03-01T10:00:00.123Z"),
    (Kind.DATE, "2026-03-01T10:00:00.123456789Z", "2026-03-01T10:00:00.123456789Z"),
    (Kind.DATE, "2026-03-01T10:00:00+02:00", "2026-03-01T10:00:00+02:00"),
    (Kind.DATE, "2026-03-01T10:00:00.12-05:30", "2026-03-01T10:00:00.12-05:30"),
    (Kind.DATE, "2026-03-01 10:00", "2026-03-01 10:00"),
    (Kind.DATE, date(2026, 3, 1), "2026-03-01"),
    (Kind.DATE, MOMENT, "2026-03-01T23:30:00+01:00"),
    (Kind.DAY, DAY, DAY),
    (Kind.DAY, str(DAY), DAY),
    (Kind.DAY, float(DAY), DAY),
    (Kind.DAY, "-1", -1),
    (Kind.DAY, 99_999, 99_999),
    (Kind.DAY, "-99999", -99_999),
    (Kind.DAY, "2026-03-01", DAY),
    (Kind.DAY, "2026-03-01T10:00:00.5Z", DAY),
    (Kind.DAY, date(2026, 3, 1), DAY),
    (Kind.DAY, MOMENT, DAY),
    (Kind.DAY, "1970-01-01", 0),
    (Kind.ID, "61f", "61f"),
    (Kind.ID, "extid-A", "extid-A"),
    (Kind.ID, 12, "12"),
    (Kind.ID, RECORD, "61f"),
    (Kind.ID, Company(source_id="S"), "srcid-S"),
    (Kind.ID, {"externalId": "A"}, "extid-A"),
    (Kind.ID, Invoice(external_id="I"), "extid-I"),
    (Kind.IDS, "a, b,,c ", ["a", "b", "c"]),
    (Kind.IDS, '["a", "b"]', ["a", "b"]),
    (Kind.IDS, ["a", RECORD], ["a", "61f"]),
    (Kind.IDS, RECORD, ["61f"]),
    (Kind.IDS, "", []),
    (Kind.IDS, (), []),
    (Kind.TEXTS, "a, b", ["a", "b"]),
    (Kind.TEXTS, ' ["a, b", "c"]', ["a, b", "c"]),
    (Kind.TEXTS, ["a", 1], ["a", "1"]),
    (Kind.TEXTS, ("a",), ["a"]),
    (Kind.TEXTS, {"b", "a"}, ["a", "b"]),
    (Kind.TEXTS, "['a', 'b']", ["a", "b"]),
    (Kind.TEXTS, "", []),
    (Kind.OBJECT, {"a": 1}, {"a": 1}),
    (Kind.OBJECT, '{"a": {"b": 1}}', {"a": {"b": 1}}),
    (Kind.OBJECT, {}, {}),
    (Kind.OBJECT, "{'a': None}", {"a": None}),
    (Kind.OBJECTS, [{"a": 1}], [{"a": 1}]),
    (Kind.OBJECTS, '[{"a": 1}]', [{"a": 1}]),
    (Kind.OBJECTS, {"a": 1}, [{"a": 1}]),
    (Kind.OBJECTS, ['{"a": 1}'], [{"a": 1}]),
    (Kind.OBJECTS, [], []),
    (Kind.ANY, "x", "x"),
    (Kind.ANY, [1, {"a": None}], [1, {"a": None}]),
    (Kind.ANY, '{"a": [1]}', {"a": [1]}),
    (Kind.ANY, ("b", {"z", "y"}, True), ["b", ["y", "z"], True]),
]


def each_of(kind: Kind, *values: Any) -> list[tuple[Kind, Any]]:
    return [(kind, value) for value in values]


BAD: list[tuple[Kind, Any]] = [
    *each_of(Kind.TEXT, {"a": 1}, ["a"], ("a",), {1}, b"x", "\ud800", "a\0b", math.inf, 2.0**53 + 2),
    *each_of(Kind.NUMBER, "", "x", "1,5", "12 EURO", True, [], {}, "nan", "inf", math.inf, math.nan),
    *each_of(Kind.NUMBER, "1e999", "9" * 400),
    *each_of(Kind.INTEGER, "1.5", 1.5, "", "x", True, "nan", []),
    *each_of(Kind.BOOLEAN, "", "maybe", 2, "2", 1.5, 2.0, [], {}, "None"),
    *each_of(Kind.DATE, "", "01.03.2026", "03/01/2026", "2026-13-01", "soon", 5, {}, [], "2026-02-30"),
    *each_of(Kind.DATE, "Z", ".", "2026-03-01T25:00:00Z", "20260301", "2026-W10-1", 20260301),
    *each_of(Kind.DAY, "", "x", "1.5", 1.5, True, "01.03.2026", [], "--5", 100_000, "-100000", "9999-12-31"),
    *each_of(Kind.ID, ["a"], {"name": "no id"}, Company(), {1}),
    *each_of(Kind.IDS, 5, '["a"', [["a"]], [None], [{"name": "no id"}], b"ab"),
    *each_of(Kind.TEXTS, 5, {"a": 1}, '["a"', [["a"]], [{}], [None], b"ab"),
    *each_of(Kind.OBJECT, "x", "[1]", [1], 5, '{"a": ', "", {1: 2}, {"a": math.inf}, {"a": "\0"}),
    *each_of(Kind.OBJECTS, "x", [1], 5, '[{"a": 1}, 2]', ['"a"'], '"ab"', "5"),
]


def kind_or_type(each: Any) -> str:
    """Names a value by its type: the text of a set differs between the processes that run the tests."""
    return each.name if isinstance(each, Kind) else type(each).__name__


@pytest.mark.parametrize(("kind", "value", "converted"), GOOD, ids=kind_or_type)
def test_good_values_become_what_planhat_takes(kind: Kind, value: Any, converted: Any) -> None:
    found = convert(field(kind), value)
    assert found == converted
    assert type(found) is type(converted)


@pytest.mark.parametrize(("kind", "value"), BAD, ids=kind_or_type)
def test_bad_values_are_refused_with_the_field_the_form_and_the_value(kind: Kind, value: Any) -> None:
    with pytest.raises(PlanhatValidationError) as caught:
        convert(field(kind), value)
    assert "the_field" in str(caught.value) or "cannot be referred to" in str(caught.value)
    str(caught.value).encode()


@pytest.mark.parametrize("kind", list(Kind))
def test_none_stays_none_for_every_kind_and_clears_the_field(kind: Kind) -> None:
    assert convert(field(kind, least=1, most=5), None) is None
    assert convert(field(kind, options=("a", "b")), None) is None


def test_every_kind_is_covered() -> None:
    assert {kind for kind, _, _ in GOOD} == set(Kind)
    assert {kind for kind, _ in BAD} == set(Kind) - {Kind.ANY}


@pytest.mark.parametrize("word", ["today", "NOW", " Now "])
def test_today_and_now_are_in_utc(word: str) -> None:
    before = datetime.now(timezone.utc).replace(microsecond=0)
    text = convert(field(Kind.DATE), word)
    assert text[:10] in (before.date().isoformat(), datetime.now(timezone.utc).date().isoformat())
    if "now" in word.lower():
        assert datetime.fromisoformat(text) >= before
    assert abs(convert(field(Kind.DAY), word) - (before.date() - date(1970, 1, 1)).days) <= 1


@pytest.mark.parametrize("text", ["customer", "Customer", "CUSTOMER"])
def test_the_case_of_an_option_does_not_matter(text: str) -> None:
    assert convert(Company.status, text) == "customer"


def test_another_option_is_refused_and_all_are_named() -> None:
    with pytest.raises(PlanhatValidationError) as caught:
        convert(Company.status, "client")
    assert str(caught.value) == "status is one of prospect, coming, customer, canceled, lost; not 'client'."
    parameter = Parameter("downgrades", "downgrades", "x", options=("only", "excluded"))
    with pytest.raises(PlanhatValidationError, match=r"downgrades|excluded"):
        convert(parameter, "none")


@pytest.mark.parametrize("value", ["0", 6, -1, "99"])
def test_a_number_outside_its_range_is_refused(value: Any) -> None:
    with pytest.raises(PlanhatValidationError, match=f"csm_score goes from 1 to 5; {value} is outside"):
        convert(Company.csm_score, value)


@pytest.mark.parametrize(("value", "number"), [("1", 1), (5, 5)])
def test_a_number_at_the_end_of_its_range_is_taken(value: Any, number: int) -> None:
    assert convert(Company.csm_score, value) == number
    assert convert(TimeEntry.hours, "0.1") == 0.1


def test_a_wrong_value_is_explained() -> None:
    with pytest.raises(PlanhatValidationError) as caught:
        convert(Invoice.due_date, "soon")
    assert str(caught.value) == "due_date takes a day, as YYYY-MM-DD or days since 1970-01-01, not 'soon'."


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
TEXTS = st.sampled_from(
    ["12", "1.5", "yes", "2026-03-01", "2026-03-01T10:00:00.5Z", "a,b", '["a"]', '{"a": 1}', '[{"a": 1}]', "extid-A"]
)
LAST = datetime(2240, 1, 1)  # noqa: DTZ001 - a later day is taken for something else, such as milliseconds
DATES = st.dates(date(1700, 1, 1), LAST.date())
MOMENTS = DATES | st.datetimes(max_value=LAST) | st.datetimes(max_value=LAST, timezones=st.just(CET))


@given(st.sampled_from(list(Kind)), JSON | TEXTS | MOMENTS)
def test_converting_twice_is_the_same_as_once(kind: Kind, value: Any) -> None:
    try:
        once = convert(field(kind), value)
    except PlanhatValidationError:
        return
    assert convert(field(kind), once) == once


@given(DATES)
def test_every_day_is_counted_from_1970(day: date) -> None:
    number = convert(field(Kind.DAY), day.isoformat())
    assert date(1970, 1, 1) + timedelta(days=number) == day
    assert convert(field(Kind.DAY), day) == number
