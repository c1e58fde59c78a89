"""From the columns of a table to the fields of a model.

A mapping is written as a list of `source -> field`. A source is the name of a column, a template with columns in
braces, or a constant in quotation marks; `| upper` and its like change the text on the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.formats import is_missing
from RPA.Planhat.operations.input.headings import UNNAMED
from RPA.Planhat.operations.input.rows import is_table, read_rows
from RPA.Planhat.operations.joining import join_of
from RPA.Planhat.operations.rows.lists import ADD, REMOVE
from RPA.Planhat.operations.rows.payloads import CUSTOM, custom_name, unknown_field
from RPA.Planhat.text.messages import did_you_mean, enumeration, near_matches, with_article
from RPA.Planhat.text.parsing import normalize_name, parse_literal, trim
from RPA.Planhat.types import Field, Kind, PlanhatObject
from RPA.Planhat.types.encoding import BadCell

ARROW = "->"
EXAMPLES = ("external_id", "name")
"""Fields that a column may well mean."""

COMPANY = "company."
COMPANY_KEYS = ("name", "external_id", "source_id", "domain")
"""By what a company can be referred to in a table."""

IN_BRACES = re.compile(r"\{([^{}]+)\}")
CONSTANT = re.compile(r"(['\"])(.*)\1", re.DOTALL)

CHANGES: dict[str, Callable[[str], str]] = {"upper": str.upper, "lower": str.lower, "title": str.title}
"""What can be done with a string on the way."""


@dataclass(frozen=True)
class Target:
    """Where a value goes.

    Attributes:
        name: The field as it is named in messages.
        key: Planhat's key of the field; of a field that is not in the model, its name.
        field: The field; none for a custom field, or for a company by another key than its id.
        custom: The name of a custom field.
        company_by: The key by which a company is referred to.
        by: The model and the key by which another record is referred to, such as a user by `email`.
        change: Whether values are added to a list, `.add`, or removed from it, `.remove`.
    """

    name: str
    key: str
    field: Any = None
    custom: str = ""
    company_by: str = ""
    by: Any = None
    change: str = ""


@dataclass(frozen=True)
class Step:
    """One line of a mapping.

    Attributes:
        target: Where the value goes.
        columns: The columns that it is made of.
        template: A string with columns in braces, or a constant; none when a single column is taken as it is.
        change: What is done with a string.
    """

    target: Target
    columns: tuple[str, ...]
    template: str | None = None
    change: Callable[[str], str] | None = None

    def value(self, cells: Mapping[str, Any]) -> Any:
        """Returns the value that a row has for the target; nothing when all its columns are empty."""
        value = cells.get(self.columns[0]) if self.template is None else self._filled(self.template, cells)
        return self.change(value) if self.change and isinstance(value, str) else value

    def _filled(self, template: str, cells: Mapping[str, Any]) -> str | BadCell | None:
        if not self.columns:
            return template
        values = {name: cells.get(name) for name in self.columns}
        if all(map(is_missing, values.values())):
            return None
        bad = next((value for value in values.values() if isinstance(value, BadCell)), None)
        if bad is not None:
            return bad
        text = IN_BRACES.sub(lambda found: _text(values[found.group(1).strip()]), template)
        return " ".join(text.split())


def parse(model: type[PlanhatObject], given: Any) -> list[Step]:
    """Returns the steps of a mapping to the fields of a model.

    Args:
        model: The model.
        given: A list or text of lines `source -> field`, a dictionary of columns and their fields, or a table of both.

    Raises:
        PlanhatValidationError: If a line cannot be understood, a field is unknown, or one is filled twice.
    """
    return parse_steps(given, partial(target_of, model))


def parse_steps(given: Any, target_of_name: Callable[[str], Target]) -> list[Step]:
    """Returns the steps of a mapping.

    Args:
        given: The mapping, as `parse` takes it.
        target_of_name: Returns the field that a name means.

    Raises:
        PlanhatValidationError: If a line cannot be understood, a field is unknown, or one is filled twice.
    """
    steps, problems = [], []
    for source, name in _lines(given):
        try:
            steps.append(_step(trim(source), target_of_name(trim(name))))
        except PlanhatValidationError as problem:  # noqa: PERF203 - a mapping has few lines
            problems.append(problem)
    if problems:  # all lines at once, so that a mapping is corrected once
        said = " ".join(dict.fromkeys(map(str, problems)))
        raise PlanhatValidationError(said) from problems[0].__cause__
    names = [step.target.name for step in steps]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise PlanhatValidationError(f"The mapping fills {twice[0]} twice. Use a template: {{One}} {{Other}} -> name.")
    return steps


def _lines(given: Any) -> Iterable[tuple[str, str]]:
    given = parse_literal(given)
    if isinstance(given, Mapping):
        for source, names in given.items():
            yield from ((str(source), name) for name in ([names] if isinstance(names, str) else _lines_of(names)))
        return
    if not isinstance(given, str) and (is_table(given) or _has_dictionaries(given)):
        yield from map(_pair_of, read_rows(given))
        return
    for line in given.splitlines() if isinstance(given, str) else _lines_of(given):
        source, arrow, name = str(line).rpartition(ARROW)
        if not arrow and str(line).strip():
            raise PlanhatValidationError(f"{line!r} is not a valid line of a mapping. Write it as E-mail -> email.")
        if arrow:
            yield source, name


def _has_dictionaries(given: Any) -> bool:
    return isinstance(given, (list, tuple)) and bool(given) and all(isinstance(row, Mapping) for row in given)


def _pair_of(row: Mapping[str, Any]) -> tuple[str, str]:
    """Returns the column and the field that a row of a table with two columns maps to each other."""
    cells = list(row.values())
    if len(cells) != 2 or not all(isinstance(cell, str) for cell in cells):
        raise PlanhatValidationError(
            f"A mapping as a table has two columns, the names of columns and their fields; not {list(row)}."
        )
    return cells[0], cells[1]


def _lines_of(given: Any) -> list[str]:
    if isinstance(given, bytes) or not isinstance(given, Iterable):
        raise PlanhatValidationError(f"mapping has lines such as E-mail -> email; not {given!r}.")
    return [str(line) for line in given]


def _step(source: str, target: Target) -> Step:
    source, change = _change(source)
    constant = CONSTANT.fullmatch(source)
    if constant:
        return Step(target, (), constant.group(2), change)
    columns = tuple(each.strip() for each in IN_BRACES.findall(source))
    if columns:
        return Step(target, columns, source, change)
    if not source:
        raise PlanhatValidationError(f"The mapping has no column for {target.name}. Put a constant in quotation marks.")
    return Step(target, (source,), None, change)


def _change(source: str) -> tuple[str, Callable[[str], str] | None]:
    text, bar, name = source.rpartition("|")
    if not bar:
        return source, None
    if name.strip() not in CHANGES:
        raise PlanhatValidationError(f"{name.strip()!r} after the | is not valid. Use one of {', '.join(CHANGES)}.")
    return text.strip(), CHANGES[name.strip()]


def target_of(model: type[PlanhatObject], name: str) -> Target:
    """Returns where a value goes that is mapped to a name.

    Raises:
        PlanhatValidationError: If there is no such field, or Planhat sets it itself.
    """
    base, change = _list_change(model, name)
    if change:
        return replace(target_of(model, base), name=name, change=change)
    if name.startswith(CUSTOM) and model.field("custom"):
        return Target(name, name, custom=custom_name(name))
    if name.startswith(COMPANY):
        return _company_target(model, name)
    field = field_by_heading(model, name)
    if field is None:
        return _link_target(model, name)
    if field.read_only and field.key not in model.KEYS:
        raise PlanhatValidationError(
            f"{field.name} of {with_article(model.SINGULAR)} is set by Planhat and cannot be written: "
            "remove it from the mapping, or map its column to a custom field."
        )
    return Target(field.name, field.key, field)


def _list_change(model: type[PlanhatObject], name: str) -> tuple[str, str]:
    """Returns the list field that a name such as `tags.add` changes, and how; the name itself, if it is not one."""
    change = next((each for each in (ADD, REMOVE) if name.endswith(each)), "")
    base = name.removesuffix(change) if change else name
    field = field_by_heading(model, base)
    is_list = base.startswith(CUSTOM) or (field is not None and field.kind in (Kind.TEXTS, Kind.IDS))
    return (base, change) if change and is_list else (name, "")


def _company_target(model: type[PlanhatObject], name: str) -> Target:
    key = name[len(COMPANY) :]
    field = model.field("company_id")
    if field is None or key not in COMPANY_KEYS:
        known = ", ".join(COMPANY + each for each in COMPANY_KEYS)
        why = f"{model.PLURAL} belong to no company" if field is None else f"known are {known}"
        raise PlanhatValidationError(f"{with_article(model.SINGULAR, first=True)} has no {name!r}: {why}.")
    return Target(field.name, field.key, field, company_by=key)


def _link_target(model: type[PlanhatObject], name: str) -> Target:
    """Returns where a value goes that names a record by one of its fields, such as `owner.email`.

    Raises:
        PlanhatValidationError: If neither the model nor the record that is referred to has such a field.
    """
    join = join_of(model, name)
    if join is None:
        raise unknown_field(model, name)
    (key, other), *further = join.steps
    field = model.field(key)
    if further or field is None or field.read_only:
        raise PlanhatValidationError(f"{name} cannot be written: name a field of the record itself, such as its id.")
    return Target(field.name, field.key, field, by=(other, join.key))


def field_by_heading(model: type[PlanhatObject], name: str) -> Field[Any] | None:
    """Returns the field that a name means, without regard to case, spaces and punctuation; none if no field fits."""
    return model.field(name) or _by_plain_name(model).get(normalize_name(name))


@cache
def _by_plain_name(model: type[PlanhatObject]) -> dict[str, Field[Any]]:
    return {normalize_name(each.name): each for each in reversed(model.known_fields().values())}


def is_no_field(model: type[PlanhatObject], column: str, *, exact: bool = False) -> bool:
    """Returns whether a column means nothing without a mapping.

    Args:
        model: The model.
        column: The column.
        exact: Whether the name of a field has to be spelled exactly so, as keys of dictionaries have.
    """
    if (
        column.startswith((CUSTOM, COMPANY))
        or _list_change(model, column)[1]
        or ("." in column and join_of(model, column) is not None)
    ):
        return False
    return (model.field(column) if exact else field_by_heading(model, column)) is None


@lru_cache(maxsize=16)
def no_fields(model: type[PlanhatObject], columns: tuple[str, ...]) -> str:
    """Returns in words that columns are not fields, all of them at once: all rows of a table have the same ones."""
    named = enumeration(columns, model.near_matches)
    near = model.near_matches(columns[0])
    is_unnamed = any(map(UNNAMED.fullmatch, columns))
    hint = f" The first line has no name for {columns[-1]}: if it is a title, delete it." if is_unnamed else ""
    examples = (*near, *(name for name in EXAMPLES if model.field(name)), model.writable()[0].name)
    return (
        f"The model {model.SINGULAR} has no field {named}. Name columns as fields, custom fields as "
        f"custom.<Name>, or give a mapping with lines such as {columns[0]} {ARROW} {examples[0]}.{hint}"
    )


class Columns:
    """The columns of a table, as its rows have them.

    A name of the mapping means the column that is called so; only without one, case, spaces and punctuation do not
    count, and then it needs a letter or a digit to be known by.
    """

    def __init__(self, steps: list[Step]) -> None:
        wanted = {name for step in steps for name in step.columns}
        self._wanted = {trim(name): name for name in wanted}
        self._alike: dict[str, list[str]] = {}
        for name in sorted(wanted):
            self._alike.setdefault(normalize_name(name), []).append(name)
        self._used: dict[str, str | None] = {}

    def cells(self, row: Mapping[str, Any], clean: Callable[[Any], Any]) -> dict[str, Any]:
        """Returns the cells of a row that the mapping uses, by its own spelling.

        Raises:
            PlanhatValidationError: If two columns of the row can be meant by one name of the mapping.
        """
        return {known: clean(row[name]) for known, name in self.spelt(row).items()}

    def see(self, names: Iterable[str]) -> None:
        """Notes columns that the table has, also when their cells do not count."""
        self.spelt(names)

    def spelt(self, names: Iterable[str]) -> dict[str, str]:
        """Returns the columns that the mapping uses, by its own spelling.

        Raises:
            PlanhatValidationError: If two columns can be meant by one name of the mapping.
        """
        others: list[str] = []
        used: dict[str, str] = {}
        for name in names:
            known = self._wanted.get(trim(str(name)))
            if known is not None and known not in used:
                used[known] = name
            else:
                others.append(name)
        exact = set(used)
        for name in others:
            known = self._meant(name, exact)
            if known in used:
                raise PlanhatValidationError(
                    f"it has two columns that {known!r} in the mapping may mean, one of them {name!r}."
                )
            if known is not None:
                used[known] = name
        for name in names:
            self._used.setdefault(name, None)
        self._used |= {name: known for known, name in used.items()}
        return used

    def _meant(self, name: str, exact: set[str]) -> str | None:
        """Returns the name in the mapping that means a column which is called otherwise; nothing if none or two do."""
        plain = normalize_name(str(name))
        found = [each for each in self._alike.get(plain, ()) if each not in exact] if plain else []
        return found[0] if len(found) == 1 else None

    def missing(self) -> str:
        """Returns in words which columns of the mapping no row has, or nothing."""
        absent = sorted(set(self._wanted.values()) - set(self._used.values()))
        if not absent or not self._used:
            return ""
        known = list(map(str, self._used))
        if len(absent) == 1:
            named = f"{absent[0]!r}.{did_you_mean(absent[0], known)}"
        else:
            named = f"{enumeration(absent, lambda name: near_matches(name, known))}."
        cure = " A mapping is a list with one line for each field." if any(ARROW in name for name in absent) else ""
        return f"The table has no column {named} It has: {enumeration(known)}.{cure}"

    def unused(self) -> list[str]:
        """Returns the columns that the mapping does not use."""
        return [name for name, known in self._used.items() if known is None]


def mapped_rows(rows: Iterable[Any], steps: list[Step], clean: Callable[[Any], Any]) -> Iterator[dict[str, Any]]:
    """Yields rows with the fields of a mapping in the place of their columns.

    Args:
        rows: The rows.
        steps: The steps of the mapping.
        clean: Returns what is in a cell.

    Raises:
        PlanhatValidationError: At the end, if the mapping names columns that no row had.
    """
    columns = Columns(steps)
    for row in rows:
        cells = columns.cells(row, clean)
        yield {step.target.name: step.value(cells) for step in steps}
    missing = columns.missing()
    if missing:
        raise PlanhatValidationError(missing)


def _text(value: Any) -> str:
    return "" if is_missing(value) else str(value)
