"""Rows were lost, and reported as repeated, when a generator used one dictionary or one record again and again.

Rows are planned a thousand at a time, and by then all of them were what the last one had become.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RPA.Planhat import Planhat, types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.sandbox import Sandbox


def one_dictionary() -> Iterator[dict[str, Any]]:
    row: dict[str, Any] = {"custom": {}}
    for number in range(3):
        row.update(external_id=f"A-{number}", name=f"Company {number}")
        row["custom"]["Number"] = number
        yield row


def one_record() -> Iterator[types.Company]:
    record = types.Company(name="Company")
    for number in range(3):
        record.external_id = f"A-{number}"
        yield record


def stored(sandbox: Sandbox) -> list[str]:
    return sorted(row["externalId"] for row in sandbox.rows("companies"))


def test_each_row_is_stored_as_it_was_when_it_came(sandbox: Sandbox) -> None:
    planhat = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    report = planhat.keywords["Upsert Companies"](one_dictionary(), check_custom_fields=False)
    assert report.counts["created"] == 3
    assert stored(sandbox) == ["A-0", "A-1", "A-2"]
    assert sorted(row["custom"]["Number"] for row in sandbox.rows("companies")) == [0, 1, 2]


def test_so_are_records(sandbox: Sandbox) -> None:
    planhat = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    assert planhat.update_objects(one_record()).counts["created"] == 3
    assert stored(sandbox) == ["A-0", "A-1", "A-2"]
