"""The custom values of a record that was read without them: JSON wrote them as `{}`, as if the record had none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatNotReadError, types
from RPA.Planhat.types.encoding import encode_json

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def partial(planhat: Planhat) -> types.Company:
    planhat.create_object(types.CustomField(name="Seats", type="number", parent="company"))
    planhat.run_keyword("Create Company", [], {"name": "Acme", "custom.Seats": 3})
    return planhat.get_objects(types.Company, properties="name")[0]


READS: dict[str, Callable[[Any], Any]] = {
    "json": json.dumps,
    "json in Python": lambda custom: json.dumps(custom, indent=1),
    "json of a list": lambda custom: json.dumps([{"custom": custom}]),
    "dict": dict,
    "list": list,
    "bool": bool,
    "reversed": reversed,
    "copy": lambda custom: custom.copy(),
    "merged": lambda custom: custom | {},
    "pop": lambda custom: custom.pop("Seats", None),
    "setdefault": lambda custom: custom.setdefault("Seats", 0),
    "clear": lambda custom: custom.clear(),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_what_is_made_of_them_is_an_error_that_names_properties(
    partial: types.Company, read: Callable[[Any], Any]
) -> None:
    with pytest.raises(PlanhatNotReadError, match=r"custom of this company was not read.*properties="):
        read(partial.custom)


def test_encoders_that_read_past_the_methods_of_dictionaries_refuse_them(partial: types.Company) -> None:
    with pytest.raises(ValueError, match=r"NotRead|not read"):
        encode_json({"custom": partial.custom})
    orjson = pytest.importorskip("orjson")
    with pytest.raises(TypeError, match="not JSON serializable"):
        orjson.dumps({"custom": partial.custom})


def test_the_record_itself_is_written_as_far_as_it_was_read(partial: types.Company) -> None:
    assert partial.custom is not None
    assert json.loads(json.dumps(partial)) == {"_id": partial.id, "name": "Acme"}


def test_values_can_be_set_all_the_same(planhat: Planhat, partial: types.Company) -> None:
    partial.custom["Seats"] = 4
    assert planhat.update_object(partial).custom == {"Seats": 4}
    (again,) = planhat.get_objects(types.Company, properties="name")
    again.custom |= {"Seats": 5}
    assert planhat.update_object(again).custom == {"Seats": 5}
