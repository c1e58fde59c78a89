"""An import whose report could not be saved said so after all rows were sent, without the report.

Whoever ran it again, as the message suggested, stored the rows without a key twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import Planhat, errors, types

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

ROWS = [{"name": "Acme"}]


def test_a_folder_that_is_not_there_is_told_before_anything_is_sent(sandbox: Sandbox, tmp_path: Path) -> None:
    planhat = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    with pytest.raises(
        errors.PlanhatValidationError, match=r"Nothing was sent, since .*nowhere of save_as is not a writable folder"
    ):
        planhat.import_objects(types.Company, ROWS, save_as=str(tmp_path / "nowhere" / "report"))
    assert sandbox.rows("companies") == []


def test_a_report_that_can_not_be_saved_later_is_on_the_error(sandbox: Sandbox, tmp_path: Path) -> None:
    def in_the_way(*_: object) -> None:
        (tmp_path / "report.failed.csv").mkdir()

    planhat = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    with pytest.raises(errors.PlanhatBulkError, match=r"1 created; this could not be saved as .*report") as caught:
        planhat.import_objects(types.Company, ROWS, save_as=str(tmp_path / "report"), progress=in_the_way)
    assert caught.value.report.counts["created"] == 1
