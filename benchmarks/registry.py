"""The pieces of work by name and client, and what their clients have in common."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from benchmarks.shapes import KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
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


def new_rows(count: int) -> list[dict[str, Any]]:
    """Returns rows of 0.7 KB to write."""
    facts = {"phase": "Adoption", "status": "customer", "description": "d" * 600, "custom": {"ARR": 5, "Seats": 2}}
    return [{"externalId": key_of(number), "name": f"Name {number}", **facts} for number in range(count)]


def half_known() -> list[dict[str, str]]:
    """Returns rows of which the first half are in a table of endusers."""
    return [{"externalId": key_of(number + KNOWN - LOOKED_FOR // 2)} for number in range(LOOKED_FOR)]


def table_rows(count: int) -> Iterable[dict[str, str]]:
    """Yields rows as a table has them; those of the stub are the same but for every hundredth phase."""
    same = {"status": "customer", "owner": "5f0000000000000000000001"}
    for number in range(count):
        phase = "Adoption" if number % 100 else "Renewal"
        ids = {"externalId": key_of(number), "name": f"Name {number:08d}", "sourceId": f"001{number:08d}"}
        yield {**ids, **same, "phase": phase}


def write_table(path: Path, count: int) -> Path:
    """Writes such rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(table_rows(count))
    return path
