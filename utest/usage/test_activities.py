"""Activities: what is refused, what is sent under which names, and what arrives. Each rule of the host is named."""

from __future__ import annotations

import base64
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.errors import (
    PlanhatAuthConfigurationError,
    PlanhatOutcomeUnknownError,
    PlanhatSafetyError,
    PlanhatValidationError,
)
from RPA.Planhat.operations.usage import activities
from RPA.Planhat.operations.usage.activities import activity_of, track, track_all
from RPA.Planhat.operations.usage.options import SendingOptions
from utest.stub import reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat import Planhat
    from RPA.Planhat.sandbox import Sandbox
    from RPA.Planhat.session import PlanhatSession
    from utest.stub import Stub


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"action": "x"}, "give email or external_id"),
        ({"action": "x", "email": ""}, "give email or external_id"),
        ({"action": "x", "email": "ada"}, "'ada' is not a valid one"),
        ({"action": "x", "email": "a@b.example, c@d.example"}, "is not a valid one"),
        ({"event": "x", "email": "a@b.example"}, "The host calls it action"),
        ({"action": "x", "userId": "1"}, "give external_id"),
        ({"action": "x", "companyId": "1"}, "give company_external_id"),
        ({"action": "x", "emial": "a@b.example"}, "Did you mean email"),
        ({"action": "x", "id": "1", "weight": "much"}, "weight takes a number, not 'much'"),
        ({"action": "x", "id": "1", "weight": float("nan")}, "weight takes a number"),
        ({"action": "x", "id": "1", "count": "0"}, "count goes from 1 up; 0 is outside"),
        ({"action": "x", "id": "1", "count": 1.5}, "count takes a whole number"),
        ({"action": "x", "id": "1", "date": "yesterday"}, "date takes a date"),
        ({"action": "x", "id": "1", "info": "[1]"}, "info takes an object"),
        ({"action": "x", "id": "1", "externalId": "2"}, "external_id is given twice"),
    ],
)
def test_what_the_host_would_drop_is_refused(row: dict[str, Any], problem: str) -> None:
    with pytest.raises(PlanhatValidationError, match=problem):
        activity_of(row)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("2026-03-01", "2026-03-01T00:00:00.000Z"),
        ("2026-03-01T02:00:00+02:00", "2026-03-01T00:00:00.000Z"),
        ("2026-03-01 10:11", "2026-03-01T10:11:00.000Z"),
        (date(2026, 3, 1), "2026-03-01T00:00:00.000Z"),
        (datetime(2026, 3, 1, 1, tzinfo=timezone(timedelta(hours=1))), "2026-03-01T00:00:00.000Z"),
    ],
)
def test_dates_go_out_in_utc(given: Any, sent: str) -> None:
    assert activity_of({"id": "1", "date": given})["date"] == sent


@pytest.mark.parametrize("spelling", ["externalId", "external_id", "External ID", "id"])
def test_ids_may_be_spelled_as_in_single_or_in_bulk_calls(spelling: str) -> None:
    assert activity_of({"action": "x", spelling: 7}) == {"action": "x", "externalId": "7"}


def test_single_and_bulk_calls_get_their_own_names(stub: Stub, session: PlanhatSession) -> None:
    stub.on("POST *", reply({}))
    row = {"action": "x", "email": " Ada@Acme.example ", "cId": "A", "first_name": "Ada"}
    track(session, row)
    track_all(session, [row])
    single, bulk = (each.json for each in stub.seen)
    assert single == {"action": "x", "email": "ada@acme.example", "companyExternalId": "A", "firstName": "Ada"}
    assert bulk == [{"action": "x", "email": "ada@acme.example", "cId": "A", "firstName": "Ada"}]


def test_one_activity_that_happened_often_goes_out_in_bulk(sandbox: Sandbox, box_session: PlanhatSession) -> None:
    track(box_session, {"action": "x", "email": "ada@acme.example", "companyExternalId": "A", "count": "3"})
    assert sandbox.rows("activities")[0]["count"] == 3


def test_everything_is_stored_as_it_was_meant(sandbox: Sandbox, box_session: PlanhatSession) -> None:
    row = {"action": "Exported", "id": "u-1", "companyExternalId": "A", "weight": "2.5", "info": '{"pages": 3}'}
    report = track_all(box_session, [{**row, "time": "2026-03-01", "name": "Ada B"}, {"id": "u-1", "cId": "A"}])
    first, second = sandbox.rows("activities")
    assert (report.counts, report.calls) == ({"received": 2, "failed": 0, "unknown": 0}, 1)
    assert (first["weight"], first["info"], first["date"]) == (2.5, {"pages": 3}, "2026-03-01T00:00:00.000Z")
    assert "action" not in second
    assert sandbox.rows("endusers")[0]["name"] == "Ada B"


def test_the_host_drops_without_a_word_whom_it_can_not_place(sandbox: Sandbox, box_session: PlanhatSession) -> None:
    report = track_all(box_session, [{"action": "x", "email": "ada@nowhere.example"}])
    assert report.received == 1
    assert sandbox.rows("activities") == []


def test_one_bad_row_keeps_all_from_being_sent(sandbox: Sandbox, box_session: PlanhatSession) -> None:
    rows = [{"action": "x", "id": "1", "cId": "A"}, {"action": "x"}, "text"]
    with pytest.raises(PlanhatValidationError, match=r"2 rows are bad:\n  row 2: .*\n  row 3: a row is a dictionary"):
        track_all(box_session, rows)  # type: ignore[arg-type]
    assert sandbox.rows("activities") == []


def test_bad_rows_can_be_skipped(sandbox: Sandbox, box_session: PlanhatSession) -> None:
    rows = [{"action": "x"}, {"action": "x", "id": "1", "cId": "A"}]
    report = track_all(box_session, rows, SendingOptions(bad_rows="skip"))
    assert str(report) == "1 received, 1 failed"
    assert [part.first for part in report.failed] == [1]
    assert len(sandbox.rows("activities")) == 1


def test_extra_columns_are_sent_as_they_are(stub: Stub, session: PlanhatSession) -> None:
    stub.on("POST *", reply({}))
    track_all(session, [{"action": "x", "id": "1", "passive": True}], extra=["passive"])
    assert stub.last.json[0]["passive"] is True


def test_extra_values_of_a_single_one_are_sent_as_they_are(stub: Stub, session: PlanhatSession) -> None:
    stub.on("POST *", reply(b""))
    track(session, {"action": "x", "id": "1", "passive": True, "tag": "t"}, extra="passive, tag")
    assert stub.last.json == {"action": "x", "externalId": "1", "passive": True, "tag": "t"}


def test_without_the_tenant_nothing_is_read(connect: Callable[..., PlanhatSession], stub: Stub) -> None:
    session = connect(tenant_uuid=None)
    rows = iter([{"action": "x", "id": "1"}])
    with pytest.raises(PlanhatAuthConfigurationError, match="Activities and metrics need the tenant UUID"):
        track_all(session, rows)
    assert len(list(rows)) == 1
    with pytest.raises(PlanhatAuthConfigurationError):
        activities.identify(session, {"id": "1"}, {})
    with pytest.raises(PlanhatAuthConfigurationError):
        track(session, {"action": "x", "id": "1"})
    assert stub.seen == []


def test_read_only_connections_send_nothing(connect: Callable[..., PlanhatSession], stub: Stub) -> None:
    session = connect(read_only=True)
    with pytest.raises(PlanhatSafetyError) as caught:
        track_all(session, [{"action": "x", "id": "1"}])
    assert "<tenant>" in str(caught.value)
    assert stub.seen == []


def test_segment_events_carry_the_tenant_as_user_name(stub: Stub, session: PlanhatSession) -> None:
    stub.on("POST *", reply({}))
    person = {"external_id": "u-1", "email": "ada@acme.example", "company_external_id": "A", "date": "2026-03-01"}
    activities.identify(session, person, {"plan": "gold"})
    activities.track_event(session, "Logged in", person, {"page": 1})
    first, second = stub.seen
    tenant = session.require_tenant().reveal()
    assert base64.b64decode(first.headers["Authorization"].removeprefix("Basic ")).decode() == f"{tenant}:"
    assert tenant not in first.path
    traits = {"email": "ada@acme.example", "companyId": "A"}
    stamp = {"userId": "u-1", "timestamp": "2026-03-01T00:00:00.000Z"}
    assert first.json == {"type": "identify", **stamp, "traits": {**traits, "plan": "gold"}}
    track_body = {
        "type": "track",
        **stamp,
        "context": {"traits": traits},
        "event": "Logged in",
        "properties": {"page": 1},
    }
    assert second.json == track_body


def test_segment_events_arrive(sandbox: Sandbox, planhat: Planhat) -> None:
    planhat.send_segment_identify("u-1", email="ada@acme.example", name="Ada B", company_external_id="A")
    planhat.send_segment_track("Logged in", "u-1", {"page": 1})
    assert sandbox.rows("endusers")[0]["name"] == "Ada B"
    assert sandbox.rows("activities")[0]["info"] == {"page": 1}


@pytest.mark.parametrize("event", ["", None])
def test_a_segment_event_has_a_name(session: PlanhatSession, event: Any) -> None:
    with pytest.raises(PlanhatValidationError, match="needs a name"):
        activities.track_event(session, event, {"id": "1"}, {})


def test_secrets_are_in_no_message_and_no_log(
    sandbox: Sandbox, box_session: PlanhatSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    sandbox.inject_fault("reset_after", route="/dock/segment")
    with pytest.raises(PlanhatOutcomeUnknownError) as caught:
        activities.identify(box_session, {"id": "1"}, {})
    tenant = sandbox.tenant_uuid
    encoded = base64.b64encode(f"{tenant}:".encode()).decode()
    assert tenant not in str(caught.value)
    assert encoded not in str(caught.value) + repr(caught.value.__dict__)
    track_all(box_session, [{"action": "x", "id": "1"}])
    assert "/analytics/bulk/" in caplog.text
    assert not [secret for secret in (tenant, encoded) if secret in caplog.text]
