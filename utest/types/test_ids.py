"""Ids and paths: whatever an id holds, it stays one segment of the path."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from RPA.Planhat.types import Company, Invoice, PlanhatIdType, PlanhatObjectList
from RPA.Planhat.types.fields import path_segment, split_reference


def test_the_kinds_of_id_have_the_prefixes_of_planhat() -> None:
    assert {kind.name: kind.value for kind in PlanhatIdType} == {
        "PLANHAT_ID": "",
        "SOURCE_ID": "srcid-",
        "EXTERNAL_ID": "extid-",
    }


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        ("x/../../users/U1", "x%2F..%2F..%2Fusers%2FU1"),
        ("a?b", "a%3Fb"),
        ("a#b", "a%23b"),
        ("50% off", "50%25%20off"),
        ("[1]", "%5B1%5D"),
        ("é", "%C3%A9"),
        ("a+b&c=d", "a%2Bb%26c%3Dd"),
        ("extid-1", "extid-1"),
        ("%2e%2e", "%252e%252e"),
        ("x" * 5000, "x" * 5000),
    ],
)
def test_an_id_is_one_percent_encoded_segment(value: str, segment: str) -> None:
    assert path_segment(value) == segment
    assert path_segment(value, PlanhatIdType.EXTERNAL_ID) == f"extid-{segment}"


@given(st.text(min_size=1))
def test_any_id_is_refused_or_stays_one_segment_that_decodes_to_itself(value: str) -> None:
    try:
        segment = path_segment(value)
    except ValueError:
        return
    assert "/" not in segment
    assert "?" not in segment
    assert "#" not in segment
    assert segment not in (".", "..")
    assert unquote(segment) == value


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "it is empty"),
        ("  ", "it is empty"),
        (".", "another route"),
        ("..", "another route"),
        ("a\nb", "control characters"),
        ("a\x00", "control characters"),
        ("\x7f", "control characters"),
        ("\ud800", "surrogate"),
    ],
)
def test_what_can_not_be_an_id_is_refused_with_the_reason(value: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        path_segment(value)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("61f0", (PlanhatIdType.PLANHAT_ID, "61f0")),
        ("extid-A1", (PlanhatIdType.EXTERNAL_ID, "A1")),
        ("srcid-A1", (PlanhatIdType.SOURCE_ID, "A1")),
        ("extid-srcid-A1", (PlanhatIdType.EXTERNAL_ID, "srcid-A1")),
        ("extid-", (PlanhatIdType.EXTERNAL_ID, "")),
    ],
)
def test_a_reference_is_split_into_kind_and_id(reference: str, expected: tuple[PlanhatIdType, str]) -> None:
    assert split_reference(reference) == expected


@pytest.mark.parametrize(
    ("record", "kind", "path"),
    [
        (Company(id="1", source_id="2", external_id="3"), PlanhatIdType.PLANHAT_ID, "/companies/1"),
        (Company(id="1", source_id="2", external_id="3"), PlanhatIdType.SOURCE_ID, "/companies/srcid-2"),
        (Company(id="1", source_id="2", external_id="3"), PlanhatIdType.EXTERNAL_ID, "/companies/extid-3"),
        (Company(source_id="2", external_id="3"), PlanhatIdType.PLANHAT_ID, "/companies/srcid-2"),
        (Company(external_id="3"), PlanhatIdType.PLANHAT_ID, "/companies/extid-3"),
        (Company(id="1"), PlanhatIdType.EXTERNAL_ID, "/companies/1"),
        (Invoice(external_id="3"), PlanhatIdType.PLANHAT_ID, "/invoices/extid-3"),
        (Company(external_id="x/../../users/U1"), PlanhatIdType.EXTERNAL_ID,
         "/companies/extid-x%2F..%2F..%2Fusers%2FU1"),
    ],
)  # fmt: skip
def test_the_path_of_a_record_falls_back_to_any_id(record: Any, kind: PlanhatIdType, path: str) -> None:
    assert record.get_urlpath(kind) == path
    assert record.get_type_urlpath() == path.rpartition("/")[0]


def test_a_record_without_an_id_has_no_path() -> None:
    with pytest.raises(ValueError, match="company has no id: neither _id, sourceId nor externalId"):
        Company(name="Acme").get_urlpath()


def test_a_list_without_a_model_has_no_path() -> None:
    with pytest.raises(ValueError, match="has no path"):
        PlanhatObjectList().get_urlpath()
    assert PlanhatObjectList([Company()]).get_urlpath() == "/companies"
