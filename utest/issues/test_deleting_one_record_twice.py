"""A record that was named twice, by two kinds of ids or in capital letters, counted as two of those to be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatNotFoundError, PlanhatSafetyError, types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.sandbox import Sandbox

NOBODY = "5f0c0ffee5f0c0ffee5f0c0f"


@pytest.fixture
def dry(sandbox: Sandbox) -> Iterator[Planhat]:
    quick: dict[str, Any] = {"calls_per_minute": 0, "calls_per_second": 0}
    with Planhat(sandbox.api_key, base_url=sandbox.url, dry_run=True, **quick) as made:
        yield made


def test_it_counts_once(planhat: Planhat, dry: Planhat) -> None:
    one, other = (
        planhat.create_object(types.Company(name=each, external_id=f"{each}-1", source_id=f"S-{each}")) for each in "AB"
    )
    records = [
        one.id,
        one.id.upper(),
        "extid-A-1",
        "srcid-S-A",
        one,
        "extid-B-1",
        {"source_id": "S-B"},
        "extid-C",
        NOBODY,
    ]
    for library in (dry, planhat):
        with pytest.raises(PlanhatSafetyError, match="these are 4 different companies, not 9"):
            library.run_keyword("Delete Planhat Objects", ["companies", records], {"expected": 9})
        report = library.run_keyword("Delete Planhat Objects", ["companies", records], {"expected": 4})
        assert (report.deleted, report.missing) == ([one.id, "extid-B-1"], ["extid-C", NOBODY])
    assert planhat.get_objects(types.Company) == []
    assert other.name == "B"


def test_a_dry_run_deletes_each_record_once(planhat: Planhat, dry: Planhat) -> None:
    company = planhat.create_object(types.Company(name="A", external_id="A-1"))
    for library in (dry, planhat):
        library.run_keyword("Delete Company", [company.id], {})
        with pytest.raises(PlanhatNotFoundError):
            library.run_keyword("Delete Company", ["extid-A-1"], {})
        with pytest.raises(PlanhatNotFoundError):
            library.run_keyword("Update Company", [company.id], {"phase": "won"})
        library.run_keyword("Delete Company", [company.id], {"missing_ok": True})
