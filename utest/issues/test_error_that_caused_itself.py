"""An import that Planhat refused as a whole ended in an error that was its own cause, and Robot Framework in a loop.

Robot Framework follows the causes of an error to shorten its traceback; it told of too many recursions instead.
"""

from __future__ import annotations

import pytest

from RPA.Planhat import Planhat, errors, types
from utest.stub import TOKEN, Stub, reply


def test_causes_come_to_an_end(stub: Stub) -> None:
    stub.on("PUT /companies", reply({"message": "no"}, status=401))
    planhat = Planhat(TOKEN, base_url=stub.url, calls_per_minute=0)
    with pytest.raises(errors.PlanhatAuthFailedError) as caught:
        planhat.import_objects(types.Company, [{"name": "Acme", "external_id": "A-1"}])
    seen: list[BaseException] = []
    error: BaseException | None = caught.value
    while error is not None:
        assert error not in seen
        seen.append(error)
        error = error.__cause__
