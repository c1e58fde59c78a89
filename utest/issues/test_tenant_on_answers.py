"""The address on an answer of the analytics host had the tenant UUID, and so had errors that bring the answer along."""

from __future__ import annotations

import pickle

import pytest
import requests

from RPA.Planhat import PlanhatError
from RPA.Planhat.session import PlanhatSession
from utest.stub import TENANT, TOKEN, Stub, reply


@pytest.mark.parametrize("status", [200, 400])
def test_neither_answers_nor_errors_have_it(stub: Stub, status: int) -> None:
    stub.on(f"POST /analytics/{TENANT}", reply({}, status=status))
    session = PlanhatSession(TOKEN, tenant_uuid=TENANT, base_url=stub.url, analytics_url=stub.url)
    answer: requests.Response | None
    try:
        answer = session.call_analytics("analytics", [{"email": "a@b.example", "action": "Logged in"}])
    except PlanhatError as problem:
        answer = getattr(problem, "response", None)
    assert answer is not None
    assert stub.last.path == f"/analytics/{TENANT}"
    assert TENANT not in f"{answer.url} {answer.request.url} {vars(answer)}"
    assert TENANT.encode() not in pickle.dumps(answer)
