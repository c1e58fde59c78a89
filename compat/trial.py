"""One environment: made, tried, and removed again."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

from compat.checks import ACCEPTANCE, ALONE, BESIDE, place
from compat.clashes import NEIGHBOURS, STANDARD
from compat.machine import ROOT, CommandError, copy_sources, find_python, make_venv, pip

if TYPE_CHECKING:
    from pathlib import Path

    from compat.checks import Check, Place
    from compat.environments import Environment


KEPT: Final = ROOT / "output" / "compat"
"""Where results are kept, one file for each environment."""


@dataclass(eq=False)
class Trial:
    """The outcome of an environment.

    Attributes:
        environment: Which one.
        versions: What was installed, by name.
        passed: The checks that passed.
        problem: The check that did not, with its output.
        missing: Why it was not tried: there is no such Python, or its neighbours cannot be installed there.
        clashes: What `compat.clashes` found, where it was looked for.
        seconds: How long it took.
        date: When.
    """

    environment: Environment
    versions: dict[str, str] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    problem: str = ""
    missing: str = ""
    clashes: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    date: str = ""

    @property
    def checks(self) -> dict[str, Check]:
        """What is tried in it."""
        if self.environment.rpaframework:
            return BESIDE
        return ALONE | ACCEPTANCE if self.environment.is_extreme else ALONE

    @property
    def outcome(self) -> str:
        """In one word."""
        return "missing" if self.missing else "FAILED" if self.problem else "passed"


def keep(trial: Trial) -> None:
    """Writes down what came of a trial, so that a long run can be taken in parts."""
    KEPT.mkdir(parents=True, exist_ok=True)
    _file(trial.environment).write_text(json.dumps({**asdict(trial), "environment": trial.environment.name}), "utf-8")


def kept(environment: Environment) -> Trial | None:
    """Returns what came of an environment when it was tried the last time, if it was."""
    file = _file(environment)
    if not file.exists():
        return None
    return Trial(**{**json.loads(file.read_text("utf-8")), "environment": environment})


def _file(environment: Environment) -> Path:
    return KEPT / f"{environment.name}.json"


def try_out(trial: Trial, wheel: Path, home: Path) -> None:
    """Makes the environment, runs all checks in it, and removes it."""
    start = time.monotonic()
    trial.date = datetime.now(timezone.utc).date().isoformat()
    python = find_python(trial.environment.python)
    if python is None:
        trial.missing = f"no Python {trial.environment.python} on that machine"
        return
    home.mkdir()
    try:
        _prepare(trial, python, wheel, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
        trial.seconds = time.monotonic() - start


def _prepare(trial: Trial, python: Path, wheel: Path, home: Path) -> None:
    programs = make_venv(python, home / "venv")
    try:
        if not _install(trial, programs, wheel, home):
            return
    except CommandError as problem:
        trial.problem = f"installing: {problem}"
        return
    trial.versions = _versions(pip(programs, "list", "--format=json"))
    with place(programs, home / "work") as here:
        _check(trial, here)
        if trial.environment.rpaframework:
            said = here.python(ROOT / "compat" / "clashes.py", *STANDARD, *NEIGHBOURS)
            trial.clashes = json.loads(said[said.index("{") :])


def _install(trial: Trial, programs: Path, wheel: Path, home: Path) -> bool:
    """Installs all in the order of the environment; tells whether its neighbours could be, which old ones cannot."""
    environment = trial.environment
    ours, others = _ours(environment, wheel, home), environment.requirements
    if not environment.rpaframework:
        _pip_install(programs, *ours, *others)
    else:
        if environment.ours_first:
            _pip_install(programs, *ours)
        try:
            _pip_install(programs, *others)
        except CommandError as problem:
            trial.missing = f"rpaframework cannot be installed there: {str(problem).strip().splitlines()[-1]}"
            return False
        if not environment.ours_first:
            _pip_install(programs, *ours)
    pip(programs, "check")
    return True


def _pip_install(programs: Path, *requirements: str) -> None:
    pip(programs, "install", "--quiet", "--no-compile", *requirements)


def _ours(environment: Environment, wheel: Path, home: Path) -> list[str]:
    if not environment.editable:
        return [f"{wheel}[excel,yaml]"]
    return ["--editable", f"{copy_sources(home / 'checkout')}[excel,yaml]"]


def _versions(listed: str) -> dict[str, str]:
    return {each["name"].lower().replace("_", "-"): each["version"] for each in json.loads(listed)}


def _check(trial: Trial, here: Place) -> None:
    for name, check in trial.checks.items():
        try:
            check(here)
        except CommandError as problem:
            trial.problem = f"{name}: {problem}"
            return
        trial.passed.append(name)
