"""What robots hand over by mistake: a condition that is None meant all, and a list as token was sent as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from robot import run

from RPA.Planhat import Planhat, errors
from RPA.Planhat.types import Company
from utest.stub import TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

ROBOT = """
*** Settings ***
Library    RPA.Planhat    ${KEY}    base_url=${URL}    calls_per_minute=0

*** Test Cases ***
A Condition That Is None Never Means All
    FOR    ${name}    IN    Get Companies    Export Companies
        Run Keyword And Continue On Failure    Run Keyword And Expect Error    where is None*leave where out*
        ...    Run Keyword    ${name}    x.csv    where=${None}
    END
    Run Keyword And Expect Error    where is None*leave where out*
    ...    Get Planhat Objects    companies    where=${None}

A List Is No Token
    FOR    ${value}    IN    ${{[]}}    ${{['lost-secret']}}    ${{('lost-secret',)}}    ${True}    ${{b'lost-secret'}}
        Run Keyword And Continue On Failure    Run Keyword And Expect Error    A token must be text or a Secret*
        ...    Connect To Planhat    ${value}
        Run Keyword And Continue On Failure    Run Keyword And Expect Error    *must be text or a Secret*
        ...    Connect To Planhat    ${KEY}    tenant_uuid=${value}
        Run Keyword And Continue On Failure    Run Keyword And Expect Error    *must be text or a Secret*
        ...    Connect To Planhat    ${KEY}    proxies=${value}
    END

An Option In Nearly Its Name Is No Token
    FOR    ${option}    IN    read-only\\=True    alias \\= x    Dry Run\\=True    sand-box\\=True    alias:1
    ...    Read-Only: True    sandbox:True
        Run Keyword And Continue On Failure    Run Keyword And Expect Error    There is no option*
        ...    Connect To Planhat    ${option}
        Run Keyword And Continue On Failure    Run Keyword And Expect Error    There is no option*
        ...    Connect To Planhat    ${KEY}    ${option}
    END

A Token And A Proxy May Have Colons
    Connect To Planhat    key:1    tenant:2    sandbox:3128    alias=colons
    [Teardown]    Close Planhat Connections
"""


def test_what_robots_hand_over(sandbox: Sandbox, tmp_path: Path) -> None:
    suite = tmp_path / "suite.robot"
    suite.write_text(ROBOT, "utf-8")
    variables = [f"KEY:{sandbox.api_key}", f"URL:{sandbox.url}"]
    options: dict[str, Any] = {"variable": variables, "outputdir": str(tmp_path), "console": "none"}
    output = tmp_path / "output.xml"
    assert run(str(suite), loglevel="TRACE", **options) == 0, output.read_text("utf-8")


@pytest.mark.parametrize("value", [[], ["x"], ("x",), {"x"}, True, b"x"])
@pytest.mark.parametrize("name", ["api_key", "tenant_uuid", "proxies"])
def test_python_programs_are_told_the_same(value: Any, name: str) -> None:
    with pytest.raises(errors.PlanhatAuthConfigurationError, match="must be text or a Secret"):
        Planhat(**{"api_key": TOKEN, name: value}).get_objects(Company, limit=1)


@pytest.mark.parametrize("name", ["[2026] companies.csv", "{0}.csv"])
def test_the_name_of_a_file_may_begin_as_json(
    planhat: Planhat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text("name,external_id\nAcme,J-1\n", "utf-8")
    assert str(planhat.keywords["Import Companies"](name, dry_run=True)).startswith("1 create")
    assert planhat.keywords["Import Companies"]('[{"name": "Acme", "external_id": "J-2"}]').counts["created"] == 1
