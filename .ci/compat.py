"""Installs the wheel on each Python with the oldest and the newest dependencies, and runs the example there.

    python .ci/compat.py

Pythons are looked for on the path and where pyenv keeps them. What is missing is said, and is no failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ("3.10", "3.11", "3.12", "3.13")
DEPENDENCIES = {
    "oldest": (
        "robotframework==6.1.1",
        "robotframework-pythonlibcore==4.2.0",
        "requests==2.31.0",
        "tenacity==8.0.1",
        "Werkzeug==3.0.0",
    ),
    "newest": ("robotframework", "robotframework-pythonlibcore", "requests", "tenacity", "Werkzeug"),
}
CHECKS = (
    ("import", ("-c", "import RPA.Planhat")),
    ("libdoc", ("-m", "robot.libdoc", "RPA.Planhat", "list")),
    ("example", ("-m", "robot", "--rpa", "--outputdir", "output", str(ROOT / "examples" / "first_steps.robot"))),
)
SOURCES = ("RPA", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")


@dataclass
class Job:
    """One Python with one set of dependencies, and what became of it."""

    version: str
    dependencies: str
    python: Path | None
    said: str = ""
    found: str = ""
    passed: bool = True


class CommandError(Exception):
    """A command failed; the message is all that it said."""


def main() -> int:
    """Runs all jobs and prints a table; returns the exit status."""
    jobs = [Job(version, name, find_python(version)) for version in VERSIONS for name in DEPENDENCIES]
    with tempfile.TemporaryDirectory(prefix="planhat-compat-") as folder:
        wheel = build(Path(folder))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda job: run_job(job, wheel, Path(folder)), jobs))
    print(f"{'Python':8} {'dependencies':13} {'result':8} installed")
    for job in jobs:
        result = "missing" if job.python is None else "passed" if job.passed else "FAILED"
        print(f"{job.version:8} {job.dependencies:13} {result:8} {job.found}")
    for job in jobs:
        if not job.passed:
            print(f"\nPython {job.version}, {job.dependencies} dependencies:\n{job.said}")
    return 0 if all(job.passed for job in jobs) else 1


def find_python(version: str) -> Path | None:
    """Returns a Python of a version, or nothing."""
    on_path = shutil.which(f"python{version}")
    home = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    kept = sorted(home.glob(f"versions/{version}.*/bin/python"))
    candidates = [Path(each) for each in (*kept[-1:], on_path) if each]
    works = (each for each in candidates if subprocess.run([str(each), "-c", ""], check=False).returncode == 0)
    return next(works, None)


def build(folder: Path) -> Path:
    """Builds the wheel from a copy, so that nothing of an earlier build is in it."""
    source = folder / "source"
    source.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source)
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(source), folder=folder)
    return next(folder.glob("*.whl"))


def run_job(job: Job, wheel: Path, folder: Path) -> None:
    """Makes a fresh environment, installs, and runs the checks in it."""
    if job.python is None:
        return
    home = folder / f"{job.version}-{job.dependencies}"
    home.mkdir()
    try:
        run(str(job.python), "-m", "venv", str(home / "venv"), folder=home)
        python = str(home / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
        pip = (python, "-m", "pip", "--disable-pip-version-check")
        run(*pip, "install", "--quiet", f"{wheel}[sandbox]", *DEPENDENCIES[job.dependencies], folder=home)
        run(*pip, "check", folder=home)
        job.found = installed(run(*pip, "freeze", folder=home))
        for _, arguments in CHECKS:
            run(python, *arguments, folder=home)
    except CommandError as problem:
        job.passed, job.said = False, str(problem)


def installed(frozen: str) -> str:
    """Returns the versions that matter, of what pip says is installed."""
    names = ("robotframework", "robotframework-pythonlibcore", "requests", "tenacity", "werkzeug")
    known = dict(line.split("==") for line in frozen.lower().splitlines() if "==" in line)
    return " ".join(f"{name.removeprefix('robotframework-')} {known.get(name, '?')}" for name in names)


def run(*command: str, folder: Path) -> str:
    """Runs a command away from the checkout, without credentials, and returns what it printed.

    Raises:
        CommandError: If it fails.
    """
    ours = ("PLANHAT_", "RPA_", "RC_", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
