"""Prints what the library takes beside the loop that an expert would write, in the same run.

python -m benchmarks.bench --rounds 7 --predecessor ../predecessor/bin/python --markdown docs/guides/performance.md
python -m benchmarks.bench --only upsert --only "reading: walk"
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks import growth, robot_runs
from benchmarks.measure import Figures, OtherLoad, compare, stub
from benchmarks.pages import merged, write_between
from benchmarks.shapes import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

BOTH = ("hand", "fast", "plain")
FULL = (*BOTH, "predecessor")
OURS = ("fast", "plain")
PLAN = ("listing", *BOTH)
BY_WALL_TIME = ("waiting", "limits")
"""Tables about waiting, whose ratios are of wall time; those of all others are of the processor's time."""


@dataclass(frozen=True)
class Task:
    """A line of a table: what is done, by whom, how often it goes into the rounds, and the goal.

    Attributes:
        section: The table.
        title: What is done, in the words of a reader.
        work: The name of the work.
        arguments: Arguments of the work.
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


def _shaped(section: str, title: str, work: str, arguments: tuple[str, ...] = (), **options: Any) -> Iterator[Task]:
    """Yields a line for each shape of rows; `{shape}` in the arguments of the work is replaced by its name."""
    line, clients = options.pop("line", ()), options.pop("clients", BOTH)
    for shape in VARIANTS:
        yield Task(
            section,
            f"{title}, {shape} rows",
            work,
            tuple(each.format(shape=shape) for each in arguments),
            tuple(each for each in clients if each in BOTH or shape == "recorded" or each == "listing"),
            (*line, "--shape", shape),
            **options,
        )


LIST, WALK = "0.55, plain 0.75", "0.80, plain 1.20, peak 70 MB"

TASKS = (
    *_shaped("reading", "list 100k companies", "list", ("companies",), clients=(*FULL, "socket"), goal=LIST),
    Task("reading", "list 200k endusers", "list", ("endusers",), (*FULL, "socket"), goal="0.45, peak 1.05"),
    Task("reading", "list 100k rows with two lists and objects each", "list", ("issues",)),
    *_shaped(
        "reading", "walk 500k endusers page by page", "walk", ("endusers",), clients=FULL,
        line=("--rows", "endusers=500000"), goal=WALK, heavy=True, once=("predecessor",),
    ),
    *_shaped("reading", "1,000 reads by id", "get", goal="0.70"),
    *_shaped(
        "writing", "bulk upsert 100k rows, with the report", "upsert", ("100000", "{shape}"), clients=FULL,
        goal="1.50, plain 2.50",
    ),
    *_shaped("writing", "import 100k rows of a CSV file", "import", ("100000", "{shape}"), goal="8.00"),
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
    Task("tables", "find duplicates among 100k, only names and ids of them", "duplicates", ("name,external_id",)),
    *_shaped(
        "tables", "sync plan of 100k rows against 100k in memory", "plan", ("100000", "memory", "{shape}"),
        clients=PLAN, goal="1.80 of listing",
    ),
    *_shaped(
        "tables", "sync plan of 100k rows against 100k in the file", "plan", ("100000", "file", "{shape}"),
        clients=PLAN, goal="3.00 of listing",
    ),
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

HEAD = [
    "| work | rounds; other load | reference | fast | plain | predecessor | peak MB: reference / fast / plain | goal |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
]
ROBOT_HEAD = ["| in Robot Framework | rounds; other load | measured | goal |", "| --- | --- | --- | --- |"]


def line_of(task: Task, figures: dict[str, Figures], rounds: int, others: OtherLoad) -> str:
    """Returns the line of a task for its table."""
    name = task.clients[0]
    reference = figures[name]

    def ratio(client: Figures) -> str:
        wall = client.ratio(reference)
        return f"{wall:.2f} x" if task.section in BY_WALL_TIME else f"{client.cpu_ratio(reference):.2f} x ({wall:.2f})"

    cells = [ratio(figures[client]) if client in figures else "" for client in FULL[1:]]
    peaks = " / ".join(f"{median(figures[each].peaks):.0f}" for each in (name, *OURS) if each in figures)
    more = [f"{client} {ratio(each)}" for client, each in figures.items() if client not in (*FULL, name)]
    more += [f"refused: {figures['plain'].count}"] if name == "ideal" else []
    title = f"{task.title} ({', '.join(more)})" if more else task.title
    took = median(reference.seconds if task.section in BY_WALL_TIME else reference.cpu)
    shown = f"{'by hand' if name == 'hand' else name} {took:.2f} s"
    return f"| {title} | {_rounds(rounds, others)} | {shown} | {' | '.join(cells)} | {peaks} | {task.goal} |"


def _rounds(rounds: int, others: OtherLoad) -> str:
    return f"{rounds}; {others}" if str(others) else str(rounds)


def measured(task: Task, rounds: int, predecessor: str) -> str:
    """Does the work of a task by all its clients, and returns its line."""
    clients = [each for each in task.clients if each != "predecessor" or predecessor]
    often = [each for each in clients if each not in task.once]
    rare = [each for each in clients if each in task.once]
    with OtherLoad() as others, stub(*task.line) as url:
        if task.section != "limits":  # the stub makes its rows when it is asked first
            compare(task.work, often[:1], url, *task.arguments, rounds=1)
        found = compare(task.work, often, url, *task.arguments, rounds=rounds, predecessor=predecessor)
        found |= compare(task.work, rare, url, *task.arguments, rounds=1, predecessor=predecessor)
    return line_of(task, found, rounds, others)


def _robot_import(url: str, rounds: int) -> Iterator[tuple[str, str, str]]:
    took = robot_runs.imports(url, rounds)
    above = f"{1000 * took['import']:.0f} ms ({1000 * took['import, cpu']:.0f} ms of the processor)"
    yield f" ({took['keywords']:.0f} keywords)", above, "70 ms"


def _robot_libdoc(_url: str, rounds: int) -> Iterator[tuple[str, str, str]]:
    took = robot_runs.libdoc(rounds)
    yield "", f"{took['planhat']:.2f} s; {took['empty']:.2f} s", ""


def _robot_reads(url: str, rounds: int) -> Iterator[tuple[str, str, str]]:
    took = robot_runs.reads(url, rounds)
    yield "", f"{took['ratio']:.2f} x ({took['cpu ratio']:.2f} x of the processor)", "1.15 x"
    call, keyword, read = (1e6 * took[f"{name}, cpu"] / robot_runs.CALLS for name in ("keyword", "empty", "python"))
    parts = f"{keyword:.0f} (Robot Framework) + {read:.0f} (HTTP) + {call - keyword - read:.0f} (all else)"
    yield "; one of them", f"{call:.0f} = {parts} microseconds of the processor", ""
    alone = f"{took['alone ratio']:.2f} x, {1e6 * took['alone, cpu'] / robot_runs.CALLS:.0f} microseconds"
    yield "; beside a keyword that does the same call and nothing else", alone, ""
    hand = f"{took['hand ratio']:.2f} x, {1e6 * took['hand, cpu'] / robot_runs.CALLS:.0f} microseconds"
    yield "; beside a keyword of `requests`, its JSON and the same line in the log", hand, ""


def _robot_lists(url: str, rounds: int) -> Iterator[tuple[str, str, str]]:
    took = robot_runs.lists(url, rounds)
    for name in (each for each in took if each.startswith("objects") and "cpu" not in each):
        unit, goal = ("MB", "1 MB") if "MB" in name else ("s", "no more than strings")
        beside = took[name.replace("objects", "texts")]
        yield f"{name.removeprefix('objects')}; as many strings", f"{took[name]:.3f} {unit}; {beside:.3f} {unit}", goal


ROBOT: dict[str, Callable[[str, int], Iterator[tuple[str, str, str]]]] = {
    "import, above an empty library of as many keywords": _robot_import,
    "libdoc, as editors read it; that of an empty library": _robot_libdoc,
    "2,000 keyword calls that read by id, beside empty ones plus the reads": _robot_reads,
    "50,000 objects": _robot_lists,
}
"""What is measured in Robot Framework by title; each yields an addition to its title, figures, and a goal."""


def robot_lines(titles: Iterable[str], rounds: int) -> Iterator[str]:
    """Yields the lines of what is measured in Robot Framework."""
    with stub() as url:
        for title in titles:
            with OtherLoad() as others:
                found = list(ROBOT[title](url, rounds))
            for more, figures, goal in found:
                yield f"| {title}{more} | {_rounds(rounds, others)} | {figures} | {goal} |"


class Output:
    """Prints lines as soon as they are known, and writes them into a guide beside those that are not measured now.

    Args:
        page: The guide.
    """

    def __init__(self, page: Path | None) -> None:
        self._page = page
        self._found: dict[str, list[str]] = defaultdict(list)

    def add(self, section: str, head: list[str], lines: Iterable[str], titles: Iterable[str]) -> None:
        """Takes lines of a table.

        Args:
            section: The table.
            head: Its first two lines.
            lines: Its lines.
            titles: How the titles of all lines begin that it may have.
        """
        print(f"\n{section}\n", *head, sep="\n")
        for line in lines:
            print(line, flush=True)
            self._found[section].append(line)
            if self._page:
                write_between(self._page, section, merged(self._page, section, head, self._found[section], titles))


def run(options: argparse.Namespace) -> None:
    """Measures what is chosen."""
    rounds, output = 1 if options.quick else options.rounds, Output(options.markdown)

    def chosen(section: str, titles: Iterable[str]) -> list[str]:
        only = options.only or [""]
        return [each for each in titles if any(word in f"{section}: {each}" for word in only)]

    for section in dict.fromkeys(each.section for each in TASKS):
        tasks = {each.title: each for each in TASKS if each.section == section}
        wanted = [title for title in chosen(section, tasks) if not (options.quick and tasks[title].heavy)]
        if wanted:
            lines = (measured(tasks[title], rounds, options.predecessor) for title in wanted)
            output.add(section, HEAD, lines, tasks)
    if wanted := [each for each in chosen("robot", ROBOT) if not (options.quick and "50,000" in each)]:
        output.add("robot", ROBOT_HEAD, robot_lines(wanted, rounds), ROBOT)
    if wanted := chosen("growth", growth.WORKS):
        sizes = growth.SIZES[:2] if options.quick else growth.SIZES
        output.add("growth", growth.head(sizes), growth.lines(wanted, sizes), growth.WORKS)
        if options.markdown:
            growth.plot(options.markdown, options.plot)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="one round, nothing that takes long")
    parser.add_argument("--predecessor", default="", help="a Python interpreter that has robocorp-planhat")
    parser.add_argument(
        "--only", action="append", help="a part of `table: title`, such as upsert; given again, these too"
    )
    parser.add_argument("--markdown", type=Path, help="a guide, whose lines of the same titles are written anew")
    parser.add_argument("--plot", type=Path, help="an SVG file for the curves of growth that are in the guide")
    options = parser.parse_args()
    if options.quick and options.markdown:
        parser.error("--quick is a first look, which no guide should show")
    run(options)


if __name__ == "__main__":
    main()
