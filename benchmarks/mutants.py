"""Breaks sending, the way of a row and the sandbox's calculations in small ways; counts how many the tests notice.

    python -m benchmarks.mutants --most 200

It needs mutmut (`pip install mutmut`); which modules are broken and which tests run is in `pyproject.toml`. All happens
in a copy of the checkout below `output/`. Some tests measure time: on a machine that has other work they fail without a
mutant, and mutmut then refuses to begin.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COPY = ROOT / "output" / "mutants"
PARTS = (
    "RPA",
    "utest",
    "benchmarks",
    "compat",
    "docs",
    "examples",
    "setup.cfg",
    "pyproject.toml",
    "README.md",
    "LICENSE",
)
FIRST = "RPA.Planhat.transport.pacing.x_sleep__mutmut_1"
NOTICED = ("killed", "timeout", "segfault")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=200, help="mutants to try, chosen by chance; 0 tries all")
    parser.add_argument("--seed", type=int, default=1, help="which ones")
    parser.add_argument("--only", default="", help="only mutants whose name has this in it")
    given = parser.parse_args()
    if find_spec("mutmut") is None:
        print("This needs mutmut: pip install mutmut", file=sys.stderr)
        return 2
    copy_checkout()
    mutmut("run", "--max-children", "2", FIRST)
    names = [name for name in results() if given.only in name]
    chosen = random.Random(given.seed).sample(names, given.most) if 0 < given.most < len(names) else names
    mutmut("run", "--max-children", "2", *chosen)
    outcomes = {name: outcome for name, outcome in results().items() if name in set(chosen)}
    return told(outcomes, of=len(names))


def copy_checkout() -> None:
    shutil.rmtree(COPY, ignore_errors=True)
    COPY.mkdir(parents=True)
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, COPY / name, ignore=shutil.ignore_patterns("__pycache__", "output"))
        else:
            shutil.copy(ROOT / name, COPY)


def mutmut(*arguments: str) -> str:
    """Runs mutmut in the copy; `run` shows its progress, anything else is returned."""
    shown = arguments[0] == "run"
    command = [sys.executable, "-m", "mutmut", *arguments]
    pipe = None if shown else subprocess.PIPE
    return subprocess.run(command, cwd=COPY, stdout=pipe, text=True, check=False).stdout or ""


def results() -> dict[str, str]:
    """What became of each mutant, by name."""
    lines = [line.strip().partition(": ") for line in mutmut("results", "--all", "true").splitlines()]
    return {name: outcome for name, _, outcome in lines if "__mutmut_" in name}


def told(outcomes: dict[str, str], of: int) -> int:
    """Prints what came of the mutants, with the difference that each survivor made."""
    noticed = [name for name, outcome in outcomes.items() if outcome in NOTICED]
    tried = [name for name, outcome in outcomes.items() if outcome != "not checked"]
    for name in sorted(set(tried) - set(noticed)):
        print(f"\n{outcomes[name]}: {name}\n{mutmut('show', name)}")
    print(f"\n{len(noticed)} of {len(tried)} mutants were noticed; there are {of}, chosen were {len(outcomes)}.")
    print(", ".join(f"{outcome} {count}" for outcome, count in Counter(outcomes.values()).most_common()))
    return 0 if tried else 1


if __name__ == "__main__":
    sys.exit(main())
