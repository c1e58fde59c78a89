"""Row 36: the token, its base64, the tenant UUID and the password of a proxy are in nothing that is emitted."""

# ruff: noqa: PLR0917  (pytest passes fixtures by name)

from __future__ import annotations

import base64
import http.client
import io
import json
import logging
import pickle
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import errors
from RPA.Planhat.operations.options import UpsertOptions
from RPA.Planhat.operations.rows import upsert as bulk
from RPA.Planhat.types import Company
from utest.faults.world import RECORD, act
from utest.stub import TENANT, TOKEN, reply, running
from utest.stub import Stub as Server
from utest.transport.fault_server import raw
from utest.transport.fault_server import reply as answer_with

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from RPA.Planhat import Planhat
    from utest.faults.world import Connect, World
    from utest.stub import Seen
    from utest.transport.fault_server import Answer, FaultServer

PASSWORD = "pr0xy-pw-pr0xy-pw"
PLAIN = (TOKEN, TENANT, PASSWORD)
SECRETS = [
    *PLAIN,
    *(base64.b64encode(text.encode()).decode().rstrip("=") for text in (*PLAIN, f"{TOKEN}:", f"{TENANT}:")),
    base64.b64encode(f"robot:{PASSWORD}".encode()).decode(),
    TENANT.replace("-", ""),
]


def secrets_in(text: str) -> list[str]:
    """Returns the secrets that a text holds."""
    return [secret for secret in SECRETS if secret in text]


def emitted_by(error: BaseException) -> Iterator[str]:
    """Yields all that can be seen of an error and of those behind it."""
    yield "".join(traceback.format_exception(error))
    frames = traceback.TracebackException.from_exception(error, capture_locals=True).stack
    # What a caller gives to a connection is his own; a call has to keep it out of its variables.
    own = any(frame.name == "__init__" for frame in frames)
    yield repr([frame.locals for frame in frames if "utest" not in frame.filename and not own])
    seen: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        link = waiting.pop()
        if link is None or link in seen:
            continue
        seen.append(link)
        hidden = {name: value for name, value in vars(link).items() if name not in ("request", "response")}
        yield repr((str(link), repr(link), link.args, hidden))
        with suppress(TypeError, AttributeError, pickle.PicklingError):
            yield pickle.dumps(link).decode("latin-1")
        if (answer := getattr(link, "response", None)) is not None:
            yield f"{vars(answer)} {answer.text} {answer.headers} {answer.raw} {vars(answer.request)}"
        waiting += [link.__cause__, link.__context__]


def emitted_by_library(planhat: Planhat) -> Iterator[str]:
    """Yields all that can be seen of a library and of what hangs on it."""
    session = planhat.session
    parts = [planhat, session, session.credentials, session.transport, session.mask, planhat.connections]
    for part in parts:
        yield f"{part!r} {part} {vars(part) if hasattr(part, '__dict__') else ''}"
        with suppress(TypeError, AttributeError, pickle.PicklingError):
            yield pickle.dumps(part).decode("latin-1")
    for each in vars(session).values():
        yield repr(each)
        with suppress(TypeError, AttributeError, pickle.PicklingError):
            yield pickle.dumps(each).decode("latin-1")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged, at the lowest level, and with the switch of `http.client` on."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(1)
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


STATUSES = [400, 401, 403, 404, 409, 413, 422, 429, 500, 503, 302]


@pytest.mark.matrix(36, "RUC")
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("kind", ["R", "U", "C", "analytics", "rows"])
def test_answer_that_repeats_the_secrets_gives_none_away(
    connect: Connect, log: io.StringIO, capsys: pytest.CaptureFixture[str], kind: str, status: int
) -> None:
    def repeat(request: Seen) -> Any:
        said = f"{request.method} {request.target} {dict(request.headers)} {TENANT} {SECRETS[3]}="
        return reply({"message": said}, status, Location=f"https://{TOKEN}@x.example/?{TENANT}")

    server = Server()
    for method in ("GET", "PUT", "POST"):
        server.on(f"{method} *", repeat)
    with running(server):
        planhat = connect(server.url, retries=1)
        with pytest.raises(errors.PlanhatError) as caught:
            _send(planhat, kind)
        shown = [*emitted_by(caught.value), *emitted_by_library(planhat), log.getvalue(), *capsys.readouterr()]
    assert [secrets_in(text) for text in shown if secrets_in(text)] == []
    assert "POST" in log.getvalue() or kind in ("R", "U", "rows")


def _send(planhat: Planhat, kind: str) -> None:
    if kind == "analytics":
        planhat.session.create_analytics({"action": "x", "email": "a@b.example"})
    elif kind == "rows":
        bulk.upsert(planhat.session, Company, [{"name": "Row", "external_id": "K-1"}])
    else:
        act(planhat, kind)


@pytest.mark.matrix(36, "RUC")
@pytest.mark.parametrize("kind", ["R", "U", "C", "rows"])
@pytest.mark.parametrize("content_type", ["text/html", "application/json"])
def test_success_that_repeats_the_secrets_gives_none_away(
    server: FaultServer, connect: Connect, log: io.StringIO, kind: str, content_type: str
) -> None:
    server.script(answer_with(200, f"Bearer {TOKEN} {TENANT} {SECRETS[3]}=".encode(), Content_Type=content_type))
    planhat = connect(server.url, retries=1)
    with pytest.raises(errors.PlanhatError) as caught:
        _send(planhat, kind)
    shown = [*emitted_by(caught.value), *emitted_by_library(planhat), log.getvalue()]
    assert [secrets_in(text) for text in shown if secrets_in(text)] == []


@pytest.mark.matrix(36, "RUC")
@pytest.mark.parametrize("answer", [raw(b"", "reset"), raw(b"HTTP/1.1 "), raw(b"x" * 70000)])
@pytest.mark.parametrize("kind", ["R", "U", "C", "analytics", "rows"])
@pytest.mark.parametrize("host", ["direct", "proxy"])
def test_broken_connection_gives_no_secret_away(
    server: FaultServer,
    connect: Connect,
    log: io.StringIO,
    capsys: pytest.CaptureFixture[str],
    kind: str,
    answer: Answer,
    host: str,
) -> None:
    server.script(answer)
    proxy = server.url.replace("//", f"//robot:{PASSWORD}@")
    url = server.url if host == "direct" else "https://planhat.test"
    planhat = connect(url, retries=1, **({} if host == "direct" else {"proxies": {"https": proxy}}))
    with pytest.raises(errors.PlanhatError) as caught:
        _send(planhat, kind)
    shown = [*emitted_by(caught.value), *emitted_by_library(planhat), log.getvalue(), *capsys.readouterr()]
    assert [secrets_in(text) for text in shown if secrets_in(text)] == []


@pytest.mark.matrix(36, "RUC")
@pytest.mark.matrix(37, "RUC")
@pytest.mark.parametrize("shape", ["dictionary", "text", "address", "environment"])
@pytest.mark.parametrize("kind", ["R", "U", "C"])
def test_proxy_that_refuses_and_repeats_the_password_gives_it_not_away(
    server: FaultServer,
    connect: Connect,
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    shape: str,
) -> None:
    proxy = server.url.replace("//", f"//robot:{PASSWORD}@")
    server.script(answer_with(407, f"robot:{PASSWORD} {SECRETS[-2]} is no good".encode()))
    given: Any = {"dictionary": {"https": proxy}, "text": repr({"https": proxy}), "address": proxy, "environment": None}
    monkeypatch.setenv("https_proxy" if shape == "environment" else "unused", proxy)
    planhat = connect("https://planhat.test", retries=1, proxies=given[shape])
    with pytest.raises(errors.PlanhatConnectionError, match="the proxy refused the connection") as caught:
        act(planhat, kind)
    shown = [*emitted_by(caught.value), *emitted_by_library(planhat), log.getvalue()]
    assert [secrets_in(text) for text in shown if secrets_in(text)] == []
    assert server.seen[0].headers["proxy-authorization"].split()[1] == SECRETS[-2]


@pytest.mark.matrix(36, "RUC")
@pytest.mark.parametrize(
    "given",
    [
        5, "{'https': 5}", "{", {"https": 5}, {"https": "http://[" + PASSWORD}, "http://",
        {f"http://robot:{PASSWORD}@proxy.example": "http"}, {f"robot:{PASSWORD}@proxy.example:3128": "https"},
        {"http://proxy.example": "http"}, {5: "http://proxy.example"},
    ],
)  # fmt: skip
def test_proxies_that_are_none_are_refused_without_being_shown(connect: Connect, given: Any) -> None:
    with pytest.raises(errors.PlanhatError, match=r"proxies|Secret, not int") as caught:
        connect("https://planhat.test", proxies=given)
    assert [secrets_in(text) for text in emitted_by(caught.value) if secrets_in(text)] == []


@pytest.mark.matrix(36, "RUC")
def test_journal_report_and_log_of_the_sandbox_hold_no_secret(world: World, log: io.StringIO, tmp_path: Path) -> None:
    world.fault("status", status=502, times=2)
    for kind in "RUC":
        with suppress(errors.PlanhatError):
            world.act(kind)
    world.planhat.session.create_analytics({"action": "x", "email": "a@b.example"})
    journal = tmp_path / "rows.journal"
    report = bulk.upsert(world.planhat.session, Company, [{"name": "Row"}], UpsertOptions(journal=journal))
    files = [path.read_text("utf-8") for path in report.save_files(tmp_path / "rows").values()]
    shown = [log.getvalue(), journal.read_text("utf-8"), *files, json.dumps(world.sandbox.requests())]
    assert [secrets_in(text) for text in shown] == [[]] * len(shown)
    assert len(world.sandbox.requests()) > 4


@pytest.mark.matrix(36, "RUC")
def test_records_and_lists_hold_no_secret(server: FaultServer, connect: Connect) -> None:
    server.script(answer_with(200, RECORD))
    planhat = connect(server.url)
    for record in (act(planhat, kind) for kind in "RUC"):
        assert secrets_in(repr(record) + str(vars(type(record))) + pickle.dumps(record).decode("latin-1")) == []
