"""Robot Framework 7.5 runs the guides as they are: `robot docs/guides/tables.md`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from robot.version import VERSION

ROOT: Final = Path(__file__).resolve().parent.parent
RUNNABLE: Final = ("control_room", "custom_fields", "recipes", "sandbox", "tables", "usage")
GUIDES: Final = [guide for guide in RUNNABLE if (ROOT / "docs" / "guides" / f"{guide}.md").exists()]

pytestmark = pytest.mark.skipif(
    tuple(map(int, VERSION.split(".")[:2])) < (7, 5), reason="Robot Framework reads Markdown since 7.5."
)


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_runs_as_it_is_and_once_more_into_the_same_folder(guide: str, tmp_path: Path) -> None:
    known = {name: value for name, value in os.environ.items() if not name.startswith(("PLANHAT_", "RPA_", "RC_"))}
    command = [sys.executable, "-m", "robot.run", "--outputdir", str(tmp_path), f"docs/guides/{guide}.md"]
    for _ in range(2):
        run = subprocess.run(
            command, cwd=ROOT, env={**known, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stdout
        assert "[ ERROR ]" not in run.stderr
        assert "already imported" not in run.stderr
