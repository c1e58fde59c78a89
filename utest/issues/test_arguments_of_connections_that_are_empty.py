"""A variable that was not set connected robots to another account than was meant.

`base_url=${EMPTY}` was the real host, `${EMPTY}` as token that of the environment, and an empty alias the connection
that was current: records of one tenant were written to another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors
from utest.stub import TOKEN, Stub, reply

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECT = "connect_to_planhat"


@pytest.fixture
def planhat(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> Iterator[Planhat]:
    """A library that is connected to one tenant, while the environment has the credentials of another."""
    stub.on("GET *", reply([]))
    monkeypatch.setenv("PLANHAT_API_KEY", "that-of-another-tenant")
    monkeypatch.setenv("PLANHAT_TENANT_UUID", "11111111-2222-3333-4444-555555555555")
    with Planhat(TOKEN, base_url=stub.url, calls_per_minute=0, calls_per_second=0) as made:
        made.keywords[CONNECT](TOKEN, alias="emea", base_url=stub.url)
        yield made


@pytest.mark.parametrize("empty", ["", "  "])
@pytest.mark.parametrize("name", ["base_url", "analytics_url", "alias", "api_key", "tenant_uuid", "vault_secret_name"])
def test_an_empty_argument_of_a_connection_is_refused(stub: Stub, planhat: Planhat, name: str, empty: str) -> None:
    given = {"api_key": TOKEN, "base_url": stub.url, name: empty}
    with pytest.raises(errors.PlanhatError, match=r"is empty\. (Name|Set)"):
        planhat.run_keyword(CONNECT, [], given)
    assert planhat.session.base_url == stub.url
    planhat.list_all_companies()
    assert stub.last.headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("keyword", "arguments"),
    [
        ("switch_planhat_connection", [""]),
        ("switch_planhat_connection", ["  "]),
        ("switch_planhat_connection", [None]),
        ("check_planhat_connection", {"alias": ""}),
        ("Create Company", {"name": "Acme", "alias": ""}),
        ("Get Companies", {"alias": " "}),
        ("Delete Company", {"company": "a" * 24, "alias": ""}),
    ],
)
def test_an_empty_alias_does_not_mean_the_current_connection(
    stub: Stub, planhat: Planhat, keyword: str, arguments: Any
) -> None:
    by_place, named = (arguments, {}) if isinstance(arguments, list) else ([], arguments)
    with pytest.raises(errors.PlanhatValidationError, match=r"alias (is empty|is a string|must be)"):
        planhat.keywords[keyword](*by_place, **named)
    assert stub.seen == []


def test_no_alias_means_the_current_connection(stub: Stub, planhat: Planhat) -> None:
    planhat.keywords["Get Companies"](alias=None)
    assert stub.seen


def test_an_empty_host_of_the_import_is_not_the_real_one(stub: Stub) -> None:
    with (
        Planhat(TOKEN, base_url="") as planhat,
        pytest.raises(errors.PlanhatAuthConfigurationError, match="address of the host is empty"),
    ):
        planhat.list_all_companies()


@pytest.mark.parametrize("option", ["base_url=", "alias=", "proxies=", "timeout==", "read_only="])
def test_an_option_without_a_value_is_no_tenant(stub: Stub, planhat: Planhat, option: str) -> None:
    """Robot Framework passes the items of a list by place, and an empty one was taken for the tenant."""
    with pytest.raises(errors.PlanhatValidationError, match=f"The option '{option.rstrip('=')}' is empty"):
        planhat.run_keyword(CONNECT, [TOKEN, option], {})


def test_an_option_by_place_is_told_from_one_that_does_not_exist(planhat: Planhat) -> None:
    with pytest.raises(errors.PlanhatValidationError, match=r"alias=\.\.\. came as a string by place"):
        planhat.run_keyword(CONNECT, [TOKEN, "alias=x"], {})


@pytest.mark.parametrize("token", ["dG9rZW4=", "abc==", "Zm9vYmFy="])
def test_a_token_in_base64_is_taken(stub: Stub, planhat: Planhat, token: str) -> None:
    planhat.run_keyword(CONNECT, [token], {"base_url": stub.url})
    planhat.list_all_companies()
    assert stub.last.headers["Authorization"] == f"Bearer {token}"
