"""Custom fields as they are declared: YAML and JSON as they are exported, tables with whatever columns people use."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.formats import cell_text
from RPA.Planhat.operations.input.rows import is_table, read_rows, tell_unused_options
from RPA.Planhat.operations.input.text_files import ExtraDataError, opened, parse_json, read_json
from RPA.Planhat.operations.options import DeclarationOptions
from RPA.Planhat.operations.references import OTHER_WORDS
from RPA.Planhat.operations.rows.identity import JOINERS, NO_IDS, require_visible
from RPA.Planhat.operations.rows.kinds import parts
from RPA.Planhat.operations.rows.mapping import mapped_rows, parse_steps
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.operations.schema import RowSchema
from RPA.Planhat.text.files import file_path, new_text_file
from RPA.Planhat.text.messages import BadRows, did_you_mean, suggestion
from RPA.Planhat.text.parsing import by_name, normalize_name, trim, visible_name
from RPA.Planhat.types import MODELS, CustomField
from RPA.Planhat.types.base import find_model
from RPA.Planhat.types.encoding import BadCell
from RPA.Planhat.types.fields import BETWEEN_OPTIONS
from RPA.Planhat.types.tenant import parent_of

if TYPE_CHECKING:
    from RPA.Planhat.operations.input.formats import Formats

Row = dict[str, Any]

# ----------------------------------------------------------------------------------- files of declarations

MOST_CHARACTERS = 16 * 1024 * 1024
"""Characters of a file of declarations; Planhat itself allows some hundred custom fields."""

MOST_VALUES = 200_000
"""Values in it, counted with the references of YAML, by which a small file can hold very many."""

DEEP = re.compile(r"(?:[\[{]\s*){100}")
"""Lists in lists in lists."""

NULL = "tag:yaml.org,2002:null"
MERGE = "tag:yaml.org,2002:merge"
WRITTEN = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "bool", "int", "float", "null", "timestamp", "value", "seq", "map")
)
"""Kinds of values that are a string in the file."""


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
        tell_unused_options(source, layout)
        return as_rows(parse_json(source, "The text", as_written=True))
    path = file_path(source)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        return [_row(each) for row in read_rows(path, layout) if (each := _filled(row))]
    tell_unused_options(path, layout)
    with opened(path, layout.encoding) as file:
        text = file.read(MOST_CHARACTERS + 1)
    if len(text) > MOST_CHARACTERS:
        raise PlanhatValidationError(
            f"{path} has more than {MOST_CHARACTERS:,} characters: it is not a file of custom fields."
        )
    try:
        return as_rows(reader(text, str(path)))
    except ExtraDataError:
        return as_rows(list(read_json(path, layout.encoding)))  # with one object in each line, as imports take it
    except PlanhatValidationError as problem:
        if str(path) not in str(problem):
            problem.reword(f"{path}: {problem}")
        raise


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
        raise PlanhatValidationError(f"{path.name} has no known ending; known are {', '.join(WRITERS)}.")
    with new_text_file(path) as file:
        file.write(writer(rows))


def as_rows(data: Any) -> list[Row]:
    """Returns declarations as rows: a list of them, or a list for each parent.

    Raises:
        PlanhatValidationError: If they are neither.
    """
    if isinstance(data, dict):
        if not all(isinstance(each, list) for each in data.values()):
            raise PlanhatValidationError("Custom fields must be a list for each model, such as `company: [...]`.")
        data = [
            {"parent": parent, **_row(each, f"{parent}, {number}")}
            for parent, fields in data.items()
            for number, each in enumerate(fields, 1)
        ]
    if not isinstance(data, list):
        raise PlanhatValidationError("Custom fields must be a list, or a list for each model.")
    return [_row(each, str(number)) for number, each in enumerate(data, 1)]


def options_in(cell: Any) -> list[str]:
    """Returns the options that a list, or one cell, holds.

    Raises:
        PlanhatValidationError: If a JSON list in the cell is damaged, or an option is a list or a dictionary.
    """
    if isinstance(cell, (list, tuple)):
        given = list(cell)
    elif isinstance(cell, Mapping):
        raise PlanhatValidationError(f"Options must be a list such as [Gold, Silver], not {cell!r}.")
    else:
        try:
            given = parts(str(cell), BETWEEN_OPTIONS)
        except ValueError as problem:
            raise PlanhatValidationError(f"{cell!r} is not a valid list of options.") from problem
    nested = next((each for each in given if isinstance(each, (Mapping, list, tuple))), None)
    if nested is not None:
        raise PlanhatValidationError(f"An option is a string, not {nested!r}.")
    return [
        "" if each is None else trim(each) if isinstance(each, str) else json.dumps(each, default=str) for each in given
    ]


def _row(value: Any, place: str = "") -> Row:
    """Returns a declaration as a dictionary; the message for anything else names the place."""
    value = by_name(value)
    if not isinstance(value, dict):
        where = f" ({place})" if place else ""
        raise PlanhatValidationError(f"A custom field must be a dictionary, not {value!r}{where}.")
    return {str(name): each for name, each in value.items()}


def _from_yaml(text: str, where: str) -> Any:
    """Returns the value of a YAML text, with names and options as they are written.

    YAML itself takes the country code NO for false, the code 010 for eight and 12:30 for 750.
    """
    yaml = _yaml()
    if DEEP.search(text):  # it would take seconds to find out where they end
        raise PlanhatValidationError(f"{where} is nested too deep.")
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
        """Returns the value of a node: a string, a list or a dictionary.

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
                merged = {**self._merged(each), **merged}
                continue
            known = "" if name.id != "scalar" else name.value.strip()
            if not known or known in made:
                why = f"two values named {known!r}" if known else "a value whose name is not a string"
                raise PlanhatValidationError(f"{self._where} has {why}, line {name.start_mark.line + 1}.")
            made[known] = None if each.tag == NULL and not each.style else self.value(each)
        return {**merged, **made}

    def _merged(self, node: Any) -> dict[str, Any]:
        """Returns what `<<` takes over: a dictionary, or several, of which the first that has a name counts."""
        found = self.value(node)
        several = found if isinstance(found, list) else [found]
        if not all(isinstance(each, dict) for each in several):
            line = node.start_mark.line + 1
            raise PlanhatValidationError(f"{self._where} merges something that is not a dictionary, line {line}.")
        return {name: value for each in reversed(several) for name, value in each.items()}


def _to_yaml(rows: list[Row]) -> str:
    return str(_yaml().safe_dump(_by_parent(rows), allow_unicode=True, sort_keys=False, width=120))


def _to_json(rows: list[Row]) -> str:
    return json.dumps(_by_parent(rows), ensure_ascii=False, indent=2) + "\n"


def _to_csv(rows: list[Row]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines: list[str] = []
    writer = csv.writer(_Lines(lines))
    writer.writerow(columns)
    writer.writerows([_written(row.get(name)) for name in columns] for row in rows)
    return "".join(lines)


class _Lines:
    """A file that is a list."""

    def __init__(self, lines: list[str]) -> None:
        self.write = lines.append


def _written(value: Any) -> str:
    if not isinstance(value, list):
        return cell_text(value)
    plainly = all(not set(each) & set("".join(BETWEEN_OPTIONS)) for each in value)
    return "; ".join(value) if plainly else json.dumps(value, ensure_ascii=False)


def _by_parent(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        rest = {name: value for name, value in row.items() if normalize_name(name) != "parent"}
        found.setdefault(str(row["parent"]), []).append(rest)
    return found


def _yaml() -> Any:
    try:
        return import_module("yaml")  # an extra, and files may be JSON or CSV
    except ImportError as problem:
        raise PlanhatValidationError(
            'YAML files need the extra [yaml]: pip install "rpaframework-planhat[yaml]". Or use a JSON or CSV file.'
        ) from problem


READERS: dict[str, Callable[[str, str], Any]] = {
    ".yaml": _from_yaml,
    ".yml": _from_yaml,
    ".json": partial(parse_json, as_written=True),
}
WRITERS: dict[str, Callable[[list[Row]], str]] = {
    ".yaml": _to_yaml,
    ".yml": _to_yaml,
    ".json": _to_json,
    ".csv": _to_csv,
}
"""What reads and writes each kind of file; all others that are read are tables."""

# ------------------------------------------------------------------------------ what a declaration means

LISTS = ("list", "multipicklist")
"""The types that have options."""

TYPES = {
    "string": "text", "longtext": "rich text", "html": "rich text", "integer": "number", "int": "number",
    "float": "number", "decimal": "number", "currency": "number", "percent": "number", "boolean": "checkbox",
    "bool": "checkbox", "flag": "checkbox", "datetime": "date", "timestamp": "date", "picklist": "list",
    "dropdown": "list", "select": "list", "singleselect": "list", "multiselect": "multipicklist",
    "multilist": "multipicklist", "user": "team member", "users": "team members", "link": "url", "telephone": "phone",
}  # fmt: skip
"""What people call the types of fields, without case, spaces and punctuation."""

SPELLINGS = {
    "field": "name", "field name": "name", "label": "name", "custom field": "name",
    "object": "parent", "model": "parent", "object type": "parent", "entity": "parent",
    "field type": "type", "data type": "type",
    "values": "list_values", "options": "list_values", "choices": "list_values", "picklist values": "list_values",
    "list options": "list_values",
    "hidden": "is_hidden", "featured": "is_featured", "shared": "is_shared", "locked": "is_locked",
    "mandatory": "is_mandatory", "required": "is_mandatory", "format": "number_format",
}  # fmt: skip
"""What people call the columns of such a file."""

PARENTS = tuple(parent_of(name) for name, model in MODELS.items() if model.field("custom"))
"""The models that have custom fields, as Planhat's documents spell them."""

Key = tuple[str, str]


_DECLARABLE = type("Declarable", (), {field.name: field for field in CustomField.writable()})
DECLARATION = RowSchema("custom fields", _DECLARABLE, spellings=SPELLINGS)


@dataclass(frozen=True)
class Declared:
    """A custom field as a file declares it.

    Attributes:
        definition: The content of the file, under Planhat's keys; what it leaves out is left alone.
    """

    definition: dict[str, Any]

    @property
    def key(self) -> Key:
        """What tells custom fields apart: the model and the name."""
        return key_of(self.definition)

    def __str__(self) -> str:
        return f"{self.definition['parent']}.{self.definition['name']}"


def key_of(definition: Mapping[str, Any]) -> Key:
    """Returns the model, however it is spelled, and the name of a custom field."""
    return parent_of(str(definition.get("parent", ""))), visible_name(str(definition.get("name", "")))


def declared(source: Any, given: DeclarationOptions | None = None) -> list[Declared]:
    """Returns the custom fields that a file, or rows, declare.

    Args:
        source: The path of a YAML, JSON or CSV file, a table, a list of dictionaries, or a list for each model.
        given: How a table is read.

    Raises:
        PlanhatValidationError: If rows are bad or two declare the same field; all are counted, the first are named.
    """
    options = RowOptions.of(DeclarationOptions, given or {})
    found: list[Declared] = []
    bad: list[tuple[int, str]] = []
    for number, row in enumerate(_rows(source, options), 1):
        try:
            found.append(Declared(_definition(row, options.formats)))
        except ValueError as problem:  # noqa: PERF203 - all bad rows are told, not just the first
            bad.append((number, str(problem)))
    counts = Counter(each.key for each in found)
    repeated = [f"{parent}.{name}" for (parent, name), count in counts.items() if count > 1]
    if bad and options.bad_rows == "refuse":
        raise PlanhatValidationError(BadRows(bad).refusal)
    if repeated:
        raise PlanhatValidationError(f"Nothing was sent, since these are declared twice: {', '.join(repeated)}.")
    return found


def _rows(source: Any, options: RowOptions) -> Iterable[Mapping[str, Any]]:
    if isinstance(source, (str, Path)):
        rows = read_declarations(source, options)
    else:
        tell_unused_options(source, options)
        rows = as_rows(list(read_rows(source)) if is_table(source) else _as_data(source))
    if options.mapping is None:
        return rows
    return mapped_rows(rows, parse_steps(options.mapping, DECLARATION.target_of), options.formats.cell)


def _as_data(source: Any) -> Any:
    """Returns what a program gave, with custom fields of Planhat in it as they are declared."""
    if isinstance(source, Mapping) or not isinstance(source, Iterable):
        return source
    return [as_declared(each) if isinstance(each, CustomField) else each for each in source]


def as_declared(field: CustomField) -> dict[str, Any]:
    """Returns a custom field of Planhat as a file declares it: what is false or empty is left out."""
    known = {each.name: field.get(each.key) for each in CustomField.writable()}
    return {
        "parent": parent_of(str(field.parent)),
        **{name: value for name, value in known.items() if value and name != "parent"},
    }


def _definition(row: Mapping[str, Any], formats: Formats) -> dict[str, Any]:
    cells = {name: _cell(name, formats.cell(value)) for name, value in row.items()}
    definition = DECLARATION.payload(
        {name: value for name, value in cells.items() if value is not None}, formats=formats
    )
    missing = [field.name for field in CustomField.required() if not definition.get(field.key)]
    if missing:
        raise PlanhatValidationError(f"A custom field needs {' and '.join(missing)}.")
    refuse_placeholders(definition)
    definition["parent"] = _parent(definition["parent"])
    _refuse_wrong_options(definition)
    return definition


def refuse_placeholders(definition: Mapping[str, Any]) -> None:
    """Refuses a custom field with a name, or of a model, that is a word for no value or has characters nobody can see.

    Raises:
        PlanhatValidationError: If it is one.
    """
    for key in ("name", "parent"):
        text = str(definition.get(key) or "")
        if text.casefold() in NO_IDS:
            raise PlanhatValidationError(f"{key} is {text!r}, a placeholder for no value. Give the {key} itself.")
        require_visible(key, text, JOINERS)


def _parent(name: str) -> str:
    """Returns the model of a custom field; an unknown one is left for Planhat to judge."""
    model = find_model(name)
    if model is not None and model.field("custom") is None:
        raise PlanhatValidationError(f"{model.__name__} has no custom fields.")
    other = OTHER_WORDS.get(name.lower().rstrip("s"))
    near = suggestion([parent_of(other)]) if other else did_you_mean(name, PARENTS)
    if model is None and near:
        raise PlanhatValidationError(f"{name!r} is not a model.{near}")
    return parent_of(name)


def _cell(name: str, value: Any) -> Any:
    value = value.strip() if isinstance(value, str) else value
    field = DECLARATION.find(name)
    if field is None or value in (None, "") or isinstance(value, BadCell):
        return value
    special = {"type": _type, "listValues": options_in}.get(field.key)
    return special(value) if special else value


def _type(value: Any) -> str:
    name = normalize_name(str(value))
    same = [option for option in CustomField.type.options if normalize_name(option) == name]
    return same[0] if same else TYPES.get(name, str(value))


def _refuse_wrong_options(definition: Mapping[str, Any]) -> None:
    values = definition.get("listValues")
    if values and definition["type"] not in LISTS:
        raise PlanhatValidationError(
            f"The custom field {definition['name']} of type {definition['type']} cannot have options; {LISTS[0]} can."
        )
    if "" in (values or ()):
        raise PlanhatValidationError(f"An option of the custom field {definition['name']} is empty.")
    seen: dict[str, str] = {}
    for each in values or ():
        first = seen.setdefault(visible_name(each), each)
        if first != each or (values or []).count(each) > 1:
            twin = "" if first == each else f", which looks the same as {first!r}"
            raise PlanhatValidationError(f"The custom field {definition['name']} has the option {each!r} twice{twin}.")
