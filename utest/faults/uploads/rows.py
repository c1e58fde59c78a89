"""Rows to upload, and what can be asked about them afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from RPA.Planhat.types import Company

if TYPE_CHECKING:
    from RPA.Planhat.operations.rows.report import BulkReport
    from RPA.Planhat.sandbox import Sandbox


class Push(Protocol):
    """Upserts rows to the sandbox."""

    def __call__(self, rows: Any, model: Any = Company, *, fail: bool = False, **options: Any) -> BulkReport: ...


def keyed(count: int, first: int = 1) -> list[dict[str, Any]]:
    return [{"name": f"Company {n}", "externalId": f"K-{n}"} for n in range(first, first + count)]


def unkeyed(count: int, first: int = 1) -> list[dict[str, Any]]:
    return [{"name": f"Nameless {n}"} for n in range(first, first + count)]


def puts(planhat: Sandbox) -> int:
    return len(planhat.call("requests", method="PUT"))


def names(planhat: Sandbox) -> list[str]:
    return sorted(row["name"] for row in planhat.call("rows", model="companies"))


def assert_each_row_once(report: BulkReport, count: int) -> None:
    assert [result.number for result in report.results] == list(range(1, count + 1))
    assert sum(report.counts.values()) == count
