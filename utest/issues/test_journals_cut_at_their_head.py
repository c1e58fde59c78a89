"""A journal that was cut within its first line, or behind it, began anew without a word, and all rows were sent again.

The damaged line of a push's journal was not named, and a line that did not fit on the disk stayed half written.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

ROWS = [{"name": f"Cut {number}"} for number in range(3)]
METRICS = [{"dimension_id": "logins", "value": number, "external_id": "A-1"} for number in range(3)]


@pytest.fixture
def planhat(sandbox: Sandbox) -> Planhat:
    url, tenant = sandbox.url, sandbox.tenant_uuid
    return Planhat(sandbox.api_key, tenant_uuid=tenant, base_url=url, analytics_url=url, calls_per_minute=0)


def upsert(planhat: Planhat, journal: Path) -> Any:
    return planhat.keywords["Upsert Companies"](ROWS, journal=str(journal))


def push(planhat: Planhat, journal: Path) -> Any:
    return planhat.keywords["push_metrics"](METRICS, journal=str(journal))


both = pytest.mark.parametrize("run", [upsert, push])


def warned(caplog: pytest.LogCaptureFixture, text: str) -> list[str]:
    return [each.levelname for each in caplog.records if text in each.message]


@both
@pytest.mark.parametrize(
    ("size_of", "where"),
    [
        (lambda _: 1, "breaks off in"),
        (lambda _: 5, "breaks off in"),
        (lambda _: 40, "breaks off in"),
        (lambda first: first - 2, "breaks off in"),
        (lambda first: first, "ends behind"),
        (lambda first: first + 20, "ends behind"),
    ],
    ids=["1", "5", "40", "all-but-one", "whole", "whole-and-20"],
)
def test_a_journal_that_is_cut_in_or_behind_its_first_line_says_so(  # noqa: PLR0917 - fixtures and a case
    planhat: Planhat,
    tmp_path: Path,
    run: Callable[[Planhat, Path], Any],
    size_of: Callable[[int], int],
    where: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    journal = tmp_path / "cut.journal"
    run(planhat, journal)
    os.truncate(journal, size_of(journal.read_bytes().index(b"\n") + 1))
    caplog.clear()
    run(planhat, journal)
    assert warned(caplog, f"{where} its first line") == ["WARNING"]
    caplog.clear()
    run(planhat, journal)
    assert "first line" not in caplog.text


@both
def test_an_empty_file_is_a_new_journal(planhat: Planhat, tmp_path: Path, run: Callable[[Planhat, Path], Any]) -> None:
    journal = tmp_path / "new.journal"
    journal.touch()
    run(planhat, journal)
    assert journal.stat().st_size


@both
@pytest.mark.parametrize("place", [1, 2])
def test_the_damaged_line_is_named(
    planhat: Planhat, tmp_path: Path, run: Callable[[Planhat, Path], Any], place: int
) -> None:
    journal = tmp_path / "damaged.journal"
    run(planhat, journal)
    lines = [json.loads(line) for line in journal.read_bytes().splitlines()]
    for line in lines:
        line.pop("sum")
    lines[place]["fact"] = "nonsense"
    journal.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    with pytest.raises(errors.PlanhatValidationError, match=rf"damaged\.journal is damaged: line {place + 1} does not"):
        run(planhat, journal)


@both
def test_a_line_that_does_not_fit_on_the_disk_leaves_no_half(
    planhat: Planhat, tmp_path: Path, run: Callable[[Planhat, Path], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, write = tmp_path / "full.journal", os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:30] if data.startswith(b'{"fact') else data))
    with pytest.raises(errors.PlanhatError, match="No space left on device"):
        run(planhat, journal)
    monkeypatch.undo()
    assert not journal.stat().st_size
    run(planhat, journal)


@both
def test_a_journal_of_a_newer_version_says_so(
    planhat: Planhat, tmp_path: Path, run: Callable[[Planhat, Path], Any]
) -> None:
    journal = tmp_path / "newer.journal"
    run(planhat, journal)
    head, *others = journal.read_text().splitlines()
    newer = {**json.loads(head), "v": 2}
    newer.pop("sum")
    journal.write_text("\n".join([json.dumps(newer), *others, ""]))
    with pytest.raises(errors.PlanhatValidationError, match=r"newer version of this library\. Nothing was sent"):
        run(planhat, journal)
