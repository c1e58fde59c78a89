"""Runs the unit tests against the built wheel, with the sources out of the way: `python -m compat.from_wheel [tests]`.

A module or data file that is missing from the wheel is found in a checkout all the same, since the sources are there.
Here the tests are in a folder without `RPA/`, and the wheel is installed into another. Tests of the sources themselves
are left out: those of the architecture, of the wheel and of its neighbours.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from compat.machine import ROOT, build_wheel, run

BESIDE: Final = ("utest", "atest", "docs", "examples", "benchmarks", "compat")
OF_SOURCES: Final = ("test_architecture.py", "test_packaging.py", "test_neighbours.py", "test_benchmarks.py")
WHERE: Final = "import RPA.Planhat; print(RPA.Planhat.__file__)"


def main(arguments: list[str]) -> int:
    """Builds, installs and tests; returns the exit status of pytest."""
    with tempfile.TemporaryDirectory(prefix="planhat-wheel-") as name:
        folder = Path(name).resolve()
        tests, installed = folder / "tests", folder / "installed"
        copy_tests(tests)
        wheel = build_wheel(folder)
        run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", installed, wheel, folder=folder)
        known = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (installed, tests)))}
        where = subprocess.check_output([sys.executable, "-c", WHERE], cwd=tests, env=known, text=True)
        print(f"The tests import {where.strip()}")
        if not where.startswith(str(installed)):
            return 1
        left_out = [word for file in OF_SOURCES for word in ("--ignore", f"utest/{file}")]
        command = [sys.executable, "-m", "pytest", "--numprocesses", "auto", *left_out, *(arguments or ["utest"])]
        return subprocess.run(command, cwd=tests, env=known, check=False).returncode


def copy_tests(target: Path) -> None:
    """Copies all but the package to a new folder."""
    skipped = shutil.ignore_patterns("__pycache__", "site", "output")
    for name in BESIDE:
        shutil.copytree(ROOT / name, target / name, ignore=skipped)
    for file in (*ROOT.glob("*.md"), *ROOT.glob("*.toml"), *ROOT.glob("*.cfg"), ROOT / "LICENSE", ROOT / "tasks.py"):
        shutil.copy(file, target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
