"""Custom fields as a declared schema: files as people have them, plans, applying, drift, export, checked values."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.errors import PlanhatBulkError, PlanhatError, PlanhatSafetyError, PlanhatValidationError
from RPA.Planhat.operations.custom.checked_values import check_values
from RPA.Planhat.operations.custom.declared import declared
from RPA.Planhat.operations.custom.schema import apply, export, make_plan
from RPA.Planhat.operations.custom.validation import HOW_TO_CREATE
from RPA.Planhat.types import Company, CustomField

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat import Planhat
    from RPA.Planhat.sandbox import Sandbox
    from RPA.Planhat.session import PlanhatSession

TIER: dict[str, Any] = {"parent": "company", "name": "Tier", "type": "list", "listValues": ["Gold", "Silver"]}

FILES = {
    "fields.yaml": "company:\n  - name: Tier\n    type: list\n    list_values: [Gold, Silver]\n",
    "fields.yml": "- {name: Tier, parent: Company, type: List, listValues: [Gold, Silver]}\n",
    "fields.json": '{"companies": [{"name": "Tier", "type": "list", "options": ["Gold", "Silver"]}]}',
    "plain.csv": "name,parent,type,list values\nTier,company,list,Gold; Silver\n",
    "semicolons.csv": "Field Name;Object;Type;Options\nTier;Company;picklist;Gold|Silver\n;;;\n",
    "quoted.csv": 'Name,Object,Type,Values\nTier,companies,dropdown,"Gold, Silver"\n',
    "lines.csv": 'Name,Model,Type,Choices\nTier,company,list,"Gold\nSilver"\n',
    "json_cell.csv": 'Name,Model,Type,Choices\nTier,company,list,"[""Gold"", ""Silver""]"\n',
    "bom.csv": "\ufeffname,parent,type,list_values\nTier,company,list,Gold;Silver\n",
}


@pytest.mark.parametrize("name", list(FILES))
def test_files_are_read_as_people_have_them(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(FILES[name], "utf-8")
    (field,) = declared(path)
    assert field.definition == TIER


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([{"name": "Tier", "parent": "company"}], "row 1: A custom field needs type"),
        ([{"name": "Tier", "type": "list"}], "row 1: A custom field needs parent"),
        ([{"name": "A", "parent": "company", "type": "colour"}], "type is one of number, text"),
        (
            [{"name": "A", "parent": "company", "type": "text", "options": "a;b"}],
            "The custom field A of type text cannot have options",
        ),
        (
            [{"name": "A", "parent": "company", "type": "list", "options": "a;a"}],
            "The custom field A has the option 'a' twice",
        ),
        ([{"name": "A", "parent": "company", "type": "text", "opsions": "a"}], "Did you mean list_values"),
        ([{"name": "A", "parent": "company", "type": "text", "hidden": "perhaps"}], "is_hidden takes true or false"),
        ([TIER, {**TIER, "parent": "Companies"}], "declared twice: company.Tier"),
        ({"company": "Tier"}, "a list for each model"),
        (["Tier"], "must be a dictionary, not 'Tier'"),
        (5, "Custom fields must be a list"),
    ],
)
def test_wrong_declarations_are_refused(rows: Any, problem: str) -> None:
    with pytest.raises(PlanhatValidationError, match=problem):
        declared(rows)


def test_damaged_files_are_named(tmp_path: Path) -> None:
    for name, text in (("a.yaml", "a: [b"), ("a.json", "{"), ("a.yaml", "\x00")):
        (tmp_path / name).write_text(text)
        with pytest.raises(PlanhatValidationError, match=f"{name} is not valid"):
            declared(tmp_path / name)
    (tmp_path / "b.json").write_bytes(b"\xff\xfe{")
    for path in (tmp_path / "b.json", tmp_path / "missing.json", tmp_path / "missing.csv", tmp_path / "fields.docx"):
        with pytest.raises(PlanhatValidationError):
            declared(path)


def test_yaml_without_its_extra_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_text("[]")
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(PlanhatValidationError, match=r'pip install "rpaframework-planhat\[yaml\]"'):
        declared(tmp_path / "a.yaml")


def test_only_what_is_declared_is_compared(box_session: PlanhatSession) -> None:
    box_session.post("/customfields", json={**TIER, "isFeatured": True})
    assert make_plan(box_session, [TIER]).is_done
    plan = make_plan(box_session, [{**TIER, "featured": "no", "listValues": "Gold;Bronze"}])
    assert plan.lines == ["~ company.Tier: list_values: + Bronze, - Silver; is_featured: True -> False"]


def test_unset_and_false_are_the_same(box_session: PlanhatSession) -> None:
    box_session.post("/customfields", json={"parent": "company", "name": "A", "type": "text"})
    row = {"parent": "Company", "name": "A", "type": "string", "locked": "no", "formula": "", "number_format": None}
    assert make_plan(box_session, [row]).counts == {"create": 0, "change": 0, "same": 1, "extra": 0}


def test_the_order_of_options_is_drift(box_session: PlanhatSession) -> None:
    apply(box_session, make_plan(box_session, [TIER]))
    plan = make_plan(box_session, [{**TIER, "listValues": ["Silver", "Gold"]}])
    assert plan.lines == ["~ company.Tier: list_values: in another order"]


def test_types_change_only_when_that_is_wanted(sandbox: Sandbox, box_session: PlanhatSession) -> None:
    apply(box_session, make_plan(box_session, [{"parent": "company", "name": "A", "type": "text"}]))
    plan = make_plan(box_session, [{"parent": "company", "name": "A", "type": "number"}, TIER])
    with pytest.raises(PlanhatSafetyError, match="'text' -> 'number'"):
        apply(box_session, plan)
    assert len(sandbox.rows("customfields")) == 1
    assert apply(box_session, plan, change_types=True).counts["updated"] == 1


def test_nothing_is_deleted_unless_that_is_wanted(sandbox: Sandbox, box_session: PlanhatSession) -> None:
    for parent, name in (("company", "Old"), ("enduser", "Other")):
        box_session.post("/customfields", json={"parent": parent, "name": name, "type": "text"})
    plan = make_plan(box_session, [TIER])
    assert plan.lines == ["+ company.Tier (list)", "? company.Old (not declared)"]
    assert apply(box_session, plan)["deleted"] == []
    report = apply(box_session, make_plan(box_session, [TIER]), delete_extra=True)
    assert report["deleted"] == ["company.Old"]
    assert {row["name"] for row in sandbox.rows("customfields")} == {"Tier", "Other"}


def test_a_refused_field_does_not_keep_others_back(sandbox: Sandbox, planhat: Planhat) -> None:
    sandbox.inject_fault("status", verb="POST", route="/customfields", status=400, body={"message": "no"}, calls="1")
    rows = [{**TIER, "name": name} for name in ("A", "B", "C")]
    with pytest.raises(PlanhatBulkError, match="1 of 3 rows") as caught:
        planhat.apply_custom_fields(rows)
    assert [each.reason for each in caught.value.report.failed] == ["no"]
    assert planhat.apply_custom_fields(rows).counts["created"] == 1


def test_applying_goes_on_where_it_stopped(sandbox: Sandbox, planhat: Planhat) -> None:
    rows = [{**TIER, "name": f"F{number}"} for number in range(5)]
    sandbox.inject_fault("status", verb="POST", route="/customfields", status=403, calls="3")
    report = planhat.apply_custom_fields(rows, fail_on_errors=False)
    assert report.counts["created"] == 2
    assert report.counts["failed"] == 3
    assert "since applying stopped" in report.failed[-1].reason
    assert planhat.apply_custom_fields(rows).counts == {**report.counts, "created": 3, "unchanged": 2, "failed": 0}


def test_a_lost_answer_is_looked_up(sandbox: Sandbox, box_session: PlanhatSession) -> None:
    sandbox.inject_fault("reset_after", verb="POST", route="/customfields", calls="1")
    assert apply(box_session, make_plan(box_session, [TIER])).counts["created"] == 1
    assert len(sandbox.rows("customfields")) == 1


def test_a_field_that_never_arrived_is_unknown(sandbox: Sandbox, box_session: PlanhatSession) -> None:
    sandbox.inject_fault("status", verb="POST", route="/customfields", status=504, times=9)
    report = apply(box_session, make_plan(box_session, [TIER]))
    assert report.counts["unknown"] == 1


@pytest.mark.parametrize("ending", ["yaml", "json", "csv"])
def test_an_exported_file_declares_what_is_there(box_session: PlanhatSession, tmp_path: Path, ending: str) -> None:
    fields: list[dict[str, Any]] = [
        {**TIER, "listValues": ["a; b", "c, d", "ü"]},
        {"parent": "enduser", "name": "Höhe", "type": "number", "numberFormat": "0.0%", "isHidden": True},
        {"parent": "enduser", "name": "Sum", "type": "number", "isFormula": True, "formula": "=<<a>> + 1"},
    ]
    apply(box_session, make_plan(box_session, fields))
    path = tmp_path / f"fields.{ending}"
    assert export(box_session, path) == 3
    plan = make_plan(box_session, path)
    assert (plan.is_done, len(plan.same), plan.extra) == (True, 3, [])
    assert export(box_session, path, ["endusers"]) == 2


def test_other_files_are_not_written(box_session: PlanhatSession, tmp_path: Path) -> None:
    for path in (tmp_path / "fields.docx", tmp_path / "nowhere" / "fields.json"):
        with pytest.raises(PlanhatValidationError):
            export(box_session, path)


def test_fields_of_a_model_that_the_registry_lacks_are_exported_by_its_name(
    box_session: PlanhatSession, planhat: Planhat, tmp_path: Path
) -> None:
    box_session.post("/customfields", json={**TIER, "parent": "Moon Base"})
    assert planhat.export_custom_fields(tmp_path / "fields.json", "Moon Base,company") == 1
    for wrong in ("Moonbase 2", "/moons", ["companys", "companie"]):
        with pytest.raises(PlanhatValidationError, match="There is no model"):
            planhat.export_custom_fields(tmp_path / "none.json", wrong)
    assert not (tmp_path / "none.json").exists()


def test_records_are_declarations_as_well(box_session: PlanhatSession) -> None:
    box_session.post("/customfields", json=TIER)
    fields = [CustomField(row) for row in box_session.get("/customfields").json()]
    assert make_plan(box_session, fields).is_done


def test_a_hundred_and_twenty_fields_with_drift(sandbox: Sandbox, planhat: Planhat, tmp_path: Path) -> None:
    types = ("list", "number", "text", "checkbox", "date", "day")
    rows: list[dict[str, Any]] = [
        {"name": f"Field {each}", "parent": ("company", "enduser")[each % 2], "type": types[each % 6]}
        | ({"list_values": ["a", "b", "c"]} if each % 6 == 0 else {})
        for each in range(120)
    ]
    path = tmp_path / "fields.json"
    path.write_text(json.dumps(rows))
    assert planhat.plan_custom_fields(path).counts == {"create": 120, "change": 0, "same": 0, "extra": 0}
    assert planhat.apply_custom_fields(path).counts["created"] == 120
    sandbox.call("forget_requests")
    assert planhat.apply_custom_fields(path).counts["unchanged"] == 120
    assert {each["method"] for each in sandbox.requests()} == {"GET"}
    changed = next(row for row in sandbox.rows("customfields") if row["name"] == "Field 6")
    planhat.update_custom_field(changed["_id"], list_values=["a", "c", "d"])
    plan = planhat.plan_custom_fields(path)
    assert plan.lines == ["~ company.Field 6: list_values: + b, - d"]
    assert planhat.apply_custom_fields(path).counts["updated"] == 1
    assert planhat.plan_custom_fields(path).is_done


# ------------------------------------------------------------------------------------------ values

KNOWN: list[dict[str, Any]] = [
    {"name": "Seats", "type": "number"},
    {"name": "Adoption %", "type": "number"},
    {"name": "Win Ratio", "type": "number"},
    {"name": "Tier", "type": "list", "listValues": ["Gold", "Silver"]},
    {"name": "Regions", "type": "multipicklist", "listValues": ["EMEA", "APAC"]},
    {"name": "Active", "type": "checkbox"},
    {"name": "Start", "type": "day"},
    {"name": "Seen", "type": "date"},
    {"name": "Stars", "type": "rating"},
    {"name": "CSM", "type": "team member"},
    {"name": "Team", "type": "team members"},
    {"name": "Mail", "type": "email"},
    {"name": "Page", "type": "url"},
    {"name": "Sum", "type": "number", "isFormula": True},
    {"name": "Remark", "type": "rich text"},
]
SOMEBODY = "65a006000000010000000001"


def _checked(name: str, value: Any) -> Any:
    definitions = [CustomField({"parent": "Company", **each}) for each in KNOWN]
    return check_values(Company, [{"name": "Acme", f"custom.{name}": value}], definitions)


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("Seats", "12", 12), ("Seats", "", None), ("Seats", None, None), ("Tier", "Gold", "Gold"),
        ("Regions", "EMEA; APAC", ["EMEA", "APAC"]), ("Regions", ["EMEA"], ["EMEA"]), ("Active", "yes", True),
        ("Start", "2026-03-01", 20513), ("Start", 20513, 20513), ("Seen", "2026-03-01", "2026-03-01"),
        ("Stars", "4", 4), ("CSM", SOMEBODY, SOMEBODY), ("Team", f"{SOMEBODY},{SOMEBODY}", [SOMEBODY, SOMEBODY]),
        ("Adoption %", 42, 42), ("Win Ratio", 0.4, 0.4), ("Remark", "<b>x</b>", "<b>x</b>"),
    ],
)  # fmt: skip
def test_fitting_values_are_converted(name: str, value: Any, stored: Any) -> None:
    checked = _checked(name, value)
    assert checked.problems == []
    assert checked.rows == [{"name": "Acme", "custom": {name: stored}}]


NO_DAY = "takes a day: YYYY-MM-DD, or days since 1970-01-01, not 1772323200000."


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("Seats", "many", "custom.Seats takes a number, not 'many'."),
        ("Seat", 1, f"companies have no custom field 'Seat' (did you mean Seats?). {HOW_TO_CREATE}"),
        ("SEATS", 1, f"companies have no custom field 'SEATS' (did you mean Seats or Stars?). {HOW_TO_CREATE}"),
        ("Tier", "Golt", "custom.Tier is one of 'Gold', 'Silver'; not 'Golt'. Did you mean Gold?"),
        ("Tier", "Platinum", "custom.Tier is one of 'Gold', 'Silver'; not 'Platinum'."),
        ("Regions", ["EMEA", "APCA"], "custom.Regions is one of 'EMEA', 'APAC'; not 'APCA'. Did you mean APAC?"),
        ("Active", "perhaps", "custom.Active takes true or false, not 'perhaps'."),
        (
            "Start",
            1772323200000,
            f"custom.Start {NO_DAY} For dates in another format, set dates=, such as dates=YYYYMMDD.",
        ),
        ("Seen", 20513, "custom.Seen takes a date and time, ISO 8601, not 20513."),
        ("Stars", 4.5, "custom.Stars takes a whole number, not 4.5."),
        ("CSM", "Ada", "custom.CSM takes the Planhat id of a user, not 'Ada'."),
        ("Team", "Ada,Bea", "custom.Team takes Planhat ids of users, not 'Ada,Bea'."),
        ("Sum", 1, "custom.Sum is calculated by Planhat and cannot be written."),
    ],
)
def test_unfit_values_are_errors(name: str, value: Any, problem: str) -> None:
    checked = _checked(name, value)
    assert [each.message for each in checked.errors] == [problem]
    with pytest.raises(PlanhatValidationError, match="1 custom value does not fit its field"):
        checked.raise_if_wrong()


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("Adoption %", 0.42, "a percentage below 1"),
        ("Win Ratio", 42, "a ratio above 1"),
        ("Start", "2026-03-01T10:00:00", "a time"),
        ("Mail", "ada", "is not a valid e-mail address"),
        ("Page", "acme.example", "is not a valid web address"),
    ],
)
def test_doubtful_values_are_warnings(name: str, value: Any, problem: str) -> None:
    checked = _checked(name, value)
    assert checked.errors == []
    assert problem in checked.warnings[0].message
    checked.raise_if_wrong()


@pytest.mark.parametrize(
    ("name", "value", "stored"), [("Tier", "gold", "Gold"), ("Regions", "emea; APAC", ["EMEA", "APAC"])]
)
def test_options_in_another_spelling_are_spelled_as_planhat_does_with_a_warning(
    name: str, value: Any, stored: Any
) -> None:
    checked = _checked(name, value)
    assert checked.errors == []
    assert [each.message for each in checked.warnings] == [
        "an option in another spelling; it is sent as Planhat spells it."
    ]
    assert checked.rows[0]["custom"] == {name: stored}


@pytest.mark.parametrize(
    ("name", "value"), [("Tier", "Platinum"), ("CSM", "Ada"), ("Start", 1772323200000), ("Sum", 1), ("Active", "maybe")]
)
def test_an_import_refuses_what_the_check_calls_an_error(planhat: Planhat, name: str, value: Any) -> None:
    planhat.apply_custom_fields([{"parent": "company", **each} for each in KNOWN])
    row = {"name": "Acme", "external_id": "V-1", f"custom.{name}": value}
    (wrong,) = planhat.check_custom_values(Company, [row], fail_on_errors=False).errors
    with pytest.raises(PlanhatError, match=re.escape(wrong.message)):
        planhat.import_companies([row])


def test_what_passes_the_check_passes_a_strict_planhat(sandbox: Sandbox, planhat: Planhat) -> None:
    sandbox.set_dialect(unknown_custom="refuse")
    fields = [{"parent": "company", **each} for each in KNOWN]
    planhat.apply_custom_fields(fields)
    row = {"name": "B", "external_id": "B", "custom.Seats": "1", "custom.Regions": "EMEA", "custom.Start": "2026-03-01"}
    with pytest.raises(PlanhatBulkError):
        planhat.upsert_companies([row], check_custom_fields=False)
    checked = planhat.check_custom_values(Company, [row])
    planhat.upsert_companies(checked.rows)
    assert planhat.get_company("extid-B").custom == {"Seats": 1, "Regions": ["EMEA"], "Start": 20513}
    assert planhat.check_custom_values(Company, [row], fields=fields).rows == checked.rows
