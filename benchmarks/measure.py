"""Runs pieces of work, each in a process of its own, the clients in turn, and compares medians."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from typing_extensions import Self

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
        """Returns the median of the ratios of wall time in the same round."""
        both = zip(self.seconds, reference.seconds, strict=False)  # a client that takes minutes has one run
        return median(ours / theirs for ours, theirs in both)

    def cpu_ratio(self, reference: Figures) -> float:
        """Returns the same of the time of the processor, which other load on the machine spoils least."""
        return median(ours / theirs for ours, theirs in zip(self.cpu, reference.cpu, strict=False))


class OtherLoad:
    """What other processes took of the machine's processors while a block ran, where the system says so (Linux)."""

    share: float | None = None

    def __enter__(self) -> Self:
        self._before = self._times()
        return self

    def __exit__(self, *_: object) -> None:
        before, after = self._before, self._times()
        if before and after and after[0] > before[0]:
            whole, busy, own = (new - old for new, old in zip(after, before, strict=True))
            self.share = max(0.0, busy - own) / whole

    def __str__(self) -> str:
        return "" if self.share is None else f"{self.share:.0%}"

    @staticmethod
    def _times() -> tuple[float, float, float] | None:
        """Returns seconds of all processors: those that passed, those that were used, and those that we used."""
        file = Path("/proc/stat")
        if not file.exists():
            return None
        ticks = [int(each) for each in file.read_text().split("\n", 1)[0].split()[1:9]]
        whole, idle = (each / os.sysconf("SC_CLK_TCK") for each in (sum(ticks), ticks[3] + ticks[4]))
        own = os.times()
        return whole, whole - idle, own.user + own.system + own.children_user + own.children_system


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
