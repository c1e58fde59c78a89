"""Says where the time of a piece of work goes, by function: the share of its own time, and with all that it calls.

    python -m benchmarks.profiled plan fast 100000
    python -m benchmarks.profiled upsert fast 100000 full
    python -m benchmarks.profiled --shape flat list fast companies
    python -m benchmarks.profiled keyword

`--shape` is that of the rows which the stub serves, see `shapes.VARIANTS`; `plain` is without orjson. Time is that of
the processor, which other load spoils least; that of a keyword is elapsed time. The profiler itself takes time for each
call, so that small functions weigh more here than they do without it.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import time
from importlib import import_module
from pathlib import Path

from benchmarks import robot_runs
from benchmarks.measure import stub
from benchmarks.registry import WORK
from benchmarks.work import MODULES

SHOWN = 25
"""Functions that are shown."""


def main() -> None:
    """Does one piece of work against a stub of its own and prints the functions that took most of the time."""
    if sys.argv[1:] == ["keyword"]:
        with stub() as url:
            print("\n".join(shares(robot_runs.profile(url))))
        return
    given = sys.argv[1:]
    served = [given.pop(0), given.pop(0)] if given[0] == "--shape" else []
    name, client, *arguments = given
    if client == "plain":
        sys.modules["orjson"] = None  # type: ignore[assignment]
    import_module(f"benchmarks.{MODULES.get(client, 'ours')}")
    with stub(*served) as url:
        WORK[name, client](url, *arguments)()  # the stub makes its rows when it is asked first
        run = WORK[name, client](url, *arguments)
        profile = cProfile.Profile(time.process_time)
        profile.runcall(run)
    print("\n".join(shares(pstats.Stats(profile))))


def shares(stats: pstats.Stats) -> list[str]:
    """Returns a line of Markdown for each of the functions that took most, with a head."""
    found = stats.get_stats_profile()
    most = sorted(found.func_profiles.items(), key=lambda each: each[1].tottime, reverse=True)[:SHOWN]
    lines = ["| function | calls | own time | with all it calls |", "| --- | --- | --- | --- |"]
    for name, each in most:
        place = f"{Path(each.file_name).name}: {name}" if each.line_number else name
        own, whole = (100 * seconds / found.total_tt for seconds in (each.tottime, each.cumtime))
        lines.append(f"| {place} | {each.ncalls} | {own:.0f} % | {whole:.0f} % |")
    return lines


if __name__ == "__main__":
    main()
