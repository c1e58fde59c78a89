"""The answer on an error brought the request along, and with it the token: debuggers and pickles showed it."""

from __future__ import annotations

import pickle

import pytest

from RPA.Planhat import PlanhatNotFoundError
from RPA.Planhat.sandbox import Sandbox
from RPA.Planhat.session import PlanhatSession


def test_neither_answers_nor_errors_hold_it(sandbox: Sandbox) -> None:
    session = PlanhatSession(sandbox.api_key, base_url=sandbox.url)
    with pytest.raises(PlanhatNotFoundError) as problem:
        session.get("/companies/5f0000000000000000000001")
    for answer in (problem.value.response, session.get("/companies")):
        assert answer is not None
        assert "Authorization" not in answer.request.headers
        assert sandbox.api_key not in str(vars(answer.request))
        assert sandbox.api_key.encode() not in pickle.dumps(answer)
