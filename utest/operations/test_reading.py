"""Reading: one record by any id, lists with filters that Planhat applies or that are applied here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import errors
from RPA.Planhat.operations.reading import Query, list_all_companies, read_list, read_one
from RPA.Planhat.types import (
    NPS,
    Asset,
    Churn,
    Company,
    DimensionData,
    Enduser,
    Invoice,
    Issue,
    License,
    LineItem,
    Note,
    Objective,
    PlanhatIdType,
    PlanhatObject,
    PlanhatObjectList,
    Product,
    Task,
    Ticket,
    User,
    Workflow,
    model_at_path,
)
from utest.stub import Seen, Stub, Table, an_id, reply

if TYPE_CHECKING:
    from RPA.Planhat.session import PlanhatSession

ACME = {"_id": an_id(1), "name": "Acme", "externalId": "A"}


def queries(stub: Stub) -> list[dict[str, str]]:
    """Returns what each list was asked for, the first page of each."""
    return [seen.query for seen in stub.seen if seen.query.get("offset") == "0"]


# --------------------------------------------------------------------------------------------- one


@pytest.mark.parametrize(
    ("reference", "id_type", "path"),
    [
        (an_id(1), None, f"/companies/{an_id(1)}"),
        ("extid-A", None, "/companies/extid-A"),
        ("srcid-S", None, "/companies/srcid-S"),
        ("A", PlanhatIdType.EXTERNAL_ID, "/companies/extid-A"),
        (Company(source_id="A/B"), None, "/companies/srcid-A%2FB"),
        ({"_id": "1"}, None, "/companies/1"),
    ],
)
def test_one_record_is_read_in_one_call(
    stub: Stub, session: PlanhatSession, reference: Any, id_type: PlanhatIdType | None, path: str
) -> None:
    stub.on(f"GET {path}", reply(ACME))
    found = read_one(session, Company, reference, id_type)
    assert (type(found), found, found.changes()) == (Company, ACME, {})
    assert stub.calls == [f"GET {path}"]


@pytest.mark.parametrize("body", [[], [ACME], "text", 5, None, b"", b"<html>"])
def test_an_answer_that_is_no_record_is_an_error(stub: Stub, session: PlanhatSession, body: Any) -> None:
    stub.on("GET /companies/1", reply(b"null" if body is None else body))
    with pytest.raises(errors.PlanhatUnexpectedContentError):
        read_one(session, Company, "1")


@pytest.mark.parametrize("reference", ["", "..", "extid-", "a\nb", {}, Company(name="x")])
def test_a_wrong_id_is_refused_before_anything_is_sent(stub: Stub, session: PlanhatSession, reference: Any) -> None:
    with pytest.raises(errors.PlanhatValidationError, match="This does not refer to a company"):
        read_one(session, Company, reference)
    assert stub.seen == []


def test_nested_objects_of_a_record_are_attributes(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /companies/1", reply({**ACME, "custom": {"ARR": {"now": 5}}, "alerts": [{"kind": "late"}]}))
    found: Any = read_one(session, Company, "1")
    assert found.custom.ARR.now == 5
    assert found.alerts[0].kind == "late"


# ------------------------------------------------------------------------------------------- companies


@pytest.mark.parametrize(
    "company_ids",
    [
        "c1,c2",
        "c1, c2",
        ["c1", "c2"],
        ("c1", "c2"),
        ["c1", "c2", "c1"],
        [Company(id="c1"), {"_id": "c2"}],
        PlanhatObjectList([Company(id="c1"), Company(id="c2")]),
    ],
    ids=str,
)
def test_company_ids_come_in_many_forms(stub: Stub, session: PlanhatSession, company_ids: Any) -> None:
    stub.on("GET /endusers", Table([]))
    read_list(session, Enduser, Query(company_ids=company_ids))
    assert [query["companyId"] for query in queries(stub)] == ["c1,c2"]


@pytest.mark.parametrize("company", ["extid-A", "srcid-S", Company(external_id="A"), {"sourceId": "S"}])
def test_other_ids_of_companies_are_looked_up_first(stub: Stub, session: PlanhatSession, company: Any) -> None:
    stub.on("GET /companies/extid-A", reply(ACME))
    stub.on("GET /companies/srcid-S", reply(ACME))
    stub.on("GET /endusers", Table([]))
    read_list(session, Enduser, Query(company_ids=company))
    assert queries(stub)[0]["companyId"] == an_id(1)


@pytest.mark.parametrize("nothing", [[], (), ""])
def test_no_company_ids_give_an_empty_list_without_a_call(stub: Stub, session: PlanhatSession, nothing: Any) -> None:
    found = read_list(session, Enduser, Query(company_ids=nothing))
    assert (found, found.model) == ([], Enduser)
    assert stub.seen == []


def test_many_companies_are_bundled_within_2000_characters(stub: Stub, session: PlanhatSession) -> None:
    wanted = [an_id(number) for number in range(200)]

    def endusers(request: Seen) -> Any:
        rows = [{"_id": f"e{each}", "companyId": each} for each in request.query["companyId"].split(",")]
        return Table(rows)(request)

    stub.on("GET /endusers", endusers)
    found = read_list(session, Enduser, Query(company_ids=wanted))
    assert sorted(each.company_id for each in found) == wanted
    bundles = [query["companyId"] for query in queries(stub)]
    assert len(bundles) == 3
    assert all(len(bundle) <= 2000 for bundle in bundles)
    assert ",".join(bundles).split(",") == wanted


def test_models_that_take_one_company_are_asked_company_by_company(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /assets", lambda request: Table([{"_id": request.query["companyId"]}])(request))
    found = read_list(session, Asset, Query(company_ids=["c1", "c2"]))
    assert [each.id for each in found] == ["c1", "c2"]
    assert list(dict.fromkeys(seen.query["companyId"] for seen in stub.seen)) == ["c1", "c2"]


def test_a_record_of_two_companies_comes_once(stub: Stub, session: PlanhatSession) -> None:
    both = {"c1": [{"_id": "1"}, {"_id": "2"}], "c2": [{"_id": "1"}, {"_id": "3"}]}
    stub.on("GET /issues", lambda request: Table(both[request.query["companyId"]])(request))
    assert [each.id for each in read_list(session, Issue, Query(company_ids="c1,c2"))] == ["1", "2", "3"]
    limited = read_list(session, Issue, Query(company_ids="c1,c2", limit=3))
    assert [each.id for each in limited] == ["1", "2", "3"]


def test_metrics_are_filtered_by_planhats_own_parameter(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /dimensiondata", Table([]))
    read_list(session, DimensionData, Query(company_ids="c1", filters={"dimension_id": "logins"}))
    query = queries(stub)[0]
    assert (query["cId"], query["dimid"], query["from"]) == ("c1", "logins", "0")
    assert int(query["to"]) > 20_000


def test_where_planhat_can_not_filter_by_company_it_is_done_here(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /workflows", Table([{"_id": "1", "companyId": "c1"}, {"_id": "2", "companyId": "c2"}]))
    assert [each.id for each in read_list(session, Workflow, Query(company_ids="c2"))] == ["2"]
    assert "companyId" not in queries(stub)[0]


@pytest.mark.parametrize("model", [User, Product, LineItem])
def test_models_without_companies_refuse_company_ids(
    stub: Stub, session: PlanhatSession, model: type[PlanhatObject]
) -> None:
    with pytest.raises(errors.PlanhatValidationError, match="do not belong to a company: leave company_ids out"):
        read_list(session, model, Query(company_ids="c1"))
    assert stub.seen == []


# --------------------------------------------------------------------------------------------- filters


@pytest.mark.parametrize(
    ("model", "filters", "sent"),
    [
        (Enduser, {"email": "a@b.c"}, {"email": "a@b.c"}),
        (Enduser, {"archived": "yes"}, {"archived": "true"}),
        (Enduser, {"eu_id": Enduser(id="1")}, {"euId": "1"}),
        (Enduser, {"euId": "1"}, {"euId": "1"}),
        (Task, {"is_archived": False}, {"isArchived": "false"}),
        (Task, {"enduser_ids": ["1", "2"]}, {"enduserIds": "1,2"}),
        (Ticket, {"status": "open", "search": "help"}, {"status": "open", "search": "help"}),
        (NPS, {"nps_expiry_day": "30"}, {"npsExpiryDay": "30"}),
        (Churn, {"downgrades": "ONLY", "from_date": "2026-01-01"}, {"downgrades": "only", "from": "2026-01-01"}),
        (DimensionData, {"from_date": "1970-01-11", "to": 20}, {"from": "10", "to": "20"}),
    ],
)
def test_filters_that_planhat_has_are_sent(
    stub: Stub, session: PlanhatSession, model: type[PlanhatObject], filters: dict[str, Any], sent: dict[str, str]
) -> None:
    stub.on(f"GET /{model.API_NAME}", Table([{"_id": "1", "archived": True}]))
    assert len(read_list(session, model, Query(filters=filters))) == 1
    assert queries(stub)[0].items() >= sent.items()


ROWS: list[dict[str, Any]] = [
    {"_id": "1", "name": "Acme", "phase": "onboarding", "csmScore": 3, "tags": ["vip", "x"], "custom": {"R": "EMEA"}},
    {"_id": "2", "name": "Nova", "phase": "live", "csmScore": None, "tags": [], "custom": {"R": 5}, "autoRenews": True},
    {"_id": "3", "name": "Orion", "phase": None, "custom": None, "autoRenews": False},
]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"phase": "onboarding"}, ["1"]),
        ({"phase": ["onboarding", "live"]}, ["1", "2"]),
        ({"phase": "nothing"}, []),
        ({"phase": None}, ["3"]),
        ({"csm_score": "3"}, ["1"]),
        ({"csmScore": 3}, ["1"]),
        ({"csm_score": None}, ["2", "3"]),
        ({"auto_renews": "yes"}, ["2"]),
        ({"auto_renews": False}, ["3"]),
        ({"tags": "vip"}, ["1"]),
        ({"tags": ["nope", "x"]}, ["1"]),
        ({"custom.R": "EMEA"}, ["1"]),
        ({"custom.R": "5"}, ["2"]),
        ({"custom.R": None}, ["3"]),
        ({"name": "Acme", "phase": "onboarding"}, ["1"]),
        ({"name": "Acme", "phase": "live"}, []),
        ({"id": "2"}, ["2"]),
    ],
    ids=str,
)
def test_other_filters_are_applied_here(
    stub: Stub, session: PlanhatSession, filters: dict[str, Any], found: list[str]
) -> None:
    stub.on("GET /companies", Table(ROWS))
    assert [each.id for each in read_list(session, Company, Query(filters=filters))] == found
    assert not queries(stub)[0].keys() - {"limit", "offset", "sort", "select"}


def test_what_is_filtered_here_is_selected_too(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /companies", Table(ROWS))
    read_list(session, Company, Query(filters={"phase": "live", "custom.R": "x"}))
    selects = [query["select"].split(",") for query in queries(stub) if query["limit"] == "5000"]
    assert {*Company.LIST_FIELDS, "phase", "custom"} <= set(selects[0])
    read_list(session, Company, Query(properties="name", filters={"phase": "live"}))
    assert queries(stub)[-1]["select"] == "name,phase"


def test_a_limit_counts_the_rows_that_pass_the_filter(stub: Stub, session: PlanhatSession) -> None:
    rows = [{"_id": an_id(number), "phase": "even" if number % 2 == 0 else "odd"} for number in range(50)]
    stub.on("GET /companies", Table(rows, cap=10))
    found = read_list(session, Company, Query(filters={"phase": "odd"}, limit=7))
    assert [each.id for each in found] == [an_id(number) for number in range(1, 14, 2)]
    assert len(stub.seen) == 2


def test_notes_are_the_conversations_of_type_note(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /conversations", Table([{"_id": "1", "type": "note"}, {"_id": "2", "type": "call"}]))
    found = read_list(session, Note)
    assert [(type(each), each.id) for each in found] == [(Note, "1")]


def test_a_parameter_without_a_value_is_not_sent_as_text(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /endusers", Table([{"_id": "1", "email": "a@b.c"}, {"_id": "2"}]))
    assert [each.id for each in read_list(session, Enduser, Query(filters={"email": None}))] == ["2"]
    with pytest.raises(errors.PlanhatValidationError, match="from_date is None"):
        read_list(session, Churn, Query(filters={"from_date": None}))
    assert not any("None" in seen.target for seen in stub.seen)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (Query(filters={"pahse": "x"}), "no field 'pahse'. Did you mean phase"),
        (Query(properties="pahse"), "no field 'pahse'. Did you mean phase"),
        (Query(properties=["name", "pahse"]), "no field 'pahse'"),
        (Query(sort="-pahse"), "no field 'pahse'"),
        (Query(limit=-1), "limit must not be negative; it is -1"),
        (Query(filters={"csm_score": 9}), "csm_score goes from 1 to 5"),
        (Query(filters={"status": "client"}), "status is one of prospect"),
        (Query(filters={"renewal_days_from_now": "soon"}), "renewal_days_from_now takes a whole number, not 'soon'"),
    ],
)
def test_a_wrong_question_is_refused_before_anything_is_sent(
    stub: Stub, session: PlanhatSession, query: Query, words: str
) -> None:
    with pytest.raises(errors.PlanhatValidationError) as caught:
        read_list(session, Company, query)
    assert words in str(caught.value)
    assert stub.seen == []


# ---------------------------------------------------------------------------------- properties and sort


@pytest.mark.parametrize(
    ("model", "properties", "select"),
    [
        (Enduser, None, None),
        (Company, "name", "name"),
        (Company, "name, phase", "name,phase"),
        (Company, ["name", "external_id", "name"], "name,externalId"),
        (Company, ["custom.Region", "custom.ARR", "externalId"], "custom,externalId"),
        (Company, "sunits", "sunits"),
        (Invoice, ["company_id", "external_id"], "cId,extId"),
        (License, ["currency"], "_currency"),
        (model_at_path("teams"), "anything", "anything"),
    ],
)
def test_properties_are_selected_in_planhats_spelling(
    stub: Stub, session: PlanhatSession, model: type[PlanhatObject], properties: Any, select: str | None
) -> None:
    stub.on(f"GET /{model.API_NAME}", Table([]))
    read_list(session, model, Query(properties=properties))
    assert queries(stub)[-1].get("select") == select


@pytest.mark.parametrize(
    ("model", "properties"), [(Company, "ALL"), (Enduser, "ALL"), (Invoice, "ALL"), (Company, None)]
)
def test_all_selects_every_field(
    stub: Stub, session: PlanhatSession, model: type[PlanhatObject], properties: str | None
) -> None:
    stub.on(f"GET /{model.API_NAME}", Table([]))
    read_list(session, model, Query(properties=properties))
    assert set(queries(stub)[0]["select"].split(",")) == {field.key for field in model.known_fields().values()}


@pytest.mark.parametrize(
    ("sort", "sent"),
    [(None, "_id"), ("", "_id"), ("name", "name"), ("-name", "-name"), ("-customer_from", "-customerFrom"),
     ("id", "_id"), ("features", "features")],
)  # fmt: skip
def test_lists_are_sorted_as_asked(stub: Stub, session: PlanhatSession, sort: str | None, sent: str) -> None:
    stub.on("GET /companies", Table([]))
    read_list(session, Company, Query(sort=sort))
    assert queries(stub)[0]["sort"] == sent


def test_a_sorted_list_comes_complete_and_in_order(stub: Stub, session: PlanhatSession) -> None:
    rows = [{"_id": an_id(number), "name": f"n{number % 5}"} for number in range(30)]
    stub.on("GET /objectives", Table(rows, cap=7))
    found = read_list(session, Objective, Query(sort="-name"))
    assert [each.name for each in found] == sorted((row["name"] for row in rows), reverse=True)
    assert {each.id for each in found} == {row["_id"] for row in rows}


# ---------------------------------------------------------------------------------------------- answers


@pytest.mark.parametrize("body", [{"error": "x"}, b"null", "text", [1, 2], [["a"]], b"", {}])
@pytest.mark.parametrize("path", ["endusers", "leancompanies"])
def test_an_answer_that_is_no_list_is_never_an_empty_one(
    stub: Stub, session: PlanhatSession, path: str, body: Any
) -> None:
    stub.on(f"GET /{path}", reply(body))
    with pytest.raises(errors.PlanhatUnexpectedContentError):
        read_list(session, Enduser) if path == "endusers" else list_all_companies(session)


def test_a_failure_in_the_middle_of_a_list_is_no_short_list(stub: Stub, session: PlanhatSession) -> None:
    table = Table([{"_id": an_id(number)} for number in range(30)], cap=10)
    stub.on("GET /endusers", table, reply(b"", 500))
    with pytest.raises(errors.PlanhatServerError):
        read_list(session, Enduser)


def test_all_companies_come_from_the_lean_endpoint_in_one_call(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /leancompanies", reply([ACME, {"_id": an_id(2), "name": "Nova"}]))
    found = list_all_companies(session)
    assert [each.name for each in found] == ["Acme", "Nova"]
    assert found.model is Company
    list_all_companies(session, status="customer,lost")
    assert [seen.query for seen in stub.seen] == [{}, {"status": "customer,lost"}]
