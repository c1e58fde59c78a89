"""What tells records apart that have no id of another system: a name, or an address and a company."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.rows.identity import comparable_name, key_text, owner_key
from RPA.Planhat.operations.rows.payloads import CUSTOM, Payload, unknown_field, value_at
from RPA.Planhat.text.parsing import as_strings
from RPA.Planhat.types.encoding import canonical

if TYPE_CHECKING:
    from RPA.Planhat.types import PlanhatObject

PREFIX = "rf-"
DIGITS = 32
"""Hexadecimal digits of the SHA-256 that a generated key has: among a billion records, two are never the same."""


class NaturalKey:
    """The fields that tell records apart.

    Args:
        model: The model.
        names: The fields, in both spellings or as `custom.<Name>`: several, or one text with commas.

    Attributes:
        keys: The fields in Planhat's spelling.

    Raises:
        PlanhatValidationError: If there is no field, or the model does not have one.
    """

    def __init__(self, model: type[PlanhatObject], names: str | Iterable[str]) -> None:
        self.model = model
        # A set has another order in each run, and keys would follow.
        self._names = as_strings(sorted(names) if isinstance(names, AbstractSet) else names, "A natural key")
        if not self._names:
            raise PlanhatValidationError(f"Name at least one field that tells {model.PLURAL} apart.")
        self.keys = [self._key(name) for name in self._names]

    def _key(self, name: str) -> str:
        field = self.model.field(name)
        if field is not None and field.read_only:
            raise PlanhatValidationError(
                f"{name} of {self.model.PLURAL} is set by Planhat, so that rows do not have it."
            )
        if field is not None:
            return field.key
        if name.startswith(CUSTOM) or self.model.OPEN:
            return name
        raise unknown_field(self.model, name)

    def __str__(self) -> str:
        return ", ".join(self._names)

    def missing(self, row: dict[str, Any]) -> list[str]:
        """Returns the fields that a row lacks."""
        return [name for name, key in zip(self._names, self.keys, strict=True) if _is_empty(value_at(row, key))]

    def values(self, row: dict[str, Any], ids: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """Returns what tells a row or a record apart; capitals and extra spaces do not.

        Args:
            row: The row or the record.
            ids: Planhat ids by other ids.
        """
        texts = [key_text(value_at(row, key)) for key in self.keys]
        return tuple(comparable_name((ids or {}).get(text, text)) for text in texts)


class GeneratedKeys:
    """Gives each row without a key an external id that follows from its natural key, the same in each run.

    Args:
        model: The model.
        names: The fields of the natural key.

    Attributes:
        natural_key: What the keys are made of.

    Raises:
        PlanhatValidationError: If Planhat does not find records of the model by their external id.
    """

    def __init__(self, model: type[PlanhatObject], names: str | Iterable[str]) -> None:
        if model.external_key() not in model.KEYS:
            raise PlanhatValidationError(
                f"Planhat does not find {model.PLURAL} by an external id, so generate_keys cannot be used. "
                f"Give them one of {', '.join(model.KEYS) or 'no key'}, or use find_by."
            )
        self.natural_key = NaturalKey(model, names)
        self._model = model
        self._company = "" if model.OPEN else owner_key(model)

    def __call__(self, payload: Payload) -> Payload:
        """Returns what is sent of a row, with a key.

        Raises:
            PlanhatValidationError: If the row has no key, and lacks what one is made of.
        """
        if self._model.has_unique_key(payload):
            return payload
        missing = self.natural_key.missing(payload)
        if missing:
            raise PlanhatValidationError(f"no key can be generated for it, since it has no {' and no '.join(missing)}.")
        if self._company and not payload.get(self._company):
            raise PlanhatValidationError(
                "no key can be generated for it, since it has no company_id: "
                f"external ids of {self._model.PLURAL} are unique within one company only."
            )
        own = [self.natural_key.keys, self.natural_key.values(payload), payload.get(self._company)]
        digest = sha256(canonical([self._model.__name__, *own])).hexdigest()
        return {**payload, self._model.external_key(): f"{PREFIX}{digest[:DIGITS]}"}


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())
