"""What the environments are made with: the Pythons of this machine, pip, and the wheel of this checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCES: Final = ("RPA", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")
"""All that a build may need; it works on a copy of these, so that no earlier build can leak into it."""

OURS: Final = ("PLANHAT_", "RPA_", "RC_", "ROBOT_", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "COVERAGE")
"""How the names of environment variables begin that could lead a robot elsewhere."""

PIP: Final = ("--disable-pip-version-check", "--no-input")


class CommandError(Exception):
    """A command failed; the message is its output."""


def find_python(version: str) -> Path | None:
    """Returns a Python of a version from pyenv or the path, or nothing."""
    on_path = shutil.which(f"python{version}")
    home = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    kept = sorted(home.glob(f"versions/{version}.*/bin/python"))
    this = sys.executable if version == f"{sys.version_info.major}.{sys.version_info.minor}" else None
    candidates = [Path(each) for each in (this, *kept[-1:], on_path) if each]
    works = (each for each in candidates if subprocess.run([str(each), "-c", ""], check=False).returncode == 0)
    return next(works, None)


def copy_sources(target: Path) -> Path:
    """Copies what a build needs to a new folder."""
    target.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, target)
    return target


def build_wheel(folder: Path) -> Path:
    """Builds the wheel of this checkout into a folder."""
    source = copy_sources(folder / "source")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source, folder=folder)
    return next(folder.glob("*.whl"))


def make_venv(python: Path, folder: Path) -> Path:
    """Makes a virtual environment and returns its folder of programs."""
    run(python, "-m", "venv", folder, folder=folder.parent)
    return folder / ("Scripts" if os.name == "nt" else "bin")


def pip(programs: Path, *arguments: str) -> str:
    """Runs the pip of a virtual environment."""
    return run(programs / "python", "-m", "pip", *PIP, *arguments, folder=programs.parent)


def bare_environment(**more: str) -> dict[str, str]:
    """Returns the environment variables of this process without those that could lead a robot elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**kept, "PYTHONUTF8": "1", **more}


def run(*command: str | Path, folder: Path, environment: dict[str, str] | None = None) -> str:
    """Runs a command away from the checkout and returns what it printed.

    Raises:
        CommandError: If it fails.
    """
    words = [str(word) for word in command]
    known = bare_environment() if environment is None else environment
    done = subprocess.run(words, cwd=folder, env=known, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise CommandError(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout
