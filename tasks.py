"""The tasks of a developer: `invoke --list` shows them, `invoke test` runs all that has to hold."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from invoke import Context, Exit, task

ROOT = Path(__file__).parent
SUITES = ("atest", "compat", "examples", "RPA/Planhat/starter")
"""Folders with Robot Framework files, as far as they exist."""

VULNERABILITIES = "https://api.osv.dev"
"""The service that lists vulnerabilities of packages."""

WORKERS = ("--numprocesses", str(3 * (os.cpu_count() or 1) // 2 or 1), "--dist", "worksteal")
"""Tests wait for servers and processes a third of their time, so that three of them keep two processors busy."""

COLOURS = sys.stdout.isatty() and "NO_COLOR" not in os.environ


@task
def format(context: Context) -> None:  # noqa: A001 - the name that people type
    """Formats Python and Robot Framework files, and fixes what the linters can fix."""
    _module(context, "ruff", "check", "--fix", "--exit-zero", ".")
    _module(context, "ruff", "format", ".")
    if suites := _suites():
        _module(context, "robocop", "format", *suites)


@task
def lint(context: Context) -> None:
    """Checks layout and style of Python and Robot Framework files; changes nothing."""
    _module(context, "ruff", "format", "--check", ".")
    _module(context, "ruff", "check", ".")
    if suites := _suites():
        _module(context, "robocop", "check", *suites)
        _module(context, "robocop", "format", "--check", *suites)
    _module(context, "docs.language", "--check")


@task
def audit(context: Context) -> None:
    """Looks for insecure code, and for known vulnerabilities: of all that is installed, or of what users install."""
    _module(context, "bandit", "--quiet", "--recursive", "RPA")
    if not _is_reachable(VULNERABILITIES):
        print(f"No pip-audit: {VULNERABILITIES} cannot be reached from here. The package index is asked instead.")
        _module(context, "compat.advisories")
        return
    _module(context, "pip_audit", "--local", "--skip-editable", "--vulnerability-service", "osv")


@task
def types(context: Context) -> None:
    """Checks the types of the package, its tests and its tools; of the package as Windows has it, too."""
    _module(context, "mypy")
    _module(context, "mypy", "--platform", "win32", "RPA")


@task(
    help={
        "coverage": "measure branch coverage and write output/coverage/index.html",
        "plain": "run as if orjson was not installed",
        "wheel": "test the built wheel, with the sources out of the way",
    }
)
def utest(context: Context, coverage: bool = False, plain: bool = False, wheel: bool = False) -> None:
    """Runs the unit tests."""
    if wheel:
        _module(context, "compat.from_wheel")
        return
    if plain:
        _script(context, "utest/without_orjson.py")
        return
    if not coverage:
        _module(context, "pytest", *WORKERS)
        return
    # The pytest plugin of the sandbox is loaded before pytest-cov starts; coverage itself starts earlier, in every
    # process that the tests start as well. Processes that tests kill leave nothing, or half a file, which is said.
    _module(context, "coverage", "erase")
    _module(context, "coverage", "run", "-m", "pytest", *WORKERS)
    _module(context, "coverage", "combine", "--quiet")
    _module(context, "coverage", "html")
    _module(context, "coverage", "report")


@task(help={"include": "run only the tests with this tag"})
def atest(context: Context, include: str = "") -> None:
    """Runs the acceptance tests; each suite starts the sandbox that it needs."""
    tags = ["--include", include] if include else []
    _module(context, "robot.run", "--outputdir", "output/atest", "-P", ".", *tags, "atest")


@task(
    help={
        "rows": "rows of the import",
        "kills": "how often it is killed",
        "seed": "which moments",
        "identity": "generate_keys or find_by, for rows without a key",
    }
)
def kills(context: Context, rows: int = 50_000, kills: int = 40, seed: int = 1, identity: str = "") -> None:
    """Kills uploads, imports, syncs and exports again and again, and counts what is lost or doubled; takes minutes."""
    options = ("--rows", str(rows), "--kills", str(kills), "--seed", str(seed), "--identity", identity)
    _module(context, "benchmarks.kill_import", *options)
    _module(context, "benchmarks.kill_tables", "--kills", str(kills), "--seed", str(seed))


@task(name="round-trips", help={"tables": "how many"})
def round_trips(context: Context, tables: int = 5000) -> None:
    """Sends made tables through the sandbox, to files, and back, and looks for loss; takes a quarter of an hour."""
    _module(context, "pytest", "utest/tables/test_round_trips.py", "--timeout", "0", "--tables", str(tables))


@task(help={"examples": "how many for each property", "seed": "where they begin; it is printed. Default: random"})
def fuzz(context: Context, examples: int = 5000, seed: int = 0) -> None:
    """Feeds random CSV, workbooks, JSON, YAML and cells to the reader and to imports; takes a quarter of an hour."""
    start = ["--fuzz-seed", str(seed)] if seed else []
    _module(context, "pytest", "utest/tables/test_fuzz.py", "-s", "--timeout", "0", "--fuzz", str(examples), *start)
    os.environ["PLANHAT_FUZZ_EXAMPLES"] = str(max(examples // 500, 1))
    _module(context, "pytest", "utest/sandbox/test_openapi.py", "-n0", "--timeout", "0")


@task(help={"check": "compare with what is committed instead of writing"})
def docs(context: Context, check: bool = False) -> None:
    """Makes the keyword documentation and the Python API pages, or names those that are stale."""
    _module(context, "docs.build", *(["--check"] if check else []))


@task(name="site-check")
def site_check(context: Context) -> None:
    """Looks at the pages in Chromium: console, links, search; needs Chromium and `pip install playwright`."""
    _module(context, "pytest", "utest/test_site.py", "--numprocesses", "0", "-rs")


@task(
    help={
        "quick": "one round, without what takes long",
        "rounds": "runs of each client",
        "only": "only lines with this in `table: title`, such as upsert, or 'reading: walk'; may be repeated",
        "predecessor": "a Python interpreter that has robocorp-planhat, to compare with",
        "write": "put the figures and the curves into the guide, beside those of lines that are not measured now",
    },
    iterable=["only"],
)
def bench(  # noqa: PLR0913, PLR0917 - its options
    context: Context,
    only: list[str],
    quick: bool = False,
    rounds: int = 7,
    predecessor: str = "",
    write: bool = False,
) -> None:
    """Measures time and memory beside the loop that an expert would write; see docs/guides/performance.md."""
    options = [*(["--quick"] if quick else []), *(["--predecessor", predecessor] if predecessor else [])]
    chosen = [word for each in only for word in ("--only", each)]
    guide = ["--markdown", "docs/guides/performance.md", "--plot", "docs/images/growth.svg"] if write else []
    _module(context, "benchmarks.bench", "--rounds", str(rounds), *options, *chosen, *guide)


@task(
    help={
        "extremes": "only the two that every change has to pass",
        "only": "only environments whose name has this in it; see --list",
        "list": "name the environments and end",
        "jobs": "environments at the same time",
    }
)
def compat(context: Context, extremes: bool = False, only: str = "", list: bool = False, jobs: int = 2) -> None:  # noqa: A002
    """Tries the wheel in clean environments and beside rpaframework, and writes docs/compatibility.md."""
    chosen = [*(["--extremes"] if extremes else []), *(["--only", only] if only else []), *(["--list"] if list else [])]
    _module(context, "compat", "--jobs", str(jobs), *chosen)


@task(help={"quick": "without RobotCode, which takes a minute"})
def analyze(context: Context, quick: bool = False) -> None:
    """Looks at all suites, examples and blocks of the docs with robocop, `robot --dryrun` and RobotCode."""
    _module(context, "compat.analysis", *(["--only", "robocop", "--only", "dryrun"] if quick else []))


@task(
    help={
        "group": "modules that belong together, such as sandbox, with the tests that hold them; may be repeated",
        "most": "how many mutants of each group to try, chosen by chance; 0 tries all",
        "seed": "which ones",
        "only": "only mutants whose name has this in it",
    },
    iterable=["group"],
)
def mutants(context: Context, group: list[str], most: int = 60, seed: int = 1, only: str = "") -> None:
    """Breaks sending, the way of a row and the sandbox's calculations in small ways; counts what tests notice."""
    chosen = [word for each in group for word in ("--group", each)]
    _module(context, "benchmarks.mutants", "--most", str(most), "--seed", str(seed), "--only", only, *chosen)


@task(help={"tagged": "the version has its tag already, as in the workflow that uploads"})
def release(context: Context, tagged: bool = False) -> None:
    """Builds and tries what would be uploaded, and prints what to do next; uploads nothing."""
    docs(context, check=True)
    _module(context, "compat.release", *(["--tagged"] if tagged else []))


@task
def test(context: Context) -> None:
    """Runs everything that has to hold before a change is merged; what uses one processor runs beside others."""
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        passed = dict(zip(ONE_PROCESSOR, pool.map(_beside_others, ONE_PROCESSOR), strict=True))
    if failed := [words for words in ONE_PROCESSOR if not passed[words]]:
        raise Exit(f"Failed: {', '.join(failed)}", code=1)
    utest(context)


ONE_PROCESSOR = ("lint", "atest", "analyze", "docs --check", "types", "audit")
"""Tasks that keep one processor busy: first a short one that finds what is corrected at once, then the longest."""


def _beside_others(words: str) -> bool:
    """Runs a task in a process of its own, and prints its output when it is done."""
    started = time.monotonic()
    command = [sys.executable, "-m", "invoke", *words.split()]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)  # noqa: S603
    head = f"==== {words}: {'FAILED' if done.returncode else 'passed'} in {time.monotonic() - started:.0f} s ===="
    print(done.stdout.decode("utf-8", "replace"), head, sep="", end="\n\n", flush=True)
    return not done.returncode


def _is_reachable(url: str) -> bool:
    try:
        return requests.get(f"{url}/v1/vulns/GHSA-9hjg-9r4m-mvj7", timeout=10).ok
    except requests.RequestException:
        return False


def _suites() -> list[str]:
    return [name for name in SUITES if (ROOT / name).is_dir()]


def _module(context: Context, *command: str) -> None:
    """Runs a module with the interpreter that runs this file, so that no tool of another environment is taken."""
    _script(context, "-m", *command)


def _script(context: Context, *command: str) -> None:
    words = [sys.executable, *command]
    line = subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
    with context.cd(ROOT):
        context.run(line, pty=COLOURS and os.name != "nt", echo=True)
