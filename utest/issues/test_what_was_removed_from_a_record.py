"""A field that was removed from a record: `del company["phase"]` sent nothing, without a word.

Somebody may want to clear the field, or only to leave it alone. So what was read and then removed is refused, at every
door, with what clears it; a copy for a new record may lack what it wants.
"""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatError, PlanhatNotReadError, PlanhatValidationError, types

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def company(planhat: Planhat) -> types.Company:
    for name in ("Seats", "Floors"):
        planhat.create_object(types.CustomField(name=name, type="number", parent="company"))
    custom = {"Seats": 3, "Floors": 2}
    return planhat.create_object(types.Company(name="Acme", external_id="A", phase="won", custom=custom))


REMOVALS: dict[str, Callable[[Any], Any]] = {
    "del item": lambda record: record.__delitem__("phase"),
    "del attribute": lambda record: record.__delattr__("phase"),
    "pop": lambda record: record.pop("phase"),
    "clear": lambda record: record.clear(),
    "popitem": lambda record: [record.popitem() for _ in range(len(record))],
    "of custom values": lambda record: record.custom.__delitem__("Seats"),
    "pop of custom values": lambda record: record.custom.pop("Seats"),
    "clear of custom values": lambda record: record.custom.clear(),
    "all custom values": lambda record: record.pop("custom"),
    "custom values for none": lambda record: record.__setitem__("custom", None),
    "custom values for no others": lambda record: record.__setattr__("custom", {}),
}

DOORS: dict[str, Callable[[Planhat, Any], Any]] = {
    "update_object": lambda planhat, record: planhat.update_object(record),
    "update_objects": lambda planhat, record: planhat.update_objects([record]),
    "Update": lambda planhat, record: planhat.run_keyword("Update Company", [record, record], {}),
    "Upsert": lambda planhat, record: planhat.run_keyword("Upsert Companies", [[record]], {}),
    "Import": lambda planhat, record: planhat.run_keyword("Import Companies", [[record]], {}),
    "Sync": lambda planhat, record: planhat.run_keyword("Sync Companies", [[record]], {}),
}


@pytest.mark.parametrize("removed", REMOVALS.values(), ids=REMOVALS)
@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_each_door_refuses_it(
    planhat: Planhat, company: types.Company, removed: Callable[[Any], Any], door: Callable[[Planhat, Any], Any]
) -> None:
    before = planhat.get_object_by_id(types.Company, company.id)
    record = planhat.get_object_by_id(types.Company, company.id)
    removed(record)
    for each in (record, copy.deepcopy(record), pickle.loads(pickle.dumps(record))):
        with pytest.raises(PlanhatError, match=r"was removed from .*set it to None to clear it"):
            door(planhat, each)
    assert planhat.get_object_by_id(types.Company, company.id) == before


@pytest.mark.parametrize("nothing", [None, ""])
@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_each_door_clears_what_was_set_to_nothing(
    planhat: Planhat, company: types.Company, door: Callable[[Planhat, Any], Any], nothing: Any
) -> None:
    company.phase, company.custom["Seats"], company.tags = nothing, None, []
    door(planhat, company)
    found = planhat.get_object_by_id(types.Company, company.id)
    assert (found.phase, found.custom["Seats"], found.custom["Floors"], found.name) == ("", None, 2, "Acme")


def test_none_clears_and_what_is_replaced_as_a_whole_leaves_the_rest_alone(
    planhat: Planhat, company: types.Company
) -> None:
    company.phase, company.custom["Seats"] = None, None
    changed = planhat.update_object(company)
    assert (changed.phase, changed.custom) == ("", {"Seats": None, "Floors": 2})
    changed.custom = {"Seats": 5}
    assert planhat.update_object(changed).custom == {"Seats": 5, "Floors": 2}


def test_what_was_never_there_or_is_put_back_or_set_by_planhat_may_be_removed(
    planhat: Planhat, company: types.Company
) -> None:
    company.city = "Lund"
    del company.city
    phase = company.pop("phase")
    company.phase = phase
    company.pop("createdAt")
    company.pop("nothing", None)
    company.custom["Seats"] = company.custom.pop("Seats") + 1
    changed = planhat.update_object(company)
    assert (changed.phase, changed.custom["Seats"]) == ("won", 4)


def test_a_copy_for_a_new_record_may_lack_it(planhat: Planhat, company: types.Company) -> None:
    for key in ("_id", "externalId", "phase", "custom"):
        del company[key]
    made = planhat.run_keyword("Create Company", [company], {"external_id": "B"})
    assert (made.name, made.external_id, made.phase) == ("Acme", "B", "")


def test_a_field_that_was_not_read_cannot_be_removed(planhat: Planhat, company: types.Company) -> None:
    (partial,) = planhat.get_objects(types.Company, properties="name")
    with pytest.raises(PlanhatNotReadError, match="phase of this company was not read"):
        del partial["phase"]
    with pytest.raises(KeyError):
        del partial["no such key"]
    partial.pop("name")
    with pytest.raises(PlanhatValidationError, match="name was removed"):
        planhat.update_object(partial)
