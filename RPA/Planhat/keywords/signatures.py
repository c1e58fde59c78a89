"""From the registry to the arguments of a keyword: names, types, defaults and documentation."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from inspect import Parameter as Argument
from inspect import Signature, signature
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from RPA.Planhat.keywords.component import UNSET
from RPA.Planhat.operations.options import described
from RPA.Planhat.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from RPA.Planhat.operations.options import Described
    from RPA.Planhat.types import Field, Parameter, PlanhatObject

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

FORMS: dict[Kind, str] = {
    Kind.DATE: "ISO 8601; a time without offset is UTC",
    Kind.DAY: "a date (`YYYY-MM-DD`), or days since 1970-01-01",
    Kind.ID: "a Planhat id, or a record",
    Kind.IDS: "Planhat ids or records: a list, or a text with commas",
    Kind.TEXTS: "a list, or a text with commas",
    Kind.OBJECT: "a dictionary, or JSON",
    Kind.OBJECTS: "a list of dictionaries, or JSON",
}


OF_COMPANIES = {
    "company_id": "a Planhat id, `extid-…`, `srcid-…` or a record",
    "company_ids": "Planhat ids, `extid-…`, `srcid-…` or records: a list, or a text with commas",
}
"""Planhat looks companies up by other ids too; other records it does not."""


def named_only(name: str, hint: Any, default: Any = UNSET) -> Argument:
    """Returns an argument that is given by name."""
    return Argument(name, Argument.KEYWORD_ONLY, default=default, annotation=hint)


def positional(name: str, hint: Any, default: Any = Argument.empty) -> Argument:
    """Returns an argument that is given by place or by name."""
    return Argument(name, Argument.POSITIONAL_OR_KEYWORD, default=default, annotation=hint)


def free_named(name: str) -> Argument:
    """Returns the argument that takes all other names."""
    return Argument(name, Argument.VAR_KEYWORD, annotation=Any)


def argument_of(model: type[PlanhatObject]) -> str:
    """Returns the name of the argument that takes a record, such as `company` or `custom_field`."""
    return str(model.SINGULAR).lower().replace(" ", "_")


def hint_of(field: Field[Any] | Parameter) -> Any:
    """Returns the type of an argument, with the words that it may be.

    Libdoc and editors show these. Texts pass as they are all the same: Robot Framework would make nothing of an empty
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
    return [field for field in model.writable() if field.key not in model.FIXED]


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
        words.append("a list, or a text that is split at `;`, or at commas when it has none")
    elif field.kind in FORMS:
        words.append(FORMS[field.kind])
    return f" ({'; '.join(words)})" if words else ""


OPTIONS = re.compile(r"^( *)(?:\*\*\w+: )?<options>$", re.MULTILINE)
"""The line of a docstring that the documentation of options takes the place of."""

F = TypeVar("F", bound=Callable[..., Any])


def takes(*groups: type, free: bool = False) -> Callable[[F], F]:
    """Gives a keyword that is written with `**options` the options of groups as named arguments.

    Args:
        groups: The groups, see `operations.options`.
        free: Whether it takes all other names as well.
    """
    options = [each for group in groups for each in described(group)]

    def decorate(function: F) -> F:
        own = dict(signature(function).parameters)
        rest, alias = own.popitem()[1], own.pop("alias")
        named = [named_only(each.name, each.hint, each.default) for each in options]
        function.__signature__ = Signature([*own.values(), *named, alias, *([rest] if free else [])])  # type: ignore[attr-defined]
        function.__annotations__ |= {each.name: each.hint for each in options}
        if not free:
            del function.__annotations__[rest.name]
        function.__doc__ = _with_docs(function.__doc__ or "", options)
        return function

    return decorate


def _with_docs(text: str, options: Iterable[Described]) -> str:
    lines = [f"{each.name}: {each.doc}" for each in options]
    return OPTIONS.sub(lambda found: "\n".join(found[1] + line for line in lines), text)


def present(function: Any, name: str, document: str, arguments: list[Argument], returns: Any) -> None:
    """Gives a function of a component what Robot and Libdoc look at: name, documentation, signature, types.

    Args:
        function: The function.
        name: The name of the keyword.
        document: Its documentation.
        arguments: Its arguments, without `self`.
        returns: The type of what it returns.
    """
    function.__name__ = name.lower().replace(" ", "_")
    function.__doc__ = document
    function.__signature__ = Signature([Argument("self", Argument.POSITIONAL_OR_KEYWORD), *arguments])
    function.__annotations__ = {each.name: each.annotation for each in arguments} | {"return": returns}
