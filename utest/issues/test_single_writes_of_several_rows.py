"""`Create Company` with a list, a file or JSON of two rows stored the first one, and said nothing of the other.

A word in the place of a row, as in `Create Company    Acme`, was taken for the path of a file. Beside these: advice
that did not say that owners are found by their e-mail addresses, and which field Planhat missed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, types
from RPA.Planhat.errors import PlanhatBadRequestError, PlanhatValidationError

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [{"name": "Acme", "external_id": "A-1"}, {"name": "Bolt", "external_id": "A-2"}]


@pytest.mark.parametrize("form", ["list", "json", "file"])
def test_a_single_write_refuses_several_rows(planhat: Planhat, tmp_path: Path, form: str) -> None:
    (tmp_path / "rows.csv").write_text("name,external_id\nAcme,A-1\nBolt,A-2\n", "utf-8")
    text = '[{"name": "Acme"}, {"name": "Bolt"}]'
    rows: Any = {"list": ROWS, "json": text, "file": str(tmp_path / "rows.csv")}[form]
    kept = planhat.create_object(types.Company(name="Kept"))
    several = "One company is written at a time, and there are several rows. Upsert Companies writes any number."
    with pytest.raises(PlanhatValidationError, match=several):
        planhat.run_keyword("Create Company", [rows], {})
    with pytest.raises(PlanhatValidationError, match=several):
        planhat.run_keyword("Update Company", [kept, rows], {})
    with pytest.raises(PlanhatValidationError, match=several):
        planhat.run_keyword("Create Planhat Object", ["company", rows], {})
    assert {company.name for company in planhat.get_objects(types.Company)}.isdisjoint({"Acme", "Bolt"})


@pytest.mark.parametrize("form", ["list", "json", "file"])
def test_a_single_write_takes_one_row_in_any_form(planhat: Planhat, tmp_path: Path, form: str) -> None:
    (tmp_path / "row.csv").write_text("name,external_id\nAcme,A-1\n", "utf-8")
    row: Any = {"list": ROWS[:1], "json": '{"name": "Acme"}', "file": str(tmp_path / "row.csv")}[form]
    assert planhat.run_keyword("Create Company", [row], {}).name == "Acme"


@pytest.mark.parametrize(
    ("keyword", "given", "named"),
    [
        ("Create Company", ["Acme"], "name=Acme"),
        ("Create Task", ["Call"], "company_id=…"),
        ("Create Company", [""], "name="),
    ],
)
def test_a_word_in_the_place_of_a_row_is_answered_with_how_fields_are_named(
    planhat: Planhat, keyword: str, given: list[str], named: str
) -> None:
    with pytest.raises(PlanhatValidationError) as caught:
        planhat.run_keyword(keyword, given, {})
    assert str(caught.value).startswith(f"{given[0]!r} is not a row. Name the fields, such as {named}")


@pytest.mark.parametrize("more", [{}, {"company_id": None}])
def test_advice_names_the_field_that_planhat_missed(planhat: Planhat, more: dict[str, Any]) -> None:
    with pytest.raises(PlanhatBadRequestError) as caught:
        planhat.run_keyword("Create Enduser", [], {"email": "ada@nowhere.example", **more})
    assert str(caught.value).endswith("Not given: company_id.")


@pytest.mark.parametrize(("word", "meant"), [("Customer", "company"), ("accounts", "company"), ("Contact", "enduser")])
def test_words_that_people_use_for_models_are_answered_in_files_of_custom_fields(
    planhat: Planhat, word: str, meant: str
) -> None:
    with pytest.raises(PlanhatValidationError, match=f"{word!r} is not a model. Did you mean {meant}\\?"):
        planhat.plan_custom_fields([{"name": "Tier", "parent": word, "type": "text"}])


def test_the_message_on_another_journal_shows_no_digests(planhat: Planhat, tmp_path: Path) -> None:
    planhat.update_objects([types.Company(ROWS[0])], journal=tmp_path / "rows.journal")
    with pytest.raises(PlanhatValidationError, match=r"these differ: input\. Nothing was sent"):
        planhat.update_objects([types.Company(ROWS[1])], journal=tmp_path / "rows.journal")


def test_lines_of_a_mapping_in_one_string_are_answered_with_how_they_are_written(planhat: Planhat) -> None:
    lines = "Id -> external_id, Name -> name"
    with pytest.raises(PlanhatValidationError, match="A mapping is a list with one line for each field"):
        planhat.import_objects(types.Company, [{"Id": "A-1", "Name": "Acme"}], lines)


def test_half_of_a_character_is_named(planhat: Planhat) -> None:
    with pytest.raises(PlanhatValidationError, match="It has half of a character"):
        planhat.create_object(types.Company(name="a\ud83d"))


def test_a_plan_is_not_saved_as_csv_under_the_name_of_a_page(planhat: Planhat, tmp_path: Path) -> None:
    with pytest.raises(PlanhatValidationError, match=r"plan\.html would be CSV under the name of another format"):
        planhat.import_objects(types.Company, ROWS, dry_run=True, save_as=tmp_path / "plan.html")


def test_a_filter_by_a_name_is_answered_with_the_e_mail_address(planhat: Planhat) -> None:
    with pytest.raises(PlanhatValidationError, match=r"owner takes .* The e-mail address of the user is taken, too\."):
        planhat.get_objects(types.Company, owner="Nora")


def test_an_update_of_a_changed_record_sends_its_changes(planhat: Planhat) -> None:
    """It said that no field was given, though a record that was changed sends its changes wherever it is written."""
    made = planhat.create_object(types.Company(name="Acme", phase="New", zip="24103"))
    record = planhat.run_keyword("Get Company", [made.id], {})
    planhat.run_keyword("Update Company", [made.id], {"zip": "24105"})
    with pytest.raises(PlanhatValidationError, match="Nothing to update: no field was given for this company"):
        planhat.run_keyword("Update Company", [record], {})
    record.phase = "Renewal"
    updated = planhat.run_keyword("Update Company", [record], {})
    assert (updated["phase"], updated["zip"]) == ("Renewal", "24105")
