"""The check of a connection: what it says about each kind of trouble, over real HTTP and from the shell."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import time
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import PlanhatAuthConfigurationError, PlanhatAuthFailedError, PlanhatError, Sandbox
from RPA.Planhat.keywords.connection import ConnectionKeywords
from RPA.Planhat.operations.checking import check as the_check
from RPA.Planhat.operations.checking.check import check_connection
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.transport import Settings
from RPA.Planhat.types import MODELS
from utest.stub import nowhere
from utest.transport.fault_server import FaultServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from RPA.Planhat.operations.checking.report import CheckReport, Finding

ROOT = Path(__file__).resolve().parents[2]
QUICK = Settings(calls_per_minute=0, backoff=0.01, throttle_backoff=0.01, retries=1, timeout=10, connect_timeout=2)
KEY, TENANT = "key-for-checks-5ecret", "5cb14b44-9a8d-4a86-9b2a-6b0d9c6f1e11"
PATHS = {str(model.API_NAME) for model in MODELS.values()}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(seed="demo", api_key=KEY, tenant_uuid=TENANT) as running:
        yield running


@pytest.fixture
def check(sandbox: Sandbox) -> Iterator[Callable[..., CheckReport]]:
    """Checks a connection to the sandbox; options as of `PlanhatSession`."""
    opened: list[PlanhatSession] = []

    def run(api_key: str | None = KEY, *, rights: bool = True, **options: Any) -> CheckReport:
        hosts = {"base_url": sandbox.url, "analytics_url": sandbox.url}
        opened.append(PlanhatSession(api_key, settings=QUICK, **{**hosts, "tenant_uuid": TENANT, **options}))
        return check_connection(opened[-1], rights=rights)

    yield run
    for session in opened:
        session.close()


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the host count as one of Planhat."""
    monkeypatch.setattr(the_check, "THIS_MACHINE", ())


def about(report: CheckReport, topic: str) -> Finding:
    (found,) = (each for each in report.findings if each.topic == topic)
    return found


def states(report: CheckReport) -> dict[str, str]:
    return {each.topic: each.state for each in report.findings}


def shell(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith(("PLANHAT_", "RPA_", "RC_"))}
    environment = {**known, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **variables}
    command = [sys.executable, "-m", "RPA.Planhat", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)


# ------------------------------------------------------------------------------------------ all is well


def test_a_good_connection_has_no_problem_and_every_model_was_asked_for(check: Callable[..., CheckReport]) -> None:
    report = check()
    assert report.ok
    assert states(report) == {
        "host": "note", "network": "ok", "token": "ok", "rights": "ok", "clock": "ok", "limits": "ok",
        "latency": "ok", "tenant": "ok", "analytics": "ok",
    }  # fmt: skip
    assert report.rights == dict.fromkeys(PATHS, "yes")
    assert report.verdict.endswith(f"may read {len(MODELS)} of {len(MODELS)} models.")


def test_nothing_but_small_reads_is_sent_and_the_analytics_host_gets_no_secret(
    sandbox: Sandbox, check: Callable[..., CheckReport]
) -> None:
    before = sandbox.call("counts")
    check()
    sent = sandbox.requests()
    assert {each["method"] for each in sent} == {"GET"}
    assert {each["query"].get("limit") for each in sent} == {"1"}
    assert len(sent) == len(PATHS)
    assert sandbox.call("counts") == before


def test_without_rights_only_companies_are_read(sandbox: Sandbox, check: Callable[..., CheckReport]) -> None:
    assert check(rights=False).rights == {"companies": "yes"}
    assert [each["path"] for each in sandbox.requests()] == ["/companies"]


def test_no_secret_is_in_what_is_reported(check: Callable[..., CheckReport]) -> None:
    for report in (check(), check("another-key-5ecret"), check(tenant_uuid="odd-5ecret-uuid")):
        shown = json.dumps(report.facts())
        assert "5ecret" not in shown
        assert TENANT not in shown


# -------------------------------------------------------------------------------------------- the token


@pytest.mark.usefixtures("elsewhere")
def test_a_refused_token_names_the_cluster_and_how_to_set_it(check: Callable[..., CheckReport]) -> None:
    report = check("wrong")
    found = about(report, "token")
    assert found.state == "problem"
    assert found.text == (
        "Planhat did not accept the token from the argument api_key (401). "
        "A good token on the wrong cluster looks the same."
    )
    for word in ("base_url", "PLANHAT_BASE_URL", "https://api-us1.planhat.com", "expired", "paused"):
        assert word in found.advice
    assert states(report)["network"] == "ok"
    assert states(report)["rights"] == "not checked"
    assert report.rights == {}


@pytest.mark.parametrize("switches", [{"unauthorized_bodies": "html"}, {"unauthorized_bodies": "empty"}])
def test_any_form_of_401_is_a_refused_token(
    sandbox: Sandbox, check: Callable[..., CheckReport], switches: dict[str, str]
) -> None:
    sandbox.call("set_dialect", **switches)
    assert about(check("wrong"), "token").state == "problem"


def test_where_the_token_comes_from_is_told(
    check: Callable[..., CheckReport], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    vault = tmp_path / "vault.json"
    vault.write_text(json.dumps({"planhat_api": {"api_key": KEY, "tenant_uuid": TENANT}, "emea": {"api_key": KEY}}))
    monkeypatch.setenv("RPA_SECRET_FILE", str(vault))
    assert check(None, tenant_uuid=None).token_from == "the vault secret 'planhat_api' (RPA_SECRET_FILE)"
    assert check(None, vault_secret_name="emea").token_from == "the vault secret 'emea' (RPA_SECRET_FILE)"
    monkeypatch.setenv("PLANHAT_API_KEY", KEY)
    assert check(None).token_from == "the environment variable PLANHAT_API_KEY"
    assert check(KEY).token_from == "the argument api_key"


def test_without_a_token_nothing_is_sent_and_the_ways_to_give_one_are_named(
    sandbox: Sandbox, check: Callable[..., CheckReport]
) -> None:
    report = check(None)
    assert "There is no Planhat API token." in report.verdict
    assert isinstance(report.error, PlanhatAuthConfigurationError)
    assert sandbox.requests() == []


# ------------------------------------------------------------------------------------------- the rights


def test_a_scoped_token_is_told_model_by_model(sandbox: Sandbox, check: Callable[..., CheckReport]) -> None:
    sandbox.call("forbid", model="users")
    sandbox.call("forbid", model="invoices")
    sandbox.inject_fault("status", route="/timesheets", status=404, body="Not Found")
    sandbox.inject_fault("status", route="/nps", status=500)
    report = check()
    odd = {path: right for path, right in report.rights.items() if right != "yes"}
    assert odd == {
        "users": "no right", "invoices": "no right", "timesheets": "not on this tenant", "nps": "not known",
    }  # fmt: skip
    found = about(report, "rights")
    assert (found.state, report.ok) == ("note", True)
    assert "no right: users, invoices; not on this tenant: timesheets; not known: nps." in found.text
    assert "nps: Planhat failed: GET /nps answered 500." in found.advice
    assert "give the service account that right" in found.advice


def test_a_token_without_the_right_for_companies_is_accepted_all_the_same(
    sandbox: Sandbox, check: Callable[..., CheckReport]
) -> None:
    sandbox.call("forbid", model="companies")
    report = check()
    assert about(report, "token").state == "ok"
    assert report.rights["companies"] == "no right"
    assert report.ok


def test_a_token_that_may_read_nothing_is_a_problem(sandbox: Sandbox, check: Callable[..., CheckReport]) -> None:
    sandbox.call("forbid", model="*")
    report = check()
    assert not report.ok
    assert report.verdict.startswith(f"The token may read 0 of {len(MODELS)} models")


def test_an_unknown_route_that_answers_401_does_not_refuse_the_token(
    sandbox: Sandbox, check: Callable[..., CheckReport]
) -> None:
    sandbox.inject_fault("status", route="/timesheets", status=401, body="Unauthorized")
    report = check()
    assert about(report, "token").state == "ok"
    assert report.rights["timesheets"] == "not on this tenant"


def test_a_line_that_breaks_ends_the_questions_and_leaves_the_rest_unknown(
    sandbox: Sandbox, check: Callable[..., CheckReport]
) -> None:
    sandbox.inject_fault("close_before", route="/endusers")
    report = check()
    assert report.rights["companies"] == "yes"
    assert report.rights["workflows"] == "not known"
    assert not any(each["path"] == "/workflows" for each in sandbox.requests())


# ----------------------------------------------------------------------------------- clock, limits, speed


@pytest.mark.parametrize(
    ("planhat_ahead", "state", "words"),
    [
        (3600, "problem", "s behind Planhat's. What Planhat has just stored seems to come from the future"),
        (
            -3600,
            "problem",
            "s ahead of Planhat's. What robots date with the time of now lies in Planhat's future",
        ),
        (-60, "note", "s ahead of"),
        (2, "ok", "agrees"),
    ],
)
def test_a_clock_that_is_off_is_told_in_both_directions(
    sandbox: Sandbox, check: Callable[..., CheckReport], planhat_ahead: int, state: str, words: str
) -> None:
    headers = {"Date": formatdate(time.time() + planhat_ahead, usegmt=True)}
    sandbox.inject_fault("status", status=200, body=[], headers=headers, content_type="application/json")
    report = check(rights=False)
    assert about(report, "clock").state == state
    assert words in about(report, "clock").text
    assert report.clock_ahead == pytest.approx(-planhat_ahead, abs=2)


def test_a_date_that_is_none_leaves_the_clock_unchecked(sandbox: Sandbox, check: Callable[..., CheckReport]) -> None:
    sandbox.inject_fault("status", status=200, body=[], headers={"Date": "yesterday"})
    assert about(check(rights=False), "clock").state == "not checked"


@pytest.mark.parametrize(("headers", "name"), [("old", "X-Rate-Limit-Limit"), ("new", "x-ratelimit-limit")])
def test_limits_that_the_headers_name_are_told(
    sandbox: Sandbox, check: Callable[..., CheckReport], headers: str, name: str
) -> None:
    sandbox.call("set_dialect", rate_headers=headers)
    sandbox.call("set_rate_limits", active=True)
    report = check(rights=False)
    assert report.limits[name] == "200"
    assert f"{name}: 200" in about(report, "limits").text


def test_a_slow_line_is_a_note(sandbox: Sandbox, check: Callable[..., CheckReport], monkeypatch: Any) -> None:
    monkeypatch.setattr(the_check, "SLOW_MILLISECONDS", 100)
    sandbox.inject_fault("latency", seconds=0.2)
    report = check(rights=False)
    assert about(report, "latency").state == "note"
    assert report.latency["first"] >= 200


# --------------------------------------------------------------------------- hosts, proxies, certificates


@pytest.mark.parametrize(
    ("url", "state", "words"),
    [
        ("https://api.planhat.com", "ok", "a host of Planhat's API, the main one."),
        ("https://api-us4.planhat.com", "ok", "a host of Planhat's API, of cluster us4."),
        ("https://api.planhatdemo.com", "ok", "a host of Planhat's API, for demo tenants."),
        ("https://app-us1.planhat.com", "problem", "Planhat's web app"),
        ("https://ws.planhat.com", "problem", "Planhat's web app"),
        ("https://api.planhat.com.evil.example", "note", "not a known host of Planhat"),
        ("http://127.0.0.1:8089", "note", "on this machine"),
    ],
)
def test_the_host_is_recognised(url: str, state: str, words: str) -> None:
    found = the_check.about_host(url)
    assert found.state == state
    assert words in found.text


def test_the_web_app_of_a_cluster_leads_to_its_api() -> None:
    assert the_check.about_host("https://app-us1.planhat.com").advice.endswith("https://api-us1.planhat.com.")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "redirect", "location": "https://login.example/"}, "redirected the call"),
        ({"kind": "status", "status": 200, "body": "<html>Sign in</html>"}, "is not what Planhat sends"),
        ({"kind": "status", "status": 200, "body": {"data": []}}, "is not what Planhat sends"),
    ],
)
def test_something_else_that_answers_is_told(
    sandbox: Sandbox, check: Callable[..., CheckReport], fault: dict[str, Any], words: str
) -> None:
    sandbox.inject_fault(**fault, route="/companies")
    report = check()
    problem = next(each for each in report.problems if words in each.text)
    assert "a login page, a proxy, or a wrong host" in problem.advice
    assert about(report, "token").state == "not checked"


@pytest.mark.parametrize(
    ("status", "topic", "advice"), [(429, "limits", "Too many robots"), (503, "planhat", "Planhat itself has trouble")]
)
def test_trouble_on_the_side_of_planhat_is_told(
    sandbox: Sandbox, check: Callable[..., CheckReport], status: int, topic: str, advice: str
) -> None:
    sandbox.inject_fault("status", route="/companies", status=status)
    report = check()
    assert advice in next(each for each in report.problems if each.topic == topic).advice


@pytest.mark.usefixtures("elsewhere")
def test_a_host_that_is_not_there_is_told_once_and_the_check_ends(check: Callable[..., CheckReport]) -> None:
    report = check(base_url=nowhere())
    assert "connection refused" in report.verdict
    assert "over http, without a proxy" in report.verdict
    assert "a firewall, and the proxy" in report.problems[0].advice


def test_a_proxy_is_named_without_its_password(
    sandbox: Sandbox, check: Callable[..., CheckReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = nowhere().replace("//", "//robot:pr0xy-pw@")
    for given in ({"proxies": {"https": dead}}, {}):
        monkeypatch.setenv("https_proxy", dead)
        report = check(base_url="https://planhat.test", **given)
        assert f"through the proxy {dead.rpartition('@')[2]}" in report.verdict
        assert "pr0xy-pw" not in json.dumps(report.facts())


def test_a_certificate_that_is_not_trusted_leads_to_the_ca_bundle(
    check: Callable[..., CheckReport], tmp_path: Path
) -> None:
    new = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out own.pem -days 2"
    subject = ("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1")
    subprocess.run(["openssl", *new.split(), *subject], cwd=tmp_path, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "own.pem", tmp_path / "key.pem")
    server = FaultServer(tls=context)
    try:
        report = check(base_url=server.url)
        trusted = check(base_url=server.url, verify=str(tmp_path / "own.pem"), rights=False)
    finally:
        server.stop()
    assert "self-signed certificate" in about(report, "tls").text
    assert "--ca-bundle or the environment variable REQUESTS_CA_BUNDLE" in about(report, "tls").advice
    assert not any(each.topic == "tls" for each in trusted.findings)


# ------------------------------------------------------------------------------------------- analytics


@pytest.mark.parametrize("uuid", ["not-a-uuid", TENANT.upper(), TENANT[:-1], f"{TENANT}0"])
def test_a_tenant_uuid_of_a_wrong_form_is_a_problem(check: Callable[..., CheckReport], uuid: str) -> None:
    report = check(tenant_uuid=uuid, rights=False)
    assert about(report, "tenant").state == "problem"
    assert uuid not in json.dumps(report.facts())


@pytest.mark.parametrize(("uuid", "state"), [(TENANT, "problem"), (None, "note")])
def test_an_analytics_host_out_of_reach_is_a_problem_for_those_who_have_a_tenant_uuid(
    check: Callable[..., CheckReport], uuid: str | None, state: str
) -> None:
    report = check(tenant_uuid=uuid, analytics_url=nowhere(), rights=False)
    found = about(report, "analytics")
    assert (found.state, about(report, "token").state) == (state, "ok")
    assert "connection refused" in found.text


def test_an_analytics_host_that_knows_no_front_page_is_reached(
    check: Callable[..., CheckReport], tmp_path: Path
) -> None:
    server = FaultServer()
    try:
        report = check(analytics_url=server.url, rights=False)
    finally:
        server.stop()
    assert about(report, "analytics").state == "ok"
    (seen,) = server.seen
    assert (seen.method, seen.target) == ("GET", "/")
    assert "authorization" not in seen.headers


# ------------------------------------------------------------------------------------------ the keyword


class OneConnection:
    """Stands for the connections of a library."""

    def __init__(self, session: PlanhatSession) -> None:
        self._session = session

    def get(self, alias: str | None = None) -> PlanhatSession:
        return self._session


@pytest.fixture
def keyword(sandbox: Sandbox) -> Callable[..., Any]:
    def run(api_key: str, **options: Any) -> Any:
        session = PlanhatSession(api_key, settings=QUICK, base_url=sandbox.url, analytics_url=sandbox.url)
        return ConnectionKeywords(OneConnection(session), PlanhatSession).check_planhat_connection(**options)  # type: ignore[arg-type]

    return run


def test_the_keyword_returns_facts_that_json_and_attributes_can_tell(keyword: Callable[..., Any]) -> None:
    facts = keyword(KEY)
    assert json.loads(json.dumps(facts)) == facts
    assert facts.ok is True
    assert facts.rights.companies == "yes"
    assert facts.versions.python == sys.version.split()[0]
    assert facts.findings[0].topic == "host"


def test_the_documentation_names_each_fact(keyword: Callable[..., Any]) -> None:
    returns = str(ConnectionKeywords.check_planhat_connection.__doc__).partition("Returns:")[2].partition("Raises:")[0]
    assert [name for name in keyword(KEY) if f"`{name}`" not in returns] == []


@pytest.mark.usefixtures("elsewhere")
def test_the_keyword_fails_with_the_error_of_the_trouble_and_a_clear_first_line(keyword: Callable[..., Any]) -> None:
    with pytest.raises(PlanhatAuthFailedError) as caught:
        keyword("wrong")
    assert str(caught.value).splitlines()[0].startswith("Planhat did not accept the token from the argument api_key")
    assert "PLANHAT_BASE_URL" in str(caught.value)


def test_the_keyword_only_reports_when_told_so(keyword: Callable[..., Any]) -> None:
    facts = keyword("wrong", fail_on_errors=False)
    assert facts.ok is False
    assert facts.rights == {}


def test_the_keyword_fails_for_what_no_call_would_raise(sandbox: Sandbox, keyword: Callable[..., Any]) -> None:
    sandbox.call("forbid", model="*")
    with pytest.raises(PlanhatError, match="The token may read 0 of"):
        keyword(KEY)


# -------------------------------------------------------------------------------------------- the shell


def test_the_shell_tells_a_person_and_ends_with_0(sandbox: Sandbox) -> None:
    sandbox.call("forbid", model="users")
    done = shell("check", PLANHAT_API_KEY=KEY, PLANHAT_BASE_URL=sandbox.url, PLANHAT_ANALYTICS_URL=sandbox.url)
    assert (done.returncode, done.stderr) == (0, "")
    assert "ok          token       Planhat accepts the token, which comes from the environment variable" in done.stdout
    assert "no right: users." in done.stdout
    assert "Rights to create, update and delete: that would take a write." in done.stdout
    assert "All is well." in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert KEY not in done.stdout


def test_the_shell_ends_with_1_when_something_is_wrong(sandbox: Sandbox) -> None:
    done = shell("check", "--base-url", sandbox.url, "--analytics-url", sandbox.url, PLANHAT_API_KEY="wrong")
    assert (done.returncode, done.stderr) == (1, "")
    assert "PROBLEM     token" in done.stdout
    assert "SOMETHING IS WRONG: The sandbox did not accept the token" in done.stdout


def test_the_shell_reads_a_vault_and_prints_json(sandbox: Sandbox, tmp_path: Path) -> None:
    vault = tmp_path / "vault.json"
    vault.write_text(json.dumps({"emea": {"api_key": KEY}}))
    options = ("--base-url", sandbox.url, "--analytics-url", sandbox.url, "--tenant-uuid", TENANT, "--no-rights")
    done = shell("check", "--json", "--vault", "emea", *options, RPA_SECRET_FILE=str(vault))
    facts = json.loads(done.stdout)
    assert (done.returncode, facts["ok"], facts["rights"]) == (0, True, {"companies": "yes"})
    assert facts["token_from"] == "the vault secret 'emea' (RPA_SECRET_FILE)"
    assert facts["findings"][-2]["text"] == "The tenant UUID is well formed; it comes from the argument tenant_uuid."
    assert TENANT not in done.stdout


def test_a_vault_that_can_not_be_read_is_something_wrong_and_told() -> None:
    done = shell("check", "--vault", "emea", RPA_SECRET_FILE="gone.json")
    assert (done.returncode, done.stderr) == (1, "")
    assert "The vault file gone.json does not exist." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "the following arguments are required: COMMAND"),
        (("chek",), "invalid choice: 'chek'"),
        (("check", "--tokn", "x"), "unrecognized arguments: --tokn"),
        (("check", "--base-url", "ftp://x"), "is not a host like https://api.planhat.com"),
        (("check", "--base-url", "http://planhat.example"), "would send the token unprotected"),
        (("check", "--ca-bundle", "gone.pem"), "The CA bundle gone.pem does not exist."),
    ],
)
def test_a_command_that_can_not_be_run_ends_with_2(arguments: tuple[str, ...], words: str) -> None:
    done = shell(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("--help",), ("check", "--help")])
def test_help_reads_well(arguments: tuple[str, ...]) -> None:
    done = shell(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert "check" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 120
