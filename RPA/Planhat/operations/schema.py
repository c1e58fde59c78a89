"""What a row for the analytics host may hold, under which names, and which rules it has to keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.formats import PLAIN, Formats
from RPA.Planhat.operations.input.headings import UNNAMED
from RPA.Planhat.operations.rows.identity import own_id
from RPA.Planhat.operations.rows.kinds import convert
from RPA.Planhat.operations.rows.mapping import Target
from RPA.Planhat.text.messages import near_matches, suggestion
from RPA.Planhat.text.parsing import normalize_name
from RPA.Planhat.types import Field
from RPA.Planhat.types.encoding import refuse_bad_cell

Payload = dict[str, Any]

IDS = ("externalId", "companyExternalId")
"""Keys of ids in one's own system."""


@dataclass(frozen=True)
class RowSchema:
    """The form of a row; the host itself takes any, and silently drops what it cannot use.

    Attributes:
        noun: What a row is called in messages.
        fields: The class whose fields a row can have.
        spellings: Other names of fields, which are taken as well.
        mistaken: Names that people use although the host has no such key, with advice.
        rules: Return in words what is wrong with a payload, or nothing.
    """

    noun: str
    fields: type
    spellings: Mapping[str, str] = field(default_factory=dict)
    mistaken: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[Callable[[Payload], str], ...] = ()

    @cached_property
    def _by_name(self) -> dict[str, Field[Any]]:
        known = {name: each for name, each in vars(self.fields).items() if isinstance(each, Field)}
        others = {normalize_name(other): known[name] for other, name in self.spellings.items()}
        return {**others, **{normalize_name(each.key): each for each in known.values()}}

    def payload(self, row: Mapping[str, Any], extra: Iterable[str] = (), formats: Formats = PLAIN) -> Payload:
        """Returns a row under the keys of the host, with converted values; empty cells are left out.

        Args:
            row: Values by any spelling of a field.
            extra: Names that the host is sent as they are, although it is not known to take them.
            formats: The local forms of its values.

        Raises:
            PlanhatValidationError: If a name is unknown, a value wrong, or a rule broken.
        """
        if not isinstance(row, Mapping):
            raise PlanhatValidationError(f"a row is a dictionary, not {type(row).__name__}.")
        payload: Payload = {}
        unknown: list[str] = []
        for name, given in row.items():
            value = formats.cell(given)
            if value is None:
                continue
            if name in extra:
                payload[name] = value
            elif (known := self.find(str(name))) is None:
                refuse_bad_cell(value)
                unknown.append(str(name))
            else:
                self._put(payload, known, value, formats)
        if unknown:
            raise self._unknown(*unknown, row=row)
        self._keep_rules(payload)
        return payload

    def find(self, name: str) -> Field[Any] | None:
        """Returns a field by any of its spellings, or nothing."""
        return self._by_name.get(normalize_name(name))

    def with_common(self, row: Mapping[str, Any], common: Mapping[str, Any]) -> Mapping[str, Any]:
        """Returns a row with values for the fields that it leaves out, under whatever name it has them."""
        own = {self._key(str(name)) for name, value in row.items() if value not in (None, "")}
        return {**row, **{name: value for name, value in common.items() if self._key(name) not in own}}

    def _key(self, name: str) -> str:
        known = self.find(name)
        return known.key if known else name

    def target_of(self, name: str, extra: Iterable[str] = ()) -> Target:
        """Returns the field that a name in a mapping means.

        Raises:
            PlanhatValidationError: If there is no such field.
        """
        known = self.find(name)
        if known is None and name not in extra:
            raise self._unknown(name)
        return Target(known.name if known else name, known.key if known else name, known)

    def _put(self, payload: Payload, known: Field[Any], value: Any, formats: Formats) -> None:
        converted = convert(known, value, formats)
        if known.key in IDS and isinstance(converted, str):
            converted = own_id(known.name, converted)
        if payload.setdefault(known.key, converted) != converted:
            raise PlanhatValidationError(f"{known.name} is given twice, with {payload[known.key]!r} and {converted!r}.")

    def _keep_rules(self, payload: Payload) -> None:
        for rule in self.rules:
            problem = rule(payload)
            if problem:
                raise PlanhatValidationError(problem)

    def _unknown(self, *names: str, row: Iterable[Any] = ()) -> PlanhatValidationError:
        hints = (self.mistaken.get(normalize_name(name)) or self._near(name) for name in names)
        advice = " ".join(dict.fromkeys(hints))
        if any(UNNAMED.fullmatch(str(other)) for other in row):
            advice = f"If the first line is a title, delete it: it has to name the columns. {advice}"
        told = " or ".join(map(repr, names))
        return PlanhatValidationError(f"{self.noun} have no field {told}. {advice}".rstrip())

    def _near(self, name: str) -> str:
        names = {spelling: known.name for spelling, known in self._by_name.items()}
        hint = suggestion(names[each] for each in near_matches(normalize_name(name), names)).strip()
        return hint or f"Known are: {', '.join(dict.fromkeys(names.values()))}."
