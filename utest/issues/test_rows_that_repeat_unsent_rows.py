"""A row was counted as a repeat of one that was not sent itself, and so was lost without a word.

A row that was refused or repeated kept what it had claimed; with `unique=` a later row met it there.
"""

from __future__ import annotations

import pytest

from RPA.Planhat import Planhat, types
from RPA.Planhat.sandbox import Sandbox

Row = tuple[str, str, str]


def companies(*rows: Row) -> list[dict[str, str]]:
    return [dict(zip(("external_id", "name", "phase"), row, strict=True)) for row in rows]


@pytest.mark.parametrize(
    ("options", "rows", "stored", "said"),
    [
        (
            {"duplicates": "first"},
            [("A", "one", "1"), ("B", "one", "2"), ("B", "two", "3")],
            {"A": "1", "B": "3"},
            "2 created, 1 repeated",
        ),
        (
            {"duplicates": "last"},
            [("A", "one", "1"), ("B", "one", "2"), ("A", "one", "1")],
            {"A": "1"},
            "1 created, 2 repeated",
        ),
        (
            {"bad_rows": "skip"},
            [("A", "one", "1"), ("B", "one", "2"), ("B", "one", "2")],
            {"A": "1"},
            "1 created, 2 refused",
        ),
    ],
)
def test_each_row_is_sent_refused_or_repeats_one_that_is_sent(
    sandbox: Sandbox, options: dict[str, str], rows: list[Row], stored: dict[str, str], said: str
) -> None:
    planhat = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    report = planhat.import_objects(types.Company, companies(*rows), unique="name", **options)  # type: ignore[call-overload]
    assert str(report) == said
    assert {row["externalId"]: row["phase"] for row in sandbox.rows("companies")} == stored


def test_the_row_that_is_sent_finds_its_record_by_a_weaker_key(sandbox: Sandbox) -> None:
    planhat = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    company = planhat.create_object(types.Company(name="Acme"))
    planhat.create_object(types.Enduser(email="ada@acme.example", company_id=company.id))
    same = {"external_id": "E-1", "email": "ada@acme.example", "company_id": company.id}
    rows = [{**same, "first_name": "A."}, {**same, "first_name": "Ada"}]
    plan = planhat.import_objects(types.Enduser, rows, duplicates="last", dry_run=True)
    assert str(plan) == "1 update, 1 repeated"
