"""Conditions: read as written, refused with their place, left to Planhat where it can, equal to a naive reading."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from RPA.Planhat import PlanhatValidationError
from RPA.Planhat.operations.finding import find_duplicates, find_one
from RPA.Planhat.operations.reading import Query, read_list
from RPA.Planhat.operations.rows import upsert as bulk
from RPA.Planhat.operations.where import Condition, field_of
from RPA.Planhat.types import Company, Enduser, Invoice, Kind, License, PlanhatObject
from utest.tables.conftest import Counting, define

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.sandbox import Sandbox

CUSTOM = {"custom.Seats": Kind.NUMBER, "custom.Contract Type": Kind.TEXT, "custom.Active": Kind.BOOLEAN}


def condition(text: str) -> Condition:
    return Condition(text, lambda name: field_of(Company, name, CUSTOM.get(name, Kind.ANY)))


def day(shift: int) -> str:
    return (datetime.now(timezone.utc) + timedelta(days=shift)).date().isoformat()


ROWS: list[dict[str, Any]] = [
    {"_id": "1", "name": "Acme GmbH", "phase": "Onboarding", "csmScore": 3, "tags": ["vip", "EMEA"], "autoRenews": True,
     "custom": {"Seats": 150, "Contract Type": "Gold", "Active": True}, "renewalDate": f"{day(30)}T10:00:00.000Z"},
    {"_id": "2", "name": "Bolt", "phase": "adoption", "csmScore": 5, "tags": [], "autoRenews": False,
     "custom": {"Seats": 100, "Active": False}, "renewalDate": f"{day(100)}T00:00:00.000Z"},
    {"_id": "3", "name": "Cafe\u0301", "phase": None, "custom": {}, "renewalDate": f"{day(-400)}T00:00:00.000Z"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("phase = onboarding", "1"),
        ("phase == onboarding", ""),
        ("phase == Onboarding", "1"),
        ("phase in (onboarding, adoption)", "12"),
        ("phase not in (onboarding)", "23"),
        ("phase != onboarding", "23"),
        ("phase <> onboarding", "23"),
        ("phase is empty", "3"),
        ("PHASE is empty or Phase IS NOT EMPTY", None),
        ("name contains gmbh", "1"),
        ("name contains 'e g'", "1"),
        ('name = "caf\u00e9"', "3"),
        ("csm_score < 4", "1"),
        ("csmScore>=3", "12"),
        ("csm_score = 5.0", "2"),
        ("custom.Seats > 100", "1"),
        ("custom.Seats > 100 and (csm_score < 4 or csm_score is empty)", "1"),
        ("custom.'Contract Type' = gold", "1"),
        ('"custom.Contract Type" = gold', "1"),
        ("custom.Active = yes", "1"),
        ("custom.Active = false", "2"),
        ("auto_renews = true", "1"),
        ("tags = vip", "1"),
        ("tags contains emea", "1"),
        ("tags != vip", "23"),
        ("tags is empty", "23"),
        ("renewal_date <= today+90d", "13"),
        ("renewal_date <= today + 90d", "13"),
        (f"renewal_date = {day(30)}", "1"),
        (f"renewal_date <= {day(30)}", "13"),
        (f"renewal_date < {day(30)}", "3"),
        (f"renewal_date < {day(30)}T11:00:00Z", "13"),
        ("renewal_date >= today and renewal_date < today+4m", "12"),
        ("renewal_date < now-1y", "3"),
        ("renewal_date > today-60w", "123"),
        ("not phase = onboarding", "23"),
        ("not (phase = onboarding or phase = adoption)", "3"),
        ("phase = onboarding and csm_score = 9 or name = bolt", "12".replace("1", "")),
        ("phase=onboarding", "1"),
        ("phase in(onboarding,adoption)", "12"),
    ],
)  # fmt: skip
def test_conditions_hold_for_the_records_that_are_meant(text: str, found: str | None) -> None:
    if found is None:
        with pytest.raises(PlanhatValidationError, match=r"no field 'PHASE'. Did you mean phase"):
            condition(text)
        return
    assert "".join(row["_id"] for row in ROWS if condition(text).matches(row)) == found


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", 0, "is empty"),
        ("  ", 2, "is empty"),
        ("phase", 5, "needs an operator behind phase"),
        ("phase =", 7, "needs a value behind ="),
        ("phase = a b", 10, "continues after its end"),
        ("(phase = a", 0, "not closed"),
        ("phase = a)", 9, "continues after its end"),
        ("pahse = x", 0, "Did you mean phase?"),
        ("phase = a and pahse = x", 14, "Did you mean phase?"),
        ("csm_score > zwölf", 12, "compares csm_score"),
        ("csm_score > nan", 12, "compares csm_score"),
        ("status = nonsense", 9, "status is one of prospect, coming, customer, canceled, lost"),
        ("status not in (lost, custommer)", 21, "not 'custommer'"),
        ("renewal_date < soon", 15, "compares renewal_date"),
        ("phase in a", 9, "list in parentheses"),
        ("phase in (a", 9, "not closed"),
        ("phase in ()", 10, "needs a value"),
        ("tags < 3", 5, "cannot compare tags"),
        ("phase = 'a", 8, "cannot be read from"),
        ("and", 0, "needs the name of a field"),
        ("phase is nice", 6, "needs an operator"),
        ("not " * 200 + "phase = a", None, "in each other"),
        ("(" * 5000 + "phase = a" + ")" * 5000, None, "in each other"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(text: str, place: int | None, words: str) -> None:
    with pytest.raises(PlanhatValidationError, match=re.escape(words)) as caught:
        condition(text)
    if place is not None:
        shown, arrow = str(caught.value).splitlines()[-3:-1]
        assert shown[2:] == text
        assert arrow.index("^") == place + 2


# ------------------------------------------------------------------------------- equal to a naive reading

DATES = ["2026-01-01T10:00:00.000Z", "2026-01-02T00:00:00.000Z"]
FIELDS = {
    "name": st.sampled_from(["a", "B", "ab", ""]),
    "csmScore": st.none() | st.integers(1, 5),
    "tags": st.lists(st.sampled_from(["a", "b"]), max_size=2),
    "renewalDate": st.none() | st.sampled_from(DATES),
}
records = st.fixed_dictionaries({}, optional=FIELDS)

Naive: TypeAlias = "Callable[[dict[str, Any]], bool]"


def texts_of(row: dict[str, Any], key: str) -> list[str]:
    value = row.get(key)
    return [str(each).lower() for each in (value if isinstance(value, list) else [value]) if each not in (None, "")]


@st.composite
def leaves(draw: Any) -> tuple[str, Naive]:
    kind = draw(st.sampled_from(["text", "number", "list", "date", "empty", "in"]))
    word = draw(st.sampled_from(["a", "A", "b", "ab"]))
    negated = draw(st.booleans())
    if kind in ("text", "list"):
        key = "name" if kind == "text" else "tags"
        sign = "!=" if negated else "="
        return f"{key} {sign} {word}", lambda row: (word.lower() in texts_of(row, key)) is not negated
    if kind == "in":
        return (
            f"name {'not ' * negated}in (a, '{word}')",
            lambda row: bool({"a", word.lower()} & set(texts_of(row, "name"))) is not negated,
        )
    if kind == "empty":
        key = draw(st.sampled_from(list(FIELDS)))
        return f"{key} is {'not ' * negated}empty", lambda row: bool(texts_of(row, key)) is negated
    sign = draw(st.sampled_from(["<", "<=", ">", ">="]))
    compare: dict[str, Callable[[Any, Any], bool]] = {
        "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    }  # fmt: skip
    if kind == "number":
        limit = draw(st.integers(1, 5))
        return (
            f"csm_score {sign} {limit}",
            lambda row: row.get("csmScore") is not None and compare[sign](row["csmScore"], limit),
        )
    limit_day = draw(st.sampled_from(["2026-01-01", "2026-01-02"]))
    return (
        f"renewal_date{sign}{limit_day}",
        lambda row: row.get("renewalDate") is not None and compare[sign](row["renewalDate"][:10], limit_day),
    )


def joined(inner: Any) -> Any:
    @st.composite
    def node(draw: Any) -> tuple[str, Naive]:
        word = draw(st.sampled_from(["and", "or", "not"]))
        (one, first), (other, second) = draw(inner), draw(inner)
        if word == "not":
            return f"not ({one})", lambda row: not first(row)
        if word == "and":
            return f"({one}) and ({other})", lambda row: first(row) and second(row)
        return f"({one}) or ({other})", lambda row: first(row) or second(row)

    return node()


conditions = st.recursive(leaves(), joined, max_leaves=8)


@settings(max_examples=300, deadline=None)
@given(conditions, st.lists(records, max_size=5))
def test_a_condition_holds_as_read_naively(pair: tuple[str, Naive], rows: list[dict[str, Any]]) -> None:
    text, naive = pair
    made = condition(text)
    for row in rows:
        assert made.matches(row) == naive(row), f"{text} for {row}"


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=30)
    | st.lists(
        st.sampled_from(
            ["phase", "name", "=", "in", "(", ")", ",", "and", "or", "not", "'a", "5", "is", "empty", "<", "today"]
        )
    ).map(" ".join)
)
def test_any_text_is_a_condition_or_an_error_of_ours(text: str) -> None:
    with suppress(PlanhatValidationError):
        condition(text).matches({"name": "a"})


# --------------------------------------------------------------------------------------- against the sandbox


@pytest.fixture
def customers(planhat: Counting) -> Counting:
    define(planhat, "company", Seats="number")
    rows = [{"externalId": f"C-{n}", "name": f"Company {n}", "phase": ["live", "lost"][n % 2], "custom": {"Seats": n}}
            for n in range(20)]  # fmt: skip
    bulk.upsert(planhat, Company, rows)
    people = [{"email": f"p{n}@c{n % 5}.example", "companyId": f"extid-C-{n % 5}", "name": f"P {n}"} for n in range(30)]
    bulk.upsert(planhat, Enduser, people)
    planhat.calls.clear()
    return planhat


def test_lists_duplicates_and_look_ups_take_conditions(customers: Counting) -> None:
    found = read_list(customers, Company, Query(where="custom.Seats >= 10 and phase = LIVE", properties="name"))
    assert [each.name for each in found] == [f"Company {n}" for n in range(10, 20, 2)]
    limited = read_list(customers, Company, Query(where="custom.Seats >= 10", sort="-name", limit=2))
    assert [each.name for each in limited] == ["Company 19", "Company 18"]
    assert find_one(customers, Company, None, {}, "custom.Seats = 7").name == "Company 7"
    groups = find_duplicates(customers, Company, ["phase"], Query(where="custom.Seats < 4"))
    assert sorted(len(group) for group in groups) == [2, 2]
    assert groups[0][0].external_id.startswith("C-")


def test_unknown_fields_are_refused_before_the_list_is_read(customers: Counting) -> None:
    with pytest.raises(PlanhatValidationError, match=r"no custom field 'Seets'. Did you mean Seats\?"):
        read_list(customers, Company, Query(where="custom.Seets > 3"))
    with pytest.raises(PlanhatValidationError, match="where"):
        read_list(customers, Company, Query(where=""))
    assert not any("GET /companies" in call for call in customers.calls)


def test_planhat_filters_what_it_can(customers: Counting, remote_sandbox: Sandbox) -> None:
    found = read_list(customers, Enduser, Query(where="company_id = extid-C-1 and name contains p"))
    assert {each.email.partition("@")[2] for each in found} == {"c1.example"}
    assert len(found) == 6
    found = read_list(customers, Enduser, Query(where="email = P7@C2.example"))
    assert [each.name for each in found] == ["P 7"]
    asked = [each["query"] for each in remote_sandbox.requests() if each["path"] == "/endusers" and each["query"]]
    assert "companyId" in asked[0]
    assert asked[-1]["email"] == "p7@c2.example"
    either = read_list(customers, Enduser, Query(where="company_id = extid-C-1 or company_id in (extid-C-2)"))
    assert len(either) == 12


def test_licenses_of_the_next_days(customers: Counting) -> None:
    same = {"companyId": "extid-C-1", "fixedPeriod": True, "fromDate": "2026-01-01", "_currency": "EUR"}
    rows = [{**same, "externalId": f"L-{n}", "value": n, "toDate": day(n * 40)} for n in range(1, 6)]
    bulk.upsert(customers, License, rows)
    found = read_list(customers, License, Query(where="to_date <= today+90d and value > 1"))
    assert [each.external_id for each in found] == ["L-2"]


@pytest.mark.parametrize(
    ("model", "where", "cure"),
    [
        (License, "company.owner.email = nora@x.example", "use Get Companies with where= first"),
        (License, "company_id.name = Acme", "give what it returns as company_ids="),
        (Company, "owner.email = nora@x.example", "named by the address itself, as in owner = nora@acme.example"),
        (Company, "co_owner.first_name = Nora", "Export Companies writes it with columns=co_owner.first_name"),
        (Company, "name = Big Corp", "Put names and values with spaces into quotation marks"),
        (Company, "phase in (live, at risk)", "Put names and values with spaces into quotation marks"),
    ],
)
def test_fields_of_other_records_and_missing_quotation_marks_are_refused_with_what_to_do(
    planhat: Counting, model: type[PlanhatObject], where: str, cure: str
) -> None:
    with pytest.raises(PlanhatValidationError) as caught:
        read_list(planhat, model, Query(where=where))
    assert cure in str(caught.value).partition("\n")[0]


# -------------------------------------------------------------- single rules that nothing above looks at alone


EMPTY: tuple[Any, ...] = ([], {}, None, "")


@pytest.mark.parametrize("row", [{}, {"phase": None}, {"phase": ""}])
def test_a_field_without_a_value_is_empty_however_that_is_stored(row: dict[str, Any]) -> None:
    assert condition("phase is empty").matches(row)
    assert not condition("phase is not empty").matches(row)
    for empty in EMPTY:
        assert condition("tags is empty").matches({"tags": empty})


def test_today_is_a_day_and_with_hours_it_is_a_moment() -> None:
    row = {"renewalDate": f"{day(0)}T00:30:00.000Z"}
    assert condition("renewal_date = today").matches(row)
    assert condition("renewal_date < today+1h").matches(row)
    assert not condition("renewal_date < today").matches(row)
    assert condition("renewal_date = TODAY").matches(row)
    assert condition("renewal_date = today+1h").required[0].values == (f"{day(0)}T01:00:00.000Z",)
    text = Condition("invoice_date <= today+1d", lambda name: field_of(Invoice, name))
    days = (datetime.now(timezone.utc).date() - date(1970, 1, 1)).days
    assert [text.matches({"invoiceDate": days + shift}) for shift in (0, 1, 2)] == [True, True, False]


def test_words_of_time_are_words_in_a_field_of_text() -> None:
    assert condition("name = today").matches({"name": "Today"})
    assert not condition("name = today").matches({"name": day(0)})


def test_a_reference_that_is_shown_as_an_object_is_compared_by_its_id() -> None:
    own_id = "5f0000000000000000000001"
    for shown in (own_id, {"id": own_id}, {"_id": own_id}):
        assert condition(f"owner = {own_id}").matches({"owner": shown})
    assert not condition(f"owner = {own_id}").matches({"owner": {"id": own_id.replace("1", "2")}})


def test_a_place_within_an_object_is_compared_and_others_are_no_fields() -> None:
    assert condition("usage.logins > 5").matches({"usage": {"logins": 7}})
    with pytest.raises(PlanhatValidationError, match=r"no field 'name.logins'"):
        condition("name.logins > 5")


def test_messages_end_once_and_say_what_a_field_takes() -> None:
    with pytest.raises(PlanhatValidationError) as stopped:
        condition("pahse = x")
    assert str(stopped.value).splitlines()[0].endswith("Did you mean phase?")
    with pytest.raises(PlanhatValidationError) as stopped:
        condition("auto_renews = maybe")
    assert str(stopped.value).splitlines()[0].endswith(": auto_renews takes true or false, not 'maybe'.")


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("adoption,onboarding", "0 of 2 companies have phase 'adoption,onboarding'. A string is one value"),
        ("gone,lost", ""),
        ("Adoption ", "There is 'adoption'."),
    ],
)
def test_a_filter_that_finds_nothing_says_why_where_that_can_be_known(
    planhat: Counting, caplog: pytest.LogCaptureFixture, wanted: str, words: str
) -> None:
    bulk.upsert(planhat, Company, [{"external_id": name, "name": name, "phase": "adoption"} for name in "AB"])
    assert read_list(planhat, Company, Query(filters={"phase": wanted})) == []
    assert words in caplog.text
    assert bool(caplog.messages) == bool(words)
