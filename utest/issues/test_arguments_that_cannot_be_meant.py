"""Arguments that nobody can mean ended in a raw Python error, or were taken and did nothing."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.errors import PlanhatValidationError

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat import Planhat


def test_cells_beyond_the_last_heading_are_not_saved_under_none(client: Planhat, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO("name\nAcme\nNova,more\n")))
    for name in ("rows.csv", "rows.xlsx", "rows.json"):
        with pytest.raises(PlanhatValidationError, match=r"Row 2: the names of fields are strings, not None\. csv"):
            client.keywords["save_planhat_rows"](rows, str(tmp_path / name))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("row", [{5: "a"}, {"custom": {5: "a"}}, {("a", "b"): "a"}])
def test_names_that_are_no_strings_are_not_saved(client: Planhat, tmp_path: Path, row: Any) -> None:
    for name in ("rows.csv", "rows.xlsx", "rows.json"):
        with pytest.raises(PlanhatValidationError, match="Row 1: the names of fields are strings, not"):
            client.keywords["save_planhat_rows"]([row], str(tmp_path / name))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("records", [None, [None]])
def test_what_is_no_record_is_not_deleted(client: Planhat, records: Any) -> None:
    with pytest.raises(PlanhatValidationError, match="None is neither an id nor a record"):
        client.keywords["Delete Planhat Objects"]("companies", records, expected=1)


@pytest.mark.parametrize("limit", ["150%", "0%", "-5%", "5%%", "nan", 0, -1, 2.5, True])
def test_a_limit_that_stops_nothing_is_refused(client: Planhat, limit: Any) -> None:
    with pytest.raises(PlanhatValidationError, match="at most 100%"):
        client.keywords["Upsert Companies"]([{"name": "Acme", "externalId": "1"}], stop_after_failed=limit)
