"""Whether values fit the definitions of custom fields, before Planhat stores them without a look."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.custom.declared import LISTS, declared, options_in
from RPA.Planhat.operations.custom.validation import CustomFields
from RPA.Planhat.operations.input.formats import Formats, is_missing
from RPA.Planhat.operations.input.rows import is_table, read_rows
from RPA.Planhat.operations.options import DeclarationOptions
from RPA.Planhat.operations.reading import read_list
from RPA.Planhat.operations.rows.mapping import mapped_rows, parse
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.operations.rows.outcomes import Account
from RPA.Planhat.operations.rows.payloads import CUSTOM, custom_name, require_names
from RPA.Planhat.text.messages import listed, plural
from RPA.Planhat.types import CustomField, PlanhatObject
from RPA.Planhat.types.encoding import BadCell

if TYPE_CHECKING:
    from RPA.Planhat.session import PlanhatSession

NAMED_PROBLEMS = 5
"""Problems that an error message names; the report has all."""

_PERCENT = re.compile(r"%|percent|\bpct\b", re.IGNORECASE)
_RATIO = re.compile(r"\bratio\b|\bshare\b|\bfraction\b", re.IGNORECASE)
_ADDRESS = re.compile(r"[^@\s,;]+@[^@\s,;]+")


@dataclass(frozen=True)
class ValueProblem:
    """A value that does not fit, or looks as if it did not.

    Attributes:
        number: The row, from 1.
        field: The name of the custom field.
        value: The value.
        message: What is wrong with it.
        warning: Whether it may still be right.
    """

    number: int
    field: str
    value: Any
    message: str
    warning: bool = False

    def __str__(self) -> str:
        where = f"row {self.number}, {self.field}" if self.warning else f"row {self.number}"
        return f"{where}: {self.message}"


@dataclass
class CheckedValues(Account):
    """Rows whose custom values were checked; as a dictionary its `counts`, and the problems as `rows`.

    Attributes:
        rows: The rows with values converted to what their fields hold, ready to be upserted.
        problems: What does not fit, warnings among them.
        skips: Whether rows that do not fit were left out, as the caller asked.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[ValueProblem] = field(default_factory=list)
    skips: bool = False

    def __post_init__(self) -> None:
        super().__init__(target="custom values")

    @property
    def errors(self) -> list[ValueProblem]:
        """What cannot be right."""
        return [each for each in self.problems if not each.warning]

    @property
    def warnings(self) -> list[ValueProblem]:
        """What looks wrong."""
        return [each for each in self.problems if each.warning]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are, and how many errors and warnings."""
        return {"checked": len(self.rows), "errors": len(self.errors), "warnings": len(self.warnings)}

    def entries(self) -> Iterable[dict[str, Any]]:
        """Returns a dictionary for each problem."""
        return [vars(each) for each in self.problems]

    def raise_if_wrong(self) -> None:
        """Fails when a value does not fit.

        Raises:
            PlanhatValidationError: With the first problems in words.
        """
        if self.errors and not self.skips:
            named = listed(self.errors[:NAMED_PROBLEMS], len(self.errors))
            bad = plural(
                len(self.errors), "custom value does not fit its field", "custom values do not fit their fields"
            )
            raise PlanhatValidationError(f"{bad}:{named}")

    def __repr__(self) -> str:
        found = ((self.rows, "row"), (self.errors, "error"), (self.warnings, "warning"))
        return ", ".join(plural(len(each), noun) for each, noun in found)

    __str__ = __repr__


def check_values(
    model: type[PlanhatObject],
    rows: Iterable[Mapping[str, Any]],
    definitions: Iterable[CustomField],
    options: RowOptions | None = None,
) -> CheckedValues:
    """Checks the custom values of rows, written as `custom.<Name>` or in a dictionary `custom`.

    Args:
        model: The model of the rows.
        rows: The rows; their other fields are left as they are.
        definitions: The custom fields, of this model and of others.
        options: The local forms of values, and what is done with bad rows.
    """
    options = options or RowOptions()
    fields, checked = CustomFields(model, definitions), CheckedValues(skips=options.bad_rows == "skip")
    for number, row in enumerate(rows, 1):
        found: list[ValueProblem] = []
        made = _checked(number, row, fields, options.formats, found)
        checked.problems += found
        if not checked.skips or all(each.warning for each in found):
            checked.rows.append(made)
    return checked


def check_table(
    session: PlanhatSession,
    model: type[PlanhatObject],
    rows: Any,
    fields: Any = None,
    given: DeclarationOptions | None = None,
) -> CheckedValues:
    """Checks the custom values of a table in any form.

    Args:
        session: The connection.
        model: The model of the rows.
        rows: The path of a file, or rows in any form.
        fields: Declared custom fields to check against. Default: those of the tenant.
        given: How the table is read.
    """
    options = RowOptions.of(DeclarationOptions, given or {})
    known = [CustomField(each.definition) for each in declared(fields)] if fields else read_list(session, CustomField)
    read: Iterable[Mapping[str, Any]] = read_rows(rows, options)
    if options.mapping is not None:
        read = mapped_rows(read, parse(model, options.mapping), options.formats.cell)
    if options.mapping is not None or is_table(rows):
        read = ({name: cell for name, cell in row.items() if cell not in (None, "")} for row in read)
    return check_values(model, read, known, options)


def _checked(
    number: int, row: Mapping[str, Any], fields: CustomFields, formats: Formats, problems: list[ValueProblem]
) -> dict[str, Any]:
    bad = {value.problem: name for name, value in row.items() if isinstance(value, BadCell)}
    if bad:
        problems += [ValueProblem(number, name, row[name], problem) for problem, name in bad.items()]
        return dict(row)
    try:
        require_names(row)
    except PlanhatValidationError as error:
        problems.append(ValueProblem(number, "", None, str(error)))
        return dict(row)
    given = dict(row.get("custom") or {})
    given |= {custom_name(name): value for name, value in row.items() if name.startswith(CUSTOM)}
    custom = {fields.spelling(name): value for name, value in given.items()}
    for name, value in custom.items():
        custom[name], problem = _judged(name, formats.cell(value), fields, formats)
        if problem:
            problems.append(ValueProblem(number, name, value, problem, problem in DOUBTFUL))
    rest = {name: value for name, value in row.items() if name != "custom" and not name.startswith(CUSTOM)}
    return {**rest, "custom": custom} if custom else rest


def _judged(name: str, value: Any, fields: CustomFields, formats: Formats) -> tuple[Any, str]:
    """Returns the value as its field holds it, and what is wrong with it."""
    try:
        definition = fields.definition(name)
        if is_missing(value) or value == "":
            return None, ""
        several = definition.type == "multipicklist"
        fitting = fields.value(name, options_in(value) if several else value, formats)
    except ValueError as problem:
        return value, str(problem)
    return fitting, _doubt(definition, fitting, value)


def _doubt(definition: CustomField, converted: Any, value: Any) -> str:
    """Returns what looks wrong with a value that fits, or nothing."""
    return next((text for looks_wrong, text in DOUBTS if looks_wrong(definition, converted, value)), "")


def _says(definition: CustomField, words: re.Pattern[str]) -> bool:
    return definition.type == "number" and bool(words.search(f"{definition.name} {definition.number_format}"))


def _respelled(converted: Any, value: Any) -> bool:
    return bool(converted != options_in(value)) if isinstance(converted, list) else converted != value


Doubt = Callable[["CustomField", Any, Any], bool]

DOUBTS: tuple[tuple[Doubt, str], ...] = (
    (
        lambda definition, converted, value: definition.type in LISTS and _respelled(converted, value),
        "an option in another spelling; it is sent as Planhat spells it.",
    ),
    (
        lambda definition, converted, _: _says(definition, _PERCENT) and 0 < abs(converted) < 1,
        "a percentage below 1; if a ratio was meant, multiply it by 100.",
    ),
    (
        lambda definition, converted, _: _says(definition, _RATIO) and abs(converted) > 1,
        "a ratio above 1; if a percentage was meant, divide it by 100.",
    ),
    (
        lambda definition, _, value: definition.type == "day" and ":" in str(value),
        "a time; the field keeps the day only.",
    ),
    (
        lambda definition, converted, _: definition.type == "email" and not _ADDRESS.fullmatch(converted),
        "it is not a valid e-mail address.",
    ),
    (
        lambda definition, converted, _: definition.type == "url" and "://" not in converted,
        "it is not a valid web address, such as https://acme.example.",
    ),
)
"""What may be a mistake, and how a message calls it."""

DOUBTFUL = frozenset(text for _, text in DOUBTS)
