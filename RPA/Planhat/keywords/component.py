"""What all keyword components share: their connection, and arguments that have many forms.

Libdoc lists those under "Data types" with what they take. The operations behind the keywords sort the forms out, for
Python programs as well, so only secrets are converted here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import cached_property
from inspect import Parameter as Argument
from inspect import getdoc, signature
from typing import TYPE_CHECKING, Any, get_type_hints

from robot.running.context import EXECUTION_CONTEXTS

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.text.parsing import parse_bool
from RPA.Planhat.text.secrets import MASK, Token

if TYPE_CHECKING:
    from RPA.Planhat.session import Connections, PlanhatSession


class Unset(Enum):
    """The value of an argument that was left out, which differs from one that is `${None}`."""

    unset = "unset"

    def __repr__(self) -> str:
        return "unset"

    __str__ = __repr__


UNSET = Unset.unset


class Component:
    """A group of keywords on one topic.

    Args:
        connections: The connections of the library.
    """

    def __init__(self, connections: Connections) -> None:
        self.connections = connections

    def session(self, alias: str | None = None) -> PlanhatSession:
        """Returns the connection to use: the current one unless an alias is given."""
        return self.connections.get(alias)


class Written:
    """What Robot Framework asks of a keyword that is written as a method; found out when it asks.

    Args:
        method: The method.
    """

    def __init__(self, method: Callable[..., Any]) -> None:
        self.method = method

    @property
    def argument_specification(self) -> list[Any]:
        """The arguments as a dynamic library gives them to Robot Framework."""
        return robot_arguments(signature(self.method).parameters.values())

    @property
    def argument_types(self) -> dict[str, Any]:
        """The types of the arguments, and of what is returned."""
        return get_type_hints(self.method)

    @cached_property
    def types_in_a_run(self) -> dict[str, Any]:
        """The types of the arguments, but for those that convert nothing, and may load modules that a run needs not."""
        written = {name: hint for name, hint in self.method.__annotations__.items() if name != "return"}
        names, skipped = self.method.__globals__, re.compile(r"operations\.|Reference|AnyRows")
        return {
            name: eval(hint, names) if isinstance(hint, str) else hint  # nosec B307 # noqa: S307 - our own annotations
            for name, hint in written.items()
            if not skipped.search(str(hint))
        }

    @cached_property
    def switches(self) -> frozenset[str]:
        """The names of the arguments that are true or false."""
        return frozenset(name for name, hint in self.method.__annotations__.items() if hint in (bool, "bool"))

    @property
    def documentation(self) -> str:
        """The whole documentation."""
        return getdoc(self.method) or ""

    @property
    def first_line(self) -> str:
        """The first line of the documentation, which is all of it that a log shows."""
        return (self.method.__doc__ or "").partition("\n")[0]


def robot_arguments(arguments: Iterable[Argument]) -> list[Any]:
    """Returns arguments as a dynamic library gives them to Robot Framework: names, pairs with defaults, `*`, `**`."""
    found: list[Any] = []
    for each in arguments:
        if each.kind is Argument.KEYWORD_ONLY and "*" not in found:
            found.append("*")
        name = f"**{each.name}" if each.kind is Argument.VAR_KEYWORD else each.name
        found.append(name if each.default is Argument.empty else (name, each.default))
    return found


def flag(name: str, value: Any) -> bool:
    """Returns true or false of what a caller wrote for a switch.

    Raises:
        PlanhatValidationError: If it is neither. Robot Framework passes unknown words as they are, and
            a word must not switch a protection off.
    """
    truth = parse_bool(value)
    if truth is None:
        raise PlanhatValidationError(f"{name} is True or False; not {value!r}.")
    return truth


def given(values: dict[str, Any]) -> dict[str, Any]:
    """Returns the arguments that were not left out."""
    return {name: value for name, value in values.items() if value is not UNSET}


def refuse_nobody(name: str, value: Any) -> None:
    """Refuses `None` where something was written: what was looked for and not found is nobody, and never all.

    Raises:
        PlanhatValidationError: If it is `None`.
    """
    if value is None:
        raise PlanhatValidationError(
            f"{name} is None, such as a record that was not found. Check it first, or leave {name} out to mean all."
        )


Converter = Callable[[object], Any]

if TYPE_CHECKING:
    Reference = Any
    AnyRows = Any
else:

    class Reference:
        """A record, or one of its ids."""

    class AnyRows:
        """Rows for Planhat, or the path of a file with rows."""


class Credential:
    """A secret: text, a Robot Framework `Secret`, or a dictionary such as a whole vault secret. It shows in no log."""


def ready(converter: Converter) -> Converter:
    """Describes a converter in a form that Robot Framework reads quickly: it reads it on every keyword call."""
    vars(converter).update(robot_types={"value": object}, __signature__=signature(converter))
    return converter


@ready
def hide(value: object) -> Any:
    """Text, a `Secret`, or a dictionary: a vault secret with the keys `api_key` and `tenant_uuid`, or proxies."""
    if isinstance(value, Mapping):
        # Where proxies are written the wrong way round, their addresses are the names.
        return {hide(key) if "@" in str(key) else str(key): hide(each) for key, each in value.items()}
    text = getattr(value, "value", value)
    if isinstance(text, (list, tuple, set, bytes, bool)):
        return [MASK]  # refused where it is used: an error of a converter would show the value
    return value if value in (None, "") or isinstance(value, Token) else Token.of(str(text)) or ""


@ready
def reference(value: object) -> Any:
    """A Planhat id, `extid-…`, `srcid-…`, or a record. Several, where allowed: a list, or a comma-separated string."""
    return value


@ready
def any_rows(value: object) -> Any:
    """Rows in any form.

    That is a list of dictionaries or records, one dictionary, a Table of RPA.Tables, a pandas or polars frame, a
    generator, JSON, or the path of a CSV, Excel, JSON or JSON Lines file.
    """
    return value


def is_running() -> bool:
    """Returns whether this is a run, which needs no documentation; Libdoc and editors do not run anything."""
    return EXECUTION_CONTEXTS.current is not None


class Converters:
    """What Robot Framework calls for these kinds of arguments.

    It asks for them on every keyword call, and reads the signature of each every time, which takes as long as the line
    that the keyword logs. So a call gets the one that converts something, and only if it takes a secret; the others
    tell Libdoc and editors what their kinds take.
    """

    def __get__(self, _library: object, _class: type | None = None) -> dict[type, Converter]:
        if not is_running():
            return {Credential: hide, Reference: reference, AnyRows: any_rows}
        return {Credential: hide} if _may_take_secrets() else {}


def _may_take_secrets() -> bool:
    """Whether the keyword that runs takes a secret; if nobody can tell, as before Robot Framework 7.1, it may."""
    steps = EXECUTION_CONTEXTS.current.steps
    keyword = steps[-1][2] if steps and isinstance(steps[-1], tuple) and len(steps[-1]) == 3 else None
    if keyword is None:
        return True
    hints = (keyword.args.types or {}).values()
    return any(each.type is Credential for hint in hints for each in (hint, *(hint.nested or ())))
