"""Cells that may mean two things, or have something in them that nobody can see: none of them is stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatError, PlanhatValidationError, types
from RPA.Planhat.operations.input.formats import PLAIN, USUAL, Formats
from RPA.Planhat.operations.rows.kinds import are_domains, convert

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

WRITES = ["Import Companies", "Upsert Companies", "Sync Companies"]


@pytest.fixture
def planhat(sandbox: Sandbox) -> Iterator[Planhat]:
    made = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0, calls_per_second=0)
    for name, kind in (("Seats", "number"), ("Start", "day")):
        made.create_object(types.CustomField({"name": name, "type": kind, "parent": "company"}))
    yield made
    made.close()


def field(model: type[types.PlanhatObject], name: str) -> types.Field[Any]:
    found = model.field(name)
    assert found is not None
    return found


NUMBER = field(types.License, "mrr")
MOMENT = field(types.License, "from_date")
DAY = field(types.Invoice, "invoice_date")
ADDRESS = field(types.Enduser, "email")
DOMAINS = field(types.Company, "domains")


@pytest.mark.parametrize(
    "cell",
    ["12 Mio", "12 Tsd", "12 Stk", "12 abc", "12 all", "12 Pen", "12 top", "12 Sek", "Abc 12", "12 XYZ", "12 std"],
)
@pytest.mark.parametrize("decimal", [".", ",", "auto"])
def test_letters_that_are_no_currency_make_a_bad_cell(cell: str, decimal: str) -> None:
    with pytest.raises(PlanhatValidationError, match="mrr takes a number"):
        convert(NUMBER, cell, Formats(decimal=decimal))


@pytest.mark.parametrize("cell", ["12 EUR", "EUR 12", "12 eur", "SEK 12", "12 ALL", "12 €", "$ 12", "chf 12", "USD12"])
def test_a_currency_goes(cell: str) -> None:
    assert convert(NUMBER, cell, USUAL) == 12


@pytest.mark.parametrize(
    ("dates", "cell", "why"),
    [
        (("DD/MM/YYYY", "MM/DD/YYYY"), "01/02/2026", "2026-02-01 in DD/MM/YYYY and 2026-01-02 in MM/DD/YYYY"),
        (("MM/DD/YYYY", "DD/MM/YYYY HH:mm", "DD/MM/YYYY"), "01/02/2026", "leave one of these formats out"),
        (("YYMMDD", "DDMMYY"), "010203", "leave one of these formats out"),
        (("YYMMDD",), "26031", "did its first zero get lost"),
        (("YYMMDD",), "10203", "did its first zero get lost"),
        (("DDMMYYYY",), "1032026", "did its first zero get lost"),
        (("YYYY-DD-MM",), "2026-01-13", "is not a day in the format YYYY-DD-MM"),
    ],
)
@pytest.mark.parametrize("of", [MOMENT, DAY], ids=["moment", "day"])
def test_a_date_with_two_meanings_is_refused(of: Any, dates: tuple[str, ...], cell: str, why: str) -> None:
    with pytest.raises(PlanhatValidationError, match=f"^{of.name}: .*{why}"):
        convert(of, cell, Formats(dates=dates))


def test_so_is_a_number_with_a_lost_zero() -> None:
    with pytest.raises(PlanhatValidationError, match="did its first zero get lost"):
        convert(DAY, 26031, Formats(dates=("YYMMDD",)))


@pytest.mark.parametrize(
    ("dates", "cell", "day"),
    [
        (("DD/MM/YYYY", "MM/DD/YYYY"), "02/02/2026", "2026-02-02"),
        (("DD/MM/YYYY", "MM/DD/YYYY"), "13/02/2026", "2026-02-13"),
        (("YYMMDD",), "260301", "2026-03-01"),
        ((), "2026-3-1", "2026-03-01"),
        (("DD.MM.YYYY",), "2026-3-1", "2026-03-01"),
        ((), "2026-3-1 10:00", "2026-03-01 10:00"),
    ],
)
def test_a_date_with_one_meaning_is_read(dates: tuple[str, ...], cell: str, day: str) -> None:
    assert convert(MOMENT, cell, Formats(dates=dates)) == day


@pytest.mark.parametrize("cell", ["2026-13-1", "2026-2-30", "2026-00-10"])
def test_a_day_that_does_not_exist_is_told(cell: str) -> None:
    with pytest.raises(PlanhatValidationError, match="There is no such day or time"):
        convert(MOMENT, cell, USUAL)


@pytest.mark.parametrize("cell", ["46082", "2026", "1999", "36526", "46082.0", 46082, 2026, 46082.0])
@pytest.mark.parametrize("given", [False, True], ids=["table", "argument"])
def test_a_number_that_may_be_no_day_since_1970_is_refused(cell: Any, given: bool) -> None:
    formats = PLAIN if given else USUAL
    if given and not isinstance(cell, str):
        assert convert(DAY, cell, formats) == cell, "a program has days since 1970"
        return
    with pytest.raises(PlanhatValidationError, match=r"may be (a year|20\d\d-\d\d-\d\d as spread)|takes a day"):
        convert(DAY, cell, formats)


@pytest.mark.parametrize("cell", [0, 20148, "20148", "-100", 850, "36525"])
def test_other_days_are_those_of_planhat(cell: Any) -> None:
    assert convert(DAY, cell, USUAL) == int(cell)


@pytest.mark.parametrize("keyword", WRITES)
@pytest.mark.parametrize("form", ["csv", "json", "rows"])
def test_no_keyword_stores_them(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, keyword: str, form: str) -> None:
    for name, cell in (("Seats", "12 Mio"), ("Start", "46082"), ("Start", "2026")):
        row = {"external_id": "A-1", "name": "Acme", f"custom.{name}": cell}
        source: Any = [row]
        if form == "csv":
            source = tmp_path / "rows.csv"
            source.write_text(f"{','.join(row)}\n{','.join(row.values())}\n")
        elif form == "json":
            source = tmp_path / "rows.json"
            source.write_text(json.dumps([row]))
        with pytest.raises(PlanhatError, match=f"custom.{name} takes a"):
            planhat.keywords[keyword](source)
    assert sandbox.rows("companies") == []


@pytest.mark.parametrize("keyword", WRITES)
def test_a_column_of_such_days_is_looked_at(planhat: Planhat, sandbox: Sandbox, keyword: str) -> None:
    rows = [{"external_id": f"A-{number}", "name": "Acme", "custom.Start": 20000 + number} for number in range(50)]
    rows.append({"external_id": "B", "name": "Bolt", "custom.Start": 46082})
    if keyword == "Upsert Companies":
        planhat.keywords[keyword](rows)
        assert len(sandbox.rows("companies")) == 51, "a program has days since 1970"
        return
    with pytest.raises(PlanhatError, match="row 51: "):
        planhat.keywords[keyword](rows)


def test_arguments_are_no_different(planhat: Planhat, sandbox: Sandbox) -> None:
    for value in ("46082", "2026"):
        with pytest.raises(PlanhatValidationError, match="takes a day"):
            planhat.keywords["Create Company"](name="Acme", **{"custom.Start": value})
    with pytest.raises(PlanhatValidationError, match="takes a number"):
        planhat.keywords["Create Company"](name="Acme", **{"custom.Seats": "12 Mio"})
    assert sandbox.rows("companies") == []


@pytest.mark.parametrize(
    "cell",
    [
        "ada@ac\u00adme.example",
        "a\u200bda@acme.example",
        "a\uffa0da@acme.example",
        "a\U000e0041da@acme.example",
        "ada@ac\ufffcme.example",
        "ada@acme.example#",
        "ada@acme.example/",
        "ada@*.example",
        "ada@-acme.example",
        "ada@acme-.example",
        "ada@acme|bolt.example",
        "ada@acme\\bolt.example",
        "ada|bob@acme.example",
        "ada@acme{x}.example",
        "a\u0000da@acme.example",
        "ada@ac\ufffdme.example",
    ],
)
def test_an_address_with_something_else_in_it_is_refused(cell: str) -> None:
    with pytest.raises(PlanhatValidationError, match="email takes an e-mail address"):
        convert(ADDRESS, cell, USUAL)


@pytest.mark.parametrize(
    "cell",
    [
        "“ada@acme.example”",
        "«ada@acme.example»",
        "\u2018ada@acme.example\u2019",
        "'ada@acme.example'",
        "\u00adada@acme.example",
    ],
)
def test_what_is_around_an_address_goes(cell: str) -> None:
    assert convert(ADDRESS, cell, USUAL) == "ada@acme.example"


@pytest.mark.parametrize(
    "cell",
    [
        "o'brien@acme.example",
        "ada+x@acme.example",
        "ada@xn--bcher-kva.example",
        "ada@bücher.example",
        "a/b@acme.example",
    ],
)
def test_an_address_with_unusual_characters_stays(cell: str) -> None:
    assert convert(ADDRESS, cell, USUAL) == cell


BAD_DOMAINS = [
    "a.example|b.example",
    "*.a.example",
    "{a.example}",
    "-a.example",
    "a-.example",
    "1.234",
    "10.0.0.1",
    "a\u00adcme.example",
    "a\u200bcme.example",
    "“a.example”",
    "a.example\\path",
    "a..example",
    ".example",
    "a!.example",
    "a b.example",
]


@pytest.mark.parametrize("cell", BAD_DOMAINS)
def test_what_is_no_domain_is_refused(cell: str) -> None:
    for value in (cell, [cell]):
        with pytest.raises(PlanhatValidationError, match="domains takes domains"):
            convert(DOMAINS, value, USUAL)
    assert not are_domains([cell])


@pytest.mark.parametrize(
    "cell", ["acme.example", "xn--bcher-kva.example", "bücher.example", "a_b.example", "1.example", "a--b.co"]
)
def test_a_domain_is_one(cell: str) -> None:
    assert convert(DOMAINS, cell, USUAL) == [cell]


@pytest.mark.parametrize("keyword", WRITES)
@pytest.mark.parametrize("cell", BAD_DOMAINS[:9])
def test_no_list_of_rows_has_such_a_domain(planhat: Planhat, sandbox: Sandbox, keyword: str, cell: str) -> None:
    with pytest.raises(PlanhatError, match="domains takes domains"):
        planhat.keywords[keyword]([{"external_id": "A-1", "name": "Acme", "domains": [cell]}])
    assert sandbox.rows("companies") == []
