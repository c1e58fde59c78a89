"""Get, Update and Delete take each kind of id that a model has, and refuse in words those that it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from RPA.Planhat import Planhat, PlanhatNotFoundError, PlanhatValidationError
from RPA.Planhat.types import MODELS, PlanhatIdType, User, Verb
from utest.doors.made_rows import change_of, home_of, row_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.sandbox import Sandbox
    from RPA.Planhat.types import PlanhatObject

MADE = [model for model in MODELS.values() if Verb.CREATE in model.VERBS and model.SINGULAR]
OTHER_IDS = (PlanhatIdType.EXTERNAL_ID, PlanhatIdType.SOURCE_ID)


@pytest.fixture
def planhat(remote_sandbox: Sandbox) -> Iterator[Planhat]:
    made = Planhat(remote_sandbox.api_key, base_url=remote_sandbox.url, calls_per_minute=0, calls_per_second=0)
    yield made
    made.close()


@pytest.mark.parametrize("model", MADE, ids=lambda model: model.__name__)
@pytest.mark.parametrize("kind", OTHER_IDS, ids=lambda kind: kind.field)
def test_each_kind_of_id(planhat: Planhat, model: type[PlanhatObject], kind: PlanhatIdType) -> None:
    names = {verb: f"{verb} {_titled(planhat, model)}" for verb in ("Get", "Update", "Delete")}
    change = change_of(model, "B")
    reference = kind.written("K-1")
    if model.field(model.key_of(kind)) is None:
        for verb, name in names.items():
            with pytest.raises(PlanhatValidationError, match=f"have no {kind.label}"):
                planhat.run_keyword(name, [reference, change or {"name": "x"}] if verb == "Update" else [reference])
        return
    row = {**row_of(model, home_of(planhat.session), "A"), model.key_of(kind): "K-1"}
    made = planhat.run_keyword(f"Create {_titled(planhat, model)}", [row])
    assert planhat.run_keyword(names["Get"], [reference]).id == made.id
    assert planhat.get_object_by_id(model, "K-1", kind).id == made.id
    if change:
        assert planhat.run_keyword(names["Update"], [reference, change]).id == made.id
    planhat.run_keyword(names["Delete"], [reference])
    with pytest.raises(PlanhatNotFoundError):
        planhat.run_keyword(names["Get"], [reference])


def test_a_source_id_is_never_taken_for_an_external_id(planhat: Planhat) -> None:
    names = {"nickName": "Nora", "firstName": "Nora", "lastName": "Lind"}
    user = planhat.run_keyword("Create User", [{**names, "email": "nora@home.example", "externalId": "7"}])
    with pytest.raises(PlanhatValidationError, match="users have no source id"):
        planhat.run_keyword("Delete User", ["srcid-7"])
    assert planhat.get_object_by_id(User, "extid-7").id == user.id


def _titled(planhat: Planhat, model: type[PlanhatObject]) -> str:
    found = (
        name
        for name, spec in planhat.keywords_spec.items()
        if getattr(spec, "planhat_model", None) is model and name.startswith("Delete ")
    )
    return next(found).removeprefix("Delete ")
