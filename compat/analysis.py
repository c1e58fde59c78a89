"""Looks at every robot of the project without running it: suites, examples, and the blocks of all docs.

    python -m compat.analysis                 robocop, `robot --dryrun` and RobotCode's analysis
    python -m compat.analysis --only dryrun   one of them

Robots that need rpaframework are looked at where it is installed; `python -m compat` does so.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from compat.machine import ROOT

FOLDERS: Final = ("atest", "examples")
NEIGHBOUR: Final = "RPA.Robocorp"
BLOCKS_SAY_LITTLE: Final = (
    "empty-lines-between-sections",
    "missing-doc-keyword",
    "missing-doc-suite",
    "missing-doc-test-case",
    "section-variable-not-uppercase",
    "too-long-test-case",
    "unused-variable",
)
"""Rules of robocop that do not fit examples of a few lines, with what the tests put in front of them."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the tools; returns 0 when none of them has found anything."""
    parser = argparse.ArgumentParser(description="Look at every robot of the project without running it.")
    parser.add_argument("--only", choices=list(TOOLS), action="append", help="one of the tools; may be repeated")
    chosen = parser.parse_args(arguments).only or list(TOOLS)
    with tempfile.TemporaryDirectory(prefix="planhat-blocks-") as folder:
        blocks = write_blocks(Path(folder))
        robots = robots_here()
        print(f"{len(robots)} suites and examples, {len(blocks)} blocks of the docs")
        return max(TOOLS[name](robots, Path(folder)) for name in chosen)


def robots_here() -> list[Path]:
    """Returns the suites and examples that can be looked at with what is installed."""
    found = [path for name in FOLDERS for path in sorted((ROOT / name).rglob("*.robot"))]
    if is_installed(NEIGHBOUR):
        return found
    return [path for path in found if NEIGHBOUR not in path.read_text("utf-8")]


def is_installed(package: str) -> bool:
    """Returns whether a package can be imported."""
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def write_blocks(folder: Path) -> list[Path]:
    """Writes the blocks of README, guides and keyword docs to a folder, each as a robot file, and returns these."""
    from utest.test_examples import ROBOTS  # noqa: PLC0415 - it reads the docs of all keywords

    names = [re.sub(r"[\W_]+", " ", block.place) for block in ROBOTS]
    paths = [folder / f"Block {number} {name}.robot" for number, name in enumerate(names)]
    for path, block in zip(paths, ROBOTS, strict=True):
        path.write_text(block.suite, encoding="utf-8")
    return paths


def robocop(_robots: list[Path], blocks: Path) -> int:
    """Checks the blocks; `invoke lint` checks the rest."""
    ignored = [word for rule in BLOCKS_SAY_LITTLE for word in ("--ignore", rule)]
    return tool("-m", "robocop", "check", "--config", ROOT / "pyproject.toml", *ignored, blocks)


def dryrun(robots: list[Path], blocks: Path) -> int:
    """Lets Robot Framework look for every keyword and take every argument."""
    quiet = ("--output", "NONE", "--log", "NONE", "--report", "NONE", "--console", "dotted")
    outside = [path for path in robots if ROOT / "atest" not in path.parents]
    return tool("-m", "robot.run", "--rpa", "--dryrun", *quiet, ROOT / "atest", *outside, blocks)


def robotcode(robots: list[Path], blocks: Path) -> int:
    """Runs RobotCode's analysis, which finds no files outside of the folder that it runs in."""
    analyze = ("-m", "robotcode.cli", "--no-color", "analyze", "code")
    return max(tool(*analyze, *robots), tool(*analyze, ".", folder=blocks))


TOOLS: Final = {"robocop": robocop, "dryrun": dryrun, "robotcode": robotcode}


def tool(*command: str | Path, folder: Path = ROOT) -> int:
    """Runs a tool in a folder and returns its exit status."""
    known = os.environ | {"PYTHONUTF8": "1", "ROBOTCODE_LOAD_LIBRARY_TIMEOUT": "120", "GIVEN_KEY": "sandbox-key"}
    known["GIVEN_WEBHOOK"] = "https://planhat.example/webhooks/5f0c9a52"
    return subprocess.run([sys.executable, *map(str, command)], cwd=folder, env=known, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
