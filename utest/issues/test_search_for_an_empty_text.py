"""Who looked for an empty text, as of an empty cell, was told that there is no company "with ."."""

from __future__ import annotations

import pytest

from RPA.Planhat import Planhat, errors, types
from RPA.Planhat.sandbox import Sandbox


def test_what_was_looked_for_is_named(sandbox: Sandbox) -> None:
    planhat = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0)
    with pytest.raises(errors.PlanhatNotFoundError, match="no company with ''"):
        planhat.find_object(types.Company, "")
