"""A custom field called `tags.add` could be made and never written: its name was taken for a change of a list.

And a file whose column `parent` says NULL planned a custom field of the model NULL.
"""

from __future__ import annotations

from typing import Any

import pytest

from RPA.Planhat import Planhat, PlanhatValidationError, types

WRITES: list[tuple[str, list[Any], dict[str, Any]]] = [
    ("Update Company", ["extid-A"], {"custom.tags.add": "5"}),
    ("Update Company", ["extid-A", {"custom": {"tags.add": 5}}], {}),
    ("Upsert Companies", [[{"externalId": "A", "custom.tags.add": 5}]], {}),
    ("Upsert Companies", [[{"externalId": "A", "custom": {"tags.add": 5}}]], {}),
    ("Import Companies", [[{"externalId": "A", "custom.tags.add": "5"}]], {}),
    ("Sync Companies", [[{"Key": "A", "X": "5"}]], {"mapping": ["Key -> external_id", "X -> custom.tags.add"]}),
]


@pytest.mark.parametrize("call", WRITES, ids=str)
def test_a_field_with_this_name_is_written(planhat: Planhat, call: tuple[str, list[Any], dict[str, Any]]) -> None:
    planhat.create_object(types.CustomField(name="tags.add", type="number", parent="company"))
    planhat.create_object(types.CustomField(name="tags", type="multipicklist", parent="company", list_values=["a"]))
    planhat.run_keyword("Create Company", [], {"name": "Acme", "external_id": "A"})
    planhat.run_keyword(*call)
    assert planhat.run_keyword("Get Company", ["extid-A"], {}).custom == {"tags.add": 5}


def test_without_such_a_field_the_list_is_changed(planhat: Planhat) -> None:
    options = ["a", "b"]
    planhat.create_object(types.CustomField(name="tags", type="multipicklist", parent="company", list_values=options))
    planhat.run_keyword("Create Company", [], {"name": "Acme", "external_id": "A", "custom.tags": ["a"]})
    planhat.run_keyword("Update Company", ["extid-A"], {"custom.tags.add": "b"})
    assert planhat.run_keyword("Get Company", ["extid-A"], {}).custom == {"tags": options}


@pytest.mark.parametrize("word", ["NULL", "n/a", "-", "(none)"])
@pytest.mark.parametrize("key", ["name", "parent"])
def test_words_for_no_value_are_neither_names_nor_models(planhat: Planhat, key: str, word: str) -> None:
    row = {"name": "Seats", "type": "number", "parent": "company", key: word}
    for keyword, given, named in (
        ("plan_custom_fields", [[row]], {}),
        ("apply_custom_fields", [[row]], {}),
        ("Create Custom Field", [], row),
    ):
        with pytest.raises(PlanhatValidationError, match=f"{key} is '.*', a placeholder for no value"):
            planhat.run_keyword(keyword, given, named)
    assert planhat.get_objects(types.CustomField) == []
