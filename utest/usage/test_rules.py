"""What is known of the analytics host and of custom fields, where no other test holds it for client and sandbox."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatValidationError, types
from RPA.Planhat.operations import reading, writing
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.operations.usage.activities import activity_of, track_all
from RPA.Planhat.operations.usage.metrics import metric_of, push_metrics
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.types import CustomField, DimensionData
from utest.stub import Table, reply

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox
    from utest.stub import Stub

FIELD: dict[str, Any] = {"name": "Tier", "parent": "company", "type": "text"}
TYPES = CustomField.type.options


def _is_now(text: str) -> bool:
    found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return abs(datetime.now(timezone.utc) - found) < timedelta(minutes=5)


# ------------------------------------------------------------------------------------------- section 7


def test_one_analytics_host_serves_all_regions() -> None:
    session = PlanhatSession("key", base_url="https://api-us4.planhat.com")
    assert session.analytics_url == "https://analytics.planhat.com"


def test_dates_that_are_left_out_are_left_to_the_host() -> None:
    assert "date" not in activity_of({"action": "x", "id": "1"})
    assert "date" not in metric_of({"dimensionId": "d", "value": 1, "externalId": "A"})


def test_the_host_takes_the_time_of_receipt_where_no_date_is_sent(
    sandbox: Sandbox, box_session: PlanhatSession
) -> None:
    track_all(box_session, [{"action": "x", "id": "u", "cId": "A"}])
    push_metrics(box_session, [{"dimensionId": "d", "value": 1, "externalId": "A"}])
    assert _is_now(sandbox.rows("activities")[0]["date"])
    (metric,) = reading.read_list(box_session, DimensionData)
    assert _is_now(metric["time"])
    assert metric["model"] == "Company"


def test_names_of_unknown_endusers_are_taken_in_one_or_in_two(sandbox: Sandbox, box_session: PlanhatSession) -> None:
    rows = [
        {"id": "1", "cId": "A", "name": "Ada Byron"},
        {"id": "2", "cId": "A", "firstName": "Bea", "lastName": "Cole"},
    ]
    assert track_all(box_session, rows).received == 2
    assert [each["name"] for each in sandbox.rows("endusers")] == ["Ada Byron", "Bea Cole"]


def test_metrics_are_asked_for_by_page_and_day_integers(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /dimensiondata", Table([]))
    asked = {"dimension_id": "logins", "from_date": "2026-03-01", "to_date": "2026-03-02"}
    reading.read_list(session, DimensionData, Query(company_ids="c1", filters=asked))
    wanted = {"cId": "c1", "dimid": "logins", "from": "20513", "to": "20514", "limit": "2000", "offset": "0"}
    assert wanted.items() <= stub.last.query.items()


# ------------------------------------------------------------------------------------------- section 8


def test_whether_a_field_is_hidden_is_always_sent(stub: Stub, session: PlanhatSession) -> None:
    stub.on("POST /customfields", lambda request: reply({"_id": "1", **request.json}))
    writing.create(session, CustomField, FIELD)
    assert stub.last.json["isHidden"] is False


@pytest.mark.parametrize("kind", TYPES)
def test_fields_of_each_type_are_made_and_read_back(box_session: PlanhatSession, kind: str) -> None:
    made = writing.create(box_session, CustomField, {**FIELD, "type": kind, "is_featured": True})
    found = reading.read_one(box_session, CustomField, made.id)
    assert (found.type, found.is_featured, found.is_shared) == (kind, True, False)


def test_there_are_sixteen_types() -> None:
    assert len(TYPES) == 16


def test_formulas_are_kept(box_session: PlanhatSession) -> None:
    formula = {"isFormula": True, "formula": "<<mrr>>*12", "treatUndefinedAsZero": True, "numberFormat": "0.00"}
    made = writing.create(box_session, CustomField, {**FIELD, "type": "number", **formula})
    assert formula.items() <= reading.read_one(box_session, CustomField, made.id).items()


@pytest.mark.parametrize("name", ["filter", "formula_refs"])
def test_what_planhat_makes_of_a_formula_is_not_written(
    sandbox: Sandbox, box_session: PlanhatSession, planhat: Planhat, name: str
) -> None:
    create = planhat.keywords["Create Custom Field"]
    with pytest.raises(PlanhatValidationError, match=name):
        create(**FIELD, **{name: ["x"]})
    key = CustomField.known_fields()[name].key
    made = box_session.post("/customfields", json={**FIELD, key: ["x"]}).json()
    assert made.get(key) in (None, [])


@pytest.mark.parametrize("parent", ["company", "Company", "COMPANY"])
def test_parents_are_taken_in_any_case(box_session: PlanhatSession, parent: str) -> None:
    made = writing.create(box_session, CustomField, {**FIELD, "parent": parent})
    found = box_session.get("/customfields", params={"parent": "Company"}).json()
    assert [each["_id"] for each in found] == [made.id]


def test_custom_fields_have_no_bulk_keyword(planhat: Planhat) -> None:
    assert "Create Custom Field" in planhat.keywords
    assert "Upsert Custom Fields" not in planhat.keywords
    with pytest.raises(PlanhatValidationError, match="Planhat does not accept custom fields in bulk"):
        planhat.update_objects([types.CustomField(FIELD)])
