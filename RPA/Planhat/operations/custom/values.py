"""Whether values fit the definitions of custom fields, before Planhat stores them without a look."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.custom.declared import LISTS, parent_of
from RPA.Planhat.operations.custom.files import options
from RPA.Planhat.operations.payloads import CUSTOM
from RPA.Planhat.operations.values import convert
from RPA.Planhat.types import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from RPA.Planhat.types import CustomField, PlanhatObject

NAMED_PROBLEMS = 5
"""Problems that an error message names; the report has all."""

KINDS = {
    "number": Kind.NUMBER, "rating": Kind.INTEGER, "checkbox": Kind.BOOLEAN, "day": Kind.DAY, "date": Kind.DATE,
    "team members": Kind.IDS, "endusers": Kind.IDS, "team member": Kind.ID, "enduser": Kind.ID,
}  # fmt: skip
"""What the types of custom fields hold; all others hold text."""

FARTHEST_DAY = 100_000
"""Days since 1970 that are surely meant as something else, such as milliseconds: the year 2243."""

_PERCENT = re.compile(r"%|percent|\bpct\b", re.IGNORECASE)
_RATIO = re.compile(r"\bratio\b|\bshare\b|\bfraction\b", re.IGNORECASE)
_PLANHAT_ID = re.compile(r"[0-9a-fA-F]{24}")
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
        return f"row {self.number}, {self.field}: {self.message}"


@dataclass
class CheckedValues:
    """Rows whose custom values were checked.

    Attributes:
        rows: The rows with values converted to what their fields hold, ready to be upserted.
        problems: What does not fit, warnings among them.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[ValueProblem] = field(default_factory=list)

    @property
    def errors(self) -> list[ValueProblem]:
        """What can not be right."""
        return [each for each in self.problems if not each.warning]

    @property
    def warnings(self) -> list[ValueProblem]:
        """What looks wrong."""
        return [each for each in self.problems if each.warning]

    def raise_if_wrong(self) -> None:
        """Fails when a value does not fit.

        Raises:
            PlanhatValidationError: With the first problems in words.
        """
        if self.errors:
            named = "\n  ".join(map(str, self.errors[:NAMED_PROBLEMS]))
            more = len(self.errors) - NAMED_PROBLEMS
            rest = f"\n  and {more} more" if more > 0 else ""
            raise PlanhatValidationError(f"{len(self.errors)} custom values do not fit their fields:\n  {named}{rest}")

    def __repr__(self) -> str:
        return f"{len(self.rows)} rows, {len(self.errors)} errors, {len(self.warnings)} warnings"

    __str__ = __repr__


class CustomValues:
    """Checks the custom values of what is sent, one record after the other.

    Args:
        model: The model of the records.
        definitions: The custom fields, of this model and of others.
    """

    def __init__(self, model: type[PlanhatObject], definitions: Iterable[CustomField]) -> None:
        self._known = _of_model(model, definitions)

    def __call__(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Returns a record with custom values as their fields hold them.

        Raises:
            PlanhatValidationError: If there is no such field, or a value does not fit.
        """
        custom = payload.get("custom")
        if not custom:
            return payload
        fitting, problems = {}, []
        for name, value in custom.items():
            try:
                fitting[name] = _fitting(name, value, self._known)
            except ValueError as problem:  # noqa: PERF203 - all bad values are told, not just the first
                problems.append(f"custom.{name}: {problem}")
        if problems:
            raise PlanhatValidationError(" ".join(problems))
        return payload if fitting == custom else {**payload, "custom": fitting}


def _of_model(model: type[PlanhatObject], definitions: Iterable[CustomField]) -> dict[str, CustomField]:
    parent = parent_of(model.__name__)
    return {each.name: each for each in definitions if parent_of(str(each.parent)) == parent}


def check_values(
    model: type[PlanhatObject], rows: Iterable[Mapping[str, Any]], definitions: Iterable[CustomField]
) -> CheckedValues:
    """Checks the custom values of rows, written as `custom.<Name>` or in a dictionary `custom`.

    Args:
        model: The model of the rows.
        rows: The rows; their other fields are left as they are.
        definitions: The custom fields, of this model and of others.
    """
    known = _of_model(model, definitions)
    checked = CheckedValues()
    for number, row in enumerate(rows, 1):
        checked.rows.append(_checked(number, row, known, checked.problems))
    return checked


def _checked(
    number: int, row: Mapping[str, Any], known: Mapping[str, CustomField], problems: list[ValueProblem]
) -> dict[str, Any]:
    custom = dict(row.get("custom") or {})
    custom |= {name[len(CUSTOM) :]: value for name, value in row.items() if name.startswith(CUSTOM)}
    for name, value in custom.items():
        custom[name], problem = _judged(name, value, known)
        if problem:
            problems.append(ValueProblem(number, name, value, problem, problem in DOUBTFUL))
    rest = {name: value for name, value in row.items() if name != "custom" and not name.startswith(CUSTOM)}
    return {**rest, "custom": custom} if custom else rest


def _judged(name: str, value: Any, known: Mapping[str, CustomField]) -> tuple[Any, str]:
    """Returns the value as its field holds it, and what is wrong with it."""
    try:
        fitting = _fitting(name, value, known)
    except ValueError as problem:
        return value, str(problem)
    return fitting, "" if fitting is None else _doubt(known[name], fitting, value)


def _fitting(name: str, value: Any, known: Mapping[str, CustomField]) -> Any:
    if name not in known:
        near = get_close_matches(name, known, n=1)
        raise PlanhatValidationError(f"there is no such field.{f' Did you mean {near[0]!r}?' if near else ''}")
    definition = known[name]
    if value in (None, ""):
        return None
    if definition.is_formula:
        raise PlanhatValidationError("Planhat calculates it.")
    if definition.type in LISTS:
        return _chosen(definition, value)
    converted = convert(_field_of(definition), value)
    _refuse_wrong_form(definition, converted, value)
    return converted


def _field_of(definition: CustomField) -> Field[Any]:
    made: Field[Any] = Field(KINDS.get(definition.type, Kind.TEXT), "", empty=None)
    made.__set_name__(type(definition), definition.name)
    return made


def _chosen(definition: CustomField, value: Any) -> Any:
    several = definition.type == "multipicklist"
    chosen = options(value) if several else [str(value)]
    for each in chosen:
        if definition.list_values and each not in definition.list_values:
            raise PlanhatValidationError(f"{each!r} is no option. {_advice(each, definition.list_values)}")
    return chosen if several else chosen[0]


def _advice(value: str, allowed: list[str]) -> str:
    near = [other for other in allowed if other.lower() == value.strip().lower()]
    near = near or get_close_matches(value, allowed, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"It has {', '.join(allowed)}."


def _refuse_wrong_form(definition: CustomField, converted: Any, value: Any) -> None:
    form = FORMS.get(definition.type)
    if form is not None and not form[0](converted):
        raise PlanhatValidationError(f"{value!r} is no {form[1]}.")


def _is_id(value: Any) -> bool:
    return bool(_PLANHAT_ID.fullmatch(str(value)))


FORMS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "team member": (_is_id, "Planhat id of a user"),
    "team members": (lambda values: all(map(_is_id, values)), "list of Planhat ids of users"),
    "enduser": (_is_id, "Planhat id of an enduser"),
    "endusers": (lambda values: all(map(_is_id, values)), "list of Planhat ids of endusers"),
    "day": (lambda value: abs(value) < FARTHEST_DAY, "day: days since 1970-01-01, or YYYY-MM-DD"),
}
"""What values of a type look like beyond what they hold."""


def _doubt(definition: CustomField, converted: Any, value: Any) -> str:
    """Returns what looks wrong with a value that fits, or nothing."""
    return next((text for looks_wrong, text in DOUBTS if looks_wrong(definition, converted, value)), "")


def _says(definition: CustomField, words: re.Pattern[str]) -> bool:
    return definition.type == "number" and bool(words.search(f"{definition.name} {definition.number_format}"))


Doubt = Callable[["CustomField", Any, Any], bool]

DOUBTS: tuple[tuple[Doubt, str], ...] = (
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
        "it is no e-mail address.",
    ),
    (
        lambda definition, converted, _: definition.type == "url" and "://" not in converted,
        "it is no address of a page, such as https://acme.example.",
    ),
)
"""What may be a mistake, and how a message calls it."""

DOUBTFUL = frozenset(text for _, text in DOUBTS)
