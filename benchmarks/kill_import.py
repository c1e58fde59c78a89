"""Kills an import at random moments, runs it again until it is done, and counts what the server has afterwards.

The importer is a process of its own, which upserts companies with a journal: four of five rows have a key, each fifth
has none. The server is the sandbox, in another process, and one write in four goes wrong: refused, reset before or
after it was carried out, answered 504 afterwards.

    python -m benchmarks.kill_import --rows 50000 --chunk 250 --kills 40
    python -m benchmarks.kill_import --identity generate_keys
    python -m benchmarks.kill_import --identity find_by
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from RPA.Planhat.errors import PlanhatError
from RPA.Planhat.operations.options import UpsertOptions
from RPA.Planhat.operations.rows import plan as bulk_plan
from RPA.Planhat.operations.rows.upsert import upsert
from RPA.Planhat.sandbox.process import SandboxProcess
from RPA.Planhat.sandbox.settings import API_KEY
from RPA.Planhat.sandbox.settings import Settings as SandboxSettings
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.transport import Settings
from RPA.Planhat.types import Company

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.operations.rows.report import BulkReport

ROOT = Path(__file__).resolve().parent.parent

UNKEYED = 5
"""Each row with a number that this divides has no key."""

FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 503, "retry_after": 0, "body": "busy"},
    {"kind": "reset_before"},
    {"kind": "reset_after"},
    {"kind": "status", "status": 504, "process": True, "body": "Gateway Timeout"},
)
EACH_FAULT = 0.06

GENERATED, FOUND = "generate_keys", "find_by"
"""What may be done about rows without a key, by their names."""

MOST_RUNS = 500
STOPPED = 3
"""What the importer returns when it stopped by itself, as it does when Planhat is down."""


@dataclass
class Figures:
    """What happened, and what was found on the server afterwards."""

    identity: str = ""
    rows: int = 0
    runs: int = 0
    kills: int = 0
    stops: int = 0
    calls: int = 0
    seconds: float = 0.0
    journal_bytes: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    keyed_missing: int = 0
    keyed_doubled: int = 0
    keyed_unsure: int = 0
    unkeyed_missing: int = 0
    unkeyed_doubled: int = 0
    unkeyed_unknown: int = 0
    missing_but_not_unknown: int = 0
    stored_but_reported_failed: int = 0
    calls_of_another_run: int = 0
    proof: str = ""

    @property
    def hold(self) -> bool:
        """Whether nothing was lost without being named, and nothing is there twice."""
        wrong = (self.keyed_missing, self.keyed_doubled, self.keyed_unsure, self.unkeyed_doubled)
        more = (self.missing_but_not_unknown, self.stored_but_reported_failed, self.calls_of_another_run)
        return not any((*wrong, *more, self.beyond_promise)) and sum(self.outcomes.values()) == self.rows

    @property
    def beyond_promise(self) -> int:
        """Rows without a key that are missing or unknown although they have a natural one."""
        kept = {
            GENERATED: self.unkeyed_missing + self.unkeyed_unknown,
            FOUND: self.unkeyed_unknown - self.unkeyed_missing,
        }
        return kept.get(self.identity, 0)

    def __str__(self) -> str:
        return "\n".join(f"{name.replace('_', ' '):28} {value}" for name, value in vars(self).items())


def rows_of(count: int) -> Iterator[dict[str, Any]]:
    for number in range(1, count + 1):
        row = {"name": f"Company {number}", "phase": "import", "description": f"Line {number} of the import"}
        yield row if number % UNKEYED == 0 else {**row, "externalId": f"K-{number}"}


def run_import(
    url: str, journal: str, rows: int, chunk: int, identity: str = "", *, verify: bool = False
) -> BulkReport:
    quick = Settings(calls_per_minute=0, calls_per_second=0, backoff=0.01, throttle_backoff=0.01, timeout=30)
    session = PlanhatSession(API_KEY, base_url=url, settings=quick, settle=0.1)
    options: UpsertOptions = {"journal": journal, "verify": verify}
    if identity:
        options[identity] = "name"  # type: ignore[literal-required] # generate_keys or find_by
    with mock.patch.object(bulk_plan, "MOST_ROWS", chunk):
        return upsert(session, Company, rows_of(rows), options, fail_on_errors=False)


def measure(rows: int, chunk: int, kills: int, seed: int = 1, identity: str = "") -> Figures:
    """Runs the whole thing; the same seed kills after the same facts."""
    figures, chance = Figures(identity, rows), random.Random(seed)
    started = time.monotonic()
    server = SandboxProcess(SandboxSettings(seed="empty"))
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            journal = Path(folder) / "import.journal"
            for number, fault in enumerate(FAULTS):
                server.call("inject_fault", **fault, verb="PUT", probability=EACH_FAULT, seed=seed + number)
            _Importers(server.url, journal, figures, chance).run_until_done(chunk, kills)
            server.call("clear_faults")
            _compare(server, journal, figures, chunk)
    finally:
        server.stop()
    figures.seconds = round(time.monotonic() - started, 1)
    return figures


@dataclass
class _Importers:
    """One importer after the other, all with the same rows and the same journal."""

    url: str
    journal: Path
    figures: Figures
    chance: random.Random

    def run_until_done(self, chunk: int, kills: int) -> None:
        # Half of them at most in all: on a busy machine an importer goes on for a while before it is killed.
        facts_for_each = max(self.figures.rows // chunk // max(kills, 1), 2)
        while self.figures.runs < MOST_RUNS:
            self.figures.runs += 1
            code = self._run(chunk, self.chance.randint(0, facts_for_each) if self.figures.kills < kills else None)
            if code == 0:
                return
            if code > 0 and code != STOPPED:
                raise RuntimeError(f"the importer returned {code}")
            self.figures.stops += code == STOPPED
            self.figures.kills += code < 0
        raise RuntimeError("the import was never done")

    def _run(self, chunk: int, facts: int | None) -> int:
        command = [sys.executable, "-m", "benchmarks.kill_import", "--import", self.url]
        options = ["--journal", str(self.journal), "--rows", str(self.figures.rows), "--chunk", str(chunk)]
        options += ["--identity", self.figures.identity]
        with subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, cwd=ROOT) as importer:
            if facts is not None:
                _wait_for(importer, self.journal, facts)
                time.sleep(self.chance.uniform(0, 0.03))
                importer.kill()
            return importer.wait()


def _wait_for(importer: subprocess.Popen[bytes], journal: Path, facts: int) -> None:
    """Waits until so many facts were added to the journal, or the importer ended."""
    before = _facts_in(journal)
    while importer.poll() is None and _facts_in(journal) < before + facts:
        time.sleep(0.002)


def _facts_in(journal: Path) -> int:
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


def _compare(server: SandboxProcess, journal: Path, figures: Figures, chunk: int) -> None:
    server.call("forget_requests")
    report = run_import(server.url, str(journal), figures.rows, chunk, figures.identity)
    figures.calls_of_another_run = len(server.call("requests"))
    figures.outcomes, figures.calls = report.counts, report.calls
    figures.journal_bytes = journal.stat().st_size
    stored = Counter(row["description"] for row in server.call("rows", model="companies"))
    for result in report.results:
        _count(figures, result.outcome.value, stored[result.row["description"]], "externalId" in result.row)
    figures.proof = str(run_import(server.url, str(journal), figures.rows, chunk, figures.identity, verify=True).proof)


def _count(figures: Figures, outcome: str, copies: int, keyed: bool) -> None:
    kind = "keyed" if keyed else "unkeyed"
    for name, found in (("missing", copies == 0), ("doubled", copies > 1)):
        setattr(figures, f"{kind}_{name}", getattr(figures, f"{kind}_{name}") + found)
    figures.keyed_unsure += keyed and outcome in ("unknown", "failed")
    figures.unkeyed_unknown += not keyed and outcome == "unknown"
    figures.missing_but_not_unknown += copies == 0 and outcome != "unknown"
    figures.stored_but_reported_failed += copies > 0 and outcome == "failed"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--chunk", type=int, default=250)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--identity", choices=("", GENERATED, FOUND), default="", help="for rows without a key")
    parser.add_argument("--import", dest="url", help="be the importer, of rows for the server at this URL")
    parser.add_argument("--journal")
    given = parser.parse_args()
    if given.url:
        try:
            report = run_import(given.url, given.journal, given.rows, given.chunk, given.identity)
        except PlanhatError as stopped:
            print(stopped, file=sys.stderr)
            return STOPPED
        print(json.dumps(report.counts))
        return 0
    figures = measure(given.rows, given.chunk, given.kills, given.seed, given.identity)
    print(figures)
    return 0 if figures.hold else 1


if __name__ == "__main__":
    sys.exit(main())
