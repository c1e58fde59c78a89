"""With `bad_cells=skip` a row lost its only key, so that each import created its record again."""

from __future__ import annotations

import pytest

from RPA.Planhat import Planhat, types
from RPA.Planhat.sandbox import Sandbox


@pytest.fixture
def planhat(sandbox: Sandbox) -> Planhat:
    return Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)


def test_its_row_is_refused(planhat: Planhat, sandbox: Sandbox) -> None:
    rows = [{"external_id": float("nan"), "name": "Acme"}, {"external_id": "B-1", "name": "Bolt"}]
    report = planhat.import_objects(types.Company, rows, bad_cells="skip", bad_rows="skip")
    assert str(report) == "1 created, 1 refused"
    assert report.refused[0].reason == "external_id takes a text, not nan."
    assert [row["name"] for row in sandbox.rows("companies")] == ["Bolt"]


def test_a_row_with_another_key_is_sent(planhat: Planhat, sandbox: Sandbox) -> None:
    rows = [{"external_id": ["A-1"], "source_id": "S-1", "name": "Acme"}]
    assert str(planhat.import_objects(types.Company, rows, bad_cells="skip")) == "1 created"
    (stored,) = sandbox.rows("companies")
    assert (stored["sourceId"], stored.get("externalId")) == ("S-1", None)
