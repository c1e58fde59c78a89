"""What a journal says of rows whose outcome nobody knows, and of lines that are no facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from RPA.Planhat.errors import PlanhatValidationError
from utest.faults.uploads.rows import keyed, puts, unkeyed

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox
    from utest.faults.uploads.rows import Push


@pytest.mark.parametrize("line", ["[1]", '"sent"', "3", "null", "true"])
def test_a_line_that_is_no_fact_is_told(push: Push, journal: Path, line: str) -> None:
    push(keyed(1), journal=journal)
    head, *facts = journal.read_text("utf-8").splitlines(keepends=True)
    journal.write_text("".join([head, f"{line}\n", *facts]), "utf-8")
    with pytest.raises(PlanhatValidationError, match=r"damaged in line 2\."):
        push(keyed(1), journal=journal)


def test_every_row_in_doubt_has_its_reason_at_once_and_after_a_second_run(
    planhat: Sandbox, push: Push, journal: Path
) -> None:
    planhat.call("inject_fault", kind="reset_after", verb="PUT")
    planhat.call("inject_fault", kind="status", status=403, verb="GET")
    first = push(unkeyed(3), journal=journal)
    again = push(unkeyed(3), journal=journal)
    for report in (first, again):
        assert len(report.unknown) == 3
        assert [row.number for row in report.unknown if "connection" not in row.reason] == []


def test_compared_rows_that_a_lost_answer_stored_are_not_taken_for_old_ones(
    planhat: Sandbox, push: Push, journal: Path
) -> None:
    push(keyed(3), journal=journal, at_most=10)
    lines = journal.read_text("utf-8").splitlines(keepends=True)
    sent = next(place for place, line in enumerate(lines) if '"sent"' in line)
    journal.write_text("".join(lines[: sent + 1]), "utf-8")  # the process ended before the answer came
    report = push(keyed(3), journal=journal, at_most=10)
    assert str(report) == "3 unchanged"
    assert ["whose answer was lost" in row.reason for row in report.results] == [True] * 3
    assert puts(planhat) == 1
