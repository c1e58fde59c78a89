"""Time and memory of work on 1,000 to 1,000,000 rows, as a table and as curves.

python -m benchmarks.bench --only growth
"""

from __future__ import annotations

import sys
from math import log10
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.measure import run_once, stub

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SIZES = (1_000, 10_000, 100_000, 1_000_000)

WORKS = {
    "list": ("list", ("companies",)),
    "walk": ("walk", ("companies",)),
    "export": ("export", ("companies",)),
    "upsert": ("upsert", ("{rows}",)),
    "import": ("import", ("{rows}",)),
    "sync": ("sync", ("{rows}",)),
}
"""The work behind each curve, and its arguments. A sync sends the hundredth part of its rows."""

ONCE = ("upsert", "import", "sync")
"""Work that takes minutes for the largest table, which is done once only."""

COLOURS = ("#1b6ca8", "#2a9d5c", "#c0562b", "#7b4fa3", "#8a7a1d", "#4f4f4f")
WIDTH, HEIGHT, EDGE = 380, 300, 48


class Point(NamedTuple):
    """What one run took: seconds of the processor, which other load spoils least, and megabytes."""

    rows: int
    seconds: float
    peak: float


def measure(name: str, sizes: tuple[int, ...]) -> Iterator[Point]:
    """Yields the points of a work."""
    work, arguments = WORKS[name]
    for rows in sizes:
        told = [each.format(rows=rows) for each in arguments]
        with stub("--rows", f"companies={rows}", f"leancompanies={rows}") as url:
            if rows < SIZES[-1] or work not in ONCE:
                run_once(sys.executable, work, "fast", url, *told)  # the stub makes its rows when it is asked first
            took = run_once(sys.executable, work, "fast", url, *told)
        yield Point(rows, took["cpu"], took["peak"])


def head(sizes: tuple[int, ...]) -> list[str]:
    """Returns the first two lines of the table."""
    heads = " | ".join(f"{rows:,} rows" for rows in sizes)
    return [
        f"| seconds of the processor / peak MB | {heads} | the last step |",
        f"| --- | {' | '.join('---' for _ in sizes)} | --- |",
    ]


def lines(names: Iterable[str], sizes: tuple[int, ...]) -> Iterator[str]:
    """Yields the lines of the table."""
    for name in names:
        points = list(measure(name, sizes))
        cells = " | ".join(f"{each.seconds:.2f} / {each.peak:.0f}" for each in points)
        yield f"| {name} | {cells} | {points[-1].seconds / points[-2].seconds:.1f} x time for 10 x rows |"


def plot(page: Path, image: Path) -> None:
    """Draws the curves of the table that is in a guide."""
    curves = {}
    for line in page.read_text("utf-8").splitlines():
        name, *cells = [each.strip() for each in line.strip("|").split("|")]
        if name in WORKS and len(cells) == len(SIZES) + 1:
            both = [each.split(" / ") for each in cells[:-1]]
            curves[name] = [
                Point(rows, float(one), float(other)) for rows, (one, other) in zip(SIZES, both, strict=True)
            ]
    image.parent.mkdir(parents=True, exist_ok=True)
    image.write_text(drawing(curves), "utf-8")


def drawing(curves: dict[str, list[Point]]) -> str:
    """Returns two diagrams side by side as SVG, both axes logarithmic: work that grows with the rows is a diagonal."""
    seconds = {name: [(each.rows, each.seconds) for each in points] for name, points in curves.items()}
    peaks = {name: [(each.rows, each.peak) for each in points] for name, points in curves.items()}
    both = _diagram("seconds of the processor", seconds, 0) + _diagram("peak MB", peaks, WIDTH)
    frame = f'xmlns="http://www.w3.org/2000/svg" width="{2 * WIDTH}" height="{HEIGHT}" font-family="sans-serif"'
    return f'<svg {frame} font-size="11"><rect width="100%" height="100%" fill="white"/>{both}</svg>\n'


def _diagram(title: str, curves: dict[str, list[tuple[int, float]]], left: int) -> str:
    values = [value for points in curves.values() for _, value in points]
    low, high = int(log10(min(values)) // 1), int(log10(max(values)) // 1) + 1
    first, last = log10(SIZES[0]), log10(SIZES[-1])

    def place(rows: float, value: float) -> tuple[float, float]:
        across = left + EDGE + (log10(rows) - first) / (last - first) * (WIDTH - 2 * EDGE - 40)
        return across, HEIGHT - EDGE - (log10(value) - low) / (high - low) * (HEIGHT - 2 * EDGE)

    ends = {}
    parts = [_text(left + EDGE, EDGE / 2, title, "start", "black")]
    for power in range(low, high + 1):
        x, y = place(SIZES[0], 10**power)
        parts.append(f'<line x1="{x:.0f}" y1="{y:.0f}" x2="{place(SIZES[-1], 1)[0]:.0f}" y2="{y:.0f}" stroke="#ddd"/>')
        parts.append(_text(x - 4, y + 4, f"{10.0**power:,g}", "end", "#555"))
    parts += [_text(place(rows, 1)[0], HEIGHT - EDGE + 16, f"{rows:,}", "middle", "#555") for rows in SIZES]
    for colour, (name, points) in zip(COLOURS, curves.items(), strict=False):
        corners = [place(rows, max(value, 10**low)) for rows, value in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        ends[name] = (*corners[-1], colour)
    return "".join([*parts, *_labels(ends)])


def _labels(ends: dict[str, tuple[float, float, str]]) -> Iterator[str]:
    """Yields the names of curves at their ends, one below the other where these are close."""
    lowest = 0.0
    for name, (x, y, colour) in sorted(ends.items(), key=lambda each: each[1][1]):
        lowest = max(y + 4, lowest + 12)
        yield _text(x + 5, lowest, name, "start", colour)


def _text(x: float, y: float, words: str, anchor: str, colour: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'
