"""Parse what people write: switches, lists with commas, literals, and names in any case; check what programs pass."""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from ipaddress import ip_address
from typing import Any, Final
from unicodedata import category, normalize
from urllib.parse import unquote, urlsplit

from RPA.Planhat.errors import PlanhatValidationError

TRUE: Final = frozenset({"true", "yes", "on", "1"})
FALSE: Final = frozenset({"false", "no", "off", "0"})

QUOTES: Final = "\"'`\u00ab\u00b4\u00bb\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a"
"""Quotation marks, and what people type for them."""

UNSEEN: Final = (
    r"\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    r"\ufff9-\ufffd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
"""Characters that nobody can see, but for spaces, or that took the place of others: for the brackets of a pattern.

They are the control and format characters of Unicode, without the few signs among these that show, and its fillers.
"""

OTHER_SEPARATORS: Final = re.compile("[;|\n\t]")
"""What programs write between the values of a list, beside commas."""

CONTROL_CHARACTERS: Final = re.compile(r"[\x00-\x1f\x7f]")

_ABSOLUTE: Final = re.compile(r"//|[A-Za-z][A-Za-z0-9+.-]*:")
_LEADS_ELSEWHERE: Final = re.compile(r"/(?:\.|%2e){1,2}(?=[/#]|$)", re.IGNORECASE)


def parse_bool(value: Any) -> bool | None:
    """Returns the value of a switch or a cell, or nothing if it is neither true nor false.

    Args:
        value: A boolean, a number or a word; case and surrounding spaces do not matter.
    """
    word = str(value).strip().lower()
    return True if word in TRUE else False if word in FALSE else None


def as_list(given: Any, name: str = "This") -> list[Any]:
    """Returns several things that are given as a list, a comma-separated string, or a single record.

    Spaces around strings do not count, nor does nothing between two commas.

    Args:
        given: What was given; nothing is an empty list.
        name: The argument.

    Raises:
        PlanhatValidationError: If it is none of these.
    """
    given = parse_literal(given)
    if isinstance(given, str):
        return [text for part in given.split(",") if (text := strip_invisible(part))]
    if isinstance(given, bytes) or not (given is None or isinstance(given, Iterable)):
        raise PlanhatValidationError(f"{name} is a list, or a comma-separated string; not {given!r}.")
    things = [given] if isinstance(given, Mapping) else () if given is None else given
    return [strip_invisible(each) if isinstance(each, str) else each for each in things]


def as_strings(given: Any, name: str = "This") -> tuple[str, ...]:
    """Returns the same as strings."""
    return tuple(map(str, as_list(given, name)))


def is_too_small(digits: str) -> bool:
    """Returns whether a number that became 0 as a float has another digit, such as 1e-400."""
    return not set(re.split("[eE]", digits)[0]) <= set("+-0_.")


_SMALL: Final = re.compile(r"(?<![\w.])[0-9]+(?:\.[0-9]*)?[eE]-[0-9]{3,}")


def parse_float(digits: str) -> float:
    """Returns the number of a JSON text.

    Raises:
        ValueError: If it is too small for a float, and would become 0.
    """
    number = float(digits)
    if not number and is_too_small(digits):
        raise ValueError(f"{digits} is too small for a number")
    return number


def parse_literal(given: Any) -> Any:
    """Returns the list or the dictionary that a string holds, such as `['name', 'phase']`; all else as it is."""
    if not isinstance(given, str) or given.strip()[:1] not in ("[", "{"):
        return given
    if any(not float(digits) and is_too_small(digits) for digits in _SMALL.findall(given)):
        return given  # what it holds would become 0
    try:
        found = literal_eval(given.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return given
    return found if isinstance(found, (list, dict)) else given


ENTITY = re.compile(r"&#?[0-9A-Za-z]+;")
"""A character as web pages write it."""


def refuse_other_separator(name: str, text: str) -> None:
    """Refuses a list with commas that has none, but another sign that programs write between values.

    Args:
        name: The field, for the message.
        text: The list; one in JSON or with quotation marks says what is one value.

    Raises:
        PlanhatValidationError: If it may be one value or several.
    """
    bare = text.strip()
    sign = OTHER_SEPARATORS.search(ENTITY.sub("", bare)) if "," not in bare else None
    if sign and bare[0] not in '[{"':
        written = sign[0].encode("unicode_escape").decode()
        raise PlanhatValidationError(
            f"{name} has {text!r}, which may be one value or several. Write commas between several, or pass "
            f"separator={written} for a table; for one, write [{bare!r}]."
        )


@cache
def normalize_name(name: str) -> str:
    """Returns a name without case, spaces and punctuation: `External ID` and `externalId` are one."""
    return "".join(character for character in normalize("NFC", name).lower() if character.isalnum())


def casefold(value: Any) -> str:
    """Returns a string without case and extra spaces."""
    return " ".join(str(value).casefold().split())


def trim(text: str) -> str:
    """Returns a string in NFC, without anything at its ends that nobody can see: spaces, and characters without width.

    Inside a string these may have a meaning, as in joined emoji and in Persian words; at its ends they never do.
    """
    return text.strip() if text.isascii() else strip_invisible(normalize("NFC", text))


def strip_invisible(text: str) -> str:
    """Returns a string without anything at its ends that nobody can see."""
    first, last = 0, len(text)
    while first < last and _is_invisible(text[first]):
        first += 1
    while last > first and _is_invisible(text[last - 1]):
        last -= 1
    return text[first:last]


def _is_invisible(character: str) -> bool:
    return character.isspace() or category(character) == "Cf"


@lru_cache(maxsize=4096)
def visible_name(name: str) -> str:
    """Returns a name by which it is compared: in NFC, with plain spaces, without characters that nobody can see."""
    seen = (each for each in normalize("NFC", name) if each.isspace() or category(each) not in ("Cc", "Cf"))
    return " ".join("".join(seen).split())


def by_name(value: Any) -> Any:
    """Returns a row of another package as a dictionary: a named tuple, a row of a frame or of a database; others as is.

    Args:
        value: Anything.

    Raises:
        PlanhatValidationError: If two of its columns have one name, as in a join: one of them would be lost.
    """
    if isinstance(value, (Mapping, str)):
        return value
    if hasattr(value, "_asdict"):
        _refuse_twins(getattr(value, "_fields", ()))
        return value._asdict()
    if hasattr(value, "to_dict") and hasattr(value, "index"):  # a row of pandas
        _refuse_twins(value.index)
        return {str(name): each for name, each in value.to_dict().items()}
    if callable(getattr(value, "keys", None)) and hasattr(value, "__getitem__"):  # a row of sqlite3
        names = [str(name) for name in value.keys()]  # noqa: SIM118 - it is not a mapping
        _refuse_twins(names)
        return dict(zip(names, _cells(value, names), strict=True))
    return value


def _refuse_twins(names: Iterable[Any]) -> None:
    seen = set[str]()
    for name in map(str, names):
        if name in seen:
            raise PlanhatValidationError(f"A row has two columns named {name!r}. Rename one (AS in SQL), or drop it.")
        seen.add(name)


def _cells(row: Any, names: list[str]) -> list[Any]:
    """Returns the cells of a row by place: by name, sqlite3 does not tell `name` from `NAME`."""
    try:
        return [row[place] for place in range(len(names))]
    except (LookupError, TypeError):
        return [row[name] for name in names]


def require(name: str, value: Any, kinds: type | tuple[type, ...], words: str) -> None:
    """Refuses an argument of another kind.

    Args:
        name: The argument.
        value: What was given.
        kinds: What it may be an instance of; a boolean does not count as a number.
        words: What it is, for the message.

    Raises:
        PlanhatValidationError: If it is something else.
    """
    wanted = kinds if isinstance(kinds, tuple) else (kinds,)
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        raise PlanhatValidationError(f"{name} is {words}; not {value!r}.")


def require_function(name: str, value: Any) -> None:
    """Refuses an argument that cannot be called."""
    if not callable(value):
        raise PlanhatValidationError(f"{name} is a function; not {value!r}.")


def is_loopback(host: str) -> bool:
    """Returns whether a host name or an address is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def http_method(method: Any) -> str:
    """Returns an HTTP method in capitals.

    Raises:
        PlanhatValidationError: If it is not one.
    """
    require("method", method, str, "an HTTP verb")
    found = str(method).strip().upper()
    if not (found.isascii() and found.isalpha()):
        raise PlanhatValidationError(f"method is an HTTP verb such as GET; not {method[:60]!r}.")
    return found


def absolute_url(base_url: str, url: str) -> str:
    """Returns the absolute URL of a path on a host.

    Args:
        base_url: The host.
        url: The path, or an absolute URL on the same host.

    Raises:
        PlanhatValidationError: If it is on another host, or could reach another route than the one that is written.
    """
    require("path", url, str, "a string")
    absolute = bool(_ABSOLUTE.match(url))
    if absolute and not url.startswith(f"{base_url}/"):
        host = urlsplit(url).hostname or url
        raise PlanhatValidationError(f"{host} is not the host of this connection ({base_url}).")
    # A path with two slashes in front would be taken for a host.
    target = f"{base_url}/{(url.removeprefix(base_url) if absolute else url).lstrip('/')}"
    if _LEADS_ELSEWHERE.search(target.partition("?")[0]) or CONTROL_CHARACTERS.search(unquote(target)):
        raise PlanhatValidationError(f"{target!r} is refused: dots and control characters could reach another route.")
    return target
