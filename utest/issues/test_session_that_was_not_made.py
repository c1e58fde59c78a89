"""Tools that show the variables of a failed call hid its error: a session that was not made could not be shown."""

from __future__ import annotations

import traceback

import pytest

from RPA.Planhat import errors
from RPA.Planhat.session import PlanhatSession


def test_its_error_can_be_shown_with_variables() -> None:
    with pytest.raises(errors.PlanhatAuthConfigurationError) as caught:
        PlanhatSession("offline-0123456789", base_url="http://elsewhere.example")
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True).format()
    assert "<PlanhatSession https://api.planhat.com>" in "".join(shown)
