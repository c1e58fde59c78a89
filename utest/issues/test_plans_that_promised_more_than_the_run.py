"""Plans and dry runs that said something else than the run then did.

An unknown company, a Planhat id that is not there and a required field that is emptied were planned as if Planhat took
them. Two rows with one key, beside stronger ones that differ, were stored one over the other where the plan refused
them, or were planned as two new records. And a company that an import in the same dry run would create was unknown to
the import of its endusers.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, types
from RPA.Planhat.errors import (
    PlanhatBadRequestError,
    PlanhatBulkError,
    PlanhatNotFoundError,
    PlanhatValidationError,
)
from RPA.Planhat.operations.rows import plan
from utest.doors.made_rows import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.sandbox import Sandbox

STATES = {"create": "created", "update": "updated", "refused": "failed", "repeated": "unchanged"}
BULK = {"fail_on_errors": False, "bad_rows": "skip"}
DOORS = ("Upsert", "Import", "Sync")


@pytest.fixture
def dry(sandbox: Sandbox) -> Iterator[Planhat]:
    quick: dict[str, Any] = {"calls_per_minute": 0, "calls_per_second": 0}
    with Planhat(sandbox.api_key, base_url=sandbox.url, dry_run=True, **quick) as made:
        yield made


@pytest.fixture
def home(planhat: Planhat) -> str:
    """A company with an enduser, a task and a license, and another company."""
    home = planhat.create_object(types.Company(name="Home", external_id="HOME", domains=["home.example"]))
    planhat.create_object(types.Company(name="Other", external_id="OTHER", source_id="S-OTHER"))
    person = {"email": "ada@home.example", "externalId": "ADA", "sourceId": "S-ADA", "companyId": home.id}
    planhat.create_object(types.Enduser(person))
    planhat.create_object(types.Task({"action": "Call", "sourceId": "T", "companyId": home.id}))
    planhat.create_object(types.License({"_currency": "EUR", "value": 5, "sourceId": "L", "companyId": home.id}))
    return str(home.id)


def outcomes(library: Planhat, keyword: str, rows: list[dict[str, Any]], **named: Any) -> list[str]:
    """Returns the outcome of each row."""
    if keyword.startswith("Upsert"):
        named = {"fail_on_errors": False, "bad_rows": "skip", **named}
    else:
        named = {**BULK, **named}
    try:
        found = library.run_keyword(keyword, [rows], named)
    except PlanhatBulkError as problem:
        found = problem.report
    lines = found.results if hasattr(found, "results") else found.rows(limit=-1)
    return [STATES.get(each.action, each.action) for each in lines]


PERSON = {"email": "new@home.example", "externalId": "NEW"}
OTHER = {"email": "other@home.example", "externalId": "OTHER"}
WITHOUT: list[tuple[str, list[dict[str, Any]], list[str]]] = [
    ("Endusers", [{**PERSON, "companyId": NOBODY}], ["failed"]),
    ("Endusers", [{**PERSON, "companyId": "extid-NONE"}], ["failed"]),
    ("Endusers", [{**PERSON, "companyId": "srcid-NONE"}, {**OTHER, "companyId": "extid-HOME"}], ["failed", "created"]),
    ("Endusers", [{**PERSON, "email": "new@nowhere.example"}], ["failed"]),
    ("Endusers", [{"externalId": "NEW"}], ["failed"]),
    ("Endusers", [PERSON], ["created"]),
    ("Endusers", [{"externalId": "ADA", "companyId": "HOME-ID", "phone": "1"}], ["updated"]),
    ("Endusers", [{"sourceId": "S-ADA", "companyId": NOBODY}], ["failed"]),
    ("Endusers", [{"sourceId": "S-ADA", "companyId": "extid-NONE"}], ["failed"]),
    ("Endusers", [{"sourceId": "S-ADA", "companyId": "srcid-S-OTHER"}], ["updated"]),
    ("Tasks", [{"sourceId": "NEW", "action": "Call", "companyId": NOBODY}], ["failed"]),
    ("Tasks", [{"sourceId": "T", "companyId": None}], ["failed"]),
    ("Licenses", [{"sourceId": "L", "_currency": ""}], ["failed"]),
    ("Issues", [{"sourceId": "NEW", "title": "Slow", "companyIds": ["HOME-ID", NOBODY]}], ["failed"]),
    ("Companies", [{"externalId": "HOME", "name": ""}], ["failed"]),
    ("Companies", [{"_id": NOBODY, "externalId": "HOME", "name": "Home"}], ["failed"]),
    ("Endusers", [{"_id": NOBODY, "email": "ada@home.example", "companyId": "HOME-ID"}], ["failed"]),
]
"""Rows of companies or records that are not there, or that empty what is required, with what becomes of each."""


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("case", WITHOUT, ids=str)
def test_dry_and_live_end_alike(
    planhat: Planhat, dry: Planhat, home: str, door: str, case: tuple[str, list[dict[str, Any]], list[str]]
) -> None:
    model, given, ends = case
    real = {"HOME-ID": home}
    rows = [{key: _real(value, real) for key, value in row.items()} for row in given]
    clears = {"clear_empty": True} if door != "Upsert" else {}
    assert outcomes(dry, f"{door} {model}", rows, **clears) == ends
    assert outcomes(planhat, f"{door} {model}", rows, **clears) == ends


def _real(value: Any, real: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_real(each, real) for each in value]
    return real.get(value, value) if isinstance(value, str) else value


SHARING: list[tuple[list[dict[str, Any]], list[str]]] = [
    ([{"sourceId": "S", "externalId": "E", "name": "A"}, {"externalId": "E", "name": "B"}], ["created", "failed"]),
    ([{"externalId": "E", "name": "B"}, {"sourceId": "S", "externalId": "E", "name": "A"}], ["created", "failed"]),
    ([{"sourceId": each, "externalId": "E", "name": each} for each in "ST"], ["created", "failed"]),
    ([{"sourceId": "S", "externalId": each, "name": "A"} for each in ("E", "E")], ["created", "unchanged"]),
    ([{"sourceId": each, "externalId": each, "name": each} for each in "ST"], ["created", "created"]),
]
"""Companies with one key, beside others that differ, and what becomes of each row."""


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("case", SHARING, ids=str)
def test_rows_with_one_key_that_no_two_records_share(
    planhat: Planhat, dry: Planhat, door: str, case: tuple[list[dict[str, Any]], list[str]]
) -> None:
    rows, ends = case
    assert outcomes(dry, f"{door} Companies", rows) == ends
    assert outcomes(planhat, f"{door} Companies", rows) == ends
    assert len(planhat.get_objects(types.Company)) == ends.count("created")


@pytest.mark.parametrize("door", DOORS)
def test_they_are_refused_before_anything_is_sent(planhat: Planhat, door: str) -> None:
    rows = SHARING[0][0]
    with pytest.raises((PlanhatValidationError, PlanhatBulkError), match=r"row 2: it has externalId=E, as row 1 does"):
        planhat.run_keyword(f"{door} Companies", [rows], {})
    assert planhat.get_objects(types.Company) == []


ASSET: dict[str, Any] = {"externalId": "E", "name": "A"}
WAYS: list[tuple[list[dict[str, Any]], list[str]]] = [
    ([{"companyId": "HOME-ID"}, {"companyId": "extid-HOME"}], ["created", "unchanged"]),
    ([{"companyId": "extid-HOME"}, {"companyId": "srcid-S-HOME"}], ["created", "unchanged"]),
    ([{"companyId": "srcid-S-HOME"}, {"companyId": "HOME-ID", "name": "B"}], ["created", "failed"]),
    ([{"companyId": "HOME-ID"}, {}], ["created", "failed"]),
    ([{"companyId": "extid-OTHER"}, {"companyId": "HOME-ID"}], ["created", "created"]),
    ([{"companyId": "HOME-ID", "sourceId": "S"}, {"companyId": "extid-HOME"}], ["created", "failed"]),
    ([{"companyId": "HOME-ID", "sourceId": "S"}, {"companyId": "extid-HOME", "sourceId": "T"}], ["created", "failed"]),
    (
        [{"companyId": "extid-HOME", "sourceId": "S"}, {"companyId": "HOME-ID", "sourceId": "S"}],
        ["created", "unchanged"],
    ),
    ([{"companyId": "HOME-ID"}, {"companyId": "extid-OTHER"}, {"name": "B"}], ["created", "created", "failed"]),
    ([{"companyId": "HOME-ID"}, {"companyId": "extid-NONE", "externalId": "F"}], ["created", "failed"]),
]
"""Assets with one external id, whose companies are named in several ways or not at all, and what becomes of each."""


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("case", WAYS, ids=str)
def test_rows_that_name_one_company_in_two_ways(
    planhat: Planhat, dry: Planhat, home: str, door: str, case: tuple[list[dict[str, Any]], list[str]]
) -> None:
    planhat.run_keyword("Update Company", [home], {"source_id": "S-HOME"})
    given, ends = case
    rows = [{**ASSET, **{key: _real(value, {"HOME-ID": home}) for key, value in row.items()}} for row in given]
    assert outcomes(dry, f"{door} Assets", rows) == ends
    if door == "Import":
        assert outcomes(planhat, f"{door} Assets", rows, dry_run=True) == ends
    assert outcomes(planhat, f"{door} Assets", rows) == ends
    assert len(planhat.get_objects(types.Asset)) == ends.count("created")


@pytest.mark.parametrize("door", DOORS)
def test_they_meet_as_the_options_want(planhat: Planhat, dry: Planhat, home: str, door: str) -> None:
    rows = [{**ASSET, "companyId": home}, {**ASSET, "companyId": "extid-HOME", "name": "B"}]
    for library in (dry, planhat):
        assert outcomes(library, f"{door} Assets", rows, duplicates="last") == ["unchanged", "created"]
    assert [each.name for each in planhat.get_objects(types.Asset)] == ["B"]


def test_a_token_that_may_not_read_companies_sends_them_all_the_same(
    sandbox: Sandbox, planhat: Planhat, home: str
) -> None:
    sandbox.forbid("companies", "list")
    rows = [{**ASSET, "externalId": "F", "companyId": home}, {**ASSET, "companyId": "extid-HOME"}]
    assert outcomes(planhat, "Upsert Assets", rows) == ["created", "created"]


WRITTEN_ANEW: list[tuple[str, dict[str, Any], str, str]] = [
    ("Companies", {"externalId": "HOME", "name": "HOME"}, "updated", "unchanged"),
    ("Companies", {"externalId": "HOME", "phase": ""}, "unchanged", "unchanged"),
    ("Companies", {"externalId": "HOME", "phase": None, "tags": []}, "unchanged", "unchanged"),
    ("Companies", {"externalId": "HOME", "custom": {"Plan": ""}}, "unchanged", "unchanged"),
    ("Endusers", {"sourceId": "S-ADA", "email": "Ada@Home.Example"}, "unchanged", "unchanged"),
    ("Endusers", {"sourceId": "S-ADA", "phone": ""}, "unchanged", "unchanged"),
    ("Licenses", {"sourceId": "L", "value": None}, "failed", "failed"),
    ("Licenses", {"sourceId": "L", "value": None, "mrr": 2}, "updated", "updated"),
]
"""Rows that write a value in another case, nothing over nothing, or empty the last of what one is needed of.

With what becomes of each where rows are sent whole, and in a sync.
"""


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("case", WRITTEN_ANEW, ids=str)
def test_values_that_are_nearly_the_same(
    planhat: Planhat, dry: Planhat, home: str, door: str, case: tuple[str, dict[str, Any], str, str]
) -> None:
    model, row, whole, synced = case
    planhat.run_keyword("Create Custom Field", [], {"name": "Plan", "parent": "company", "type": "text"})
    end = [synced if door == "Sync" else whole]
    clears = {} if door == "Upsert" else {"clear_empty": True}
    assert outcomes(dry, f"{door} {model}", [row], **clears) == end
    if door == "Import":
        assert outcomes(planhat, f"{door} {model}", [row], dry_run=True, **clears) == end
    assert outcomes(planhat, f"{door} {model}", [row], **clears) == end


BY_ADDRESS: list[tuple[list[dict[str, Any]], list[str]]] = [
    ([{"email": "a@home.example", "sourceId": "S"}, {"email": "A@home.example"}], ["created", "failed"]),
    ([{"email": "a@home.example"}, {"email": "a@home.example", "sourceId": "S"}], ["created", "failed"]),
    ([{"email": "a@home.example"}, {"email": "a@home.example", "companyId": "extid-OTHER"}], ["created", "created"]),
]
"""Endusers with one address, which is all that one row has, and what becomes of each row."""


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("case", BY_ADDRESS, ids=str)
def test_rows_of_which_one_has_an_address_only(
    planhat: Planhat, dry: Planhat, home: str, door: str, case: tuple[list[dict[str, Any]], list[str]]
) -> None:
    rows = [{"companyId": home, **row} for row in case[0]]
    assert outcomes(dry, f"{door} Endusers", rows) == case[1]
    assert outcomes(planhat, f"{door} Endusers", rows) == case[1]


@pytest.mark.parametrize("door", DOORS)
def test_rows_of_several_calls_are_planned_together(
    planhat: Planhat, dry: Planhat, home: str, door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "MOST_ROWS", 2)
    person = {"companyId": home, "phone": "1"}
    rows: list[dict[str, Any]] = [{**person, "externalId": each, "email": f"{each}@home.example"} for each in "abc"]
    rows += [{**person, "externalId": "d", "email": "e@home.example"}, {"externalId": "ADA", "companyId": "extid-HOME"}]
    rows += [{**person, "sourceId": "S", "externalId": "a"}]
    assert outcomes(dry, f"{door} Endusers", rows) == ["created"] * 4 + ["unchanged", "failed"]
    assert outcomes(planhat, f"{door} Endusers", rows) == ["created"] * 4 + ["unchanged", "failed"]


def test_one_external_id_in_two_companies_is_two_records(planhat: Planhat, dry: Planhat, home: str) -> None:
    other = planhat.run_keyword("Get Company", ["extid-OTHER"], {}).id
    rows = [
        {"sourceId": f"S{number}", "externalId": "E", "email": f"{number}@x.example", "companyId": company}
        for number, company in enumerate((home, other))
    ]
    for door in DOORS[:2]:
        assert outcomes(dry, f"{door} Endusers", rows) == ["created", "created"]
    assert outcomes(planhat, "Import Endusers", rows) == ["created", "created"]


def test_an_upsert_warns_of_people_who_share_an_address(
    planhat: Planhat, home: str, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [{"externalId": each, "email": "info@home.example", "companyId": home} for each in "12"]
    with caplog.at_level(logging.WARNING):
        report = planhat.run_keyword("Upsert Endusers", [rows], {})
    assert [told.partition(" have ")[0] for told in report.alike] == ["Rows 1, 2"]
    assert "Planhat may take them for one record" in caplog.text


def test_a_row_that_says_what_an_earlier_one_says_repeats_it(planhat: Planhat, dry: Planhat, home: str) -> None:
    rows = [{"_id": home, "phase": "won"}, {"externalId": "HOME", "phase": "won"}]
    assert outcomes(dry, "Import Companies", rows) == ["updated", "unchanged"]
    assert outcomes(planhat, "Import Companies", rows) == ["updated", "unchanged"]
    again = [{"_id": home, "phase": "lost"}, {"externalId": "HOME", "phase": "won"}]
    assert outcomes(dry, "Sync Companies", again) == ["updated", "failed"]
    assert outcomes(planhat, "Sync Companies", again) == ["updated", "failed"]


def test_the_surer_of_two_weaker_keys_counts(planhat: Planhat, dry: Planhat, home: str) -> None:
    planhat.create_object(types.Enduser({"email": "bo@home.example", "externalId": "BO", "companyId": home}))
    row = {"sourceId": "S-NEW", "externalId": "BO", "email": "ada@home.example", "companyId": home, "phone": "1"}
    for library in (dry, planhat):
        assert outcomes(library, "Import Endusers", [row]) == ["updated"]
    found = planhat.run_keyword("Get Enduser", ["srcid-S-NEW"], {})
    assert (found.external_id, found.phone) == ("BO", "1")


@pytest.mark.parametrize("door", DOORS[1:])
def test_rows_that_would_only_be_skipped_need_no_company(planhat: Planhat, dry: Planhat, home: str, door: str) -> None:
    rows = [{"email": "a@nowhere.example", "companyId": each} for each in (NOBODY, "")]
    for library in (dry, planhat):
        assert outcomes(library, f"{door} Endusers", rows, new="skip") == ["skipped", "skipped"]


COMPANIES = [{"external_id": "NEW", "name": "New", "domains": "new.example"}]
PEOPLE: list[dict[str, Any]] = [
    {"email": "a@x.example", "external_id": "A", "company_id": "extid-NEW"},
    {"email": "b@new.example", "external_id": "B"},
]


@pytest.mark.parametrize("door", DOORS)
def test_companies_of_an_import_in_the_same_dry_run_are_there(dry: Planhat, door: str) -> None:
    assert outcomes(dry, "Import Endusers", PEOPLE) == ["failed", "failed"]
    dry.run_keyword(f"{door} Companies", [COMPANIES], {})
    assert outcomes(dry, "Import Endusers", PEOPLE) == ["created", "created"]
    assert outcomes(dry, "Upsert Endusers", PEOPLE) == ["created", "created"]
    by_name = [{"Mail": "c@x.example", "Key": "C", "Company": "NEW"}]
    mapping = ["Mail -> email", "Key -> external_id", "Company -> company.name"]
    assert outcomes(dry, "Sync Endusers", by_name, mapping=mapping) == ["created"]
    assert dry.get_objects(types.Company) == []


def test_changed_and_deleted_companies_of_a_dry_run_count(dry: Planhat, home: str) -> None:
    dry.run_keyword("Import Companies", [[{"external_id": "HOME", "source_id": "S-HOME"}]], {})
    person = {"email": "a@x.example", "external_id": "A", "company_id": "srcid-S-HOME"}
    assert outcomes(dry, "Import Endusers", [person]) == ["created"]
    dry.run_keyword("Delete Company", ["extid-HOME"], {})
    assert outcomes(dry, "Import Endusers", [{**person, "company_id": home}]) == ["failed"]


def test_a_token_that_may_not_read_companies_plans_all_the_same(
    sandbox: Sandbox, planhat: Planhat, home: str, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.forbid("companies", "list")
    with caplog.at_level(logging.INFO):
        row = {"email": "new@nowhere.example", "externalId": "NEW", "companyId": home}
        assert outcomes(planhat, "Import Endusers", [row], dry_run=True) == ["created"]
    assert "Companies of records are not checked" in caplog.text


SINGLE: list[tuple[str, list[Any], dict[str, Any], str]] = [
    ("Create Enduser", [], {"email": "ada@home.example", "company_id": "extid-HOME"}, "refused"),
    ("Create Enduser", [], {"email": "Ada@Home.example"}, "refused"),
    ("Create Enduser", [], {"email": "ada@home.example", "external_id": "ADA-2"}, "done"),
    ("Create Enduser", [], {"email": "ada@home.example", "company_id": "extid-OTHER"}, "done"),
    ("Create User", [], {"email": "nora@x.example", "nick_name": "N", "first_name": "N", "last_name": "L"}, "done"),
    ("Create User", [], {"email": "Nora@x.example", "nick_name": "N", "first_name": "N", "last_name": "L"}, "refused"),
    ("Update License", ["srcid-L"], {"value": None}, "refused"),
    ("Update License", ["srcid-L"], {"value": 6}, "done"),
    ("Update Churn", ["srcid-C"], {"currency": "EUR"}, "done"),
    ("Update Churn", ["srcid-NONE"], {"currency": "EUR"}, "not found"),
]
"""Addresses that others have, fields of which one is needed, and an id by which Planhat writes and does not read."""


def test_single_writes_end_alike(planhat: Planhat, dry: Planhat, home: str) -> None:
    planhat.run_keyword("Create Churn", [], {"source_id": "C", "company_id": home})
    for keyword, given, fields, end in SINGLE:
        for library in (dry, planhat):
            assert _end(library, keyword, given, fields) == end, (keyword, fields)


def _end(library: Planhat, keyword: str, given: list[Any], fields: dict[str, Any]) -> str:
    try:
        library.run_keyword(keyword, given, fields)
    except PlanhatBadRequestError:
        return "refused"
    except PlanhatNotFoundError:
        return "not found"
    return "done"
