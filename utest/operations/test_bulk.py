"""Bulk upserts: every row is accounted for exactly once, whatever Planhat answers, and no unkeyed row is sent twice."""

from __future__ import annotations

import copy
import csv
import json
import pickle
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import errors
from RPA.Planhat.operations.rows import upsert as bulk
from RPA.Planhat.types import Company, Enduser, Note, Opportunity, PlanhatObject, PlanhatObjectList, Ticket
from utest.stub import Seen, Stub, Upserts, an_id, reply

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.operations.rows.report import BulkReport
    from RPA.Planhat.session import PlanhatSession

EMPTY = {"created": 0, "updated": 0, "nonupdates": 0, "insertsKeys": [], "updatesKeys": [], "createdErrors": []}


def companies(count: int) -> list[dict[str, Any]]:
    return [{"external_id": f"A-{number}", "name": f"Company {number}"} for number in range(count)]


def unkeyed(count: int) -> list[dict[str, Any]]:
    return [{"name": f"Company {number}"} for number in range(count)]


def upsert(session: PlanhatSession, rows: Any, model: type[PlanhatObject] = Company) -> BulkReport:
    return bulk.upsert(session, model, rows, fail_on_errors=False)


def outcomes(report: BulkReport) -> list[str]:
    """Returns the outcome of each row, after proving that each has exactly one."""
    assert [result.number for result in report.results] == list(range(1, len(report.results) + 1))
    assert sum(report.counts.values()) == len(report.results)
    return [result.outcome.value for result in report.results]


# ------------------------------------------------------------------------------------------- what is sent


def test_above_5000_rows_several_calls_are_merged_into_one_report(stub: Stub, session: PlanhatSession) -> None:
    table = Upserts()
    stub.on("PUT /companies", table)
    report = bulk.upsert(session, Company, companies(12_001))
    assert [len(seen.json) for seen in stub.seen] == [5000, 5000, 2001]
    assert len(table.stored) == report["created"] == len(report["insertsKeys"]) == 12_001
    assert Counter(outcomes(report)) == {"created": 12_001}
    assert report.calls == 3
    assert str(report) == "12001 created"


def test_what_is_sent_is_planhats_json(stub: Stub, session: PlanhatSession) -> None:
    stub.on("PUT /companies", Upserts())
    upsert(session, [{"external_id": "Å", "custom.Region": "EMEA", "csm_score": "3", "phase": None, "id": ""}])
    sent = {"externalId": "Å", "csmScore": 3, "phase": None, "_id": "", "custom": {"Region": "EMEA"}}
    assert stub.last.json == [sent]


@pytest.mark.parametrize("rows", [[], (), PlanhatObjectList.of(Company), iter([])])
def test_no_rows_are_no_call_and_an_empty_report(stub: Stub, session: PlanhatSession, rows: Any) -> None:
    report = bulk.upsert(session, Company, rows)
    assert (stub.seen, report.results, report.calls, str(report)) == ([], [], 0, "no rows")
    assert report["created"] == 0


def test_rows_without_a_key_travel_apart_from_those_that_may_be_repeated(stub: Stub, session: PlanhatSession) -> None:
    stub.on("PUT /companies", lambda request: reply({**EMPTY, "created": len(request.json)}))
    report = upsert(session, [*companies(1), *unkeyed(1), *companies(3)[1:]])
    assert [[("externalId" in row) for row in seen.json] for seen in stub.seen] == [[True] * 3, [False]]
    assert outcomes(report) == ["created"] * 4


def test_notes_get_their_type(stub: Stub, session: PlanhatSession) -> None:
    stub.on("PUT /conversations", Upserts())
    upsert(session, [{"external_id": "N", "subject": "x", "company_id": "c"}], Note)
    assert stub.last.json == [{"type": "note", "externalId": "N", "subject": "x", "companyId": "c"}]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("text", "There is no file 'text'"),
        ({"name": "x"}, "Rows are a list of dictionaries, not dict"),
        (b"x", "Rows are a list of dictionaries, not bytes"),
        (["x"], "row 1: a row is a dictionary, not str"),
        ([{"name": "x"}, {"pahse": "x"}], "row 2: The model company has no field 'pahse'. Did you mean phase"),
        ([{"external_id": "A", "csm_score": "9"}], "row 1: csm_score goes from 1 to 5"),
        ([{"phase": "x"}], "row 1: it has no key to match a record, and a new company needs name"),
        ([{"external_id": "A", "phase": "x"}, {"external_id": "A", "phase": "y"}],
         "row 2: it contradicts row 1, which has the same externalId=A"),
        ([{"pahse": n} for n in range(12)], "since 12 rows are bad"),
        ([{"pahse": n} for n in range(12)], "\n  rows 1, 2, 3 and 9 more: The model company has no field 'pahse'."),
        ([{"csm_score": f"{n} stars"} for n in range(12)],
         "\n  row 10: csm_score takes a whole number, not '9 stars'.\n  and 2 more"),
        ([{"external_id": "A", "custom": {"x": float("inf")}}], "row 1:"),
    ],
)  # fmt: skip
def test_bad_rows_are_refused_before_anything_is_sent(
    stub: Stub, session: PlanhatSession, rows: Any, words: str
) -> None:
    with pytest.raises(errors.PlanhatValidationError) as caught:
        bulk.upsert(session, Company, rows)
    assert words in str(caught.value)
    assert [seen.target for seen in stub.seen if seen.method != "GET"] == []


def test_exact_repeats_are_sent_once_and_accounted_for_each(stub: Stub, session: PlanhatSession) -> None:
    stub.on("PUT /companies", Upserts())
    report = bulk.upsert(session, Company, [*companies(2), *companies(1)])
    assert len(stub.last.json) == 2
    assert outcomes(report) == ["created", "created", "unchanged"]
    assert report.results[2].reason == "repeats row 1"
    assert report.results[2].id == report.results[0].id


def test_rows_without_any_key_are_never_taken_for_repeats(stub: Stub, session: PlanhatSession) -> None:
    stub.on("PUT /companies", lambda request: reply({**EMPTY, "created": len(request.json)}))
    report = upsert(session, unkeyed(1) * 3)
    assert len(stub.last.json) == 3
    assert outcomes(report) == ["created"] * 3


def test_an_external_id_may_repeat_in_another_company_except_for_companies(stub: Stub, session: PlanhatSession) -> None:
    stub.on("PUT /endusers", lambda request: reply({**EMPTY, "created": len(request.json)}))
    rows = [{"external_id": "E", "company_id": each, "email": f"{each}@b.c"} for each in ("c1", "c2")]
    assert outcomes(upsert(session, rows, Enduser)) == ["created", "created"]
    rows[1]["company_id"] = "c1"
    with pytest.raises(errors.PlanhatValidationError, match="contradicts row 1"):
        upsert(session, rows, Enduser)


# ------------------------------------------------------------------------------------------ the account


def test_created_updated_and_unchanged_rows_are_told_apart(stub: Stub, session: PlanhatSession) -> None:
    table = Upserts()
    stub.on("PUT /companies", table)
    upsert(session, companies(2))
    report = bulk.upsert(
        session, Company, [{"external_id": "A-1", "name": "new"}, {"external_id": "A-9", "name": "x"}, companies(1)[0]]
    )
    assert outcomes(report) == ["updated", "created", "unchanged"]
    assert [result.id for result in report.results] == [an_id(2), an_id(3), ""]
    assert [result.key for result in report.results] == ["externalId=A-1", "externalId=A-9", "externalId=A-0"]
    assert report.counts == {"created": 1, "updated": 1, "unchanged": 1, "failed": 0, "unknown": 0}
    assert (report["created"], report["updated"], report["nonupdates"]) == (1, 1, 1)


REFUSED = {
    "a text": "externalId A-1 is duplicated",
    "an object with the keys": {"message": "externalId A-1 is duplicated", "externalId": "A-1"},
    "an object around the row": {"error": "externalId A-1 is duplicated", "item": {"externalId": "A-1", "name": "x"}},
    "an object of another form": {"code": 11000, "keyValue": {"externalId": "A-1"}, "why": "is duplicated"},
}


@pytest.mark.parametrize("form", list(REFUSED))
@pytest.mark.parametrize("key", ["createdErrors", "updatedErrors", "permissionErrors", "brandNewErrors"])
@pytest.mark.parametrize("status", [200, 206])
def test_a_refused_row_fails_and_is_no_plain_success(
    stub: Stub, session: PlanhatSession, status: int, key: str, form: str
) -> None:
    keys = [{"_id": an_id(1), "externalId": "A-0"}, {"_id": an_id(2), "externalId": "A-2"}]
    stub.on("PUT /companies", reply({**EMPTY, "created": 2, "insertsKeys": keys, key: [REFUSED[form]]}, status))
    with pytest.raises(errors.PlanhatBulkError, match="1 of 3 rows were not stored") as caught:
        bulk.upsert(session, Company, companies(3))
    report = caught.value.report
    assert outcomes(report) == ["created", "failed", "created"]
    assert "duplicated" in report.failed[0].reason
    assert "row 2 failed" in str(caught.value)
    assert len(stub.seen) == 1


@pytest.mark.parametrize("status", [400, 403])
def test_an_envelope_in_a_refusal_is_read_as_the_account(stub: Stub, session: PlanhatSession, status: int) -> None:
    envelope = {**EMPTY, "created": 1, "insertsKeys": [{"_id": "1", "externalId": "A-0"}]}
    envelope["permissionErrors" if status == 403 else "createdErrors"] = ["no", "no"]
    stub.on("PUT /companies", reply(envelope, status))
    report = upsert(session, companies(3))
    assert outcomes(report) == ["created", "failed", "failed"]
    assert [result.reason for result in report.failed] == ["no", "no"]


def test_rows_that_a_refusal_does_not_name_were_not_stored(stub: Stub, session: PlanhatSession) -> None:
    stub.on("PUT /companies", reply({**EMPTY, "createdErrors": ["all of it is wrong"]}, 400))
    assert outcomes(upsert(session, companies(4))) == ["failed"] * 4
    assert outcomes(upsert(session, unkeyed(4))) == ["failed"] * 4
    assert len(stub.seen) == 2


@pytest.mark.parametrize(
    "envelope",
    [
        {**EMPTY, "created": 3},
        {**EMPTY, "created": 9},
        {**EMPTY},
        {**EMPTY, "created": 2, "createdErrors": ["one is bad"]},
        {**EMPTY, "created": 3, "updated": 2},
    ],
    ids=["too few", "too many", "none", "a failure too few", "which is which"],
)
def test_rows_without_a_key_are_unknown_when_the_counts_do_not_settle_them(
    stub: Stub, session: PlanhatSession, envelope: dict[str, Any]
) -> None:
    stub.on("PUT /companies", reply(envelope))
    report = upsert(session, unkeyed(5))
    assert outcomes(report) == ["unknown"] * 5
    assert len(stub.seen) == 1


def test_keyed_rows_are_sent_again_in_smaller_calls_until_each_is_settled(stub: Stub, session: PlanhatSession) -> None:
    table = Upserts()
    vague: list[Seen] = []

    def at_first_without_keys(request: Seen) -> Any:
        answer = json.loads(table(request).content)
        vague.append(request)
        return reply({**answer, "insertsKeys": [], "created": 3} if len(vague) == 1 else answer)

    stub.on("PUT /companies", at_first_without_keys)
    report = upsert(session, companies(5))
    assert set(outcomes(report)) == {"unchanged"}
    assert len(table.stored) == 5
    assert len(stub.seen) == 3


def test_ids_that_are_the_word_none_are_not_mixed_up_with_no_id(stub: Stub, session: PlanhatSession) -> None:
    keys = [{"_id": an_id(1), "sourceId": "S"}]
    stub.on("PUT /companies", reply({**EMPTY, "created": 1, "insertsKeys": keys, "createdErrors": ["bad"]}, 206))
    rows = [{"external_id": "None", "name": "x"}, {"source_id": "S", "name": "y"}]
    report = bulk.upsert(session, Company, rows, {"bad_rows": "skip"}, fail_on_errors=False)
    assert outcomes(report) == ["failed", "created"]


def test_the_answer_may_name_rows_in_any_order(stub: Stub, session: PlanhatSession) -> None:
    keys = [{"_id": an_id(number), "externalId": f"A-{number}"} for number in reversed(range(3))]
    stub.on("PUT /companies", reply({**EMPTY, "created": 3, "insertsKeys": keys}))
    assert [result.id for result in upsert(session, companies(3)).results] == [an_id(0), an_id(1), an_id(2)]


# ------------------------------------------------------------------------------------------- failed calls


def test_a_plain_400_is_narrowed_down_to_the_bad_rows(stub: Stub, session: PlanhatSession) -> None:
    table = Upserts(poison=("A-3", "A-17"))
    stub.on("PUT /companies", table)
    report = upsert(session, companies(40))
    assert [result.number for result in report.failed] == [4, 18]
    assert Counter(outcomes(report)) == {"created": 38, "failed": 2}
    assert {result.reason for result in report.failed} == {"Cast to Number failed"}
    assert len(table.stored) == 38


def test_a_call_that_is_too_large_is_split_down_to_single_rows(stub: Stub, session: PlanhatSession) -> None:
    table = Upserts()

    def small_only(request: Seen) -> Any:
        return reply(b"", 413) if len(request.body) > 120 else table(request)

    stub.on("PUT /companies", small_only)
    rows = companies(10)
    rows[4]["description"] = "x" * 500
    report = upsert(session, rows)
    assert [result.number for result in report.failed] == [5]
    assert Counter(outcomes(report)) == {"created": 9, "failed": 1}
    assert len(table.stored) == 9


@pytest.mark.parametrize("status", [500, 502, 504])
def test_rows_without_a_key_are_never_sent_twice(stub: Stub, session: PlanhatSession, status: int) -> None:
    stub.on("PUT /companies", reply(b"", status))
    report = upsert(session, unkeyed(3))
    assert outcomes(report) == ["unknown"] * 3
    assert len(stub.seen) == 1


@pytest.mark.parametrize("row", [{"email": "a@b.c", "company_id": "c"}], ids=["an e-mail address is no unique key"])
def test_an_enduser_known_by_email_only_is_never_sent_twice(
    stub: Stub, session: PlanhatSession, row: dict[str, Any]
) -> None:
    stub.on("PUT /endusers", reply(b"", 500))
    assert outcomes(upsert(session, [row], Enduser)) == ["unknown"]
    assert len(stub.seen) == 1


def test_a_key_that_is_none_of_the_model_is_no_key(stub: Stub, session: PlanhatSession) -> None:
    stub.on("PUT /opportunities", reply(b"", 500))
    assert outcomes(upsert(session, [{"source_id": "S", "company_id": "c"}], Opportunity)) == ["unknown"]
    assert len(stub.seen) == 1


def test_keyed_rows_survive_a_passing_failure(stub: Stub, session: PlanhatSession) -> None:
    table = Upserts()
    stub.on("PUT /companies", reply(b"", 503), reply(b"", 500), table)
    assert outcomes(bulk.upsert(session, Company, companies(3))) == ["created"] * 3
    assert len(stub.seen) == 3


@pytest.mark.parametrize("body", [b"", b"OK", b"<html>", [], {"ok": 1}, b"null"])
def test_a_success_without_an_account_leaves_the_rows_unknown(stub: Stub, session: PlanhatSession, body: Any) -> None:
    stub.on("PUT /companies", reply(body))
    report = upsert(session, unkeyed(2))
    assert outcomes(report) == ["unknown"] * 2
    assert len(stub.seen) == 1


def test_rows_that_an_answer_leaves_open_name_all_that_it_says(stub: Stub, session: PlanhatSession) -> None:
    failures = [{"message": "The name is taken."}, {"message": "The owner is gone."}, {"message": "The name is taken."}]
    stub.on("PUT /companies", reply({**EMPTY, "created": 1, "createdErrors": failures}))
    report = upsert(session, unkeyed(5))
    assert outcomes(report) == ["unknown"] * 5
    why = "it may be stored: The name is taken.; The owner is gone.; without a key it is never sent twice"
    assert {row.reason for row in report.results} == {why}


def test_rows_that_repeat_one_that_is_not_stored_may_be_sent_again_as_well(stub: Stub, session: PlanhatSession) -> None:
    stub.on("PUT /companies", reply(EMPTY))
    stub.on("GET /companies/extid-A-0", reply({"message": "not found"}, 404))
    report = upsert(session, [*companies(1), *companies(1)])
    assert outcomes(report) == ["failed"] * 2
    first, second = report.results
    assert (first.retryable, second.retryable) == (True, True)
    assert second.reason == f"repeats row 1. {first.reason}"


@pytest.mark.parametrize(
    ("name", "outcome", "reason"),
    [
        ("Company 0", "unchanged", "read back: it is stored as sent"),
        ("Other", "failed", "Planhat has the record, but not as it was sent: name"),
    ],
)
def test_a_row_that_the_answer_leaves_out_is_read_back_with_its_id(
    stub: Stub, session: PlanhatSession, name: str, outcome: str, reason: str
) -> None:
    stub.on("PUT /companies", reply(EMPTY))
    stub.on("GET /companies/extid-A-0", reply({"_id": an_id(7), "externalId": "A-0", "name": name}))
    (result,) = upsert(session, companies(1)).results
    assert (result.outcome.value, result.id, result.reason) == (outcome, an_id(7), reason)
    assert result.retryable is (outcome == "failed")


def test_a_text_that_begins_like_another_id_is_compared_as_a_text(stub: Stub, session: PlanhatSession) -> None:
    stub.on("PUT /companies", reply(EMPTY))
    stub.on("GET /companies/extid-A-0", reply({"_id": an_id(7), "externalId": "A-0", "name": "Other"}))
    (result,) = upsert(session, [{"external_id": "A-0", "name": "extid-1"}]).results
    assert result.reason == "Planhat has the record, but not as it was sent: name"


def test_a_row_is_read_back_with_the_id_of_its_company(stub: Stub, session: PlanhatSession) -> None:
    stub.on("PUT /endusers", reply(EMPTY))
    stub.on("GET /companies/extid-C-1", reply({"_id": an_id(1), "externalId": "C-1", "name": "Acme"}))
    stub.on("GET /endusers/extid-A-0", reply({"_id": an_id(7), "externalId": "A-0", "companyId": an_id(1)}))
    (result,) = upsert(session, [{"external_id": "A-0", "company_id": "extid-C-1"}], Enduser).results
    assert (result.outcome.value, result.id) == ("unchanged", an_id(7))


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_not_accepted_stops_everything_at_once(
    stub: Stub, session: PlanhatSession, status: int
) -> None:
    stub.on("PUT /companies", reply({"message": "no"}, status))
    with pytest.raises(errors.PlanhatAuthFailedError):
        upsert(session, companies(12_000))
    assert len(stub.seen) == 1


def test_an_upload_that_stops_in_the_middle_accounts_for_every_row(stub: Stub, session: PlanhatSession) -> None:
    stub.on("PUT /companies", Upserts(), reply({"message": "expired"}, 401))
    with pytest.raises(errors.PlanhatBulkError, match="The upload stopped") as caught:
        upsert(session, companies(12_000))
    report = caught.value.report
    assert Counter(outcomes(report)) == {"created": 5000, "failed": 7000}
    assert isinstance(caught.value.__cause__, errors.PlanhatAuthFailedError)
    assert len(stub.seen) == 2


@pytest.mark.parametrize("rows", [companies(2), unkeyed(2)], ids=["keyed", "unkeyed"])
def test_a_read_only_connection_sends_nothing(stub: Stub, connect: Any, rows: list[dict[str, Any]]) -> None:
    with pytest.raises(errors.PlanhatSafetyError, match="read-only"):
        upsert(connect(read_only=True), rows)
    assert stub.seen == []


# --------------------------------------------------------------------------------------------- the report


def report_with_failures(stub: Stub, session: PlanhatSession, rows: list[dict[str, Any]]) -> BulkReport:
    stub.on("PUT /companies", reply({**EMPTY, "createdErrors": ["=bad"]}, 400))
    return upsert(session, rows)


def test_the_report_is_a_dictionary_of_planhats_merged_answers(stub: Stub, session: PlanhatSession) -> None:
    stub.on("PUT /companies", Upserts())
    report = upsert(session, companies(3))
    assert isinstance(report, dict)
    assert {"created", "updated", "nonupdates", "insertsKeys", "createdErrors", "updatedErrors"} <= report.keys()
    assert json.loads(json.dumps(report))["created"] == 3
    assert (report.of("created"), report.failed, report.unknown) == (report.results, [], [])


def test_the_results_are_a_list_whose_items_are_made_when_they_are_asked_for(
    stub: Stub, session: PlanhatSession
) -> None:
    stub.on("PUT /companies", Upserts())
    rows = companies(3)
    results = upsert(session, rows).results
    assert (len(results), results[0].row, results[-1].key) == (3, rows[0], "externalId=A-2")
    assert [each.number for each in results[1:]] == [2, 3]
    assert results == list(results) == copy.deepcopy(results) == pickle.loads(pickle.dumps(results))
    assert results != results[1:]
    nothing: Any = "results"
    assert results != nothing
    assert type(copy.copy(results)) is list
    with pytest.raises(IndexError):
        results[3]


def test_failed_rows_are_saved_as_csv_that_no_spreadsheet_executes(
    stub: Stub, session: PlanhatSession, tmp_path: Path
) -> None:
    rows: list[dict[str, Any]] = [
        {"external_id": "A", "name": "=cmd|' /C calc'!A0", "description": "+1", "tags": ["a", "b"], "csm_score": 3},
        {"external_id": "B", "name": "@x", "phase": "-5", "city": "\tx", "web": 'Åäö, "q"\nline'},
    ]
    report = report_with_failures(stub, session, rows)
    assert report.save(tmp_path / "failed.csv") == 2
    with (tmp_path / "failed.csv").open(encoding="utf-8-sig", newline="") as file:
        saved = list(csv.DictReader(file))
    assert [row["external_id"] for row in saved] == ["A", "B"]
    assert saved[0]["name"] == "'=cmd|' /C calc'!A0"
    assert (saved[0]["description"], saved[1]["name"], saved[1]["phase"]) == ("'+1", "'@x", "'-5")
    assert (saved[1]["city"], saved[1]["tags"], saved[1]["web"]) == ("'\tx", "", 'Åäö, "q"\nline')
    assert json.loads(saved[0]["tags"]) == ["a", "b"]
    assert saved[0]["csm_score"] == "3"
    assert {row["planhat_outcome"] for row in saved} == {"failed"}
    assert {row["planhat_reason"] for row in saved} == {"'=bad"}
    assert report.save(tmp_path / "none.csv", ("created",)) == 0


def test_the_error_names_the_first_failures_and_counts_the_others(stub: Stub, session: PlanhatSession) -> None:
    report = report_with_failures(stub, session, companies(8))
    with pytest.raises(errors.PlanhatBulkError) as caught:
        report.raise_if_failed()
    assert str(caught.value).startswith("8 of 8 rows were not stored: 8 failed")
    assert "row 5 failed: =bad" in str(caught.value)
    assert "and 3 more" in str(caught.value)
    assert caught.value.report is report


def test_records_may_be_upserted_as_they_were_read(stub: Stub, session: PlanhatSession) -> None:
    stub.on("PUT /companies", reply({**EMPTY, "nonupdates": 1}))
    company = Company({"_id": "1", "name": "Acme", "mrr": 5, "__v": 2, "brandNew": True})
    assert outcomes(upsert(session, PlanhatObjectList([company]))) == ["unchanged"]
    assert stub.last.json == [{"_id": "1", "name": "Acme", "brandNew": True}]


def test_tickets_without_an_address_are_refused_since_planhat_would_drop_them(
    stub: Stub, session: PlanhatSession
) -> None:
    with pytest.raises(errors.PlanhatValidationError, match="email"):
        upsert(session, [{"title": "x", "company_id": "c"}], Ticket)
    assert stub.seen == []
