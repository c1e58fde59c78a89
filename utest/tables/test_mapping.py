"""A mapping says which columns, texts and constants become which fields."""

from __future__ import annotations

from typing import Any

import pytest

from RPA.Planhat import PlanhatValidationError, types
from RPA.Planhat.operations.rows.mapping import Columns, parse


def mapped(given: Any, row: dict[str, Any], model: type[types.PlanhatObject] = types.Enduser) -> dict[str, Any]:
    steps = parse(model, given)
    cells = Columns(steps).cells(row, lambda value: value or None)
    return {step.target.name: step.value(cells) for step in steps}


ROW = {"First": "ada", "Last": "Byron", "E-Mail": "a@b.example", "Empty": ""}


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("First -> first_name", {"first_name": "ada"}),
        ("first -> firstName", {"first_name": "ada"}),
        ("e mail -> email", {"email": "a@b.example"}),
        ("First | upper -> first_name", {"first_name": "ADA"}),
        ("{First} {Last} -> name", {"name": "ada Byron"}),
        ("{First} {Last} | title -> name", {"name": "Ada Byron"}),
        ("{Empty} {Last} -> name", {"name": "Byron"}),
        ("{Empty} -> name", {"name": None}),
        ("'crm' -> tags", {"tags": "crm"}),
        ('"a -> {b}" -> position', {"position": "a -> {b}"}),
        ("Last -> custom.Family Name", {"custom.Family Name": "Byron"}),
        ("Last -> company.name", {"company_id": "Byron"}),
    ],
)
def test_lines_fill_fields(line: str, values: dict[str, Any]) -> None:
    assert mapped([line], ROW) == values


def test_a_mapping_is_a_list_a_text_or_a_dictionary() -> None:
    expected = {"first_name": "ada", "last_name": "Byron"}
    assert mapped("First -> first_name\n\n  Last -> last_name\n", ROW) == expected
    assert mapped({"First": "first_name", "Last": "last_name"}, ROW) == expected
    assert mapped({"First": ["first_name", "name"]}, ROW) == {"first_name": "ada", "name": "ada"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["First"], "is not a valid line of a mapping"),
        (["First -> frist_name"], "Did you mean first_name"),
        (["First -> beats"], "beats of an enduser is set by Planhat"),
        (["First -> beats", "Last -> frist_name"], r"beats of an enduser .* Did you mean first_name"),
        (["First -> name", "Last -> name"], "fills name twice"),
        (["First | loud -> name"], r"'loud' after the \| is not valid\. Use one of upper, lower, title"),
        (["-> name"], "has no column for name"),
        (["First -> company.size"], "known are company.name"),
    ],
)
def test_lines_that_can_not_be_understood_are_told(given: Any, said: str) -> None:
    with pytest.raises(PlanhatValidationError, match=said):
        parse(types.Enduser, given)


def test_companies_belong_to_no_company() -> None:
    with pytest.raises(PlanhatValidationError, match=r"^A company has no .*: companies belong to no company"):
        parse(types.Company, ["A -> company.name"])


def test_columns_that_no_row_has_are_told_with_near_ones() -> None:
    columns = Columns(parse(types.Enduser, ["Fist -> first_name"]))
    columns.cells(ROW, lambda value: value)
    assert columns.missing().startswith("The table has no column 'Fist'. Did you mean First?")
    assert columns.unused() == list(ROW)


class Table:
    """As RPA.Tables has it."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows = rows

    def iter_dicts(self, with_index: bool = True) -> Any:
        return iter(self.rows)


PAIR = {"column": "First", "field": "first_name"}


@pytest.mark.parametrize("given", [Table(PAIR), [PAIR], (PAIR,), Table({"a": "First", "b": "first_name"})])
def test_a_mapping_may_be_a_table_with_two_columns(given: Any) -> None:
    assert mapped(given, ROW) == {"first_name": "ada"}


@pytest.mark.parametrize("given", [[{"column": "First"}], Table({"a": "First", "b": None}), [{**PAIR, "note": "x"}]])
def test_a_table_with_other_columns_is_no_mapping(given: Any) -> None:
    with pytest.raises(PlanhatValidationError, match="A mapping as a table has two columns"):
        mapped(given, ROW)


TWINS = {"Discount": "five", "Discount %": "ten"}


@pytest.mark.parametrize(
    ("line", "row", "value"),
    [
        ("Discount % -> name", TWINS, "ten"),
        ("Discount -> name", TWINS, "five"),
        ("discount -> name", {"Discount": "five"}, "five"),
        ("contact no -> name", {"Contact No.": "5"}, "5"),
        ("Soci\u00e9t\u00e9 -> name", {"Socie\u0301te\u0301": "Acme"}, "Acme"),
        ("SOCI\u00c9T\u00c9 -> name", {"Socie\u0301te\u0301": "Acme"}, "Acme"),
        ("Name -> name", {" Name\u200b": "Acme"}, "Acme"),
        ("% -> name", {"%": "10"}, "10"),
    ],
)
def test_a_name_means_the_column_that_is_called_so(line: str, row: dict[str, Any], value: str) -> None:
    assert mapped([line], row) == {"name": value}


@pytest.mark.parametrize("line", ["# -> name", "% -> name", "discount -> name"])
def test_a_name_of_signs_alone_or_of_two_columns_means_none(line: str) -> None:
    columns = Columns(parse(types.Enduser, [line]))
    row = {**TWINS, "!": "x"}
    if "discount" in line:
        with pytest.raises(PlanhatValidationError, match="two columns that 'discount' in the mapping may mean"):
            columns.cells(row, str)
    else:
        assert columns.cells(row, str) == {}
        assert columns.missing().startswith(f"The table has no column {line[0]!r}")


def test_all_missing_columns_are_named_at_once() -> None:
    columns = Columns(parse(types.Enduser, ["Frist -> first_name", "Zip -> custom.Zip", "E-Mail -> email"]))
    columns.cells(ROW, str)
    said = columns.missing()
    assert said.startswith("The table has no column 'Frist' (did you mean First?), 'Zip'. It has: First, Last")
