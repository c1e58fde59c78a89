"""Whatever people bring is read as what it is, is a bad cell, or is refused in words.

`invoke fuzz` tries far more than a run of all tests does. Each failure prints the example and how to repeat it.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import re
import string
import tempfile
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from RPA.Planhat import Planhat, PlanhatValidationError, types
from RPA.Planhat.operations.custom.declared import declared
from RPA.Planhat.operations.input.formats import unshield
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.sandbox import Sandbox
from RPA.Planhat.types.encoding import BadCell

Check = Callable[..., None]

SIGNS = "abcXYZ019 ,;|\t\n\r'\"=+-@#.:/\\[]{}()äß€é\u0301\u200b\u00a0\ufeff\u2028\U0001d4b3\U0001f469"
texts = st.one_of(
    st.text(st.sampled_from(SIGNS), max_size=12),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.sampled_from(["#N/A", "#REF!", "sep=;", '="007"', "'=1+1", "null", "NaN", "1.234,5", "01.03.2026", "[", " "]),
)
names = st.lists(
    st.text(st.sampled_from("abcdeXYZ_ .%äé"), min_size=1, max_size=6).map(str.strip).filter(bool),
    min_size=1,
    max_size=4,
    unique_by=str.casefold,
).filter(lambda names: all(name[0] not in "=+-@'" for name in names))
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "utf-16-le"])


@pytest.fixture
def fuzz(pytestconfig: pytest.Config) -> Callable[[Check, dict[str, Any]], None]:
    """Runs a check with so many examples as the command line says."""
    count, start = pytestconfig.getoption("fuzz"), pytestconfig.getoption("fuzz_seed")

    def run(check: Check, strategies: dict[str, Any]) -> None:
        wide = settings(max_examples=count, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
        seed(start)(wide(given(**strategies)(check)))()

    print(f"{count} examples from the seed {start}")
    return run


def read(path: Path, **options: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in read_rows(path, RowOptions(**options))]


def written(rows: list[list[str]], **dialect: Any) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, **dialect).writerows(rows)
    return text.getvalue()


def may_be(cell: str) -> set[str]:
    """Returns what a cell of a CSV file can mean: itself, or what it guards for a spreadsheet; marks do not count."""
    cell = cell.replace("\ufeff", "")
    bare = cell[2:-1].replace('""', '"') if cell.startswith('="') and cell.endswith('"') else cell
    quoted = re.sub(r'^\s+"(.*)"\s*$', lambda found: found[1].replace('""', '"'), cell, flags=re.DOTALL)
    return {cell, bare, quoted, unshield(cell)}


def is_utf_8(data: bytes) -> bool:
    try:
        return bool(data.decode())
    except UnicodeDecodeError:
        return False


def test_csv_files_of_every_dialect(fuzz: Any) -> None:
    def check(heads: list[str], lines: list[list[str]], dialect: dict[str, Any], encoding: str, told: bool) -> None:
        rows = [(line + [""] * len(heads))[: len(heads)] for line in lines]
        text = written([heads, *rows], **dialect)
        text = f"sep={dialect['delimiter']}\n{text}" if told else text
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "table.csv")
            path.write_bytes(data := text.encode(encoding, "replace"))
            given = encoding if encoding in ("cp1252", "utf-16-le") else None
            if encoding == "cp1252" and not data.isascii() and is_utf_8(data):  # by chance
                with pytest.raises(PlanhatValidationError, match="looks like UTF-8, not cp1252"):
                    read(path, encoding=given)
                return
            if encoding == "cp1252":
                rows = [[cell.encode(encoding, "replace").decode(encoding) for cell in line] for line in rows]
            found = read(path, delimiter=dialect["delimiter"], encoding=given)
        filled = [line for line in rows if any(map(seen, line))]
        assert len(found) == len(filled)
        for row, line in zip(found, filled, strict=True):
            assert len(row) == len(heads)
            for cell, was in zip(row.values(), line, strict=True):
                assert isinstance(cell, BadCell) or cell.replace("\ufeff", "") in may_be(was), (cell, was)

    fuzz(
        check,
        {
            "heads": names,
            "lines": st.lists(st.lists(texts, max_size=4), max_size=5),
            "dialect": st.fixed_dictionaries(
                {
                    "delimiter": st.sampled_from(",;\t|"),
                    "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
                }
            ),
            "encoding": encodings,
            "told": st.booleans(),
        },
    )


def test_delimiters_are_found_or_the_table_is_bad(fuzz: Any) -> None:
    """With cells that have no delimiter in them and rows of one width, every delimiter is found."""
    plain = st.text(st.sampled_from("abcXYZ019 .'-äé"), min_size=1, max_size=6)
    plain = plain.filter(lambda cell: cell.strip(" -"))  # a line of hyphens is no row

    def check(heads: list[str], lines: list[list[str]], delimiter: str) -> None:
        if len(heads) == 1:
            return
        rows = [(line * len(heads))[: len(heads)] for line in lines]
        rows = [row for row in rows if sorted(map(str.casefold, row)) != sorted(map(str.casefold, heads))]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "table.csv")
            path.write_text(written([heads, *rows], delimiter=delimiter), "utf-8", newline="")
            found = read(path)
        assert [list(row.values()) for row in found] == [[unshield(cell) for cell in line] for line in rows]

    lines = st.lists(st.lists(plain, min_size=1, max_size=4), max_size=5)
    fuzz(check, {"heads": names, "lines": lines, "delimiter": st.sampled_from(",;\t|")})


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".json", ".jsonl", ".xlsx", ".xls", ".ods", ".yaml"])
def test_garbage_is_read_or_refused_in_words(fuzz: Any, ending: str) -> None:
    marks = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xef\xbb\xbf"]
    starts = [b"", b"[{", b'{"a": ', b"a,b\n", b"a: [", b"&a [*a", *marks]

    def check(start: bytes, rest: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"table{ending}")
            path.write_bytes(start + rest)
            try:
                declared(path) if ending == ".yaml" else read(path)
            except PlanhatValidationError:
                return

    some = st.one_of(st.binary(max_size=60), st.text(st.sampled_from(SIGNS), max_size=40).map(str.encode))
    fuzz(check, {"start": st.sampled_from(starts), "rest": some})


cells = st.one_of(
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1, max_size=12),
    st.integers(-(2**53), 2**53),
    st.floats(-1e15, 1e15, allow_nan=False).map(lambda number: float(repr(number))),
    st.booleans(),
    st.none(),
    st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - a workbook has no zones
        lambda moment: moment.replace(microsecond=0)
    ),
    st.sampled_from(["#N/A", "#DIV/0!", "#REF!"]).map(lambda error: ("error", error)),
)


def test_workbooks(fuzz: Any) -> None:
    def check(heads: list[str], lines: list[list[Any]], above: int, left: int) -> None:
        rows = [(line + [None] * len(heads))[: len(heads)] for line in lines]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "table.xlsx")
            with xlsxwriter.Workbook(path) as book:
                fill(book, [heads, *rows], above, left)
            found = read(path)
        filled = [line for line in rows if any(cell is not None and not is_blank(cell) for cell in line)]
        assert len(found) == len(filled)
        for row, line in zip(found, filled, strict=True):
            for cell, was in zip(row.values(), line, strict=True):
                assert isinstance(cell, BadCell) or same(cell, was), (cell, was)
                assert not isinstance(was, tuple) or isinstance(cell, BadCell)

    fuzz(
        check,
        {
            "heads": names,
            "lines": st.lists(st.lists(cells, max_size=4), max_size=5),
            "above": st.integers(0, 3),
            "left": st.integers(0, 3),
        },
    )


def fill(book: xlsxwriter.Workbook, lines: list[list[Any]], above: int, left: int) -> None:
    sheet, moment = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for y, line in enumerate(lines, above):
        for x, cell in enumerate(line, left):
            if isinstance(cell, tuple):
                sheet.write_formula(y, x, "=B99", None, cell[1])
            elif isinstance(cell, datetime):
                sheet.write_datetime(y, x, cell, moment)
            elif isinstance(cell, str):
                sheet.write_string(y, x, cell)
            elif cell is not None:
                sheet.write(y, x, cell)


def is_blank(cell: Any) -> bool:
    return isinstance(cell, str) and not seen(cell)


def same(cell: Any, was: Any) -> bool:
    if isinstance(was, float) and isinstance(cell, (int, float)):
        return math.isclose(cell, was, rel_tol=1e-15)
    if isinstance(was, datetime) and not isinstance(cell, datetime):
        return isinstance(cell, date) and datetime.combine(cell, datetime.min.time()) == was
    return bool(cell == was) and isinstance(cell, bool) is isinstance(was, bool)


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=5,
)


def test_json_files(fuzz: Any) -> None:
    def check(rows: list[dict[str, Any]], encoding: str, lines: bool, ascii_only: bool) -> None:
        written = [json.dumps(row, ensure_ascii=ascii_only) for row in rows]
        text = "\n".join(written) if lines else f"[{','.join(written)}]"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "table.jsonl" if lines else "table.json")
            path.write_bytes(text.encode(encoding))
            assert read(path) == rows

    fuzz(
        check,
        {
            "rows": st.lists(st.dictionaries(texts, values, min_size=1, max_size=3), min_size=1, max_size=4),
            "encoding": st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
            "lines": st.booleans(),
            "ascii_only": st.booleans(),
        },
    )


KINDS = {"Text": "text", "Number": "number", "On": "checkbox", "When": "date", "Day": "day"}
typed = st.one_of(
    texts,
    st.integers(-(10**12), 10**12).map(str),
    st.floats(-1e9, 1e9, allow_nan=False).map(repr),
    st.from_regex(r"-?\d{1,3}([.,' ]\d{3}){0,2}([.,]\d{1,3})?", fullmatch=True, alphabet=string.printable),
    st.dates().map(str),
    st.dates(date(1971, 1, 1), date(2100, 1, 1)).map(lambda day: day.strftime("%d.%m.%Y")),
    st.sampled_from(["yes", "no", "1", "0", "TRUE", "x"]),
)
cells_of_kinds = st.tuples(st.sampled_from(sorted(KINDS)), typed)


@pytest.fixture
def planhat(sandbox: Sandbox) -> Planhat:
    return Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)


def test_a_real_import_stores_what_a_cell_says_or_refuses_it(fuzz: Any, planhat: Planhat, sandbox: Sandbox) -> None:
    number = itertools.count()
    for name, kind in KINDS.items():
        planhat.create_object(types.CustomField(name=name, type=kind, parent="company"))

    def check(rows: list[tuple[str, str]], decimal: str) -> None:
        keyed = {f"F-{next(number)}": row for row in rows}
        heads = ["external_id", "name", *(f"custom.{name}" for name in KINDS)]
        lines = [
            [key, "Acme", *(cell if each == name else "" for each in KINDS)] for key, (name, cell) in keyed.items()
        ]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "table.csv")
            path.write_text(written([heads, *lines], quoting=csv.QUOTE_ALL), "utf-8", newline="")
            options: Any = {"decimal": decimal, "dates": "DD.MM.YYYY", "bad_rows": "skip"}
            report = planhat.import_objects(types.Company, path, **options)
        stored = {row["externalId"]: row.get("custom", {}) for row in sandbox.rows("companies")}
        assert report.total == len(keyed)
        assert report.counts["created"] == len(keyed.keys() & stored.keys())
        for key in keyed.keys() & stored.keys():
            name, cell = keyed[key]
            value = stored[key].get(name)
            assert seen(cell) == "" if value is None else means(KINDS[name], cell, value, decimal), (name, cell, value)

    fuzz(
        check,
        {"rows": st.lists(cells_of_kinds, min_size=1, max_size=10), "decimal": st.sampled_from([".", ",", "auto"])},
    )


def means(kind: str, cell: str, value: Any, decimal: str) -> bool:
    """Returns whether a value is one that a cell can mean, without the code that it judges."""
    known = {seen(each) for each in may_be(cell)}
    if kind == "text":
        return seen(value) in known
    if kind == "number":
        signs = [decimal] if decimal != "auto" else [".", ","]
        return any(value == number(each, sign) for each in known for sign in signs)
    if kind == "checkbox":
        return bool(known & ({"true", "yes", "on", "1"} if value else {"false", "no", "off", "0"}))
    days = {day_of(each) for each in known}
    if kind == "date":
        return any(day is not None and value.startswith(str(day)) for day in days)
    epoch = date(1970, 1, 1)
    numbers = {int(each) for each in known if re.fullmatch(r"[+-]?[0-9]{1,6}", each)}
    return value in {(day - epoch).days for day in days if day} | numbers


def seen(text: str) -> str:
    """Returns what a person sees of a text."""
    visible = "".join(sign for sign in unicodedata.normalize("NFC", text) if unicodedata.category(sign) != "Cf")
    return " ".join(visible.split()).casefold()


def number(text: str, decimal: str) -> float | None:
    thousands = "." if decimal == "," else ","
    bare = re.sub(r"(?<=\d)[ '](?=\d{3}(?!\d))", thousands, text.strip("€$ "))
    if not re.fullmatch(rf"[+-]?(\d+|[1-9]\d{{0,2}}(\{thousands}\d{{3}})+)?(\{decimal}\d*)?(e[+-]?\d+)?", bare):
        return None
    try:
        return float(bare.replace(thousands, "").replace(decimal, "."))
    except ValueError:
        return None


def day_of(text: str) -> date | None:
    found = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text) or re.fullmatch(r"(\d\d)\.(\d\d)\.(\d{4})", text)
    parts = [int(each) for each in (found.groups() if "-" in text else found.groups()[::-1])] if found else []
    try:
        return date(*parts) if parts else None
    except ValueError:
        return None
