"""The limits and delays as arguments of keywords: one for each setting, documented and converted."""

from __future__ import annotations

import re
from datetime import timedelta
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, TypeVar

from robot.utils import timestr_to_secs

from RPA.Planhat.connection.credentials import Token
from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.keywords.signatures import named_only
from RPA.Planhat.text.messages import unknown_option
from RPA.Planhat.transport import SETTINGS, Setting, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

F = TypeVar("F", bound="Callable[..., Any]")

PLACE = "            **limits: "
"""Where a docstring speaks of all limits, until they take its place."""

HINTS: dict[Unit, Any] = {
    Unit.SECONDS: timedelta | None,
    Unit.COUNT: int | None,
    Unit.BYTES: int | str | None,
    Unit.FILE: str | None,
}
"""The types that Robot Framework converts to."""

_BY_NAME = {each.name: each for each in SETTINGS}
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([KMG]?)I?B?")
_FACTORS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_TYPING_ERROR = re.compile(r"([A-Za-z_]{3,30})=.*", re.DOTALL)


def takes_limits(*, inherited: bool) -> Callable[[F], F]:
    """Makes a function with `**limits` name an argument for each setting in its signature and documentation.

    Args:
        inherited: Whether what is left out is taken from the import, instead of the defaults.
    """

    def named(function: F) -> F:
        whole = signature(function)
        arguments = [each for each in whole.parameters.values() if each.kind is not Parameter.VAR_KEYWORD]
        added = [named_only(each.name, HINTS[each.unit], None) for each in SETTINGS]
        function.__annotations__.pop("limits")
        function.__annotations__.update({each.name: each.annotation for each in added})
        attributes: Any = function
        attributes.__signature__ = whole.replace(parameters=[*arguments, *added])
        attributes.__doc__ = _documented(function.__doc__ or "", inherited=inherited)
        return function

    return named


def settings_of(limits: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the settings that were given, converted.

    Args:
        limits: What was given by name; `None` counts as not given.
        known: Names that are options, for hints when one is none.

    Raises:
        PlanhatValidationError: If a name is unknown, or a value can not be what it should.
    """
    refuse_unknown(limits, known)
    return {name: _converted(_BY_NAME[name], value) for name, value in limits.items() if value is not None}


def refuse_unknown(limits: Iterable[str], known: Iterable[str]) -> None:
    """Refuses names that are no limits.

    Args:
        limits: The names that were given.
        known: Names of other options, for hints.

    Raises:
        PlanhatValidationError: If there is one.
    """
    for name in limits:
        if name not in _BY_NAME:
            raise PlanhatValidationError(unknown_option(name, [*known, *_BY_NAME]))


def refuse_typing_error(value: Any, options: Mapping[str, Any]) -> None:
    """Refuses a secret that is an option with a typing error: Robot Framework passes `timout=5` by place.

    Args:
        value: What came in a place for a secret.
        options: The names of the options.

    Raises:
        PlanhatValidationError: If it looks like an option, and is none.
    """
    text = value.reveal() if isinstance(value, Token) else value
    found = _TYPING_ERROR.fullmatch(text) if isinstance(text, str) else None
    hint = unknown_option(found.group(1), options) if found else ""
    if "Did you mean" in hint:
        raise PlanhatValidationError(hint)


def seconds(time: Any) -> float | None:
    """Returns seconds of a number, a timedelta, or Robot Framework's time text such as `1 min 30 s`."""
    if time is None or isinstance(time, (int, float)):
        return time
    if isinstance(time, timedelta):
        return time.total_seconds()
    try:
        return float(timestr_to_secs(time))
    except ValueError as problem:
        raise PlanhatValidationError(f"A time is a number of seconds, or as 1 min 30 s; not {time!r}.") from problem


def _converted(setting: Setting, value: Any) -> Any:
    if isinstance(value, str) and setting.unit is not Unit.FILE:
        value = _number(setting, value)
    if isinstance(value, timedelta):
        value = seconds(value)
    setting.check(value)
    return value


def _number(setting: Setting, text: str) -> Any:
    """Returns the number that a text stands for; the text itself when it stands for none."""
    try:
        if setting.unit is Unit.SECONDS:
            return seconds(text)
        return _bytes(text) if setting.unit is Unit.BYTES else int(text)
    except ValueError:
        return text


def _bytes(text: str) -> int:
    found = _SIZE.fullmatch(text.strip().upper())
    if found is None:
        raise ValueError(text)
    return int(float(found.group(1)) * _FACTORS[found.group(2)])


def _documented(text: str, *, inherited: bool) -> str:
    lines = (f"{PLACE[:12]}{each.name}: {_doc(each, inherited=inherited)}\n" for each in SETTINGS)
    before, _, rest = text.partition(PLACE)
    return before + "".join(lines) + rest.partition("\n")[2]


def _doc(setting: Setting, *, inherited: bool) -> str:
    size = " Such as `64 MB`, or a number of bytes." if setting.unit is Unit.BYTES else ""
    default = (
        "Unless given, that of the import." if inherited else f"Unless given, {setting.unit.shown(setting.default)}."
    )
    return f"{setting.doc}{size} {default}"


def limits_table() -> str:
    """Returns the settings as a table in Markdown."""
    rows = (f"| `{each.name}` | {each.doc} | {each.unit.shown(each.default)} |" for each in SETTINGS)
    return "\n".join(["| option | what it limits | default |", "| --- | --- | --- |", *rows])
