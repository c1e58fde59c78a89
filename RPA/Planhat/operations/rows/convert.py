"""From a row of a table to what is sent, with all that is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.company_index import CompanyIndex
from RPA.Planhat.operations.custom.validation import CustomFields
from RPA.Planhat.operations.input.headings import MORE_CELLS
from RPA.Planhat.operations.input.report_files import ADDED, as_it_was, columns_as_they_were
from RPA.Planhat.operations.rows.columns import (
    ABSENT,
    by_columns,
    can_be_sent,
    each_once,
    or_bad,
    records_of,
    without_bad,
)
from RPA.Planhat.operations.rows.identity import UNIQUE_EVERYWHERE
from RPA.Planhat.operations.rows.mapping import Columns, Step, Target, is_no_field, no_fields, parse, target_of
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.operations.rows.payloads import CUSTOM, payload_of, refuse_contradictions
from RPA.Planhat.operations.rows.shapes import Shape, shape_of
from RPA.Planhat.text.messages import with_article
from RPA.Planhat.types import PlanhatObject
from RPA.Planhat.types.encoding import encode_json, refuse_bad_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from RPA.Planhat.operations.rows.columns import Names, Payload
    from RPA.Planhat.session import PlanhatSession

BY_THEMSELVES = {"custom", MORE_CELLS, *ADDED}
"""Columns with which a row is looked at by itself."""

MOST_SHAPES = 1000
"""Shapes that are remembered; rows of an input that has more are looked at one by one."""

IGNORED = ("__v", "updatedAt", "lastUpdated", "createdAt", "createDate")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be sent.

    Attributes:
        reason: What is wrong with it: all of it, in sentences.
    """

    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True)
class _Plan:
    """What is done with rows of the same columns.

    Attributes:
        columns: The columns that are used, by the spelling of the mapping.
        steps: What is made of them.
    """

    columns: dict[str, str]
    steps: list[Step]


class RowConverter:
    """Converts rows to payloads; the one way in of every row that is written.

    Args:
        session: The connection, for look-ups; nothing is read before a row needs it.
        model: The model.
        options: How rows become records.

    Attributes:
        keys: Planhat's keys of all fields that rows have had so far.
        left_out: How often cells of a column were left out, by the reason.
    """

    def __init__(self, session: PlanhatSession, model: type[PlanhatObject], options: RowOptions | None = None) -> None:
        self._session = session
        self._model = model
        self._options = options = options or RowOptions()
        self._directory = CompanyIndex(session)
        self._custom: CustomFields | None = None
        steps = parse(model, options.mapping) if options.mapping is not None else []
        self._require_custom(step.target.custom for step in steps)
        self._steps = [self._checked(step) for step in steps]
        self._columns = Columns(self._steps)
        self._known: dict[str, Step | None] = {}
        self._plans: dict[Names, _Plan | None] = {}
        self._has_rivals = False
        self._shapes: dict[tuple[type, Names], Shape | None] = {}
        self.keys: dict[str, None] = {}
        self.left_out: Counter[str] = Counter()

    def convert(self, rows: Sequence[Any]) -> list[Payload | BadRow]:
        """Returns what is sent for each of some rows, or what is wrong with it.

        A payload may be the row itself, where nothing of it had to be converted: do not change payloads.
        """
        if self._options.given:
            return self._given(rows)
        made: list[Payload | None] = [None] * len(rows)
        for names, places in by_columns(rows).items():
            plan = self._plan(names)
            if plan is not None:
                together = self._together(plan, [rows[place] for place in places])
                for place, payload in zip(places, together, strict=True):
                    made[place] = payload
        return [self.alone(row) if payload is None else payload for row, payload in zip(rows, made, strict=True)]

    def alone(self, row: Any) -> Payload | BadRow:
        """Returns what is sent for a row, or what is wrong with it."""
        try:
            return self._given_payload(row) if self._options.given else self.payload(row)
        except ValueError as problem:
            return BadRow(str(problem))

    def _given(self, rows: Sequence[Any]) -> list[Payload | BadRow]:
        """Returns the same for rows of programs: those of one shape together, if none of them is bad."""
        made: list[Payload | None] = [None] * len(rows)
        places: dict[tuple[type, Names], list[int]] = {}
        for place, row in enumerate(rows):
            if isinstance(row, dict):
                places.setdefault((type(row), tuple(row)), []).append(place)
        for (kind, names), alike in places.items():
            together = self._of_shape(kind, names, [rows[place] for place in alike])
            for place, payload in zip(alike, together, strict=True):
                made[place] = payload
        return [self.alone(row) if payload is None else payload for row, payload in zip(rows, made, strict=True)]

    def _of_shape(self, kind: type, names: Names, rows: list[Any]) -> Sequence[Payload | None]:
        """Returns what is sent of rows of one shape; nothing if each has to be looked at by itself."""
        if (kind, names) not in self._shapes and len(self._shapes) < MOST_SHAPES:
            self._shapes[kind, names] = shape_of(self._model, kind, names)
        shape = self._shapes.get((kind, names))
        model = self._model
        if shape is None or self._options.check_custom_fields or model.FORMS or model.PERIOD or model.NEVER_WITHOUT:
            return [None] * len(rows)
        try:
            converted = shape.converted(rows)
        except (ValueError, TypeError):
            return [None] * len(rows)
        return [converted[place] if place in converted else shape.payload(row) for place, row in enumerate(rows)]

    def _given_payload(self, row: Any) -> Payload:
        if not isinstance(row, Mapping):
            raise PlanhatValidationError(f"a row is a dictionary, not {type(row).__name__}.")
        _require_names(row)
        model = self._model
        payload = {**model.FIXED, **payload_of(model, as_it_was(row), keep=model.KEYS)}
        encode_json(payload)
        refuse_contradictions(model, payload)
        dropped = [key for key in model.NEVER_WITHOUT if not payload.get(key)]
        if dropped:
            raise PlanhatValidationError(
                f"Planhat drops {with_article(model.SINGULAR)} without {' and '.join(dropped)}, silently."
            )
        return self._definitions().fitted(payload) if self._options.check_custom_fields else payload

    def payload(self, row: Mapping[str, Any]) -> Payload:
        """Returns what is sent for a row.

        Raises:
            PlanhatValidationError: If the row is bad; the message tells all that is wrong with it.
        """
        if not isinstance(row, Mapping):
            raise PlanhatValidationError(f"a row is a dictionary, not {type(row).__name__}.")
        _require_names(row)
        if MORE_CELLS in row:
            raise PlanhatValidationError("it has more cells than there are columns; is a quotation mark missing?")
        payload: Payload = dict(self._model.FIXED)
        problems: dict[str, str] = {}
        cells = self._cells(self._as_it_was(row))
        _refuse_two_ways([step for step, cell in cells if cell is not None])
        for step, cell in cells:
            try:
                self._put(payload, step.target, cell)
            except ValueError as problem:  # noqa: PERF203 - all that is wrong with a row is told
                problems[step.target.name] = str(problem)
        self._judge(problems, payload)
        return payload

    def _as_it_was(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        own = as_it_was(row)
        if self._steps and own is not row:
            self._columns.see(columns_as_they_were(row))
        return own

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

    def _judge(self, problems: Mapping[str, str], payload: Payload) -> None:
        """Leaves bad cells out, or refuses the row: always when it could mean another record without them."""
        if problems and (self._options.bad_cells == "refuse" or self._is_needed(problems, payload)):
            raise PlanhatValidationError(" ".join(dict.fromkeys(problems.values())))
        self.left_out.update(problems.values())

    def _is_needed(self, names: Iterable[str], payload: Payload) -> bool:
        """Tells whether a row can not do without some fields: its only key, or the company that a key belongs to."""
        keys = [key for key in self._model.KEYS if payload.get(key)]
        without_key = not keys and any(_is_key(self._model, name) for name in names)
        return without_key or ("company_id" in names and not set(keys).intersection(UNIQUE_EVERYWHERE))

    def _cells(self, row: Mapping[str, Any]) -> list[tuple[Step, Any]]:
        clean = self._options.formats.cell
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
        self._require_custom(name.removeprefix(CUSTOM) for name in names if name.startswith(CUSTOM))

    def _require_custom(self, names: Iterable[str]) -> None:
        wanted = [name for name in names if name]
        if wanted and self._options.check_custom_fields:
            self._definitions().require(wanted)

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
        if step.target.custom and self._options.check_custom_fields:
            self._definitions().definition(step.target.custom)
        return step

    def _definitions(self) -> CustomFields:
        if self._custom is None:
            self._custom = CustomFields.of(self._session, self._model)
        return self._custom

    def _plan(self, names: Names | None) -> _Plan | None:
        """Returns what is done with rows of some columns; nothing if each has to be looked at by itself."""
        if names is None or not all(isinstance(name, str) for name in names) or not BY_THEMSELVES.isdisjoint(names):
            return None
        if names not in self._plans:
            try:
                self._plans[names] = self._mapped(names) if self._steps else self._named(names)
            except ValueError:
                self._plans[names] = None
        return self._plans[names]

    def _mapped(self, names: Names) -> _Plan:
        spelt = self._columns.spelt(names)
        steps = [each for each in self._steps if not each.columns or spelt.keys() & set(each.columns)]
        _refuse_two_ways(steps)
        return _Plan(spelt, steps)

    def _named(self, names: Names) -> _Plan:
        self._refuse_unknown(list(names), {})
        steps = [step for name in names if (step := self._step_of(name, {})) is not None]
        if self._has_rivals:
            _refuse_rivals([(step, None) for step in steps])
        _refuse_two_ways(steps)
        return _Plan({step.columns[0]: step.columns[0] for step in steps}, steps)

    def _together(self, plan: _Plan, rows: Sequence[Mapping[str, Any]]) -> list[Payload | None]:
        """Returns what is sent for rows of the same columns; nothing for those that have a bad cell."""
        clean = self._options.formats.cell
        cells = {known: each_once(clean, [row[name] for row in rows]) for known, name in plan.columns.items()}
        values = [(step.target, self._column(step.target, step.values(cells, len(rows)))) for step in plan.steps]
        own = {target.field.key: column for target, column in values if not target.custom}
        custom = {target.custom: column for target, column in values if target.custom}
        made = records_of(own, len(rows))
        if self._model.FIXED:
            made = [{**self._model.FIXED, **payload} for payload in made]
        for payload, more in zip(made, records_of(custom, len(rows)), strict=True):
            if more:
                payload["custom"] = more
        return without_bad(made, [column for _, column in values])

    def _column(self, target: Target, cells: list[Any]) -> list[Any]:
        self._note(target)
        if not self._is_plain(target) or not can_be_sent(cells):
            return each_once(or_bad(partial(self._sent, target)), cells)
        empty = self._sent(target, None)
        return [empty if cell is None else cell for cell in cells] if None in cells else cells

    def _is_plain(self, target: Target) -> bool:
        """Tells whether any text that JSON can hold is sent as it is."""
        if target.custom:
            return not self._options.check_custom_fields
        looked_up = target.company_by or (self._options.resolve_companies and target.name == "company_id")
        return not looked_up and self._options.formats.takes_any_text(target.field)

    def _note(self, target: Target) -> None:
        self.keys["custom" if target.custom else target.field.key] = None

    def _put(self, payload: Payload, target: Target, cell: Any) -> None:
        self._note(target)
        value = self._sent(target, cell)
        if value is ABSENT:
            return
        if target.custom:
            payload["custom"] = {**(payload.get("custom") or {}), target.custom: value}
        else:
            payload[target.field.key] = value

    def _sent(self, target: Target, cell: Any) -> Any:
        """Returns the value that is sent for a cell.

        Raises:
            PlanhatValidationError: If the cell gives none.
        """
        if cell is None:
            return None if self._options.clear_empty else ABSENT
        refuse_bad_cell(cell)
        if target.custom:
            return self._custom_value(target.custom, cell)
        return self._value(target, cell)

    def _custom_value(self, name: str, cell: Any) -> Any:
        if not self._options.check_custom_fields:
            return cell
        return self._definitions().value(name, cell, self._options.formats)

    def _custom_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Returns what is sent for custom fields that come in one cell."""
        cells = {name: self._options.formats.cell(value) for name, value in values.items()}
        steps = [self._checked(Step(Target(CUSTOM + name, custom=name), (name,))) for name in values]
        sent = {step.target.custom: self._sent(step.target, step.value(cells)) for step in steps}
        return {name: value for name, value in sent.items() if value is not ABSENT}

    def _value(self, target: Target, cell: Any) -> Any:
        if target.company_by:
            return self._directory.id_of(target.company_by, cell)
        value = self._options.formats.value(target.field, cell)
        if target.name == "custom":
            return self._custom_values(value)
        if self._options.resolve_companies and target.name == "company_id":
            return self._directory.resolve(value)
        return value


def _is_key(model: type[PlanhatObject], name: str) -> bool:
    field = model.field(name)
    return field is not None and field.key in model.KEYS


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


def _require_names(row: Mapping[Any, Any]) -> None:
    if not all(isinstance(name, str) for name in row):
        raise PlanhatValidationError("the names of fields are texts.")


def _refuse_two_ways(steps: list[Step]) -> None:
    """Refuses a row that has its custom fields as a whole and one by one: one would take the place of the other."""
    whole = [step.target.name for step in steps if step.target.name == "custom"]
    single = [step.target.name for step in steps if step.target.custom]
    if whole and single:
        raise PlanhatValidationError(
            f"it fills custom fields all at once, by 'custom', and one by one, by {single[0]!r}: leave one of them out."
        )


def _spread(row: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Returns the cells of a row; those of a dictionary `custom` one by one."""
    custom = row.get("custom")
    if not isinstance(custom, Mapping):
        return list(row.items())
    _require_names(custom)
    own = [(name, value) for name, value in row.items() if name != "custom"]
    return own + [(CUSTOM + name, value) for name, value in custom.items()]
