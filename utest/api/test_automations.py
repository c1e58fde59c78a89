"""Holds calls to automations: at most once, without the token, and with a URL that shows nowhere."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator

import pytest

from RPA.Planhat import (
    Planhat,
    PlanhatAuthConfigurationError,
    PlanhatError,
    PlanhatNotFoundError,
    PlanhatOutcomeUnknownError,
    PlanhatSafetyError,
)
from utest.stub import TOKEN, Stub, reply

SECRET = "5f0c9a52-7f37-4c0e-9d3d-6c1b7c1f0a11"
PATH = f"/hooks/{SECRET}"


@pytest.fixture
def planhat(stub: Stub) -> Iterator[Planhat]:
    made = Planhat(TOKEN, base_url=stub.url)
    yield made
    made.close()


def test_the_payload_arrives_once_and_without_the_token(planhat: Planhat, stub: Stub) -> None:
    stub.on(f"POST {PATH}", reply())
    outcome = planhat.trigger_automation(stub.url + PATH, {"company": "A-1"}, headers={"X-Check": "abc"})
    assert outcome == {"received": True, "status": 200, "answer": None}
    (call,) = stub.seen
    assert call.json == {"company": "A-1"}
    assert call.headers["X-Check"] == "abc"
    assert not {name.lower() for name in call.headers} & {"authorization", "cookie"}


def test_an_empty_payload_is_an_empty_object(planhat: Planhat, stub: Stub) -> None:
    stub.on(f"POST {PATH}", reply({"ok": True}))
    assert planhat.trigger_automation(stub.url + PATH)["answer"] == {"ok": True}
    assert stub.last.json == {}


def test_a_call_in_doubt_is_not_sent_again(planhat: Planhat, stub: Stub) -> None:
    stub.on(f"POST {PATH}", reply(status=504))
    with pytest.raises(PlanhatOutcomeUnknownError) as caught:
        planhat.trigger_automation(stub.url + PATH, {})
    assert len(stub.seen) == 1
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_the_url_shows_nowhere(planhat: Planhat, stub: Stub, caplog: pytest.LogCaptureFixture, level: int) -> None:
    stub.on(f"POST {PATH}", reply({"error": f"no automation at {PATH}"}, status=404))
    with caplog.at_level(level), pytest.raises(PlanhatNotFoundError) as caught:
        planhat.trigger_automation(stub.url + PATH, {})
    shown = "".join([caplog.text, *traceback.format_exception(caught.value), repr(vars(caught.value))])
    assert SECRET not in shown
    assert caught.value.response is not None
    assert SECRET not in caught.value.response.url


@pytest.mark.parametrize(
    "url", ["", "hooks/abc", "http://hooks.example/abc", "https://user:word@hooks.example/abc", "ftp://hooks.example"]
)
def test_what_is_not_a_safe_url_is_refused(planhat: Planhat, stub: Stub, url: str) -> None:
    with pytest.raises(PlanhatAuthConfigurationError, match="not a valid https address"):
        planhat.trigger_automation(url)
    assert not stub.seen


def test_switches_hold(stub: Stub) -> None:
    with pytest.raises(PlanhatSafetyError):
        Planhat(TOKEN, base_url=stub.url, read_only=True).trigger_automation(stub.url + PATH)
    assert not Planhat(TOKEN, base_url=stub.url, dry_run=True).trigger_automation(stub.url + PATH)["received"]
    assert not stub.seen


def test_a_payload_that_is_not_json_is_refused(planhat: Planhat, stub: Stub) -> None:
    with pytest.raises(PlanhatError, match="JSON cannot hold"):
        planhat.trigger_automation(stub.url + PATH, {"value": float("nan")})
    assert not stub.seen
