"""Values of one field: of one row, or of a whole column at once, which calls the same functions and is faster.

Most columns hold what their field takes, and are sent as they are. Of the others each distinct value is converted once.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from operator import is_
from typing import TYPE_CHECKING, Any, TypeVar

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.custom.validation import CustomFields
from RPA.Planhat.operations.input.date_forms import require_possible
from RPA.Planhat.operations.input.formats import PLAIN, is_missing, tell_decimals
from RPA.Planhat.operations.references import COMPANIES, reference_of, refuse_other_model, refuse_others
from RPA.Planhat.operations.rows.columns import (
    BAD,
    NOTHING,
    STRINGS,
    Alike,
    by_columns,
    each_once,
    is_as_it_is,
    is_json,
    or_bad,
    records_of,
    without_bad,
)
from RPA.Planhat.operations.rows.identity import JOINERS, ids_of, own_id, require_visible
from RPA.Planhat.operations.rows.kinds import as_json, convert, parts
from RPA.Planhat.operations.rows.lists import ADD, ListChange
from RPA.Planhat.operations.rows.lookups import CompanyIndex, Lookups, takes_reference
from RPA.Planhat.operations.rows.mapping import Target
from RPA.Planhat.operations.rows.payloads import ABSENT, CUSTOM, custom_name, refuse_reference
from RPA.Planhat.types import CustomField, Enduser, Field, Kind, PlanhatObject, User
from RPA.Planhat.types.encoding import refuse_bad_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from RPA.Planhat.operations.rows.options import RowOptions
    from RPA.Planhat.session import PlanhatSession

T = TypeVar("T")

PEOPLE: dict[str, type[PlanhatObject]] = {
    "team member": User,
    "team members": User,
    "enduser": Enduser,
    "endusers": Enduser,
}
"""The models that custom fields refer to, by their type."""


def _custom_target(name: str) -> Target:
    own = CUSTOM + custom_name(CUSTOM + name)
    return Target(own, own, custom=name)


def _spelled(known: CustomFields, target: Target) -> Target:
    """Returns a target as Planhat spells it. A field that is called `Areas.add` is meant before a change of `Areas`."""
    whole = known.spelling(target.custom + target.change)
    if target.change and whole in known.names:
        return _custom_target(whole)
    name = known.spelling(target.custom)
    if name == target.custom:
        return target
    return replace(target, name=f"{CUSTOM}{name}{target.change}", key=CUSTOM + name, custom=name)


class ValueConverter:
    """Converts what rows have for a field to what is sent.

    Args:
        session: The connection, for look-ups; nothing is read before a value needs it.
        model: The model.
        options: How rows become records.
        custom_fields: The custom fields of the tenant. Default: read when the first value needs them.

    Attributes:
        formats: The local forms of values.
    """

    def __init__(
        self,
        session: PlanhatSession,
        model: type[PlanhatObject],
        options: RowOptions,
        custom_fields: CustomFields | None = None,
    ) -> None:
        self._session = session
        self._model = model
        self._options = options
        self._custom = custom_fields
        self._is_new = custom_fields is not None
        self._ids = ids_of(model) | {"companyExternalId"}
        self._matched = {known.key for name in options.match_by if (known := model.field(name))}
        self._told: set[str] = set()
        self.formats = PLAIN if options.given else options.formats

    @cached_property
    def _companies(self) -> CompanyIndex:
        return CompanyIndex(self._session)

    @cached_property
    def _lookups(self) -> Lookups:
        return Lookups(self._session)

    def clean(self, value: Any) -> Any:
        """Returns what is in a cell, nothing for an empty one; what a program gave stays as it is."""
        return value if self._options.given else self.formats.cell(value)

    def clean_column(self, cells: Sequence[Any]) -> list[Any]:
        """Returns what is in the cells of a table's column, nothing for empty ones."""
        return each_once(self.formats.cell, cells, self.formats.ascii_cells)

    def require_custom(self, names: Iterable[str]) -> None:
        """Refuses names of custom fields that the model does not have, or that Planhat calculates.

        Raises:
            PlanhatValidationError: If there is one.
        """
        wanted = [name for name in names if name]
        if wanted:
            self._asked(lambda known: known.require_writable(wanted))

    def known(self, targets: Sequence[Target]) -> list[Target]:
        """Returns targets with their custom fields as Planhat spells them.

        Raises:
            PlanhatValidationError: If there is no such custom field, or Planhat calculates it.
        """
        custom = [target for target in targets if target.custom]
        if custom:
            self._asked(lambda known: known.require_writable(_spelled(known, each).custom for each in custom))
        return list(map(self.spelled, targets))

    def spelled(self, target: Target) -> Target:
        """Returns a target with its custom field as Planhat spells it, which may look the same in other characters."""
        known = self._definitions() if target.custom else None
        return target if known is None else _spelled(known, target)

    def _definitions(self) -> CustomFields | None:
        """Returns the custom fields of the tenant; nothing if values go as they are."""
        if not self._options.check_custom_fields:
            return None
        if self._custom is None and not self._is_new:
            self._is_new = self._session.custom_fields is None
            self._custom = CustomFields.of(self._session, self._model)
            self._is_new = self._is_new or self._custom is None
        return self._custom

    def _asked(self, question: Callable[[CustomFields], T]) -> T | None:
        """Returns the custom fields of the tenant; nothing if values go as they are.

        What they refuse is asked again once they are read again: the field, or an option, may have been made meanwhile.

        Raises:
            PlanhatValidationError: If they refuse it.
        """
        known = self._definitions()
        if known is None:
            return None
        try:
            return question(known)
        except PlanhatValidationError:
            if self._is_new:
                raise
        self._is_new = True
        self._custom = known = CustomFields.of(self._session, self._model, again=True)
        return None if known is None else question(known)

    def company_id(self, reference: str) -> str:
        """Returns the Planhat id of a company by an id of any kind.

        Raises:
            PlanhatValidationError: If there is no such company.
        """
        return self._companies.resolve(reference)

    def column(self, target: Target, cells: list[Any]) -> list[Any]:
        """Returns what is sent of a column: the same list, if that is what the column holds."""
        types = set(map(type, cells))
        if target.name == "custom" and types <= {dict, NOTHING}:
            return self._custom_column(cells)
        known, definitions = target.field, self._definitions() if target.custom else None
        if definitions is not None:
            known = definitions.simple(target.custom)
        if known is not None and known.kind is Kind.TEXT and not self._options.given:
            tell_decimals(target.name, cells, self._told)
        if target.company_by or target.by or target.name == "custom" or (known is None and definitions is not None):
            fits = False  # each value has to be looked at
        elif known is None:
            fits = is_json(cells, types)
        else:
            is_date = known.kind is Kind.DAY and self.formats.dates
            fits = not is_date and is_as_it_is(known, cells, types, is_key=target.key in self._ids | self._matched)
        if not fits:
            made = each_once(or_bad(partial(self.sent, target)), cells)
            return cells if types <= STRINGS and made == cells else made
        empty = self.sent(target, None) if NOTHING in types else None
        return cells if empty is None else [empty if cell is None else cell for cell in cells]

    def _custom_column(self, cells: list[Any]) -> list[Any]:
        """Returns the same for custom fields that come as dictionaries, by the names in them."""
        made = cells if self._options.given or None not in cells else [self._empty(cell) for cell in cells]
        for alike in by_columns(cells):
            converted = self._custom_alike(alike) if alike.names else alike.rows  # nothing is in others
            if converted is alike.rows:
                continue
            made = list(made) if made is cells else made
            for place, values in zip(alike.places, converted, strict=True):
                made[place] = values
        return made

    def _empty(self, cell: Any) -> Any:
        return cell if cell is not None or self._options.clear_empty else ABSENT

    def _custom_alike(self, alike: Alike) -> Sequence[Any]:
        cells, names = alike.rows, alike.names
        try:
            targets = [_custom_target(name) for name in names]
            self.require_custom(names)
        except (ValueError, TypeError):
            return [BAD] * len(cells)
        columns = list(alike.columns().values())
        if not self._options.given:
            columns = list(map(self.clean_column, columns))
        converted = [self.column(target, column) for target, column in zip(targets, columns, strict=True)]
        keys = [self.spelled(target).custom for target in targets]
        if len(set(keys)) < len(keys):
            return [BAD] * len(cells)  # one field in two Unicode forms
        if self._options.given and keys == list(names) and all(map(is_, converted, columns)):
            return cells
        if not alike.have_one_order():
            return alike.in_each_order(self._custom_alike)
        made = without_bad(records_of(dict(zip(keys, converted, strict=True)), len(cells)), converted)
        # A dictionary whose cells are all empty fills no custom field.
        return [BAD if each is None else each or ABSENT for each in made]

    def sent(self, target: Target, cell: Any, *, clears: bool = False) -> Any:
        """Returns the value that is sent for a cell.

        Args:
            target: Where it goes.
            cell: The cell.
            clears: Whether an empty cell clears the field with any options.

        Raises:
            PlanhatValidationError: If the cell gives none.
        """
        if is_missing(cell):
            clears = clears or self._options.clear_empty or (self._options.given and cell is None)
            return None if clears and not target.change else ABSENT
        refuse_bad_cell(cell)
        if target.change:
            return self._changed_list(target, cell)
        if target.custom:
            return self._custom_value(target.custom, cell)
        if target.company_by:
            return self._companies.id_of(target.company_by, cell)
        if target.by:
            other, key = target.by
            found = self._lookups.id_of(other, key, cell)
            several = {Kind.IDS: [found], Kind.OBJECTS: [{"id": found}]}
            return several.get(target.field.kind, found)
        return self._value(target, cell)

    def _changed_list(self, target: Target, cell: Any) -> ListChange:
        """Returns what is added to a list, or removed from it.

        Raises:
            PlanhatValidationError: If the field does not hold a list, or not such values.
        """
        value = self.sent(replace(target, change=""), cell)
        if target.custom and not isinstance(value, list):
            raise PlanhatValidationError(f"{target.name}: {CUSTOM}{target.custom} does not hold a list.")
        value = [each for each in value if each not in (None, "")]
        return ListChange(add=value) if target.change == ADD else ListChange(remove=value)

    def _custom_value(self, name: str, cell: Any) -> Any:
        if self._definitions() is None:
            return as_json(CUSTOM + name, cell)
        return self._asked(lambda known: known.value(name, self._people(known.definition(name), cell), self.formats))

    def _people(self, definition: CustomField, cell: Any) -> Any:
        """Returns the Planhat ids of people who are named by e-mail address in a custom field for them."""
        model = PEOPLE.get(definition.type)
        if model is None:
            return cell
        for each in cell if isinstance(cell, (list, tuple)) else (cell,):
            refuse_other_model(model, each)
        if not isinstance(cell, (str, list, tuple)):
            return cell
        several = parts(cell) if isinstance(cell, str) else cell
        found = [self._lookups.resolve(model, each) or each if isinstance(each, str) else each for each in several]
        return found if definition.type.endswith("s") else found[0] if len(found) == 1 else cell

    def _custom_values(self, values: Mapping[str, Any]) -> Any:
        """Returns what is sent for custom fields that come in one value."""
        self.require_custom(values)
        sent: dict[str, Any] = {}
        for name, value in values.items():
            target = self.spelled(_custom_target(name))
            if target.custom in sent:
                raise PlanhatValidationError(f"{target.name} is given twice, in two Unicode forms: leave one out.")
            sent[target.custom] = self.sent(target, self.clean(value))
        filled = {name: value for name, value in sent.items() if value is not ABSENT}
        return filled if filled or not sent else ABSENT

    def _value(self, target: Target, cell: Any) -> Any:
        known = target.field
        if known is None:
            return as_json(target.name, cell)
        refuse_others(self._model, known.name, cell)
        value = convert(known, self._linked(known, cell), self.formats)
        if known.kind is Kind.DATE and value:
            require_possible(known.name, value, cell)
        if target.name == "custom":
            return self._custom_values(value)
        if isinstance(value, str) and known.key in self._ids:
            return own_id(known.name, value)
        if isinstance(value, str) and known.key in self._matched:
            require_visible(known.name, value, JOINERS)
        if known.kind in (Kind.ID, Kind.IDS):
            value = self._referred(known, value)
        if self._options.resolve_companies and target.name in COMPANIES:
            several = isinstance(value, list)
            return list(map(self._companies.resolve, value)) if several else self._companies.resolve(value)
        return value

    def _linked(self, known: Field[Any], cell: Any) -> Any:
        """Returns objects with the ids of people who are named in a list that holds objects, such as `endusers`."""
        if known.kind is not Kind.OBJECTS or reference_of(self._model, known.name) is None or self._session is None:
            return cell
        named = parts(cell) if isinstance(cell, str) and not cell.lstrip().startswith(("[", "{")) else cell
        if not isinstance(named, (list, tuple)) or not all(isinstance(each, str) for each in named):
            return cell
        return [{"id": each} for each in self._referred(known, list(named))]

    def _referred(self, known: Field[Any], value: Any) -> Any:
        """Returns the Planhat ids of what a field refers to; of companies those that Planhat finds itself.

        Raises:
            PlanhatValidationError: If a value cannot be a reference, or there is no such record.
        """
        reference = reference_of(self._model, known.name)
        if known.name in COMPANIES or reference is None or self._session is None:
            strict = self._options.resolve_companies or getattr(self._session, "dry_run", False)
            refuse_reference(known, value, strict=strict or known.name not in COMPANIES)
            return value
        ids = []
        for each in value if isinstance(value, list) else [value]:
            try:
                found = self._lookups.resolve(reference[1], each) if each else each
            except PlanhatValidationError as problem:
                raise PlanhatValidationError(f"{known.name}: {problem}") from problem
            if found is None:
                raise PlanhatValidationError(takes_reference(known.name, reference[1], each))
            ids.append(found)
        return ids if isinstance(value, list) else ids[0]
