"""Every method and every keyword is given every kind of nonsense: each says in a sentence which argument is wrong."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors, types
from RPA.Planhat.api import PythonSurface
from RPA.Planhat.sandbox.settings import API_KEY, TENANT_UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

NONSENSE: tuple[Any, ...] = (None, 42, 1.5, {"a": 1}, [1], {1}, b"x", object(), int, "", True, "nonsense")
GOOD: dict[str, Any] = {
    "object_type": types.Company, "payload": types.Company(name="Acme", external_id="A"), "objects": [],
    "rows": [{"name": "Acme"}], "path": "some.csv", "timeout": 0.01,
}  # fmt: skip
LISTS = {"update_objects": {"payload": [GOOD["payload"]]}}

METHODS = sorted(
    name
    for part in PythonSurface.__mro__
    for name, method in vars(part).items()
    if inspect.isfunction(method) and not name.startswith("_")
)
CONNECTIONS = {"connect_to_planhat", "close_planhat_connections", "switch_planhat_connection"}
KEYWORDS = sorted(
    name
    for name in Planhat("tok-0815").keywords
    if re.search("[Cc]ompan|^[a-z_]+$", name) and name not in CONNECTIONS
)  # fmt: skip
"""Those of one model, and those of any."""

ITEMS = re.compile(r"A list of Planhat objects takes no \w+\. Give records, such as types\.Company\(name='Acme'\)\.")


@pytest.fixture
def planhat(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Planhat]:
    monkeypatch.chdir(tmp_path)
    hosts: Any = {"base_url": sandbox.url, "analytics_url": sandbox.url, "tenant_uuid": sandbox.tenant_uuid}
    made = Planhat(sandbox.api_key, calls_per_minute=0, retries=0, settle=0, timeout=10, **hosts)
    yield made
    made.close()


def call(function: Callable[..., Any], wrong: inspect.Parameter, value: Any, given: dict[str, Any]) -> None:
    place = {"nonsense": value} if wrong.kind is wrong.VAR_KEYWORD else {wrong.name: value}
    said = wrong.name
    several = wrong.kind in (wrong.VAR_POSITIONAL, wrong.POSITIONAL_ONLY)
    try:
        result = function(value, **given) if several else function(**{**given, **place})
        if inspect.isgenerator(result):
            list(result)
    except (errors.PlanhatError, AssertionError):
        pass  # refused in our words
    except (TypeError, ValueError) as problem:
        said = str(problem)
    assert wrong.name in said or "nonsense" in said or ITEMS.fullmatch(said)


def needed(parameters: list[inspect.Parameter], good: dict[str, Any]) -> dict[str, Any]:
    named = [each for each in parameters if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)]
    return {each.name: good.get(each.name, "nonsense") for each in named if each.default is each.empty}


@pytest.mark.parametrize("name", METHODS)
def test_each_method_says_what_is_wrong(planhat: Planhat, name: str) -> None:
    parameters = list(inspect.signature(getattr(planhat, name)).parameters.values())
    for wrong in parameters:
        for value in NONSENSE if wrong.name != "progress" else (None, 42, "nonsense"):
            planhat.authenticate(API_KEY, None, TENANT_UUID)
            call(getattr(planhat, name), wrong, value, needed(parameters, {**GOOD, **LISTS.get(name, {})}))


@pytest.mark.parametrize("name", KEYWORDS)
def test_each_keyword_says_what_is_wrong(planhat: Planhat, name: str) -> None:
    keyword = planhat.keywords[name]
    parameters = list(inspect.signature(keyword).parameters.values())
    for wrong in parameters:
        for value in NONSENSE:
            call(keyword, wrong, value, needed(parameters, {}))


def test_what_is_wrong_is_told_before_rows_are_sent(sandbox: Sandbox, planhat: Planhat) -> None:
    with pytest.raises(errors.PlanhatValidationError, match="progress is a function; not 5"):
        planhat.import_objects(types.Company, [{"name": "Acme"}], progress=5)  # type: ignore[call-overload]
    with pytest.raises(errors.PlanhatValidationError, match="dry_run is True or False; not 'yes'"):
        planhat.import_objects(types.Company, [{"name": "Acme"}], dry_run="yes")  # type: ignore[call-overload]
    with pytest.raises(errors.PlanhatValidationError, match="delete_extra is True or False; not 'no'"):
        planhat.apply_custom_fields([], delete_extra="no")  # type: ignore[arg-type]
    assert sandbox.requests(method="PUT") == sandbox.requests(method="DELETE") == []
