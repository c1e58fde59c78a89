"""Runs pieces of work, each in a process of its own, the clients in turn, and compares medians."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Figures:
    """What the runs of one client took, in the order of the rounds."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)
    count: int = 0

    def add(self, run: dict[str, float]) -> None:
        """Adds a run."""
        self.seconds.append(run["seconds"])
        self.cpu.append(run["cpu"])
        self.peaks.append(run["peak"])
        self.count = int(run["count"])

    def ratio(self, reference: Figures) -> float:
        """Returns the median of the ratios of runs in the same round, which other load on the machine spoils least."""
        both = zip(self.seconds, reference.seconds, strict=False)  # a client that takes minutes has one run
        return median(ours / theirs for ours, theirs in both)


@contextmanager
def stub(*options: str) -> Iterator[str]:
    """Serves while the block runs; gives the URL."""
    command = [sys.executable, "-m", "benchmarks.stub", *options]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
    finally:
        server.kill()
        server.wait()
        if server.stdout is not None:
            server.stdout.close()


def run_once(python: str, work: str, client: str, url: str, *arguments: str) -> dict[str, float]:
    """Does one piece of work in a new process."""
    command = [python, "-m", "benchmarks.work", work, client, url, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def compare(
    work: str, clients: Sequence[str], url: str, *arguments: str, rounds: int, predecessor: str = ""
) -> dict[str, Figures]:
    """Runs the clients in turn, so many rounds; the predecessor by the interpreter that has it."""
    figures = {client: Figures() for client in clients}
    for number in range(rounds):
        for client in clients if number % 2 else reversed(clients):
            python = predecessor if client == "predecessor" else sys.executable
            figures[client].add(run_once(python, work, client, url, *arguments))
    return figures
