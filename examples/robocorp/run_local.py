"""Runs producer and several consumers on this machine against a sandbox, and prints how long each took.

    python run_local.py --rows 20000 --workers 4

It needs rpaframework. The local file of work items is read by one consumer, so the items are dealt out to as many
files as there are workers; in Control Room the workers take them from one queue.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from RPA.Planhat import Planhat, types
from RPA.Planhat.sandbox.process import SandboxProcess
from RPA.Planhat.sandbox.settings import Settings

HERE = Path(__file__).parent
ADAPTER = "RPA.Robocorp.WorkItems.FileAdapter"
BAD = 7
"""The number of the row that names a company which is not there."""


def write_table(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Id", "Account", "First", "Last", "Mail"])
        for number in range(count):
            company = "NONE" if number == BAD else "A-1"
            writer.writerow([f"U-{number}", company, "Ada", f"Byron {number}", f"user{number}@acme.example"])


def environment(folder: Path, url: str, source: Path, target: Path) -> dict[str, str]:
    return os.environ | {
        "PLANHAT_BASE_URL": url,
        "PLANHAT_API_KEY": "sandbox-key",
        "PLANHAT_RATE_LIMIT_FILE": str(folder / "limits"),
        "RPA_WORKITEMS_ADAPTER": ADAPTER,
        "RPA_INPUT_WORKITEM_PATH": str(source),
        "RPA_OUTPUT_WORKITEM_PATH": str(target),
    }


def robot(suite: str, output: Path, variables: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "robot", "--report", "NONE", "--outputdir", str(output), str(HERE / suite)]
    return subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def finish(process: subprocess.Popen[bytes]) -> str:
    text = process.communicate()[0].decode()
    if process.returncode:
        raise SystemExit(text)
    return text


def deal_out(items: list[dict[str, Any]], folder: Path, workers: int) -> list[Path]:
    paths = [folder / f"worker-{number}.json" for number in range(workers)]
    for number, path in enumerate(paths):
        path.write_text(json.dumps(items[number::workers]), "utf-8")
    return paths


def run(folder: Path, url: str, rows: int, workers: int) -> None:
    write_table(folder / "contacts.csv", rows)
    start = time.perf_counter()
    order = [{"payload": {}, "files": {"contacts.csv": "contacts.csv"}}]
    (folder / "order.json").write_text(json.dumps(order), "utf-8")
    produced = environment(folder, url, folder / "order.json", folder / "items.json")
    finish(robot("producer.robot", folder / "producer", produced))
    items = json.loads((folder / "items.json").read_text("utf-8"))
    print(f"{rows:,} rows in {len(items)} work items: {time.perf_counter() - start:.1f} s")
    start = time.perf_counter()
    parts = deal_out(items, folder, workers)
    running = [
        robot("consumer.robot", folder / path.stem, environment(folder, url, path, folder / f"{path.stem}.out.json"))
        for path in parts
    ]
    for process in running:
        finish(process)
    print(f"{workers} workers: {time.perf_counter() - start:.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    given = parser.parse_args()
    for workers in given.workers:
        sandbox = SandboxProcess(Settings(seed="empty"))
        url = sandbox.start()
        planhat = Planhat("sandbox-key", base_url=url)
        try:
            planhat.create_object(types.Company(name="Acme", external_id="A-1"))
            with tempfile.TemporaryDirectory() as folder:
                run(Path(folder), url, given.rows, workers)
            print(f"stored: {len(planhat.get_objects(types.Enduser, properties='_id')):,} endusers")
        finally:
            planhat.close()
            sandbox.stop()


if __name__ == "__main__":
    main()
