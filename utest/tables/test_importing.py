"""Imports: every row is checked first, sent once, and accounted for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from RPA.Planhat import PlanhatBulkError, PlanhatValidationError, types
from RPA.Planhat.operations import reading, writing
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.operations.rows.importing import import_table, plan_table
from RPA.Planhat.operations.rows.options import RowOptions
from utest.tables.conftest import Counting, define

PEOPLE = ["Id -> external_id", "Company -> company.name", "Mail -> email"]


def people(*rows: tuple[str, str, str]) -> list[dict[str, str]]:
    return [dict(zip(("Id", "Company", "Mail"), row, strict=True)) for row in rows]


def options(mapping: Any = None, **more: Any) -> RowOptions:
    return RowOptions(mapping=mapping, **more)


def stored(planhat: Counting, model: type[types.PlanhatObject]) -> list[Any]:
    return list(reading.read_list(planhat, model, Query(properties="ALL")))


def test_rows_are_created_by_a_mapping(planhat: Counting, acme: types.Company) -> None:
    report = import_table(planhat, types.Enduser, people(("1", "acme", "Ada@Acme.example")), options(PEOPLE))
    assert str(report) == "1 created"
    (ada,) = stored(planhat, types.Enduser)
    assert (ada.external_id, ada.company_id, ada.email) == ("1", acme.id, "ada@acme.example")


@pytest.mark.parametrize("key", ["name", "external_id", "source_id", "domain"])
def test_companies_are_referred_to_by_what_one_has(planhat: Counting, acme: types.Company, key: str) -> None:
    value = {"name": "ACME ", "external_id": "A-1", "source_id": "S-1", "domain": "someone@acme.example"}[key]
    rows = [{"Id": str(number), "Company": value} for number in range(3)]
    import_table(planhat, types.Enduser, rows, options(["Id -> external_id", f"Company -> company.{key}"]))
    assert {each.company_id for each in stored(planhat, types.Enduser)} == {acme.id}
    looked_up = [call for call in planhat.calls if "companies" in call]
    assert len(set(looked_up)) == 1, "one look-up for all rows"


def test_an_ambiguous_company_is_told_with_its_candidates(planhat: Counting, acme: types.Company) -> None:
    other = writing.create(planhat, types.Company, {"name": "ACME"})
    with pytest.raises(PlanhatBulkError) as problem:
        import_table(planhat, types.Enduser, people(("1", "acme", "a@b.example")), options(PEOPLE))
    assert "There are 2 companies with name 'acme'" in str(problem.value)
    assert acme.id in str(problem.value)
    assert other.id in str(problem.value)


def test_nothing_is_sent_while_a_row_is_bad_and_all_are_told(planhat: Counting, acme: types.Company) -> None:
    rows = people(("1", "Acme", "a@b.example"), ("2", "Nobody", "no address"), ("", "", ""))
    with pytest.raises(PlanhatBulkError) as problem:
        import_table(planhat, types.Enduser, rows, options(PEOPLE))
    assert str(problem.value) == (
        "Nothing was sent, since 2 of 3 rows are bad:\n"
        "  row 2: There is no company with name 'Nobody'. "
        "email takes an e-mail address; 'no address' is not a valid one.\n"
        "  row 3: it is empty."
    )
    assert planhat.sent == []
    assert problem.value.report.counts["failed"] == 1
    assert problem.value.report.counts["refused"] == 2


def test_the_good_rows_are_sent_when_bad_ones_are_skipped(planhat: Counting, acme: types.Company) -> None:
    rows = people(("1", "Acme", "a@b.example"), ("2", "Nobody", "b@b.example"))
    report = import_table(planhat, types.Enduser, rows, options(PEOPLE, bad_rows="skip"))
    assert str(report) == "1 created, 1 refused"
    assert len(planhat.sent) == 1


def test_bad_cells_are_left_out_when_wanted(planhat: Counting, acme: types.Company) -> None:
    rows = people(("1", "Acme", "nonsense"), ("2", "Acme", "nonsense"))
    report = import_table(planhat, types.Enduser, rows, options(PEOPLE, bad_cells="skip"))
    assert str(report) == "2 created"
    assert report.left_out == {"email takes an e-mail address; 'nonsense' is not a valid one.": 2}


@pytest.mark.parametrize(
    ("duplicates", "counts", "city"),
    [("first", "1 created, 1 repeated", "Malmö"), ("last", "1 created, 1 repeated", "Lund"), ("refuse", "", "")],
)
def test_rows_with_one_key_that_differ(planhat: Counting, duplicates: str, counts: str, city: str) -> None:
    rows = [{"external_id": "1", "name": "One", "city": place} for place in ("Malmö", "Lund")]
    if not counts:
        with pytest.raises(PlanhatBulkError, match=r"row 2: it contradicts row 1, which has the same externalId=1."):
            import_table(planhat, types.Company, rows, options())
        return
    report = import_table(planhat, types.Company, rows, options(duplicates=duplicates))
    assert str(report) == counts
    assert [each.city for each in stored(planhat, types.Company)] == [city]


def test_equal_rows_are_sent_once_and_rows_may_be_the_same_by_another_field(
    planhat: Counting, acme: types.Company
) -> None:
    rows = people(("1", "Acme", "a@b.example"), ("1", "Acme", "a@b.example"), ("2", "Acme", "A@B.example"))
    report = import_table(planhat, types.Enduser, rows, options(PEOPLE, duplicates="first", unique=("email",)))
    assert str(report) == "1 created, 2 repeated"


def test_custom_fields_are_converted_and_checked(planhat: Counting) -> None:
    define(
        planhat, "company", Seats="number", Tier="list:Gold,Silver", Go="checkbox", Areas="multipicklist:A,B", Day="day"
    )
    row = {"external_id": "1", "name": "One", "custom.Seats": "1.000,5", "custom.Tier": "gold", "custom.Go": "ja"}
    more = {"custom.Areas": "a;B", "custom.Day": "02.01.1970"}
    german = options(decimal=",", true=("ja",), separator=";", dates=("DD.MM.YYYY",))
    import_table(planhat, types.Company, [{**row, **more}], german)
    assert planhat.sent[-1]["custom"] == {"Seats": 1000.5, "Tier": "Gold", "Go": True, "Areas": ["A", "B"], "Day": 1}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"custom.Seats": "many"}, "custom.Seats takes a number, not 'many'."),
        ({"custom.Tier": "Bronze"}, "custom.Tier is one of 'Gold', 'Silver'; not 'Bronze'."),
        ({"custom.Areas": "A,C"}, "custom.Areas is one of 'A', 'B'; not 'C'."),
        (
            {"custom.Seat": "1"},
            "companies have no custom field 'Seat' (did you mean Seats?). Create Custom Field creates",
        ),
    ],
)
def test_wrong_custom_values_are_told(planhat: Counting, row: dict[str, str], said: str) -> None:
    define(planhat, "company", Seats="number", Tier="list:Gold,Silver", Areas="multipicklist:A,B")
    with pytest.raises((PlanhatBulkError, PlanhatValidationError)) as problem:
        import_table(planhat, types.Company, [{"external_id": "1", "name": "One", **row}], options())
    assert said in str(problem.value)


def test_a_mapping_that_does_not_fit_the_table_is_an_error_at_once(planhat: Counting) -> None:
    with pytest.raises(PlanhatValidationError, match=r"The table has no column 'Nme'. Did you mean Name?"):
        import_table(planhat, types.Company, [{"Name": "One"}], options(["Nme -> name"]))


def test_columns_that_are_no_fields_are_all_told_once_with_a_line_of_a_mapping(planhat: Counting) -> None:
    rows = [{"Kontakt-Nr": str(number), "Firma": "Acme", "phse": "new", "name": "Acme"} for number in range(30)]
    with pytest.raises(PlanhatBulkError) as problem:
        import_table(planhat, types.Company, rows, options())
    assert str(problem.value) == (
        "Nothing was sent, since 30 of 30 rows are bad:\n"
        "  rows 1, 2, 3 and 27 more: The model company has no field 'Kontakt-Nr', 'Firma', 'phse' (did you mean "
        "phase?). Name columns as fields, custom fields as custom.<Name>, or give a mapping with lines such as "
        "Kontakt-Nr -> external_id."
    )


def test_empty_cells_leave_fields_alone_unless_told_otherwise(planhat: Counting) -> None:
    full = {"external_id": "1", "name": "One", "city": "Malmö"}
    import_table(planhat, types.Company, [full], options())
    import_table(planhat, types.Company, [{**full, "city": ""}], options())
    assert stored(planhat, types.Company)[0].city == "Malmö"
    import_table(planhat, types.Company, [{**full, "city": ""}], options(clear_empty=True))
    assert stored(planhat, types.Company)[0].city == ""


def test_the_plan_says_what_would_change_and_sends_nothing(planhat: Counting, tmp_path: Path) -> None:
    import_table(planhat, types.Company, [{"external_id": "1", "name": "One", "city": "Malmö"}], options())
    planhat.sent.clear()
    rows = [
        {"external_id": "1", "name": "ONE", "city": "Lund"},
        {"external_id": "2", "name": "=Two"},
        {"external_id": "3"},
        {"external_id": "1", "name": "ONE", "city": "Lund"},
    ]
    plan = plan_table(planhat, types.Company, rows, options())
    assert plan.counts == {"create": 1, "update": 1, "unchanged": 0, "refused": 1, "repeated": 1}
    line = {"row": 1, "action": "update", "key": "externalId=1"}
    assert plan.differences[:2] == [
        {**line, "field": "name", "old": "One", "new": "ONE"},  # an import sends it, and it is stored
        {**line, "field": "city", "old": "Malmö", "new": "Lund"},
    ]
    assert plan.refused[0].reason == "A new company needs name."
    assert planhat.sent == []
    assert plan.save(tmp_path / "plan.csv") == 6
    text = (tmp_path / "plan.csv").read_text("utf-8-sig")
    assert "1,update,externalId=1,city,Malmö,Lund," in text
    assert "'=Two" in text


def test_the_files_of_a_report_have_each_row_once_and_failed_ones_go_in_again(
    planhat: Counting, acme: types.Company, tmp_path: Path
) -> None:
    rows = people(("1", "Acme", "a@b.example"), ("2", "Nobody", "b@b.example"), ("3", "Acme", "=nonsense"))
    report = import_table(planhat, types.Enduser, rows, options(PEOPLE, bad_rows="skip", bad_cells="refuse"))
    files = report.save_files(tmp_path / "people.csv")
    failed = list(read_rows(files["failed"]))
    assert [row["Company"] for row in failed] == ["Nobody", "Acme"]
    writing.create(planhat, types.Company, {"name": "Nobody"})
    again = import_table(planhat, types.Enduser, failed, options(PEOPLE, bad_rows="skip"))
    assert str(again) == "1 created, 1 refused"


def test_rows_that_planhat_refuses_are_in_the_report(planhat: Counting) -> None:
    rows = [{"external_id": "1", "name": "One"}, {"_id": "0" * 24, "name": "Gone"}]
    report = import_table(planhat, types.Company, rows, options())
    assert (report.counts["created"], report.counts["failed"]) == (1, 1)
    with pytest.raises(PlanhatBulkError, match="1 of 2 rows were not stored: 1 created, 1 failed"):
        report.raise_if_failed()


def test_an_import_goes_on_where_it_was_killed(
    planhat: Counting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("RPA.Planhat.operations.rows.plan.MOST_ROWS", 10)
    rows = [{"external_id": str(number), "name": f"C {number}"} for number in range(35)]
    told: list[tuple[str, int, int]] = []

    def die(step: str, done: int, total: int) -> None:
        told.append((step, done, total))
        if (step, done) == ("sent", 20):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_table(planhat, types.Company, rows, options(journal=tmp_path / "j", progress=die))
    assert len(planhat.sent) == 20
    report = import_table(planhat, types.Company, rows, options(journal=tmp_path / "j"))
    assert len(planhat.sent) == 35
    assert str(report) == "35 created"
    assert ("sent", 10, 35) in told


def test_read_only_columns_of_an_export_are_no_trouble(planhat: Counting, acme: types.Company) -> None:
    report = import_table(planhat, types.Company, stored(planhat, types.Company), options())
    assert report.counts["refused"] == 0
    assert report.counts["created"] == 0


RIVALS = {"external_id": "M-1", "Name": "A", "name": "B"}


@pytest.mark.parametrize(
    ("mapping", "problem"),
    [
        (None, "its columns 'Name' and 'name' both fill name: remove one, or give a mapping."),
        (["external_id -> external_id", "NAME -> name"], "it has two columns that 'NAME' in the mapping may mean"),
    ],
)
def test_two_columns_for_one_field_are_refused_since_one_would_be_lost(
    planhat: Counting, mapping: Any, problem: str
) -> None:
    with pytest.raises(PlanhatBulkError, match=re.escape(problem)):
        import_table(planhat, types.Company, [RIVALS], RowOptions(mapping=mapping))
    assert planhat.sent == []


def test_cells_of_a_dictionary_are_cells_as_those_of_a_column(planhat: Counting) -> None:
    define(planhat, "company", Tier="text", Seats="number")
    switches = options(empty=("-",), decimal=",")
    rows = [
        {"external_id": "column", "custom.Tier": " Gold ", "custom.Seats": "1,5"},
        {"external_id": "beside", "custom.Tier": "-", "custom.Seats": "2"},
    ]
    inside = [
        {"external_id": row["external_id"], "custom": {"Tier": row["custom.Tier"], "Seats": row["custom.Seats"]}}
        for row in rows
    ]
    found = []
    for table in (rows, inside):
        planhat.sent.clear()
        import_table(planhat, types.Company, table, switches)
        found.append([each["custom"] for each in planhat.sent])
    assert found[0] == found[1] == [{"Tier": "Gold", "Seats": 1.5}, {"Seats": 2}]


@pytest.mark.parametrize(
    ("model", "row", "lacks"),
    [
        (types.Issue, {"title": "Slow"}, "a new issue needs company_ids"),
        (types.Invoice, {"company_id": "extid-A-1", "currency": "EUR"}, "a new invoice needs invoice_date"),
        (types.Invoice, {"company_id": "extid-A-1", "invoice_date": "2026-03-01"}, "a new invoice needs currency"),
    ],
)
def test_rows_without_a_key_have_what_planhat_demands_of_many(
    planhat: Counting, acme: types.Company, model: type[types.PlanhatObject], row: dict[str, Any], lacks: str
) -> None:
    plan = plan_table(planhat, model, [row], options())
    assert [each.action for each in plan.rows()] == ["refused"]
    assert lacks in plan.rows()[0].reason
    with pytest.raises(PlanhatBulkError, match=lacks):
        import_table(planhat, model, [row], options())
    assert planhat.sent == []


def test_rows_share_a_weaker_key_only_while_both_are_sent(planhat: Counting, acme: types.Company) -> None:
    rows = [
        {"external_id": "1", "email": "a@acme.example", "company_id": acme.id},
        {"external_id": "2", "email": "a@acme.example", "company_id": acme.id},
    ]
    later = {"external_id": "2", "email": "b@acme.example", "company_id": acme.id}
    both = import_table(planhat, types.Enduser, rows, options())
    assert [told.partition(" have ")[0] for told in both.alike] == ["Rows 1, 2"]
    # The second row gives way to the third, so that only one is sent with the address.
    assert import_table(planhat, types.Enduser, [*rows, later], options(duplicates="last")).alike == []
