"""Installs the library in clean environments and tries it there.

    python -m compat                  every environment for which this machine has a Python; writes the page
    python -m compat --extremes       the two that every change has to pass
    python -m compat --only 3.12      those whose name has this in it; may be repeated
    python -m compat --list           which there are

It needs a package index. What this machine does not have is reported, and does not fail the run.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from compat.environments import Environment, alone, beside, extremes
from compat.machine import build_wheel
from compat.page import write_page
from compat.trial import Trial, keep, kept, try_out


def main(arguments: list[str] | None = None) -> int:
    """Tries the environments and prints what came of it; returns the exit status."""
    options = _parser().parse_args(arguments)
    chosen = [each for each in _environments(options) if _is_wanted(each, options.only)]
    if options.list:
        print("\n".join(each.name for each in chosen))
        return 0
    trials = _try_all(chosen, options.wheel, options.jobs)
    if not options.extremes:
        print(f"Wrote {write_page([each for each in map(kept, _environments(options)) if each])}")
    return 1 if any(trial.problem for trial in trials) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Try the library in clean environments.")
    parser.add_argument("--extremes", action="store_true", help="only the two that every change has to pass")
    parser.add_argument("--only", action="append", default=[], help="only environments whose name has this in it")
    parser.add_argument("--list", action="store_true", help="name the environments and end")
    parser.add_argument("--wheel", type=Path, help="try this wheel instead of one made of the checkout")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="environments at the same time")
    return parser


def _environments(options: argparse.Namespace) -> list[Environment]:
    this = f"{sys.version_info.major}.{sys.version_info.minor}"
    return extremes(this) if options.extremes else [*alone(), *beside()]


def _is_wanted(environment: Environment, parts: list[str]) -> bool:
    return not parts or any(part in environment.name for part in parts)


def _try_all(environments: list[Environment], wheel: Path | None, jobs: int) -> list[Trial]:
    trials = [Trial(environment) for environment in environments]
    with tempfile.TemporaryDirectory(prefix="planhat-compat-") as folder:
        built = wheel.resolve() if wheel else build_wheel(Path(folder))

        def attempt(trial: Trial) -> None:
            try_out(trial, built, Path(folder) / f"{trials.index(trial):02d}")
            keep(trial)
            print(f"{trial.outcome:8} {trial.seconds:5.0f} s  {trial.environment.name}", flush=True)
            print(f"{trial.missing or trial.problem}", end="\n" * bool(trial.missing or trial.problem), flush=True)

        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(attempt, trials))
    return trials


if __name__ == "__main__":
    sys.exit(main())
