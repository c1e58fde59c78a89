"""The one place where HTTP happens: what goes over the wire, where to, what is sent again, and what is refused."""

from __future__ import annotations

import gzip
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import requests

from RPA.Planhat import errors
from RPA.Planhat.session import PlanhatAuth, PlanhatSession
from RPA.Planhat.text.secrets import Token
from RPA.Planhat.transport import Settings
from RPA.Planhat.types import Company, Enduser, PlanhatObjectList, Record
from RPA.Planhat.types.encoding import read_json
from utest.stub import TENANT, TOKEN, Stub, nowhere, reply, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def other() -> Iterator[Stub]:
    """A host that must never be asked."""
    with running(Stub()) as served:
        yield served


@pytest.fixture
def anything(stub: Stub) -> Stub:
    """A server that answers every call with an empty object."""
    for verb in VERBS:
        stub.on(f"{verb} *", reply({}))
    return stub


# ------------------------------------------------------------------------------------------ the wire


def test_every_call_carries_the_token_and_asks_for_json(anything: Stub, session: PlanhatSession) -> None:
    for act in (session.get, session.post, session.put, session.patch, session.delete):
        act("/companies")
        assert anything.last.headers["Authorization"] == f"Bearer {TOKEN}"
        assert anything.last.headers["Accept"] == "application/json"
        assert anything.last.headers["User-Agent"].startswith("rpaframework-planhat/")
    assert anything.calls == [f"{verb} /companies" for verb in VERBS]


def test_reads_send_a_query_and_headers(anything: Stub, session: PlanhatSession) -> None:
    session.get("/companies", {"limit": 2, "select": "name,åäö"}, {"X-More": "yes"})
    assert anything.last.query == {"limit": "2", "select": "name,åäö"}
    assert anything.last.headers["X-More"] == "yes"
    assert anything.last.body == b""
    assert "Content-Type" not in anything.last.headers
    session.delete("/companies/1", params={"a": "b"}, headers={"X-More": "no"})
    assert anything.last.query == {"a": "b"}


@pytest.mark.parametrize("verb", ["post", "put", "patch"])
@pytest.mark.parametrize(
    ("options", "body"),
    [
        ({"json": {"name": "Åsa"}}, '{"name":"Åsa"}'.encode()),
        ({"data": b'{"a": 1}'}, b'{"a": 1}'),
        ({"data": '{"a": 1}'}, b'{"a": 1}'),
        ({"data": b"[]", "json": {"ignored": True}}, b"[]"),
        ({"json": []}, b"[]"),
        ({}, b""),
    ],
)
def test_writes_send_their_body_as_json(
    anything: Stub, session: PlanhatSession, verb: str, options: dict[str, Any], body: bytes
) -> None:
    getattr(session, verb)("/companies/1", headers={"X-More": "yes"}, **options)
    assert anything.last.body == body
    assert anything.last.headers["X-More"] == "yes"
    assert anything.last.headers.get("Content-Type") == ("application/json" if body else None)


def test_gzip_answers_are_read(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /companies", reply(gzip.compress(b'[{"_id": "1"}]'), Content_Encoding="gzip"))
    assert session.get("/companies").json() == [{"_id": "1"}]


@pytest.mark.parametrize("path", ["/companies", "companies"])
def test_a_relative_url_is_taken_on_the_api_host(anything: Stub, session: PlanhatSession, path: str) -> None:
    session.get(path)
    assert anything.last.target == "/companies"


def test_a_base_url_may_have_a_path_and_a_slash_at_its_end(anything: Stub, connect: Callable[..., Any]) -> None:
    session = connect(base_url=f"{anything.url}/eu/")
    session.get("/companies")
    session.get(f"{anything.url}/eu/users?a=b")
    assert [seen.target for seen in anything.seen] == ["/eu/companies", "/eu/users?a=b"]
    with pytest.raises(errors.PlanhatValidationError, match="is not the host of this connection"):
        session.get(f"{anything.url}/users")


def test_hosts_come_from_the_environment_when_not_given(anything: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANHAT_BASE_URL", anything.url)
    monkeypatch.setenv("PLANHAT_ANALYTICS_URL", f"{anything.url}/a")
    session = PlanhatSession(TOKEN, tenant_uuid=TENANT)
    session.get("/companies")
    session.create_analytics({"action": "x"})
    assert anything.calls == ["GET /companies", f"POST /a/analytics/{TENANT}"]
    assert PlanhatSession(TOKEN, base_url="https://api-us4.planhat.com").base_url == "https://api-us4.planhat.com"


def test_without_any_setting_planhats_own_hosts_are_taken() -> None:
    session = PlanhatSession(TOKEN)
    assert (session.base_url, session.analytics_url) == ("https://api.planhat.com", "https://analytics.planhat.com")


# --------------------------------------------------------------------------------------------- origin


@pytest.mark.parametrize(
    "url",
    [
        "{other}/companies",
        "//{host}/companies",
        "https://api.planhat.com/companies",
        "{own}.evil.example/companies",
        "{own}@evil.example/companies",
        "HTTPS://evil.example/companies",
        "ftp://evil.example/companies",
        "evil.example:443/companies",
        "javascript:alert(1)",
    ],
)
def test_the_token_is_sent_to_no_other_origin(anything: Stub, other: Stub, session: PlanhatSession, url: str) -> None:
    wanted = url.format(other=other.url, host=other.url[7:], own=anything.url)
    for verb in VERBS:
        with pytest.raises(errors.PlanhatValidationError, match="is not the host of this connection"):
            session.call(verb, wanted)
    assert anything.seen == other.seen == []


@pytest.mark.parametrize(
    "path",
    [
        "/companies/../users/U1",
        "/companies/%2e%2e/users/U1",
        "/companies/.%2E/users/U1",
        "/companies/./1",
        "/companies/a\nb",
        "/companies/a%0d%0aX: y",
        "/companies/%00",
        "../users",
    ],
)
def test_paths_that_could_reach_another_route_are_refused(anything: Stub, session: PlanhatSession, path: str) -> None:
    for verb in VERBS:
        with pytest.raises(errors.PlanhatValidationError, match="could reach another route"):
            session.call(verb, path)
    assert anything.seen == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("verb", VERBS)
def test_redirects_are_not_followed(stub: Stub, other: Stub, session: PlanhatSession, verb: str, status: int) -> None:
    stub.on(f"{verb} /companies/1", reply(b"", status, Location=f"{other.url}/users"))
    with pytest.raises(errors.PlanhatRedirectError, match="redirects are not followed") as caught:
        session.call(verb, "/companies/1")
    assert caught.value.location == f"{other.url}/users"
    assert stub.calls == [f"{verb} /companies/1"]
    assert other.seen == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://api.planhat.com", "would send the token unprotected"),
        ("http://192.168.0.7:8080", "would send the token unprotected"),
        ("http://127.0.0.1.evil.example", "would send the token unprotected"),
        ("http://localhost.evil.example", "would send the token unprotected"),
        ("api.planhat.com", r"is not a host like https://api\.planhat\.com\. Write https:// before it\."),
        ("ftp://api.planhat.com", "is not a host like"),
        ("https://", "is not a host like"),
        ("https://user:pass-word@api.planhat.com", "is not a host like"),
        ("https://api.planhat.com?a=b", "is not a host like"),
        ("https://api.planhat.com#x", "is not a host like"),
    ],
)
@pytest.mark.parametrize("option", ["base_url", "analytics_url"])
def test_a_host_that_is_not_safe_is_refused_before_anything_is_sent(option: str, url: str, words: str) -> None:
    make: Any = partial(PlanhatSession, TOKEN)
    with pytest.raises(errors.PlanhatAuthConfigurationError, match=words) as caught:
        make(**{option: url})
    assert "pass-word" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "http://127.9.9.9:1"])
def test_plain_http_is_taken_for_this_machine(url: str) -> None:
    assert PlanhatSession(TOKEN, base_url=url).base_url == url


def test_given_proxies_are_used_for_this_machine_too(anything: Stub) -> None:
    unused = nowhere()
    PlanhatSession(TOKEN, base_url=unused, retries=0, proxies={"http": anything.url}).get("/companies")
    assert anything.last.target == f"{unused}/companies"


def test_proxies_of_the_environment_are_used_for_other_hosts(anything: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", anything.url)
    with pytest.raises(errors.PlanhatConnectionError, match="the proxy refused the connection"):
        PlanhatSession(TOKEN, base_url="https://planhat.test", retries=0).get("/companies")


@pytest.mark.parametrize("source", ["environment", "registry"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_never_sought_behind_a_proxy(
    anything: Stub, monkeypatch: pytest.MonkeyPatch, source: str, host: str
) -> None:
    proxy = nowhere()
    if source == "environment":
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.setenv("all_proxy", proxy)
    else:
        monkeypatch.setattr("requests.utils.getproxies", lambda: {"http": proxy, "https": proxy})
        monkeypatch.setattr("requests.utils.proxy_bypass", lambda _host: False)
    url = anything.url.replace("127.0.0.1", host)
    PlanhatSession(TOKEN, base_url=url, retries=0).get("/companies")
    assert anything.last.target == "/companies"


def test_the_password_of_a_proxy_is_in_no_message(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    proxies = {"http": nowhere().replace("//", "//me:pass-word@")}
    session = PlanhatSession(TOKEN, base_url=nowhere(), retries=0, proxies=proxies)
    with pytest.raises(errors.PlanhatConnectionError) as caught:
        session.get("/companies")
    assert "pass-word" not in f"{caught.value!r}{caplog.text}{session!r}"


def test_tls_verification_can_not_be_switched_off() -> None:
    with pytest.raises(errors.PlanhatAuthConfigurationError, match=r"TLS is always verified. Give verify= the path"):
        PlanhatSession(TOKEN, verify=False)


def test_a_ca_bundle_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(errors.PlanhatAuthConfigurationError, match=r"The CA bundle .*gone\.pem does not exist"):
        PlanhatSession(TOKEN, verify=str(tmp_path / "gone.pem"))


# ----------------------------------------------------------------------------------- errors and retries


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, errors.PlanhatBadRequestError),
        (401, errors.PlanhatAuthFailedError),
        (403, errors.PlanhatAuthFailedError),
        (404, errors.PlanhatNotFoundError),
        (409, errors.PlanhatConflictError),
        (413, errors.PlanhatTooLargeError),
        (422, errors.PlanhatBadRequestError),
    ],
)
@pytest.mark.parametrize("verb", VERBS)
def test_a_no_is_a_typed_error_after_one_attempt(
    stub: Stub, session: PlanhatSession, verb: str, status: int, error: type[errors.PlanhatHTTPError]
) -> None:
    stub.on(f"{verb} /companies/1", reply({"message": "because"}, status))
    with pytest.raises(error, match="because") as caught:
        session.call(verb, "/companies/1")
    assert caught.value.status == status
    assert len(stub.seen) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (429, errors.PlanhatRateLimitError),
        (500, errors.PlanhatServerError),
        (502, errors.PlanhatServerError),
        (503, errors.PlanhatServerError),
        (504, errors.PlanhatServerError),
    ],
)
def test_a_failure_that_stays_is_a_typed_error_after_all_attempts(
    stub: Stub, session: PlanhatSession, status: int, error: type[errors.PlanhatHTTPError]
) -> None:
    stub.on("GET /companies", reply(b"", status))
    with pytest.raises(error, match="Gave up after 3 attempts"):
        session.get("/companies")
    assert len(stub.seen) == 3


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize(
    ("verb", "path", "rows"),
    [
        ("GET", "/companies", None),
        ("PUT", "/companies/1", {"name": "x"}),
        ("DELETE", "/companies/1", None),
        ("PUT", "/companies", [{"externalId": "A"}, {"_id": "1"}, {"sourceId": "S"}]),
        ("PUT", "/companies", {"externalId": "A"}),
    ],
)
def test_what_can_do_no_harm_twice_is_sent_again(  # noqa: PLR0917
    stub: Stub, session: PlanhatSession, verb: str, path: str, rows: Any, status: int
) -> None:
    stub.on(f"{verb} {path}", reply(b"", status), reply({"ok": 1}))
    assert session.call(verb, path, json=rows).json() == {"ok": 1}
    assert len(stub.seen) == 2
    assert stub.seen[0].body == stub.seen[1].body


@pytest.mark.parametrize("status", [500, 502, 504])
@pytest.mark.parametrize(
    ("verb", "path", "rows"),
    [
        ("POST", "/companies", {"name": "x", "externalId": "A"}),
        ("PATCH", "/companies/1", {"name": "x"}),
        ("PUT", "/companies", [{"externalId": "A"}, {"name": "x"}]),
        ("PUT", "/endusers", [{"email": "a@b.c"}]),
        ("PUT", "/opportunities", [{"sourceId": "S"}]),
        ("PUT", "/teams", [{"_id": "1"}]),
        ("PUT", "/companies", ["odd"]),
    ],
)
def test_what_could_be_stored_twice_is_not_repeated(  # noqa: PLR0917
    stub: Stub, session: PlanhatSession, verb: str, path: str, rows: Any, status: int
) -> None:
    stub.on(f"{verb} {path}", reply(b"", status))
    with pytest.raises(errors.PlanhatOutcomeUnknownError, match="may or may not be stored"):
        session.call(verb, path, json=rows)
    assert len(stub.seen) == 1


@pytest.mark.parametrize("verb", ["POST", "PUT"])
def test_a_write_that_was_turned_down_for_speed_is_sent_again(stub: Stub, session: PlanhatSession, verb: str) -> None:
    stub.on(f"{verb} /companies", reply(b"", 429, Retry_After="0.1"), reply({"ok": 1}))
    started = time.monotonic()
    assert session.call(verb, "/companies", json={"name": "x"}).json() == {"ok": 1}
    assert time.monotonic() - started >= 0.1


def test_retries_may_be_switched_off(stub: Stub, connect: Callable[..., Any]) -> None:
    stub.on("GET /companies", reply(b"", 500), reply([]))
    with pytest.raises(errors.PlanhatServerError):
        connect(retries=0).get("/companies")
    assert len(stub.seen) == 1


def test_time_is_limited(stub: Stub, connect: Callable[..., Any]) -> None:
    def slow(request: Any) -> Any:
        time.sleep(0.2)
        return reply([])

    stub.on("GET /companies", slow)
    with pytest.raises(errors.PlanhatTimeoutError):
        connect(timeout=0.1).get("/companies")


def test_a_host_that_does_not_listen_is_a_connection_error() -> None:
    settings = Settings(retries=1, backoff=0.01)
    with pytest.raises(errors.PlanhatConnectionError, match=r"GET /companies on 127.0.0.1 did not reach Planhat"):
        PlanhatSession(TOKEN, base_url=nowhere(), settings=settings).get("/companies")


# ---------------------------------------------------------------------------------- safety, credentials


@pytest.mark.parametrize("verb", ["POST", "PUT", "PATCH", "DELETE", "post"])
def test_a_read_only_connection_refuses_writes_before_sending(
    anything: Stub, connect: Callable[..., Any], verb: str
) -> None:
    session = connect(read_only=True)
    with pytest.raises(errors.PlanhatSafetyError, match="/companies/1 was not sent: this connection is read-only"):
        session.call(verb, "/companies/1")
    with pytest.raises(errors.PlanhatSafetyError, match="read-only"):
        session.create_analytics({"action": "x"})
    assert anything.seen == []
    session.get("/companies")
    assert anything.calls == ["GET /companies"]


def test_deletions_can_be_switched_off(anything: Stub, connect: Callable[..., Any]) -> None:
    session = connect(allow_delete=False)
    with pytest.raises(errors.PlanhatSafetyError, match=r"DELETE /companies/1 was not sent.*allow_delete=False"):
        session.delete("/companies/1")
    session.put("/companies/1", json={"name": "x"})
    assert anything.calls == ["PUT /companies/1"]


def test_the_message_of_a_refused_activity_hides_the_tenant(connect: Callable[..., Any]) -> None:
    with pytest.raises(errors.PlanhatSafetyError) as caught:
        connect(read_only=True).create_analytics({"action": "x"})
    assert TENANT not in str(caught.value)


def test_auth_puts_the_token_into_a_request() -> None:
    prepared = requests.Request("GET", "https://api.planhat.com/x", auth=PlanhatAuth(TOKEN)).prepare()
    assert prepared.headers["Authorization"] == f"Bearer {TOKEN}"
    assert repr(PlanhatAuth(Token(TOKEN))) == "<PlanhatAuth>"
    with pytest.raises(errors.PlanhatAuthConfigurationError, match="token is empty"):
        requests.Request("GET", "https://api.planhat.com/x", auth=PlanhatAuth("")).prepare()


def test_authenticate_changes_the_token_of_the_next_call(anything: Stub, session: PlanhatSession) -> None:
    session.get("/companies")
    session.cache[Company] = PlanhatObjectList.of(Company)
    session.authenticate("another-token")
    assert session.cache == {}
    session.get("/companies")
    assert [seen.headers["Authorization"] for seen in anything.seen] == [f"Bearer {TOKEN}", "Bearer another-token"]


def test_nothing_is_looked_up_or_sent_before_the_first_call(stub: Stub) -> None:
    PlanhatSession(None, "a secret that does not exist", base_url=stub.url)
    assert stub.seen == []


@pytest.mark.parametrize("write", ["POST", "PUT", "PATCH", "DELETE"])
def test_every_write_empties_the_cache(anything: Stub, session: PlanhatSession, write: str) -> None:
    session.cache[Company] = PlanhatObjectList.of(Company)
    session.get("/companies")
    assert Company in session.cache
    session.call(write, "/companies")
    assert session.cache == {}


def test_a_closed_connection_opens_again(anything: Stub, session: PlanhatSession) -> None:
    session.get("/companies")
    session.close()
    session.close()
    session.get("/companies")
    assert len(anything.seen) == 2


# -------------------------------------------------------------------------------------------- analytics


def test_activities_go_to_the_analytics_host_without_the_token(
    anything: Stub, other: Stub, connect: Callable[..., Any]
) -> None:
    other.on("POST *", reply(b""))
    session = connect(analytics_url=other.url)
    session.create_analytics({"action": "Logged in", "email": "a@b.c"})
    session.create_bulk_activities([{"action": "x"}, {"action": "y"}])
    assert anything.seen == []
    assert other.calls == [f"POST /analytics/{TENANT}", f"POST /analytics/bulk/{TENANT}"]
    assert other.seen[0].json == {"action": "Logged in", "email": "a@b.c"}
    assert other.seen[1].json == [{"action": "x"}, {"action": "y"}]
    assert not any("Authorization" in seen.headers for seen in other.seen)


def test_activities_need_the_tenant_uuid(stub: Stub, connect: Callable[..., Any]) -> None:
    session = connect(tenant_uuid=None)
    acts: list[Callable[[], Any]] = [lambda: session.create_analytics({}), lambda: session.create_bulk_activities([])]
    for act in acts:
        with pytest.raises(errors.PlanhatAuthConfigurationError, match="PLANHAT_TENANT_UUID"):
            act()
    assert stub.seen == []


def test_activities_are_never_sent_twice(stub: Stub, session: PlanhatSession) -> None:
    stub.on("POST *", reply(b"", 500))
    with pytest.raises(errors.PlanhatOutcomeUnknownError) as caught:
        session.create_analytics({"action": "x"})
    assert len(stub.seen) == 1
    assert TENANT not in str(caught.value) + caught.value.path


def test_a_tenant_uuid_can_not_reach_another_route(anything: Stub, connect: Callable[..., Any]) -> None:
    connect(tenant_uuid="x/../../users").create_analytics({"action": "x"})
    assert anything.last.path == "/analytics/x%2F..%2F..%2Fusers"


# ------------------------------------------------------------------------------------------------- JSON


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'\xef\xbb\xbf[{"_id": "1"}]', [{"_id": "1"}]),
        (b'{"n": 9007199254740993}', {"n": 9007199254740993}),
        (b"null", None),
        (b'{"a": {"b": 1}}', {"a": {"b": 1}}),
    ],
)
def test_json_answers_are_read(stub: Stub, session: PlanhatSession, body: bytes, value: Any) -> None:
    stub.on("GET /x", reply(body, Content_Type="text/plain"))
    found = read_json(session.get("/x"))
    assert found == value
    assert not isinstance(value, dict) or type(found) is Record


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<html>Log in</html>", "text/html; charset=utf-8"),
        (b"[]", "text/html"),
        (b'{"a": ', "application/json"),
        (b'{"a": NaN}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"\xff", "application/json"),
        (b"", "application/json"),
    ],
    ids=["login page", "html", "cut", "NaN", "nested", "no utf-8", "empty"],
)
def test_other_answers_are_unexpected_content(stub: Stub, session: PlanhatSession, body: bytes, kind: str) -> None:
    stub.on("GET /x", reply(body, Content_Type=kind))
    response = session.get("/x")
    with pytest.raises(errors.PlanhatUnexpectedContentError, match="The answer is not what Planhat sends: GET /x"):
        read_json(response)


@pytest.mark.parametrize(
    ("model", "row", "unique"),
    [
        (Company, {"externalId": "A"}, True),
        (Company, {"externalId": ""}, False),
        (Company, {"name": "A"}, False),
        (Enduser, {"email": "a@b.c"}, False),
        (Enduser, {"email": "a@b.c", "sourceId": "S"}, True),
    ],
)
def test_an_email_is_no_unique_key(model: Any, row: dict[str, Any], unique: bool) -> None:
    assert model.has_unique_key(row) is unique
