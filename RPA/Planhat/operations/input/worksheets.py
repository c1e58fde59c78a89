"""Worksheets in, through python-calamine, which is imported when the first one is read."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.csv_files import named, without_unnamed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_BYTES = 200 * 1024 * 1024
"""Bytes of a workbook, as it is on the disk."""

MOST_UNPACKED = 2 * 1024 * 1024 * 1024
"""Bytes of a workbook when it is unpacked; a small file can be a huge one in disguise."""

MOST_CELLS = 50_000_000
"""Cells of a worksheet."""


def read_excel(path: Path, sheet: str | None = None) -> Iterator[dict[str, Any]]:
    """Yields the rows of a worksheet by the names in its first row.

    Empty rows are left out, and so are empty cells of columns without a name.

    Args:
        path: The workbook.
        sheet: The name of the worksheet; the first one unless given.

    Raises:
        PlanhatValidationError: If the extra is missing, the workbook can not be read or is too large, or there is no
            such worksheet.
    """
    _refuse_large(path)
    rows = _sheet(path, sheet).iter_rows()
    names, unnamed = _names(path, next(rows, []))
    for cells in rows:
        row = {name: _plain(cell) for name, cell in zip(names, cells, strict=False)}
        if any(value is not None for value in row.values()):
            yield without_unnamed(row, unnamed)


def _sheet(path: Path, sheet: str | None) -> Any:
    try:
        import python_calamine  # noqa: PLC0415 - only those who read Excel files need it
    except ImportError as problem:
        raise PlanhatValidationError(
            "Excel files need the extra [excel]: pip install 'rpaframework-planhat[excel]'. Or save the file as CSV."
        ) from problem
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        if sheet is not None and sheet not in book.sheet_names:
            raise PlanhatValidationError(f"{path} has no sheet {sheet!r}. It has: {', '.join(book.sheet_names)}.")
        found = book.get_sheet_by_name(sheet if sheet is not None else book.sheet_names[0])
    except (python_calamine.CalamineError, OSError) as problem:
        raise PlanhatValidationError(f"{path} can not be read as a workbook: {problem}.") from problem
    if found.total_height * found.total_width > MOST_CELLS:
        raise PlanhatValidationError(f"{path} has more than {MOST_CELLS:,} cells: save it as CSV.")
    return found


def _refuse_large(path: Path) -> None:
    if path.stat().st_size > MOST_BYTES or _unpacked(path) > MOST_UNPACKED:
        raise PlanhatValidationError(f"{path} is too large for a workbook: save it as CSV, which is read row by row.")


def _unpacked(path: Path) -> int:
    if not zipfile.is_zipfile(path):
        return 0
    with zipfile.ZipFile(path) as archive:
        return sum(part.file_size for part in archive.infolist())


def _names(path: Path, cells: list[Any]) -> tuple[list[str], list[str]]:
    names = ["" if cell is None else str(_plain(cell) or "").strip() for cell in cells]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if not any(names) or twice:
        what = f"has two columns named {twice[0]!r}" if twice else "is empty: its first row has to name the columns"
        raise PlanhatValidationError(f"{path} {what}.")
    return named(names)


def _plain(cell: Any) -> Any:
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, timedelta):
        return cell.total_seconds()
    return None if cell == "" else cell
