"""The sandbox dropped fields without a trace, loaded broken cells of a seed, and gave the number of an invoice twice.

What it does not store is as Planhat's own behaviour: not known, or known to be ignored. A robot's author must see it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(seed="empty") as made:
        yield made


@pytest.fixture
def planhat(sandbox: Sandbox) -> Iterator[Planhat]:
    sandbox.reset()
    with Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0, calls_per_second=0) as made:
        yield made


def send(planhat: Planhat, method: str, path: str, body: Any) -> Any:
    return planhat.keywords["planhat_request"](method, path, body)


def notes(sandbox: Sandbox) -> list[str]:
    found: list[str] = sandbox.requests()[-1]["notes"]
    return found


def test_each_dropped_field_is_in_the_log(sandbox: Sandbox, planhat: Planhat) -> None:
    company = send(planhat, "POST", "/companies", {"name": "Acme", "endUsers": [], "lastActive": "2026-01-01"})
    assert notes(sandbox) == ["ignored: endUsers, lastActive"]
    field = {"name": "Seats", "type": "number", "parent": "company", "sortOrder": 3, "isHidden": False}
    send(planhat, "POST", "/customfields", field)
    assert notes(sandbox) == ["ignored: sortOrder"]
    task = {"action": "Call", "companyId": company["_id"], "workflowId": company["_id"], "workflowName": "Start"}
    send(planhat, "POST", "/tasks", task)
    assert notes(sandbox) == ["ignored: workflowId, workflowName"]
    send(planhat, "PUT", "/companies", [{"name": "B", "externalId": "B", "nmae": 1}, {"externalId": "C", "name": "C"}])
    assert notes(sandbox) == ["ignored: nmae"]


def test_a_status_of_a_note_is_in_the_log(sandbox: Sandbox, planhat: Planhat) -> None:
    company = send(planhat, "POST", "/companies", {"name": "Acme"})
    note = {"type": "note", "subject": "Call", "companyId": company["_id"], "date": "2026-01-01T00:00:00.000Z"}
    made = send(planhat, "POST", "/conversations", {**note, "status": "open"})
    assert notes(sandbox) == ["ignored: status"]
    send(planhat, "PUT", f"/conversations/{made['_id']}", {"severity": "high", "subject": "Again"})
    assert notes(sandbox) == ["ignored: severity"]


def test_a_record_that_is_sent_back_ignores_what_is_calculated_only(sandbox: Sandbox, planhat: Planhat) -> None:
    company = send(planhat, "POST", "/companies", {"name": "Acme", "externalId": "A"})
    whole = send(planhat, "GET", f"/companies/{company['_id']}", None)
    send(planhat, "PUT", f"/companies/{company['_id']}", whole)
    assert notes(sandbox) == ["ignored: h, hProfile, orgPathCount"]


def test_the_number_of_a_deleted_invoice_is_not_used_again(sandbox: Sandbox, planhat: Planhat) -> None:
    company = send(planhat, "POST", "/companies", {"name": "Acme"})["_id"]
    body = {"cId": company, "currency": "EUR", "invoiceDate": 20454, "amountTotal": 1}
    first, last = (send(planhat, "POST", "/invoices", body) for _ in range(2))
    send(planhat, "DELETE", f"/invoices/{last['_id']}", None)
    assert [first["invoiceNo"], last["invoiceNo"], send(planhat, "POST", "/invoices", body)["invoiceNo"]] == [1, 2, 3]
    sandbox.reset()
    company = send(planhat, "POST", "/companies", {"name": "Acme"})["_id"]
    assert send(planhat, "POST", "/invoices", {**body, "cId": company})["invoiceNo"] == 1


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "companies.csv",
            "name,tags\nA,x\nB,{broken\nC,[1\n",
            "companies.csv, row 2: tags is not valid JSON: '{broken'",
        ),
        ("companies.csv", "name,_id\nA,x\n", "companies.csv, row 1: _id is not 24 hexadecimal digits: 'x'"),
        ("companies.json", '[{"name": "A", "_id": "x"}]', "companies.json, row 1: _id is not 24 hexadecimal digits"),
        ("companies.json", '[{"name": "A", "_id": 7}]', "companies.json, row 1: _id is not 24 hexadecimal digits: 7"),
    ],
)
def test_a_broken_cell_of_a_seed_is_refused(
    sandbox: Sandbox, tmp_path: Path, name: str, text: str, expected: str
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(ValueError, match="row") as caught:
        sandbox.seed(tmp_path)
    assert expected in str(caught.value)
    assert "row 1" in str(caught.value) or "row 3: tags is not valid JSON: '[1'" in str(caught.value)


def test_a_plain_cell_of_a_list_is_loaded(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_text('name,tags,custom.Note\nA,x,[draft\nB,"[""a"", ""b""]",\n', "utf-8")
    sandbox.seed(tmp_path)
    first, second = sandbox.rows("companies")
    assert (first["tags"], first["custom"], second["tags"]) == (["x"], {"Note": "[draft"}, ["a", "b"])
