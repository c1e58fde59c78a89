"""A disk that was full in the middle of an upload left rows unknown which Planhat had answered.

Other kept files: a `rate_limit_file` that could not be written made a call that was carried out "not sent", and what
SQLite reports of full disks and missing rights came without advice.
"""

from __future__ import annotations

import errno
import os
import time
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors
from RPA.Planhat.types import Company
from utest.stub import TOKEN, Stub, an_id, reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

ROWS = [{"name": f"Row {number}", "external_id": f"R-{number}"} for number in range(30)]
UNKEYED = [{"name": f"Row {number}"} for number in range(30)]


class Disk:
    """A folder that holds so many bytes and no more, as far as files are written in it.

    Attributes:
        free: How many bytes there are beside those that are taken.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._write = folder, os.write
        self.size = 1 << 40
        monkeypatch.setattr(os, "write", self.write)

    def write(self, file: int, data: bytes) -> int:
        taken = sum(path.stat().st_size for path in self.folder.iterdir())
        fits = min(len(data), self.size - taken)
        if fits <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._write(file, data[:fits])


@pytest.fixture
def planhat(sandbox: Sandbox) -> Iterator[Planhat]:
    hosts: Any = {"base_url": sandbox.url, "analytics_url": sandbox.url, "tenant_uuid": sandbox.tenant_uuid}
    with Planhat(sandbox.api_key, calls_per_minute=0, calls_per_second=0, settle=0, **hosts) as made:
        yield made


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    monkeypatch.setattr("RPA.Planhat.operations.rows.plan.MOST_ROWS", 10)
    return Disk(tmp_path, monkeypatch)


@pytest.mark.parametrize("rows", [ROWS, UNKEYED], ids=["keyed", "without keys"])
@pytest.mark.parametrize("size", [0, 300, 600, 2_000, 7_400, 8_000, 8_600, 9_200, 9_800, 10_400, 11_000, 12_000])
def test_an_upload_on_a_full_disk_leaves_no_row_unknown(
    sandbox: Sandbox, planhat: Planhat, disk: Disk, rows: Any, size: int
) -> None:
    before, tmp_path = len(sandbox.rows("companies")), disk.folder
    disk.size = size
    try:
        report = planhat.keywords["Upsert Companies"](rows, journal=tmp_path / "journal", fail_on_errors=False)
    except errors.PlanhatError as problem:
        assert "cannot be written: No space left on device. Free some space" in str(problem)  # noqa: PT017
        report = getattr(problem, "report", None)
    stored = len(sandbox.rows("companies")) - before
    if report is not None:
        assert (report.counts["created"], report.counts["unknown"]) == (stored, 0)
    disk.size = 1 << 40
    report = planhat.keywords["Upsert Companies"](rows, journal=tmp_path / "journal")
    assert (report.counts["created"] + report.counts["unchanged"], report.counts["unknown"]) == (30, 0)
    assert len(sandbox.rows("companies")) - before == 30
    assert [path.name for path in tmp_path.iterdir()] == ["journal"]


def test_a_pause_that_cannot_be_shared_loses_no_answer(stub: Stub, tmp_path: Path) -> None:
    file = tmp_path / "limits"
    stub.on("POST *", reply({"_id": an_id(1), "name": "A"}, 200, X_RateLimit_Remaining="0", X_RateLimit_Reset="1"))
    limits: Any = {"calls_per_minute": 0, "calls_per_second": 0, "rate_limit_file": str(file)}
    with Planhat(TOKEN, base_url=stub.url, **limits) as planhat:
        planhat.session  # noqa: B018 - opens the file

        def broken(_seen: Any) -> Any:
            file.write_bytes(b"no database, and not empty" * 100)
            return reply({"_id": an_id(1), "name": "A"}, 200, X_RateLimit_Remaining="0", X_RateLimit_Reset="1")

        stub.on("POST *", broken)
        assert planhat.create_object(Company(name="A")).id == an_id(1)
        with pytest.raises(errors.PlanhatValidationError, match=r"rate_limit_file .* cannot be used"):
            planhat.create_object(Company(name="B"))
    assert len(stub.seen) == 1


def test_another_attempt_that_the_pace_cannot_count_leaves_the_outcome_unknown(stub: Stub, tmp_path: Path) -> None:
    file = tmp_path / "limits"

    def broken(_seen: Any) -> Any:
        file.write_bytes(b"no database, and not empty" * 100)
        return reply(status=502)

    stub.on("PUT *", broken)
    limits: Any = {"calls_per_minute": 0, "calls_per_second": 0, "rate_limit_file": str(file), "backoff": 0.01}
    with (
        Planhat(TOKEN, base_url=stub.url, **limits) as planhat,
        pytest.raises(errors.PlanhatServerError, match="may have been stored all the same") as caught,
    ):
        planhat.update_object(Company(id=an_id(1), phase="live"))
    assert "rate_limit_file" in str(caught.value)
    assert "Nothing was sent" not in str(caught.value)
    assert len(stub.seen) == 1


def test_a_file_without_rights_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs let files go, rights stay: a read-only file was tried for as long as one that a scanner holds."""
    path = tmp_path / "rows.csv"
    path.write_text("of yesterday", "utf-8")
    path.chmod(0o444)
    real_open, real_access = type(path).open, os.access

    def refuse(self: Path, mode: str = "r", *more: Any, **options: Any) -> Any:
        if self == path and "+" in mode:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real_open(self, mode, *more, **options)

    monkeypatch.setattr(type(path), "open", refuse)  # root may write whatever it wants
    monkeypatch.setattr(os, "access", lambda name, mode, **_: os.fspath(name) != str(path) and real_access(name, mode))
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    with pytest.raises(errors.PlanhatValidationError, match="Permission denied"):
        Planhat(TOKEN, base_url="http://127.0.0.1:1").keywords["save_planhat_rows"]([{"a": 1}], str(path))
    assert not waits
