"""The table of the guide on values says what the code does."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from RPA.Planhat import types
from RPA.Planhat.operations.custom.validation import CustomFields
from RPA.Planhat.operations.rows.convert import BadRow, RowConverter
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.session import PlanhatSession

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "values.md"
LINE = re.compile(r"^\| (?:`(?P<field>[\w.]+)`.*?)?\| (?P<value>`.+?`) \| (?P<result>.+) \|$")

FIELDS = {
    "Seats": "number",
    "Active": "checkbox",
    "Seen": "date",
    "Start": "day",
    "Tier": "list",
    "Areas": "multipicklist",
}
OPTIONS = {"Tier": ["Gold", "gold", "Silver"], "Areas": ["EMEA", "APAC"]}


def lines() -> list[tuple[str, Any, str]]:
    """Returns the lines of the table: the field, the value, and what the guide says of it."""
    found, field = [], ""
    for line in GUIDE.read_text("utf-8").partition("## Field by field")[2].partition("\n## ")[0].splitlines():
        match = LINE.match(line)
        if match:
            field = match["field"] or field
            found.append((field, ast.literal_eval(match["value"].strip("`")), match["result"]))
    return found


def test_the_table_is_read() -> None:
    assert len(lines()) > 50


@pytest.mark.parametrize("given", [True, False], ids=["argument", "cell"])
@pytest.mark.parametrize(("field", "value", "result"), lines(), ids=ascii)
def test_a_line_is_true(field: str, value: Any, result: str, given: bool) -> None:
    model = types.Enduser if field == "email" else types.Company
    known = [
        types.CustomField({"name": name, "type": kind, "parent": "company", "listValues": OPTIONS.get(name, [])})
        for name, kind in FIELDS.items()
    ]
    session = PlanhatSession("no-token-is-used", base_url="http://127.0.0.1:9")
    converter = RowConverter(session, model, RowOptions(given=given), CustomFields(types.Company, known))
    (made,) = converter.convert([{field: value}])
    if result.startswith("refused"):
        assert isinstance(made, BadRow)
        return
    expected = ast.literal_eval(re.match(r"`(.+?)`", result)[1])  # type: ignore[index]
    assert isinstance(made, dict)
    own = made["custom"][field.partition(".")[2]] if field.startswith("custom.") else made[model.field(field).key]  # type: ignore[union-attr]
    assert (own, type(own)) == (expected, type(expected))
