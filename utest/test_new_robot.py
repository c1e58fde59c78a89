"""Holds `python -m RPA.Planhat new`: the folder that it makes runs as it is, and nothing is overwritten."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, check=False, cwd=cwd, capture_output=True, text=True, timeout=120)


@pytest.fixture
def robot(tmp_path: Path) -> Path:
    found = run("RPA.Planhat", "new", "renewals-robot", cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    assert "robot --outputdir output/tests tests" in found.stdout
    return tmp_path / "renewals-robot"


def test_its_tests_pass(robot: Path) -> None:
    found = run("robot", "--outputdir", "output/tests", "tests", cwd=robot)
    assert found.returncode == 0, found.stdout
    assert "3 tests, 3 passed, 0 failed" in found.stdout


def test_its_tasks_run_in_a_sandbox(robot: Path) -> None:
    found = run("robot", "--outputdir", "output", "--variable", "SANDBOX:True", "tasks.robot", cwd=robot)
    assert found.returncode == 0, found.stdout
    assert "Companies: 4 create." in found.stdout
    assert "Companies: 4 created." in found.stdout
    assert (robot / "output" / "plan.csv").is_file()


def test_it_is_a_package_for_control_room(robot: Path) -> None:
    assert {path.name for path in robot.iterdir()} >= {"robot.yaml", "conda.yaml", "README.md", ".gitignore", "data"}
    assert (robot / "README.md").read_text("utf-8").startswith("# Renewals robot\n")


def test_nothing_is_overwritten(robot: Path) -> None:
    (robot / "tasks.robot").write_text("mine", "utf-8")
    found = run("RPA.Planhat", "new", str(robot), cwd=robot.parent)
    assert found.returncode == 2
    assert "is not empty: nothing was written" in found.stderr
    assert (robot / "tasks.robot").read_text("utf-8") == "mine"
