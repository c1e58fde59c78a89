"""What needs an extra names the command that installs it, from Python and in a robot; everything else works without.

A `sitecustomize` module, which Python imports before anything else, keeps the optional packages from both processes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest
from robot.api import ExecutionResult

from compat.machine import ROOT, bare_environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OPTIONAL: Final = (
    *("python_calamine", "xlsxwriter", "openpyxl", "yaml", "orjson", "pandas", "polars", "numpy"),
    *("robocorp", "RPA.Tables", "RPA.Robocorp", "werkzeug", "tenacity", "markdown"),
)
"""Everything that the library can use and does not require, Markdown, which only Libdoc needs, among it."""

BLOCKS: Final = f"import sys\nsys.modules.update(dict.fromkeys({OPTIONAL}))\n"

EXCEL: Final = 'Excel files need the extra [excel]: pip install "rpaframework-planhat[excel]".'
YAML: Final = 'YAML files need the extra [yaml]: pip install "rpaframework-planhat[yaml]". Or use a JSON or CSV file.'
TABLES: Final = "as_table=True needs RPA.Tables: pip install rpaframework."
VAULT: Final = 'A vault needs the extra [vault]: pip install "rpaframework-planhat[vault]".'

IN_PYTHON: Final = {
    "planhat.import_objects(types.Company, 'book.xlsx', {'Name': 'name'})": EXCEL,
    "planhat.export_objects(types.Company, 'companies.xlsx', ['name'])": EXCEL,
    "planhat.save_rows([{'name': 'Acme'}], 'rows.xlsx')": EXCEL,
    "planhat.apply_custom_fields('fields.yaml')": YAML,
    "planhat.export_custom_fields('exported.yaml')": YAML,
    "Planhat(vault_secret_name='planhat_api', sandbox=False).get_objects(types.Company)": VAULT,
}
IN_A_ROBOT: Final = {
    "Import Companies    book.xlsx    Name -> name": EXCEL,
    "Sync Companies    book.xlsx    Name -> name": EXCEL,
    "Export Companies    companies.xlsx": EXCEL,
    "Save Planhat Rows    ${ROWS}    rows.xlsx": EXCEL,
    "Track Activities    book.xlsx": EXCEL,
    "Push Metrics    book.xlsx": EXCEL,
    "Check Custom Values    book.xlsx    company": EXCEL,
    "Apply Custom Fields    fields.yaml": YAML,
    "Plan Custom Fields    fields.yml": YAML,
    "Export Custom Fields    exported.yaml": YAML,
    "Export Companies    as_table=True": TABLES,
    "Flatten Objects    ${ROWS}    as_table=True": TABLES,
}
WITHOUT: Final = (
    "Export Companies    companies.csv    columns=name",
    "Export Custom Fields    fields.json",
    "Upsert Companies    ${ROWS}",
    "Log    ${{ json.dumps(list($ROWS)) }}",
)
"""Keywords that need no extra."""

PROGRAM: Final = """
import json
from RPA.Planhat import Planhat, types

planhat = Planhat(sandbox=True)
said = {}
for line in LINES:
    try:
        eval(line)
        said[line] = "nothing"
    except Exception as problem:
        said[line] = f"{type(problem).__module__} {problem}"
print(json.dumps(said))
"""

SUITE: Final = """
*** Settings ***
Library    RPA.Planhat    sandbox=True

*** Variables ***
&{ROW}    name=Acme    external_id=A-1
@{ROWS}    ${ROW}

*** Test Cases ***
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to work in, with a book and a list of fields that nothing can read there."""
    folder = tmp_path_factory.mktemp("bare")
    (folder / "site").mkdir()
    (folder / "site" / "sitecustomize.py").write_text(BLOCKS, "utf-8")
    (folder / "book.xlsx").write_bytes(b"PK\x03\x04")
    for name in ("fields.yaml", "fields.yml"):
        (folder / name).write_text("company:\n  - name: Seats\n    type: number\n", "utf-8")
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs Python in the folder, where nothing optional can be imported."""
    known = bare_environment(PYTHONPATH=os.pathsep.join([str(folder / "site"), str(ROOT)]))
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=known, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def from_python(folder: Path) -> Mapping[str, str]:
    """What each line of Python raised, with the module of its class."""
    done = run(folder, "-c", PROGRAM.replace("LINES", repr(list(IN_PYTHON))))
    assert done.returncode == 0, done.stderr
    said: dict[str, str] = json.loads(done.stdout)
    return said


@pytest.fixture(scope="module")
def from_a_robot(folder: Path) -> Mapping[str, str]:
    """The message of each test; all that is written to the console stands under `console`."""
    calls = [*IN_A_ROBOT, *WITHOUT]
    tests = "".join(f"Test {number}\n    {call}\n" for number, call in enumerate(calls))
    (folder / "bare.robot").write_text(SUITE + tests, "utf-8")
    done = run(folder, "-m", "robot.run", "--log", "NONE", "--report", "NONE", "bare.robot")
    messages = [test.message for test in ExecutionResult(str(folder / "output.xml")).suite.tests]
    return dict(zip(calls, messages, strict=True)) | {"console": done.stdout + done.stderr}


@pytest.mark.parametrize("line", IN_PYTHON)
def test_python_is_given_the_command(from_python: Mapping[str, str], line: str) -> None:
    module, _, message = from_python[line].partition(" ")
    assert module.startswith("RPA.Planhat.errors")
    assert IN_PYTHON[line] in message.splitlines()[0]


@pytest.mark.parametrize("call", IN_A_ROBOT)
def test_a_robot_is_given_the_command(from_a_robot: Mapping[str, str], call: str) -> None:
    assert IN_A_ROBOT[call] in from_a_robot[call].splitlines()[0]


@pytest.mark.parametrize("call", WITHOUT)
def test_everything_else_works_without_extras(from_a_robot: Mapping[str, str], call: str) -> None:
    assert from_a_robot[call] == ""


def test_no_traceback_is_shown(from_a_robot: Mapping[str, str]) -> None:
    assert "Traceback" not in from_a_robot["console"]


def test_nothing_is_left_of_files_that_could_not_be_written(from_a_robot: Mapping[str, str], folder: Path) -> None:
    assert from_a_robot
    left = {path.name for path in folder.iterdir()}
    assert not {name for name in left if name.startswith(("rows", "exported", "companies.xlsx"))}


@pytest.mark.parametrize(
    "arguments",
    [
        ("-m", "RPA.Planhat.sandbox", "--help"),
        ("-m", "RPA.Planhat", "--help"),
        ("-m", "robot.libdoc", "RPA.Planhat", "list"),
    ],
)
def test_programs_start_without_extras(folder: Path, arguments: tuple[str, ...]) -> None:
    done = run(folder, *arguments)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
