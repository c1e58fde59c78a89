"""Rows 1 to 6 and 19 to 25: Planhat answers, and the answer is no."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import errors
from RPA.Planhat.types import Company, Enduser
from utest.faults.world import RECORD, act
from utest.stub import TOKEN, an_id
from utest.timing import timed
from utest.transport.fault_server import reply

if TYPE_CHECKING:
    from RPA.Planhat.types import PlanhatObject
    from utest.faults.world import Connect, World
    from utest.transport.fault_server import FaultServer, NewServer

kinds = pytest.mark.parametrize("kind", ["R", "U", "C"])
VERB = {"R": "GET", "U": "PUT", "C": "POST"}


def unknown(planhat_error: pytest.ExceptionInfo[errors.PlanhatOutcomeUnknownError]) -> str:
    """Returns the words of an unknown outcome, which name what was sent and how to find out."""
    error = planhat_error.value
    assert error.method
    assert error.digest in str(error)
    assert "It may or may not be stored." in str(error)
    assert "Look for it with: Get Companies    name=Fresh" in str(error)
    return str(error)


# ------------------------------------------------------------------------------------------- throttling


@pytest.mark.matrix(1, "RUC")
@kinds
def test_retry_after_is_waited_for_and_the_call_succeeds_once(world: World, kind: str) -> None:
    world.fault("status", status=429, retry_after=1, times=1, body={"message": "slow down"})
    with timed() as took:
        world.act(kind)
    assert took.passed >= 1.0
    assert took.own < 1.5
    assert world.calls == [VERB[kind]] * 2
    assert world.effects(kind) == (0 if kind == "R" else 1)


@pytest.mark.matrix(2, "RUC")
@kinds
@pytest.mark.parametrize("text", ["date:-60", "0.1", "banana", "-5"])
def test_odd_retry_after_does_no_harm(world: World, kind: str, text: str) -> None:
    world.fault("status", status=429, retry_after=text, times=1)
    with timed() as took:
        world.act(kind)
    assert took.own < 0.6
    assert world.calls == [VERB[kind]] * 2


@pytest.mark.matrix(2, "R")
def test_retry_after_as_a_date_is_waited_for(world: World) -> None:
    world.fault("status", status=429, retry_after="date:2", times=1)
    with timed() as took:
        world.act("R")
    assert took.passed > 0.9
    assert took.own < 2.5


@pytest.mark.matrix(2, "RUC")
@kinds
@pytest.mark.parametrize("text", ["86400", "date:86400"])
def test_retry_after_beyond_the_limit_fails_at_once_and_says_when(world: World, kind: str, text: str) -> None:
    world.fault("status", status=429, retry_after=text)
    with pytest.raises(errors.PlanhatRateLimitError, match="more than the 120 s allowed") as caught:
        world.act(kind)
    assert caught.value.retry_at == pytest.approx(time.time() + 86400, abs=30)
    assert world.calls == [VERB[kind]]


@pytest.mark.matrix(3, "RUC")
@kinds
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-RateLimit-Reset": "0.3", "X-RateLimit-Remaining": "0"},
        {"X-Rate-Limit-Reset": "0.3"},
        {"RateLimit-Reset": "0.3"},
    ],
    ids=["none", "old", "new", "draft"],
)
def test_every_spelling_of_the_limit_is_understood(world: World, kind: str, headers: dict[str, str]) -> None:
    world.fault("status", status=429, headers=headers, times=1)
    with timed() as took:
        world.act(kind)
    assert took.own < 0.7
    assert not headers or took.passed >= 0.29
    assert world.calls == [VERB[kind]] * 2


@pytest.mark.matrix(4, "RUC")
@kinds
def test_throttling_for_ever_ends_in_an_error_that_counts(world: World, kind: str) -> None:
    world.fault("status", status=429, body={"message": "slow down"})
    with pytest.raises(errors.PlanhatRateLimitError, match=r"(?s)slow down.*Gave up after 4 attempts") as caught:
        world.act(kind)
    assert "200 calls a minute" in str(caught.value)
    assert world.calls == [VERB[kind]] * 4
    assert world.effects(kind) == 0


# ---------------------------------------------------------------------------------------- server errors


@pytest.mark.matrix(5, "RU")
@pytest.mark.parametrize("process", [False, True])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("kind", ["R", "U"])
def test_server_error_once_is_got_over(world: World, kind: str, status: int, process: bool) -> None:
    world.fault("status", status=status, process=process, times=1)
    world.act(kind)
    assert world.calls == [VERB[kind]] * 2
    assert len(world.sandbox.rows("companies")) == 1


@pytest.mark.matrix(5, "C")
@pytest.mark.parametrize("process", [False, True])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_error_leaves_a_create_unknown(world: World, status: int, process: bool) -> None:
    world.fault("status", status=status, process=process, times=1)
    with pytest.raises(errors.PlanhatOutcomeUnknownError) as caught:
        world.act("C")
    assert "It was not sent again" in unknown(caught)
    assert world.calls == ["POST"]
    assert world.effects("C") == int(process)


@pytest.mark.matrix(5, "C")
def test_refused_503_lets_a_create_be_sent_again(world: World) -> None:
    world.fault("status", status=503, retry_after=0, times=1)
    assert world.act("C").id
    assert world.calls == ["POST", "POST"]
    assert world.effects("C") == 1


@pytest.mark.matrix(5, "C")
@pytest.mark.parametrize("process", [False, True])
@pytest.mark.parametrize("status", [503, 504])
def test_create_with_a_key_survives_a_server_error(world: World, status: int, process: bool) -> None:
    world.fault("status", status=status, process=process, times=1)
    made = world.planhat.create_object(Company(name="Fresh", external_id="F-1"))
    assert made.id == world.sandbox.rows("companies", externalId="F-1")[0]["_id"]
    assert world.effects("C") == 1


@pytest.mark.matrix(6, "R")
def test_server_error_for_ever_fails_a_read(world: World) -> None:
    world.fault("status", status=502, body="bad gateway")
    with pytest.raises(errors.PlanhatServerError, match=r"bad gateway.*\n.*\nGave up after 4 attempts"):
        world.act("R")
    assert world.calls == ["GET"] * 4


@pytest.mark.matrix(6, "U")
def test_server_error_for_ever_fails_a_keyed_write_and_leaves_it_open(world: World) -> None:
    world.fault("status", status=502)
    with pytest.raises(errors.PlanhatServerError, match="may have been stored all the same: status 502") as caught:
        world.act("U")
    assert caught.value.doubt
    assert world.calls == ["PUT"] * 4


@pytest.mark.matrix(6, "C")
def test_server_error_for_ever_leaves_a_create_unknown(world: World) -> None:
    world.fault("status", status=502)
    with pytest.raises(errors.PlanhatOutcomeUnknownError) as caught:
        world.act("C")
    assert "It was not sent again" in unknown(caught)
    assert world.calls == ["POST"]


@pytest.mark.matrix(6, "RUC")
@pytest.mark.usefixtures("longest_waits")
def test_server_that_is_down_is_not_asked_five_times_as_often(world: World) -> None:
    planhat = world.reconnect(retries=4, backoff=0.0)
    world.fault("status", status=502)
    for number in range(100):
        with pytest.raises(errors.PlanhatError):
            act(planhat, "RUC"[number % 3], world.acme)
    assert len(world.calls) <= 500 / 14 + 100


# --------------------------------------------------------------------------------------------- refusals


@pytest.mark.matrix(19, "RUC")
@kinds
def test_refused_token_is_an_error_at_once(world: World, kind: str) -> None:
    world.reconnect(api_key="another-t0ken")
    with pytest.raises(errors.PlanhatAuthFailedError, match=r"answered 401.*\nCheck that the API token") as caught:
        world.act(kind)
    assert "another-t0ken" not in str(caught.value)
    assert world.calls == [VERB[kind]]
    assert world.effects(kind) == 0


@pytest.mark.matrix(20, "RUC")
@pytest.mark.parametrize(("kind", "verb"), [("R", "get"), ("U", "update"), ("C", "create")])
def test_forbidden_model_is_named(world: World, kind: str, verb: str) -> None:
    world.sandbox.forbid("companies", verb)
    with pytest.raises(errors.PlanhatAuthFailedError, match=r"/companies.*answered 403") as caught:
        world.act(kind)
    assert caught.value.status == 403
    assert world.calls == [VERB[kind]]
    assert world.effects(kind) == 0


def delete(world: World, **options: Any) -> Any:
    keyword = world.planhat.keywords["Delete Planhat Object"]
    return keyword("company", "0" * 23 + "f", **options)


@pytest.mark.matrix(21, "RU")
@pytest.mark.parametrize("kind", ["R", "U"])
def test_missing_record_is_not_found(world: World, kind: str) -> None:
    with pytest.raises(errors.PlanhatNotFoundError, match="needs the prefix extid-"):
        act(world.planhat, kind, "0" * 23 + "f")
    assert world.calls == [VERB[kind]]


@pytest.mark.matrix(21, "U")
def test_deleting_what_is_missing_can_be_a_success(world: World) -> None:
    with pytest.raises(errors.PlanhatNotFoundError):
        delete(world)
    assert delete(world, missing_ok=True)
    assert world.calls == ["DELETE", "DELETE"]


@pytest.mark.matrix(21, "U")
@pytest.mark.parametrize("fault", ["reset_after", "close_after"])
def test_delete_whose_answer_was_lost_is_a_success_although_nothing_is_left(world: World, fault: str) -> None:
    world.fault(fault, verb="DELETE", times=1)
    world.planhat.delete_planhat_object(Company(id=world.acme))
    assert world.calls == ["DELETE", "DELETE"]
    assert world.sandbox.rows("companies") == []


@pytest.mark.matrix(22, "RUC")
@kinds
@pytest.mark.parametrize("body", [{"message": "name is odd"}, "name is odd", {"errors": ["name is odd"]}])
def test_refusal_says_what_planhat_said(world: World, kind: str, body: Any) -> None:
    world.fault("status", status=400, body=body)
    with pytest.raises(errors.PlanhatBadRequestError, match=r"Planhat said: .*name is odd"):
        world.act(kind)
    assert world.calls == [VERB[kind]]
    assert world.effects(kind) == 0


FRESH = {"_id": an_id(1), "name": "Fresh", "externalId": "F-1"}


@pytest.mark.matrix(22, "C")
def test_own_earlier_success_is_not_reported_as_a_duplicate(
    server: FaultServer, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """The first attempt is stored later than anybody looks, so that the second one meets its key."""
    missing, found = reply(404, b"not yet"), reply(200, json.dumps(FRESH).encode())
    refused = reply(400, b'{"message": "externalId duplicated"}')
    server.script(missing, reply(504), missing, missing, missing, refused, found)
    with caplog.at_level(logging.INFO, "RPA.Planhat"):
        made = connect(server.url).create_object(Company(name="Fresh", external_id="F-1"))
    assert made.id == an_id(1)
    assert [seen.method for seen in server.seen] == ["GET", "POST", "GET", "GET", "GET", "POST", "GET"]
    told = [text for text in caplog.messages if "The answer to a create was lost" in text]
    assert told == [
        f"The answer to a create was lost; company 'Fresh' {an_id(1)} was found stored by its key extid-F-1."
    ]


@pytest.mark.matrix(22, "C")
def test_record_of_others_that_came_meanwhile_is_a_conflict(server: FaultServer, connect: Connect) -> None:
    other = reply(200, json.dumps({**FRESH, "name": "Another"}).encode())
    server.script(reply(404), reply(504), other)
    with pytest.raises(errors.PlanhatConflictError, match=r"company 'Another' .* extid-F-1, and differs in: name\."):
        connect(server.url).create_object(Company(name="Fresh", external_id="F-1"))
    assert [seen.method for seen in server.seen] == ["GET", "POST", "GET"]


@pytest.mark.matrix(22, "C")
def test_names_may_be_stored_in_other_letters_and_nothing_else(server: FaultServer, connect: Connect) -> None:
    stored = reply(200, json.dumps({**FRESH, "phase": "At risk"}).encode())
    server.script(reply(404), reply(504), stored, reply(404), reply(504), stored)
    sent: dict[str, Any] = {"name": "FRESH  ", "external_id": "F-1"}
    assert connect(server.url).create_object(Company(**sent, phase="At risk")).id == an_id(1)
    with pytest.raises(errors.PlanhatConflictError, match=r"differs in: phase\."):
        connect(server.url).create_object(Company(**sent, phase="AT RISK"))


@pytest.mark.matrix(22, "C")
def test_other_refusal_after_a_lost_answer_is_told_as_it_is(server: FaultServer, connect: Connect) -> None:
    missing = reply(404, b"not yet")
    server.script(missing, reply(504), *[missing] * 3, reply(400, b'{"message": "name is odd"}'), *[missing] * 3)
    with pytest.raises(errors.PlanhatBadRequestError, match="name is odd"):
        connect(server.url).create_object(Company(name="Fresh", external_id="F-1"))


@pytest.mark.matrix(22, "C")
def test_external_id_may_be_used_in_another_company(world: World) -> None:
    planhat = world.planhat
    other = planhat.create_object(Company(name="Other")).id
    planhat.create_object(Enduser(email="a@b.example", external_id="E-1", company_id=other))
    made = planhat.create_object(Enduser(email="c@d.example", external_id="E-1", company_id=world.acme))
    assert len(world.sandbox.rows("endusers", externalId="E-1")) == 2
    with pytest.raises(errors.PlanhatBadRequestError):
        planhat.create_object(Enduser(email="e@f.example", external_id="E-1", company_id=made["companyId"]))


@pytest.mark.matrix(20, "C")
def test_create_with_a_key_needs_no_right_to_read(world: World) -> None:
    world.sandbox.forbid("companies", "get")
    assert world.planhat.create_object(Company(name="Fresh", external_id="F-1")).id
    assert world.calls == ["GET", "POST"]


@pytest.mark.matrix(22, "C")
def test_key_of_another_record_stays_an_error(world: World) -> None:
    with pytest.raises(errors.PlanhatConflictError, match=r"since company 'Acme' .* Nothing was sent"):
        world.planhat.create_object(Company(name="Fresh", external_id="A-1"))
    assert world.calls == ["GET"]
    assert world.effects("C") == 0


@pytest.mark.matrix(23, "RUC")
@kinds
@pytest.mark.parametrize(
    ("status", "error"), [(409, errors.PlanhatConflictError), (422, errors.PlanhatBadRequestError)]
)
def test_conflict_is_an_error_at_once(world: World, kind: str, status: int, error: type[Exception]) -> None:
    world.fault("status", status=status, body={"message": "clash"})
    with pytest.raises(error, match="clash"):
        world.act(kind)
    assert world.calls == [VERB[kind]]


@pytest.mark.matrix(25, "RUC")
@kinds
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_never_followed(
    server: FaultServer, new_server: NewServer, connect: Connect, kind: str, status: int
) -> None:
    other = new_server()
    server.script(reply(status, b"", Location=f"{other.url}/companies?token=x"))
    with pytest.raises(errors.PlanhatRedirectError, match=f"points to {other.url}/companies") as caught:
        act(connect(server.url), kind)
    assert caught.value.location == f"{other.url}/companies"
    assert other.connections == 0
    assert len(server.seen) == 1


@pytest.mark.matrix(25, "RUC")
@kinds
@pytest.mark.parametrize("target", ["/companies", "http://elsewhere.example/", "//elsewhere.example/", "https://[", ""])
def test_redirect_to_anywhere_is_an_error(server: FaultServer, connect: Connect, kind: str, target: str) -> None:
    server.script(reply(302, b"", Location=target), reply(200, RECORD))
    with pytest.raises(errors.PlanhatRedirectError):
        act(connect(server.url), kind)
    assert [TOKEN in seen.headers["authorization"] for seen in server.seen] == [True]


def test_the_three_acts_work_without_faults(world: World) -> None:
    done: list[PlanhatObject] = [world.act(kind) for kind in "RUC"]
    assert [each.id == world.acme for each in done] == [True, True, False]
    assert world.calls == ["GET", "PUT", "POST"]
