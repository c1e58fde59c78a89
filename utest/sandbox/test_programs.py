"""The sandbox as a program, as child process, as pytest plugin and as Robot library, each in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from RPA.Planhat.sandbox import Sandbox
from RPA.Planhat.sandbox.process import SandboxProcess
from RPA.Planhat.sandbox.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
PLUGIN = "RPA.Planhat.sandbox.pytest_plugin"
MODULE = [sys.executable, "-m", "RPA.Planhat.sandbox"]


def run(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, cwd=cwd, timeout=60, check=False)


def is_open(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=1).close()
    except OSError:
        return False
    return True


def wait_until_closed(url: str) -> None:
    deadline = time.monotonic() + 10
    while is_open(url):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_program_from_start_to_stop(number: signal.Signals) -> None:
    started = time.perf_counter()
    command = [
        *MODULE,
        "--seed",
        "empty",
        "--api-key",
        "KEY",
        "--tenant-uuid",
        "T",
        "--validate-custom",
        "--latency",
        "0.001",
    ]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=ENVIRONMENT) as program:
        assert program.stdout is not None
        first = program.stdout.readline()
        url = re.fullmatch(r"Planhat sandbox: (http://127\.0\.0\.1:\d+)\n", first)
        assert url is not None
        headers = {"Authorization": "Bearer KEY"}
        assert requests.get(f"{url[1]}/companies", headers=headers, timeout=5).json() == []
        assert time.perf_counter() - started < 5
        body = {"name": "N", "custom": {"Unknown": 1}}
        assert requests.post(f"{url[1]}/companies", headers=headers, json=body, timeout=5).status_code == 400
        program.send_signal(number)
        rest, errors = program.stdout.read(), program.stderr.read() if program.stderr else ""
    assert (program.returncode, errors) == (0, "")
    assert re.fullmatch(r"API key: KEY\nTenant UUID: T\nControl token: [\w-]{32}\nCtrl-C stops it.\n", rest)
    assert not is_open(url[1])


def test_help_teaches() -> None:
    text = run(*MODULE, "--help").stdout
    for word in ("--seed", "--dialect", "item_errors", "PLANHAT_BASE_URL", "__sandbox__", "Ctrl-C"):
        assert word in text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            ["--seed", "/no/such"],
            "The seed is neither demo, empty nor a folder with files such as companies.json: /no/such",
        ),
        (["--dialect", "x=y"], "No switch x. There are: "),
        (["--dialect", "x"], "--dialect needs NAME=VALUE, not 'x'."),
        (["--port", "99999"], "argument --port: must be a whole number from 0 to 65535, not '99999'"),
        (["--port", "-1"], "argument --port: must be a whole number from 0 to 65535, not '-1'"),
        (["--port", "http"], "argument --port: must be a whole number from 0 to 65535, not 'http'"),
        (["--host", "no such host"], "The sandbox cannot listen at no such host, port "),
        (["--database", "/no/such/file"], "The database /no/such/file cannot be used: unable to open database file."),
        (["--database", __file__], f"The database {__file__} cannot be used: file is not a database."),
        (["--companies", "-5"], "argument --companies: must be a whole number, not '-5'"),
        (["--seed-number", "1.5"], "argument --seed-number: must be a whole number, not '1.5'"),
        (["--latency", "-1"], "argument --latency: must be a number of seconds, not '-1'"),
        (["--latency", "nan"], "argument --latency: must be a number of seconds, not 'nan'"),
        (["--api-key", ""], "argument --api-key: must not be empty"),
        (["--export", __file__], f"{__file__}: File exists"),
        (["--no-such"], "unrecognized arguments: --no-such"),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, list) else "",
)
def test_wrong_arguments_are_told_in_one_sentence(wrong: list[str], sentence: str) -> None:
    done = run(*MODULE, *wrong)
    assert (done.returncode, done.stdout) == (2, "")
    first, *others = done.stderr.splitlines()
    assert first.startswith(f"planhat-sandbox: {sentence}")
    assert others in ([], ["All options: planhat-sandbox --help"])


def test_a_taken_port_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(*MODULE, "--port", str(port))
        with pytest.raises(ValueError, match=f"cannot listen at 127.0.0.1, port {port}"):
            Sandbox(port=port).start()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"planhat-sandbox: The sandbox cannot listen at 127.0.0.1, port {port}: ")
    assert done.stderr.count("\n") == 1


def test_help_fits_a_window() -> None:
    assert max(map(len, run(*MODULE, "--help").stdout.splitlines())) <= 120


def test_export_from_the_shell(tmp_path: Path) -> None:
    done = run(*MODULE, "--companies", "3", "--export", str(tmp_path / "data"))
    assert done.returncode == 0
    assert (tmp_path / "data" / "companies.json").read_text("utf-8").count('"slug"') == 3


def test_child_process_is_the_same_sandbox(session_of: Any) -> None:
    with Sandbox(seed="empty", process=True, api_key="secret-key") as sandbox, session_of(sandbox) as planhat:
        planhat.made("companies", name="Child")
        sandbox.should_contain("companies", count=1, name="Child")
        sandbox.inject_fault("reset_before", route="/companies", times=1)
        with pytest.raises(requests.exceptions.ConnectionError):
            planhat.get("/companies")
        assert [entry["status"] for entry in sandbox.requests()] == [200, 0]
        assert "secret-key" not in str(sandbox.requests())
        with pytest.raises(ValueError, match="No model"):
            sandbox.rows("galaxies")
        sandbox.reset()
        assert sandbox.rows("companies") == []
        url = sandbox.url
    assert not is_open(url)


def test_child_process_ends_with_its_parent() -> None:
    code = (
        "import os; from RPA.Planhat.sandbox.process import SandboxProcess; "
        "from RPA.Planhat.sandbox.settings import Settings; "
        "print(SandboxProcess(Settings(seed='empty')).start(), flush=True); os.kill(os.getpid(), 9)"
    )
    wait_until_closed(run(sys.executable, "-c", code).stdout.strip())


def test_child_process_that_can_not_start() -> None:
    with pytest.raises(ValueError, match=r"did not start.*neither demo"):
        SandboxProcess(Settings(seed="/no/such")).start()


def test_token_is_not_in_the_list_of_processes() -> None:
    sandbox = SandboxProcess(Settings(seed="empty", api_key="hidden-token"))
    assert "hidden-token" not in str(sandbox._arguments)


def test_sandbox_that_is_not_running() -> None:
    with pytest.raises(RuntimeError, match="Start Sandbox"):
        _ = Sandbox().url


PLUGIN_TESTS = """
import requests
import sys

def get(sandbox, path):
    return requests.get(sandbox.url + path, headers={"Authorization": f"Bearer {sandbox.api_key}"}, timeout=5)

def test_one(planhat_sandbox):
    assert len(get(planhat_sandbox, "/companies").json()) == 60
    planhat_sandbox.inject_fault("status", status=503)
    assert get(planhat_sandbox, "/companies").status_code == 503

def test_two(planhat_sandbox):
    assert get(planhat_sandbox, "/companies?limit=9999").status_code == 400
    assert len(planhat_sandbox.requests()) == 1
"""


def test_pytest_plugin(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(PLUGIN_TESTS, "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nplanhat_dialect = created_status=201\n", "utf-8")
    switch = "--planhat-dialect=limit_above_maximum=refuse"
    installed = any(each.value == PLUGIN for each in entry_points(group="pytest11"))
    options = ["-p", "no:cacheprovider", *([] if installed else ["-p", PLUGIN])]
    done = run(sys.executable, "-m", "pytest", "-q", *options, switch, cwd=tmp_path)
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_importing_the_plugin_is_cheap() -> None:
    heavy = {"RPA.Planhat.types", "RPA.Planhat.sandbox.server", "requests", "robot", "sqlite3", "http.client"}
    code = f"import sys, RPA.Planhat.sandbox.pytest_plugin; print(sorted({heavy} & set(sys.modules)))"
    assert run(sys.executable, "-c", code).stdout.strip() == "[]"


def test_a_start_imports_nothing_that_it_does_not_need() -> None:
    # Each of these takes milliseconds, and most runs of a sandbox never need them.
    slow = {"requests", "robot", "ssl", "email.utils", "http.client", "subprocess", "gzip"}
    own = {f"RPA.Planhat.sandbox.{name}" for name in ("openapi", "page", "process", "library")}
    code = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import RPA.Planhat.sandbox.__main__
server = RPA.Planhat.sandbox.__main__.SandboxServer()
server.start()
print(sorted({slow | own} & set(sys.modules)))
server.stop()
"""
    assert run(sys.executable, "-I", "-c", code).stdout.strip() == "[]"


def test_robot_suite(tmp_path: Path) -> None:
    suite = ROOT / "atest" / "sandbox.robot"
    done = run(sys.executable, "-m", "robot", "--outputdir", str(tmp_path), str(suite))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_plugin_imports_nothing_before_a_fixture_is_used() -> None:
    code = (
        "import pytest, sys; before = set(sys.modules); import RPA.Planhat.sandbox.pytest_plugin; "
        "print(sorted(set(sys.modules) - before))"
    )
    own = ["RPA", "RPA.Planhat", "RPA.Planhat.sandbox", "RPA.Planhat.sandbox.pytest_plugin", "RPA.Planhat.version"]
    assert run(sys.executable, "-c", code).stdout.strip() == str(own)


@pytest.mark.parametrize("name", ["json", "queue", "werkzeug", "requests", "RPA", "sqlite3", "runpy"])
def test_child_process_starts_whatever_files_lie_around(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong file')\n", "utf-8")
    code = (
        "import os, sys\nfrom RPA.Planhat.sandbox.process import SandboxProcess\n"
        "from RPA.Planhat.sandbox.settings import Settings\n"
        "os.chdir(sys.argv[1])\nsys.path.insert(0, sys.argv[1])\n"
        "sandbox = SandboxProcess(Settings(seed='empty'))\nprint(sandbox.start())\nsandbox.stop()\n"
    )
    done = run(sys.executable, "-c", code, str(tmp_path))
    assert done.stdout.startswith("http://127.0.0.1:"), done.stderr


def test_child_process_speaks_utf_8_whatever_the_surroundings_do(tmp_path: Path, monkeypatch: Any) -> None:
    folder = tmp_path / "Müller"
    folder.mkdir()
    (folder / "companies.json").write_text("[{", "utf-8")
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    monkeypatch.setenv("PYTHONUTF8", "0")
    monkeypatch.setenv("LC_ALL", "C")
    with pytest.raises(ValueError, match=r"did not start.*Müller"):
        SandboxProcess(Settings(seed=str(tmp_path / "Müller" / "nobody"))).start()


@pytest.mark.skipif(os.name == "nt", reason="process groups of POSIX")
def test_child_process_has_a_group_of_its_own() -> None:
    sandbox = SandboxProcess(Settings(seed="empty"))
    sandbox.start()
    assert sandbox._process is not None
    assert os.getpgid(sandbox._process.pid) != os.getpgid(0)
    sandbox.stop()
