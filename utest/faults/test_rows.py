"""Rows 24 and 27 to 31: what becomes of each row of a bulk upsert."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from RPA.Planhat import errors
from RPA.Planhat.operations.options import UpsertOptions
from RPA.Planhat.operations.rows import plan as bulk_plan
from RPA.Planhat.operations.rows import upsert as bulk
from RPA.Planhat.operations.rows.journal_file import JournalFile
from RPA.Planhat.types import Company, Enduser
from utest.stub import TOKEN
from utest.transport.fault_server import early, reply

if TYPE_CHECKING:
    from RPA.Planhat.operations.rows.report import BulkReport
    from RPA.Planhat.sandbox import Sandbox
    from utest.faults.world import Connect, World
    from utest.transport.fault_server import FaultServer

ROOT = Path(__file__).resolve().parents[2]
kinds = pytest.mark.parametrize("kind", ["U", "C"])


def rows_of(kind: str, count: int) -> list[dict[str, Any]]:
    """Returns rows with a key each (U), or without any (C)."""
    rows: list[dict[str, Any]] = [{"name": f"Row {number}"} for number in range(1, count + 1)]
    return [{**row, "external_id": f"K-{number}"} for number, row in enumerate(rows, 1)] if kind == "U" else rows


def upsert(world: World, rows: list[dict[str, Any]], **options: Any) -> BulkReport:
    return bulk.upsert(world.planhat.session, Company, rows, cast("UpsertOptions", options), fail_on_errors=False)


def account_of(world: World, report: BulkReport, count: int) -> dict[str, int]:
    """Checks the invariants and returns the counts: each row in one bucket, none twice, none missing but unknown."""
    assert [each.number for each in report.results] == list(range(1, count + 1))
    assert sum(report.counts.values()) == count
    stored = Counter(row["name"] for row in world.sandbox.rows("companies"))
    assert set(stored.values()) <= {1}
    for each in report.results:
        assert stored[each.row["name"]] == 1 or not each.is_stored
        assert stored[each.row["name"]] == 0 or each.outcome.value != "failed"
    return {name: number for name, number in report.counts.items() if number}


# --------------------------------------------------------------------------------------------- too large


@pytest.mark.matrix(24, "UC")
@kinds
def test_body_that_is_too_large_is_sent_in_halves(world: World, kind: str) -> None:
    world.fault("status", status=413, verb="PUT", times=3)
    report = upsert(world, rows_of(kind, 8))
    assert account_of(world, report, 8) == {"created": 8}
    assert [len(each["body"]) for each in world.sandbox.requests(method="PUT")] == [8, 4, 2, 1, 1, 2, 4]


@pytest.mark.matrix(24, "UC")
@kinds
def test_row_that_is_too_large_by_itself_fails_alone(world: World, kind: str) -> None:
    world.fault("status", status=413, verb="PUT", calls=[1, 2, 3])
    report = upsert(world, rows_of(kind, 4))
    assert account_of(world, report, 4) == {"created": 3, "failed": 1}
    assert report.failed[0].reason.startswith("too large")


@pytest.mark.matrix(24, "UC")
@kinds
def test_no_call_holds_more_than_planhat_takes(world: World, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_plan, "MOST_ROWS", 10)
    monkeypatch.setattr(bulk_plan, "MOST_BYTES", 300)
    report = upsert(world, rows_of(kind, 25))
    assert account_of(world, report, 25) == {"created": 25}
    bodies = [each["body"] for each in world.sandbox.requests(method="PUT")]
    assert max(map(len, bodies)) <= 10
    assert max(len(json.dumps(body, separators=(",", ":"))) for body in bodies) <= 300


@pytest.mark.matrix(24, "U")
def test_refusal_before_the_body_is_read_is_understood(
    server: FaultServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script(early(413), early(413), early(413))
    rows = [{"name": "x" * 200_000, "external_id": f"K-{number}"} for number in range(4)]
    report = bulk.upsert(connect(server.url).session, Company, rows, fail_on_errors=False)
    assert report.counts["failed"] == 4


# ---------------------------------------------------------------------------------- Planhat's own account


@pytest.mark.matrix(27, "UC")
@kinds
@pytest.mark.parametrize("item_errors", ["text", "object"])
def test_bad_rows_are_told_from_good_ones(world: World, kind: str, item_errors: str) -> None:
    world.sandbox.set_dialect(item_errors=item_errors)
    rows = rows_of(kind, 6)
    rows[2]["owner"] = f"{9:024x}"
    report = upsert(world, rows)
    counts = account_of(world, report, 6)
    assert set(counts) <= {"created", "failed", "unknown"}
    assert report.results[0].outcome.value in ("created", "unknown")


ENVELOPES = [
    pytest.param(200, {"createdErrors": ["name is odd"]}, id="200-text"),
    pytest.param(206, {"createdErrors": [{"message": "name is odd", "externalId": "K-2"}]}, id="206-object"),
    pytest.param(200, {"strangeErrors": [{"message": "name is odd", "doc": {"externalId": "K-2"}}]}, id="200-new-list"),
    pytest.param(403, {"permissionErrors": [{"message": "name is odd", "externalId": "K-2"}]}, id="403-object"),
    pytest.param(400, {"validationErrors": [{"error": "name is odd", "externalId": "K-2"}]}, id="400-object"),
]


@pytest.mark.matrix(27, "U")
@pytest.mark.parametrize(("status", "part"), ENVELOPES)
def test_errors_of_rows_are_read_in_every_form(
    server: FaultServer, connect: Connect, status: int, part: dict[str, Any]
) -> None:
    keys = [{"_id": f"{number:024x}", "externalId": f"K-{number}"} for number in (1, 3)]
    envelope = {"created": 2, "updated": 0, "nonupdates": 0, "insertsKeys": keys, "createdErrors": [], **part}
    server.script(reply(status, json.dumps(envelope).encode()))
    report = bulk.upsert(connect(server.url).session, Company, rows_of("U", 3), fail_on_errors=False)
    assert [each.outcome.value for each in report.results] == ["created", "failed", "created"]
    assert "name is odd" in report.failed[0].reason


@pytest.mark.matrix(27, "UC")
@kinds
def test_failed_rows_are_an_error_unless_that_is_switched_off(world: World, kind: str) -> None:
    world.fault("status", status=413, verb="PUT")
    with pytest.raises(errors.PlanhatBulkError, match="2 of 2 rows were not stored: 2 failed") as caught:
        world.planhat.update_objects([Company(row) for row in rows_of(kind, 2)])
    assert caught.value.report.counts["failed"] == 2


@pytest.mark.matrix(28, "U")
def test_keyed_rows_that_planhat_does_not_account_for_are_found_out(world: World) -> None:
    answer = {"created": 3, "updated": 0, "nonupdates": 0, "createdErrors": []}
    world.fault("status", status=200, body=answer, process=True, verb="PUT", times=1)
    report = upsert(world, rows_of("U", 5))
    assert account_of(world, report, 5) == {"unchanged": 5}


@pytest.mark.matrix(28, "C")
def test_unkeyed_rows_that_planhat_does_not_account_for_are_unknown(world: World) -> None:
    answer = {"created": 3, "updated": 0, "nonupdates": 0, "createdErrors": []}
    world.fault("status", status=200, body=answer, process=True, verb="PUT", times=1)
    report = upsert(world, rows_of("C", 5))
    assert account_of(world, report, 5) == {"unknown": 5}
    assert report.calls == 1


# --------------------------------------------------------------------------------------------- same keys


@pytest.mark.matrix(29, "U")
@pytest.mark.parametrize(
    ("first", "second"), [("1", "1"), ("K-1", " K-1"), ("K-1", "K-1 ")], ids=["same", "space-before", "space-after"]
)
def test_rows_that_contradict_each_other_are_refused_before_anything_is_sent(
    world: World, first: str, second: str
) -> None:
    rows = [{"name": "Row 1", "external_id": first}, {"name": "Row 2", "external_id": second}]
    with pytest.raises(errors.PlanhatValidationError, match="row 2: it contradicts row 1"):
        upsert(world, rows)
    assert world.calls == []


@pytest.mark.matrix(29, "U")
def test_number_and_text_are_the_same_key(world: World) -> None:
    with pytest.raises(errors.PlanhatValidationError, match="contradicts"):
        upsert(world, [{"name": "Row 1", "external_id": 1}, {"name": "Row 2", "external_id": "1"}])
    assert world.calls == []


@pytest.mark.matrix(29, "U")
def test_addresses_in_capitals_are_the_same_key(world: World) -> None:
    rows = [{"email": mail, "firstName": mail, "companyId": world.acme} for mail in ("a@b.example", "A@b.example")]
    with pytest.raises(errors.PlanhatValidationError, match="contradicts"):
        bulk.upsert(world.planhat.session, Enduser, rows)
    assert world.calls == []


@pytest.mark.matrix(29, "U")
def test_last_of_contradicting_rows_wins_when_that_is_wanted(world: World) -> None:
    rows = [{"name": name, "external_id": "K-1"} for name in ("Row 1", "Row 2")]
    report = upsert(world, rows, duplicates="last")
    assert sum(report.counts.values()) == 2
    assert [row["name"] for row in world.sandbox.rows("companies", externalId="K-1")] == ["Row 2"]


# ----------------------------------------------------------------------------------------- stop and go on


@pytest.mark.matrix(19, "UC")
@kinds
def test_refused_token_stops_the_whole_import(world: World, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_plan, "MOST_ROWS", 10)
    world.reconnect(api_key="another-t0ken")
    with pytest.raises(errors.PlanhatAuthFailedError):
        upsert(world, rows_of(kind, 50))
    assert world.calls == ["PUT"]


@pytest.mark.matrix(20, "UC")
@kinds
def test_forbidden_rows_are_failed_rows(world: World, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_plan, "MOST_ROWS", 10)
    world.fault("status", status=403, body={"message": "not yours"}, verb="PUT", calls=[2])
    report = upsert(world, rows_of(kind, 30))
    assert account_of(world, report, 30) == {"created": 20, "failed": 10}
    assert "403" in report.failed[0].reason


@pytest.mark.matrix(6, "UC")
@kinds
@pytest.mark.parametrize("fault", ["reset_after", "reset_before"])
def test_upload_ends_when_planhat_is_down_and_goes_on_with_its_journal(
    world: World, kind: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_plan, "MOST_ROWS", 5)
    journal = tmp_path / "rows.journal"
    world.fault(fault, verb="PUT")
    with pytest.raises(errors.PlanhatError):
        upsert(world, rows_of(kind, 40), journal=journal)
    world.sandbox.clear_faults()
    report = upsert(world, rows_of(kind, 40), journal=journal)
    counts = account_of(world, report, 40)
    if kind == "U":
        assert sum(counts.get(name, 0) for name in ("created", "unchanged", "updated")) == 40
    else:
        assert set(counts) == {"created", "unknown"}
    world.forget()
    assert upsert(world, rows_of(kind, 40), journal=journal).counts == report.counts
    assert world.calls == []


PROGRAM = """
import sys
from RPA.Planhat.operations.rows import upsert as bulk
from RPA.Planhat.operations.rows import plan as bulk_plan
from RPA.Planhat.operations.options import UpsertOptions
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.types import Company
from utest.faults.test_rows import rows_of
bulk_plan.MOST_ROWS = 5
session = PlanhatSession(sys.argv[1], base_url=sys.argv[2])
bulk.upsert(session, Company, rows_of(sys.argv[3], 20), UpsertOptions(journal=sys.argv[4]))
"""


@pytest.mark.matrix(30, "UC")
@kinds
def test_killed_upload_goes_on_where_it_stopped(
    world: World, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_plan, "MOST_ROWS", 5)
    journal = tmp_path / "rows.journal"
    world.fault("silence", verb="PUT", calls=[3], seconds=60)
    arguments = [TOKEN, world.sandbox.url, kind, str(journal)]
    program = subprocess.Popen([sys.executable, "-c", PROGRAM, *arguments], cwd=ROOT)
    _wait_until(lambda: world.calls == ["PUT"] * 3)
    program.kill()
    program.wait()
    report = upsert(world, rows_of(kind, 20), journal=journal)
    counts = account_of(world, report, 20)
    assert counts == ({"created": 15, "unchanged": 5} if kind == "U" else {"created": 15, "unknown": 5})
    assert world.calls == ["PUT"] * (5 if kind == "U" else 4)


def _wait_until(condition: Any) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.matrix(30, "R")
def test_interrupted_reading_begins_anew_and_is_complete(world: World) -> None:
    upsert(world, rows_of("U", 250))
    world.fault("close_middle", verb="GET", calls=[2, 3, 4, 5])
    with pytest.raises(errors.PlanhatError):
        world.planhat.get_objects(Company)
    world.sandbox.clear_faults()
    assert len(world.planhat.get_objects(Company)) == 251


@pytest.mark.matrix(31, "UC")
@kinds
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_nothing_is_sent_that_the_journal_can_not_hold(
    world: World, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = tmp_path / "rows.journal"
    journal.touch()
    real: Any = JournalFile

    class OnFullDisk(real):  # type: ignore[misc]
        def append(self, fact: dict[str, Any]) -> None:
            with Path("/dev/full").open("rb+", buffering=0) as device, monkeypatch.context() as patch:
                patch.setattr(self, "_file", device)
                patch.setattr(self, "_require_whole", lambda: None)
                real.append(self, fact)

    monkeypatch.setattr("RPA.Planhat.operations.rows.upsert.JournalFile", OnFullDisk)
    with pytest.raises(errors.PlanhatError, match="cannot be written: No space left on device"):
        upsert(world, rows_of(kind, 5), journal=journal)
    assert world.calls == []


@pytest.mark.matrix(31, "UC")
@kinds
@pytest.mark.parametrize("path", ["missing/rows.journal", "."])
def test_nothing_is_sent_without_a_journal_that_was_asked_for(
    world: World, kind: str, tmp_path: Path, path: str
) -> None:
    with pytest.raises(errors.PlanhatError, match="cannot be"):
        upsert(world, rows_of(kind, 5), journal=tmp_path / path)
    assert world.calls == []


@pytest.mark.matrix(31, "UC")
@kinds
def test_journal_of_other_rows_is_refused(world: World, kind: str, tmp_path: Path) -> None:
    journal = tmp_path / "rows.journal"
    upsert(world, rows_of(kind, 5), journal=journal)
    world.forget()
    with pytest.raises(errors.PlanhatValidationError, match=r"is that of another upload.*Nothing was sent"):
        upsert(world, rows_of(kind, 6), journal=journal)
    assert world.calls == []


def test_sandbox_and_account_agree_without_faults(world: World, sandbox: Sandbox) -> None:
    assert account_of(world, upsert(world, rows_of("C", 3)), 3) == {"created": 3}
    assert len(sandbox.rows("companies")) == 4
