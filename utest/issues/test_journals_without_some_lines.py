"""A journal from which lines were removed, as by somebody who tidies up, sent their rows again: stored twice.

Each line has a checksum, and now its number as well. A journal that was written before is read as it is.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest

from RPA.Planhat import Planhat, errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

ROWS = [{"name": f"Row {number}"} for number in range(40)]
METRICS = [{"dimension_id": "logins", "value": number, "external_id": "A-1"} for number in range(40)]


@pytest.fixture
def journal(planhat: Planhat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The journal of an upload of 40 rows without keys, in four calls."""
    monkeypatch.setattr("RPA.Planhat.operations.rows.plan.MOST_ROWS", 10)
    path = tmp_path / "upload.journal"
    planhat.keywords["Upsert Companies"](ROWS, journal=path)
    return path


def writes(sandbox: Sandbox) -> int:
    return len([each for each in sandbox.requests() if each["method"] != "GET"])


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0], *lines[3:]],
        lambda lines: [*lines[:5], *lines[7:]],
        lambda lines: [lines[0], lines[-1]],
        lambda lines: [*lines[:-3], lines[-1]],
        lambda lines: [lines[0], *lines],
        lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]],
    ],
    ids=["first call", "third call", "all but the end", "last call", "head twice", "two swapped"],
)
def test_a_journal_without_some_lines_is_refused(
    sandbox: Sandbox, planhat: Planhat, journal: Path, change: Callable[[list[bytes]], list[bytes]]
) -> None:
    journal.write_bytes(b"".join(change(journal.read_bytes().splitlines(keepends=True))))
    before = writes(sandbox)
    with pytest.raises(errors.PlanhatValidationError, match=r"damaged in line \d+\. Nothing was sent"):
        planhat.keywords["Upsert Companies"](ROWS, journal=journal)
    assert writes(sandbox) == before


def test_the_journal_of_a_push_is_held_to_it_as_well(sandbox: Sandbox, planhat: Planhat, tmp_path: Path) -> None:
    path = tmp_path / "push.journal"
    planhat.keywords["push_metrics"](METRICS, journal=path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[-1])
    before = writes(sandbox)
    with pytest.raises(errors.PlanhatValidationError, match="damaged in line 2"):
        planhat.keywords["push_metrics"](METRICS, journal=path)
    assert writes(sandbox) == before


def as_written_before(line: bytes) -> bytes:
    event: dict[str, Any] = json.loads(line)
    del event["sum"], event["n"]
    text = json.dumps(event, separators=(",", ":")).encode()
    return b'%s,"sum":"%08x"}\n' % (text[:-1], crc32(text))


def test_a_journal_without_numbers_is_continued(sandbox: Sandbox, planhat: Planhat, journal: Path) -> None:
    lines = [as_written_before(line) for line in journal.read_bytes().splitlines()]
    journal.write_bytes(b"".join(lines[:5]))
    report = planhat.keywords["Upsert Companies"](ROWS, journal=journal)
    assert report.counts["created"] == 40
    before = writes(sandbox)
    assert planhat.keywords["Upsert Companies"](ROWS, journal=journal).counts["created"] == 40
    assert writes(sandbox) == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_an_export_does_not_replace_a_device_or_a_pipe(planhat: Planhat, tmp_path: Path) -> None:
    """Behind a link, the export took the place of the device that the link led to."""
    pipe, link = tmp_path / "pipe.csv", tmp_path / "link.csv"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for path in (pipe, link):
        with pytest.raises(errors.PlanhatValidationError, match="is a device or a pipe: name a file"):
            planhat.keywords["Export Companies"](path)
    assert pipe.is_fifo()
    assert {each.name for each in tmp_path.iterdir()} == {"pipe.csv", "link.csv"}
