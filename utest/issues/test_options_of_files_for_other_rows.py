"""`encoding=`, `delimiter=` and `sheet=` were silently ignored for rows in memory and for files of another kind.

Even an encoding that does not exist was taken, wherever it was not needed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatValidationError, types

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

COMPANIES = [{"external_id": "A-1", "name": "Acme"}]
METRICS = [{"external_id": "A-1", "dimension_id": "logins", "value": 5, "date": "2026-03-01"}]
FIELDS = [{"name": "Tier", "parent": "company", "type": "text"}]
TABLES: dict[str, list[dict[str, Any]]] = {
    "Import Companies": COMPANIES,
    "Sync Companies": COMPANIES,
    "Upsert Companies": COMPANIES,
    "push_metrics": METRICS,
    "verify_metrics": METRICS,
    "track_activities": [{"email": "ada@acme.example", "company_external_id": "A-1", "action": "login"}],
    "plan_custom_fields": FIELDS,
    "apply_custom_fields": FIELDS,
    "check_custom_values": COMPANIES,
}
WRONG = {
    "encoding": ("utf9", "'utf9' is not a known encoding"),
    "delimiter": (";;", "delimiter is one character"),
    "sheet": (1, "sheet is the name of a worksheet; not 1"),
}
GIVEN = {"encoding": "utf-8", "delimiter": ";", "sheet": "Data", "short_rows": "fill"}
OF_CSV = ("encoding", "delimiter", "short_rows")
FITTING = {"list": (), "text": (), ".json": ("encoding",), ".csv": OF_CSV, ".csv, marked": OF_CSV, ".xlsx": ("sheet",)}


@pytest.fixture
def planhat(planhat: Planhat) -> Planhat:
    planhat.create_object(types.Company(name="Acme", external_id="A-1"))
    planhat.keywords["push_metrics"](METRICS)
    return planhat


def _run(planhat: Planhat, keyword: str, source: Any, **options: Any) -> None:
    more = {"model": "company"} if keyword == "check_custom_values" else {}
    planhat.keywords[keyword](source, **more, **options)


def _sources(folder: Path, rows: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    lines = [list(rows[0]), *(list(map(str, row.values())) for row in rows)]
    text = "\n".join(map(";".join, lines)) + "\n"
    (folder / "table.json").write_text(json.dumps(rows))
    (folder / "table.csv").write_text(text)
    (folder / "marked.csv").write_text(text, "utf-8-sig")
    with pytest.importorskip("xlsxwriter").Workbook(folder / "table.xlsx") as book:
        sheet = book.add_worksheet("Data")
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
    files = ("table.json", "table.csv", "marked.csv", "table.xlsx")
    paths = [str(folder / name) for name in files]
    yield from zip(FITTING, (rows, json.dumps(rows), *paths), strict=True)


@pytest.mark.parametrize("keyword", TABLES)
def test_a_value_that_an_option_cannot_have_is_refused_whatever_the_source(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, keyword: str
) -> None:
    before = sandbox.rows("companies")
    for _, source in _sources(tmp_path, TABLES[keyword]):
        for option, (value, said) in WRONG.items():
            with pytest.raises(PlanhatValidationError, match=said):
                _run(planhat, keyword, source, **{option: value})
    assert sandbox.rows("companies") == before


@pytest.mark.parametrize("keyword", TABLES)
def test_an_option_without_an_effect_is_named_in_the_log_once(
    planhat: Planhat, tmp_path: Path, keyword: str, caplog: pytest.LogCaptureFixture
) -> None:
    for kind, source in _sources(tmp_path, TABLES[keyword]):
        what = f"{kind[:5].strip(',')} files do not have it" if "." in kind else "the rows are not those of a file"
        for option, value in GIVEN.items():
            caplog.clear()
            _run(planhat, keyword, source, **{option: value})
            told = [each for each in caplog.messages if "has no effect" in each]
            assert told == ([] if option in FITTING[kind] else [f"{option}= has no effect: {what}."]), (kind, option)
