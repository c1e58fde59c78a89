"""Time and memory of work on 1,000 to 1,000,000 rows, as a table and as curves.

python -m benchmarks.growth --plot docs/images/growth.svg
"""

from __future__ import annotations

import argparse
import sys
from math import log10
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.measure import run_once, stub

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = (1_000, 10_000, 100_000, 1_000_000)

WORKS = {
    "list": ("list", ("companies",)),
    "stream": ("walk", ("companies",)),
    "export": ("export", ("companies",)),
    "import": ("import", ("{rows}",)),
    "sync plan": ("plan", ("{rows}",)),
}
"""The work behind each curve, and what it is told."""

SLOW = ("import", "plan")
"""Work that takes minutes for the largest table, which is done once only."""

COLOURS = ("#1b6ca8", "#2a9d5c", "#c0562b", "#7b4fa3", "#8a7a1d")
WIDTH, HEIGHT, EDGE = 380, 300, 48


class Point(NamedTuple):
    """What one run took: seconds of the processor, which other load spoils least, and megabytes."""

    rows: int
    seconds: float
    peak: float


def measure(sizes: tuple[int, ...]) -> Iterator[tuple[str, list[Point]]]:
    """Yields the points of each work."""
    for name, (work, arguments) in WORKS.items():
        points = []
        for rows in sizes:
            told = [each.format(rows=rows) for each in arguments]
            with stub("--rows", f"companies={rows}", f"leancompanies={rows}") as url:
                if rows < SIZES[-1] or not work.startswith(SLOW):
                    run_once(sys.executable, work, "fast", url, *told)  # the stub makes its rows when it is asked first
                took = run_once(sys.executable, work, "fast", url, *told)
            points.append(Point(rows, took["cpu"], took["peak"]))
        yield name, points


def lines(*, quick: bool, plot: Path | None) -> Iterator[str]:
    """Yields the lines of the table, and draws the curves when they are all there."""
    sizes = SIZES[:2] if quick else SIZES
    heads = " | ".join(f"{rows:,} rows" for rows in sizes)
    yield f"| seconds of the processor / peak MB | {heads} | the last step |"
    yield f"| --- | {' | '.join('---' for _ in sizes)} | --- |"
    curves = {}
    for name, points in measure(sizes):
        curves[name] = points
        cells = " | ".join(f"{each.seconds:.2f} / {each.peak:.0f}" for each in points)
        yield f"| {name} | {cells} | {points[-1].seconds / points[-2].seconds:.1f} x time for 10 x rows |"
    if plot is not None:
        plot.parent.mkdir(parents=True, exist_ok=True)
        plot.write_text(drawing(curves), "utf-8")


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


def main() -> None:
    """Measures, prints and draws."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    for line in lines(quick=options.quick, plot=options.plot):
        print(line, flush=True)


if __name__ == "__main__":
    main()
