"""Tables in and out of the sandbox: time, memory, and what is sent.

    python benchmarks/tables.py --rows 1000000 --sync-rows 100000

Each phase runs in a process of its own, so that its peak memory is its own. The sandbox is another process; its memory
does not count. All rows that come out are compared with those that went in.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from RPA.Planhat import types
from RPA.Planhat.operations import writing
from RPA.Planhat.operations.exporting import export
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.operations.rows.importing import import_table
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.sandbox.process import SandboxProcess
from RPA.Planhat.sandbox.settings import Settings as SandboxSettings
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.transport import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = ("externalId", "email", "firstName", "lastName", "position", "phone", "companyId")
MEGABYTE = 1024


def rows(count: int, company: str, changed: int = 0) -> Iterator[dict[str, str]]:
    """Yields endusers; in every hundredth one the position differs by `changed`."""
    for number in range(count):
        position = f"Engineer {changed}" if changed and number % 100 == 0 else "Engineer"
        yield {
            "externalId": f"U-{number:08}",
            "email": f"user{number}@acme.example",
            "firstName": "Ada",
            "lastName": f"Byron {number}",
            "position": position,
            "phone": f"0{number:09}",
            "companyId": company,
        }


def write(path: Path, count: int, company: str, changed: int = 0) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows(count, company, changed))


def session(url: str) -> PlanhatSession:
    settings = Settings(calls_per_minute=0, calls_per_second=0)
    return PlanhatSession("sandbox-key", tenant_uuid="none", base_url=url, analytics_url=url, settings=settings)


class Counted(PlanhatSession):
    """Counts the rows that are sent."""

    sent = 0

    def call(self, method: str, url: str, **options: Any) -> Any:
        if method == "PUT":
            type(self).sent += len(json.loads(options["data"]))
        return super().call(method, url, **options)


def phase(name: str, url: str, path: str) -> None:
    """Runs one phase and prints its figures as JSON."""
    start = time.perf_counter()
    made = Counted("sandbox-key", base_url=url, settings=Settings(calls_per_minute=0, calls_per_second=0))
    if name == "export":
        done: Any = export(made, types.Enduser, path, Query(), columns=list(COLUMNS))
    else:
        options = RowOptions(resolve_companies=name == "sync", compare=name == "sync")
        done = import_table(made, types.Enduser, read_rows(path), options)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    figures = {"seconds": round(seconds, 1), "peak_mb": round(peak), "sent": Counted.sent, "result": str(done)}
    print(json.dumps(figures))


def run(name: str, url: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "--phase", name, "--url", url, "--path", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    took = f"{figures['seconds']:>7} s, peak {figures['peak_mb']:>4} MB"
    print(f"{name:>8}: {took}, {figures['sent']:>9,} rows sent")
    print(f"   {figures['result']}")
    return figures


def equal(first: Path, second: Path) -> int:
    """Returns how many rows are equal, and fails at one that is not; ids of the sandbox go with the order of rows."""
    count = 0
    for one, other in zip(read_rows(first), read_rows(second), strict=True):
        if {name: one[name] for name in COLUMNS} != {name: other[name] for name in COLUMNS}:
            raise SystemExit(f"Row {count + 1} differs: {one} {other}")
        count += 1
    return count


def measure(count: int, sync_count: int, folder: Path) -> None:
    for title, work in ((f"{count:,} rows in and out", _in_and_out), (f"sync of {sync_count:,} rows", _sync)):
        print(title)
        sandbox = SandboxProcess(SandboxSettings(seed="empty"))
        url = sandbox.start()
        try:
            company = writing.create(session(url), types.Company, {"name": "Acme", "externalId": "A"}).id
            work(url, folder, company, count if work is _in_and_out else sync_count)
        finally:
            sandbox.stop()


def _in_and_out(url: str, folder: Path, company: str, count: int) -> None:
    write(folder / "in.csv", count, company)
    run("import", url, folder / "in.csv")
    run("export", url, folder / "out.csv")
    print(f"   equal: {equal(folder / 'in.csv', folder / 'out.csv'):,} rows")


def _sync(url: str, folder: Path, company: str, count: int) -> None:
    write(folder / "sync.csv", count, company)
    run("sync", url, folder / "sync.csv")
    write(folder / "sync.csv", count, company, changed=1)
    run("sync", url, folder / "sync.csv")
    run("sync", url, folder / "sync.csv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--sync-rows", type=int, default=100_000)
    parser.add_argument("--phase")
    parser.add_argument("--url", default="")
    parser.add_argument("--path", default="")
    given = parser.parse_args()
    if given.phase:
        phase(given.phase, given.url, given.path)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(given.rows, given.sync_rows, Path(folder))


if __name__ == "__main__":
    main()
