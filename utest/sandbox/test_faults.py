"""Each kind of fault, as the client side sees it on the wire."""

from __future__ import annotations

import gzip
import json
import socket
import time
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from RPA.Planhat.sandbox.faults import KINDS, Fault, Faults

ROUTE = "/companies/extid-first"


def raw(sandbox: Any, method: str = "GET", path: str = ROUTE, body: bytes = b"") -> tuple[bytes, str]:
    """Sends one request over a socket of its own; returns all that comes back, and how the connection ended."""
    parts = urlsplit(sandbox.url)
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {sandbox.api_key}\r\n"
    head += f"Connection: close\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    received = b""
    with socket.create_connection((str(parts.hostname), parts.port), timeout=5) as link:
        link.sendall(head.encode() + body)
        try:
            while part := link.recv(65536):
                received += part
        except ConnectionResetError:
            return received, "reset"
        except TimeoutError:
            return received, "silence"
    return received, "closed"


def content(message: bytes) -> tuple[dict[str, str], bytes]:
    head, _, body = message.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    return {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}, body


def test_without_faults_the_connection_stays(planhat: Any, sandbox: Any) -> None:
    message, end = raw(sandbox)
    headers, body = content(message)
    assert end == "closed"
    assert len(body) == int(headers["content-length"])
    for _ in range(3):
        assert planhat.get(ROUTE).headers["Connection"] == "keep-alive"
    assert (
        sum(
            len(pool.pool.queue)
            for pool in [planhat.get_adapter(sandbox.url).poolmanager.connection_from_url(sandbox.url)]
        )
        == 10
    )


def test_keep_alive_uses_one_connection(planhat: Any, sandbox: Any) -> None:
    parts = urlsplit(sandbox.url)
    request = f"GET {ROUTE} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {sandbox.api_key}\r\n\r\n".encode()
    with socket.create_connection((str(parts.hostname), parts.port), timeout=5) as link:
        answers = link.makefile("rb")
        for _ in range(3):
            link.sendall(request)
            assert answers.readline() == b"HTTP/1.1 200 OK\r\n"
            length = 0
            while (line := answers.readline()) != b"\r\n":
                length = int(line.split(b":")[1]) if line.lower().startswith(b"content-length") else length
            assert len(answers.read(length)) == length


@pytest.mark.parametrize("moment", ["before", "after", "middle"])
@pytest.mark.parametrize(("ending", "seen"), [("reset", "reset"), ("close", "closed")])
def test_connection_ends(planhat: Any, sandbox: Any, moment: str, ending: str, seen: str) -> None:
    sandbox.inject_fault(f"{ending}_{moment}", route="/companies", verb="POST")
    body = json.dumps({"name": "Lost", "externalId": "lost"}).encode()
    message, end = raw(sandbox, "POST", "/companies", body)
    assert end == seen
    assert bool(message) == (moment == "middle")
    if message:
        headers, part = content(message)
        assert 0 < len(part) < int(headers["content-length"])
    assert len(sandbox.rows("companies", name="Lost")) == (0 if moment == "before" else 1)
    assert sandbox.requests(method="POST")[-1]["fault"] == f"{ending}_{moment}"


def test_status_instead_of_the_work(planhat: Any, sandbox: Any) -> None:
    sandbox.inject_fault("status", status=503, body={"why": "busy"}, headers={"X-Any": "1"}, verb="POST")
    answer = planhat.post("/companies", json={"name": "Lost"})
    assert (answer.status_code, answer.json(), answer.headers["X-Any"]) == (503, {"why": "busy"}, "1")
    assert sandbox.rows("companies", name="Lost") == []


def test_status_after_the_work(planhat: Any, sandbox: Any) -> None:
    sandbox.inject_fault("status", status=500, body="Failed to create company", process=True, verb="POST")
    answer = planhat.post("/companies", json={"name": "Lost"})
    assert (answer.status_code, answer.text) == (500, "Failed to create company")
    assert answer.headers["Content-Type"].startswith("text/html")
    sandbox.should_contain("companies", count=1, name="Lost")


@pytest.mark.parametrize("given", [3, "3", "0.5", "soon", "", "-1"])
def test_retry_after_in_many_forms(planhat: Any, sandbox: Any, given: Any) -> None:
    sandbox.inject_fault("status", status=429, retry_after=given)
    assert planhat.get(ROUTE).headers["Retry-After"] == str(given)


def test_retry_after_as_date(planhat: Any, sandbox: Any) -> None:
    sandbox.inject_fault("status", status=429, retry_after="date:60")
    when = parsedate_to_datetime(planhat.get(ROUTE).headers["Retry-After"])
    assert 50 < when.timestamp() - time.time() < 61


def test_truncated_json(planhat: Any, sandbox: Any) -> None:
    sandbox.inject_fault("truncated_json")
    answer = planhat.get(ROUTE)
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"\w"):
        answer.json()


def test_broken_json(planhat: Any, sandbox: Any) -> None:
    sandbox.inject_fault("broken_json")
    with pytest.raises(ValueError, match=r"\w"):
        planhat.get(ROUTE).json()


def test_truncated_gzip(planhat: Any, sandbox: Any) -> None:
    sandbox.inject_fault("truncated_gzip")
    headers, body = content(raw(sandbox)[0])
    assert headers["content-encoding"] == "gzip"
    with pytest.raises(EOFError):
        gzip.decompress(body)


def test_wrong_length(planhat: Any, sandbox: Any) -> None:
    sandbox.inject_fault("wrong_length")
    message, end = raw(sandbox)
    headers, body = content(message)
    assert (int(headers["content-length"]) - len(body), end) == (100, "closed")
    with pytest.raises(requests.exceptions.RequestException):
        planhat.get(ROUTE)


def test_silence(planhat: Any, sandbox: Any) -> None:
    sandbox.inject_fault("silence", seconds=1)
    with pytest.raises(requests.exceptions.ReadTimeout):
        planhat.get(ROUTE, timeout=0.2)
    assert raw(sandbox) == (b"", "closed")


def test_slow_answer(planhat: Any, sandbox: Any) -> None:
    sandbox.inject_fault("slow", seconds=0.4)
    started = time.monotonic()
    assert planhat.get(ROUTE).json()["name"] == "First"
    assert time.monotonic() - started >= 0.3


def test_latency(planhat: Any, sandbox: Any) -> None:
    sandbox.inject_fault("latency", seconds=0.2)
    started = time.monotonic()
    assert planhat.get(ROUTE).status_code == 200
    assert time.monotonic() - started >= 0.2


def test_wrong_content_type(planhat: Any, sandbox: Any) -> None:
    sandbox.inject_fault("content_type", content_type="text/plain")
    assert planhat.get(ROUTE).headers["Content-Type"] == "text/plain"


def test_redirect(planhat: Any, sandbox: Any) -> None:
    sandbox.inject_fault("redirect", location="http://other.example/", status=307)
    answer = planhat.get(ROUTE)
    assert (answer.status_code, answer.headers["Location"]) == (307, "http://other.example/")


def test_page_cap(planhat: Any, sandbox: Any) -> None:
    sandbox.inject_fault("page_cap", route="/companies", rows=1)
    assert len(planhat.rows("companies", limit=5000)) == 1
    assert len(planhat.rows("companies", limit=5000, offset=1)) == 1


def test_rows_that_come_while_somebody_pages(planhat: Any, sandbox: Any) -> None:
    planhat.upserted("companies", *({"name": f"N{number}"} for number in range(8)))
    sandbox.inject_fault("rows_inserted", route="/companies", rows=2)
    pages = [planhat.rows("companies", sort="_id", limit=5, offset=offset) for offset in (0, 5)]
    ids = [row["_id"] for page in pages for row in page]
    assert len(ids) - len(set(ids)) == 2
    assert len(planhat.rows("companies", limit=100)) == 12


def test_rows_that_go_while_somebody_pages(planhat: Any, sandbox: Any) -> None:
    planhat.upserted("companies", *({"name": f"N{number}"} for number in range(8)))
    before = {row["_id"] for row in planhat.rows("companies")}
    sandbox.inject_fault("rows_deleted", route="/companies", rows=2)
    pages = [planhat.rows("companies", sort="_id", limit=5, offset=offset) for offset in (0, 5)]
    seen = {row["_id"] for page in pages for row in page}
    assert len(before - seen) == 2
    assert len(planhat.rows("companies")) == 8


def test_which_calls_fail(planhat: Any, sandbox: Any) -> None:
    sandbox.inject_fault("status", status=500, route="/companies/{id}", calls=[2, 4])
    assert [planhat.get(ROUTE).status_code for _ in range(5)] == [200, 500, 200, 500, 200]
    assert planhat.get("/companies").status_code == 200


def test_how_often(planhat: Any, sandbox: Any) -> None:
    number = sandbox.inject_fault("status", route="/comp*", verb="get", times=2)
    assert [planhat.get(ROUTE).status_code for _ in range(3)] == [500, 500, 200]
    assert sandbox.call("faults")[0]["done"] == 2
    sandbox.clear_faults(number)
    assert sandbox.call("faults") == []


def test_chance_can_be_repeated() -> None:
    runs = []
    for _ in range(2):
        fault = Fault("status", probability=0.3, seed=7)
        runs.append([fault.applies("GET", "/", "/") for _ in range(200)])
    assert runs[0] == runs[1]
    assert 30 < sum(runs[0]) < 90


def test_analytics_can_fail_too(planhat: Any, sandbox: Any) -> None:
    sandbox.inject_fault("status", status=502, route="/analytics/{tenant}")
    assert planhat.track("analytics", {"email": "p@first.example"}).status_code == 502
    assert sandbox.rows("activities") == []


def test_unknown_kinds_and_settings_are_refused(sandbox: Any) -> None:
    with pytest.raises(ValueError, match="There are: status"):
        sandbox.inject_fault("nonsense")
    with pytest.raises(ValueError, match="It has: "):
        sandbox.inject_fault("status", colour="red")


def test_every_kind_is_tested_here() -> None:
    text = __import__("pathlib").Path(__file__).read_text("utf-8")
    ends = {f"{ending}_{moment}" for ending in ("reset", "close") for moment in ("before", "after", "middle")}
    assert {kind for kind in KINDS if f'"{kind}"' not in text} <= ends
    assert Faults().active() == []


@pytest.mark.parametrize(
    ("status", "text"), [(500, "Internal Server Error"), (503, "Service Unavailable"), (599, "Status")]
)
def test_a_status_says_what_http_calls_it(sandbox: Any, status: int, text: str) -> None:
    sandbox.inject_fault("status", status=status)
    head, body = raw(sandbox)[0].split(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} {text}\r\n".encode())
    assert body == text.encode()
