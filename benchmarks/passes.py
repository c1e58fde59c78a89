"""Measures single passes over rows beside the loop by hand: what a bulk upsert cannot do without, whoever writes it.

    python -m benchmarks.passes
    python -m benchmarks.passes full flat

Each pass is one that sees every value, key or row, in functions of the interpreter, such as `zip` and `str.join`.
It decides and notes nothing. Time is that of the processor, the least of seven rounds in turn.
"""

from __future__ import annotations

import sys
import time
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from benchmarks import by_hand
from benchmarks.measure import stub
from benchmarks.registry import new_rows
from benchmarks.shapes import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

COUNT, BLOCK, ROUNDS = 50_000, 1000, 7
KEYS = ("externalId", "sourceId")

Rows = list[dict[str, Any]]


def blocks(rows: Rows) -> Iterator[Rows]:
    """Yields the rows as an upsert takes them."""
    return (rows[first : first + BLOCK] for first in range(0, len(rows), BLOCK))


def columns(rows: Rows) -> list[Sequence[Any]]:
    """Returns the values of each field."""
    return list(zip(*map(itemgetter(*rows[0]), rows), strict=True))


def fields(rows: Rows) -> None:
    """Makes columns of the fields."""
    for block in blocks(rows):
        columns(block)


def custom_fields(rows: Rows) -> None:
    """Makes columns of the custom fields."""
    if "custom" in rows[0]:
        fields([row["custom"] for row in rows])


def types(parts: list[Sequence[Any]]) -> None:
    """Looks at the type of each value, and of each item of a list."""
    for column in parts:
        if set(map(type, column)) == {list}:
            set(map(type, chain.from_iterable(column)))


def strings(parts: list[Sequence[Any]]) -> None:
    """Joins the strings of each column, which shows what cannot be sent."""
    for column in parts:
        if isinstance(column[0], str):
            "".join(column).isascii()


def keys(rows: Rows) -> None:
    """Makes a string of each key, and a dictionary that has each once."""
    known: dict[str, int] = {}
    for key in KEYS:
        if key in rows[0]:
            known.update(zip([f"{key}={row[key]}" for row in rows], range(len(rows)), strict=True))


def passes(url: str, shape: str) -> dict[str, Callable[[], object]]:
    """Returns what is measured by its name; the loop by hand is the first."""
    rows = new_rows(COUNT, shape)
    parts = [part for block in blocks(rows) for part in columns(block)]
    if "custom" in rows[0]:
        parts += [part for block in blocks([row["custom"] for row in rows]) for part in columns(block)]
    return {
        "the loop by hand": by_hand.upsert(url, str(COUNT), shape),
        "fields as columns": lambda: fields(rows),
        "custom fields as columns": lambda: custom_fields(rows),
        "types of values and items": lambda: types(parts),
        "strings of each column as one": lambda: strings(parts),
        "strings of keys, each once": lambda: keys(rows),
    }


def measured(shape: str) -> Iterator[str]:
    """Yields a line of Markdown for each pass over rows of a shape."""
    with stub("--shape", shape) as url:
        works = passes(url, shape)
        took: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(ROUNDS):
            for name, run in works.items():
                started = time.process_time()
                run()
                took[name].append(time.process_time() - started)
    least = {name: min(each) for name, each in took.items()}
    by_loop = least["the loop by hand"]
    for name, seconds in least.items():
        yield f"| {name} | {1e6 * seconds / COUNT:.2f} | {seconds / by_loop:.2f} |"
    yield f"| together | {1e6 * sum(least.values()) / COUNT:.2f} | {sum(least.values()) / by_loop:.2f} |"


def main() -> None:
    """Measures and prints."""
    for shape in sys.argv[1:] or VARIANTS:
        print(f"\n| pass over {COUNT:,} {shape} rows | microseconds a row | x the loop by hand |\n| --- | --- | --- |")
        for line in measured(shape):
            print(line, flush=True)


if __name__ == "__main__":
    main()
