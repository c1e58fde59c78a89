"""What the keywords do: convert, call one operation, and return; several connections by alias."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors
from RPA.Planhat.types import Company, Note, PlanhatObjectList
from utest.stub import TENANT, TOKEN, Stub, Table, Upserts, an_id, reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ACME = {"_id": an_id(1), "name": "Acme", "externalId": "A", "phase": "live"}


class RpaTable:
    """Has the shape of a Table of RPA.Tables."""

    def iter_dicts(self, with_index: bool = True) -> Iterator[dict[str, Any]]:
        yield {"external_id": "A", "name": "Acme", **({"index": 0} if with_index else {})}


@pytest.fixture
def library(stub: Stub, client: Planhat) -> Any:
    stub.on("GET /companies", Table([ACME, {"_id": an_id(2), "name": "Nova"}]))
    stub.on("GET /leancompanies", reply([ACME]))
    stub.on("POST /companies", lambda request: reply({"_id": an_id(3), **request.json}))
    stub.on("PUT /companies", Upserts())
    for path in (f"/companies/{an_id(1)}", "/companies/extid-A"):
        stub.on(f"GET {path}", reply(ACME))
        stub.on(f"PUT {path}", lambda request: reply({**ACME, **request.json}))
    stub.on(f"DELETE /companies/{an_id(1)}", reply({"deletedCount": 1}))
    return client


def test_fields_are_named_arguments_in_both_spellings(stub: Stub, library: Any) -> None:
    made = library.create_company(name="New", external_id="N", phase=None, **{"custom.ARR": 5, "csmScore": "3"})
    assert (type(made), made.id) == (Company, an_id(3))
    sent = {"name": "New", "externalId": "N", "phase": None, "csmScore": 3, "custom": {"ARR": 5}}
    assert stub.last.json == sent


@pytest.mark.parametrize(
    "row", [{"name": "Row", "phase": "x"}, '{"name": "Row", "phase": "x"}', Company(name="Row", phase="x")]
)
def test_a_row_may_be_given_and_named_fields_win(stub: Stub, library: Any, row: Any) -> None:
    library.create_company(row, phase="named")
    assert stub.last.json == {"name": "Row", "phase": "named"}


def test_a_field_left_out_is_not_sent_and_none_clears_it(stub: Stub, library: Any) -> None:
    library.update_company("extid-A", phase=None)
    assert stub.last.json == {"phase": None}
    library.update_company(Company(ACME), {"web": "x"}, city="Ulm")
    assert stub.last.json == {"web": "x", "city": "Ulm"}
    assert stub.last.call == f"PUT /companies/{an_id(1)}"


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda library: library.create_company(pahse="x", name="y"), "no field 'pahse'. Did you mean phase"),
        (lambda library: library.create_company(), "A new company needs name"),
        (lambda library: library.create_company(name="x", mrr=5), "mrr of a company is set by Planhat"),
        (lambda library: library.update_company("extid-A"), "Nothing to update: no field was given for this company"),
        (lambda library: library.get_companies(limit=-1), "limit must not be negative"),
        (lambda library: library.get_companies(pahse="x"), "no field 'pahse'"),
        (lambda library: library.get_company(".."), "This does not refer to a company"),
        (lambda library: library.upsert_companies("no json"), "JSON"),
        (lambda library: library.upsert_companies(5), "not int"),
        (lambda library: library.get_planhat_objects("compnies"), "Did you mean companies"),
        (lambda library: library.keywords["find_missing_objects"]([{"_id": "1"}]), "set model="),
    ],
)
def test_wrong_input_is_one_clear_error_and_nothing_is_sent(
    stub: Stub, library: Any, act: Callable[[Any], Any], words: str
) -> None:
    with pytest.raises(errors.PlanhatValidationError) as caught:
        act(library)
    assert words in str(caught.value)
    assert stub.seen == []


@pytest.mark.parametrize(
    "act",
    [
        lambda library: library.get_company(),
        lambda library: library.get_company("1", "2", "3"),
        lambda library: library.get_company("1", company="2"),
        lambda library: library.upsert_companies(),
    ],
)
def test_wrong_arguments_are_type_errors_as_of_any_function(
    stub: Stub, library: Any, act: Callable[[Any], Any]
) -> None:
    with pytest.raises(TypeError, match="takes"):
        act(library)
    assert stub.seen == []


def test_lists_take_companies_by_place_and_all_else_by_name(stub: Stub, library: Any) -> None:
    found = library.get_companies(an_id(1), properties="name", sort="-name", limit=1, phase=None)
    assert isinstance(found, PlanhatObjectList)
    assert stub.seen[0].query["companyId"] == an_id(1)
    assert stub.seen[0].query["sort"] == "_id", "the library sorts, so that pages stay put"
    assert [each.name for each in library.get_companies(name="Nova")] == ["Nova"]


def test_one_record_is_read_and_deleted(stub: Stub, library: Any) -> None:
    assert library.get_company("extid-A") == library.get_company(company="extid-A") == ACME
    assert library.delete_company("extid-A") == "extid-A"
    assert library.delete_company(Company(ACME)) == an_id(1)
    assert library.delete_company("gone", missing_ok=True) == "gone"
    with pytest.raises(errors.PlanhatNotFoundError):
        library.delete_company("gone")


@pytest.mark.parametrize(
    "rows",
    [
        [{"external_id": "A", "name": "Acme"}],
        {"external_id": "A", "name": "Acme"},
        '[{"external_id": "A", "name": "Acme"}]',
        PlanhatObjectList([Company(external_id="A", name="Acme")]),
        RpaTable(),
        ({"external_id": "A", "name": "Acme"} for _ in range(1)),
    ],
    ids=["list", "dictionary", "JSON", "records", "Table", "generator"],
)
def test_rows_are_taken_in_every_form(stub: Stub, library: Any, rows: Any) -> None:
    report = library.upsert_companies(rows)
    assert stub.last.json == [{"externalId": "A", "name": "Acme"}]
    assert report.counts["created"] == 1


def test_failed_rows_fail_the_keyword_unless_they_may(stub: Stub, library: Any) -> None:
    stub.on("PUT /companies", reply({"created": 0, "createdErrors": ["no"]}, 206))
    rows = [{"external_id": "A", "name": "Acme"}]
    with pytest.raises(errors.PlanhatBulkError, match="1 of 1 rows were not stored"):
        library.upsert_companies(rows)
    assert len(library.upsert_companies(rows, fail_on_errors=False).failed) == 1
    with pytest.raises(errors.PlanhatBulkError):
        library.upsert_planhat_objects("company", rows)


def test_any_model_is_reached_by_name(stub: Stub, library: Any) -> None:
    assert len(library.get_planhat_objects("Companies", limit=1)) == 1
    assert library.get_planhat_object("company", "extid-A") == ACME
    assert library.create_planhat_object("company", name="x").id == an_id(3)
    assert library.update_planhat_object("company", "extid-A", phase="x").phase == "x"
    assert library.upsert_planhat_objects("companies", {"external_id": "A", "name": "x"})["created"] == 1
    assert library.delete_planhat_object(Company(ACME)).status_code == 200
    assert library.delete_any_object("company", "extid-A") == "extid-A"


def test_a_model_that_is_not_known_is_reached_by_its_path(stub: Stub, library: Any) -> None:
    stub.on("GET /teams", Table([{"_id": "1", "name": "Blue", "lead": {"name": "Ada"}}]))
    stub.on("POST /teams", lambda request: reply({"_id": "2", **request.json}))
    teams = library.get_planhat_objects("/teams", name="Blue")
    assert teams[0].lead.name == "Ada"
    assert library.create_planhat_object("/teams", name="Red", anything=1).id == "2"


def test_companies_are_listed_and_missing_ones_found(stub: Stub, library: Any) -> None:
    assert library.keywords["list_all_companies"](status="customer") == [ACME]
    assert stub.last.query == {"status": "customer"}
    missing = library.keywords["find_missing_objects"]([{"external_id": "A"}, {"external_id": "B"}], "company")
    assert missing == [{"externalId": "B"}]


def test_a_raw_request_returns_what_planhat_said(stub: Stub, library: Any) -> None:
    stub.on("PUT /anything", reply(b"", 204))
    assert library.planhat_request("get", "/companies", limit=2, offset=0)[0]["name"] == "Acme"
    assert stub.last.query == {"limit": "2", "offset": "0"}
    assert library.planhat_request("PUT", "/anything", {"a": 1}) is None
    assert json.loads(stub.last.body) == {"a": 1}
    with pytest.raises(errors.PlanhatValidationError, match="is not the host"):
        library.planhat_request("GET", "https://evil.example/x")


def test_a_note_has_its_type_and_takes_no_other(stub: Stub, library: Any) -> None:
    stub.on("POST /conversations", lambda request: reply({"_id": "1", **request.json}))
    assert type(library.create_note(company_id="c", subject="x")) is Note
    assert stub.last.json == {"type": "note", "companyId": "c", "subject": "x"}


def test_an_activity_is_sent(stub: Stub, library: Any) -> None:
    stub.on(f"POST /analytics/{TENANT}", reply(b""))
    library.track_activity("Logged in", email="a@b.c", weight=2, info={"a": 1}, companyTag="x", extra="companyTag")
    sent = {"action": "Logged in", "email": "a@b.c", "weight": 2, "info": {"a": 1}, "companyTag": "x"}
    assert stub.last.json == sent


# ------------------------------------------------------------------------------------------- connections


@pytest.fixture
def tenants(stub: Stub) -> Iterator[Any]:
    stub.on("GET /leancompanies", reply([]))
    library = Planhat(base_url=stub.url, calls_per_minute=0)
    yield library
    library.close()


def used(stub: Stub) -> str:
    return stub.last.headers["Authorization"].removeprefix("Bearer ")


def test_several_tenants_are_told_apart_by_alias(stub: Stub, tenants: Any) -> None:
    assert tenants.connect_to_planhat("token-1", alias="one") == "one"
    assert tenants.connect_to_planhat("token-2", alias="two") == "two"
    assert stub.seen == []
    tenants.list_all_companies()
    assert used(stub) == "token-2"
    assert tenants.switch_planhat_connection("one") == "two"
    tenants.list_all_companies()
    assert used(stub) == "token-1"
    tenants.keywords["list_all_companies"](alias="two")
    assert used(stub) == "token-2"
    tenants.list_all_companies()
    assert used(stub) == "token-1"


@pytest.mark.parametrize("act", ["switch_planhat_connection", "get_companies"])
def test_an_alias_that_is_not_open_is_an_error_that_names_those_that_are(stub: Stub, tenants: Any, act: str) -> None:
    tenants.connect_to_planhat("token-1", alias="one")
    with pytest.raises(
        errors.PlanhatAuthConfigurationError, match=r"no Planhat connection 'emea'. Open: one. Use Conn"
    ):
        getattr(tenants, act)(alias="emea")
    assert stub.seen == []


def test_connecting_without_a_token_fails_and_leaves_the_connection_as_it_was(stub: Stub, tenants: Any) -> None:
    tenants.connect_to_planhat("token-1")
    with pytest.raises(errors.PlanhatAuthConfigurationError, match="There is no Planhat API token"):
        tenants.connect_to_planhat()
    tenants.list_all_companies()
    assert used(stub) == "token-1"


def test_closed_connections_are_gone_and_the_default_opens_anew(
    stub: Stub, tenants: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenants.connect_to_planhat("token-1", alias="one")
    tenants.close_planhat_connections()
    with pytest.raises(errors.PlanhatAuthConfigurationError, match="Open: none"):
        tenants.switch_planhat_connection("one")
    monkeypatch.setenv("PLANHAT_API_KEY", "token-env")
    tenants.list_all_companies()
    assert used(stub) == "token-env"


def test_a_connection_may_be_safer_than_the_import(stub: Stub, tenants: Any) -> None:
    tenants.connect_to_planhat("token-1", alias="reports", read_only=True)
    with pytest.raises(errors.PlanhatSafetyError):
        tenants.create_company(name="x")
    tenants.connect_to_planhat("token-1", alias="careful", allow_delete=False)
    with pytest.raises(errors.PlanhatSafetyError):
        tenants.delete_company("1")
    assert stub.seen == []


def test_a_whole_vault_secret_connects(stub: Stub, tenants: Any) -> None:
    secret: Mapping[str, str] = {"api_key": TOKEN, "tenant_uuid": TENANT, "note": "x"}
    tenants.connect_to_planhat(secret)
    stub.on(f"POST /analytics/{TENANT}", reply(b""))
    tenants.connections.get().analytics_url = stub.url
    tenants.track_activity("x", email="a@b.c")
    tenants.list_all_companies()
    assert used(stub) == TOKEN


FAILING_IMPORT = """
*** Settings ***
Library    RPA.Planhat    literal-token    tenant_uuid=literal-uuid    proxies=http://u:literal-password@proxy:1    {}
*** Test Cases ***
Nothing
    No Operation
"""


@pytest.mark.parametrize(
    ("option", "reason"),
    [("sandbox=maybe", "sandbox is True, False or auto"), ("read_only=perhaps", "read_only is True or False")],
)
def test_an_import_that_fails_says_why_and_shows_no_secret(tmp_path: Path, option: str, reason: str) -> None:
    suite = tmp_path / "suite.robot"
    suite.write_text(FAILING_IMPORT.format(option), "utf-8")
    command = [
        sys.executable,
        "-m",
        "robot",
        "--outputdir",
        str(tmp_path / "output"),
        "--loglevel",
        "TRACE",
        str(suite),
    ]
    known = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, env=known, check=False)
    written = done.stdout + done.stderr + (tmp_path / "output" / "output.xml").read_text("utf-8")
    assert reason in written
    assert "literal" not in written


WITH_SECRETS = """
*** Settings ***
Library    RPA.Planhat    sandbox=True

*** Test Cases ***
Secrets
    ${secret}=    Set Variable    literal-one
    Connect To Planhat    ${secret}    alias=one
    Get Companies    limit=1    alias=default
    Run Keyword    Connect To Planhat    api_key=${secret}    tenant_uuid=${secret}    alias=two
    Run Keyword And Expect Error    *    Trigger Planhat Automation    http://planhat.invalid/${secret}    payload=1
"""


def test_keywords_that_take_secrets_show_none_at_the_level_trace(tmp_path: Path) -> None:
    suite = tmp_path / "suite.robot"
    suite.write_text(WITH_SECRETS, "utf-8")
    command = [sys.executable, "-m", "robot", "--outputdir", str(tmp_path), "--loglevel", "TRACE", str(suite)]
    known = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, env=known, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = (tmp_path / "output.xml").read_text("utf-8").splitlines()
    shown = [line.partition("Arguments: [ ")[2] for line in lines if "Arguments: [ " in line]
    assert sum(line.count("&lt;secret&gt;") for line in shown) == 4
    assert [line for line in shown if "literal-one" in line] == [shown[0]]  # that of Set Variable


def test_a_program_that_imports_wrongly_gets_the_error_at_once() -> None:
    with pytest.raises(errors.PlanhatValidationError, match="sandbox is True, False or auto"):
        Planhat("literal-token", sandbox="maybe")
