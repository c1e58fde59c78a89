"""From the registry, groups of options and the settings to the arguments of keywords: names, types, defaults, docs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from inspect import Parameter as Argument
from inspect import Signature, signature
from typing import Any, Literal, TypedDict, TypeVar

from robot.utils import timestr_to_secs

from RPA.Planhat import operations
from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.keywords.component import UNSET
from RPA.Planhat.operations.options import Described, described
from RPA.Planhat.text.messages import unknown_option
from RPA.Planhat.text.secrets import Token
from RPA.Planhat.transport import SETTINGS, Setting, Unit
from RPA.Planhat.types import MODELS, Field, Kind, Parameter, PlanhatObject

F = TypeVar("F", bound=Callable[..., Any])

HINTS: dict[Kind, Any] = {
    Kind.TEXT: str | None,
    Kind.NUMBER: int | float | None,
    Kind.INTEGER: int | None,
    Kind.BOOLEAN: bool | None,
    Kind.DATE: str | date | datetime | None,
    Kind.DAY: int | str | date | None,
    Kind.ID: str | dict | None,
    Kind.IDS: list | str | None,
    Kind.TEXTS: list | str | None,
    Kind.OBJECT: dict | str | None,
    Kind.OBJECTS: list | str | None,
    Kind.ANY: Any,
}
"""The type that Robot Framework converts an argument to."""

CONVERTED = (int, bool, HINTS[Kind.INTEGER], HINTS[Kind.NUMBER], HINTS[Kind.BOOLEAN])
"""The types that Robot Framework converts to in a run. It would make text of a number, a record or a list before the
library checks what it is, and rows and single writes have to mean the same by the same value."""

FORMS: dict[Kind, str] = {
    Kind.DATE: "ISO 8601; a time without offset is UTC",
    Kind.DAY: "a date (`YYYY-MM-DD`), or days since 1970-01-01",
    Kind.TEXTS: "a list, or a comma-separated string",
    Kind.OBJECT: "a dictionary, or JSON",
    Kind.OBJECTS: "a list of dictionaries, or JSON",
}


OF_COMPANIES = {
    "company_id": "a Planhat id, `extid-…`, `srcid-…` or a record",
    "company_ids": "Planhat ids, `extid-…`, `srcid-…` or records: a list, or a comma-separated string",
}
"""Planhat looks companies up by other ids too; other records it does not."""


def named_only(name: str, hint: Any, default: Any = UNSET) -> Argument:
    """Returns an argument that is given by name."""
    return Argument(name, Argument.KEYWORD_ONLY, default=default, annotation=hint)


def positional(name: str, hint: Any, default: Any = Argument.empty) -> Argument:
    """Returns an argument that is given by place or by name."""
    return Argument(name, Argument.POSITIONAL_OR_KEYWORD, default=default, annotation=hint)


def named_options(options: Iterable[Described]) -> list[Argument]:
    """Returns an argument that is given by name for each option."""
    return [named_only(each.name, each.hint, each.default) for each in options]


def free_named(name: str) -> Argument:
    """Returns the argument that takes all other names."""
    return Argument(name, Argument.VAR_KEYWORD, annotation=Any)


def argument_of(model: type[PlanhatObject]) -> str:
    """Returns the name of the argument that takes a record, such as `company` or `custom_field`."""
    return str(model.SINGULAR).lower().replace(" ", "_")


def hint_of(field: Field[Any] | Parameter) -> Any:
    """Returns the type of an argument, with the words that it may be.

    Libdoc and editors show these. Strings pass as they are all the same: Robot Framework would make nothing of an empty
    one, which clears the field, where the message on a wrong word is wanted.
    """
    hint = HINTS[field.kind]
    return Literal[tuple(field.options)] | hint if field.options else hint


def field_arguments(model: type[PlanhatObject]) -> list[Argument]:
    """Returns an argument for each field that can be written; `custom` is a dictionary."""
    return [named_only(field.name, hint_of(field)) for field in _settable(model)]


def field_docs(model: type[PlanhatObject], *, creating: bool) -> list[str]:
    """Returns a line of documentation for each field that can be written."""
    return [f"{field.name}: {_field_doc(field, creating=creating)}" for field in _settable(model)]


def parameter_arguments(model: type[PlanhatObject]) -> list[Argument]:
    """Returns an argument for each filter that Planhat applies itself."""
    return [named_only(each.argument, hint_of(each)) for each in model.PARAMETERS]


def parameter_docs(model: type[PlanhatObject]) -> list[str]:
    """Returns a line of documentation for each filter that Planhat applies itself."""
    return [f"{each.argument}: {each.doc}{_more(each)} Planhat applies it." for each in model.PARAMETERS]


def _settable(model: type[PlanhatObject]) -> Iterable[Field[Any]]:
    return [] if model.OPEN else [field for field in model.writable() if field.key not in model.FIXED]


def _field_doc(field: Field[Any], *, creating: bool) -> str:
    needed = "Required. " if creating and field.required else ""
    thin = " Known from one source only." if field.confidence != "A" else ""
    return f"{needed}{field.doc}{_more(field)}{thin}"


def _more(field: Field[Any] | Parameter) -> str:
    words = []
    if field.options:
        words.append("one of " + ", ".join(f"`{option}`" for option in field.options))
    least, most = getattr(field, "least", None), getattr(field, "most", None)
    if least is not None:
        words.append(f"{least} to {most}")
    if getattr(field, "name", "") in OF_COMPANIES:
        words.append(OF_COMPANIES[str(field.name)])
    elif len(getattr(field, "between", ())) > 1:
        words.append("a list, or a string that is split at line breaks, else at `;`, else at `|`, else at commas")
    elif field.kind in (Kind.ID, Kind.IDS):
        words.append(_reference_form(field))
    elif field.kind in FORMS:
        words.append(FORMS[field.kind])
    return f" ({'; '.join(words)})" if words else ""


def _reference_form(field: Field[Any] | Parameter) -> str:
    """Returns by what a field or a filter refers to a record, or to several."""
    known = operations.references
    bare = "" if isinstance(field, Parameter) else known.bare_name(field.name)
    target = PlanhatObject if bare == "parent" else MODELS.get(known.TARGETS.get(bare, ""))
    ways = ["a Planhat id"]
    if target is not None:
        ways += ["an e-mail address"] if target.field("email") else []
        ways += [f"`{kind.value}…`" for kind in known.PREFIXED if target.field(target.key_of(kind))]
    one = f"{', '.join(ways)} or a record"
    return f"each {one}; a list, or a string with commas" if field.kind is Kind.IDS else one


OPTIONS = re.compile(r"^( *)(?:\*\*\w+: )?<options>$", re.MULTILINE)
"""The line of a docstring that the documentation of options takes the place of."""


def takes(*groups: type, free: bool = False) -> Callable[[F], F]:
    """Gives a keyword that is written with `**options` the options of groups as named arguments.

    Args:
        groups: The groups, see `operations.options`.
        free: Whether it takes all other names as well.
    """
    options = [each for group in groups for each in described(group)]

    def decorate(function: F) -> F:
        own = dict(signature(function).parameters)
        rest, alias = own.popitem()[1], own.pop("alias", None)
        whole = [*own.values(), *named_options(options), *([alias] if alias else []), *([rest] if free else [])]
        function.__signature__ = Signature(whole)  # type: ignore[attr-defined]
        function.__annotations__ |= {each.name: each.hint for each in options}
        if not free:
            del function.__annotations__[rest.name]
        lines = [f"{each.name}: {each.doc}" for each in options]
        docs = function.__doc__ or ""
        function.__doc__ = OPTIONS.sub(lambda found: "\n".join(found[1] + line for line in lines), docs)
        return function

    return decorate


Duration = float | str | timedelta


class Limits(TypedDict, total=False):
    """The settings as arguments, for type checkers; `SETTINGS` has what they mean."""

    timeout: Duration
    connect_timeout: Duration
    read_timeout: Duration
    bulk_read_timeout: Duration
    retries: int
    backoff: Duration
    throttle_backoff: Duration
    longest_wait: Duration
    longest_retry_after: Duration
    settle: Duration
    calls_per_minute: int
    calls_per_second: int
    parallel: int
    rows_in_memory: int
    rate_limit_file: str
    largest_answer: int | str


PLACE = "            **limits: "
"""Where a docstring means all limits, until they take its place."""

LIMIT_HINTS: dict[Unit, Any] = {
    Unit.SECONDS: timedelta | None,
    Unit.COUNT: int | None,
    Unit.BYTES: int | str | None,
    Unit.FILE: str | None,
}
"""The types that Robot Framework converts to."""

_BY_NAME = {each.name: each for each in SETTINGS}
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([KMG]?)I?B?")
_FACTORS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def takes_limits(*, inherited: bool) -> Callable[[F], F]:
    """Makes a function with `**limits` name an argument for each setting in its signature and documentation.

    Args:
        inherited: Whether what is left out is taken from the import, instead of the defaults.
    """

    def named(function: F) -> F:
        whole = signature(function)
        arguments = [each for each in whole.parameters.values() if each.kind is not Argument.VAR_KEYWORD]
        # What Robot Framework 7 cannot convert in an import ends the whole run, with a traceback.
        also: Any = type(None) if inherited else str
        added = [named_only(each.name, LIMIT_HINTS[each.unit] | also, None) for each in SETTINGS]
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
        known: Names that are options, for suggestions when one is unknown.

    Raises:
        PlanhatValidationError: If a name is unknown, or a value cannot be what it should.
    """
    refuse_unknown(limits, known)
    return {name: _converted(_BY_NAME[name], value) for name, value in limits.items() if value is not None}


def refuse_unknown(limits: Iterable[str], known: Iterable[str]) -> None:
    """Refuses names of unknown limits.

    Args:
        limits: The names that were given.
        known: Names of other options, for hints.

    Raises:
        PlanhatValidationError: If there is one.
    """
    for name in limits:
        if name not in _BY_NAME:
            raise PlanhatValidationError(unknown_option(name, [*known, *_BY_NAME]))


OPTION = re.compile(r"([A-Za-z_]{2,30})=(?!=*$)(.+)", re.DOTALL)
"""A string such as `timout=5`; a token in base64, which ends in equals signs, does not match."""


NEARLY_AN_OPTION = re.compile(r"\s*([A-Za-z_](?:[\w -]{0,38}\w)?)\s*([=\uff1d:\uff1a])\s*(?!=*$)(.+)", re.DOTALL)
"""An option with a hyphen, a space or a capital where it has none, such as `Read-Only = True`; or with a colon."""

COLONS = ":\uff1a"


def refuse_option(
    value: Any,
    options: Iterable[str],
    of_import: Iterable[str] = (),
    *,
    is_credential: bool = False,
    is_token: bool = False,
) -> None:
    """Refuses an option in the place of another argument: Robot Framework passes `timout=5` by place.

    One with spaces or hyphens, such as `read-only = True`, is refused if there is an option of that name, since other
    values have equals signs as well; in the place of a credential, it is refused always.

    Args:
        value: What came by place.
        options: The names of the options.
        of_import: The names of the options of the import, for hints.
        is_credential: Whether it is a token, a tenant, the name of a vault secret or proxies.
        is_token: Whether it is a token or a tenant: there the name of an option with a colon is refused as well. Behind
            the name of a proxy it is that of a port.

    Raises:
        PlanhatValidationError: If it has the form of an option. The value is not shown, since it can be a secret.
    """
    text = value.reveal() if isinstance(value, Token) else value
    if is_credential and isinstance(text, str) and text.rstrip("=") in {*options, *of_import} and text.endswith("="):
        found_name = text.rstrip("=")
        raise PlanhatValidationError(f"The option {found_name!r} is empty. Leave it out, or name a value.")
    found = OPTION.fullmatch(text) if isinstance(text, str) else None
    nearly = NEARLY_AN_OPTION.fullmatch(text) if isinstance(text, str) and not found else None
    has_colon = nearly is not None and nearly.group(2) in COLONS
    if nearly is not None and (is_token or not has_colon):
        name = re.sub(r"[\s-]+", "_", nearly.group(1)).lower()
        if name in {*options, *of_import}:
            raise PlanhatValidationError(
                f"There is no option {nearly.group(1)!r} here. Options are written {name}=..., without spaces."
            )
        found = (
            nearly if not has_colon and is_credential and re.fullmatch("[A-Za-z_-]{2,30}", nearly.group(1)) else None
        )
    if found is None:
        return
    name = found.group(1)
    if name in of_import:
        where = f"It is an option of the import: Library    RPA.Planhat    {name}=..."
        raise PlanhatValidationError(f"There is no option {name!r} here. {where}")
    if name in options:
        raise PlanhatValidationError(
            f"{name}=... came as a string by place, as items of a list do. Write it in the call, or use a dictionary."
        )
    raise PlanhatValidationError(unknown_option(name, options))


def refuse_secrets(values: Iterable[Any], named: Mapping[str, Any]) -> None:
    """Refuses secrets as values of other arguments: what is stored, searched for or saved is open to all who look.

    Args:
        values: The values by place.
        named: The values by name.

    Raises:
        PlanhatValidationError: If there is one.
    """
    for name, value in (*enumerate(values, 1), *named.items()):
        if isinstance(value, Token) or type(value).__name__ == "Secret":
            what = f"Argument {name}" if isinstance(name, int) else name
            raise PlanhatValidationError(
                f"{what} is a secret, and fields, filters and files keep values in the open. Give ${{secret.value}} "
                "if it may be stored."
            )


def seconds(name: str, time: Any) -> float | None:
    """Returns seconds of a number, a timedelta, or Robot Framework's time text such as `1 min 30 s`."""
    if time is None or isinstance(time, (int, float)):
        return time
    if isinstance(time, timedelta):
        return time.total_seconds()
    try:
        return float(timestr_to_secs(time))
    except ValueError as problem:
        raise PlanhatValidationError(
            f"{name} is not a valid time: {time!r}. Give seconds, or a string such as 1 min 30 s."
        ) from problem


def _converted(setting: Setting, value: Any) -> Any:
    if isinstance(value, str) and setting.unit is not Unit.FILE:
        value = _number(setting, value)
    if isinstance(value, timedelta):
        value = seconds(setting.name, value)
    setting.check(value)
    return value


def _number(setting: Setting, text: str) -> Any:
    """Returns the number in a string; the string itself if it is not a number."""
    try:
        if setting.unit is Unit.SECONDS:
            return seconds(setting.name, text)
        return _bytes(text) if setting.unit is Unit.BYTES else int(text)
    except ValueError:
        return text


def _bytes(text: str) -> int:
    found = _SIZE.fullmatch(text.strip().upper())
    if found is None or ("." in found.group(1) and not found.group(2)):  # there is no half of a byte
        raise ValueError(text)
    return int(float(found.group(1)) * _FACTORS[found.group(2)])


def _documented(text: str, *, inherited: bool) -> str:
    lines = (f"{PLACE[:12]}{each.name}: {_doc(each, inherited=inherited)}\n" for each in SETTINGS)
    before, _, rest = text.partition(PLACE)
    return before + "".join(lines) + rest.partition("\n")[2]


def _doc(setting: Setting, *, inherited: bool) -> str:
    size = " Such as `64 MB`, or a number of bytes." if setting.unit is Unit.BYTES else ""
    default = "Default: that of the import." if inherited else f"Default: {setting.unit.shown(setting.default)}."
    return f"{setting.doc}{size} {default}"


def limits_table() -> str:
    """Returns the settings as a table in Markdown."""
    rows = (f"| `{each.name}` | {each.doc} | {each.unit.shown(each.default)} |" for each in SETTINGS)
    return "\n".join(["| option | what it limits | default |", "| --- | --- | --- |", *rows])
