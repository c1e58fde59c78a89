"""A name or an option in a YAML file is the text that stands there, whatever YAML takes it for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from RPA.Planhat import PlanhatValidationError
from RPA.Planhat.operations.custom.declared import declared


def definition(folder: Path, text: str, name: str = "fields.yaml") -> dict[str, Any]:
    path = folder / name
    path.write_text(text, "utf-8")
    (found,) = declared(path)
    return found.definition


@pytest.mark.parametrize(
    ("written", "options"),
    [
        ("[NO, SE, DK]", ["NO", "SE", "DK"]),
        ("[Yes, No]", ["Yes", "No"]),
        ("[010, 12:30, 1e3, 0x1F, 1_000, .5]", ["010", "12:30", "1e3", "0x1F", "1_000", ".5"]),
        ("[2026-03-01, ~, null, true]", ["2026-03-01", "~", "null", "true"]),
        ("['010', \"No\", !!str 12]", ["010", "No", "12"]),
        ("[' Gold ', Silver ]", ["Gold", "Silver"]),
        ("\n    - NO\n    - SE", ["NO", "SE"]),
        ("NO; SE", ["NO", "SE"]),
    ],
)
def test_options(tmp_path: Path, written: str, options: list[str]) -> None:
    text = f"company:\n  - name: Country\n    type: list\n    list_values: {written}\n"
    assert definition(tmp_path, text)["listValues"] == options


@pytest.mark.parametrize("name", ["On", "No", "Off", "1", "010", "12:30", "2026-03-01", "'On'"])
def test_names(tmp_path: Path, name: str) -> None:
    assert definition(tmp_path, f"company:\n  - name: {name}\n    type: text\n")["name"] == name.strip("'")


def test_switches_and_empty_values_mean_what_they_did(tmp_path: Path) -> None:
    text = (
        "company:\n  - {name: Seats, type: number, is_featured: yes, is_hidden: 'off', list_values: , section: null}\n"
    )
    found = definition(tmp_path, text)
    assert (found["isFeatured"], found["isHidden"]) == (True, False)
    assert found.keys() == {"name", "parent", "type", "isFeatured", "isHidden"}


def test_anchors_and_merges_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "fields.yaml"
    path.write_text("company:\n- &a {name: A, type: list, options: &o [NO]}\n- <<: *a\n  name: B\n  options: *o\n")
    assert [(each.definition["name"], each.definition["listValues"]) for each in declared(path)] == [
        ("A", ["NO"]),
        ("B", ["NO"]),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fields.yaml", "company:\n- {name: ' Tier ', type: text}\n- {name: Tier, type: text}\n"),
        ("fields.csv", "name,parent,type\n Tier ,company,text\nTier,company,text\n"),
        ("fields.json", '{"company": [{"name": "Tier ", "type": "text"}, {"name": "Tier", "type": "text"}]}'),
    ],
)
def test_a_field_that_differs_by_blanks_is_declared_twice(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(PlanhatValidationError, match=r"declared twice: company\.Tier"):
        definition(tmp_path, text, name)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("company:\n- name: A\n  name: B\n  type: text\n", "two values named 'name', line 3"),
        ("company:\n- {name: A, type: list, options: [x, '']}\n", "An option of the custom field A is empty"),
        ("company:\n- {name: A, type: list, options: [x, x]}\n", "The custom field A has the option 'x' twice"),
        ("company:\n- ? [a]\n  : b\n", "a value whose name is not a string, line 2"),
        ("--- a\n--- b\n", "is not valid YAML"),
        ("", "Custom fields must be a list"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PlanhatValidationError, match=said):
        definition(tmp_path, text)


def test_declarations_in_utf_16_are_read(tmp_path: Path) -> None:
    for ending, text in ((".yaml", "company:\n- {name: Größe, type: text}\n"), (".json", '[{"name": "Größe"}]')):
        path = tmp_path / f"fields{ending}"
        path.write_text(text.replace('"}', '", "parent": "company", "type": "text"}'), "utf-16")
        assert declared(path)[0].definition["name"] == "Größe"
