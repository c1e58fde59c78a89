"""Values that a keyword took without a word, and that meant something else than they seem to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, types
from RPA.Planhat.errors import PlanhatValidationError
from utest.stub import an_id

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

TICKET = types.Ticket({"_id": an_id(7), "title": "t"})
FIND = [(name, types.MODELS[name]) for name in ("Company", "Enduser", "License", "Task", "User", "Ticket")]


@pytest.mark.parametrize(("name", "model"), FIND)
@pytest.mark.parametrize("empty", [[], (), {}, set()])
def test_find_by_an_empty_list_found_anything(
    planhat: Planhat, name: str, model: type[types.PlanhatObject], empty: Any
) -> None:
    planhat.run_keyword("Create Company", [], {"name": "A", "external_id": "A"})
    for field in (each.name for each in model.known_fields().values()):
        with pytest.raises(PlanhatValidationError, match=rf"^{field} is empty"):
            planhat.run_keyword(f"Find {name}", [], {field: empty})


@pytest.mark.parametrize("keyword", ["Get Companies", "Find Company", "Export Companies"])
@pytest.mark.parametrize("field", ["owner", "co_owner", "followers", "head_id"])
def test_a_filter_by_a_record_of_another_model_found_nothing(
    planhat: Planhat, tmp_path: Path, keyword: str, field: str
) -> None:
    given = [tmp_path / "c.csv"] if keyword.startswith("Export") else []
    for value in (TICKET, [TICKET]):
        with pytest.raises(PlanhatValidationError, match=r"is a ticket, not a (user|company)"):
            planhat.run_keyword(keyword, given, {field: value})


def test_a_row_that_is_a_record_of_another_model_was_sent(planhat: Planhat) -> None:
    planhat.run_keyword("Create Company", [], {"name": "A", "external_id": "A"})
    for keyword, given in (("Create Issue", []), ("Create Company", []), ("Update Company", ["extid-A"])):
        with pytest.raises(PlanhatValidationError, match="is a ticket, not a"):
            planhat.run_keyword(keyword, [*given, TICKET], {})
    note = types.Note({"subject": "s", "company_id": "extid-A"})
    assert planhat.run_keyword("Create Conversation", [note], {"type": "note"}).subject == "s"


@pytest.mark.parametrize(("separator", "tags"), [(";", ["x, y", "z"]), ("|", ["x, y; z"]), (",", ["x", "y; z"])])
def test_a_separator_that_is_not_in_a_cell_gave_way_to_commas(
    planhat: Planhat, separator: str, tags: list[str]
) -> None:
    row = {"external_id": "A", "name": "A", "tags": "x, y; z"}
    planhat.run_keyword("Import Companies", [[row]], {"separator": separator})
    assert planhat.run_keyword("Get Company", ["extid-A"], {}).tags == tags
    planhat.run_keyword("Import Companies", [[{**row, "tags": "Smith, Inc"}]], {"separator": separator})
    assert len(planhat.run_keyword("Get Company", ["extid-A"], {}).tags) == (2 if separator == "," else 1)


@pytest.mark.parametrize("separator", [5, ["a"], object(), {"a": 1}, b"x", True])
def test_a_separator_that_is_not_a_string(planhat: Planhat, separator: Any) -> None:
    rows = [{"external_id": "A", "name": "A", "tags": "x"}]
    with pytest.raises(PlanhatValidationError, match=r"^separator is a string"):
        planhat.run_keyword("Import Companies", [rows], {"separator": separator})


@pytest.mark.parametrize("delimiter", ["\ud800", "\0", "\u200b", "\u2028", "\n", '"'])
def test_a_delimiter_that_no_program_reads(planhat: Planhat, tmp_path: Path, delimiter: str) -> None:
    with pytest.raises(PlanhatValidationError, match=r"^delimiter is one character"):
        planhat.run_keyword("Export Companies", [tmp_path / "c.csv"], {"delimiter": delimiter})
    assert not list(tmp_path.iterdir())


def test_custom_fields_that_look_alike(planhat: Planhat, caplog: pytest.LogCaptureFixture) -> None:
    seats = {"name": "Seats", "parent": "company", "type": "number"}
    planhat.run_keyword("apply_custom_fields", [[seats]], {})
    with pytest.raises(PlanhatValidationError, match=r"name contains U\+200B, a character that nobody can see"):
        planhat.run_keyword("apply_custom_fields", [[{**seats, "name": "Se\u200bats"}]], {})
    with pytest.raises(PlanhatValidationError, match=r"name contains U\+200B"):
        planhat.run_keyword("Create Custom Field", [], {**seats, "name": "Se\u200bats"})
    for name in ("Seats\u200b", "\ufeffSeats", "Seats\u00a0"):
        assert planhat.run_keyword("apply_custom_fields", [[{**seats, "name": name}]], {}).counts["unchanged"] == 1
    with pytest.raises(PlanhatValidationError, match=r"declared twice: company\.Seats"):
        planhat.run_keyword("apply_custom_fields", [[seats, {**seats, "name": "Seats\u00a0"}]], {})
    assert not caplog.messages
    planhat.run_keyword("plan_custom_fields", [[seats, {**seats, "name": "seats"}]], {})
    assert "company.seats would be created beside company.Seats. Is the same field meant?" in caplog.text


def test_options_that_are_none_look_alike_or_are_removed(planhat: Planhat, caplog: pytest.LogCaptureFixture) -> None:
    tier: dict[str, Any] = {"name": "Tier", "parent": "company", "type": "list"}
    for values, words in (
        ([None, "Gold"], "An option of the custom field Tier is empty"),
        (["Gold", "Go\u200bld"], r"has the option 'Go\\u200bld' twice, which looks the same as 'Gold'"),
        (["At risk", "At\u00a0risk"], r"has the option 'At\\xa0risk' twice, which looks the same as 'At risk'"),
        (["Gold", "Gold"], "has the option 'Gold' twice"),
    ):
        with pytest.raises(PlanhatValidationError, match=words):
            planhat.run_keyword("apply_custom_fields", [[{**tier, "list_values": values}]], {})
    planhat.run_keyword("apply_custom_fields", [[{**tier, "list_values": ["Gold", "gold", "Tin"]}]], {})
    assert not caplog.messages
    planhat.run_keyword("apply_custom_fields", [[{**tier, "list_values": ["Gold", "Iron"]}]], {})
    assert "company.Tier loses the options 'gold', 'Tin'. Records keep them" in caplog.text


@pytest.mark.parametrize("method", ["", " ", "A B", "G\nET", "G\u200bET", "../X", "GET?", "GET\0", "x" * 10**6 + "/"])
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_method_that_is_none_ended_in_an_error_of_python(sandbox: Sandbox, method: str, dry_run: bool) -> None:
    with Planhat(sandbox.api_key, base_url=sandbox.url, dry_run=dry_run) as planhat:
        with pytest.raises(PlanhatValidationError, match="method is an HTTP verb such as GET"):
            planhat.run_keyword("planhat_request", [method, "/companies/x"], {})
        assert planhat.run_keyword("planhat_request", [" get ", "/companies"], {}) == []
    assert [each["method"] for each in sandbox.requests()] == ["GET"]


@pytest.mark.parametrize("status", ["", " ", ",", "nonsense", "customer,nonsense", "a#b", "cust\u200bomer,x"])
def test_all_companies_with_a_status_that_is_none(planhat: Planhat, status: str) -> None:
    for name, of in (("A", "customer"), ("B", "lost"), ("C", "prospect")):
        planhat.run_keyword("Create Company", [], {"name": name, "external_id": name, "status": of})
    with pytest.raises(PlanhatValidationError, match=r"^status is (empty|one of prospect)"):
        planhat.run_keyword("list_all_companies", [], {"status": status})
    found = planhat.run_keyword("list_all_companies", [], {"status": "Customer, lost"})
    assert [each.name for each in found] == ["A", "B"]
    assert len(planhat.run_keyword("list_all_companies", [], {"status": None})) == 3
