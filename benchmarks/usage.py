"""Pushes activities and metrics from CSV files to a sandbox: time, calls, and the memory that the client needs.

    python benchmarks/usage.py                              # 500,000 activities and 1,000,000 metrics
    python benchmarks/usage.py --activities 50000 --metrics 100000

The sandbox runs in a process of its own, so that the memory shown is that of the client alone. `--sink` puts a server
in its place that reads and forgets, which shows what the client itself takes.
"""

from __future__ import annotations

import argparse
import csv
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.measure import stub
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.usage.activities import track_all
from RPA.Planhat.operations.usage.metrics import push_metrics
from RPA.Planhat.operations.usage.report import PushReport
from RPA.Planhat.sandbox.process import SandboxProcess
from RPA.Planhat.sandbox.settings import API_KEY, TENANT_UUID, Settings
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.transport import Settings as Limits

COMPANIES = 1000
ENDUSERS_OF_EACH = 5


@contextmanager
def sandbox() -> Iterator[str]:
    """Runs a sandbox with the companies of the files."""
    process = SandboxProcess(Settings(seed="empty"))
    url = process.start()
    session = PlanhatSession(API_KEY, base_url=url, settings=Limits(calls_per_minute=0))
    rows = [{"name": f"Company {each}", "externalId": f"C-{each}"} for each in range(COMPANIES)]
    session.put("/companies", json=rows)
    yield url
    process.stop()


def write_activities(path: Path, count: int) -> None:
    """Writes a CSV file of activities."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["action", "id", "cId", "weight", "date"])
        for each in range(count):
            company, person = each % COMPANIES, each % ENDUSERS_OF_EACH
            writer.writerow(["Logged in", f"U-{company}-{person}", f"C-{company}", 1, f"2026-03-{each % 28 + 1:02}"])


def write_metrics(path: Path, count: int) -> None:
    """Writes a CSV file of metrics."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["dimension_id", "value", "external_id", "date"])
        for each in range(count):
            writer.writerow(["logins", each % 97, f"C-{each % COMPANIES}", f"2026-03-{each % 28 + 1:02}"])


def memory() -> float:
    """Returns the most memory that this process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(name: str, path: Path, push: Callable[[Any], PushReport]) -> None:
    """Pushes a file, and prints what it took."""
    before, started = memory(), time.monotonic()
    report = push(read_rows(path))
    seconds = time.monotonic() - started
    size, sent = path.stat().st_size / 1e6, report.size / 1e6
    print(f"{name}: {report}; {size:.0f} MB of CSV, {sent:.0f} MB sent in {report.calls} calls, {seconds:.0f} s")
    print(f"  {report.rows / seconds:,.0f} rows a second; memory {before:.0f} MB before, {memory():.0f} MB at most")


def main() -> None:
    """Runs the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--activities", type=int, default=500_000)
    parser.add_argument("--metrics", type=int, default=1_000_000)
    parser.add_argument("--sink", action="store_true", help="push to a server that forgets")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, stub() if options.sink else sandbox() as url:
        activities, metrics = Path(folder) / "activities.csv", Path(folder) / "metrics.csv"
        write_activities(activities, options.activities)
        write_metrics(metrics, options.metrics)
        session = PlanhatSession(API_KEY, tenant_uuid=TENANT_UUID, base_url=url, analytics_url=url)
        measure("activities", activities, lambda rows: track_all(session, rows))
        measure("metrics", metrics, lambda rows: push_metrics(session, rows))


if __name__ == "__main__":
    main()
