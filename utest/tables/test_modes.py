"""Which rows may be new or known, what becomes of the records that are in no row, and the brake on all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, types
from RPA.Planhat.errors import PlanhatBulkError, PlanhatSafetyError, PlanhatValidationError

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

HERE = [{"external_id": f"{n}", "name": f"C {n}", "phase": "live" if n < 4 else "lost"} for n in range(1, 6)]
ROWS = [{"external_id": "1", "name": "C 1", "phase": "new"}, {"external_id": "9", "name": "C 9", "phase": "new"}]


def client(sandbox: Sandbox, **more: Any) -> Planhat:
    return Planhat(
        sandbox.api_key, base_url=sandbox.url, analytics_url=sandbox.url, calls_per_minute=0, calls_per_second=0, **more
    )


@pytest.fixture
def planhat(sandbox: Sandbox) -> Planhat:
    made = client(sandbox)
    made.import_objects(types.Company, HERE)
    return made


def phases(sandbox: Sandbox) -> dict[str, str]:
    return {row["externalId"]: row["phase"] for row in sandbox.rows("companies")}


def run(planhat: Planhat, door: str, rows: list[dict[str, str]], **options: Any) -> Any:
    if door == "upsert":
        return planhat.update_objects(types.Company.from_list(rows), fail_on_errors=False, **options)
    load = planhat.import_objects if door == "import" else planhat.sync_objects
    return load(types.Company, rows, fail_on_errors=False, **options)


@pytest.mark.parametrize("door", ["upsert", "import", "sync"])
class TestNewAndKnown:
    def test_new_rows_are_skipped(self, sandbox: Sandbox, planhat: Planhat, door: str) -> None:
        report = run(planhat, door, ROWS, new="skip")
        assert "9" not in phases(sandbox)
        assert phases(sandbox)["1"] == "new"
        assert report.counts["updated"] == 1
        assert report.counts.get("skipped", report.counts["unchanged"]) == 1

    def test_known_rows_are_skipped(self, sandbox: Sandbox, planhat: Planhat, door: str) -> None:
        report = run(planhat, door, ROWS, known="skip")
        assert (phases(sandbox)["1"], phases(sandbox)["9"]) == ("live", "new")
        assert report.counts["created"] == 1

    @pytest.mark.parametrize(
        ("option", "said"),
        [({"new": "refuse"}, "Planhat does not have it"), ({"known": "refuse"}, "Planhat has it already")],
    )
    def test_rows_that_are_refused_are_bad_rows(
        self, sandbox: Sandbox, planhat: Planhat, door: str, option: dict[str, str], said: str
    ) -> None:
        before = phases(sandbox)
        with pytest.raises((PlanhatBulkError, PlanhatValidationError), match=f"Nothing was sent, since 1 .*\n.*{said}"):
            run(planhat, door, ROWS, **option)
        assert phases(sandbox) == before
        report = run(planhat, door, ROWS, bad_rows="skip", **option)
        assert sum(report.counts.values()) == 2
        assert phases(sandbox) != before

    def test_more_updates_than_allowed_are_none(self, sandbox: Sandbox, planhat: Planhat, door: str) -> None:
        rows = [{**row, "phase": "changed"} for row in HERE[:3]]
        before = phases(sandbox)
        for limit in (2, "2", "40 %", "59%"):
            with pytest.raises(PlanhatBulkError, match=r"Nothing was sent, since 3 records would be updated") as caught:
                run(planhat, door, rows, at_most=limit)
            assert caught.value.report is not None
        assert phases(sandbox) == before
        run(planhat, door, rows, at_most="60 %")
        assert phases(sandbox)["1"] == "changed"


class TestOthers:
    def test_they_are_kept_and_reported(self, sandbox: Sandbox, planhat: Planhat) -> None:
        report: Any = planhat.sync_objects(types.Company, HERE[:4], others="report")
        assert (report.others.counts, str(report)) == ({"report": 1}, "4 unchanged; others: 1 reported")
        (other,) = report.others["rows"]
        assert (other["name"], other["_id"]) == ("C 5", report.not_in_table[0]["_id"])
        assert len(phases(sandbox)) == 5

    def test_they_are_changed(self, sandbox: Sandbox, planhat: Planhat) -> None:
        options: Any = {"others": {"phase": "lost"}, "at_most": 3}
        plan: Any = planhat.sync_objects(types.Company, HERE[:2], dry_run=True, **options)
        assert str(plan) == "2 unchanged; others: 1 update"
        report: Any = planhat.sync_objects(types.Company, HERE[:2], **options)
        assert str(report) == "2 unchanged; others: 1 updated"
        assert phases(sandbox) == {"1": "live", "2": "live", "3": "lost", "4": "lost", "5": "lost"}
        sandbox.call("forget_requests")
        assert str(planhat.sync_objects(types.Company, HERE[:2], **options)) == "2 unchanged"
        assert [each["method"] for each in sandbox.requests() if each["method"] != "GET"] == []

    def test_they_are_deleted_within_a_condition(self, sandbox: Sandbox, planhat: Planhat) -> None:
        options: Any = {"others": "delete", "at_most": "50 %", "where": "phase = lost"}
        report: Any = planhat.sync_objects(types.Company, HERE[:2], **{**options, "at_most": 2})
        assert str(report) == "2 unchanged; others: 2 deleted"
        assert sorted(phases(sandbox)) == ["1", "2", "3"]

    def test_a_row_that_means_a_record_outside_the_condition_updates_it(
        self, sandbox: Sandbox, planhat: Planhat
    ) -> None:
        rows = [{**HERE[0], "name": "Renamed"}]
        report: Any = planhat.sync_objects(types.Company, rows, others="delete", at_most=9, where="phase = lost")
        assert str(report) == "1 updated; others: 2 deleted"
        assert len(phases(sandbox)) == 3

    def test_endusers_are_archived_and_a_second_run_does_nothing(self, sandbox: Sandbox, planhat: Planhat) -> None:
        people = [{"email": f"p{n}@a.example", "company_id": "extid-1"} for n in range(3)]
        planhat.import_objects(types.Enduser, people)
        options: Any = {"others": "archive", "at_most": 2}
        assert str(planhat.sync_objects(types.Enduser, people[:1], **options)) == "1 unchanged; others: 2 archived"
        assert sorted(row.get("archived") or False for row in sandbox.rows("endusers")) == [False, True, True]
        assert str(planhat.sync_objects(types.Enduser, people[:1], **options)) == "1 unchanged"

    def test_what_cannot_be_archived_is_refused(self, planhat: Planhat) -> None:
        with pytest.raises(PlanhatValidationError, match="Companies cannot be archived"):
            planhat.sync_objects(types.Company, HERE[:4], others="archive", at_most=5)

    def test_a_brake_is_needed(self, planhat: Planhat) -> None:
        with pytest.raises(PlanhatValidationError, match="needs at_most"):
            planhat.sync_objects(types.Company, HERE[:4], others="delete")

    @pytest.mark.parametrize(("dry_run", "limit"), [(True, 3), (False, 3), (False, "79%"), (False, 0)])
    def test_more_than_allowed_are_none(self, sandbox: Sandbox, planhat: Planhat, dry_run: bool, limit: Any) -> None:
        rows = [{**HERE[0], "phase": "new"}]
        with pytest.raises(PlanhatBulkError, match=r"Nothing was sent, since . records? would be") as caught:
            planhat.sync_objects(types.Company, rows, others="delete", at_most=limit, dry_run=dry_run)
        assert caught.value.report.counts["update"] == 1
        assert phases(sandbox)["1"] == "live"
        assert len(phases(sandbox)) == 5

    @pytest.mark.parametrize(
        ("rows", "said"),
        [
            ([], "the table has no rows: others='delete' would concern every record"),
            ([{"nme": "x"}], "1 row is bad: .* use others=report"),
            ([{"nme": "x"}] * 2, "2 rows are bad: .* use others=report"),
        ],
    )
    def test_a_table_that_may_mean_more_touches_no_other(
        self, sandbox: Sandbox, planhat: Planhat, rows: list[dict[str, str]], said: str
    ) -> None:
        with pytest.raises(PlanhatValidationError, match=f"Nothing was sent, since {said}"):
            planhat.sync_objects(types.Company, rows, others="delete", at_most=99, bad_rows="skip")
        assert len(phases(sandbox)) == 5

    @pytest.mark.usefixtures("planhat")
    def test_a_connection_that_must_not_delete_wins(self, sandbox: Sandbox) -> None:
        careful, rows = client(sandbox, allow_delete=False), [{**HERE[0], "phase": "new"}]
        with pytest.raises(PlanhatSafetyError):
            careful.sync_objects(types.Company, rows, others="delete", at_most=99)
        assert phases(sandbox)["1"] == "live"

    def test_a_record_that_could_not_be_changed_is_an_error_with_its_reason(
        self, sandbox: Sandbox, planhat: Planhat
    ) -> None:
        sandbox.inject_fault("status", status=400, verb="DELETE", times=1, body={"message": "in use"})
        with pytest.raises(PlanhatBulkError, match=r"Of the records that are in no row, 1 of 2 records were not del"):
            planhat.sync_objects(types.Company, HERE[:3], others="delete", at_most=9)
        assert str(planhat.sync_objects(types.Company, HERE[:3], others="delete", at_most=9)).endswith("1 deleted")

    def test_others_that_no_call_could_change_are_an_error_with_its_reason(
        self, sandbox: Sandbox, planhat: Planhat
    ) -> None:
        sandbox.inject_fault("status", status=401, verb="PUT", times=9, body={"message": "who are you"})
        with pytest.raises(PlanhatBulkError, match=r"2 of 2 records were not .*") as stopped:
            planhat.sync_objects(types.Company, HERE[:3], others={"phase": "gone"}, at_most=9)
        assert stopped.value.report.others.counts == {"failed": 2}

    @pytest.mark.parametrize(
        "options",
        [{"others": "remove"}, {"others": {}}, {"at_most": "few"}, {"at_most": -1}, {"new": "x"}, {"known": "no"}],
    )
    def test_words_that_are_none_of_the_options_are_refused(self, planhat: Planhat, options: dict[str, Any]) -> None:
        with pytest.raises(PlanhatValidationError):
            planhat.sync_objects(types.Company, HERE, **options)

    def test_a_field_that_others_do_not_have_is_refused(self, sandbox: Sandbox, planhat: Planhat) -> None:
        with pytest.raises(PlanhatValidationError, match="phse"):
            planhat.sync_objects(types.Company, [{**HERE[0], "phase": "x"}], others={"phse": "lost"}, at_most=9)
        assert phases(sandbox)["1"] == "live"


@pytest.mark.parametrize("known", ["skip", "refuse"])
def test_an_import_of_new_rows_goes_on_after_a_crash(
    sandbox: Sandbox, planhat: Planhat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: str
) -> None:
    monkeypatch.setattr("RPA.Planhat.operations.rows.plan.MOST_ROWS", 10)
    rows = [{"external_id": f"N{n}", "name": f"N {n}"} for n in range(35)]
    options: Any = {"known": known, "journal": tmp_path / "journal"}

    def die(step: str, done: int, _total: int) -> None:
        if (step, done) == ("sent", 20):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        planhat.import_objects(types.Company, rows, progress=die, **options)
    report = planhat.import_objects(types.Company, rows, **options)
    assert report.counts["created"] == 35
    assert len(sandbox.rows("companies")) == 40
