"""Rows 26, 34, 35, 37, 38 and 39: clocks, threads, interrupts, odd ids, proxies, other hosts, and spreadsheets."""

# ruff: noqa: PLR0917  (pytest passes fixtures by name)

from __future__ import annotations

import csv
import threading
import time
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
import requests

from RPA.Planhat import Planhat, errors
from RPA.Planhat.operations import reading, writing
from RPA.Planhat.operations.options import UpsertOptions
from RPA.Planhat.operations.rows import upsert as bulk
from RPA.Planhat.types import Company, PlanhatIdType
from utest.faults.world import RECORD, act
from utest.stub import TOKEN, an_id
from utest.timing import timed
from utest.transport.fault_server import raw, reply

if TYPE_CHECKING:
    from pathlib import Path

    from utest.faults.world import Connect, World
    from utest.transport.fault_server import Answer, FaultServer, NewServer

kinds = pytest.mark.parametrize("kind", ["R", "U", "C"])
HOUR = 3600.0


# ------------------------------------------------------------------------------------------------ clocks


@pytest.mark.matrix(26, "RUC")
@pytest.mark.parametrize(("kind", "skew"), [("R", -HOUR), ("U", HOUR), ("C", -HOUR), ("C", HOUR)])
def test_wrong_clock_changes_no_wait(
    server: FaultServer, connect: Connect, monkeypatch: pytest.MonkeyPatch, kind: str, skew: float
) -> None:
    now = time.time()
    date, later = (formatdate(moment, usegmt=True) for moment in (now, now + 1))
    server.script(reply(429, Date=date, Retry_After=later), reply(200, RECORD))
    monkeypatch.setattr(time, "time", lambda: now + skew)
    with timed() as took:
        act(connect(server.url), kind)
    assert took.passed > 0.9
    assert took.own < 1.6
    assert len(server.seen) == 2


@pytest.mark.matrix(26, "RUC")
@kinds
def test_clock_that_is_set_back_during_a_wait_changes_nothing(
    server: FaultServer, connect: Connect, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    server.script(reply(429, Retry_After="0.3"), reply(200, RECORD))
    clock = iter(range(10**6, 0, -1000))
    monkeypatch.setattr(time, "time", lambda: float(next(clock)))
    with timed() as took:
        act(connect(server.url, calls_per_second=5), kind)
    assert took.passed > 0.29
    assert took.own < 1


# -------------------------------------------------------------------------------------------- interrupts


class RobotTimeout(Exception):  # noqa: N818
    """Robot's own, as it comes: from a signal, at any moment."""


@pytest.mark.matrix(34, "RUC")
@pytest.mark.parametrize("error", [KeyboardInterrupt, RobotTimeout])
@pytest.mark.parametrize("answer", [reply(429, Retry_After="20"), raw(b"", "hang")], ids=["in-wait", "in-send"])
@kinds
def test_interrupt_gets_through_at_once_and_nothing_is_sent_again(
    server: FaultServer, connect: Connect, interrupt_after: Any, kind: str, answer: Answer, error: type[BaseException]
) -> None:
    server.script(answer, reply(200, RECORD))
    before = set(threading.enumerate())  # sandboxes of other tests among them
    planhat = connect(server.url, read_timeout=30.0, timeout=60.0)
    interrupt_after(0.15, error)
    with timed() as took, pytest.raises(error):
        act(planhat, kind)
    assert took.own < 0.9
    assert len(server.seen) == 1
    assert not [each for each in set(threading.enumerate()) - before if "planhat" in each.name.lower()]


@pytest.mark.matrix(34, "UC")
@pytest.mark.parametrize(("kind", "outcome"), [("U", "unchanged"), ("C", "unknown")])
def test_interrupted_upload_knows_what_was_under_way(
    world: World, interrupt_after: Any, tmp_path: Path, kind: str, outcome: str
) -> None:
    rows = [{"name": "Row 1", **({"external_id": "K-1"} if kind == "U" else {})}]
    options = UpsertOptions(journal=tmp_path / "rows.journal")
    world.fault("silence", verb="PUT", times=1, seconds=30)
    interrupt_after(0.3, KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        bulk.upsert(world.planhat.session, Company, rows, options)
    report = bulk.upsert(world.planhat.session, Company, rows, options, fail_on_errors=False)
    assert report.results[0].outcome.value == outcome
    assert len(world.sandbox.rows("companies", name="Row 1")) == 1


# ------------------------------------------------------------------------------------------------ odd ids


ODD = ["x/../../users/U1", "a?b", "a#b", "50% off", "%2e%2e", "a b", "ä/ö", "extid-x", "x" * 1500, "a;b=c", "//x", "\\"]


@pytest.mark.matrix(35, "RU")
@pytest.mark.parametrize("value", ODD)
def test_odd_id_meets_its_own_record_and_no_other(world: World, value: str) -> None:
    made = world.planhat.create_object(Company(name="Odd", external_id=value))
    read = world.planhat.get_object_by_id(Company, value, PlanhatIdType.EXTERNAL_ID)
    assert read.id == made.id
    changed = world.planhat.update_object(Company(external_id=value, phase="done"))
    assert changed.id == made.id
    assert world.calls == ["GET", "POST", "GET", "PUT"]
    paths = [each["path"] for each in world.sandbox.requests() if each["method"] != "POST"]
    assert [unquote(path) for path in paths] == [f"/companies/extid-{value}"] * 3
    assert all(path.count("/") == 2 for path in paths)
    assert world.effects("U") == 1


@pytest.mark.matrix(35, "C")
@pytest.mark.parametrize("value", ODD)
def test_odd_id_of_a_new_record_is_found_when_the_answer_is_lost(world: World, value: str) -> None:
    world.fault("reset_after", verb="POST", times=1)
    made = world.planhat.create_object(Company(name="Fresh", external_id=value))
    assert [row["_id"] for row in world.sandbox.rows("companies", name="Fresh")] == [made.id]


@pytest.mark.matrix(35, "RU")
@pytest.mark.parametrize("kind", ["R", "U"])
@pytest.mark.parametrize("value", ["", "extid-", " ", ".", "..", "a\0b", "a\nb", "\x7f", "\ud800"])
def test_id_that_is_none_is_refused_before_anything_is_sent(world: World, kind: str, value: str) -> None:
    session = world.planhat.session
    acts = {
        "R": lambda: reading.read_one(session, Company, value),
        "U": lambda: writing.update(session, Company, value, {"phase": "done"}),
    }
    with pytest.raises(errors.PlanhatValidationError):
        acts[kind]()
    assert world.calls == []


@pytest.mark.matrix(35, "RUC")
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["/companies/../users", "/companies/%2e%2e/users", "/companies/.", "/a\r\nX: y"])
def test_path_that_leads_elsewhere_is_refused(world: World, method: str, path: str) -> None:
    with pytest.raises(errors.PlanhatValidationError):
        world.planhat.session.call(method, path, json={} if method in ("PUT", "POST") else None)
    assert world.calls == []


# ------------------------------------------------------------------------------------- netrc and proxies


@pytest.fixture
def netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login thief password pw\n")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))


@pytest.mark.matrix(37, "RUC")
@pytest.mark.usefixtures("netrc")
@kinds
def test_netrc_does_not_win_over_the_token(server: FaultServer, connect: Connect, kind: str) -> None:
    assert requests.utils.get_netrc_auth(server.url) == ("thief", "pw")
    server.script(reply(200, RECORD))
    planhat = connect(server.url)
    act(planhat, kind)
    planhat.session.create_analytics({"action": "x", "email": "a@b.example"})
    assert [seen.headers.get("authorization") for seen in server.seen] == [f"Bearer {TOKEN}", None]


@pytest.mark.matrix(37, "RUC")
@kinds
@pytest.mark.parametrize("how", ["given", "environment"])
def test_password_of_a_proxy_reaches_the_proxy_and_no_message(
    server: FaultServer, connect: Connect, monkeypatch: pytest.MonkeyPatch, kind: str, how: str
) -> None:
    proxy = server.url.replace("//", "//robot:pr0xy-pw@")
    server.script(raw(b"", "reset"))
    if how == "environment":
        monkeypatch.setenv("https_proxy", proxy)
    planhat = connect("https://planhat.test", **({"proxies": {"https": proxy}} if how == "given" else {}))
    with pytest.raises(errors.PlanhatConnectionError) as caught:
        act(planhat, kind)
    assert "pr0xy-pw" not in str(caught.value) + repr(caught.value)
    assert {seen.method for seen in server.seen} == {"CONNECT"}
    assert server.seen[0].headers["proxy-authorization"].startswith("Basic ")
    assert TOKEN not in str(server.seen)


@pytest.mark.matrix(37, "RUC")
@kinds
def test_no_proxy_is_obeyed(
    server: FaultServer, new_server: NewServer, connect: Connect, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    proxy = new_server()
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server.script(reply(200, RECORD))
    act(connect(server.url), kind)
    assert (len(proxy.seen), len(server.seen)) == (0, 1)


@pytest.mark.matrix(37, "RUC")
def test_bundle_of_the_environment_that_is_not_there_is_named(
    new_server: NewServer, connect: Connect, monkeypatch: pytest.MonkeyPatch, server_context: Any
) -> None:
    server = new_server(tls=server_context())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/bundle.pem")
    for kind in "RUC":
        with pytest.raises(errors.PlanhatTLSError, match="CA bundle does not exist"):
            act(connect(server.url), kind)
    assert server.seen == []


# ------------------------------------------------------------------------------------------------- hosts


@pytest.mark.matrix(38, "RUC")
@kinds
@pytest.mark.parametrize("tail", ["", "/", "/tenants/one", "/tenants/one/"])
def test_prefix_and_trailing_slash_of_the_host_are_kept(
    server: FaultServer, connect: Connect, kind: str, tail: str
) -> None:
    server.script(reply(200, RECORD))
    act(connect(server.url + tail), kind)
    path = "/companies" if kind == "C" else f"/companies/{an_id(1)}"
    assert server.seen[0].target == tail.rstrip("/") + path


@pytest.mark.matrix(38, "RUC")
@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
@pytest.mark.parametrize("shape", ["{0}/companies", "{0}@{1}/companies", "//{0}/companies"])
def test_absolute_url_of_another_host_is_refused(
    server: FaultServer, new_server: NewServer, connect: Connect, method: str, shape: str
) -> None:
    other = new_server()
    url = shape.format(other.url if shape[0] != "/" else other.url.split("//")[1], server.url.split("//")[1])
    with pytest.raises(errors.PlanhatValidationError, match="is not the host of this connection"):
        connect(server.url).session.call(method, url)
    assert (other.connections, server.connections) == (0, 0)


@pytest.mark.matrix(38, "RUC")
@pytest.mark.parametrize("url", ["http://api.planhat.com", "http://127.0.0.1.nip.example", "ftp://x", "https://u:p@x"])
def test_host_that_would_see_the_token_in_the_clear_is_refused(url: str) -> None:
    with pytest.raises(errors.PlanhatAuthConfigurationError):
        Planhat(TOKEN, base_url=url).session.get("/companies")


# ------------------------------------------------------------------------------------------- spreadsheets


@pytest.mark.matrix(39, "U")
@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_formulas_in_a_saved_report_are_texts(world: World, tmp_path: Path, text: str) -> None:
    world.fault("status", status=400, body={"message": text}, verb="PUT")
    rows = [{"name": text, "external_id": "K-1"}]
    report = bulk.upsert(world.planhat.session, Company, rows, fail_on_errors=False)
    report.save(tmp_path / "failed.csv")
    with (tmp_path / "failed.csv").open(newline="") as file:
        cells = [cell for row in csv.DictReader(file) for cell in row.values()]
    assert f"'{text}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
