"""Tables of any content go in, come out as a file, and go in again without loss."""

from __future__ import annotations

import itertools
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from RPA.Planhat import types
from RPA.Planhat.operations.custom.validation import CustomFields
from RPA.Planhat.operations.exporting import export
from RPA.Planhat.operations.flattening import columns_of
from RPA.Planhat.operations.input.formats import cell_text, csv_of_columns, csv_text, shield, unshield
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.operations.rows.convert import RowConverter
from RPA.Planhat.operations.rows.importing import import_table
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.operations.writers import WRITERS
from RPA.Planhat.sandbox import Sandbox
from utest.tables.conftest import Counting, define

TABLES_AT_ONCE = 20
"""Tables that are in the sandbox until it is emptied."""

FORMS = [".csv", ".tsv", ".jsonl", ".json"]

# A text such as #N/A is a bad cell in every file: spreadsheets save their errors so, and nobody can tell the two apart.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12).filter(
    lambda text: not text.strip().startswith("#")
)
words = (
    st.text(string.ascii_letters + string.digits + "åéß -'\",;[{=+@", min_size=1, max_size=8)
    .map(str.strip)
    .filter(bool)
)
numbers = st.one_of(st.integers(-(10**12), 10**12), st.floats(-1e12, 1e12, allow_nan=False))
# A year, or a day of this century as spreadsheets count, is a bad cell: nobody can tell it from a day since 1970.
days = st.integers(0, 36525).filter(lambda day: not 1900 <= day <= 2100)
records = st.fixed_dictionaries(
    {"name": texts},
    optional={
        "description": texts,
        "tags": st.lists(words, min_size=1, max_size=4),
        "csmScore": st.integers(1, 5),
        "custom": st.fixed_dictionaries(
            {},
            optional={
                "Text": texts,
                "Number": numbers,
                "On": st.booleans(),
                "Areas": st.lists(words, min_size=1, max_size=3),
                "Day": days,
            },
        ),
    },
)
tables = st.lists(records, min_size=1, max_size=5)
COLUMNS = "externalId,name,description,tags,csmScore,custom.Text,custom.Number,custom.On,custom.Areas,custom.Day"
KINDS = {"Text": "text", "Number": "number", "On": "checkbox", "Areas": "multipicklist", "Day": "day"}
THROUGH_FILES = 5
"""How many times more tables go through files than through the sandbox, which costs much more."""

AS_IT_IS = RowOptions(tidy=False)


def offline(**options: Any) -> RowConverter:
    """Returns a converter that knows the custom fields without asking."""
    made = [types.CustomField({"name": name, "type": kind, "parent": "company"}) for name, kind in KINDS.items()]
    known = CustomFields(types.Company, made)
    return RowConverter(None, types.Company, RowOptions(**options), known)  # type: ignore[arg-type]


@given(text=st.text(max_size=20))
def test_shields_come_off_again(text: str) -> None:
    assert unshield(shield(text)) == text
    assert not cell_text(text).startswith(("=", "+", "-", "@", "\t", "\r"))


cells = st.text("aB9é=+-@'\"; ,|\t\n\r\x00\uff1d", max_size=4)
columns = st.one_of(
    st.lists(cells, min_size=3, max_size=3),
    st.lists(st.text("ab1,;", max_size=3), min_size=3, max_size=3),
    st.lists(st.one_of(st.none(), cells), min_size=3, max_size=3),
    st.lists(st.one_of(st.integers(), st.floats()), min_size=3, max_size=3),
    st.lists(
        st.one_of(st.none(), cells, st.booleans(), st.integers(), st.lists(cells, max_size=2), st.just({})),
        min_size=3,
        max_size=3,
    ),
)


@given(table=st.lists(columns, min_size=1, max_size=3), delimiter=st.sampled_from(",;\t"))
def test_columns_are_written_as_their_rows_are(table: list[list[Any]], delimiter: str) -> None:
    rows = [[cell_text(value) for value in row] for row in zip(*table, strict=True)]
    assert csv_of_columns(table, delimiter) == csv_text(rows, delimiter)


@pytest.mark.parametrize("ending", FORMS)
def test_tables_go_through_files_without_loss(ending: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    @given(rows=tables)
    @settings(
        max_examples=THROUGH_FILES * pytestconfig.getoption("tables") // len(FORMS),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    def check(rows: list[dict[str, Any]]) -> None:
        path = tmp_path / f"table{ending}"
        numbered = [{"externalId": f"E{number}", **row} for number, row in enumerate(rows)]
        with WRITERS[ending](path, columns_of(types.Company, COLUMNS)) as writer:
            for row in numbered:
                writer.write(row)
        converter = offline(tidy=False)
        found = converter.convert(list(read_rows(path)))
        assert found == [{name: value for name, value in row.items() if value != {}} for row in numbered]

    check()


def _without_empty(row: dict[str, Any]) -> dict[str, Any]:
    """Leaves out what Planhat has for lists and custom fields that nobody filled."""
    return {name: value for name, value in row.items() if value not in ([], {})}


@pytest.mark.parametrize("ending", FORMS)
def test_tables_go_through_planhat_and_back_without_loss(
    remote_sandbox: Sandbox, planhat: Counting, tmp_path: Path, ending: str, pytestconfig: pytest.Config
) -> None:
    number = itertools.count()

    @given(rows=tables)
    @settings(
        max_examples=pytestconfig.getoption("tables") // len(FORMS),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    def check(rows: list[dict[str, Any]]) -> None:
        count = next(number)
        if count % TABLES_AT_ONCE == 0:
            remote_sandbox.reset()
            define(planhat, "company", **KINDS)
        named = [{"externalId": f"{count}-{each}", **row} for each, row in enumerate(rows)]
        import_table(planhat, types.Company, named, AS_IT_IS)
        file = export(planhat, types.Company, tmp_path / f"out{ending}", Query(), columns=COLUMNS).path
        exported = {str(row["externalId"]): row for row in read_rows(file)}
        converter = offline(tidy=False)
        found = [converter.payload(exported[row["externalId"]]) for row in named]
        assert [_without_empty(row) for row in found] == [_without_empty(row) for row in named]
        again = RowOptions(tidy=False, resolve_companies=True, compare=True)
        report = import_table(planhat, types.Company, read_rows(file), again)
        assert report.counts["unchanged"] == report.total

    check()
