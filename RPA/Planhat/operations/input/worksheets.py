"""Worksheets in, through python-calamine, which is imported when the first one is read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.headings import Headings
from RPA.Planhat.operations.input.text_files import SIGNATURES, kind_of
from RPA.Planhat.operations.input.workbook_parts import bad_cells_of, refuse_bombs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_BYTES = 200 * 1024 * 1024
"""Bytes of a workbook, as it is on the disk."""

LARGEST_EXACT = 2**53
"""Beyond it, whole numbers of a worksheet are not exact."""

Cells = list[Any]


def read_excel(path: Path, sheet: str | None = None) -> Iterator[dict[str, Any]]:
    """Yields the rows of a worksheet by the names in its first row that is not empty.

    Empty rows are left out, and so are empty cells of columns without a name. A cell that is not understood, such as
    an error of Excel or a formula that nobody has calculated, is a `BadCell`.

    Args:
        path: The workbook.
        sheet: The name of the worksheet. Default: the first one that is not hidden.

    Raises:
        PlanhatValidationError: If the extra is missing, the workbook cannot be read or is too large, or there is no
            such worksheet.
    """
    if path.stat().st_size > MOST_BYTES:
        raise PlanhatValidationError(f"{path} is too large for a workbook: save it as CSV, which is read row by row.")
    lines = _lines(path, sheet)
    first = next((cells for cells in lines if any(cell not in ("", None) for cell in cells)), [])
    names = ["" if cell is None else str(cell) for cell in first]
    for row in Headings(path, names).rows(lines):
        yield {name: None if cell == "" else cell for name, cell in row.items()}


def _lines(path: Path, sheet: str | None) -> Iterator[Cells]:
    """Yields the cells of all rows, from the first row and the first column on."""
    found, bad = _opened(path, sheet)
    left = found.start[1] if found.start else 0
    width = max([found.total_width, *(column + 1 for cells in bad.values() for column in cells)])
    last = -1
    for number, cells in enumerate(found.iter_rows()):
        last = number
        line = [*[None] * left, *map(_plain, cells)] if left else list(map(_plain, cells))
        yield _with_bad(line, bad[number], width) if number in bad else line
    for number in sorted(bad):
        if number > last:
            yield _with_bad([], bad[number], width)


def _with_bad(line: Cells, bad: dict[int, str], width: int) -> Cells:
    line += [None] * (width - len(line))
    for column, cell in bad.items():
        line[column] = cell
    return line


def _opened(path: Path, sheet: str | None) -> tuple[Any, dict[int, dict[int, str]]]:
    """Returns a worksheet, and what its cells show that have no value, by row and column from 0."""
    try:
        import python_calamine as calamine  # noqa: PLC0415 - only those who read Excel files need it
    except ImportError as problem:
        raise PlanhatValidationError(
            "Excel files need the extra [excel]: pip install 'rpaframework-planhat[excel]'. Or save the file as CSV."
        ) from problem
    _refuse_other_files(path)
    try:
        refuse_bombs(path)
        book = _book(path, calamine)
        name = _sheet_name(path, book, sheet, calamine)
        bad = bad_cells_of(path, name)  # before the sheet is read: it may be too large for the memory
        return book.get_sheet_by_name(name), bad
    except calamine.PasswordError as problem:
        raise PlanhatValidationError(f"{path} is protected by a password: save it without one.") from problem
    except (calamine.CalamineError, OSError) as problem:
        raise PlanhatValidationError(f"{path} cannot be read as a workbook: {problem}.") from problem


def _book(path: Path, calamine: Any) -> Any:
    try:
        return calamine.CalamineWorkbook.from_path(str(path))
    except calamine.CalamineError as problem:
        try:
            with path.open("rb") as file:  # a new workbook that is called .xls, which programs do
                return calamine.CalamineWorkbook.from_filelike(file)
        except calamine.CalamineError:
            raise problem from None


def _refuse_other_files(path: Path) -> None:
    """Refuses a file that its first bytes show to be none, such as HTML that some systems call .xls."""
    with path.open("rb") as file:
        start = file.read(4)
    if start not in list(SIGNATURES)[:2]:
        what = kind_of(path) or "not a workbook. If it is text, give it the ending .csv"
        raise PlanhatValidationError(f"{path} is {what}.")


def _sheet_name(path: Path, book: Any, sheet: str | None, calamine: Any) -> str:
    """Returns the named worksheet, or the first one that a user sees."""
    known = [each for each in book.sheets_metadata if each.typ == calamine.SheetTypeEnum.WorkSheet]
    names = [each.name for each in known]
    if sheet is not None and sheet not in names:
        raise PlanhatValidationError(f"{path} has no sheet {sheet!r}. It has: {', '.join(names)}.")
    visible = [each.name for each in known if each.visible == calamine.SheetVisibleEnum.Visible]
    found = sheet if sheet is not None else next(iter(visible or names), None)
    if found is None:
        raise PlanhatValidationError(f"{path} has no worksheet.")
    return str(found)


def _plain(cell: Any) -> Any:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) <= LARGEST_EXACT:
        return int(cell)
    if isinstance(cell, timedelta):
        return cell.total_seconds()
    return None if cell == "" else cell
