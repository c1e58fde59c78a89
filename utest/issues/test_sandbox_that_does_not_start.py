"""A robot that asked for a sandbox wrote to the real account.

`sandbox=ture` was taken for false, and where the sandbox could not be started the library went on with the credentials
of the environment. Whoever asks for a sandbox must reach one, or nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import Planhat
from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.types import Company
from utest.stub import TOKEN, Stub, Table

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def real(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> Stub:
    """An account that the environment leads to."""
    monkeypatch.setenv("PLANHAT_API_KEY", TOKEN)
    monkeypatch.setenv("PLANHAT_BASE_URL", stub.url)
    stub.on("GET /companies", Table([]))
    return stub


@pytest.mark.parametrize("wanted", ["ture", "", "sandbox", 2])
def test_a_typing_error_is_told_and_leads_nowhere(real: Stub, wanted: str | int) -> None:
    with pytest.raises(PlanhatValidationError, match="sandbox is True, False or auto; not"):
        Planhat(sandbox=wanted)  # type: ignore[arg-type]
    assert real.seen == []


@pytest.mark.parametrize("wanted", [True, "yes", "ON", " 1 "])
def test_a_sandbox_that_does_not_start_is_told_and_nothing_else_is_reached(
    real: Stub, wanted: str | bool, tmp_path: Path
) -> None:
    # Files in the working directory no longer hinder it; a seed that is not there does.
    planhat = Planhat(sandbox=wanted, sandbox_seed=str(tmp_path / "nothing"))
    with pytest.raises(ValueError, match=r"The sandbox did not start\..*"):
        planhat.get_objects(Company)
    assert real.seen == []


@pytest.mark.parametrize("wanted", [False, "no", "Off", "0", "none"])
def test_without_a_sandbox_the_account_is_reached(real: Stub, wanted: str | bool) -> None:
    planhat = Planhat(sandbox=wanted)
    assert planhat.get_objects(Company) == []
    assert len(real.seen) >= 1
    planhat.close()
