"""Uploads with a journal: interrupted at any moment and run again, they lose nothing and store nothing twice."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.errors import PlanhatBulkError, PlanhatError, PlanhatServerError, PlanhatValidationError
from RPA.Planhat.operations.options import UpsertOptions
from RPA.Planhat.operations.rows.journal_file import JournalFile
from RPA.Planhat.operations.rows.upsert import upsert
from RPA.Planhat.types import Company
from utest.faults.uploads.rows import assert_each_row_once, keyed, names, puts, unkeyed
from utest.rights import without_rights
from utest.stub import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.sandbox import Sandbox
    from RPA.Planhat.session import PlanhatSession
    from utest.faults.uploads.rows import Push

ROOT = Path(__file__).resolve().parents[3]
MIXED = [*keyed(14), *unkeyed(12)]
FACTS_OF_MIXED = 10
"""How many facts the journal of these rows has: a head, two for each of four calls, an end."""

FAULTS: list[dict[str, Any]] = [
    {"kind": "status", "status": 503, "retry_after": 0},
    {"kind": "reset_before"},
    {"kind": "reset_after"},
    {"kind": "status", "status": 504, "process": True},
]


class Crash(BaseException):
    """Stands for the end of the process."""


class Crashing:
    """Ends the process at one of the facts: before it is written, in the middle, or afterwards."""

    def __init__(self, at: int, how: str) -> None:
        self.left = at
        self.how = how
        self.write = JournalFile.append

    def __call__(self, file: JournalFile, fact: dict[str, Any]) -> None:
        self.left -= 1
        if self.left == 0 and self.how == "torn":
            os.write(file._file.fileno(), json.dumps(fact, separators=(",", ":")).encode()[:20])
        if self.left != 0 or self.how == "after":
            self.write(file, fact)
        if self.left == 0:
            raise Crash


def facts_in(journal: Path, kind: str = "") -> list[dict[str, Any]]:
    facts = [json.loads(line) for line in journal.read_text("utf-8").splitlines()]
    return [fact for fact in facts if kind in ("", fact["fact"])]


def some_faults(planhat: Sandbox) -> None:
    for number, fault in enumerate(FAULTS):
        planhat.call("inject_fault", **fault, verb="PUT", probability=0.15, seed=number)


def run_until_done(push: Push, rows: Any, journal: Path) -> Any:
    for _ in range(50):
        with contextlib.suppress(PlanhatBulkError, PlanhatServerError):
            report = push(rows, journal=journal)
            if facts_in(journal, "end"):
                return report
    raise AssertionError("never done")


def push_until_crash(push: Push, rows: Any, journal: Path, crash: Crashing) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JournalFile, "append", lambda file, fact: crash(file, fact))  # noqa: PLW0108 - binds the file
        with pytest.raises((Crash, PlanhatBulkError)):
            push(rows, journal=journal)


@pytest.mark.usefixtures("small_chunks")
class TestInvariants:
    """Those of an upload under faults that is killed again and again; see also test_kills.py."""

    @pytest.fixture
    def done(self, planhat: Sandbox, push: Push, journal: Path) -> Any:
        some_faults(planhat)
        for at in (3, 5, 8, 4):
            push_until_crash(push, [*keyed(150), *unkeyed(150)], journal, Crashing(at, "before"))
        report = run_until_done(push, [*keyed(150), *unkeyed(150)], journal)
        planhat.call("clear_faults")
        return report

    def test_i1_each_row_is_ok_failed_or_unknown(self, done: Any) -> None:
        assert_each_row_once(done, 300)

    def test_i2_what_is_on_the_server_is_ok_or_unknown(self, planhat: Sandbox, done: Any) -> None:
        stored = set(names(planhat))
        assert not [each for each in done.failed if each.row["name"] in stored]

    def test_i3_no_row_is_there_twice(self, planhat: Sandbox, done: Any) -> None:
        assert max(Counter(names(planhat)).values()) == 1

    def test_i4_what_is_missing_is_unknown(self, planhat: Sandbox, done: Any) -> None:
        stored = set(names(planhat))
        unknown = {each.row["name"] for each in done.unknown}
        assert {each.row["name"] for each in done.results} - stored <= unknown
        assert not [each for each in done.unknown if each.key]

    def test_i5_a_finished_journal_sends_nothing_and_has_the_same_report(
        self, planhat: Sandbox, push: Push, journal: Path, done: Any
    ) -> None:
        planhat.call("forget_requests")
        before = journal.read_bytes()
        again = push([*keyed(150), *unkeyed(150)], journal=journal)
        assert planhat.call("requests") == []
        assert again.results == done.results
        assert again == done
        assert journal.read_bytes() == before

    def test_i6_reading_back_proves_what_is_stored(self, push: Push, journal: Path, done: Any) -> None:
        report = push([*keyed(150), *unkeyed(150)], journal=journal, verify=True)
        assert report.proof is not None
        assert report.proof.holds
        assert report.proof.count == 150
        (proof,) = facts_in(journal, "verified")
        assert (proof["count"], proof["missing"], proof["differing"]) == (150, [], {})
        assert re.fullmatch("[0-9a-f]{64}", proof["sha256"])


@pytest.mark.usefixtures("small_chunks")
class TestInterruptions:
    @pytest.mark.parametrize("how", ["before", "torn", "after"])
    @pytest.mark.parametrize("at", range(1, FACTS_OF_MIXED + 1))
    def test_an_upload_goes_on_after_a_crash_at_any_fact(
        self, planhat: Sandbox, push: Push, journal: Path, at: int, how: str
    ) -> None:
        push_until_crash(push, MIXED, journal, Crashing(at, how))
        report = push(MIXED, journal=journal)
        stored = Counter(names(planhat))
        assert_each_row_once(report, len(MIXED))
        assert max(stored.values()) == 1
        assert all(stored[row["name"]] == 1 for row in keyed(14))
        assert {row["name"] for row in MIXED} - set(stored) <= {each.row["name"] for each in report.unknown}
        assert len(report.unknown) <= 10
        assert facts_in(journal, "end")

    def test_rows_in_doubt_with_a_key_are_sent_again_and_others_are_not(
        self, planhat: Sandbox, session: PlanhatSession, push: Push, journal: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send = session.call

        def crash(*args: Any, **options: Any) -> Any:
            send(*args, **options)
            raise Crash

        for rows in (keyed(5), unkeyed(5)):
            own = journal.with_suffix(f".{rows[0]['name'][0]}")
            with monkeypatch.context() as patch:
                patch.setattr(session, "call", crash)
                with pytest.raises(Crash):
                    push(rows, journal=own)
            report = push(rows, journal=own)
            kept = "unchanged" if "externalId" in rows[0] else "unknown"
            assert report.counts[kept] == 5
            assert {"unchanged": "answer was lost", "unknown": "never sent twice"}[kept] in report.results[0].reason
        assert puts(planhat) == 3
        assert max(Counter(names(planhat)).values()) == 1

    def test_ctrl_c_leaves_a_journal_that_goes_on(
        self, planhat: Sandbox, session: PlanhatSession, push: Push, journal: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def ctrl_c(*_: Any, **__: Any) -> Any:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(session, "call", ctrl_c)
            with pytest.raises(KeyboardInterrupt):
                push(keyed(30), journal=journal)
        assert push(keyed(30), journal=journal).counts["created"] == 30

    def test_a_stopped_upload_goes_on(self, planhat: Sandbox, push: Push, journal: Path) -> None:
        planhat.call("inject_fault", kind="status", status=401, verb="PUT", calls=[3])
        with pytest.raises(PlanhatBulkError):
            push(keyed(50), journal=journal)
        report = push(keyed(50), journal=journal)
        assert report.counts["created"] == 50
        assert puts(planhat) == 6

    def test_rows_that_failed_are_not_tried_again(self, planhat: Sandbox, push: Push, journal: Path) -> None:
        rows = [*keyed(2), {"_id": f"{1:024x}", "name": "Nobody"}]
        first = push(rows, journal=journal)
        assert first.counts["failed"] == 1
        sent = puts(planhat)
        assert push(rows, journal=journal).results == first.results
        assert puts(planhat) == sent


class TestTheFile:
    def test_it_is_for_its_owner_only_and_holds_nothing_of_the_rows(
        self, planhat: Sandbox, push: Push, journal: Path
    ) -> None:
        planhat.call("set_dialect", item_errors="object")
        bad = {"_id": f"{1:024x}", "name": "Top secret plan"}
        push([{"name": "Very confidential", "externalId": "K-1", "phase": "hush"}, bad], journal=journal)
        text = journal.read_text("utf-8")
        assert journal.stat().st_mode & 0o777 == 0o600
        assert not re.search(f"confidential|secret|hush|{TOKEN}", text)
        assert not journal.with_name("upload.journal.lock").exists()

    def test_it_stays_small(self, push: Push, journal: Path) -> None:
        push(keyed(5000), journal=journal)
        assert journal.stat().st_size < 150 * 5000

    @pytest.mark.parametrize(
        "other",
        [
            {"rows": keyed(4), "said": "number of rows"},
            {"rows": keyed(3, first=2), "said": "input"},
            {"token": "another-key", "said": "API token"},
            {"host": "/tenant", "said": "host"},
        ],
    )
    @pytest.mark.matrix(44, "UC")
    def test_it_is_not_taken_for_another_upload(
        self, planhat: Sandbox, push: Push, to: Callable[..., PlanhatSession], journal: Path, other: dict[str, Any]
    ) -> None:
        push(keyed(3), journal=journal)
        before, sent = journal.read_bytes(), puts(planhat)
        session = to(planhat.url + other.get("host", ""), other.get("token", planhat.api_key))
        with pytest.raises(PlanhatValidationError, match=f"these differ: .*{other['said']}.*Nothing was sent"):
            upsert(session, Company, other.get("rows", keyed(3)), UpsertOptions(journal=journal))
        assert (journal.read_bytes(), puts(planhat)) == (before, sent)

    @pytest.mark.parametrize(
        "content", ["name,phase\nAcme,x\n", "{}", '{"fact":"sent"}\n', "\x00" * 50, '{"a": 1}\n{}\n']
    )
    def test_another_file_is_not_touched(self, planhat: Sandbox, push: Push, journal: Path, content: str) -> None:
        journal.write_text(content)
        with pytest.raises(PlanhatValidationError, match="is not a journal"):
            push(keyed(1), journal=journal)
        assert journal.read_text() == content
        assert puts(planhat) == 0

    def test_a_line_in_the_middle_that_is_damaged_is_an_error(self, push: Push, journal: Path) -> None:
        push(keyed(1), journal=journal)
        lines = journal.read_text().splitlines(keepends=True)
        journal.write_text("".join([lines[0], lines[1][:30] + "\n", *lines[2:]]))
        with pytest.raises(PlanhatValidationError, match="damaged in line 2"):
            push(keyed(1), journal=journal)

    @pytest.mark.parametrize("path", ["missing/upload.journal", ".", "/dev/full"])
    def test_nothing_is_sent_when_it_can_not_be_written(
        self, planhat: Sandbox, push: Push, tmp_path: Path, path: str
    ) -> None:
        with pytest.raises(PlanhatError, match="cannot be"):
            push(keyed(1), journal=tmp_path / path)
        assert puts(planhat) == 0

    @pytest.mark.skipif(sys.platform == "win32", reason="folders of Windows have no such mode")
    def test_a_folder_without_the_right_to_write_is_an_error(self, planhat: Sandbox, tmp_path: Path) -> None:
        folder = tmp_path / "closed"
        folder.mkdir(mode=0o500)
        with without_rights(), pytest.raises(PlanhatError, match="Permission denied"):
            JournalFile(folder / "journal")


UPLOAD = """
import resource, signal, sys
from RPA.Planhat.operations.rows import plan as bulk_plan
from RPA.Planhat.operations.options import UpsertOptions
from RPA.Planhat.operations.rows.upsert import upsert
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.types import Company
url, token, journal, size = sys.argv[1:]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
if int(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), int(size)))
bulk_plan.MOST_ROWS = 10
rows = [{"name": f"Company {n}", "externalId": f"K-{n}"} for n in range(1, 101)]
print(upsert(PlanhatSession(token, base_url=url), Company, rows, UpsertOptions(journal=journal)))
"""

HOLD = """
import sys
from RPA.Planhat.operations.rows.journal_file import JournalFile
with JournalFile(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def run(program: str, *arguments: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


@pytest.mark.parametrize("size", [100, 300, 400, 1000, 3000, 5000])
def test_a_full_disk_stops_the_upload_before_it_sends(planhat: Sandbox, push: Push, journal: Path, size: int) -> None:
    _, problem = run(UPLOAD, planhat.url, planhat.api_key, str(journal), str(size)).communicate(timeout=30)
    assert "cannot be written" in problem
    assert "run the same again to continue" in problem
    noted = journal.read_text("utf-8").count('"fact":"sent"')
    assert puts(planhat) <= noted
    again, _ = run(UPLOAD, planhat.url, planhat.api_key, str(journal), "0").communicate(timeout=30)
    assert "created" in again
    assert len(names(planhat)) == 100


def test_a_row_that_is_stored_at_last_has_no_reason_of_earlier_runs(
    planhat: Sandbox, push: Push, journal: Path
) -> None:
    planhat.call("inject_fault", kind="status", status=500, verb="PUT", route="/companies")
    with pytest.raises(PlanhatBulkError) as caught:
        push(keyed(2), journal=journal)
    assert [each.outcome.value for each in caught.value.report.results] == ["unknown"] * 2
    assert all(each.reason for each in caught.value.report.results)
    planhat.call("clear_faults")
    after = push(keyed(2), journal=journal)
    assert [(each.outcome.value, each.reason) for each in after.results] == [("created", "")] * 2


class TestTheLock:
    @pytest.mark.matrix(44, "UC")
    def test_a_journal_in_use_is_refused(self, planhat: Sandbox, push: Push, journal: Path) -> None:
        with run(HOLD, str(journal)) as holder:
            assert holder.stdout
            assert holder.stdout.readline() == "held\n"
            with pytest.raises(PlanhatValidationError, match=f"in use by process {holder.pid} since 20"):
                push(keyed(1), journal=journal)
            holder.communicate("")
        assert puts(planhat) == 0
        assert push(keyed(1), journal=journal).counts["created"] == 1

    def test_a_journal_that_this_process_uses_names_no_other_process(self, push: Push, journal: Path) -> None:
        with JournalFile(journal), pytest.raises(PlanhatValidationError, match=r"in use, by another process or thread"):
            push(keyed(1), journal=journal)

    def test_the_lock_of_a_killed_process_hinders_nobody(self, push: Push, journal: Path) -> None:
        with run(HOLD, str(journal)) as holder:
            assert holder.stdout
            holder.stdout.readline()
            holder.send_signal(signal.SIGKILL)
            holder.wait()
        assert journal.with_name("upload.journal.lock").exists()
        assert push(keyed(1), journal=journal).counts["created"] == 1

    def test_a_lock_file_of_a_process_whose_number_is_taken_hinders_nobody(self, push: Push, journal: Path) -> None:
        journal.with_name("upload.journal.lock").write_text(f" process {os.getppid()} since yesterday")
        assert push(keyed(1), journal=journal).counts["created"] == 1


def test_memory_stays_within_bounds() -> None:
    program = """
import tracemalloc
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.operations.rows.plan import Plan
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.types import Company
session = PlanhatSession("offline-0123456789", base_url="http://127.0.0.1:1")
options = RowOptions(given=True, check_custom_fields=False)
rows = [{"name": f"Company {n}", "externalId": f"K-{n}", "description": "x" * 500} for n in range(10_000)]
tracemalloc.start()
plan = Plan.of(session, Company, rows, options)
for _ in plan.chunks(range(1, len(plan) + 1)):
    pass
print(tracemalloc.get_traced_memory()[1] // 2**20)
"""
    said, problem = run(program).communicate(timeout=120)
    assert not problem
    assert int(said) < 16, "MB for 10,000 rows of 600 bytes, beside the rows themselves"
