"""Keeps literal secrets of a robot file out of its log, and cleans up at the end of the run."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from robot.running.context import EXECUTION_CONTEXTS
from robot.utils import unescape
from robot.variables import contains_variable

from RPA.Planhat.errors import PlanhatError
from RPA.Planhat.keywords.arguments import OPTION
from RPA.Planhat.text.secrets import MASK, Token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Init = TypeVar("Init", bound="Callable[..., None]")

LIBRARY = "RPA.Planhat"
CONNECT = "connecttoplanhat"
IMPORT = "importlibrary"
TRIGGER = "triggerplanhatautomation"
SECRETS = ("api_key", "tenant_uuid", "proxies")

_CONDITIONAL = ("if", "unless", "andreturnif", "andexpecterror")
_PLAIN = (
    "", "andcontinueonfailure", "andignoreerror", "andreturn", "andreturnstatus", "andwarnonfailure",
    "ifalltestspassed", "ifanytestsfailed", "iftestfailed", "iftestpassed", "iftimeoutoccurred",
)  # fmt: skip
RUNNERS = {
    **{f"runkeyword{each}": 0 for each in _PLAIN},
    **{f"runkeyword{each}": 1 for each in _CONDITIONAL},
    "repeatkeyword": 1,
    "waituntilkeywordsucceeds": 2,
}
"""Keywords of Robot Framework that run another one, and how many arguments come before its name."""

LIKE_RUNNERS = re.compile(r"(run|repeat|retry|try|wait|comment|mute)|.*keyword")
"""Other keywords that may do so, by their names; the first name of ours among their arguments counts."""

PREFIXES = ("given", "when", "then", "and", "but")
BRANCHES = ("ELSE", "ELSE IF")


IMPORTER = "robot.running.testlibraries"
"""The module of Robot Framework that imports libraries."""


def fails_without_arguments(init: Init) -> Init:
    """Lets the failure of an import wait until Robot Framework asks for the names of keywords.

    When a library cannot be made, Robot Framework prints all arguments of the import, and one of them is the token.
    When it has no keywords, it prints the reason alone. Python programs get the error at once.
    """

    @wraps(init)
    def make(self: Any, *values: Any, **named: Any) -> None:
        try:
            init(self, *values, **named)
        except PlanhatError as problem:
            if sys._getframe(1).f_globals.get("__name__") != IMPORTER:  # noqa: SLF001 - nothing else tells who imports
                raise
            self.failure_of_import = problem
            # Older versions of the library core, such as 4.2, look for all else in these, for ever if there are none.
            vars(self).update(keywords={}, keywords_spec={}, attributes={})

    # Since Python 3.14 `wraps` copies what computes the annotations instead, without those that were added later.
    make.__annotations__ = init.__annotations__
    return cast("Init", make)


@dataclass(frozen=True)
class Call:
    """What a call takes that can be a secret.

    Attributes:
        places: The places of arguments that are secrets.
        open: The names of arguments that are not secret.
    """

    places: frozenset[int]
    open: frozenset[str]


class RunListener:
    """Listens to the run of which the library is a part.

    Before a test or a keyword of the user begins, literal secrets in it become variables, whose values show as
    `<secret>`. So they are hidden wherever Robot Framework writes them: in results, debug files, dry runs, and steps
    that never run. The number, the order and the names of arguments stay as they are written.

    Args:
        finish: Called when the library is not needed any more.
        options_of_connect: The names of the arguments of `Connect To Planhat`.
        options_of_import: The names of the arguments of the import.
    """

    ROBOT_LISTENER_API_VERSION = 3

    def __init__(
        self, finish: Callable[[], None], options_of_connect: Iterable[str], options_of_import: Iterable[str]
    ) -> None:
        self._finish = finish
        self._calls = {
            CONNECT: Call(frozenset({0, 1, 2}), frozenset(options_of_connect) - {*SECRETS}),
            IMPORT: Call(frozenset({0, 2}), frozenset(options_of_import) - {*SECRETS}),
            TRIGGER: Call(frozenset({0}), frozenset({"payload", "headers", "alias"})),
        }
        self._variables: dict[str, str] = {}

    def start_suite(self, data: Any, result: Any) -> None:  # noqa: ARG002 - Robot's
        """Hides the secrets in the setup and the teardown of a suite, and in its own keywords."""
        self._hide(_around(data))
        for keyword in data.resource.keywords:
            self._hide([*keyword.body, *_around(keyword)])

    def start_test(self, data: Any, result: Any) -> None:  # noqa: ARG002 - Robot's
        """Hides the secrets in a test."""
        self._hide([*data.body, *_around(data)])

    def start_user_keyword(self, data: Any, implementation: Any, result: Any) -> None:  # noqa: ARG002 - Robot's
        """Hides the secrets in a keyword of the user."""
        self._hide([*implementation.body, *_around(implementation)])
        self._show_as_secret(result)

    def start_library_keyword(self, data: Any, implementation: Any, result: Any) -> None:  # noqa: ARG002 - Robot's
        """Shows secrets as such, and hides what is still in the arguments, such as secrets that are put together."""
        self._show_as_secret(result)
        name = _normalized(implementation.name)
        if name in (CONNECT, TRIGGER):
            call = self._calls[name]
            result.args = [self._without_mixture(call, place, argument) for place, argument in enumerate(result.args)]

    def close(self) -> None:
        """Ends what the library started."""
        self._finish()

    def _hide(self, steps: Iterable[Any]) -> None:
        for step in steps:
            self._hide(getattr(step, "body", ()))
            words = [getattr(step, "name", None), *(getattr(step, "args", None) or ())]
            hidden = list(words)
            for call, start, end in self._calls_in(words, 0, len(words)):
                hidden[start:end] = self._without_secrets(call, words[start:end])
            if hidden != words:
                step.args = hidden[1:]

    def _calls_in(self, words: Sequence[Any], start: int, end: int) -> Iterator[tuple[Call, int, int]]:
        """Yields the calls that words from `start` to `end` make, and where their arguments begin and end."""
        name = _normalized(words[start]) if start < end else ""
        if name in (CONNECT, TRIGGER):
            yield self._calls[name], start + 1, end
        elif name == IMPORT and start + 1 < end and words[start + 1] == LIBRARY:
            yield self._calls[IMPORT], start + 2, _find(words, ("AS", "WITH NAME"), start, end)
        elif name == "runkeywords":
            while start < end:
                behind = _find(words, ("AND",), start + 1, end)
                yield from self._calls_in(words, start + 1, behind)
                start = behind
        elif name in RUNNERS:
            first = _find(words, BRANCHES, start, end)
            yield from self._calls_in(words, start + 1 + RUNNERS[name], first)
            while first < end:
                behind = _find(words, BRANCHES, first + 1, end)
                yield from self._calls_in(words, first + (2 if words[first] == "ELSE IF" else 1), behind)
                first = behind
        elif LIKE_RUNNERS.match(name):
            ours = (place for place in range(start + 1, end) if _normalized(words[place]) in self._calls)
            yield from self._calls_in(words, next(ours, end), end)

    def _without_secrets(self, call: Call, arguments: Sequence[Any]) -> list[Any]:
        """Returns the arguments of a call before it runs, with variables in the place of literal secrets."""
        hidden, place, is_counted = [], 0, True
        for argument in arguments:
            named = OPTION.fullmatch(argument) if isinstance(argument, str) else None
            if not isinstance(argument, str) or argument.startswith("&{"):
                hidden.append(argument)
            elif named:
                is_open = named[1] in call.open or not _is_literal(named[2])
                hidden.append(argument if is_open else f"{named[1]}={self._variable(named[2])}")
            else:
                is_secret = place in call.places or not is_counted
                hidden.append(self._variable(argument) if is_secret and _is_literal(argument) else argument)
                place, is_counted = place + 1, is_counted and not argument.startswith("@{")
        return hidden

    def _variable(self, literal: str) -> str:
        """Returns the variable that replaces a literal secret."""
        if literal not in self._variables:
            self._variables[literal] = f"${{planhat secret {len(self._variables) + 1}}}"
        context: Any = EXECUTION_CONTEXTS.current
        context.variables.set_global(self._variables[literal], Token(unescape(literal)))
        return self._variables[literal]

    def _show_as_secret(self, result: Any) -> None:
        if self._variables and any("${planhat secret " in str(argument) for argument in result.args):
            result.args = [re.sub(r"\$\{planhat secret \d+\}", MASK, str(argument)) for argument in result.args]

    def _without_mixture(self, call: Call, place: int, argument: Any) -> str:
        """Returns an argument for the log: a secret that is a literal in part, such as `live-${KEY}`, is masked."""
        text = str(argument)
        named = OPTION.fullmatch(text)
        if named and named[1] in call.open:
            return text
        value = named[2] if named else text
        if value == MASK or _is_variable(value) or (not named and place > max(call.places)):
            return text
        return f"{named[1]}={MASK}" if named else MASK


def _around(owner: Any) -> list[Any]:
    return [part for part in (getattr(owner, "setup", None), getattr(owner, "teardown", None)) if part]


def _normalized(name: Any) -> str:
    """Returns the name of a keyword without the name of its library, a prefix such as `Given`, spaces and case."""
    words = name.lower().replace(" ", "").replace("_", "").rpartition(".")[2] if isinstance(name, str) else ""
    without = words.removeprefix(next(filter(words.startswith, PREFIXES), ""))
    return without if without in (CONNECT, IMPORT, TRIGGER, *RUNNERS) else words


def _find(words: Sequence[Any], wanted: tuple[str, ...], start: int, end: int) -> int:
    return next((place for place in range(start, end) if words[place] in wanted), end)


def _is_literal(value: str) -> bool:
    return bool(value) and not contains_variable(value, "$@&%")


def _is_variable(text: str) -> bool:
    return text[:2] in ("${", "&{", "@{", "%{") and text.endswith("}") and text.count("{") == 1
