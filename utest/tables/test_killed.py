"""A process that is killed in the middle of an import, a sync or an export loses nothing: the same again goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from RPA.Planhat import types
from RPA.Planhat.operations import reading
from RPA.Planhat.operations.tables.rows import read_rows
from RPA.Planhat.sandbox.process import SandboxProcess
from utest.tables.conftest import Counting

ROWS = 95

PROGRAM = """
import os, signal, sys
from RPA.Planhat import types
from RPA.Planhat.operations.tables import importing
from RPA.Planhat.operations.tables.converting import Rules
from RPA.Planhat.operations.tables.exporting import export
from RPA.Planhat.operations.tables.importing import Options, import_table
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.session import PlanhatSession

work, url, path, kill_at, count = sys.argv[1:]
session = PlanhatSession("sandbox-key", base_url=url)
importing.MOST_ROWS = 10
types.Company.PAGE = types.Page(10, 10)

def progress(step, done, total):
    if step in ("sent", "exported") and done >= int(kill_at) > 0:
        os.kill(os.getpid(), signal.SIGKILL)

rows = ({"external_id": f"C-{n:03}", "name": f"Company {n}"} for n in range(int(count)))
if work == "export":
    done = export(session, types.Company, path, Query(), columns="externalId,name", progress=progress)
else:
    rules = Rules(resolve_companies=work == "sync")
    journal = path if work == "import" else None
    options = Options(rules, journal=journal, differences=work == "sync", progress=progress)
    done = import_table(session, types.Company, rows, options)
print(done)
"""


def run(work: str, url: str, path: Path, kill_at: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, work, url, str(path), str(kill_at), str(ROWS)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("work", ["import", "sync"])
def test_rows_are_stored_once_however_often_it_is_killed(
    process: SandboxProcess, planhat: Counting, tmp_path: Path, work: str
) -> None:
    for kill_at in (30, 20, 40):
        killed = run(work, process.url, tmp_path / "journal", kill_at)
        assert killed.returncode == -signal.SIGKILL or "unchanged" in killed.stdout, killed.stderr
    done = run(work, process.url, tmp_path / "journal", 0)
    assert done.returncode == 0, done.stderr
    stored = sorted(each.external_id for each in reading.list_all_companies(planhat))
    assert stored == [f"C-{number:03}" for number in range(ROWS)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_file_is_complete_however_often_it_is_killed(
    process: SandboxProcess, planhat: Counting, tmp_path: Path
) -> None:
    run("sync", process.url, tmp_path / "journal", 0)
    path = tmp_path / "out.csv"
    for kill_at in (20, 50, 80):
        assert run("export", process.url, path, kill_at).returncode == -signal.SIGKILL
        assert not path.exists()
    done = run("export", process.url, path, 0)
    assert done.returncode == 0, done.stderr
    assert [row["externalId"] for row in read_rows(path)] == [f"C-{number:03}" for number in range(ROWS)]
    assert len(reading.read_list(planhat, types.Company)) == ROWS
