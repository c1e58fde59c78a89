"""Metrics: what is refused, what arrives, what is read back, and what Verify Metrics names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.errors import PlanhatBulkError, PlanhatValidationError
from RPA.Planhat.operations.reading import Query, read_list
from RPA.Planhat.operations.usage.metrics import metric_of, push_metrics
from RPA.Planhat.operations.usage.options import SendingOptions
from RPA.Planhat.operations.usage.verifying import verify
from RPA.Planhat.types import DimensionData

if TYPE_CHECKING:
    from RPA.Planhat import Planhat
    from RPA.Planhat.sandbox import Sandbox
    from RPA.Planhat.session import PlanhatSession

GOOD = {"dimensionId": "logins", "value": 1, "externalId": "A", "date": "2026-03-01"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"dimensionId": ""}, "A metric needs dimension_id"),
        ({"value": None}, "A metric needs value"),
        ({"externalId": ""}, "A metric needs external_id"),
        ({"dimensionId": "my logins"}, "'my logins' holds spaces; Planhat takes letters, digits, _ and - only"),
        ({"dimensionId": "a.b/é"}, r"holds '\.' and '/' and 'é'"),
        ({"value": "many"}, "value takes a number, not 'many'"),
        ({"value": True}, "value takes a number"),
        ({"value": float("inf")}, "value takes a number"),
        ({"date": "31.12.2026"}, "date takes a date"),
        ({"model": "Ticket"}, "model is one of Company, EndUser, Asset, Project"),
        ({"companyId": "65a001000000010000000001"}, "give external_id"),
        ({"valeu": 1}, "Did you mean value"),
    ],
)
def test_what_the_host_would_drop_is_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(PlanhatValidationError, match=problem):
        metric_of({**GOOD, **change})


@pytest.mark.parametrize(
    ("row", "sent"),
    [
        ({"companyExternalId": "A"}, {"externalId": "A"}),
        ({"external_id": 7}, {"externalId": "7"}),
        ({"assetExtId": "M-1"}, {"externalId": "M-1", "model": "Asset"}),
        ({"externalId": "u", "model": "enduser"}, {"externalId": "u", "model": "EndUser"}),
    ],
)
def test_older_names_are_taken(row: dict[str, Any], sent: dict[str, Any]) -> None:
    assert metric_of({"dimension": "d", "value": "2.5", **row}) == {"dimensionId": "d", "value": 2.5, **sent}


def test_dimension_ids_of_old_tenants_can_be_forced() -> None:
    assert metric_of({**GOOD, "dimensionId": "my logins"}, any_dimension_id=True)["dimensionId"] == "my logins"


def test_what_rows_have_in_common_is_given_once(sandbox: Sandbox, box_session: PlanhatSession) -> None:
    common = {"dimension_id": "logins", "external_id": "A", "value": 9, "date": None}
    push_metrics(box_session, [{"value": 1}, {"dimensionId": "other"}, {}], common=common)
    stored = [(row["dimensionId"], row["value"]) for row in sandbox.rows("dimensiondata")]
    assert stored == [("logins", 1), ("other", 9), ("logins", 9)]


@pytest.mark.parametrize(
    ("model", "path", "body"),
    [
        ("Company", "companies", {"name": "B"}),
        ("EndUser", "endusers", {"companyId": "extid-A", "email": "x@acme.example"}),
        ("Asset", "assets", {"companyId": "extid-A", "name": "Pump"}),
        ("Project", "projects", {"companyId": "extid-A", "name": "Go live"}),
    ],
)
def test_metrics_of_each_model_arrive(box_session: PlanhatSession, model: str, path: str, body: dict[str, Any]) -> None:
    target = box_session.post(f"/{path}", json={**body, "externalId": "x-1"}).json()["_id"]
    rows = [{**GOOD, "externalId": "x-1", "model": model}]
    push_metrics(box_session, rows)
    (stored,) = read_list(box_session, DimensionData, Query(filters={"model": model.lower()}))
    assert (stored.parent_id, stored.model, stored.day) == (target, model, 20513)
    assert verify(box_session, rows, timeout=0).arrived == 1


def test_metrics_are_read_by_dimension_company_model_and_dates(planhat: Planhat, sandbox: Sandbox) -> None:
    other = planhat.create_company(name="B", external_id="B")
    for external_id, dimension in (("A", "logins"), ("A", "seats"), ("B", "logins")):
        for day in (1, 2, 3):
            date = f"2026-03-0{day}"
            planhat.push_metrics(dimension_id=dimension, value=day, external_id=external_id, date=date)
    assert len(planhat.get_metrics()) == 9
    assert len(planhat.get_metrics(other)) == 3
    assert len(planhat.get_metrics("extid-A", dimension_id="seats", model="Company")) == 3
    found = planhat.get_metrics(dimension_id="logins", from_date="2026-03-02", to_date="2026-03-02")
    assert [row.value for row in found] == [2, 2]
    query = sandbox.requests(route="/dimensiondata", method="GET")[-1]["query"]
    assert (query["from"], query["to"], query["dimid"]) == ("20514", "20514", "logins")


def test_equal_metrics_of_a_day_count_one_by_one(box_session: PlanhatSession) -> None:
    push_metrics(box_session, [GOOD, GOOD])
    found = verify(box_session, [GOOD, GOOD, GOOD], timeout=0)
    assert [each.number for each in found.missing] == [3]


def test_times_are_told_apart_where_planhat_keeps_them(box_session: PlanhatSession) -> None:
    early, late = ({**GOOD, "date": f"2026-03-01T{hour}:00:00Z"} for hour in ("08", "20"))
    push_metrics(box_session, [late])
    found = verify(box_session, [early, late], timeout=0)
    assert [each.number for each in found.missing] == [1]


def test_metrics_without_a_date_count_when_they_are_new(box_session: PlanhatSession) -> None:
    undated = {name: value for name, value in GOOD.items() if name != "date"}
    push_metrics(box_session, [{**undated, "date": "2020-01-01"}])
    assert len(verify(box_session, [undated], timeout=0).missing) == 1
    assert verify(box_session, [undated], timeout=0, since="2020-01-01").arrived == 1
    push_metrics(box_session, [undated])
    assert verify(box_session, [undated], timeout=0).arrived == 1


def test_metrics_that_come_late_are_waited_for(box_session: PlanhatSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("RPA.Planhat.operations.usage.verifying.FIRST_PAUSE", 0.05)
    push_metrics(box_session, [GOOD])
    looks: list[int] = []

    def get(url: str, **named: Any) -> Any:
        if url == "/dimensiondata" and not looks:
            push_metrics(box_session, [{**GOOD, "value": 2}])
            looks.append(1)
            named["params"] = {**named["params"], "dimid": "none"}
        return original(url, **named)

    original = box_session.get
    monkeypatch.setattr(box_session, "get", get)
    found = verify(box_session, [GOOD, {**GOOD, "value": 2}], timeout=10)
    assert (found.arrived, found.looks) == (2, 2)
    assert 0 < found.seconds < 10


def test_the_report_fails_with_the_first_reasons(planhat: Planhat) -> None:
    with pytest.raises(
        PlanhatBulkError, match=r"0 of 1 arrived .* 1 missing\n  row 1: Planhat has no company"
    ) as caught:
        planhat.verify_metrics([{**GOOD, "externalId": "nobody"}], timeout=0)
    assert caught.value.report.reasons == {"Planhat has no company with the external id 'nobody'.": 1}


def _spoiled(number: int, row: dict[str, Any]) -> dict[str, Any]:
    ways: list[dict[str, Any]] = [
        {"externalId": "unknown"},
        {"externalId": ""},
        {"dimensionId": "daily logins"},
        {"value": "n/a"},
        {"date": "2026-13-01"},
        {"model": "Ticket"},
        {"model": "Asset"},
    ]
    return {**row, **ways[number % len(ways)]}


def test_among_ten_thousand_metrics_exactly_the_bad_ones_are_named(
    sandbox: Sandbox, box_session: PlanhatSession
) -> None:
    companies = [{"name": f"C{each}", "externalId": f"C-{each}"} for each in range(50)]
    box_session.put("/companies", json=companies)
    dimensions = ("logins", "exports", "seats")
    rows: list[dict[str, Any]] = [
        {"dimensionId": dimensions[each % 3], "value": each % 7, "externalId": f"C-{each % 50}", "date": "2026-03-01"}
        for each in range(10_000)
    ]
    bad = {each * 73 for each in range(1, 138) if each * 73 <= 10_000}
    assert len(bad) == 136
    bad.add(1)
    rows = [_spoiled(number, row) if number in bad else row for number, row in enumerate(rows, 1)]
    with pytest.raises(PlanhatValidationError, match="rows are bad"):
        push_metrics(box_session, rows)
    report = push_metrics(box_session, rows, SendingOptions(bad_rows="skip"))
    assert sum(report.counts.values()) == 10_000
    found = verify(box_session, rows, timeout=0)
    assert {each.number for each in found.missing} == bad
    assert len({each.reason for each in found.missing}) >= 7
    assert (found.rows, found.arrived) == (10_000, 10_000 - 137)
    assert len(sandbox.rows("dimensiondata")) == found.arrived


def test_metrics_that_others_pushed_unchecked_are_named_as_well(box_session: PlanhatSession) -> None:
    rows = [GOOD, {**GOOD, "value": "many"}, {**GOOD, "externalId": "nobody"}]
    box_session.call_analytics("dimensiondata", rows)
    assert [each.number for each in verify(box_session, rows, timeout=0).missing] == [2, 3]
