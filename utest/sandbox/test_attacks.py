"""What a hostile or broken client sends: over real sockets, and without harm for others."""

from __future__ import annotations

import json
import resource
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests

from RPA.Planhat.sandbox import Sandbox
from utest.timing import timed

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = "Host: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer sandbox-key\r\n"
MANY = 99_999_999_999_999_999
DEEP = 100_000


def exchange(sandbox: Any, *parts: str | bytes, patience: float = 5) -> bytes:
    """Sends bytes, and returns what comes until the sandbox closes or falls silent."""
    address = urlsplit(sandbox.url)
    with socket.create_connection((address.hostname, address.port), timeout=patience) as link:
        for part in parts:
            link.sendall(part if isinstance(part, bytes) else part.encode("latin-1"))
        received = b""
        try:
            while piece := link.recv(65536):
                received += piece
        except TimeoutError:
            received += b" [still open]"
        return received


def post(length: str, body: str = "", head: str = HEAD) -> str:
    return f"POST /companies HTTP/1.1\r\n{head}{length}\r\n{body}"


def deep(opening: str = "[", closing: str = "]") -> str:
    return f'{{"n": {opening * DEEP}{closing * DEEP}}}'


# ---------------------------------------------------------------------------------------------- where a body ends


SMUGGLED = "DELETE /companies/extid-first HTTP/1.1\r\n" + HEAD + "\r\n"


@pytest.mark.parametrize(
    "lengths",
    [
        "Content-Length: 14\r\nContent-Length: 200\r\n",
        "Content-Length: 14\r\nContent-Length: 14\r\n",
        "Content-Length: 14\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: identity\r\n",
        "Content-Length: 14, 14\r\n",
        "Content-Length: +14\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: \u00b2\r\n",
    ],
)
def test_a_body_whose_end_is_not_sure_is_refused_and_nothing_runs(planhat: Any, sandbox: Any, lengths: str) -> None:
    answer = exchange(sandbox, post(lengths, '{"name":"Evil"}'[:14] + SMUGGLED))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"[still open]" not in answer
    assert planhat.get("/companies/extid-first").status_code == 200
    sandbox.should_not_contain("companies", name="Evil")


def test_a_length_may_begin_with_zeros(planhat: Any, sandbox: Any) -> None:
    last = "Connection: close, TE\r\n"
    body = json.dumps({"name": "Padded", "description": SMUGGLED})
    length = f"{len(body):030d}"
    answer = exchange(sandbox, post(f"Content-Length: {length}\r\n{last}", body))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"[still open]" not in answer
    assert planhat.get("/companies/extid-first").status_code == 200
    sandbox.should_contain("companies", name="Padded", description=SMUGGLED)


def test_a_client_of_http_1_0_gets_one_response(sandbox: Any) -> None:
    body = '{"name":"Old"}'
    request = post(f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n", body).replace("HTTP/1.1", "HTTP/1.0")
    answer = exchange(sandbox, request)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"[still open]" not in answer


@pytest.mark.parametrize("token", ["sandbox-key", "wrong"])
def test_a_length_that_nobody_can_send_is_refused_from_the_head(planhat: Any, sandbox: Any, token: str) -> None:
    head = HEAD.replace("sandbox-key", token)
    for length in (MANY, 33_554_433):
        assert exchange(sandbox, post(f"Content-Length: {length}\r\n", head=head)).startswith(b"HTTP/1.1 413 ")
    assert len(planhat.rows("companies")) == 2


def test_a_body_in_chunks_ends_at_the_limit(sandbox: Any) -> None:
    chunk = b"400000\r\n" + b" " * 0x400000 + b"\r\n"
    answer = exchange(sandbox, post("Transfer-Encoding: chunked\r\n"), *[chunk] * 9)
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_wrong_token_is_refused_from_the_head(sandbox: Any) -> None:
    head = HEAD.replace("sandbox-key", "wrong")
    for length in ("Content-Length: 30000000\r\n", "Transfer-Encoding: chunked\r\n"):
        with timed() as took:
            assert exchange(sandbox, post(length, head=head)).startswith(b"HTTP/1.1 401 ")
        assert took.own < 4
    assert sandbox.requests()[-1]["notes"] == ["the body was not read"]


def test_a_wrong_token_costs_no_memory(sandbox: Any) -> None:
    body = b" " * 30_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(3):
        with suppress(requests.ConnectionError):  # the sandbox may stop listening to what it does not want
            headers = {"Authorization": "Bearer wrong"}
            answer = requests.post(f"{sandbox.url}/companies", data=body, headers=headers, timeout=10)
            assert answer.status_code == 401
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # KB


@pytest.mark.parametrize("chunks", ["-5\r\nhello\r\n0\r\n\r\n", "zz\r\n", "5\r\nhe", "fffffffffffffffff\r\n"])
def test_broken_chunks(sandbox: Any, chunks: str) -> None:
    address = urlsplit(sandbox.url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as link:
        link.sendall(post("Transfer-Encoding: chunked\r\n", chunks).encode())
        link.shutdown(socket.SHUT_WR)
        answer = link.recv(65536)
    assert answer == b"" or answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 413 "))
    assert requests.get(sandbox.url, timeout=5).status_code == 200


@pytest.mark.parametrize(
    "line",
    [
        "Content-Length : 15",
        "X: a\r\n b",
        "X: a\rY: b",
        "X: a\x00b",
        "nonsense",
        ": empty",
        "Host: localhost",
        "X" * 70_000,
    ],
    ids=lambda line: repr(line)[:20],
)
def test_a_head_with_a_line_that_is_no_header_runs_nothing(sandbox: Any, line: str) -> None:
    body = '{"name":"Evil"}'
    answer = exchange(sandbox, post(f"{line}\r\nContent-Length: {len(body)}\r\n", body + SMUGGLED))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"[still open]" not in answer
    assert sandbox.rows("companies") == []


MANY_HEADERS = "".join(f"X-{number}: 1\r\n" for number in range(101))


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET /companies\r\n\r\n", 400),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        ("GET  /companies HTTP/1.1\r\n\r\n", 400),
        ("GET /compa nies HTTP/1.1\r\n\r\n", 400),
        (f"GET /companies?{'a' * 70_000} HTTP/1.1\r\n{HEAD}\r\n", 400),
        (f"GET /companies HTTP/1.1\r\n{HEAD}{MANY_HEADERS}\r\n", 431),
    ],
    ids=range(6),
)
def test_requests_that_are_none(sandbox: Any, head: str, status: int) -> None:
    assert exchange(sandbox, head).startswith(f"HTTP/1.1 {status} ".encode())
    assert requests.get(sandbox.url, timeout=5).status_code == 200


def test_a_body_that_ends_early_is_not_run(sandbox: Any) -> None:
    body = '{"name":"Evil"}'
    address = urlsplit(sandbox.url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as link:
        link.sendall(post(f"Content-Length: {len(body) + 5}\r\n", body).encode())
        link.shutdown(socket.SHUT_WR)
        assert link.recv(65536).startswith(b"HTTP/1.1 400 ")
    assert sandbox.rows("companies") == []


def test_who_speaks_tls_is_not_left_waiting(sandbox: Any) -> None:
    with timed() as took, pytest.raises(requests.exceptions.SSLError):
        requests.get(sandbox.url.replace("http:", "https:"), timeout=5)
    assert took.own < 4


def test_a_wrong_token_is_not_asked_for_its_body(sandbox: Any) -> None:
    head = HEAD.replace("sandbox-key", "wrong")
    asking = post("Expect: 100-continue\r\nContent-Length: 100000\r\n", head=head)
    assert exchange(sandbox, asking).startswith(b"HTTP/1.1 401 ")


def test_many_heads_that_never_end_hold_nobody_up(sandbox: Any) -> None:
    address = urlsplit(sandbox.url)
    links = [socket.create_connection((address.hostname, address.port)) for _ in range(100)]
    for link in links:
        link.sendall(b"GET /companies HTTP/1.1\r\nX: ")
    assert requests.get(sandbox.url, timeout=5).status_code == 200
    for link in links:
        link.close()


# ---------------------------------------------------------------------------------------------- what a body holds


@pytest.mark.parametrize("text", ["<", "<!--", "<b>", "&", "<<a ", "> "])
def test_a_text_that_regular_expressions_dislike(planhat: Any, text: str) -> None:
    with timed() as took:
        planhat.made("conversations", companyId="extid-first", subject="s", description=text * 200_000)
    assert took.own < 5


def test_a_header_that_regular_expressions_dislike(sandbox: Any) -> None:
    with timed() as took:
        exchange(sandbox, f"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: a{' ' * 60_000}b\r\n\r\n")
    assert took.own < 3


def test_a_record_with_many_keys_leaves_the_page_small(planhat: Any, sandbox: Any) -> None:
    planhat.made("companies", name="Wide", custom={f"key {number}": number for number in range(20_000)})
    for query in ("", "?offset=99999999999999999999999", "?offset=\u00b2", "?model=<script>", "?model=companies'--"):
        page = requests.get(f"{sandbox.url}/{query}", timeout=5)
        assert (page.status_code, "<script" in page.text, len(page.text) < 200_000) == (200, False, True)


@pytest.mark.parametrize("sort", ['name" desc; --', "-", 'custom.a"b', "custom'x", "a" * 3000, "\x00", "custom.$[0]"])
def test_an_order_that_is_no_field(planhat: Any, sort: str) -> None:
    assert len(planhat.rows("companies", sort=sort, limit="9" * 30, select=sort)) == 2
    assert planhat.rows("companies", sort=sort, offset="9" * 30) == []


BODIES = [
    deep(),
    deep('{"a":', "1" + "}"),
    deep("[")[:50_000],
    "[" * 990 + "]" * 990,
    '{"n": ' + "[" * 500 + "]" * 500 + "}",
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_nested_bodies_are_refused_and_the_sandbox_stays_readable(planhat: Any, sandbox: Any, body: str) -> None:
    json_type = {"Content-Type": "application/json"}
    for method, path in (("POST", "/companies"), ("PUT", "/companies"), ("PUT", "/companies/extid-first")):
        assert planhat.request(method, path, data=body, headers=json_type).status_code == 400
    for path in ("analytics", "dimensiondata", "analytics/bulk"):
        url = f"{sandbox.url}/{path}/{sandbox.tenant_uuid}"
        assert requests.post(url, data=body, headers=json_type, timeout=5).status_code == 400
    control = {"X-Sandbox-Control": sandbox.control_token}
    answer = requests.post(f"{sandbox.url}/__sandbox__/rows", data=body, headers=control, timeout=5)
    assert (answer.status_code, "nested" in answer.json()["error"]) == (400, True)
    answer = requests.post(f"{sandbox.url}/__sandbox__/rows", data=body, timeout=5)
    assert answer.status_code == (401 if len(body) > 64 * 1024 else 400)
    page = requests.get(sandbox.url, timeout=5)
    assert (page.status_code, "POST /companies" in page.text) == (200, True)
    assert len(page.text) < 200_000
    assert sandbox.requests(route="/companies", method="POST")[-1]["status"] == 400
    requested = requests.post(f"{sandbox.url}/__sandbox__/requests", headers=control, timeout=5)
    assert requested.status_code == 200


@pytest.mark.parametrize("text", ["a,b\n" + "x" * 200_000, "a\x00b,c\n1,2\n", '"' * 99, "\ufeff\n\n"])
def test_activities_as_strange_csv(sandbox: Any, text: str) -> None:
    url = f"{sandbox.url}/analytics/stream/csv/{sandbox.tenant_uuid}"
    assert requests.put(url, data=text.encode(), timeout=5).status_code in (200, 400)


@pytest.mark.parametrize("count", [1200, 2200])
def test_many_ids_in_one_query(planhat: Any, count: int) -> None:
    ids = ",".join(f"{number:024x}" for number in range(count))
    assert planhat.rows("tasks", enduserIds=ids) == []
    assert planhat.rows("endusers", companyId=ids) == []
    assert planhat.rows("companies", companyId=ids) == []
    assert planhat.rows("leancompanies", status=ids) == []


# ---------------------------------------------------------------------------------------------- who asks


ROUTES = [
    ("GET", "/companies"), ("POST", "/companies"), ("PUT", "/companies"), ("DELETE", "/companies/extid-first"),
    ("POST", "/analytics/{tenant}"), ("POST", "/dimensiondata/{tenant}"), ("POST", "/dock/segment"),
    ("GET", "/leancompanies"), ("GET", "/nothing"), ("GET", "/"), ("GET", "/openapi.json"),
    ("POST", "/__sandbox__/rows"), ("OPTIONS", "/companies"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"}, {"Host": "evil.example:80"}, {"Host": "127.0.0.1.evil.example"}, {"Host": "["},
        {"Host": "10.0.0.1"}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://["},
        {"Origin": "http://localhost:1"},
    ],
)  # fmt: skip
def test_foreign_pages_are_kept_out(
    planhat: Any, sandbox: Any, method: str, path: str, headers: dict[str, str]
) -> None:
    url = path.format(tenant=sandbox.tenant_uuid)
    answer = planhat.request(method, url, data="{}", headers={"Content-Type": "text/plain", **headers})
    assert answer.status_code == 403
    assert len(sandbox.rows("companies")) == 2
    assert sandbox.rows("activities") == []


def test_own_names_and_pages_are_let_in(planhat: Any, sandbox: Any) -> None:
    port = urlsplit(sandbox.url).port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", "LOCALHOST", "127.1.2.3", f"[::1]:{port}"):
        for headers in ({"Host": host}, {"Host": host, "Origin": f"http://{host}"}):
            assert planhat.get("/companies", headers=headers).status_code == 200, host
    sandbox.set_dialect(cors=True)
    answer = planhat.get("/companies", headers={"Origin": "http://app.example"})
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")


@pytest.fixture
def named(session_of: Any) -> Iterator[Any]:
    with Sandbox(seed="empty", allow_hosts="planhat, host.docker.internal") as sandbox, session_of(sandbox) as session:
        yield session


def test_a_host_name_can_be_allowed(named: Any) -> None:
    for host, status in (("planhat:8089", 200), ("Host.Docker.Internal", 200), ("other", 403)):
        assert named.get("/companies", headers={"Host": host}).status_code == status


def test_operations_need_the_control_token(sandbox: Any) -> None:
    url = f"{sandbox.url}/__sandbox__"
    for headers in ({}, {"X-Sandbox-Control": "wrong"}, {"Authorization": f"Bearer {sandbox.api_key}"}):
        for operation in ("rows", "export", "seed", "reset", "nonsense"):
            answer = requests.post(f"{url}/{operation}", json={"model": "companies"}, headers=headers, timeout=5)
            assert (answer.status_code, "control token" in answer.json()["error"]) == (401, True)
    with Sandbox(seed="empty") as other:
        assert other.control_token != sandbox.control_token


def test_the_control_token_is_in_no_answer(sandbox: Any) -> None:
    token = sandbox.control_token
    requests.post(f"{sandbox.url}/companies", data=token, headers={"X-Sandbox-Control": token}, timeout=5)
    requests.get(f"{sandbox.url}/companies/{token}", timeout=5)
    assert token not in json.dumps(sandbox.requests())
    assert token not in requests.get(sandbox.url, timeout=5).text


def test_a_body_that_stops_in_the_middle_holds_nobody_up(planhat: Any, sandbox: Any) -> None:
    address = urlsplit(sandbox.url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as link:
        link.sendall(post("Content-Length: 5000\r\n", '{"name"').encode())
        assert planhat.get("/companies").status_code == 200
    sandbox.should_not_contain("companies", name="x")
