"""Columns of records that are referred to: `owner.email`, `company.owner.email`, in few calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatValidationError, types
from RPA.Planhat.operations import writing
from RPA.Planhat.operations.exporting import export, export_rows, export_table
from RPA.Planhat.operations.joining import join_of
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.operations.rows import upsert as bulk

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox
    from utest.tables.conftest import Counting


@pytest.fixture
def licenses(planhat: Counting) -> list[dict[str, Any]]:
    people = [
        {"email": f"{name}@acme.example", "firstName": name, "lastName": "X", "nickName": name}
        for name in ("nora", "omar")
    ]
    owners = [writing.create(planhat, types.User, each).id for each in people]
    rows = [{"externalId": f"C-{n}", "name": f"Company {n}", "owner": owners[n % 2]} for n in range(20)]
    bulk.upsert(planhat, types.Company, [*rows, {"externalId": "C-20", "name": "Nobody's"}])
    same = {"fixedPeriod": True, "fromDate": "2026-01-01", "toDate": "2026-12-31", "_currency": "EUR", "value": 1}
    made = [{**same, "externalId": f"L-{n:02}", "companyId": f"extid-C-{n % 21}"} for n in range(60)]
    bulk.upsert(planhat, types.License, made)
    planhat.calls.clear()
    return made


COLUMNS = "external_id,company.name,company.owner.email"


def test_60_licenses_with_the_address_of_the_owner_take_fewer_than_5_calls(
    planhat: Counting, licenses: list[dict[str, Any]], tmp_path: Path
) -> None:
    rows = list(export_rows(planhat, types.License, Query(), COLUMNS))
    assert len(planhat.calls) < 5, planhat.calls
    assert len(rows) == 60
    assert rows[1] == {
        "external_id": "L-01", "company.name": "Company 1", "company.owner.email": "omar@acme.example",
    }  # fmt: skip
    assert rows[20]["company.owner.email"] is None
    for ending in ("csv", "xlsx", "jsonl"):
        columns = {"License": "external_id", "CSM": "company.owner.email"}
        assert export(planhat, types.License, tmp_path / f"out.{ending}", Query(), columns=columns).rows == 60
    assert (tmp_path / "out.csv").read_text("utf-8").splitlines()[:3] == [
        "License,CSM", "L-00,nora@acme.example", "L-01,omar@acme.example",
    ]  # fmt: skip


def test_a_field_of_another_record_goes_with_filters_and_limits(
    planhat: Counting, licenses: list[dict[str, Any]]
) -> None:
    query = Query(where="external_id in (L-05, L-06)", limit=5)
    rows = list(export_rows(planhat, types.License, query, "external_id,company.external_id"))
    assert [each["company.external_id"] for each in rows] == ["C-5", "C-6"]
    assert export_table(planhat, types.License, Query(where="value > 99"), COLUMNS) == ([], COLUMNS.split(","))


@pytest.mark.parametrize(
    ("model", "name", "words"),
    [
        (types.License, "company.owner.emial", "no field 'emial'. Did you mean email?"),
        (types.License, "compny.name", "no field 'compny.name'"),
        (types.Company, "owner.nope", "The model user has no field 'nope'"),
    ],
)
def test_unknown_fields_are_refused_before_anything_is_read(
    planhat: Counting, model: Any, name: str, words: str
) -> None:
    with pytest.raises(PlanhatValidationError) as caught:
        list(export_rows(planhat, model, Query(), name))
    assert words in str(caught.value)
    assert planhat.calls == []


@pytest.mark.parametrize(
    ("model", "name", "target"),
    [
        (types.Company, "co_owner.email", types.User),
        (types.Task, "owner.email", types.User),
        (types.Issue, "enduser_ids.email", types.Enduser),
        (types.Issue, "companies.name", None),
        (types.NPS, "enduser.name", types.Enduser),
        (types.Sale, "product.external_id", types.Product),
        (types.License, "parent.value", types.License),
        (types.Company, "custom.owner.email", None),
    ],
)
def test_names_lead_to_the_models_that_they_name(model: Any, name: str, target: Any) -> None:
    if target is types.Product and model.field("product_id") is None:
        model = types.LineItem
    found = join_of(model, name)
    assert (found.steps[-1][1] if found else None) is target


def test_programs_name_options_as_robots_do(
    remote_sandbox: Sandbox, planhat: Counting, licenses: list[dict[str, Any]], tmp_path: Path
) -> None:
    client = Planhat(remote_sandbox.api_key, base_url=remote_sandbox.url, calls_per_minute=0)
    found = client.get_objects(types.Company, where="name contains 1", sort="-name", limit=2, properties="name")
    assert [each.name for each in found] == ["Company 19", "Company 18"]
    assert len(client.get_objects(types.Company, name=["Company 1", "Company 2"])) == 2
    options: dict[str, Any] = {"where": "external_id = L-07", "delimiter": ";", "encoding": "utf-8-sig"}
    done = client.export_objects(types.License, tmp_path / "out.csv", "external_id,company.name", **options)
    assert done.path.read_bytes() == b"\xef\xbb\xbfexternal_id;company.name\r\nL-07;Company 7\r\n"
    assert client.save_rows(found, tmp_path / "rows.csv", "name").rows == 2
    assert client.find_object(types.Company, where="external_id = C-3").name == "Company 3"
    assert client.find_duplicates(types.License, "value", where="external_id < L-02", properties="value")[0][0].value
    assert [each["name"] for each in client.export_rows(types.Company, "name", where="name = 'company 4'")] == [
        "Company 4"
    ]
