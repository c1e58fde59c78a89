"""Runs the unit tests against the built wheel, with the sources out of the way: `python -m compat.from_wheel [tests]`.

A module or data file that is missing from the wheel is found in a checkout all the same, since the sources are there.
Here the tests are in a folder without `RPA/`, and the wheel is in an environment of its own. Tests of the sources are
left out: those of the architecture, of the wheel and of its neighbours, of pages that are made of the sources, and of
files of the forge.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from compat.machine import ROOT, bare_environment, build_wheel, make_venv, pip, run

BESIDE: Final = ("utest", "atest", "docs", "examples", "benchmarks", "compat")
OF_SOURCES: Final = (
    *("test_architecture.py", "test_packaging.py", "test_neighbours.py", "test_benchmarks.py"),
    *("test_links.py", "test_site.py", "test_forge.py"),
)
WHERE: Final = "import RPA.Planhat; print(RPA.Planhat.__file__)"


def main(arguments: list[str]) -> int:
    """Builds, installs and tests; returns the exit status of pytest."""
    with tempfile.TemporaryDirectory(prefix="planhat-wheel-") as name:
        folder = Path(name).resolve()
        tests = folder / "tests"
        copy_tests(tests)
        python = environment_with(build_wheel(folder), folder / "venv")
        where = subprocess.check_output([python, "-c", WHERE], cwd=tests, env=bare_environment(), text=True)
        print(f"The tests import {where.strip()}")
        if not where.startswith(str(folder / "venv")):
            return 1
        left_out = [word for file in OF_SOURCES for word in ("--ignore", f"utest/{file}")]
        command = [str(python), "-m", "pytest", "--numprocesses", "auto", *left_out, *(arguments or ["utest"])]
        # Programs that come with packages, such as type checkers, are beside the Python of this environment.
        path = os.pathsep.join((str(python.parent), str(Path(sys.executable).parent), os.environ["PATH"]))
        environment = {**bare_environment(), "PATH": path}
        return subprocess.run(command, cwd=tests, env=environment, check=False).returncode


def environment_with(wheel: Path, home: Path) -> Path:
    """Makes an environment with the wheel, and with all else that this one has; returns its Python."""
    programs = make_venv(Path(sys.executable), home)
    site = run(programs / "python", "-c", "import site; print(site.getsitepackages()[0])", folder=home).strip()
    others = [path for path in sys.path if path.endswith("site-packages")]
    Path(site, "others.pth").write_text("\n".join(others), "utf-8")
    pip(programs, "install", "--quiet", "--no-deps", "--force-reinstall", str(wheel))
    return programs / "python"


def copy_tests(target: Path) -> None:
    """Copies all but the package to a new folder."""
    skipped = shutil.ignore_patterns("__pycache__", "site", "output")
    for name in BESIDE:
        shutil.copytree(ROOT / name, target / name, ignore=skipped)
    for file in (*ROOT.glob("*.md"), *ROOT.glob("*.toml"), *ROOT.glob("*.cfg"), ROOT / "LICENSE", ROOT / "tasks.py"):
        shutil.copy(file, target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
