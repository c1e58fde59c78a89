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
    # `get_stats_profile` has one function of each name, and forgets others, such as most generators.
    found: dict[tuple[str, int, str], tuple[int, int, float, float, object]] = vars(stats)["stats"]
    total = sum(own for _, _, own, _, _ in found.values())
    lines = ["| function | calls | own time | with all it calls |", "| --- | --- | --- | --- |"]
    for (file, line, name), (_, calls, *times, _) in sorted(found.items(), key=lambda each: -each[1][2])[:SHOWN]:
        place = f"{Path(file).name}: {name}" if line else name
        own, whole = (f"{100 * seconds / total:.0f} %" for seconds in times)
        lines.append(f"| {place} | {calls} | {own} | {whole} |")
    return lines


if __name__ == "__main__":
    main()
