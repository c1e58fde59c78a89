"""Kills imports, syncs and exports at random moments, runs them again until they are done, and looks for loss.

Each is a process of its own, which is sent SIGKILL at a moment of its work, wherever that falls. An import has a
journal, and one of five rows has no key. The server is the sandbox, in another process.

    python -m benchmarks.kill_tables --rows 3000 --kills 40
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from RPA.Planhat.operations.exporting import export
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.operations.rows import plan
from RPA.Planhat.operations.rows.importing import load
from RPA.Planhat.sandbox.process import SandboxProcess
from RPA.Planhat.sandbox.settings import API_KEY
from RPA.Planhat.sandbox.settings import Settings as SandboxSettings
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.transport import Settings
from RPA.Planhat.types import Company, Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.operations.rows.report import TablePlan, TableReport

ROOT = Path(__file__).resolve().parent.parent
WORKS = ("import", "sync", "export")

CHUNK = 100
"""Rows of a call, so that there is something to be killed between."""

UNKEYED = 5
"""Each row of an import with a number that this divides has no key."""

KILLS_IN_A_ROW = 6
"""Kills until a run may end and the next round begins."""

BEGINS = "begins"
"""What a process says before it begins to work."""


@dataclass
class Figures:
    """What happened, and what was found afterwards."""

    work: str
    kills: int = 0
    rounds: int = 0
    rows: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    unknown: int = 0
    resumed: int = 0
    reasons: list[str] = field(default_factory=list)

    @property
    def hold(self) -> bool:
        """Whether nothing was lost, doubled, or wrong without being named."""
        return not (self.lost or self.doubled or self.wrong)

    def __str__(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in vars(self).items() if name != "reasons")


def rows_of(work: str, count: int) -> Iterator[dict[str, Any]]:
    for number in range(1, count + 1):
        row = {"name": f"Company {number}", "description": f"Row {number}"}
        yield row if work == "import" and number % UNKEYED == 0 else {**row, "externalId": f"K-{number}"}


def session_of(url: str) -> PlanhatSession:
    return PlanhatSession(API_KEY, base_url=url, settings=Settings(calls_per_minute=0, calls_per_second=0))


def run(work: str, url: str, folder: Path, count: int) -> Any:
    """Does the work in small steps."""
    session = session_of(url)
    with patch.object(plan, "MOST_ROWS", CHUNK), patch.object(Company, "PAGE", Page(CHUNK, CHUNK)):
        if work == "export":
            return export(session, Company, folder / "out.csv", Query(), columns="externalId,name,description")
        options = {"journal": str(folder / "journal"), "fail_on_errors": False} if work == "import" else {}
        rows = rows_of(work, count)
        return load(session, Company, rows, None, options, differences=work == "sync")  # type: ignore[arg-type]


def measure(work: str, rows: int, kills: int, seed: int = 1) -> Figures:
    """Kills one kind of work so often, and counts what is wrong."""
    figures, chance = Figures(work, rows=rows), random.Random(seed)
    server = SandboxProcess(SandboxSettings(seed="empty"))
    server.start()
    try:
        longest = _round(server, figures, chance, kills=0, longest=0)
        while figures.kills < kills:
            longest = _round(server, figures, chance, min(KILLS_IN_A_ROW, kills - figures.kills), longest)
    finally:
        server.stop()
    return figures


def _round(server: SandboxProcess, figures: Figures, chance: random.Random, kills: int, longest: float) -> float:
    """Runs until so many were killed and one is done; returns how long that one took."""
    server.call("reset")
    figures.rounds += 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if figures.work == "export":
            run("sync", server.url, folder, figures.rows)
        killed = 0
        for _ in range(kills):
            killed += _killed(figures, server.url, folder, chance.uniform(0, longest / 2))
        figures.kills += killed
        server.call("forget_requests")
        seconds = time.monotonic()
        done = run(figures.work, server.url, folder, figures.rows)
        _COMPARE[figures.work](server, folder, done, figures)
        return max(time.monotonic() - seconds, longest)


def _killed(figures: Figures, url: str, folder: Path, after: float) -> bool:
    """Kills a run after so many seconds of its work; tells whether it was still at work."""
    command = [sys.executable, "-m", "benchmarks.kill_tables", "--work", figures.work, "--url", url]
    options = ["--folder", str(folder), "--rows", str(figures.rows)]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, cwd=ROOT, text=True) as worker:
        assert worker.stdout is not None
        while worker.stdout.readline().strip() not in (BEGINS, ""):
            pass
        time.sleep(after)
        at_work = worker.poll() is None
        if at_work and (folder / "out.csv").exists():
            figures.wrong += figures.work == "export" and not _is_complete(folder / "out.csv", figures.rows)
        worker.send_signal(signal.SIGKILL)
        code = worker.wait()
    if code not in (0, -signal.SIGKILL):
        raise RuntimeError(f"{figures.work} returned {code}")
    return code == -signal.SIGKILL


def _is_complete(path: Path, count: int) -> bool:
    return [row["externalId"] for row in read_rows(path)] == [f"K-{number}" for number in range(1, count + 1)]


def _compare_import(server: SandboxProcess, folder: Path, report: TableReport, figures: Figures) -> None:
    stored = Counter(row["description"] for row in server.call("rows", model="companies"))
    unknown = {row.row["description"] for row in report.rows("unknown", limit=figures.rows)}
    figures.unknown += len(unknown)
    for row in rows_of("import", figures.rows):
        copies, told = stored[row["description"]], row["description"] in unknown
        figures.lost += copies == 0 and not (told and "externalId" not in row)
        figures.doubled += copies > 1
    figures.resumed += sum(each["method"] == "PUT" for each in server.call("requests")) < figures.rows // CHUNK
    figures.wrong += report.counts["failed"] + report.counts["refused"] + (report.total != figures.rows)
    server.call("forget_requests")
    run("import", server.url, folder, figures.rows)
    figures.wrong += sum(each["method"] != "GET" for each in server.call("requests"))


def _compare_sync(server: SandboxProcess, folder: Path, report: TablePlan | TableReport, figures: Figures) -> None:
    stored = Counter(row["externalId"] for row in server.call("rows", model="companies"))
    figures.lost += sum(stored[row["externalId"]] == 0 for row in rows_of("sync", figures.rows))
    figures.doubled += sum(copies > 1 for copies in stored.values())
    again = run("sync", server.url, folder, figures.rows)
    figures.wrong += again.counts["unchanged"] != figures.rows or report.total != figures.rows
    figures.resumed += report.counts["unchanged"] > 0


def _compare_export(server: SandboxProcess, folder: Path, done: Any, figures: Figures) -> None:
    found = [row["externalId"] for row in read_rows(done.path)]
    wanted = [row["externalId"] for row in rows_of("export", figures.rows)]
    figures.lost += len(set(wanted) - set(found))
    figures.doubled += len(found) - len(set(found))
    figures.wrong += found != wanted or sorted(each.name for each in folder.iterdir()) != ["out.csv"]
    figures.resumed += done.resumed > 0


_COMPARE = {"import": _compare_import, "sync": _compare_sync, "export": _compare_export}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=3_000)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", choices=WORKS, help="do one of them, with --url and --folder")
    parser.add_argument("--url")
    parser.add_argument("--folder")
    given = parser.parse_args()
    if given.url:
        print(BEGINS, flush=True)
        run(given.work, given.url, Path(given.folder), given.rows)
        return 0
    found = [measure(work, given.rows, given.kills, given.seed) for work in WORKS]
    print(*found, sep=os.linesep)
    return 0 if all(each.hold for each in found) else 1


if __name__ == "__main__":
    sys.exit(main())
