"""The filters of a list: which of them Planhat is asked for, and which are compared here.

A filter matches whole values. Only dates match by day, in UTC: `renewal_date=2026-12-31` finds every time of that day.
A list of values matches any of them; a string is one value, also with commas, unless the field itself holds a list.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import repeat
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.date_forms import comparable_moments
from RPA.Planhat.operations.references import PLANHAT_ID, as_planhat_writes, ids_in, refuse_others, require_id
from RPA.Planhat.operations.rows.kinds import EPOCH, convert
from RPA.Planhat.operations.rows.payloads import (
    CUSTOM,
    custom_name,
    is_unicode,
    option_of,
    split_options,
    undeclared_field,
    unknown_field,
    value_at,
)
from RPA.Planhat.text.messages import near_matches, plural
from RPA.Planhat.text.parsing import casefold
from RPA.Planhat.types import Company, Field, Kind, Parameter, PlanhatObject

if TYPE_CHECKING:
    from RPA.Planhat.operations.where import Condition

LOGGER = logging.getLogger("RPA.Planhat")

COMPARISON = re.compile(r"\s*(>=|<=|!=|<>|==|>|<(?![A-Za-z!/][^<>]*>))\s*\S")
"""How a value begins that someone means as a comparison; `<p>` begins HTML."""

EMAIL = "email"
"""The key in which case never matters, whoever compares."""

MOST_VALUES = 1000
"""Different values of a field that are remembered to explain why a filter found nothing."""


@dataclass
class Filter:
    """A value, or several, that a field of a record has to have.

    Attributes:
        key: Planhat's key, or `custom.<Name>`.
        kind: What the field holds.
        wanted: The values, any of which fits; `None` is a record without a value.
    """

    key: str
    kind: Kind
    wanted: list[Any]
    _values: dict[str, None] = field(default_factory=dict)

    def matches(self, row: dict[str, Any]) -> bool:
        """Returns whether a row has one of the values."""
        return self.fits(value_at(row, self.key))

    def fits(self, value: Any) -> bool:
        """Returns whether a value is one of the wanted ones, or a list has one."""
        if isinstance(value, list):
            items: list[Any] = value or [None]
            return value in self.wanted or any(map(self._is_wanted, items))
        return self._is_wanted(value)

    def _is_wanted(self, value: Any) -> bool:
        if value is None or value == "":
            return None in self.wanted
        if self.key == EMAIL:
            return normalize("NFC", str(value)).lower() in (normalize("NFC", str(each)).lower() for each in self.wanted)
        return any(wanted is not None and is_equal(self.kind, value, wanted) for wanted in self.wanted)

    def note(self, rows: Iterable[dict[str, Any]]) -> None:
        """Remembers the values of rows that did not match, for the explanation."""
        for row in rows if len(self._values) < MOST_VALUES else ():
            value = value_at(row, self.key)
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, str) and each:
                    self._values[each] = None

    def explanation(self) -> str:
        """Returns the sentence on values that resemble the wanted ones; nothing when none does."""
        texts = [each for each in self.wanted if isinstance(each, str)]
        same = {casefold(each): each for each in self._values}
        parts = {casefold(part) for text in texts for part in text.split(",")}
        if any("," in text for text in texts) and parts & same.keys():
            return "A string is one value, also with commas: give several values as a list, or use where=… in (…, …)."
        if any(each in self._values for each in texts):
            return ""  # The value is there; it is another filter that leaves nothing.
        near = [same[casefold(each)] for each in texts if casefold(each) in same]
        near = near or [each for text in texts for each in near_matches(text, self._values)]
        if near:
            return f"There is {' and '.join(map(repr, dict.fromkeys(near)))}."
        return ""


@dataclass
class Asked:
    """What Planhat was asked to filter by, as far as records show whether it did; some servers ignore parameters.

    Attributes:
        name: The parameter with its value, for the message.
        key: The key of records that shows it.
        fits: Whether a record with a value under the key is one that was asked for.
    """

    name: str
    key: str
    fits: Callable[[Any], bool]
    _is_ignored: bool = False

    def fitting(self, rows: list[Any]) -> list[Any]:
        """Returns the rows that do not contradict; the same list, as a rule, since a page has few different values.

        A field that rows do not show proves nothing, unless others show another value.
        """
        values = list(map(dict.get, rows, repeat(self.key)))
        try:
            fits: Mapping[Any, bool] = {each: self.fits(each) for each in set(values)}
            are_fit = list(map(fits.__getitem__, values))
        except TypeError:  # lists and objects
            are_fit = list(map(self.fits, values))
        # Records count what is read of them, `row.keys()` does not.
        if all(is_fit or self.key not in row.keys() for row, is_fit in zip(rows, are_fit, strict=True)):  # noqa: SIM118
            return rows
        if not self._is_ignored:
            self._is_ignored = True
            LOGGER.warning(
                "Planhat was asked for %s, and returned %d others: it ignores this. They are left out here.",
                self.name,
                are_fit.count(False),
            )
        return [row for row, is_fit in zip(rows, are_fit, strict=True) if is_fit]


def asked_of(model: type[PlanhatObject], params: Mapping[str, Sequence[str]]) -> list[Asked]:
    """Returns what records have to show for the parameters that Planhat filters by, as far as they show it.

    Args:
        model: The model.
        params: The parameters, each with one or more values.
    """
    found = []
    for each in model.PARAMETERS:
        key, values = each.shows or each.name, params.get(each.name, [])
        is_default = each.default is not None and values == [str(each.default())]
        is_checked_anyway = each.includes and values == ["true"]
        if not values or is_default or is_checked_anyway or not model.field(key):
            continue
        found.append(Asked(f"{each.argument}={' or '.join(values)}", key, _test_of(each, key, values)))
    return found


def asked_companies(model: type[PlanhatObject], ids: Sequence[str]) -> Asked:
    """Returns what records have to show if Planhat restricts the list to companies."""
    wanted = {each.lower() for each in ids}
    shown = ", ".join(ids[:3]) + (" …" if len(ids) > 3 else "")

    def fits(value: Any) -> bool:
        ids = _small_ids(value)
        is_made_up = bool(ids) and not any(map(PLANHAT_ID.fullmatch, ids))  # by a test double, and proves nothing
        return is_made_up or not wanted.isdisjoint(ids)

    return Asked(f"company_ids={shown}", owner_key(model), fits)


def _small_ids(value: Any) -> set[str]:
    return {str(each).lower() for each in ids_in(value) if each is not None}


def _test_of(parameter: Parameter, key: str, values: Sequence[str]) -> Callable[[Any], bool]:
    """Returns whether a value of a record is one that a parameter asks for."""
    if parameter.kind in (Kind.ID, Kind.IDS):
        ids = {each.lower() for value in values for each in value.split(",")}
        return lambda value: not ids.isdisjoint(_small_ids(value))
    if parameter.kind is Kind.BOOLEAN:
        return lambda value: str(bool(value)).lower() in values
    if parameter.options:  # of downgrades
        return lambda value: ("only" if value else "excluded") in values
    if parameter.name in ("from", "to"):
        sign = 1 if parameter.name == "from" else -1
        return lambda value: value is not None and any(_order(value, each) in (0, sign, None) for each in values)
    return Filter(key, Kind.TEXT, list(values)).fits


def _order(value: Any, asked: str) -> int | None:
    """Returns whether a day, or the day of a time, is before, on or after the one that was asked for; if it is one."""
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d", value):
        asked = (EPOCH + timedelta(int(asked))).isoformat() if asked.isdecimal() else asked
        return (value[:10] > asked[:10]) - (value[:10] < asked[:10])
    return (value > int(asked)) - (value < int(asked)) if isinstance(value, int) and asked.isdecimal() else None


def is_equal(kind: Kind, value: Any, wanted: Any) -> bool:
    """Returns whether a stored value is the wanted one: whole, and of dates by day in UTC when a day is wanted."""
    if kind in (Kind.DATE, Kind.ANY) and isinstance(value, str) and isinstance(wanted, str):
        moments = comparable_moments(value, wanted)
        if moments is not None:
            return moments[0] == moments[1]
    one, other = str(value), str(wanted)
    if one.isascii() or other.isascii():
        return bool(value == wanted) or one == other
    return normalize("NFC", one) == normalize("NFC", other)


def split_filters(
    model: type[PlanhatObject], filters: Mapping[str, Any], custom: Mapping[str, Field[Any]]
) -> tuple[dict[str, list[str]], list[Filter]]:
    """Returns the query parameters for what Planhat filters, each with one or more values, and what is filtered here.

    Args:
        model: The model.
        filters: Values by field or parameter.
        custom: The custom fields that are filtered by, by the name as it was written, as far as they can be known.

    Raises:
        PlanhatValidationError: If a field is unknown, or a value cannot be one of it.
    """
    parameters = {spelling: each for each in model.PARAMETERS for spelling in (each.argument, each.name)}
    sent = {each.name: [str(each.default())] for each in model.PARAMETERS if each.default}
    local = [Filter(key, Kind.TEXT, [value]) for key, value in model.FIXED.items()]
    for name, value in filters.items():
        refuse_empty(model, name, value)
        refuse_others(model, name, value)
        if name == "custom" and isinstance(value, Mapping) and value:
            raise PlanhatValidationError(f"Filter by one custom field: custom.{next(iter(value))}=value, not custom=.")
        known = _filtered_field(model, name, custom, parameters)
        by_planhat = name in parameters and not (known and (value is None or _is_several(value, parameters[name])))
        if by_planhat or known is None:
            sent[parameters[name].name] = _in_query(parameters[name], value)
            if known and parameters[name].includes and sent[parameters[name].name] == ["true"]:
                # Planhat adds these records to the others; asked for were these alone.
                local.append(Filter(known.key, known.kind, [True]))
        else:
            local.append(Filter(known.key, known.kind, _wanted(known, value)))
    return sent, local


def refuse_empty(model: type[PlanhatObject], name: str, value: Any) -> None:
    """Refuses a value of a filter that would match everything, or nothing for another reason than it seems.

    Raises:
        PlanhatValidationError: If it is empty, or a comparison.
    """
    if isinstance(value, str) and not value.strip():
        without = f" {name}=${{None}} finds records without a value." if model.field(name) else ""
        raise PlanhatValidationError(f"{name} is empty. Give the value to filter by, or leave {name} out.{without}")
    if isinstance(value, str) and COMPARISON.match(value):
        raise PlanhatValidationError(
            f"{name}={value!r} is not a comparison: a filter finds whole values. "
            f"Write where={name} {value.strip()} instead."
        )


def _filtered_field(
    model: type[PlanhatObject], name: str, custom: Mapping[str, Field[Any]], parameters: Mapping[str, Parameter]
) -> Field[Any] | None:
    if name.startswith(CUSTOM):
        return custom.get(custom_name(name)) or undeclared_field(Kind.ANY, CUSTOM + custom_name(name))
    known = model.field(name)
    if known is None and name not in parameters:
        return _other_key(model, name, [each for each in (*OPTIONS, *parameters) if each != name])
    return known


OPTIONS = ("company_ids", "properties", "sort", "limit", "where")
"""What a list can be asked for beside filters."""


def _other_key(model: type[PlanhatObject], name: str, more: Iterable[str]) -> Field[Any]:
    if model.OPEN or name in model.LIST_FIELDS:
        return undeclared_field(Kind.ANY, name)
    if any(sign in name for sign in "<>!"):
        raise PlanhatValidationError(
            f"{name!r} is not a field of the model {model.SINGULAR}. Comparisons are written where=, for example "
            f"where={name.strip('<>!= ')} >= 100."
        )
    raise unknown_field(model, name, more=more)


def custom_columns(names: Iterable[str]) -> list[str]:
    """Returns the custom fields among the names of columns, to be looked up in the list of those that there are.

    A name with half a character is left as it is: records can hold it, and nobody can ask Planhat for it.
    """
    return [name for name in names if name.startswith(CUSTOM) and is_unicode(name)]


def key_of(model: type[PlanhatObject], name: str) -> str:
    """Returns Planhat's key of a field, or `custom.<Name>` as it is.

    Raises:
        PlanhatValidationError: If there is no such field.
    """
    if name.startswith(CUSTOM):
        return CUSTOM + custom_name(name)
    known = model.field(name) or _other_key(model, name, ())
    return known.key


def _is_several(value: Any, parameter: Parameter) -> bool:
    return parameter.kind not in (Kind.IDS, Kind.TEXTS) and _is_list(value)


def _is_list(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping))


def _in_query(parameter: Parameter, value: Any) -> list[str]:
    if value is None:
        raise PlanhatValidationError(f"{parameter.argument} is None. Give a value, or leave {parameter.argument} out.")
    several = list(value) if _is_several(value, parameter) else [value]
    named = replace(parameter, name=parameter.argument)  # as messages name it
    return [_query_text(convert(named, each)) for each in several]


def _query_text(converted: Any) -> str:
    if isinstance(converted, bool):
        return "true" if converted else "false"
    return ",".join(map(str, converted)) if isinstance(converted, list) else str(converted)


def _wanted(known: Field[Any], value: Any) -> list[Any]:
    if isinstance(value, str) and known.name.startswith(CUSTOM) and known.kind is Kind.TEXTS:
        several = split_options(value, known.options)
        several = several if isinstance(several, list) else [part.strip() for part in value.split(",") if part.strip()]
    else:
        several = list(value) if _is_list(value) else [value]
    plain = known
    if known.name.startswith(CUSTOM):  # an item of a list is one option, also with a comma in it
        plain = undeclared_field(Kind.TEXT if known.kind is Kind.TEXTS else known.kind, known.name)
    converted = [None if each is None else convert(plain, each) for each in several]
    wanted = [item for each in converted for item in (each if isinstance(each, list) else [each])]
    spelled = [option_of(known, each) for each in wanted]  # what is stored may be spelled as it was written, too
    wanted += [each for each in spelled if each not in wanted]
    return [require_id(known, each) for each in wanted]


def owner_key(model: type[PlanhatObject]) -> str:
    """Returns the key by which Planhat can restrict a list to companies; empty if there is none."""
    if issubclass(model, Company):
        return "_id"
    owner = model.field("company_id") or model.field("company_ids")
    return owner.key if owner else ""


def parameters_in(model: type[PlanhatObject], condition: Condition) -> dict[str, list[str]]:
    """Returns the parameters by which Planhat leaves out what a condition leaves out anyway, compared as exactly."""
    known = {each.argument: each for each in model.PARAMETERS}
    found: dict[str, list[str]] = {}
    for each in condition.required:
        name = each.field.name
        is_exact = each.operator == "==" or (each.operator == "=" and (name == "email" or name.endswith("_id")))
        if is_exact and name in known and known[name].kind not in (Kind.IDS, Kind.TEXTS):
            value = as_planhat_writes(str(each.values[0]))
            found[known[name].name] = [value.lower() if name == "email" else value]
    return found


def companies_in(model: type[PlanhatObject], condition: Condition) -> list[str] | None:
    """Returns the companies of which a condition leaves records only, where Planhat can tell them apart."""
    if model.COMPANY_PARAMETER:
        key = owner_key(model)
        for each in condition.required:
            if each.field.key == key and each.operator in ("=", "==", "in"):
                return [as_planhat_writes(str(value)) for value in each.values]
    return None


def company_filter(
    model: type[PlanhatObject], company_ids: Any, filters: Mapping[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """Returns the companies whose records are wanted, and the other filters.

    `company_id=` is taken for `company_ids=`: it, too, may be another kind of id, or a record.

    Raises:
        PlanhatValidationError: If both are given, or it is `None`, such as of a company that was not found: that never
            means all.
    """
    others, owner = dict(filters), model.field("company_id")
    name = next((each for each in (owner.name, owner.key) if each in others), None) if owner else None
    if name is None:
        return company_ids, others
    if company_ids is not None:
        raise PlanhatValidationError(f"company_ids and {name} are both given. Give one of them.")
    refuse_empty(model, name, others[name])
    company_ids = others.pop(name)
    if company_ids is None:
        raise PlanhatValidationError(f"{name} is None, which is not a company. Leave {name} out to mean all of them.")
    return company_ids, others


def company_key(model: type[PlanhatObject]) -> str:
    """Returns the key of the company that records of a model belong to.

    Raises:
        PlanhatValidationError: If they belong to none.
    """
    owner = model.field("company_id")
    if owner is None:
        raise PlanhatValidationError(f"{model.PLURAL} do not belong to a company: leave company_ids out.")
    return owner.key


def explain_nothing(model: type[PlanhatObject], filters: Iterable[Filter], count: int) -> None:
    """Warns if filters found nothing although records have values that resemble the wanted ones."""
    for each in filters:
        words = each.explanation()
        if words:
            wanted = " or ".join(map(repr, each.wanted))
            records = plural(count, str(model.SINGULAR), str(model.PLURAL))
            LOGGER.warning("0 of %s have %s %s. %s", records, each.key, wanted, words)
