"""A file that an import can read, the keywords for usage and for custom fields can read, with the same options."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from RPA.Planhat import Planhat, PlanhatValidationError, types
from RPA.Planhat.keywords.tables import upload
from RPA.Planhat.sandbox import Sandbox
from utest.tables.test_reading import csv_file, workbook

MARCH = "2026-03-01T00:00:00.000Z"


@pytest.fixture
def planhat(sandbox: Sandbox) -> Planhat:
    made = Planhat(sandbox.api_key, tenant_uuid=sandbox.tenant_uuid, base_url=sandbox.url, analytics_url=sandbox.url)
    for name, external_id in (("Acme", "A-1"), ("München", "München")):
        made.create_object(types.Company(name=name, external_id=external_id))
    return made


def stored(sandbox: Sandbox) -> list[tuple[float, str]]:
    return [(row["value"], row["time"][:10]) for row in sandbox.rows("dimensiondata")]


GERMAN = "external_id;value;date\nA-1;1.234,5;01.03.2026\n"
Case = tuple[str | bytes, dict[str, Any], float]
READABLE: dict[str, Case] = {
    "in the encoding of Windows": (
        "external_id,value,date\nMünchen,5,2026-03-01\n".encode("cp1252"),
        {"encoding": "cp1252"},
        5,
    ),
    "German": (GERMAN, {"decimal": ",", "dates": "DD.MM.YYYY"}, 1234.5),
    "another delimiter": (GERMAN.replace(";", "~"), {"delimiter": "~", "decimal": ",", "dates": "DD.MM.YYYY"}, 1234.5),
    "a mapping": (
        "Konto,Wert,Tag\nA-1,5,2026-03-01\n",
        {"mapping": "Konto -> external_id\nWert -> value\nTag -> date"},
        5,
    ),
    "a mapping with a constant": (
        "Konto,Wert,Tag\nA-1,5,2026-03-01\n",
        {"mapping": {"Konto": "external_id", "Wert": "value", "'2026-03-01'": "date"}},
        5,
    ),
    "an empty word": ("external_id,value,date,model\nA-1,5,2026-03-01,-\n", {"empty": "-"}, 5),
    "blanks around an id": ("external_id,value,date\n A-1\u00a0,5, 2026-03-01\n", {}, 5),
    "sep": ("sep=;\nexternal_id;value;date\nA-1;5;2026-03-01\n", {"delimiter": ";"}, 5),
    "a missing cell": ("external_id,value,date,model\nA-1,5,2026-03-01\n", {"short_rows": "fill"}, 5),
}


@pytest.mark.parametrize("case", list(READABLE.values()), ids=list(READABLE))
def test_metrics(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, case: Case) -> None:
    content, options, value = case
    path = csv_file(tmp_path, content)
    assert planhat.push_metrics(path, dimension_id="logins", **options).received == 1
    assert stored(sandbox) == [(value, "2026-03-01")]
    assert planhat.verify_metrics(path, dimension_id="logins", timeout=5, **options).arrived == 1


def test_metrics_of_a_sheet(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    lines: list[Any] = [["external_id", "value", "date"], ["A-1", 5, "2026-03-01"]]
    path = workbook(tmp_path, ("Notes", [["x"]]), ("Usage", lines))
    assert planhat.push_metrics(path, dimension_id="logins", sheet="Usage").received == 1
    assert stored(sandbox) == [(5, "2026-03-01")]


BAD: dict[str, tuple[str, str]] = {
    "a short row": ("external_id,value,date\nA-1,5\n", "row 1: it has 2 cells, and the first line names 3 columns."),
    "an error": ("external_id,value,date\nA-1,5,#N/A\n", "row 1: date shows #N/A, an error of the spreadsheet."),
    "a date in another form": ("external_id,value,date\nA-1,5,01.03.2026\n", "row 1: date takes a date and time"),
    "a number in another form": ("external_id,value,date\nA-1,1.234.5,2026-03-01\n", "row 1: value takes a number"),
}


@pytest.mark.parametrize(("content", "problem"), list(BAD.values()), ids=list(BAD))
def test_bad_metrics_are_named_or_left_out(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, content: str, problem: str
) -> None:
    path = csv_file(tmp_path, content + "A-1,7,2026-03-02\n")
    with pytest.raises(PlanhatValidationError) as refusal:
        planhat.push_metrics(path, dimension_id="logins")
    assert problem in str(refusal.value)
    assert stored(sandbox) == []
    report = planhat.push_metrics(path, dimension_id="logins", bad_rows="skip", fail_on_errors=False)
    assert (report.received, stored(sandbox)) == (1, [(7, "2026-03-02")])
    found = planhat.verify_metrics(path, dimension_id="logins", timeout=0, fail_on_errors=False)
    assert [each.number for each in found.missing] == [1]
    assert planhat.verify_metrics(path, dimension_id="logins", timeout=5, bad_rows="skip").arrived == 1


def test_columns_that_the_mapping_names_and_the_table_lacks_are_named_at_once(planhat: Planhat, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "Konto,Wert\nA-1,5\n")
    mapping = ["Konto -> external_id", "Zahl -> value", "Tag -> date"]
    with pytest.raises(PlanhatValidationError, match=r"The table has no column 'Tag', 'Zahl'. It has: Konto, Wert"):
        planhat.push_metrics(path, dimension_id="logins", mapping=mapping)
    with pytest.raises(PlanhatValidationError, match="metrics have no field 'price'"):
        planhat.push_metrics(path, dimension_id="logins", mapping="Konto -> price")


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("action,email,company_external_id\nLogged in,ada@acme.example,A-1 \n", {}),
        (
            "Was;Wer;Firma;Am\nLogged in;Ada@ACME.example;A-1;01.03.2026\n",
            {
                "mapping": "Was -> action\nWer -> email\nFirma -> company_external_id\nAm -> date",
                "dates": "DD.MM.YYYY",
            },
        ),
        (
            "Was,Wer,Firma,Plan\nLogged in,ada@acme.example,A-1,Pro\n",
            {
                "mapping": "Was -> action\nWer -> email\nFirma -> company_external_id\nPlan -> plan",
                "extra": "plan",
            },
        ),
    ],
)
def test_activities(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, content: str, options: dict[str, Any]) -> None:
    assert planhat.track_activities(csv_file(tmp_path, content), **options).received == 1
    (person,) = sandbox.rows("endusers")
    assert person["email"] == "ada@acme.example"
    assert person["companyId"] == sandbox.rows("companies")[0]["_id"]


@pytest.fixture
def rome(planhat: Planhat) -> types.Company:
    return planhat.create_object(types.Company(name="Bolt", external_id="B-1", city="Berlin", csm_score=4))


EMPTY_CELLS = {
    "texts": "external_id,name,city\nB-1,Bolt,\n",
    "numbers": "external_id,name,csm_score\nB-1,Bolt,\n",
    "JSON": '[{"external_id": "B-1", "name": "Bolt", "city": null, "csm_score": ""}]',
    "lines": '{"external_id": "B-1", "name": "Bolt", "city": null}\n',
    "an empty word": "external_id,name,city\nB-1,Bolt,-\n",
}


def upserted(planhat: Planhat, rows: Any, **options: Any) -> dict[str, int]:
    return dict(upload(planhat.session, types.Company, rows, **options).counts)


@pytest.mark.parametrize("content", list(EMPTY_CELLS.values()), ids=list(EMPTY_CELLS))
def test_an_upsert_leaves_fields_with_empty_cells_alone(
    planhat: Planhat, sandbox: Sandbox, rome: types.Company, tmp_path: Path, content: str
) -> None:
    ending = ".csv" if content[0] == "e" else ".json" if content[0] == "[" else ".jsonl"
    upserted(planhat, str(csv_file(tmp_path, content, f"rows{ending}")), **({"empty": "-"} if "-\n" in content else {}))
    after = next(row for row in sandbox.rows("companies") if row["externalId"] == "B-1")
    assert (after["city"], after["csmScore"]) == ("Berlin", 4)


def test_an_upsert_clears_them_when_it_shall(
    planhat: Planhat, sandbox: Sandbox, rome: types.Company, tmp_path: Path
) -> None:
    path = workbook(tmp_path, ("Data", [["external_id", "name", "city", "csm_score"], ["B-1", "Bolt"]]))
    upserted(planhat, str(path))
    assert sandbox.rows("companies")[-1]["city"] == "Berlin"
    upserted(planhat, str(path), clear_empty=True)
    assert not sandbox.rows("companies")[-1].get("city")
    upserted(planhat, [{"external_id": "B-1", "csm_score": None}])
    assert not sandbox.rows("companies")[-1].get("csmScore"), "what a program has given as None is to be cleared"


class Table:
    """As RPA.Tables has it: rows that are shorter than others are filled with `None`."""

    def iter_dicts(self, with_index: bool = True) -> Any:
        return iter([{"external_id": "B-1", "name": "Bolt", "city": None, "csm_score": None}])


def test_an_upsert_of_a_table_leaves_them_alone_too(planhat: Planhat, sandbox: Sandbox, rome: types.Company) -> None:
    upserted(planhat, Table())
    assert sandbox.rows("companies")[-1]["city"] == "Berlin"


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("sep=;\nexternal_id;name\nC-1;Cleo\n", {"delimiter": ";"}),
        ("Konto;Firma\nC-1;Cleo\n", {"mapping": "Konto -> external_id\nFirma -> name"}),
        ("external_id,name\nC-1,Cleo\n\nReport of today\n", {"bad_rows": "skip"}),
        ("external_id,name,city\nC-1,Cleo\n", {"short_rows": "fill"}),
    ],
)
def test_upserts_take_the_table_options_of_imports(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, content: str, options: dict[str, Any]
) -> None:
    upserted(planhat, str(csv_file(tmp_path, content)), fail_on_errors=False, **options)
    assert [row["externalId"] for row in sandbox.rows("companies") if row["name"] == "Cleo"] == ["C-1"]


def test_an_upsert_names_bad_rows_of_a_file(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "external_id,name\nC-1,Cl\0eo\nC-2\nC-3,#REF!\n")
    with pytest.raises(PlanhatValidationError) as problem:
        upserted(planhat, str(path))
    for reason in ("row 1: name contains NUL", "row 2: it has 1 cell", "row 3: name shows #REF!"):
        assert reason in str(problem.value)
    assert len(sandbox.rows("companies")) == 2


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("name,parent,type\nGröße,company,number\n".encode("cp1252"), {"encoding": "cp1252"}),
        ("sep=;\nname;parent;type\nGröße;company;number\n", {"delimiter": ";"}),
        ("Feld,Art\nGröße,number\n", {"mapping": ["Feld -> name", "Art -> type", "'company' -> parent"]}),
        ("name,parent,type\nGröße,company,number\nnote\n", {"bad_rows": "skip"}),
        ("name,parent,type,featured\nGröße,company,number,ja\n", {"true": "ja"}),
    ],
)
def test_declared_custom_fields(planhat: Planhat, tmp_path: Path, content: Any, options: dict[str, Any]) -> None:
    path = csv_file(tmp_path, content)
    assert planhat.plan_custom_fields(path, **options).lines == ["+ company.Größe (number)"]
    assert planhat.apply_custom_fields(path, **options).counts["created"] == 1
    assert planhat.plan_custom_fields(path, **options).is_done


def test_declared_custom_fields_of_a_sheet_and_of_a_table(planhat: Planhat, tmp_path: Path) -> None:
    lines = [["name", "parent", "type"], ["Size", "company", "number"]]
    path = workbook(tmp_path, ("Notes", [["x"]]), ("Fields", lines))
    assert planhat.plan_custom_fields(path, sheet="Fields").lines == ["+ company.Size (number)"]

    class Fields:
        def iter_dicts(self, with_index: bool = True) -> Any:
            return iter([dict(zip(*lines, strict=True))])

    assert planhat.plan_custom_fields(Fields()).lines == ["+ company.Size (number)"]


SIZE = [{"name": "Size", "parent": "company", "type": "number"}, {"name": "Day", "parent": "company", "type": "day"}]


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("external_id;custom.Size;custom.Day\nA-1;1,5;01.03.2026\n", {"decimal": ",", "dates": "DD.MM.YYYY"}),
        (
            "Konto|Wert|Tag\nA-1|1.5|2026-03-01\n",
            {"mapping": {"Konto": "external_id", "Wert": "custom.Size", "Tag": "custom.Day"}},
        ),
        ("external_id,custom.Size,custom.Day\nA-1,1.5,2026-03-01\nA-2,x,2026-03-01\nA-3\n", {"bad_rows": "skip"}),
        ("external_id,custom.Size,custom.Day,city\nA-1,1.5,2026-03-01,\n", {}),
    ],
)
def test_checked_custom_values(planhat: Planhat, tmp_path: Path, content: str, options: dict[str, Any]) -> None:
    checked = planhat.check_custom_values(types.Company, csv_file(tmp_path, content), SIZE, **options)
    assert checked["target"] == "custom values"
    assert checked.rows == [{"external_id": "A-1", "custom": {"Size": 1.5, "Day": 20513}}]


def test_bad_rows_of_checked_values_are_named(planhat: Planhat, tmp_path: Path) -> None:
    path = csv_file(tmp_path, "external_id,custom.Size\nA-1,#REF!\nA-2\n")
    checked = planhat.check_custom_values(types.Company, path, SIZE, fail_on_errors=False)
    assert [(each.number, each.message) for each in checked.errors] == [
        (1, "custom.Size shows #REF!, an error of the spreadsheet."),
        (2, "it has 1 cell, and the first line names 2 columns."),
    ]
