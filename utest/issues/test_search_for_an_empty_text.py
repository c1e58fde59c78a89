"""Who looked for an empty text, as of an empty cell, was told that there is no company "with ."."""

from __future__ import annotations

import pytest

from RPA.Planhat import Planhat, errors, types
from RPA.Planhat.sandbox import Sandbox


def test_that_it_is_empty_is_said(sandbox: Sandbox) -> None:
    planhat = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    with pytest.raises(errors.PlanhatValidationError, match="What to find the company by is empty"):
        planhat.find_object(types.Company, "")
