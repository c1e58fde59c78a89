"""Custom fields as a declared schema: what a tenant lacks of a declaration, and how it gets there."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from RPA.Planhat import errors
from RPA.Planhat.operations import reading, writing
from RPA.Planhat.operations.custom.declared import Declared, Key, as_declared, declared, key_of, write_declarations
from RPA.Planhat.operations.references import model_of
from RPA.Planhat.operations.rows.outcomes import Account, Outcome, RowResult
from RPA.Planhat.operations.rows.report import BulkReport
from RPA.Planhat.text.messages import first_line, plural
from RPA.Planhat.text.parsing import as_strings, normalize_name, require
from RPA.Planhat.types import CustomField
from RPA.Planhat.types.tenant import parent_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from RPA.Planhat.operations.options import DeclarationOptions
    from RPA.Planhat.session import PlanhatSession

LOGGER = logging.getLogger("RPA.Planhat")

NOT_DONE = "it was not done, since applying stopped: {}"
ABSENT: tuple[Any, ...] = (None, "", [], False)
"""What Planhat may send for a property that was never set."""


@dataclass(frozen=True)
class Difference:
    """A property that differs.

    Attributes:
        name: The property, such as `list_values`.
        old: What Planhat has.
        new: What is declared.
    """

    name: str
    old: Any
    new: Any

    def __str__(self) -> str:
        if not isinstance(self.old, list) or not isinstance(self.new, list):
            return f"{self.name}: {self.old!r} -> {self.new!r}"
        signs = [f"+ {each}" for each in self.new if each not in self.old]
        signs += [f"- {each}" for each in self.old if each not in self.new]
        return f"{self.name}: {', '.join(signs) or 'in another order'}"


@dataclass(frozen=True)
class FieldStep:
    """What one declared field takes.

    Attributes:
        declared: What is declared.
        existing: What Planhat has, if it has the field.
        differences: What has to be changed.
    """

    declared: Declared
    existing: CustomField | None
    differences: tuple[Difference, ...] = ()

    def __str__(self) -> str:
        if self.existing is None:
            return f"+ {self.declared} ({self.declared.definition['type']})"
        return (
            f"~ {self.declared}: {'; '.join(map(str, self.differences))}" if self.differences else f"= {self.declared}"
        )


@dataclass
class CustomFieldPlan(Account):
    """What applying a declaration would do; as a dictionary its `counts`, and the steps as `rows`.

    Attributes:
        steps: One for each declared field, in the order of the declaration.
        extra: Custom fields of the declared models that Planhat has and the declaration has not.
    """

    steps: list[FieldStep] = field(default_factory=list)
    extra: list[CustomField] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(target="custom fields")

    @property
    def create(self) -> list[FieldStep]:
        """The fields that would be created."""
        return [step for step in self.steps if step.existing is None]

    @property
    def change(self) -> list[FieldStep]:
        """The fields that would be changed."""
        return [step for step in self.steps if step.differences]

    @property
    def same(self) -> list[FieldStep]:
        """The fields that are as declared."""
        return [step for step in self.steps if step.existing is not None and not step.differences]

    @property
    def is_done(self) -> bool:
        """Whether there is nothing to do."""
        return not self.create and not self.change

    @property
    def counts(self) -> dict[str, int]:
        """How many fields would be created and changed, are the same, and are extra."""
        steps = {"create": self.create, "change": self.change, "same": self.same}
        return {**{name: len(some) for name, some in steps.items()}, "extra": len(self.extra)}

    def entries(self) -> Iterable[dict[str, Any]]:
        """Returns a dictionary for each field: `action`, `field` and `difference`."""
        actions = (("create", self.create), ("change", self.change), ("same", self.same))
        for action, steps in actions:
            for step in steps:
                differences = "; ".join(map(str, step.differences))
                yield {"action": action, "field": str(step.declared), "difference": differences}
        for each in self.extra:
            yield {"action": "extra", "field": f"{parent_of(str(each.parent))}.{each.name}", "difference": ""}

    @property
    def lines(self) -> list[str]:
        """The plan in words, a line for each field that is not as declared."""
        extra = [f"? {parent_of(str(each.parent))}.{each.name} (not declared)" for each in self.extra]
        return [str(step) for step in [*self.create, *self.change]] + extra

    def __repr__(self) -> str:
        words = {"create": "to create", "change": "to change", "same": "the same", "extra": "extra"}
        return ", ".join(f"{count} {words[name]}" for name, count in self.counts.items())

    __str__ = __repr__


def make_plan(session: PlanhatSession, source: Any, given: DeclarationOptions | None = None) -> CustomFieldPlan:
    """Compares a declaration with the tenant. Only what is declared of a field is compared.

    Args:
        session: The connection.
        source: The path of a file, or rows.
        given: How a table is read.

    Raises:
        PlanhatValidationError: If the declaration is wrong.
    """
    wanted = declared(source, given)
    present = by_key(reading.read_list(session, CustomField))
    keys, parents = {each.key for each in wanted}, {each.key[0] for each in wanted}
    extra = [each for key, each in present.items() if key not in keys and key[0] in parents]
    _warn_of_near_twins(keys, present)
    return CustomFieldPlan([_step(each, present.get(each.key)) for each in wanted], extra)


def _warn_of_near_twins(wanted: Iterable[Key], present: Mapping[Key, CustomField]) -> None:
    """Warns of fields that would be created beside one whose name differs in case, spaces or punctuation only."""
    seen: dict[tuple[str, str], Key] = {(parent, normalize_name(name)): (parent, name) for parent, name in present}
    for key in wanted:
        first = seen.setdefault((key[0], normalize_name(key[1]) or key[1]), key)
        if first != key and key not in present:
            LOGGER.warning("%s would be created beside %s. Is the same field meant?", ".".join(key), ".".join(first))


def by_key(fields: Iterable[CustomField]) -> dict[Key, CustomField]:
    """Returns custom fields by model and name."""
    found: dict[Key, CustomField] = {}
    for each in fields:
        found.setdefault(key_of(each), each)
    return found


def _step(wanted: Declared, existing: CustomField | None) -> FieldStep:
    if existing is None:
        return FieldStep(wanted, None)
    known = {each.key: each.name for each in CustomField.writable()}
    differences = (
        Difference(known[key], existing.get(key), value)
        for key, value in wanted.definition.items()
        if key != "parent" and existing.get(key) != value and not (existing.get(key) in ABSENT and value in ABSENT)
    )
    return FieldStep(wanted, existing, tuple(differences))


def apply(
    session: PlanhatSession,
    plan: CustomFieldPlan,
    *,
    change_types: bool = False,
    delete_extra: bool = False,
) -> BulkReport:
    """Carries out a plan, one field after the other; planning and applying again goes on where it stopped.

    Args:
        session: The connection.
        plan: The plan.
        change_types: Change the type of fields, too, which may spoil their values.
        delete_extra: Delete the fields of the declared models that are not declared, with their values.

    Returns:
        The account of every declared field; its key `deleted` has the names of the deleted ones.

    Raises:
        PlanhatSafetyError: If a type would change, unless that is wanted; nothing was sent.
    """
    for name, value in {"change_types": change_types, "delete_extra": delete_extra}.items():
        require(name, value, bool, "True or False")
    _refuse_other_types(plan, change_types=change_types)
    report = BulkReport()
    report["deleted"] = []
    for number, step in enumerate(plan.steps, 1):
        report.results = [*report.results, _result(session, step, number, report)]
    for each in plan.extra if delete_extra and not report.stopped else ():
        writing.delete(session, CustomField, each, missing_ok=True)
        report["deleted"].append(f"{parent_of(str(each.parent))}.{each.name}")
    return report


def _refuse_other_types(plan: CustomFieldPlan, *, change_types: bool) -> None:
    other = [step for step in plan.change if any(each.name == "type" for each in step.differences)]
    if other and not change_types:
        raise errors.PlanhatSafetyError(
            f"Nothing was sent, since {plural(len(other), 'field has', 'fields have')} another type in Planhat: "
            f"{'; '.join(map(str, other[:3]))}. Changing it may spoil their values; change_types=True does it."
        )


def _result(session: PlanhatSession, step: FieldStep, number: int, report: BulkReport) -> RowResult:
    outcome, found, reason = Outcome.FAILED, "", NOT_DONE.format(report.stopped)
    if not report.stopped:
        try:
            outcome, found, reason = _do(session, step, report)
        except (errors.PlanhatBadRequestError, errors.PlanhatNotFoundError) as problem:
            reason = problem.details or str(problem)
        except errors.PlanhatOutcomeUnknownError as problem:
            outcome, reason = Outcome.UNKNOWN, first_line(problem)
        except errors.PlanhatError as problem:
            reason = report.stopped = first_line(problem)
    return RowResult(number, outcome, step.declared.definition, str(step.declared), found, reason)


def _do(session: PlanhatSession, step: FieldStep, report: BulkReport) -> tuple[Outcome, str, str]:
    if step.existing is None:
        report.calls += 1
        return Outcome.CREATED, _created(session, step.declared).id, ""
    if not step.differences:
        return Outcome.UNCHANGED, step.existing.id, ""
    report.calls += 1
    changes = {each.name: each.new for each in step.differences}
    gone = [
        each for each in step.existing.list_values if each not in changes.get("list_values", step.existing.list_values)
    ]
    if gone:
        LOGGER.warning(
            "%s loses the options %s. Records keep them: where= with contains finds these.",
            step.declared,
            ", ".join(map(repr, gone)),
        )
    writing.update(session, CustomField, step.existing.id, changes)
    return Outcome.UPDATED, step.existing.id, "; ".join(map(str, step.differences))


def _created(session: PlanhatSession, wanted: Declared) -> CustomField:
    try:
        return writing.create(session, CustomField, wanted.definition)
    except errors.PlanhatOutcomeUnknownError:
        found = by_key(reading.read_list(session, CustomField)).get(wanted.key)
        if found is None:
            raise
        return found


def export(session: PlanhatSession, path: str | Path, models: Iterable[str] | str | None = None) -> int:
    """Writes the custom fields of the tenant as a file that declares them, and returns how many there are.

    Args:
        session: The connection.
        path: The file, which ends in `.yaml`, `.yml`, `.json` or `.csv`.
        models: Only those of these models; a list, or a comma-separated string.

    Raises:
        PlanhatValidationError: If there is no such model, or the file cannot be written.
    """
    fields = by_key(reading.read_list(session, CustomField))
    present = {parent for parent, _ in fields}
    wanted = {_parent(name, present) for name in as_strings(models, "models")} or present
    rows = [as_declared(each) for key, each in sorted(fields.items()) if key[0] in wanted]
    write_declarations(path, rows)
    return len(rows)


def _parent(name: str, present: set[str]) -> str:
    """Returns the model of custom fields by its name; the tenant may have fields of one that the registry lacks."""
    parent = parent_of(name)
    return parent if parent in present else parent_of(model_of(name.strip("/")).__name__)
