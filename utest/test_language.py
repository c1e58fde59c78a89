"""The check of the language finds what it should, and nothing else."""

from __future__ import annotations

import pytest

from docs import language


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A row that can not be stored is told.", ["can not", "told"]),
        ("5 seconds unless given. 'x' is none.", ["unless given", "is none"]),
        ("'x' is no e-mail address; the licence is borne.", ["licence", "is no …", "borne"]),
        ("Text in a text file: a text field may be empty. Nothing if there is none. `x is None`.", []),
        ("There is no company. It is no longer there. None of them stands alone.", []),
        ("The page says what Planhat does not know.", ["things that say", "things that say"]),
        ("Planhat said: not found. A user knows the name; the page has it.", []),
        ("Cannot read 'x': it is not a valid date. Default: 5 s.", []),
    ],
)
def test_patterns_are_found(text: str, names: list[str]) -> None:
    assert sorted(name for name, _ in language.matches([text])) == sorted(names)


def test_a_line_break_hides_nothing_and_an_empty_line_ends_a_sentence() -> None:
    assert list(language.matches(["First.", "    A row that can", "    not be read."])) == [("can not", 1)]
    assert list(language.matches(["A row that can", "", "not here."])) == []


def test_messages_and_docstrings_are_found_with_their_lines() -> None:
    source = '"""First.\n\nsecond line"""\nraise ValueError(f"{name} can not be")  # can not\n'
    assert list(language.strings_of(source)) == [(1, "First.\n\nsecond line"), (4, " can not be")]


def test_no_page_docstring_or_message_stumbles() -> None:
    assert language.findings() == {}
