"""Rows with names that are no texts, huge numbers or endless nesting gave errors of Python instead of bad rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors
from RPA.Planhat.types import Company

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

DEEP: dict[str, Any] = {}
for _ in range(5000):
    DEEP = {"in": DEEP}
ENDLESS: dict[str, Any] = {}
ENDLESS["again"] = ENDLESS

BAD: dict[str, Any] = {
    "huge": 10**5000, "deep": DEEP, "endless": ENDLESS, "tuple as a name": {("a", 1): 1}, "bytes as a name": {b"a": 1},
}  # fmt: skip
GOOD = {"action": "Logged in", "email": "ada@acme.example"}

each_bad = pytest.mark.parametrize("bad", BAD.values(), ids=BAD)


@pytest.mark.parametrize("bad", [*({"info": {"x": bad}} for bad in BAD.values()), {("a", 1): 1}, {"count": 10**5000}])
def test_activities_are_bad_rows(planhat: Planhat, bad: dict[Any, Any]) -> None:
    rows = [GOOD, {**GOOD, **bad}, GOOD]
    with pytest.raises(errors.PlanhatValidationError, match=r"Nothing was sent, since 1 row is bad:\n  row 2: "):
        planhat.track_activities(rows)
    assert planhat.track_activities(rows, bad_rows="skip", fail_on_errors=False).counts["received"] == 2


@pytest.mark.parametrize("bad", [{("a", 1): 1}, {"value": 10**5000}], ids=["tuple as a name", "huge"])
def test_metrics_are_bad_rows(planhat: Planhat, bad: dict[Any, Any]) -> None:
    good = {"dimension_id": "logins", "external_id": "A-1", "value": 1}
    with pytest.raises(errors.PlanhatValidationError, match=r"Nothing was sent, since 1 row is bad:\n  row 2: "):
        planhat.push_metrics([good, {**good, **bad}])


@pytest.mark.parametrize(
    "bad", [*({"custom.Plan": bad} for bad in BAD.values()), {("a", 1): 1}, {"custom": {("a", 1): 1}}]
)
def test_rows_of_a_table_are_bad_rows(planhat: Planhat, tmp_path: Path, bad: dict[Any, Any]) -> None:
    rows = [{"name": "Acme"}, {"name": "Bolt", **bad}]
    report: Any = planhat.import_objects(
        Company, rows, bad_rows="skip", check_custom_fields=False, save_as=str(tmp_path / "report")
    )
    assert (report.counts["created"], report.counts["refused"]) == (1, 1)
    assert "Bolt" in (tmp_path / "report.failed.csv").read_text("utf-8-sig")


@each_bad
def test_a_single_record_says_so(sandbox: Sandbox, planhat: Planhat, bad: Any) -> None:
    with pytest.raises(errors.PlanhatValidationError, match="JSON cannot hold it: "):
        planhat.create_object(Company(name="Acme", custom={"Plan": bad}), check_custom_fields=False)
    with pytest.raises(errors.PlanhatValidationError, match="JSON cannot hold it: "):
        planhat.track_activity("Logged in", email="ada@acme.example", info={"x": bad})
    assert sandbox.requests(method="POST") == []
