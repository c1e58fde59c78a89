"""One thing may be written in several ways."""

from __future__ import annotations

from typing import Any

import pytest

from RPA.Planhat.text.parsing import as_list, as_strings, casefold, normalize_name
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
    assert as_list(given) == things


def test_what_has_to_be_text_becomes_one() -> None:
    assert as_strings("a, b") == as_strings(["a", "b"]) == ("a", "b")
    assert as_strings([1]) == ("1",)


def test_nothing_in_a_list_stays_for_whoever_refuses_it() -> None:
    assert as_list([None]) == [None]


def test_names_are_one_without_case_blanks_and_signs() -> None:
    assert normalize_name("External ID") == normalize_name("externalId") == normalize_name("external_id")


def test_texts_are_one_without_case_and_superfluous_blanks() -> None:
    assert casefold(" Stra\u00dfe  1 ") == casefold("STRASSE 1")
