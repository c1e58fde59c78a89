"""The id of a record of another model was sent or stored as if it were one of the model that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import pytest

from RPA.Planhat import Planhat, types
from RPA.Planhat.errors import PlanhatBulkError, PlanhatNotReadError, PlanhatValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from RPA.Planhat.sandbox import Sandbox


@pytest.fixture
def planhat(sandbox: Sandbox) -> Iterator[Planhat]:
    with Planhat(sandbox.api_key, base_url=sandbox.url) as client:
        client.create_object(types.CustomField(name="Lead", type="team member", parent="company"))
        client.create_object(types.Company(name="Acme", external_id="Ä-1", phase="Zoë"))
        yield client


DOORS: dict[str, Callable[[Planhat, Any, Any], Any]] = {
    "get": lambda it, _, ada: it.keywords["Get Company"](ada),
    "delete": lambda it, _, ada: it.keywords["Delete Company"](ada, missing_ok=True),
    "delete several": lambda it, acme, ada: it.keywords["Delete Planhat Objects"]("companies", [acme, ada], expected=2),
    "list": lambda it, _, ada: it.keywords["Get Endusers"](company_ids=[ada]),
    "filter": lambda it, _, ada: it.keywords["Get Endusers"](company_id=ada),
    "find": lambda it, _, ada: it.keywords["Find Enduser"](company_id=ada),
    "create": lambda it, _, ada: it.keywords["Create Task"](action="Call", company_id=ada),
    "update": lambda it, acme, _: it.keywords["Update Company"](acme, owner=acme),
    "list of ids": lambda it, acme, _: it.keywords["Create Issue"](title="Down", enduser_ids=[acme]),
    "import": lambda it, acme, _: it.keywords["Import Companies"]([{"external_id": "Ä-1", "owner": acme}]),
    "upsert": lambda it, acme, _: it.keywords["Upsert Companies"]([{"external_id": "Ä-1", "owner": acme}]),
    "custom": lambda it, acme, ada: it.keywords["Update Company"](acme, **{"custom.Lead": ada}),
    "note": lambda it, acme, _: it.log_note(acme, "Call", user=acme),
    "people of a note": lambda it, acme, _: it.log_note(acme, "Call", endusers=[acme]),
    "merge": lambda it, acme, ada: it.merge_endusers(ada, [acme]),
}  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
def test_it_is_refused(planhat: Planhat, sandbox: Sandbox, door: str) -> None:
    (acme,) = planhat.get_objects(types.Company)
    ada = planhat.create_object(types.Enduser(email="ada@acme.example", company_id=acme.id))
    before = len(sandbox.requests(method="POST") + sandbox.requests(method="PUT"))
    with pytest.raises((PlanhatValidationError, PlanhatBulkError), match=r"is an? (company|enduser), not an? "):
        DOORS[door](planhat, acme, ada)
    assert len(sandbox.requests(method="POST") + sandbox.requests(method="PUT")) == before
    assert sandbox.requests(method="DELETE") == []


def test_strings_are_filtered_in_one_unicode_form(planhat: Planhat) -> None:
    for filters in ({"external_id": "Ä-1"}, {"phase": "Zoë"}, {"where": "phase == 'Zoë'"}):
        other = {name: normalize("NFD", value) for name, value in filters.items()}
        assert len(planhat.keywords["Get Companies"](**other)) == 1
        assert len(planhat.keywords["Get Companies"](**filters)) == 1


def test_custom_fields_are_filtered_one_by_one(planhat: Planhat) -> None:
    with pytest.raises(PlanhatValidationError, match=r"Filter by one custom field: custom\.Lead=value"):
        planhat.keywords["Get Companies"](custom={"Lead": "x"})


def test_what_was_not_read_has_no_default(planhat: Planhat) -> None:
    (acme,) = planhat.get_objects(types.Company, properties="name")
    with pytest.raises(PlanhatNotReadError, match="phase of this company was not read"):
        acme.setdefault("phase", "new")
    with pytest.raises(PlanhatNotReadError, match="phase of this company was not read"):
        acme.pop("phase")
    assert acme.pop("phase", None) is None
    assert acme.changes() == {}
