"""The pieces of work by name and client, and what their clients have in common."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from benchmarks.shapes import KEY, NUMBER, TABLES, WRITTEN, numbered, row

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIZES = {"companies": 5000}
"""Rows of a page by path; 2,000 elsewhere."""

SMALL = 1000
KNOWN, LOOKED_FOR = 50_000, 2000

COLUMNS = ("externalId", "name", "sourceId", "status", "phase", "owner")
"""What tables have as columns, in and out."""

WORK: dict[tuple[str, str], Callable[..., Any]] = {}
"""Functions by work and client."""


def work(name: str, *clients: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a function that prepares a piece of work and returns what is to be measured."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        WORK.update({(name, client): function for client in clients})
        return function

    return register


def size_of(path: str) -> int:
    """Returns how many rows of a model come in a page."""
    return SIZES.get(path, 2000)


def key_of(number: int) -> str:
    """Returns the external id of a row."""
    return f"{KEY}{number:08d}"


def new_rows(count: int, shape: str = "recorded") -> list[dict[str, Any]]:
    """Returns rows to write; those of the lean shape share what they have in common."""
    if shape == "recorded":
        same = {name: value for name, value in WRITTEN[shape].items() if NUMBER not in str(value)}
        return [{"externalId": key_of(number), "name": f"Name {number:08d}", **same} for number in range(count)]
    return [row(WRITTEN[shape], number) for number in range(count)]


def half_known() -> list[dict[str, str]]:
    """Returns rows of which the first half are in a table of endusers."""
    return [{"externalId": key_of(number + KNOWN - LOOKED_FOR // 2)} for number in range(LOOKED_FOR)]


def table_cells(shape: str) -> dict[str, str]:
    """Returns the cells of a row of a table by column, in which a text stands for its number."""
    cells: dict[str, str] = {}
    for name, value in TABLES[shape].items():
        if isinstance(value, dict):
            cells |= {f"{name}.{inner}": str(each) for inner, each in value.items()}
        else:
            cells[name] = ",".join(value) if isinstance(value, list) else str(value)
    return cells


def write_table(path: Path, count: int, shape: str = "recorded") -> Path:
    """Writes rows as CSV; those of the stub are the same but for every hundredth phase."""
    cells = table_cells(shape)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(cells)
        for number in range(count):
            changed = {} if number % 100 else {"phase": "Renewal"}
            writer.writerow([numbered(each, number) for each in {**cells, **changed}.values()])
    return path
