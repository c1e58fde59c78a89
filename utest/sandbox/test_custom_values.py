"""Values of custom fields, in a sandbox that checks them: each type takes what fits it and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

AN_ID = "65a001000000010000000005"
FITTING: dict[str, tuple[list[Any], list[Any]]] = {
    "number": ([1, 1.5], ["1", True]),
    "text": (["a", ""], [1]),
    "checkbox": ([True, False], ["true", 1]),
    "day": ([19000], ["2030-01-02"]),
    "date": (["2030-01-02", "2030-01-02T10:00:00.000Z"], ["tomorrow", {"year": 2030}]),
    "multipicklist": ([["a"], []], ["a", [1]]),
    "team member": ([AN_ID], ["Ada"]),
    "endusers": ([[AN_ID], []], [AN_ID, ["Ada"]]),
}
CASES = [(kind, value, fits) for kind, cases in FITTING.items() for fits in (True, False) for value in cases[not fits]]


@pytest.fixture(scope="module")
def checking() -> Iterator[Sandbox]:
    with Sandbox(seed="empty", dialect={"unknown_custom": "refuse"}) as sandbox:
        yield sandbox


@pytest.fixture
def planhat(checking: Sandbox, session_of: Any) -> Iterator[Any]:
    checking.reset()
    with session_of(checking) as session:
        yield session


@pytest.mark.parametrize(("kind", "value", "fits"), CASES, ids=repr)
def test_a_type_takes_what_fits_it(planhat: Any, kind: str, value: Any, fits: bool) -> None:
    planhat.made("customfields", name="F", type=kind, parent="company")
    answer = planhat.post("/companies", json={"name": "Acme", "custom": {"F": value}})
    assert answer.status_code == (200 if fits else 400), answer.text
    if not fits:
        assert f"custom.F is not a valid {kind}" in answer.text


def test_a_list_takes_its_options_only(planhat: Any) -> None:
    planhat.made("customfields", name="Plan", type="list", parent="company", listValues=["Pro", "Free"])
    planhat.made("companies", name="Acme", custom={"Plan": "Pro"})
    answer = planhat.post("/companies", json={"name": "Nova", "custom": {"Plan": "Gold"}})
    assert (answer.status_code, "custom.Plan is not one of Pro, Free" in answer.text) == (400, True)


def test_a_field_without_definition_is_refused_and_nothing_clears_one_that_has(planhat: Any) -> None:
    planhat.made("customfields", name="Plan", type="text", parent="company")
    planhat.made("companies", name="Acme", custom={"Plan": None})
    answer = planhat.post("/companies", json={"name": "Nova", "custom": {"Size": 3}})
    assert (answer.status_code, "custom.Size has no definition" in answer.text) == (400, True)
