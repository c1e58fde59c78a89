"""Rows of other packages are rows: named tuples, rows of frames and of databases; blank ones of a table are skipped."""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatError, PlanhatNotFoundError, PlanhatValidationError, types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from RPA.Planhat.sandbox import Sandbox

Pair = namedtuple("Pair", ["external_id", "name"])  # noqa: PYI024 - what frames and databases give


@pytest.fixture
def planhat(sandbox: Sandbox) -> Iterator[Planhat]:
    made = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0, calls_per_second=0)
    yield made
    made.close()


def of_database(external_id: Any, name: Any) -> sqlite3.Row:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    row: sqlite3.Row = connection.execute("select ? as external_id, ? as name", [external_id, name]).fetchone()
    connection.close()
    return row


def of_pandas(external_id: Any, name: Any) -> Any:
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame([{"external_id": external_id, "name": name}]).iloc[0]


@pytest.mark.parametrize("make", [Pair, of_database, of_pandas], ids=["named tuple", "sqlite3", "pandas"])
def test_they_are_taken_wherever_a_dictionary_is(planhat: Planhat, make: Callable[[str, str], Any]) -> None:
    company = planhat.run_keyword("Create Company", [make("A-1", "Acme")])
    assert (company.external_id, company.name) == ("A-1", "Acme")
    for keyword in ("Upsert Companies", "Import Companies", "Sync Companies"):
        report = planhat.run_keyword(keyword, [[make("A-1", "Acme"), make(keyword, "New")]])
        assert {name: count for name, count in report.counts.items() if count} == {"created": 1, "unchanged": 1}
    assert planhat.run_keyword("Get Company", [make("A-1", "")]).id == company.id
    planhat.run_keyword("Delete Company", [make("A-1", "")])
    with pytest.raises(PlanhatNotFoundError):
        planhat.get_object_by_id(types.Company, "extid-A-1")


@pytest.mark.parametrize("make", [Pair, of_database, of_pandas], ids=["named tuple", "sqlite3", "pandas"])
def test_they_refer_to_companies_in_lists_and_fields(planhat: Planhat, make: Callable[[str, str], Any]) -> None:
    for name in ("A-1", "B-1"):
        company = planhat.run_keyword("Create Company", [{"external_id": name, "name": name}])
        planhat.create_object(types.Enduser(email=f"{name}@acme.example", company_id=company.id))
    row = make("A-1", "")
    for given in ([row], [[row]]):
        (enduser,) = planhat.run_keyword("Get Endusers", given)
        assert enduser.email == "a-1@acme.example"
    (enduser,) = planhat.run_keyword("Get Planhat Objects", ["endusers"], {"company_ids": row})
    assert enduser.email == "a-1@acme.example"
    created = planhat.run_keyword("Create Enduser", [], {"email": "c@acme.example", "company_id": row})
    assert created.company_id == enduser.company_id
    report = planhat.run_keyword("Upsert Issues", [[{"title": "I", "source_id": "I-1", "company_ids": row}]])
    assert report.counts["created"] == 1


def test_ids_of_a_frame_stay_a_list(planhat: Planhat) -> None:
    pandas = pytest.importorskip("pandas")
    company = planhat.run_keyword("Create Company", [{"external_id": "A-1", "name": "Acme"}])
    planhat.create_object(types.Enduser(email="a@acme.example", company_id=company.id))
    ids = pandas.DataFrame([{"external_id": company.id}], index=["x"])["external_id"]
    assert len(planhat.run_keyword("Get Endusers", [ids])) == 1


JOIN = "select 'A-1' as external_id, 'Acme' as name, 'Bolt' as {}"


@pytest.mark.parametrize("keyword", ["Create Company", "Upsert Companies", "Import Companies", "Sync Companies"])
def test_two_columns_of_one_name_are_refused(planhat: Planhat, keyword: str) -> None:
    pandas = pytest.importorskip("pandas")
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    twice = [
        connection.execute(JOIN.format("name")).fetchone(),  # as of two tables that are joined
        connection.execute(JOIN.format("NAME")).fetchone(),
        pandas.Series(["A-1", "Acme", "Bolt"], index=["external_id", "name", "name"]),
    ]
    connection.close()
    for row in twice:
        with pytest.raises(PlanhatError, match=r"(?i)two columns named 'name'|both fill name|no field 'NAME'|is given"):
            planhat.run_keyword(keyword, [row if keyword.startswith("Create") else [row]])
    assert not planhat.get_objects(types.Company)


def test_custom_fields_are_declared_by_them(planhat: Planhat) -> None:
    declared = namedtuple("declared", ["parent", "name", "type"])  # noqa: PYI024 - what frames and databases give
    report = planhat.run_keyword("apply_custom_fields", [[declared("company", "Level", "number")]])
    assert report.counts["created"] == 1


def test_no_id_is_no_reference(planhat: Planhat) -> None:
    for nothing in (float("nan"), None, ""):
        with pytest.raises(PlanhatValidationError):
            planhat.run_keyword("Get Company", [{"external_id": nothing, "name": "Acme"}])


class Table:
    """A Table of RPA.Tables as far as it matters."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self._rows = rows

    def iter_dicts(self, *, with_index: bool) -> Iterator[dict[str, Any]]:
        return iter(self._rows)


@pytest.mark.parametrize("keyword", ["Upsert Companies", "Import Companies", "Sync Companies"])
@pytest.mark.parametrize("blank", [None, "", " ", float("nan")])
def test_a_blank_row_of_a_table_is_skipped(planhat: Planhat, keyword: str, blank: Any) -> None:
    nothing = {"external_id": blank, "name": blank}
    table = Table({"external_id": "A-1", "name": "Acme"}, nothing, {"external_id": "A-2", "name": "Bolt"}, nothing)
    assert planhat.run_keyword(keyword, [table]).counts["created"] == 2


@pytest.mark.parametrize("keyword", ["Upsert Companies", "Import Companies", "Sync Companies"])
def test_a_table_without_names_says_how_to_get_them(planhat: Planhat, keyword: str) -> None:
    row: Any = {0: "A-1", 1: "Acme"}
    for source in (Table(row), [("A-1", "Acme")]):
        with pytest.raises(PlanhatError, match=r"Have the(m| columns) named: header=True of Read Worksheet"):
            planhat.run_keyword(keyword, [source])


def test_records_as_plain_dictionaries_are_told_how_to_be_records(planhat: Planhat) -> None:
    rows: Any = [{"externalId": "A-1"}]
    with pytest.raises(TypeError, match=r"takes no dict\. Give records, such as types\.Company"):
        planhat.update_objects(rows)
