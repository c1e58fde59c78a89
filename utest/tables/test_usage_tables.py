"""A file that an import can read, the keywords for usage and for custom fields can read, with the same options."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from RPA.Planhat import Planhat, PlanhatValidationError, types
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
