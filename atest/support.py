"""What the acceptance tests need besides the library itself: a sandbox, a look into it, and robots in processes."""

from __future__ import annotations

import base64
import copy
import json
import os
import pickle
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from robot.api import ExecutionResult, ResultVisitor, SkipExecution
from robot.api.deco import keyword
from robot.version import VERSION

from RPA.Planhat.sandbox.process import SandboxProcess
from RPA.Planhat.sandbox.settings import Settings
from utest.transport.fault_server import FaultServer, reply

ROBOT_AUTO_KEYWORDS = False

ROOT = Path(__file__).parents[1]
ROBOTS = Path(__file__).parent / "_robots"
API_KEY = "an-acceptance-token-4711"
TENANT_UUID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
OTHER_KEY = "another-acceptance-token-0815"
OTHER_TENANT = "16fd2706-8baf-433b-82eb-8c7fada847da"

OURS = ("PLANHAT_", "RPA_SECRET", "RC_VAULT", "RC_API_SECRET", "HTTPS_PROXY")
"""How the names of the environment variables begin that our library reads."""


@dataclass
class Tenant:
    """A sandbox as a robot sees it."""

    url: str
    api_key: str
    tenant_uuid: str


@dataclass
class Message:
    """A line of a log, with the keyword that wrote it."""

    keyword: str
    level: str
    text: str


@dataclass
class Run:
    """What a robot in a process of its own left behind."""

    code: int
    console: str
    folder: Path
    messages: list[Message] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    statuses: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


class Table:
    """The part of a Table of RPA.Tables that a library can rely on."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._rows = rows

    def iter_dicts(self, with_index: bool = True) -> Iterator[dict[str, Any]]:
        """Yields the rows, with their number unless told otherwise."""
        for number, row in enumerate(self._rows):
            yield {"index": number, **row} if with_index else dict(row)


class World:
    """The sandboxes of this run, and what has to be put back."""

    sandboxes: dict[str, SandboxProcess]
    environment: dict[str, str]
    folders: list[tempfile.TemporaryDirectory[str]]

    def __init__(self) -> None:
        self.sandboxes, self.environment, self.folders = {}, dict(os.environ), []

    def folder(self) -> Path:
        """Returns a new folder that goes away with the run."""
        self.folders.append(tempfile.TemporaryDirectory(prefix="planhat-"))
        return Path(self.folders[-1].name)

    @property
    def sandbox(self) -> SandboxProcess:
        """The sandbox that all suites share."""
        return self.sandboxes["main"]


WORLD = World()


# ------------------------------------------------------------------------------------- the sandbox


@keyword
def start_sandbox_process() -> Tenant:
    """Starts the sandbox of the run and points the environment at it."""
    tenant = _started("main", Settings(seed="demo", api_key=API_KEY, tenant_uuid=TENANT_UUID))
    _forget_environment()
    os.environ.update(
        PLANHAT_BASE_URL=tenant.url,
        PLANHAT_ANALYTICS_URL=tenant.url,
        PLANHAT_API_KEY=API_KEY,
        PLANHAT_TENANT_UUID=TENANT_UUID,
    )
    WORLD.environment = dict(os.environ)
    return tenant


@keyword
def stop_sandbox_processes() -> None:
    """Stops all sandboxes and removes all temporary folders."""
    while WORLD.sandboxes:
        WORLD.sandboxes.popitem()[1].stop()
    while WORLD.folders:
        WORLD.folders.pop().cleanup()


@keyword
def start_another_tenant() -> Tenant:
    """Starts a second sandbox, empty, with other credentials."""
    return _started("other", Settings(seed="empty", api_key=OTHER_KEY, tenant_uuid=OTHER_TENANT))


@keyword
def stop_other_tenant() -> None:
    """Stops the second sandbox."""
    WORLD.sandboxes.pop("other").stop()


@keyword
def get_tenant() -> Tenant:
    """Returns URL and credentials of the sandbox that all suites share."""
    return Tenant(WORLD.sandbox.url, API_KEY, TENANT_UUID)


@keyword
def reset_planhat() -> None:
    """Brings all sandboxes back to their seed, without faults, and the environment back to what it was."""
    for sandbox in WORLD.sandboxes.values():
        sandbox.call("reset")
    restore_environment()


@keyword
def reset_for_robot_framework(least: str) -> None:
    """As `Reset Planhat`, for tests that an older Robot Framework cannot run; there they are skipped."""
    if _numbers(VERSION) < _numbers(least):
        raise SkipExecution(f"Robot Framework {least} is needed; this is {VERSION}.")
    reset_planhat()


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)[:2]]


@keyword
def seed_planhat(**files: list[dict[str, Any]]) -> None:
    """Fills the sandbox with rows of some models only; `Seed Planhat With Demo` brings the demo back."""
    folder = WORLD.folder()
    for model, rows in files.items():
        (folder / f"{model}.json").write_text(json.dumps(rows), encoding="utf-8")
    WORLD.sandbox.call("seed", seed=str(folder))


@keyword
def seed_planhat_with_demo() -> None:
    """Fills the sandbox with the demo again."""
    WORLD.sandbox.call("seed", seed="demo")


@keyword
def set_planhat_dialect(**switches: str) -> None:
    """Lets the sandbox behave in another way that Planhat may have."""
    WORLD.sandbox.call("set_dialect", **switches)


@keyword
def inject_fault(kind: str, **settings: Any) -> None:
    """Makes requests to the sandbox go wrong."""
    WORLD.sandbox.call("inject_fault", kind=kind, **settings)


@keyword
def forbid_in_planhat(model: str) -> None:
    """Takes all rights on a model from the token."""
    WORLD.sandbox.call("forbid", model=model)


def _started(name: str, settings: Settings) -> Tenant:
    sandbox = SandboxProcess(settings)
    url = sandbox.start()
    WORLD.sandboxes[name] = sandbox
    return Tenant(url, settings.api_key, settings.tenant_uuid)


# ------------------------------------------------------------------------------ a look into Planhat


@keyword
def get_stored(model: str, **values: str) -> list[dict[str, Any]]:
    """Returns the records of a model that have these values, past the API."""
    rows = WORLD.sandbox.call("rows", model=model)
    return [row for row in rows if all(str(row.get(key)) == str(value) for key, value in values.items())]


@keyword
def get_only_stored(model: str, **values: str) -> Any:
    """Returns the one record of a model that has these values; its keys can be read as attributes."""
    rows = get_stored(model, **values)
    if len(rows) != 1:
        raise AssertionError(f"There are {len(rows)} {model} with {values}, not one.")
    return rows[0]


@keyword
def count_stored(model: str) -> int:
    """Returns how many records of a model there are."""
    return int(WORLD.sandbox.call("counts")[model])


@keyword
def get_planhat_state() -> dict[str, Any]:
    """Returns everything that is stored, to be compared later."""
    return {model: WORLD.sandbox.call("rows", model=model) for model in WORLD.sandbox.call("counts")}


@keyword
def state_should_be(state: dict[str, Any]) -> None:
    """Fails unless what is stored is what was stored."""
    now = get_planhat_state()
    changed = [model for model in state if state[model] != now[model]]
    if changed:
        raise AssertionError(f"Planhat is not as it was: {', '.join(changed)} changed.")


@keyword
def forget_requests() -> None:
    """Empties the log of requests of the sandbox."""
    WORLD.sandbox.call("forget_requests")


@keyword
def get_requests(method: str | None = None) -> list[str]:
    """Returns the requests that the sandbox got, such as `GET /companies`, with paths as they were sent."""
    return [f"{each['method']} {each['path']}" for each in WORLD.sandbox.call("requests", method=method)]


@keyword
def get_queries(path: str) -> list[dict[str, str]]:
    """Returns the queries of the requests for a path."""
    return [each["query"] for each in WORLD.sandbox.call("requests", route=path)]


@keyword
def get_sent_bodies(method: str) -> list[Any]:
    """Returns the bodies that were sent with a method."""
    return [each["body"] for each in WORLD.sandbox.call("requests", method=method)]


# ------------------------------------------------------------------------------------------- data


@keyword
def make_companies(count: int, prefix: str = "N") -> list[dict[str, Any]]:
    """Returns so many rows for new companies."""
    return [{"name": f"Company {prefix} {each}", "external_id": f"{prefix}-{each}"} for each in range(1, count + 1)]


@keyword
def make_endusers(count: int) -> list[dict[str, Any]]:
    """Returns so many endusers of one company as they are stored."""
    company = f"{1:024x}"
    return [
        {"_id": f"{each + 1000:024x}", "companyId": company, "email": f"u{each}@x.example"} for each in range(count)
    ]


@keyword
def make_table(*rows: dict[str, Any]) -> Table:
    """Returns rows as an object that resembles a Table of RPA.Tables."""
    return Table([dict(row) for row in rows])


@keyword
def copies_should_be_equal(value: Any) -> None:
    """Fails unless copies made by JSON, copy and pickle equal the value."""
    for name, other in {
        "json": json.loads(json.dumps(value)),
        "copy": copy.copy(value),
        "deepcopy": copy.deepcopy(value),
        "pickle": pickle.loads(pickle.dumps(value)),
    }.items():
        if other != value:
            raise AssertionError(f"The copy made by {name} differs: {other!r}.")


@keyword
def dump_json(value: Any) -> str:
    """Returns a value as JSON text, as a work item stores it."""
    return json.dumps(value)


@keyword
def should_contain_each_once(records: list[dict[str, Any]], count: int) -> None:
    """Fails unless there are so many records, each one once."""
    ids = {record["_id"] for record in records}
    if len(records) != count or len(ids) != count:
        raise AssertionError(f"There are {len(records)} records, {len(ids)} different ones; {count} were expected.")


# ------------------------------------------------------------------------------------ environment


@keyword
def change_environment(**values: str | None) -> None:
    """Sets environment variables, or removes those that are nothing."""
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = str(value)


@keyword
def restore_environment() -> None:
    """Brings the environment variables of our library back to what they were."""
    _forget_environment()
    os.environ.update({name: value for name, value in WORLD.environment.items() if name.startswith(OURS)})


@keyword
def make_vault(**secrets: Mapping[str, str]) -> str:
    """Writes a plain vault file and returns its path."""
    path = WORLD.folder() / "vault.json"
    path.write_text(json.dumps({name: dict(secret) for name, secret in secrets.items()}), encoding="utf-8")
    return str(path)


@keyword
def get_unreachable_url() -> str:
    """Returns a URL of this machine where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@keyword
def start_refusing_proxy(password: str) -> str:
    """Starts a proxy that turns all down and repeats the credentials, and returns its address with them in it."""
    server = FaultServer()
    credentials = base64.b64encode(f"robot:{password}".encode())
    server.script(reply(407, b"Basic %s is no good" % credentials, Connection="close"))
    return f"http://robot:{password}@127.0.0.1:{server.port}"


def _forget_environment() -> None:
    for name in [name for name in os.environ if name.startswith(OURS)]:
        del os.environ[name]


# -------------------------------------------------------------------------- robots in processes


@keyword
def run_robot(name: str, *options: str, **environment: str | None) -> Run:
    """Runs a suite of the folder `_robots` in a process of its own, and returns what it left behind.

    Args:
        name: The name of the file.
        *options: Further options of `robot`.
        **environment: Environment variables; nothing removes one.
    """
    output = WORLD.folder()
    known = {**os.environ, **environment, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    command = [sys.executable, "-m", "robot", "--outputdir", str(output), *options, str(ROBOTS / f"{name}.robot")]
    kept = {name: value for name, value in known.items() if value is not None}
    ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=kept, timeout=60, check=False)
    run = Run(ended.returncode, ended.stdout + ended.stderr, output)
    (output / "console.txt").write_text(run.console, encoding="utf-8")
    result = ExecutionResult(str(output / "output.xml"))
    result.visit(_Reader(run))
    run.errors = [str(message.message) for message in result.errors]
    return run


@keyword
def get_lines(run: Run, level: str = "INFO") -> list[str]:
    """Returns the lines of one level in a log, without those that Robot Framework writes itself."""
    return [each.text for each in run.messages if each.level == level and not _is_robots_own(each)]


@keyword
def get_lines_of(run: Run, name: str, level: str = "INFO") -> list[str]:
    """Returns the lines of one level that a keyword wrote."""
    lines = [each for each in run.messages if each.keyword == name and each.level == level]
    return [each.text for each in lines if not _is_robots_own(each)]


@keyword
def get_log_text(run: Run) -> str:
    """Returns all lines of a log."""
    return "\n".join(each.text for each in run.messages)


@keyword
def get_size_of_output(run: Run) -> int:
    """Returns the bytes of output.xml."""
    return (run.folder / "output.xml").stat().st_size


@keyword
def get_sandbox_url(run: Run) -> str:
    """Returns where the sandbox of a robot was, from the lines that the network writes at DEBUG."""
    found = re.search(r"http://127\.0\.0\.1:\d+", get_log_text(run))
    if found is None:
        raise AssertionError("The log names no sandbox.")
    return found[0]


@keyword
def run_should_pass(run: Run, warnings: int = 0) -> None:
    """Fails unless all tests of a run passed and Robot Framework found no errors, only so many warnings."""
    if run.code or len(run.errors) != warnings:
        raise AssertionError("\n".join([run.console, *run.errors]))


@keyword
def secrets_should_be_absent(run: Run, *secrets: str) -> None:
    """Fails if a file of the output folder holds a secret, as it is or in base64."""
    files = [path for path in run.folder.rglob("*") if path.is_file()]
    if len(files) < 3:
        raise AssertionError(f"There are only {len(files)} files.")
    for path in files:
        content = path.read_bytes()
        for secret in secrets:
            for form in _forms(secret):
                if form in content:
                    place = content.index(form)
                    near = content[max(place - 80, 0) : place].decode("utf-8", "replace")
                    raise AssertionError(f"{path.name} holds a secret behind {near!r}.")


@keyword
def run_should_have_passed(run: Run, count: int) -> None:
    """Fails unless so many tests passed, and the others failed by what Planhat or our library says."""
    passed = [name for name, status in run.statuses.items() if status == "PASS"]
    strange = [text for text in run.failures.values() if "keyword with name" in text or "Variable" in text]
    if len(passed) != count or strange or run.errors:
        raise AssertionError("\n".join([run.console, *run.errors]))


@keyword
def sandbox_should_be_gone(url: str) -> None:
    """Fails if somebody still listens at a URL."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.socket() as link:
        link.settimeout(2)
        if link.connect_ex((host, int(port))) == 0:
            raise AssertionError(f"Somebody still listens at {url}.")


class _Reader(ResultVisitor):
    """Collects the messages and the statuses of a run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._keywords: list[str] = []

    def visit_errors(self, errors: Any) -> None:
        """They are in the messages of the keywords already."""

    def start_keyword(self, keyword: Any) -> None:
        self._keywords.append(getattr(keyword, "kwname", None) or keyword.name or "")

    def end_keyword(self, keyword: Any) -> None:
        self._keywords.pop()

    def visit_message(self, message: Any) -> None:
        name = self._keywords[-1] if self._keywords else ""
        self._run.messages.append(Message(name, message.level, str(message.message)))

    def end_test(self, test: Any) -> None:
        self._run.statuses[test.name] = test.status
        self._run.failures[test.name] = test.message
        self._run.seconds[test.name] = test.elapsedtime / 1000


def _is_robots_own(message: Message) -> bool:
    """Assignments are lines such as `${company} = <Company ...>`."""
    return message.text[:2] in ("${", "@{", "&{") and "} = " in message.text


def _forms(secret: str) -> Iterator[bytes]:
    yield secret.encode()
    for text in (secret, f"{secret}:", f":{secret}", f"Bearer {secret}"):
        encoded = base64.b64encode(text.encode()).rstrip(b"=")
        # The last letter depends on what follows.
        yield encoded[:-1]
        yield base64.urlsafe_b64encode(text.encode()).rstrip(b"=")[:-1]
