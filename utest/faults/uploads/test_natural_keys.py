"""Rows without a key: given one that follows from what they hold, or found again by it; never stored twice."""

from __future__ import annotations

import re
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.errors import PlanhatBulkError, PlanhatValidationError
from RPA.Planhat.operations.options import UpsertOptions
from RPA.Planhat.operations.rows.upsert import upsert
from RPA.Planhat.types import Company, Enduser, Invoice, Note, Task
from utest.faults.uploads.rows import assert_each_row_once, keyed, names, puts, unkeyed
from utest.faults.uploads.test_journal import FAULTS, Crash, facts_in
from utest.stub import Seen, Stub, reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox
    from RPA.Planhat.session import PlanhatSession
    from utest.faults.uploads.rows import Push

PUT = {"verb": "PUT", "route": "/companies"}
KEY = re.compile(r"rf-[0-9a-f]{32}")


@pytest.fixture
def session(planhat: Sandbox, to: Callable[..., PlanhatSession]) -> PlanhatSession:
    """Waits for late writes no longer than these tests need."""
    return to(planhat.url, planhat.api_key, settle=0.3)


def faults(planhat: Sandbox, probability: float = 0.3) -> None:
    for number, fault in enumerate(FAULTS):
        planhat.call("inject_fault", **fault, verb="PUT", probability=probability / len(FAULTS), seed=number)


class TestGeneratedKeys:
    @pytest.mark.usefixtures("small_chunks")
    def test_rows_without_a_key_survive_faults_and_a_second_run_stores_nothing_twice(
        self, planhat: Sandbox, push: Push
    ) -> None:
        faults(planhat)
        for _ in range(2):
            report = push(unkeyed(200), generate_keys="name")
            assert_each_row_once(report, 200)
            assert not report.unknown
            assert not report.failed
        planhat.call("clear_faults")
        assert Counter(names(planhat)) == Counter(row["name"] for row in unkeyed(200))
        assert push(unkeyed(200), generate_keys="name").counts["unchanged"] == 200

    def test_the_key_is_the_same_in_each_run_and_stands_in_the_report(self, planhat: Sandbox, push: Push) -> None:
        first = push([{"name": "Acme"}], generate_keys="name")
        (stored,) = planhat.call("rows", model="companies")
        assert KEY.fullmatch(stored["externalId"])
        assert first.results[0].key == f"externalId={stored['externalId']}"
        assert first.results[0].row == {"name": "Acme"}
        again = push([{"name": " ACME "}], generate_keys=["name"])
        assert again.results[0].key == first.results[0].key
        assert len(planhat.call("rows", model="companies")) == 1

    def test_rows_that_have_a_key_keep_it(self, planhat: Sandbox, push: Push) -> None:
        push([{"name": "Acme", "externalId": "A"}, {"name": "Other", "source_id": "S"}], generate_keys="name")
        rows = {row["name"]: row for row in planhat.call("rows", model="companies")}
        assert rows["Acme"]["externalId"] == "A"
        assert not rows["Other"].get("externalId")

    def test_equal_rows_are_one_record_and_contradicting_ones_are_refused(self, planhat: Sandbox, push: Push) -> None:
        assert push([*unkeyed(1), *unkeyed(1)], generate_keys="name").counts["created"] == 1
        with pytest.raises(PlanhatValidationError, match="row 2: it contradicts row 1"):
            push([{"name": "A", "phase": "x"}, {"name": "A", "phase": "y"}], generate_keys="name")

    def test_rows_that_lack_what_a_key_is_made_of_are_refused(self, planhat: Sandbox, push: Push) -> None:
        rows = [{"name": "A", "web": "a.example"}, {"name": "B", "web": "  "}, {"name": "C"}]
        with pytest.raises(PlanhatValidationError) as caught:
            push(rows, generate_keys="name, web")
        assert str(caught.value) == (
            "Nothing was sent, since 2 rows are bad:\n  rows 2, 3: no key can be generated for it, since it has no web."
        )
        assert puts(planhat) == 0

    def test_an_enduser_needs_its_company_and_is_another_one_in_another(self, planhat: Sandbox, push: Push) -> None:
        push([{"name": "One", "externalId": "1"}, {"name": "Two", "externalId": "2"}])
        with pytest.raises(PlanhatValidationError, match="has no company_id: external ids of endusers are"):
            push([{"email": "a@b.example"}], Enduser, generate_keys="email")
        rows = [{"email": "a@b.example", "companyId": f"extid-{number}"} for number in (1, 2)]
        report = push(rows, Enduser, generate_keys="email")
        assert report.counts["created"] == 2
        assert report.results[0].key != report.results[1].key

    def test_a_custom_field_may_tell_records_apart(self, planhat: Sandbox, push: Push) -> None:
        rows = [{"name": "A", "custom.No": 1}, {"name": "A", "custom": {"No": 2}}]
        unchecked: dict[str, Any] = {"generate_keys": "custom.No", "check_custom_fields": False}
        assert push(rows, **unchecked).counts["created"] == 2
        assert push(rows, **unchecked).counts["unchanged"] == 2

    def test_invoices_get_the_key_that_planhat_calls_ext_id(self, planhat: Sandbox, push: Push) -> None:
        push([{"name": "One", "externalId": "1"}])
        row = {"company_id": "extid-1", "currency": "EUR", "invoice_date": "2026-03-01", "product": "Basic"}
        assert push([row], Invoice, generate_keys="invoice_date, product").results[0].key.startswith("extId=rf-")

    def test_models_that_planhat_does_not_find_by_it_are_refused(self, push: Push) -> None:
        with pytest.raises(PlanhatValidationError, match=r"does not find tasks by an external id.*or use find_by"):
            push([{"action": "x"}], Task, generate_keys="action")

    @pytest.mark.parametrize(
        ("names", "words"),
        [
            ("nmae", "Did you mean name"),
            (" , ", "Name at least one field"),
            ("mrr", "mrr of companies is set by Planhat"),
        ],
    )
    def test_a_field_that_is_none_is_refused(self, push: Push, names: str, words: str) -> None:
        with pytest.raises(PlanhatValidationError, match=words):
            push(unkeyed(1), generate_keys=names)

    def test_both_options_at_once_are_refused(self, push: Push) -> None:
        with pytest.raises(PlanhatValidationError, match="generate_keys or find_by, not both"):
            push(unkeyed(1), generate_keys="name", find_by="name")


class TestFoundBack:
    def lost(self, planhat: Sandbox, kind: str = "reset_after", **more: Any) -> None:
        planhat.call("inject_fault", kind=kind, **PUT, times=1, **more)

    def test_a_stored_row_whose_answer_was_lost_is_found_with_its_id(
        self, planhat: Sandbox, push: Push, journal: Path
    ) -> None:
        self.lost(planhat)
        report = push(unkeyed(3), find_by="name", journal=journal, fail=True)
        ids = {row["name"]: row["_id"] for row in planhat.call("rows", model="companies")}
        assert [(each.outcome.value, each.id) for each in report.results] == [
            ("unchanged", ids[row["name"]]) for row in unkeyed(3)
        ]
        assert report.results[0].reason == "read back by name: it is stored as sent"
        assert puts(planhat) == 1
        (fact,) = facts_in(journal, "resolved")
        assert (fact["how"], fact["rows"], fact["ids"]) == ("read-back", [[1, 3]], list(ids.values()))
        planhat.call("forget_requests")
        assert push(unkeyed(3), find_by="name", journal=journal).results == report.results
        assert planhat.call("requests") == []

    def test_a_row_that_was_not_stored_stays_unknown_and_is_not_sent_again(self, planhat: Sandbox, push: Push) -> None:
        self.lost(planhat, "reset_before")
        report = push(unkeyed(2), find_by="name")
        assert report.counts["unknown"] == 2
        assert report.results[0].reason.endswith("never sent twice, and no record has its name")
        assert puts(planhat) == 1
        assert names(planhat) == []

    def test_one_listing_serves_all_rows(self, planhat: Sandbox, push: Push) -> None:
        self.lost(planhat)
        push(unkeyed(300), find_by="name")
        reads = planhat.call("requests", method="GET")
        assert 1 <= len(reads) <= 10, "pages may be fetched early, but not one for each row"
        assert {call["path"] for call in reads} == {"/companies"}

    def test_a_late_write_is_waited_for(self, stub: Stub, to: Callable[..., PlanhatSession]) -> None:
        sent: list[float] = []

        def late(request: Seen) -> Any:
            there = time.monotonic() > sent[0] + 0.2 and not int(request.query.get("offset", 0))
            return reply([{"_id": "1", "name": "Nameless 1"}] if there else [])

        def lost(_: Seen) -> Any:
            sent.append(time.monotonic())
            return reply(b"", 504)

        stub.on("PUT /companies", lost)
        stub.on("GET /companies", late)
        options = UpsertOptions(find_by="name")
        report = upsert(to(stub.url, settle=0.3), Company, unkeyed(1), options, fail_on_errors=False)
        assert [(each.outcome.value, each.id) for each in report.results] == [("unchanged", "1")]

    def test_several_records_of_that_name_leave_it_unknown(self, planhat: Sandbox, push: Push) -> None:
        push(unkeyed(1))
        self.lost(planhat)
        report = push(unkeyed(1), find_by="name")
        assert report.results[0].reason.endswith("and 2 records have its name")

    def test_several_rows_of_that_name_leave_them_unknown(self, planhat: Sandbox, push: Push) -> None:
        self.lost(planhat)
        report = push([*unkeyed(1), {"name": "nameless  1", "phase": "x"}], find_by="name")
        assert report.counts["unknown"] == 2
        assert "2 rows have the same name" in report.results[0].reason

    def test_the_record_of_a_row_with_a_key_is_not_taken_for_it(self, planhat: Sandbox, push: Push) -> None:
        # Rows with a key go first; the call with the others is lost before it is carried out.
        planhat.call("inject_fault", kind="reset_before", verb="PUT", times=1, calls=[2])
        rows = [{"externalId": "K", "name": "Acme", "phase": "lead"}, {"name": "Acme", "phase": "lead"}]
        report = push(rows, find_by="name")
        assert [each.outcome.value for each in report.results] == ["created", "unknown"]
        assert "2 rows have the same name" in report.results[1].reason

    def test_another_record_of_that_name_is_not_taken_for_it(self, planhat: Sandbox, push: Push) -> None:
        push([{"name": "Acme", "phase": "old"}])
        self.lost(planhat, "reset_before")
        report = push([{"name": "Acme", "phase": "new"}], find_by="name")
        assert report.counts["unknown"] == 1
        assert "has its name, but other values in phase" in report.results[0].reason

    def test_a_row_without_the_field_stays_unknown(self, planhat: Sandbox, push: Push) -> None:
        self.lost(planhat)
        report = push([{"name": "Acme"}], find_by="web")
        assert "it has no web to find it by" in report.results[0].reason

    def test_a_company_may_be_named_by_another_id(self, planhat: Sandbox, push: Push) -> None:
        push([{"name": "One", "externalId": "1"}, {"name": "Two", "externalId": "2"}])
        rows = [{"subject": "Kick-off", "companyId": f"extid-{number}"} for number in (1, 2)]
        planhat.call("inject_fault", kind="reset_after", verb="PUT", route="/conversations", times=1)
        report = push(rows, Note, find_by="subject, company_id")
        assert report.counts["unchanged"] == 2
        assert report.results[0].id != report.results[1].id

    @pytest.mark.parametrize("find_by", ["name", None])
    def test_rows_that_were_under_way_in_a_crash_are_settled_once_when_it_goes_on(  # noqa: PLR0917 - fixtures
        self,
        planhat: Sandbox,
        session: PlanhatSession,
        push: Push,
        journal: Path,
        monkeypatch: pytest.MonkeyPatch,
        find_by: str | None,
    ) -> None:
        send = session.call

        def crash(*args: Any, **options: Any) -> Any:
            send(*args, **options)
            raise Crash

        with monkeypatch.context() as patch:
            patch.setattr(session, "call", crash)
            with pytest.raises(Crash):
                push(unkeyed(5), find_by=find_by, journal=journal)
        report = push(unkeyed(5), find_by=find_by, journal=journal)
        assert report.counts["unchanged" if find_by else "unknown"] == 5
        assert puts(planhat) == 1
        before = journal.read_bytes()
        planhat.call("forget_requests")
        assert push(unkeyed(5), find_by=find_by, journal=journal).results == report.results
        assert planhat.call("requests") == []
        assert journal.read_bytes() == before

    def test_where_the_list_can_not_be_read_now_the_journal_can_find_them_later(
        self, planhat: Sandbox, push: Push, journal: Path
    ) -> None:
        self.lost(planhat)
        planhat.call("inject_fault", kind="status", status=500, verb="GET", route="/companies")
        assert push(unkeyed(2), find_by="name", journal=journal).counts["unknown"] == 2
        assert not facts_in(journal, "end")
        planhat.call("clear_faults")
        assert push(unkeyed(2), find_by="name", journal=journal).counts["unchanged"] == 2
        assert puts(planhat) == 1

    @pytest.mark.usefixtures("small_chunks")
    def test_under_faults_nothing_is_lost_or_doubled_and_only_what_is_missing_is_unknown(
        self, planhat: Sandbox, push: Push
    ) -> None:
        faults(planhat)
        try:
            report = push([*unkeyed(200), *keyed(50)], find_by="name")
        except PlanhatBulkError as stopped:
            report = stopped.report
        planhat.call("clear_faults")
        stored = Counter(names(planhat))
        assert_each_row_once(report, 250)
        assert max(stored.values()) == 1
        assert {each.row["name"] for each in report.unknown} == {row["name"] for row in unkeyed(200)} - set(stored)

    def test_another_natural_key_is_another_upload(self, push: Push, journal: Path) -> None:
        push(unkeyed(1), generate_keys="name", journal=journal)
        with pytest.raises(PlanhatValidationError, match=r"differ: options of the rows \(generate_keys=name there"):
            push(unkeyed(1), journal=journal)

    @pytest.mark.parametrize("option", ["generate_keys", "find_by"])
    def test_one_natural_key_in_another_spelling_is_the_same_upload(
        self, planhat: Sandbox, push: Push, journal: Path, option: str
    ) -> None:
        rows = [{"name": "Acme", "phase": "x", "csmScore": 1}]
        first: dict[str, Any] = {option: "name, csmScore"}
        again: dict[str, Any] = {option: ["name", "csm_score"]}
        push(rows, journal=journal, **first)
        report = push(rows, journal=journal, **again)
        assert (report.counts["created"], puts(planhat)) == (1, 1)

    def test_which_of_several_rows_wins_is_said_when_it_differs(self, push: Push, journal: Path) -> None:
        push(keyed(1), journal=journal)
        with pytest.raises(PlanhatValidationError, match=r"options of the rows \(none there, duplicates=last here\)"):
            push(keyed(1), duplicates="last", journal=journal)

    def test_a_python_program_says_it_by_name(self, planhat: Sandbox, session: PlanhatSession) -> None:
        options = UpsertOptions(find_by=["name"])
        assert upsert(session, Company, unkeyed(1), options).counts["created"] == 1
