"""Records as flat rows: one value in each cell, custom fields as columns of their own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from itertools import repeat
from typing import Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.formats import joined
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.rows.outcomes import Account
from RPA.Planhat.operations.rows.payloads import CUSTOM, require_names, value_at
from RPA.Planhat.text.messages import did_you_mean, suggestion
from RPA.Planhat.text.parsing import as_strings, parse_literal
from RPA.Planhat.types import Kind, PlanhatObject
from RPA.Planhat.types.records import TrackedRecord

LOGGER = logging.getLogger("RPA.Planhat")

Columns = dict[str, str]
"""Keys of records by the headings of their columns."""

UNSEEN = ("__v",)


def flatten(record: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a record as a flat dictionary: `custom.<Name>` for custom fields, lists and objects as text."""
    flat: dict[str, Any] = {}
    for key, value in record.items():
        if key == "custom" and isinstance(value, Mapping):
            flat.update({CUSTOM + name: _cell(each) for name, each in value.items()})
        elif key not in UNSEEN:
            flat[key] = _cell(value)
    return flat


def row_of(record: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    """Returns a record as a flat dictionary with some columns; what it does not have is empty."""
    return {heading: _cell(value) for heading, value in whole_row_of(record, columns).items()}


def flat_rows(objects: Any, columns: Any = None) -> list[dict[str, Any]]:
    """Returns records, or rows in any form, as flat dictionaries.

    Args:
        objects: The records.
        columns: Only these: a list, a comma-separated string, or a dictionary of headings and fields.

    Raises:
        PlanhatValidationError: If a field is unknown.
        PlanhatNotReadError: If a field was not read.
    """
    records, wanted, _ = records_and_columns(objects, columns)
    return [flatten(record) for record in records] if columns is None else [row_of(each, wanted) for each in records]


def records_and_columns(objects: Any, columns: Any) -> tuple[list[Any], Columns, type[PlanhatObject] | None]:
    """Returns rows of any form, or of a report, with their columns and their model, if they have one.

    Raises:
        PlanhatValidationError: If a field is unknown.
        PlanhatNotReadError: If a field was not read.
    """
    if isinstance(objects, Account):
        objects = objects["rows"]
    records = list(read_rows(objects))
    model = getattr(objects, "model", None) or _common_model(records)
    if columns is None:
        for number, each in enumerate(records, start=1):
            custom = dict(each).get("custom")
            try:
                require_names(each)
                require_names(custom if isinstance(custom, Mapping) else {})
            except PlanhatValidationError as problem:
                raise PlanhatValidationError(f"Row {number}: {problem}") from problem
        names = dict.fromkeys(name for each in records for name in _names(each))
        return records, {name: name for name in names}, model
    wanted = columns_of(model, columns)
    for record in records:
        if isinstance(record, TrackedRecord):
            for key in wanted.values():
                record.require_read("custom" if key.startswith(CUSTOM) else key)
    _mind_columns_of_no_row(records, wanted, model)
    return records, wanted, model


def _mind_columns_of_no_row(records: list[Any], wanted: Columns, model: type[PlanhatObject] | None) -> None:
    """Names the columns in the log that no row has: they may be misspelled, or rows may have them on other days."""
    for key in wanted.values():
        is_field = model is not None and model.field(key) is not None
        if not records or is_field or any(key in row or value_at(dict(row), key) is not None for row in records):
            continue
        hint = did_you_mean(key, dict.fromkeys(name for row in records for name in _names(row)))
        LOGGER.warning("The column %r is empty, since no row has it.%s", key, hint)


def _names(record: Mapping[str, Any]) -> Iterable[str]:
    """Yields the columns of a record, as `flatten` has them."""
    for key, value in dict(record).items():
        if key == "custom" and isinstance(value, Mapping):
            yield from (CUSTOM + name for name in value)
        elif key not in UNSEEN:
            yield key


def _common_model(records: Iterable[Any]) -> type[PlanhatObject] | None:
    """Returns the model of records: a `@{list}` of Robot Framework does not tell it, its records do."""
    kinds = set(map(type, records))
    (kind,) = kinds if len(kinds) == 1 else (None,)
    return kind if kind is not None and issubclass(kind, PlanhatObject) and kind is not PlanhatObject else None


def whole_row_of(record: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    """The same with values as they are, for formats that can hold them."""
    plain = dict(record)  # reading from a record would note that what it hands out may be changed
    return {heading: plain[key] if key in plain else value_at(plain, key) for heading, key in columns.items()}


def column_of(records: list[Any], key: str) -> list[Any]:
    """Returns the values of many records under a key, or under `custom.<Name>`, as `whole_row_of` does of one."""
    values = list(map(dict.get, records, repeat(key)))
    if not key.startswith(CUSTOM) or None not in values:
        return values
    return [value_at(each, key) if key not in each else value for each, value in zip(records, values, strict=True)]


def columns_of(model: type[PlanhatObject] | None, given: Any, key_of: Callable[[str], str] | None = None) -> Columns:
    """Returns columns from a list, a comma-separated string, or a dictionary of headings and fields.

    Args:
        model: The model, if there is one.
        given: The columns.
        key_of: Returns the key of a field. Default: that of the model.

    Raises:
        PlanhatValidationError: If a field is unknown, or there are no columns.
    """
    find = key_of or (lambda name: column_key(model, name))
    given = parse_literal(given)
    if isinstance(given, Mapping):
        found = {str(heading): find(str(name)) for heading, name in given.items()}
    else:
        found = {name: find(name) for name in as_strings(given, "columns")}
    if not found:
        raise PlanhatValidationError("columns is empty. Name at least one field, or leave columns out.")
    return found


def column_key(model: type[PlanhatObject] | None, name: str) -> str:
    """Returns the key of a field that is a column.

    Raises:
        PlanhatValidationError: If there is no such field.
    """
    if model is None or model.OPEN or name.startswith(CUSTOM):
        return name
    known = model.field(name)
    if known is None:
        hint = suggestion(model.near_matches(name))
        raise PlanhatValidationError(f"{model.PLURAL} have no field {name!r} for a column.{hint}")
    return known.key


def kinds_of(model: type[PlanhatObject] | None, keys: Iterable[str]) -> dict[str, Kind]:
    """Returns what fields hold, by their keys or names."""
    known = {key: model.field(key) for key in keys} if model else {}
    return {key: field.kind for key, field in known.items() if field is not None}


def _cell(value: Any) -> Any:
    if isinstance(value, Mapping) or (isinstance(value, Iterable) and not isinstance(value, (str, bytes))):
        return joined(value) if value else None
    return value


def as_table(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = ()) -> Any:
    """Returns rows as a Table of RPA.Tables.

    Args:
        rows: The rows.
        columns: The columns, which a table has also without rows.

    Raises:
        PlanhatValidationError: If rpaframework is not installed.
    """
    try:
        from RPA.Tables import Table  # noqa: PLC0415 - if it is there
    except ImportError as problem:
        raise PlanhatValidationError("as_table=True needs RPA.Tables: pip install rpaframework.") from problem
    found = list(rows)
    return Table(found, columns=list(dict.fromkeys([*columns, *(name for row in found for name in row)])))
