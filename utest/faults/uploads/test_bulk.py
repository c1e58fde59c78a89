"""Bulk upserts under faults: whatever is answered, each row ends in exactly one outcome, and in the right one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.errors import PlanhatAuthFailedError, PlanhatBulkError, PlanhatConnectionError, PlanhatValidationError
from RPA.Planhat.operations.options import UpsertOptions
from RPA.Planhat.operations.rows import plan as bulk_plan
from RPA.Planhat.operations.rows import upsert as bulk_upload
from RPA.Planhat.operations.rows.upsert import upsert
from RPA.Planhat.types import Company, Enduser, Note, Ticket
from utest.faults.uploads.rows import assert_each_row_once, keyed, names, puts, unkeyed
from utest.stub import QUICK, Seen, Stub, Upserts, an_id, nowhere, reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox
    from RPA.Planhat.session import PlanhatSession
    from utest.faults.uploads.rows import Push

PUT = {"verb": "PUT", "route": "/companies"}
LOST = [
    {"kind": "reset_before"},
    {"kind": "reset_after"},
    {"kind": "reset_middle"},
    {"kind": "close_after"},
    {"kind": "truncated_gzip"},
    {"kind": "broken_json"},
    {"kind": "content_type"},
    {"kind": "wrong_length"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 504, "process": True},
    {"kind": "silence", "seconds": 2},
]


def kind_of(fault: dict[str, Any]) -> str:
    return "-".join(str(value) for value in fault.values())


class TestLostAnswers:
    @pytest.mark.parametrize("fault", LOST, ids=kind_of)
    @pytest.mark.parametrize("times", [1, 2, 3])
    def test_keyed_rows_end_as_certain(
        self, planhat: Sandbox, to: Callable[..., PlanhatSession], fault: dict[str, Any], times: int
    ) -> None:
        planhat.call("inject_fault", **fault, **PUT, times=times)
        report = upsert(to(planhat.url, bulk_read_timeout=0.3), Company, keyed(6), fail_on_errors=False)
        assert_each_row_once(report, 6)
        assert not report.unknown
        assert not report.failed
        assert names(planhat) == sorted(row["name"] for row in keyed(6))

    @pytest.mark.parametrize("retries", [0, 1])
    def test_rows_that_were_sent_twice_are_not_taken_for_old_ones(
        self, planhat: Sandbox, to: Callable[..., PlanhatSession], tmp_path: Path, retries: int
    ) -> None:
        planhat.call("inject_fault", kind="reset_after", **PUT, times=1)
        session = to(planhat.url, settings=replace(QUICK, retries=retries))
        options: Any = {"journal": tmp_path / "journal"}
        for report in (upsert(session, Company, keyed(3), options), upsert(session, Company, keyed(3), options)):
            assert (report.counts["unchanged"], report.resent, str(report)) == (3, 3, "3 unchanged (3 sent twice)")
            assert all("whose answer was lost" in each.reason for each in report.results)

    @pytest.mark.parametrize("fault", LOST, ids=kind_of)
    def test_unkeyed_rows_are_sent_once_and_end_as_unknown(
        self, planhat: Sandbox, to: Callable[..., PlanhatSession], fault: dict[str, Any]
    ) -> None:
        planhat.call("inject_fault", **fault, **PUT, times=1)
        report = upsert(to(planhat.url, bulk_read_timeout=0.3), Company, unkeyed(4), fail_on_errors=False)
        assert report.counts["unknown"] == 4
        assert not any(each.retryable for each in report.unknown)
        assert puts(planhat) == 1

    def test_rows_with_and_without_keys_share_no_call(self, planhat: Sandbox, push: Push) -> None:
        planhat.call("inject_fault", kind="reset_after", **PUT, calls=[1, 3])
        report = push([*unkeyed(2), *keyed(2)])
        assert [each.outcome.value for each in report.results] == ["unknown", "unknown", "unchanged", "unchanged"]
        assert len(names(planhat)) == 4

    def test_a_refused_call_is_sent_again_without_keys_too(self, planhat: Sandbox, push: Push) -> None:
        planhat.call("inject_fault", kind="status", status=503, retry_after=0, times=1, **PUT)
        assert push(unkeyed(3)).counts["created"] == 3
        assert len(names(planhat)) == 3

    @pytest.mark.usefixtures("small_chunks")
    def test_a_server_that_fails_for_ever_stops_the_upload(self, planhat: Sandbox, push: Push) -> None:
        planhat.call("inject_fault", kind="status", status=500, **PUT)
        with pytest.raises(PlanhatBulkError, match="The upload stopped") as caught:
            push(keyed(45))
        report = caught.value.report
        assert_each_row_once(report, 45)
        assert report.counts["unknown"] == 20
        assert report.counts["failed"] == 25
        assert report.failed[0].retryable
        assert puts(planhat) <= 2 * bulk_upload.MOST_SILENT

    @pytest.mark.usefixtures("small_chunks")
    def test_rows_in_doubt_have_a_second_chance_at_the_end(self, planhat: Sandbox, push: Push) -> None:
        planhat.call("inject_fault", kind="status", status=500, **PUT, times=6)
        report = push(keyed(30))
        assert report.counts["created"] == 30
        assert [request["body"][0]["externalId"] for request in planhat.call("requests", method="PUT", last=1)] == [
            "K-1"
        ]

    def test_no_connection_is_not_unknown(self, to: Callable[..., PlanhatSession]) -> None:
        with pytest.raises(PlanhatConnectionError):
            upsert(to(nowhere()), Company, keyed(2))


class TestRow20And19:
    @pytest.mark.usefixtures("small_chunks")
    @pytest.mark.parametrize("fail_on_errors", [True, False])
    def test_a_401_stops_at_once_and_names_the_rows_that_were_not_sent(
        self, planhat: Sandbox, session: PlanhatSession, fail_on_errors: bool
    ) -> None:
        planhat.call("inject_fault", kind="status", status=401, **PUT, calls=[2])
        with pytest.raises(PlanhatBulkError, match="did not accept the token") as caught:
            upsert(session, Company, keyed(50), fail_on_errors=fail_on_errors)
        report = caught.value.report
        assert_each_row_once(report, 50)
        assert report.counts["created"] == 10
        assert [each.number for each in report.failed] == list(range(11, 51))
        assert all(each.retryable for each in report.failed)
        assert puts(planhat) == 2

    def test_a_401_on_the_first_call_is_that_error_itself(self, planhat: Sandbox, push: Push) -> None:
        planhat.call("inject_fault", kind="status", status=401, **PUT)
        with pytest.raises(PlanhatAuthFailedError):
            push(keyed(3))
        assert puts(planhat) == 1

    def test_a_401_after_a_lost_answer_leaves_the_rows_unknown(self, planhat: Sandbox, push: Push) -> None:
        planhat.call("inject_fault", kind="reset_after", **PUT, calls=[1])
        planhat.call("inject_fault", kind="status", status=401, **PUT, calls=[2])
        with pytest.raises(PlanhatBulkError, match="did not accept the token") as caught:
            push(keyed(2))
        assert caught.value.report.counts["unknown"] == 2

    def test_a_403_for_the_model_puts_the_rows_into_failed(self, planhat: Sandbox, push: Push) -> None:
        planhat.call("forbid", model="company", verbs=["create"])
        report = push(keyed(3))
        assert report.counts["failed"] == 3
        assert not names(planhat)

    @pytest.mark.usefixtures("small_chunks")
    def test_a_403_without_account_in_the_midst_fails_its_rows_only(self, planhat: Sandbox, push: Push) -> None:
        planhat.call("inject_fault", kind="status", status=403, **PUT, calls=[2])
        report = push(keyed(30))
        assert report.counts["created"] == 20
        assert [each.number for each in report.failed] == list(range(11, 21))


class TestRow22:
    """400 with an account, with text, with nothing."""

    def test_a_400_with_an_account_is_an_account(self, planhat: Sandbox, push: Push) -> None:
        report = push([{"email": "a@b.example", "externalId": "E", "companyId": "extid-NONE"}], Enduser)
        assert [each.outcome.value for each in report.results] == ["failed"]
        assert report.failed[0].reason
        assert not report.failed[0].retryable
        assert puts(planhat) == 1

    @pytest.mark.parametrize("bad", [1, 3])
    def test_a_400_with_text_is_narrowed_down_to_the_bad_rows(
        self, stub: Stub, to: Callable[..., PlanhatSession], bad: int
    ) -> None:
        poison = tuple(f"K-{100 * n}" for n in range(1, bad + 1))
        stub.on("PUT /companies", Upserts(poison=poison))
        report = upsert(to(stub.url), Company, keyed(1000), fail_on_errors=False)
        assert_each_row_once(report, 1000)
        assert [each.row["externalId"] for each in report.failed] == list(poison)
        assert report.counts["created"] == 1000 - bad
        assert report.failed[0].reason == "Cast to Number failed"
        assert report.calls <= 1 + 2 * bad * 10

    def test_narrowing_is_bounded(self, stub: Stub, to: Callable[..., PlanhatSession]) -> None:
        stub.on("PUT /companies", reply(b"no", 400))
        report = upsert(to(stub.url), Company, keyed(1000), fail_on_errors=False)
        assert report.counts["failed"] == 1000
        assert report.calls <= 2 * bulk_upload.MOST_SPLITS + 1
        assert any(each.retryable for each in report.failed)


class TestRow24:
    """413, more than 5,000 rows, more than 32 MB."""

    def test_a_413_splits_down_to_one_row_which_fails_as_too_large(
        self, stub: Stub, to: Callable[..., PlanhatSession]
    ) -> None:
        upserts = Upserts()

        def at_most(request: Seen) -> Any:
            return reply(b"", 413) if len(request.body) > 2000 else upserts(request)

        stub.on("PUT /companies", at_most)
        rows = [*keyed(300), {"externalId": "big", "name": "x" * 3000}, *keyed(300, 301)]
        report = upsert(to(stub.url), Company, rows, fail_on_errors=False)
        assert_each_row_once(report, 601)
        assert [each.number for each in report.failed] == [301]
        assert "too large" in report.failed[0].reason
        assert len(upserts.stored) == 600

    def test_a_413_splits_unkeyed_rows_too_since_none_is_stored(
        self, planhat: Sandbox, push: Push, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        planhat.call("inject_fault", kind="status", status=413, **PUT, times=1)
        assert push(unkeyed(9)).counts["created"] == 9
        assert len(names(planhat)) == 9

    def test_calls_hold_at_most_5000_rows(self, planhat: Sandbox, push: Push) -> None:
        assert push(keyed(5001)).calls == 2
        assert [len(call["answer"]) for call in planhat.call("requests", method="PUT")]
        assert len(names(planhat)) == 5001

    def test_calls_hold_at_most_so_many_bytes(
        self, stub: Stub, to: Callable[..., PlanhatSession], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bulk_plan, "MOST_BYTES", 1000)
        stub.on("PUT /companies", Upserts())
        rows = [{"externalId": f"K-{n}", "name": "å" * (n % 90)} for n in range(500)]
        report = upsert(to(stub.url), Company, rows)
        assert report.counts["created"] == 500
        sizes = [len(request.body) for request in stub.seen]
        assert max(sizes) <= 1000
        assert sum(sizes) / len(sizes) > 800

    def test_a_row_that_no_call_can_hold_is_not_sent(
        self, stub: Stub, to: Callable[..., PlanhatSession], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bulk_plan, "MOST_BYTES", 1000)
        stub.on("PUT /companies", Upserts())
        report = upsert(
            to(stub.url), Company, [{"externalId": "A", "name": "x" * 1000}, *keyed(1)], fail_on_errors=False
        )
        assert [each.outcome.value for each in report.results] == ["failed", "created"]
        assert report.failed[0].reason.startswith("too large")
        assert len(stub.seen) == 1


class TestRow27And28:
    """Answers of every shape; counts that do not add up."""

    ENVELOPES: tuple[dict[str, Any], ...] = (
        {"created": 3},
        {"created": 2, "createdErrors": ["no"]},
        {"created": 2, "createdErrors": [{"message": "no"}], "insertsKeys": [{}, {"name": "C 1"}]},
        {"created": 2, "insertsKeys": [{"externalId": "K-1"}, {"externalId": "K-3"}], "updatedErrors": ["no"]},
        {"created": 2, "createdErrors": [{"message": "no", "externalId": "K-2"}]},
        {"created": 2, "createdErrors": [{"message": "no", "item": {"externalId": "K-2"}}]},
        {"created": 2, "somethingNewErrors": [{"error": "no", "externalId": "K-2"}]},
        {"created": 2, "permissionErrors": [{"reason": "no", "externalId": "K-2"}]},
        {"created": 2},
        {"created": 5},
        {"created": 3, "nonupdates": 3},
        {"created": 0},
        {"created": None, "createdErrors": None, "insertsKeys": "?"},
        {"updated": 1, "nonupdates": 2},
        {"createdErrors": [None, 5, ["x"]]},
        {"created": -1, "updated": True},
    )

    @pytest.mark.parametrize("status", [200, 206, 400, 403])
    @pytest.mark.parametrize("envelope", ENVELOPES, ids=range(len(ENVELOPES)))
    def test_each_row_ends_once(
        self, stub: Stub, to: Callable[..., PlanhatSession], envelope: dict[str, Any], status: int, tmp_path: Any
    ) -> None:
        stub.on("PUT /companies", reply(envelope, status))
        for name, rows in (("keyed", keyed(3)), ("unkeyed", unkeyed(3))):
            report = upsert(to(stub.url), Company, rows, fail_on_errors=False)
            assert_each_row_once(report, 3)
            options = UpsertOptions(journal=tmp_path / name)
            noted = upsert(to(stub.url), Company, rows, options, fail_on_errors=False)
            again = upsert(to(stub.url), Company, rows, options, fail_on_errors=False)
            assert again.results == noted.results == report.results

    @pytest.mark.parametrize("word", ["message", "error", "errmsg", "reason"])
    def test_an_error_that_names_its_row_finds_it(
        self, stub: Stub, to: Callable[..., PlanhatSession], word: str
    ) -> None:
        answer = {"created": 2, "createdErrors": [{word: "no", "externalId": "K-2"}]}
        stub.on("PUT /companies", reply(answer, 206))
        report = upsert(to(stub.url), Company, keyed(3), fail_on_errors=False)
        assert [each.outcome.value for each in report.results] == ["created", "failed", "created"]
        assert report.failed[0].reason == "no"

    def test_an_error_that_names_no_row_is_found_by_sending_fewer(self, planhat: Sandbox, push: Push) -> None:
        push([{"name": "Acme", "externalId": "C"}])
        rows = [{"email": f"p{n}@b.example", "externalId": f"E-{n}", "companyId": "extid-C"} for n in range(1, 9)]
        rows[5]["companyId"] = "extid-NONE"
        rows[2]["companyId"] = "extid-NONE"
        report = push(rows, Enduser)
        assert_each_row_once(report, 8)
        assert [each.number for each in report.failed] == [3, 6]
        assert not report.unknown

    def test_rows_that_are_dropped_without_a_word_are_read_back(self, planhat: Sandbox, push: Push) -> None:
        planhat.call("set_dialect", enduser_without_company="drop")
        push([{"name": "Acme", "externalId": "C"}])
        rows = [
            {"email": "a@b.example", "externalId": "E-1", "companyId": "extid-C"},
            {"email": "x@nowhere.example", "externalId": "E-2"},
        ]
        report = push(rows, Enduser)
        assert [each.outcome.value for each in report.results] == ["created", "failed"]
        assert "did not store it" in report.failed[0].reason
        assert report.failed[0].retryable is True

    def test_without_keys_counts_that_do_not_add_up_are_unknown(
        self, stub: Stub, to: Callable[..., PlanhatSession]
    ) -> None:
        stub.on("PUT /companies", reply({"created": 3}))
        report = upsert(to(stub.url), Company, unkeyed(5), fail_on_errors=False)
        assert report.counts["unknown"] == 5
        assert len(stub.seen) == 1

    def test_keys_that_differ_by_capitals_only_are_told_apart(
        self, stub: Stub, to: Callable[..., PlanhatSession]
    ) -> None:
        named = [{"_id": "2", "sourceId": "0015gXyZAb"}, {"_id": "1", "sourceId": "0015gXyZaB"}]
        stub.on("PUT /companies", reply({"created": 2, "insertsKeys": named}))
        rows = [{"name": "One", "sourceId": "0015gXyZaB"}, {"name": "Two", "sourceId": "0015gXyZAb"}]
        report = upsert(to(stub.url), Company, rows)
        assert [each.id for each in report.results] == ["1", "2"]

    def test_the_error_has_the_report(self, planhat: Sandbox, push: Push) -> None:
        rows = [*keyed(2), {"_id": "0" * 23 + "1", "name": "Nobody"}]
        with pytest.raises(PlanhatBulkError, match="1 of 3 rows") as caught:
            push(rows, fail=True)
        assert caught.value.report.counts["created"] == 2


class TestRow29:
    """One key several times in the input."""

    def same(self, *values: Any, key: str = "externalId") -> list[dict[str, Any]]:
        return [{key: value, "name": f"Name {n}"} for n, value in enumerate(values)]

    @pytest.mark.parametrize("values", [("1", 1), ("A", "A"), ("A", " A "), (1, "1 ")])
    def test_rows_that_contradict_each_other_are_refused(self, planhat: Sandbox, push: Push, values: Any) -> None:
        with pytest.raises(PlanhatValidationError, match="row 2: it contradicts row 1"):
            push(self.same(*values))
        assert puts(planhat) == 0

    def test_addresses_are_compared_without_capitals(self, planhat: Sandbox, push: Push) -> None:
        rows = [
            {"email": "A@b.example", "companyId": "c", "firstName": "A"},
            {"email": "a@B.example", "companyId": "c"},
        ]
        with pytest.raises(PlanhatValidationError, match="contradicts"):
            push(rows, Enduser)

    def test_the_last_wins_when_that_is_wanted(self, planhat: Sandbox, push: Push) -> None:
        report = push(self.same("A", "A", "B", "A"), duplicates="last")
        assert names(planhat) == ["Name 2", "Name 3"]
        assert_each_row_once(report, 4)
        assert report.results[0].reason == "repeats row 4"

    def test_the_first_wins_when_that_is_wanted(self, planhat: Sandbox, push: Push) -> None:
        report = push(self.same("A", "A", "B", "A"), duplicates="first")
        assert names(planhat) == ["Name 0", "Name 2"]
        assert_each_row_once(report, 4)
        assert report.results[3].reason == "repeats row 1"

    def test_equal_rows_are_sent_once(self, planhat: Sandbox, push: Push) -> None:
        report = push([*keyed(2), *keyed(2)])
        assert report.counts == {"created": 2, "updated": 0, "unchanged": 2, "failed": 0, "unknown": 0}

    def test_one_external_id_in_two_companies_is_two_records(self, planhat: Sandbox, push: Push) -> None:
        push([{"name": "One", "externalId": "1"}, {"name": "Two", "externalId": "2"}])
        rows = [{"email": f"{n}@x.example", "externalId": "E", "companyId": f"extid-{n}"} for n in (1, 2)]
        assert push(rows, Enduser).counts["created"] == 2


class TestStopRules:
    @pytest.mark.usefixtures("small_chunks")
    @pytest.mark.parametrize(("limit", "sent"), [(3, 10), ("3", 10), ("30%", 10), (6, 20), ("50%", 50), (None, 50)])
    def test_too_many_failed_rows_stop_the_upload(
        self, planhat: Sandbox, push: Push, limit: int | str | None, sent: int
    ) -> None:
        planhat.call("set_dialect", item_errors="object")
        rows = [{"_id": f"{n:024x}"} if n % 10 < 4 else row for n, row in enumerate(keyed(50))]
        try:
            report = push(rows, stop_after_failed=limit)
        except PlanhatBulkError as stopped:
            report = stopped.report
        assert ("stop_after_failed" in report.stopped) is (sent < 50)
        assert_each_row_once(report, 50)
        assert sum("not sent" not in each.reason for each in report.results) == sent

    @pytest.mark.parametrize("limit", ["many", "0", "-5%", "0%", 0, "%", "-3", ""])
    def test_a_limit_is_a_number_or_a_share(self, push: Push, limit: Any) -> None:
        with pytest.raises(PlanhatValidationError, match="stop_after_failed"):
            push(keyed(1), stop_after_failed=limit)


def test_an_unknown_option_is_told_with_those_that_there_are(planhat: Sandbox, push: Push) -> None:
    with pytest.raises(TypeError, match=r"^There is no option 'verfy'\. Did you mean verify\? There are "):
        push(keyed(1), verfy=True)
    assert puts(planhat) == 0


class TestReadingBack:
    def test_what_is_stored_as_sent_is_proven(self, planhat: Sandbox, push: Push) -> None:
        report = push([*keyed(30), *unkeyed(2)], verify=True)
        assert report.proof is not None
        assert report.proof.holds
        assert str(report.proof) == "30 rows as sent, 2 without a key to find them by"

    def test_pages_of_one_row_are_read_to_the_end(self, planhat: Sandbox, session: PlanhatSession) -> None:
        planhat.call("set_dialect", unknown_custom="keep")
        rows = [{**row, "custom.Score": n} for n, row in enumerate(keyed(3))]
        planhat.call("inject_fault", kind="page_cap", rows=1, route="/companies")
        options = UpsertOptions(verify=True, check_custom_fields=False)
        assert str(upsert(session, Company, rows, options).proof) == "3 rows as sent"

    def test_rows_that_are_not_there_fail_the_upload(self, stub: Stub, to: Callable[..., PlanhatSession]) -> None:
        stub.on("PUT /companies", Upserts())
        stub.on("GET /companies", lambda request: reply([]))
        with pytest.raises(PlanhatBulkError, match=r"0 rows as sent, 2 missing \(the first is row 1\)"):
            upsert(to(stub.url), Company, keyed(2), UpsertOptions(verify=True))

    def test_rows_that_differ_fail_the_upload(self, stub: Stub, to: Callable[..., PlanhatSession]) -> None:
        stub.on("PUT /companies", Upserts())
        found = [{"_id": "1", "externalId": "K-1", "name": "Other"}]
        stub.on("GET /companies", lambda request: reply(found[int(request.query.get("offset", 0)) :]))
        with pytest.raises(PlanhatBulkError, match=r"1 different \(the first is row 1: name\)"):
            upsert(to(stub.url), Company, keyed(1), UpsertOptions(verify=True))

    def test_a_field_that_planhat_shows_under_another_name_is_found_there(self, planhat: Sandbox, push: Push) -> None:
        push([{"name": "Acme", "externalId": "C"}])
        ticket = {"source_id": "T", "email": "a@b.example", "company_id": "extid-C", "title": "Fire", "tags": ["a"]}
        report = push([{**ticket, "type": "question"}], Ticket, verify=True, fail=True)
        assert str(report.proof) == "1 row as sent"

    @pytest.mark.parametrize(
        ("stored", "said"),
        [
            ({"name": "Acme", "phase": "At risk"}, "1 row as sent"),
            ({"name": "ACME", "phase": "at risk"}, "1 different (the first is row 1: phase)"),
        ],
    )
    def test_names_may_come_back_in_other_letters_and_nothing_else(
        self, stub: Stub, to: Callable[..., PlanhatSession], stored: dict[str, Any], said: str
    ) -> None:
        stub.on("PUT /companies", Upserts())
        found = [{"_id": "1", "externalId": "K-1", **stored}]
        stub.on("GET /companies", lambda request: reply(found[int(request.query.get("offset", 0)) :]))
        rows = [{"externalId": "K-1", "name": "ACME", "phase": "At risk"}]
        report = upsert(to(stub.url), Company, rows, UpsertOptions(verify=True), fail_on_errors=False)
        assert said in str(report.proof)

    @pytest.mark.parametrize("field", ["name", "phase", "custom.Ref"])
    def test_only_references_may_come_back_as_another_id(
        self, stub: Stub, to: Callable[..., PlanhatSession], field: str
    ) -> None:
        stub.on("PUT /companies", Upserts())
        found = [{"_id": "1", "externalId": "K-1", "name": "A", "phase": "B", "custom": {"Ref": "C"}}]
        stub.on("GET /companies", lambda request: reply(found[int(request.query.get("offset", 0)) :]))
        rows = [{"externalId": "K-1", "name": "A", field: "extid-1"}]
        options = UpsertOptions(verify=True, check_custom_fields=False)
        report = upsert(to(stub.url), Company, rows, options, fail_on_errors=False)
        assert f"1 different (the first is row 1: {field})" in str(report.proof)

    @pytest.mark.parametrize(
        ("stored", "said"),
        [
            ({"endusers": [{"id": "a", "name": "Ada"}]}, "1 row as sent"),
            ({"endusers": [{"id": "b", "name": "Ada"}]}, "1 different (the first is row 1: endusers)"),
            ({"endusers": None}, "1 different (the first is row 1: endusers)"),
            ({}, "1 different (the first is row 1: endusers)"),
        ],
    )
    def test_links_come_back_with_names(
        self, stub: Stub, to: Callable[..., PlanhatSession], stored: dict[str, Any], said: str
    ) -> None:
        sent = {"externalId": "K-1", "subject": "A", "companyId": an_id(7)}
        stub.on("PUT /conversations", Upserts())
        found = [{"_id": "1", "type": "note", **sent, **stored}]
        stub.on("GET /conversations", lambda request: reply(found[int(request.query.get("offset", 0)) :]))
        rows = [{**sent, "endusers": [{"id": "a"}]}]
        report = upsert(to(stub.url), Note, rows, UpsertOptions(verify=True), fail_on_errors=False)
        assert said in str(report.proof)


def test_what_an_error_of_the_server_accounts_for_is_not_taken_as_stored(
    stub: Stub, to: Callable[..., PlanhatSession]
) -> None:
    told = {"created": 2, "updated": 0, "nonupdates": 0, "insertsKeys": [{"externalId": "K-1"}, {"externalId": "K-2"}]}
    stub.on("PUT /companies", reply({**told, "createdErrors": [], "updatedErrors": []}, 500))
    with pytest.raises(PlanhatBulkError, match="So far: 2 unknown"):
        upsert(to(stub.url), Company, keyed(2), UpsertOptions())


def test_notes_without_a_key_are_created_each_time(planhat: Sandbox, push: Push) -> None:
    push([{"name": "Acme", "externalId": "C"}])
    row = {"subject": "Kick-off", "companyId": "extid-C"}
    assert push([row, row], Note).counts["created"] == 2
