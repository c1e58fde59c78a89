"""The keywords and their arguments, frozen: robots call them by these names.

`keywords.txt` has a line for each keyword with its arguments, but for fields of models. After a deliberate change run
`python -m utest.keywords.test_keyword_list`, and name what was removed or renamed in the changelog.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from robot.utils import printable_name

from RPA.Planhat import Planhat
from RPA.Planhat.keywords.component import UNSET

FILE: Final = Path(__file__).with_name("keywords.txt")
FIELDS_AND_FILTERS: Final = ("Create ", "Update ", "Get ")


def current() -> dict[str, str]:
    library: Any = Planhat("tok-0815")
    names = {printable_name(name, code_style=True): name for name in library.get_keyword_names()}
    return {title: ", ".join(_arguments(library, title, name)) for title, name in sorted(names.items())}


def _arguments(library: Any, title: str, name: str) -> list[str]:
    found = []
    for argument in library.get_keyword_arguments(name):
        word, default = argument if isinstance(argument, tuple) else (argument, None)
        if default is not UNSET or not title.startswith(FIELDS_AND_FILTERS):
            found.append(word)
    return found


def listed() -> dict[str, str]:
    lines = (line.partition(":") for line in FILE.read_text("utf-8").splitlines())
    return {name: arguments.strip() for name, _, arguments in lines}


def test_no_keyword_is_removed_or_renamed_by_accident() -> None:
    gone = sorted(set(listed()) - set(current()))
    assert not gone, f"Robots may call {', '.join(gone)}. If that is meant: {__doc__}"


def test_no_argument_is_removed_renamed_or_moved_by_accident() -> None:
    now = current()
    changed = [name for name, arguments in listed().items() if not _takes(now.get(name, arguments), arguments)]
    assert not changed, f"{', '.join(changed)} no longer take what they took. If that is meant: {__doc__}"


def _takes(now: str, before: str) -> bool:
    """Returns whether arguments are still the same by place, and still there by name."""
    (places, named), (old_places, old_named) = (
        (each.partition("*")[0], each.partition("*")[2]) for each in (now, before)
    )
    return places.startswith(old_places.rstrip(", ")) and set(old_named.split(", ")) <= set(named.split(", "))


def test_new_keywords_are_listed() -> None:
    new = sorted(set(current()) - set(listed()))
    assert not new, f"{', '.join(new)} are new. {__doc__}"


if __name__ == "__main__":
    FILE.write_text("".join(f"{name}: {arguments}".rstrip() + "\n" for name, arguments in current().items()), "utf-8")
