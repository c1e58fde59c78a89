"""Lists that rows add to: an empty cell emptied them, a second row undid the first, and no journal could go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatBulkError, PlanhatValidationError

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox


@pytest.mark.parametrize("change", ["tags.add", "tags.remove"])
@pytest.mark.parametrize("nothing", [None, "", float("nan")])
@pytest.mark.parametrize("keyword", ["Import Companies", "Sync Companies", "Upsert Companies"])
def test_nothing_to_change_leaves_the_list_alone(
    planhat: Planhat, sandbox: Sandbox, keyword: str, nothing: Any, change: str
) -> None:
    planhat.keywords["Create Company"](name="Acme", external_id="A-1", tags=["gold"])
    row = {"external_id": "A-1", "name": "Acme", change: nothing}
    planhat.keywords[keyword]([row], clear_empty=True)
    planhat.keywords["Update Company"]("extid-A-1", city="Lund", **{change: nothing})
    assert sandbox.rows("companies")[0]["tags"] == ["gold"]


def test_nothing_in_a_list_is_not_added(planhat: Planhat, sandbox: Sandbox) -> None:
    planhat.keywords["Create Company"](name="Acme", external_id="A-1", tags=["gold"])
    planhat.keywords["Update Company"]("extid-A-1", **{"tags.add": ["", "new"]})
    assert sandbox.rows("companies")[0]["tags"] == ["gold", "new"]


@pytest.mark.parametrize("keyword", ["Import Endusers", "Upsert Endusers"])
def test_rows_that_mean_one_record_by_two_keys_add_up(planhat: Planhat, sandbox: Sandbox, keyword: str) -> None:
    planhat.keywords["Create Company"](name="Acme", external_id="A-1")
    ada = {"external_id": "E-1", "email": "ada@acme.example", "company_id": "extid-A-1"}
    planhat.keywords["Create Enduser"](ada, tags=["a"])
    rows = [
        {"external_id": "E-1", "company_id": "extid-A-1", "tags.add": "b"},
        {"email": "ada@acme.example", "company_id": "extid-A-1", "tags.add": "c", "tags.remove": "a"},
    ]
    planhat.keywords[keyword](rows)
    assert sandbox.rows("endusers")[0]["tags"] == ["b", "c"]


def test_the_same_row_twice_is_no_contradiction(planhat: Planhat, sandbox: Sandbox) -> None:
    planhat.keywords["Create Company"](name="Acme", external_id="A-1", tags=["a"])
    planhat.keywords["Upsert Companies"]([{"external_id": "A-1", "tags.add": "b"}] * 2)
    assert sandbox.rows("companies")[0]["tags"] == ["a", "b"]


@pytest.mark.parametrize("keyword", ["Import Companies", "Upsert Companies"])
def test_a_journal_goes_on(planhat: Planhat, sandbox: Sandbox, tmp_path: Path, keyword: str) -> None:
    path, count = tmp_path / "companies.csv", 6000
    text = "external_id,name,tags.add\n" + "".join(f"{number},C{number},new\n" for number in range(count))
    path.write_text(text)
    run = planhat.keywords[keyword]
    sandbox.inject_fault("status", verb="PUT", route="/companies", status=401, calls=(2,))
    with pytest.raises(PlanhatBulkError):
        run(str(path), journal=str(tmp_path / "journal"))
    run(str(path), journal=str(tmp_path / "journal"))
    assert sum(row["tags"] == ["new"] for row in sandbox.rows("companies")) == count
    path.write_text(text.replace("new", "old"))
    with pytest.raises(PlanhatValidationError, match="another upload"):
        run(str(path), journal=str(tmp_path / "journal"))
