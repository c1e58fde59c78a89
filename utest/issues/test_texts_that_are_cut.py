"""Half a character, as JavaScript makes it when it cuts an emoji, stopped uploads after rows had been stored.

A name of a field with one was first noticed when it was to be sent; in Planhat's own words one could not be written
into the journal, in this run and in each later one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors
from utest.stub import TOKEN, Stub, reply

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

HALF = "\ud83d"


@pytest.mark.parametrize(
    "bad", [{f"custom.{HALF}": "x"}, {"custom.Huge": 10**5000}, {"custom": {"Nested": None}, "name": HALF}]
)
def test_all_rows_are_checked_before_the_first_call(sandbox: Sandbox, bad: dict[str, Any]) -> None:
    planhat = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    rows = [{"external_id": f"A-{number}", "name": "Good"} for number in range(5001)]
    with pytest.raises(errors.PlanhatValidationError, match="Nothing was sent, since 1 row is bad:\n  row 5002: "):
        planhat.keywords["Upsert Companies"]([*rows, {"external_id": "BAD", "name": "Bad", **bad}])
    assert sandbox.rows("companies") == []


def test_nesting_without_end_is_a_bad_row(sandbox: Sandbox) -> None:
    deep: dict[str, Any] = {}
    for _ in range(3000):
        deep = {"in": deep}
    planhat = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    with pytest.raises(errors.PlanhatValidationError, match="nested too deep"):
        planhat.keywords["Upsert Companies"](
            {"external_id": "A", "name": "A", "custom": {"Deep": deep}}, check_custom_fields=False
        )


def test_words_of_planhat_are_kept_in_the_journal_and_in_files(stub: Stub, tmp_path: Path) -> None:
    stub.on("PUT /companies", lambda _: reply({"createdErrors": [f"no {HALF}"]}, status=206))
    planhat = Planhat(TOKEN, base_url=stub.url, calls_per_minute=0)
    upsert = planhat.keywords["Upsert Companies"]
    for _ in range(2):
        report = upsert({"external_id": "A", "name": "A"}, journal=str(tmp_path / "journal"), fail_on_errors=False)
        assert report.counts["failed"] == 1
    assert len(stub.seen) == 1
    report.save_files(tmp_path / "report")
    assert "no \\ud83d" in (tmp_path / "report.failed.csv").read_text("utf-8-sig")
