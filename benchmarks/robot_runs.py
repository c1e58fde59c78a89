"""What keywords cost in real runs of Robot Framework, each in a process of its own.

Every function makes a suite, runs it and returns seconds by name.
"""

from __future__ import annotations

import json
import os
import pstats
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING

from benchmarks.measure import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

CALLS = 2000

IMPORT = """
*** Test Cases ***
First Call
    Lap    import
"""

READ = """
*** Test Cases ***
Read
    Nothing    1
    FOR    ${{n}}    IN RANGE    {calls}
        Nothing    1
    END
    Lap    empty
    Get Company    1
    Lap
    FOR    ${{n}}    IN RANGE    {calls}
        Get Company    1
    END
    Lap    keyword
    Prepare Reads    1
    Lap
    FOR    ${{n}}    IN RANGE    {calls}
        Read Only    1
    END
    Lap    alone
    FOR    ${{n}}    IN RANGE    {calls}
        Read By Hand    1
    END
    Lap    hand
    Read By Python    {calls}    1
"""

PROFILE = """
*** Test Cases ***
Profile
    Get Company    1
    Start Profile
    FOR    ${{n}}    IN RANGE    {calls}
        Get Company    1
    END
    Stop Profile    {file}
    Lap    profile
"""

ASSIGN = """
*** Test Cases ***
Assign
    Prepare Lists
    Lap
    ${{scalar}}=    Get List    {kind}
    Lap    {kind} assigned to a scalar
    @{{list}}=    Get List    {kind}
    Lap    {kind} assigned to a list
"""

LOOP = """
*** Test Cases ***
Loop
    Prepare Lists
    ${{items}}=    Get List    {kind}
    Lap
    FOR    ${{each}}    IN    @{{items}}
        Set Variable    {used}
    END
    Lap    {kind} looped over
"""

KINDS = {"texts": "${each}", "objects": "${each.name}"}
"""What is used of each item of the lists."""


def run(url: str, libraries: Iterable[str], cases: str, level: str = "INFO") -> tuple[dict[str, float], int]:
    """Runs a suite and returns its laps, and the bytes of its output.xml."""
    with TemporaryDirectory() as folder:
        laps, suite = Path(folder) / "laps.json", Path(folder) / "suite.robot"
        clock = f"benchmarks.robot_library.Clock    {url}    {laps}"
        imported = "\n".join(f"Library    {each}" for each in [clock, *libraries])
        suite.write_text(f"*** Settings ***\n{imported}\n{cases}", "utf-8")
        options = ["--outputdir", folder, "--loglevel", level, "--log", "NONE", "--report", "NONE", "-P", str(ROOT)]
        command = [sys.executable, "-m", "robot.run", *options, str(suite)]
        done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{suite.read_text()}\n{done.stdout}{done.stderr}")
        return json.loads(laps.read_text()), (Path(folder) / "output.xml").stat().st_size


def _environment() -> dict[str, str]:
    """Modules are read compiled, as they are from the second run on wherever Python may write that down."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(Path(gettempdir()) / "planhat-benchmarks")}


def medians(runs: list[dict[str, float]]) -> dict[str, float]:
    """Returns the median of each lap."""
    return {name: median(each[name] for each in runs) for name in runs[0]}


def _planhat(url: str) -> str:
    return f"RPA.Planhat    token    base_url={url}    calls_per_minute=0    calls_per_second=0"


def imports(url: str, rounds: int) -> dict[str, float]:
    """Returns how long it takes to the first call, with this library, an empty one as large, and the difference."""
    count = keyword_count()
    libraries = {"planhat": _planhat(url), "empty": f"benchmarks.robot_library.Empty    {count}"}
    runs = []
    run(url, libraries.values(), IMPORT)  # compiles
    for _ in range(rounds):
        took = {name: run(url, [each], IMPORT)[0] for name, each in libraries.items()}
        above = {name: took["planhat"][name] - seconds for name, seconds in took["empty"].items()}
        runs.append({"planhat": took["planhat"]["import"], "empty": took["empty"]["import"], **above})
    return {**medians(runs), "keywords": count}


def reads(url: str, rounds: int) -> dict[str, float]:
    """Returns what 2,000 keyword calls that read by id take, as many empty ones, and the same calls by Python."""
    libraries = [_planhat(url), "benchmarks.robot_library.Empty"]
    runs = [run(url, libraries, READ.format(calls=CALLS))[0] for _ in range(rounds)]
    for each in runs:
        each["ratio"] = each["keyword"] / (each["empty"] + each["python"])
        each["cpu ratio"] = each["keyword, cpu"] / (each["empty, cpu"] + each["python, cpu"])
        each["alone ratio"] = each["keyword, cpu"] / each["alone, cpu"]
        each["hand ratio"] = each["keyword, cpu"] / each["hand, cpu"]
    return medians(runs)


def profile(url: str) -> pstats.Stats:
    """Returns where the time of 2,000 keyword calls that read by id goes."""
    with TemporaryDirectory() as folder:
        file = str(Path(folder) / "keyword.prof")
        run(url, [_planhat(url)], PROFILE.format(calls=CALLS, file=file))
        return pstats.Stats(file)


def libdoc(rounds: int) -> dict[str, float]:
    """Returns how long Libdoc takes to write down what an editor reads: this library, and an empty one as large."""
    libraries = {"planhat": "RPA.Planhat", "empty": f"benchmarks.robot_library.Empty::{keyword_count()}"}
    with TemporaryDirectory() as folder:
        runs = [
            {name: _libdoc(library, Path(folder)) for name, library in libraries.items()} for _ in range(rounds + 1)
        ]
    return medians(runs[1:])  # the first one compiles


def _libdoc(library: str, folder: Path) -> float:
    started = time.perf_counter()
    command = [sys.executable, "-m", "robot.libdoc", library, str(folder / "keywords.libspec")]
    subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, check=True)
    return time.perf_counter() - started


def keyword_count() -> int:
    """Returns how many keywords the library has."""
    from RPA.Planhat import Planhat  # noqa: PLC0415 - what is measured is imported in processes of its own

    return len(Planhat().get_keyword_names())


def lists(url: str, rounds: int, *, loops: bool = True) -> dict[str, float]:
    """Returns what 50,000 objects cost when they are returned, assigned and looped over, beside as many strings."""
    runs = []
    for _ in range(rounds):
        took: dict[str, float] = {}
        for kind, used in KINDS.items():
            took |= run(url, (), ASSIGN.format(kind=kind))[0]
            traced, size = run(url, (), ASSIGN.format(kind=kind), "TRACE")
            took |= {f"{name} at TRACE": seconds for name, seconds in traced.items()}
            took[f"{kind} at TRACE, MB of output.xml"] = size / 1e6
            if loops:
                took |= run(url, (), LOOP.format(kind=kind, used=used))[0]
        runs.append(took)
    return medians(runs)
