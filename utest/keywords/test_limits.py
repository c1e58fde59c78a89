"""Limits and delays as people write them: one definition, the same names and texts everywhere."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from inspect import Parameter, signature
from typing import Any

import pytest

from RPA.Planhat import Planhat, PlanhatValidationError
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.transport import Settings
from utest.stub import TOKEN, Stub, reply

NAMES = [each.name for each in fields(Settings)]


def settings(**limits: Any) -> Settings:
    return Planhat(TOKEN, **limits).session.settings


@pytest.mark.parametrize("name", NAMES)
def test_each_setting_is_a_documented_argument_of_import_and_connection(name: str) -> None:
    library: Any = Planhat(TOKEN)
    for keyword in ("__init__", "connect_to_planhat"):
        assert (name, None) in library.get_keyword_arguments(keyword)
        assert f"\n    {name}: " in library.get_keyword_documentation(keyword)
        assert name in library.get_keyword_types(keyword)
    assert signature(Planhat.__init__).parameters[name].kind is Parameter.KEYWORD_ONLY


@pytest.mark.parametrize(
    ("given", "seconds"),
    [("1 min 30 s", 90), ("90", 90), (90, 90), (90.5, 90.5), (timedelta(minutes=1.5), 90), ("0:01:30", 90)],
)
@pytest.mark.parametrize("name", ["timeout", "settle", "backoff", "longest_retry_after"])
def test_times_are_given_in_any_form(name: str, given: Any, seconds: float) -> None:
    assert getattr(settings(**{name: given}), name) == seconds


@pytest.mark.parametrize(
    ("given", "size"),
    [("64 MB", 64 << 20), ("1gb", 1 << 30), ("1.5 KiB", 1536), ("100", 100), ("7 B", 7), (1000, 1000)],
)
def test_sizes_are_given_in_any_form(given: Any, size: int) -> None:
    assert settings(largest_answer=given).largest_answer == size


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ({"timeout": 0}, "timeout is seconds, or a time such as 2 min, more than 0; not 0."),
        ({"timeout": "soon"}, "timeout is seconds, or a time such as 2 min, more than 0; not 'soon'."),
        ({"timeout": float("inf")}, "timeout is seconds, or a time such as 2 min, more than 0; not inf."),
        ({"backoff": "-1 s"}, "backoff is seconds, or a time such as 2 min, 0 or more; not -1.0."),
        ({"retries": "many"}, "retries is a whole number, 0 or more; not 'many'."),
        ({"retries": 1.5}, "retries is a whole number, 0 or more; not 1.5."),
        ({"parallel": True}, "parallel is a whole number, 0 or more; not True."),
        (
            {"largest_answer": "64 apples"},
            "largest_answer is bytes, or a size such as 64 MB, more than 0; not '64 apples'.",
        ),
        ({"rate_limit_file": ""}, "rate_limit_file is the path of a file; not ''."),
        ({"timout": 5}, "There is no option 'timout'. Did you mean timeout or read_timeout?"),
        ({"base_ulr": "x"}, "There is no option 'base_ulr'. Did you mean base_url?"),
        ({"colour": "red"}, "There is no option 'colour'."),
    ],
)
def test_what_makes_no_sense_is_told(limit: dict[str, Any], message: str) -> None:
    with pytest.raises(PlanhatValidationError) as caught:
        Planhat(TOKEN, **limit).list_all_companies()
    assert str(caught.value) == message


def test_a_connection_keeps_the_limits_of_the_import_unless_it_has_its_own() -> None:
    library = Planhat(TOKEN, retries=1, timeout=20)
    library.keywords["connect_to_planhat"](TOKEN, timeout="7 s")
    assert (library.session.settings.retries, library.session.settings.timeout) == (1, 7)


def test_a_session_takes_the_same_limits() -> None:
    base = Settings(retries=1)
    made = PlanhatSession(TOKEN, settings=base, timeout=7).settings
    assert (made.retries, made.timeout, base.timeout) == (1, 7, 300)
    with pytest.raises(PlanhatValidationError, match="Did you mean timeout"):
        PlanhatSession(TOKEN, timout=7)


@pytest.mark.parametrize("token", ["timout=5", "retrys=2", "base_ur=https://x"])
def test_a_typing_error_is_not_taken_for_a_token(token: str) -> None:
    with pytest.raises(PlanhatValidationError, match="Did you mean"):
        Planhat(token)


@pytest.mark.parametrize("token", ["colour=red", "Token=abc", "vault=x"])
def test_an_option_that_does_not_exist_is_not_taken_for_a_token(token: str) -> None:
    with pytest.raises(PlanhatValidationError, match="There is no option") as caught:
        Planhat(token)
    assert token.partition("=")[2] not in str(caught.value).partition("Did you mean")[0].split()


@pytest.mark.parametrize("token", ["abc=", "c2VjcmV0==", "x" * 40 + "=5"])
def test_a_token_may_have_equals_signs(stub: Stub, token: str) -> None:
    stub.on("GET /leancompanies", reply([]))
    assert Planhat(token, base_url=stub.url).list_all_companies() == []
    assert stub.seen[0].headers["Authorization"] == f"Bearer {token}"
