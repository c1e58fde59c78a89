"""The error of a write that was redirected did not say whether it may be stored, and rows of it counted as failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors
from utest.stub import TENANT, TOKEN, Stub, an_id, reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MOVED = [301, 307, 308]
OPEN = [302, 303, 304]
NO_CHECKS: dict[str, Any] = {"check_custom_fields": False}
WRITES: dict[str, Callable[[Planhat], Any]] = {
    "create": lambda planhat: planhat.keywords["Create Company"](name="Acme", **NO_CHECKS),
    "create with a key": lambda planhat: planhat.keywords["Create Company"](name="A", external_id="A-1", **NO_CHECKS),
    "update": lambda planhat: planhat.keywords["Update Company"](an_id(1), name="Acme", **NO_CHECKS),
    "delete": lambda planhat: planhat.keywords["Delete Company"](an_id(1)),
    "track": lambda planhat: planhat.keywords["track_activity"]("Opened", external_id="A-1"),
    "request": lambda planhat: planhat.keywords["planhat_request"]("POST", "/companies", body={"name": "Acme"}),
}


@pytest.fixture
def planhat(stub: Stub) -> Iterator[Planhat]:
    options: dict[str, Any] = {"calls_per_minute": 0, "calls_per_second": 0, "retries": 1, "backoff": 0.01}
    with Planhat(TOKEN, tenant_uuid=TENANT, base_url=stub.url, analytics_url=stub.url, **options) as made:
        yield made


def redirect(stub: Stub, status: int) -> None:
    for verb in ("POST", "PUT", "DELETE"):
        stub.on(f"{verb} *", reply(b"", status, Location="https://other.example/login?next=x"))


@pytest.mark.parametrize("status", [*MOVED, *OPEN])
@pytest.mark.parametrize("what", WRITES)
def test_a_write_that_was_redirected_tells_what_is_stored(stub: Stub, planhat: Planhat, what: str, status: int) -> None:
    redirect(stub, status)
    stub.on("GET *", reply({}, 404))
    with pytest.raises(errors.PlanhatRedirectError) as caught:
        WRITES[what](planhat)
    expected = "Nothing was stored." if status in MOVED else "It may or may not be stored"
    assert expected in str(caught.value)
    assert bool(caught.value.doubt) == (status in OPEN)
    assert len(stub.writes) == 1


def test_a_read_that_was_redirected_tells_nothing_of_writes(stub: Stub, planhat: Planhat) -> None:
    stub.on("GET *", reply(b"", 303))
    with pytest.raises(errors.PlanhatRedirectError) as caught:
        planhat.keywords["Get Company"](an_id(1))
    assert "stored" not in str(caught.value)


@pytest.mark.parametrize("key", [{}, {"external_id": "A-1"}])
@pytest.mark.parametrize("status", [*MOVED, *OPEN])
def test_rows_of_a_call_that_was_redirected_are_unknown_unless_it_moved(
    stub: Stub, planhat: Planhat, tmp_path: Path, status: int, key: dict[str, str]
) -> None:
    redirect(stub, status)
    stub.on("GET *", reply([]))
    journal = tmp_path / "upsert.journal"
    with pytest.raises(errors.PlanhatError) as caught:
        planhat.keywords["Upsert Companies"]([{"name": "Acme", **key}], fail_on_errors=False, journal=journal)
    if status in MOVED:
        assert "Nothing was stored." in str(caught.value)
    else:
        assert isinstance(caught.value, errors.PlanhatBulkError)
        assert caught.value.report.counts["unknown"] == 1
    assert len(stub.writes) == 1


@pytest.mark.parametrize("status", [*MOVED, *OPEN])
def test_rows_that_were_pushed_are_unknown_unless_the_call_moved(
    stub: Stub, planhat: Planhat, tmp_path: Path, status: int
) -> None:
    redirect(stub, status)
    rows = [{"dimension_id": "logins", "value": 5, "external_id": "A-1"}]
    options: dict[str, Any] = {"fail_on_errors": False, "journal": tmp_path / "push.journal"}
    report = planhat.keywords["push_metrics"](rows, **options)
    assert report.counts["failed" if status in MOVED else "unknown"] == 1
