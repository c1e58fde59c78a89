"""Records: dictionaries with Planhat's own JSON that are also comfortable to read, and know what was changed."""

from __future__ import annotations

import copy
import gc
import json
import math
import pickle
from datetime import date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
import requests

from RPA.Planhat.errors import PlanhatNotReadError
from RPA.Planhat.types import (
    MODELS,
    NPS,
    Asset,
    Company,
    Conversation,
    CustomField,
    DateTimeEncoder,
    Enduser,
    Invoice,
    Issue,
    NamedObjectMixin,
    PlanhatCompanyOwnedObject,
    PlanhatObject,
    PlanhatObjectList,
    Record,
    Task,
    Ticket,
    User,
    Workspace,
    model_at_path,
)
from RPA.Planhat.types.records import Selection, as_model, as_models
from utest.stub import Stub, reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.session import PlanhatSession

FULL = {
    "_id": "61f000000000000000000001",
    "name": "Acme",
    "custom": {"ARR": 12, "Contacts": [{"name": "Ada"}]},
    "alerts": [{"kind": {"name": "late"}}],
    "usage": {},
    "tags": ["a", "b"],
    "phase": None,
}


def stored(**values: Any) -> Company:
    """Returns a company as it is after reading."""
    company = Company(copy.deepcopy({**FULL, **values}))
    company.mark_as_read()
    return company


# ---------------------------------------------------------------------------------------- making one


@pytest.mark.parametrize("model", list(MODELS.values()), ids=list(MODELS))
def test_every_model_takes_the_base_parameters(model: type[PlanhatObject]) -> None:
    record = model({"x": 1}, id="i", source_id="s", external_id="e", custom={"C": 1})
    assert (record.id, record.source_id, record.external_id, record.custom) == ("i", "s", "e", {"C": 1})
    assert record["_id"] == "i"
    assert record["x"] == 1


@pytest.mark.parametrize(
    "model", [model for model in MODELS.values() if issubclass(model, PlanhatCompanyOwnedObject)], ids=str
)
def test_every_company_owned_model_takes_the_company(model: type[PlanhatCompanyOwnedObject]) -> None:
    record: Any = model(company_id="c1", company_name="Acme")
    assert (record.company_id, record.company_name) == ("c1", "Acme")
    assert record["cId" if model in (Invoice, NPS) else "companyId"] == "c1"


@pytest.mark.parametrize(
    ("record", "content"),
    [
        (Company(name="Acme"), {"name": "Acme"}),
        (CustomField(parent="company"), {"parent": "company"}),
        (Enduser(email="a@b.c"), {"email": "a@b.c"}),
        (Issue(company_ids=["c"], company_names=["n"], enduser_ids=["e"], enduser_names=["m"]),
         {"companyIds": ["c"], "companies": ["n"], "enduserIds": ["e"], "endusers": ["m"]}),
        (NPS(campaign_id="c"), {"campaignId": "c"}),
        (Task(task_type="call"), {"type": "call"}),
        (Ticket(email="a@b.c"), {"email": "a@b.c"}),
        (User(email="a@b.c", first_name="A", last_name="B"), {"email": "a@b.c", "firstName": "A", "lastName": "B"}),
        (Workspace(name="W"), {"name": "W"}),
        (Asset(name="A", company_id="c"), {"name": "A", "companyId": "c"}),
        (Company({"y": 1}, phase="p"), {"y": 1, "phase": "p"}),
        (Enduser(firstName="A"), {"firstName": "A"}),
    ],
)  # fmt: skip
def test_models_take_the_parameters_of_the_surface(record: PlanhatObject, content: dict[str, Any]) -> None:
    assert dict(record) == content


def test_an_unknown_parameter_is_an_error_that_names_near_matches() -> None:
    with pytest.raises(TypeError, match=r"Company has no field 'pahse'. Did you mean phase"):
        Company(pahse="x")  # type: ignore[call-arg]


def test_ids_that_are_unset_read_as_empty_text_and_custom_as_an_empty_dictionary() -> None:
    company = Company()
    assert (company.id, company.source_id, company.external_id) == ("", "", "")
    assert company.custom == {}
    assert company.response is None
    assert company == {}


def test_nothing_leaks_from_one_record_to_another_through_empty_values() -> None:
    Company().custom["leak"] = 1
    Company().tags.append("leak")
    assert Company().custom == {}
    assert Company().tags == []


@pytest.mark.parametrize("value", ["text", 5, ["a"]])
def test_custom_must_be_a_dictionary(value: Any) -> None:
    with pytest.raises(TypeError, match="custom must be a dictionary"):
        Company(custom=value)


def test_the_base_classes_are_what_existing_programs_expect() -> None:
    assert issubclass(Company, NamedObjectMixin)
    assert issubclass(Enduser, PlanhatCompanyOwnedObject)
    assert (Company.API_NAME, Company.SINGULAR, Company.PLURAL) == ("companies", "company", "companies")
    assert PlanhatObject.API_NAME is None


# --------------------------------------------------------------------------------- dict and attributes


def test_a_record_is_a_dictionary_with_planhats_keys() -> None:
    company = Company(FULL)
    assert isinstance(company, dict)
    assert company == FULL
    assert list(company) == list(FULL)
    assert json.loads(json.dumps(company)) == FULL
    assert {**company} == FULL


def test_keys_are_attributes_at_every_depth() -> None:
    company: Any = stored()
    assert company.name == "Acme"
    assert company.custom.ARR == 12
    assert company.custom.Contacts[0].name == "Ada"
    assert company.alerts[0].kind.name == "late"
    assert company.phase == ""


def test_both_spellings_of_a_field_read_the_same() -> None:
    enduser: Any = Enduser(first_name="Ada")
    assert enduser.first_name == enduser.firstName == enduser["firstName"] == "Ada"
    assert Company().customer_from == ""


def test_setting_attributes_sets_planhats_keys() -> None:
    enduser: Any = Enduser()
    enduser.first_name = "Ada"
    enduser.somethingNew = 1
    assert dict(enduser) == {"firstName": "Ada", "somethingNew": 1}
    del enduser.first_name
    assert dict(enduser) == {"somethingNew": 1}


def test_an_attribute_that_is_not_there_is_an_attribute_error_with_near_matches() -> None:
    company: Any = stored()
    with pytest.raises(AttributeError, match="Did you mean phase"):
        _ = company.phse
    with pytest.raises(AttributeError, match="There is: ARR, Contacts"):
        _ = company.custom.Nope
    assert not hasattr(company, "__nothing__")


def test_methods_of_a_dictionary_are_not_shadowed_by_keys() -> None:
    company = Company({"items": 1, "keys": 2, "get": 3})
    assert set(company.keys()) == {"items", "keys", "get"}
    assert company.get("items") == 1


@pytest.mark.parametrize(
    ("record", "text"),
    [
        (Company(FULL), "<Company 'Acme' 61f000000000000000000001>"),
        (Company(external_id="A-1"), "<Company A-1>"),
        (Enduser(email="a@b.c"), "<Enduser 'a@b.c'>"),
        (Company(), "<Company>"),
    ],
)
def test_a_record_shows_in_a_few_words(record: PlanhatObject, text: str) -> None:
    assert str(record) == repr(record) == text


def copied(value: Any) -> Any:
    return copy.deepcopy(value)


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


def shallow(value: Any) -> Any:
    return copy.copy(value)


@pytest.mark.parametrize("clone", [copied, pickled, shallow])
@pytest.mark.parametrize("changed", [False, True])
def test_copies_are_equal_records_that_still_know_what_was_changed(clone: Callable[[Any], Any], changed: bool) -> None:
    company = stored()
    if changed:
        company.phase = "new"
        company.custom["ARR"] = 13
    twin = clone(company)
    assert type(twin) is Company
    assert twin == company
    assert twin.changes() == company.changes() == ({"phase": "new", "custom": {"ARR": 13}} if changed else {})
    assert clone(Company(name="x")).changes() == {"name": "x"}


@pytest.mark.parametrize("clone", [copied, pickled])
def test_lists_and_records_of_unknown_models_can_be_copied_and_pickled(clone: Callable[[Any], Any]) -> None:
    team = model_at_path("teams")
    for value in (team({"_id": "1"}), PlanhatObjectList([team({"_id": "1"})])):
        twin = clone(value)
        assert twin == value
        assert type(twin) is type(value)


@pytest.mark.parametrize("clone", [copied, pickled])
def test_a_list_keeps_its_model_in_a_copy(clone: Callable[[Any], Any]) -> None:
    for companies in (PlanhatObjectList([stored()]), PlanhatObjectList.of(Company)):
        twin = clone(companies)
        assert (twin, twin.model, type(twin)) == (companies, Company, PlanhatObjectList)


# -------------------------------------------------------------------------------------------- changes


def change_attribute(company: Any) -> None:
    company.phase = "new"


def change_key(company: Any) -> None:
    company["phase"] = "new"


def change_by_update(company: Any) -> None:
    company.update(phase="new", name="Acme")


def change_by_operator(company: Any) -> None:
    company |= {"phase": "new"}


def change_by_default(company: Any) -> None:
    company.setdefault("name", "other")
    company["phase"] = company.setdefault("web", "new")
    del company["web"]


def change_twice(company: Any) -> None:
    company.phase = "other"
    company.phase = "new"


@pytest.mark.parametrize(
    "change",
    [change_attribute, change_key, change_by_update, change_by_operator, change_by_default, change_twice],
)
def test_a_change_is_noticed_however_it_is_made(change: Callable[[Any], None]) -> None:
    company = stored()
    change(company)
    assert company.changes() == {"phase": "new"}


def test_reading_is_no_change() -> None:
    company: Any = stored()
    _ = (company.custom.ARR, company.tags[0], company.alerts[0].kind, company.get("usage"), company["custom"])
    _ = (list(company.items()), json.dumps(company), copy.deepcopy(company), str(company), company.web)
    assert company.changes() == {}


def test_a_change_that_is_taken_back_is_none() -> None:
    company = stored()
    company.name = "other"
    company.name = "Acme"
    assert company.changes() == {}


def test_changes_inside_lists_and_objects_are_noticed() -> None:
    company: Any = stored()
    company.tags.append("c")
    company.alerts[0].kind.name = "early"
    assert company.changes() == {"tags": ["a", "b", "c"], "alerts": [{"kind": {"name": "early"}}]}


def test_of_custom_values_only_the_changed_ones_count() -> None:
    company: Any = stored()
    company.custom.ARR = 13
    company.custom["Region"] = "EMEA"
    assert company.changes() == {"custom": {"ARR": 13, "Region": "EMEA"}}


def test_clearing_a_field_is_a_change() -> None:
    company: Any = stored()
    company.name = None
    company.custom.ARR = None
    assert company.changes() == {"name": None, "custom": {"ARR": None}}


def test_changes_made_while_walking_over_the_items_are_noticed() -> None:
    company = stored()
    for key, value in company.items():
        if key == "custom":
            value["ARR"] = 13
    assert company.changes() == {"custom": {"ARR": 13}}


def test_a_custom_value_set_on_a_record_that_had_none_is_kept() -> None:
    company = Company({"_id": "1"})
    company.mark_as_read()
    company.custom["Region"] = "EMEA"
    assert company.changes() == {"custom": {"Region": "EMEA"}}


def test_a_record_made_by_hand_is_sent_whole() -> None:
    assert Company(name="Acme", phase="new").changes() == {"name": "Acme", "phase": "new"}


# ----------------------------------------------------------------------------------- the same, JSON, answers


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Company(id="1"), Company(id="1", name="x"), True),
        (Company(id="1", external_id="A"), Company(id="2", external_id="A"), True),
        (Company(source_id="S"), Company(source_id="S", id="3"), True),
        (Company(id="1"), Company(id="2"), False),
        (Company(id="", name="x"), Company(id="", name="x"), False),
        (Company(), Company(), False),
        (Company(id="1"), Enduser(id="1"), False),
        (Company(id="1"), {"_id": "1"}, False),
        (Company(id="1"), Company(source_id="1"), False),
        (Invoice(external_id="I"), Invoice(external_id="I"), True),
    ],
)
def test_records_are_the_same_when_any_non_empty_id_is(one: PlanhatObject, other: Any, same: bool) -> None:
    assert one.is_same_object(other) is same


def test_dates_and_durations_are_encoded_for_json() -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
    value = {"d": date(2026, 3, 1), "t": time(12, 30), "m": moment, "s": timedelta(minutes=1.5)}
    plain = {"d": "2026-03-01", "t": "12:30:00", "m": "2026-03-01T12:00:00+00:00", "s": 90.0}
    assert json.loads(json.dumps(value, cls=DateTimeEncoder)) == plain
    company = Company({"custom": value})
    assert company.to_serializable_json() == {"custom": plain}
    assert json.loads(company.encode()) == {"custom": plain}
    assert PlanhatObjectList([company]).to_serializable_json() == [{"custom": plain}]
    with pytest.raises(TypeError):
        json.dumps({"x": object()}, cls=DateTimeEncoder)


def test_accents_are_encoded_as_utf8() -> None:
    assert Company(name="Åäö").encode() == '{"name":"Åäö"}'.encode()
    assert PlanhatObjectList([Company(name="Åäö")]).encode() == '[{"name":"Åäö"}]'.encode()


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_can_not_hold_are_refused(number: float) -> None:
    for thing in (Company(custom={"x": number}), PlanhatObjectList([Company(custom={"x": number})])):
        with pytest.raises(ValueError, match="JSON"):
            thing.encode()


@pytest.mark.parametrize("model", [PlanhatObject, Company])
def test_an_answer_becomes_a_record_or_a_list(stub: Stub, session: PlanhatSession, model: type[PlanhatObject]) -> None:
    stub.on("GET /companies", reply([FULL, {"_id": "2"}]))
    stub.on("GET /companies/1", reply(FULL))
    one = model.from_response(session.get("/companies/1"))
    many = model.from_response(session.get("/companies", {"limit": 2}))
    assert (type(one), one) == (Company, FULL)
    assert isinstance(many, PlanhatObjectList)
    assert (many.model, len(many)) == (Company, 2)


def test_a_record_from_an_answer_knows_what_was_changed(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /companies/1", reply(FULL))
    one: Any = Company.from_response(session.get("/companies/1"))
    one.phase = "new"
    assert one.changes() == {"phase": "new"}


def test_an_empty_list_answer_becomes_an_empty_list_of_the_model(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /conversations", reply([]))
    found = PlanhatObject.from_response(session.get("/conversations"))
    assert isinstance(found, PlanhatObjectList)
    assert (found, found.model) == ([], Conversation)


@pytest.mark.parametrize(("path", "body"), [("/companies", "text"), ("/companies", 5), ("/teams", [])])
def test_other_answers_are_type_errors(stub: Stub, session: PlanhatSession, path: str, body: Any) -> None:
    stub.on(f"GET {path}", reply(body))
    response = session.get(path)
    with pytest.raises(TypeError):
        PlanhatObject.from_response(response)


def test_from_list_makes_a_list_of_the_model() -> None:
    companies = Company.from_list([{"_id": "1"}, {"_id": "2"}])
    assert [type(each) for each in companies] == [Company, Company]
    assert Company.from_list([]).model is Company


def test_records_keep_no_answer_alive(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /companies/1", reply(FULL))
    gc.collect()
    before = sum(isinstance(each, requests.Response) for each in gc.get_objects())
    records = [Company.from_response(session.get("/companies/1")) for _ in range(5)]
    gc.collect()
    assert len(records) == 5
    assert sum(isinstance(each, requests.Response) for each in gc.get_objects()) == before


def test_a_plain_record_is_pickled_and_copied_as_one() -> None:
    record: Any = Record({"a": {"b": 1}})
    assert record.a.b == 1
    record.c = 2
    del record.a
    assert pickled(record) == copied(record) == {"c": 2}
    with pytest.raises(AttributeError, match="There is no 'a' here"):
        del record.a


def test_an_empty_custom_value_is_only_stored_once_something_is_set_in_it() -> None:
    company: Any = Company(name="Acme")
    custom = company.custom
    assert pickled(custom) == copied(custom) == {}
    assert company == {"name": "Acme"}
    custom.update(Region="EMEA")
    company.custom.ARR = 12
    assert company == {"name": "Acme", "custom": {"Region": "EMEA", "ARR": 12}}
    assert pickled(company) == copied(company) == company


def test_each_copy_of_a_record_sends_its_own_changes_only() -> None:
    whole = as_model({"_id": "5f0000000000000000000001", "name": "A", "phase": "x", "custom": {"Seats": 5}}, Company)
    copies = [whole.copy(), copy.copy(whole), copy.deepcopy(whole), pickle.loads(pickle.dumps(whole))]
    for each in copies:
        assert type(each) is Company
        assert each == whole
        each.phase = "y"
        assert each.changes() == {"phase": "y"}
    assert whole.changes() == {}
    assert type(dict(whole)) is dict


def test_custom_values_that_were_not_read_do_not_look_empty() -> None:
    row = {"_id": "5f0000000000000000000001", "name": "A"}
    part = as_models([row], Company, Selection(("_id", "name")))[0]
    assert repr(part.custom) == str(part.custom) == f"{part.custom}" == "<not read>"
    for ask in (lambda: part.custom == {}, lambda: part.custom != {}, lambda: bool(part.custom)):
        with pytest.raises(PlanhatNotReadError, match="custom of this company was not read"):
            ask()
    part.custom["Seats"] = 6
    assert part.changes() == {"custom": {"Seats": 6}}
