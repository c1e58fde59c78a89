"""Filters return what was asked for and nothing else; what was not read is not empty; what is new is found."""

from __future__ import annotations

import copy
import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors, types
from RPA.Planhat.errors import PlanhatNotReadError, PlanhatValidationError
from RPA.Planhat.operations import writing
from RPA.Planhat.operations.exporting import export_rows
from RPA.Planhat.operations.finding import find, find_one
from RPA.Planhat.operations.flattening import flat_rows
from RPA.Planhat.operations.reading import Query, list_all_companies, read_list
from RPA.Planhat.operations.rows.lookups import CompanyIndex
from RPA.Planhat.types import Verb
from utest.stub import TOKEN, Seen, Stub, Table, an_id, reply
from utest.tables.conftest import Counting, define

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox
    from RPA.Planhat.session import PlanhatSession

LISTED = [model for model in types.MODELS.values() if Verb.LIST in model.VERBS]


# ------------------------------------------------------------------------------------------------ whole values


@pytest.fixture
def neighbours(planhat: Counting) -> Counting:
    define(planhat, "company", Plan="text", Seats="number", Day="day", Moment="date")
    for name, short, extra in (("Health", "Pro", ""), ("HealthTech", "ProTrial", "T")):
        custom = {"Plan": short, "Seats": 12 if extra else 1, "Moment": "2026-12-31T10:00:00.000Z"}
        row = {"name": name, "externalId": f"100{extra}", "phase": short, "custom": custom, "tags": [short]}
        company = writing.create(planhat, types.Company, row)
        enduser = {"email": f"{extra}a@b.example", "position": f"C{extra}", "companyId": company.id}
        writing.create(planhat, types.Enduser, enduser)
    planhat.calls.clear()
    return planhat


@pytest.mark.parametrize(
    "filters",
    [{"external_id": "100"}, {"name": "Health"}, {"phase": "Pro"}, {"custom.Plan": "Pro"}, {"tags": "Pro"},
     {"externalId": "100"}, {"name": ["Health", "Tech"]}, {"custom.Seats": "1"}, {"custom.Seats": 1.0}],
    ids=str,
)  # fmt: skip
def test_a_filter_finds_whole_values(neighbours: Counting, filters: dict[str, Any]) -> None:
    query = Query(filters=filters)
    assert [each.name for each in read_list(neighbours, types.Company, query)] == ["Health"]
    assert [row["name"] for row in export_rows(neighbours, types.Company, query, "name")] == ["Health"]


def test_dates_match_by_day(neighbours: Counting) -> None:
    for value in ("2026-12-31", "2026-12-31T10:00:00Z", "2026-12-31T11:00:00+01:00"):
        assert len(read_list(neighbours, types.Company, Query(filters={"custom.Moment": value}))) == 2
    assert read_list(neighbours, types.Company, Query(filters={"custom.Moment": "2026-12-31T11:00:00Z"})) == []
    with pytest.raises(PlanhatValidationError):
        read_list(neighbours, types.Company, Query(filters={"custom.Moment": "2026-12"}))


@pytest.mark.parametrize(
    ("stored", "day", "other"),
    [
        ("2026-03-01T23:30:00-05:00", "2026-03-02", "2026-03-01"),
        ("2026-03-02T00:30:00+02:00", "2026-03-01", "2026-03-02"),
        ("2026-03-01T23:30:00", "2026-03-01", "2026-03-02"),
        ("2026-03-01", "2026-03-01", "2026-02-28"),
    ],
)
def test_a_day_is_one_in_utc_for_all_that_look_for_it(planhat: Counting, stored: str, day: str, other: str) -> None:
    define(planhat, "company", Moment="date")
    row = {"name": "Acme", "externalId": "A-1", "custom": {"Moment": stored}}
    writing.create(planhat, types.Company, row, check_custom_fields=False)
    for asked, count in ((day, 1), (other, 0)):
        assert len(read_list(planhat, types.Company, Query(filters={"custom.Moment": asked}))) == count
        assert len(read_list(planhat, types.Company, Query(where=f"custom.Moment = {asked}"))) == count
        found = find(planhat, types.Company, None, {"custom.Moment": asked, "phase": None})
        assert len(found) == count


@pytest.mark.parametrize(
    ("model", "filters", "words"),
    [
        (types.Enduser, {"email": ""}, "email is empty"),
        (types.Ticket, {"status": " "}, "status is empty"),
        (types.Ticket, {"search": ""}, "search is empty"),
        (types.Company, {"phase": ""}, "phase is empty"),
        (types.Company, {"custom.Plan": ""}, "custom.Plan is empty"),
        (types.Churn, {"from_date": None}, "from_date is None"),
        (types.Enduser, {"company_id": None}, "company_id is None"),
        (types.Company, {"custom.Plam": "x"}, "no custom field 'Plam'. Did you mean Plan?"),
        (types.Company, {"custom.Seets": None}, "no custom field 'Seets'. Did you mean Seats?"),
        (types.Company, {"custom.Seats": ">100"}, "is not a comparison"),
        (types.Company, {"name": ">=100"}, "Write where=name >=100"),
        (types.License, {"to_date<": "2027-01-01"}, "Comparisons are written where="),
        (types.Company, {"custom.Seats": "many"}, "custom.Seats takes a number"),
    ],
)
def test_what_can_match_nothing_is_refused(
    neighbours: Counting, model: Any, filters: dict[str, Any], words: str
) -> None:
    with pytest.raises(PlanhatValidationError) as caught:
        read_list(neighbours, model, Query(filters=filters))
    assert words in str(caught.value)
    assert all("customfields" in call for call in neighbours.calls)


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model.__name__)
def test_an_empty_filter_never_means_all(stub: Stub, session: PlanhatSession, model: Any) -> None:
    names = [each.argument for each in model.PARAMETERS] + [each.name for each in model.known_fields().values()]
    for name in names:
        with pytest.raises(PlanhatValidationError):
            read_list(session, model, Query(filters={name: ""}))
    assert stub.seen == []


@pytest.mark.parametrize("text", ["to_date<2027-01-01", "value>=100", "to_date != x"])
def test_a_comparison_is_no_company(neighbours: Counting, text: str) -> None:
    with pytest.raises(PlanhatValidationError, match=r"is not a company\. Filters are written name=value"):
        read_list(neighbours, types.License, Query(company_ids=text))


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"phase": "pro"}, "0 of 2 companies have phase 'pro'. There is 'Pro'."),
        ({"phase": "Pro,ProTrial"}, "give several values as a list"),
        ({"custom.Plan": "pro"}, "There is 'Pro'."),
    ],
)
def test_a_filter_that_finds_nothing_says_what_there_is(
    neighbours: Counting, caplog: pytest.LogCaptureFixture, filters: dict[str, Any], words: str
) -> None:
    assert read_list(neighbours, types.Company, Query(filters=filters)) == []
    assert words in caplog.text
    caplog.clear()
    assert read_list(neighbours, types.Company, Query(filters={"phase": "entirely different"})) == []
    assert caplog.text == ""


def test_lists_are_any_of_their_values_for_parameters_too(neighbours: Counting) -> None:
    both = read_list(neighbours, types.Enduser, Query(filters={"email": ["a@b.example", "Ta@b.example"]}))
    assert len(both) == 2
    one = read_list(neighbours, types.Enduser, Query(filters={"email": ["a@b.example"], "position": ["C", "D"]}))
    assert [each.position for each in one] == ["C"]


def test_tokens_that_may_not_read_custom_fields_can_filter_all_the_same(
    stub: Stub, session: PlanhatSession, caplog: pytest.LogCaptureFixture
) -> None:
    stub.on("GET /customfields", reply({"message": "no"}, 403))
    stub.on("GET /companies", Table([{"_id": an_id(1), "custom": {"R": "EMEA"}}, {"_id": an_id(2)}]))
    found = read_list(session, types.Company, Query(filters={"custom.R": "EMEA"}))
    assert [each.id for each in found] == [an_id(1)]
    assert "Custom fields are not checked" in caplog.text


# -------------------------------------------------------------------------------------------- what was not read


def test_lists_read_all_fields_by_default(planhat: Counting) -> None:
    writing.create(planhat, types.Company, {"name": "Acme", "phase": "onboarding", "externalId": "A"})
    (company,) = read_list(planhat, types.Company)
    assert (company.phase, company.external_id, company.owner, company["phase"]) == (
        "onboarding",
        "A",
        "",
        "onboarding",
    )


@pytest.mark.parametrize("model", LISTED, ids=lambda model: model.__name__)
def test_a_field_that_was_not_read_is_an_error(stub: Stub, session: PlanhatSession, model: Any) -> None:
    fields = [each for each in model.known_fields().values() if each.name != "id"]
    stub.on(f"GET /{model.API_NAME}", Table([{"_id": an_id(1), fields[0].key: None, **model.FIXED}]))
    (record,) = read_list(session, model, Query(properties=fields[0].name))
    assert record.id == an_id(1)
    assert record.get(fields[0].key) is None
    for field in fields[1:]:
        if field.key in record:
            continue
        read = [lambda f=field: record[f.key], lambda f=field: record.get(f.key)]
        if field.kind is not types.Kind.OBJECT or field.read_only:
            read.append(lambda f=field: getattr(record, f.name))
        for each in read:
            with pytest.raises(PlanhatNotReadError, match=r"was not read.* properties=") as caught:
                each()  # type: ignore[no-untyped-call]
            assert str(caught.value).startswith(f"{field.name} of this ")
    with pytest.raises(KeyError):
        record["no such field"]
    assert record.get("no such field") is None
    assert record.get(fields[-1].key, 5) == 5


def test_records_that_were_read_in_part_are_the_same_dictionaries(planhat: Counting) -> None:
    define(planhat, "company", Seats="number")
    writing.create(planhat, types.Company, {"name": "Acme", "custom": {"Seats": 5}})
    (company,) = read_list(planhat, types.Company, Query(properties="name"))
    plain = {"_id": company.id, "name": "Acme"}
    assert company == plain
    assert json.loads(json.dumps(company)) == plain
    for other in (copy.copy(company), copy.deepcopy(company), pickle.loads(pickle.dumps(company))):
        assert other == plain
        with pytest.raises(PlanhatNotReadError):
            other.phase  # noqa: B018 - reading is what is tried
    assert str(company) == f"<Company 'Acme' {company.id}>"
    for read in (
        lambda: company.custom["Seats"],
        lambda: company.custom.Seats,  # type: ignore[attr-defined]
        lambda: dict(company.custom.items()),
    ):
        with pytest.raises(PlanhatNotReadError, match="custom of this company was not read"):
            read()
    company.custom["Seats"] = 7
    company.phase = "live"
    assert company.phase == "live"
    assert company.changes() == {"custom": {"Seats": 7}, "phase": "live"}
    assert pickle.loads(pickle.dumps(company)).changes() == company.changes()
    with pytest.raises(PlanhatNotReadError):
        company.city  # noqa: B018 - as above


def test_short_lists_and_columns_do_not_pretend(planhat: Counting) -> None:
    writing.create(planhat, types.Company, {"name": "Acme", "phase": "live"})
    (company,) = list_all_companies(planhat)
    with pytest.raises(PlanhatNotReadError, match="phase of this company was not read"):
        company.phase  # noqa: B018 - reading is what is tried
    with pytest.raises(PlanhatNotReadError):
        flat_rows([company], "name,phase")
    assert flat_rows([company], "name") == [{"name": "Acme"}]


# ---------------------------------------------------------------------------------------------- what is new


def other(planhat: Counting) -> Counting:
    return Counting(TOKEN, base_url=planhat.base_url, analytics_url=planhat.base_url, settings=planhat.settings)


@pytest.mark.parametrize("wanted", ["Late Ltd", "late.example", "extid-LATE", "LATE"])
def test_a_company_that_others_made_meanwhile_is_found(planhat: Counting, acme: types.Company, wanted: str) -> None:
    with pytest.raises(errors.PlanhatNotFoundError):
        find_one(planhat, types.Company, wanted, {})
    index = CompanyIndex(planhat)
    row = {"name": "Late Ltd", "externalId": "LATE", "domains": ["late.example"]}
    late = writing.create(other(planhat), types.Company, row)
    assert index.id_of("name", "Late Ltd") == late.id
    assert find_one(planhat, types.Company, wanted, {}).id == late.id


def test_a_look_up_that_finds_nothing_reads_once_more_and_no_oftener(planhat: Counting, acme: types.Company) -> None:
    find_one(planhat, types.Company, "acme", {})
    planhat.calls.clear()
    index = CompanyIndex(planhat)
    for number in range(20):
        with pytest.raises(PlanhatValidationError):
            index.id_of("name", f"Nobody {number}")
    assert len(planhat.calls) == 1


def test_records_are_found_by_every_kind_of_id(planhat: Counting, acme: types.Company) -> None:
    row = {"email": "ada@acme.example", "companyId": acme.id, "externalId": "E-1", "sourceId": "S-1"}
    ada = writing.create(planhat, types.Enduser, row)
    for wanted in ("extid-E-1", "srcid-S-1", "E-1", ada.id, f" {ada.id} ", "ADA@acme.example"):
        assert find_one(planhat, types.Enduser, wanted, {}).id == ada.id
    writing.update(planhat, types.Enduser, ada, {"archived": True})
    assert find_one(planhat, types.Enduser, ada.id, {}).id == ada.id
    assert find_one(planhat, types.Enduser, "ada@acme.example", {"archived": True}).id == ada.id
    with pytest.raises(errors.PlanhatNotFoundError):
        find_one(planhat, types.Enduser, "ada@acme.example", {})
    with pytest.raises(PlanhatValidationError, match="no_such_field"):
        find_one(planhat, types.Enduser, "ada@acme.example", {"no_such_field": None})


def test_a_name_is_found_in_either_unicode_form(planhat: Counting) -> None:
    made = writing.create(planhat, types.Company, {"name": "Cafe\u0301 Zu\u0308rich"})
    assert find_one(planhat, types.Company, "caf\u00e9  z\u00fcrich", {}).id == made.id


@pytest.fixture
def client(sandbox: Sandbox) -> Planhat:
    made = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    made.use_caching = True
    return made


def test_what_a_cache_lacks_is_asked_for(sandbox: Sandbox, client: Planhat) -> None:
    somebody = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    first = somebody.create_object(types.Company(name="First"))
    assert [each.name for each in client.get_objects(types.Company)] == ["First"]
    late = somebody.create_object(types.Company(name="Late"))
    assert [each.name for each in client.get_objects(types.Company, company_ids=[late.id])] == ["Late"]
    assert len(client.get_objects(types.Company)) == 2
    somebody.update_object(types.Company({"_id": first.id, "name": "Newer"}))
    assert {each.name for each in client.get_objects(types.Company, properties="name")} == {"Newer", "Late"}
    assert client.get_object_by_id(types.Company, first.id).name == "Newer"
    before = len(sandbox.requests())
    client.get_objects(types.Company)
    client.get_objects(types.Company)
    assert len(sandbox.requests()) <= before + 2


def test_filters_of_each_kind_and_their_absence(stub: Stub, session: PlanhatSession) -> None:
    def answer(seen: Seen) -> Any:
        return Table([{"_id": an_id(1), "phase": "", "tags": []}, {"_id": an_id(2), "phase": "a", "tags": ["b"]}])(seen)

    stub.on("GET /companies", answer)
    for name in ("phase", "tags"):
        assert [each.id for each in read_list(session, types.Company, Query(filters={name: None}))] == [an_id(1)]


def test_ids_in_capitals_and_with_spaces_mean_the_same_records(neighbours: Counting) -> None:
    health, other = read_list(neighbours, types.Company)
    user = writing.create(
        neighbours, types.User, {"email": "n@x.example", "nickName": "N", "firstName": "N", "lastName": "L"}
    )
    writing.update(neighbours, types.Company, health.id, {"owner": user.id})
    (person,) = read_list(neighbours, types.Enduser, Query(company_ids=[health.id]))
    for form in (str.upper, " {} ".format):
        mine, owner, own = form(health.id), form(user.id), form(person.id)
        for model, filters, count in (
            (types.Company, {"_id": mine}, 1),
            (types.Company, {"owner": [owner]}, 1),
            (types.Company, {"followers": owner}, 0),
            (types.Enduser, {"company_id": mine}, 1),
            (types.Enduser, {"eu_id": own}, 1),
            (types.Enduser, {"_id": [own, form(other.id)]}, 1),
        ):
            assert len(read_list(neighbours, model, Query(filters=filters))) == count, filters
        assert len(read_list(neighbours, types.Enduser, Query(company_ids=[mine, other.id]))) == 2
        for condition in (f"company_id = '{mine}'", f"_id = '{own}'", f"company_id in ('{mine}', '{form(user.id)}')"):
            assert len(read_list(neighbours, types.Enduser, Query(where=condition))) == 1, condition


def test_html_is_a_value_of_a_filter(neighbours: Counting) -> None:
    for value in ("<p>Good</p>", "<!-- none -->"):
        assert read_list(neighbours, types.Company, Query(filters={"description": value})) == []
    for value in ("<2027", "< a", "<>b", "<b"):
        with pytest.raises(PlanhatValidationError, match="is not a comparison"):
            read_list(neighbours, types.Company, Query(filters={"description": value}))
