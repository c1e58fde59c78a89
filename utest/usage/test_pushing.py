"""Pushing: bodies measured in bytes, at most once, honest totals, journals that go on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat
from RPA.Planhat.errors import (
    PlanhatBadRequestError,
    PlanhatBulkError,
    PlanhatConnectionError,
    PlanhatValidationError,
)
from RPA.Planhat.operations.usage import pushing
from RPA.Planhat.operations.usage.activities import track_all
from RPA.Planhat.operations.usage.metrics import push_metrics
from RPA.Planhat.operations.usage.options import SendingOptions
from RPA.Planhat.operations.usage.pushing import Spool
from utest.stub import TENANT, Seen, reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox
    from RPA.Planhat.session import PlanhatSession
    from utest.stub import Stub

ROWS = [{"action": f"did {number}", "id": "u-1", "cId": "A"} for number in range(1, 101)]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """A host that takes 2,000 bytes a call."""
    monkeypatch.setattr(Spool.__init__, "__defaults__", (2000,))
    return 2000


def _refuses_large(limit: int) -> Callable[[Seen], Any]:
    return lambda seen: reply({}, 413 if len(seen.body) > limit else 200)


def test_bodies_are_cut_by_the_bytes_that_the_host_takes(stub: Stub, session: PlanhatSession, small: int) -> None:
    stub.on("POST *", reply({}))
    report = track_all(session, ROWS)
    sizes = [len(seen.body) for seen in stub.seen]
    longest = max(len(json.dumps(row, separators=(",", ":"))) for row in ROWS)
    assert all(size <= small for size in sizes)
    assert all(size > small - longest - 10 for size in sizes[:-1])
    assert [row["action"] for seen in stub.seen for row in seen.json] == [row["action"] for row in ROWS]
    assert report.calls == len(sizes)
    assert report.size == sum(sizes)


def test_a_body_may_be_as_large_as_the_limit_to_the_byte(stub: Stub, session: PlanhatSession) -> None:
    stub.on("POST *", reply({}))
    two = len(b'[{"action":"a","externalId":"1"},{"action":"b","externalId":"1"}]')
    for limit, calls in ((two, 1), (two - 1, 2)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Spool.__init__, "__defaults__", (limit,))
            assert track_all(session, [{"action": each, "id": 1} for each in "ab"]).calls == calls


def test_a_row_that_no_call_takes_is_bad(session: PlanhatSession, small: int) -> None:
    with pytest.raises(PlanhatValidationError, match=f"row 1: it has .* bytes, and a call takes {small}"):
        track_all(session, [{"action": "x" * small, "id": "1"}])


def test_a_host_that_takes_less_gets_halves(stub: Stub, session: PlanhatSession) -> None:
    stub.on("POST *", _refuses_large(1000))
    report = track_all(session, [*ROWS[:3], {"action": "bad"}, *ROWS[3:]], SendingOptions(bad_rows="skip"))
    taken = [row["action"] for seen in stub.seen if len(seen.body) <= 1000 for row in seen.json]
    assert taken == [row["action"] for row in ROWS]
    assert report.counts == {"received": 100, "failed": 1, "unknown": 0}
    assert [part.first for part in report.parts][1:] == [part.last + 1 for part in report.parts][:-1]


def test_a_single_row_that_is_too_large_for_the_host_fails(stub: Stub, session: PlanhatSession) -> None:
    stub.on("POST *", _refuses_large(60))
    rows = [{"action": "short", "id": "1"}, {"action": "long" * 20, "id": "1"}]
    assert track_all(session, rows).counts == {"received": 1, "failed": 1, "unknown": 0}


@pytest.mark.parametrize("answer", [b"", {}, {"processed": 1, "errors": []}, b"OK", [1]])
def test_any_answer_with_success_will_do(stub: Stub, session: PlanhatSession, answer: Any) -> None:
    stub.on("POST *", reply(answer, 201))
    assert track_all(session, ROWS).received == 100


def test_what_the_host_says_is_kept(stub: Stub, session: PlanhatSession) -> None:
    stub.on("POST *", reply({"processed": 1, "errors": ["too old", {"row": 1}]}))
    assert track_all(session, ROWS).said[:2] == ["too old", '{"row": 1}']


def test_rows_whose_answer_was_lost_are_unknown_and_not_sent_twice(
    sandbox: Sandbox, box_session: PlanhatSession, small: int
) -> None:
    sandbox.inject_fault("reset_after", route="/analytics/*", times=1)
    report = track_all(box_session, ROWS)
    stored = [row["action"] for row in sandbox.rows("activities")]
    assert sorted(stored) == sorted(row["action"] for row in ROWS)
    assert report.counts["unknown"] == report.unknown[0].rows > 0
    assert sum(report.counts.values()) == 100
    assert small
    with pytest.raises(PlanhatBulkError, match=r"\d+ of 100 activities may not have been received: "):
        report.raise_if_failed()


def test_at_least_once_sends_them_again(sandbox: Sandbox, box_session: PlanhatSession) -> None:
    sandbox.inject_fault("reset_after", route="/analytics/*", times=1)
    report = track_all(box_session, ROWS, SendingOptions(at_least_once=True))
    assert report.received == 100
    assert len(sandbox.rows("activities")) == 200


def test_rows_that_certainly_did_not_arrive_are_sent_again(sandbox: Sandbox, box_session: PlanhatSession) -> None:
    sandbox.inject_fault("status", route="/analytics/*", times=1, status=429)
    assert track_all(box_session, ROWS).received == 100
    assert len(sandbox.rows("activities")) == 100


def test_a_refusal_of_the_first_call_is_raised(stub: Stub, session: PlanhatSession) -> None:
    stub.on("POST *", reply({"message": "no"}, 400))
    report = track_all(session, ROWS)
    assert report.counts == {"received": 0, "failed": 100, "unknown": 0}
    with pytest.raises(PlanhatBadRequestError):
        report.raise_if_failed()


@pytest.mark.usefixtures("small")
def test_a_push_that_stops_says_what_was_not_sent(stub: Stub, session: PlanhatSession) -> None:
    stub.on("POST *", reply({}), reply({"message": "no"}, 400))
    report = track_all(session, ROWS)
    assert len(stub.seen) == 2
    assert report.counts["received"] + report.counts["failed"] == 100
    assert "it was not sent, since the push stopped" in report.failed[-1].reason


def test_nobody_listens(connect: Callable[..., PlanhatSession]) -> None:
    session = connect(analytics_url="http://127.0.0.1:9")
    with pytest.raises(PlanhatConnectionError):
        track_all(session, ROWS).raise_if_failed()


def test_no_rows_are_no_call(stub: Stub, session: PlanhatSession) -> None:
    assert str(track_all(session, [])) == "no rows"
    assert stub.seen == []


@pytest.mark.usefixtures("small")
def test_a_journal_goes_on_after_what_was_received(
    sandbox: Sandbox, box_session: PlanhatSession, tmp_path: Path
) -> None:
    journal = tmp_path / "push.journal"
    sandbox.inject_fault("status", route="/analytics/*", status=400, calls="3")
    first = track_all(box_session, ROWS, SendingOptions(journal=journal))
    assert 0 < first.received < 100
    second = track_all(box_session, ROWS, SendingOptions(journal=journal))
    assert second.received == 100
    assert len(sandbox.rows("activities")) == 100
    third = track_all(box_session, ROWS, SendingOptions(journal=journal))
    assert (third.received, third.calls) == (100, 0)


@pytest.mark.usefixtures("small")
def test_what_is_in_doubt_stays_so_unless_twice_is_fine(
    sandbox: Sandbox, box_session: PlanhatSession, tmp_path: Path
) -> None:
    journal = tmp_path / "push.journal"
    sandbox.inject_fault("reset_after", route="/analytics/*", times=1)
    doubtful = track_all(box_session, ROWS, SendingOptions(journal=journal)).counts["unknown"]
    again = track_all(box_session, ROWS, SendingOptions(journal=journal))
    assert (again.counts["unknown"], again.calls) == (doubtful, 0)
    assert len(sandbox.rows("activities")) == 100
    sure = track_all(box_session, ROWS, SendingOptions(journal=journal, at_least_once=True))
    assert (sure.received, sure.calls) == (100, 1)
    assert len(sandbox.rows("activities")) == 100 + doubtful


@pytest.mark.usefixtures("small")
def test_a_push_that_was_killed_leaves_its_call_in_doubt(
    stub: Stub, session: PlanhatSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = tmp_path / "push.journal"
    stub.on("POST *", reply({}))
    calls = iter(range(5))

    def killed(*arguments: Any, **named: Any) -> Any:
        if next(calls) == 1:
            raise KeyboardInterrupt
        return original(*arguments, **named)

    original = session.call_analytics
    monkeypatch.setattr(session, "call_analytics", killed)
    with pytest.raises(KeyboardInterrupt):
        track_all(session, ROWS, SendingOptions(journal=journal))
    monkeypatch.undo()
    monkeypatch.setattr(Spool.__init__, "__defaults__", (2000,))
    report = track_all(session, ROWS, SendingOptions(journal=journal))
    assert "interrupted" in report.unknown[0].reason
    assert sum(report.counts.values()) == 100


@pytest.mark.usefixtures("small")
def test_halves_are_known_to_the_journal(stub: Stub, session: PlanhatSession, tmp_path: Path) -> None:
    stub.on("POST *", _refuses_large(1000))
    sending = SendingOptions(journal=tmp_path / "push.journal")
    assert track_all(session, ROWS, sending).received == 100
    before = len(stub.seen)
    assert track_all(session, ROWS, sending).received == 100
    assert len(stub.seen) == before


def test_a_journal_of_other_rows_is_refused(stub: Stub, session: PlanhatSession, tmp_path: Path) -> None:
    stub.on("POST *", reply({}))
    sending = SendingOptions(journal=tmp_path / "push.journal")
    track_all(session, ROWS, sending)
    with pytest.raises(PlanhatValidationError, match=r"these differ: number of rows \(100 there, 99 here\), input"):
        track_all(session, ROWS[1:], sending)
    with pytest.raises(PlanhatValidationError, match=r"these differ: target .*, number of rows .*, input"):
        push_metrics(session, [{"dimension_id": "d", "value": 1, "external_id": "A"}], sending)
    (tmp_path / "other").write_text('{"fact":"head","v":1,"model":"companies"}\n')
    with pytest.raises(PlanhatValidationError, match="is not a journal of a push"):
        track_all(session, ROWS, SendingOptions(journal=tmp_path / "other"))


def test_a_journal_holds_no_row_and_no_secret(stub: Stub, session: PlanhatSession, tmp_path: Path) -> None:
    stub.on("POST *", reply({}))
    track_all(session, ROWS, SendingOptions(journal=tmp_path / "push.journal"))
    text = (tmp_path / "push.journal").read_text()
    assert [json.loads(line)["fact"] for line in text.splitlines()] == ["head", "sent", "done", "end"]
    assert not [word for word in (TENANT, "did 1", "u-1") if word in text]


def test_rows_are_read_once_and_one_body_is_in_memory(
    stub: Stub, session: PlanhatSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub.on("POST *", reply({}))
    monkeypatch.setattr(pushing, "IN_MEMORY", 100)
    assert track_all(session, (row for row in ROWS)).received == 100


def test_a_dry_run_sends_nothing_and_begins_no_journal(stub: Stub, tmp_path: Path) -> None:
    library = Planhat("key", tenant_uuid=TENANT, dry_run=True, base_url=stub.url, analytics_url=stub.url)
    report = library.push_metrics(
        dimension_id="d", value=1, external_id="A", journal=str(tmp_path / "push.journal"), fail_on_errors=False
    )
    assert report.rows == 1
    library.send_segment_track("Logged in", "u-1")
    assert stub.seen == []
    assert list(tmp_path.iterdir()) == []
    library.close()


def test_a_refusal_after_a_lost_answer_leaves_rows_in_doubt(stub: Stub, session: PlanhatSession) -> None:
    stub.on("POST *", reply({}, 504), reply({"message": "no"}, 400))
    report = track_all(session, ROWS, SendingOptions(at_least_once=True))
    assert report.counts == {"received": 0, "failed": 0, "unknown": 100}
