"""Errors: one class for each thing that a robot may want to catch, and messages that say what to do."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from RPA import Planhat
from RPA.Planhat import errors, types
from RPA.Planhat.errors import PlanhatError, PlanhatHTTPError, base, http
from RPA.Planhat.errors.base import path_of
from RPA.Planhat.errors.http import LONGEST_QUOTE, error_class
from RPA.Planhat.operations.rows.importing import load
from RPA.Planhat.operations.rows.upsert import upsert
from utest.stub import TENANT, TOKEN, Stub, reply

if TYPE_CHECKING:
    from RPA.Planhat.session import PlanhatSession

ALL = [getattr(errors, name) for name in errors.__all__]


@pytest.mark.parametrize("error", ALL, ids=errors.__all__)
def test_every_error_is_exported_and_is_a_planhat_error(error: type[PlanhatError]) -> None:
    assert getattr(Planhat, error.__name__) is error
    assert error.__name__ in Planhat.__all__
    assert issubclass(error, PlanhatError)
    assert error.ROBOT_SUPPRESS_NAME is True
    assert error.__doc__


def test_all_errors_of_the_module_are_listed() -> None:
    kept = {**vars(base), **vars(http)}
    found = {name for name, each in kept.items() if isinstance(each, type) and issubclass(each, PlanhatError)}
    assert found == set(errors.__all__)


def test_an_error_that_does_not_exist_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="PlanhatMagicError"):
        errors.PlanhatMagicError  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize(
    ("error", "base"),
    [
        (errors.PlanhatHTTPError, requests.HTTPError),
        (errors.PlanhatAuthFailedError, PlanhatHTTPError),
        (errors.PlanhatRateLimitError, PlanhatHTTPError),
        (errors.PlanhatNotFoundError, PlanhatHTTPError),
        (errors.PlanhatServerError, PlanhatHTTPError),
        (errors.PlanhatBadRequestError, PlanhatHTTPError),
        (errors.PlanhatConnectionError, requests.ConnectionError),
        (errors.PlanhatTimeoutError, requests.Timeout),
        (errors.PlanhatValidationError, ValueError),
    ],
)
def test_programs_that_catch_the_errors_of_requests_go_on_working(error: type, base: type) -> None:
    assert issubclass(error, base)


@pytest.mark.parametrize("error", [errors.PlanhatAuthConfigurationError, errors.PlanhatOutcomeUnknownError])
def test_what_is_no_answer_is_no_http_error(error: type) -> None:
    assert not issubclass(error, PlanhatHTTPError)


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "BadRequest"), (401, "AuthFailed"), (403, "Permission"), (404, "NotFound"), (409, "Conflict"),
        (413, "TooLarge"), (418, "BadRequest"), (422, "BadRequest"), (429, "RateLimit"), (500, "Server"),
        (502, "Server"), (503, "Server"), (504, "Server"), (599, "Server"), (301, "Redirect"), (308, "Redirect"),
    ],
)  # fmt: skip
def test_each_status_has_its_error(status: int, name: str) -> None:
    assert error_class(status) is getattr(errors, f"Planhat{name}Error")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"message": "no such company"}, "no such company"),
        ({"error": {"message": "deep"}}, "deep"),
        ({"errors": ["a", "b"]}, '["a", "b"]'),
        ({"detail": "why"}, "why"),
        ({"other": 1}, '{"other": 1}'),
        (b"plain  text\n here", "plain text here"),
        (b"", ""),
        (b"\xff\xfe", "\ufffd\ufffd"),
        ({}, ""),
        (b"[" * 5000, "[" * (LONGEST_QUOTE - 1) + "…"),
    ],
)
def test_planhats_own_words_are_kept(stub: Stub, session: PlanhatSession, body: Any, words: str) -> None:
    stub.on("GET /companies/1", reply(body, 404))
    with pytest.raises(errors.PlanhatNotFoundError) as caught:
        session.get("/companies/1")
    error = caught.value
    assert error.details == words
    assert words in str(error)
    assert "GET /companies/1 answered 404" in str(error)
    assert "extid-" in str(error)
    assert (error.status, error.method, error.path) == (404, "GET", "/companies/1")
    assert isinstance(error.response, requests.Response)
    assert error.request is not None
    assert error.request.method == "GET"


def test_an_answer_without_words_says_so(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /companies/1", reply(b"", 404))
    with pytest.raises(errors.PlanhatNotFoundError, match="Planhat gave no reason"):
        session.get("/companies/1")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://api.planhat.com/companies/1?a=b", "/companies/1"),
        (f"https://x/analytics/{TENANT}", "/analytics/<tenant>"),
        (f"https://x/analytics/bulk/{TENANT}", "/analytics/bulk/<tenant>"),
        (f"https://x/dimensiondata/{TENANT}", "/dimensiondata/<tenant>"),
        ("https://x/dimensiondata", "/dimensiondata"),
        ("", ""),
    ],
)
def test_paths_are_shown_without_host_query_and_tenant(url: str, path: str) -> None:
    assert path_of(url) == path


def test_an_error_can_be_made_without_an_answer() -> None:
    error = errors.PlanhatNotFoundError("not here")
    assert (str(error), error.status, error.method, error.path, error.details) == ("not here", None, "", "", "")


def test_an_error_that_is_pickled_keeps_its_words_and_not_the_token(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /companies/1", reply({"message": "no"}, 404))
    with pytest.raises(errors.PlanhatNotFoundError) as caught:
        session.get("/companies/1")
    stored = pickle.dumps(caught.value)
    again = pickle.loads(stored)
    assert TOKEN.encode() not in stored
    assert (type(again), str(again), again.status) == (errors.PlanhatNotFoundError, str(caught.value), 404)


def test_an_unknown_outcome_says_what_was_sent_and_how_often(stub: Stub, session: PlanhatSession) -> None:
    stub.on("POST /companies", reply(b"", 500))
    with pytest.raises(errors.PlanhatOutcomeUnknownError) as caught:
        session.post("/companies", json={"name": "Acme"})
    error = caught.value
    assert (error.method, error.path, error.attempts) == ("POST", "/companies", 1)
    assert len(error.digest) == 12
    assert "500" in error.reason
    assert "may or may not be stored" in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.digest) == (str(error), error.digest)


def test_a_redirect_tells_where_it_points_without_the_query(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /companies/1", reply(b"", 302, Location="https://login.example/in?ticket=1"))
    with pytest.raises(errors.PlanhatRedirectError) as caught:
        session.get("/companies/1")
    assert caught.value.location == "https://login.example/in"
    assert "ticket" not in str(caught.value)


FIXED_WORDS = {
    400: "Planhat refused the request",
    401: "Planhat did not accept the token",
    403: "Planhat did not permit this",
    404: "Not found in Planhat",
    409: "Planhat found a conflict",
    413: "Planhat found the request too large",
    429: "Planhat asked to slow down",
    500: "Planhat failed",
}


def test_messages_begin_with_the_words_that_the_guide_lists(stub: Stub, session: PlanhatSession) -> None:
    guide = (Path(__file__).parents[1] / "docs" / "guides" / "control_room.md").read_text(encoding="utf-8")
    table = guide.partition("| the message begins with |")[2].partition("\n\n")[0]
    listed = {words for line in table.splitlines()[2:] for words in re.findall("`([^`]+)`", line.split("|")[1])}
    assert listed == {*FIXED_WORDS.values(), "Nothing was sent"}
    for status, words in FIXED_WORDS.items():
        stub.on(f"GET /companies/{status}", reply({"error": "no"}, status))
        with pytest.raises(PlanhatHTTPError, match=f"^{words}"):
            session.get(f"/companies/{status}")
    with pytest.raises(errors.PlanhatValidationError, match=r"^Nothing was sent"):
        upsert(session, types.Company, [{"name": "Acme", "pahse": 1}])
    with pytest.raises(errors.PlanhatBulkError, match=r"^Nothing was sent"):
        load(session, types.Company, [{"external_id": "A-1", "csm_score": "many"}], None, {}, differences=False)
