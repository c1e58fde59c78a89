"""What programs written for the predecessor do: every fact of its table, and none of its defects."""

from __future__ import annotations

import gc
import inspect
from typing import TYPE_CHECKING, Any

import pytest
import requests

from RPA.Planhat import (
    Planhat,
    PlanhatAuthFailedError,
    PlanhatBulkError,
    PlanhatClient,
    PlanhatNotFoundError,
    PlanhatOutcomeUnknownError,
    PlanhatUnexpectedContentError,
    PlanhatValidationError,
    client,
    types,
)
from RPA.Planhat.client import PlanhatClient as FromModule
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.types import Company, Enduser, Issue, PlanhatIdType, PlanhatObject, PlanhatObjectList
from utest.stub import TENANT, TOKEN, Stub, Table, Upserts, an_id, reply

if TYPE_CHECKING:
    from collections.abc import Callable

ACME = {"_id": an_id(1), "name": "Acme", "phase": "live", "externalId": "A", "sourceId": "S"}
NOVA = {"_id": an_id(2), "name": "Nova"}


@pytest.fixture
def acme(stub: Stub) -> Stub:
    """A server with two companies and an enduser of each."""
    stub.on("GET /companies", Table([ACME, NOVA]))
    stub.on("GET /leancompanies", reply([ACME, NOVA]))
    for path in (an_id(1), "extid-A", "srcid-S"):
        stub.on(f"GET /companies/{path}", reply(ACME))
        stub.on(f"PUT /companies/{path}", lambda request: reply({**ACME, **request.json}))
    stub.on("POST /companies", lambda request: reply({"_id": an_id(3), **request.json}))
    stub.on(f"DELETE /companies/{an_id(1)}", reply({"deletedCount": 1}))
    stub.on("PUT /companies", Upserts())
    people = [{"_id": "e1", "companyId": an_id(1), "externalId": "E"}, {"_id": "e2", "companyId": an_id(2)}]
    stub.on("GET /endusers", Table(people))
    return stub


# ------------------------------------------------------------------------------------------- signatures


def test_the_names_of_the_package_are_the_same_class() -> None:
    assert Planhat is PlanhatClient is FromModule is client.PlanhatClient


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (Planhat, ["api_key", "vault_secret_name", "tenant_uuid", "use_caching"]),
        (Planhat.authenticate, ["self", "api_key", "vault_secret_name", "tenant_uuid"]),
        (Planhat.get_objects, ["self", "object_type", "company_ids", "properties"]),
        (Planhat.get_object_by_id, ["self", "object_type", "id", "id_type"]),
        (Planhat.create_object, ["self", "payload"]),
        (Planhat.update_object, ["self", "payload"]),
        (Planhat.update_objects, ["self", "payload"]),
        (Planhat.delete_planhat_object, ["self", "payload"]),
        (Planhat.list_all_companies, ["self"]),
        (Planhat.find_missing_objects, ["self", "objects"]),
        (PlanhatSession, ["api_key", "vault_secret_name", "tenant_uuid"]),
        (PlanhatSession.authenticate, ["self", "api_key", "vault_secret_name", "tenant_uuid"]),
        (PlanhatSession.get, ["self", "url", "params", "headers"]),
        (PlanhatSession.delete, ["self", "url", "params", "headers"]),
        (PlanhatSession.post, ["self", "url", "data", "json", "headers"]),
        (PlanhatSession.put, ["self", "url", "data", "json", "headers"]),
        (PlanhatSession.patch, ["self", "url", "data", "json", "headers"]),
        (PlanhatObject, ["data", "id", "source_id", "external_id", "custom"]),
    ],
)
def test_parameters_are_those_that_existing_programs_give_by_place(function: Any, names: list[str]) -> None:
    parameters = inspect.signature(function).parameters.values()
    assert [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD] == names


def test_our_own_options_are_named_only() -> None:
    options = inspect.signature(Planhat).parameters
    for name in ("base_url", "analytics_url", "timeout", "retries", "proxies", "verify", "read_only", "allow_delete"):
        assert options[name].kind is inspect.Parameter.KEYWORD_ONLY


def test_making_a_client_makes_no_request(acme: Stub) -> None:
    library = Planhat(TOKEN, None, TENANT, True, base_url=acme.url, analytics_url=acme.url)
    assert isinstance(library.session, PlanhatSession)
    assert library.session is library.session
    assert acme.seen == []


# ------------------------------------------------------------------------------------------------ reads


def test_get_objects_returns_a_list_of_the_model(acme: Stub, client: Planhat) -> None:
    found = client.get_objects(Company)
    assert (type(found), found.model) == (PlanhatObjectList, Company)
    assert found == [ACME, NOVA]


@pytest.mark.parametrize("company_ids", ["c1", "c1,c2", ["c1", "c2"]])
def test_get_objects_takes_one_company_or_several(acme: Stub, client: Planhat, company_ids: Any) -> None:
    client.get_objects(Enduser, company_ids)
    wanted = company_ids if isinstance(company_ids, str) else ",".join(company_ids)
    assert acme.last.query["companyId"] == wanted


@pytest.mark.parametrize(("properties", "select"), [("name", "name"), (["name", "phase"], "name,phase")])
def test_get_objects_takes_one_property_or_several(acme: Stub, client: Planhat, properties: Any, select: str) -> None:
    client.get_objects(Company, properties=properties)
    assert acme.last.query["select"] == select


def test_get_objects_takes_all_properties(acme: Stub, client: Planhat) -> None:
    client.get_objects(Company, properties="ALL")
    assert {"name", "phase", "custom", "externalId"} <= set(acme.last.query["select"].split(","))


@pytest.mark.parametrize("object_type", ["companies", None, dict, Company(), PlanhatObject, types.NamedObjectMixin])
def test_what_is_no_model_is_a_value_error(acme: Stub, client: Planhat, object_type: Any) -> None:
    for act in (lambda: client.get_objects(object_type), lambda: client.get_object_by_id(object_type, "1")):
        with pytest.raises(ValueError, match=r"object_type must be a class|has no path"):
            act()
    assert acme.seen == []


@pytest.mark.parametrize(
    ("given", "id_type", "path"),
    [
        (an_id(1), None, an_id(1)),
        (an_id(1), PlanhatIdType.PLANHAT_ID, an_id(1)),
        ("S", PlanhatIdType.SOURCE_ID, "srcid-S"),
        ("A", PlanhatIdType.EXTERNAL_ID, "extid-A"),
        ("extid-A", None, "extid-A"),
    ],
)
def test_fetching_one_object_is_one_call(
    acme: Stub, client: Planhat, given: str, id_type: PlanhatIdType | None, path: str
) -> None:
    assert client.get_object_by_id(Company, given, id_type) == ACME
    assert acme.calls == [f"GET /companies/{path}"]


def test_all_companies_come_from_the_lean_endpoint(acme: Stub, client: Planhat) -> None:
    assert [each.id for each in client.list_all_companies()] == [an_id(1), an_id(2)]
    assert acme.calls == ["GET /leancompanies"]


def test_missing_objects_are_found_by_any_id(acme: Stub, client: Planhat) -> None:
    wanted = PlanhatObjectList([Company(source_id="S"), Company(external_id="B"), Company(id=an_id(2))])
    assert client.find_missing_objects(wanted) == [Company(external_id="B")]
    assert client.find_missing_objects(list(wanted)) == [Company(external_id="B")]


def test_objects_keep_no_answer_alive(acme: Stub, client: Planhat) -> None:
    client.list_all_companies()
    gc.collect()
    before = sum(isinstance(each, requests.Response) for each in gc.get_objects())
    kept = [client.get_objects(Company), client.get_object_by_id(Company, "extid-A"), client.list_all_companies()]
    gc.collect()
    assert sum(isinstance(each, requests.Response) for each in gc.get_objects()) == before
    assert len(kept) == 3


# ----------------------------------------------------------------------------------------------- writes


def test_create_takes_and_returns_an_object(acme: Stub, client: Planhat) -> None:
    made = client.create_object(Company(name="New", custom={"A": 1}))
    assert (type(made), made.id) == (Company, an_id(3))
    assert acme.last.json == {"name": "New", "custom": {"A": 1}}


def test_one_create_is_never_several_records(stub: Stub, client: Planhat) -> None:
    stub.on("POST /companies", reply(b"", 504))
    with pytest.raises(PlanhatOutcomeUnknownError):
        client.create_object(Company(name="New"))
    assert len(stub.seen) == 1


def test_update_sends_only_what_was_changed_since_reading(acme: Stub, client: Planhat) -> None:
    company = client.get_object_by_id(Company, an_id(1))
    company.phase = "renewal"
    assert client.update_object(company).phase == "renewal"
    assert acme.last.json == {"phase": "renewal"}


def test_other_peoples_changes_survive_an_update(acme: Stub, client: Planhat) -> None:
    mine, theirs = (client.get_objects(Company)[0] for _ in range(2))
    theirs.name = "Acme Inc."
    client.update_object(theirs)
    mine.phase = "renewal"
    client.update_object(mine)
    assert [seen.json for seen in acme.writes] == [{"name": "Acme Inc."}, {"phase": "renewal"}]


@pytest.mark.parametrize(
    ("company", "path"),
    [
        (Company(id=an_id(1), source_id="S", external_id="A", phase="x"), an_id(1)),
        (Company(source_id="S", external_id="A", phase="x"), "srcid-S"),
        (Company(external_id="A", phase="x"), "extid-A"),
    ],
)
def test_update_addresses_by_planhat_source_or_external_id(
    acme: Stub, client: Planhat, company: Company, path: str
) -> None:
    client.update_object(company)
    assert acme.calls == [f"PUT /companies/{path}"]


@pytest.mark.parametrize("wrap", [PlanhatObjectList, list])
def test_above_5000_items_update_objects_works_and_merges(acme: Stub, client: Planhat, wrap: Any) -> None:
    rows = wrap(Company(external_id=f"A{number}", name="x") for number in range(5001))
    report = client.update_objects(rows)
    assert isinstance(report, dict)
    assert (report["created"], len(report["insertsKeys"]), len(report.results)) == (5001, 5001, 5001)
    assert len(acme.seen) == 2


@pytest.mark.parametrize("nothing", [[], PlanhatObjectList(), PlanhatObjectList.of(Company)])
def test_an_empty_list_is_an_empty_report(acme: Stub, client: Planhat, nothing: Any) -> None:
    report = client.update_objects(nothing)
    assert (report["created"], report.results, acme.seen) == (0, [], [])


def test_refused_rows_are_not_returned_as_success(stub: Stub, client: Planhat) -> None:
    stub.on("PUT /companies", reply({"created": 0, "createdErrors": ["no"], "updated": 0}, 206))
    with pytest.raises(PlanhatBulkError, match="1 failed"):
        client.update_objects([Company(external_id="A", name="x")])
    report = client.update_objects([Company(external_id="A", name="x")], fail_on_errors=False)
    assert (report["createdErrors"], len(report.failed)) == (["no"], 1)


def test_delete_returns_the_answer(acme: Stub, client: Planhat) -> None:
    response = client.delete_planhat_object(Company(ACME))
    assert isinstance(response, requests.Response)
    assert response.json() == {"deletedCount": 1}
    with pytest.raises(PlanhatNotFoundError):
        client.delete_planhat_object(Company(id="gone"))


def test_a_wrong_token_is_an_authentication_error(stub: Stub, client: Planhat) -> None:
    stub.on("GET *", reply({"message": "Unauthorized"}, 401))
    with pytest.raises(PlanhatAuthFailedError, match="did not accept the token"):
        client.get_objects(Company)
    assert len(stub.seen) == 1


# ------------------------------------------------------------------------------------------------ cache


@pytest.fixture
def cached(acme: Stub, new_client: Callable[..., Planhat]) -> Planhat:
    library = new_client(use_caching=True)
    library.get_objects(Company)
    library.get_objects(Enduser)
    acme.seen.clear()
    return library


def test_the_cache_is_off_unless_asked_for(acme: Stub, client: Planhat) -> None:
    assert client.use_caching is False
    client.get_objects(Company)
    before = len(acme.seen)
    client.get_objects(Company)
    assert len(acme.seen) == 2 * before


def test_a_cached_list_answers_later_reads_by_any_id(acme: Stub, cached: Planhat) -> None:
    assert cached.use_caching is True
    assert cached.get_objects(Company) == [ACME, NOVA]
    assert cached.get_object_by_id(Company, an_id(1)) == ACME
    assert cached.get_object_by_id(Company, "S", PlanhatIdType.SOURCE_ID) == ACME
    assert cached.get_object_by_id(Company, "A", PlanhatIdType.EXTERNAL_ID) == ACME
    assert cached.get_object_by_id(Company, "A") == ACME
    assert cached.get_object_by_id(Company, "extid-A") == ACME
    assert [each.id for each in cached.get_objects(Enduser, an_id(2))] == ["e2"]
    assert [each.id for each in cached.get_objects(Company, [an_id(2), an_id(1)])] == [an_id(2), an_id(1)]
    assert acme.seen == []


@pytest.mark.parametrize("company_ids", [Company(ACME), [Company(ACME)], "extid-A", f" {an_id(1)} ", [an_id(1)] * 2])
def test_a_cached_list_takes_companies_in_every_form(acme: Stub, cached: Planhat, company_ids: Any) -> None:
    assert [each.id for each in cached.get_objects(Enduser, company_ids)] == ["e1"]


def test_a_record_of_two_companies_comes_from_the_cache_once(stub: Stub, new_client: Callable[..., Planhat]) -> None:
    stub.on("GET /issues", Table([{"_id": "1", "companyIds": ["c1", "c2"]}]))
    assert len(new_client(use_caching=True).get_objects(Issue, ["c1", "c2"])) == 1


def test_what_the_cache_does_not_have_is_asked_for(acme: Stub, cached: Planhat) -> None:
    acme.on("GET /companies/9", reply({"_id": "9", "name": "Archived"}))
    assert cached.get_object_by_id(Company, "9").name == "Archived"
    with pytest.raises(PlanhatNotFoundError):
        cached.get_object_by_id(Company, "8")


@pytest.mark.parametrize("options", [{"sort": "name"}, {"where": "name = Newer"}, {"limit": 1}])
def test_a_read_that_finds_newer_records_empties_the_cache(acme: Stub, cached: Planhat, options: Any) -> None:
    acme.on("GET /companies", Table([{**ACME, "name": "Newer"}, NOVA]))
    assert cached.keywords["Get Companies"](**options)[0].name == "Newer"
    assert [each.name for each in cached.get_objects(Company)] == ["Newer", "Nova"]


def test_changes_that_were_not_sent_are_not_in_the_cache(acme: Stub, cached: Planhat) -> None:
    cached.get_objects(Company).clear()
    cached.get_objects(Company)[0].name = "not sent"
    cached.get_object_by_id(Company, an_id(2)).name = "not sent"
    assert [each.name for each in cached.get_objects(Company)] == ["Acme", "Nova"]


@pytest.mark.parametrize(
    "write",
    [
        lambda library: library.create_object(Company(name="x")),
        lambda library: library.update_object(Company(id=an_id(1), phase="x")),
        lambda library: library.update_objects([Company(external_id="A", name="x")]),
        lambda library: library.delete_planhat_object(Company(id=an_id(1))),
        lambda library: library.session.put(f"/companies/{an_id(1)}", json={"phase": "x"}),
        lambda library: library.authenticate("another-token", None, None),
        lambda library: setattr(library, "use_caching", False),
    ],
    ids=["create", "update", "bulk", "delete", "raw", "authenticate", "switched off"],
)
def test_writes_new_credentials_and_the_switch_empty_the_cache(
    acme: Stub, cached: Planhat, write: Callable[[Planhat], Any]
) -> None:
    write(cached)
    acme.seen.clear()
    cached.get_objects(Company)
    assert acme.calls[0] == "GET /companies"


def test_authenticate_changes_the_token(acme: Stub, client: Planhat) -> None:
    client.list_all_companies()
    client.authenticate("another-token", None, "another-tenant")
    client.list_all_companies()
    assert [seen.headers["Authorization"] for seen in acme.seen] == [f"Bearer {TOKEN}", "Bearer another-token"]


@pytest.mark.parametrize(
    ("name", "hint"), [("phsae", "Did you mean phase"), ("extrenalId", "Did you mean external_id"), ("zzz", "Custom")]
)
def test_an_attribute_that_is_misspelt_is_refused_before_it_is_sent(
    acme: Stub, client: Planhat, name: str, hint: str
) -> None:
    company = client.get_object_by_id(Company, an_id(1))
    company.phase = "new"
    setattr(company, name, "x")
    acme.seen.clear()
    with pytest.raises(PlanhatValidationError, match=rf"The model company has no field '{name}'\. {hint}"):
        client.update_object(company)
    assert acme.seen == []


def test_fields_that_only_planhat_knows_can_be_changed_when_they_were_read(acme: Stub, client: Planhat) -> None:
    acme.on(f"GET /companies/{an_id(1)}", reply({**ACME, "shoeSize": 41}))
    company = client.get_object_by_id(Company, an_id(1))
    company.shoeSize = 42  # type: ignore[attr-defined]
    company["custom.Plan"] = "Pro"
    client.update_object(company)
    assert acme.last.json == {"shoeSize": 42, "custom": {"Plan": "Pro"}}


def test_an_object_without_an_id_is_no_record(acme: Stub, client: Planhat) -> None:
    acme.on(f"GET /companies/{an_id(1)}", reply({"message": "please try again later"}))
    with pytest.raises(PlanhatUnexpectedContentError):
        client.get_object_by_id(Company, an_id(1))
    acme.on(f"PUT /companies/{an_id(1)}", reply({"message": "please try again later"}))
    with pytest.raises(PlanhatUnexpectedContentError):
        client.update_object(Company(id=an_id(1), phase="x"))
