"""Proxies whose addresses stood where their schemes should be showed their passwords wherever the library was shown."""

from __future__ import annotations

from typing import Any

import pytest

from RPA.Planhat import Planhat, errors
from RPA.Planhat.keywords.component import hide

PASSWORD = "pass-w0rd"


@pytest.mark.parametrize(
    "given",
    [
        {f"http://robot:{PASSWORD}@proxy.example:3128": "http"},
        {f"robot:{PASSWORD}@proxy.example": "https"},
        f"{{'http://robot:{PASSWORD}@proxy.example': 'http'}}",
    ],
)
def test_they_are_refused_without_being_shown(given: Any) -> None:
    planhat = Planhat("tok-0815", proxies=given)
    assert PASSWORD not in repr(vars(planhat))
    with pytest.raises(errors.PlanhatValidationError, match="something else in place of a scheme") as caught:
        planhat.list_all_companies()
    assert PASSWORD not in str(caught.value)
    assert caught.value.__cause__ is None


def test_connecting_refuses_them_too() -> None:
    wrong = {f"http://robot:{PASSWORD}@proxy.example:3128": "http"}
    assert PASSWORD not in repr(hide(wrong))  # what Robot Framework logs as the argument
    with pytest.raises(errors.PlanhatValidationError, match="something else in place of a scheme"):
        Planhat("tok-0815").keywords["connect_to_planhat"]("tok-0815", proxies=wrong)


def test_one_proxy_may_be_for_one_host() -> None:
    given = {"https": "http://proxy.example", "https://api.planhat.com": f"http://robot:{PASSWORD}@other.example"}
    planhat = Planhat("tok-0815", proxies=given)
    assert planhat.session.proxies.reveal() == given
    assert PASSWORD not in f"{vars(planhat)} {vars(planhat.session)}"
