"""Values of custom fields, checked against what the tenant has defined."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.payloads import CUSTOM
from RPA.Planhat.operations.reading import Query, read_list
from RPA.Planhat.operations.usage.shapes import plain
from RPA.Planhat.types import CustomField, Field, Kind

if TYPE_CHECKING:
    from RPA.Planhat.operations.tables.formats import Formats
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.types import PlanhatObject

KINDS = {
    "number": Kind.NUMBER,
    "rating": Kind.INTEGER,
    "checkbox": Kind.BOOLEAN,
    "date": Kind.DATE,
    "day": Kind.DAY,
    "multipicklist": Kind.TEXTS,
    "team member": Kind.ID,
    "enduser": Kind.ID,
    "team members": Kind.IDS,
    "endusers": Kind.IDS,
}
"""What custom fields hold, by their type; all others hold text."""

WANTED = ("name", "parent", "type", "list_values", "is_formula")


class CustomFields:
    """The custom fields of a model.

    Args:
        model: The model.
        definitions: The custom fields of the tenant.
    """

    def __init__(self, model: type[PlanhatObject], definitions: list[CustomField]) -> None:
        parents = {plain(str(name)) for name in (model.API_NAME, model.SINGULAR, model.__name__)}
        mine = [each for each in definitions if plain(each.parent) in parents]
        self._model = model
        self._known = {each.name: (each, _field(each)) for each in mine}

    @classmethod
    def of(cls, session: PlanhatSession, model: type[PlanhatObject]) -> CustomFields:
        """Reads the definitions."""
        return cls(model, read_list(session, CustomField, Query(properties=list(WANTED))))

    @property
    def names(self) -> list[str]:
        """The names of all custom fields of the model."""
        return list(self._known)

    def require(self, name: str) -> None:
        """Refuses a name that is no custom field of the model, or one that Planhat calculates.

        Raises:
            PlanhatValidationError: If it is so.
        """
        if name not in self._known:
            near = get_close_matches(name, self.names, n=3)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise PlanhatValidationError(f"{self._model.PLURAL} have no custom field {name!r}.{hint} Create it first.")
        if self._known[name][0].is_formula:
            raise PlanhatValidationError(f"{CUSTOM}{name} is calculated by Planhat and can not be written.")

    def value(self, name: str, cell: Any, formats: Formats) -> Any:
        """Returns the value of a cell as the custom field holds it.

        Raises:
            PlanhatValidationError: If it can not be that, or is none of its options.
        """
        definition, field = self._known[name]
        value = formats.value(field, cell)
        options = definition.list_values
        if not options or value is None:
            return value
        same = {option.casefold(): option for option in options}
        chosen = [_option(field, same, each) for each in (value if isinstance(value, list) else [value])]
        return chosen if isinstance(value, list) else chosen[0]


def _field(definition: CustomField) -> Field[Any]:
    field: Field[Any] = Field(KINDS.get(definition.type, Kind.TEXT), "", empty=None)
    field.name = field.key = CUSTOM + definition.name
    return field


def _option(field: Field[Any], same: dict[str, str], value: Any) -> str:
    found = same.get(str(value).casefold())
    if found is None:
        raise PlanhatValidationError(f"{field.name} is one of {', '.join(same.values())}; not {value!r}.")
    return found
