"""Failed rows were written with quotation marks around the ids and numbers of programs, and with NaN for no value.

Those of large workbooks lost the zeros that the worksheet shows. A file of failed rows that is corrected and given
again has to mean the same records and values.
"""

from __future__ import annotations

import enum
import uuid
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, types

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

ID = uuid.UUID(int=5)


class Phase(enum.Enum):
    LIVE = "live"


@pytest.fixture(params=[64, 0], ids=["memory", "file"])
def planhat(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Planhat]:
    options: Any = {"rows_in_memory": request.param, "calls_per_minute": 0}
    with Planhat(sandbox.api_key, base_url=sandbox.url, **options) as made:
        for name, kind in {"Sum": "number", "Count": "number", "Since": "day", "Yes": "checkbox"}.items():
            made.create_object(types.CustomField(name=name, type=kind, parent="company"))
        yield made


def failed_once(planhat: Planhat, sandbox: Sandbox, row: dict[str, Any]) -> Any:
    """Upserts a row that Planhat refuses once."""
    sandbox.inject_fault(kind="status", status=400, verb="PUT", route="/companies", times=1)
    return planhat.keywords["Upsert Companies"]([row], fail_on_errors=False)


def imported_again(planhat: Planhat, sandbox: Sandbox, row: dict[str, Any], folder: Path) -> str:
    path = failed_once(planhat, sandbox, row).save_files(folder / "report")["failed"]
    return str(planhat.import_objects(types.Company, path))


def test_they_mean_the_same(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    planhat.import_objects(types.Company, [{"external_id": str(ID), "name": "Acme", "city": "Kiel"}])
    row = {
        "external_id": ID,
        "phase": Phase.LIVE,
        "city": float("nan"),
        "tags": ("a", "b"),
        "custom.Sum": Decimal("2.50"),
        "custom.Since": date(2026, 3, 1),
    }
    assert imported_again(planhat, sandbox, row, tmp_path) == "1 updated"
    assert str(planhat.sync_objects(types.Company, [row])) == "1 unchanged"
    (company,) = sandbox.rows("companies")
    assert (company["phase"], company["city"], company["custom"]["Sum"]) == ("live", "Kiel", 2.5)


def test_those_of_numpy_too(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    numpy = pytest.importorskip("numpy", reason="numpy is no dependency, not even of the tests")
    row = {
        "external_id": numpy.int64(1001),
        "name": numpy.str_("Acme"),
        "custom.Sum": numpy.float64(2.5),
        "custom.Count": numpy.int64(7),
        "custom.Yes": numpy.bool_(True),
        "custom.Since": numpy.datetime64("2026-03-01"),
    }
    assert imported_again(planhat, sandbox, row, tmp_path) == "1 created"
    assert str(planhat.sync_objects(types.Company, [row])) == "1 unchanged"
    (company,) = sandbox.rows("companies")
    assert (company["externalId"], company["custom"]["Count"], company["custom"]["Yes"]) == ("1001", 7, True)


def test_reports_hold_them_as_json(planhat: Planhat, sandbox: Sandbox) -> None:
    numpy = pytest.importorskip("numpy", reason="numpy is no dependency, not even of the tests")
    row = {"external_id": ID, "phase": Phase.LIVE, "city": float("nan")}
    sums = {"custom.Sum": numpy.float64(2.5), "custom.Count": numpy.int64(7)}
    (failed,) = failed_once(planhat, sandbox, row | sums).failed
    assert {name: failed[name] for name in row | sums} == {
        "external_id": str(ID), "phase": "live", "city": None, "custom.Sum": 2.5, "custom.Count": 7
    }  # fmt: skip


def test_numbers_of_worksheets_keep_their_zeros(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(tmp_path / "crm.xlsx") as workbook:
        sheet, zeros = workbook.add_worksheet(), workbook.add_format({"num_format": "00000"})
        sheet.write_row(0, 0, ["external_id", "name", "csm_score"])
        sheet.write_row(1, 0, [123], zeros)
        sheet.write_row(1, 1, ["Acme", "four"])
    planhat.import_objects(types.Company, tmp_path / "crm.xlsx", bad_rows="skip", save_as=str(tmp_path / "report"))
    path = tmp_path / "report.failed.csv"
    path.write_text(path.read_text("utf-8-sig").replace(",four,", ",4,"), "utf-8-sig")
    assert str(planhat.import_objects(types.Company, path)) == "1 created"
    assert [row["externalId"] for row in sandbox.rows("companies")] == ["00123"]
