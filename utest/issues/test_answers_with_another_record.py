"""Whatever record a wrong path or proxy gave was taken for the one that was read by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors
from RPA.Planhat.types import Company, PlanhatIdType
from utest.stub import TOKEN, Stub, an_id, reply

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORD = {"_id": an_id(1), "name": "Acme", "externalId": "A-1", "sourceId": "S-1"}


@pytest.fixture
def planhat(stub: Stub) -> Iterator[Planhat]:
    with Planhat(TOKEN, base_url=stub.url, calls_per_minute=0, calls_per_second=0, retries=0) as made:
        yield made


def read(planhat: Planhat, reference: Any) -> Any:
    return planhat.keywords["Get Company"](reference)


@pytest.mark.parametrize(
    ("reference", "shown"),
    [(an_id(2), an_id(1)), ("extid-A-2", "'A-1'"), ("srcid-S 2", "'S-1'"), (Company(id=an_id(2)), an_id(1))],
)
def test_another_record_is_refused(stub: Stub, planhat: Planhat, reference: Any, shown: str) -> None:
    stub.on("GET *", reply(RECORD))
    with pytest.raises(errors.PlanhatUnexpectedContentError, match="another record") as caught:
        read(planhat, reference)
    assert shown in str(caught.value)


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        (an_id(1).upper(), RECORD),
        (an_id(1), {**RECORD, "_id": an_id(7), "externalId": an_id(1)}),
        ("extid-a-1", RECORD),
        ("extid- A-1 ", RECORD),
        ("extid-A-2", {"_id": an_id(1), "name": "Acme"}),
        ("extid-A-2", {"_id": an_id(1), "externalId": None}),
        ("extid-17", {"_id": an_id(1), "externalId": 17}),
        ("extid-Socie\u0301te\u0301", {"_id": an_id(1), "externalId": "Soci\u00e9t\u00e9"}),
        ("extid-a/b?c%20", {"_id": an_id(1), "externalId": "a/b?c%20"}),
        ("extid-S-1", RECORD),
        ("me", RECORD),
    ],
)
def test_the_same_record_in_other_words_is_taken(
    stub: Stub, planhat: Planhat, reference: str, answer: dict[str, Any]
) -> None:
    stub.on("GET *", reply(answer))
    assert read(planhat, reference)["_id"] == answer["_id"]


def test_the_answer_to_an_update_may_be_no_other_record(stub: Stub, planhat: Planhat) -> None:
    stub.on("PUT *", reply(RECORD))
    with pytest.raises(errors.PlanhatUnexpectedContentError, match="may be stored"):
        planhat.keywords["Update Company"](an_id(2), name="Acme", check_custom_fields=False)


def test_an_update_may_change_the_id_that_it_is_addressed_by(stub: Stub, planhat: Planhat) -> None:
    stub.on("PUT *", reply({**RECORD, "externalId": "A-9"}))
    changed = planhat.keywords["Update Company"]("extid-A-1", external_id="A-9", check_custom_fields=False)
    assert changed["externalId"] == "A-9"


def test_id_types_are_compared_as_prefixes_are(stub: Stub, planhat: Planhat) -> None:
    stub.on("GET *", reply(RECORD))
    assert planhat.get_object_by_id(Company, "A-1", PlanhatIdType.EXTERNAL_ID).name == "Acme"
    with pytest.raises(errors.PlanhatUnexpectedContentError, match="another record"):
        planhat.get_object_by_id(Company, "A-2", PlanhatIdType.EXTERNAL_ID)
