"""Numbers, lists, bytes and other objects were sent as ids where a record is meant, and one of a list had no place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from RPA.Planhat import Planhat, types
from RPA.Planhat.errors import PlanhatNotFoundError, PlanhatValidationError
from RPA.Planhat.types import PlanhatIdType
from utest.stub import TOKEN, an_id, reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from utest.stub import Stub

ID = an_id(1)

NONE: list[Any] = [
    None, 5, 5.0, True, float("nan"), [], [ID], {ID}, b"x", object(), object, iter([ID]), "", " ", {}, {"a": 1},
    {"id": 5}, {"id": True}, {"_id": [ID]}, {"id": {"id": ID}}, Path("ids.csv"), UUID(int=7),
]  # fmt: skip
"""What refers to no record."""

ONE: dict[str, Callable[[Planhat, Any], Any]] = {
    "get": lambda planhat, it: planhat.keywords["Get Company"](it),
    "get any": lambda planhat, it: planhat.keywords["Get Planhat Object"]("companies", it),
    "by id": lambda planhat, it: planhat.get_object_by_id(types.Company, it),
    "update": lambda planhat, it: planhat.keywords["Update Company"](it, name="Acme"),
    "delete": lambda planhat, it: planhat.keywords["Delete Company"](it, missing_ok=True),
    "complete": lambda planhat, it: planhat.keywords["complete_task"](it),
    "archive": lambda planhat, it: planhat.archive_enduser(it),
    "keep": lambda planhat, it: planhat.merge_endusers(it, [ID]),
}
"""Doors that take one record."""

SEVERAL: dict[str, tuple[str, Callable[[Planhat, Any], Any]]] = {
    "delete": ("records", lambda planhat, it: planhat.keywords["Delete Planhat Objects"]("companies", it, expected=2)),
    "company_ids": ("company_ids", lambda planhat, it: planhat.keywords["Get Endusers"](company_ids=it)),
    "company_id": ("company_ids", lambda planhat, it: planhat.keywords["Get Endusers"](company_id=it)),
    "companies": ("company_ids", lambda planhat, it: planhat.get_objects(types.Company, company_ids=it)),
    "export": ("company_ids", lambda planhat, it: planhat.keywords["Export Endusers"](company_ids=it)),
    "duplicates": ("duplicates", lambda planhat, it: planhat.merge_endusers(ID, it)),
    "endusers": ("endusers", lambda planhat, it: planhat.log_note(ID, "Call", endusers=it)),
}
"""Doors that take a list of records, and the name of the list."""


@pytest.mark.parametrize("door", ONE)
def test_one_record(stub: Stub, client: Planhat, door: str) -> None:
    for value in NONE:
        with pytest.raises(PlanhatValidationError, match=r"does not refer to|is neither an id nor a record"):
            ONE[door](client, value)
    assert stub.calls == []


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("door", SEVERAL)
def test_one_of_a_list(stub: Stub, door: str, *, dry_run: bool) -> None:
    name, call = SEVERAL[door]
    with Planhat(TOKEN, base_url=stub.url, dry_run=dry_run) as client:
        for value in NONE:
            with pytest.raises(PlanhatValidationError, match=f"^Item 2 of {name}: This does not refer to a"):
                call(client, [ID, value])
    assert set(stub.calls) <= {"GET /customfields"}


@pytest.mark.parametrize("value", [each for each in NONE if not isinstance(each, (list, set, type(iter([]))))])
def test_what_is_no_list_is_not_deleted(stub: Stub, client: Planhat, value: Any) -> None:
    with pytest.raises(PlanhatValidationError, match=r"^Item 1 of records: This does not refer to a company"):
        client.keywords["Delete Planhat Objects"]("companies", value, expected=1)
    assert stub.calls == []


def test_rows_of_a_frame_are_deleted_and_not_its_columns(stub: Stub, client: Planhat) -> None:
    frame = pytest.importorskip("pandas").DataFrame({"id": [ID, an_id(2)], "name": ["Acme", "Nova"]})
    stub.on("DELETE *", reply({"deletedCount": 1}))
    report = client.keywords["Delete Planhat Objects"]("companies", frame, expected=2)
    assert report.deleted == [ID, an_id(2)]


@pytest.mark.parametrize("field", ["company_ids", "enduser_ids"])
def test_an_empty_id_in_a_list_of_ids(stub: Stub, client: Planhat, field: str) -> None:
    with pytest.raises(PlanhatValidationError, match=f"{field} has an empty id at place 2 of its list"):
        client.keywords["Create Issue"](title="Down", **{field: [ID, ""]})
    assert stub.calls == []


@pytest.mark.parametrize("empty", ["", " ", [], {}])
def test_nobody_is_found_by_an_empty_reference(stub: Stub, client: Planhat, empty: Any) -> None:
    with pytest.raises(PlanhatValidationError, match="company_id is empty: give a record, or leave company_id out"):
        client.keywords["Find Enduser"](company_id=empty)
    assert stub.calls == []


def test_ids_of_other_systems_may_be_numbers_where_that_is_said(stub: Stub, client: Planhat) -> None:
    stub.on("GET /companies/extid-1002", reply({"_id": ID, "name": "Acme"}))
    for value in (1002, 1002.0, "1002"):
        assert client.get_object_by_id(types.Company, value, PlanhatIdType.EXTERNAL_ID).id == ID  # type: ignore[arg-type]
    assert client.keywords["Get Company"]({"external_id": 1002.0, "name": "Acme"}).id == ID
    with pytest.raises(PlanhatValidationError, match="True is neither an id nor a record"):
        client.get_object_by_id(types.Company, True, PlanhatIdType.EXTERNAL_ID)  # type: ignore[arg-type]


def test_what_reads_as_an_id_is_one(stub: Stub, client: Planhat) -> None:
    class ObjectId:
        def __str__(self) -> str:
            return ID

    with pytest.raises(PlanhatNotFoundError, match=f"GET /companies/{ID} answered 404"):
        client.keywords["Get Company"](ObjectId())
