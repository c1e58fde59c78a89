"""Custom fields as they are declared: rows with whatever column names people use, as definitions of Planhat's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.custom.files import as_rows, options, read_declarations
from RPA.Planhat.operations.input.rows import is_table, read_rows
from RPA.Planhat.operations.rows.mapping import mapped_rows, parse_steps
from RPA.Planhat.operations.rows.options import DeclarationOptions, RowOptions
from RPA.Planhat.operations.schema import RowSchema
from RPA.Planhat.text.messages import BadRows
from RPA.Planhat.text.parsing import normalize_name
from RPA.Planhat.types import CustomField
from RPA.Planhat.types.encoding import BadCell
from RPA.Planhat.types.tenant import parent_of

if TYPE_CHECKING:
    from RPA.Planhat.operations.input.formats import Formats

LISTS = ("list", "multipicklist")
"""The types that have options."""

TYPES = {
    "string": "text", "longtext": "rich text", "html": "rich text", "integer": "number", "int": "number",
    "float": "number", "decimal": "number", "currency": "number", "percent": "number", "boolean": "checkbox",
    "bool": "checkbox", "flag": "checkbox", "datetime": "date", "timestamp": "date", "picklist": "list",
    "dropdown": "list", "select": "list", "singleselect": "list", "multiselect": "multipicklist",
    "multilist": "multipicklist", "user": "team member", "users": "team members", "link": "url", "telephone": "phone",
}  # fmt: skip
"""What people call the types of fields, without case, blanks and signs."""

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

Key = tuple[str, str]


def _declarable() -> type:
    fields = {field.name: field for field in CustomField.writable()}
    return type("Declarable", (), fields)


DECLARATION = RowSchema("custom fields", _declarable(), spellings=SPELLINGS)


@dataclass(frozen=True)
class Declared:
    """A custom field as a file declares it.

    Attributes:
        definition: What the file says, under Planhat's keys; what it does not say is left alone.
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
    return parent_of(str(definition.get("parent", ""))), str(definition.get("name", "")).strip()


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
        rows = as_rows(list(read_rows(source)) if is_table(source) else _as_data(source))
    if options.mapping is None:
        return rows
    return mapped_rows(rows, parse_steps(options.mapping, DECLARATION.target_of), options.formats.cell)


def _as_data(source: Any) -> Any:
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
    definition["parent"] = parent_of(definition["parent"])
    _refuse_wrong_options(definition)
    return definition


def _cell(name: str, value: Any) -> Any:
    value = value.strip() if isinstance(value, str) else value
    field = DECLARATION.find(name)
    if field is None or value in (None, "") or isinstance(value, BadCell):
        return value
    special = {"type": _type, "listValues": options}.get(field.key)
    return special(value) if special else value


def _type(value: Any) -> str:
    name = normalize_name(str(value))
    same = [option for option in CustomField.type.options if normalize_name(option) == name]
    return same[0] if same else TYPES.get(name, str(value))


def _refuse_wrong_options(definition: Mapping[str, Any]) -> None:
    values = definition.get("listValues")
    if values and definition["type"] not in LISTS:
        raise PlanhatValidationError(f"A field of type {definition['type']} has no options; {LISTS[0]} has.")
    if "" in (values or ()):
        raise PlanhatValidationError("An option is empty.")
    repeated = [each for each, count in Counter(values or ()).items() if count > 1]
    if repeated:
        raise PlanhatValidationError(f"The option {repeated[0]!r} is there twice.")
