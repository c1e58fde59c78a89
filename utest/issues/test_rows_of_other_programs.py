"""Rows from JSON and YAML files, frames and lists of other programs, as 300 tables of all kinds found them.

Each ends in the value that it means, a bad cell, or an error that says what to do; never in an error of Python.
"""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors, types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

ACME = {"external_id": "A-1", "name": "Acme"}
BOLT = {"external_id": "A-2", "name": "Bolt"}
STORED = [("A-1", "Acme"), ("A-2", "Bolt")]


@pytest.fixture
def planhat(sandbox: Sandbox) -> Iterator[Planhat]:
    hosts: dict[str, Any] = {"base_url": sandbox.url, "analytics_url": sandbox.url}
    with Planhat(sandbox.api_key, tenant_uuid=sandbox.tenant_uuid, calls_per_minute=0, **hosts) as made:
        yield made


def _stored(sandbox: Sandbox, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(row.get(key) for key in keys) for row in sandbox.rows("companies")]


LINES = f"{json.dumps(ACME)}\n{json.dumps(BOLT)}\n"
TAKEN: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "a line separator in a line": ("t.json", LINES.replace("Acme", "Ac\u2028me"), [("A-1", "Ac\u2028me"), STORED[1]]),
    "a next line in a line": ("t.json", LINES.replace("Acme", "Ac\x85me"), [("A-1", "Ac\x85me"), STORED[1]]),
    "the same in .jsonl": ("t.jsonl", LINES.replace("Acme", "Ac\u2028me"), [("A-1", "Ac\u2028me"), STORED[1]]),
    "returns between lines": ("t.json", LINES.replace("\n", "\r"), STORED),
    "line breaks of Windows": ("t.json", LINES.replace("\n", "\r\n"), STORED),
}


@pytest.mark.parametrize("case", TAKEN)
@pytest.mark.parametrize("keyword", ["Import Companies", "Upsert Companies", "Sync Companies"])
def test_json_lines_end_where_files_have_line_breaks(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, case: str, keyword: str
) -> None:
    name, text, expected = TAKEN[case]
    (tmp_path / name).write_text(text, "utf-8", newline="")
    planhat.keywords[keyword](str(tmp_path / name))
    assert _stored(sandbox, "externalId", "name") == expected


def test_a_json_text_may_have_a_mark(planhat: Planhat, sandbox: Sandbox) -> None:
    planhat.keywords["Import Companies"]("\ufeff" + json.dumps([ACME, BOLT]))
    assert _stored(sandbox, "externalId", "name") == STORED


REFUSED: dict[str, tuple[str, str]] = {
    "one list under any name": (json.dumps({"companies": [ACME]}), r"seem to be the 1 object under 'companies'"),
    "a list two levels down": (json.dumps({"data": {"items": [ACME, BOLT]}, "n": 2}), r"the 2 objects under 'items'"),
    "digits without end": (f'[{{"external_id": "A", "custom.N": {"9" * 5000}}}]', "a number of it has thousands of"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_json_that_is_refused_says_what_to_do(planhat: Planhat, tmp_path: Path, case: str) -> None:
    text, said = REFUSED[case]
    path = tmp_path / "t.json"
    path.write_text(text)
    for keyword in ("Import Companies", "Upsert Companies", "Sync Companies"):
        for source in (str(path), text):
            with pytest.raises(errors.PlanhatValidationError, match=said):
                planhat.keywords[keyword](source)


def test_the_place_of_a_broken_line_is_that_of_the_file(planhat: Planhat, tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text(f"{json.dumps(ACME)}\n\n{json.dumps(BOLT)[:-1]}\n")
    with pytest.raises(
        errors.PlanhatValidationError, match=r"t\.jsonl, line 3, is not valid JSON: .* line 1 column 38"
    ):
        planhat.keywords["Import Companies"](str(path))


def _frame(**columns: Any) -> Any:
    return pytest.importorskip("pandas").DataFrame(columns)


def test_narrow_floats_mean_what_they_show(planhat: Planhat, sandbox: Sandbox) -> None:
    numpy = pytest.importorskip("numpy")
    planhat.create_object(types.CustomField(name="Num", parent="company", type="number"))
    cells = numpy.array([0.1, numpy.nan], dtype="float32")
    frame = _frame(external_id=["A-1", "A-2"], name=["Acme", "Bolt"], **{"custom.Num": cells})
    planhat.keywords["Import Companies"](frame)
    planhat.keywords["Upsert Companies"]([{"external_id": "A-3", "name": "Cog", "custom.Num": numpy.float32(0.1)}])
    assert [(row.get("custom") or {}).get("Num") for row in sandbox.rows("companies")] == [0.1, None, 0.1]
    assert str(frame.dtypes["custom.Num"]) == "float32"


@pytest.mark.parametrize("keyword", ["Import Companies", "Sync Companies", "Upsert Companies"])
def test_errors_of_a_spreadsheet_are_no_values_of_a_frame(planhat: Planhat, sandbox: Sandbox, keyword: str) -> None:
    frame = _frame(external_id=["A-1"], name=["Acme"], city=["#N/A"])
    with pytest.raises(errors.PlanhatError, match="row 1: city shows #N/A, an error of the spreadsheet"):
        planhat.keywords[keyword](frame)
    assert sandbox.rows("companies") == []


def test_nor_of_rows_that_were_read_from_a_worksheet(planhat: Planhat, sandbox: Sandbox) -> None:
    rows = [{**ACME, "city": "#REF!", "tags": ["a"]}, BOLT]
    for keyword in ("Import Companies", "Sync Companies"):
        plan = planhat.keywords[keyword](rows, dry_run=True)
        assert plan.counts["refused"] == 1
        with pytest.raises(errors.PlanhatBulkError, match="row 1: city shows #REF!"):
            planhat.keywords[keyword](rows)
    assert sandbox.rows("companies") == []


def test_what_else_may_be_a_dictionary(planhat: Planhat, sandbox: Sandbox) -> None:
    for keyword in ("Import Companies", "Upsert Companies", "Sync Companies"):
        planhat.keywords[keyword](MappingProxyType(row) for row in (ACME, BOLT))
        assert _stored(sandbox, "externalId", "name") == STORED
    groups = _frame(external_id=["A-1"], name=["Acme"]).groupby("name")
    with pytest.raises(errors.PlanhatValidationError, match="Row 1 is not a dictionary"):
        planhat.keywords["Import Companies"](groups)


def test_a_metric_is_from_a_day_that_can_be_read_back(planhat: Planhat) -> None:
    row = {"dimension_id": "logins", "value": 1, "external_id": "A-1", "date": "9999-12-31"}
    with pytest.raises(errors.PlanhatValidationError, match="row 1: date is 9999-12-31: no metric is from so far"):
        planhat.keywords["push_metrics"]([row])
    with pytest.raises(errors.PlanhatBulkError, match="row 1: date is 9999-12-31: no metric is from so far"):
        planhat.keywords["verify_metrics"]([row], timeout=0)


def _written(name: str, text: str) -> Callable[[Path], str]:
    def write(folder: Path) -> str:
        (folder / name).write_text(text, "utf-8")
        return str(folder / name)

    return write


FIELD = {"parent": "company", "name": "T", "type": "text"}
PICK = {"parent": "company", "name": "T", "type": "list"}
DECLARED: dict[str, tuple[Any, list[tuple[str, list[str]]]]] = {
    "merged": (
        _written("f.yaml", "company:\n- &a {name: T, type: text}\n- {<<: *a, name: U}\n"),
        [("T", []), ("U", [])],
    ),
    "merged from two": (
        _written(
            "f.yaml",
            "company:\n- &a {name: T, type: list}\n- &b {name: U, type: list, options: [A]}\n"
            "- {<<: [*a, *b], name: V}\n",
        ),
        [("T", []), ("U", ["A"]), ("V", ["A"])],
    ),
    "lines of JSON": (
        _written("f.json", f"{json.dumps(FIELD)}\n{json.dumps({**FIELD, 'name': 'U'})}\n"),
        [("T", []), ("U", [])],
    ),
    "options in one form": ([{**PICK, "options": ["\u00a0e\u0301 "]}], [("T", ["\u00e9"])]),
}


@pytest.mark.parametrize("case", DECLARED)
def test_custom_fields_as_files_declare_them(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, case: str) -> None:
    source, expected = DECLARED[case]
    planhat.keywords["apply_custom_fields"](source(tmp_path) if callable(source) else source)
    assert [(row["name"], row["listValues"]) for row in sandbox.rows("customfields")] == expected


UNDECLARED: dict[str, tuple[Any, str]] = {
    "merged text": (
        _written("f.yaml", "company:\n- {<<: 5, name: U}\n"),
        "merges something that is not a dictionary, line 2",
    ),
    "merged list": (
        _written("f.yaml", "company:\n- {<<: [1], name: U}\n"),
        "merges something that is not a dictionary",
    ),
    "options by name": ([{**PICK, "options": {"A": 1}}], "row 1: Options must be a list such as .* not {'A': 1}"),
    "options in options": ([{**PICK, "options": [["A"]]}], r"row 1: An option is a string, not \['A'\]"),
    "the same as JSON": ([{**PICK, "options": '[["A"]]'}], r"row 1: An option is a string, not \['A'\]"),
    "a damaged list": ([{**PICK, "options": '["A"'}], r"row 1: '\[\"A\"' is not a valid list of options"),
    "options twice": (
        [{**PICK, "options": ["\u00e9", "e\u0301"]}],
        "row 1: The custom field T has the option .* twice",
    ),
    "a model misspelled": (
        [{**FIELD, "parent": "companie"}],
        "row 1: 'companie' is not a model. Did you mean company?",
    ),
    "a model without": ([{**FIELD, "parent": "metrics"}], "row 1: DimensionData has no custom fields"),
}


@pytest.mark.parametrize("case", UNDECLARED)
def test_what_declares_no_custom_field_is_refused(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, case: str
) -> None:
    source, said = UNDECLARED[case]
    for keyword in ("apply_custom_fields", "plan_custom_fields"):
        with pytest.raises(errors.PlanhatValidationError, match=said):
            planhat.keywords[keyword](source(tmp_path) if callable(source) else source)
    assert sandbox.rows("customfields") == []
