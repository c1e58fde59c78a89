"""Where the outcome of a create was not known, an error advised `Get Nps Responses`, a keyword that there is not."""

from __future__ import annotations

import pytest

from RPA.Planhat import Planhat, errors, types
from utest.stub import TOKEN, Stub, reply


def test_the_keyword_that_is_advised_is_there(stub: Stub) -> None:
    stub.on(f"POST /{types.NPS.API_NAME}", reply({}, status=504))
    planhat = Planhat(TOKEN, base_url=stub.url, calls_per_minute=0)
    with pytest.raises(errors.PlanhatOutcomeUnknownError) as caught:
        planhat.create_object(types.NPS(email="ada@acme.example", score=9))
    advised = str(caught.value).partition("Look for it with: ")[2].partition("    ")[0]
    assert advised == "Get NPS Responses"
    assert advised in planhat.keywords
