"""Which values custom fields take: the one place that knows, for imports and for checks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.formats import Formats
from RPA.Planhat.operations.reading import Query, read_list
from RPA.Planhat.operations.rows.payloads import CUSTOM
from RPA.Planhat.text.messages import did_you_mean, near_matches
from RPA.Planhat.types import CustomField, Field, Kind
from RPA.Planhat.types.tenant import CUSTOM_KINDS, parent_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject

WANTED = ("name", "parent", "type", "list_values", "is_formula")
"""What has to be known of a custom field to tell which values it takes."""

FARTHEST_DAY = 100_000
"""Days since 1970 that are surely meant as something else, such as milliseconds: the year 2243."""

HOW_TO_CREATE = "Create Custom Field creates one, Apply Custom Fields all that a file declares."

_PLANHAT_ID = re.compile(r"[0-9a-fA-F]{24}")


class CustomFields:
    """The custom fields of a model.

    Args:
        model: The model.
        definitions: The custom fields of the tenant.
    """

    def __init__(self, model: type[PlanhatObject], definitions: Iterable[CustomField]) -> None:
        parent = parent_of(model.__name__)
        self._model = model
        self._known = {each.name: (each, _field(each)) for each in definitions if parent_of(str(each.parent)) == parent}

    @classmethod
    def of(cls, session: PlanhatSession, model: type[PlanhatObject]) -> CustomFields:
        """Reads the definitions."""
        return cls(model, read_list(session, CustomField, Query(properties=list(WANTED))))

    @property
    def names(self) -> list[str]:
        """The names of all custom fields of the model."""
        return list(self._known)

    def require(self, names: Iterable[str]) -> None:
        """Refuses names of fields that the model does not have, all of them at once.

        Raises:
            PlanhatValidationError: If there is one.
        """
        unknown = dict.fromkeys(name for name in names if name not in self._known)
        if unknown:
            named = " and no ".join(f"{name!r}{self._hint(name)}" for name in unknown)
            raise PlanhatValidationError(f"{self._model.PLURAL} have no custom field {named}. {HOW_TO_CREATE}")

    def _hint(self, name: str) -> str:
        found = near_matches(name, self.names)
        return f" (did you mean {' or '.join(found)}?)" if found else ""

    def definition(self, name: str) -> CustomField:
        """Returns the definition of a field that can be written.

        Raises:
            PlanhatValidationError: If the model has no such custom field, or Planhat calculates it.
        """
        self.require([name])
        definition = self._known[name][0]
        if definition.is_formula:
            raise PlanhatValidationError(f"{CUSTOM}{name} is calculated by Planhat and can not be written.")
        return definition

    def value(self, name: str, cell: Any, formats: Formats = Formats()) -> Any:  # noqa: B008 - it never changes
        """Returns a value as the custom field holds it; options are spelled as Planhat spells them.

        Raises:
            PlanhatValidationError: If there is no such field, or the value does not fit it.
        """
        definition = self.definition(name)
        field = self._known[name][1]
        value = formats.value(field, cell)
        if value is None:
            return None
        form = FORMS.get(definition.type)
        if form is not None and not form[0](value):
            raise PlanhatValidationError(f"{field.name} takes {form[1]}, not {cell!r}.")
        return _as_options(field, definition.list_values, value) if definition.list_values else value

    def fitted(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Returns what is sent of a record, with custom values as their fields hold them.

        Raises:
            PlanhatValidationError: If there is no such field, or a value does not fit; all that do not are named.
        """
        custom = payload.get("custom")
        if not custom:
            return payload
        self.require(custom)
        fitting, problems = {}, []
        for name, value in custom.items():
            try:
                self.definition(name)
                fitting[name] = None if value is None else self.value(name, value)
            except ValueError as problem:  # noqa: PERF203 - all bad values are told, not just the first
                problems.append(str(problem))
        if problems:
            raise PlanhatValidationError(" ".join(problems))
        return {**payload, "custom": fitting}


def _field(definition: CustomField) -> Field[Any]:
    field: Field[Any] = Field(CUSTOM_KINDS.get(definition.type, Kind.TEXT), "", empty=None)
    field.name = field.key = CUSTOM + definition.name
    return field


def _as_options(field: Field[Any], options: list[str], value: Any) -> Any:
    same = {option.casefold(): option for option in options}
    if isinstance(value, list):
        return [_option(field, same, each) for each in value]
    return _option(field, same, value)


def _option(field: Field[Any], same: dict[str, str], value: Any) -> str:
    wanted = str(value).strip().casefold()
    if wanted not in same:
        hint = did_you_mean(wanted, same.values())
        options = ", ".join(map(repr, same.values()))
        raise PlanhatValidationError(f"{field.name} is one of {options}; not {value!r}.{hint}")
    return same[wanted]


def _is_id(value: Any) -> bool:
    return bool(_PLANHAT_ID.fullmatch(str(value)))


def _are_ids(values: Any) -> bool:
    return all(map(_is_id, values))


FORMS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "team member": (_is_id, "the Planhat id of a user"),
    "team members": (_are_ids, "Planhat ids of users"),
    "enduser": (_is_id, "the Planhat id of an enduser"),
    "endusers": (_are_ids, "Planhat ids of endusers"),
    "day": (lambda value: abs(value) < FARTHEST_DAY, "a day: YYYY-MM-DD, or days since 1970-01-01"),
}
"""What values of a type look like beyond what they hold."""
