"""A signal or a timeout of Robot Framework ended an import, and the files of its report were those of the run before.

Rows that were stored stood in no file, and the failed rows of yesterday were taken for those of today.
"""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from requests import Response
from requests.adapters import HTTPAdapter

from RPA.Planhat import Planhat, types
from utest.stub import TENANT, TOKEN, Reply, Stub, reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
ROWS = 5_500
"""Rows of two calls; the second one has 500."""

SUITE = """
*** Settings ***
Library    RPA.Planhat    {token}    base_url={url}    calls_per_minute=0

*** Test Cases ***
Import
    [Timeout]    {timeout}
    {keyword}
    [Teardown]    Get Company    extid-R-1
"""


@pytest.fixture
def held(stub: Stub) -> Iterator[threading.Event]:
    """Makes the second bulk call wait for an answer; the event is set when it has arrived."""
    arrived, over = threading.Event(), threading.Event()

    def answer(request: Any) -> Reply:
        rows = request.json
        if len(rows) < 5_000:
            arrived.set()
            over.wait(20)
        keys = [{"_id": f"{number:024x}", "externalId": row["externalId"]} for number, row in enumerate(rows)]
        return reply({"created": len(rows), "createdErrors": [], "insertsKeys": keys})

    stub.on("PUT /companies", answer)
    stub.on("GET *", reply({"_id": "0" * 24, "name": "Row", "externalId": "R-1"}))
    yield arrived
    over.set()


def rows_in(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def files_of_yesterday(folder: Path) -> None:
    table = "".join(f"Row {number},R-{number}\n" for number in range(1, ROWS + 1))
    (folder / "rows.csv").write_text(f"name,external_id\n{table}", "utf-8")
    for kind in ("ok", "failed", "unknown"):
        (folder / f"report.{kind}.csv").write_text("name,planhat_row\nof yesterday,1\n", "utf-8")


def require_account(folder: Path) -> None:
    stored, unknown = rows_in(folder / "report.ok.csv"), rows_in(folder / "report.unknown.csv")
    assert [row["external_id"] for row in stored] == [f"R-{number}" for number in range(1, 5_001)]
    assert {row["planhat_outcome"] for row in stored} == {"created"}
    assert [row["external_id"] for row in unknown] == [f"R-{number}" for number in range(5_001, ROWS + 1)]
    assert rows_in(folder / "report.failed.csv") == []


def interrupt(  # noqa: PLR0917 - what a run consists of
    url: str, held: threading.Event, folder: Path, how: str, journal: str, seconds: int
) -> None:
    """Runs a robot that imports the rows, and interrupts it in its second call."""
    keyword = f"Import Companies    rows.csv    save_as=report    {f'{journal=!s}' if journal else ''}"
    timeout = f"{seconds} s" if how == "timeout" else "NONE"
    (folder / "suite.robot").write_text(SUITE.format(token=TOKEN, url=url, keyword=keyword, timeout=timeout), "utf-8")
    environment = {**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH") or str(ROOT)}
    command = [sys.executable, "-m", "robot", "--console", "none", "suite.robot"]
    with subprocess.Popen(command, cwd=folder, env=environment) as robot:
        if how != "timeout":
            assert held.wait(30)
            robot.send_signal(getattr(signal, how))
        assert robot.wait(60) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal to another process")
@pytest.mark.parametrize(
    ("how", "journal"), [("SIGINT", ""), ("SIGTERM", "import.journal"), ("timeout", ""), ("timeout", "import.journal")]
)
def test_the_files_of_a_report_have_what_was_sent(
    stub: Stub, held: threading.Event, tmp_path: Path, how: str, journal: str
) -> None:
    files_of_yesterday(tmp_path)
    for seconds in (1, 4, 16):  # the first that leaves this machine the time for the first call
        interrupt(stub.url, held, tmp_path, how, journal, seconds)
        if held.is_set():
            break
    require_account(tmp_path)
    log = (tmp_path / "output.xml").read_text("utf-8")
    assert "The upload was interrupted" in log
    assert ("import.journal" in log.partition("The upload was interrupted")[2]) is bool(journal)
    if journal:
        events = [json.loads(line)["fact"] for line in (tmp_path / "import.journal").read_text().splitlines()]
        assert events == ["head", "sent", "done", "sent"]


def test_programs_have_the_files_too(stub: Stub, held: threading.Event, tmp_path: Path) -> None:
    files_of_yesterday(tmp_path)

    def progress(*_: object) -> None:
        raise KeyboardInterrupt

    with Planhat(TOKEN, base_url=stub.url, calls_per_minute=0) as planhat, pytest.raises(KeyboardInterrupt):
        planhat.import_objects(
            types.Company, tmp_path / "rows.csv", save_as=tmp_path / "report", progress=progress_after(1, progress)
        )
    stored, failed = rows_in(tmp_path / "report.ok.csv"), rows_in(tmp_path / "report.failed.csv")
    assert len(stored) == 5_000
    assert {row["planhat_reason"] for row in failed} == {"it was not sent, since the upload stopped: KeyboardInterrupt"}
    assert len(failed) == 500
    assert not held.is_set()


def progress_after(steps: int, then: Callable[..., None]) -> Callable[..., None]:
    seen: list[object] = []

    def progress(step: str, *_: object) -> None:
        if step == "sent":
            seen.append(step)
            if len(seen) >= steps:
                then()

    return progress


def test_an_import_that_has_sent_nothing_leaves_the_files(stub: Stub, tmp_path: Path) -> None:
    files_of_yesterday(tmp_path)

    def progress(*_: object) -> None:
        raise KeyboardInterrupt

    stub.on("GET *", reply([]))
    with Planhat(TOKEN, base_url=stub.url, calls_per_minute=0) as planhat, pytest.raises(KeyboardInterrupt):
        planhat.sync_objects(types.Company, tmp_path / "rows.csv", save_as=tmp_path / "report", progress=progress)
    assert rows_in(tmp_path / "report.failed.csv") == [{"name": "of yesterday", "planhat_row": "1"}]
    assert not stub.writes


def test_an_interrupted_deletion_names_the_record_in_doubt(stub: Stub, caplog: pytest.LogCaptureFixture) -> None:
    ids = [f"{number:024x}" for number in (1, 2, 3)]

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with Planhat(TOKEN, base_url=stub.url, calls_per_minute=0) as planhat:
        stub.on(f"DELETE /companies/{ids[0]}", reply({"deletedCount": 1}))
        planhat.session.mount(f"{stub.url}/companies/{ids[1]}", BrokenOff())
        with pytest.raises(KeyboardInterrupt):
            planhat.keywords["Delete Planhat Objects"]("companies", ids, expected=3)
    assert f"1 deleted. {ids[1]} may or may not be deleted." in caplog.text
    assert stub.calls == [f"DELETE /companies/{ids[0]}"]


def test_an_interrupted_push_names_the_rows_in_doubt(stub: Stub, caplog: pytest.LogCaptureFixture) -> None:
    rows = [{"dimension_id": "logins", "value": 5, "external_id": "A-1"}] * 3
    with Planhat(TOKEN, tenant_uuid=TENANT, base_url=stub.url, analytics_url=stub.url) as planhat:
        planhat.session.mount(stub.url, BrokenOff())
        with pytest.raises(KeyboardInterrupt):
            planhat.push_metrics(rows)
    assert "The push was interrupted (KeyboardInterrupt): " in caplog.text
    assert "rows 1 to 3 are unknown" in caplog.text


class BrokenOff(HTTPAdapter):
    """Sends nothing, and ends as Ctrl-C does."""

    def send(self, *_: Any, **__: Any) -> Response:
        raise KeyboardInterrupt
