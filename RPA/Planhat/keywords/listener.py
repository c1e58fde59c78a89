"""Keeps secrets that stand literally in a robot file out of its log, and cleans up at the end of the run."""

from __future__ import annotations

from inspect import signature
from typing import TYPE_CHECKING, Any

from robot.utils import unescape
from robot.variables import contains_variable

from RPA.Planhat.connection.credentials import MASK, Token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

KEYWORD = "Connect To Planhat"
SECRET_NAMES = ("api_key", "tenant_uuid", "proxies")
"""The first arguments of that keyword."""
RUNNERS = ("runkeyword", "waituntilkeyword", "repeatkeyword")
"""How the names of keywords begin that run another keyword. `Run Keywords` turns its arguments into text, though."""

PREFIXES = ("given", "when", "then", "and", "but")
SEPARATORS = ("ELSE", "ELSE IF")
"""What ends the arguments of a keyword that is itself an argument, as in `Run Keyword If`."""


class RunListener:
    """Listens to the run of which the library is a part.

    Before a test or a keyword of the user begins, secrets in it are replaced by objects that show as `<secret>`. So
    they are hidden wherever Robot Framework writes them: in results, debug files, dry runs, and steps that never run.

    Args:
        finish: Called when the library is not needed any more.
    """

    ROBOT_LISTENER_API_VERSION = 3

    def __init__(self, finish: Callable[[], None]) -> None:
        self._finish = finish

    def start_suite(self, data: Any, result: Any) -> None:  # noqa: ARG002 - Robot's
        """Hides the secrets in the setup and the teardown of a suite."""
        _hide(_around(data))

    def start_test(self, data: Any, result: Any) -> None:  # noqa: ARG002 - Robot's
        """Hides the secrets in a test."""
        _hide([*data.body, *_around(data)])

    def start_user_keyword(self, data: Any, implementation: Any, result: Any) -> None:  # noqa: ARG002 - Robot's
        """Hides the secrets in a keyword of the user."""
        _hide([*implementation.body, *_around(implementation)])

    def start_library_keyword(self, data: Any, implementation: Any, result: Any) -> None:  # noqa: ARG002 - Robot's
        """Hides what is still in the arguments of the keyword, such as secrets that are put together."""
        if implementation.name == KEYWORD:
            result.args = [_masked(place, str(argument)) for place, argument in enumerate(result.args)]

    def close(self) -> None:
        """Ends what the library started."""
        self._finish()


def _around(owner: Any) -> list[Any]:
    return [part for part in (getattr(owner, "setup", None), getattr(owner, "teardown", None)) if part]


def _hide(steps: Iterable[Any]) -> None:
    for step in steps:
        _hide(getattr(step, "body", ()))
        words = (getattr(step, "name", None), *(getattr(step, "args", None) or ()))
        name = _plain(words[0]).rpartition(".")[2]
        runs = name.startswith(RUNNERS) and name != "runkeywords"
        place = next((place for place, word in enumerate(words if runs else words[:1]) if _is_ours(word)), None)
        if place is not None:
            step.args = [*words[1 : place + 1], *_without_secrets(words[place + 1 :])]


def _is_ours(name: Any) -> bool:
    words = _plain(name).rpartition(".")[2]
    return words.removeprefix(next(filter(words.startswith, PREFIXES), "")) == _plain(KEYWORD)


def _plain(name: Any) -> str:
    return name.lower().replace(" ", "").replace("_", "") if isinstance(name, str) else ""


def _without_secrets(arguments: Sequence[Any]) -> list[Any]:
    """Returns arguments with the secrets in front, as objects; as they are when no secret is among them."""
    end = next((place for place, argument in enumerate(arguments) if argument in SEPARATORS), len(arguments))
    secrets: dict[str, Any] = {}
    others: list[Any] = []
    for place, argument in enumerate(arguments[:end]):
        name, value = _named(argument)
        if name in SECRET_NAMES:
            secrets[name] = value
        elif not name and place < len(SECRET_NAMES):
            secrets[SECRET_NAMES[place]] = argument
        else:
            others.append(argument)
    if not any(_is_literal(value) for value in secrets.values()):
        return list(arguments)
    front = [secrets.get(name) for name in SECRET_NAMES]
    while front[-1] is None:
        front.pop()
    hidden = [Token(unescape(value)) if _is_literal(value) else value for value in front]
    return [*hidden, *others, *arguments[end:]]


def _named(argument: Any) -> tuple[str, str]:
    """Splits `name=value`; a token may hold equals signs as well, but no name of an argument in front of them."""
    name, equals, value = argument.partition("=") if isinstance(argument, str) else ("", "", "")
    return (name, value) if equals and name in _arguments() else ("", "")


def _arguments() -> frozenset[str]:
    from RPA.Planhat.keywords.connection import ConnectionKeywords  # noqa: PLC0415 - only when a robot connects

    return frozenset(signature(ConnectionKeywords.connect_to_planhat).parameters)


def _is_literal(value: Any) -> bool:
    return isinstance(value, str) and bool(value) and not contains_variable(value, "$@&%")


def _masked(place: int, argument: str) -> str:
    name, value = _named(argument)
    if name:
        return f"{name}={MASK}" if name in SECRET_NAMES and not _is_variable(value) else argument
    return argument if place >= len(SECRET_NAMES) or _is_variable(argument) else MASK


def _is_variable(text: str) -> bool:
    return text[:2] in ("${", "&{", "@{", "%{") and text.endswith("}") and text.count("{") == 1
