"""An answer to a bulk upsert with a list where a count is meant, or the other way, ended in a raw TypeError.

The rows were stored by then, and the account of them was lost with the error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors, types
from utest.stub import Stub, an_id, reply

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = [{"external_id": f"F-{number}", "name": f"N{number}"} for number in range(3)]
ANSWER = {"created": 3, "insertsKeys": [{"_id": an_id(number), "externalId": f"F-{number}"} for number in range(3)]}


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("value", ["x", {"a": 1}, True, -1, [[1]], 7])
@pytest.mark.parametrize(
    "key", ["created", "nonupdates", "createdErrors", "insertsKeys", "modified", "permissionErrors"]
)
def test_no_row_is_said_to_be_stored_or_lost(
    stub: Stub, new_client: Callable[..., Planhat], key: str, value: Any, status: int
) -> None:
    for model in ("companies", "customfields"):
        stub.on(f"GET /{model}", reply([]))
    stub.on("PUT /companies", reply({**ANSWER, key: value}, status))
    client = new_client()
    try:
        report = client.import_objects(types.Company, ROWS)
    except errors.PlanhatBulkError as problem:
        report = problem.report
    counts = report.counts
    assert sum(counts.values()) == 3
    assert counts["failed"] == 0 or status == 400
