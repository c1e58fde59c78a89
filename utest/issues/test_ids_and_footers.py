"""Ids that are none, or that nobody can read; totals and notes below a table: nothing of it is stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatError, PlanhatValidationError, types
from RPA.Planhat.operations.input.footers import FOOTER, footer_problem, may_have_footers
from RPA.Planhat.operations.usage.activities import activity_of
from RPA.Planhat.operations.usage.metrics import metric_of

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

WRITES = ["Import Companies", "Upsert Companies", "Sync Companies"]


BAD_IDS = {
    "A\u200b1": "U\\+200B, a character that nobody can see",
    "A\u00ad1": r"U\+00AD",
    "A\x071": r"U\+0007",
    "A\t1": r"U\+0009",
    "A\u20281": r"U\+2028",
    "A\ufffd1": r"U\+FFFD",
    "A\ufffc1": r"U\+FFFC",
    "A\uffa01": r"U\+FFA0",
    "A\U000e00411": r"U\+E0041",
    "1.23457E+11": "its digits are lost",
    "1,23457E+11": "its digits are lost",
    "1E+11": "its digits are lost",
    "'A-1'": "within quotation marks",
    "\u201cA-1\u201d": "within quotation marks",
    "NULL": "placeholder for no value",
    "nan": "placeholder for no value",
    "N/A": "placeholder for no value",
    "-": "placeholder for no value",
    "#N/A": "placeholder for no value|shows #N/A",
}
SOURCES = ["csv", "json", "rows", "many rows"]


def source_of(form: str, folder: Path, row: dict[str, str]) -> Any:
    if form == "csv":
        file = folder / "rows.csv"
        file.write_bytes("\n".join([",".join(row), ",".join(f'"{cell}"' for cell in row.values())]).encode())
        return file
    if form == "json":
        file = folder / "rows.json"
        file.write_text(json.dumps([row]))
        return file
    return [{**row, "external_id": f"B-{number}"} for number in range(20 if form == "many rows" else 0)] + [row]


@pytest.mark.parametrize("keyword", WRITES)
@pytest.mark.parametrize("form", SOURCES)
@pytest.mark.parametrize("own_id", BAD_IDS, ids=ascii)
def test_an_id_that_is_none_is_a_bad_cell(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, *, own_id: str, form: str, keyword: str
) -> None:
    source = source_of(form, tmp_path, {"external_id": own_id, "name": "Acme"})
    with pytest.raises(PlanhatError, match=f"external_id.*({BAD_IDS[own_id]})"):
        planhat.keywords[keyword](source)
    assert sandbox.rows("companies") == []


@pytest.mark.parametrize("own_id", BAD_IDS, ids=ascii)
def test_nor_is_it_stored_by_the_keywords_for_one_record(planhat: Planhat, sandbox: Sandbox, own_id: str) -> None:
    for name in ("external_id", "source_id"):
        with pytest.raises(PlanhatValidationError, match=name):
            planhat.keywords["Create Company"](name="Acme", **{name: own_id})
    company = planhat.keywords["Create Company"](name="Acme")
    with pytest.raises(PlanhatValidationError, match="external_id"):
        planhat.keywords["Update Company"](company, external_id=own_id)
    assert [row.get("externalId") for row in sandbox.rows("companies")] == [None]
    if own_id.casefold() != "#n/a":
        with pytest.raises(PlanhatValidationError, match="external_id"):
            metric_of({"dimension_id": "logins", "value": 1, "external_id": own_id})
        with pytest.raises(PlanhatValidationError, match="company_external_id"):
            activity_of({"email": "ada@acme.example", "company_external_id": own_id})


@pytest.mark.parametrize(
    "own_id",
    ["A-1", "00012", "a b", "A(1)", "O'Neil", "Größe", "1E5", "0", "NA", "null-1", "A+1", "_x", "東京", "x\u0301"],
)
@pytest.mark.parametrize("keyword", WRITES)
def test_an_id_is_one(planhat: Planhat, sandbox: Sandbox, keyword: str, own_id: str) -> None:
    planhat.keywords[keyword]([{"external_id": own_id, "name": "Acme"}])
    assert len(sandbox.rows("companies")) == 1


def test_an_empty_cell_may_be_named(planhat: Planhat, sandbox: Sandbox) -> None:
    planhat.keywords["Import Companies"]([{"external_id": "A-1", "source_id": "NULL", "name": "Acme"}], empty="NULL")
    assert sandbox.rows("companies")[0].get("sourceId") is None


def test_a_name_that_rows_are_matched_by_shows_all_its_characters(planhat: Planhat, sandbox: Sandbox) -> None:
    with pytest.raises(PlanhatError, match=r"name contains U\+00AD"):
        planhat.keywords["Sync Companies"]([{"name": "Ac\u00adme"}], match_by="name")
    planhat.keywords["Sync Companies"]([{"name": "\u0645\u06cc\u200c\u062e"}], match_by="name")
    assert len(sandbox.rows("companies")) == 1


FOOTERS = [
    ("Total", "", "", "123", ""),
    ("Total:", "", "", "1.234,50 €", ""),
    ("Summe", "", "", "", ""),
    ("", "Grand Total", "", "99", ""),
    ("TOTAL", "1", "2", "3", "4"),
    ("total", "", "", "123", ""),
    ("Grand Totals (12 records)", "", "", "", ""),
    ("Gesamtsumme", "", "", "EUR 5", ""),
    ("Subtotal", "", "", "(5)", ""),
    ("Export created on 2026-03-01", "", "", "", ""),
    ("Exported by:", "Ada", "", "", ""),
    ("Generated By: Ada Byron 3/1/2026 10:00", "", "", "", ""),
    ("Erstellt am 01.03.2026", "", "", "", ""),
    ("Exportiert von Ada", "", "", "", ""),
    ("Confidential - do not distribute", "", "", "", ""),
    ("Copyright (c) 2026 Acme", "", "", "", ""),
    ("(12 rows affected)", "", "", "", ""),
    ("12 records", "", "", "", ""),
    ("Rows: 12", "", "", "", ""),
    ("Page 1 of 3", "", "", "", ""),
    ("*** End of report ***", "", "", "", ""),
    ("Data as of 2026-03-01", "", "", "", ""),
    ("Stand: 01.03.2026", "", "", "", ""),
    ("© 2026 Acme", "", "", "", ""),
]
NAMES = ("name", "city", "description", "csm_score", "external_id")


@pytest.mark.parametrize("footer", FOOTERS, ids=lambda footer: ascii("".join(footer)))
def test_a_footer_is_known(footer: tuple[str, ...]) -> None:
    assert "not like a row" in footer_problem(footer)
    first = next(filter(None, footer))
    assert may_have_footers([first])
    assert FOOTER.match(first)


@pytest.mark.parametrize(
    "row",
    [
        ("Total Wines", "", "", "5", ""),
        ("Total", "Paris", "", "5", "A-1"),
        ("Summe GmbH", "", "", "", ""),
        ("count", "17", "5", "1", "9"),
        ("Page Industries", "", "", "", ""),
        ("Exporters Ltd", "", "", "", ""),
        ("Confidential Records Ltd", "", "", "", ""),
        ("12 Monkeys", "", "", "", ""),
        ("Standard Chartered", "", "", "", ""),
        ("Average Joes", "", "", "", ""),
        ("Created", "", "", "", ""),
        ("Totally", "", "", "", ""),
        ("End of the Road", "", "", "", ""),
    ],
)
def test_a_row_is_no_footer(row: tuple[str, ...]) -> None:
    assert footer_problem(row) == ""


@pytest.mark.parametrize(
    ("keyword", "form"),
    [
        (keyword, form)
        for keyword in WRITES
        for form in ("csv", "frame", "rows")
        if (keyword, form) != ("Upsert Companies", "rows")  # what a program gives is what it means
    ],
)
@pytest.mark.parametrize("footer", FOOTERS[:4] + FOOTERS[9:10], ids=lambda footer: ascii("".join(footer)))
def test_no_footer_is_stored(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, *, keyword: str, form: str, footer: tuple[str, ...]
) -> None:
    rows: list[tuple[str, ...]] = [("Acme", "Rome", "a", "1", "A-1"), ("Bolt", "", "", "", "A-2"), footer]
    source: Any
    if form == "csv":
        source = tmp_path / "rows.csv"
        source.write_text("\n".join(";".join(row) for row in [NAMES, *rows]), encoding="utf-8")
    elif form == "frame":
        source = pytest.importorskip("pandas").DataFrame(rows, columns=NAMES)
    else:
        source = [dict(zip(NAMES, row, strict=True)) for row in rows]
    with pytest.raises(PlanhatError, match="row 3: it looks like"):
        planhat.keywords[keyword](source)
    assert sandbox.rows("companies") == []
    planhat.keywords[keyword](source, bad_rows="skip", fail_on_errors=False)
    assert [row["name"] for row in sandbox.rows("companies")] == ["Acme", "Bolt"]


def test_a_row_that_was_made_of_a_record_is_no_footer(planhat: Planhat, sandbox: Sandbox) -> None:
    planhat.keywords["Import Companies"]([types.Company({"name": "Total", "csmScore": 3, "city": ""})])
    assert [row["name"] for row in sandbox.rows("companies")] == ["Total"]
