"""0001-01-01 and 9999-12-31 were stored as dates, and 1e-400 as 0, where the field or the way in did not look."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import errors, types

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from RPA.Planhat import Planhat
    from RPA.Planhat.sandbox import Sandbox

COMPANY: dict[str, Any] = {"external_id": "A-1", "name": "Acme"}


@pytest.fixture(autouse=True)
def fields(planhat: Planhat) -> None:
    for name, kind in (("When", "date"), ("Start", "day"), ("Num", "number")):
        planhat.create_object(types.CustomField(name=name, parent="company", type=kind))


def _csv(planhat: Planhat, folder: Path, row: dict[str, Any]) -> Any:
    (folder / "t.csv").write_text(f"{','.join(row)}\n{','.join(map(str, row.values()))}\n", "utf-8")
    return planhat.keywords["Import Companies"](folder / "t.csv")


def _json(planhat: Planhat, folder: Path, row: dict[str, Any]) -> Any:
    (folder / "t.json").write_text(json.dumps([row], default=str), "utf-8")
    return planhat.keywords["Sync Companies"](folder / "t.json")


DOORS: dict[str, Callable[[Planhat, Path, dict[str, Any]], Any]] = {
    "Create": lambda planhat, _, row: planhat.keywords["Create Company"](**row),
    "Upsert": lambda planhat, _, row: planhat.keywords["Upsert Companies"]([row]),
    "dictionaries": lambda planhat, _, row: planhat.keywords["Import Companies"]([row]),
    "CSV": _csv,
    "JSON": _json,
    "JSON text": lambda planhat, _, row: planhat.keywords["Upsert Companies"](json.dumps([row], default=str)),
}
DAYS = ("0001-01-01", "9999-12-31", "0001-01-01T00:00:00Z", "1699-12-31", "2243-01-01T10:00:00Z")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", ["custom.When", "custom.Start"])
def test_a_date_of_no_record_is_refused(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, door: str, name: str
) -> None:
    for day in DAYS[:3] if name == "custom.Start" else DAYS:  # days have limits of their own, a few years further
        with pytest.raises(errors.PlanhatError, match=name.replace(".", r"\.") + " takes a da(y|te)"):
            DOORS[door](planhat, tmp_path, {**COMPANY, name: day})
    assert sandbox.rows("companies") == []


@pytest.mark.parametrize("value", [date(1, 1, 1), datetime(9999, 12, 31, 23, 59)])  # noqa: DTZ001 - as databases have it
def test_so_are_dates_of_python(planhat: Planhat, sandbox: Sandbox, value: Any) -> None:
    with pytest.raises(errors.PlanhatError, match=r"custom\.When takes a date from 1700 to 2242"):
        planhat.keywords["Import Companies"]([{**COMPANY, "custom.When": value}])
    assert sandbox.rows("companies") == []


def test_plans_and_checks_say_so(planhat: Planhat, tmp_path: Path) -> None:
    row = {**COMPANY, "custom.When": "0001-01-01"}
    (tmp_path / "t.csv").write_text("external_id,name,custom.When\nA-1,Acme,0001-01-01\n", "utf-8")
    plan = planhat.keywords["Import Companies"](tmp_path / "t.csv", dry_run=True)
    assert plan.counts["refused"] == 1
    with pytest.raises(errors.PlanhatError, match=r"row 1: custom\.When takes a date from 1700 to 2242"):
        planhat.check_custom_values(types.Company, [row])


@pytest.mark.parametrize("name", ["from_date", "to_date"])
@pytest.mark.parametrize("day", DAYS)
def test_fields_of_a_model_are_like_custom_ones(planhat: Planhat, sandbox: Sandbox, name: str, day: str) -> None:
    company = planhat.create_object(types.Company(COMPANY))
    row = {"external_id": "L-1", "company_id": company.id, "from_date": "2026-01-01", name: day}
    for keyword in ("Import Licenses", "Sync Licenses", "Upsert Licenses"):
        with pytest.raises(errors.PlanhatError, match=f"{name} takes a date from 1700 to 2242"):
            planhat.keywords[keyword]([row])
    with pytest.raises(errors.PlanhatError, match=f"{name} takes a date from 1700 to 2242"):
        planhat.keywords["Create License"](**row)
    assert sandbox.rows("licenses") == []


def test_days_that_exist_are_taken(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    for day in ("1700-01-01", "1753-01-01", "1899-12-30", "1900-01-01", "1970-01-01", "2242-12-31"):
        _csv(planhat, tmp_path, {**COMPANY, "custom.When": day})
        assert sandbox.rows("companies")[0]["custom"]["When"][:10] == day


def test_empty_names_them(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("external_id,name,custom.When\nA-1,Acme,0001-01-01\n", "utf-8")
    planhat.keywords["Import Companies"](tmp_path / "t.csv", empty="0001-01-01")
    assert [row.get("custom", {}).get("When") for row in sandbox.rows("companies")] == [None]


@pytest.mark.parametrize("keyword", ["Import Companies", "Sync Companies"])
def test_empty_names_dates_of_a_worksheet(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, keyword: str) -> None:
    pytest.importorskip("python_calamine")
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["external_id", "name", "custom.When"])
        sheet.write_row(1, 0, ["A-1", "Acme"])
        sheet.write_datetime(1, 2, date(9999, 12, 31), book.add_format({"num_format": "yyyy-mm-dd"}))
    with pytest.raises(errors.PlanhatError, match=r"takes a date from 1700 to 2242"):
        planhat.keywords[keyword](tmp_path / "t.xlsx")
    planhat.keywords[keyword](tmp_path / "t.xlsx", empty="9999-12-31")
    assert [row.get("custom", {}).get("When") for row in sandbox.rows("companies")] == [None]


def test_filters_find_those_that_are_there(planhat: Planhat) -> None:
    row = {**COMPANY, "custom.When": "9999-12-31"}
    planhat.keywords["Upsert Companies"]([row], check_custom_fields=False)
    for where in ("custom.When = 9999-12-31", "custom.When > 2300-01-01", "custom.When >= 0001-01-01"):
        assert [each.external_id for each in planhat.get_objects(types.Company, where=where)] == ["A-1"]
    planhat.keywords["Update Company"]("extid-A-1", city="Kiel")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_no_activity_is_of_such_a_day(planhat: Planhat, sandbox: Sandbox, day: str) -> None:
    row = {"action": "Saw", "email": "ada@acme.example", "date": day}
    with pytest.raises(errors.PlanhatError, match=f"date is {day}: no activity is from so far in the (past|future)"):
        planhat.track_activities([row])
    with pytest.raises(errors.PlanhatError, match=f"date is {day}: no activity is from so far"):
        planhat.track_activity("Saw", email="ada@acme.example", date=day)
    assert sandbox.requests("POST", "/analytics") == []


SMALL = ("1e-400", "-2.5E-999", "0.1e-330")


@pytest.mark.parametrize("small", SMALL)
@pytest.mark.parametrize(
    "text",
    [
        '[{"external_id": "A-1", "name": "Acme", "custom.Num": %s}]',
        '[{"external_id": "A-1", "name": "Acme", "custom": {"Num": %s}}]',
        '{"external_id": "A-1", "name": "Acme", "custom.Num": %s}',
    ],
)
def test_a_number_of_json_that_would_become_0_is_a_bad_cell(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, text: str, small: str
) -> None:
    (tmp_path / "t.json").write_text(text % small, "utf-8")
    (tmp_path / "t.jsonl").write_text((text % small).strip("[]"), "utf-8")
    for source in (tmp_path / "t.json", tmp_path / "t.jsonl", text % small):
        for keyword in ("Import Companies", "Sync Companies", "Upsert Companies"):
            with pytest.raises(errors.PlanhatError, match=rf"Num: {small} is too small for a number"):
                planhat.keywords[keyword](source)
    assert sandbox.rows("companies") == []


@pytest.mark.parametrize("cell", ['{"Num": 1e-400}', "{'Num': 1e-400}", "{'Num': 0.1E-330}"])
def test_so_is_one_within_a_cell(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, cell: str) -> None:
    quoted = cell.replace('"', '""')
    (tmp_path / "t.csv").write_text(f'external_id,name,custom\nA-1,Acme,"{quoted}"\n', "utf-8")
    with pytest.raises(errors.PlanhatError, match=r"custom takes an object, not .*Num"):
        planhat.keywords["Import Companies"](tmp_path / "t.csv")
    with pytest.raises(errors.PlanhatError, match=r"custom takes an object, not .*Num"):
        planhat.keywords["Create Company"](name="Acme", custom=cell)
    assert sandbox.rows("companies") == []


@pytest.mark.parametrize("value", [Decimal("1E-400"), Decimal("-1E-999"), "1e-400"])
@pytest.mark.parametrize("check", [True, False])
def test_so_is_one_of_a_program(planhat: Planhat, sandbox: Sandbox, value: Any, check: bool) -> None:
    if value == "1e-400" and not check:
        pytest.skip("without a check, a string goes as it is")
    for keyword in ("Import Companies", "Upsert Companies"):
        with pytest.raises(errors.PlanhatError, match=r"custom\.Num"):
            planhat.keywords[keyword]([{**COMPANY, "custom.Num": value}], check_custom_fields=check)
    assert sandbox.rows("companies") == []


def test_small_numbers_and_zeros_are_numbers(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    for text, number in (("1e-300", 1e-300), ("0e-400", 0), ("0.000", 0), ("-0.0", 0), ("5e-324", 5e-324)):
        (tmp_path / "t.json").write_text(f'[{{"external_id": "A-1", "name": "Acme", "custom.Num": {text}}}]', "utf-8")
        planhat.keywords["Upsert Companies"](tmp_path / "t.json")
        assert sandbox.rows("companies")[0]["custom"]["Num"] == number


def test_a_report_holds_a_decimal_as_the_number_that_is_sent(planhat: Planhat, tmp_path: Path) -> None:
    row = {**COMPANY, "custom.Num": Decimal("2.50"), "csm_score": "nine"}
    report = planhat.keywords["Import Companies"]([row], bad_rows="skip", save_as=str(tmp_path / "report"))
    assert report.failed[0]["custom.Num"] == 2.5
    assert ",2.5," in (tmp_path / "report.failed.csv").read_text("utf-8-sig")


def _durations(path: Path, formats: dict[str, tuple[float, str]]) -> Path:
    pytest.importorskip("python_calamine")
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", *formats])
        sheet.write_string(1, 0, "Acme")
        for column, (value, code) in enumerate(formats.values(), 1):
            sheet.write_number(1, column, value, book.add_format({"num_format": code}))
    return path


@pytest.mark.parametrize("shown", [(0.25, "[h]:mm"), (12, '0"%"'), (1, '"TRUE";;"FALSE"'), (20513, '0" days"')])
def test_what_is_shown_as_something_else_is_not_a_day(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, shown: tuple[float, str]
) -> None:
    path = _durations(tmp_path / "t.xlsx", {"custom.Start": shown})
    with pytest.raises(
        errors.PlanhatError, match=r"custom\.Start takes a day, as YYYY-MM-DD or days since 1970-01-01, not '.*'"
    ):
        planhat.keywords["Import Companies"](path)
    assert sandbox.rows("companies") == []


def test_a_duration_is_a_number_of_seconds_and_a_string_as_it_is_shown(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path
) -> None:
    shown = (1.25, "[h]:mm")
    path = _durations(tmp_path / "t.xlsx", {"city": shown, "custom.Num": shown, "csm_score": shown})
    report = planhat.keywords["Import Companies"](path, bad_rows="skip", save_as=str(tmp_path / "report"))
    assert "csm_score goes from 1 to 5; 108000 is outside" in report.failed[0].reason
    failed = tmp_path / "report.failed.csv"
    planhat.keywords["Import Companies"](path, {"name": "name", "city": "city", "custom.Num": "custom.Num"})
    planhat.keywords["Import Companies"](failed, {"name": "source_id", "city": "name", "custom.Num": "custom.Num"})
    first, second = sandbox.rows("companies")
    assert (first["city"], first["custom"]["Num"]) == ("30:00:00", 108000)
    assert (second["name"], second["custom"]["Num"]) == ("30:00:00", 108000)


@pytest.mark.parametrize("text", ["4.93012E+11", "-1,2E+05", " 4.93E+100 "])
def test_a_number_that_a_spreadsheet_has_shortened_is_no_string(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, text: str
) -> None:
    (tmp_path / "t.csv").write_text(f'external_id,name,phone_primary,city\nA-1,Acme,"{text}",Kiel\n', "utf-8")
    for keyword in ("Import Companies", "Sync Companies", "Upsert Companies"):
        for source in (tmp_path / "t.csv", [{**COMPANY, "phone_primary": text}]):
            with pytest.raises(errors.PlanhatError, match=r"phone_primary is .* a spreadsheet shortened the number"):
                planhat.keywords[keyword](source)
    with pytest.raises(errors.PlanhatError, match="a spreadsheet shortened the number"):
        planhat.keywords["Create Company"](name="Acme", phone_primary=text)
    assert sandbox.rows("companies") == []


def test_strings_that_are_like_it_stay(planhat: Planhat, sandbox: Sandbox) -> None:
    texts = ["E+5", "1E+05", "1.5e+05", "A1.5E+05", "12.5E+05", "+49 30 E+", "1.5E+5"]
    rows = [{"external_id": f"A-{number}", "name": "Acme", "city": text} for number, text in enumerate(texts)]
    planhat.keywords["Import Companies"](rows)
    planhat.keywords["Upsert Companies"](rows)
    assert [row["city"] for row in sandbox.rows("companies")] == texts


def test_a_column_alone_is_not_a_table(planhat: Planhat) -> None:
    class Column:
        def to_pylist(self) -> list[str]:
            return ["A-1"]

    with pytest.raises(errors.PlanhatError, match="not Column, which is one column"):
        planhat.keywords["Import Companies"](Column())


def test_a_character_of_a_web_page_is_no_separator(planhat: Planhat, sandbox: Sandbox) -> None:
    planhat.keywords["Import Companies"]([{**COMPANY, "tags": "M&uuml;ller &amp; Co"}])
    assert sandbox.rows("companies")[0]["tags"] == ["M&uuml;ller &amp; Co"]


def test_the_advice_on_a_date_of_no_record_is_followed(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    planhat.keywords["Create Custom Field"](name="When", parent="companies", type="date")
    (tmp_path / "t.csv").write_text("external_id,name,custom.When\nA-1,Acme,31.12.9999\n", "utf-8")
    with pytest.raises(errors.PlanhatError, match=r"in a table, empty=31\.12\.9999 does so"):
        planhat.keywords["Import Companies"](tmp_path / "t.csv", dates="DD.MM.YYYY")
    planhat.keywords["Import Companies"](tmp_path / "t.csv", dates="DD.MM.YYYY", empty="31.12.9999")
    assert not sandbox.rows("companies")[0].get("custom")


@pytest.mark.parametrize("text", ["gold;emea", "gold | emea", "gold\nemea", "gold\temea"])
def test_a_list_with_another_separator_may_be_one_value(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, text: str
) -> None:
    (tmp_path / "t.csv").write_text(f'external_id,name,tags\nA-1,Acme,"{text}"\n', "utf-8")
    for source in (tmp_path / "t.csv", [{**COMPANY, "tags": text}]):
        for keyword in ("Import Companies", "Sync Companies", "Upsert Companies"):
            with pytest.raises(errors.PlanhatError, match=r"tags has .*, which may be one value or several"):
                planhat.keywords[keyword](source)
    with pytest.raises(errors.PlanhatError, match="which may be one value or several"):
        planhat.keywords["Create Company"](**COMPANY, tags=text)
    assert sandbox.rows("companies") == []
    sign = next(each for each in ";|\n\t" if each in text)
    planhat.keywords["Import Companies"](tmp_path / "t.csv", separator=sign)
    assert sandbox.rows("companies")[0]["tags"] == ["gold", "emea"]
    planhat.keywords["Upsert Companies"]([{**COMPANY, "tags": [text]}])
    assert sandbox.rows("companies")[0]["tags"] == [text]


@pytest.mark.parametrize("ending", [".json", ""])
def test_an_option_that_is_a_number_is_what_the_file_has(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, ending: str
) -> None:
    text = '{"parent": "company", "name": "Step", "type": "list", "list_values": [1.50, 2, 1e-400]}'
    (tmp_path / "t.json").write_text(f"[{text}]", "utf-8")
    planhat.apply_custom_fields(tmp_path / "t.json" if ending else f"[{text}]")
    (found,) = [row["listValues"] for row in sandbox.rows("customfields") if row["name"] == "Step"]
    assert found == ["1.50", "2", "1e-400"]
