"""One thing may be written in several ways."""

from __future__ import annotations

from typing import Any

import pytest

from RPA.Planhat.spelling import folded, plain, several, several_texts
from RPA.Planhat.types import Company

ACME = Company(name="Acme")


@pytest.mark.parametrize(
    ("given", "things"),
    [
        ("a, b", ["a", "b"]),
        (" a ,, b,", ["a", "b"]),
        ([" a", 1], ["a", 1]),
        (ACME, [ACME]),
        ([ACME, "a"], [ACME, "a"]),
        (None, []),
        ("", []),
    ],
)
def test_lists_may_be_texts_with_commas_or_a_single_record(given: Any, things: list[Any]) -> None:
    assert several(given) == things


def test_what_has_to_be_text_becomes_one() -> None:
    assert several_texts("a, b") == several_texts(["a", "b"]) == ("a", "b")
    assert several_texts([1]) == ("1",)


def test_nothing_in_a_list_stays_for_whoever_refuses_it() -> None:
    assert several([None]) == [None]


def test_names_are_one_without_case_blanks_and_signs() -> None:
    assert plain("External ID") == plain("externalId") == plain("external_id")


def test_texts_are_one_without_case_and_superfluous_blanks() -> None:
    assert folded(" Stra\u00dfe  1 ") == folded("STRASSE 1")
