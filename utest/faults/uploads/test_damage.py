"""Journals that others delete, change or use at the same time: nothing is sent twice, and nothing taken for stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.errors import PlanhatBulkError, PlanhatError, PlanhatValidationError
from RPA.Planhat.operations.rows.journal_file import JournalFile
from utest.faults.uploads.rows import assert_each_row_once, keyed, names, puts, unkeyed

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox
    from RPA.Planhat.session import PlanhatSession
    from utest.faults.uploads.rows import Push

ROWS = 30


@pytest.fixture
def begun(push: Push, journal: Path, planhat: Sandbox) -> list[str]:
    """Returns the lines of a journal of old, without checksums, whose upload stopped after two calls."""
    planhat.call("inject_fault", kind="status", status=401, verb="PUT", calls=[3])
    with pytest.raises(PlanhatBulkError):
        push(unkeyed(ROWS), journal=journal)
    facts = [json.loads(line) for line in journal.read_text("utf-8").splitlines()]
    return [json.dumps({name: value for name, value in fact.items() if name != "sum"}) for fact in facts]


@pytest.mark.usefixtures("small_chunks")
class TestDamage:
    def test_a_journal_without_checksums_is_read(self, push: Push, journal: Path, begun: list[str]) -> None:
        journal.write_text("".join(f"{line}\n" for line in begun), "utf-8")
        report = push(unkeyed(ROWS), journal=journal)
        assert report.counts["created"] == ROWS

    @pytest.mark.parametrize(
        "line",
        [
            {"fact": "resolved", "rows": [[-5, -1]], "outcome": "created", "reason": "", "ids": [], "retryable": False},
            {"fact": "resolved", "rows": [[21, 30]], "outcome": "stored", "reason": "", "ids": [], "retryable": False},
            {"fact": "resolved", "rows": [[21, 99]], "outcome": "created", "reason": "", "ids": [], "retryable": False},
            {"fact": "resolved", "rows": [[30, 21]], "outcome": "created", "reason": "", "ids": [], "retryable": False},
            {"fact": "resolved", "rows": [[True, 21]], "outcome": "created", "reason": "", "ids": [], "retryable": 0},
            {"fact": "resolved", "rows": [[1, 2]], "outcome": "failed", "reason": "", "ids": [], "retryable": False},
            {"fact": "resolved", "rows": [[21, 30]], "outcome": "created", "reason": 5, "ids": 7, "retryable": 1},
            {"fact": "resolved", "rows": 3},
            {"fact": "sent", "chunk": 9, "rows": [[1, 10**9]]},
            {"fact": "sent", "chunk": 9, "rows": [["1", "2"]]},
            {"fact": "sent", "chunk": {}, "rows": [[21, 30]]},
            {"fact": "done", "chunk": 99, "status": 200, "answer": {}},
            {"fact": "done", "chunk": 3, "status": 200, "answer": []},
            {"fact": "done", "chunk": 3, "status": 200, "answer": None},
            {"fact": "doubt", "chunk": 3, "why": {"no": "words"}},
            {"fact": "told"},
            {"fact": ["sent"]},
            {"no": "fact"},
            "[" * 100_000,
            "null",
            "9" * 5_000,
            '{"fact":"sent"',
        ],
    )
    def test_a_line_that_no_upload_wrote_is_damaged(
        self, planhat: Sandbox, push: Push, journal: Path, begun: list[str], line: Any
    ) -> None:
        text = line if isinstance(line, str) else json.dumps(line)
        journal.write_text("".join(f"{each}\n" for each in [*begun, text]), "utf-8")
        before, sent = journal.read_bytes(), puts(planhat)
        with pytest.raises(PlanhatValidationError, match="damaged"):
            push(unkeyed(ROWS), journal=journal)
        assert (journal.read_bytes(), puts(planhat)) == (before, sent)

    @pytest.mark.parametrize("place", range(1, 5))
    @pytest.mark.matrix(44, "UC")
    def test_a_single_character_that_changed_is_found_by_its_checksum(
        self, push: Push, journal: Path, begun: list[str], place: int
    ) -> None:
        journal.unlink()
        push(unkeyed(ROWS), journal=journal)
        lines = journal.read_text("utf-8").splitlines(keepends=True)
        lines[place] = lines[place].replace("1", "2", 1)
        journal.write_text("".join(lines), "utf-8")
        assert begun
        with pytest.raises(PlanhatValidationError, match=f"damaged in line {place + 1}"):
            push(unkeyed(ROWS), journal=journal)

    def test_a_line_without_a_checksum_among_others_is_damaged(self, push: Push, journal: Path) -> None:
        push(unkeyed(ROWS), journal=journal)
        with journal.open("a", encoding="utf-8") as file:
            file.write('{"fact":"end"}\n')
        with pytest.raises(PlanhatValidationError, match="damaged in line"):
            push(unkeyed(ROWS), journal=journal)


@pytest.mark.usefixtures("small_chunks")
class TestWhileItIsInUse:
    @pytest.mark.parametrize("deleted", [["upload.journal.lock"], ["upload.journal"]])
    @pytest.mark.matrix(44, "UC")
    def test_whatever_is_deleted_a_second_upload_is_refused(
        self, planhat: Sandbox, push: Push, journal: Path, deleted: list[str]
    ) -> None:
        with JournalFile(journal):
            for name in deleted:
                journal.with_name(name).unlink()
            with pytest.raises(PlanhatValidationError, match="The journal is in use"):
                push(keyed(1), journal=journal)
        assert puts(planhat) == 0

    @pytest.mark.parametrize("how", ["deleted", "replaced", "changed"])
    def test_an_upload_whose_journal_is_gone_sends_nothing_more(  # noqa: PLR0917 - fixtures
        self,
        planhat: Sandbox,
        session: PlanhatSession,
        push: Push,
        journal: Path,
        monkeypatch: pytest.MonkeyPatch,
        how: str,
    ) -> None:
        send = session.call

        def call(*arguments: Any, **options: Any) -> Any:
            answer = send(*arguments, **options)
            if puts(planhat) == 1:
                if how == "changed":
                    journal.write_text("")
                else:
                    journal.unlink()
                if how == "replaced":
                    journal.write_text('{"fact":"head"}\n')
            return answer

        monkeypatch.setattr(session, "call", call)
        with pytest.raises(PlanhatBulkError, match=r"was deleted, replaced or changed by another program") as stopped:
            push(unkeyed(ROWS), journal=journal)
        assert puts(planhat) == 1
        assert_each_row_once(stopped.value.report, ROWS)
        unknown = {each.row["name"] for each in stopped.value.report.unknown}
        assert set(names(planhat)) == unknown

    def test_a_disk_that_fills_up_after_an_answer_leaves_its_rows_unknown(
        self, planhat: Sandbox, push: Push, journal: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write = JournalFile.append

        def append(file: JournalFile, fact: dict[str, Any]) -> None:
            if fact["fact"] == "done":
                raise PlanhatError("The disk is full.")
            write(file, fact)

        monkeypatch.setattr(JournalFile, "append", append)
        with pytest.raises(PlanhatBulkError) as stopped:
            push(unkeyed(ROWS), journal=journal)
        unknown = {each.row["name"] for each in stopped.value.report.unknown}
        assert set(names(planhat)) == unknown
        assert_each_row_once(stopped.value.report, ROWS)
