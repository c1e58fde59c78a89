"""Robot Framework 7.5 runs the guides as they are: `robot docs/guides/tables.md`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from robot.version import VERSION

ROOT: Final = Path(__file__).resolve().parent.parent
GUIDES: Final = sorted((ROOT / "docs" / "guides").glob("*.md"))
RUNNABLE: Final = [guide.stem for guide in GUIDES if "\n```robotframework\n" in guide.read_text("utf-8")]

reads_markdown = pytest.mark.skipif(
    tuple(map(int, VERSION.split(".")[:2])) < (7, 5), reason="Robot Framework reads Markdown since 7.5."
)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_a_guide_begins_with_a_short_example_and_its_output(guide: Path) -> None:
    head = "\n## ".join(guide.read_text("utf-8").split("\n## ")[:2])
    found = re.search(r"^```(robotframework|python)\n(.*?)^```\n\n```text\n(.+?)^```$", head, re.DOTALL | re.MULTILINE)
    assert found, f"{guide.name} has no example with its output before its second heading."
    assert head.index("```") == found.start(), f"{guide.name} begins with something else."
    assert len(re.findall(r"\S.*", found[2])) <= 12


@reads_markdown
@pytest.mark.parametrize("guide", RUNNABLE)
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


PAGES: Final = [page for pattern in ("*.md", "docs/guides/*.md", "examples/**/*.md") for page in ROOT.glob(pattern)]
FENCED: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NOT_IN_POWERSHELL: Final = re.compile(
    r"&&|\bpython3\b|^export |&$|^\. |^curl |\$\(|^eval |\\$|^\w+=\S* \w|pip install .*'", re.MULTILINE
)
"""What Windows PowerShell 5.1, or cmd, does not understand."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_shell_lines_that_windows_does_not_understand_have_lines_for_powershell_beside_them(page: Path) -> None:
    blocks = FENCED.findall(page.read_text("utf-8"))
    assert [name for name, _ in blocks if name in ("sh", "bash", "console")] == []
    lacking = [
        code
        for (name, code), (following, _) in pairwise([*blocks, ("", "")])
        if name == "shell" and NOT_IN_POWERSHELL.search(code) and following != "powershell"
    ]
    assert lacking == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_extras_are_in_quotation_marks_that_every_shell_knows(page: Path) -> None:
    assert re.findall(r"pip install (?!\")\S*\[[^\]]*\]", page.read_text("utf-8")) == []
