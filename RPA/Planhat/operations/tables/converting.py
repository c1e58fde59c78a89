"""From a row of a table to what is sent, with all that is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.bulk.report_files import as_it_was
from RPA.Planhat.operations.custom.fitting import CustomFields
from RPA.Planhat.operations.payloads import CUSTOM
from RPA.Planhat.operations.tables.csv_files import MORE_CELLS
from RPA.Planhat.operations.tables.directory import Directory
from RPA.Planhat.operations.tables.formats import Formats
from RPA.Planhat.operations.tables.mapping import Columns, Step, is_no_field, no_fields, parse, target_of
from RPA.Planhat.types import PlanhatObject

if TYPE_CHECKING:
    from RPA.Planhat.operations.tables.mapping import Target
    from RPA.Planhat.session import PlanhatSession

IGNORED = ("__v", "updatedAt", "lastUpdated", "createdAt", "createDate")


@dataclass(frozen=True)
class Rules:
    """How rows become records.

    Attributes:
        mapping: Lines `source -> field`, or a dictionary of columns and fields; without it columns are field names.
        formats: The local forms of values.
        leave_out_bad_cells: Send a row without the cells that can not be used, instead of refusing it.
        clear_empty: Empty cells clear their fields, instead of leaving them alone.
        check_custom_fields: Check custom fields against what the tenant has defined.
        resolve_companies: Look up each company, instead of sending `extid-…` and `srcid-…` as they are.
    """

    mapping: Any = None
    formats: Formats = field(default_factory=Formats)
    leave_out_bad_cells: bool = False
    clear_empty: bool = False
    check_custom_fields: bool = True
    resolve_companies: bool = False


class Converter:
    """Turns rows into payloads.

    Args:
        session: The connection, for look-ups; nothing is read before a row needs it.
        model: The model.
        rules: How rows become records.

    Attributes:
        keys: Planhat's keys of all fields that rows have had so far.
        left_out: How often cells of a column were left out, by the reason.
    """

    def __init__(self, session: PlanhatSession, model: type[PlanhatObject], rules: Rules) -> None:
        self._session = session
        self._model = model
        self._rules = rules
        self._directory = Directory(session)
        self._custom: CustomFields | None = None
        steps = parse(model, rules.mapping) if rules.mapping is not None else []
        self._steps = [self._checked(step) for step in steps]
        self._columns = Columns(self._steps)
        self._known: dict[str, Step | None] = {}
        self._has_rivals = False
        self.keys: dict[str, None] = {}
        self.left_out: Counter[str] = Counter()

    def payload(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Returns what is sent for a row.

        Raises:
            PlanhatValidationError: If the row is bad; the message tells all that is wrong with it.
        """
        if not isinstance(row, Mapping):
            raise PlanhatValidationError(f"a row is a dictionary, not {type(row).__name__}.")
        if MORE_CELLS in row:
            raise PlanhatValidationError("it has more cells than there are columns; is a quotation mark missing?")
        payload: dict[str, Any] = dict(self._model.FIXED)
        problems = []
        for step, cell in self._cells(as_it_was(row)):
            try:
                self._put(payload, step.target, cell)
            except ValueError as problem:  # noqa: PERF203 - all that is wrong with a row is told
                problems.append(str(problem))
        self._judge(problems)
        return payload

    def finish(self) -> None:
        """Refuses a mapping that names columns which no row had.

        Raises:
            PlanhatValidationError: If there is one.
        """
        missing = self._columns.missing()
        if missing:
            raise PlanhatValidationError(missing)

    @property
    def unused(self) -> list[str]:
        """The columns that the mapping does not use."""
        return self._columns.unused()

    def _judge(self, problems: list[str]) -> None:
        if problems and not self._rules.leave_out_bad_cells:
            raise PlanhatValidationError(" ".join(problems))
        self.left_out.update(problems)

    def _cells(self, row: Mapping[str, Any]) -> list[tuple[Step, Any]]:
        clean = self._rules.formats.cell
        if self._steps:
            cells = self._columns.cells(row, clean)
            present = [step for step in self._steps if not step.columns or any(name in cells for name in step.columns)]
            return [(step, step.value(cells)) for step in present]
        spread = _spread(row)
        self._refuse_unknown([name for name, _ in spread if name not in self._known], row)
        found = ((self._step_of(name, row), clean(value)) for name, value in spread)
        own = [(step, value) for step, value in found if step is not None]
        if self._has_rivals:
            _refuse_rivals(own)
        return own

    def _refuse_unknown(self, names: list[str], row: Mapping[str, Any]) -> None:
        if isinstance(row, PlanhatObject):
            return
        unknown = tuple(name for name in names if name not in IGNORED and is_no_field(self._model, name))
        if unknown:
            raise PlanhatValidationError(no_fields(self._model, unknown))

    def _step_of(self, name: str, row: Mapping[str, Any]) -> Step | None:
        if name not in self._known:
            step = self._own_step(name, is_record=isinstance(row, PlanhatObject))
            others = [each.target.name for each in self._known.values() if each is not None]
            self._has_rivals = self._has_rivals or (step is not None and step.target.name in others)
            self._known[name] = step
        return self._known[name]

    def _own_step(self, name: str, *, is_record: bool) -> Step | None:
        """Returns the step for a column that is named as its field; none for what Planhat sets itself."""
        known = self._model.field(name)
        if name in IGNORED or (known is not None and known.read_only and known.key not in self._model.KEYS):
            return None
        if known is None and is_record and not name.startswith(CUSTOM):
            return None
        return self._checked(Step(target_of(self._model, name), (name,)))

    def _checked(self, step: Step) -> Step:
        if step.target.custom and self._rules.check_custom_fields:
            self._definitions().definition(step.target.custom)
        return step

    def _definitions(self) -> CustomFields:
        if self._custom is None:
            self._custom = CustomFields.of(self._session, self._model)
        return self._custom

    def _put(self, payload: dict[str, Any], target: Target, cell: Any) -> None:
        if target.field is not None:
            self.keys[target.field.key] = None
        elif target.custom:
            self.keys["custom"] = None
        if cell is None and not self._rules.clear_empty:
            return
        if target.custom:
            payload.setdefault("custom", {})[target.custom] = self._custom_value(target.custom, cell)
        elif target.field is not None:
            payload[target.field.key] = None if cell is None else self._value(target, cell)

    def _custom_value(self, name: str, cell: Any) -> Any:
        if cell is None or not self._rules.check_custom_fields:
            return cell
        return self._definitions().value(name, cell, self._rules.formats)

    def _value(self, target: Target, cell: Any) -> Any:
        if target.company_by:
            return self._directory.id_of(target.company_by, cell)
        value = self._rules.formats.value(target.field, cell)
        if self._rules.resolve_companies and target.name == "company_id":
            return self._directory.resolve(value)
        return value


def _refuse_rivals(cells: list[tuple[Step, Any]]) -> None:
    """Refuses a row in which two columns fill one field, as `Name` and `name` do."""
    by_field: dict[str, str] = {}
    for step, _ in cells:
        other = by_field.setdefault(step.target.name, step.columns[0])
        if other != step.columns[0]:
            raise PlanhatValidationError(
                f"its columns {other!r} and {step.columns[0]!r} both fill {step.target.name}: remove one, or give a "
                "mapping."
            )


def _spread(row: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Returns the cells of a row; those of a dictionary `custom` one by one."""
    custom = row.get("custom")
    if not isinstance(custom, Mapping):
        return list(row.items())
    own = [(name, value) for name, value in row.items() if name != "custom"]
    return own + [(CUSTOM + name, value) for name, value in custom.items()]
