"""Webhooks of automations: calls that start one, and calls that one sends when a record changes."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
import requests

from RPA.Planhat.operations.webhooks import read_event

if TYPE_CHECKING:
    from collections.abc import Iterator


class Receiver(HTTPServer):
    """Keeps the calls that it gets."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Call)
        self.calls: list[tuple[str, str, dict[str, str], str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?x=1"


class Call(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.calls.append((self.command, self.path, dict(self.headers), body))  # type: ignore[attr-defined]
        self.send_response(204)
        self.end_headers()

    do_PUT = do_POST  # noqa: N815 - as the base class has it

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class has it
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_a_change_is_sent_once_and_in_order(planhat: Any, sandbox: Any, receiver: Receiver) -> None:
    sandbox.when_changed("companies", receiver.url)
    made = planhat.made("companies", name="Acme", externalId="acme")
    planhat.put("/companies/extid-acme", json={"phase": "adoption"})
    planhat.upserted("companies", {"externalId": "acme", "phase": "adoption"}, {"externalId": "acme", "phase": "lost"})
    planhat.made("endusers", companyId="extid-acme", email="a@b.example")
    planhat.delete("/companies/extid-acme")
    events = [(each["event"], each["status"]) for each in sandbox.deliveries()]
    assert events == [("created", 204), ("updated", 204), ("updated", 204), ("deleted", 204)]
    event = read_event(receiver.calls[1][3])
    assert (event.event, event.model, event.missing) == ("updated", "company", [])
    assert (event.records[0].id, event.records[0].phase) == (made["_id"], "adoption")
    assert receiver.calls[0][1] == "/hook?x=1"


def test_a_body_with_codes(planhat: Any, sandbox: Any, receiver: Receiver) -> None:
    body = (
        '{"id": "<<object._id>>", "seats": <<object.custom.Number of Seats>>, "at": "<<time.today>>", "x": "<<a.b>>"}'
    )
    sandbox.when_changed("companies", receiver.url, "created", body=body, method="put", Check="secret")
    made = planhat.made("companies", name="Acme", custom={"Number of Seats": 5})
    planhat.put(f"/companies/{made['_id']}", json={"name": "Nova"})
    (delivery,) = sandbox.deliveries()
    assert delivery["body"]["seats"] == 5
    ((method, _, headers, sent),) = receiver.calls
    assert (method, headers["Check"]) == ("PUT", "secret")
    assert json.loads(sent).items() >= {"id": made["_id"], "x": "<<a.b>>"}.items()


def test_a_receiver_that_is_not_there_harms_nobody(planhat: Any, sandbox: Any) -> None:
    sandbox.when_changed("companies", "http://127.0.0.1:9/hook")
    planhat.made("companies", name="Acme")
    (delivery,) = sandbox.deliveries()
    assert (delivery["status"], "refused" in delivery["problem"]) == (0, True)
    sandbox.reset()
    assert sandbox.deliveries() == []


@pytest.mark.parametrize(
    ("url", "events"),
    [
        ("http://evil.example/hook", ()),
        ("http://10.0.0.1/hook", ()),
        ("https://127.0.0.1/hook", ()),
        ("file:///etc/passwd", ()),
        ("127.0.0.1:9", ()),
        ("http://127.0.0.1/hook", ("changed",)),
    ],
)
def test_calls_stay_on_this_machine(sandbox: Any, url: str, events: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"this machine only|There is no event"):
        sandbox.when_changed("companies", url, *events)


def test_a_call_to_an_automation_is_recorded(sandbox: Any) -> None:
    url = sandbox.add_automation()
    answer = requests.post(url, json={"company": "A-1"}, headers={"X-Check": "me"}, timeout=5)
    assert (answer.status_code, answer.content) == (200, b"")
    (call,) = sandbox.requests(route="/automations/{uuid}")
    assert (call["body"], call["headers"]["X-Check"]) == ({"company": "A-1"}, "me")
    assert url.rpartition("/")[2] not in json.dumps(call)
    assert requests.get(url, timeout=5).status_code == 405
    assert requests.post(url, timeout=5).status_code == 400
    sandbox.reset()
    assert requests.post(url, json={}, timeout=5).status_code == 404
