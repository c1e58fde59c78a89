"""What the sandbox does with usage and custom fields that come to it unchecked, as from a program of another kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox
    from RPA.Planhat.session import PlanhatSession

GOOD = {"dimensionId": "logins", "value": 1, "externalId": "A", "date": "2026-03-01"}
FIELD = {"name": "Tier", "parent": "company", "type": "list", "listValues": ["Gold"]}


def _post(sandbox: Sandbox, path: str, body: Any) -> requests.Response:
    return requests.post(f"{sandbox.url}/{path}/{sandbox.tenant_uuid}", json=body, timeout=20)


def _notes(sandbox: Sandbox) -> list[str]:
    return [note for each in sandbox.requests() for note in each.get("notes") or []]


@pytest.mark.parametrize(
    "body",
    [
        {"action": "x"},
        {"action": "x", "email": "ada@nowhere.example"},
        {"action": "x", "externalId": "1", "companyExternalId": "nobody"},
        {"action": "x", "externalId": "1", "cId": "A", "date": "yesterday"},
        {"action": "x", "externalId": "1", "cId": "A", "weight": "much"},
        {"action": "x", "externalId": "1", "cId": "A", "count": 1.5},
        "text",
    ],
)
@pytest.mark.usefixtures("box_session")
def test_bad_activities_are_received_and_dropped(sandbox: Sandbox, body: Any) -> None:
    for path, sent in (("analytics", body), ("analytics/bulk", [body])):
        answer = _post(sandbox, path, sent)
        assert (answer.status_code, answer.json()) == (200, {})
    assert sandbox.rows("activities") == []


@pytest.mark.parametrize(
    "body",
    [
        {"email": "ada@acme.example"},
        {"externalId": "u", "companyExternalId": "A"},
        {"id": "u", "cId": "A"},
        {"id": "u", "cId": "A", "firstName": "Ada", "lastName": "B", "date": "Sun, 01 Mar 2026 10:00:00 GMT"},
    ],
)
@pytest.mark.usefixtures("box_session")
def test_activities_are_taken_under_both_spellings(sandbox: Sandbox, body: dict[str, Any]) -> None:
    assert _post(sandbox, "analytics/bulk", [body]).status_code == 200
    (stored,) = sandbox.rows("activities")
    assert (stored["weight"], stored["count"]) == (1, 1)
    assert len(sandbox.rows("endusers")) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"dimensionId": ""}, {"dimensionId": "my logins"}, {"dimensionId": "a.b"}, {"externalId": None},
        {"externalId": "nobody"}, {"value": "many"}, {"value": None}, {"value": True}, {"model": "Ticket"},
        {"model": "Asset"}, {"date": "2026-13-01"},
    ],
)  # fmt: skip
@pytest.mark.usefixtures("box_session")
def test_bad_metrics_are_counted_as_processed_and_dropped(sandbox: Sandbox, change: dict[str, Any]) -> None:
    answer = _post(sandbox, "dimensiondata", [GOOD, {**GOOD, **change}])
    assert (answer.status_code, answer.json()) == (200, {"processed": 2, "errors": []})
    assert len(sandbox.rows("dimensiondata")) == 1


def test_equal_metrics_are_kept_side_by_side(sandbox: Sandbox, box_session: PlanhatSession) -> None:
    for _ in range(3):
        _post(sandbox, "dimensiondata", GOOD)
    rows = box_session.get("/dimensiondata", params={"dimid": "logins"}).json()
    assert len(rows) == 3
    wanted = {"dimensionId", "time", "value", "model", "parentId", "companyId", "companyName", "day"}
    assert wanted <= set(rows[0])


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"from": 20513, "to": 20513}, 1), ({"from": 20514}, 2), ({"to": 20512}, 0), ({"dimid": "seats"}, 0),
        ({"cId": "65a001000000010000000001"}, 0), ({"limit": 2}, 2), ({"limit": 2, "offset": 2}, 1),
    ],
)  # fmt: skip
def test_metrics_are_read_by_day_integers(
    sandbox: Sandbox, box_session: PlanhatSession, query: dict[str, Any], count: int
) -> None:
    _post(sandbox, "dimensiondata", [{**GOOD, "date": f"2026-03-0{day}"} for day in (1, 2, 3)])
    assert len(box_session.get("/dimensiondata", params=query).json()) == count


def test_the_dock_knows_the_tenant_by_its_user_name_only(sandbox: Sandbox) -> None:
    event = {"type": "track", "event": "x", "userId": "u"}
    for auth, status in (((sandbox.tenant_uuid, ""), 200), ((sandbox.tenant_uuid, "x"), 401), (("wrong", ""), 401)):
        answer = requests.post(f"{sandbox.url}/dock/segment", json=event, auth=auth, timeout=20)
        assert answer.status_code == status


@pytest.mark.parametrize("change", [{"name": ""}, {"parent": None}, {"type": ""}, {"type": "colour"}])
def test_definitions_need_name_parent_and_a_known_type(
    sandbox: Sandbox, box_session: PlanhatSession, change: dict[str, Any]
) -> None:
    headers = {"Authorization": f"Bearer {sandbox.api_key}"}
    url = f"{box_session.base_url}/customfields"
    assert requests.post(url, json={**FIELD, **change}, headers=headers, timeout=20).status_code == 400


def test_definitions_have_no_bulk(sandbox: Sandbox) -> None:
    headers = {"Authorization": f"Bearer {sandbox.api_key}"}
    answer = requests.put(f"{sandbox.url}/customfields", json=[FIELD], headers=headers, timeout=20)
    assert answer.status_code == 404


def test_flags_of_a_definition_are_false_unless_sent(box_session: PlanhatSession) -> None:
    made = box_session.post("/customfields", json={**FIELD, "isLocked": True}).json()
    flags = ("isHidden", "isFeatured", "isShared", "isMandatory", "isFormula")
    assert [made[flag] for flag in flags] == [False] * 5
    assert made["isLocked"] is True
    assert made["listValues"] == ["Gold"]


@pytest.mark.usefixtures("box_session")
def test_the_request_log_says_why_rows_were_dropped(sandbox: Sandbox) -> None:
    _post(sandbox, "dimensiondata", [{**GOOD, "externalId": "nobody"}])
    assert any("unknown externalId" in note for note in _notes(sandbox))


@pytest.mark.parametrize("path", ["analytics/bulk", "dimensiondata"])
def test_the_analytics_host_takes_32_megabytes(sandbox: Sandbox, path: str) -> None:
    largest = b"[" + b" " * (32 * 1024 * 1024 - 2) + b"]"
    url, told = f"{sandbox.url}/{path}/{sandbox.tenant_uuid}", {"Content-Type": "application/json"}
    assert requests.post(url, data=largest, headers=told, timeout=20).status_code == 200
    assert requests.post(url, data=largest + b" ", headers=told, timeout=20).status_code == 413
