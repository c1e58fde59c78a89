"""A row with a key stayed unknown when no call got an answer, although a look a moment later would have found it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from utest.faults.world import library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat import Planhat
    from RPA.Planhat.sandbox import Sandbox

ROW = {"name": "Acme", "external_id": "A"}


@pytest.fixture
def planhat(sandbox: Sandbox) -> Iterator[Planhat]:
    made = library(sandbox.url, sandbox.api_key, retries=0)
    yield made
    made.close()


def outcome(planhat: Planhat) -> tuple[str, str]:
    report = planhat.keywords["Upsert Companies"](ROW, fail_on_errors=False)
    return report.results[0].outcome.value, report.results[0].reason


def test_it_is_looked_up_at_the_end(sandbox: Sandbox, planhat: Planhat) -> None:
    sandbox.inject_fault("status", verb="PUT", status=504, process=True)
    assert outcome(planhat) == ("unchanged", "read back: it is stored as sent")


def test_one_that_is_not_there_stays_unknown(sandbox: Sandbox, planhat: Planhat) -> None:
    sandbox.inject_fault("status", verb="PUT", status=504)
    assert outcome(planhat)[0] == "unknown"


def test_one_that_has_other_values_stays_unknown(sandbox: Sandbox, planhat: Planhat) -> None:
    planhat.keywords["Create Company"](**{**ROW, "name": "Bolt"})
    sandbox.inject_fault("status", verb="PUT", status=504)
    assert outcome(planhat)[0] == "unknown"


def test_one_that_can_not_be_looked_up_stays_unknown(sandbox: Sandbox, planhat: Planhat) -> None:
    sandbox.inject_fault("status", verb="PUT", status=504, process=True)
    sandbox.inject_fault("status", verb="GET", status=500)
    assert outcome(planhat)[0] == "unknown"
