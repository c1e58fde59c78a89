"""Programs that test themselves with `responses`, `requests-mock` or an adapter of their own meet no network."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import requests
import requests_mock
import responses

from RPA.Planhat import Planhat, errors
from RPA.Planhat.types import Company
from utest.stub import TENANT, TOKEN, an_id
from utest.transport.fault_server import reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from utest.transport.fault_server import FaultServer, NewTransport, Send

API = "https://api.planhat.com"
ANALYTICS = "https://analytics.planhat.com/analytics"
ROUTES: dict[tuple[str, str], Any] = {
    ("GET", f"{API}/companies/{an_id(1)}"): {"_id": an_id(1), "name": "Acme"},
    ("POST", f"{API}/companies"): {"_id": an_id(2), "name": "Fresh"},
    ("PUT", f"{API}/companies/{an_id(1)}"): {"_id": an_id(1), "name": "Acme", "phase": "done"},
    ("DELETE", f"{API}/companies/{an_id(1)}"): {"deletedCount": 1},
    ("POST", f"{ANALYTICS}/{TENANT}"): {"processed": 1},
    ("POST", f"{ANALYTICS}/bulk/{TENANT}"): {"processed": 2},
}


@contextmanager
def mocked(library: str) -> Iterator[Callable[..., Any]]:
    """Starts one of the libraries; what is yielded adds a response, or an exception, for a verb and a URL."""
    if library == "responses":
        with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
            yield lambda verb, url, body=None, status=200, **headers: mock.add(
                verb,
                url,
                body=body if isinstance(body, Exception) else json.dumps(body),
                status=status,
                content_type="application/json",
                headers=headers,
            )
        return
    with requests_mock.Mocker() as mocker:

        def add(verb: str, url: str, body: Any = None, status: int = 200, **headers: str) -> None:
            if isinstance(body, Exception):
                mocker.register_uri(verb, url, exc=body)
            else:
                mocker.register_uri(verb, url, json=body, status_code=status, headers=headers)

        yield add


@pytest.fixture(params=["responses", "requests_mock"])
def add(request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    with mocked(request.param) as adder:
        for (verb, url), body in ROUTES.items():
            adder(verb, url, body)
        yield adder


@pytest.fixture
def planhat() -> Iterator[Planhat]:
    made = Planhat(TOKEN, tenant_uuid=TENANT, backoff=0.001, settle=0.01, retries=2, timeout=10)
    yield made
    made.close()


def test_single_reads_and_writes(add: Callable[..., Any], planhat: Planhat) -> None:
    company = planhat.get_object_by_id(Company, an_id(1))
    assert company.name == "Acme"
    assert planhat.create_object(Company(name="Fresh")).id == an_id(2)
    company["phase"] = "done"
    assert planhat.update_object(company).id == an_id(1)
    assert planhat.delete_planhat_object(company).status_code == 200


def test_bulk_writes(add: Callable[..., Any], planhat: Planhat) -> None:
    envelope = {"created": 1, "updated": 0, "nonupdates": 0, "createdErrors": [], "updatedErrors": []}
    keys = [{"_id": an_id(3), "externalId": "A-3"}]
    add("PUT", f"{API}/companies", {**envelope, "insertsKeys": keys, "updatesKeys": []})
    report = planhat.update_objects([Company(name="Three", external_id="A-3")])
    assert report["created"] == 1


def test_lists(add: Callable[..., Any], planhat: Planhat) -> None:
    add("GET", f"{API}/leancompanies", [{"_id": an_id(1), "name": "Acme"}])
    assert [each.name for each in planhat.list_all_companies()] == ["Acme"]


def test_activities_on_the_other_host(add: Callable[..., Any], planhat: Planhat) -> None:
    answer = planhat.session.create_analytics({"action": "Logged in", "companyExternalId": "A-1"})
    assert answer.json() == {"processed": 1}
    assert planhat.session.create_bulk_activities([{"action": "Logged in"}] * 2).json() == {"processed": 2}


@pytest.mark.parametrize(
    ("status", "error"), [(404, errors.PlanhatNotFoundError), (401, errors.PlanhatAuthFailedError)]
)
def test_refusals(add: Callable[..., Any], planhat: Planhat, status: int, error: type[Exception]) -> None:
    add("GET", f"{API}/companies/{an_id(5)}", {"message": "no"}, status)
    with pytest.raises(error, match="no"):
        planhat.get_object_by_id(Company, an_id(5))


def test_errors_and_responses_have_the_request_without_the_token(add: Callable[..., Any], planhat: Planhat) -> None:
    add("POST", f"{API}/tasks", {"message": "no"}, 403)
    with pytest.raises(errors.PlanhatPermissionError, match="POST /tasks answered 403") as refused:
        planhat.session.post("/tasks", json={"mainTask": "Call"})
    response = planhat.session.get(f"/companies/{an_id(1)}")
    for request, method in ((refused.value.response.request, "POST"), (response.request, "GET")):
        assert repr(request) == f"<PreparedRequest [{method}]>"
        kept = [request, *(each for each in vars(request).values() if hasattr(each, "__dict__"))]
        assert TOKEN not in repr([*map(vars, kept)])


def test_adapter_whose_responses_lack_the_request(planhat: Planhat) -> None:
    def forget(request: requests.PreparedRequest, response: requests.Response) -> None:
        with_content(request, response)
        vars(response).pop("request")

    planhat.session.mount(API, Adapter(forget))
    assert planhat.session.get(f"/companies/{an_id(1)}").request.method == "GET"


def test_what_a_mock_cannot_tell_of_the_wire_is_unknown(add: Callable[..., Any], planhat: Planhat) -> None:
    add("POST", f"{API}/tasks", requests.ConnectionError("refused, or not"))
    with pytest.raises(errors.PlanhatOutcomeUnknownError):
        planhat.session.post("/tasks", json={"mainTask": "Call"})


class Adapter(requests.adapters.BaseAdapter):
    """An adapter that answers by itself; `make` fills the response, or raises."""

    def __init__(self, make: Callable[[requests.PreparedRequest, requests.Response], None]) -> None:
        super().__init__()
        self.make = make
        self.calls: list[str] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self.calls.append(request.method or "")
        response = requests.Response()
        response.status_code, response.url, response.request = 200, request.url or "", request
        self.make(request, response)
        return response

    def close(self) -> None:
        return


def with_content(_: Any, response: requests.Response) -> None:
    vars(response)["_content"] = b'{"_id": "1", "name": "Mine"}'


def with_a_file(_: Any, response: requests.Response) -> None:
    response.raw = io.BytesIO(b'{"_id": "1", "name": "Mine"}')


@pytest.mark.parametrize("make", [with_content, with_a_file])
@pytest.mark.parametrize("early", [True, False], ids=["before the first call", "after a call"])
def test_adapter_of_ones_own(planhat: Planhat, make: Any, early: bool) -> None:
    adapter = Adapter(make)
    if not early:
        assert planhat.session.transport is not None
    planhat.session.mount(f"{API}/", adapter)
    assert planhat.session.get(f"/companies/{an_id(1)}").json()["name"] == "Mine"
    planhat.session.close()
    assert planhat.session.get(f"/companies/{an_id(1)}").json()["name"] == "Mine"
    assert adapter.calls == ["GET", "GET"]


def test_adapter_is_only_for_its_prefix(planhat: Planhat) -> None:
    mine, other = Adapter(with_content), Adapter(with_a_file)
    planhat.session.mount("https://", other)
    planhat.session.mount(API, mine)
    planhat.session.get("/companies")
    assert (mine.calls, other.calls) == (["GET"], [])


def test_adapter_that_fails_leaves_a_create_unknown_and_repeats_a_read(planhat: Planhat) -> None:
    def fail(*_: Any) -> None:
        raise requests.ConnectionError("refused, or not")

    adapter = Adapter(fail)
    planhat.session.mount(API, adapter)
    with pytest.raises(errors.PlanhatOutcomeUnknownError):
        planhat.session.post("/companies", json={"name": "Fresh"})
    with pytest.raises(errors.PlanhatConnectionError):
        planhat.session.get("/companies")
    assert adapter.calls == ["POST", "GET", "GET", "GET"]


def test_cookies_are_not_kept(server: FaultServer, new_transport: NewTransport, send: Send) -> None:
    server.script(reply(Set_Cookie="route=1; Path=/"))
    transport = new_transport()
    for _ in range(2):
        assert send(transport, "R", server.url).status_code == 200
    assert ["cookie" in seen.headers for seen in server.seen] == [False, False]
