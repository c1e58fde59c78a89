"""Prints what the library takes beside the loop that an expert would write, in the same run.

python -m benchmarks.bench --rounds 7 --predecessor ../predecessor/bin/python --markdown docs/guides/performance.md
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import growth, robot_runs
from benchmarks.measure import Figures, compare, stub
from benchmarks.pages import write_between

if TYPE_CHECKING:
    from collections.abc import Iterator

BOTH = ("hand", "fast", "plain")
FULL = (*BOTH, "predecessor")
OURS = ("fast", "plain")
PLAN = ("listing", *BOTH)


@dataclass(frozen=True)
class Task:
    """A line of a table: what is done, by whom, how often it goes into the rounds, and the goal.

    Attributes:
        section: The table.
        title: What is done, in the words of a reader.
        work: The name of the work.
        arguments: What the work is told.
        clients: Who does it; all are compared with the first.
        line: Options of the stub.
        goal: What is aimed at.
        heavy: Whether a first look goes without it.
        once: Clients that take so long that one run has to do.
    """

    section: str
    title: str
    work: str
    arguments: tuple[str, ...] = ()
    clients: tuple[str, ...] = BOTH
    line: tuple[str, ...] = ()
    goal: str = ""
    heavy: bool = False
    once: tuple[str, ...] = ()


TASKS = (
    Task("reading", "list 100k companies", "list", ("companies",), (*FULL, "socket"), goal="0.55, plain 0.75"),
    Task("reading", "list 200k endusers", "list", ("endusers",), (*FULL, "socket"), goal="0.45, peak 1.05"),
    Task("reading", "list 100k rows with two lists and objects each", "list", ("issues",)),
    Task(
        "reading", "walk 500k endusers page by page", "walk", ("endusers",), FULL, ("--rows", "endusers=500000"),
        "0.80, plain 1.20, peak 70 MB", heavy=True, once=("predecessor",),
    ),
    *(
        Task(
            "reading", f"list 100k companies, {shape} rows", "list", ("companies",), BOTH, ("--shape", shape),
            "0.55, plain 0.75",
        )
        for shape in ("full", "flat")
    ),
    *(
        Task(
            "reading", f"walk 500k endusers, {shape} rows", "walk", ("endusers",), BOTH,
            ("--rows", "endusers=500000", "--shape", shape), "0.80, plain 1.20, peak 70 MB", heavy=True,
        )
        for shape in ("full", "flat")
    ),
    Task("reading", "1,000 reads by id", "get", goal="0.60"),
    Task("writing", "bulk upsert 100k rows, with the report", "upsert", ("100000",), FULL, goal="1.25"),
    Task("writing", "import 100k rows of a CSV file", "import", ("100000",)),
    Task("tables", "export 100k companies to CSV", "export", ("companies",), goal="peak 120 MB"),
    Task(
        "tables", "export 1M companies to CSV", "export", ("companies",), BOTH, ("--rows", "companies=1000000"),
        "the same peak", heavy=True,
    ),
    Task(
        "tables", "find missing: 2,000 among 50,000", "missing", (), FULL, ("--rows", "endusers=50000"), "1.20",
        once=("predecessor",),
    ),
    Task("tables", "find duplicates among 100k", "duplicates"),
    Task("tables", "sync plan of 100k rows against 100k", "plan", ("100000",), PLAN, goal="1.50 of listing"),
    Task("tables", "take a snapshot of 100k, beside listing", "snapshot", (), ("listing", *OURS)),
    Task("tables", "changes of 100k since a snapshot, beside listing", "changes", (), ("listing", *OURS)),
    Task("waiting", "list 200k endusers, 50 ms a call", "list", ("endusers",), BOTH, ("--delay", "0.05"), "0.35", True),
    Task(
        "waiting", "list 100k companies, 500 ms a call", "list", ("companies",), BOTH, ("--delay", "0.5"), "0.35", True
    ),
    *(
        Task(
            "limits", f"{calls} calls under {limit} in {seconds} s, threads: {threads}", "paced",
            (calls, limit, seconds, threads), ("ideal", "plain"), ("--limit", limit, "--seconds", seconds), "1.05",
            heavy=True,
        )
        for calls, limit, seconds in (("1000", "50", "1"), ("500", "200", "10"))
        for threads in ("1", "8")
    ),
)  # fmt: skip

HEAD = "| work | runs | reference | fast | plain | predecessor | peak MB: reference / fast / plain | goal |"
ROBOT_HEAD = "| in Robot Framework | runs | measured | goal |"


def line_of(task: Task, figures: dict[str, Figures], rounds: int) -> str:
    """Returns the line of a task for its table."""
    name = task.clients[0]
    reference = figures[name]
    fastest = median(reference.seconds)
    cells = [f"{each.ratio(reference):.2f} x" if (each := figures.get(client)) else "" for client in FULL[1:]]
    peaks = " / ".join(f"{median(figures[each].peaks):.0f}" for each in (name, *OURS) if each in figures)
    more = [
        f"{client} {each.ratio(reference):.2f} x" for client, each in figures.items() if client not in (*FULL, name)
    ]
    more += [f"refused: {figures['plain'].count}"] if name == "ideal" else []
    title = f"{task.title} ({', '.join(more)})" if more else task.title
    shown = "by hand" if name == "hand" else name
    return f"| {title} | {rounds} | {shown} {fastest:.2f} s | {' | '.join(cells)} | {peaks} | {task.goal} |"


def measured(task: Task, rounds: int, predecessor: str) -> str:
    """Does the work of a task by all its clients, and returns its line."""
    clients = [each for each in task.clients if each != "predecessor" or predecessor]
    often = [each for each in clients if each not in task.once]
    with stub(*task.line) as url:
        if task.section != "limits":
            compare(
                task.work, often[:1], url, *task.arguments, rounds=1
            )  # the stub makes its rows when it is asked first
        found = compare(task.work, often, url, *task.arguments, rounds=rounds, predecessor=predecessor)
        rare = [each for each in clients if each in task.once]
        found |= compare(task.work, rare, url, *task.arguments, rounds=1, predecessor=predecessor)
    return line_of(task, found, rounds)


def robot_lines(rounds: int, *, quick: bool) -> Iterator[str]:
    """Yields the lines of what is measured in Robot Framework."""
    with stub() as url:
        took = robot_runs.imports(url, rounds)
        above = f"{1000 * took['import']:.0f} ms ({1000 * took['import, cpu']:.0f} ms of the processor)"
        title = f"import, above an empty library of {took['keywords']:.0f} keywords"
        yield f"| {title} | {rounds} | {above} | 15 ms |"
        took = robot_runs.libdoc(rounds)
        both = f"{took['planhat']:.2f} s; {took['empty']:.2f} s"
        yield f"| libdoc, as editors read it; that of an empty library | {rounds} | {both} | |"
        took = robot_runs.reads(url, rounds)
        ratio = f"{took['ratio']:.2f} x ({took['cpu ratio']:.2f} x of the processor)"
        yield f"| 2,000 keyword calls that read by id, beside empty ones plus the reads | {rounds} | {ratio} | 1.15 x |"
        took = robot_runs.lists(url, rounds, loops=not quick)
        for name in (each for each in took if each.startswith("objects") and "cpu" not in each):
            beside = took[name.replace("objects", "texts")]
            unit = "MB" if "MB" in name else "s"
            goal = "1 MB" if unit == "MB" else "no more than strings"
            figures = f"{took[name]:.3f} {unit}; {beside:.3f} {unit}"
            yield f"| 50,000 {name}; as many strings | {rounds} | {figures} | {goal} |"


def tables(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Yields the lines of all tables with their sections, each as soon as it is known."""
    rounds = 1 if options.quick else options.rounds
    chosen = [each for each in TASKS if each.title.startswith(options.only) or each.section == options.only]
    tasks = [each for each in chosen if not (options.quick and each.heavy)]
    for section in dict.fromkeys(each.section for each in tasks):
        yield section, HEAD
        yield section, "| --- | --- | --- | --- | --- | --- | --- | --- |"
        for task in (each for each in tasks if each.section == section):
            yield section, measured(task, rounds, options.predecessor)
    if "robot".startswith(options.only):
        yield "robot", ROBOT_HEAD
        yield "robot", "| --- | --- | --- | --- |"
        yield from (("robot", line) for line in robot_lines(rounds, quick=options.quick))
    if "growth".startswith(options.only):
        yield from (("growth", line) for line in growth.lines(quick=options.quick, plot=options.plot))


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="one round, nothing that takes long")
    parser.add_argument("--predecessor", default="", help="a Python interpreter that has robocorp-planhat")
    parser.add_argument("--only", default="", help="only one table, by its name, or work whose title begins so")
    parser.add_argument("--markdown", type=Path, help="a guide, whose tables are written anew between their marks")
    parser.add_argument("--plot", type=Path, help="an SVG file for the curves of growth")
    options = parser.parse_args()
    found: dict[str, list[str]] = {}
    for section, line in tables(options):
        if section not in found:
            print(f"\n{section}\n")
        print(line, flush=True)
        found.setdefault(section, []).append(line)
        if options.markdown:
            write_between(options.markdown, section, found[section])


if __name__ == "__main__":
    main()
