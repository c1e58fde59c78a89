"""Files that declare custom fields: YAML and JSON as they are exported, tables as people have them."""

from __future__ import annotations

import csv
import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.cells import cell_text
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.input.text_files import opened, parse_json
from RPA.Planhat.operations.rows.kinds import parts
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.text.files import file_path, translate_os_errors
from RPA.Planhat.text.parsing import normalize_name
from RPA.Planhat.types.fields import BETWEEN_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

Row = dict[str, Any]

MOST_CHARACTERS = 16 * 1024 * 1024
MOST_VALUES = 200_000
"""What a file of declarations has at most; Planhat itself allows some hundred custom fields."""

NULL = "tag:yaml.org,2002:null"
MERGE = "tag:yaml.org,2002:merge"
WRITTEN = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "bool", "int", "float", "null", "timestamp", "value", "seq", "map")
)
"""Kinds of values that are a text in the file."""


def read_declarations(source: str | Path, layout: RowOptions | None = None) -> list[Row]:
    """Returns the rows of a file: YAML, JSON, or a table such as CSV or a worksheet; or those of a JSON text.

    Args:
        source: The path, or the text.
        layout: How the file is laid out.

    Raises:
        PlanhatValidationError: If the file is missing, of another kind, or damaged.
    """
    layout = layout or RowOptions()
    if isinstance(source, str) and source.lstrip()[:1] in ("[", "{"):
        return as_rows(parse_json(source, "The text"))
    path = file_path(source)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        return [_row(each) for row in read_rows(path, layout) if (each := _filled(row))]
    with opened(path, layout.encoding) as file:
        text = file.read(MOST_CHARACTERS + 1)
    if len(text) > MOST_CHARACTERS:
        raise PlanhatValidationError(
            f"{path} has more than {MOST_CHARACTERS:,} characters: it declares no custom fields."
        )
    return as_rows(reader(text, str(path)))


def _filled(row: Mapping[str, Any]) -> Row:
    return {name: cell for name, cell in row.items() if cell not in (None, "")}


def write_declarations(path: str | Path, rows: list[Row]) -> None:
    """Writes rows to a file by its ending.

    Raises:
        PlanhatValidationError: If the file cannot be of that kind, or not be written.
    """
    path = file_path(path)
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise PlanhatValidationError(f"{path.name} is none of {', '.join(WRITERS)}.")
    with translate_os_errors(path):
        path.write_text(writer(rows), "utf-8", "backslashreplace", newline="")


def as_rows(data: Any) -> list[Row]:
    """Returns declarations as rows: a list of them, or a list for each parent.

    Raises:
        PlanhatValidationError: If they are neither.
    """
    if isinstance(data, dict):
        if not all(isinstance(each, list) for each in data.values()):
            raise PlanhatValidationError("Custom fields are declared as a list for each model, as `company: [...]`.")
        data = [{"parent": parent, **_row(each)} for parent, fields in data.items() for each in fields]
    if not isinstance(data, list):
        raise PlanhatValidationError("Custom fields are declared as a list, or as a list for each model.")
    return [_row(each) for each in data]


def options(cell: Any) -> list[str]:
    """Returns the options that a list, or one cell, holds.

    Raises:
        ValueError: If a JSON list in the cell is damaged.
    """
    if isinstance(cell, (list, tuple)):
        return [each.strip() if isinstance(each, str) else json.dumps(each) for each in cell]
    return [str(each) for each in parts(str(cell), BETWEEN_OPTIONS)]


def _row(value: Any) -> Row:
    if not isinstance(value, dict):
        raise PlanhatValidationError(f"A custom field is declared by a dictionary, not by {value!r}.")
    return {str(name): each for name, each in value.items()}


def _from_yaml(text: str, where: str) -> Any:
    """Returns the value of a YAML text, with names and options as they are written.

    YAML itself takes the country code NO for false, the code 010 for eight and 12:30 for 750.
    """
    yaml = _yaml()
    try:
        node = yaml.compose(text, yaml.SafeLoader)
        return None if node is None else _Composed(where).value(node)
    except yaml.YAMLError as problem:
        raise PlanhatValidationError(f"{where} is not valid YAML: {problem}") from problem
    except RecursionError as problem:
        raise PlanhatValidationError(f"{where} is nested too deep.") from problem


class _Composed:
    """Makes values of the nodes of a YAML text, which can refer to each other and so be very many.

    Args:
        where: The file, for messages.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._left = MOST_VALUES

    def value(self, node: Any) -> Any:
        """Returns the value of a node: a text, a list or a dictionary.

        Raises:
            PlanhatValidationError: If there are too many, or they are of a kind that has no text.
        """
        self._left -= 1
        if self._left < 0:
            raise PlanhatValidationError(
                f"{self._where} has more than {MOST_VALUES:,} values, counted with references."
            )
        if node.tag not in WRITTEN:
            raise PlanhatValidationError(f"{self._where} has the tag {node.tag}, line {node.start_mark.line + 1}.")
        if node.id == "scalar":
            return str(node.value)
        if node.id == "sequence":
            return [self.value(each) for each in node.value]
        merged: dict[str, Any] = {}
        made: dict[str, Any] = {}
        for name, each in node.value:
            if name.tag == MERGE:
                merged = {**self.value(each), **merged}
                continue
            known = "" if name.id != "scalar" else name.value.strip()
            if not known or known in made:
                why = f"two values named {known!r}" if known else "a value whose name is no text"
                raise PlanhatValidationError(f"{self._where} has {why}, line {name.start_mark.line + 1}.")
            made[known] = None if each.tag == NULL and not each.style else self.value(each)
        return {**merged, **made}


def _to_yaml(rows: list[Row]) -> str:
    return str(_yaml().safe_dump(_by_parent(rows), allow_unicode=True, sort_keys=False, width=120))


def _to_json(rows: list[Row]) -> str:
    return json.dumps(_by_parent(rows), ensure_ascii=False, indent=2) + "\n"


def _to_csv(rows: list[Row]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines: list[str] = []
    writer = csv.writer(_Lines(lines))
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return "".join(lines)


class _Lines:
    """A file that is a list."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


def _cell(value: Any) -> str:
    if not isinstance(value, list):
        return cell_text(value)
    plainly = all(not set(each) & set("".join(BETWEEN_OPTIONS)) for each in value)
    return "; ".join(value) if plainly else json.dumps(value, ensure_ascii=False)


def _by_parent(rows: Iterable[Row]) -> dict[str, list[Row]]:
    sorted_out: dict[str, list[Row]] = {}
    for row in rows:
        rest = {name: value for name, value in row.items() if normalize_name(name) != "parent"}
        sorted_out.setdefault(str(row["parent"]), []).append(rest)
    return sorted_out


def _yaml() -> Any:
    try:
        return import_module("yaml")  # an extra, and files may be JSON or CSV
    except ImportError as problem:
        raise PlanhatValidationError(
            "YAML needs PyYAML: install rpaframework-planhat[yaml], or use a JSON or CSV file."
        ) from problem


READERS: dict[str, Callable[[str, str], Any]] = {
    ".yaml": _from_yaml,
    ".yml": _from_yaml,
    ".json": parse_json,
}
WRITERS: dict[str, Callable[[list[Row]], str]] = {
    ".yaml": _to_yaml,
    ".yml": _to_yaml,
    ".json": _to_json,
    ".csv": _to_csv,
}
"""What reads and writes each kind of file; all others that are read are tables."""
