"""Rows to payloads: the one way in of every row that is written, with all that is wrong with it.

A keyword with named fields, a list of dictionaries, a record that was read and changed, a file: each is a row here, and
each of its values goes through the function of its field's kind.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.formats import is_missing
from RPA.Planhat.operations.input.headings import MORE_CELLS
from RPA.Planhat.operations.input.report_files import ADDED, as_it_was, columns_as_they_were
from RPA.Planhat.operations.rows.columns import Alike, Names, by_columns, each_once, records_of, without_bad
from RPA.Planhat.operations.rows.identity import TENANT_WIDE_KEYS, owner_of, with_owner
from RPA.Planhat.operations.rows.kinds import convert
from RPA.Planhat.operations.rows.lists import CurrentLists, ListChange, changes_in
from RPA.Planhat.operations.rows.mapping import Columns, Step, Target, is_no_field, no_fields, parse, target_of
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.operations.rows.payloads import (
    ABSENT,
    CUSTOM,
    Payload,
    changes_of_record,
    completed,
    require_names,
    unknown_field,
    without_read_only,
)
from RPA.Planhat.operations.rows.values import ValueConverter
from RPA.Planhat.types import PlanhatObject
from RPA.Planhat.types.encoding import BadCell
from RPA.Planhat.types.records import origin_of

if TYPE_CHECKING:
    from RPA.Planhat.operations.custom.validation import CustomFields
    from RPA.Planhat.session import PlanhatSession

LOGGER = logging.getLogger("RPA.Planhat")

BY_THEMSELVES = {MORE_CELLS, *ADDED}
"""Columns with which a row is looked at by itself."""

IGNORED = ("__v", "updatedAt", "lastUpdated", "createdAt", "createDate")
"""Columns of exports that mean nothing to a write, also where the model does not have them."""

MOST_LAYOUTS = 1000
"""Layouts that are remembered; rows of an input that has more are looked at one by one."""


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
class _Layout:
    """What is done with rows of the same columns.

    Attributes:
        columns: The columns that are used, by the spelling of the mapping.
        steps: What is made of them.
        is_whole: Whether a row is sent as it is when none of its values has to be converted.
    """

    columns: dict[str, str]
    steps: list[Step]
    is_whole: bool = False


class RowConverter:
    """Converts rows to payloads; the one way in of every row that is written.

    Args:
        session: The connection, for look-ups; nothing is read before a row needs it.
        model: The model.
        options: How rows become records.
        custom_fields: The custom fields of the tenant. Default: read when the first row needs them.

    Attributes:
        keys: Planhat's keys of all fields that rows have had so far, but for those whose columns are not valid.
        left_out: How often cells of a column were left out, by the reason.
        ignored: Columns that are not sent, since Planhat sets these fields itself.
        lists: The lists that rows change; nothing if none does.
    """

    def __init__(
        self,
        session: PlanhatSession,
        model: type[PlanhatObject],
        options: RowOptions | None = None,
        custom_fields: CustomFields | None = None,
    ) -> None:
        self._model = model
        self._options = options = options or RowOptions()
        self._values = ValueConverter(session, model, options, custom_fields)
        self._session = session
        self.keys: dict[str, None] = {}
        self.left_out: Counter[str] = Counter()
        self.ignored: dict[str, None] = {}
        self.lists: CurrentLists | None = None
        self._changes_lists = False
        self._steps: list[Step] = []
        if options.mapping is not None:
            self._steps = parse(model, options.mapping)
            targets = self._values.known([step.target for step in self._steps])
            self._steps = [replace(step, target=known) for step, known in zip(self._steps, targets, strict=True)]
            self._columns = Columns(self._steps)
        self._known: dict[bool, dict[str, Step | None]] = {True: {}, False: {}}
        self._layouts: dict[tuple[type, Names], _Layout | None] = {}
        self._checks = bool(model.FORMS or model.PERIOD or (model.NEVER_WITHOUT and not self._options.partial))

    def convert(self, rows: Sequence[Any]) -> list[Payload | BadRow]:
        """Returns what is sent for each of some rows, or what is wrong with it.

        A payload may be the row itself, where nothing of it had to be converted: do not change payloads.
        """
        made: list[Any] = [None] * len(rows)
        for alike in by_columns(rows):
            if len(alike.rows) == len(rows):
                made = list(self._together(alike))
                break
            for place, payload in zip(alike.places, self._together(alike), strict=True):
                made[place] = payload
        for place in [place for place, payload in enumerate(made) if payload is None]:
            made[place] = self.alone(rows[place])
        return list(map(self._with_lists, made)) if self._changes_lists else made

    def _with_lists(self, payload: Payload | BadRow) -> Payload | BadRow:
        """Returns a payload with whole lists in the place of what is added to them or removed."""
        names = [] if isinstance(payload, BadRow) else [name for name, _ in changes_in(payload)]
        if isinstance(payload, BadRow) or not names or self._options.partial:
            return payload
        try:
            owned = {owner: self._values.company_id(owner)} if (owner := owner_of(payload)) else {}
        except PlanhatValidationError as problem:
            return BadRow(str(problem))
        if self.lists is None:
            self.lists = CurrentLists(self._session, self._model, self._options, self.keys)
        return self.lists.applied(payload, with_owner(payload, owned))

    def alone(self, row: Any) -> Payload | BadRow:
        """Returns what is sent for a row, or what is wrong with it."""
        try:
            return self.payload(row)
        except ValueError as problem:
            return BadRow(str(problem))

    def payload(self, row: Any) -> Payload:
        """Returns what is sent for a row.

        Raises:
            PlanhatValidationError: If the row is bad; the message lists all that is wrong with it.
        """
        if not isinstance(row, Mapping):
            raise PlanhatValidationError(f"a row is a dictionary, not {type(row).__name__}.")
        require_names(row)
        if MORE_CELLS in row:
            told = (cell.problem for cell in row.values() if isinstance(cell, BadCell))
            problem = next(told, "it has more cells than there are columns; is a quotation mark missing?")
            raise PlanhatValidationError(problem)
        is_changed = isinstance(row, PlanhatObject) and origin_of(row) is not None
        row = changes_of_record(row, self._model, bulk=not self._options.partial)
        own = as_it_was(row)
        if self._steps and own is not row:
            self._columns.see(columns_as_they_were(row))
        payload: Payload = {}
        problems: dict[str, str] = {}
        cells = self._cells(own)
        if not self._options.given:
            _refuse_two_ways([step for step, cell in cells if cell is not None])
        filled: dict[tuple[str, str], tuple[str, ...]] = {}
        for step, cell in cells:
            self.keys["custom" if step.target.custom else step.target.key] = None
            try:
                value = self._values.sent(step.target, cell, clears=is_changed)
                if value is not ABSENT:
                    before = filled.setdefault((step.target.custom, step.target.key), step.columns)
                    self._put(payload, step, value, before)
            except ValueError as problem:
                problems[step.target.name] = str(problem)
        self._judge(problems, payload)
        return completed(self._model, payload, partial=self._options.partial)

    def _put(self, payload: Payload, step: Step, value: Any, before: tuple[str, ...]) -> None:
        """Puts a value into a payload.

        Raises:
            PlanhatValidationError: If other columns filled the field before, with something else.
        """
        target = step.target
        if target.custom:
            home = payload["custom"] = payload.get("custom") or {}
        else:
            home = payload
        key = target.custom or target.key
        if isinstance(value, ListChange) and isinstance(home.get(key), ListChange):
            value.merge(home[key])
            before = step.columns
        if before != step.columns and home[key] != value:
            if self._options.given:
                raise PlanhatValidationError(f"{target.name} is given twice, as {before[0]} and {step.columns[0]}.")
            raise PlanhatValidationError(
                f"its columns {before[0]!r} and {step.columns[0]!r} both fill {target.name}: remove one, or give a "
                "mapping."
            )
        if key != "custom" or value is not None or not payload.get("custom"):
            home[key] = value

    def finish(self) -> None:
        """Refuses a mapping that names columns which no row had, and names in the log the columns that are not sent.

        Raises:
            PlanhatValidationError: If there is one.
        """
        missing = self._columns.missing() if self._steps else ""
        if missing:
            raise PlanhatValidationError(missing)
        if self.ignored:
            LOGGER.info("Not sent, since Planhat sets these fields itself: %s.", ", ".join(self.ignored))
            self.ignored.clear()

    @property
    def unused(self) -> list[str]:
        """The columns that the mapping does not use."""
        return self._columns.unused() if self._steps else []

    def _judge(self, problems: Mapping[str, str], payload: Payload) -> None:
        """Leaves bad cells out, or refuses the row: always when it could mean another record without them."""
        if problems and (self._options.bad_cells == "refuse" or self._is_needed(problems, payload)):
            raise PlanhatValidationError(" ".join(dict.fromkeys(problems.values())))
        self.left_out.update(problems.values())

    def _is_needed(self, names: Iterable[str], payload: Payload) -> bool:
        """Returns whether a row cannot do without some fields: its only key, or the company that a key belongs to."""
        keys = [key for key in self._model.KEYS if payload.get(key)]
        if not keys:
            fields = filter(None, map(self._model.field, names))
            return "company_id" in names or any(field.key in self._model.KEYS for field in fields)
        return "company_id" in names and not set(keys).intersection(TENANT_WIDE_KEYS)

    def _cells(self, row: Mapping[str, Any]) -> list[tuple[Step, Any]]:
        """Returns the values of a row, each with where it goes."""
        if self._steps:
            cells = self._columns.cells(row, self._values.clean)
            present = [step for step in self._steps if not step.columns or any(name in cells for name in step.columns)]
            return [(step, step.value(cells)) for step in present]
        spread = _spread(row, None if self._is_in_two_ways(row) else self._custom_cell)
        known = self._steps_of([name for name, _ in spread], type(row))
        return [(step, self._values.clean(value)) for name, value in spread if (step := known[name]) is not None]

    def _is_in_two_ways(self, row: Mapping[str, Any]) -> bool:
        """Returns whether a row of a table has custom fields in one cell as text, and in columns of their own."""
        whole = isinstance(row.get("custom"), str) and not self._options.given and self._values.clean(row["custom"])
        return bool(whole) and any(name.startswith(CUSTOM) for name in row)

    def _custom_cell(self, value: Any) -> Any:
        """Returns the custom fields that come in one value, as a dictionary if they are one."""
        field = self._model.field("custom")
        value = self._values.clean(value)
        if field is None or not isinstance(value, str):
            return value
        try:
            return convert(field, value)
        except ValueError:
            return value  # it is refused where values are converted

    def _steps_of(self, names: Iterable[str], kind: type) -> Mapping[str, Step | None]:
        """Returns where columns go that are named as fields, others that were asked for before among them.

        Args:
            names: The columns.
            kind: The type of the row: a record may have any field.
        """
        lenient = self._model.OPEN or issubclass(kind, PlanhatObject)
        known = self._known[lenient]
        new = [name for name in names if name not in known]
        if new:
            known |= self._new_steps(new, lenient=lenient)
        return known

    def _new_steps(self, names: list[str], *, lenient: bool) -> dict[str, Step | None]:
        """Returns where columns go; nothing for those that Planhat sets itself.

        Raises:
            PlanhatValidationError: If some are not fields; all of them are named.
        """
        model, exact = self._model, self._options.given
        steps: dict[str, Step | None] = {}
        unknown = []
        for name in names:
            field = model.field(name)
            if name in IGNORED or (field is not None and field.read_only and field.key not in model.KEYS):
                steps[name] = None
                if name not in IGNORED and not lenient:
                    self.ignored[name] = None
            elif field is not None:
                steps[name] = Step(Target(field.name, field.key, field), (name,))
            elif not is_no_field(model, name, exact=exact):
                steps[name] = Step(target_of(model, name), (name,))
            elif lenient:
                steps[name] = Step(Target(name, name), (name,))
            else:
                unknown.append(name)
        if unknown:
            raise unknown_field(model, *unknown) if exact else PlanhatValidationError(no_fields(model, tuple(unknown)))
        custom = {name: step for name, step in steps.items() if step is not None and step.target.custom}
        targets = self._values.known([step.target for step in custom.values()]) if custom else []
        for (name, step), target in zip(custom.items(), targets, strict=True):
            steps[name] = replace(step, target=target)
        return steps

    def _layout(self, kind: type, names: Names, rows: Sequence[Any]) -> _Layout | None:
        """Returns what is done with rows of some columns; nothing if each has to be looked at by itself."""
        if set(map(type, names)) != {str} or not BY_THEMSELVES.isdisjoint(names):
            return None
        if issubclass(kind, PlanhatObject) and any(origin_of(row) is not None for row in rows):
            return None  # of records that were read only changes are sent
        if (kind, names) not in self._layouts and len(self._layouts) < MOST_LAYOUTS:
            try:
                self._layouts[kind, names] = self._mapped(names) if self._steps else self._named(kind, names)
            except ValueError:
                self._layouts[kind, names] = None
        return self._layouts.get((kind, names))

    def _mapped(self, names: Names) -> _Layout | None:
        spelt = self._columns.spelt(names)
        steps = [each for each in self._steps if not each.columns or spelt.keys() & set(each.columns)]
        _refuse_two_ways(steps)
        if any(step.target.change for step in steps):
            self._changes_lists = True
            return None  # each row is looked at by itself
        return _Layout(spelt, steps)

    def _named(self, kind: type, names: Names) -> _Layout | None:
        known = self._steps_of(names, kind)
        steps: list[Step] = []
        targets: set[str] = set()
        changes = False
        is_whole = self._options.given and not self._model.FIXED
        for name in names:
            step = known[name]
            is_whole = is_whole and step is not None and step.target.key == name and not step.target.custom
            if step is not None:
                steps.append(step)
                targets.add(step.target.name)
                changes = changes or bool(step.target.change)
        if "custom" in targets:
            _refuse_two_ways(steps)
        self._changes_lists = self._changes_lists or changes
        if len(targets) < len(steps) or changes:
            return None  # two columns for one field, which may say the same; or lists that are changed rather than set
        return _Layout(dict(zip(names, names, strict=True)), steps, is_whole)

    def _together(self, alike: Alike) -> list[Payload | None]:
        """Returns what is sent for rows of the same columns; nothing for those that are looked at by themselves."""
        layout = None if alike.kind is None else self._layout(alike.kind, alike.names, alike.rows)
        if layout is None:
            return [None] * len(alike.rows)
        rows, columns = alike.rows, alike.columns()
        cells: dict[str, list[Any]] = {}
        for spelling, name in layout.columns.items():
            column = columns[name]
            cells[spelling] = column if self._options.given else self._values.clean_column(column)
        own: dict[str, list[Any]] = {}
        custom: dict[str, list[Any]] = {}
        converted = []
        for step in layout.steps:
            single = step.template is None and step.change is None
            column = cells[step.columns[0]] if single else _filled(step, cells, len(rows))
            values = self._values.column(step.target, column)
            (custom if step.target.custom else own)[step.target.custom or step.target.key] = values
            if values is not column:
                converted.append(values)
        if layout.is_whole and not converted:
            made: list[Payload] = list(rows)
        elif alike.have_one_order():
            made = self._joined(own, custom, len(rows))
        else:  # a payload has its fields in the order of its row
            return alike.in_each_order(self._together)
        kept = without_bad(made, converted)
        if any(each is not None for each in kept):  # others are looked at by themselves, and note their fields
            self.keys |= dict.fromkeys(("custom",) if custom else ()) | dict.fromkeys(own)
        return list(map(self._checked, kept)) if self._checks else kept

    def _joined(self, own: dict[str, list[Any]], custom: dict[str, list[Any]], count: int) -> list[Payload]:
        made = records_of(own, count)
        if self._model.FIXED and not self._options.partial:
            made = [{**self._model.FIXED, **payload} for payload in made]
        if custom:
            for payload, more in zip(made, records_of(custom, count), strict=True):
                if more:
                    payload["custom"] = more
        return made

    def _checked(self, payload: Payload | None) -> Payload | None:
        """Returns a payload, or nothing if its fields contradict each other."""
        try:
            return payload and completed(self._model, payload, partial=self._options.partial)
        except ValueError:
            return None


def _filled(step: Step, cells: Mapping[str, list[Any]], count: int) -> list[Any]:
    """Returns the values that so many rows have for a step which makes them of several columns, or changes them."""
    own = [cells.get(name) or [None] * count for name in step.columns]
    if len(own) == 1:
        return each_once(lambda cell: step.value({step.columns[0]: cell}), own[0])
    found = [step.value(dict(zip(step.columns, row, strict=True))) for row in zip(*own, strict=True)]
    return found or [step.value({})] * count


def _refuse_two_ways(steps: list[Step]) -> None:
    """Refuses a row that has its custom fields as a whole and one by one: one would take the place of the other."""
    whole = [step.target.name for step in steps if step.target.name == "custom"]
    single = [step.target.name for step in steps if step.target.custom]
    if whole and single:
        raise PlanhatValidationError(
            f"it fills custom fields all at once, by 'custom', and one by one, by {single[0]!r}: leave one of them out."
        )


def _spread(row: Mapping[str, Any], custom_cell: Any) -> list[tuple[str, Any]]:
    """Returns the cells of a row; those of a dictionary `custom` one by one."""
    items = list(dict.items(row) if isinstance(row, dict) else row.items())
    custom = custom_cell(dict(items)["custom"]) if custom_cell and "custom" in row else None
    if not isinstance(custom, Mapping) or not custom:
        return items
    require_names(custom)
    for name in custom:
        one, other = custom[name], row.get(CUSTOM + name)
        if not (is_missing(one) or is_missing(other)) and one != other:
            raise PlanhatValidationError(
                f"{CUSTOM}{name} is given twice, in 'custom' and as a field: leave one of them out."
            )
    return [(name, value) for name, value in items if name != "custom"] + [
        (CUSTOM + name, value) for name, value in custom.items()
    ]


def offline(model: type[PlanhatObject], *, partial: bool = False) -> RowConverter:
    """Returns a converter that looks nothing up: custom values are taken as they are."""
    options = RowOptions(check_custom_fields=False, given=True, partial=partial)
    return RowConverter(None, model, options)  # type: ignore[arg-type] # nothing is looked up


def payload_of(model: type[PlanhatObject], row: Mapping[str, Any], *, keep: tuple[str, ...] = ()) -> dict[str, Any]:
    """Returns what is sent of a row, as far as that is known without asking Planhat: custom values are not checked.

    Args:
        model: The model.
        row: The row.
        keep: Keys that Planhat sets itself and that stay, such as `_id`.

    Raises:
        PlanhatValidationError: If the row is bad.
    """
    return without_read_only(model, offline(model, partial=True).payload(row), keep)
