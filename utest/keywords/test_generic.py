"""Keywords for any model: rows that tell no model, records given in each way, and any request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.types import Company
from utest.stub import Stub, Table, an_id, reply

if TYPE_CHECKING:
    from RPA.Planhat import Planhat

ACME = {"_id": an_id(1), "name": "Acme", "externalId": "A"}
NOVA = {"_id": an_id(2), "name": "Nova", "externalId": "N"}


class TheirTable:
    """Has the shape of a Table of RPA.Tables."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows = rows

    def iter_dicts(self, with_index: bool = True) -> Any:
        yield from ({**row, "index": 0} if with_index else row for row in self.rows)


@pytest.fixture
def library(stub: Stub, client: Planhat) -> Any:
    stub.on("GET /companies", Table([ACME, NOVA]))
    stub.on("GET /leancompanies", reply([ACME, NOVA]))
    for record in (ACME, NOVA):
        stub.on(f"DELETE /companies/{record['_id']}", reply({"deletedCount": 1}))
    return client


def test_records_tell_their_model(library: Any) -> None:
    records = [Company(name="Zeta", externalId="Z"), Company(name="Acme", externalId="A")]
    missing = library.keywords["find_missing_objects"](records)
    assert [each.name for each in missing] == ["Zeta"]


def test_plain_rows_do_not_tell_their_model(library: Any, stub: Stub) -> None:
    with pytest.raises(PlanhatValidationError, match=r"set model=, such as model=company\."):
        library.keywords["find_missing_objects"]([{"name": "Zeta"}])
    assert stub.seen == []


def test_plain_rows_become_records_of_the_model_that_is_named(library: Any) -> None:
    rows = [{"external_id": "Z", "name": "Zeta"}, {"external_id": "A"}]
    missing = library.keywords["find_missing_objects"](rows, "company")
    assert [(type(each), each.external_id) for each in missing] == [(Company, "Z")]


@pytest.mark.parametrize(
    "records", [ACME["_id"], ACME, [ACME["_id"]], [ACME], TheirTable(ACME)], ids=["id", "row", "ids", "rows", "table"]
)
def test_records_to_delete_are_given_in_each_way(library: Any, stub: Stub, records: Any) -> None:
    library.keywords["Delete Planhat Objects"]("company", records, expected=1)
    assert [(each.method, each.path) for each in stub.seen] == [("DELETE", f"/companies/{ACME['_id']}")]


def test_an_answer_without_a_body_is_nothing(library: Any, stub: Stub) -> None:
    stub.on("POST /refresh", reply("", status=204))
    assert library.keywords["planhat_request"]("POST", "/refresh") is None


def test_flattened_records_have_all_their_columns_unless_some_are_named(library: Any) -> None:
    records = [{"name": "Acme", "custom": {"Plan": "Pro"}, "tags": ["a", "b"]}]
    assert library.keywords["flatten_objects"](records) == [{"name": "Acme", "custom.Plan": "Pro", "tags": "a,b"}]
    assert library.keywords["flatten_objects"](records, columns="custom.Plan") == [{"custom.Plan": "Pro"}]
