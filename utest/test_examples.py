"""Runs every example: those in the docs of all keywords, the fenced blocks of the pages, and the example robot."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from textwrap import dedent
from typing import Any, Final

import pytest
from robot.api import ExecutionResult
from robot.libdocpkg import LibraryDocumentation

from RPA.Planhat.sandbox.process import SandboxProcess
from RPA.Planhat.sandbox.settings import Settings
from utest.stub import Stub, reply, running

ROOT: Final = Path(__file__).resolve().parent.parent
LIBRARIES: Final = ("RPA.Planhat", "RPA.Planhat.Sandbox")
GENERATED: Final = ("docs/api", "docs/keywords", "docs/site")
PAGES: Final = [
    "docs/api/README.md",
    *(
        str(page.relative_to(ROOT))
        for page in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
        if not str(page.relative_to(ROOT)).startswith(GENERATED)
    ),
]
"""The pages written by hand, and the first of those about the Python API."""
FENCED: Final = re.compile(
    r"^(?P<indent> *)```(?P<language>\w+)\n(?P<code>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE
)

BEFORE: Final = {
    "RPA.Planhat": """\
*** Settings ***
Library          RPA.Planhat    calls_per_minute=0
Task Teardown    Close Planhat Connections

""",
    "RPA.Planhat.Sandbox": """\
*** Settings ***
Library           RPA.Planhat.Sandbox
Suite Setup       Start Sandbox
Suite Teardown    Stop Sandbox

""",
}
"""What stands in front of an example that imports nothing."""

ROBOTS_OF_READERS: Final = {
    "Run My Robot": """
*** Keywords ***
Run My Robot
    ${sandbox}=    Get Library Instance    RPA.Planhat.Sandbox
    ${planhat}=    Evaluate    RPA.Planhat.Planhat($sandbox.api_key, base_url=$sandbox.url)    modules=RPA.Planhat
    Evaluate    $planhat.keywords['Upsert Companies']({'name': 'Acme', 'external_id': 'A-1'})
""",
}
"""What examples call the reader's own robot."""

VARIABLES_OF_READERS: Final = {
    "${API KEY}": "%{GIVEN_KEY}",
    "${WEBHOOK URL}": "%{GIVEN_WEBHOOK}",
}
"""What examples take from the reader."""

PROGRAMS_OF_READERS: Final = """\
from RPA.Planhat import Planhat

def my_sync(url, api_key):
    keywords = Planhat(api_key, base_url=url).keywords
    for name in ("Acme", "Nova", "Zeta"):
        company = keywords["Create Company"](name=name)
    keywords["Upsert Endusers"]({"email": "ada@acme.example", "external_id": "ADA", "company_id": company.id})

run_my_program = my_sync

"""
"""What examples call the reader's own program."""

RESET_BEFORE_EACH: Final = '''\
"""A listener: every example finds its sandbox as it was in the beginning, and what it prints is below its number."""

import os
import sys
import urllib.request

from RPA.Planhat.connection.managed_sandbox import ManagedSandbox

OWN = {}
start = ManagedSandbox.started


def started(self):
    OWN[id(self)] = self
    return start(self)


ManagedSandbox.started = started


def start_suite(data, result):
    print(f"{MARK}{data.name}", file=sys.__stdout__)
    for sandbox in OWN.values():
        start(sandbox).call("reset")
    url = os.environ["PLANHAT_BASE_URL"] + "/__sandbox__/reset"
    headers = {"X-Sandbox-Control": os.environ["PLANHAT_SANDBOX_CONTROL_TOKEN"]}
    urllib.request.urlopen(urllib.request.Request(url, data=b"{}", headers=headers, method="POST")).close()
'''

MARK: Final = "@@ example "
OUTPUT: Final = re.compile(
    r"^```(?:robotframework|python)\n(?P<code>.*?)^```\n\n```text\n(?P<output>.*?)^```$", re.DOTALL | re.MULTILINE
)
"""An example with what it prints below it."""

DIFFERS: Final = {
    r"\S*[/\\]output[/\\]": "…/output/",
    r"\b[0-9a-f]{24}\b": "<id>",
    r"127\.0\.0\.1:\d+": "127.0.0.1:<port>",
    r"\b\d+\.\d+ s\b": "<time>",
}
"""What differs between runs, and what is compared instead."""


@dataclass(frozen=True)
class Block:
    """An example.

    Attributes:
        place: Where it stands.
        code: What it says.
        library: The library that it is about.
    """

    place: str
    code: str
    library: str = "RPA.Planhat"

    @property
    def suite(self) -> str:
        """The example as a robot file."""
        code = (
            self.code
            if "***" in self.code
            else "*** Tasks ***\nExample\n" + re.sub("^(?=.)", "    ", self.code, flags=re.MULTILINE)
        )
        head = "" if "*** Settings ***" in self.code else BEFORE[self.library]
        known = [f"{name}    {value}" for name, value in VARIABLES_OF_READERS.items() if self.takes(name)]
        variables = "\n".join(["*** Variables ***", *known, "", ""]) if known else ""
        mine = "".join(
            text for name, text in ROBOTS_OF_READERS.items() if name in self.code and f"\n{name}\n" not in self.code
        )
        return f"{head}{variables}{code}{mine}"

    def takes(self, variable: str) -> bool:
        """Returns whether the example uses a variable that it does not make."""
        makes = re.search(rf"{re.escape(variable[1:])} ?=|^{re.escape(variable)} ", self.code, re.MULTILINE)
        return variable in self.code and not makes


def blocks_in(text: str, language: str, place: str, library: str = "RPA.Planhat") -> list[Block]:
    """Returns the fenced blocks of one language."""
    found = [dedent(each["code"]) for each in FENCED.finditer(text) if each["language"] == language]
    return [Block(f"{place} {number}", code, library) for number, code in enumerate(found, 1)]


def docs_of(library: str) -> dict[str, str]:
    """Returns the documentation of a library by keyword, that of the library itself by nothing."""
    spec = LibraryDocumentation(library)
    return {"": spec.doc, **{each.name: each.doc for each in spec.keywords}}


DOCS: Final = {library: docs_of(library) for library in LIBRARIES}
TEXTS: Final = {
    **{(library, f"{library} {name}".strip()): doc for library in LIBRARIES for name, doc in DOCS[library].items()},
    **{("RPA.Planhat", page): (ROOT / page).read_text(encoding="utf-8") for page in PAGES if (ROOT / page).exists()},
}
ROBOTS: Final = [
    block for (library, place), text in TEXTS.items() for block in blocks_in(text, "robotframework", place, library)
]
PROGRAMS: Final = [block for (_, place), text in TEXTS.items() for block in blocks_in(text, "python", place)]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    process = SandboxProcess(Settings(seed="demo", api_key="a-key-for-examples"))
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="module")
def webhook() -> Iterator[str]:
    """The URL of an automation, at a server that takes every call."""
    stub = Stub()
    stub.on("POST /webhooks/5f0c9a52", reply())
    with running(stub) as served:
        yield f"{served.url}/webhooks/5f0c9a52"


@pytest.fixture(scope="module")
def environment(sandbox: SandboxProcess, webhook: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a robot finds that runs an example: two hosts, and a vault with secrets for several tenants."""
    secret = {"api_key": sandbox.settings.api_key, "tenant_uuid": sandbox.settings.tenant_uuid}
    vault = tmp_path_factory.mktemp("vault") / "vault.json"
    vault.write_text(json.dumps(dict.fromkeys(("planhat_api", "planhat_emea", "planhat_apac"), secret)), "utf-8")
    return {
        **bare_environment(),
        "PLANHAT_BASE_URL": sandbox.url,
        "PLANHAT_ANALYTICS_URL": sandbox.url,
        "RPA_SECRET_FILE": str(vault),
        "GIVEN_KEY": sandbox.settings.api_key,
        "GIVEN_WEBHOOK": webhook,
        "PLANHAT_SANDBOX_CONTROL_TOKEN": sandbox.settings.control_token,
    }


def bare_environment() -> dict[str, str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith(("PLANHAT_", "RPA_", "RC_"))}
    return {**known, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def python(*arguments: str | Path, environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


@dataclass(frozen=True)
class Ended:
    """How an example ended.

    Attributes:
        tasks: The status and the message of each task.
        printed: What was on the console.
    """

    tasks: list[tuple[str, str]]
    printed: str


@pytest.fixture(scope="module")
def outcomes(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    """Runs all robots in one process; returns how each ended, by the place of the example."""
    folder = tmp_path_factory.mktemp("examples")
    (folder / "reset.py").write_text(RESET_BEFORE_EACH.replace("{MARK}", MARK), encoding="utf-8")
    shutil.copytree(ROOT / "examples" / "data", folder / "examples" / "data")
    suites = folder / "suites"
    suites.mkdir()
    for number, block in enumerate(ROBOTS):
        (suites / f"{number:03d}.robot").write_text(block.suite, encoding="utf-8")
    options = ("--rpa", "--outputdir", folder / "output", "--listener", folder / "reset.py", "--log", "NONE")
    quiet = ("--report", "NONE", "--console", "quiet")
    done = python("-m", "robot", *options, *quiet, suites, environment=environment, folder=folder)
    assert (folder / "output" / "output.xml").exists(), done.stdout + done.stderr
    result: Any = ExecutionResult(str(folder / "output" / "output.xml"))
    ended = {Path(suite.source).stem: suite for suite in result.suite.suites}
    assert len(ended) == len(ROBOTS), done.stdout + done.stderr
    printed = dict(part.split("\n", 1) for part in done.stdout.split(MARK)[1:])
    return {
        block.place: Ended([(test.status, test.message) for test in ended[name].tests], printed[name])
        for block, name in ((block, f"{number:03d}") for number, block in enumerate(ROBOTS))
    }


@pytest.mark.parametrize("block", ROBOTS, ids=lambda block: block.place)
def test_robot_passes(block: Block, outcomes: dict[str, Ended]) -> None:
    assert outcomes[block.place].tasks, f"There is no task in:\n{block.suite}"
    for status, message in outcomes[block.place].tasks:
        assert status == "PASS", f"{message}\n\n{block.suite}"


def outputs(blocks: list[Block]) -> list[tuple[Block, str]]:
    """Returns the examples of pages that have what they print below them."""
    found = []
    for (_, place), text in TEXTS.items():
        shown = {each["code"]: each["output"] for each in OUTPUT.finditer(text)}
        found += [
            (each, shown[each.code]) for each in blocks if each.place.startswith(f"{place} ") and each.code in shown
        ]
    return found


def comparable(output: str) -> list[str]:
    for differs, shown in DIFFERS.items():
        output = re.sub(differs, shown, output)
    return [line.rstrip() for line in output.strip().splitlines()]


@pytest.mark.parametrize(
    ("block", "output"), outputs(ROBOTS), ids=lambda each: each.place if isinstance(each, Block) else ""
)
def test_robot_prints_what_is_below_it(block: Block, output: str, outcomes: dict[str, Ended]) -> None:
    """A last line `…` stands for all further ones; a whole run of `robot` has more lines than the robot prints."""
    printed, shown = comparable(outcomes[block.place].printed), comparable(output)
    if shown[0].startswith("$ "):
        assert [line for line in printed if not any(line in each for each in shown)] == []
        return
    if shown[-1] == "…":
        shown.pop()
        printed = printed[: len(shown)]
    assert printed == shown


@pytest.mark.parametrize("page", ["custom_fields", "planhat", "recipes", "reliability", "tables", "usage", "values"])
def test_examples_of_guides_can_be_copied_as_they_are(page: str) -> None:
    mine = [block for block in ROBOTS if block.place.startswith(f"docs/guides/{page}.md ")]
    assert mine
    assert [block.place for block in mine if "Library    RPA.Planhat    sandbox=True" not in block.code] == []


@pytest.mark.parametrize("block", PROGRAMS, ids=lambda block: block.place)
def test_program_ends_well(block: Block, environment: dict[str, str], sandbox: SandboxProcess, tmp_path: Path) -> None:
    sandbox.call("reset")
    file = tmp_path / "test_example.py"
    before = PROGRAMS_OF_READERS if re.search(r"\b(my_sync|run_my_program)\(", block.code) else ""
    file.write_text(before + block.code, encoding="utf-8")
    known = {**environment, "PLANHAT_API_KEY": sandbox.settings.api_key}
    plugin = () if entry_points(group="pytest11", name="planhat") else ("-p", "RPA.Planhat.sandbox.pytest_plugin")
    command = ("-m", "pytest", "-p", "no:cacheprovider", *plugin, file) if "def test_" in block.code else (file,)
    done = python(*command, environment=known, folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr + "\n" + block.code
    for each, output in outputs([block]):
        assert comparable(done.stdout) == comparable(output), each.place


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_keyword_has_an_example_that_uses_it(library: str) -> None:
    lacking = [
        name
        for name, doc in DOCS[library].items()
        if name and not any(name.lower() in each.code.lower() for each in blocks_in(doc, "robotframework", name))
    ]
    assert lacking == []


FIRST_STEPS: Final = ROOT / "examples" / "first_steps.robot"
COUNTS: Final = ("Companies: 316 created.", "Endusers: 1466 created.")


def first_steps(environment: dict[str, str], folder: Path) -> str:
    done = python("-m", "robot", "--rpa", "--outputdir", folder, FIRST_STEPS, environment=environment, folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    return done.stdout


def phases(companies: list[dict[str, Any]]) -> dict[str, str]:
    return {row["externalId"]: row.get("phase", "") for row in companies}


def test_the_example_brings_its_own_sandbox(tmp_path: Path) -> None:
    console = first_steps(bare_environment(), tmp_path)
    for line in COUNTS:
        assert line in console
    assert "New are 316, among them <Company 'Bright Harbor Cloud Corp.' ACC-10000>" in console
    assert "Sjöstjärnan Pharma AB: phase was At risk, is Renewal talks." in console
    assert "Logged an activity of Benoît Châtelain." in console
    assert (tmp_path / "log.html").exists()


def test_the_example_runs_against_an_account_by_its_environment_and_stores_nothing_twice(tmp_path: Path) -> None:
    process = SandboxProcess(
        Settings(seed="empty", api_key="the-account", tenant_uuid="5cb14b44-9a8d-4a86-9b2a-6b0d9c6f1e11")
    )
    process.start()
    try:
        account = {
            **bare_environment(),
            "PLANHAT_BASE_URL": process.url,
            "PLANHAT_ANALYTICS_URL": process.url,
            "PLANHAT_API_KEY": process.settings.api_key,
            "PLANHAT_TENANT_UUID": process.settings.tenant_uuid,
        }
        first = first_steps(account, tmp_path)
        stored = process.call("rows", model="companies")
        second = first_steps(account, tmp_path)
        again = process.call("rows", model="companies")
        counts = process.call("counts")
    finally:
        process.stop()
    for line in COUNTS:
        assert line in first
    assert "New are" not in second
    assert "Companies: 316 unchanged." in second
    assert "Endusers: 1466 unchanged." in second
    assert phases(again) == phases(stored)
    assert (counts["companies"], counts["endusers"], counts["activities"]) == (316, 1466, 2)
