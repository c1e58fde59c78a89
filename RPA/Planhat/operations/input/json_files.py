"""JSON in: files and texts with a list of objects, one object, or one object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.text_files import opened
from RPA.Planhat.text.messages import plural

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WRAPPERS = frozenset(
    {"records", "data", "results", "items", "value", "values", "rows", "content", "entries", "objects"}
)
"""Under which names other systems put the list of their records, beside counts and links to further pages."""

Row = Mapping[str, Any]


def read_json(path: Path, encoding: str | None = None) -> Iterator[Row]:
    """Yields the objects of a JSON file.

    Raises:
        PlanhatValidationError: If it is not valid JSON, or has something else in it than objects.
    """
    with opened(path, encoding) as file:
        text = file.read()
    try:
        yield from rows_of_json(text, str(path))
    except _ExtraDataError:
        yield from _rows_of_lines(text.splitlines(), path)


def read_json_lines(path: Path, encoding: str | None = None) -> Iterator[Row]:
    """Yields the objects of a file that has one in each line.

    Raises:
        PlanhatValidationError: If a line is not valid JSON, or no object.
    """
    with opened(path, encoding) as file:
        yield from _rows_of_lines(file, path)


def _rows_of_lines(lines: Any, path: Path) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield from rows_of_json(line, f"{path}, line {number},")


def rows_of_json(text: str, where: str) -> Iterator[Row]:
    """Yields the objects of a JSON text.

    Args:
        text: A list of objects, or one object.
        where: What it is, for messages.

    Raises:
        PlanhatValidationError: If it is not valid JSON, or has something else in it than objects.
    """
    value = parse_json(text, where)
    rows = value if isinstance(value, list) else [value]
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise PlanhatValidationError(f"{where} has no object as row {number}, but {type(row).__name__}.")
    if isinstance(value, Mapping):
        _refuse_wrapper(value, where)
    yield from rows


class _ExtraDataError(PlanhatValidationError):
    """There is something behind the first value, as in a file with one object a line."""


def parse_json(text: str, where: str) -> Any:
    """Returns the value of a JSON text; NaN, which JSON does not have, is a missing value.

    Args:
        text: The text; a byte order mark before it does not count.
        where: What it is, for messages.

    Raises:
        PlanhatValidationError: If it is not valid JSON, an object has two values of one name, or it is nested too deep.
    """
    try:
        return json.loads(text.lstrip("\ufeff"), object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as problem:
        error = _ExtraDataError if problem.msg == "Extra data" else PlanhatValidationError
        raise error(f"{where} is not valid JSON: {problem}") from problem
    except ValueError as problem:
        raise PlanhatValidationError(f"{where} is not valid JSON: {problem}") from problem
    except RecursionError as problem:
        raise PlanhatValidationError(f"{where} is nested too deep.") from problem


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an object has two values named {twice!r}.")
    return made


def _constant(name: str) -> float | None:
    return None if name == "NaN" else float(name)


def _refuse_wrapper(value: Row, where: str) -> None:
    """Refuses an answer of a system around a list of records: it may be one page of several."""
    for name, inside in value.items():
        if name.casefold() in WRAPPERS and isinstance(inside, list) and inside and isinstance(inside[0], Mapping):
            raise PlanhatValidationError(
                f"{where} is one object; its rows seem to be the {plural(len(inside), 'object')} under {name!r}. Pass "
                "that list, and make sure that it is complete."
            )
