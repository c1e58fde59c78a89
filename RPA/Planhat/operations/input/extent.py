"""How far the cells of a worksheet go, and what some of them show that python-calamine does not tell.

Both are found out before a worksheet is read, by a look through its file; see `worksheets` and `other_workbooks`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError

if TYPE_CHECKING:
    from pathlib import Path

MOST_CELLS = 20_000_000
"""Cells between the first and the last one of a worksheet, if nearly all of them hold something."""

MOST_EMPTY = 2_000_000
"""Cells between the first and the last one, if most of them are empty."""

BadCells = dict[int, dict[int, Any]]
"""What cells show, or hold, that python-calamine does not tell, by row and column from 0."""

Range = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last cell of those that were merged, by row and column from 0."""


def address(row: int, column: int) -> str:
    """Returns how a cell is called, such as B7, by its numbers from 0."""
    letters, number = "", column + 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


@dataclass
class Extent:
    """Up to where a worksheet has cells, and how many they are.

    Attributes:
        cells: How many there are that hold something.
        last_row: The number of the last row, from 1.
        first_column: The number of the first column, from 0; nothing without a cell.
        last_column: The number of the last one.
        merged: Cells that were merged.
        hidden: How many rows with cells are hidden, by a filter or by a person.
    """

    cells: int = 0
    last_row: int = 0
    first_column: int | None = None
    last_column: int = 0
    merged: list[Range] = field(default_factory=list)
    hidden: int = 0

    def add(self, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        """Notes a cell by its numbers from 0, or a block of them."""
        self.cells += rows * columns
        self.last_row = max(self.last_row, row + rows)
        self.widen(column, column + columns - 1)

    def widen(self, first: int, last: int) -> None:
        """Notes the first and the last column of some cells."""
        self.first_column = first if self.first_column is None else min(self.first_column, first)
        self.last_column = max(self.last_column, last)

    @property
    def size(self) -> int:
        """How many cells there are up to the last one, those without a value among them."""
        return self.last_row * (self.last_column - (self.first_column or 0) + 1)

    @property
    def is_sparse(self) -> bool:
        """Whether most of them have no value, and they are too many for that."""
        return self.size > max(MOST_EMPTY, 10 * self.cells)

    def require_small(self, path: Path, sheet: str) -> None:
        """Refuses a worksheet that would take the memory.

        Raises:
            PlanhatValidationError: If it has too many cells.
        """
        if not self.is_sparse and self.size <= MOST_CELLS:
            return
        last = address(self.last_row - 1, self.last_column)
        raise PlanhatValidationError(
            f"{path} has a table of {self.size:,} cells up to {last} in the sheet {sheet!r}. Delete "
            "the rows and columns behind the table, where something was left such as a space, or save it as CSV."
        )
