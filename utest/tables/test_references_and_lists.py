"""Records are referred to by what people know, and lists change without losing what is in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatBulkError, PlanhatValidationError, types
from RPA.Planhat.operations.references import reference_of
from RPA.Planhat.types import MODELS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.sandbox import Sandbox

NORA: dict[str, Any] = {"email": "nora@acme.example", "first_name": "Nora", "last_name": "B", "nick_name": "nora"}


@pytest.fixture
def library(remote_sandbox: Sandbox) -> Iterator[Planhat]:
    made = Planhat(remote_sandbox.api_key, base_url=remote_sandbox.url, calls_per_minute=0, calls_per_second=0)
    yield made
    made.close()


@pytest.fixture
def nora(library: Planhat) -> str:
    return library.create_object(types.User(**NORA)).id


def company(sandbox: Sandbox, key: str) -> dict[str, Any]:
    return next(row for row in sandbox.rows("companies") if row.get("externalId") == key)


@pytest.mark.parametrize("owner", ["nora@acme.example", " NORA@Acme.example "])
def test_a_user_is_found_by_address(library: Planhat, nora: str, owner: str) -> None:
    made = library.create_object(types.Company(name="Acme", external_id="A-1", owner=owner))
    assert made.owner == nora
    assert library.keywords["Update Company"](made.id, co_owner=owner).co_owner == nora
    assert library.keywords["Create Company"](name="Bolt", **{"owner.email": owner}).owner == nora
    assert library.keywords["Create Company"]({"name": "Cord", "owner": owner}).owner == nora


def test_a_column_names_a_record_by_one_of_its_fields(library: Planhat, remote_sandbox: Sandbox, nora: str) -> None:
    rows = [{"Id": "A-1", "Name": "Acme", "CSM": "nora@acme.example"}, {"Id": "B-1", "Name": "Bolt", "CSM": ""}]
    mapping = ["Id -> external_id", "Name -> name", "CSM -> owner.email"]
    plan = library.import_objects(types.Company, rows, mapping, dry_run=True)
    assert plan.counts["create"] == 2
    library.import_objects(types.Company, rows, mapping)
    assert [company(remote_sandbox, key).get("owner") for key in ("A-1", "B-1")] == [nora, None]
    product = library.create_object(types.Product(name="Base", external_id="P-1"))
    deal = {"name": "D", "company_id": company(remote_sandbox, "A-1")["_id"], "external_id": "D-1"}
    library.keywords["Upsert Deals"]([deal])
    line = {"Deal": "D-1", "Product": "P-1", "Id": "L-1"}
    columns = ["Deal -> deal.external_id", "Product -> product.external_id", "Id -> external_id"]
    library.import_objects(types.LineItem, [line], columns, fail_on_errors=False)
    (stored,) = remote_sandbox.rows("lineitems") or [{"productId": product.id}]
    assert stored["productId"] == product.id


def test_a_custom_field_for_people_takes_their_address(library: Planhat, nora: str) -> None:
    for name, kind in {"CSM": "team member", "Team": "team members"}.items():
        library.create_object(types.CustomField(name=name, type=kind, parent="company"))
    row = {"name": "Acme", "custom.CSM": "nora@acme.example", "custom.Team": "nora@acme.example"}
    assert library.keywords["Create Company"](row).custom == {"CSM": nora, "Team": [nora]}
    with pytest.raises(PlanhatValidationError, match=r"There is no user with email 'norra@acme\.example'"):
        library.keywords["Create Company"]({**row, "custom.CSM": "norra@acme.example"})
    with pytest.raises(PlanhatValidationError, match=r"custom.CSM takes the Planhat id of a user, not 'Nora'"):
        library.keywords["Create Company"]({**row, "custom.CSM": "Nora"})


def test_a_second_sync_of_companies_by_other_ids_sends_nothing(library: Planhat) -> None:
    library.create_object(types.Company(name="Acme", external_id="A-1"))
    row = {"source_id": "I-1", "title": "Bug", "company_ids": "extid-A-1"}
    assert str(library.sync_objects(types.Issue, [row])) == "1 created"
    assert str(library.sync_objects(types.Issue, [row])) == "1 unchanged"


@pytest.mark.parametrize(
    ("owner", "reason"),
    [
        ("norra@acme.example", "There is no user with email 'norra@acme.example'. Did you mean nora@acme.example?"),
        ("Nora B", "owner refers to a user: give a Planhat id, an e-mail address"),
        ("extid-U-9", "There is no user with external id 'U-9'."),
    ],
)
def test_nobody_is_a_bad_row_in_plans_too(library: Planhat, nora: str, owner: str, reason: str) -> None:
    assert nora
    row = {"name": "Acme", "external_id": "A-1", "owner": owner}
    (planned,) = library.import_objects(types.Company, [row], dry_run=True).rows()
    assert reason in planned.reason
    assert "owner" in planned.reason
    with pytest.raises(PlanhatBulkError, match="rows are bad"):
        library.import_objects(types.Company, [row])
    for keyword, given in {"Create Company": row, "Upsert Companies": [row]}.items():
        with pytest.raises(PlanhatValidationError) as problem:
            library.keywords[keyword](given)
        assert reason in str(problem.value)


def test_two_records_with_one_value_are_not_chosen_from(library: Planhat) -> None:
    home = library.create_object(types.Company(name="Home"))
    for _ in range(2):
        library.create_object(types.Deal(name="Same", company_id=home.id))
    row = {"external_id": "L-1", "deal.name": "same", "product_id": home.id}
    (planned,) = library.import_objects(types.LineItem, [row], dry_run=True).rows()
    assert planned.reason.startswith("There are 2 deals with name 'same': ")


def test_a_list_is_changed_without_losing_the_rest(library: Planhat, remote_sandbox: Sandbox) -> None:
    options = ["Events", "News", "Beta"]
    library.create_object(
        types.CustomField(name="Interests", type="multipicklist", parent="company", list_values=options)
    )
    made = library.create_object(types.Company(name="Acme", external_id="A-1", tags=["trial", "emea"]))
    update = library.keywords["Update Company"]
    assert update(made.id, **{"tags.add": "webinar, emea", "tags.remove": "trial"}).tags == ["emea", "webinar"]
    before = len(remote_sandbox.requests("PUT"))
    assert update(made.id, **{"tags.add": "webinar"}).tags == ["emea", "webinar"]
    assert len(remote_sandbox.requests("PUT")) == before, "twice is once"
    assert update(made.id, **{"custom.Interests.add": "events"}).custom["Interests"] == ["Events"]
    with pytest.raises(PlanhatValidationError, match="is one of 'Events'"):
        update(made.id, **{"custom.Interests.add": "Evnts"})


def test_many_lists_take_one_reading_and_one_call(library: Planhat, remote_sandbox: Sandbox) -> None:
    library.keywords["Upsert Companies"]([{"external_id": f"A-{n}", "name": f"Acme {n}"} for n in range(30)])
    rows = [{"Id": f"A-{n}", "Tag": "webinar"} for n in range(30)] + [{"Id": "NEW", "Name": "New", "Tag": "webinar"}]
    mapping = ["Id -> external_id", "Name -> name", "Tag -> tags.add"]
    before = len(remote_sandbox.requests())
    library.import_objects(types.Company, rows, mapping)
    assert [each["method"] for each in remote_sandbox.requests()[before:]] == ["GET", "GET", "PUT"]
    assert all(row["tags"] == ["webinar"] for row in remote_sandbox.rows("companies"))
    report = library.sync_objects(types.Company, rows, mapping)
    assert report.counts["unchanged"] == 31


@pytest.mark.parametrize("people", ["ada@acme.example, extid-E-2", ["ada@acme.example", "extid-E-2"]])
def test_people_in_a_list_of_objects_are_linked_by_their_ids(
    library: Planhat, remote_sandbox: Sandbox, people: Any
) -> None:
    acme = library.create_object(types.Company(name="Acme", external_id="A-1"))
    ada = library.create_object(types.Enduser(email="ada@acme.example", company_id=acme.id))
    bob = library.create_object(types.Enduser(email="bob@acme.example", external_id="E-2", company_id=acme.id))
    row = {"external_id": "N-1", "company_id": acme.id, "subject": "Call", "endusers": people}
    library.import_objects(types.Note, [row])
    (note,) = remote_sandbox.rows("conversations")
    assert [each["id"] for each in note["endusers"]] == [ada.id, bob.id]
    # Planhat adds names to links, which are no difference.
    assert "name" in note["endusers"][0]
    assert str(library.sync_objects(types.Note, [row], dry_run=True)) == "1 unchanged"


def test_lists_of_ids_are_compared(library: Planhat, remote_sandbox: Sandbox, nora: str) -> None:
    lists = [[nora], [nora, "5f00000000000000000000aa"], []]
    row = {"external_id": "A-1", "name": "Acme"}
    for before, after in zip(lists, [*lists[1:], lists[0]], strict=True):
        library.import_objects(types.Company, [{**row, "followers": before}])
        assert library.sync_objects(types.Company, [{**row, "followers": before}]).counts["unchanged"] == 1
        assert library.sync_objects(types.Company, [{**row, "followers": after}]).counts["updated"] == 1
        assert company(remote_sandbox, "A-1")["followers"] == after


LINKED = {
    f"{model.__name__}.{field.name}": (model, field, target[1])
    for model in MODELS.values()
    for field in model.known_fields().values()
    if field.kind is Kind.OBJECTS and (target := reference_of(model, field.name)) is not None
}
"""Lists of objects that name records: the model, the field, and the model of these records."""


@pytest.mark.parametrize("linked", LINKED)
def test_links_are_sent_as_they_are(library: Planhat, remote_sandbox: Sandbox, linked: str) -> None:
    model, field, target = LINKED[linked]
    acme = library.create_object(types.Company(name="Acme", external_id="A-1"))
    person = {"email": "ada@acme.example", "company_id": acme.id} if target is types.Enduser else NORA
    links = [{"id": library.create_object(target(**person)).id, "name": "Ada"}]
    one, several = json.dumps(links[0]), json.dumps(links)
    for given in (links, tuple(links), one, several, f" {one}", f" {several}"):
        row = {"external_id": "N-1", "company_id": acme.id, "subject": "Call", field.name: given}
        for write in (library.import_objects, library.keywords["Upsert Planhat Objects"]):
            write(model, [row])
            (sent,) = remote_sandbox.requests("PUT")[-1]["body"]
            assert sent[field.key] == links


@pytest.mark.parametrize(
    ("condition", "cure"),
    [
        ("owner.email = nora@acme.example", "a person is named by the address itself, as in owner = nora@acme.example"),
        ("owner.name = Nora", "owner is compared with an id"),
    ],
)
def test_a_condition_on_a_field_of_another_record_says_what_to_write(
    library: Planhat, condition: str, cure: str
) -> None:
    with pytest.raises(PlanhatValidationError, match="is a field of another record than the company") as problem:
        library.keywords["Get Companies"](where=condition)
    assert cure in str(problem.value)
