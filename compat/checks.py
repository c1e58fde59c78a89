"""What has to work in an environment; each check raises CommandError when it does not."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from compat.machine import ROOT, CommandError, bare_environment, run

TENANT: Final = "00000000-0000-4000-8000-000000000001"
CALLS, PROCESSES = 60, 4
"""What the suites for pabot send, and from how many processes."""

CALLS_A_SECOND: Final = 10


@dataclass
class Place:
    """A ready environment.

    Attributes:
        programs: The folder of its programs.
        home: A folder to work in, with copies of `atest/`, `examples/` and the robots of this package.
        variables: The environment variables of a robot: a sandbox, and nothing that leads elsewhere.
    """

    programs: Path
    home: Path
    variables: dict[str, str]

    def python(self, *arguments: str | Path, **more: str) -> str:
        """Runs its Python on a module or a file."""
        return run(self.programs / "python", *arguments, folder=self.home, environment=self.variables | more)

    def robot(self, suite: str, *options: str, **more: str) -> str:
        """Runs a robot of this package."""
        output = self.home / "output" / suite.replace(".robot", "")
        given = ("-m", "robot", "--loglevel", "TRACE", "--outputdir", output)
        return self.python(*given, *options, self.home / "robots" / suite, **more)


@contextmanager
def place(programs: Path, home: Path) -> Iterator[Place]:
    """Prepares a folder to work in, with a sandbox that runs in the environment itself."""
    for name, source in (("atest", ROOT / "atest"), ("examples", ROOT / "examples"), ("robots", ROBOTS)):
        shutil.copytree(source, home / name, ignore=shutil.ignore_patterns("__pycache__", "output"))
    # The suites share a server that misbehaves with the unit tests.
    (home / "utest" / "transport").mkdir(parents=True)
    shutil.copy(ROOT / "utest" / "transport" / "fault_server.py", home / "utest" / "transport")
    command = [str(programs / "python"), "-m", "RPA.Planhat.sandbox", "--until-stdin-closes", "--tenant-uuid", TENANT]
    path = os.pathsep.join([str(programs), os.environ.get("PATH", "")])
    variables = bare_environment(PATH=path, PLANHAT_TENANT_UUID=TENANT)
    pipe = subprocess.PIPE
    variables["PLANHAT_SANDBOX_CONTROL_TOKEN"] = secrets.token_urlsafe()
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=home, env=variables) as sandbox:
        url = sandbox.stdout.readline().rpartition(" ")[2].strip() if sandbox.stdout else ""
        variables |= {"PLANHAT_BASE_URL": url, "PLANHAT_ANALYTICS_URL": url, "PLANHAT_API_KEY": "sandbox-key"}
        yield Place(programs, home, variables)
        sandbox.communicate()


ROBOTS: Final = Path(__file__).parent / "robots"


def libdoc(here: Place) -> None:
    """The library can be imported and shows its keywords."""
    keywords = here.python("-m", "robot.libdoc", "RPA.Planhat", "list").split("\n")
    expect("Get Companies" in keywords, f"Libdoc shows {len(keywords)} keywords, none of them Get Companies.")
    here.python("-m", "robot.libdoc", "RPA.Planhat", "output/keywords.html")


def example(here: Place) -> None:
    """The example of the README runs in a sandbox of its own."""
    bare = bare_environment(PATH=here.variables["PATH"])
    command = (here.programs / "python", "-m", "robot", "--rpa", "--outputdir", "output/example")
    said = run(*command, here.home / "examples" / "first_steps.robot", folder=here.home, environment=bare)
    expect("Companies: 316 created." in said, said)


def acceptance(here: Place) -> None:
    """All acceptance suites pass."""
    here.python("-m", "robot.run", "--outputdir", "output/atest", "--console", "dotted", here.home / "atest")


def dry_run(here: Place) -> None:
    """Robot Framework finds every keyword, and takes every argument, of the suites and examples."""
    suites = [here.home / "atest", here.home / "examples" / "first_steps.robot"]
    here.python("-m", "robot.run", "--rpa", "--dryrun", "--outputdir", "output/dry", "--console", "dotted", *suites)


def dry_run_beside(here: Place) -> None:
    """The same, with the examples that need rpaframework."""
    suites = [here.home / "atest", here.home / "examples"]
    here.python("-m", "robot.run", "--rpa", "--dryrun", "--outputdir", "output/dry", "--console", "dotted", *suites)


def tables(here: Place) -> None:
    """RPA.Tables."""
    here.robot("tables.robot")


def files(here: Place) -> None:
    """RPA.Excel.Files and RPA.JSON."""
    here.robot("files.robot")


def side_by_side(here: Place) -> None:
    """RPA.Hubspot, RPA.HTTP, RPA.Salesforce and others in one suite with ours."""
    here.robot("beside.robot", "--exitonerror")


def work_items(here: Place) -> None:
    """RPA.Robocorp.WorkItems, from producer to consumer, and nothing lost on the way."""
    adapter = {"RPA_WORKITEMS_ADAPTER": "RPA.Robocorp.WorkItems.FileAdapter"}
    first, items, last = (str(here.home / name) for name in ("first.json", "items.json", "last.json"))
    Path(first).write_text('[{"payload": {}}]', "utf-8")
    here.robot("produce.robot", **adapter, RPA_INPUT_WORKITEM_PATH=first, RPA_OUTPUT_WORKITEM_PATH=items)
    made = json.loads(Path(items).read_text("utf-8"))
    expect(len(made) == 4, f"There are {len(made)} work items instead of 4.")
    here.robot("consume.robot", **adapter, RPA_INPUT_WORKITEM_PATH=items, RPA_OUTPUT_WORKITEM_PATH=last)


def task_package(here: Place) -> None:
    """The task package of the examples: producer and consumer of work items, with rows that fail and come again."""
    test = ROOT / "utest" / "test_robocorp.py"
    given = ("-p", "no:cacheprovider", "-k", "parts", "--rpaframework", here.programs / "python")
    said = run(sys.executable, "-m", "pytest", "-q", "--rootdir", ROOT, *given, test, folder=ROOT)
    expect("1 passed" in said, said)


def vaults(here: Place) -> None:
    """Both vaults, in each of their spellings; the token is in no log."""
    token = here.variables["PLANHAT_API_KEY"]
    file = here.home / "vault.json"
    file.write_text(json.dumps({"planhat_api": {"api_key": token, "tenant_uuid": TENANT}}), "utf-8")
    rpa = {"RPA_SECRET_MANAGER": "RPA.Robocorp.Vault.FileSecrets", "RPA_SECRET_FILE": str(file)}
    robocorp = {"RC_VAULT_SECRET_MANAGER": "FileSecrets", "RC_VAULT_SECRETS_FILE": str(file)}
    known = {name: value for name, value in here.variables.items() if name != "PLANHAT_API_KEY"}
    keyless = Place(here.programs, here.home, known)
    for suite, settings in (("vault.robot", rpa), ("vault.robot", robocorp), ("vault_object.robot", rpa)):
        keyless.robot(suite, **settings)
        log = (here.home / "output" / suite.replace(".robot", "") / "output.xml").read_text("utf-8")
        expect(token not in log, f"The token is in the log of {suite} with {sorted(settings)}.")


def data_driver(here: Place) -> None:
    """DataDriver: one test for each row of a CSV."""
    said = here.robot("datadriver.robot")
    expect("3 tests, 3 passed, 0 failed" in said, said)


def pabot(here: Place) -> None:
    """Processes of pabot keep one pace together through a shared file."""
    call(here, "forget_requests")
    program = here.programs / ("pabot.exe" if os.name == "nt" else "pabot")
    given = ("--processes", str(PROCESSES), "--outputdir", here.home / "output" / "pabot")
    variables = here.variables | {"PLANHAT_RATE_LIMIT_FILE": str(here.home / "limits")}
    run(program, *given, here.home / "robots" / "parallel", folder=here.home, environment=variables)
    times = [datetime.fromisoformat(each["time"].rstrip("Z")).timestamp() for each in call(here, "requests")]
    expect(len(times) == CALLS, f"{len(times)} calls arrived instead of {CALLS}.")
    took = max(times) - min(times)
    least = (CALLS / CALLS_A_SECOND - 1) * 0.95
    expect(took >= least, f"{CALLS} calls took {took:.1f} s; at {CALLS_A_SECOND} a second they need {least:.1f} s.")
    ordered = sorted(times)
    expect(all(later >= sooner for sooner, later in pairwise(ordered)), "The clock went back.")


def robocop(here: Place) -> None:
    """Robocop finds nothing in suites and examples."""
    shutil.copy(ROOT / "pyproject.toml", here.home)
    here.python("-m", "robocop", "check", "atest", "examples", "robots")


def robotcode(here: Place) -> None:
    """RobotCode's analysis finds no unknown keyword and no wrong argument in the examples and in these robots."""
    program = here.programs / ("robotcode.exe" if os.name == "nt" else "robotcode")
    limits, patience = str(here.home / "limits"), "120"
    variables = here.variables | {"PLANHAT_RATE_LIMIT_FILE": limits, "ROBOTCODE_LOAD_LIBRARY_TIMEOUT": patience}
    for name in ("examples", "robots"):
        run(program, "--no-color", "analyze", "code", name, folder=here.home, environment=variables)


Check = Callable[[Place], None]

ALONE: Final[dict[str, Check]] = {"libdoc": libdoc, "example": example, "dry run": dry_run}
ACCEPTANCE: Final[dict[str, Check]] = {"acceptance": acceptance}
BESIDE: Final[dict[str, Check]] = {
    "libdoc": libdoc,
    "example": example,
    "in one suite": side_by_side,
    "Tables": tables,
    "Excel, JSON": files,
    "work items": work_items,
    "task package": task_package,
    "vaults": vaults,
    "DataDriver": data_driver,
    "pabot": pabot,
    "dry run": dry_run_beside,
    "robocop": robocop,
    "robotcode": robotcode,
}
"""By the head of their column in the table."""


def expect(condition: bool, message: str) -> None:  # noqa: FBT001 - as assert has it
    """Raises CommandError unless a condition holds."""
    if not condition:
        raise CommandError(message)


def call(here: Place, operation: str, **arguments: Any) -> Any:
    """Does an operation on the sandbox and returns its result."""
    url = f"{here.variables['PLANHAT_BASE_URL']}/__sandbox__/{operation}"
    headers = {"X-Sandbox-Control": here.variables["PLANHAT_SANDBOX_CONTROL_TOKEN"]}
    asked = urllib.request.Request(url, json.dumps(arguments).encode(), headers, method="POST")
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer).get("result")
