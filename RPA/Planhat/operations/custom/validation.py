"""Which values custom fields take: the one place for it, for imports and for checks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.date_forms import require_possible
from RPA.Planhat.operations.input.formats import PLAIN, Formats
from RPA.Planhat.operations.reading import custom_fields
from RPA.Planhat.operations.rows.kinds import convert
from RPA.Planhat.operations.rows.payloads import CUSTOM, as_options, spelled_as_known, split_options, undeclared_field
from RPA.Planhat.text.messages import near_matches
from RPA.Planhat.types import CustomField, Field, Kind, PlanhatObject
from RPA.Planhat.types.tenant import CUSTOM_KINDS, parent_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from RPA.Planhat.session import PlanhatSession

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
        self._known = {
            each.name: (each, undeclared_field(CUSTOM_KINDS.get(each.type, Kind.TEXT), CUSTOM + each.name))
            for each in definitions
            if parent_of(str(each.parent)) == parent
        }

    @classmethod
    def of(cls, session: PlanhatSession, model: type[PlanhatObject], *, again: bool = False) -> CustomFields | None:
        """Returns the custom fields of a model, as the session read them first; one call for all models and writes.

        Args:
            session: The connection.
            model: The model.
            again: Whether to read them again, since one that was looked for is not among them.

        Returns:
            Nothing if the token may not read them, which is logged once.
        """
        known = custom_fields(session, model, again=again)
        return None if known is None else cls(model, known.values())

    @property
    def names(self) -> list[str]:
        """The names of all custom fields of the model."""
        return list(self._known)

    def spelling(self, name: str) -> str:
        """Returns a name as Planhat spells it, which may look the same in other characters; an unknown one as it is."""
        return spelled_as_known(name, self._known)

    def require(self, names: Iterable[str]) -> None:
        """Refuses names of fields that the model does not have, all of them at once.

        Raises:
            PlanhatValidationError: If there is one.
        """
        unknown = dict.fromkeys(name for name in names if self.spelling(name) not in self._known)
        if unknown:
            named = " and no ".join(f"{name!r}{self._hint(name)}" for name in unknown)
            raise PlanhatValidationError(f"{self._model.PLURAL} have no custom field {named}. {HOW_TO_CREATE}")

    def _hint(self, name: str) -> str:
        found = near_matches(name, self.names)
        return f" (did you mean {' or '.join(found)}?)" if found else ""

    def require_writable(self, names: Iterable[str]) -> None:
        """Refuses the same, and fields that Planhat calculates.

        Raises:
            PlanhatValidationError: If there is one.
        """
        names = list(names)
        self.require(names)
        for name in names:
            self.definition(name)

    def definition(self, name: str) -> CustomField:
        """Returns the definition of a field that can be written.

        Raises:
            PlanhatValidationError: If the model has no such custom field, or Planhat calculates it.
        """
        self.require([name])
        definition = self._known[self.spelling(name)][0]
        if definition.is_formula:
            raise PlanhatValidationError(f"{CUSTOM}{name} is calculated by Planhat and cannot be written.")
        return definition

    def value(self, name: str, cell: Any, formats: Formats = PLAIN) -> Any:
        """Returns a value as the custom field holds it; options are spelled as Planhat spells them.

        Raises:
            PlanhatValidationError: If there is no such field, or the value does not fit it.
        """
        definition = self.definition(name)
        field = self._known[self.spelling(name)][1]
        if field.kind is Kind.TEXTS and isinstance(cell, str) and definition.list_values and formats.separator == ",":
            cell = split_options(cell, definition.list_values)
        value = convert(field, cell, formats)
        if value is None:
            return None
        if field.kind is Kind.DATE:
            require_possible(field.name, value, cell)
        form = FORMS.get(definition.type)
        if form is not None and not form[0](value):
            raise PlanhatValidationError(f"{field.name} takes {form[1]}, not {cell!r}.")
        return as_options(field.name, definition.list_values, value) if definition.list_values else value

    def simple(self, name: str) -> Field[Any] | None:
        """Returns the field whose values can be seen to fit without converting each; nothing if there is none."""
        definition, field = self._known[self.spelling(name)]
        if definition.type in FORMS or not definition.list_values:
            return None if definition.type in FORMS else field
        return undeclared_field(field.kind, field.name, definition.list_values)


def _is_id(value: Any) -> bool:
    return bool(_PLANHAT_ID.fullmatch(str(value)))


def _are_ids(values: Any) -> bool:
    return all(map(_is_id, values))


FORMS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "team member": (_is_id, "the Planhat id of a user"),
    "team members": (_are_ids, "Planhat ids of users"),
    "enduser": (_is_id, "the Planhat id of an enduser"),
    "endusers": (_are_ids, "Planhat ids of endusers"),
}
"""What values of a type look like beyond what they hold."""
