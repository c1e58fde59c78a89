"""An error repeated a value of a million characters, in the log of the robot and in each row of the report."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatBulkError, PlanhatError, types

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

MANY = 10**5
VALUES: dict[str, Any] = {
    "letters": "x" * MANY,
    "quotes of both kinds": "'\"" * (MANY // 2),
    "lines": "a\nb" * (MANY // 3),
    "backslashes": "\\" * MANY,
    "a list": ["x" * 1000] * 100,
    "a dictionary": {"x" * MANY: "y"},
    "digits": "9" * MANY,
}
LONGEST = 4_000
ROW = {"external_id": "A-1", "name": "Acme"}

DOORS: dict[str, Callable[[Planhat, Any], Any]] = {
    "an import": lambda planhat, value: planhat.keywords["Import Companies"]([{**ROW, "csm_score": value}]),
    "an upsert": lambda planhat, value: planhat.keywords["Upsert Companies"]([{**ROW, "domains": value}]),
    "a named field": lambda planhat, value: planhat.create_object(types.Enduser(name="A", email=value)),
    "a reference": lambda planhat, value: planhat.keywords["Get Company"](value),
    "a filter": lambda planhat, value: planhat.keywords["Get Companies"](where=value),
    "an option": lambda planhat, value: planhat.keywords["Import Companies"]([ROW], decimal=value),
    "an encoding": lambda planhat, value: planhat.keywords["Import Companies"]([ROW], encoding=value),
    "a mapping": lambda planhat, value: planhat.keywords["Import Companies"]([ROW], mapping=value),
    "a custom field": lambda planhat, value: planhat.keywords["Import Companies"]([{**ROW, f"custom.{value}": 1}]),
    "a metric": lambda planhat, value: planhat.keywords["push_metrics"](
        [{"external_id": "A-1", "dimension_id": "logins", "value": value}]
    ),
    "an activity": lambda planhat, value: planhat.keywords["track_activities"]([{"email": value, "action": "x"}]),
    "a declaration": lambda planhat, value: planhat.keywords["plan_custom_fields"](
        [{"name": "Tier", "parent": "company", "type": value}]
    ),
    "a file": lambda planhat, value: planhat.keywords["Import Companies"](value),
}


@pytest.mark.parametrize("door", DOORS)
def test_they_show_its_beginning(sandbox: Sandbox, door: str) -> None:
    with Planhat(sandbox.api_key, base_url=sandbox.url, tenant_uuid=sandbox.tenant_uuid, calls_per_minute=0) as planhat:
        for kind, value in VALUES.items():
            with pytest.raises(PlanhatError) as caught:
                DOORS[door](planhat, value)
            assert len(str(caught.value)) <= LONGEST, kind
            if isinstance(caught.value, PlanhatBulkError):
                assert all(len(each.reason) <= LONGEST for each in caught.value.report.failed), kind


def test_words_around_a_long_value_stay(planhat: Planhat) -> None:
    with pytest.raises(PlanhatError, match=r"^csm_score takes a whole number, not 'x{299}…'\.$"):
        planhat.keywords["Create Company"](name="A", csm_score="x" * MANY)


def test_all_that_is_wrong_with_a_row_stays(planhat: Planhat) -> None:
    fields = ("csm_score", "domains")
    with pytest.raises(PlanhatError) as caught:
        planhat.keywords["Import Companies"]([{**ROW, **dict.fromkeys(fields, "x " * MANY)}])
    said = str(caught.value)
    assert [said.count(f"{name} takes ") for name in fields] == [1, 1]


def test_reasons_in_files_are_short_and_the_values_stay_whole(planhat: Planhat, tmp_path: Path) -> None:
    row = {**ROW, "csm_score": "x" * MANY}
    report = planhat.keywords["Import Companies"]([row], bad_rows="skip", save_as=str(tmp_path / "report"))
    assert str(report) == "1 refused"
    with (tmp_path / "report.failed.csv").open(encoding="utf-8-sig", newline="") as file:
        (saved,) = csv.DictReader(file)
    assert (saved["csm_score"], len(saved["planhat_reason"])) == (row["csm_score"], 339)
