"""Runs the task package of `examples/robocorp` as people and Control Room run it: a process for each task."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from robot.api import ExecutionResult, ResultVisitor

from RPA.Planhat.sandbox.process import SandboxProcess
from RPA.Planhat.sandbox.settings import API_KEY, TENANT_UUID, Settings
from RPA.Planhat.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = ROOT / "examples" / "robocorp"
HIDDEN: Final = ("PLANHAT_", "RPA_", "RC_", "ROBOT_")
RELEASED: Final = "Release Input Work Item"


@pytest.fixture
def sandbox() -> Iterator[SandboxProcess]:
    """A sandbox that stays, with the credentials that the vault file of the package has."""
    process = SandboxProcess(Settings(seed="demo"))
    process.start()
    yield process
    process.stop()


def bare() -> dict[str, str]:
    """Returns an environment without credentials."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(HIDDEN)}
    return {**known, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def of_file(name: str, sandbox: SandboxProcess) -> dict[str, str]:
    """Returns the environment of a file of the package, with the port that this sandbox has."""
    known = json.loads((PACKAGE / "devdata" / name).read_text(encoding="utf-8"))
    hosts = {"PLANHAT_BASE_URL": sandbox.url, "PLANHAT_ANALYTICS_URL": sandbox.url}
    return {**bare(), **known, "ROBOT_ROOT": str(PACKAGE), **hosts}


def task(name: str, output: Path, environment: dict[str, str], python: str | Path = sys.executable) -> str:
    """Runs a task as rcc does for `robotTaskName`, and returns what it prints."""
    options = ("--report", "NONE", "--outputdir", output, "--logtitle", "Task log", "--task", name, ".")
    command = [str(word) for word in (python, "-m", "robot", *options)]
    done = subprocess.run(
        command, cwd=PACKAGE, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def load(name: str) -> Any:
    return yaml.safe_load((PACKAGE / name).read_text(encoding="utf-8"))


# ------------------------------------------------------------------------------------------ the package


def test_every_task_of_robot_yaml_is_in_a_robot_file() -> None:
    named = [each["robotTaskName"] for each in load("robot.yaml")["tasks"].values()]
    written = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.robot"))
    assert [name for name in named if f"\n{name}\n" not in written] == []
    assert len(named) == 6


def test_the_environment_pins_every_package_and_ours_to_this_version() -> None:
    *tools, pip = load("conda.yaml")["dependencies"]
    assert all(re.fullmatch(r"[\w-]+=[\d.]+", each) for each in tools)
    assert all(re.fullmatch(r"[\w-]+==[\d.]+", each) for each in pip["pip"])
    assert f"rpaframework-planhat=={__version__}" in pip["pip"]


@pytest.mark.parametrize("name", ["env.json", "env-consumer.json"])
def test_files_of_the_environment_hold_texts_and_no_secrets(name: str) -> None:
    known = json.loads((PACKAGE / "devdata" / name).read_text(encoding="utf-8"))
    assert all(isinstance(value, str) for value in known.values())
    assert "PLANHAT_API_KEY" not in known


def test_the_vault_file_holds_what_the_sandbox_takes_and_nothing_real() -> None:
    vault = json.loads((PACKAGE / "devdata" / "vault.json").read_text(encoding="utf-8"))
    assert vault == {"planhat_api": {"api_key": API_KEY, "tenant_uuid": TENANT_UUID}}


def test_the_files_of_work_items_are_there() -> None:
    items = PACKAGE / "devdata" / "work-items-in" / "contacts" / "work-items.json"
    for item in json.loads(items.read_text(encoding="utf-8")):
        assert all((items.parent / path).is_file() for path in item["files"].values())


# -------------------------------------------------------------------------------------------- the tasks


@pytest.mark.parametrize(
    ("name", "told", "files"),
    [
        ("Import Customers", "Companies: 8 created. Endusers: 24 created.", ["companies.ok.csv", "contacts.ok.csv"]),
        ("Sync Customers", "Companies: 8 created. Endusers: 24 created.", ["companies.ok.csv", "contacts.ok.csv"]),
        ("Export Customers", "Exported ", ["companies.csv", "endusers.csv"]),
        ("Health Report", "no recent touch: ", ["health.csv"]),
    ],
)
def test_a_task_runs_out_of_the_box_in_a_sandbox_of_its_own(
    name: str, told: str, files: list[str], tmp_path: Path
) -> None:
    console = task(name, tmp_path, bare())
    assert told in console
    assert [file for file in files if not rows_of(tmp_path / file)] == []


def test_tasks_work_together_on_a_sandbox_that_stays_with_the_vault_of_the_package(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    environment = of_file("env.json", sandbox)
    assert "Companies: 8 created. Endusers: 24 created." in task("Import Customers", tmp_path, environment)
    sandbox.call("forget_requests")
    assert "Companies: 8 unchanged. Endusers: 24 unchanged." in task("Sync Customers", tmp_path, environment)
    assert {each["method"] for each in sandbox.call("requests")} == {"GET"}
    task("Export Customers", tmp_path, environment)
    companies = {row["Account"]: row for row in rows_of(tmp_path / "companies.csv")}
    assert (len(companies), companies["ACC-2"]["Name"], companies["ACC-2"]["Seats"]) == (68, "Pampas Foods", "140")
    listed = [row for row in sandbox.call("rows", model="endusers") if not row.get("archived")]
    assert len(rows_of(tmp_path / "endusers.csv")) == len(listed)
    text = (tmp_path / "output.xml").read_text(encoding="utf-8")
    assert API_KEY not in text
    assert TENANT_UUID not in text


def test_the_health_report_names_what_is_stored_and_is_a_table_in_the_log(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    stored = {model: sandbox.call("rows", model=model) for model in ("companies", "users", "conversations", "tasks")}
    console = task("Health Report", tmp_path, of_file("env.json", sandbox))
    found = rows_of(tmp_path / "health.csv")
    latest = {
        row["_id"]: max(note["date"] for note in stored["conversations"] if note["companyId"] == row["_id"])
        for row in stored["companies"]
    }
    silent = [row["company"] for row in found if row["finding"] == "no recent touch"]
    tasks = [row["detail"] for row in found if row["finding"] == "open task"]
    owners = {f"{user['firstName']} {user['lastName']}" for user in stored["users"]}
    assert sorted(tasks) == sorted(task["action"] for task in stored["tasks"])
    assert f"no recent touch: {len(silent)}, " in console
    assert silent
    by_name = {row["name"]: row for row in stored["companies"]}
    newest_silent = max(latest[by_name[name]["_id"]] for name in silent)
    talked = [latest[row["_id"]] for row in stored["companies"] if row["name"] not in silent and row["mrr"]]
    assert newest_silent < min(talked)
    assert {row["owner"] for row in found if row["company"]} <= owners
    assert f"<summary>no recent touch: {len(silent)}</summary>" in log_messages(tmp_path)


def test_people_whose_company_is_gone_are_in_the_health_report(sandbox: SandboxProcess, tmp_path: Path) -> None:
    environment = of_file("env.json", sandbox)
    people = [row["email"] for row in sandbox.call("rows", model="endusers") if row["companyName"] == "Alder Logistics"]
    shown = {row["email"] for row in sandbox.call("rows", model="endusers") if not row.get("archived")}
    program = (
        "from RPA.Planhat import Planhat, types; Planhat().delete_planhat_object(types.Company(external_id='C-00001'))"
    )
    subprocess.run([sys.executable, "-c", program], env=environment, cwd=PACKAGE, check=True)
    task("Health Report", tmp_path, environment)
    homeless = {
        row["detail"] for row in rows_of(tmp_path / "health.csv") if row["finding"] == "enduser without company"
    }
    assert homeless == set(people) & shown


def log_messages(output: Path) -> str:
    """Returns all messages of a log."""
    texts: list[str] = []

    class Reader(ResultVisitor):
        def visit_message(self, message: Any) -> None:
            texts.append(str(message.message))

    ExecutionResult(str(output / "output.xml")).visit(Reader())
    return "\n".join(texts)


# ------------------------------------------------------------------------------------------- work items


def releases(output: Path) -> list[str]:
    """Returns how work items were released, such as `FAILED BUSINESS`, in order."""
    found: list[str] = []

    class Reader(ResultVisitor):
        def start_keyword(self, keyword: Any) -> None:
            if str(keyword.name).endswith(RELEASED) and keyword.passed:
                words = [str(word).removeprefix("exception_type=") for word in keyword.args[:2]]
                found.append(" ".join(words))

    ExecutionResult(str(output / "output.xml")).visit(Reader())
    return found


def test_parts_are_made_taken_and_released_by_what_became_of_them(
    sandbox: SandboxProcess, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    python = request.config.getoption("--rpaframework")
    if not python:
        pytest.skip("rpaframework takes a minute to install; `invoke compat` names a Python that has it.")
    parts = tmp_path / "parts.json"
    producer = {**of_file("env.json", sandbox), "RPA_OUTPUT_WORKITEM_PATH": str(parts)}
    consumer = {**of_file("env-consumer.json", sandbox), "RPA_INPUT_WORKITEM_PATH": str(parts)}
    consumer["RPA_OUTPUT_WORKITEM_PATH"] = str(tmp_path / "done.json")

    assert "Split 24 rows." in task("Split The Table", tmp_path / "split", producer, python)
    items = json.loads(parts.read_text(encoding="utf-8"))
    assert [len(item["payload"]["rows"]) for item in items] == [10, 10, 4]
    assert releases(tmp_path / "split") == ["DONE"]

    # The companies are not there yet: wrong data, which another try does not mend.
    task("Import The Parts", tmp_path / "early", consumer, python)
    assert releases(tmp_path / "early") == ["FAILED BUSINESS"] * 3

    task("Import Customers", tmp_path / "import", producer)
    before = sandbox.call("counts")["endusers"]
    sandbox.call("inject_fault", kind="status", route="/endusers", verb="PUT", status=500)
    task("Import The Parts", tmp_path / "trouble", consumer, python)
    assert releases(tmp_path / "trouble") == ["FAILED APPLICATION"] * 3

    sandbox.call("clear_faults")
    assert "Worked on 3 parts." in task("Import The Parts", tmp_path / "well", consumer, python)
    assert releases(tmp_path / "well") == ["DONE"] * 3
    assert sandbox.call("counts")["endusers"] == before
    assert API_KEY not in (tmp_path / "well" / "output.xml").read_text(encoding="utf-8")
