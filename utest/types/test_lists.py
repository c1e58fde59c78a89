"""Lists of records of one model."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import PlanhatNotFoundError
from RPA.Planhat.types import NPS, Company, Enduser, Invoice, Issue, PlanhatIdType, PlanhatObjectList, TimeEntry

if TYPE_CHECKING:
    from collections.abc import Callable

A, B, C = (Company(id="1", external_id="A"), Company(id="2", source_id="B"), Company(id="3", external_id="1"))


def companies() -> PlanhatObjectList[Company]:
    return PlanhatObjectList([A, B, C])


def test_a_list_is_a_list() -> None:
    rows = companies()
    assert isinstance(rows, list)
    assert len(rows) == 3
    assert rows == [A, B, C]
    assert [row.id for row in rows] == ["1", "2", "3"]


@pytest.mark.parametrize("bad", [{"_id": "1"}, "text", None, Enduser(id="1")])
@pytest.mark.parametrize(
    "put",
    [
        lambda rows, bad: rows.append(bad),
        lambda rows, bad: rows.extend([A, bad]),
        lambda rows, bad: rows.insert(0, bad),
        lambda rows, bad: rows.__setitem__(0, bad),
        lambda rows, bad: rows.__setitem__(slice(0, 1), [bad]),
        lambda rows, bad: rows.__iadd__([bad]),
        lambda rows, bad: PlanhatObjectList([A, bad]),
    ],
    ids=["append", "extend", "insert", "item", "slice", "+=", "constructor"],
)
def test_a_list_takes_no_other_type_and_stays_as_it_is(put: Callable[[Any, Any], Any], bad: Any) -> None:
    rows = companies()
    with pytest.raises(TypeError, match=r"A list of (Company|Planhat objects) takes no"):
        put(rows, bad)
    assert rows == [A, B, C]


def test_records_can_be_added_changed_and_removed() -> None:
    rows = companies()
    rows.append(Company(id="4"))
    rows.extend([Company(id="5")])
    rows.insert(0, Company(id="0"))
    rows[1] = Company(id="1b")
    rows[2:4] = [Company(id="23")]
    assert [row.id for row in rows] == ["0", "1b", "23", "4", "5"]
    rows.remove(Company(id="23"))
    assert [row.id for row in rows] == ["0", "1b", "4", "5"]
    with pytest.raises(ValueError, match="is not in the list"):
        rows.remove(Company(id="23"))


def test_the_first_record_decides_the_model() -> None:
    rows: PlanhatObjectList[Any] = PlanhatObjectList()
    assert not rows.model
    rows.append(Enduser())
    assert rows.model is Enduser
    with pytest.raises(TypeError, match="A list of Enduser takes no Company"):
        rows.append(Company())


def test_a_slice_is_such_a_list() -> None:
    part = companies()[1:]
    assert type(part) is PlanhatObjectList
    assert part == [B, C]
    assert part.model is Company
    assert companies()[:0].model is Company
    assert companies()[-1] is C


def test_records_are_found_by_each_kind_of_id() -> None:
    rows = companies()
    assert rows.find_by_id("2") is B
    assert rows.find_by_source_id("B") is B
    assert rows.find_by_external_id("1") is C
    assert rows.find_by_id_type("1", PlanhatIdType.EXTERNAL_ID) is C
    assert rows.find_by_id_type("A") is A
    assert PlanhatObjectList([Invoice(external_id="I-1")]).find_by_external_id("I-1") == {"extId": "I-1"}


@pytest.mark.parametrize(
    ("find", "words"),
    [
        (lambda rows: rows.find_by_id("9"), "Planhat id '9'"),
        (lambda rows: rows.find_by_source_id("9"), "source id '9'"),
        (lambda rows: rows.find_by_external_id("9"), "external id '9'"),
        (lambda rows: rows.find_by_id_type("9"), "Planhat id or source id or external id '9'"),
        (lambda rows: rows.find_by_id(""), "Planhat id ''"),
        (lambda rows: rows.find_by_external_id(""), "external id ''"),
    ],
)
def test_what_is_not_in_the_list_is_a_not_found_error(find: Callable[[Any], Any], words: str) -> None:
    with pytest.raises(PlanhatNotFoundError, match=f"Not found in this list of 3: no record with {words}"):
        find(companies())


@pytest.mark.parametrize(
    "rows",
    [
        PlanhatObjectList([Enduser(id="1", company_id="c1"), Enduser(id="2", company_id="c2")]),
        PlanhatObjectList([NPS(id="1", company_id="c1"), NPS(id="2", company_id="c2")]),
        PlanhatObjectList([Invoice(id="1", company_id="c1"), Invoice(id="2")]),
        PlanhatObjectList([Issue(id="1", company_ids=["c0", "c1"]), Issue(id="2", company_ids=["c2"])]),
        PlanhatObjectList([TimeEntry(id="1", company_id="c1"), TimeEntry(id="2")]),
    ],
)
def test_records_are_found_by_company(rows: PlanhatObjectList[Any]) -> None:
    found = rows.find_by_company_id("c1")
    assert [row.id for row in found] == ["1"]
    assert type(found) is PlanhatObjectList
    assert rows.find_by_company_id("c9") == []


def test_an_empty_list_finds_no_company() -> None:
    nothing: PlanhatObjectList[Company] = PlanhatObjectList()
    assert nothing.find_by_company_id("c1") == []


def test_a_record_is_in_the_list_by_any_of_its_ids() -> None:
    rows = companies()
    assert rows.is_obj_in_list(Company(source_id="B"))
    assert not rows.is_obj_in_list(Company(source_id="A"))
    assert not rows.is_obj_in_list(Company())


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (PlanhatObjectList(), "<0 Planhat objects>"),
        (PlanhatObjectList.of(Company), "<0 companies>"),
        (PlanhatObjectList([A]), "<1 company>"),
        (PlanhatObjectList([A] * 4500), "<4500 companies>"),
    ],
)
def test_a_list_shows_in_a_few_words(rows: PlanhatObjectList[Any], text: str) -> None:
    assert str(rows) == repr(rows) == text


def test_a_copy_is_independent() -> None:
    rows = companies()
    twin = copy.deepcopy(rows)
    twin[0].name = "x"
    twin.append(Company(id="4"))
    assert len(rows) == 3
    assert rows[0].name == ""
