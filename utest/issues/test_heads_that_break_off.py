"""An answer that broke off in its headers counted as complete: a create was "probably ignored", a push was received."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors
from RPA.Planhat.types import Company
from utest.stub import TENANT, an_id
from utest.transport.fault_server import FaultServer, head, raw, reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WHOLE = head(200, Content_Length="2", Content_Type="application/json")
CUTS = [WHOLE[:size] for size in range(len(b"HTTP/1.1 200"), len(WHOLE), 7)] + [WHOLE[:-1], WHOLE[:-2]]
METRIC = {"dimension_id": "logins", "value": 5, "external_id": "F-1"}


@pytest.fixture
def server() -> Iterator[FaultServer]:
    server = FaultServer()
    yield server
    server.stop()


@pytest.fixture
def planhat(server: FaultServer) -> Iterator[Planhat]:
    quick: dict[str, Any] = {
        "retries": 1,
        "backoff": 0.001,
        "calls_per_minute": 0,
        "calls_per_second": 0,
        "settle": 0.001,
    }
    with Planhat("tok-1234", base_url=server.url, analytics_url=server.url, tenant_uuid=TENANT, **quick) as planhat:
        yield planhat


@pytest.mark.parametrize("then", ["close", "reset"])
@pytest.mark.parametrize("interim", [b"", b"HTTP/1.1 102 Processing\r\n\r\n"])
def test_a_create_is_unknown_and_sent_once(planhat: Planhat, server: FaultServer, then: str, interim: bytes) -> None:
    for cut in CUTS:
        server.seen.clear()
        server.script(raw(interim + cut, then))
        with pytest.raises(errors.PlanhatOutcomeUnknownError, match="may or may not be stored"):
            planhat.create_object(Company(name="Acme"), check_custom_fields=False)
        assert len(server.seen) == 1


def test_a_read_is_sent_again(planhat: Planhat, server: FaultServer) -> None:
    record = reply(200, b'{"_id": "%s", "name": "Acme"}' % an_id(1).encode())
    for cut in CUTS:
        server.script(raw(cut, "close"), record)
        assert planhat.get_object_by_id(Company, an_id(1)).name == "Acme"


@pytest.mark.parametrize(
    "send",
    [
        lambda planhat: planhat.push_metrics([METRIC]),
        lambda planhat: planhat.track_activity("Opened", external_id="F-1"),
    ],
    ids=["push", "track"],
)
def test_a_push_is_unknown(planhat: Planhat, server: FaultServer, send: Callable[[Planhat], object]) -> None:
    for cut in CUTS:
        server.seen.clear()
        server.script(raw(cut, "close"))
        with pytest.raises(errors.PlanhatError, match=r"may or may not be|may not have been"):
            send(planhat)
        assert len(server.seen) == 1


def test_an_interim_head_that_breaks_off_is_no_answer(planhat: Planhat, server: FaultServer) -> None:
    server.script(raw(b"HTTP/1.1 103 Early Hints\r\nLink: x", "close"))
    with pytest.raises(errors.PlanhatOutcomeUnknownError):
        planhat.create_object(Company(name="Acme"), check_custom_fields=False)
