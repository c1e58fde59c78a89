"""The page `docs/compatibility.md`: which environments passed, with what in them, and which keywords clash."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Final

from compat.checks import ALONE, BESIDE
from compat.environments import NEIGHBOURS, alone, beside
from compat.machine import ROOT
from docs.texts import table, tidy
from RPA.Planhat.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from compat.trial import Trial

PAGE: Final = ROOT / "docs" / "compatibility.md"

BEGIN: Final = """\
# Compatibility

This page is made by `invoke compat`, which installs the wheel (or an editable checkout) in fresh environments and tries
it there. It ran {date} with rpaframework-planhat {version} under {system}:
{verdict}

The library needs Python 3.10, Robot Framework 6.1.1, robotframework-pythonlibcore 4.2 and requests 2.31,
or anything newer. It sets no upper bounds, so it takes nothing away from what is installed beside it.
Python 3.14 is tried as WebAssembly (`python -m compat.wasm`): import, Libdoc and a robot.
"""

ALONE_TEXT: Final = """\
## Python and Robot Framework

In each environment are tried: {checks}. The example is `examples/first_steps.robot`; dry run and acceptance are all
suites of `atest/`, and acceptance is run where everything is as old or as new as it may be. "Oldest" are the oldest
versions of everything else that the library allows.
"""

BESIDE_TEXT: Final = """\
## Beside rpaframework

Robots of `compat/robots/` run here: our records in RPA.Tables, RPA.Excel.Files, RPA.JSON and work items and theirs in
Planhat, secrets from RPA.Robocorp.Vault and robocorp.vault, DataDriver, and pabot with four processes that share one
pace through `rate_limit_file`. Robocop, RobotCode's analysis and `robot --dryrun` look at the suites and examples.
"First" and "last": this library was installed before or after the others.
"""

CLASHES_TEXT: Final = """\
## Keywords that other libraries have, too

Of our keywords, these are known by the same name in a library that robots have beside ours:

{table}

Where both libraries are imported, name the library of a keyword, or set an order:

```text
RPA.Planhat.Delete Asset    ${{asset}}
Set Library Search Order    RPA.Planhat
```

Compared were {count} libraries: {read}.{missing}
"""


def write_page(trials: list[Trial]) -> Path:
    """Writes the page and returns its path."""
    by_itself = [trial for trial in trials if not trial.environment.rpaframework]
    neighbours = [trial for trial in trials if trial.environment.rpaframework]
    parts = [
        _begin(trials),
        ALONE_TEXT.format(checks=", ".join(ALONE)),
        _alone(by_itself),
        BESIDE_TEXT,
        *(_beside(neighbours, version) for version in NEIGHBOURS),
        _clashes(neighbours),
    ]
    PAGE.write_text(tidy("\n\n".join(part for part in parts if part)), "utf-8")
    return PAGE.relative_to(ROOT)


def _begin(trials: list[Trial]) -> str:
    passed = sum(trial.outcome == "passed" for trial in trials)
    failed = sum(trial.outcome == "FAILED" for trial in trials)
    missing = len(trials) - passed - failed
    left = len([*alone(), *beside()]) - len(trials)
    verdict = f"{passed} of {len(trials)} environments passed"
    verdict += f", {failed} failed" if failed else ""
    verdict += f"; {missing} cannot be installed, as explained below" if missing else ""
    verdict += f"; {left} others were not tried" if left > 0 else ""
    dates = sorted({trial.date for trial in trials})
    date = f"on {dates[0]}" if len(dates) == 1 else f"from {dates[0]} to {dates[-1]}"
    system = f"{platform.system()} ({platform.machine()})"
    return BEGIN.format(date=date, version=__version__, system=system, verdict=f"{verdict}.")


def _alone(trials: list[Trial]) -> str:
    names = ("robotframework-pythonlibcore", "requests", "markdown")
    heads = [
        "Python",
        "Robot Framework",
        "others",
        *(name.removeprefix("robotframework-") for name in names),
        "acceptance",
        "result",
    ]
    rows = [
        [
            trial.environment.python,
            trial.versions.get("robotframework", trial.environment.robot),
            trial.environment.others,
            *(trial.versions.get(name, "") for name in names),
            "passed" if "acceptance" in trial.passed else "",
            _result(trial),
        ]
        for trial in trials
    ]
    return table(heads, rows)


def _beside(trials: list[Trial], version: str) -> str:
    chosen = [trial for trial in trials if trial.environment.rpaframework == version]
    tried = [trial for trial in chosen if trial.versions]
    heads = ["Python", "installed", *BESIDE]
    rows = [[trial.environment.python, trial.environment.installed, *_marks(trial)] for trial in tried]
    lines = [f"### rpaframework {version}", table(heads, rows) if rows else ""]
    lines += [f"Python {each.environment.python}: {each.missing}." for each in chosen if each.missing]
    if tried:
        lines.append(f"Installed on Python {tried[0].environment.python}: {_neighbours(tried[0])}.")
    return "\n\n".join(lines)


def _marks(trial: Trial) -> list[str]:
    failed = trial.problem.partition(":")[0]
    return ["passed" if name in trial.passed else "FAILED" if name == failed else "" for name in BESIDE]


def _neighbours(trial: Trial) -> str:
    wanted = ("robotframework", "rpaframework", "robocorp", "robotcode")
    exact = ("requests",)
    names = [name for name in trial.versions if name.startswith(wanted) or name in exact]
    return ", ".join(f"{name} {trial.versions[name]}" for name in names if name != "rpaframework-planhat")


def _result(trial: Trial) -> str:
    return trial.missing or (f"FAILED: {trial.problem.partition(':')[0]}" if trial.problem else "passed")


def _clashes(trials: list[Trial]) -> str:
    looked = max(trials, key=lambda trial: len(trial.clashes.get("read", [])), default=None)
    if looked is None or not looked.clashes:
        return ""
    rows = [[f"`{name}`", ", ".join(owners)] for name, owners in looked.clashes["clashes"].items()]
    read, missing = looked.clashes["read"], looked.clashes["missing"]
    not_read = f" Could not be read there: {', '.join(missing)}." if missing else ""
    text = table(["keyword", "also in"], rows)
    return CLASHES_TEXT.format(table=text, count=len(read), read=", ".join(read), missing=not_read)
