"""Prints what the library takes beside the loop that an expert would write, in the same run.

python -m benchmarks.bench --rounds 7 --predecessor ../predecessor/bin/python
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from statistics import median

from benchmarks.measure import Figures, compare, stub

FULL = ("hand", "fast", "plain", "socket", "predecessor")
BOTH = ("hand", "fast", "plain")


@dataclass(frozen=True)
class Task:
    """A line of the table: what is done, by whom, how often it goes into the rounds, and the aim."""

    title: str
    work: str
    arguments: tuple[str, ...] = ()
    clients: tuple[str, ...] = BOTH
    line: tuple[str, ...] = ()
    aim: str = ""
    heavy: bool = False


TASKS = (
    Task("list 100k companies", "list", ("companies",), FULL, aim="fast 0.55, plain 0.70"),
    Task("the same, rows with few lists and objects", "list", ("issues",), BOTH),
    Task("list 200k endusers", "list", ("endusers",), FULL, aim="fast 0.45, peak 1.05"),
    Task("walk 500k assets", "walk", ("assets",), BOTH, aim="0.75, peak 80 MB", heavy=True),
    Task("export 100k companies to CSV", "export", ("companies",), ("fast",), aim="peak 120 MB"),
    Task("export 1M conversations to CSV", "export", ("conversations",), ("fast",), aim="the same peak", heavy=True),
    Task("bulk upsert 100k rows, with the report", "upsert", ("100000",), (*BOTH, "predecessor"), aim="fast 1.25"),
    Task("1,000 reads by id", "get", aim="0.60"),
    Task("find missing: 2,000 among 50,000", "missing", (), (*BOTH, "predecessor"), aim="1.20"),
    Task(
        "slow line, 50 ms a call: list 200k endusers",
        "list",
        ("endusers",),
        BOTH,
        ("--delay", "0.05"),
        "0.35",
        heavy=True,
    ),
    Task(
        "slow line, 500 ms a call: list 100k companies",
        "list",
        ("companies",),
        BOTH,
        ("--delay", "0.5"),
        "0.35",
        heavy=True,
    ),
    *(
        Task(
            f"{calls} calls under {limit} in {seconds} s, {threads} threads (ideal 20 s)",
            "paced",
            (calls, limit, seconds, threads),
            ("plain",),
            aim="21 s",
            heavy=True,
        )
        for calls, limit, seconds in (("1000", "50", "1"), ("500", "200", "10"))
        for threads in ("1", "8")
    ),
)


def lines(task: Task, figures: dict[str, Figures]) -> list[str]:
    """Returns the lines of a task for the table."""
    reference = figures[task.clients[0]]
    return [
        f"| {task.title} | {client} | {median(each.seconds):.2f} | {each.ratio(reference):.2f} "
        f"| {median(each.peaks):.0f} | {task.aim if client == 'fast' else ''} |"
        for client, each in figures.items()
    ]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="one round, nothing that takes long")
    parser.add_argument("--predecessor", default="", help="a Python interpreter that has robocorp-planhat")
    parser.add_argument("--only", default="", help="only work whose name begins so")
    options = parser.parse_args()
    print("| work | client | seconds | x by hand | peak MB | aim |\n| --- | --- | --- | --- | --- | --- |")
    for task in TASKS:
        if not task.title.startswith(options.only) or (options.quick and task.heavy):
            continue
        clients = [each for each in task.clients if each != "predecessor" or options.predecessor]
        rounds = 1 if options.quick else options.rounds
        with stub(*task.line) as url:
            found = compare(task.work, clients, url, *task.arguments, rounds=rounds, predecessor=options.predecessor)
        print("\n".join(lines(task, found)), flush=True)


if __name__ == "__main__":
    main()
