"""`python -m RPA.Planhat` took json.py, csv.py or requests.py in the working folder for the modules of these names."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = [
    "argparse",
    "base64",
    "csv",
    "email",
    "http",
    "json",
    "logging",
    "queue",
    "requests",
    "shutil",
    "textwrap",
    "uuid",
]


@pytest.mark.parametrize(
    "command", ["RPA.Planhat --version", "RPA.Planhat.sandbox --help", "RPA.Planhat check --no-rights"]
)
def test_files_of_the_user_are_not_taken_for_modules(tmp_path: Path, command: str) -> None:
    for name in NAMES:
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a file of the user')", "utf-8")
    environment = {**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH") or str(ROOT)}
    environment |= {"PLANHAT_API_KEY": "no-real-one", "PLANHAT_BASE_URL": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "a file of the user" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == (1 if "check" in command else 0), done.stderr


def test_other_programs_find_their_own_files_first(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("text = 'a file of the user'", "utf-8")
    (tmp_path / "own.py").write_text("import RPA.Planhat, json; print(json.text)", "utf-8")
    environment = {**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH") or str(ROOT)}
    command = [sys.executable, "-m", "own"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "a file of the user\n"
