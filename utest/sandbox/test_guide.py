"""The guide says what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.behaviour import BEHAVIOURS
from RPA.Planhat.sandbox import Sandbox
from RPA.Planhat.sandbox.faults import KINDS
from RPA.Planhat.sandbox.settings import Dialect

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "sandbox.md"


@pytest.fixture(scope="module")
def text() -> str:
    return GUIDE.read_text("utf-8")


def test_every_switch_with_its_default(text: str) -> None:
    for name, default, _, doc in Dialect.table():
        assert f"| `{name}` | `{default.lower()}` |" in text
        assert doc in text


def test_every_fault(text: str) -> None:
    assert [kind for kind in KINDS if f"`{kind}`" not in text] == []


def test_every_keyword(text: str) -> None:
    names = [getattr(method, "robot_name", None) for method in vars(Sandbox).values()]
    assert [name for name in names if name and f"`{name}`" not in text] == []


def test_every_operation(text: str, sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="There are: ") as error:
        sandbox.call("nonsense")
    names = str(error.value).partition("There are: ")[2].rstrip(".").split(", ")
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_row_of_the_table_has_a_confidence(text: str) -> None:
    rows = [line.split("|") for line in text.partition("| topic |")[2].splitlines()[2:] if line.startswith("|")]
    assert len(rows) > 50
    for _, topic, _, confidence, switch, _ in rows:
        assert re.fullmatch(r" [ABC](, [ABC])* ", confidence), topic
        for name in re.findall(r"`(\w+)`", switch):
            assert name in {each for each, *_ in Dialect.table()}


def test_every_switch_stands_beside_the_behaviour_that_it_changes() -> None:
    named = [name for each in BEHAVIOURS for name in each.switches.split()]
    assert sorted(set(named)) == sorted(name for name, *_ in Dialect.table())
