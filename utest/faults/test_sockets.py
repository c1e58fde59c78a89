"""Rows 7 to 13: the connection fails, before, during or after the answer."""

# ruff: noqa: PLR0917  (pytest passes fixtures by name)

from __future__ import annotations

import gzip
import threading
from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import errors
from RPA.Planhat.types import Company
from utest.faults.world import RECORD, act
from utest.memory import traced
from utest.stub import nowhere
from utest.timing import timed
from utest.transport.fault_server import drip, head, raw, reply

if TYPE_CHECKING:
    from pathlib import Path

    from utest.faults.world import Connect, World
    from utest.transport.fault_server import Answer, FaultServer, NewContext, NewServer

kinds = pytest.mark.parametrize("kind", ["R", "U", "C"])
keyed = pytest.mark.parametrize("kind", ["R", "U"])
PACKED = gzip.compress(RECORD)
MEGABYTE = 1 << 20


def packed(data: bytes) -> bytes:
    return head(Content_Length=str(len(data)), Content_Encoding="gzip") + data


# -------------------------------------------------------------------------------------- nothing arrives


@pytest.mark.matrix(7, "RUC")
@kinds
@pytest.mark.parametrize(
    ("url", "words"), [("refused", "connection refused"), ("https://planhat.invalid", "host name not found")]
)
def test_unreachable_host_has_certainly_processed_nothing(connect: Connect, kind: str, url: str, words: str) -> None:
    planhat = connect(nowhere() if url == "refused" else url)
    with pytest.raises(errors.PlanhatConnectionError, match=rf"{words}. Planhat has processed nothing") as caught:
        act(planhat, kind)
    assert "4 attempts" in str(caught.value)


@pytest.mark.matrix(7, "RUC")
@kinds
def test_refused_connection_is_tried_again_also_for_a_create(
    new_server: NewServer, connect: Connect, kind: str
) -> None:
    server = new_server(listening=False)
    server.script(reply(200, RECORD))
    listening = threading.Timer(0.2, server.listen)
    listening.start()
    # A server that is bound but does not listen yet refuses.
    act(connect(server.url, retries=60, backoff=0.05), kind)
    assert len(server.seen) == 1


# --------------------------------------------------------------------------------------- no answer comes


LOST = ["reset_before", "reset_after", "close_before", "close_after"]


@pytest.mark.matrix(8, "RU")
@pytest.mark.parametrize("fault", LOST)
@keyed
def test_lost_answer_is_asked_for_again(world: World, kind: str, fault: str) -> None:
    world.fault(fault, times=1)
    world.act(kind)
    # The sandbox closes idle connections in no case, so that each fault meets a connection in use.
    assert len(world.calls) == 2
    assert len(world.sandbox.rows("companies")) == 1


@pytest.mark.matrix(8, "C")
@pytest.mark.parametrize("fault", LOST)
def test_lost_answer_leaves_a_create_unknown(world: World, fault: str) -> None:
    world.reconnect()
    world.fault(fault, times=1)
    with pytest.raises(errors.PlanhatOutcomeUnknownError, match=r"POST /companies was sent \(\d+ bytes, digest"):
        world.act("C")
    assert world.calls == ["POST"]
    assert world.effects("C") == int(fault.endswith("after"))


@pytest.mark.matrix(8, "C")
@pytest.mark.parametrize("fault", LOST)
def test_lost_answer_of_a_create_with_a_key_is_cleared_up(world: World, fault: str) -> None:
    world.fault(fault, times=1)
    made = world.planhat.create_object(Company(name="Fresh", external_id="F-1"))
    assert [row["_id"] for row in world.sandbox.rows("companies", name="Fresh")] == [made.id]


@pytest.mark.matrix(8, "C")
@pytest.mark.parametrize("fault", LOST)
def test_lost_answer_of_an_activity_is_not_asked_for_again(world: World, fault: str) -> None:
    world.fault(fault, verb="POST", times=1)
    activity = {"companyExternalId": "A-1", "action": "Logged in", "email": "ada@acme.example"}
    with pytest.raises(errors.PlanhatOutcomeUnknownError, match="/analytics/<tenant>"):
        world.planhat.session.create_analytics(activity)
    assert world.calls == ["POST"]


@pytest.mark.matrix(9, "RUC")
@kinds
@pytest.mark.parametrize("end", ["close", "reset"])
def test_idle_connection_that_was_closed(server: FaultServer, connect: Connect, kind: str, end: str) -> None:
    server.script(reply(200, RECORD), raw(b"", end), reply(200, RECORD))
    planhat = connect(server.url)
    act(planhat, "R")
    if kind == "C":
        with pytest.raises(errors.PlanhatOutcomeUnknownError):
            act(planhat, kind)
        assert len(server.seen) == 2
    else:
        with timed() as took:
            act(planhat, kind)
        assert len(server.seen) == 3
        assert took.own < 0.3


# -------------------------------------------------------------------------------------- half an answer


HALVES = [
    pytest.param(raw(head(Content_Length="100") + b'{"_id":', "reset"), id="reset"),
    pytest.param(raw(head(Content_Length="100") + b'{"_id":'), id="short"),
    pytest.param(raw(head(Transfer_Encoding="chunked") + b'6\r\n{"_id"\r\n'), id="chunked"),
]
DAMAGED = [
    pytest.param(raw(packed(PACKED[:-20])), id="truncated"),
    pytest.param(raw(packed(PACKED[:-8] + b"\0" * 8)), id="wrong-crc"),
    pytest.param(raw(packed(b"no gzip")), id="no-gzip"),
]


@pytest.mark.matrix(10, "RU")
@pytest.mark.matrix(11, "RU")
@pytest.mark.parametrize("answer", [*HALVES, *DAMAGED])
@keyed
def test_half_an_answer_and_a_damaged_one_are_asked_for_again(
    server: FaultServer, connect: Connect, kind: str, answer: Answer
) -> None:
    server.script(answer, reply(200, RECORD))
    assert act(connect(server.url), kind)["name"] == "Fresh"
    assert len(server.seen) == 2


@pytest.mark.matrix(10, "U")
def test_keyed_row_whose_answer_was_cut_is_stored_once_and_said_to_be(world: World) -> None:
    world.fault("reset_middle", verb="PUT", times=1)
    report = world.planhat.update_objects([Company(name="Fresh", external_id="F-1")])
    assert (report.counts["unchanged"], report.calls) == (1, 1)
    assert world.calls == ["PUT", "PUT"]
    assert world.effects("C") == 1


@pytest.mark.matrix(10, "C")
@pytest.mark.matrix(11, "C")
@pytest.mark.parametrize("answer", [*HALVES, *DAMAGED])
def test_half_an_answer_of_a_create_says_that_success_had_arrived(
    server: FaultServer, connect: Connect, answer: Answer
) -> None:
    server.script(answer, reply(200, RECORD))
    with pytest.raises(
        errors.PlanhatOutcomeUnknownError, match="the success status 200 arrived, but the body was lost"
    ):
        act(connect(server.url), "C")
    assert len(server.seen) == 1


@pytest.mark.matrix(10, "C")
@pytest.mark.matrix(11, "C")
@pytest.mark.parametrize("fault", ["reset_middle", "close_middle", "wrong_length", "truncated_gzip"])
def test_half_an_answer_of_a_create_with_a_key_is_read_back(world: World, fault: str) -> None:
    world.fault(fault, verb="POST", times=1)
    made = world.planhat.create_object(Company(name="Fresh", external_id="F-1"))
    assert world.calls == ["GET", "POST", "GET"]
    assert [row["_id"] for row in world.sandbox.rows("companies", name="Fresh")] == [made.id]


@pytest.mark.matrix(11, "RUC")
@kinds
def test_answer_that_swells_is_cut_off(server: FaultServer, connect: Connect, kind: str) -> None:
    bomb = gzip.compress(b"[" + b" " * (100 * MEGABYTE) + b"]")
    server.script(raw(packed(bomb)))
    planhat = connect(server.url, largest_answer=4 * MEGABYTE)
    with traced() as peak, pytest.raises(errors.PlanhatResponseTooLargeError, match="largest_answer") as caught:
        act(planhat, kind)
    assert peak.size < 24 * MEGABYTE
    assert ("The status means that the write was done" in str(caught.value)) is (kind != "R")
    assert len(server.seen) == 1


# ------------------------------------------------------------------------------------------ it takes long


SLOW = [
    pytest.param(drip(b"HTTP/1.1 200 OK\r\n", b"X"), id="headers-drip"),
    pytest.param(drip(head(Content_Length="9999") + b"{", b" "), id="body-drips"),
    pytest.param(raw(head(Content_Length="9999"), "hang"), id="silence-after-headers"),
    pytest.param(raw(b"", "hang"), id="silence"),
]


@pytest.mark.matrix(12, "RUC")
@pytest.mark.parametrize("answer", SLOW)
@kinds
def test_slow_answer_ends_with_the_time_of_the_call(
    server: FaultServer, connect: Connect, kind: str, answer: Answer
) -> None:
    server.script(answer)
    error = errors.PlanhatTimeoutError if kind == "R" else errors.PlanhatOutcomeUnknownError
    with timed() as took, pytest.raises(error):
        act(connect(server.url, timeout=0.4, read_timeout=0.25), kind)
    assert took.own < 1.4
    assert len(server.seen) == 1 or kind != "C"


# ---------------------------------------------------------------------------------------------------- TLS


@pytest.mark.matrix(13, "RUC")
@pytest.mark.parametrize("name", ["good", "other_host", "expired"])
@kinds
def test_untrusted_certificate_ends_the_call_before_the_token_is_sent(
    new_server: NewServer, connect: Connect, server_context: NewContext, certificates: Path, kind: str, name: str
) -> None:
    server = new_server(tls=server_context(name))
    verify = True if name == "good" else str(certificates / "ca.pem")
    with pytest.raises(errors.PlanhatTLSError, match=r"Nothing was sent.*verify="):
        act(connect(server.url, verify=verify), kind)
    assert (server.seen, server.connections) == ([], 1)


@pytest.mark.matrix(13, "RUC")
@kinds
def test_private_authority_is_trusted_when_it_is_given(
    new_server: NewServer, connect: Connect, server_context: NewContext, certificates: Path, kind: str
) -> None:
    server = new_server(tls=server_context())
    server.script(reply(200, RECORD))
    act(connect(server.url, verify=str(certificates / "ca.pem")), kind)
    assert len(server.seen) == 1


@pytest.mark.matrix(13, "RUC")
def test_verification_can_not_be_switched_off(connect: Connect) -> None:
    with pytest.raises(errors.PlanhatAuthConfigurationError, match="TLS is always verified"):
        connect("https://planhat.test", verify=False)
