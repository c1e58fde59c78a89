"""The keywords: documentation, and the examples in it, which run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from RPA import Planhat
from RPA.Planhat.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {method.robot_name: method for method in vars(Sandbox).values() if hasattr(method, "robot_name")}


def example(method: Any) -> str:
    """Returns the Robot example of a keyword."""
    found = re.search(r"```robotframework\n(.*?)```", method.__doc__, re.DOTALL)
    return "\n".join(line.strip() for line in found[1].strip().splitlines()) if found else ""


@pytest.mark.parametrize("name", KEYWORDS)
def test_keyword_is_documented(name: str) -> None:
    doc = KEYWORDS[name].__doc__
    assert name in example(KEYWORDS[name])
    arguments = set(KEYWORDS[name].__annotations__) - {"return"}
    for argument in arguments:
        assert re.search(rf"\*?{argument}: ", doc), argument


def test_examples_run(tmp_path: Path) -> None:
    names = sorted(KEYWORDS, key="Stop Sandbox".__eq__)
    cases = []
    for name in names:
        steps = "\n".join(f"    {line}" for line in ["Reset Sandbox", *example(KEYWORDS[name]).splitlines()])
        cases.append(f"{name} Example\n{steps}")
    own = "Start Sandbox Example"
    text = "\n".join(case.replace("    Reset Sandbox\n", "", 1) if case.startswith(own) else case for case in cases)
    setup = "Library    RPA.Planhat.Sandbox\nSuite Setup    Start Sandbox    seed=demo\n"
    file = tmp_path / "examples.robot"
    file.write_text(f"*** Settings ***\n{setup}\n*** Test Cases ***\n{text}\n", "utf-8")
    command = [sys.executable, "-m", "robot", "--pythonpath", str(ROOT), "--outputdir", str(tmp_path), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout


def test_the_same_class_serves_python_and_robot() -> None:
    assert Planhat.Sandbox is Sandbox
