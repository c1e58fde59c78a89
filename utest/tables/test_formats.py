"""Cells in local forms become what Planhat takes; those that can not are told with field and content."""

from __future__ import annotations

from typing import Any

import pytest

from RPA.Planhat import PlanhatValidationError, types
from RPA.Planhat.operations.tables.formats import Formats, domain
from RPA.Planhat.types import Field

GERMAN = Formats(
    dates=("DD.MM.YYYY", "DD/MM/YYYY HH:mm"),
    decimal=",",
    true=("ja", "J"),
    false=("nein",),
    separator=";",
    empty=("-",),
)
ANY = Formats(decimal="auto")


def field(model: type[types.PlanhatObject], name: str) -> Field[Any]:
    found = model.field(name)
    assert found is not None
    return found


MRR = field(types.License, "mrr")
ACTIVE = field(types.Enduser, "last_active")
PRIMARY = field(types.Enduser, "primary")
TAGS = field(types.Company, "tags")
EMAIL = field(types.Enduser, "email")
DAY = field(types.Invoice, "invoice_date")
SCORE = field(types.Company, "csm_score")


@pytest.mark.parametrize(
    ("formats", "of", "cell", "value"),
    [
        (GERMAN, MRR, "1.234,5", 1234.5),
        (GERMAN, MRR, "-1234", -1234),
        (GERMAN, MRR, "1.234.567", 1234567),
        (GERMAN, MRR, "EUR 12.500,00", 12500.0),
        (GERMAN, MRR, "12,5 €", 12.5),
        (Formats(), MRR, "1,234.5", 1234.5),
        (Formats(), MRR, "1e3", 1000.0),
        (ANY, MRR, "12500.00", 12500.0),
        (ANY, MRR, "12.500,00", 12500.0),
        (ANY, MRR, "12,500.00", 12500.0),
        (ANY, MRR, "12,500", 12500),
        (ANY, MRR, "12.500", 12500),
        (ANY, MRR, "EUR 12500", 12500),
        (GERMAN, ACTIVE, "31.12.2025", "2025-12-31"),
        (GERMAN, ACTIVE, "31/12/2025 09:05", "2025-12-31T09:05:00"),
        (GERMAN, ACTIVE, "2025-12-31", "2025-12-31"),
        (GERMAN, DAY, "02.01.1970", 1),
        (GERMAN, PRIMARY, "ja", True),
        (GERMAN, PRIMARY, "J", True),
        (GERMAN, PRIMARY, "Nein", False),
        (GERMAN, PRIMARY, "yes", True),
        (GERMAN, TAGS, "gold; emea;", ["gold", "emea"]),
        (GERMAN, TAGS, '["a;b"]', ["a;b"]),
        (GERMAN, EMAIL, " Ada@ACME.example ", "ada@acme.example"),
        (GERMAN, EMAIL, "Ada Byron <ada@acme.example>", "ada@acme.example"),
        (GERMAN, EMAIL, "mailto:ada@acme.example", "ada@acme.example"),
        (GERMAN, SCORE, "4", 4),
    ],
)
def test_cells_become_values(formats: Formats, of: Field[Any], cell: str, value: Any) -> None:
    assert formats.value(of, formats.cell(cell)) == value


@pytest.mark.parametrize(
    ("formats", "of", "cell", "said"),
    [
        (GERMAN, MRR, "12,500.00", "mrr takes a number, not '12,500.00'."),
        (GERMAN, MRR, "1.23,4", "mrr takes a number, not '1.23,4'."),
        (Formats(), MRR, "12.500,00", "mrr takes a number, not '12.500,00'."),
        (Formats(), MRR, "twelve", "mrr takes a number, not 'twelve'."),
        (Formats(), MRR, "", "mrr takes a number, not ''."),
        (GERMAN, ACTIVE, "31.02.2025", "last_active takes a date and time, ISO 8601, not '31.02.2025'."),
        (GERMAN, ACTIVE, "12/31/2025", "last_active takes a date and time, ISO 8601, not '12/31/2025'."),
        (GERMAN, PRIMARY, "maybe", "primary takes true or false, not 'maybe'."),
        (GERMAN, EMAIL, "ada at acme", "'ada at acme' is no e-mail address."),
        (GERMAN, EMAIL, "ada@", "'ada@' is no e-mail address."),
        (GERMAN, SCORE, "9", "csm_score goes from 1 to 5; 9 is outside."),
    ],
)
def test_cells_that_can_not_be_values_are_told(formats: Formats, of: Field[Any], cell: str, said: str) -> None:
    with pytest.raises(PlanhatValidationError) as problem:
        formats.value(of, cell)
    assert str(problem.value) == said


@pytest.mark.parametrize("cell", ["", " ", "-", "\u00a0", " - "])
def test_empty_cells_are_nothing(cell: str) -> None:
    assert GERMAN.cell(cell) is None


def test_texts_are_tidied_unless_they_shall_stay() -> None:
    assert Formats().cell(" A\u030acme\u00a0Ltd ") == "Åcme Ltd"
    assert Formats(tidy=False).cell(" A ") == " A "


@pytest.mark.parametrize("options", [{"decimal": "'"}, {"separator": ""}, {"dates": ("nonsense",)}])
def test_forms_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(PlanhatValidationError):
        Formats(**options)


@pytest.mark.parametrize(
    "web",
    [
        "acme.example",
        "www.acme.example",
        "https://acme.example/",
        "HTTP://www.ACME.example/about?x#y",
        "acme.example:80",
    ],
)
def test_domains_are_what_stands_behind_the_at(web: str) -> None:
    assert domain(web) == "acme.example"
