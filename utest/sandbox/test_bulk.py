"""The envelope and the status of bulk upserts."""

from __future__ import annotations

from typing import Any

import pytest


def test_statuses(planhat: Any, sandbox: Any) -> None:
    good, bad = {"name": "N"}, {"description": "no name"}
    planhat.upserted("companies", good)
    planhat.upserted("companies", good, bad, status=206)
    planhat.upserted("companies", bad, status=400)
    sandbox.forbid("companies", "create")
    forbidden = planhat.upserted("companies", good, {"externalId": "first", "phase": "x"}, status=403)
    assert (forbidden["updated"], len(forbidden["permissionErrors"])) == (1, 1)
    sandbox.permit("companies")
    planhat.upserted("companies", good)


def test_good_rows_are_stored_beside_bad_ones(planhat: Any) -> None:
    rows = [{"name": "N1"}, 5, {"externalId": "first", "status": "unheard"}, {"name": "N2"}]
    envelope = planhat.upserted("companies", *rows, status=206)
    assert envelope["created"] == 2
    assert (len(envelope["createdErrors"]), len(envelope["updatedErrors"])) == (1, 1)
    assert len(planhat.rows("companies")) == 4


def test_second_row_with_a_key_updates(planhat: Any) -> None:
    envelope = planhat.upserted("companies", {"externalId": "x", "name": "A"}, {"externalId": "x", "name": "B"})
    assert (envelope["created"], envelope["updated"]) == (1, 1)


def test_one_object_is_taken_for_a_list(planhat: Any) -> None:
    assert planhat.put("/companies", json={"name": "N"}).json()["created"] == 1


@pytest.mark.parametrize("body", ["text", 5, None])
def test_garbage_is_refused(planhat: Any, body: Any) -> None:
    assert planhat.put("/companies", json=body).status_code == 400


def test_at_most_5000_rows(planhat: Any) -> None:
    assert planhat.put("/companies", json=[{"name": "N"}] * 5001).status_code == 400
    assert len(planhat.rows("companies")) == 2


def test_at_most_32_megabytes(planhat: Any) -> None:
    assert planhat.put("/companies", json=[{"name": "N" * (33 * 1024 * 1024)}]).status_code == 413


def test_companies_by_any_id_in_rows(planhat: Any) -> None:
    rows = [{"companyId": "extid-first", "name": "A"}, {"companyId": "srcid-crm-2", "name": "B"}]
    planhat.upserted("assets", *rows)
    assert [row["companyName"] for row in planhat.rows("assets")] == ["First", "Second"]
    assert planhat.upserted("assets", {"companyId": "extid-no", "name": "C"}, status=400)["createdErrors"]


def test_invoices_need_more_in_bulk_than_alone(planhat: Any) -> None:
    planhat.made("invoices", cId="extid-first")
    error = planhat.upserted("invoices", {"cId": "extid-first"}, status=400)["createdErrors"][0]
    assert "invoiceDate" in error


def test_issues_need_companies_in_bulk(planhat: Any) -> None:
    planhat.made("issues", title="Alone")
    for row in ({"title": "None"}, {"title": "Empty", "companyIds": []}):
        assert "companyIds" in planhat.upserted("issues", row, status=400)["createdErrors"][0]
    assert planhat.upserted("issues", {"title": "One", "companyIds": ["extid-first"]})["created"] == 1


def test_a_bulk_call_is_one_transaction_of_many_rows(planhat: Any, sandbox: Any) -> None:
    rows = [{"name": f"N{number}", "externalId": f"e{number}"} for number in range(5000)]
    assert planhat.upserted("companies", *rows)["created"] == 5000
    assert sandbox.call("counts")["companies"] == 5002


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        (b"{", {"Content-Type": "application/json"}),
        (b'{"name": NaN}', {"Content-Type": "application/json"}),
        (b'{"name": "x", "custom": {"a": 1e999}}', {"Content-Type": "application/json"}),
        (b'{"name": "\\ud800"}', {"Content-Type": "application/json"}),
        (b"\xff", {"Content-Type": "application/json"}),
        (b'{"name": "x"}', {}),
        (b'{"name": "x"}', {"Content-Type": "text/plain"}),
        (b"[" * 100_000, {"Content-Type": "application/json"}),
        (b"", {"Content-Type": "application/json"}),
    ],
)
def test_bodies_that_are_no_json(planhat: Any, data: bytes, headers: dict[str, str]) -> None:
    for method, path in (("POST", "/companies"), ("PUT", "/companies"), ("PUT", "/companies/extid-first")):
        assert planhat.request(method, path, data=data, headers=headers).status_code == 400
