"""Credentials, routes, limits, the log, and speed, over real HTTP."""

from __future__ import annotations

import base64
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from RPA.Planhat.sandbox.traffic import LONGEST_BODY, MOST_BYTES, RateLimits, RequestLog
from utest.timing import timed


def basic(user: str, password: str = "") -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def test_bearer_and_basic(planhat: Any, sandbox: Any) -> None:
    key = sandbox.api_key
    no_colon = "Basic " + base64.b64encode(key.encode()).decode()
    for header, status in (
        (f"Bearer {key}", 200), (f"bearer {key}", 200), (basic(key), 200), (basic(key, "x"), 401), (no_colon, 401),
        ("Bearer wrong", 401), ("", 401), ("Basic ???", 401), (key, 401), ("Bearer Ã¤", 401),
    ):  # fmt: skip
        answer = requests.get(f"{sandbox.url}/companies", headers={"Authorization": header}, timeout=5)
        assert answer.status_code == status, header


def test_the_token_is_checked_before_the_route(sandbox: Any) -> None:
    for path in ("/notes", "/.well-known/openid-configuration", "/companies/x/y/z", "/"):
        assert requests.post(sandbox.url + path, timeout=5).status_code == 401


def test_paths_that_planhat_does_not_have(planhat: Any) -> None:
    for path in ("/notes", "/churns", "/activities", "/metrics", "/teams", "/dimensions", "/companies/bulk/x/y"):
        assert planhat.get(path).status_code == 404
    assert planhat.post("/companies/bulk", json=[]).status_code == 404
    assert planhat.patch("/companies/extid-first", json={}).status_code == 404


def test_encoded_slashes_stay_within_the_id(planhat: Any, sandbox: Any) -> None:
    user = planhat.made("users", email="u@x.example", nickName="U", firstName="U", lastName="X")["_id"]
    assert planhat.delete(f"/companies/extid-x%2F..%2F..%2Fusers%2F{user}").status_code == 404
    assert sandbox.rows("users")[0]["_id"] == user
    assert sandbox.requests(last=1)[0]["route"] == "/companies/{id}"


def test_segment_wants_the_tenant_as_user(planhat: Any, sandbox: Any) -> None:
    event = {"type": "track", "event": "Signed in", "userId": "u1", "properties": {"companyId": "first"}}
    assert planhat.post("/dock/segment", json=event).status_code == 401
    assert (
        planhat.post("/dock/segment", json=event, headers={"Authorization": basic(sandbox.tenant_uuid)}).status_code
        == 200
    )
    assert sandbox.rows("activities")[0]["action"] == "Signed in"


def test_activities_and_their_silence(planhat: Any, sandbox: Any) -> None:
    rows: list[Any] = [
        {"email": "known@first.example", "action": "In"},
        {"id": "u9", "cId": "second", "action": "In", "count": 3, "weight": 2},
        {"email": "lost@nowhere.example", "action": "In"},
        {"action": "nobody"},
        {"email": "known@first.example", "date": "never"},
        "nonsense",
    ]
    answer = planhat.track("analytics/bulk", rows)
    assert (answer.status_code, answer.json()) == (200, {})
    assert [row.get("count") for row in sandbox.rows("activities")] == [1, 3]
    assert {row["companyName"] for row in sandbox.rows("endusers")} == {"First", "Second"}
    assert len(sandbox.requests(last=1)[0]["notes"]) == 4


def test_activities_as_csv(planhat: Any, sandbox: Any) -> None:
    text = "cId,id,name,email,weight,action,date,count\nfirst,u1,Ann,,1,In,2026-01-01,2\n,,,,,Out,,\n"
    url = f"{sandbox.url}/analytics/stream/csv/{sandbox.tenant_uuid}"
    assert requests.put(url, data=text, timeout=5).status_code == 200
    assert [row["count"] for row in sandbox.rows("activities")] == [2]


def test_metrics_are_taken_and_can_be_read_back(planhat: Any, sandbox: Any) -> None:
    asset = planhat.made("assets", companyId="extid-first", name="A", externalId="a1")
    rows = [
        {"dimensionId": "logins", "value": 5, "externalId": "first", "date": "2026-01-01T23:00:00-05:00"},
        {"dimensionId": "logins", "value": 6, "externalId": "first", "date": "2026-01-05"},
        {"dimensionId": "heat", "value": 1.5, "externalId": "a1", "model": "Asset"},
        {"dimensionId": "logins", "value": 7, "externalId": "unknown"},
        {"dimensionId": "logins", "value": "many", "externalId": "first"},
        {"value": 1, "externalId": "first"},
        {"dimensionId": "x", "value": 1, "externalId": "first", "model": "Galaxy"},
    ]
    assert planhat.track("dimensiondata", rows).json() == {"processed": 7, "errors": []}
    company = asset["companyId"]
    found = planhat.rows("dimensiondata", cId=company, dimid="logins", **{"from": 0, "to": 30000}, limit=10000)
    assert [(row["value"], row["time"]) for row in found] == [
        (5, "2026-01-02T04:00:00.000Z"),
        (6, "2026-01-05T00:00:00.000Z"),
    ]
    assert len(planhat.rows("dimensiondata", **{"from": found[1]["day"], "to": found[1]["day"]})) == 1
    heat = planhat.rows("dimensiondata", dimid="heat")[0]
    assert (heat["parentId"], heat["companyName"], heat["model"]) == (asset["_id"], "First", "Asset")
    assert requests.get(f"{sandbox.url}/dimensiondata", timeout=5).status_code == 401


def test_rate_limits_on_the_wire(planhat: Any, sandbox: Any) -> None:
    sandbox.set_limits(active=True, per_minute=3)
    sandbox.set_dialect(retry_after="seconds")
    answers = [planhat.get("/companies") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert [answer.headers["X-Rate-Limit-Remaining"] for answer in answers] == ["2", "1", "0", "0", "0"]
    assert answers[-1].headers["x-ratelimit-limit"] == "3"
    assert 50 < int(answers[-1].headers["Retry-After"]) <= 60
    assert planhat.track("analytics", {}).status_code == 200
    sandbox.set_dialect(retry_after="date", rate_headers="none")
    late = planhat.get("/companies").headers
    assert parsedate_to_datetime(late["Retry-After"]).timestamp() > time.time() + 50
    assert "x-ratelimit-limit" not in late


def test_limits_of_a_second_and_at_the_same_time() -> None:
    clock = [0.0]
    limits = RateLimits(active=True, clock=lambda: clock[0])
    waits = []
    for _ in range(151):
        waits.append(limits.enter())
        limits.leave()
    assert waits[:150] == [0.0] * 150
    assert waits[150] == 1.0
    clock[0] = 61.0
    assert [limits.enter() for _ in range(51)] == [0.0] * 50 + [1.0]


def test_log_masks_secrets(planhat: Any, sandbox: Any) -> None:
    planhat.get("/companies", params={"token": "abc", "note": sandbox.api_key}, headers={"Cookie": "a=b"})
    planhat.made("companies", name=f"My key is {sandbox.api_key}")
    planhat.track("analytics", {"email": "p@first.example"})
    requests.get(f"{sandbox.url}/companies", headers={"Authorization": "Bearer other-secret"}, timeout=5)
    requests.get(f"{sandbox.url}/{sandbox.api_key}", timeout=5)
    text = str(sandbox.requests()) + requests.get(sandbox.url, timeout=5).text.replace(
        f"My key is {sandbox.api_key}", ""
    )
    for secret in (sandbox.api_key, sandbox.tenant_uuid, "other-secret", "abc'", "a=b"):
        assert secret not in text
    assert "/analytics/***" in text


def test_log_has_what_was_asked_and_answered(planhat: Any, sandbox: Any) -> None:
    made = planhat.made("companies", name="N")
    entry = sandbox.requests(method="post", route="/companies")[-1]
    assert (entry["body"], entry["status"], entry["answer"]["_id"]) == ({"name": "N"}, 200, made["_id"])
    assert entry["milliseconds"] > 0
    planhat.get(f"/companies/{made['_id']}?select=name")
    entry = sandbox.requests(last=1)[0]
    assert (entry["route"], entry["query"]) == ("/companies/{id}", {"select": "name"})
    assert sandbox.requests(route=f"/companies/{made['_id']}") == [entry]


def keep(log: RequestLog, path: str, body: bytes) -> None:
    log.add(
        time=0.0, seconds=0.0, query={}, headers={}, method="GET", path=path, route=path, body=body, status=200,
        answer=b"", fault="", notes=(),
    )  # fmt: skip


def test_log_keeps_the_last_requests_only() -> None:
    log = RequestLog(size=2)
    for path in ("/a", "/b", "/c"):
        keep(log, path, b"x" * (LONGEST_BODY + 1))
    assert [entry["number"] for entry in log.entries()] == [2, 3]
    assert len(log.entries()[0]["body"]) == LONGEST_BODY


def test_log_forgets_the_oldest_when_bodies_are_large() -> None:
    log = RequestLog()
    for _ in range(20):
        keep(log, "/a", b"x" * LONGEST_BODY)
    assert log.entries()[0]["number"] == 21 - MOST_BYTES // LONGEST_BODY


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_other_methods_do_no_harm(planhat: Any, method: str) -> None:
    answer = planhat.request(method, "/companies")
    assert answer.status_code in (200, 404)
    assert planhat.get("/companies").status_code == 200


def test_many_reads_over_one_connection(planhat: Any) -> None:
    """None waits for an acknowledgement, which takes 40 ms; other work on the machine delays single ones."""
    took = []
    for _ in range(300):
        started = time.perf_counter()
        planhat.get("/companies/extid-first")
        took.append(time.perf_counter() - started)
    assert median(took) < 0.01


def test_reset_takes_milliseconds(planhat: Any, sandbox: Any) -> None:
    planhat.upserted("companies", *({"name": f"N{number}"} for number in range(5000)))
    with timed() as took:
        sandbox.reset()
    assert took.own < 0.1
    assert sandbox.rows("companies") == []


def raw(sandbox: Any, *requests_: bytes) -> list[bytes]:
    """Sends requests over one connection, one after the other; returns the first line of each answer."""
    parts = urlsplit(sandbox.url)
    lines = []
    with socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=5) as link:
        answers = link.makefile("rb")
        for request in requests_:
            link.sendall(request.replace(b"KEY", sandbox.api_key.encode()))
            lines.append(answers.readline().strip())
            length = 0
            while (line := answers.readline()).strip():
                length = int(line.split(b":")[1]) if line.lower().startswith(b"content-length") else length
            if not request.startswith(b"HEAD"):
                answers.read(length)
    return lines


def test_forms_of_requests_that_clients_may_send(planhat: Any, sandbox: Any) -> None:
    head = b"Host: localhost\r\nAuthorization: Bearer KEY\r\nContent-Type: application/json\r\n"
    chunks = b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"nam\r\n9\r\ne":"chk"}\r\n0\r\n\r\n'
    post = b"POST /companies HTTP/1.1\r\n" + head
    lines = raw(
        sandbox,
        post + chunks,
        b"HEAD /companies HTTP/1.1\r\n" + head + b"\r\n",
        b"GET http://localhost/companies?limit=1 HTTP/1.1\r\n" + head + b"\r\n",
        post + b'Content-Length: 12\r\n\r\n{"name":"x"}',
        b"GET /companies/%ZZ%ff HTTP/1.1\r\n" + head + b"\r\n",
    )
    assert lines == [b"HTTP/1.1 200 OK"] * 4 + [b"HTTP/1.1 400 Bad Request"]
    asking = post + b'Expect: 100-continue\r\nContent-Length: 12\r\n\r\n{"name":"x"}'
    assert raw(sandbox, asking) == [b"HTTP/1.1 100 Continue"]
    assert raw(sandbox, post + chunks.replace(b"\r\n9", b"\r\n8")) == [b"HTTP/1.1 400 Bad Request"]
    sandbox.should_contain("companies", count=1, name="chk")


def test_many_at_the_same_time_make_no_duplicates(planhat: Any, sandbox: Any, session_of: Any) -> None:
    def work(number: int) -> list[int]:
        with session_of(sandbox) as session:
            row = {"externalId": "shared", "name": f"N{number}"}
            return [session.put("/companies", json=[row]).status_code for _ in range(10)]

    with ThreadPoolExecutor(20) as pool:
        assert {status for statuses in pool.map(work, range(20)) for status in statuses} == {200}
    sandbox.should_contain("companies", count=1, externalId="shared")
