"""Cells in local forms become what Planhat takes; those that cannot are told with field and content."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from RPA.Planhat import PlanhatValidationError, types
from RPA.Planhat.operations.input.formats import Formats
from RPA.Planhat.operations.rows.importing import load
from RPA.Planhat.operations.rows.kinds import convert, domain
from RPA.Planhat.types import Field
from utest.tables.conftest import Counting

GERMAN = Formats(
    dates=("DD.MM.YYYY", "DD/MM/YYYY HH:mm"),
    decimal=",",
    true=("ja", "J"),
    false=("nein",),
    separator=";",
    empty=("-",),
)
NOT_A_DATE = "last_active takes a date and time, ISO 8601, not"
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
    assert convert(of, formats.cell(cell), formats) == value


@pytest.mark.parametrize(
    ("formats", "of", "cell", "said"),
    [
        (GERMAN, MRR, "12,500.00", "mrr takes a number, not '12,500.00'."),
        (GERMAN, MRR, "1.23,4", "mrr takes a number, not '1.23,4'."),
        (Formats(), MRR, "12.500,00", "mrr takes a number, not '12.500,00'."),
        (Formats(), MRR, "twelve", "mrr takes a number, not 'twelve'."),
        (Formats(), MRR, "", "mrr takes a number, not ''."),
        (GERMAN, ACTIVE, "31.02.2025", f"{NOT_A_DATE} '31.02.2025'. There is no such day or time."),
        (GERMAN, ACTIVE, "1.13.2025", f"{NOT_A_DATE} '1.13.2025'. There is no such day or time."),
        (
            GERMAN,
            ACTIVE,
            "15.1.27",
            f"{NOT_A_DATE} '15.1.27'. It is in no format of dates=: DD.MM.YYYY, DD/MM/YYYY HH:mm.",
        ),
        (GERMAN, ACTIVE, "2025-02-31", f"{NOT_A_DATE} '2025-02-31'. There is no such day or time."),
        (
            GERMAN,
            ACTIVE,
            "12/31/2025",
            f"{NOT_A_DATE} '12/31/2025'. It is in no format of dates=: DD.MM.YYYY, DD/MM/YYYY HH:mm.",
        ),
        (
            Formats(),
            ACTIVE,
            "03.02.2025",
            f"{NOT_A_DATE} '03.02.2025'. For dates in another format, set dates=, such as dates=DD.MM.YYYY.",
        ),
        (GERMAN, PRIMARY, "maybe", "primary takes true or false, not 'maybe'."),
        (GERMAN, EMAIL, "ada at acme", "email takes an e-mail address; 'ada at acme' is not a valid one."),
        (GERMAN, EMAIL, "ada@", "email takes an e-mail address; 'ada@' is not a valid one."),
        (GERMAN, SCORE, "9", "csm_score goes from 1 to 5; 9 is outside."),
    ],
)
def test_cells_that_can_not_be_values_are_told(formats: Formats, of: Field[Any], cell: str, said: str) -> None:
    with pytest.raises(PlanhatValidationError) as problem:
        convert(of, cell, formats)
    assert str(problem.value) == said


@pytest.mark.parametrize("cell", ["", " ", "-", "\u00a0", " - "])
def test_empty_cells_are_nothing(cell: str) -> None:
    assert GERMAN.cell(cell) is None


def test_texts_are_tidied_unless_they_shall_stay() -> None:
    assert Formats().cell(" A\u030acme\u00a0Ltd ") == "Åcme Ltd"
    assert Formats(tidy=False).cell(" A ") == " A "


@pytest.mark.parametrize("options", [{"decimal": "'"}, {"separator": ""}])
def test_forms_that_make_no_sense_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(PlanhatValidationError):
        Formats(**options)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("DD.mm.YYYY", "it needs a day, a month and a year. Did you mean DD.MM.YYYY?"),
        ("dd.mm.yyyy", "'dd' in it means nothing. Did you mean DD.MM.YYYY?"),
        ("TT.MM.JJJJ", "'TT' in it means nothing. Did you mean DD.MM.YYYY?"),
        ("D.M.YYYY", "'D' in it means nothing. Did you mean DD.MM.YYYY?"),
        ("DD.MM.YYYY HH:MM", "it has MM twice. Did you mean DD.MM.YYYY HH:mm?"),
        ("MM.MM.YYYY", "it has MM twice. Write it as DD.MM.YYYY or DD/MM/YYYY HH:mm."),
        ("MM/YYYY", "it needs a day, a month and a year. Write it as DD.MM.YYYY or DD/MM/YYYY HH:mm."),
        ("nonsense", "'nonsense' in it means nothing. Write it as DD.MM.YYYY or DD/MM/YYYY HH:mm."),
        ("%d.%q.%Y", "it needs a day, a month and a year. Write it as DD.MM.YYYY or DD/MM/YYYY HH:mm."),
    ],
)
def test_a_misspelt_form_of_dates_is_refused_before_a_row_is_read(planhat: Counting, form: str, said: str) -> None:
    rows = [{"email": "a@b.example", "last_active": "03.02.2025"}]
    with pytest.raises(PlanhatValidationError) as problem:
        load(planhat, types.Enduser, rows, None, {"dates": form}, differences=False)
    assert str(problem.value) == f"{form!r} is not a valid date format: {said}"
    assert planhat.calls == []


@pytest.mark.parametrize(
    ("form", "cell", "value"),
    [
        ("DD.MM.YY", "03.02.25", "2025-02-03"),
        ("YYYYMMDD", "20250203", "2025-02-03"),
        ("YYYY/MM/DDTHH:mm:SS", "2025/02/03T09:05:01", "2025-02-03T09:05:01"),
        ("%d %b %Y", "03 Feb 2025", "2025-02-03"),
        ("DD MM YYYY: %d.%m.%Y", "DD MM YYYY: 03.02.2025", "2025-02-03"),
        ("%m/%d/%Y %I:%M %p", "02/03/2025 09:05 PM", "2025-02-03T21:05:00"),
    ],
)
def test_forms_of_dates(form: str, cell: str, value: str) -> None:
    assert convert(ACTIVE, cell, Formats(dates=(form,))) == value


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


CELLS = st.one_of(st.text("aB-\t\x1c \x00é\u00a0", max_size=3), st.sampled_from(["N/A", "n/a", "-", " - ", ""]))


@settings(max_examples=500, deadline=None)
@given(st.lists(CELLS, min_size=1), st.booleans(), st.sampled_from([(), ("-", "n/a"), ("N/A",)]))
def test_cells_of_a_column_are_what_each_of_them_is(values: list[Any], tidy: bool, empty: tuple[str, ...]) -> None:
    formats = Formats(tidy=tidy, empty=empty)
    found = formats.ascii_cells(values)
    assert (found is not None) == (not empty and all(map(str.isascii, values)))
    assert found in (None, list(map(formats.cell, values)))
    assert formats.ascii_cells([*values, None]) is None
